"""NumPy's functions that make an array of a few numbers: ranges, diagonals, filled and Vandermonde matrices."""

import operator
from typing import Any

import numpy as np

from autograd.graph import Node, raw
from autograd.rules.indexing import scatter
from autograd.rules.shaping import astype, stacked
from autograd.rules.table import derived
from autograd.typing import Array, DTypeLike, Shape


@derived(np.linspace)
def _linspace(start: Array, stop: Array, num: int = 50, endpoint: bool = True, retstep: bool = False,
              dtype: DTypeLike | None = None, axis: int = 0, *, device: str | None = None) -> Any:
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


@derived(np.diagflat)
def _diagflat(v: Array, k: int = 0) -> Array:
    return np.diag(np.ravel(v), k)


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
