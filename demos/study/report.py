"""The report: an article, as one page of HTML and as Markdown. Every number in it comes from the results beside it."""

import html
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import no_grad
from autograd.tools import write_atomically
from demos.shortcut import by_hand
from demos.study.claims import CLAIMS, MESH, Missing, Results, Verdict, said, share, xor
from demos.study.configurations import QUICK_STARTS, STARTS, Configuration
from demos.study.curves import read_curves
from demos.study.figures import FIGURES, svg
from demos.study.results import read_results
from demos.xor import X

TITLE = "Can a ReLU network learn XOR?"


# ---- what needs no statistics ------------------------------------------------------------------------------------
NOR = "relu(1 - 20·a - 20·b)"
TWO = "relu(a + b) - 2·relu(a + b - 1)"
ONE = "a + b - 2·relu(a + b - 1)"
PROOFS = {
    f"With two ReLUs: {TWO}.": [
        "At (0, 0) both are 0. At (0, 1) and (1, 0) the first is 1 and the second 0: 1.",
        "At (1, 1) the first is 2 and the second 1: 2 - 2 = 0.",
        "One is too few: c·relu(u·a + v·b + d) + e only rises, or only falls, with u·a + v·b. At (½, ½) that number is "
        "midway between those at (0, 1) and (1, 0), so the output there would be above 0.9; and midway between those at "
        "(0, 0) and (1, 1), so it would be below 0.1.",
    ],
    f"With one ReLU and the shortcut: {ONE}.": [
        "At (0, 0) it is 0. At (0, 1) and (1, 0) the ReLU is 0 and the sum 1: 1.",
        "At (1, 1) the sum is 2 and the ReLU 1: 2 - 2 = 0.",
        "None is too few: a linear function has f(0, 0) + f(1, 1) = f(0, 1) + f(1, 0), and XOR has 0 on the left, 2 on "
        "the right.",
    ],
    "Right code can't come to rest with three rows right and (1, 1) at 1.": [
        "At rest every derivative is 0, that of the output's bias too: it is the sum of the four errors (output minus "
        "target), times a number above 0; of a linear output with squared error, as of a sigmoid with cross entropy.",
        "Three errors near 0 and a fourth near 1 add up to about 1.",
        "So whoever sees that has not trained the output's bias on the error of the last row.",
    ],
}


def check_by_hand() -> None:
    """The weights that stand in the report do what it says."""
    nor = nn.Neuron.of(weights=(-20, -20), bias=1)
    assert [nor(row).data for row in X.tolist()] == [1, 0, 0, 0]
    two = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
    two.load_state_dict({"0.weight": np.ones((2, 2)), "0.bias": np.array([0.0, -1.0]),
                         "2.weight": np.array([[1.0, -2.0]]), "2.bias": np.zeros(1)})
    with no_grad():
        assert two(X).data[:, 0].tolist() == [0, 1, 1, 0]
        assert by_hand()(X).data[:, 0].tolist() == [0, 1, 1, 0]


