"""NumPy's functions that pick elements by position or condition, in terms of `x[index]`."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from autograd.errors import ShapeError
from autograd.graph import Node, raw
from autograd.rules.calls import normalize_axes
from autograd.rules.indexing import Index, along, scatter
from autograd.rules.table import derived
from autograd.typing import Array, ArrayLike, Shape

Mode: TypeAlias = Literal["raise", "wrap", "clip"]  # of positions outside


def along_one(a: Array, axis: int | None) -> tuple[Array, int]:
    """An array and its axis, counted from the front: for axis=None, the flat array."""
    return (np.ravel(a), 0) if axis is None else (a, *normalize_axes(axis, np.ndim(a)))


# ---- picking --------------------------------------------------------------------------------------------------------
@derived(np.take)
def _take(a: Array, indices: ArrayLike, axis: int | None = None, out: None = None, mode: Mode = "raise") -> Array:
    flat, axis = along_one(a, axis)
    where = np.take(np.arange(np.shape(flat)[axis]), np.asarray(raw(indices)), mode=mode)
    return along(flat, axis, where)


@derived(np.take_along_axis)
def _take_along_axis(arr: Array, indices: ArrayLike, axis: int | None = -1) -> Array:
    flat, axis = along_one(arr, axis)
    indices = np.asarray(raw(indices))
    if indices.ndim != np.ndim(flat):
        raise ShapeError(f"take_along_axis: indices of shape {indices.shape} need {np.ndim(flat)} dimensions")
    grid = [np.arange(n).reshape((-1,) + (1,) * (indices.ndim - i - 1)) for i, n in enumerate(np.shape(flat))]
    grid[axis] = indices
    return flat[tuple(grid)]


@derived(np.lib.stride_tricks.sliding_window_view)
def _sliding_window_view(x: Array, window_shape: int | Shape, axis: int | Shape | None = None, *, subok: bool = False,
                         writeable: bool = False) -> Array:
    sizes = [int(n) for n in np.atleast_1d(window_shape)]
    axes = [normalize_axes(a, np.ndim(x))[0] for a in np.atleast_1d(range(np.ndim(x)) if axis is None else axis)]
    if len(sizes) != len(axes):
        raise ShapeError(f"sliding_window_view: {len(sizes)} window lengths for {len(axes)} axes")
    for size, a in zip(sizes, axes, strict=True):
        if size > np.shape(x)[a]:
            raise ShapeError(f"sliding_window_view: a window of {size} is longer than axis {a} of shape {np.shape(x)}")
        starts = np.arange(np.shape(x)[a] - size + 1)
        x = np.moveaxis(np.take(x, starts[:, None] + np.arange(size), axis=a), a + 1, -1)
    return x


@derived(np.compress)
def _compress(condition: ArrayLike, a: Array, axis: int | None = None, out: None = None) -> Array:
    return np.take(a, np.flatnonzero(condition), axis=axis)


derived(np.extract)(lambda condition, arr: np.ravel(arr)[np.flatnonzero(condition)])


@derived(np.choose)
def _choose(a: ArrayLike, choices: Sequence[Array], out: None = None, mode: Mode = "raise") -> Array:
    pick, *broadcast = np.broadcast_arrays(raw(a), *[np.asarray(raw(c)) for c in choices])
    pick = np.choose(pick, [np.full(pick.shape, i) for i in range(len(broadcast))], mode=mode)
    return np.select([pick == i for i in range(len(broadcast))], list(choices))


@derived(np.select)
def _select(condlist: Sequence[ArrayLike], choicelist: Sequence[Array], default: Array = 0) -> Array:
    if len(condlist) != len(choicelist) or not condlist:
        raise ShapeError(f"select: {len(condlist)} conditions do not fit {len(choicelist)} choices")
    chosen = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        chosen = np.where(condition, choice, chosen)
    return chosen


# ---- inserting and deleting -----------------------------------------------------------------------------------------
@derived(np.delete)
def _delete(arr: Array, obj: Index, axis: int | None = None) -> Array:
    flat, axis = along_one(arr, axis)
    return np.take(flat, np.delete(np.arange(np.shape(flat)[axis]), obj), axis=axis)


@derived(np.insert)
def _insert(arr: Array, obj: Index, values: Array, axis: int | None = None) -> Array:
    flat, axis = along_one(arr, axis)
    size = np.shape(flat)[axis]
    at = np.arange(size)[obj] if isinstance(obj, slice) else np.asarray(obj)
    at = np.flatnonzero(at) if at.dtype == bool else at.astype(int)
    values = values if isinstance(values, Node) else np.asarray(values)
    if at.size == 1:  # NumPy's rule: as many as there are values; for a bare number their first axis runs along `axis`
        values = np.reshape(values, (1,) * (np.ndim(flat) - np.ndim(values)) + np.shape(values))
        values = np.moveaxis(values, 0, axis) if at.ndim == 0 else values
        at = np.full(np.shape(values)[axis], at.item())
    values = np.broadcast_to(values, (*np.shape(flat)[:axis], at.size, *np.shape(flat)[axis + 1 :]))
    new = np.insert(np.zeros(size, int), at, 1)
    source = np.cumsum(1 - new) - 1  # old elements keep their order; new ones come in the order of their positions
    source[new == 1] = size + np.argsort(np.where(at < 0, at + size, at), kind="stable")
    return np.take(np.concatenate([flat, values], axis=axis), source, axis=axis)


@derived(np.resize)
def _resize(a: Array, new_shape: int | Shape) -> Array:
    size = int(np.prod(new_shape))
    if not size or not np.size(a):
        return np.zeros(new_shape, raw(a).dtype)
    return np.reshape(np.ravel(a)[np.arange(size) % np.size(a)], new_shape)


# ---- sorting and counting -------------------------------------------------------------------------------------------
@derived(np.sort)
def _sort(a: Array, axis: int | None = -1, kind: Any = None, order: None = None, *,
          stable: bool | None = None) -> Array:
    flat, axis = along_one(a, axis)
    return np.take_along_axis(flat, np.argsort(raw(flat), axis=axis, kind=kind, stable=stable), axis=axis)


@derived(np.partition)
def _partition(a: Array, kth: ArrayLike, axis: int | None = -1, kind: Any = "introselect",
               order: None = None) -> Array:
    flat, axis = along_one(a, axis)
    # argpartition may leave another order than partition: match the k-th smallest of x with that of partition(x)
    source = np.argsort(raw(flat), axis=axis, kind="stable")
    target = np.argsort(np.partition(raw(flat), raw(kth), axis=axis, kind=kind), axis=axis, kind="stable")
    moved = np.empty_like(source)
    np.put_along_axis(moved, target, source, axis=axis)
    return np.take_along_axis(flat, moved, axis=axis)


@derived(np.bincount)
def _bincount(x: ArrayLike, weights: Array = None, minlength: int = 0) -> Array:
    if weights is None:
        return np.bincount(raw(x), minlength=minlength)
    return scatter(weights * np.ones((), float), x, (max(int(np.max(x, initial=-1)) + 1, minlength),))
