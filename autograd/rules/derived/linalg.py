"""NumPy's linear algebra in terms of its products, inverses and decompositions."""

import functools
import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import is_variable, raw
from autograd.rules.calls import no_out, normalize_axes, since_2_1
from autograd.rules.linalg import h, of_matrices, qr, svd
from autograd.rules.shaping import astype, stacked
from autograd.rules.table import derived
from autograd.typing import Array, ArrayLike, Axis, DTypeLike, Shape

linalg = np.linalg


# ---- products and correlations --------------------------------------------------------------------------------------
@derived(np.dot)
def _dot(a: Array, b: Array, out: None = None) -> Array:
    no_out("dot", out)
    a, b = stacked(a), stacked(b)
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) == 1 or np.ndim(a) <= 2 >= np.ndim(b):
        return np.matmul(a, b)
    return np.tensordot(a, b, axes=(-1, -2))


@derived(np.inner)
def _inner(a: Array, b: Array) -> Array:
    a, b = stacked(a), stacked(b)
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return np.tensordot(a, b, axes=(-1, -1))


@derived(np.outer)
def _outer(a: Array, b: Array, out: None = None) -> Array:
    no_out("outer", out)
    return np.expand_dims(np.ravel(a), 1) * np.expand_dims(np.ravel(b), 0)


@derived(linalg.outer)
def _linalg_outer(x1: Array, x2: Array, /) -> Array:
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ShapeError(f"linalg.outer takes two vectors, got shapes {np.shape(x1)} and {np.shape(x2)}")
    return np.outer(x1, x2)


derived(np.vdot)(lambda a, b: np.matmul(np.conj(np.ravel(a)), np.ravel(b)))
@derived(np.vecdot)
def _vecdot(x1: Array, x2: Array, /, *, axis: int = -1, keepdims: bool = False, **settings: Any) -> Array:
    if not isinstance(keepdims, bool):
        raise TypeError("vecdot: keepdims is True or False")
    x1, x2 = (np.moveaxis(stacked(x), axis, -1) for x in (x1, x2))
    found = np.matmul(np.expand_dims(np.conj(x1), -2), np.expand_dims(x2, -1), **settings)[..., 0, 0]
    return np.expand_dims(found, axis) if keepdims else found


derived(linalg.vecdot)(lambda x1, x2, /, *, axis=-1: np.vecdot(x1, x2, axis=axis))  # type: ignore[call-overload]
derived(*since_2_1("matvec"))(
    lambda x1, x2, /, **settings: np.matmul(x1, np.expand_dims(x2, -1), **settings)[..., 0])
derived(*since_2_1("vecmat"))(
    lambda x1, x2, /, **settings: np.matmul(np.conj(np.expand_dims(x1, -2)), x2, **settings)[..., 0, :])
derived(linalg.matmul)(lambda x1, x2, /: np.matmul(x1, x2))


@derived(np.tensordot, linalg.tensordot)
def _tensordot(a: Array, b: Array, axes: int | Sequence[int | Sequence[int]] = 2) -> Array:
    ndim_a, ndim_b = np.ndim(a), np.ndim(b)
    sides: Any = axes if np.ndim(raw(axes)) else (range(-axes, 0), range(axes))  # type: ignore[operator, arg-type]
    left, right = map(normalize_axis_tuple, sides, (ndim_a, ndim_b))
    shape_a, shape_b = np.shape(a), np.shape(b)
    if [shape_a[i] for i in left] != [shape_b[i] for i in right]:
        raise ShapeError(f"tensordot: shapes {shape_a} and {shape_b} do not fit along axes {left} and {right}")
    kept_a = [i for i in range(ndim_a) if i not in left]
    kept_b = [i for i in range(ndim_b) if i not in right]
    size = math.prod(shape_a[i] for i in left)
    rows = np.reshape(np.transpose(a, (*kept_a, *left)), (math.prod(shape_a[i] for i in kept_a), size))
    columns = np.reshape(np.transpose(b, (*right, *kept_b)), (size, math.prod(shape_b[i] for i in kept_b)))
    return np.reshape(np.matmul(rows, columns), [shape_a[i] for i in kept_a] + [shape_b[i] for i in kept_b])


