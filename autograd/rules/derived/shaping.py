"""NumPy's functions that make, shape, join, split, turn, repeat and pad arrays, in terms of reshape, concatenate, …."""

import operator
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import Node, raw
from autograd.rules.calls import normalize_axes, since_2_1
from autograd.rules.derived.indexing import along_one, moved
from autograd.rules.indexing import along, scatter
from autograd.rules.shaping import cast, dtype_of, no_out, pad_constant, stacked
from autograd.rules.table import derived
from autograd.trees import flatten, map_tree
from autograd.typing import Array, DTypeLike, Function, Shape, Tree


# ---- making: ranges, diagonals, filled and Vandermonde matrices -----------------------------------------------------
@derived(np.linspace)
def _linspace(start: Array, stop: Array, num: int = 50, endpoint: bool = True, retstep: bool = False,
              dtype: DTypeLike | None = None, axis: int = 0, *, device: str | None = None) -> Array | tuple[Array, ...]:
    # NumPy says how many steps there are, in which dtype it counts them, and what is wrong with the arguments
    counted = np.linspace(raw(start), raw(stop), num, endpoint, axis=axis)
    steps = operator.index(num) - bool(endpoint)
    start, stop = (cast(stacked(x), counted.dtype) for x in (start, stop))
    span = stop - start
    i = np.reshape(np.arange(num, dtype=counted.dtype), (-1,) + (1,) * np.ndim(span))
    step: Array = span / counted.dtype.type(steps) if steps > 0 else np.nan
    y = start + (i * step if steps > 0 and np.all(raw(step) != 0) else i / counted.dtype.type(max(steps, 1)) * span)
    if endpoint and num > 1:
        y = np.where(i == steps, stop, y)
    if dtype is not None:
        y = cast(np.floor(y) if np.issubdtype(dtype, np.integer) else y, dtype)
    y = np.moveaxis(y, 0, axis) if axis else y
    return (y, step) if retstep else y


@derived(np.logspace)
def _logspace(start: Array, stop: Array, num: int = 50, endpoint: bool = True, base: Array = 10.0,
              dtype: DTypeLike | None = None, axis: int = 0) -> Array:
    if np.ndim(base):
        raise no_rule("logspace with an array of bases", "np.power(base, np.linspace(…)) has one")
    y = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return y if dtype is None else cast(y, dtype)


@derived(np.diagonal)
def _diagonal(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    x = np.moveaxis(a, (axis1, axis2), (-2, -1))
    rows, columns = np.shape(x)[-2:]
    n = max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)
    i = np.arange(n)
    return x[..., i - min(offset, 0), i + max(offset, 0)]


@derived(np.diag)
def _diag(v: Array, k: int = 0) -> Array:
    if np.ndim(v) == 2:
        return np.diagonal(v, k)
    if np.ndim(v) != 1:
        raise ValueError("Input must be 1- or 2-d.")
    n = np.shape(v)[0] + abs(k)
    i = np.arange(np.shape(v)[0])
    return scatter(v, (i + max(-k, 0), i + max(k, 0)), (n, n))


derived(np.diagflat)(lambda v, k=0: np.diag(np.ravel(v), k))


@derived(np.full_like)
def _full_like(a: Array, fill_value: Array, dtype: DTypeLike | None = None, order: str = "K", subok: bool = True,
               shape: Shape | None = None, *, device: str | None = None) -> Array:
    like: Any = np.empty_like(raw(a), dtype, order, shape=shape)  # type: ignore[call-overload]
    return _filled(like.shape, cast(stacked(fill_value), like.dtype))


@derived(np.full)  # called with like=node; of another call NumPy lets us know nothing
def _full(shape: int | Shape, fill_value: Array, dtype: DTypeLike | None = None, order: str = "C", *,
          device: str | None = None) -> Array:
    value = stacked(fill_value)
    return _filled(np.empty(shape, bool).shape, value if dtype is None else cast(value, dtype))


def _filled(shape: Shape, value: Array) -> Array:
    extra = max(np.ndim(value) - len(shape), 0)  # axes of length 1, as NumPy drops them where it assigns
    return np.broadcast_to(np.reshape(value, np.shape(value)[extra:]), shape)


