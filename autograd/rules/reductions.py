"""Derivatives of functions that reduce or accumulate along axes."""

import math
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.rules.calls import normalize_axes
from autograd.rules.table import rule
from autograd.typing import Array, ArrayLike, Axis, DTypeLike


def restore(g: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`g`, of the shape that a reduction of `x` left, with the reduced axes put back as length 1."""
    if keepdims is True or (axis is None and np.ndim(g) == 0):
        return g
    return np.expand_dims(g, normalize_axes(axis, np.ndim(x)))


def _within(where: Array, g: Array) -> Array:
    """`g` where a reduction looked, 0 elsewhere."""
    return g if where is True else np.where(where, g, 0)


def _count(x: Array, axis: Axis, where: Array) -> Array:
    """How many elements each output of a reduction has seen."""
    shape = np.shape(x)
    if where is not True:
        return np.sum(np.broadcast_to(np.asarray(where), shape), axis=normalize_axes(axis, len(shape)), keepdims=True)
    return np.size(x) if axis is None else math.prod(shape[a] for a in normalize_axes(axis, len(shape)))


# ---- sums and moments -----------------------------------------------------------------------------------------------
def _sum(g: Array, y: Array, x: Array, axis: Axis = None, keepdims: bool = False, where: Array = True,
         **_: object) -> Array:
    return _within(where, restore(g, x, axis, keepdims))


def _mean(g: Array, y: Array, x: Array, axis: Axis = None, keepdims: bool = False, where: Array = True,
          **_: object) -> Array:
    return _within(where, restore(g, x, axis, keepdims) / _count(x, axis, where))


def _mean_forward(a: Array, axis: Axis = None, **settings: Any) -> Array:
    if axis is None and not settings and getattr(a, "dtype", None) in (np.float32, np.float64):
        return np.add.reduce(a, axis=None) / a.size  # what np.mean does, in a third of its time
    return np.mean(a, axis=axis, **settings)


def _var(g: Array, y: Array, x: Array, axis: Axis = None, dtype: DTypeLike | None = None, ddof: float = 0,
         keepdims: bool = False, where: Array = True, mean: Array = None, correction: float | None = None,
         **_: object) -> Array:
    if mean is not None:
        raise no_rule("var and std with mean=", "leave it out")
    freedom = _count(x, axis, where) - (correction if correction is not None else ddof)
    deviation = x - np.mean(x, axis=axis, keepdims=True, where=where)
    return _within(where, restore(g, x, axis, keepdims) * (2 / freedom) * np.conj(deviation))


def _std(g: Array, y: Array, x: Array, **settings: Any) -> Array:
    return _var(g * 0.5 / (y + np.equal(y, 0)), y, x, **settings)  # where nothing deviates the slope is 0


rule(np.sum, "sum", _sum)
rule(np.mean, "mean", _mean, forward=_mean_forward)
rule(np.var, "var", _var)
rule(np.std, "std", _std)


# ---- extremes: ties share the gradient equally ----------------------------------------------------------------------
def _extreme(g: Array, y: Array, x: Array, axis: Axis = None, keepdims: bool = False, where: Array = True,
             **_: object) -> Array:
    chosen = np.equal(x, restore(y, x, axis, keepdims)) & np.asarray(where)
    ties = np.maximum(np.sum(chosen, axis=normalize_axes(axis, np.ndim(x)), keepdims=True), 1)  # 0: `initial` won
    return restore(g, x, axis, keepdims) * (chosen / ties)


for extreme, symbol in ((np.max, "max"), (np.min, "min"), (np.amax, "max"), (np.amin, "min")):
    rule(extreme, symbol, _extreme)


# ---- products -------------------------------------------------------------------------------------------------------
def _others(x: Array) -> Array:
    """Along the last axis, the product of all elements but each one, without dividing by any."""
    one = np.ones((*np.shape(x)[:-1], 1), np.result_type(x))
    before = np.cumprod(np.concatenate([one, x[..., :-1]], axis=-1), axis=-1)
    after = np.flip(np.cumprod(np.concatenate([one, np.flip(x, axis=-1)[..., :-1]], axis=-1), axis=-1), axis=-1)
    return before * after


def _prod(g: Array, y: Array, x: Array, axis: Axis = None, keepdims: bool = False, where: Array = True,
          initial: ArrayLike = 1, **_: object) -> Array:
    shape = np.shape(x)
    axes = normalize_axes(axis, len(shape))
    order = (*(a for a in range(len(shape)) if a not in axes), *axes)  # the reduced axes last
    lengths = [shape[a] for a in order]
    seen = x if where is True else np.where(where, x, 1)
    kept = len(shape) - len(axes)
    rows = np.reshape(np.transpose(seen, order), (*lengths[:kept], math.prod(lengths[kept:])))
    others = np.reshape(_others(rows), lengths) if math.prod(shape) else np.zeros(lengths)
    return _within(where, restore(g, x, axis, keepdims) * np.transpose(others, np.argsort(order)) * initial)


rule(np.prod, "prod", _prod)


# ---- running sums and products --------------------------------------------------------------------------------------
def _reverse_cumsum(g: Array, axis: int) -> Array:
    return np.flip(np.cumsum(np.flip(g, axis=axis), axis=axis), axis=axis)


def _cumprod(g: Array, y: Array, x: Array, axis: int) -> Array:
    if not np.any(np.equal(x, 0)):
        return _reverse_cumsum(g * y, axis) / x
    # dy_k/dx_i is the product of x_0 … x_k without x_i: set x_i to 1, for each i in turn, and multiply up again
    rows = np.moveaxis(x, axis, -1)
    n = np.shape(rows)[-1]
    without = np.cumprod(np.where(np.eye(n, dtype=bool), 1, np.expand_dims(rows, -2)), axis=-1)
    slope = np.sum(np.triu(np.ones((n, n))) * without * np.expand_dims(np.moveaxis(g, axis, -1), -2), axis=-1)
    return np.moveaxis(slope, -1, axis)


rule(np.cumsum, "cumsum", lambda g, y, x, axis=None, dtype=None:
     np.reshape(_reverse_cumsum(np.ravel(g), 0), np.shape(x)) if axis is None else _reverse_cumsum(g, axis))
rule(np.cumprod, "cumprod", lambda g, y, x, axis=None, dtype=None:
     np.reshape(_cumprod(g, y, np.ravel(x), 0), np.shape(x)) if axis is None else _cumprod(g, y, x, axis))
