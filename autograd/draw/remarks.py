"""What deserves a second look: NaN and infinity, dead and saturated units, gradients that vanish, wrong rules."""

from contextlib import suppress

import numpy as np

from autograd.compare import Difference, compare
from autograd.draw.model import Graph, symbol
from autograd.draw.numbers import array_of
from autograd.graph import data_of, is_node
from autograd.typing import Array, NodeLike

SATURATED = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0), "σ": (0.0, 1.0)}
NEAR = 1e-3  # of a bound: saturated


def remarks_on(node: NodeLike, gradient: Array = None) -> list[str]:
    """Short remarks on a node's numbers and gradient, worst first."""
    array = array_of(data_of(node))
    if array is None or not array.size:
        return []
    found = _not_finite(array, "")
    sign = symbol(node).lower()
    if sign.startswith("relu"):
        dead = _units(array <= 0)
        if array.size == 1 and dead:
            found.append("off: passes nothing back")
        elif dead:  # of a single row nobody can say more than that
            one = array.size == _width(array)
            found.append(f"{dead} of {_width(array)} units " + ("off or dead" if one else "dead"))
    elif sign in SATURATED and array.dtype.kind == "f":
        low, high = SATURATED[sign]
        if full := _units((array - low < NEAR) | (high - array < NEAR)):
            found.append(f"{full} of {_width(array)} saturated" if array.size > 1 else "saturated")
    elif node.op is not None and array.size > 1 and not array.any():
        found.append("all zero")
    slope = None if gradient is None else array_of(gradient)
    if slope is not None and slope.size:
        found += _not_finite(slope, "gradient ")
        if slope.size > 1 and not slope.any():
            found.append("gradient 0")
    return found


def _not_finite(array: Array, what: str) -> list[str]:
    if array.dtype.kind not in "fc":
        return []
    nan, inf = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    of = f" in {{}} of {array.size}" if array.size > 1 else ""
    return [f"{what}{kind}{of.format(n)}" for kind, n in (("NaN", nan), ("∞", inf)) if n]


def _width(array: Array) -> int:
    return int(array.shape[-1]) if array.ndim else 1


def _units(silent: Array) -> int:
    """How many units (along the last axis) are silent for every row of the batch."""
    return int(silent.reshape(-1, silent.shape[-1]).all(0).sum()) if silent.ndim else int(silent)


def first_nan(graph: Graph) -> NodeLike:
    """The oldest op that made a NaN of inputs that hold none, or a leaf that holds one; None if all is well."""
    def bad(x: NodeLike) -> bool:
        array = array_of(data_of(x) if is_node(x) else x)
        return array is not None and array.dtype.kind in "fc" and bool(np.isnan(array).any())

    return next((node for node in graph.nodes if bad(node) and not any(map(bad, node.inputs))), None)


def wrong_rules(graph: Graph) -> dict[NodeLike, str]:
    """Each op whose derivative does not agree with differences, oldest first, and how it differs."""
    rng = np.random.default_rng(0)
    wrong: dict[NodeLike, Difference] = {}
    for node in graph.nodes:
        with suppress(Exception):  # what has no derivative, or lost it, is not wrong: a picture is drawn of it too
            if (found := compare(node, rng)) is not None:
                wrong[node] = found
    return {node: f"the rule of {symbol(node)} for input {found.input} is wrong: "
                  f"it gives {found.got:.6g}, differences {found.expected:.6g}" for node, found in wrong.items()}
