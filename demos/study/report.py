"""The report: an article, as one page of HTML and as Markdown. Every number in it comes from the results beside it."""

import html
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import no_grad
from demos.show import extra, new_figure
from demos.study.claims import CLAIMS, Missing, Results, Verdict, said, xor
from demos.study.configurations import ACTIVATIONS, GATES, MISTAKES, RATES, WIDTHS, Configuration
from demos.study.curves import read_curves
from demos.study.results import read_results
from nn.serialization import write_atomically

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")  # Okabe & Ito, 2008
TITLE = "Can a ReLU network learn XOR?"


# ---- what needs no statistics -----------------------------------------------------------------------------------------
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
}


def check_by_hand() -> None:
    """The weights that stand in the report do what it says."""
    rows = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], float)
    nor = nn.Neuron.of(weights=(-20, -20), bias=1)
    assert [nor(row).data for row in rows.tolist()] == [1, 0, 0, 0]
    two = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
    two.load_state_dict({"0.weight": np.ones((2, 2)), "0.bias": np.array([0.0, -1.0]),
                         "2.weight": np.array([[1.0, -2.0]]), "2.bias": np.zeros(1)})
    with no_grad():
        assert two(rows).data[:, 0].tolist() == [0, 1, 1, 0]
    one = rows.sum(1) - 2 * np.maximum(rows.sum(1) - 1, 0)
    assert one.tolist() == [0, 1, 1, 0]


# ---- figures -----------------------------------------------------------------------------------------------------------
def _rates(panel: Any, x: Any, rows: list[dict[str, Any]], label: str, colour: str) -> None:
    rate, low, high = (np.array([row[name] for row in rows], float) * 100 for name in ("rate", "low", "high"))
    panel.errorbar(x, rate, [rate - low, high - rate], label=label, color=colour, marker="o", markersize=4, capsize=2)


def width_figure(r: Results) -> Any:
    figure, panels = new_figure(2)
    for activation, colour in zip(ACTIVATIONS, COLOURS, strict=True):
        _rates(panels[0], WIDTHS, [r[xor(w, activation=activation)] for w in WIDTHS], activation.replace("_", " "), colour)
    _rates(panels[1], WIDTHS, [r[xor(w)] for w in WIDTHS], "gradient descent", COLOURS[0])
    _rates(panels[1], WIDTHS, [r[xor(w, optimizer="adam", lr=0.01)] for w in WIDTHS], "Adam", COLOURS[1])
    for panel, title in zip(panels, ("activations, gradient descent", "ReLU"), strict=True):
        panel.set(title=title, xlabel="hidden units", ylabel="% of starts that learn XOR", ylim=(-3, 103))
        panel.set_xscale("log", base=2)
        panel.set_xticks(WIDTHS[:1] + WIDTHS[1:4:2] + WIDTHS[6:], labels=[str(w) for w in (1, 2, 4, 8, 16, 32, 64)])
        panel.grid(alpha=0.3)
        panel.legend(fontsize="small", loc="lower right")
    return figure


def rate_figure(r: Results) -> Any:
    figure, panels = new_figure(2)
    for panel, width in zip(panels, (2, 4), strict=True):
        for gate, colour in zip(GATES, COLOURS, strict=False):
            _rates(panel, RATES, [r[xor(width, gate=gate, lr=lr)] for lr in RATES], gate, colour)
        panel.set(title=f"{width} ReLUs", xlabel="learning rate", ylabel="% of starts that learn", ylim=(-3, 103))
        panel.set_xscale("log")
        panel.grid(alpha=0.3)
        panel.legend(fontsize="small")
    return figure


def curves_figure(r: Results) -> Any:
    figure, panels = new_figure(2)
    for panel, what in zip(panels, ("loss", "gradient"), strict=True):
        for (width, curve), colour in zip(r.curves.items(), COLOURS, strict=False):
            low, middle, high = (np.maximum(curve[f"{what}_{q}"], 1e-9) for q in (25, 50, 75))
            panel.plot(curve["step"] + 1, middle, color=colour, label=f"{width} ReLUs")
            panel.fill_between(curve["step"] + 1, low, high, color=colour, alpha=0.15)
        panel.set(title="loss" if what == "loss" else "length of the gradient", xlabel="step", ylim=(1e-9, 10))
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.grid(alpha=0.3)
        panel.legend(fontsize="small", loc="lower left")
    return figure


def mistakes_figure(r: Results) -> Any:
    figure, panels = new_figure(2)
    at = np.arange(len(MISTAKES))[::-1]
    for panel, what, title in zip(panels, ("learned", "symptom"), ("learn XOR", "show the asker's symptom"), strict=True):
        rows = [r[xor(4, mistake=m)] for m in MISTAKES]
        panel.barh(at, [100 * row[what] / row["starts"] for row in rows], color=COLOURS[what == "symptom"])
        panel.set(title=f"% of starts that {title}", xlim=(0, 100))
        panel.set_yticks(at, labels=MISTAKES if what == "learned" else [""] * len(MISTAKES))
        panel.grid(alpha=0.3, axis="x")
    return figure


FIGURES = {"width": (width_figure, "Success by the number of hidden units; bars are 95 % intervals."),
           "rate": (rate_figure, "Success by the learning rate of plain gradient descent."),
           "curves": (curves_figure, "Median and quartiles over the starts, plain gradient descent, XOR."),
           "mistakes": (mistakes_figure, "What changes to hand-written backpropagation do, with 4 ReLUs.")}


