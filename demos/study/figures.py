"""The report's figures: each a function of the results."""

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from graphviz import Digraph

import nn
from autograd import Value, draw, no_grad
from autograd.tools import extra
from autograd.typing import Array, ArrayLike
from demos.circuits import by_table
from demos.logic import Rule110
from demos.output import BLUE, GREEN, INK, ORANGE, new_figure
from demos.shortcut import by_hand
from demos.study.claims import ENCODINGS, HIDDEN, KINDS, STARTS, Results, activations_in, adam_of, mistakes_in, xor
from demos.study.configurations import GATES, RATES, WIDTHS
from demos.study.curves import ENDINGS
from demos.study.curves import WIDTHS as CURVES
from demos.xor import surface

COLOURS = (BLUE, ORANGE, GREEN, "#cc79a7")  # Okabe & Ito, 2008
LEARN = {"ylabel": "% of starts that learn XOR", "ylim": (-3, 103)}
Rows = list[dict[str, Any]]


def _intervals(rows: Rows) -> tuple[Array, Array]:
    """The rates in percent, and how far below and above them their intervals go."""
    rate, low, high = (np.array([row[name] for row in rows], float) * 100 for name in ("rate", "low", "high"))
    return rate, [rate - low, high - rate]


def _rates(panel: Any, x: ArrayLike, rows: Rows, label: str, colour: str) -> None:
    rate, around = _intervals(rows)
    panel.errorbar(x, rate, around, label=label, color=colour, marker="o", markersize=4, capsize=2)


def _finish(panel: Any, loc: str = "best", **settings: Any) -> None:
    panel.set(**settings)
    panel.grid(alpha=0.3)
    panel.legend(fontsize="small", loc=loc)


def _widths(panel: Any, loc: str = "lower right", **settings: Any) -> None:
    panel.set_xscale("log", base=2)
    shown = [1, 2, 4, 8, 16, 32, 64]
    panel.set_xticks(shown, labels=map(str, shown))
    _finish(panel, loc, xlabel="hidden units", **settings)


def width_figure(r: Results) -> Any:
    figure, panel = new_figure(1, size=6)
    for activation, colour in zip(activations_in(r), COLOURS, strict=False):
        _rates(panel, WIDTHS, [r[xor(w, activation=activation)] for w in WIDTHS], activation.replace("_", " "), colour)
    _widths(panel, **LEARN)
    return figure


def adam_figure(r: Results) -> Any:
    figure, panels = new_figure(2)
    ways = {"gradient descent, 0.1": [r[xor(w)] for w in WIDTHS], "Adam, 0.01": [r[adam_of(xor(w))] for w in WIDTHS]}
    for (label, rows), colour in zip(ways.items(), COLOURS, strict=False):
        _rates(panels[0], WIDTHS, rows, label, colour)
        found = [(row["median_steps"], w) for row, w in zip(rows, WIDTHS, strict=True) if row["learned"]]
        panels[1].plot([w for _, w in found], [n for n, _ in found], "o-", color=colour, label=label, markersize=4)
    _widths(panels[0], **LEARN)
    _widths(panels[1], "upper right", title="steps until it was learned, median", yscale="log", ylim=(10, 2000))
    return figure


def shortcut_figure(r: Results) -> Any:
    figure, panels = new_figure(2)
    few = (1, 2, 3, 4)
    _rates(panels[0], few, [r[xor(w)] for w in few], "without", COLOURS[0])
    _rates(panels[0], few, [r[xor(w, shortcut=True)] for w in few], "with the shortcut", COLOURS[1])
    _finish(panels[0], xlabel="hidden ReLUs", xticks=few, **LEARN)
    surface(figure, panels[1], by_hand(), "a + b - 2·relu(a + b - 1)", points=41)
    return figure


def rate_figure(r: Results) -> Any:
    figure, panels = new_figure(2)
    for panel, width in zip(panels, (2, 4), strict=True):
        for gate, colour in zip(GATES, COLOURS, strict=False):
            _rates(panel, RATES, [r[xor(width, gate=gate, lr=lr)] for lr in RATES], gate, colour)
        _finish(panel, title=f"{width} ReLUs", xlabel="learning rate", xscale="log",
                ylabel="% of starts that learn", ylim=LEARN["ylim"])
    return figure


def curves_figure(r: Results) -> Any:
    figure, panels = new_figure(2, 2, size=4.2)
    titles = {"loss": "loss", "gradient": "length of the gradient"}
    for row, (what, title) in zip(panels, titles.items(), strict=True):
        for panel, ending, verb in zip(row, ENDINGS, ("learn", "fail"), strict=True):
            for width, colour in zip(CURVES, COLOURS, strict=True):
                curve = r.curves[width, ending]
                low, middle, high = (np.maximum(curve[f"{what}_{q}"], 1e-12) for q in (25, 50, 75))
                label = f"{width} ReLUs: {curve['starts'][0]:.0f} starts"
                panel.plot(curve["step"] + 1, middle, color=colour, label=label)
                panel.fill_between(curve["step"] + 1, low, high, color=colour, alpha=0.15)
            _finish(panel, "lower left", title=f"{title}, starts that {verb}", xscale="log", yscale="log",
                    ylim=(1e-12, 10))
    for panel in panels[1]:
        panel.set_xlabel("step + 1")
    return figure


def mistakes_figure(r: Results) -> Any:
    mistakes = mistakes_in(r)
    figure, panels = new_figure(2, height=1 + 0.22 * len(mistakes))
    at = np.arange(len(mistakes))[::-1]
    rows = [r[xor(4, mistake=m)] for m in mistakes]
    titles = {"learned": "learn XOR", "symptom": "show the asker's symptom"}
    for panel, (what, title), colour in zip(panels, titles.items(), COLOURS, strict=False):
        panel.barh(at, [100 * row[what] / row["starts"] for row in rows], color=colour)
        panel.set(title=f"% of starts that {title}", xlim=(0, 100), yticks=at, yticklabels=[])
        panel.grid(alpha=0.3, axis="x")
    panels[0].set_yticklabels(mistakes)
    return figure