@derived(np.vander)
def _vander(x: Array, N: int | None = None, increasing: bool = False) -> Array:
    powers = [np.vander(raw(x), 1)[:, 0]]  # ones, of the right dtype; NumPy's own error for what is no vector
    n = np.shape(x)[0] if N is None else operator.index(N)
    for _ in range(n - 1):
        powers.append(powers[-1] * x)
    columns = [np.expand_dims(p, 1) for p in (powers[:n] if increasing else powers[:n][::-1])]
    return np.concatenate([np.vander(raw(x), min(n, 0)), *columns], axis=1)


# ---- shape and dtype ------------------------------------------------------------------------------------------------
derived(*since_2_1("astype"))(lambda x, dtype, /, *, copy=True, device=None: cast(x, dtype))


@derived(np.ravel)
def _ravel(a: Array, order: Any = "C") -> Array:
    if order in ("K", "k"):  # as it lies in memory, but forwards: NumPy lays out an empty array alike
        a, order = np.transpose(a, np.argsort(np.empty_like(raw(a)).strides, kind="stable")[::-1]), "C"
    return np.reshape(a, -1, order=order)


def _at_least(function: Function) -> Function:
    def padded(*arrays: Array) -> Array | tuple[Array, ...]:
        shaped = [np.reshape(x, np.shape(function(np.empty(np.shape(x))))) for x in map(stacked, arrays)]
        return shaped[0] if len(shaped) == 1 else tuple(shaped)

    return padded


for at_least in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
    derived(at_least)(_at_least(at_least))


@derived(np.broadcast_arrays)
def _broadcast_arrays(*args: Array, subok: bool = False) -> tuple[Array, ...]:
    shape = np.broadcast_shapes(*[np.shape(x) for x in args])
    return tuple(np.broadcast_to(x, shape) for x in args)


@derived(np.meshgrid)
def _meshgrid(*xi: Array, copy: bool = True, sparse: bool = False,
              indexing: Literal["xy", "ij"] = "xy") -> tuple[Array, ...]:
    # which axis each input runs along, NumPy says itself
    shapes = [x.shape for x in np.meshgrid(*[np.empty(np.size(x)) for x in xi], sparse=True, indexing=indexing)]
    spread = tuple(np.reshape(x, shape) for x, shape in zip(xi, shapes, strict=True))
    if sparse:
        return spread if copy else [*spread]  # type: ignore[return-value]  # as NumPy does
    return np.broadcast_arrays(*spread)


# ---- order of the axes ----------------------------------------------------------------------------------------------
def _reordered(function: Function) -> Function:
    # NumPy works out the order itself, on an array without elements whose lengths are the numbers of its axes
    return lambda a, *args, **settings: np.transpose(
        a, np.shape(function(np.empty(range(np.ndim(a))), *args, **settings)))


for reorder in (np.swapaxes, np.moveaxis, np.rollaxis):
    derived(reorder)(_reordered(reorder))


@derived(np.matrix_transpose, np.linalg.matrix_transpose)
def _matrix_transpose(x: Array, /) -> Array:
    if np.ndim(x) < 2:
        raise ShapeError(f"matrix_transpose needs at least 2 dimensions, got shape {np.shape(x)}")
    return np.swapaxes(x, -1, -2)


# ---- joining --------------------------------------------------------------------------------------------------------
@derived(np.stack)
def _stack(arrays: Iterable[Array], axis: int = 0, out: None = None, **settings: Any) -> Array:
    no_out("stack", out)
    inputs = [stacked(x) for x in arrays]
    if len({np.shape(x) for x in inputs}) != 1:
        raise ShapeError(f"stack needs arrays of one shape, got {[np.shape(x) for x in inputs]}")
    (axis,) = normalize_axes(axis, np.ndim(inputs[0]) + 1)
    return np.concatenate([np.expand_dims(x, axis) for x in inputs], axis=axis, **settings)


