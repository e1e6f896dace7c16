"""NumPy's statistics: averages, order statistics and correlations."""

import math
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import raw
from autograd.rules.linalg import h
from autograd.rules.table import derived, normalize_axes
from autograd.typing import Array, ArrayLike, Axis, DTypeLike


@derived(np.ptp)
def _ptp(a: Array, axis: Axis = None, out: None = None, keepdims: bool = False) -> Array:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


@derived(np.average)
def _average(a: Array, axis: Axis = None, weights: Array = None, returned: bool = False, *,
             keepdims: bool = False) -> Any:
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


# ---- correlations ---------------------------------------------------------------------------------------------------
@derived(np.cov)
def _cov(m: Array, y: Array = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None,
         fweights: ArrayLike | None = None, aweights: ArrayLike | None = None, *,
         dtype: DTypeLike | None = None) -> Array:
    if fweights is not None or aweights is not None or dtype is not None:
        raise no_rule("cov with weights or dtype")
    rows = [np.atleast_2d(x) for x in (m, y) if x is not None]
    rows = [x.T if not rowvar and np.shape(x)[0] != 1 else x for x in rows]
    x = np.concatenate(rows, axis=0) * np.ones((), float)  # NumPy computes in double precision
    freedom = np.shape(x)[1] - ((0 if bias else 1) if ddof is None else ddof)
    deviation = x - np.mean(x, axis=1, keepdims=True)
    return np.squeeze(deviation @ h(deviation) / freedom)


@derived(np.corrcoef)
def _corrcoef(x: Array, y: Array = None, rowvar: bool = True) -> Array:
    c = np.cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    size = np.sqrt(np.real(np.diagonal(c)))
    return c / np.expand_dims(size, 1) / size
