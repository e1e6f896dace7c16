"""Derivatives of functions that move, join, repeat and lay out elements; all are linear."""

import operator
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import Node, is_variable, nodes_in, raw
from autograd.rules.indexing import scatter
from autograd.rules.table import derived, dispatching, no_gradient, normalize_axes, rule, since_2_1
from autograd.typing import Array


def _nodes_or_arrays(xs: Any) -> list[Any]:
    return [stacked(x) if not isinstance(x, Node) else x for x in xs]


def stacked(x: Any) -> Array:
    """What `np.asarray` makes of numbers and nested lists, where nodes may be among them."""
    if isinstance(x, (list, tuple)) and next(nodes_in(x), None) is not None:
        return np.stack([stacked(part) for part in x])
    return x if isinstance(x, Node) else np.asarray(x)


# ---- changing shape -------------------------------------------------------------------------------------------------
def _reshape_arguments(a: Array, /, shape: Any = None, order: str = "C", *, newshape: Any = None,
                       copy: Any = None) -> Any:
    return (a,), {"shape": newshape if shape is None else shape, "order": order}


rule(np.reshape, "reshape", lambda g, y, a, shape, order="C": np.reshape(g, np.shape(a), order=order),
     bind=_reshape_arguments, forward=lambda a, shape, order="C": np.reshape(a, shape, order=order))
rule(np.transpose, "transpose", lambda g, y, a, axes=None: np.transpose(
    g, None if axes is None else np.argsort([x % len(axes) for x in axes])))
rule(np.squeeze, "squeeze", lambda g, y, a, axis=None: np.reshape(g, np.shape(a)))
rule(np.expand_dims, "expand_dims", lambda g, y, a, axis: np.reshape(g, np.shape(a)))
rule(np.broadcast_to, "broadcast", lambda g, y, array, shape, subok=False: g)  # the sweep sums it down
rule(np.copy, "copy", lambda g, y, a, **_: g)


@dispatching
def astype(x: Array, dtype: Any) -> Array:
    """`x` with another dtype: what `x.astype(dtype)` calls."""
    return np.asarray(x).astype(dtype)


rule(astype, "astype", lambda g, y, x, dtype: g, bind=lambda x, dtype: ((x,), {"dtype": np.dtype(dtype)}),
     unfolded=lambda x: x)


