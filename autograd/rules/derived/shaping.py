"""NumPy's functions that change shapes, turn and repeat, in terms of reshape, transpose, flip and take."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.rules.shaping import astype, stacked
from autograd.rules.table import derived, normalize_axes, since_2_1
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
    flat = np.ravel(a) if axis is None else a
    axis = axis or 0
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
