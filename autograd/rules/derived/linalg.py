"""NumPy's linear algebra in terms of its products, inverses and decompositions."""

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import raw
from autograd.rules.calls import normalize_axes, since_2_1
from autograd.rules.linalg import euclidean, h, of_matrices, qr, svd
from autograd.rules.table import derived
from autograd.typing import Array, ArrayLike, Axis, DTypeLike

linalg = np.linalg


# ---- products and correlations --------------------------------------------------------------------------------------
@derived(np.dot)
def _dot(a: Array, b: Array, out: None = None) -> Array:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) == 1 or np.ndim(a) <= 2 >= np.ndim(b):
        return np.matmul(a, b)
    return np.tensordot(a, b, axes=(-1, -2))


@derived(np.inner)
def _inner(a: Array, b: Array) -> Array:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return np.tensordot(a, b, axes=(-1, -1))


derived(np.outer)(lambda a, b, out=None: np.expand_dims(np.ravel(a), 1) * np.expand_dims(np.ravel(b), 0))


@derived(linalg.outer)
def _linalg_outer(x1: Array, x2: Array, /) -> Array:
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ShapeError(f"linalg.outer takes two vectors, got shapes {np.shape(x1)} and {np.shape(x2)}")
    return np.outer(x1, x2)


derived(np.vdot)(lambda a, b: np.matmul(np.conj(np.ravel(a)), np.ravel(b)))
derived(linalg.vecdot, np.vecdot)(lambda x1, x2, /, *, axis=-1: np.sum(np.conj(x1) * x2, axis=axis))
derived(*since_2_1("matvec"))(lambda x1, x2, /: np.matmul(x1, np.expand_dims(x2, -1))[..., 0])
derived(*since_2_1("vecmat"))(lambda x1, x2, /: np.matmul(np.conj(np.expand_dims(x1, -2)), x2)[..., 0, :])
derived(linalg.matmul)(lambda x1, x2, /: np.matmul(x1, x2))


@derived(np.tensordot, linalg.tensordot)
def _tensordot(a: Array, b: Array, axes: int | Sequence[int | Sequence[int]] = 2) -> Array:
    ndim_a, ndim_b = np.ndim(a), np.ndim(b)
    if hasattr(axes, "__index__"):
        left, right = list(range(ndim_a - int(axes), ndim_a)), list(range(int(axes)))
    else:
        left, right = ([int(x) for x in np.atleast_1d(side)] for side in axes)
    left, right = [i % ndim_a for i in left], [i % ndim_b for i in right]
    shape_a, shape_b = np.shape(a), np.shape(b)
    if [shape_a[i] for i in left] != [shape_b[i] for i in right]:
        raise ShapeError(f"tensordot: shapes {shape_a} and {shape_b} do not fit along axes {left} and {right}")
    kept_a = [i for i in range(ndim_a) if i not in left]
    kept_b = [i for i in range(ndim_b) if i not in right]
    size = math.prod(shape_a[i] for i in left)
    rows = np.reshape(np.transpose(a, kept_a + left), (math.prod(shape_a[i] for i in kept_a), size))
    columns = np.reshape(np.transpose(b, right + kept_b), (size, math.prod(shape_b[i] for i in kept_b)))
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
    x, y, z = (a[..., i] if i < np.shape(a)[-1] else np.zeros_like(raw(a)[..., 0]) for i in range(3))
    u, v, w = (b[..., i] if i < np.shape(b)[-1] else np.zeros_like(raw(b)[..., 0]) for i in range(3))
    if np.shape(a)[-1] == np.shape(b)[-1] == 2:
        return x * v - y * u
    return np.stack(np.broadcast_arrays(y * w - z * v, z * u - x * w, x * v - y * u), axis=axisc)


derived(linalg.cross)(lambda x1, x2, /, *, axis=-1: np.cross(x1, x2, axis=axis))
derived(linalg.multi_dot)(lambda arrays, *, out=None: functools.reduce(np.dot, arrays))


@derived(linalg.matrix_power)
def _matrix_power(a: Array, n: int) -> Array:
    if n == 0:
        return np.zeros_like(raw(a)) + np.eye(np.shape(a)[-1], dtype=raw(a).dtype)
    powers = [linalg.inv(a) if n < 0 else a]
    while 2 ** len(powers) <= abs(n):
        powers.append(powers[-1] @ powers[-1])
    return functools.reduce(np.matmul, [p for bit, p in enumerate(powers) if abs(n) >> bit & 1])