@derived(np.kron)
def _kron(a: Array, b: Array) -> Array:
    ndim = max(np.ndim(a), np.ndim(b))
    shape_a = (1,) * (ndim - np.ndim(a)) + np.shape(a)
    shape_b = (1,) * (ndim - np.ndim(b)) + np.shape(b)
    spread = np.reshape(a, [n for s in shape_a for n in (s, 1)]) * np.reshape(b, [n for s in shape_b for n in (1, s)])
    return np.reshape(spread, [m * n for m, n in zip(shape_a, shape_b, strict=True)])


@derived(np.cross)
def _cross(a: Array, b: Array, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Array:
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis, axis, axis)
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if {np.shape(a)[-1], np.shape(b)[-1]} - {2, 3}:
        raise ShapeError(f"cross takes vectors of 2 or 3 numbers, got shapes {np.shape(a)} and {np.shape(b)}")
    x, y, *z = (a[..., i] for i in range(np.shape(a)[-1]))
    u, v, *w = (b[..., i] for i in range(np.shape(b)[-1]))
    last = x * v - y * u
    if z and w:
        parts = y * w[0] - z[0] * v, z[0] * u - x * w[0], last
    elif z or w:  # the third component of the other is 0, and multiplies nothing
        parts = (y * w[0], -(x * w[0]), last) if w else (-(z[0] * v), z[0] * u, last)
    else:
        return last
    return np.stack(np.broadcast_arrays(*parts), axis=axisc)


@derived(linalg.cross)
def _linalg_cross(x1: Array, x2: Array, /, *, axis: int = -1) -> Array:
    if np.shape(x1)[axis] != 3 or np.shape(x2)[axis] != 3:
        raise ShapeError(f"linalg.cross takes vectors of 3 numbers, got shapes {np.shape(x1)} and {np.shape(x2)}")
    return np.cross(x1, x2, axis=axis)


@derived(linalg.multi_dot)
def _multi_dot(arrays: Sequence[Array], *, out: None = None) -> Array:
    if len(arrays) < 2:
        raise ShapeError("multi_dot takes at least two arrays")
    arrays = [stacked(x) for x in arrays]
    ndims = [np.ndim(x) for x in arrays]
    if len(arrays) > 2 and (set(ndims[1:-1]) - {2} or {ndims[0], ndims[-1]} - {1, 2}):
        raise linalg.LinAlgError(f"multi_dot takes matrices, the first and last may be vectors; got {ndims} dimensions")
    rows = [1 if i == 0 and n == 1 else np.shape(x)[0] for i, (x, n) in enumerate(zip(arrays, ndims, strict=True))]
    return _product(arrays, (*rows, *(np.shape(arrays[-1])[1:] or (1,))))


def _product(arrays: Sequence[Array], sizes: Shape) -> Array:
    """The product of matrices, of which the i-th has sizes[i] rows and sizes[i + 1] columns."""
    if len(arrays) == 1:
        return arrays[0]
    k = _cheapest(sizes)[1]
    return np.dot(_product(arrays[:k], sizes[: k + 1]), _product(arrays[k:], sizes[k:]))


@functools.lru_cache
def _cheapest(sizes: Shape) -> tuple[int, int]:
    """How many multiplications of numbers that takes, and how many matrices are multiplied first."""
    return min(((_cheapest(sizes[: k + 1])[0] + _cheapest(sizes[k:])[0] + sizes[0] * sizes[k] * sizes[-1], k)
                for k in range(1, len(sizes) - 1)), default=(0, 0))


@derived(linalg.matrix_power)
def _matrix_power(a: Array, n: int) -> Array:
    n, shape = operator.index(n), np.shape(a)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise linalg.LinAlgError(f"matrix_power takes square matrices, got shape {shape}")
    if n == 0:
        return np.zeros_like(raw(a)) + np.eye(shape[-1], dtype=raw(a).dtype)
    powers = [linalg.inv(a) if n < 0 else a]
    while 2 ** len(powers) <= abs(n):
        powers.append(powers[-1] @ powers[-1])
    return functools.reduce(np.matmul, [p for bit, p in enumerate(powers) if abs(n) >> bit & 1])