# ---- the article -------------------------------------------------------------------------------------------------------
def answer(r: Results) -> list[str]:
    """To the asker, on one page."""
    right, left_out, typo = (r[xor(4, mistake=m)] for m in ("none", "last row left out", "last target wrong"))
    return [
        "Is your code faulty, or are there problems that a ReLU network cannot solve? Your code, or your data. ReLU networks "
        f"can compute what any computer can, and two hidden ReLUs are enough for XOR: {TWO}.",
        f"They can be found by training, too, though not every time. Of fresh starts with plain gradient descent, "
        f"{said(r[xor(2)])} learn with 2 hidden ReLUs, {said(r[xor(4)])} with 4, {said(r[xor(8)])} with 8 and "
        f"{said(r[MESH])} in your mesh of 100x100. So with 2 units, try again; with 16, a failure is news; with 100x100 it "
        "is a fault.",
        "And what you saw, three rows right and (1, 1) at 1, is no place where right code can stay: the derivative of the "
        "output's bias is the sum of the four errors, so at rest they add up to 0, and yours add up to 1. Right code "
        f"showed it, with (1, 1) above 0.9, in {share(right, 'symptom')} of {right['starts']:,} starts. Of the mistakes that "
        "were tried, those show it that keep the last row from being felt: the table of OR in place of XOR's, in "
        f"{share(typo, 'symptom')} of the starts (within 0.1 of 1 in {share(typo, 'symptom_at_1')}), and a loop that never "
        f"gets to the row (a random row from 0 to 2, say), in {share(left_out, 'symptom')} (within 0.1 of 1 in "
        f"{share(left_out, 'symptom_at_1')}; mostly it goes higher). Print "
        "what your network is shown, and what it is told, for each row; then compare your gradients with differences: "
        "`gradcheck(f, x)` does.",
        "Then take 8 or more hidden units and a learning rate of 0.1, and look at what happens: the loss, the gradient, the "
        "units that are off. If you must have 2 units, train a hundred networks and keep one.",
    ]


def _article(r: Results) -> tuple[list[tuple[str, Verdict]], list[str]]:
    verdicts, missing = [], []
    for claim in CLAIMS:
        try:
            verdicts.append((claim.__name__, claim(r)))
        except Missing:
            missing.append(claim.__name__.replace("_", " "))
    return verdicts, missing


def write_report(folder: Path) -> list[Path]:
    """report.html, report.md and its figures, from results.csv, curves.csv and settings.json in a folder."""
    check_by_hand()
    r = Results(read_results(folder), read_curves(folder))
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    verdicts, missing = _article(r)
    to_asker = ["This was a quick run, which is not enough for an answer: run the whole study."]
    with suppress(Missing):
        to_asker = answer(r)
    figures = {}
    for _, v in verdicts:
        with suppress(Missing):
            figures[v.figure] = svg(FIGURES[v.figure][0](r))
    (folder / "figures").mkdir(exist_ok=True)
    for name, figure in figures.items():
        write_atomically(folder / "figures" / f"{name}.svg", figure.encode())
    method = _method(settings, next(iter(r.rows.values())), missing)
    page = _html(to_asker, verdicts, figures, method)
    write_atomically(folder / "report.html", page.encode())
    write_atomically(folder / "report.md", _markdown(to_asker, verdicts, figures, method).encode())
    return [folder / "report.html", folder / "report.md"]


def _method(settings: dict[str, Any], any_row: dict[str, Any], missing: list[str]) -> list[str]:
    c = Configuration()
    usual = QUICK_STARTS if settings["quick"] else STARTS
    command = f"python -m demos study{' --quick' if settings['quick'] else ''} --seed {any_row['seed']}"
    if settings["starts"] != usual:
        command += f" --starts {settings['starts']}"
    said = [
        f"{settings['configurations']} configurations, {settings['starts']:,} fresh starts of each, trained by norgrad "
        f"{any_row['norgrad']}, hundreds of networks at once, with seed {any_row['seed']}, Python {any_row['python']} and NumPy "
        f"{any_row['numpy']}. `{command}` "
        "makes all of it again, bit for bit on the same machine.",
        "A network has learned when every true output is above 0.9 and every false one below 0.1, looked at every ten "
        f"steps; it has failed after {c.steps:,} steps. A percentage is followed by its 95 % interval (Wilson, 1927). "
        "results.csv has, besides, intervals that hold for all rows at once.",
        f"Unless something else is said: XOR, one hidden layer of ReLUs, a linear output, the mean squared error over the "
        f"four rows, plain gradient descent on all four at a rate of {c.lr:g}, weights and biases that start uniform in "
        "±1/√fan_in (PyTorch's default). Every definition stands in demos/study/configurations.py.",
    ]
    if missing:
        said.append(f"This run was too small for: {', '.join(missing)}. Without --quick, those claims have their turn too.")
    return said


