"""Derivatives of functions that reduce or accumulate along axes."""

import math
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import raw
from autograd.rules.table import derived, no_gradient, normalize_axes, rule, since_2_1
from autograd.typing import Array


def restore(g: Array, x: Array, axis: Any = None, keepdims: Any = False) -> Array:
    """`g`, of the shape that a reduction of `x` left, with the reduced axes put back as length 1."""
    if keepdims is True or (axis is None and np.ndim(g) == 0):
        return g
    return np.expand_dims(g, normalize_axes(axis, np.ndim(x)))


def _within(where: Any, g: Array) -> Array:
    """`g` where a reduction looked, 0 elsewhere."""
    return g if where is True else np.where(where, g, 0)


def _count(x: Array, axis: Any, where: Any) -> Array:
    """How many elements each output of a reduction has seen."""
    if where is True:
        if axis is None:
            return np.size(x)
        shape = np.shape(x)
        return math.prod(shape[a] for a in normalize_axes(axis, len(shape)))
    return np.sum(np.broadcast_to(raw(where), np.shape(x)), axis=None if axis is None else tuple(
        normalize_axes(axis, np.ndim(x))), keepdims=True)


def _sum(g: Array, y: Array, x: Array, axis: Any = None, keepdims: Any = False, where: Any = True, **_: Any) -> Array:
    return _within(where, restore(g, x, axis, keepdims))


def _mean(g: Array, y: Array, x: Array, axis: Any = None, keepdims: Any = False, where: Any = True, **_: Any) -> Array:
    return _within(where, restore(g, x, axis, keepdims) / _count(x, axis, where))


def _deviation(x: Array, axis: Any, where: Any) -> Array:
    return x - np.mean(x, axis=axis, keepdims=True, where=where)


def _var(g: Array, y: Array, x: Array, axis: Any = None, dtype: Any = None, ddof: Any = 0, keepdims: Any = False,
         where: Any = True, mean: Any = None, correction: Any = None, **_: Any) -> Array:
    if mean is not None:
        raise no_rule("var and std with mean=", "leave it out")
    freedom = _count(x, axis, where) - (correction if correction is not None else ddof)
    slope = restore(g, x, axis, keepdims) * (2 / freedom) * np.conj(_deviation(x, axis, where))
    return _within(where, slope)


def _std(g: Array, y: Array, x: Array, **settings: Any) -> Array:
    return _var(g * 0.5 / (y + np.equal(y, 0)), y, x, **settings)  # where nothing deviates the slope is 0


def _extreme(g: Array, y: Array, x: Array, axis: Any = None, keepdims: Any = False, where: Any = True,
             **_: Any) -> Array:
    chosen = np.equal(x, restore(y, x, axis, keepdims)) & np.asarray(where)
    axes = normalize_axes(axis, np.ndim(x))
    ties = np.maximum(np.sum(chosen, axis=axes, keepdims=True), 1)  # 0 where `initial` won
    return restore(g, x, axis, keepdims) * (chosen / ties)


def _others(x: Array) -> Array:
    """Along the last axis, the product of all elements but each one, without dividing by any."""
    one = np.ones((*np.shape(x)[:-1], 1), raw(x).dtype)
    before = np.cumprod(np.concatenate([one, x[..., :-1]], axis=-1), axis=-1)
    after = np.flip(np.cumprod(np.concatenate([one, np.flip(x, axis=-1)[..., :-1]], axis=-1), axis=-1), axis=-1)
    return before * after


def _prod(g: Array, y: Array, x: Array, axis: Any = None, keepdims: Any = False, where: Any = True, initial: Any = 1,
          dtype: Any = None, **_: Any) -> Array:
    shape = np.shape(x)
    axes = normalize_axes(axis, len(shape))
    kept = tuple(a for a in range(len(shape)) if a not in axes)
    seen = x if where is True else np.where(where, x, 1)
    rows = np.reshape(np.transpose(seen, kept + axes), (*(shape[a] for a in kept), math.prod(shape[a] for a in axes)))
    others = np.reshape(_others(rows), [shape[a] for a in kept + axes]) if math.prod(shape) else np.zeros(
        [shape[a] for a in kept + axes])
    others = np.transpose(others, np.argsort(kept + axes))
    return _within(where, restore(g, x, axis, keepdims) * others * initial)


def _reverse_cumsum(g: Array, axis: int) -> Array:
    return np.flip(np.cumsum(np.flip(g, axis=axis), axis=axis), axis=axis)