def deaths_figure(r: Results) -> Any:
    figure, panel = new_figure(1, size=6)
    rows, at, bottom = [r[xor(w)] for w in WIDTHS[:8]], np.arange(8), np.zeros(8)
    kinds = {"dead": "all units dead", "at_rest": "at rest elsewhere", "moving": "still moving", "diverged": "diverged"}
    for (name, label), colour in zip(kinds.items(), (INK, *COLOURS), strict=False):
        part = np.array([100 * row[name] / row["starts"] for row in rows])
        panel.bar(at, part, bottom=bottom, label=label, color=colour)
        bottom += part
    panel.set(title="how starts with ReLUs fail", xlabel="hidden ReLUs", ylabel="% of starts", ylim=(0, 103))
    panel.set_xticks(at, labels=[str(w) for w in WIDTHS[:8]])
    panel.legend(fontsize="small")
    return figure


def _dots(groups: dict[str, Rows], names: Sequence[str], height: float = 3.6) -> Any:
    """Rates with their intervals, a line for each name, a colour for each group."""
    figure, panel = new_figure(1, size=6, height=height)
    for k, ((label, rows), colour) in enumerate(zip(groups.items(), COLOURS, strict=False)):
        rate, around = _intervals(rows)
        at = np.arange(len(names))[::-1] - 0.18 * (k - (len(groups) - 1) / 2)
        panel.errorbar(rate, at, xerr=around, fmt="o", color=colour, label=label, markersize=5, capsize=2)
    panel.set(xlim=LEARN["ylim"], xlabel=LEARN["ylabel"])
    panel.set_yticks(np.arange(len(names))[::-1], labels=names)
    panel.grid(alpha=0.3, axis="x")
    figure.legend(fontsize="small", loc="outside upper center", ncols=3)
    return figure


def cross_entropy_figure(r: Results) -> Any:
    every = [(hidden, *kind) for hidden in HIDDEN for kind in KINDS]
    groups = {f"rate {lr:g}": [r[xor(4, activation=a, output=o, loss=loss, lr=lr)] for a, o, loss in every]
              for lr in (0.1, 1.0)}
    return _dots(groups, [f"{a}, {o} output, {loss}" for a, o, loss in every], 5)


def starts_figure(r: Results) -> Any:
    return _dots({f"{w} ReLUs": [r[xor(w, start=x)] for x in STARTS] for w in (2, 4, 8)}, STARTS, 2.6)


def encodings_figure(r: Results) -> Any:
    groups = {f"{w} ReLUs": [r[xor(w, encoding=x)] for x in ENCODINGS] for w in (2, 4, 8)}
    return _dots(groups, [x.replace("-", " in, ") + " out" for x in ENCODINGS], 2.6)


def rule110_figure(r: Results) -> Any:
    rule, rows = Rule110(), [np.eye(1, 100, 99)[0]]
    with no_grad():
        for _ in range(100):
            rows.append(rule(rows[-1]).data)
            assert rows[-1].tolist() == by_table(rows[-2])
    figure, panel = new_figure(1)
    panel.imshow(np.array(rows), cmap="binary", interpolation="none")
    panel.set(title="Rule 110, by ReLUs", xlabel="cell", ylabel="generation")
    return figure


def nor_figure(r: Results) -> Any:
    a, b = Value(0.0, name="x0"), Value(0.0, name="x1")
    y = nn.Neuron.of(weights=(-20, -20), bias=1, fused=False)([a, b])
    y.name = "NOR"
    return draw(y)


FIGURES: dict[str, tuple[Callable[[Results], Any], str]] = {
    "width": (width_figure, "Success by the number of hidden units, plain gradient descent; bars are 95 % intervals."),
    "rule110": (rule110_figure, "A hundred generations from a single living cell, computed by NOR neurons."),
    "nor": (nor_figure, "The neuron on (0, 0): numbers on the way forward, derivatives on the way back."),
    "mistakes": (mistakes_figure, "What changes to hand-written backpropagation do, with 4 ReLUs."),
    "adam": (adam_figure, "Adam and plain gradient descent, by the number of hidden ReLUs; bars are 95 % intervals."),
    "shortcut": (shortcut_figure, "Left: success with and without the shortcut. Right: the network written out above."),
    "rate": (rate_figure, "Success by the learning rate of plain gradient descent; bars are 95 % intervals."),
    "curves": (curves_figure, "Median and quartiles over starts of plain gradient descent on XOR, by how they end."),
    "deaths": (deaths_figure, "What becomes of the starts that do not learn."),
    "cross_entropy": (cross_entropy_figure, "Four hidden units; bars are 95 % intervals."),
    "starts": (starts_figure, "Success by how the weights start; bars are 95 % intervals."),
    "encodings": (encodings_figure, "Success by how many numbers stand for a bit; bars are 95 % intervals."),
}


def svg(figure: Any) -> str:
    if isinstance(figure, Digraph):
        text = figure.pipe("svg", encoding="utf-8")
    else:
        buffer, matplotlib = io.StringIO(), extra("matplotlib", "the study needs", "study")
        with matplotlib.rc_context({"svg.hashsalt": "norgrad", "svg.fonttype": "none"}):
            figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        text = buffer.getvalue()
    return re.sub(r"^.*?(?=<svg)", "", text, count=1, flags=re.DOTALL)