def _intro(formula: str) -> str:
    return (f"A NOR gate is one ReLU: {formula}. Everything else can be built of NOR gates; `python -m demos circuits` does, "
            "up to Rule 110, which is Turing-complete. The smallest networks that are XOR:")


def _markdown(to_asker: list[str], verdicts: list[tuple[str, Verdict]], figures: dict[str, str],
              method: list[str]) -> str:
    parts = [f"# {TITLE}", "## To the one who asked", *to_asker, "## What can be said without trying", _intro(NOR)]
    for claim, lines in PROOFS.items():
        parts += [f"**{claim}**", "\n".join(f"- {line}" for line in lines)]
    parts.append("## The claims, one by one")
    for _, v in verdicts:
        parts += [f"### {v.claim}", f"**{v.ruling}.** " + v.text[0], *v.text[1:]]
        if v.figure in figures:
            parts.append(f"![{FIGURES[v.figure][1]}](figures/{v.figure}.svg)")
        if v.table:
            titles, rows = v.table
            lines = [titles, ["---"] * len(titles), *rows]
            parts.append("\n".join("| " + " | ".join(line) + " |" for line in lines))
    return "\n\n".join([*parts, "## How it was measured", *method]) + "\n"


STYLE = """
:root{color-scheme:light dark}body{font:17px/1.55 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem}
h1{line-height:1.2}h3{margin-top:2.2rem}figure{margin:1rem 0;overflow-x:auto}figure svg{background:#fff;max-width:100%;
height:auto;min-width:30rem;border-radius:6px}figcaption{font-size:.85rem;opacity:.75}table{border-collapse:collapse;font-size:.85rem}
td,th{padding:.25rem .6rem;border-bottom:1px solid #8886;text-align:left;vertical-align:top}td:not(:first-child){white-space:nowrap}td:first-child{min-width:9rem}.wide{overflow-x:auto}
.ruling{font-weight:700;border-radius:5px;padding:.05rem .5rem;background:#8883;white-space:nowrap}
.holds{background:#009e7355}.not{background:#d55e0055}.part{background:#e69f0055}
.letter{border-left:4px solid #0072b2;padding-left:1rem}code{font-size:.95em}
"""


def _html(to_asker: list[str], verdicts: list[tuple[str, Verdict]], figures: dict[str, str], method: list[str]) -> str:
    def p(text: str) -> str:
        return "<p>" + re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text)).replace(" %", "&nbsp;%") + "</p>"

    kinds = {"holds": "holds", "does not hold": "not", "holds in part": "part"}
    parts = [f"<h1>{TITLE}</h1>", '<section class="letter"><h2>To the one who asked</h2>', *map(p, to_asker), "</section>",
             "<h2>What can be said without trying</h2>", p(_intro(f"`{NOR}`"))]
    for claim, lines in PROOFS.items():
        parts += [f"<p><b>{html.escape(claim)}</b></p><ol>", *[f"<li>{html.escape(x)}</li>" for x in lines], "</ol>"]
    parts.append("<h2>The claims, one by one</h2>")
    for name, v in verdicts:
        parts.append(f'<h3 id="{name}">{html.escape(v.claim)}</h3>')
        parts.append(f'<p><span class="ruling {kinds[v.ruling]}">{v.ruling}</span></p>')
        parts += map(p, v.text)
        if v.figure in figures:
            parts.append(f"<figure>{figures[v.figure]}<figcaption>{FIGURES[v.figure][1]}</figcaption></figure>")
        if v.table:
            titles, rows = v.table
            head = "".join(f"<th>{html.escape(x)}</th>" for x in titles)
            body = "".join("<tr>" + "".join(f"<td>{html.escape(x)}</td>" for x in row) + "</tr>" for row in rows)
            parts.append(f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>')
    parts += ["<h2>How it was measured</h2>", *map(p, method)]
    csp = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
            f'<meta http-equiv="Content-Security-Policy" content="{csp}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>\n")
