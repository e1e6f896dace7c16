"""Derivatives of matrix products, inverses, determinants, decompositions and norms.

Sources: M. Giles, "Collected matrix derivative results for forward and reverse mode AD" (2008), for inv, det, solve,
cholesky, eigh and svd; Roberts & Roberts, "QR and LQ decomposition matrix backpropagation algorithms" (2020), for qr;
Boeddeker et al., "On the computation of complex-valued gradients" (2017), for eig. Transposes are plain, not
conjugate, where the convention for complex gradients (see table.py) asks for that.
"""

import operator
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.rules.calls import Bound, dispatching
from autograd.rules.reductions import direction, extreme, restore, unit, wide
from autograd.rules.table import rule, rule_of_outputs
from autograd.typing import Array

linalg = np.linalg


def conj(x: Array) -> Array:
    """The complex conjugate; of real numbers no operation at all."""
    return np.conj(x) if np.iscomplexobj(x) else x


def h(x: Array) -> Array:
    """The conjugate transpose, xᴴ."""
    return conj(x.mT)


# ---- products -------------------------------------------------------------------------------------------------------
def _matmul_left(g: Array, y: Array, a: Array, b: Array) -> Array:
    if b.ndim == 1:
        return np.expand_dims(g, -1) * b
    if a.ndim == 1:
        return (b @ np.expand_dims(g, -1))[..., 0]
    return g @ b.mT


def _matmul_right(g: Array, y: Array, a: Array, b: Array) -> Array:
    if b.ndim == 1:
        return g * a if a.ndim == 1 else (a.mT @ np.expand_dims(g, -1))[..., 0]
    if a.ndim == 1:
        return np.expand_dims(a, -1) * np.expand_dims(g, -2)
    return a.mT @ g


def _matmul_arguments(a: Array, b: Array, *, axes: Any = None, **settings: Any) -> Bound:
    if axes is not None:
        raise no_rule("matmul with axes=", "use np.moveaxis")
    return (a, b), settings


rule(np.matmul, "@", _matmul_left, _matmul_right, bind=_matmul_arguments)


# ---- inverses and determinants --------------------------------------------------------------------------------------
# a one-dimensional b is a vector; any other is (a stack of) matrices, as in NumPy 2
def _solve_right(g: Array, y: Array, a: Array, b: Array) -> Array:
    return linalg.solve(a.mT, np.expand_dims(g, -1))[..., 0] if np.ndim(b) == 1 else linalg.solve(a.mT, g)


def _solve_left(g: Array, y: Array, a: Array, b: Array) -> Array:
    if np.ndim(b) == 1:
        g, y = np.expand_dims(g, -1), np.expand_dims(y, -1)
    return -linalg.solve(a.mT, g) @ y.mT


def of_matrices(g: Array) -> Array:
    """One number for each matrix of a stack, in a shape that multiplies the matrices."""
    return np.expand_dims(g, (-1, -2))


@dispatching
def cofactor(a: Array) -> Array:
    """The matrix of cofactors, d det(a) / d a: through the SVD, so that it is right for singular matrices too."""
    u, s, vh = linalg.svd(a)
    without = np.where(np.eye(s.shape[-1], dtype=bool), 1, np.expand_dims(s, -2)).prod(-1)
    return of_matrices(linalg.det(u) * linalg.det(vh)) * np.conj((u * np.expand_dims(without, -2)) @ vh)


def _cofactor(g: Array, y: Array, a: Array) -> Array:
    inverse = linalg.inv(a)  # there is no second derivative here without an inverse: NumPy says so
    along = of_matrices(np.sum(g * inverse.mT, axis=(-1, -2)))
    return of_matrices(linalg.det(a)) * (along * inverse.mT - (inverse @ g @ inverse).mT)


def _slogdet_sign(g: Array, ys: tuple[Array, ...], a: Array) -> Array:
    if not np.iscomplexobj(a):
        return np.zeros(np.shape(a))
    return of_matrices(np.real(g * ys[0] * 1j)) * -1j * linalg.inv(a).mT  # sign = exp(i Im log det a)


def _pinv(g: Array, y: Array, a: Array, **_: object) -> Array:
    size = np.max(np.absolute(a), axis=(-2, -1), keepdims=True, initial=0)
    if np.any(np.absolute(a @ y @ a - a) > 1e-3 * size):
        return _pinv_cut(g, y, a)
    down, yh = g.mT, h(y)
    k = down @ y
    spread = k @ yh
    return conj(-h(y @ k) + spread - a @ (y @ spread) + yh @ y @ (down - k @ a))


