"""NumPy's functions that make, shape, join, split, turn, repeat and pad arrays, in terms of reshape, concatenate, …."""

import operator
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import Node, raw
from autograd.rules.calls import normalize_axes, since_2_1
from autograd.rules.derived.indexing import along_one
from autograd.rules.indexing import along, scatter
from autograd.rules.shaping import astype, pad_constant, stacked
from autograd.rules.table import derived
from autograd.trees import leaves
from autograd.typing import Array, DTypeLike, Function, Shape, Tree


# ---- making: ranges, diagonals, filled and Vandermonde matrices -----------------------------------------------------
@derived(np.linspace)
def _linspace(start: Array, stop: Array, num: int = 50, endpoint: bool = True, retstep: bool = False,
              dtype: DTypeLike | None = None, axis: int = 0, *, device: str | None = None) -> Array | tuple[Array, ...]:
    start, stop = (x if isinstance(x, (int, float)) else stacked(x) for x in (start, stop))
    steps = num - 1 if endpoint else num
    step = (stop - start) / steps if steps else np.nan * (stop - start)
    fractions = np.linspace(0.0, 1.0, num, endpoint, dtype=raw(step).dtype)
    fractions = np.reshape(fractions, (-1,) + (1,) * np.ndim(step))
    y = np.moveaxis(start * (1 - fractions) + stop * fractions, 0, axis)
    y = y if dtype is None else astype(y, dtype)
    return (y, step) if retstep else y


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
    if not isinstance(fill_value, Node):
        return np.full_like(raw(a), fill_value, dtype, shape=shape)
    dtype = np.result_type(raw(a)) if dtype is None else dtype
    filled: Array = fill_value  # to mypy a Node
    return astype(np.broadcast_to(filled, np.shape(a) if shape is None else shape), dtype)


@derived(np.vander)
def _vander(x: Array, N: int | None = None, increasing: bool = False) -> Array:
    n = np.shape(x)[0] if N is None else operator.index(N)
    x = astype(x, np.promote_types(raw(x).dtype, int))
    columns = [x**i for i in range(n)]
    return np.stack(columns if increasing else columns[::-1], axis=1)


# ---- shape and dtype ------------------------------------------------------------------------------------------------
derived(*since_2_1("astype"))(lambda x, dtype, /, *, copy=True, device=None: astype(x, dtype))
derived(np.ravel)(lambda a, order="C": np.reshape(a, -1, order=order))


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
    return spread if sparse else np.broadcast_arrays(*spread)


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
    inputs = [stacked(x) for x in arrays]
    if len({np.shape(x) for x in inputs}) != 1:
        raise ShapeError(f"stack needs arrays of one shape, got {[np.shape(x) for x in inputs]}")
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
    def depth(x: Tree) -> int:
        return 1 + max(map(depth, x)) if type(x) is list else 0

    levels = depth(arrays)
    ndim = max([levels, *map(np.ndim, leaves(arrays))])

    def join(x: Tree, level: int) -> Array:
        if type(x) is list:
            return np.concatenate([join(part, level + 1) for part in x], axis=ndim - levels + level)
        x = stacked(x)
        return np.reshape(x, (1,) * (ndim - np.ndim(x)) + np.shape(x))

    return join(arrays, 0)


derived(np.append)(lambda arr, values, axis=None: np.concatenate([arr, values], axis=axis))


# ---- splitting ------------------------------------------------------------------------------------------------------
@derived(np.array_split)
def _array_split(ary: Array, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Array]:
    (axis,) = normalize_axes(axis, np.ndim(ary))
    # NumPy works out the bounds on the positions themselves
    parts = np.array_split(np.arange(np.shape(ary)[axis]), raw(indices_or_sections))
    bounds = [(int(p[0]), int(p[-1]) + 1) if len(p) else (0, 0) for p in parts]
    return [along(ary, axis, slice(*b)) for b in bounds]


@derived(np.split)
def _split(ary: Array, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Array]:
    np.split(np.empty(np.shape(ary)[axis]), indices_or_sections)  # NumPy's own error for an unequal division
    return np.array_split(ary, indices_or_sections, axis)


@derived(np.hsplit)
def _hsplit(ary: Array, indices_or_sections: int | Sequence[int]) -> list[Array]:
    return np.split(ary, indices_or_sections, axis=1 if np.ndim(ary) > 1 else 0)


derived(np.vsplit)(lambda ary, indices_or_sections: np.split(ary, indices_or_sections, axis=0))
derived(np.dsplit)(lambda ary, indices_or_sections: np.split(ary, indices_or_sections, axis=2))
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
# the modes that only copy are a `take`; the others but "constant" are affine along each axis
def _linear(x: Array, axis: int, function: Function) -> Array:
    """`function`, which is affine along one axis, applied there: its matrix is what it makes of the unit vectors."""
    n = np.shape(x)[axis]
    offset = function(np.zeros(n, raw(x).dtype))
    matrix = np.stack([function(row) - offset for row in np.eye(n, dtype=raw(x).dtype)], axis=-1)
    return np.moveaxis(np.tensordot(np.moveaxis(x, axis, -1), matrix, axes=(-1, -1)) + offset, -1, axis)


@derived(np.pad)
def _pad(array: Array, pad_width: Any, mode: Any = "constant", **settings: Any) -> Array:
    ndim = np.ndim(array)
    if isinstance(pad_width, dict):
        pad_width = [pad_width.get(i, pad_width.get(i - ndim, 0)) for i in range(ndim)]
        pad_width = [(w, w) if np.ndim(w) == 0 else tuple(w) for w in pad_width]
    widths = [(int(before), int(after)) for before, after in np.broadcast_to(raw(pad_width), (ndim, 2))]
    if mode == "constant":
        return pad_constant(array, tuple(widths), settings.get("constant_values", 0))
    if mode in ("maximum", "minimum", "median", "empty") or callable(mode):
        raise no_rule(f"pad with mode={mode!r}", "the linear modes have one")
    moves = mode in ("edge", "symmetric", "wrap") or (mode == "reflect" and settings.get("reflect_type") != "odd")
    for axis, width in enumerate(widths):
        if width == (0, 0):
            continue
        own = {k: tuple(np.broadcast_to(v, (ndim, 2))[axis]) if k in ("end_values", "stat_length") and v is not None
               else v for k, v in settings.items()}
        if moves:
            array = np.take(array, np.pad(np.arange(np.shape(array)[axis]), width, mode, **own), axis=axis)
        else:
            array = _linear(array, axis, lambda v, w=width, o=own: np.pad(v, w, mode, **o))
    return array
