"""NumPy's functions that pick elements by position or condition, in terms of `x[index]`."""

import operator
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from autograd.graph import raw
from autograd.rules.indexing import Index, along, scatter
from autograd.rules.shaping import alike, cast, dtype_of, no_out, stacked
from autograd.rules.table import derived
from autograd.trees import map_tree
from autograd.typing import Array, ArrayLike, Function, Shape

Mode: TypeAlias = Literal["raise", "wrap", "clip"]  # of positions outside


def along_one(a: Array, axis: int | None) -> tuple[Array, int]:
    """An array and its axis, counted from the front: for axis=None, and for a number without axes, the flat array."""
    np.take(np.empty((1,) * np.ndim(a)), [0], axis)  # NumPy's own error for what is no axis of it
    if axis is None or np.ndim(a) == 0:
        return np.ravel(a), 0
    return a, operator.index(axis) % np.ndim(a)


def moved(move: Function, *arrays: Array) -> Array:
    """`move(*arrays)` for a function that only moves numbers: where to, NumPy itself says of their positions."""
    flat = np.concatenate([np.ravel(x) for x in arrays]) if len(arrays) > 1 else np.ravel(arrays[0])
    positions, start = [], 0
    for x in arrays:
        at = np.empty_like(raw(x), int)  # which lies in memory as x does, and so does the result
        at[...] = np.arange(start, start + at.size).reshape(at.shape)
        positions.append(at)
        start += at.size
    return flat[move(*positions)]


# ---- picking --------------------------------------------------------------------------------------------------------
@derived(np.take)
def _take(a: Array, indices: ArrayLike, axis: int | None = None, out: None = None, mode: Mode = "raise") -> Array:
    no_out("take", out)
    a, axis = along_one(a, axis)
    if not np.size(a):
        return np.reshape(a, np.take(np.empty(np.shape(a)), map_tree(raw, indices), axis, mode=mode).shape)
    return along(a, axis, np.take(np.arange(np.shape(a)[axis]), map_tree(raw, indices), mode=mode))


@derived(np.take_along_axis)
def _take_along_axis(arr: Array, indices: ArrayLike, axis: int | None = -1) -> Array:
    return moved(lambda a: np.take_along_axis(a, raw(indices), axis), arr)


@derived(np.lib.stride_tricks.sliding_window_view)
def _sliding_window_view(x: Array, window_shape: int | Shape, axis: int | Shape | None = None, *, subok: bool = False,
                         writeable: bool = False) -> Array:
    windows = np.lib.stride_tricks.sliding_window_view
    windows(np.broadcast_to(0, np.shape(x)), window_shape, axis)  # NumPy's own error for what does not fit
    axes = range(np.ndim(x)) if axis is None else np.ravel(axis)
    for size, a in zip(np.ravel(window_shape), [int(a) % np.ndim(x) for a in axes], strict=True):
        starts = np.arange(np.shape(x)[a] - size + 1)
        x = np.moveaxis(np.take(x, starts[:, None] + np.arange(size), axis=a), a + 1, -1)
    return x


@derived(np.compress)
def _compress(condition: ArrayLike, a: Array, axis: int | None = None, out: None = None) -> Array:
    no_out("compress", out)
    return np.take(a, np.compress(raw(condition), np.arange(np.size(condition))), axis=axis)


derived(np.extract)(lambda condition, arr: np.ravel(arr)[np.flatnonzero(condition)])


@derived(np.choose)
def _choose(a: ArrayLike, choices: Sequence[Array], out: None = None, mode: Mode = "raise") -> Array:
    no_out("choose", out)
    return moved(lambda *at: np.choose(raw(a), at, mode=mode), *alike(choices))


@derived(np.select)
def _select(condlist: Sequence[ArrayLike], choicelist: Sequence[Array], default: Array = 0) -> Array:
    *choices, default = alike([*choicelist, default])
    conditions = map_tree(raw, list(condlist))
    np.select(conditions, [np.False_] * len(choices), np.False_)  # NumPy's own error for what is no condition
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        default = np.where(condition, choice, default)
    return default


# ---- inserting and deleting -----------------------------------------------------------------------------------------
@derived(np.delete)
def _delete(arr: Array, obj: Index, axis: int | None = None) -> Array:
    return moved(lambda a: np.delete(a, raw(obj), axis), arr)


@derived(np.insert)
def _insert(arr: Array, obj: Index, values: Array, axis: int | None = None) -> Array:
    arr = stacked(arr)
    return moved(lambda a, v: np.insert(a, raw(obj), v, axis), arr, cast(stacked(values), dtype_of(arr)))


@derived(np.resize)
def _resize(a: Array, new_shape: int | Shape) -> Array:
    source = np.resize(np.arange(np.size(a)), new_shape)
    return np.ravel(a)[source] if np.size(a) else np.zeros(source.shape, dtype_of(a))


# ---- sorting and counting -------------------------------------------------------------------------------------------
@derived(np.sort)
def _sort(a: Array, axis: int | None = -1, kind: Any = None, order: None = None, *,
          stable: bool | None = None) -> Array:
    a, axis = (np.ravel(a), 0) if axis is None else (a, operator.index(axis))
    return np.take_along_axis(a, np.argsort(raw(a), axis=axis, kind=kind, stable=stable), axis=axis)


@derived(np.partition)
def _partition(a: Array, kth: ArrayLike, axis: int | None = -1, kind: Any = "introselect",
               order: None = None) -> Array:
    a, axis = (np.ravel(a), 0) if axis is None else (a, operator.index(axis))
    # argpartition may leave another order than partition: match the k-th smallest of x with that of partition(x)
    source = np.argsort(raw(a), axis=axis, kind="stable")
    target = np.argsort(np.partition(raw(a), raw(kth), axis=axis, kind=kind), axis=axis, kind="stable")
    places = np.empty_like(source)
    np.put_along_axis(places, target, source, axis=axis)
    return np.take_along_axis(a, places, axis=axis)


@derived(np.bincount)
def _bincount(x: ArrayLike, weights: Array = None, minlength: int = 0) -> Array:
    counts = np.bincount(raw(x), raw(weights), minlength)
    return counts if weights is None else scatter(cast(stacked(weights), float), np.asarray(raw(x)), counts.shape)