def _pinv_cut(g: Array, y: Array, a: Array) -> Array:
    """The same where rcond= has cut off singular values that are not 0.

    pinv(a)ᴴ = u f(s) vᴴ, with f(s) = 1 / s or 0. Its derivative has divided differences of f in place of f', one for
    the Hermitian and one for the skew part of uᴴ g v (V. Noferini, "A formula for the Fréchet derivative of a
    generalized matrix function", 2017).
    """
    u, s, vh = linalg.svd(a, full_matrices=False)
    v, g = h(vh), g.mT
    rank = np.round(np.real(np.trace(a @ y, axis1=-2, axis2=-1)))
    kept = np.arange(np.shape(s)[-1]) < np.expand_dims(rank, -1)
    f = np.where(kept, 1 / np.where(kept, s, 1), 0)
    (fi, si, ki), (fj, sj, kj) = ([np.expand_dims(x, axis) for x in (f, s, kept)] for axis in (-1, -2))
    one = np.not_equal(ki, kj)
    inner, rest_u, rest_v = h(u) @ g @ v, g - u @ (h(u) @ g), g - (g @ v) @ vh
    hermitian, skew = (inner + h(inner)) / 2, (inner - h(inner)) / 2
    inner = (hermitian * (np.where(one, (fi - fj) / np.where(one, si - sj, 1), 0) - fi * fj)
             + skew * (np.where(one, (fi + fj) / np.where(one, si + sj, 1), 0) + fi * fj))
    return conj(u @ inner @ vh + rest_u @ (v * (fj * fj)) @ vh + (u * (fj * fj)) @ h(u) @ rest_v)


def _pinv_arguments(a: Array, rcond: Array = None, hermitian: bool = False, **settings: Any) -> Bound:
    if hermitian:
        raise no_rule("linalg.pinv with hermitian=True", "leave it out: it would read one triangle of the matrix")
    return (a,), settings if rcond is None else {"rcond": rcond, **settings}


rule(cofactor, "cof", _cofactor)
rule(linalg.inv, "inv", lambda g, y, a: -(y.mT @ g @ y.mT))
rule(linalg.solve, "solve", _solve_left, _solve_right)
rule(linalg.pinv, "pinv", _pinv, bind=_pinv_arguments)
rule(linalg.det, "det", lambda g, y, a: of_matrices(g) * cofactor(a))
rule_of_outputs(linalg.slogdet, "slogdet", _slogdet_sign, lambda g, ys, a: of_matrices(g) * linalg.inv(a).mT)


# ---- decompositions -------------------------------------------------------------------------------------------------
# These formulas are usually written for G, the conjugate of our g: hence the conj at their beginning and end.
def _triangle(gradient: Array, upper: bool) -> Array:
    """The gradient for the one triangle that NumPy reads of a Hermitian matrix: the other's is added to it."""
    n = np.shape(gradient)[-1]
    below = np.tri(n, k=-1).T if upper else np.tri(n, k=-1)
    return np.eye(n) * np.real(gradient) + below * (gradient + h(gradient))


def _cholesky(g: Array, y: Array, a: Array, *, upper: bool = False) -> Array:
    g, y = (h(conj(g)), h(y)) if upper else (conj(g), y)
    n = np.shape(y)[-1]
    inverse = linalg.inv(y)
    half = (np.tri(n) - 0.5 * np.eye(n)) * (h(y) @ g)
    return conj(_triangle(0.5 * (h(inverse) @ (half + h(half)) @ inverse), upper))


def _gaps(w: Array) -> Array:
    """1 / (w_j - w_i), and 0 on the diagonal. Equal eigenvalues give inf: their vectors have no derivative."""
    eye = np.eye(np.shape(w)[-1])
    return (1 - eye) / (np.expand_dims(w, -2) - np.expand_dims(w, -1) + eye)


def _eigh_values(g: Array, ys: tuple[Array, ...], a: Array, UPLO: str = "L") -> Array:
    v = ys[1]
    return conj(_triangle((v * np.expand_dims(g, -2)) @ h(v), UPLO in "Uu"))


def _eigh_vectors(g: Array, ys: tuple[Array, ...], a: Array, UPLO: str = "L") -> Array:
    w, v = ys
    return conj(_triangle(v @ (_gaps(w) * (h(v) @ conj(g))) @ h(v), UPLO in "Uu"))


