"""How the programs end: one line and a status, whatever is wrong; Ctrl-C is heard wherever they were started."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """if True:
    import sys
    from pathlib import Path
    import demos.study.__main__ as study
    from demos.study.configurations import Configuration
    if __name__ == "__main__":
        study.all_configurations = lambda: [Configuration(hidden=(2,), steps=2000 + i) for i in range(400)]
        chosen = type("", (), dict(quick=False, seed=0, out=Path(sys.argv[1]), dask=None, workers=2))
        study.study(chosen, 50)
"""
IGNORED = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")  # as a shell that is not interactive starts what ends in &


def run(*args, folder=ROOT, without=()):
    """A program of the demos, where some packages are missing."""
    code = f"import runpy, sys; sys.modules.update(dict.fromkeys({without!r})); sys.argv[1:] = {args[1:]!r}; " \
           f"runpy.run_module({args[0]!r}, run_name='__main__', alter_sys=True)"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, encoding="utf-8", timeout=120,
                          env={**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"})


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign/journal.jsonl").write_text('{"a": 1}\n')
    (tmp_path / "digits").mkdir()
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (tmp_path / f"digits/{name}-ubyte").write_text("no images")
    return tmp_path


@pytest.mark.parametrize("command, said", [
    ("demos xnor", "'xnor'"), ("demos --bogus", "--bogus"), ("demos nor study", "python -m demos study"),
    ("demos nor --out file", "file: File exists"), ("demos nor --out file/x", "file/x: Not a directory"),
    ("demos study --starts 0", "--starts"), ("demos study --workers x", "--workers"), ("demos study --seed -1", "--seed"),
    ("demos study --quick --out file", "file: File exists"), ("demos study --report-only --out nowhere", "nowhere/results.csv"),
    ("demos study --quick --out foreign", "no journal"), ("demos.study --starts 0", "--starts"),
    ("demos study --quick --dask nowhere", "no Dask scheduler answers at nowhere"), ("demos study --dask=", "--dask"),
    ("demos study --quick --dask tcp://127.0.0.1:1", "no Dask scheduler answers"), ("demos.mnist --epochs 0", "--epochs"),
    ("demos.mnist --data nowhere", "nowhere"), ("demos.mnist --data digits", "IDX"), ("demos.mnist --model x", "'x'"),
    ("demos.elsewhere --bogus", "--bogus"), ("demos.study.scale --bogus", "--bogus"),
])
def test_what_can_t_be_done_is_said_in_one_line(command, said, folder):
    if "--dask " in command:
        pytest.importorskip("distributed", reason="needs distributed: pip install distributed")
    done = run(*command.split(), folder=folder)
    assert done.returncode == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr
    assert (folder / "file").read_text() == "mine" and (folder / "foreign/journal.jsonl").read_text() == '{"a": 1}\n'


@pytest.mark.parametrize("command, package", [
    ("demos xor", "tqdm"), ("demos gates", "matplotlib"), ("demos study --quick", "pyarrow"),
    ("demos study --quick", "threadpoolctl"), ("demos study --dask localhost:1", "distributed"), ("demos.elsewhere", "torch"),
])
def test_a_missing_package_is_named_in_one_line(command, package, tmp_path):
    done = run(*command.split(), folder=tmp_path, without=(package,))
    assert done.returncode == 2 and package in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


def test_a_reader_who_has_seen_enough_is_no_error():
    done = subprocess.run(f"{sys.executable} -m demos --list | head -1", shell=True, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.startswith("nor ") and not done.stderr


# ---- Ctrl-C, and worse -----------------------------------------------------------------------------------------------
def started(folder, before=(), **options):
    """A study that has begun, and its workers."""
    psutil = pytest.importorskip("psutil", reason="needs psutil, which distributed brings: pip install distributed")
    (folder / "study.py").write_text(SCRIPT)
    study = subprocess.Popen([*before, sys.executable, str(folder / "study.py"), str(folder / "out")], cwd=ROOT,
                             env={**os.environ, "PYTHONPATH": str(ROOT)}, **options)
    journal, deadline = folder / "out/journal.jsonl", time.monotonic() + 60
    while not (journal.exists() and journal.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.05)
    return study, psutil.Process(study.pid).children(recursive=True)


def assert_gone(workers):
    import psutil

    assert len(workers) >= 2
    assert not psutil.wait_procs(workers, timeout=10)[1], "a worker outlives its study"


@pytest.mark.slow
def test_workers_end_with_their_study_also_if_it_is_killed(tmp_path):
    study, workers = started(tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    study.kill()
    study.wait(10)
    assert_gone(workers)


@pytest.mark.slow
@pytest.mark.parametrize("before", [(), IGNORED], ids=["in front", "in the background"])
def test_ctrl_c_stops_a_study_in_one_line_wherever_it_was_started(before, tmp_path):
    study, workers = started(tmp_path, before, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    study.send_signal(signal.SIGINT)
    said = study.communicate(timeout=20)[1]
    assert study.returncode == 130 and said.splitlines()[-1] == "stopped: the same command goes on from here"
    assert "Traceback" not in said
    assert_gone(workers)


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0.0, 0.05])
def test_a_second_ctrl_c_ends_it_at_once_and_leaves_a_clean_terminal(pause, tmp_path):
    termios = pytest.importorskip("termios")
    keys, screen = pty.openpty()
    before = termios.tcgetattr(screen)
    study, workers = started(tmp_path, stdin=screen, stdout=screen, stderr=screen, start_new_session=True,
                             preexec_fn=lambda: __import__("fcntl").ioctl(0, termios.TIOCSCTTY, 0))
    begin = time.monotonic()
    os.write(keys, b"\x03")
    time.sleep(pause)
    os.write(keys, b"\x03")
    assert study.wait(20) in (130, -signal.SIGINT) and time.monotonic() - begin < 5
    assert_gone(workers)
    assert termios.tcgetattr(screen) == before
    os.close(screen)
    os.set_blocking(keys, False)
    said = b""
    try:
        while part := os.read(keys, 65536):
            said += part
    except OSError:  # nobody writes any more
        pass
    os.close(keys)
    assert b"Traceback" not in said and b"\x1b[?25l" not in said  # which hides the cursor


def test_ctrl_c_stops_a_demo_in_one_line_also_where_it_is_ignored(tmp_path):
    code = ("import signal, os, demos.nor, demos.__main__ as program\n"
            "def main(out):\n    'Waits.'\n    os.kill(os.getpid(), signal.SIGINT)\n    signal.pause()\n"
            "demos.nor.main = main\nprogram.main()")
    for before in ((), IGNORED):
        done = subprocess.run([*before, sys.executable, "-c", code, "nor", "--out", str(tmp_path)], cwd=ROOT,
                              capture_output=True, text=True, timeout=30)
        assert done.returncode == 130 and done.stderr == "stopped\n"