@derived(np.cov)
def _cov(m: Array, y: Array = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None,
         fweights: ArrayLike | None = None, aweights: Array = None, *, dtype: DTypeLike | None = None) -> Array:
    if ddof is not None and ddof != int(ddof):
        raise ValueError("ddof must be integer")
    if is_variable(fweights):
        raise no_rule("fweights, which count observations,", "use aweights")
    ddof = (0 if bias else 1) if ddof is None else ddof
    given = [stacked(x) for x in (m, y) if x is not None]
    if max(map(np.ndim, given)) > 2:
        raise ShapeError(f"cov takes vectors and matrices, got shapes {[np.shape(x) for x in given]}")
    dtype = dtype or np.result_type(*(np.asarray(raw(x)) for x in given), np.float64)
    rows = [astype(np.atleast_2d(x), dtype) for x in given]
    if not rowvar:
        alone = np.ndim(given[0]) == 1 if since_2_1("matvec") else np.shape(rows[0])[0] == 1  # NumPy 2.2 asks the first
        rows = [x if (alone if i == 0 else np.shape(x)[0] == 1) else x.T for i, x in enumerate(rows)]
    if not np.shape(rows[0])[0]:
        return np.zeros((0, 0))
    x = np.concatenate(rows, axis=0) if y is not None else rows[0]
    aweights = None if aweights is None else astype(stacked(aweights), np.float64)
    weights = _weights_of_cov(np.shape(x)[1], raw(fweights), aweights)
    mean, total = np.average(x, axis=1, weights=weights, returned=True)
    if weights is None:
        freedom: Array = np.shape(x)[1] - ddof
    elif aweights is None or ddof == 0:
        freedom = total[0] - ddof
    else:
        freedom = total[0] - ddof * np.sum(weights * aweights) / total[0]
    if freedom <= 0:
        freedom = np.zeros(())  # NumPy says so
    deviation = astype(x - np.expand_dims(mean, 1), raw(x).dtype)
    found = deviation @ h(deviation if weights is None else deviation * weights)
    return np.squeeze(found * astype(np.true_divide(1, freedom), raw(found).dtype))


def _weights_of_cov(size: int, counts: ArrayLike | None, weights: Array) -> Array:
    """How much each observation weighs: what was given, checked as NumPy does; None for nothing."""
    for name, x in (("fweights", counts), ("aweights", weights)):
        if x is not None:
            x = np.asarray(raw(x), float)
            if x.shape != (size,):
                raise ShapeError(f"cov: {name} of shape {x.shape} for {size} observations")
            if np.any(x < 0):
                raise ValueError(f"cov: {name} cannot be negative")
    if counts is None:
        return weights
    counts = np.asarray(counts, float)
    if np.any(counts != np.around(counts)):
        raise TypeError("cov: fweights must be integer")
    return counts if weights is None else counts * weights


@derived(np.corrcoef)
def _corrcoef(x: Array, y: Array = None, rowvar: bool = True, *, dtype: DTypeLike | None = None) -> Array:
    c = np.cov(x, y, rowvar, dtype=dtype)
    if np.ndim(c) == 0:
        return c / c
    size = np.sqrt(np.real(np.diagonal(c)))
    c = c / np.expand_dims(size, 1) / size
    rounded = np.clip(raw(c).real, -1, 1)
    return c + ((rounded + 1j * np.clip(raw(c).imag, -1, 1) if np.iscomplexobj(c) else rounded) - raw(c))


# ---- equations and inverses -----------------------------------------------------------------------------------------
@derived(linalg.lstsq)
def _lstsq(a: Array, b: Array, rcond: float | None = None) -> tuple[Array, Array, int, Array]:
    m, n = np.shape(a)
    found, none, rank, _ = linalg.lstsq(raw(a), raw(b), rcond)
    a, b = (astype(stacked(x), np.result_type(raw(x), found)) for x in (a, b))
    s = linalg.svd(a, full_matrices=False)[1]
    x = linalg.pinv(a, np.finfo(raw(a).dtype).eps * max(m, n) if rcond is None else rcond) @ b
    rest = b - a @ x
    squares = np.atleast_1d(np.sum(np.real(rest * np.conj(rest)), axis=0, keepdims=np.ndim(b) == 1))
    return x, squares if np.size(none) else none, rank, s


@derived(linalg.tensorinv)
def _tensorinv(a: Array, ind: int = 2) -> Array:
    shape = np.shape(a)
    rows = math.prod(shape[ind:])
    return np.reshape(linalg.inv(np.reshape(a, (rows, -1))), shape[ind:] + shape[:ind])


