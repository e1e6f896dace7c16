"""Differences and integrals, interpolation, convolution and polynomials, in terms of slices and sums."""

from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import Node, is_variable, raw
from autograd.rules.calls import normalize_axes
from autograd.rules.indexing import along
from autograd.rules.shaping import cast, convolve_full, dtype_of, stacked
from autograd.rules.table import derived
from autograd.typing import Array, ArrayLike, Axis


# ---- differences and integrals --------------------------------------------------------------------------------------
@derived(np.diff)
def _diff(a: Array, n: int = 1, axis: int = -1, prepend: Array = None, append: Array = None) -> Array:
    if n == 0:
        return a
    if n < 0 or np.ndim(a) == 0:
        raise ValueError(f"diff needs a positive order and at least one dimension, got n={n!r} for shape {np.shape(a)}")
    (axis,) = normalize_axes(axis, np.ndim(a))

    def fitted(x: ArrayLike) -> Array:
        x = stacked(x)
        return np.broadcast_to(x, (*np.shape(a)[:axis], 1, *np.shape(a)[axis + 1 :])) if np.ndim(x) == 0 else x

    if prepend is not None or append is not None:
        a = np.concatenate([fitted(x) for x in (prepend, a, append) if x is not None], axis=axis)
    for _ in range(n):
        a = along(a, axis, slice(1, None)) - along(a, axis, slice(None, -1))
    return a


@derived(np.ediff1d)
def _ediff1d(ary: Array, to_end: Array = None, to_begin: Array = None) -> Array:
    ary = stacked(ary)
    parts = [p for p in (to_begin, np.diff(np.ravel(ary)), to_end) if p is not None]
    return np.concatenate([np.ravel(stacked(x)) for x in parts], dtype=dtype_of(ary))


def _spacing(x: Array, n: int) -> Array:
    """One step, or the steps between coordinates; even steps are one, unless a gradient is wanted for them."""
    if np.ndim(x) == 0:
        return x
    x = stacked(x)
    if np.shape(x) != (n,):
        raise ShapeError(f"gradient: coordinates of shape {np.shape(x)} for an axis of length {n}")
    steps = np.diff(cast(x, float) if dtype_of(x).kind in "iu" else x)
    return steps[0] if not is_variable(steps) and np.all(raw(steps) == raw(steps)[:1]) else steps


def _slope(f: Array, axis: int, h: Array, edge_order: int) -> Array:
    """NumPy's second-order differences along one axis, for one step h or for the steps between coordinates."""
    n = np.shape(f)[axis]
    if n < edge_order + 1:
        raise ShapeError(f"gradient: axis {axis} of shape {np.shape(f)} is shorter than edge_order + 1")
    even = np.ndim(h) == 0

    def at(i: int, j: int | None = None) -> Array:
        return along(f, axis, slice(i, j))

    if even:  # the middle has the weight 0: it does not matter, not even if it is infinite
        inner = (at(2) - at(0, -2)) / (2.0 * h)
    else:
        a, b = (np.reshape(x, (-1,) + (1,) * (np.ndim(f) - axis - 1)) for x in (h[:-1], h[1:]))
        inner = -b / (a * (a + b)) * at(0, -2) + (b - a) / (a * b) * at(1, -1) + a / (b * (a + b)) * at(2)
    if edge_order == 1:
        first = (at(1, 2) - at(0, 1)) / (h if even else h[0])
        last = (at(n - 1) - at(n - 2, n - 1)) / (h if even else h[-1])
    else:
        a, b = (h, h) if even else (h[0], h[1])
        first = (-(2.0 * a + b) / (a * (a + b)) * at(0, 1) + (a + b) / (a * b) * at(1, 2)
                 - a / (b * (a + b)) * at(2, 3))
        a, b = (h, h) if even else (h[-2], h[-1])
        last = (b / (a * (a + b)) * at(n - 3, n - 2) - (a + b) / (a * b) * at(n - 2, n - 1)
                + (2.0 * b + a) / (b * (a + b)) * at(n - 1))
    return np.concatenate([cast(part, dtype_of(f)) for part in (first, inner, last)], axis=axis)


@derived(np.gradient)
def _gradient(f: Array, *varargs: Array, axis: Axis = None, edge_order: int = 1) -> Array | tuple[Array, ...]:
    f = stacked(f)
    f = f if dtype_of(f).kind in "fc" else cast(f, float)
    axes = np.lib.array_utils.normalize_axis_tuple(range(np.ndim(f)) if axis is None else axis, np.ndim(f))
    if edge_order > 2:
        raise ValueError(f"gradient: edge_order is 1 or 2, not {edge_order}")
    spacings = list(varargs) or [1.0]
    if len(spacings) == 1 and np.ndim(spacings[0]) == 0:
        spacings *= len(axes)
    if len(spacings) != len(axes):
        raise TypeError(f"gradient: {len(spacings)} spacings for {len(axes)} axes")
    slopes = [_slope(f, a, _spacing(h, np.shape(f)[a]), edge_order) for a, h in zip(axes, spacings, strict=True)]
    return slopes[0] if len(axes) == 1 else tuple(slopes)