def _svg(figure: Any) -> str:
    buffer = io.StringIO()
    with extra("matplotlib").rc_context({"svg.hashsalt": "norgrad", "svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return re.sub(r"^.*?(?=<svg)", "", buffer.getvalue(), count=1, flags=re.DOTALL)


# ---- the article -------------------------------------------------------------------------------------------------------
def answer(r: Results) -> list[str]:
    """To the asker, on one page."""
    mesh = Configuration(hidden=(100, 100))
    left_out = r[xor(4, mistake="last row left out")]
    return [
        "Your network can learn XOR. ReLU networks can compute anything that a computer can; two hidden ReLUs are enough "
        f"for XOR, and the weights can be written down: {TWO}.",
        f"But few hidden units often fail to find them. Of fresh starts with plain gradient descent, {said(r[xor(2)])} "
        f"learn with 2 hidden ReLUs, {said(r[xor(4)])} with 4, {said(r[xor(8)])} with 8 and {said(r[mesh])} in your mesh "
        "of 100x100. So with 2 units, try again; with 16, a failure is news; with 100x100 it is a fault in the code.",
        "What you saw, three rows right and (1, 1) at 1, is what OR looks like. Right code all but never ends there: in "
        f"{100 * r[xor(4, mistake='none')]['symptom'] / r[xor(4, mistake='none')]['starts']:.1f} % of the starts. Of the "
        "mistakes tried, one does it: never showing the network the last row, in "
        f"{100 * left_out['symptom'] / left_out['starts']:.1f} %. Look at your loop over the rows first, and then compare "
        "your gradients with differences: that is one line, gradcheck(f, x).",
        "Then take 8 or more hidden units, a learning rate of 0.1, and look at what happens: the loss, the gradient, the "
        "units that are off.",
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
    try:
        to_asker = answer(r)
    except Missing:
        to_asker = ["This was a quick run, which is not enough for an answer: run the whole study."]
    figures = {}
    for name in dict.fromkeys(v.figure for _, v in verdicts if v.figure):
        try:
            figures[name] = _svg(FIGURES[name][0](r))
        except Missing:
            continue
    (folder / "figures").mkdir(exist_ok=True)
    for name, svg in figures.items():
        write_atomically(folder / "figures" / f"{name}.svg", svg.encode())
    method = _method(settings, missing)
    page = _html(to_asker, verdicts, figures, method)
    write_atomically(folder / "report.html", page.encode())
    write_atomically(folder / "report.md", _markdown(to_asker, verdicts, figures, method).encode())
    return [folder / "report.html", folder / "report.md"]


def _method(settings: dict[str, Any], missing: list[str]) -> list[str]:
    c = Configuration()
    said = [
        f"{settings['configurations']} configurations, {settings['starts']:,} fresh starts of each, trained by norgrad, "
        f"thousands of networks at once, with seed {settings['seed']}, Python {settings['python']} and NumPy "
        f"{settings['numpy']}. `python -m demos study{' --quick' if settings['quick'] else ''} --seed {settings['seed']}` "
        "makes all of it again, bit for bit on the same machine.",
        "A network has learned when every true output is above 0.9 and every false one below 0.1, looked at every ten "
        f"steps; it has failed after {c.steps:,} steps. A percentage is followed by its 95 % interval (Wilson, 1927). "
        "results.csv has, besides, intervals that hold for all rows at once.",
        f"Unless something else is said: XOR, one hidden layer of ReLUs, a linear output, the mean squared error over the "
        f"four rows, plain gradient descent on all four at a rate of {c.lr:g}, weights and biases that start uniform in "
        "±1/√fan_in (PyTorch's default). Every definition stands in demos/study/configurations.py.",
    ]
    if missing:
        said.append(f"This run was too small for: {', '.join(missing)}.")
    return said


def _markdown(to_asker: list[str], verdicts: list[tuple[str, Verdict]], figures: dict[str, str],
              method: list[str]) -> str:
    parts = [f"# {TITLE}", "## To the one who asked", *to_asker, "## What can be said without trying",
             f"A NOR gate is one ReLU: {NOR}. Everything else can be built of NOR gates; `python -m demos circuits` does, "
             "up to Rule 110, which is Turing-complete. The smallest networks that are XOR:"]
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
height:auto;border-radius:6px}figcaption{font-size:.85rem;opacity:.75}table{border-collapse:collapse;font-size:.85rem}
td,th{padding:.25rem .6rem;border-bottom:1px solid #8886;text-align:left;vertical-align:top}.wide{overflow-x:auto}
.ruling{font-weight:700;border-radius:5px;padding:.05rem .5rem;background:#8883;white-space:nowrap}
.holds{background:#009e7355}.not{background:#d55e0055}.part{background:#e69f0055}
.letter{border-left:4px solid #0072b2;padding-left:1rem}code{font-size:.95em}
"""


def _html(to_asker: list[str], verdicts: list[tuple[str, Verdict]], figures: dict[str, str], method: list[str]) -> str:
    def p(text: str) -> str:
        return "<p>" + re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text)) + "</p>"

    kinds = {"holds": "holds", "does not hold": "not", "holds in part": "part"}
    parts = [f"<h1>{TITLE}</h1>", '<section class="letter"><h2>To the one who asked</h2>', *map(p, to_asker), "</section>",
             "<h2>What can be said without trying</h2>",
             p(f"A NOR gate is one ReLU: `{NOR}`. Everything else can be built of NOR gates; `python -m demos circuits` "
               "does, up to Rule 110, which is Turing-complete. The smallest networks that are XOR:")]
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
    csp = "default-src 'none'; style-src 'unsafe-inline'"
    return (f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
            f'<meta http-equiv="Content-Security-Policy" content="{csp}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>\n")
