"""NumPy's reductions in terms of others: averages, order statistics, and the reductions that pass over NaN."""

import math
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import raw
from autograd.rules.calls import normalize_axes, since_2_1
from autograd.rules.shaping import stacked
from autograd.rules.table import derived
from autograd.typing import Array, ArrayLike, Axis, DTypeLike, Function, Shape


@derived(np.trace)
def _trace(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: DTypeLike | None = None,
           out: None = None) -> Array:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


def _cumulative(accumulate: Function, initial: Function) -> Function:
    def accumulated(x: Array, /, *, axis: int | None = None, dtype: DTypeLike | None = None,
                    include_initial: bool = False) -> Array:
        y = accumulate(x, axis=axis or 0, dtype=dtype)
        shape = list(np.shape(y))
        shape[axis or 0] = 1
        return np.concatenate([initial(shape, raw(y).dtype), y], axis=axis or 0) if include_initial else y

    return accumulated


derived(*since_2_1("cumulative_sum"))(_cumulative(np.cumsum, np.zeros))
derived(*since_2_1("cumulative_prod"))(_cumulative(np.cumprod, np.ones))


@derived(np.ptp)
def _ptp(a: Array, axis: Axis = None, out: None = None, keepdims: bool = False) -> Array:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


@derived(np.average)
def _average(a: Array, axis: Axis = None, weights: Array = None, returned: bool = False, *,
             keepdims: bool = False) -> Array | tuple[Array, Array]:
    axes = normalize_axes(axis, np.ndim(a))
    shape = np.shape(a)
    if weights is None:
        mean, scale = np.mean(a, axis=axes, keepdims=keepdims), np.float64(math.prod(shape[i] for i in axes))
    else:
        weights = stacked(weights)
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
def _quantile(a: Array, q: ArrayLike, axis: Axis = None, out: None = None, overwrite_input: bool = False,
              method: Any = "linear", keepdims: bool = False, *, weights: ArrayLike | None = None) -> Array:
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
def _percentile(a: Array, q: ArrayLike, *args: Any, **kwargs: Any) -> Array:
    return np.quantile(a, np.true_divide(q, 100), *args, **kwargs)


@derived(np.median)
def _median(a: Array, axis: Axis = None, out: None = None, overwrite_input: bool = False,
            keepdims: bool = False) -> Array:
    return _quantile(a, 0.5, axis=axis, method="averaged_inverted_cdf", keepdims=keepdims)


# ---- passing over NaN -----------------------------------------------------------------------------------------------
def _replacing_nan(reduce: Function, neutral: float) -> Function:
    def replaced(a: Array, axis: Axis = None, **settings: Any) -> Array:
        return reduce(np.where(np.isnan(a), neutral, a), axis=axis, **settings)

    return replaced


derived(np.nansum)(_replacing_nan(np.sum, 0))
derived(np.nanprod)(_replacing_nan(np.prod, 1))
derived(np.nancumsum)(_replacing_nan(np.cumsum, 0))
derived(np.nancumprod)(_replacing_nan(np.cumprod, 1))


def _skip_nan(reduce: Function) -> Function:
    def skipping(a: Array, axis: Axis = None, dtype: DTypeLike | None = None, out: None = None, where: ArrayLike = True,
                 **settings: Any) -> Array:
        settings.update({} if dtype is None else {"dtype": dtype})
        # where a NaN is left out its slope must be 0, not 0 × NaN: replace it first
        return reduce(np.where(np.isnan(a), 0, a), axis=axis, where=~np.isnan(a) & np.asarray(where), **settings)

    return skipping


derived(np.nanmean)(_skip_nan(np.mean))
derived(np.nanvar)(_skip_nan(np.var))
derived(np.nanstd)(_skip_nan(np.std))


@derived(np.nanmax)
def _nanmax(a: Array, axis: int | Shape | None = None, out: None = None, keepdims: bool = False,
            **settings: Any) -> Array:
    lowest = np.max(np.where(np.isnan(a), -np.inf, a), axis=axis, keepdims=keepdims, **settings)
    return np.where(np.all(np.isnan(a), axis=axis, keepdims=keepdims), np.nan, lowest)


@derived(np.nanmin)
def _nanmin(a: Array, axis: Axis = None, out: None = None, keepdims: bool = False, **settings: Any) -> Array:
    return -np.nanmax(-a, axis=axis, keepdims=keepdims, **settings)
