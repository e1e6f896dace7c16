"""NumPy's functions that join arrays, in terms of concatenate, and that split them, in terms of slices."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.graph import raw
from autograd.rules.calls import normalize_axes, since_2_1
from autograd.rules.indexing import along
from autograd.rules.shaping import stacked
from autograd.rules.table import derived
from autograd.typing import Array, Tree


# ---- joining --------------------------------------------------------------------------------------------------------
@derived(np.stack)
def _stack(arrays: Iterable[Any], axis: int = 0, out: None = None, **settings: Any) -> Array:
    inputs = [stacked(x) for x in arrays]
    if len({np.shape(x) for x in inputs}) != 1:
        raise ShapeError(f"stack needs arrays of one shape, got {[np.shape(x) for x in inputs]}")
    return np.concatenate([np.expand_dims(x, axis) for x in inputs], axis=axis, **settings)


@derived(np.vstack)
def _vstack(tup: Iterable[Any], **settings: Any) -> Array:
    return np.concatenate([np.atleast_2d(x) for x in map(stacked, tup)], axis=0, **settings)


@derived(np.hstack)
def _hstack(tup: Iterable[Any], **settings: Any) -> Array:
    inputs = [np.atleast_1d(x) for x in map(stacked, tup)]
    return np.concatenate(inputs, axis=0 if np.ndim(inputs[0]) == 1 else 1, **settings)


@derived(np.dstack)
def _dstack(tup: Iterable[Any]) -> Array:
    return np.concatenate([np.atleast_3d(x) for x in map(stacked, tup)], axis=2)


@derived(np.column_stack)
def _column_stack(tup: Iterable[Any]) -> Array:
    columns = [x if np.ndim(x) > 1 else np.reshape(x, (-1, 1)) for x in map(stacked, tup)]
    return np.concatenate(columns, axis=1)


@derived(np.block)
def _block(arrays: Tree) -> Array:
    def depth(x: Tree) -> int:
        return 1 + max(map(depth, x)) if type(x) is list else 0

    def leaves(x: Tree) -> list[Any]:
        return [leaf for part in x for leaf in leaves(part)] if type(x) is list else [x]

    levels = depth(arrays)
    ndim = max([levels] + [np.ndim(stacked(x)) for x in leaves(arrays)])

    def join(x: Tree, level: int) -> Array:
        if type(x) is list:
            return np.concatenate([join(part, level + 1) for part in x], axis=ndim - levels + level)
        x = stacked(x)
        return np.reshape(x, (1,) * (ndim - np.ndim(x)) + np.shape(x))

    return join(arrays, 0)


@derived(np.append)
def _append(arr: Array, values: Array, axis: int | None = None) -> Array:
    return np.concatenate([arr, values], axis=axis)


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


@derived(np.vsplit)
def _vsplit(ary: Array, indices_or_sections: int | Sequence[int]) -> list[Array]:
    return np.split(ary, indices_or_sections, axis=0)


@derived(np.dsplit)
def _dsplit(ary: Array, indices_or_sections: int | Sequence[int]) -> list[Array]:
    return np.split(ary, indices_or_sections, axis=2)


@derived(*since_2_1("unstack"))
def _unstack(x: Array, /, *, axis: int = 0) -> tuple[Array, ...]:
    return tuple(np.moveaxis(x, axis, 0))
