"""NumPy's reductions in terms of others: running sums, traces, and the reductions that pass over NaN."""

from typing import Any

import numpy as np

from autograd.graph import raw
from autograd.rules.table import derived, since_2_1
from autograd.typing import Array, ArrayLike, Axis, DTypeLike, Function, Shape


@derived(np.trace)
def _trace(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: DTypeLike | None = None,
           out: None = None) -> Array:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


def _with_initial(y: Array, axis: int | None, include: bool, make: Function) -> Array:
    shape = list(np.shape(y))
    shape[axis or 0] = 1
    return np.concatenate([make(shape, raw(y).dtype), y], axis=axis or 0) if include else y


@derived(*since_2_1("cumulative_sum"))
def _cumulative_sum(x: Array, /, *, axis: int | None = None, dtype: DTypeLike | None = None, out: None = None,
                    include_initial: bool = False) -> Array:
    return _with_initial(np.cumsum(x, axis=0 if axis is None else axis, dtype=dtype), axis, include_initial, np.zeros)


@derived(*since_2_1("cumulative_prod"))
def _cumulative_prod(x: Array, /, *, axis: int | None = None, dtype: DTypeLike | None = None, out: None = None,
                     include_initial: bool = False) -> Array:
    return _with_initial(np.cumprod(x, axis=0 if axis is None else axis, dtype=dtype), axis, include_initial, np.ones)


# ---- passing over NaN -----------------------------------------------------------------------------------------------
@derived(np.nansum)
def _nansum(a: Array, axis: Axis = None, **settings: Any) -> Array:
    return np.sum(np.where(np.isnan(a), 0, a), axis=axis, **settings)


@derived(np.nanprod)
def _nanprod(a: Array, axis: Axis = None, **settings: Any) -> Array:
    return np.prod(np.where(np.isnan(a), 1, a), axis=axis, **settings)


@derived(np.nancumsum)
def _nancumsum(a: Array, axis: int | None = None, **settings: Any) -> Array:
    return np.cumsum(np.where(np.isnan(a), 0, a), axis=axis, **settings)


@derived(np.nancumprod)
def _nancumprod(a: Array, axis: int | None = None, **settings: Any) -> Array:
    return np.cumprod(np.where(np.isnan(a), 1, a), axis=axis, **settings)


def _skip_nan(reduce: Function) -> Function:
    def skipping(a: Array, axis: Axis = None, dtype: DTypeLike | None = None, out: None = None, where: ArrayLike = True,
                 **settings: Any) -> Array:
        settings.update({} if dtype is None else {"dtype": dtype})
        # where a NaN is left out its slope must be 0, not 0 × NaN: replace it first
        return reduce(np.where(np.isnan(a), 0, a), axis=axis, where=~np.isnan(a) & np.asarray(where), **settings)

    return skipping


for nan_reduce, reduce in ((np.nanmean, np.mean), (np.nanvar, np.var), (np.nanstd, np.std)):
    derived(nan_reduce)(_skip_nan(reduce))


@derived(np.nanmax)
def _nanmax(a: Array, axis: int | Shape | None = None, out: None = None, keepdims: bool = False,
            **settings: Any) -> Array:
    lowest = np.max(np.where(np.isnan(a), -np.inf, a), axis=axis, keepdims=keepdims, **settings)
    return np.where(np.all(np.isnan(a), axis=axis, keepdims=keepdims), np.nan, lowest)


@derived(np.nanmin)
def _nanmin(a: Array, axis: Axis = None, out: None = None, keepdims: bool = False, **settings: Any) -> Array:
    return -np.nanmax(-a, axis=axis, keepdims=keepdims, **settings)
