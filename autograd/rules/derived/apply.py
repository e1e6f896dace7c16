"""NumPy's functions that call a user's function on parts of an array; and those that write into one: refused."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.complaints import describe
from autograd.errors import ModifiedInPlace
from autograd.graph import Node, is_variable, nodes_in, raw
from autograd.rules.calls import name_of, normalize_axes
from autograd.rules.indexing import update
from autograd.rules.shaping import cast, dtype_of, stacked
from autograd.rules.table import derived
from autograd.trees import map_tree
from autograd.typing import Array, ArrayLike, Function


@derived(np.apply_along_axis)
def _apply_along_axis(func1d: Function, axis: int, arr: Array, *args: Any, **kwargs: Any) -> Array:
    (axis,) = normalize_axes(axis, np.ndim(arr))
    lines = np.moveaxis(arr, axis, -1)
    around = np.shape(lines)[:-1]
    if 0 in around:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    found = [stacked(func1d(lines[place], *args, **kwargs)) for place in np.ndindex(around)]
    shape, dtype = np.shape(found[0]), dtype_of(found[0])  # what NumPy makes room for
    y = np.reshape(np.stack([cast(part, dtype) for part in found]), around + shape)
    return np.moveaxis(y, range(len(around), np.ndim(y)), range(axis, axis + len(shape)))


@derived(np.apply_over_axes)
def _apply_over_axes(func: Callable[[Array, int], Array], a: Array, axes: int | Sequence[int]) -> Array:
    ndim = np.ndim(a)
    for axis in np.ravel(axes).tolist():
        axis = axis + ndim if axis < 0 else axis
        found = func(a, axis)
        a = found if np.ndim(found) == np.ndim(a) else np.expand_dims(found, axis)
        if np.ndim(a) != ndim:
            raise ValueError("function is not returning an array of the correct shape")
    return a


@derived(np.piecewise)
def _piecewise(x: Array, condlist: ArrayLike, funclist: Sequence[Any], *args: Any, **kw: Any) -> Array:
    x, shape = stacked(x), np.shape(x)
    conditions = map_tree(raw, condlist)
    if np.isscalar(conditions) or (not isinstance(conditions[0], (list, np.ndarray)) and np.ndim(x)):
        conditions = [conditions]
    conditions = np.asarray(conditions, bool)
    if len(conditions) == len(funclist) - 1:  # the last is for all the rest
        conditions = np.concatenate([conditions, ~np.any(conditions, axis=0, keepdims=True)])
    if len(conditions) != len(funclist):
        raise ValueError(f"piecewise: {len(funclist)} functions for {len(conditions)} conditions (or one more)")
    if not shape:
        x, conditions = np.ravel(x), np.reshape(conditions, (-1, 1))
    y = np.zeros_like(raw(x))
    for where, function in zip(conditions, funclist, strict=True):
        if np.size(raw(x)[where]):
            value = function(x[where], *args, **kw) if callable(function) else function
            y = update(y, cast(stacked(value), dtype_of(y)), where)
    return np.reshape(y, shape)


def _in_place(function: Function) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        target = next(iter((*args, *kwargs.values())))
        if isinstance(target, Node) or any(map(is_variable, nodes_in([args, kwargs]))):
            what = describe(target) if isinstance(target, Node) else "an array"
            raise ModifiedInPlace(
                f"{name_of(function)} would write into {what}: a recorded result may need its old numbers, and an "
                "array holds no nodes. For a changed copy write x.at[index].set(value), or np.where(mask, value, x); "
                "for an array that is full of a node, np.broadcast_to(node, shape)")
        function(*map_tree(raw, args), **map_tree(raw, kwargs))

    derived(function)(refuse)


IN_PLACE = (np.copyto, np.put, np.putmask, np.place, np.put_along_axis, np.fill_diagonal)
for writes in IN_PLACE:
    _in_place(writes)