def _inverse(v: Array) -> Array:
    """The inverse of a matrix of eigenvectors; NaN where they do not span the space, and eigenvalues have no slope."""
    smallest = linalg.svd(v, compute_uv=False)[..., -1:]
    defective = np.expand_dims(smallest < 10 * np.finfo(np.result_type(v)).eps, -1)
    return np.where(defective, np.nan, linalg.inv(np.where(defective, np.eye(np.shape(v)[-1]), v)))


def _eig_values(g: Array, ys: tuple[Array, ...], a: Array) -> Array:
    v = ys[1]
    return (v @ (np.expand_dims(g, -1) * _inverse(v))).mT


def _eig_vectors(g: Array, ys: tuple[Array, ...], a: Array) -> Array:
    w, v = ys
    moved = v.mT @ g
    along = np.sum(v * g, axis=-2, keepdims=True)
    moved = moved - np.real(along) * (h(v) @ v).mT  # every vector keeps its length of 1 …
    if np.iscomplexobj(v) and np.size(v):  # … and its largest component stays real
        largest = np.argmax(np.abs(v), axis=-2)
        rows = np.take_along_axis(v, np.expand_dims(largest, -1), axis=-2)
        ratio = rows / np.expand_dims(np.diagonal(rows, axis1=-2, axis2=-1), -1)
        moved = moved - 1j * np.imag(along) * ratio.mT
    return _inverse(v).mT @ (moved * _gaps(w)) @ v.mT


rule(linalg.cholesky, "cholesky", _cholesky)
rule_of_outputs(linalg.eigh, "eigh", _eigh_values, _eigh_vectors)
rule_of_outputs(linalg.eig, "eig", _eig_values, _eig_vectors)


@dispatching
def svd(a: Array, full_matrices: bool = True) -> tuple[Array, ...]:
    """`np.linalg.svd` with both sets of vectors."""
    return linalg.svd(a, full_matrices)


def _skew(x: Array) -> Array:
    return x - h(x)


def _outside(u: Array, g: Array) -> Array:
    """The part of g's columns that u's columns do not span."""
    return g - u @ (h(u) @ g)


def _within_span(q: Array, g: Array, k: int, what: str) -> tuple[Array, Array]:
    """The first k columns of a square q, and the gradient of all of them as one of those.

    The others are some basis of what is orthogonal to the first. A loss that is the same for every such basis has a
    derivative: dq₂ = -q₁ dq₁ᴴ q₂. Any other is refused.
    """
    q, rest, g, h_g = q[..., :k], q[..., k:], g[..., :k], h(g[..., k:])
    if not np.size(rest):
        return q, g
    turn = h_g @ rest
    if np.any(np.absolute(turn - h(turn)) > 1e-3 * np.max(np.absolute(h_g), initial=0)):
        raise no_rule(f"{what}: a loss that depends on which of many bases NumPy has completed it with")
    return q, g - rest @ (h_g @ q)


def _over(outside: Array, s: Array) -> Array:
    """outside / s; where both are 0 nothing moves."""
    still = np.equal(outside, 0) & np.equal(s, 0)
    return np.where(still, 0, outside / np.where(still, 1, s))


def _svd_left(g: Array, ys: tuple[Array, ...], a: Array, full_matrices: bool = True) -> Array:
    u, s, vh = ys
    u, g = _within_span(u, conj(g), np.shape(s)[-1], "svd's u with full_matrices=True")
    row = np.expand_dims(s, -2)
    skew = _skew(h(u) @ g)
    inner = skew * _gaps(s * s) * row
    if np.iscomplexobj(a):
        inner = inner + np.eye(np.shape(s)[-1]) * skew * (row + 0.5 / row)
    return conj((u @ inner + _over(_outside(u, g), row)) @ vh[..., : np.shape(s)[-1], :])


def _svd_values(g: Array, ys: tuple[Array, ...], a: Array, full_matrices: bool = True) -> Array:
    if full_matrices:
        ys = svd(a, full_matrices=False)  # the rest has no derivative of its own
    u, s, vh = ys
    return conj((u * np.expand_dims(np.where(np.equal(s, 0), 0, g), -2)) @ vh)  # at 0 as of a norm