@derived(linalg.tensorsolve)
def _tensorsolve(a: Array, b: Array, axes: Sequence[int] | None = None) -> Array:
    if axes is not None:
        moved = [k % np.ndim(a) for k in axes]
        a = np.transpose(a, [k for k in range(np.ndim(a)) if k not in moved] + moved)
    shape = np.shape(a)[np.ndim(b) :]
    return np.reshape(linalg.solve(np.reshape(a, (-1, math.prod(shape))), np.ravel(b)), shape)


# ---- decompositions -------------------------------------------------------------------------------------------------
derived(linalg.eigvalsh)(lambda a, UPLO="L": linalg.eigh(a, UPLO)[0])
derived(linalg.eigvals)(lambda a: linalg.eig(a)[0])


@derived(linalg.svd)
def _svd(a: Array, full_matrices: bool = True, compute_uv: bool = True,
         hermitian: bool = False) -> Array | tuple[Array, ...]:
    if hermitian:
        raise no_rule("linalg.svd with hermitian=True", "use np.linalg.eigh, which reads one triangle too")
    return svd(a, full_matrices=full_matrices) if compute_uv else svd(a, full_matrices=False)[1]


derived(linalg.svdvals)(lambda x, /: svd(x, full_matrices=False)[1])


@derived(linalg.qr)
def _qr(a: Array, mode: str = "reduced") -> Array | tuple[Array, ...]:
    if mode == "r":
        return qr(a)[1]
    if mode in ("reduced", "complete"):
        return qr(a, mode=mode)
    raise no_rule(f"linalg.qr with mode={mode!r}", "use 'reduced', 'complete' or 'r'")


# ---- norms and diagonals --------------------------------------------------------------------------------------------
@derived(linalg.matrix_norm)
def _matrix_norm(x: Array, /, *, keepdims: bool = False, ord: Any = "fro") -> Array:
    if not np.size(x):
        found = linalg.matrix_norm(raw(x), keepdims=keepdims, ord=ord)  # NumPy knows; and nothing adds nothing
        return found + np.sum(np.absolute(x), axis=(-2, -1), keepdims=bool(keepdims))
    if ord in ("fro", "f", None):
        return linalg.vector_norm(x, axis=(-2, -1), keepdims=keepdims)
    if ord in (1, -1, math.inf, -math.inf):
        sums = np.sum(np.absolute(x), axis=-2 if abs(ord) == 1 else -1)
        found = (np.max if ord > 0 else np.min)(sums, axis=-1)
    elif ord in (2, -2, "nuc"):
        s = svd(x, full_matrices=False)[1]
        found = np.sum(s, axis=-1) if ord == "nuc" else (np.max if ord > 0 else np.min)(s, axis=-1)
    else:
        raise ValueError(f"Invalid norm order {ord!r} for matrices")
    return of_matrices(found) if keepdims else found


@derived(linalg.norm)
def _norm(x: Array, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Array:
    ndim = np.ndim(x)
    if axis is None and (ord is None or (ndim == 1 and ord == 2)):
        return linalg.vector_norm(x, axis=None, keepdims=keepdims)  # type: ignore[call-overload]
    axes = tuple(range(ndim)) if axis is None else axis if isinstance(axis, tuple) else (int(axis),)  # type: ignore[arg-type]
    if len(axes) == 1:
        return linalg.vector_norm(x, axis=axes, keepdims=bool(operator.index(keepdims)), ord=ord)
    if len(axes) != 2:
        raise ValueError("Improper number of dimensions to norm.")
    found = linalg.matrix_norm(np.moveaxis(x, axes, (-2, -1)), ord=ord)
    return np.expand_dims(found, normalize_axes(axes, ndim)) if keepdims else found


@derived(linalg.cond)
def _cond(x: Array, p: Any = None) -> Array:
    if 0 in np.shape(x)[-2:]:
        raise linalg.LinAlgError("cond is not defined on empty arrays")
    if p in (None, 2, -2):
        s = svd(x, full_matrices=False)[1]
        with np.errstate(all="ignore"):
            found = s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    else:
        found = linalg.norm(x, p, axis=(-2, -1)) * linalg.norm(linalg.inv(x), p, axis=(-2, -1))
    return np.where(np.isnan(found) & ~np.isnan(x).any(axis=(-2, -1)), np.inf, found)


derived(linalg.trace)(lambda x, /, *, offset=0, dtype=None: np.trace(x, offset, -2, -1, dtype))
derived(linalg.diagonal)(lambda x, /, *, offset=0: np.diagonal(x, offset, -2, -1))
