"""The study's results: a row for each configuration, with intervals, as CSV and Parquet."""

import csv
import io
import json
import platform
from collections import Counter
from pathlib import Path
from statistics import NormalDist, median
from typing import Any

import numpy as np

from demos.show import extra
from demos.study.configurations import Configuration
from demos.study.running import Journal, Unit
from demos.study.training import OUTCOMES
from nn.serialization import write_atomically


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of a rate of which `successes` of `n` tries are known (Wilson, 1927).

    >>> [round(x, 4) for x in wilson(7, 10)]
    [0.3968, 0.8922]
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    p, zz = successes / n, z * z / n
    middle, half = (p + zz / 2) / (1 + zz), z * (p * (1 - p) / n + zz / (4 * n)) ** 0.5 / (1 + zz)
    return (0.0 if successes == 0 else middle - half), (1.0 if successes == n else middle + half)


def rows_of(units: list[Unit], journal: Journal) -> list[dict[str, Any]]:
    """A row for each configuration, in the order of the units' configurations.

    low, high          the Wilson interval of the rate, at 95 %
    low_all, high_all  those that hold for all rows at once, at 95 % (Bonferroni): with hundreds of rows, some of the
                       narrower ones miss
    """
    parts: dict[Configuration, list[tuple[int, dict[str, list[Any]]]]] = {}
    for unit in units:
        parts.setdefault(unit.configuration, []).append((unit.first, journal.done[unit.name]))
    together = 1 - 0.05 / len(parts)
    return [_row(c, [ended for _, ended in sorted(found, key=lambda x: x[0])], units[0].seed, together)
            for c, found in sorted(parts.items(), key=lambda x: x[0].key)]


def _row(c: Configuration, ended: list[dict[str, list[Any]]], seed: int, together: float) -> dict[str, Any]:
    columns = {name: [x for part in ended for x in part[name]] for name in ended[0]}
    outcomes = Counter(columns["outcome"])
    n, good = len(columns["outcome"]), outcomes["learned"]
    low, high = wilson(good, n)
    low_all, high_all = wilson(good, n, together)
    steps = [s for s, o in zip(columns["steps"], columns["outcome"], strict=True) if o == "learned"]
    failed = [i for i, o in enumerate(columns["outcome"]) if o not in ("learned", "diverged")]
    losses = [columns["loss"][i] for i in failed if columns["loss"][i] is not None]
    plateau = Counter(round(x, 3) for x in losses).most_common(1)
    patterns = Counter(columns["pattern"][i] for i in failed).most_common(1)
    shown = [columns["last"][i] for i in range(n) if columns["symptom"][i]]
    return c.settings | {
        "starts": n, "learned": good, "rate": round(good / n, 6), "low": round(low, 6), "high": round(high, 6),
        "low_all": round(low_all, 6), "high_all": round(high_all, 6), "median_steps": median(steps) if steps else None,
        **{x.replace(" ", "_"): outcomes[x] for x in OUTCOMES[1:]},
        "plateau": plateau[0][0] if plateau else None, "at_plateau": plateau[0][1] if plateau else 0,
        "commonest_pattern": patterns[0][0] if patterns else "", "of_that_pattern": patterns[0][1] if patterns else 0,
        "symptom": len(shown), "symptom_at_1": sum(0.9 < x < 1.1 for x in shown),
        "symptom_median": round(float(np.median(shown)), 4) if shown else None, "seed": seed,
    }


def write_results(rows: list[dict[str, Any]], folder: Path, settings: dict[str, Any]) -> None:
    """results.csv, results.parquet, and settings.json: versions, seed, and how to have them again."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomically(folder / "results.csv", text.getvalue().encode())
    pyarrow, parquet = extra("pyarrow"), extra("pyarrow.parquet")
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows), buffer)
    write_atomically(folder / "results.parquet", buffer.getvalue())
    versions = {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()}
    write_atomically(folder / "settings.json", json.dumps(settings | versions, indent=2, sort_keys=True).encode())


def read_results(folder: Path) -> list[dict[str, Any]]:
    """The rows of results.csv, with numbers as numbers."""
    def value(name: str, text: str) -> Any:
        if name in ("hidden", "encoding", "commonest_pattern") or text in ("", "True", "False"):
            return {"": None, "True": True, "False": False}.get(text, text)
        try:
            return int(text)
        except ValueError:
            try:
                return float(text)
            except ValueError:
                return text

    with (folder / "results.csv").open(newline="", encoding="utf-8") as file:
        return [{name: value(name, text) for name, text in row.items()} for row in csv.DictReader(file)]
