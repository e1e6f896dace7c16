"""`Dropout`: noise that keeps units from relying on each other."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.extend import raw
from autograd.typing import Array, Seed
from nn.activations import float_dtype, share_of
from nn.module import BuiltIn


def dropout(input: Array, p: float = 0.5, training: bool = True, *, rng: Seed = None) -> Array:
    """Each element is zero with probability p, or else divided by 1 - p, to keep the mean (Srivastava et al., 2014).

    >>> dropout(np.ones(8), 0.5, rng=0)
    array([2., 0., 0., 0., 2., 2., 2., 2.])
    """
    _check(p)
    if not training or p == 0:
        return input
    return _chosen(input, np.random.default_rng(rng).random(np.shape(raw(input))) >= p, p)


def dropout_of_members(x: Array, p: float, rngs: "Sequence[np.random.Generator]", axis: int = 0) -> Array:
    """`dropout` of an ensemble's x, whose axis of members is given: each member has a generator of its own."""
    shape = np.shape(x)
    return _chosen(x, np.stack([rng.random(shape[:axis] + shape[axis + 1 :]) >= p for rng in rngs], axis), p)


def _chosen(x: Array, kept: Array, p: float) -> Array:
    left = np.asarray(1 - float(p), float_dtype(x))
    return share_of(x, kept / left if left > 0 else np.zeros(kept.shape, left.dtype))


def _check(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"p is a probability, got {p}")


class Dropout(BuiltIn):
    """In training, each element is zero with probability p, or else divided by 1 - p; in use (`eval`), x itself.

    The noise comes from `rng`, a numpy.random.Generator or a seed; checkpoints of `fit` hold its state.
    """

    _shown = ("p=",)

    def __init__(self, p: float = 0.5, rng: Seed = None):
        _check(p)
        self.p = p
        self.rng: Any = np.random.default_rng(rng)  # in an ensemble, a list: one for each member

    def forward(self, x: Array) -> Array:
        if not self.training or self.p == 0:
            return x
        return dropout_of_members(x, self.p, self.rng) if self.stacked else dropout(x, self.p, rng=self.rng)