@derived(np.vstack)
def _vstack(tup: Iterable[Array], **settings: Any) -> Array:
    return np.concatenate([np.atleast_2d(x) for x in map(stacked, tup)], axis=0, **settings)


@derived(np.hstack)
def _hstack(tup: Iterable[Array], **settings: Any) -> Array:
    inputs = [np.atleast_1d(x) for x in map(stacked, tup)]
    return np.concatenate(inputs, axis=0 if np.ndim(inputs[0]) == 1 else 1, **settings)


derived(np.dstack)(lambda tup: np.concatenate([np.atleast_3d(x) for x in map(stacked, tup)], axis=2))


@derived(np.column_stack)
def _column_stack(tup: Iterable[Array]) -> Array:
    columns = [x if np.ndim(x) > 1 else np.reshape(x, (-1, 1)) for x in map(stacked, tup)]
    return np.concatenate(columns, axis=1)


@derived(np.block)
def _block(arrays: Tree) -> Array:
    parts, rebuilt = flatten(arrays)
    return moved(lambda *at: np.block(rebuilt(at)), *map(stacked, parts))


derived(np.append)(lambda arr, values, axis=None: np.concatenate(
    [arr, values] if axis is not None else [np.ravel(stacked(x)) for x in (arr, values)], axis=axis))


# ---- splitting ------------------------------------------------------------------------------------------------------
@derived(np.array_split)
def _array_split(ary: Array, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Array]:
    (axis,) = normalize_axes(axis, np.ndim(ary))
    # NumPy works out the bounds on the positions themselves
    parts = np.array_split(np.arange(np.shape(ary)[axis]), raw(indices_or_sections))
    bounds = [(int(p[0]), int(p[-1]) + 1) if len(p) else (0, 0) for p in parts]
    return [along(ary, axis, slice(*b)) for b in bounds]


def _split(function: Function, axis_of: Function) -> None:
    def split(ary: Array, indices_or_sections: int | Sequence[int], *args: Any, **settings: Any) -> list[Array]:
        # NumPy's own error for an unequal division, and for too few axes
        function(np.empty(np.shape(ary), bool), raw(indices_or_sections), *args, **settings)
        return np.array_split(ary, indices_or_sections, axis_of(ary, *args, **settings))

    derived(function)(split)


_split(np.split, lambda ary, axis=0: axis)
_split(np.hsplit, lambda ary: min(np.ndim(ary) - 1, 1))
_split(np.vsplit, lambda ary: 0)
_split(np.dsplit, lambda ary: 2)
derived(*since_2_1("unstack"))(lambda x, /, *, axis=0: tuple(np.moveaxis(x, axis, 0)))


# ---- repeating and turning ------------------------------------------------------------------------------------------
@derived(np.repeat)
def _repeat(a: Array, repeats: int | Sequence[int], axis: int | None = None) -> Array:
    flat, axis = along_one(a, axis)
    return np.take(flat, np.repeat(np.arange(np.shape(flat)[axis]), repeats), axis=axis)


@derived(np.tile)
def _tile(A: Array, reps: int | Sequence[int]) -> Array:
    times = tuple(np.atleast_1d(reps).tolist())
    ndim = max(len(times), np.ndim(A))
    shape = (1,) * (ndim - np.ndim(A)) + np.shape(A)
    times = (1,) * (ndim - len(times)) + times
    spread = np.broadcast_to(np.reshape(A, [n for s in shape for n in (1, s)]),
                             [n for pair in zip(times, shape, strict=True) for n in pair])
    return np.reshape(spread, [t * s for t, s in zip(times, shape, strict=True)])


derived(np.fliplr)(lambda m: np.flip(m, 1))
derived(np.flipud)(lambda m: np.flip(m, 0))


