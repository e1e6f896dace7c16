"""The loss and the length of the gradient as training goes, of many starts: the curves that the thread showed."""

import csv
import itertools
from pathlib import Path
from typing import Any

import numpy as np

from demos.output import learned
from demos.study.configurations import Configuration
from demos.study.networks import ByEngine
from demos.study.results import write_csv
from demos.study.training import STILL

STARTS, WIDTHS = 400, (2, 4, 5, 8)
STEPS = sorted({round(10 ** (i / 10)) for i in range(38)} | {0, 1000, 5000})
ENDINGS = ("learned", "failed")


def curve(width: int, seed: int) -> list[dict[str, Any]]:
    """Quartiles over the starts that learn XOR in the end, and over those that don't, at some steps of plain gradient
    descent; nothing is stopped early. `at_rest` is the share whose gradient is shorter than 0.0001.
    """
    c = Configuration(hidden=(width,))
    nets = ByEngine(c, [np.random.default_rng([*c.seed(seed), i]) for i in range(STARTS)])
    seen = []
    for step in range(STEPS[-1] + 1):
        y, loss = nets.forward()
        nets.backward()
        if step in STEPS:
            seen.append((step, loss, nets.gradient()))
        nets.step()
    good = learned(y, c.rows()[1])
    rows = []
    for ending, which in zip(ENDINGS, (good, ~good), strict=True):
        for step, *found in seen:
            parts = [x[which] if which.any() else np.full(1, np.nan) for x in found]
            numbers = np.concatenate([np.quantile(x, [0.25, 0.5, 0.75]) for x in parts])
            names = [f"{what}_{q}" for what in ("loss", "gradient") for q in (25, 50, 75)]
            rows.append({"width": width, "ending": ending, "starts": int(which.sum()), "step": step,
                         **dict(zip(names, [float(f"{x:.6g}") for x in numbers], strict=True)),
                         "at_rest": round(float(np.mean(parts[1] < STILL)), 6)})
    return rows


def write_curves(folder: Path, seed: int) -> None:
    """curves.csv."""
    rows = [row | {"seed": seed} for width in WIDTHS for row in curve(width, seed)]
    write_csv(folder / "curves.csv", rows)


def read_curves(folder: Path) -> dict[tuple[int, str], dict[str, Any]]:
    """The columns of curves.csv, for each width and ending."""
    with (folder / "curves.csv").open(newline="", encoding="utf-8") as file:
        rows = [{name: x if name == "ending" else float(x) for name, x in row.items()} for row in csv.DictReader(file)]
    found = {}
    for width, ending in itertools.product(WIDTHS, ENDINGS):
        curve = [row for row in rows if (row["width"], row["ending"]) == (width, ending)]
        found[width, ending] = {name: np.array([row[name] for row in curve]) for name in rows[0]}
    return found
