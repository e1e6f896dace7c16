"""The study's results: a row for each configuration, with intervals, as CSV and Parquet."""

import ast
import contextlib
import csv
import io
import json
import platform
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from statistics import NormalDist, median
from typing import Any

import numpy as np

from autograd.tools import extra, write_atomically
from demos.study.configurations import Configuration
from demos.study.running import Journal, Unit
from demos.study.training import OUTCOMES, merged

TEXTS = ("hidden", "encoding", "commonest_pattern", "norgrad", "python", "numpy")  # columns, whatever they look like


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

    rate               the share of the starts that learned
    low, high          the Wilson interval of the rate, at 95 %
    low_all, high_all  those that hold for all rows at once, at 95 % (Bonferroni): with hundreds of rows, some of the
                       narrower ones miss
    median_steps       of those that learned
    diverged, dead, at_rest, moving   how many failed, and how: see training.py
    plateau, at_plateau               the commonest last loss of those that failed, and how many ended there
    commonest_pattern, of_that_pattern, pattern_1110   which rows 00 01 10 11 those had on the right side of 0.5
    symptom, symptom_at_1, symptom_median   how many show the asker's symptom; with (1, 1) within 0.1 of 1; its median
    """
    parts: dict[Configuration, list[Unit]] = {}
    for unit in units:
        parts.setdefault(unit.configuration, []).append(unit)
    together = 1 - 0.05 / len(parts)
    made_with = {"seed": units[0].seed, "norgrad": version("norgrad"), "python": platform.python_version(),
                 "numpy": np.__version__}
    return [_row(c, merged([journal.done[unit.name] for unit in found]), together) | made_with
            for c, found in sorted(parts.items(), key=lambda x: x[0].key)]


def _row(c: Configuration, counts: dict[str, Counter[Any]], together: float) -> dict[str, Any]:
    outcomes, symptom = counts["outcome"], counts["symptom"]
    n, good = outcomes.total(), outcomes["learned"]
    low, high = wilson(good, n)
    low_all, high_all = wilson(good, n, together)
    plateau, at_plateau = _commonest(counts["plateau"])
    pattern, of_pattern = _commonest(counts["pattern"])
    return c.settings | {
        "starts": n, "learned": good, "rate": round(good / n, 6), "low": round(low, 6), "high": round(high, 6),
        "low_all": round(low_all, 6), "high_all": round(high_all, 6), "median_steps": _median(counts["steps"]),
        **{x.replace(" ", "_"): outcomes[x] for x in OUTCOMES[1:]},
        "plateau": plateau, "at_plateau": at_plateau, "commonest_pattern": pattern or "", "of_that_pattern": of_pattern,
        "pattern_1110": counts["pattern"]["1110"], "symptom": symptom.total(),
        "symptom_at_1": sum(count for x, count in symptom.items() if 0.9 < x < 1.1),
        "symptom_median": _median(symptom),
    }


def _commonest(counts: Counter[Any]) -> tuple[Any, int]:
    """The value that was counted most, and how often; the least of several."""
    return min(counts.items(), key=lambda pair: (-pair[1], pair[0]), default=(None, 0))


def _median(counts: Counter[Any]) -> float | None:
    return float(median(counts.elements())) if counts else None


def write_results(rows: list[dict[str, Any]], folder: Path, settings: dict[str, Any]) -> None:
    """results.csv and results.parquet, with seed and versions in each row; settings.json says how they were made."""
    write_csv(folder / "results.csv", rows)
    pyarrow, parquet = (extra(name, "the study needs", "study") for name in ("pyarrow", "pyarrow.parquet"))
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows), buffer)
    write_atomically(folder / "results.parquet", buffer.getvalue())
    settings = settings | {"machine": platform.machine()}
    write_atomically(folder / "settings.json", json.dumps(settings, indent=2, sort_keys=True).encode())


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """Rows of the same columns, with their titles."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomically(path, text.getvalue().encode())


def read_results(folder: Path) -> list[dict[str, Any]]:
    """The rows of results.csv, with numbers as numbers and None where nothing stands."""
    def value(name: str, text: str) -> Any:
        if name not in TEXTS:
            with contextlib.suppress(ValueError, SyntaxError):  # a word
                return ast.literal_eval(text)
        return text or None

    with (folder / "results.csv").open(newline="", encoding="utf-8") as file:
        return [{name: value(name, text) for name, text in row.items()} for row in csv.DictReader(file)]
