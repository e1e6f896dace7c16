"""Train starts of a configuration until they have learned, blown up, or had their steps; and say how each ended."""

from collections import Counter
from typing import Any

import numpy as np

from autograd.typing import Array
from demos.output import learned
from demos.study.by_hand import ByHand
from demos.study.configurations import Configuration
from demos.study.networks import ByEngine

VERSION = 2  # raise it when `train` or `tally` gives something else: older journals are then left alone
CHECK = 10  # steps between two looks at who has learned
STILL = 1e-4  # the length of a gradient below which a network has come to rest
Tally = dict[str, list[list[Any]]]  # [value, count] pairs, of each thing that is counted
OUTCOMES = ("learned", "diverged", "dead", "at rest", "moving")


def symptom(y: Array, t: Array) -> Array:
    """What the asker saw: three rows came out right, and (1, 1) went to 1."""
    first = np.array([[[True], [True], [True], [False]]]) & (np.arange(y.shape[-1]) == 0)
    right = np.where(t == 1, y > 0.9, y < 0.1)
    return np.all(right | ~first, axis=(1, 2)) & (y[:, 3, 0] > 0.9)


def train(configuration: Configuration, starts: range, seed: int = 0) -> dict[str, list[Any]]:
    """How each of these starts ended: a list of each column.

    start      its number: all its random numbers come from (seed, configuration, number), whatever it is trained with
    outcome    learned, or else: diverged; dead (all ReLUs are off for all rows); at rest; moving still
    steps      until it had learned, in tens; or all of them
    loss, gradient, dead   the last loss, the length of its gradient, the ReLUs of the last hidden layer that are off
    pattern    which of the rows 00 01 10 11 were on the right side of 0.5, as in "1110"
    symptom    whether it shows the asker's: three rows right, and (1, 1) above 0.9
    last       its (first) output for (1, 1)
    """
    c = configuration
    rngs = [np.random.default_rng([*c.seed(seed), i]) for i in starts]
    nets = ByHand(c, rngs) if c.mistake else ByEngine(c, rngs)
    _, t = c.rows()
    numbers = np.array(starts)
    rows: list[dict[str, Any]] = []
    with np.errstate(all="ignore"):
        for step in range(c.steps + 1):
            y, loss = nets.forward()
            if step % CHECK == 0 or step == c.steps:
                over = learned(y, t) | _diverged(loss) | (step == c.steps)
                if over.any():
                    nets.backward()
                    rows += _ended(c, nets, numbers, step, y, loss, over)
                    numbers = numbers[~over]
                    if not len(numbers):
                        break
                    nets.keep(~over)
                    nets.forward()
            nets.backward()
            nets.step()
    rows.sort(key=lambda row: row["start"])
    return {name: [row[name] for row in rows] for name in rows[0]}


def tally(ended: dict[str, list[Any]]) -> Tally:
    """What the study keeps of any number of starts: how often what was found, as pairs [value, count].

    outcome   of all
    steps     of those that learned
    plateau   the last loss, to 3 decimals, of those that failed without diverging
    pattern   of the same
    symptom   the answer to (1, 1), to 3 decimals, of those that show the asker's symptom
    """
    rows = [dict(zip(ended, row, strict=True)) for row in zip(*ended.values(), strict=True)]
    failed = [row for row in rows if row["outcome"] not in ("learned", "diverged")]
    return {name: _counted(found) for name, found in {
        "outcome": [row["outcome"] for row in rows],
        "steps": [row["steps"] for row in rows if row["outcome"] == "learned"],
        "plateau": [round(row["loss"], 3) for row in failed if row["loss"] is not None],
        "pattern": [row["pattern"] for row in failed],
        "symptom": [round(row["last"], 3) for row in rows if row["symptom"]],
    }.items()}


def merged(tallies: list[Tally]) -> dict[str, Counter[Any]]:
    """The tallies of parts of the starts as those of all."""
    found: dict[str, Counter[Any]] = {}
    for one in tallies:
        for name, pairs in one.items():
            found.setdefault(name, Counter()).update(dict(map(tuple, pairs)))
    return found


def _counted(values: list[Any]) -> list[list[Any]]:
    return [list(pair) for pair in sorted(Counter(values).items())]


def _ended(c: Configuration, nets: ByEngine | ByHand, numbers: Array, step: int, y: Array, loss: Array,
           over: Array) -> list[dict[str, Any]]:
    """The rows of the starts that are over."""
    _, t = c.rows()
    gradient, dead = nets.gradient(), nets.dead() if c.activation == "relu" else np.zeros(len(numbers), int)
    good, all_dead = learned(y, t), (dead == c.hidden[-1]) & (not c.shortcut)
    outcome = np.select([good, _diverged(loss), all_dead, gradient < STILL], OUTCOMES[:-1], OUTCOMES[-1])
    seen = symptom(y, t) & ~good
    side = ((y > 0.5) == (t > 0.5)).all(axis=-1)
    return [{
        "start": int(numbers[i]), "outcome": str(outcome[i]), "steps": step, "loss": _rounded(loss[i]),
        "gradient": _rounded(gradient[i]), "dead": int(dead[i]), "pattern": "".join(str(int(x)) for x in side[i]),
        "symptom": bool(seen[i]), "last": _rounded(y[i, 3, 0]),
    } for i in np.flatnonzero(over)]


def _diverged(loss: Array) -> Array:
    return ~(loss < 1e9)  # nor is NaN below that


def _rounded(x: float) -> float | None:
    """Six digits: what is beyond may differ from one machine's arithmetic to another's."""
    return float(f"{x:.6g}") if np.isfinite(x) else None