def _svd_right(g: Array, ys: tuple[Array, ...], a: Array, full_matrices: bool = True) -> Array:
    u, s, vh = ys
    # the conjugate of h(g) is what formulas for v call V's gradient
    v, g = _within_span(h(vh), g.mT, np.shape(s)[-1], "svd's vh with full_matrices=True")
    vh = vh[..., : np.shape(s)[-1], :]
    column = np.expand_dims(s, -1)
    skew = _skew(vh @ g)
    inner = column * skew * _gaps(s * s)
    if np.iscomplexobj(a):
        inner = inner + np.eye(np.shape(s)[-1]) * skew * column
    return conj(u[..., : np.shape(s)[-1]] @ (inner @ vh + _over(h(_outside(v, g)), column)))


rule_of_outputs(svd, "svd", _svd_left, _svd_values, _svd_right)


@dispatching
def qr(a: Array, mode: Any = "reduced") -> tuple[Array, ...]:
    """`np.linalg.qr` with both results."""
    return linalg.qr(a, mode)


def _beside(left: Array, right: Array) -> Array:
    return np.concatenate([left, right], axis=-1) if np.shape(right)[-1] else left


def _qr_upper(q: Array, r: Array, inner: Array, g: Array) -> Array:
    """(g + q·(inner's upper triangle, mirrored)) r⁻ᴴ"""
    n = np.shape(r)[-1]
    upper = np.tri(n).T * inner
    both = upper + h(upper) - np.eye(n) * np.real(upper)
    return h(linalg.solve(r, h(g + q @ both)))


def _qr_left(g: Array, ys: tuple[Array, ...], a: Array, mode: str = "reduced") -> Array:
    q, r = ys
    k = min(np.shape(a)[-2:])
    (q, g), r = _within_span(q, conj(g), k, "qr's q with mode='complete'"), r[..., :k, :]
    slope = conj(_qr_upper(q, r[..., :k], -(h(q) @ g), g))
    return _beside(slope, np.zeros_like(a[..., k:]))


def _qr_right(g: Array, ys: tuple[Array, ...], a: Array, mode: str = "reduced") -> Array:
    q, r = ys
    k = min(np.shape(a)[-2:])
    q, r, g = q[..., :k], r[..., :k, :], conj(g)[..., :k, :]  # what stands below is 0
    # of a wide matrix [x y], qr makes q and u from x, and v = qᴴ y
    through_q = a[..., k:] @ h(g[..., k:])
    r, inner = r[..., :k], g[..., :k] @ h(r[..., :k]) - h(q) @ through_q
    return _beside(conj(_qr_upper(q, r, inner, through_q)), conj(q @ g[..., k:]))


rule_of_outputs(qr, "qr", _qr_left, _qr_right)


# ---- norms of vectors -----------------------------------------------------------------------------------------------
def _norm_arguments(x: Array, /, *, axis: Any = None, **settings: Any) -> Bound:
    if axis is not None and not isinstance(axis, tuple):
        axis = operator.index(axis) if settings.get("keepdims") else int(axis)  # 1.0 is an axis without, for NumPy
    return (x,), {"axis": axis, **settings}


def _norm(g: Array, y: Array, x: Array, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Array:
    if ord == 0:
        return np.zeros(np.shape(x))
    g, y = restore(g, x, axis), restore(y, x, axis)
    fits = np.all((y > _VANISHING[np.result_type(y)]) & (y < np.inf))
    if ord == 2 or ord is None:  # where the norm is 0, so is the slope (as in PyTorch)
        return g * (conj(x) / y if fits else direction(x, axis))
    if ord in (1, np.inf, -np.inf):
        toward = np.conj(np.sign(x))
        return (g if ord == 1 else extreme(g, y, np.absolute(x), axis)) * toward
    if not fits:
        x = wide(x)
        x = x / unit(x, axis, smallest=ord < 0)
        y = linalg.vector_norm(x, axis=axis, keepdims=True, ord=ord)
    flat = np.equal(x, 0) | np.equal(y, 0)
    ratio = np.where(flat, 1, np.absolute(np.where(flat, 1, x)) / np.where(np.equal(y, 0), 1, y))
    return g * np.where(flat, 0, np.conj(np.sign(x)) * ratio ** (ord - 1))


# below it, squares are subnormal, or 0
_VANISHING = {np.dtype(kind): float(np.sqrt(np.finfo(kind).tiny / np.finfo(kind).eps)) for kind in "efdg"}
rule(linalg.vector_norm, "‖·‖", _norm, bind=_norm_arguments)