@derived(np.trapezoid)
def _trapezoid(y: Array, x: Array = None, dx: float = 1.0, axis: int = -1) -> Array:
    y, whole = stacked(y), axis
    (axis,) = normalize_axes(axis, np.ndim(y))
    step: Array = dx
    if x is not None:
        x = stacked(x)
        step = np.diff(x, axis=0 if np.ndim(x) == 1 else whole)
        step = np.reshape(step, (-1,) + (1,) * (np.ndim(y) - axis - 1)) if np.ndim(x) == 1 else step
    return np.sum(step * (along(y, axis, slice(1, None)) + along(y, axis, slice(None, -1))) / 2.0, axis=whole)


# ---- interpolation and convolution ----------------------------------------------------------------------------------
@derived(np.interp)
def _interp(x: Array, xp: Array, fp: Array, left: Array = None, right: Array = None,
            period: float | None = None) -> Array:
    x, xp, fp = stacked(x), stacked(xp), stacked(fp)
    # NumPy says in which dtype it computes, and what is wrong with the points
    ends = [np.asarray(raw(end))[()] if isinstance(end, Node) else end for end in (left, right)]
    points: Any = [np.ravel(raw(x))[:0], raw(xp), raw(fp), *ends]
    dtype = np.interp(*points, period=raw(period)).dtype  # type: ignore[call-overload]
    x, xp, fp = cast(x, float), cast(xp, float), cast(fp, dtype)
    if period is not None:
        x, xp = np.remainder(x, abs(period)), np.remainder(xp, abs(period))
        order = np.argsort(raw(xp))
        xp, fp = xp[order], fp[order]
        xp = np.concatenate([xp[-1:] - abs(period), xp, xp[:1] + abs(period)])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
    at, knots, heights = raw(x), raw(xp), raw(fp)
    if np.any(knots[1:] < knots[:-1]):
        raise ValueError("interp needs points xp in increasing order: what NumPy makes of others is no interpolation")
    size, below, above = len(knots), at < knots[0], at > knots[-1]
    if size == 1:
        y = np.broadcast_to(fp[0], np.shape(x))
    else:
        # a line through the point before, or through that behind where the former is infinite; level outside, and where
        # both are infinite at a point itself and between equal ones
        j = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, size - 1)
        i = np.minimum(j, size - 2)
        with np.errstate(all="ignore"):
            slope = (np.diff(heights) / np.diff(knots))[i]
            through = np.where((at != knots[j]) & np.isnan(slope * (at - knots[j]) + heights[j]), i + 1, j)
            lost = np.isnan(slope * (at - knots[through]) + heights[through])
        missing = np.isnan(at)
        level = below | above | missing | lost & ((at == knots[j]) | (heights[i] == heights[i + 1]))
        away, rise, run = x - xp[through], fp[i + 1] - fp[i], xp[i + 1] - xp[i]
        if np.any(level):
            away, rise = np.where(level & ~missing, 0.0, away), np.where(level, 0.0, rise)
            run = np.where(level, 1.0, run)
        y = fp[through] + away * (rise / run)
    if np.any(below | above):
        y = np.where(below, fp[0] if left is None else left, np.where(above, fp[-1] if right is None else right, y))
    return cast(y, dtype)


def _mode(mode: str | int) -> str:
    """The name of a mode, of which NumPy also takes the number; NumPy's own error for others."""
    return {4: "full", 3: "same", 2: "valid"}[np.convolve(np.zeros(3), np.zeros(2), mode).size]  # type: ignore[call-overload]