def _cumprod(g: Array, y: Array, x: Array, axis: int, **_: Any) -> Array:
    if not np.any(np.equal(x, 0)):
        return _reverse_cumsum(g * y, axis) / x
    # dy_k/dx_i is the product of x_0 … x_k without x_i: set x_i to 1, for each i in turn, and multiply up again
    rows = np.moveaxis(x, axis, -1)
    n = np.shape(rows)[-1]
    without = np.cumprod(np.where(np.eye(n, dtype=bool), 1, np.expand_dims(rows, -2)), axis=-1)
    slope = np.sum(np.triu(np.ones((n, n))) * without * np.expand_dims(np.moveaxis(g, axis, -1), -2), axis=-1)
    return np.moveaxis(slope, -1, axis)


rule(np.sum, "sum", _sum)

def _mean_forward(a: Array, axis: Any = None, **settings: Any) -> Array:
    if axis is None and not settings and getattr(a, "dtype", None) in (np.float32, np.float64):
        return np.add.reduce(a, axis=None) / a.size  # what np.mean does, in a third of its time
    return np.mean(a, axis=axis, **settings)


rule(np.mean, "mean", _mean, forward=_mean_forward)
rule(np.var, "var", _var)
rule(np.std, "std", _std)
rule(np.prod, "prod", _prod)
for extreme, symbol in ((np.max, "max"), (np.min, "min"), (np.amax, "max"), (np.amin, "min")):
    rule(extreme, symbol, _extreme)


rule(np.cumsum, "cumsum", lambda g, y, x, axis=None, dtype=None:
     np.reshape(_reverse_cumsum(np.ravel(g), 0), np.shape(x)) if axis is None else _reverse_cumsum(g, axis))
rule(np.cumprod, "cumprod", lambda g, y, x, axis=None, dtype=None:
     np.reshape(_cumprod(g, y, np.ravel(x), 0), np.shape(x)) if axis is None else _cumprod(g, y, x, axis))


@derived(*since_2_1("cumulative_sum"))
def _cumulative_sum(x: Array, /, *, axis: int | None = None, dtype: Any = None, out: None = None,
                    include_initial: bool = False) -> Array:
    return _with_initial(np.cumsum(x, axis=0 if axis is None else axis, dtype=dtype), axis, include_initial, np.zeros)


@derived(*since_2_1("cumulative_prod"))
def _cumulative_prod(x: Array, /, *, axis: int | None = None, dtype: Any = None, out: None = None,
                     include_initial: bool = False) -> Array:
    return _with_initial(np.cumprod(x, axis=0 if axis is None else axis, dtype=dtype), axis, include_initial, np.ones)


def _with_initial(y: Array, axis: int | None, include: bool, make: Any) -> Array:
    shape = list(np.shape(y))
    shape[axis or 0] = 1
    return np.concatenate([make(shape, raw(y).dtype), y], axis=axis or 0) if include else y


@derived(np.ptp)
def _ptp(a: Array, axis: Any = None, out: None = None, keepdims: Any = False) -> Array:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


@derived(np.trace)
def _trace(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None) -> Array:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


@derived(np.average)
def _average(a: Array, axis: Any = None, weights: Any = None, returned: bool = False, *,
             keepdims: Any = False) -> Any:
    axes = normalize_axes(axis, np.ndim(a))
    shape = np.shape(a)
    if weights is None:
        mean, scale = np.mean(a, axis=axes, keepdims=keepdims), np.float64(math.prod(shape[i] for i in axes))
    else:
        weights = weights if hasattr(weights, "shape") else np.asarray(weights)
        if np.shape(weights) != shape:  # weights of the averaged axes alone
            fitted = [shape[i] if i in axes else 1 for i in range(len(shape))]
            if np.shape(weights) != tuple(shape[i] for i in (axis if isinstance(axis, tuple) else axes)):
                raise ShapeError(f"average: weights of shape {np.shape(weights)} fit neither {shape} nor axis {axis}")
            order = np.argsort([i % len(shape) for i in axis]) if isinstance(axis, tuple) else None
            weights = np.reshape(np.transpose(weights, order), fitted)
        scale = np.sum(np.broadcast_to(weights, shape), axis=axes, keepdims=keepdims)
        if np.any(np.equal(scale, 0)):
            raise ZeroDivisionError("average: weights sum to zero, can't be normalized")
        mean = np.sum(a * weights, axis=axes, keepdims=keepdims) / scale
    return (mean, np.broadcast_to(scale, np.shape(mean))) if returned else mean