@derived(np.cov)
def _cov(m: Array, y: Array = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None,
         fweights: ArrayLike | None = None, aweights: ArrayLike | None = None, *,
         dtype: DTypeLike | None = None) -> Array:
    if fweights is not None or aweights is not None or dtype is not None:
        raise no_rule("cov with weights or dtype")
    rows = [np.atleast_2d(x) for x in (m, y) if x is not None]
    rows = [x.T if not rowvar and np.shape(x)[0] != 1 else x for x in rows]
    x = np.concatenate(rows, axis=0) * np.ones((), float)  # NumPy computes in double precision
    freedom = np.shape(x)[1] - ((0 if bias else 1) if ddof is None else ddof)
    deviation = x - np.mean(x, axis=1, keepdims=True)
    return np.squeeze(deviation @ h(deviation) / freedom)


@derived(np.corrcoef)
def _corrcoef(x: Array, y: Array = None, rowvar: bool = True) -> Array:
    c = np.cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    size = np.sqrt(np.real(np.diagonal(c)))
    return c / np.expand_dims(size, 1) / size


# ---- equations and inverses -----------------------------------------------------------------------------------------
@derived(linalg.lstsq)
def _lstsq(a: Array, b: Array, rcond: float | None = None) -> tuple[Array, Array, int, Array]:
    m, n = np.shape(a)
    rcond = np.finfo(raw(a).dtype).eps * max(m, n) if rcond is None else rcond
    s = linalg.svd(a, full_matrices=False)[1]
    rank = int(np.sum(s > rcond * np.max(raw(s), initial=0)))
    x = linalg.pinv(a, rcond) @ b
    rest = b - a @ x
    squares = np.sum(np.atleast_1d(np.sum(np.real(rest * np.conj(rest)), axis=0, keepdims=np.ndim(b) == 1)), axis=())
    return x, squares if rank == n and m > n else np.zeros(0), rank, s


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
    rows, columns = np.shape(a)[-2:]
    if mode == "r":
        return qr(a)[1]
    if mode == "reduced" or (mode == "complete" and rows <= columns):
        return qr(a)
    raise no_rule(f"linalg.qr with mode={mode!r} of a matrix with {rows} rows and {columns} columns", "use 'reduced'")


# ---- norms and diagonals --------------------------------------------------------------------------------------------
@derived(linalg.vector_norm)
def _vector_norm(x: Array, /, *, axis: Axis = None, keepdims: bool = False, ord: Any = 2) -> Array:
    axis = None if axis is None else normalize_axes(axis, np.ndim(x))
    if ord is None or ord == 2:
        return euclidean(x, axis=axis, keepdims=keepdims)
    if ord == 0:
        return np.sum(np.not_equal(x, 0), axis=axis, keepdims=keepdims).astype(raw(x).real.dtype)
    size = np.absolute(x)
    if ord in (math.inf, -math.inf):
        return (np.max if ord > 0 else np.min)(size, axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(size, axis=axis, keepdims=keepdims)
    if isinstance(ord, str):
        raise ValueError(f"Invalid norm order {ord!r} for vectors")
    total = np.sum(size**ord, axis=axis, keepdims=keepdims)
    empty = np.equal(total, 0)
    return np.where(empty, 0, np.where(empty, 1, total) ** (1 / ord))


@derived(linalg.matrix_norm)
def _matrix_norm(x: Array, /, *, keepdims: bool = False, ord: Any = "fro") -> Array:
    if ord in ("fro", None):
        return euclidean(x, axis=(-2, -1), keepdims=keepdims)
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
    if ord is None and axis is None:
        return euclidean(x, axis=None, keepdims=keepdims)
    axes = normalize_axes(axis, np.ndim(x)) if not isinstance(axis, tuple) else tuple(a % np.ndim(x) for a in axis)
    if len(axes) == 1:
        return linalg.vector_norm(x, axis=axes, keepdims=keepdims, ord=ord)
    if len(axes) != 2:
        raise ValueError("Improper number of dimensions to norm.")
    found = linalg.matrix_norm(np.moveaxis(x, axes, (-2, -1)), ord=ord)
    return np.expand_dims(found, tuple(sorted(axes))) if keepdims else found


@derived(linalg.cond)
def _cond(x: Array, p: Any = None) -> Array:
    if p in (None, 2, -2):
        s = svd(x, full_matrices=False)[1]
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return linalg.norm(x, p, axis=(-2, -1)) * linalg.norm(linalg.inv(x), p, axis=(-2, -1))


derived(linalg.trace)(lambda x, /, *, offset=0, dtype=None: np.trace(x, offset, -2, -1, dtype))
derived(linalg.diagonal)(lambda x, /, *, offset=0: np.diagonal(x, offset, -2, -1))
