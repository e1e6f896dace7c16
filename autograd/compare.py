"""A derivative compared with differences: what `gradcheck`, the check view, and any other look for a wrong rule share.

A line is a function of one number: how far all inputs have moved along some direction. Only what nodes have by the
protocol of `graph.py` is used, so that pictures may compare any node.
"""

from typing import NamedTuple

import numpy as np

from autograd.graph import data_of, is_node
from autograd.typing import Array, Function, NodeLike


def central(line: Function, step: float) -> Array:
    """The slope of a line at 0 by the central difference, whose error is of the order of step²."""
    return (line(step) - line(-step)) / (2 * step)


def sides(line: Function, step: float) -> tuple[Array, Array]:
    """The slopes of a line to the left of 0 and to the right: at a kink they differ."""
    here = line(0.0)
    return (here - line(-step)) / step, (line(step) - here) / step


def nearest_slope(got: float, line: Function, size: float) -> float:
    """The slope that is nearest to `got`: by two steps, or, at a kink, any between those of its two sides.

    line  gives an array, whose elements add up: each may have a kink of its own
    size  of the inputs, which steps are relative to
    """
    (left, right), (before, after) = sides(line, 1e-6 * max(1.0, size)), sides(line, 1e-4 * max(1.0, size))
    between = np.clip(got, np.minimum(left, right).sum(), np.maximum(left, right).sum())
    tries = [np.sum(left + right) / 2, np.sum(before + after) / 2, between]
    return float(min(tries, key=lambda slope: abs(slope - got)))


class Difference(NamedTuple):
    """A derivative that does not agree with differences: of which input, what the rule gives, what they give."""

    input: int
    got: float
    expected: float


def compare(node: NodeLike, rng: "np.random.Generator", rtol: float = 1e-4, atol: float = 1e-6) -> Difference | None:
    """The first input of a node for which its rule does not agree with differences; None if all do.

    Each input is moved along one random direction v, and the outputs are weighted by random w: w·J·v by the rule, and
    by differences. |got - expected| <= atol + rtol · (|expected| + Σ|w·J||v|) is close enough. None as well where that
    can't be told: of leaves, ops that can't be computed again, outputs that are not real and finite, derivatives that
    are infinite, functions that end where they are looked at.
    """
    if node.op is None or not hasattr(node, "pull") or not hasattr(node.op, "compute"):
        return None
    y = np.asarray(data_of(node))
    if y.dtype.kind != "f" or not np.isfinite(y).all():
        return None
    w = rng.uniform(0.5, 1.5, y.shape)
    inputs = [np.asarray(data_of(x) if is_node(x) else x) for x in node.inputs]
    inputs = [x.astype(float) if x.dtype.kind == "f" else x for x in inputs]
    for i, part in enumerate(node.pull(float(w) if type(data_of(node)) is float else w.astype(y.dtype))):
        if part is None or inputs[i].dtype.kind != "f" or np.isinf(part).any():
            continue
        v = rng.uniform(0.5, 1.5, inputs[i].shape) * rng.choice([-1.0, 1.0], inputs[i].shape)
        got = float(np.sum(part * v))

        def line(t: float, i: int = i, v: Array = v) -> Array:
            moved = [*inputs[:i], inputs[i] + t * v, *inputs[i + 1 :]]
            with np.errstate(all="ignore"):
                return w * np.asarray(node.op.compute(*moved, **(node.settings or {})))

        expected = nearest_slope(got, line, float(np.abs(inputs[i]).max(initial=0)))
        close = atol + rtol * (abs(expected) + float(np.sum(np.abs(part * v))))
        if not (np.isnan(expected) or abs(got - expected) <= close):
            return Difference(i, got, expected)
    return None
