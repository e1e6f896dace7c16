"""Derivatives of functions that reduce or accumulate along axes, and of order statistics.

A rule does not read `keepdims`: how many axes the gradient has tells it. `axis` it hands on to NumPy as it is. Sums and
squares of float16 are taken in float32, where they do not overflow.
"""

import math
from typing import Any

import numpy as np

from autograd.graph import raw
from autograd.rules.calls import Bound, dispatching, no_out, normalize_axes
from autograd.rules.indexing import scatter
from autograd.rules.shaping import astype
from autograd.rules.table import no_gradient, rule
from autograd.typing import Array, ArrayLike, Axis, DTypeLike, Function


def restore(g: Array, x: Array, axis: Axis = None) -> Array:
    """`g`, of the shape that a reduction of `x` left, with the reduced axes put back as length 1."""
    return g if axis is None or np.ndim(g) == np.ndim(x) else np.expand_dims(g, axis)


def wide(x: Array) -> Array:
    """float16 as float32; all else as it is."""
    return astype(x, np.float32) if np.result_type(x) == np.float16 else x


def _within(where: Array, g: Array) -> Array:
    """`g` where a reduction looked, 0 elsewhere."""
    return g if where is True else np.where(where, g, 0)


def _count(y: Array, x: Array, axis: Axis, where: Array) -> Array:
    """How many elements each output of a reduction has seen; 1 where it has seen none."""
    if where is True:
        return max(np.size(x) // max(np.size(y), 1), 1)
    return np.maximum(np.sum(np.broadcast_to(where, np.shape(x)), axis=axis, dtype=int, keepdims=True), 1)


def _rounds(dtype: DTypeLike | None) -> bool:
    """Whether this `dtype=` makes integers of the numbers, so that the slope is 0."""
    return dtype is not None and np.dtype(dtype).kind not in "fc"


def _narrow(x: Array, dtype: DTypeLike | None) -> Array:
    """`x` as a real `dtype=` makes it of complex numbers."""
    return np.real(x) if dtype is not None and np.iscomplexobj(x) and np.dtype(dtype).kind == "f" else x


# ---- sums and moments -----------------------------------------------------------------------------------------------
def _sum(g: Array, y: Array, x: Array, axis: Axis = None, dtype: DTypeLike | None = None, where: Array = True,
         **_: object) -> Array:
    return np.zeros(np.shape(x)) if _rounds(dtype) else _within(where, restore(g, x, axis))


def _mean(g: Array, y: Array, x: Array, axis: Axis = None, dtype: DTypeLike | None = None, where: Array = True,
          **_: object) -> Array:
    if _rounds(dtype):
        return np.zeros(np.shape(x))
    return _within(where, restore(wide(g), x, axis) / _count(y, x, axis, where))


def _mean_forward(a: Array, axis: Axis = None, **settings: Any) -> Array:
    if axis is None and not settings and getattr(a, "dtype", None) in (np.float32, np.float64):
        return np.add.reduce(a, axis=None) / a.size  # what np.mean does, in a third of its time
    return np.mean(a, axis=axis, **settings)


def _moment_arguments(a: Array, *args: Any, **settings: Any) -> Bound:
    settings.update(zip(("axis", "dtype", "out", "ddof", "keepdims"), args, strict=False))
    no_out("a variance", settings.pop("out", None))
    if not settings.get("ddof") and settings.get("correction") is not None:  # another name for it
        settings["ddof"] = settings.pop("correction")
    return ((a,) if settings.get("mean") is None else (a, settings.pop("mean"))), settings


def _moment(function: Function) -> Function:
    """np.var or np.std, with `mean=` as a second input."""
    return lambda a, *mean, **settings: function(a, **settings, **({"mean": mean[0]} if mean else {}))


def _deviation(x: Array, mean: Array, axis: Axis, dtype: DTypeLike | None, where: Array) -> Array:
    deviation = x = _within(where, wide(x))
    for _ in range(2 if mean is None else 0):  # twice, for the first mean is rounded
        deviation = deviation - np.mean(_narrow(deviation, dtype), axis=axis, keepdims=True, where=where)
    deviation = deviation if mean is None else x - mean
    return _within(where, deviation)


def _freedom(y: Array, x: Array, axis: Axis, ddof: float, where: Array) -> Array:
    """The degrees of freedom; NaN if there are none."""
    freedom = _count(y, x, axis, where) - ddof
    return np.where(freedom > 0, freedom, np.nan) if np.ndim(freedom) else float(freedom) if freedom > 0 else math.nan


def _var(g: Array, y: Array, x: Array, mean: Array = None, axis: Axis = None, dtype: DTypeLike | None = None,
         ddof: float = 0, where: Array = True, **_: object) -> Array:
    if _rounds(dtype):
        return np.zeros(np.shape(x))
    slope = np.conj(_deviation(x, mean, axis, dtype, where)) * (2 / _freedom(y, x, axis, ddof, where))
    return _within(where, restore(np.real(g) if np.iscomplexobj(g) else g, x, axis) * slope)  # what varies is real


def _std(g: Array, y: Array, x: Array, mean: Array = None, axis: Axis = None, dtype: DTypeLike | None = None,
         ddof: float = 0, where: Array = True, **_: object) -> Array:
    if _rounds(dtype):
        return np.zeros(np.shape(x))
    if mean is None and dtype is None and where is True and _is_spread(y, x):
        slope = (x - np.mean(x, axis=axis, keepdims=True)) / restore(y * (_count(y, x, axis, where) - ddof), x, axis)
        return restore(g, x, axis) * slope
    deviation = _deviation(x, mean, axis, dtype, where)
    if mean is None and _narrow(x, dtype) is x:
        deviation = np.where(all_equal(x, axis, where), 0, deviation)
    slope = direction(deviation, axis) * _freedom(y, x, axis, ddof, where) ** -0.5
    return _within(where, restore(np.real(g) if np.iscomplexobj(g) else g, x, axis) * slope)  # what varies is real


@dispatching
def _is_spread(y: Array, x: Array) -> bool:
    """Whether real numbers are so far apart, by their standard deviations y, that no digits are lost in the slope."""
    x, y = np.asarray(x), np.asarray(y)
    return x.dtype.char in "fd" and x.size > 0 and bool(
        1e-9 < (size := np.absolute(x).max()) < 1e9 and 1e-2 * size < y.min() and y.max() < np.inf)


@dispatching
def all_equal(x: Array, axis: Axis = None, where: Array = True) -> Array:
    """Whether the numbers along axes are equal. Even then they may deviate from their mean, which is rounded."""
    x = _within(where, x)
    low, high = (f(x, axis=axis, keepdims=True, where=where, initial=start)
                 for f, start in ((np.min, np.inf), (np.max, -np.inf)))
    return np.equal(low, high)


@dispatching
def unit(x: Array, axis: Axis = None, smallest: bool = False) -> Array:
    """The largest (or smallest) magnitude along axes, and 1 where that is not a positive number: powers of x / unit(x)
    do not overflow. It counts as a constant."""
    size = np.absolute(x)
    extreme, initial = (np.min, np.inf) if smallest else (np.max, 0.0)
    found = extreme(size, axis=axis, keepdims=True, initial=initial)
    return np.where((found > 0) & (found < np.inf), found, 1).astype(size.dtype)


def direction(x: Array, axis: Axis) -> Array:
    """The slope of the Euclidean norm along axes, conj(x) / |x| of any scale; 0 where |x| is 0."""
    x = wide(x)
    x = x / unit(x, axis)
    length = np.linalg.vector_norm(x, axis=axis if np.ndim(x) else None, keepdims=True)  # type: ignore[arg-type]
    zero = np.equal(length, 0)
    return np.where(zero, 0, np.conj(x) / np.where(zero, 1, length))


no_gradient(_is_spread, all_equal, unit)
rule(np.sum, "sum", _sum)
rule(np.mean, "mean", _mean, forward=_mean_forward)
for moment, symbol, vjp in ((np.var, "var", _var), (np.std, "std", _std)):
    rule(moment, symbol, vjp, lambda *args, f=vjp, **settings: -f(*args, **settings),  # the second input is the mean
         bind=_moment_arguments, forward=_moment(moment))


# ---- extremes: ties share the gradient equally ----------------------------------------------------------------------
def extreme(g: Array, y: Array, x: Array, axis: Axis = None, where: Array = True, **_: object) -> Array:
    """The rule of maxima and minima, of which NaN is one where it came out (as in PyTorch)."""
    g, y = restore(g, x, axis), restore(y, x, axis)
    chosen = np.equal(x, y)
    if np.any(np.isnan(y)):
        chosen = chosen | (np.isnan(x) & np.isnan(y))
    chosen = chosen & np.asarray(where, bool)
    return g * (chosen / np.maximum(np.sum(chosen, axis=axis, keepdims=True), 1))  # 0: `initial` won


for function, symbol in ((np.max, "max"), (np.min, "min"), (np.amax, "max"), (np.amin, "min"),
                         (np.nanmax, "nanmax"), (np.nanmin, "nanmin")):
    rule(function, symbol, extreme)


# ---- products -------------------------------------------------------------------------------------------------------
def _others(x: Array) -> Array:
    """Along the last axis, the product of all elements but each one, without dividing by any."""
    one = np.ones((*np.shape(x)[:-1], 1), np.result_type(x))
    before = np.cumprod(np.concatenate([one, x[..., :-1]], axis=-1), axis=-1)
    after = np.flip(np.cumprod(np.concatenate([one, np.flip(x, axis=-1)[..., :-1]], axis=-1), axis=-1), axis=-1)
    return before * after


def _prod(g: Array, y: Array, x: Array, axis: Axis = None, dtype: DTypeLike | None = None, where: Array = True,
          initial: ArrayLike | None = None, **_: object) -> Array:
    shape = np.shape(x)
    if _rounds(dtype) or not math.prod(shape):
        return np.zeros(shape)
    axes = normalize_axes(axis if shape else None, len(shape))
    order = (*(a for a in range(len(shape)) if a not in axes), *axes)  # the reduced axes last
    lengths = [shape[a] for a in order]
    seen = _narrow(wide(x), dtype) if where is True else np.where(where, _narrow(wide(x), dtype), 1)
    kept = len(shape) - len(axes)
    rows = np.reshape(np.transpose(seen, order), (*lengths[:kept], math.prod(lengths[kept:])))
    others = np.transpose(np.reshape(_others(rows), lengths), np.argsort(order))
    return _within(where, restore(g, x, axis if shape else None) * others * (1 if initial is None else initial))


rule(np.prod, "prod", _prod)


# ---- running sums and products --------------------------------------------------------------------------------------
def _cumsum(g: Array, y: Array, x: Array, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    if axis is None:
        return np.reshape(_cumsum(g, y, np.ravel(x), 0, dtype), np.shape(x))
    return np.zeros(np.shape(g)) if _rounds(dtype) else np.flip(np.cumsum(np.flip(wide(g), axis), axis), axis)


def _cumprod(g: Array, y: Array, x: Array, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    if axis is None or not np.ndim(x):
        return np.reshape(_cumprod(g, y, np.ravel(x), 0, dtype), np.shape(x))
    if _rounds(dtype) or not np.size(x):
        return np.zeros(np.shape(x))
    x = _narrow(x, dtype)
    if np.all(np.isfinite(y) & np.not_equal(y, 0)):
        return _cumsum(g * y, y, x, axis) / x
    # dL/dx_i is the product of what stands before, times s_i = g_i + x_{i+1} s_{i+1}
    rows, g = np.moveaxis(wide(x), axis, -1), np.moveaxis(g, axis, -1)
    slopes = [g[..., -1]]
    for i in range(np.shape(rows)[-1] - 1, 0, -1):
        slopes.append(g[..., i - 1] + _times(slopes[-1], rows[..., i]))
    before = np.concatenate([np.ones_like(rows[..., :1]), np.cumprod(rows, axis=-1)[..., :-1]], axis=-1)
    return np.moveaxis(_times(np.stack(slopes[::-1], axis=-1), before), -1, axis)


def _times(g: Array, slope: Array) -> Array:
    """g × slope; 0 where no gradient meets what is not finite."""
    return np.where(np.equal(g, 0) & ~np.isfinite(slope), 0, g * slope)


rule(np.cumsum, "cumsum", _cumsum)
rule(np.cumprod, "cumprod", _cumprod)


# ---- passing over NaN: as if it were not there ----------------------------------------------------------------------
def _skip_nan(vjp: Function) -> Function:
    def skipping(g: Array, y: Array, x: Array, *mean: Array, where: Array = True, **settings: Any) -> Array:
        there = ~np.isnan(x)
        return vjp(g, y, np.where(there, x, 0), *mean, where=there & np.asarray(where, bool), **settings)

    return skipping


def _replace_nan(vjp: Function, neutral: float) -> Function:
    def replacing(g: Array, y: Array, x: Array, **settings: Any) -> Array:
        return np.where(np.isnan(x), 0, vjp(g, y, np.where(np.isnan(x), neutral, x), **settings))

    return replacing


rule(np.nansum, "nansum", _skip_nan(_sum))
rule(np.nanprod, "nanprod", _skip_nan(_prod))
rule(np.nanmean, "nanmean", _skip_nan(_mean))
for moment, symbol, vjp in ((np.nanvar, "nanvar", _skip_nan(_var)), (np.nanstd, "nanstd", _skip_nan(_std))):
    rule(moment, symbol, vjp, lambda *args, f=vjp, **settings: -f(*args, **settings),
         bind=_moment_arguments, forward=_moment(moment))
rule(np.nancumsum, "nancumsum", _replace_nan(_cumsum, 0))
rule(np.nancumprod, "nancumprod", _replace_nan(_cumprod, 1))


# ---- order statistics -----------------------------------------------------------------------------------------------
@dispatching
def neighbours(x: Array, y: Array, axis: Axis = None, weights: ArrayLike | None = None, skip_nan: bool = False,
               function: Function = np.median, **settings: Any) -> tuple[Array, Array, Array]:
    """Where in `x` the two neighbours of quantiles `y` are, counted flat, and how much of them is the second one.

    Which neighbours, and in what proportion, NumPy says itself: the quantile of 0, 1, 2, … is the position in sorted
    order. With weights it is the element that `y` equals. Where NaN came out it is one of the NaN.
    """
    shape, axes = np.shape(x), normalize_axes(axis, np.ndim(x))
    kept = tuple(a for a in range(len(shape)) if a not in axes)
    n = math.prod(shape[a] for a in axes)
    source = np.transpose(np.arange(np.size(x)).reshape(shape), kept + axes).reshape(-1, n)  # a row for each result
    rows = np.ravel(x)[source]
    order = np.argsort(rows, axis=-1)  # NaN comes last
    rows, source = np.take_along_axis(rows, order, -1), np.take_along_axis(source, order, -1)
    numbers = n - np.sum(np.isnan(rows), axis=-1)
    place = np.sum(rows < np.reshape(y, (-1, len(rows), 1)), axis=-1, dtype=float)
    for m in np.unique(numbers[numbers > 0]) if weights is None else ():
        place[:, numbers == m] = np.reshape(function(np.arange(m, dtype=float), **settings), (-1, 1))
    lost = numbers == 0 if skip_nan else numbers < n
    place = np.where(lost, n - 1, place)
    low, high = np.floor(place).astype(int), np.ceil(place).astype(int)
    first, second = (np.take_along_axis(source, near.T, -1).T for near in (low, high))
    return first, second, place - low


def _of_order(function: Function, skip_nan: bool = False) -> Function:
    def vjp(g: Array, y: Array, x: Array, keepdims: bool = False, **settings: Any) -> Array:
        if not np.size(x):
            return np.zeros(np.shape(x))
        first, second, part = neighbours(x, y, function=function, skip_nan=skip_nan, **settings)
        g, slope = np.reshape(wide(g), np.shape(part)), 0
        for place, share in ((first, 1 - part), (second, part)):
            some = share != 0
            slope = slope + scatter(g[some] * share[some], place[some], (np.size(x),))
        return np.reshape(slope, np.shape(x))

    return vjp


def _unfolded(function: Function, plain: Function, skip_nan: bool) -> Function:
    def between(x: Array, keepdims: bool = False, **settings: Any) -> Array:
        cells = x.ravel() if isinstance(x, np.ndarray) else [x]
        numbers = np.array([raw(cell) for cell in cells], float).reshape(np.shape(x))
        y = np.asarray(function(numbers, keepdims=keepdims, **settings))
        parts = map(np.ravel, neighbours(numbers, y, function=plain, skip_nan=skip_nan, **settings))
        found = np.empty(y.shape, object)
        for index, i, j, share in zip(np.ndindex(y.shape), *parts, strict=True):
            found[index] = cells[i] if share == 0 else cells[i] * (1 - share) + cells[j] * share
        return found

    return between


def _order_arguments(*names: str) -> Function:
    """What sorts the arguments of an order statistic, which must not overwrite its input."""
    def bind(a: Array, *args: Any, **settings: Any) -> Bound:
        settings.update(zip(names, args, strict=False))
        no_out("an order statistic", settings.pop("out", None))
        settings.pop("overwrite_input", None)
        return (a,), settings

    return bind


no_gradient(neighbours)
MEDIAN = _order_arguments("axis", "out", "overwrite_input", "keepdims")
QUANTILE = _order_arguments("q", "axis", "out", "overwrite_input", "method", "keepdims")
for plain, skipping, symbol, bind in ((np.median, np.nanmedian, "median", MEDIAN),
                                      (np.quantile, np.nanquantile, "quantile", QUANTILE),
                                      (np.percentile, np.nanpercentile, "percentile", QUANTILE)):
    rule(plain, symbol, _of_order(plain), bind=bind, unfolded=_unfolded(plain, plain, skip_nan=False))
    rule(skipping, f"nan{symbol}", _of_order(plain, skip_nan=True), bind=bind,
         unfolded=_unfolded(skipping, plain, skip_nan=True))
