"""The study: its numbers depend on nothing but seed and configuration, and a run loses nothing when it is stopped."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from demos.output import learned
from demos.study.__main__ import main as study_main
from demos.study.__main__ import quick
from demos.study.by_hand import MISTAKEN, ByHand
from demos.study.claims import CLAIMS, Results, said
from demos.study.configurations import MISTAKES, QUICK_STARTS, STARTS, Configuration, all_configurations, tables
from demos.study.curves import ENDINGS, STEPS, WIDTHS
from demos.study.networks import ByEngine, Network
from demos.study.report import write_report
from demos.study.results import read_results, rows_of, wilson, write_results
from demos.study.running import CHUNK, Journal, processes, run, units_of
from demos.study.training import OUTCOMES, merged, symptom, tally, train

ROOT = Path(__file__).parents[2]
QUICKLY = [Configuration(steps=60), Configuration(hidden=(2,), optimizer="adam", lr=0.1, steps=60),
           Configuration(mistake="no slope", steps=60)]


def rngs(n):
    return [np.random.default_rng([1, i]) for i in range(n)]


# ---- what is trained -------------------------------------------------------------------------------------------------
def test_the_issue_s_configurations_are_all_there():
    everything = all_configurations()
    assert len(set(everything)) == len(everything) > 200
    assert {c.hidden for c in everything} >= {(n,) for n in (1, 2, 3, 4, 5, 6, 8, 16, 32, 64)} | {(100, 100)}
    for name, values in {"activation": ("relu", "leaky_relu", "tanh", "sigmoid"), "shortcut": (True, False),
                         "output": ("linear", "relu", "sigmoid"), "loss": ("squared", "cross entropy"),
                         "encoding": ("1-1", "1-2", "2-1", "2-2"), "start": ("kaiming", "pytorch", "small"),
                         "gate": ("AND", "OR", "XOR"), "optimizer": ("gd", "adam"), "mistake": ("", *MISTAKES)}.items():
        assert {getattr(c, name) for c in everything} == set(values)
    rates = {c.lr for c in tables()["rate"]}
    assert min(rates) == 1e-4 and max(rates) == 10


def test_the_criterion_and_the_symptom_are_the_askers():
    t = np.array([[0], [1], [1], [0.0]])
    y = np.array([[0.05, 0.95, 0.95, 0.05], [0.05, 0.95, 0.89, 0.05], [0.05, 0.95, 0.95, 1.0], [0.2, 0.95, 0.95, 1.0]])
    y = y[..., None]
    assert learned(y, t).tolist() == [True, False, False, False]
    assert symptom(y, t).tolist() == [False, False, True, False]


@pytest.mark.parametrize("start", ["pytorch", "kaiming", "small"])
def test_backpropagation_by_hand_without_a_mistake_is_the_engines(start):
    c = Configuration(start=start, hidden=(3,))
    engine, hand = ByEngine(c, rngs(5)), ByHand(Configuration(start=start, hidden=(3,), mistake="none"), rngs(5))
    for _ in range(20):
        for nets in (engine, hand):
            nets.loss_now = nets.forward()[1]
            nets.backward()
        np.testing.assert_allclose(engine.loss_now, hand.loss_now, rtol=1e-9)
        np.testing.assert_allclose(engine.gradient(), hand.gradient(), rtol=1e-9)
        np.testing.assert_array_equal(engine.dead(), hand.dead())
        engine.step()
        hand.step()


@pytest.mark.parametrize("mistake", [m for m in MISTAKES if m not in ("none", "positive weights", "row by row")])
def test_every_mistake_changes_what_is_learned(mistake):
    # every unit is on, so that no slope is hidden by a 0
    right, wrong = (ByHand(Configuration(hidden=(3,), mistake=m), rngs(20)) for m in ("none", mistake))
    for _ in range(3):
        for nets in (right, wrong):
            nets.forward()
            nets.backward()
            nets.step()
    assert not all(np.allclose(x, wrong.numbers[name]) for name, x in right.numbers.items())


def test_every_mistake_of_the_report_can_be_trained_with():
    assert list(MISTAKEN) == list(MISTAKES)


def test_encodings_are_pairs_of_true_and_false():
    x, t = Configuration(encoding="2-2").rows()
    assert x.shape == (4, 4) and t.shape == (4, 2)
    assert np.all(x[:, ::2] + x[:, 1::2] == 1) and np.all(t.sum(1) == 1)
    assert Network(Configuration(encoding="2-1", shortcut=True), np.random.default_rng(0)).last.weight.shape == (1, 8)


@pytest.mark.parametrize("c", QUICKLY, ids=lambda c: c.key)
def test_a_start_ends_the_same_whatever_it_is_trained_with(c):
    whole = train(c, range(7))
    halves = [tally(train(c, part)) for part in (range(3), range(3, 7))]
    assert merged(halves) == merged([tally(whole)])
    parts = [train(c, range(2)), train(c, range(2, 7))]
    assert whole == {name: [*parts[0][name], *parts[1][name]] for name in whole}
    assert whole["start"] == list(range(7)) and set(whole["outcome"]) <= set(OUTCOMES)
    assert train(c, range(2), seed=1) != parts[0]


# ---- running ---------------------------------------------------------------------------------------------------------
def results(units, journal, folder):
    folder.mkdir()
    write_results(rows_of(units, journal), folder, {})
    return (folder / "results.csv").read_bytes(), (folder / "results.parquet").read_bytes()


def test_any_executor_gives_the_same_files(tmp_path):
    units = units_of(QUICKLY, 20, seed=0)
    found = []
    with ThreadPoolExecutor(2) as threads:
        for i, executor in enumerate([threads, processes(2)]):
            journal = Journal(tmp_path / f"{i}.jsonl")
            run(units, journal, executor, progress=False)
            found.append(results(units, journal, tmp_path / str(i)))
            journal.close()
    assert found[0] == found[1]


def test_what_is_in_the_journal_is_not_done_again_and_a_torn_line_is(tmp_path, monkeypatch):
    units = units_of(QUICKLY, 4, seed=0)
    journal = Journal(tmp_path / "journal")
    with ThreadPoolExecutor(1) as executor:
        run(units, journal, executor, progress=False)
    journal.close()
    lines = (tmp_path / "journal").read_bytes().splitlines(keepends=True)
    (tmp_path / "journal").write_bytes(b"".join(lines[:-1]) + lines[-1][:-20])  # killed while it wrote
    did = []
    monkeypatch.setattr("demos.study.running.run_unit", lambda unit: did.append(unit) or unit.run())
    again = Journal(tmp_path / "journal")
    with ThreadPoolExecutor(1) as executor:
        run(units, again, executor, progress=False)
    again.close()
    assert len(did) == 1
    assert sorted((tmp_path / "journal").read_bytes().splitlines(keepends=True)) == sorted(lines)


def test_work_of_another_seed_or_size_is_not_taken_for_this_one():
    names = [unit.name for seed in (0, 1) for starts in (CHUNK, CHUNK + 5) for unit in units_of(QUICKLY, starts, seed)]
    assert len(set(names)) == 2 * (len(QUICKLY) + len(QUICKLY))


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_nothing_but_time(tmp_path):
    units = units_of([Configuration(hidden=(2,), steps=300 + i) for i in range(12)], 250, seed=0)
    made = []

    def pools():
        made.append(processes(2)())
        return made[-1]

    journal = Journal(tmp_path / "journal")
    write = journal.write

    def write_and_kill(unit, ended):
        write(unit, ended)
        if len(journal.done) == 3:
            os.kill(next(iter(made[0]._processes)), signal.SIGKILL)

    journal.write = write_and_kill
    run(units, journal, pools, progress=False)
    assert len(made) == 2 and len(journal.done) == len(units)
    journal.close()
    assert journal.done[units[5].name] == units[5].run()


@pytest.mark.slow
def test_ctrl_c_stops_and_the_same_command_goes_on(tmp_path):
    code = """if True:
        import sys
        from pathlib import Path
        import demos.study.__main__ as study
        from demos.study.configurations import Configuration
        if __name__ == "__main__":
            study.all_configurations = lambda: [Configuration(hidden=(2,), steps=2000 + i) for i in range(16)]
            study.write_curves = lambda *_: None
            chosen = type("", (), dict(quick=False, seed=0, out=Path(sys.argv[1]), dask=None, workers=2))
            study.study(chosen, 250)
    """
    script = tmp_path / "study.py"
    script.write_text(code)
    command = [sys.executable, str(script), str(tmp_path / "out")]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    first = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    path, deadline = tmp_path / "out/journal.jsonl", time.monotonic() + 60
    while not (path.exists() and path.read_bytes().count(b"\n") >= 3) and time.monotonic() < deadline:
        time.sleep(0.05)
    first.send_signal(signal.SIGINT)
    _, said = first.communicate(timeout=60)
    assert first.returncode and "stopped" in said and "Traceback" not in said
    kept = path.read_bytes().count(b"\n")
    assert 3 <= kept < 16
    second = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert f"{kept} of them done already" in second.stdout
    assert path.read_bytes().count(b"\n") == 16 == len({json.loads(x)["unit"] for x in path.read_bytes().splitlines()})


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of a cluster that loses a worker
def test_a_dask_cluster_that_loses_a_worker_gives_the_same_bytes(tmp_path):
    distributed = pytest.importorskip("distributed", reason="needs distributed: pip install distributed")
    units = units_of([Configuration(hidden=(2,), steps=1000 + i) for i in range(24)], 250, seed=0)
    journal = Journal(tmp_path / "one")
    run(units, journal, processes(1), progress=False)
    expected = results(units, journal, tmp_path / "r1")
    journal.close()
    options = {"n_workers": 4, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        found = Journal(tmp_path / "four")
        write, killed = found.write, []

        def write_and_kill(unit, ended):
            write(unit, ended)
            if len(found.done) == len(units) // 2:
                killed.append(client.run(os.getpid))
                os.kill(next(iter(killed[0].values())), signal.SIGKILL)

        found.write = write_and_kill
        run(units, found, client.get_executor(pure=False, retries=3), progress=False)
        assert len(killed[0]) == 4
        assert results(units, found, tmp_path / "r4") == expected
        found.close()


# ---- results and report ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("k, n, low, high", [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0),
                                             (716, 1000, 0.6873, 0.7430)])
def test_wilsons_interval(k, n, low, high):  # Newcombe (1998), table I, and by hand
    assert wilson(k, n) == pytest.approx((low, high), abs=1e-4)


def test_a_verdict_follows_from_the_rows_and_changes_with_them():
    c = Configuration()
    rows = dict(zip(all_configurations(), fake_rows(), strict=True))
    curves = {(w, "failed"): {"step": np.array([100, 1000, 5000]), "starts": np.full(3, 9.0),
                             "at_rest": np.array([0.1, 0.5, 1.0])} for w in WIDTHS}
    for x, row in rows.items():
        if x.hidden == (100, 100):
            row |= {"rate": 0.9, "low": 0.85, "high": 0.95}
    before = {claim.__name__: claim(Results(list(rows.values()), curves)) for claim in CLAIMS}
    assert before["adam"].ruling == "does not hold" and before["size"].ruling == "does not hold"
    for x, row in rows.items():
        if x.optimizer == "adam" and x.gate == "XOR":
            row |= {"rate": 0.9, "low": 0.85, "high": 0.95}
        if x.hidden == (100, 100):
            row |= {"rate": 0.0, "low": 0.0, "high": 0.1, "learned": 0}
    after = {claim.__name__: claim(Results(list(rows.values()), curves)) for claim in CLAIMS}
    assert after["adam"].ruling == "holds" and after["size"].ruling == "holds"
    assert said(rows[c]) == "50.0 % (45.0 to 55.0)" and "90.0 %" in after["adam"].text[0]


def fake_rows(**changed):
    """A row for each configuration, as if it had been run."""
    row = {"starts": 100, "learned": 50, "rate": 0.5, "low": 0.45, "high": 0.55, "low_all": 0.4, "high_all": 0.6,
           "median_steps": 100.0, "diverged": 0, "dead": 10, "at_rest": 40, "moving": 0, "plateau": 0.25,
           "at_plateau": 30, "commonest_pattern": "1110", "of_that_pattern": 3, "pattern_1110": 3, "symptom": 0,
           "symptom_at_1": 0, "symptom_median": None, "seed": 0, "norgrad": "0.1.0", "python": "3.11.7", "numpy": "2.4.6"}
    return [c.settings | row | changed for c in all_configurations()]


def write_fake_curves(folder):
    columns = ["width", "ending", "starts", "step", *[f"{x}_{q}" for x in ("loss", "gradient") for q in (25, 50, 75)],
               "at_rest", "seed"]
    lines = [",".join({"width": str(w), "ending": ending, "step": str(step)}.get(c, "1.0") for c in columns)
             for w in WIDTHS for ending in ENDINGS for step in STEPS]
    (folder / "curves.csv").write_text("\n".join([",".join(columns), *lines]))


def report_of(rows, folder, **settings):
    write_results(rows, folder, {"starts": 100, "quick": False, "configurations": len(rows)} | settings)
    write_fake_curves(folder)
    page, text = write_report(folder)
    return page.read_text(encoding="utf-8"), text.read_text(encoding="utf-8")


def test_every_claim_has_a_ruling_a_figure_and_numbers_from_the_rows_alone(tmp_path):
    page, text = report_of(fake_rows(), tmp_path)
    assert page.count('class="ruling') == len(CLAIMS) == page.count("<figure>") == text.count("![")
    assert "too small for" not in text and "50.0 % (45.0 to 55.0)" in text
    assert "<script" not in page and not re.search(r'(src|href)="(?!data:|#)', page)
    other = report_of(fake_rows(rate=0.123, low=0.1, high=0.15), tmp_path)[1]
    assert "12.3 % (10.0 to 15.0)" in other and "50.0 % (" not in other
    figures = list((tmp_path / "figures").iterdir())
    assert len(figures) == len(CLAIMS) and all(b"<svg" in figure.read_bytes() for figure in figures)


def test_a_part_of_the_configurations_gives_a_report_that_says_what_it_lacks(tmp_path):
    wanted = {c.key for c in quick(all_configurations())}
    rows = [row for c, row in zip(all_configurations(), fake_rows(), strict=True) if c.key in wanted]
    page, text = report_of(rows, tmp_path, quick=True)
    assert "This run was too small for: rate, cross entropy, starts, encodings." in text
    assert "Is your code faulty" in text and page.count('class="ruling') == len(CLAIMS) - 4
    text = report_of(fake_rows()[:1], tmp_path)[1]
    assert "run the whole study" in text


@pytest.mark.parametrize("option", ["--starts", "--workers"])
def test_no_starts_and_no_workers_are_refused(option, capsys):
    with pytest.raises(SystemExit):
        study_main(["--quick", option, "0"])
    assert "at least 1" in capsys.readouterr().err


def test_the_report_in_the_repository_is_that_of_the_results_beside_it(tmp_path):
    verdict = ROOT / "demos/verdict"
    for name in ("results.csv", "curves.csv", "settings.json"):
        (tmp_path / name).write_bytes((verdict / name).read_bytes())
    text = write_report(tmp_path)[1].read_text(encoding="utf-8")
    assert text == (verdict / "report.md").read_text(encoding="utf-8")
    results = Results(read_results(verdict), {})
    shapes = [*[(w,) for w in (1, 2, 3, 4, 5, 6, 8, 16, 32, 64)], (100, 100)]
    rates = [results[Configuration(hidden=h)]["rate"] for h in shapes]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"\| learn XOR, .*?\|(.*)\|", readme)[1].split("|")
    assert [float(x.split("(")[0]) for x in shown] == [round(100 * rate) for rate in rates[:8]]
    assert set(rates[7:]) == {1}


@pytest.mark.slow
def test_the_results_in_the_repository_come_out_again():
    wanted = [Configuration(hidden=(2,)), Configuration(mistake="clipped output"),
              Configuration(optimizer="adam", lr=0.01)]
    results = Results(read_results(ROOT / "demos/verdict"), {})
    for c in wanted:
        counts = merged([unit.run() for unit in units_of([c], STARTS, seed=0)])
        assert counts["outcome"]["learned"] == results[c]["learned"]
        assert counts["symptom"].total() == results[c]["symptom"]


def test_the_reports_page_is_an_article_on_a_desk_and_on_a_phone(tmp_path, open_file):
    report_of(fake_rows(), tmp_path)
    for width in (1280, 390):
        page = open_file(tmp_path / "report.html", viewport={"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width  # what is wide scrolls by itself
        assert page.locator("h3").count() == len(CLAIMS)
        wide = "[...document.querySelectorAll('figure svg')].every((x) => x.getBoundingClientRect().width > 300)"
        assert page.evaluate(wide)


def test_right_code_cannot_rest_where_the_asker_saw_it():
    nets = ByHand(Configuration(hidden=(3,), mistake="none"), rngs(50))
    nets.numbers["v"][:] = 0
    nets.numbers["a"][:] = 0
    nets.forward()
    nets.z = nets.y = np.tile([0.0, 1, 1, 1], (50, 1))  # the asker's outputs, whatever the weights
    nets.backward()
    np.testing.assert_allclose(nets.gradients["a"], 0.5)  # 2/4 of the errors' sum: it moves on


@pytest.mark.slow
def test_a_quick_run_ends_in_a_report(tmp_path):
    command = [sys.executable, "-m", "demos", "study", "--quick", "--starts", "20", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    rows = read_results(tmp_path)
    assert len(rows) == len(quick(all_configurations()))
    assert all(row["starts"] == 20 and row["low"] <= row["rate"] <= row["high"] for row in rows)
    assert "Is your code faulty" in (tmp_path / "report.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("c", [Configuration(hidden=(2,)), Configuration(shortcut=True, hidden=(1,)),
                               Configuration(mistake="sigmoid slope")], ids=lambda c: c.key)
def test_the_intervals_of_a_quick_run_hold_the_rates_of_a_full_one(c):
    outcomes = np.array(train(c, range(STARTS))["outcome"]) == "learned"
    low, high = wilson(int(outcomes[:QUICK_STARTS].sum()), QUICK_STARTS)
    assert low <= outcomes.mean() <= high
