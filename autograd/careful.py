"""The chain rule where 0 meets infinity: no gradient is passed on from where none arrives, however steep the slope.

The gradient of np.where(x > 0, np.sqrt(x), 0) at x = 0 is 0, for the root was not chosen; but 0 × its infinite slope
is NaN. So what arrives carries a weight, which is 0 where no gradient can have come: a branch, or an element, that was
left out. A gradient that only happens to be 0 has a weight: of np.sqrt(x) ** 2 at 0 the gradient stays NaN.

A backward pass runs without care first, which is faster, and with it if NaN came out: see `backward.swept`.
"""

import operator
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from autograd import chain
from autograd.anomaly import check_backward
from autograd.chain import Gradients, match, parts
from autograd.context import now
from autograd.graph import Node, raw
from autograd.rules.elementwise import relu, where
from autograd.rules.indexing import scatter, update
from autograd.rules.shaping import astype, pad_constant
from autograd.rules.table import TABLE
from autograd.typing import Array, Function

# what leaves elements out, or puts them elsewhere: its rules, run on weights, say which have a gradient
KINKS = {np.maximum, np.minimum, relu}
LEAVE_OUT: set[Function] = {
    where, np.clip, np.fmax, np.fmin, np.nan_to_num, operator.getitem, np.nansum, np.nanmean, np.nanmax, np.nanmin,
    np.nancumsum, np.nanmedian, np.nanquantile, np.nanpercentile}
MOVE = {np.reshape, np.transpose, np.squeeze, np.expand_dims, np.broadcast_to, np.copy, astype, np.flip, np.roll,
        np.tril, np.triu, np.concatenate, pad_constant, scatter, update, np.sum, np.mean, np.max, np.min, np.amax,
        np.amin, np.cumsum, np.median, np.quantile, np.percentile}
# where the result has no gradient, no element of its row has one: as of a sum
ALONG_AXES: dict[Function, Function] = {
    np.var: np.sum, np.std: np.sum, np.prod: np.sum, np.cumprod: np.cumsum, np.linalg.vector_norm: np.sum,
    np.nanvar: np.nansum, np.nanstd: np.nansum, np.nanprod: np.nansum, np.nancumprod: np.nancumsum}
STEEP: set[Function] = {
    np.divide, np.reciprocal, np.power, np.float_power, np.sqrt, np.cbrt, np.log, np.log2, np.log10, np.log1p,
    np.exp, np.exp2, np.expm1, np.arcsin, np.arccos, np.arccosh, np.arctanh}
# after these 0 × infinity may have come in; a kink takes no NaN away, so a steep function must stand before it
RISKY: set[Function] = LEAVE_OUT | STEEP | {np.nanvar, np.nanstd, np.nanprod, np.nancumprod}
for row in map(TABLE.__getitem__, RISKY):
    row.risky = True


class Arrived:
    """A gradient and its weight, which are added up and passed on together."""

    def __init__(self, g: Array, weight: Array):
        self.g, self.weight = g, weight

    def __add__(self, other: "Arrived") -> "Arrived":
        return Arrived(self.g + other.g, self.weight + other.weight)


def sweep(grads: Gradients, live: Collection[Node] | None = None, keep: Collection[Node] | None = None,
          create_graph: bool = False) -> bool:
    """`chain.sweep`, with weights; what is 0 in `grads` is none."""
    arrived: Any = {x: Arrived(g, np.asarray(raw(g) != 0, float)) for x, g in grads.items()}
    chain.sweep(arrived, live, keep, create_graph, contributions)
    grads.clear()
    grads.update({x: found.g for x, found in arrived.items()})
    return False


def contributions(node: Node, arrived: Arrived, create_graph: bool = False) -> Iterator[tuple[int, Node, Arrived]]:
    """`chain.contributions`, with weights."""
    found = list(parts(node, arrived.g, create_graph))
    for (i, x, part), weight in zip(found, _weights(node, arrived.weight, len(found)), strict=True):
        g = match(part if np.all(weight) else np.where(weight != 0, part, 0), x._raw)
        if now().anomaly:
            check_backward(g, arrived.g, node)
        yield i, x, Arrived(g, match(np.asarray(weight), np.asarray(x._raw)))


def _weights(node: Node, weight: Array, count: int) -> list[Any]:
    op: Any = node.op
    if op.function in LEAVE_OUT | KINKS | MOVE:
        return [part for _, _, part in parts(node, weight)]
    if op.function in ALONG_AXES:
        return [TABLE[ALONG_AXES[op.function]].vjps[0](weight, node._raw, raw(node.inputs[0]), **node.settings)]
    return [weight if op.elementwise else np.any(weight) * 1.0] * count