@derived(np.rot90)
def _rot90(m: Array, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    first, second = normalize_axes(axes[0], np.ndim(m))[0], normalize_axes(axes[1], np.ndim(m))[0]
    if first == second:
        raise ValueError("Axes must be different.")
    k %= 4
    if k == 0:
        return m[:]
    if k == 2:
        return np.flip(np.flip(m, first), second)
    if k == 1:
        return np.swapaxes(np.flip(m, second), first, second)
    return np.flip(np.swapaxes(m, first, second), second)


# ---- padding --------------------------------------------------------------------------------------------------------
STATISTICS: dict[Any, Function] = {"maximum": np.max, "minimum": np.min, "mean": np.mean, "median": np.median}
VALUES = {"constant": "constant_values", "linear_ramp": "end_values"}


def _reflected(x: Array, axis: int, before: int, after: int, skip: int) -> Array:
    """Odd reflection in NumPy's rounds: twice the edge less what lies behind it, or from it on if not `skip`."""
    period = np.shape(x)[axis] - skip
    while before or after:
        size = np.shape(x)[axis]
        longest = (size - skip) // period * period
        left, right = min(longest, before), min(longest, after)
        head, tail = along(x, axis, slice(skip, skip + left)), along(x, axis, slice(size - skip - right, size - skip))
        x = np.concatenate([2 * along(x, axis, slice(1)) - np.flip(head, axis), x,
                            2 * along(x, axis, slice(-1, None)) - np.flip(tail, axis)], axis=axis)
        before, after = before - left, after - right
    return x


def _beside(x: Array, axis: int, end: int, width: int, mode: str, value: Any) -> Array:
    """What np.pad puts before (end 0) or after (end -1) an axis, in the modes that compute it."""
    if mode == "linear_ramp":
        ramp = np.linspace(value, along(x, axis, end), width, endpoint=False, dtype=dtype_of(x), axis=axis)
        return np.flip(ramp, axis) if end else ramp
    n = np.shape(x)[axis]
    if mode in STATISTICS:
        size = n if value is None else min(n, round(value))
        value = STATISTICS[mode](along(x, axis, slice(n - size, n) if end else slice(size)), axis=axis, keepdims=True)
    return np.broadcast_to(cast(stacked(value), dtype_of(x)), (*np.shape(x)[:axis], width, *np.shape(x)[axis + 1 :]))


@derived(np.pad)
def _pad(array: Array, pad_width: Any, mode: Any = "constant", **settings: Any) -> Array:
    ndim = np.ndim(array)
    if callable(mode) or mode == "empty":
        raise no_rule(f"pad with mode={mode!r}", "the other modes have one")
    if isinstance(pad_width, dict):
        pairs = [(0, 0)] * ndim
        for axis, width in pad_width.items():
            pairs[axis] = width if isinstance(width, tuple) else (width, width)
        pad_width = pairs
    widths = np.asarray(raw(pad_width))
    # NumPy's own error for what is wrong, of an array as small as can be
    np.pad(np.zeros([min(n, 1) for n in np.shape(array)], dtype_of(array)),
           np.where(widths > 1, widths.dtype.type(1), widths), mode, **map_tree(raw, settings))
    value = stacked(settings.get(VALUES.get(mode, "stat_length"), 0 if mode in VALUES else None))
    if not ndim:
        return np.copy(array)
    if mode == "constant" and not isinstance(value, Node):
        return pad_constant(array, tuple((int(b), int(a)) for b, a in np.broadcast_to(widths, (ndim, 2))), value)
    values: Any = np.broadcast_to(value, (ndim, 2))
    if np.size(value) > 2 and not isinstance(value, Node):
        values = values.tolist()  # as NumPy does, so that they have no say in the dtype
    for axis, (before, after) in enumerate(np.broadcast_to(widths, (ndim, 2)).tolist()):
        n = np.shape(array)[axis]
        if before == after == 0:
            continue
        if mode in STATISTICS or mode in ("constant", "linear_ramp"):
            left, right = (_beside(array, axis, end, width, mode, values[axis][end])
                           for end, width in ((0, before), (-1, after)))
            array = np.concatenate([left, array, right], axis=axis)
        elif settings.get("reflect_type") == "odd" and n > 1:
            array = _reflected(array, axis, before, after, int(mode == "reflect"))
        else:  # the others move numbers
            array = np.take(array, np.pad(np.arange(n), (before, after), mode), axis=axis)
    return array
