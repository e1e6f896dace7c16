"""Derivatives of indexing, and of the functions that pick elements out of arrays by position."""

import operator
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.graph import Node, raw
from autograd.rules.table import derived, dispatching, no_gradient, normalize_axes, rule
from autograd.typing import Array


def _repeats(index: Any) -> bool:
    """Whether an index may name one element twice (integer arrays can; integers, slices and masks cannot)."""
    parts = index if type(index) is tuple else (index,)
    return any(
        not (part is None or part is Ellipsis or isinstance(part, (slice, int, np.integer, np.bool_)))
        and np.asarray(part).dtype != bool
        for part in parts
    )


@dispatching
def scatter(g: Array, index: Any, shape: tuple[int, ...]) -> Array:
    """Zeros of `shape` with `g` added at `index`: the transpose of `x[index]`. Repeated indices add up."""
    out = np.zeros(shape, np.asarray(g).dtype)
    if _repeats(index):
        np.add.at(out, index, g)
    else:
        out[index] = g
    return out


@dispatching
def update(x: Array, value: Array, index: Any) -> Array:
    """A copy of `x` with `value` at `index`: what `x.at[index].set(value)` calls."""
    x, value = np.asarray(x), np.asarray(value)
    out = np.array(x, dtype=x.dtype if np.can_cast(value.dtype, x.dtype, "same_kind") else np.result_type(x, value))
    out[index] = value
    return out


def _put_weight(index: Any, shape: tuple[int, ...]) -> Array:
    """The flat position in `value` that each element of the result came from, or -1: the last writer wins."""
    source = np.full(shape, -1)
    source[index] = np.arange(source[index].size).reshape(source[index].shape)
    return source


def _update_value(g: Array, y: Array, x: Array, value: Array, index: Any) -> Array:
    written = g[index]
    if _repeats(index):
        source = _put_weight(index, np.shape(x))
        written = written * (source[index] == np.arange(written.size).reshape(written.shape))
    return written


rule(operator.getitem, "[ ]", lambda g, y, x, index: scatter(g, index, np.shape(x)),
     bind=lambda x, index: ((x,), {"index": index}), forward=lambda x, index: x[index])
rule(scatter, "scatter", lambda g, y, x, index, shape: g[index],
     bind=lambda g, index, shape: ((g,), {"index": index, "shape": shape}))
rule(update, "set", lambda g, y, x, value, index: update(g, 0, index),
                    _update_value,
     bind=lambda x, value, index: ((x, value), {"index": index}))


def along(axis: int, ndim: int, index: Any) -> tuple[Any, ...]:
    """The index that applies `index` to one axis and takes all of the others."""
    (axis,) = normalize_axes(axis, ndim)
    return (slice(None),) * axis + (index,)


@derived(np.take)
def _take(a: Array, indices: Any, axis: int | None = None, out: None = None, mode: Any = "raise") -> Array:
    flat = np.ravel(a) if axis is None else a
    axis = axis or 0
    size = np.shape(flat)[axis]
    where = np.take(np.arange(size), np.asarray(raw(indices)), mode=mode)
    return flat[along(axis, np.ndim(flat), where)]


@derived(np.take_along_axis)
def _take_along_axis(arr: Array, indices: Any, axis: int | None = -1) -> Array:
    flat = np.ravel(arr) if axis is None else arr
    indices = np.asarray(raw(indices))
    (axis,) = normalize_axes(axis or 0, np.ndim(flat))
    if indices.ndim != np.ndim(flat):
        raise ShapeError(f"take_along_axis: indices of shape {indices.shape} need {np.ndim(flat)} dimensions")
    grid = [np.arange(n).reshape((-1,) + (1,) * (indices.ndim - i - 1)) for i, n in enumerate(np.shape(flat))]
    grid[axis] = indices
    return flat[tuple(grid)]


@derived(np.lib.stride_tricks.sliding_window_view)
def _sliding_window_view(x: Array, window_shape: Any, axis: Any = None, *, subok: bool = False,
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
def _compress(condition: Any, a: Array, axis: int | None = None, out: None = None) -> Array:
    return np.take(a, np.flatnonzero(condition), axis=axis)


@derived(np.extract)
def _extract(condition: Any, arr: Array) -> Array:
    return np.ravel(arr)[np.flatnonzero(condition)]


@derived(np.choose)
def _choose(a: Any, choices: Any, out: None = None, mode: Any = "raise") -> Array:
    pick, *broadcast = np.broadcast_arrays(raw(a), *[np.asarray(raw(c)) for c in choices])
    pick = np.choose(pick, [np.full(pick.shape, i) for i in range(len(broadcast))], mode=mode)
    return np.select([pick == i for i in range(len(broadcast))], list(choices))


@derived(np.select)
def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Array:
    if len(condlist) != len(choicelist) or not condlist:
        raise ShapeError(f"select: {len(condlist)} conditions do not fit {len(choicelist)} choices")
    chosen = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        chosen = np.where(condition, choice, chosen)
    return chosen


@derived(np.sort)
def _sort(a: Array, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Array:
    flat = np.ravel(a) if axis is None else a
    (axis,) = normalize_axes(-1 if axis is None else axis, np.ndim(flat))
    return np.take_along_axis(flat, np.argsort(raw(flat), axis=axis, kind=kind, stable=stable), axis=axis)


@derived(np.partition)
def _partition(a: Array, kth: Any, axis: int | None = -1, kind: Any = "introselect", order: Any = None) -> Array:
    flat = np.ravel(a) if axis is None else a
    (axis,) = normalize_axes(-1 if axis is None else axis, np.ndim(flat))
    # argpartition may leave another order than partition: match the k-th smallest of x with that of partition(x)
    source = np.argsort(raw(flat), axis=axis, kind="stable")
    target = np.argsort(np.partition(raw(flat), raw(kth), axis=axis, kind=kind), axis=axis, kind="stable")
    moved = np.empty_like(source)
    np.put_along_axis(moved, target, source, axis=axis)
    return np.take_along_axis(flat, moved, axis=axis)


@derived(np.delete)
def _delete(arr: Array, obj: Any, axis: int | None = None) -> Array:
    flat = np.ravel(arr) if axis is None else arr
    axis = axis or 0
    return np.take(flat, np.delete(np.arange(np.shape(flat)[axis]), obj), axis=axis)


@derived(np.insert)
def _insert(arr: Array, obj: Any, values: Any, axis: int | None = None) -> Array:
    flat = np.ravel(arr) if axis is None else arr
    (axis,) = normalize_axes(axis or 0, np.ndim(flat))
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
def _resize(a: Array, new_shape: Any) -> Array:
    size = int(np.prod(new_shape))
    return np.reshape(np.ravel(a)[np.arange(size) % max(np.size(a), 1)], new_shape) if size and np.size(a) else (
        np.zeros(new_shape, raw(a).dtype)
    )


@derived(np.bincount)
def _bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    if weights is None:
        return np.bincount(raw(x), minlength=minlength)
    return scatter(weights * np.ones((), float), x, (max(int(np.max(x, initial=-1)) + 1, minlength),))


no_gradient(
    np.argmax, np.argmin, np.argsort, np.argpartition, np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero,
    np.nanargmax, np.nanargmin, np.searchsorted, np.digitize, np.lexsort, np.any, np.all, np.isin, np.unravel_index,
    np.ravel_multi_index, np.triu_indices_from, np.tril_indices_from, np.diag_indices_from,
)
