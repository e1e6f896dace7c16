import os
import re
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def run(*args, **environ):
    command = [sys.executable, "-m", "tests.benchmarks", *map(str, args)]
    return subprocess.run(command, cwd=CHECKOUT, env=os.environ | environ, capture_output=True, text=True, check=True)


def test_it_prints_ratios_and_names_the_peers_that_are_not_installed(tmp_path):
    out = run("xor", "--rounds", 1, "--peers", "numpy", "torch", "--envs", tmp_path, "--json", tmp_path / "times").stdout
    for name in ("xor", "xor-tensor"):
        assert re.search(rf"^{name} +\d+(\.\d+)? \[.+–.+\]$", out, re.MULTILINE), out
    assert re.search(r"^skipped torch: .*--install torch", out, re.MULTILINE), out
    assert '"xor-tensor"' in (tmp_path / "times").read_text()


def test_workers_see_neither_settings_that_slow_numpy_nor_the_checkout():
    code = (
        "import os; os.environ.update(OPENBLAS_CORETYPE='Prescott', OPENBLAS_L2_SIZE='1', PYTHONPATH='x')\n"
        "from tests.benchmarks.environments import environ_of\n"
        "print(*[(k, v) for k, v in environ_of('numpy').items() if k.startswith(('OPENBLAS', 'PYTHON'))])\n"
        "print(environ_of('norgrad')['PYTHONPATH'])"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert out.splitlines() == ["", str(CHECKOUT)]


def test_contestants_that_disagree_are_not_timed():
    code = (
        "from tests.benchmarks import runner\n"
        "ask = runner.Worker.ask\n"
        "def wrong(self, **request):\n"
        "    return {k: v * (1.001 if self.contestant == 'numpy' else 1) for k, v in ask(self, **request).items()}\n"
        "runner.Worker.ask = wrong\n"
        "runner.main(['xor', '--rounds', '1', '--peers', 'numpy'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "'numpy', 'xor'" in done.stderr
