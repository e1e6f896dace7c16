"""Derivatives of functions that move, join and lay out elements: all are linear, and so are their vjps."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.graph import Node, is_variable, nodes_in, raw
from autograd.rules.calls import Bound, dispatching
from autograd.rules.table import rule
from autograd.typing import Array, ArrayLike, DTypeLike, Shape, Tree


def stacked(x: Tree) -> Array:
    """What `np.asarray` makes of numbers and nested lists, where nodes may be among them."""
    if isinstance(x, (list, tuple)) and next(nodes_in(x), None) is not None:
        return np.stack([stacked(part) for part in x])
    return x if isinstance(x, Node) else np.asarray(x)


def no_out(name: str, out: Array) -> None:
    """Refuse an `out=` that was given by position."""
    if out is not None:
        raise no_rule(f"{name} with out=", "use the result it returns")


def dtype_of(x: Array) -> Any:
    """The dtype of an array, or of what is in a node."""
    return np.result_type(raw(x))


# ---- shape and dtype ------------------------------------------------------------------------------------------------
def _reshape_arguments(a: Array, /, shape: int | Shape | None = None, order: str | None = "C", *,
                       newshape: int | Shape | None = None, copy: bool | None = None) -> Bound:
    if order in ("A", "a"):  # as it lies in memory: the gradient lies otherwise
        order = "F" if np.asarray(raw(a)).flags.fnc else "C"
    kept = {} if copy is None else {"copy": copy}
    return (a,), {"shape": newshape if shape is None else shape, "order": order, **kept}


@dispatching
def astype(x: Array, dtype: DTypeLike) -> Array:
    """`x` with another dtype: what `x.astype(dtype)` calls."""
    return np.asarray(x).astype(dtype)


def cast(x: Array, dtype: DTypeLike) -> Array:
    """`x` as NumPy casts it in silence: to integers as a constant, from complex to real numbers by the real part."""
    if dtype_of(x) == dtype:
        return x
    kind = np.dtype(dtype).kind
    x = np.real(x) if kind == "f" and np.iscomplexobj(x) else x
    return astype(x, dtype) if kind in "fc" else np.asarray(raw(x)).astype(dtype)


def alike(arrays: Iterable[Array]) -> list[Array]:
    """The arrays in their common dtype, in which Python's numbers have no say."""
    arrays = list(arrays)
    dtype = np.result_type(*[x if type(x) in (int, float, complex) else dtype_of(stacked(x)) for x in arrays])
    return [cast(stacked(x), dtype) for x in arrays]


rule(np.reshape, "reshape", lambda g, y, a, shape, order="C", copy=None: np.reshape(g, np.shape(a), order=order),
     bind=_reshape_arguments, forward=lambda a, shape, **settings: np.reshape(a, shape, **settings))
rule(np.transpose, "transpose", lambda g, y, a, axes=None: np.transpose(
    g, None if axes is None else np.argsort([x % len(axes) for x in axes])))
rule(np.squeeze, "squeeze", lambda g, y, a, axis=None: np.reshape(g, np.shape(a)))
rule(np.expand_dims, "expand_dims", lambda g, y, a, axis: np.reshape(g, np.shape(a)))
rule(np.broadcast_to, "broadcast", lambda g, y, array, shape, subok=False: g)  # the chain rule sums it down
rule(np.copy, "copy", lambda g, y, a, **_: g)
rule(astype, "astype", lambda g, y, x, dtype: g, bind=lambda x, dtype: ((x,), {"dtype": np.dtype(dtype)}),
     unfolded=lambda x: x)

# ---- order ----------------------------------------------------------------------------------------------------------
rule(np.flip, "flip", lambda g, y, m, axis=None: np.flip(g, axis))
rule(np.roll, "roll", lambda g, y, a, shift, axis=None: np.roll(
    g, -shift if np.ndim(shift) == 0 else [-n for n in shift], axis))
rule(np.tril, "tril", lambda g, y, m, k=0: np.tril(g, k))
rule(np.triu, "triu", lambda g, y, m, k=0: np.triu(g, k))


# ---- joining --------------------------------------------------------------------------------------------------------
def _concatenate_arguments(arrays: Iterable[Array], axis: int | None = 0, out: None = None, **settings: Any) -> Bound:
    no_out("concatenate", out)
    if axis is None:
        inputs, axis = [np.ravel(x) for x in alike(arrays)], 0
    else:
        inputs = [stacked(x) for x in arrays]  # a node is iterated over, as an array would be
    return tuple(inputs), {"axis": axis, **settings}


def _concatenate(g: Array, y: Array, inputs: tuple[Array, ...], *arrays: Array, axis: int, **_: object) -> list[Array]:
    before = (slice(None),) * (axis % np.ndim(g))
    parts, start = [], 0
    for node, x in zip(inputs, arrays, strict=True):
        stop = start + np.shape(x)[axis]
        parts.append(g[(*before, slice(start, stop))] if is_variable(node) else None)
        start = stop
    return parts


rule(np.concatenate, "concat", vjp_of_all=_concatenate, bind=_concatenate_arguments,
     forward=lambda *arrays, **settings: np.concatenate(arrays, **settings))


# ---- padding and convolution ----------------------------------------------------------------------------------------
@dispatching
def pad_constant(array: Array, pad_width: tuple[tuple[int, int], ...], constant_values: ArrayLike = 0) -> Array:
    """`np.pad` with its mode "constant"."""
    return np.pad(array, pad_width, constant_values=constant_values)


@dispatching
def convolve_full(a: Array, v: Array) -> Array:
    """`np.convolve` with its mode "full": of lengths m and n, m + n - 1."""
    return np.convolve(a, v)


def _correlate_back(g: Array, other: Array, size: int) -> Array:
    """The gradient of one factor of a convolution, which has `size` numbers: g correlated with the other factor."""
    start = np.shape(other)[0] - 1
    return np.convolve(g, other[::-1])[start : start + size]


rule(pad_constant, "pad", lambda g, y, x, pad_width, constant_values=0: g[tuple(
    slice(before, before + n) for (before, _), n in zip(pad_width, np.shape(x), strict=True))])
rule(convolve_full, "conv", lambda g, y, a, v: _correlate_back(g, v, np.shape(a)[0]),
                            lambda g, y, a, v: _correlate_back(g, a, np.shape(v)[0]))