# ---- order statistics -----------------------------------------------------------------------------------------------
@derived(np.quantile)
def _quantile(a: Array, q: Any, axis: Any = None, out: None = None, overwrite_input: bool = False,
              method: Any = "linear", keepdims: Any = False, *, weights: Any = None) -> Array:
    if weights is not None:
        raise no_rule("quantile with weights=")
    kind = raw(a).dtype if isinstance(q, (int, float)) else float  # a Python number does not widen float32
    q = np.asarray(raw(q))
    axes = normalize_axes(axis, np.ndim(a))
    shape = np.shape(a)
    kept = tuple(i for i in range(len(shape)) if i not in axes)
    rows = np.reshape(np.transpose(a, kept + axes), (*(shape[i] for i in kept), -1))
    # Every method takes a mean of two neighbours in sorted order. Which two, and in what proportion, NumPy says
    # itself: the quantile of 0, 1, 2, … is the (fractional) position.
    place = np.quantile(np.arange(np.shape(rows)[-1], dtype=float), q, method=method)
    low, high = np.floor(place).astype(int), np.ceil(place).astype(int)
    ranked = np.sort(rows, axis=-1)
    part = (place - low).astype(kind)
    result = ranked[..., low] * (1 - part) + ranked[..., high] * part
    result = np.where(np.isnan(rows).any(axis=-1).reshape(np.shape(rows)[:-1] + (1,) * q.ndim), np.nan, result)
    result = np.moveaxis(result, range(np.ndim(result) - q.ndim, np.ndim(result)), range(q.ndim))
    if keepdims is True:
        result = np.reshape(result, q.shape + tuple(1 if i in axes else n for i, n in enumerate(shape)))
    return result


@derived(np.percentile)
def _percentile(a: Array, q: Any, *args: Any, **kwargs: Any) -> Array:
    return np.quantile(a, np.true_divide(q, 100), *args, **kwargs)


@derived(np.median)
def _median(a: Array, axis: Any = None, out: None = None, overwrite_input: bool = False,
            keepdims: Any = False) -> Array:
    return _quantile(a, 0.5, axis=axis, method="averaged_inverted_cdf", keepdims=keepdims)


# ---- the same, passing over NaN -------------------------------------------------------------------------------------
def _valid(a: Array, where: Any = True) -> Any:
    return ~np.isnan(a) & np.asarray(where)


@derived(np.nansum)
def _nansum(a: Array, axis: Any = None, **settings: Any) -> Array:
    return np.sum(np.where(np.isnan(a), 0, a), axis=axis, **settings)


@derived(np.nanprod)
def _nanprod(a: Array, axis: Any = None, **settings: Any) -> Array:
    return np.prod(np.where(np.isnan(a), 1, a), axis=axis, **settings)


@derived(np.nancumsum)
def _nancumsum(a: Array, axis: Any = None, **settings: Any) -> Array:
    return np.cumsum(np.where(np.isnan(a), 0, a), axis=axis, **settings)


@derived(np.nancumprod)
def _nancumprod(a: Array, axis: Any = None, **settings: Any) -> Array:
    return np.cumprod(np.where(np.isnan(a), 1, a), axis=axis, **settings)


def _skip_nan(reduce: Any) -> Any:
    def skipping(a: Array, axis: Any = None, dtype: Any = None, out: None = None, where: Any = True,
                 **settings: Any) -> Array:
        valid = _valid(a, where)
        settings.update({} if dtype is None else {"dtype": dtype})
        # where a NaN is left out its slope must be 0, not 0 × NaN: replace it first
        return reduce(np.where(np.isnan(a), 0, a), axis=axis, where=valid, **settings)

    return skipping


for nan_reduce, reduce in ((np.nanmean, np.mean), (np.nanvar, np.var), (np.nanstd, np.std)):
    derived(nan_reduce)(_skip_nan(reduce))


@derived(np.nanmax)
def _nanmax(a: Array, axis: Any = None, out: None = None, keepdims: Any = False, **settings: Any) -> Array:
    lowest = np.max(np.where(np.isnan(a), -np.inf, a), axis=axis, keepdims=keepdims, **settings)
    return np.where(np.all(np.isnan(a), axis=axis, keepdims=keepdims), np.nan, lowest)


@derived(np.nanmin)
def _nanmin(a: Array, axis: Any = None, out: None = None, keepdims: Any = False, **settings: Any) -> Array:
    return -np.nanmax(-a, axis=axis, keepdims=keepdims, **settings)


no_gradient(np.size, np.shape, np.ndim)
