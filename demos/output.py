"""What the demos share: printing a table, saving a picture."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from autograd import tools
from autograd.typing import Array

extra = partial(tools.extra, what="the demos need", name="demos")
BLUE, ORANGE, GREEN, GREY, INK = "#0072b2", "#d55e00", "#009e73", "#999999", "#333333"


def table(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows of numbers under their titles."""
    cells = [[f"{x:g}" if isinstance(x, int) else f"{x:.3f}" for x in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    lines = ["  ".join(f"{x:>{w}}" for x, w in zip(line, widths, strict=True)) for line in (titles, *cells)]
    return "\n".join("   " + line for line in lines)


def save_graph(picture: Any, path: Path) -> None:
    """A graph as SVG, and as PNG at twice the resolution of a screen."""
    picture.graph_attr["dpi"] = "72"
    saved(picture.render(outfile=path.with_suffix(".svg"), cleanup=True))
    picture.graph_attr["dpi"] = "144"
    saved(picture.render(outfile=path.with_suffix(".png"), cleanup=True))


def save_figure(figure: Any, path: Path) -> None:
    """A matplotlib figure."""
    figure.savefig(path, dpi=144)
    saved(path)


def saved(path: str | Path) -> None:
    print(f"   wrote {path}")


def new_figure(columns: int, rows: int = 1, size: float = 4.6, height: float | None = None) -> Any:
    """A matplotlib figure, and its panels, each `size` inches wide. It needs no screen and leaves no global state.

    height  of the figure, in inches; by default a single row is a little less high than its panels are wide
    """
    inches = (size * columns, height or (size * rows if rows > 1 else min(0.78 * size, 3.6)))
    figure = extra("matplotlib.figure").Figure(figsize=inches, layout="constrained", facecolor="white")
    return figure, figure.subplots(rows, columns)


def learned(y: Array, t: Array) -> Array:
    """Whether every true output (last two axes: rows, outputs) is above 0.9, and every false one below 0.1."""
    return np.all(np.where(t == 1, y > 0.9, y < 0.1), axis=(-2, -1))
