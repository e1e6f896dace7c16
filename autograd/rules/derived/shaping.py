"""NumPy's functions that change shapes, turn, repeat and pad, in terms of reshape, transpose, flip and take."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import raw
from autograd.rules.calls import normalize_axes, since_2_1
from autograd.rules.derived.indexing import along_one
from autograd.rules.shaping import astype, pad_constant, stacked
from autograd.rules.table import derived
from autograd.typing import Array, DTypeLike, Function


# ---- shape and dtype ------------------------------------------------------------------------------------------------
@derived(*since_2_1("astype"))
def _astype(x: Array, dtype: DTypeLike, /, *, copy: bool = True, device: str | None = None) -> Array:
    return astype(x, dtype)


@derived(np.ravel)
def _ravel(a: Array, order: Any = "C") -> Array:
    return np.reshape(a, -1, order=order)


def _at_least(function: Function) -> Function:
    def padded(*arrays: Array) -> Any:
        shaped = [np.reshape(x, np.shape(function(np.empty(np.shape(x))))) for x in map(stacked, arrays)]
        return shaped[0] if len(shaped) == 1 else tuple(shaped)

    return padded


for at_least in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
    derived(at_least)(_at_least(at_least))


@derived(np.broadcast_arrays)
def _broadcast_arrays(*args: Array, subok: bool = False) -> Any:
    shape = np.broadcast_shapes(*[np.shape(x) for x in args])
    return tuple(np.broadcast_to(x, shape) for x in args)


@derived(np.meshgrid)
def _meshgrid(*xi: Array, copy: bool = True, sparse: bool = False, indexing: Any = "xy") -> tuple[Array, ...]:
    # which axis each input runs along, NumPy says itself
    shapes = [x.shape for x in np.meshgrid(*[np.empty(np.size(x)) for x in xi], sparse=True, indexing=indexing)]
    spread = tuple(np.reshape(x, shape) for x, shape in zip(xi, shapes, strict=True))
    return spread if sparse else np.broadcast_arrays(*spread)


# ---- order of the axes ----------------------------------------------------------------------------------------------
@derived(np.swapaxes)
def _swapaxes(a: Array, axis1: int, axis2: int) -> Array:
    axes = list(range(np.ndim(a)))
    axes[axis1], axes[axis2] = axes[axis2], axes[axis1]
    return np.transpose(a, axes)


@derived(np.matrix_transpose, np.linalg.matrix_transpose)
def _matrix_transpose(x: Array, /) -> Array:
    if np.ndim(x) < 2:
        raise ShapeError(f"matrix_transpose needs at least 2 dimensions, got shape {np.shape(x)}")
    return np.swapaxes(x, -1, -2)


@derived(np.moveaxis)
def _moveaxis(a: Array, source: int | Sequence[int], destination: int | Sequence[int]) -> Array:
    # NumPy works out the order itself, on an array without elements whose lengths are the numbers of its axes
    return np.transpose(a, np.shape(np.moveaxis(np.empty(range(np.ndim(a))), source, destination)))


@derived(np.rollaxis)
def _rollaxis(a: Array, axis: int, start: int = 0) -> Array:
    order = np.shape(np.rollaxis(np.empty(range(np.ndim(a))), axis, start))
    return np.transpose(a, order)


# ---- repeating and turning ------------------------------------------------------------------------------------------
@derived(np.repeat)
def _repeat(a: Array, repeats: int | Sequence[int], axis: int | None = None) -> Array:
    flat, axis = along_one(a, axis)
    return np.take(flat, np.repeat(np.arange(np.shape(flat)[axis]), repeats), axis=axis)


@derived(np.tile)
def _tile(A: Array, reps: Any) -> Array:
    times = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    ndim = max(len(times), np.ndim(A))
    shape = (1,) * (ndim - np.ndim(A)) + np.shape(A)
    times = (1,) * (ndim - len(times)) + times
    spread = np.broadcast_to(np.reshape(A, [n for s in shape for n in (1, s)]),
                             [n for pair in zip(times, shape, strict=True) for n in pair])
    return np.reshape(spread, [t * s for t, s in zip(times, shape, strict=True)])


@derived(np.fliplr)
def _fliplr(m: Array) -> Array:
    return np.flip(m, 1)


@derived(np.flipud)
def _flipud(m: Array) -> Array:
    return np.flip(m, 0)


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
        own = {k: np.broadcast_to(v, (ndim, 2))[axis] if k in ("end_values", "stat_length") and v is not None else v
               for k, v in settings.items()}
        if moves:
            array = np.take(array, np.pad(np.arange(np.shape(array)[axis]), width, mode, **own), axis=axis)
        else:
            array = _linear(array, axis, lambda v, w=width, o=own: np.pad(v, w, mode, **{
                k: tuple(x) if isinstance(x, np.ndarray) else x for k, x in o.items()}))
    return array
