"""Differences and integrals, interpolation, convolution and polynomials, in terms of slices and sums."""

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import is_variable, raw
from autograd.rules.calls import normalize_axes
from autograd.rules.indexing import along
from autograd.rules.shaping import astype, convolve_full, stacked
from autograd.rules.table import derived
from autograd.typing import Array, ArrayLike, Axis


# ---- differences and integrals --------------------------------------------------------------------------------------
@derived(np.diff)
def _diff(a: Array, n: int = 1, axis: int = -1, prepend: Array = None, append: Array = None) -> Array:
    (axis,) = normalize_axes(axis, np.ndim(a))
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n!r}")

    def fitted(x: ArrayLike) -> Array:
        x = stacked(x)
        return np.broadcast_to(x, (*np.shape(a)[:axis], 1, *np.shape(a)[axis + 1 :])) if np.ndim(x) == 0 else x

    if n and (prepend is not None or append is not None):
        a = np.concatenate([fitted(x) for x in (prepend, a, append) if x is not None], axis=axis)
    for _ in range(n):
        a = along(a, axis, slice(1, None)) - along(a, axis, slice(None, -1))
    return a


@derived(np.ediff1d)
def _ediff1d(ary: Array, to_end: Array = None, to_begin: Array = None) -> Array:
    parts = [p for p in (to_begin, np.diff(np.ravel(ary)), to_end) if p is not None]
    return np.concatenate([np.ravel(stacked(x)) for x in parts], dtype=raw(ary).dtype)


def _slope(f: Array, axis: int, spacing: Array, edge_order: int) -> Array:
    """NumPy's second-order differences along one axis, for an even spacing or for given coordinates."""
    n = np.shape(f)[axis]
    if n < edge_order + 1:
        raise ShapeError(f"gradient: axis {axis} of shape {np.shape(f)} is shorter than edge_order + 1")

    def at(i: int, j: int | None = None) -> Array:
        return along(f, axis, slice(i, j))

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
def _gradient(f: Array, *varargs: Array, axis: Axis = None, edge_order: int = 1) -> Array | tuple[Array, ...]:
    axes = normalize_axes(axis, np.ndim(f)) if not isinstance(axis, tuple) else tuple(a % np.ndim(f) for a in axis)
    if len(varargs) not in (0, 1, len(axes)):
        raise TypeError("invalid number of arguments")
    if any(is_variable(v) for v in varargs):
        raise no_rule("the spacing of np.gradient")
    spacings = [raw(v) for v in varargs] or [1.0]
    if len(spacings) == 1:
        spacings *= len(axes)
    slopes = [_slope(f, a, h, edge_order) for a, h in zip(axes, spacings, strict=True)]
    return slopes[0] if len(axes) == 1 else tuple(slopes)


@derived(np.trapezoid)
def _trapezoid(y: Array, x: Array = None, dx: float = 1.0, axis: int = -1) -> Array:
    (axis,) = normalize_axes(axis, np.ndim(y))
    step: Array = dx
    if x is not None:
        step = np.diff(x, axis=0 if np.ndim(x) == 1 else axis)
        step = np.reshape(step, (-1,) + (1,) * (np.ndim(y) - axis - 1)) if np.ndim(x) == 1 else step
    return np.sum(step * (along(y, axis, slice(1, None)) + along(y, axis, slice(None, -1))) / 2.0, axis=axis)


# ---- interpolation and convolution ----------------------------------------------------------------------------------
@derived(np.interp)
def _interp(x: Array, xp: Array, fp: Array, left: Array = None, right: Array = None,
            period: float | None = None) -> Array:
    xp, fp = stacked(xp), stacked(fp)
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


@derived(np.convolve)
def _convolve(a: Array, v: Array, mode: str = "full") -> Array:
    a, v = np.atleast_1d(stacked(a)), np.atleast_1d(stacked(v))
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
    start, size = ((n - 1) // 2, m) if mode == "same" else (n - 1, m - n + 1)
    return full[start : start + size]


@derived(np.correlate)
def _correlate(a: Array, v: Array, mode: str = "valid") -> Array:
    a, v = np.atleast_1d(stacked(a)), np.atleast_1d(stacked(v))
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
