"""Derivatives of indexing: `x[index]`, its transpose `scatter`, and `update`, a copy with other numbers at `index`."""

import operator
from typing import Any, TypeAlias

import numpy as np

from autograd.rules.calls import dispatching
from autograd.rules.table import rule
from autograd.typing import Array, Shape

Index: TypeAlias = Any  # what may stand in x[index], as NumPy has it

# what picks each element at most once, as masks do; an array of integers may name an element twice
_PICK_ONCE = {type(None), type(...), slice, bool, int} | {np.dtype(code).type for code in np.typecodes["AllInteger"]}


def _repeats(index: Index) -> bool:
    """Whether an index may name one element twice."""
    parts = index if type(index) is tuple else (index,)
    return any(type(part) not in _PICK_ONCE and np.asarray(part).dtype != bool for part in parts)


@dispatching
def scatter(g: Array, index: Index, shape: Shape) -> Array:
    """Zeros of `shape` with `g` added at `index`: the transpose of `x[index]`. Repeated indices add up."""
    out = np.zeros(shape, np.asarray(g).dtype)
    if type(index) is np.ndarray and out.ndim == 1 and index.dtype != bool:
        np.add.at(out, index.ravel(), np.ravel(g))  # eight times as fast as an index of more axes
    elif _repeats(index):
        np.add.at(out, index, g)
    else:
        out[index] = g
    return out


@dispatching
def update(x: Array, value: Array, index: Index) -> Array:
    """A copy of `x` with `value` at `index`: what `x.at[index].set(value)` calls."""
    x, value = np.asarray(x), np.asarray(value)
    out = np.array(x, dtype=x.dtype if np.can_cast(value.dtype, x.dtype, "same_kind") else np.result_type(x, value))
    out[index] = value
    return out


def _update_value(g: Array, y: Array, x: Array, value: Array, index: Index) -> Array:
    written = g[index]
    if not _repeats(index):
        return written
    number = np.arange(np.size(written)).reshape(np.shape(written))  # of what was written, each has its own
    last = np.empty(np.shape(x), int)
    last[index] = number
    return np.where(last[index] == number, written, 0)  # of several writes to one element only the last has a gradient


rule(operator.getitem, "[ ]", lambda g, y, x, index: scatter(g, index, np.shape(x)),
     bind=lambda x, index: ((x,), {"index": index}), forward=lambda x, index: x[index])
rule(scatter, "scatter", lambda g, y, x, index, shape: g[index],
     bind=lambda g, index, shape: ((g,), {"index": index, "shape": shape}))
rule(update, "set", lambda g, y, x, value, index: update(g, 0, index),
                    _update_value,
     bind=lambda x, value, index: ((x, value), {"index": index}))


def along(x: Array, axis: int, index: Index) -> Array:
    """`x[index]` along one axis, which is counted from the front."""
    return x[(slice(None),) * axis + (index,)]