@derived(*since_2_1("astype"))
def _astype(x: Array, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Array:
    return astype(x, dtype)


@derived(np.ravel)
def _ravel(a: Array, order: Any = "C") -> Array:
    return np.reshape(a, -1, order=order)


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
def _moveaxis(a: Array, source: Any, destination: Any) -> Array:
    # NumPy works out the order itself, on an array without elements whose lengths are the numbers of its axes
    return np.transpose(a, np.shape(np.moveaxis(np.empty(range(np.ndim(a))), source, destination)))


@derived(np.rollaxis)
def _rollaxis(a: Array, axis: int, start: int = 0) -> Array:
    order = np.shape(np.rollaxis(np.empty(range(np.ndim(a))), axis, start))
    return np.transpose(a, order)


def _at_least(function: Any) -> Any:
    def padded(*arrays: Array) -> Any:
        shaped = [np.reshape(x, np.shape(function(np.empty(np.shape(x))))) for x in _nodes_or_arrays(arrays)]
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


# ---- joining and splitting ------------------------------------------------------------------------------------------
def _concatenate_arguments(arrays: Any, axis: int | None = 0, **settings: Any) -> Any:
    inputs = _nodes_or_arrays(arrays)  # a node is iterated over, as an array would be
    if axis is None:
        inputs, axis = [np.ravel(x) for x in inputs], 0
    return tuple(inputs), {"axis": axis, **settings}


def _concatenate(g: Array, y: Array, inputs: Any, *arrays: Array, axis: int, **_: Any) -> list[Any]:
    before = (slice(None),) * (axis % np.ndim(g))
    parts, start = [], 0
    for node, x in zip(inputs, arrays, strict=True):
        stop = start + np.shape(x)[axis]
        parts.append(g[(*before, slice(start, stop))] if is_variable(node) else None)
        start = stop
    return parts


rule(np.concatenate, "concat", vjp_of_all=_concatenate, bind=_concatenate_arguments,
     forward=lambda *arrays, **settings: np.concatenate(arrays, **settings))


@derived(np.stack)
def _stack(arrays: Any, axis: int = 0, out: None = None, **settings: Any) -> Array:
    inputs = _nodes_or_arrays(arrays)
    if len({np.shape(x) for x in inputs}) != 1:
        raise ShapeError(f"stack needs arrays of one shape, got {[np.shape(x) for x in inputs]}")
    return np.concatenate([np.expand_dims(x, axis) for x in inputs], axis=axis, **settings)


@derived(np.vstack)
def _vstack(tup: Any, **settings: Any) -> Array:
    return np.concatenate([np.atleast_2d(x) for x in _nodes_or_arrays(tup)], axis=0, **settings)


@derived(np.hstack)
def _hstack(tup: Any, **settings: Any) -> Array:
    inputs = [np.atleast_1d(x) for x in _nodes_or_arrays(tup)]
    return np.concatenate(inputs, axis=0 if np.ndim(inputs[0]) == 1 else 1, **settings)


@derived(np.dstack)
def _dstack(tup: Any) -> Array:
    return np.concatenate([np.atleast_3d(x) for x in _nodes_or_arrays(tup)], axis=2)


@derived(np.column_stack)
def _column_stack(tup: Any) -> Array:
    columns = [x if np.ndim(x) > 1 else np.reshape(x, (-1, 1)) for x in _nodes_or_arrays(tup)]
    return np.concatenate(columns, axis=1)


@derived(np.block)
def _block(arrays: Any) -> Array:
    def depth(x: Any) -> int:
        return 1 + max(map(depth, x)) if type(x) is list else 0

    def leaves(x: Any) -> Any:
        return [leaf for part in x for leaf in leaves(part)] if type(x) is list else [x]

    levels = depth(arrays)
    ndim = max([levels] + [np.ndim(x) for x in _nodes_or_arrays(leaves(arrays))])

    def join(x: Any, level: int) -> Array:
        if type(x) is list:
            return np.concatenate([join(part, level + 1) for part in x], axis=ndim - levels + level)
        (x,) = _nodes_or_arrays([x])
        return np.reshape(x, (1,) * (ndim - np.ndim(x)) + np.shape(x))

    return join(arrays, 0)


@derived(np.append)
def _append(arr: Array, values: Array, axis: int | None = None) -> Array:
    return np.concatenate(_nodes_or_arrays([arr, values]), axis=axis)


@derived(np.array_split)
def _array_split(ary: Array, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    (axis,) = normalize_axes(axis, np.ndim(ary))
    # NumPy works out the bounds on the positions themselves
    parts = np.array_split(np.arange(np.shape(ary)[axis]), raw(indices_or_sections))
    bounds = [(int(p[0]), int(p[-1]) + 1) if len(p) else (0, 0) for p in parts]
    return [ary[(slice(None),) * axis + (slice(*b),)] for b in bounds]


@derived(np.split)
def _split(ary: Array, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    np.split(np.empty(np.shape(ary)[axis]), indices_or_sections)  # NumPy's own error for an unequal division
    return np.array_split(ary, indices_or_sections, axis)


@derived(np.hsplit)
def _hsplit(ary: Array, indices_or_sections: Any) -> list[Array]:
    return np.split(ary, indices_or_sections, axis=1 if np.ndim(ary) > 1 else 0)


@derived(np.vsplit)
def _vsplit(ary: Array, indices_or_sections: Any) -> list[Array]:
    return np.split(ary, indices_or_sections, axis=0)


@derived(np.dsplit)
def _dsplit(ary: Array, indices_or_sections: Any) -> list[Array]:
    return np.split(ary, indices_or_sections, axis=2)


@derived(*since_2_1("unstack"))
def _unstack(x: Array, /, *, axis: int = 0) -> tuple[Array, ...]:
    return tuple(np.moveaxis(x, axis, 0))


# ---- repeating and reordering ---------------------------------------------------------------------------------------
@derived(np.repeat)
def _repeat(a: Array, repeats: Any, axis: int | None = None) -> Array:
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


rule(np.roll, "roll", lambda g, y, a, shift, axis=None: np.roll(
    g, -shift if np.ndim(shift) == 0 else [-n for n in shift], axis))
rule(np.flip, "flip", lambda g, y, m, axis=None: np.flip(g, axis))


@derived(np.fliplr)
def _fliplr(m: Array) -> Array:
    return np.flip(m, 1)


@derived(np.flipud)
def _flipud(m: Array) -> Array:
    return np.flip(m, 0)


@derived(np.rot90)
def _rot90(m: Array, k: int = 1, axes: Any = (0, 1)) -> Array:
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
@dispatching
def pad_constant(array: Array, pad_width: Any, constant_values: Any = 0) -> Array:
    """`np.pad` with its mode "constant"."""
    return np.pad(array, pad_width, constant_values=constant_values)


rule(pad_constant, "pad", lambda g, y, x, pad_width, constant_values=0: g[tuple(
    slice(before, before + n) for (before, _), n in zip(pad_width, np.shape(x), strict=True))])


def _linear(x: Array, axis: int, function: Any) -> Array:
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
    widths = [tuple(int(w) for w in pair) for pair in np.broadcast_to(raw(pad_width), (ndim, 2))]
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


# ---- differences ----------------------------------------------------------------------------------------------------
@derived(np.diff)
def _diff(a: Array, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Array:
    (axis,) = normalize_axes(axis, np.ndim(a))
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n!r}")

    def edge(x: Any) -> Array:
        (x,) = _nodes_or_arrays([x])
        return np.broadcast_to(x, (*np.shape(a)[:axis], 1, *np.shape(a)[axis + 1 :])) if np.ndim(x) == 0 else x

    parts = [edge(x) for x in (prepend,) if x is not None] + [a] + [edge(x) for x in (append,) if x is not None]
    y = np.concatenate(parts, axis=axis) if len(parts) > 1 and n else a
    whole = (slice(None),) * axis
    for _ in range(n):
        y = y[(*whole, slice(1, None))] - y[(*whole, slice(None, -1))]
    return y


@derived(np.ediff1d)
def _ediff1d(ary: Array, to_end: Any = None, to_begin: Any = None) -> Array:
    parts = [p for p in (to_begin, np.diff(np.ravel(ary)), to_end) if p is not None]
    return np.concatenate([np.ravel(x) for x in _nodes_or_arrays(parts)], dtype=raw(ary).dtype)


def _slope(f: Array, axis: int, spacing: Any, edge_order: int) -> Array:
    """NumPy's second-order differences along one axis, for an even spacing or for given coordinates."""
    before = (slice(None),) * axis
    n = np.shape(f)[axis]
    if n < edge_order + 1:
        raise ShapeError(f"gradient: axis {axis} of shape {np.shape(f)} is shorter than edge_order + 1")

    def at(i: int, j: int | None = None) -> Array:
        return f[(*before, slice(i, j))]

    h = np.diff(spacing) if np.ndim(spacing) else np.full(n - 1, 1.0 * spacing)
    if len(h) != n - 1:
        raise ShapeError(f"gradient: {len(h) + 1} coordinates for {n} elements along axis {axis}")
    h = h.astype(raw(f).dtype)
    column = (-1,) + (1,) * (np.ndim(f) - axis - 1)
    left, right = h[:-1].reshape(column), h[1:].reshape(column)
    inner = (at(0, -2) * (-right / (left * (left + right))) + at(1, -1) * ((right - left) / (left * right))
             + at(2) * (left / (right * (left + right))))
    if edge_order == 1:
        first, last = (at(1, 2) - at(0, 1)) / h[0], (at(n - 1) - at(n - 2, n - 1)) / h[-1]
    else:
        a, b = h[0], h[1]
        first = (at(0, 1) * (-(2 * a + b) / (a * (a + b))) + at(1, 2) * ((a + b) / (a * b))
                 - at(2, 3) * (a / (b * (a + b))))
        a, b = h[-2], h[-1]
        last = (at(n - 3, n - 2) * (b / (a * (a + b))) - at(n - 2, n - 1) * ((a + b) / (a * b))
                + at(n - 1) * ((2 * b + a) / (b * (a + b))))
    return np.concatenate([first, inner, last], axis=axis)


@derived(np.gradient)
def _gradient(f: Array, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    axes = normalize_axes(axis, np.ndim(f)) if not isinstance(axis, tuple) else tuple(a % np.ndim(f) for a in axis)
    if len(varargs) not in (0, 1, len(axes)):
        raise TypeError("invalid number of arguments")
    spacings = [raw(v) for v in varargs] if len(varargs) == len(axes) else [*map(raw, varargs), 1.0][:1] * len(axes)
    if any(isinstance(v, Node) and v.requires_grad for v in varargs):
        raise no_rule("the spacing of np.gradient")
    slopes = [_slope(f, a, h, edge_order) for a, h in zip(axes, spacings, strict=True)]
    return slopes[0] if len(axes) == 1 else tuple(slopes)


# ---- diagonals and triangles ----------------------------------------------------------------------------------------
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


rule(np.tril, "tril", lambda g, y, m, k=0: np.tril(g, k))
rule(np.triu, "triu", lambda g, y, m, k=0: np.triu(g, k))

# ---- filling --------------------------------------------------------------------------------------------------------
no_gradient(np.zeros_like, np.ones_like, np.empty_like, np.result_type, np.can_cast, np.common_type, np.min_scalar_type,
         np.iscomplexobj, np.isrealobj)


@derived(np.full_like)
def _full_like(a: Array, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True,
               shape: Any = None, *, device: Any = None) -> Array:
    if not isinstance(fill_value, Node):
        return np.full_like(raw(a), fill_value, dtype, shape=shape)
    filled: Any = fill_value
    dtype = np.result_type(raw(a)) if dtype is None else dtype
    return astype(np.broadcast_to(filled, np.shape(a) if shape is None else shape), dtype)


# ---- interpolation and convolution ----------------------------------------------------------------------------------
@derived(np.interp)
def _interp(x: Array, xp: Array, fp: Array, left: Any = None, right: Any = None, period: Any = None) -> Array:
    xp, fp = _nodes_or_arrays([xp, fp])
    if period is not None:
        x, xp = np.remainder(x, abs(period)), np.remainder(xp, abs(period))
        order = np.argsort(raw(xp))
        xp, fp = xp[order], fp[order]
        xp = np.concatenate([xp[-1:] - abs(period), xp, xp[:1] + abs(period)])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
    size = np.shape(xp)[0]
    if size == 1:
        inside = np.broadcast_to(fp[0], np.shape(x))
    else:
        i = np.clip(np.searchsorted(raw(xp), raw(x), side="right") - 1, 0, size - 2)
        step = fp[i + 1] - fp[i]
        inside = fp[i] + (x - xp[i]) * (step / (xp[i + 1] - xp[i]))
    below, above = fp[0] if left is None else left, fp[-1] if right is None else right
    y = np.where(np.less(x, xp[0]), below, np.where(np.greater(x, xp[-1]), above, inside))
    return astype(y, np.promote_types(raw(y).dtype, float))


@dispatching
def convolve_full(a: Array, v: Array) -> Array:
    """`np.convolve` with its mode "full": of lengths m and n, m + n - 1."""
    return np.convolve(a, v)


rule(convolve_full, "conv",
     lambda g, y, a, v: _window(np.convolve(g, v[::-1]), np.shape(v)[0] - 1, np.shape(a)[0]),
     lambda g, y, a, v: _window(np.convolve(g, a[::-1]), np.shape(a)[0] - 1, np.shape(v)[0]))


def _window(x: Array, start: int, size: int) -> Array:
    return x[start : start + size]


@derived(np.convolve)
def _convolve(a: Array, v: Array, mode: str = "full") -> Array:
    a, v = (np.atleast_1d(x) for x in _nodes_or_arrays([a, v]))
    if np.shape(v)[0] > np.shape(a)[0]:
        a, v = v, a
    m, n = np.shape(a)[0], np.shape(v)[0]
    if not n:
        raise ShapeError("convolve: neither array may be empty")
    full = convolve_full(a, v)
    if mode == "full":
        return full
    if mode not in ("same", "valid"):
        raise ValueError(f"mode must be 'full', 'same' or 'valid', got {mode!r}")
    return _window(full, (n - 1) // 2, m) if mode == "same" else _window(full, n - 1, m - n + 1)


@derived(np.correlate)
def _correlate(a: Array, v: Array, mode: str = "valid") -> Array:
    a, v = (np.atleast_1d(x) for x in _nodes_or_arrays([a, v]))
    m, n = np.shape(a)[0], np.shape(v)[0]
    full = np.convolve(a, np.conj(v)[::-1], "full")
    # of unequal lengths NumPy keeps the middle, one place later where the first is the shorter
    start = {"full": 0, "same": (n - 1) // 2 if m >= n else m // 2, "valid": min(m, n) - 1}[mode]
    size = {"full": m + n - 1, "same": max(m, n), "valid": abs(m - n) + 1}[mode]
    return _window(full, start, size)


@derived(np.trapezoid)
def _trapezoid(y: Array, x: Any = None, dx: float = 1.0, axis: int = -1) -> Array:
    (axis,) = normalize_axes(axis, np.ndim(y))
    step: Any = dx
    if x is not None:
        step = np.diff(x, axis=0 if np.ndim(x) == 1 else axis)
        step = np.reshape(step, (-1,) + (1,) * (np.ndim(y) - axis - 1)) if np.ndim(x) == 1 else step
    before = (slice(None),) * axis
    return np.sum(step * (y[(*before, slice(1, None))] + y[(*before, slice(None, -1))]) / 2.0, axis=axis)


@derived(np.linspace)
def _linspace(start: Array, stop: Array, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None,
              axis: int = 0, *, device: Any = None) -> Any:
    start, stop = (x if isinstance(x, (int, float)) else stacked(x) for x in (start, stop))
    steps = num - 1 if endpoint else num
    step = (stop - start) / steps if steps else np.nan * (stop - start)
    fractions = np.linspace(0.0, 1.0, num, endpoint, dtype=raw(step).dtype)
    fractions = np.reshape(fractions, (-1,) + (1,) * np.ndim(step))
    y = np.moveaxis(start * (1 - fractions) + stop * fractions, 0, axis)
    y = y if dtype is None else astype(y, dtype)
    return (y, step) if retstep else y


@derived(np.polyval)
def _polyval(p: Array, x: Array) -> Array:
    (p,) = _nodes_or_arrays([p])
    y: Array = np.zeros_like(raw(x))
    for i in range(np.shape(p)[0]):
        y = y * x + p[i]
    return y


@derived(np.vander)
def _vander(x: Array, N: int | None = None, increasing: bool = False) -> Array:
    n = np.shape(x)[0] if N is None else operator.index(N)
    x = astype(x, np.promote_types(raw(x).dtype, int))
    columns = [x**i for i in range(n)]
    return np.stack(columns if increasing else columns[::-1], axis=1)
