"""NumPy's reductions in terms of others."""

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.errors import ShapeError
from autograd.graph import raw
from autograd.rules.calls import no_out, normalize_axes, since_2_1
from autograd.rules.shaping import stacked
from autograd.rules.table import derived
from autograd.typing import Array, Axis, DTypeLike, Function


@derived(np.trace)
def _trace(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: DTypeLike | None = None,
           out: None = None) -> Array:
    no_out("trace", out)
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


def _cumulative(accumulate: Function, initial: Function) -> Function:
    def accumulated(x: Array, /, *, axis: int | None = None, dtype: DTypeLike | None = None, out: None = None,
                    include_initial: bool = False) -> Array:
        x = np.atleast_1d(x)
        if axis is None and np.ndim(x) > 1:
            raise ShapeError(f"{accumulate.__name__}: of an array of shape {np.shape(x)} axis must be given")
        y = accumulate(x, axis=0 if axis is None else axis, dtype=dtype)
        (axis,) = normalize_axes(axis, np.ndim(x))
        shape = [1 if i == axis else n for i, n in enumerate(np.shape(y))]
        return np.concatenate([initial(shape, raw(y).dtype), y], axis=axis) if include_initial else y

    return accumulated


derived(*since_2_1("cumulative_sum"))(_cumulative(np.cumsum, np.zeros))
derived(*since_2_1("cumulative_prod"))(_cumulative(np.cumprod, np.ones))


@derived(np.ptp)
def _ptp(a: Array, axis: Axis = None, out: None = None, keepdims: bool = False) -> Array:
    no_out("ptp", out)
    high, low = np.max(a, axis=axis, keepdims=keepdims), np.min(a, axis=axis, keepdims=keepdims)
    return high - np.where(np.isnan(high), 0, low)  # the gradient of NaN does not cancel out


@derived(np.average)
def _average(a: Array, axis: Axis = None, weights: Array = None, returned: bool = False, *,
             keepdims: bool = False) -> Array | tuple[Array, Array]:
    a = stacked(a)
    a = a * 1.0 if np.asarray(raw(a)).dtype.kind in "biu" else a
    axes = normalize_axes(axis, np.ndim(a))
    shape = np.shape(a)
    if weights is None:
        mean = np.mean(a, axis=axes, keepdims=keepdims)
        scale = np.asarray(raw(mean)).dtype.type(np.size(a) / np.size(mean))
    else:
        weights = stacked(weights)
        if np.shape(weights) != shape:  # weights of the averaged axes alone
            order = axes if axis is None else normalize_axis_tuple(axis, len(shape))
            if axis is None or np.shape(weights) != tuple(shape[i] for i in order):
                raise ShapeError(f"average: weights of shape {np.shape(weights)} fit neither {shape} nor axis {axis}")
            fitted = [n if i in axes else 1 for i, n in enumerate(shape)]
            weights = np.reshape(np.transpose(weights, np.argsort(order)), fitted)
        dtype = np.result_type(*(np.asarray(raw(x)).dtype for x in (a, weights)))
        scale = np.sum(np.broadcast_to(weights, shape), axis=axes, dtype=dtype, keepdims=keepdims)
        if np.any(np.equal(scale, 0)):
            raise ZeroDivisionError("average: weights sum to zero, can't be normalized")
        mean = np.sum(a * weights, axis=axes, keepdims=keepdims) / scale
    return (mean, np.broadcast_to(scale, np.shape(mean))) if returned else mean