@derived(np.convolve)
def _convolve(a: Array, v: Array, mode: str = "full") -> Array:
    a, v = np.atleast_1d(stacked(a)), np.atleast_1d(stacked(v))
    if np.shape(v)[0] > np.shape(a)[0]:
        a, v = v, a
    m, n = np.shape(a)[0], np.shape(v)[0]
    if not n:
        raise ShapeError("convolve: neither array may be empty")
    full = convolve_full(a, v)
    start, size = {"full": (0, m + n - 1), "same": ((n - 1) // 2, m), "valid": (n - 1, m - n + 1)}[_mode(mode)]
    return full if size == m + n - 1 else full[start : start + size]


@derived(np.correlate)
def _correlate(a: Array, v: Array, mode: str = "valid") -> Array:
    a, v, mode = stacked(a), stacked(v), _mode(mode)
    if np.ndim(a) != 1 or np.ndim(v) != 1:
        raise ShapeError(f"correlate needs arrays of one axis, got shapes {np.shape(a)} and {np.shape(v)}")
    m, n = np.shape(a)[0], np.shape(v)[0]
    full = np.convolve(a, np.conj(v)[::-1], "full")
    # of unequal lengths NumPy keeps the middle, one place later where the first is the shorter
    start = {"full": 0, "same": (n - 1) // 2 if m >= n else m // 2, "valid": min(m, n) - 1}[mode]
    size = {"full": m + n - 1, "same": max(m, n), "valid": abs(m - n) + 1}[mode]
    return full[start : start + size]


# ---- polynomials ----------------------------------------------------------------------------------------------------
@derived(np.polyval)
def _polyval(p: Array, x: Array) -> Array:
    p = stacked(p)
    y: Array = np.zeros_like(raw(x))
    for i in range(np.shape(p)[0]):
        y = y * x + p[i]
    return y


for combine, ufunc in ((np.polyadd, np.add), (np.polysub, np.subtract)):
    @derived(combine)
    def _polyadd(a1: Array, a2: Array, ufunc: np.ufunc = ufunc) -> Array:
        parts = [np.atleast_1d(stacked(a)) for a in (a1, a2)]
        size = max(np.shape(a)[0] for a in parts)
        return ufunc(*[np.concatenate([np.zeros(size - np.shape(a)[0], dtype_of(a)), a]) for a in parts])


@derived(np.polymul)
def _polymul(a1: Array, a2: Array) -> Array:
    first, second = (stacked(a) if np.size(raw(a)) else np.zeros(1, dtype_of(a)) for a in (a1, a2))
    full = np.convolve(first, second)
    size = len(np.polymul(raw(a1), raw(a2)))  # without the powers whose coefficients are 0 in front
    return full[np.shape(full)[0] - size :]


@derived(np.polyder)
def _polyder(p: Array, m: int = 1) -> Array:
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    p = stacked(p)
    for _ in range(int(m)):
        p = p[:-1] * np.arange(np.shape(p)[0] - 1, 0, -1)
    return p


@derived(np.polyint)
def _polyint(p: Array, m: int = 1, k: Array = None) -> Array:
    np.polyint(raw(p), m, raw(k))  # NumPy's own error for a wrong number of constants
    p, k = stacked(p), np.atleast_1d(np.zeros(max(m, 1)) if k is None else stacked(k))
    for i in range(int(m)):
        p = np.concatenate([p / np.arange(np.shape(p)[0], 0, -1), k[i : i + 1] if np.shape(k)[0] > 1 else k])
    return p


@derived(np.poly)
def _poly(seq_of_zeros: Array) -> Array:
    roots, found = np.atleast_1d(stacked(seq_of_zeros)), np.poly(raw(seq_of_zeros))
    roots = np.linalg.eigvals(roots) if np.ndim(roots) == 2 else roots
    roots = roots if np.iscomplexobj(raw(roots)) or not np.size(roots) else cast(roots, found.dtype)
    y = np.ones(min(np.size(roots), 1), dtype_of(roots))
    for i in range(np.size(roots)):
        y = np.convolve(y, np.concatenate([np.ones(1, dtype_of(roots)), -roots[i : i + 1]]))
    return found if not np.size(roots) else y if np.iscomplexobj(found) else np.real(y)


@derived(np.polyfit)
def _polyfit(x: Array, y: Array, deg: int, rcond: float | None = None, full: bool = False, w: Array = None,
             cov: bool | str = False) -> Array:
    if full or cov:
        raise no_rule("polyfit with full= or cov=", "the coefficients alone have one")
    np.polyfit(raw(x), raw(y), deg, rcond, w=raw(w))  # NumPy's own errors and warnings
    x, y = stacked(x) + 0.0, stacked(y) + 0.0
    rcond = np.size(x) * float(np.finfo(dtype_of(x)).eps) if rcond is None else rcond
    powers = np.vander(x, int(deg) + 1)
    if w is not None:
        w = stacked(w) + 0.0
        powers, y = powers * w[:, None], (y.T * w).T
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    return (np.linalg.lstsq(powers / scale, y, rcond)[0].T / scale).T


@derived(np.histogram)
def _histogram(a: Array, bins: ArrayLike = 10, range: tuple[float, float] | None = None, density: bool | None = None,
               weights: Array = None) -> tuple[Array, Array]:
    if is_variable(bins) or is_variable(weights) or (np.ndim(bins) == 0 and range is None):
        raise no_rule("histogram with weights, or with bins that depend on the data", "give the edges, or range=")
    return np.histogram(raw(a), raw(bins), range, density, raw(weights))
