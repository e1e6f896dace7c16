"""The loss and the length of the gradient as training goes, of many starts: the curves that the thread showed."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np

from demos.study.configurations import Configuration
from demos.study.networks import ByEngine
from nn.serialization import write_atomically

STARTS, WIDTHS = 200, (2, 4, 5, 8)
STEPS = sorted({round(10 ** (i / 10)) for i in range(38)} | {0, 1000, 5000})


def curve(width: int, seed: int) -> list[dict[str, Any]]:
    """Quartiles over the starts at some steps of plain gradient descent on XOR; nothing is stopped early."""
    c = Configuration(hidden=(width,))
    nets = ByEngine(c, [np.random.default_rng([*c.seed(seed), i]) for i in range(STARTS)])
    rows = []
    for step in range(STEPS[-1] + 1):
        _, loss = nets.forward()
        nets.backward()
        if step in STEPS:
            quartiles = [np.quantile(x, [0.25, 0.5, 0.75]) for x in (loss, nets.gradient())]
            names = [f"{what}_{q}" for what in ("loss", "gradient") for q in (25, 50, 75)]
            numbers = [float(f"{x:.6g}") for x in np.concatenate(quartiles)]
            rows.append({"width": width, "step": step, **dict(zip(names, numbers, strict=True)),
                         "at_rest": float(np.mean(nets.gradient() < 1e-4)), "starts": STARTS})
        nets.step()
    return rows


def write_curves(folder: Path, seed: int) -> None:
    """curves.csv."""
    rows = [row for width in WIDTHS for row in curve(width, seed)]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomically(folder / "curves.csv", text.getvalue().encode())


def read_curves(folder: Path) -> dict[int, dict[str, Any]]:
    """The columns of curves.csv, for each width."""
    with (folder / "curves.csv").open(newline="", encoding="utf-8") as file:
        rows = [{name: float(x) for name, x in row.items()} for row in csv.DictReader(file)]
    return {width: {name: np.array([row[name] for row in rows if row["width"] == width]) for name in rows[0]}
            for width in WIDTHS}
