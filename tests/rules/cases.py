"""What each row of the table is tried on: functions of floating arrays, with inputs inside the row's domain."""

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.rules import elementwise, indexing, linalg, shaping
from nn import activations, conv, erf, linear, losses, neuron, normalization, pooling, recurrent
from nn import windows as image_windows

L, F = np.linalg, np.fft


class Case(NamedTuple):
    f: Callable[..., Any]
    args: tuple[Any, ...]


CASES: dict[Any, list[Case]] = {}
_rng = np.random.default_rng(42)


def x(*shape: int) -> Any:
    """Numbers of both signs, none near 0 and no two alike, so that kinks and ties are far away."""
    n = int(np.prod(shape))
    steps = _rng.permutation(n) + _rng.uniform(0.25, 0.75, n)
    return np.reshape((steps * 2.4 / max(n, 1) + 0.2) * _rng.choice([-1, 1], n), shape)


def p(*shape: int) -> Any:
    """Positive numbers."""
    return abs(x(*shape))


def z(*shape: int) -> Any:
    """Complex numbers."""
    return x(*shape) + 1j * x(*shape)


def spd(n: int, *stack: int) -> Any:
    """Positive definite matrices."""
    a = x(*stack, n, n)
    return a @ np.swapaxes(a, -1, -2) + n * np.eye(n)


def case(functions: Any, f: Callable[..., Any], *args: Any) -> None:
    for function in functions if isinstance(functions, tuple) else (functions,):
        CASES.setdefault(function, []).append(Case(f, args))


# ---- elementwise: where each is defined and smooth, and on what shapes -----------------------------------------------
REAL, POSITIVE, UNIT, ABOVE_ONE = (lambda a: a), abs, (lambda a: a / 3), (lambda a: 1.2 + abs(a))
DOMAIN = {
    np.sqrt: POSITIVE, np.log: POSITIVE, np.log2: POSITIVE, np.log10: POSITIVE, np.log1p: POSITIVE,
    np.arcsin: UNIT, np.arccos: UNIT, np.arctanh: UNIT, np.arccosh: ABOVE_ONE,
}
UNARY = [
    np.negative, np.positive, np.reciprocal, np.absolute, np.fabs, np.square, np.sqrt, np.cbrt, np.exp, np.exp2,
    np.expm1, np.log, np.log2, np.log10, np.log1p, np.sin, np.cos, np.tan, np.arcsin, np.arccos, np.arctan, np.sinh,
    np.cosh, np.tanh, np.arcsinh, np.arccosh, np.arctanh, np.deg2rad, np.radians, np.rad2deg, np.degrees, np.sinc,
    np.i0, np.real, np.conjugate, np.nan_to_num, elementwise.relu, elementwise.sigmoid, np.modf, np.angle, np.imag,
    np.sign, np.real_if_close,
]
BINARY = [
    np.add, np.subtract, np.multiply, np.divide, np.power, np.float_power, np.remainder, np.fmod, np.arctan2, np.hypot,
    np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp, np.logaddexp2, np.copysign, np.divmod, np.heaviside,
]
for f in UNARY:
    inside = DOMAIN.get(f, REAL)
    for shape in [(), (3,), (2, 3), (0,), (0, 3)]:
        case(f, f, inside(x(*shape)))
for f in BINARY:
    base = POSITIVE if f in (np.power, np.float_power) else REAL
    for left, right in [((), ()), ((3,), (3,)), ((2, 1), (3,)), ((), (2, 2)), ((2, 3), ()), ((0,), (1,)), ((1, 3), (2, 1, 3))]:
        case(f, f, base(x(*left)), x(*right))
for exponent in (2, 3, -1, 0.5, 0):
    case(np.power, functools.partial(lambda a, e: a**e, e=exponent), p(3))
case(np.square, lambda a: a**2, x(3))
case(np.power, lambda a: a**3, np.array([-1.0, 2.0]))
case(np.power, lambda a: 2.0**a, x(3))
for f in (np.add, np.multiply, np.divide, np.subtract):
    case(f, f, z(2), z(2, 2))
    case(f, f, x(2), z(2, 2))
for f in (np.exp, np.sin, np.cos, np.tan, np.tanh, np.log, np.sqrt, np.square, np.reciprocal, np.absolute, np.angle,
          np.real, np.imag, np.conjugate, np.arcsin, np.arccos, np.arcsinh, np.arccosh, np.arctan, np.arctanh,
          np.sign, np.log1p, np.expm1):
    case(f, f, z(3))
case(elementwise.sign, elementwise.sign, z(3))
case(np.angle, lambda a: np.angle(a, deg=True), z(2))
case(np.power, lambda a: a**3, z(2))
case(np.clip, lambda a: np.clip(a, -0.5, 0.9), x(6))
case(np.clip, lambda a, lo, hi: np.clip(a, lo, hi), x(6), np.array(-0.6), np.array([0.4, 0.5, 0.6, 0.3, 0.2, 3.0]))
case(np.clip, lambda a: np.clip(a, None, 0.4), x(6))
if hasattr(np, "unstack"):  # NumPy 2.1
    case(np.clip, lambda a: np.clip(a, max=0.3, min=0), x(6))
case(np.where, lambda a, b: np.where(np.array([True, False, True]), a, b), x(2, 3), x(3))
case(np.where, lambda a, b: np.where(a > b, a, b), x(3), x(3))
case(np.where, lambda a: np.where(a > 0, a, 0), x(0))
case(elementwise.where, lambda a, b: elementwise.where(np.array([True, False, True]), a, b), x(2, 3), x(3))
case(np.ldexp, lambda a: np.ldexp(a, np.array([3, -2, 0])), x(3))
case(np.unwrap, np.unwrap, np.array([0.0, 3.0, 7.0, 14.0]))
case(np.sinc, np.sinc, np.array([0.0, 1e-3, 0.3, 0.69, 0.71, 2.5]))
case(np.i0, np.i0, np.array([0.0, 1e-3, 4.0]))
case(np.i0, np.i0, np.array([-20.0]))
case(np.heaviside, lambda b: np.heaviside([0.0, 1.0], b), x(2))

# ---- reductions -----------------------------------------------------------------------------------------------------
mask = np.array([[True, False, True], [True, True, False]])
REDUCE = [np.sum, np.mean, np.prod, np.max, np.min, np.amax, np.amin, np.var, np.std, np.ptp, np.nansum, np.nanmean,
          np.nanvar, np.nanstd, np.nanmax, np.nanmin, np.nanprod, np.average, np.median, np.nanmedian]
for f in REDUCE:
    case(f, f, x(3))
    for axis in (None, 0, -1, (0, 1), (2, 0)):
        for keepdims in (False, True):
            case(f, functools.partial(f, axis=axis, keepdims=keepdims), x(2, 3, 2))
for f in (np.sum, np.mean, np.prod, np.nansum, np.max, np.min):
    case(f, f, x())
for f in (np.sum, np.prod, np.nansum):
    case(f, f, x(0))
    case(f, functools.partial(f, axis=1), x(2, 0))
    case(f, functools.partial(f, axis=0), x(2, 0))
for f in (np.sum, np.mean, np.prod, np.var, np.std, np.nanmean, np.nanvar, np.nansum):
    case(f, functools.partial(f, axis=1, where=mask), x(2, 3))
    case(f, functools.partial(f, where=mask, keepdims=True), x(2, 3))
    case(f, functools.partial(f, axis=0, dtype=np.float64), x(2, 3))
for f in (np.max, np.min):
    case(f, functools.partial(f, axis=1, where=mask, initial={np.max: -9.0, np.min: 9.0}[f]), x(2, 3))
    case(f, functools.partial(f, initial={np.max: 9.0, np.min: -9.0}[f]), x(3))
for f in (np.var, np.std, np.nanvar, np.nanstd):
    case(f, functools.partial(f, axis=0, ddof=1), x(3, 2))
    case(f, functools.partial(f, ddof=2, keepdims=True), x(5))
    case(f, functools.partial(f, correction=1.5), x(5))
    case(f, lambda a, m, f=f: f(a, axis=0, mean=m), x(3, 2), x(1, 2))
    case(f, lambda a, f=f: f(a, 1, mean=np.mean(a, 1, keepdims=True)), x(3, 2))
case((np.sum, np.mean, np.prod), lambda a: np.sum(a) * np.mean(a) * np.prod(a), z(3))
case(np.var, np.var, z(3))
case(np.sum, lambda a: np.sum(a, initial=3.0), x(3))
case(np.prod, lambda a: np.prod(a, initial=3.0, axis=0), x(3, 2))
case(np.prod, np.prod, np.array([2.0, 0.0, 3.0]))
case(np.prod, np.prod, np.array([2.0, 0.0, 0.0]))
hole = np.array([[1.0, np.nan, 2.0], [np.nan, 3.0, 0.5]])
NAN = [np.nanmedian, np.nansum, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin, np.nanprod, np.nancumsum, np.nancumprod]
for f in NAN:
    case(f, lambda a, f=f: f(np.where(np.isnan(hole), np.nan, a), axis=1), x(2, 3))
for f in (np.cumsum, np.cumprod, np.nancumsum, np.nancumprod):
    case(f, f, x(4))
    case(f, f, x(2, 3))
    case(f, f, x(0))
    for axis in (0, 1, -1):
        case(f, functools.partial(f, axis=axis), x(2, 3))
case(np.cumprod, np.cumprod, np.array([2.0, 0.0, 3.0, 0.0, 1.5]))
case(np.trace, np.trace, x(3, 4))
case(np.trace, lambda a: np.trace(a, 1, 2, 0), x(3, 2, 3))
case(np.average, lambda a, w: np.average(a, weights=w), x(4), p(4))
case(np.average, lambda a, w: np.average(a, axis=1, weights=w), x(2, 3), p(3))
case(np.average, lambda a, w: np.average(a, axis=0, weights=w, returned=True), x(2, 3), p(2, 3))
for f, q in ((np.quantile, 0.3), (np.percentile, 30.0), (np.nanquantile, 0.3), (np.nanpercentile, 30.0)):
    case(f, lambda a, f=f, q=q: f(a, q), x(7))
    case(f, lambda a, f=f, q=q: f(a, [q, q * 2, 0.0], axis=1), x(2, 5))
    case(f, lambda a, f=f, q=q: f(a, [q, q], axis=(0, 2), keepdims=True), x(2, 2, 3))
    for method in ("lower", "higher", "nearest", "midpoint", "hazen", "weibull", "median_unbiased", "inverted_cdf"):
        case(f, lambda a, f=f, q=q, m=method: f(a, q, method=m), x(6))
    case(f, lambda a, f=f, q=q: f(a, [q, 0], method="inverted_cdf", weights=[1.0, 2.0, 3.0, 1.0]), x(4))

# ---- linear algebra -------------------------------------------------------------------------------------------------
MATMUL = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 2)), ((4, 2, 3), (3, 2)), ((2, 3), (4, 3, 2)),
          ((2, 1, 2, 3), (4, 3, 2)), ((3,), (4, 3, 2)), ((4, 2, 3), (3,)), ((0, 3), (3, 2)), ((2, 0), (0, 3))]
for left, right in MATMUL:
    case((np.matmul, L.matmul) if len(left) > 1 < len(right) else np.matmul, np.matmul, x(*left), x(*right))
    case(np.dot, np.dot, x(*left), x(*right)) if len(left) < 3 else None
case(L.matmul, L.matmul, x(2, 2), x(2, 2))
case(np.matmul, np.matmul, z(2, 2), z(2))
for left, right in [((), (3,)), ((2, 3), ()), ((2, 2, 3), (3,)), ((2, 3), (2, 3, 2)), ((2, 2, 3), (2, 3, 2))]:
    case(np.dot, np.dot, x(*left), x(*right))
for left, right in [((3,), (3,)), ((2, 3), (4, 3)), ((), (2,)), ((2, 2, 3), (3,))]:
    case(np.inner, np.inner, x(*left), x(*right))
case(np.outer, np.outer, x(2, 2), x(3))
case(L.outer, L.outer, x(2), x(3))
case(np.vdot, np.vdot, x(2, 2), x(2, 2))
case(np.vdot, np.vdot, z(3), z(3))
case(L.vecdot, L.vecdot, x(2, 3), x(3))
case(np.vecdot, np.vecdot, z(2, 3), z(3))
if hasattr(np, "matvec"):  # NumPy 2.2
    case(np.matvec, np.matvec, x(4, 2, 3), x(3))
    case(np.vecmat, np.vecmat, x(4, 2), x(2, 3))
for axes in (2, 1, 0, ([0, 1], [1, 0]), (1, 1)):
    case(np.tensordot, lambda a, b, n=axes: np.tensordot(a, b, axes=n), x(3, 3), x(3, 3))
case(np.tensordot, lambda a, b: np.tensordot(a, b, axes=([0, -1], [2, 0])), x(2, 3, 4), x(4, 3, 2))
case(L.tensordot, lambda a, b: L.tensordot(a, b, axes=1), x(2, 3), x(3, 2))
for left, right in [((2,), (3,)), ((2, 2), (3, 1)), ((2,), (2, 2)), ((), (2,))]:
    case(np.kron, np.kron, x(*left), x(*right))
case(np.cross, np.cross, x(3), x(3))
case(np.cross, np.cross, x(4, 3), x(3))
case(np.cross, lambda a, b: np.cross(a, b, axis=0), x(3, 2), x(3, 2))
case(np.cross, lambda a, b: np.cross(a, b, axisa=0, axisb=1, axisc=0), x(3, 2), x(2, 3))
case(L.cross, L.cross, x(2, 3), x(2, 3))
case(np.cov, np.cov, x(3, 4))
case(np.cov, lambda a, b: np.cov(a, b, bias=True), x(4), x(4))
case(np.cov, lambda a: np.cov(a, rowvar=False, ddof=0), x(4, 2))
case(np.cov, np.cov, z(2, 4))
case(np.cov, lambda a, w: np.cov(a, aweights=w), x(2, 4), p(4))
case(np.cov, lambda a, b, w: np.cov(a, b, fweights=[1, 2, 1, 3], aweights=w, ddof=0), x(2, 4), x(4), p(4))
case(np.cov, lambda a: np.cov(a, fweights=[1, 2, 1, 3]), x(2, 4))
case(np.corrcoef, np.corrcoef, x(3, 4))
case(np.corrcoef, lambda a, b: np.corrcoef(a, b), x(4), x(4))
case(np.meshgrid, np.meshgrid, x(2), x(3))
case(np.meshgrid, lambda a, b: np.meshgrid(a, b, indexing="ij", sparse=True), x(2), x(3))
EINSUM = [
    ("ij,jk->ik", (2, 3), (3, 2)), ("ij,jk", (2, 3), (3, 2)), ("ii", (3, 3)), ("ii->i", (3, 3)), ("ij->", (2, 3)),
    ("ij->j", (2, 3)), ("ji", (2, 3)), ("...ij,...jk->...ik", (2, 2, 3), (3, 2)), ("i,i,i->", (3,), (3,), (3,)),
    ("ij,kl->", (2, 2), (2, 3)), ("iij->j", (2, 2, 3)), ("iii->i", (2, 2, 2)), ("i...->...", (2, 3, 2)),
    ("bij,bjk,bk->bi", (2, 2, 2), (2, 2, 3), (2, 3)), ("ij,ij->i", (2, 3), (1, 3)), ("...,...", (2, 3), (3,)),
    ("i,j->ij", (2,), (0,)), ("ab , b -> a", (2, 3), (3,)), (",->", (), ()), ("i->", (3,)), ("iij,jk->ik", (2, 2, 3), (3, 2)),
]
for subscripts, *shapes in EINSUM:
    case(np.einsum, functools.partial(np.einsum, subscripts), *[x(*s) for s in shapes])
case(np.einsum, functools.partial(np.einsum, "ij,jk->ik"), z(2, 2), z(2, 2))
case(np.einsum, lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [0, 2]), x(2, 3), x(3, 2))
case(np.einsum, lambda a, b: np.einsum(a, [0, 1], b, [1, 2]), x(2, 3), x(3, 2))
case(np.einsum, lambda a, b: np.einsum(a, [..., 1], b, [1]), x(2, 3), x(3))
case(np.einsum, lambda a, b: np.einsum(a, [30, 0], b, [0, 51]), x(2, 3), x(3, 2))
case(np.einsum, lambda a: np.einsum(a, [25, 26]), x(2, 3))
case(np.einsum, lambda a, b: np.einsum("i,i", a, b, dtype=np.float64, casting="unsafe", order=None), x(3), x(3))
case(np.einsum, lambda a, b, c: np.einsum("ij,jk,kl->il", a, b, c, optimize=True), x(2, 2), x(2, 2), x(2, 2))
for f in (L.inv, L.det, L.slogdet, L.eigh, L.eig, L.svdvals, L.pinv, L.cond):
    case(f, f, spd(3) + x(3, 3))
for f in (L.inv, L.det, L.slogdet, L.pinv, L.svdvals):
    case(f, f, spd(2, 3) + x(3, 2, 2))
for f in (L.inv, L.det, L.slogdet):
    case(f, f, z(2, 2))
for f in (L.eigh, L.eigvalsh, L.cholesky):
    case(f, f, spd(3))
    case(f, f, spd(2, 2))
case(L.eigvalsh, L.eigvalsh, z(3, 3))
case(L.eigh, lambda a: L.eigh(a, UPLO="U"), spd(3))
case(L.eigh, lambda a: (lambda w, v: np.absolute(v))(*L.eigh(a)), z(3, 3))
case(L.cholesky, lambda a: L.cholesky(a, upper=True), spd(3))
case(L.cholesky, lambda a: L.cholesky(a @ np.conj(a.mT) + 3 * np.eye(2)), z(2, 2))
case(L.eig, L.eig, x(3, 3))
case(L.eig, L.eig, z(3, 3))
case(L.eigvals, L.eigvals, x(2, 3, 3))
case(L.det, lambda a: L.det(a), np.array([[1.0, 2.0], [2.0, 3.0]]))
for shape in ((3, 3), (4, 2), (2, 4), (2, 3, 2)):
    case(L.svd, lambda a: L.svd(a, full_matrices=False), x(*shape))
    case(L.svd, lambda a: L.svd(a, compute_uv=False), x(*shape))
    case(L.qr, L.qr, x(*shape))
    case(L.pinv, L.pinv, x(*shape))
case(linalg.svd, lambda a: linalg.svd(a, full_matrices=False), x(3, 2))
case(linalg.svd, lambda a: linalg.svd(a)[1], x(3, 2))
case(linalg.svd, lambda a: (lambda u, s, vh: (np.absolute(u), s, np.absolute(vh)))(*linalg.svd(a, full_matrices=False)), z(3, 2))
case(L.svd, lambda a: (lambda u, s, vh: (u * np.expand_dims(s, 0)) @ vh)(*L.svd(a, full_matrices=False)), z(2, 3))
case(L.qr, lambda a: L.qr(a, mode="complete"), x(3, 2))  # one more column, up to its sign
case(L.svd, L.svd, x(3, 2))
case(L.svd, L.svd, x(2, 3))
case(linalg.qr, linalg.qr, x(3, 2))
case(linalg.qr, linalg.qr, z(3, 3))
case(L.qr, lambda a: L.qr(a, mode="r"), x(3, 2))
case(L.pinv, L.pinv, z(3, 2))
case(linalg.cofactor, linalg.cofactor, x(3, 3))
case(linalg.cofactor, linalg.cofactor, z(2, 2))
for right in ((3,), (3, 2), (2, 3, 2)):
    case(L.solve, L.solve, spd(3), x(*right))
case(L.solve, L.solve, spd(2, 3), x(2))
case(L.solve, L.solve, spd(2, 3), x(3, 2, 1))
case(L.solve, L.solve, z(2, 2), z(2))
case(L.lstsq, lambda a, b: L.lstsq(a, b)[:2], x(4, 2), x(4))
case(L.lstsq, lambda a, b: L.lstsq(a, b)[0], x(4, 2), x(4, 3))
case(L.lstsq, lambda a, b: L.lstsq(a, b)[0], x(2, 4), x(2))
case(L.lstsq, lambda a, b: L.lstsq(a, b)[3], x(4, 2), x(4))
case(L.tensorinv, lambda a: L.tensorinv(a, ind=1), (x(4, 4) + 4 * np.eye(4)).reshape(4, 2, 2))
case(L.tensorsolve, L.tensorsolve, (x(4, 4) + 4 * np.eye(4)).reshape(2, 2, 4), x(2, 2))
for n in (0, 1, 2, 3, 5, -2):
    case(L.matrix_power, lambda a, n=n: L.matrix_power(a, n), x(2, 2) + 2 * np.eye(2))
case(L.multi_dot, lambda a, b, c: L.multi_dot([a, b, c]), x(2, 3), x(3, 2), x(2, 2))
case(L.multi_dot, lambda a, b, c: L.multi_dot([a, b, c]), x(3), x(3, 2), x(2))
for order in (None, 2, 1, 3, np.inf, -np.inf, 0, 2.5, -1):
    case((L.norm, L.vector_norm), lambda a, o=order: L.norm(a, o, axis=-1), x(2, 3))
    case(L.norm, lambda a, o=order: L.norm(a, o, axis=0, keepdims=True), x(2, 3))
for order in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf, None):
    case((L.norm, L.matrix_norm), lambda a, o=order: L.norm(a, o), x(3, 2))
    case(L.norm, lambda a, o=order: L.norm(a, o, axis=(2, 0), keepdims=True), x(3, 2, 2))
case(L.norm, L.norm, x(2, 2, 2))
case(L.norm, L.norm, z(3))
case(L.vector_norm, lambda a: L.vector_norm(a, ord=3, axis=(0, 1)), x(2, 2))
case(L.matrix_norm, lambda a: L.matrix_norm(a, keepdims=True), x(2, 2, 2))
for order in (2, 3, 0.5, 1, -2, np.inf):
    case(L.vector_norm, lambda a, o=order: L.vector_norm(a, ord=o, axis=0), z(3, 2))
case(L.vector_norm, lambda a: L.vector_norm(a, axis=1, keepdims=True), z(2, 2))
case(L.cond, lambda a: (L.cond(a, 1), L.cond(a, -2), L.cond(a, "fro")), spd(2) + x(2, 2))
case(L.trace, lambda a: L.trace(a, offset=1), x(2, 3, 3))
case(L.diagonal, lambda a: L.diagonal(a, offset=-1), x(2, 3, 3))

# ---- shaping --------------------------------------------------------------------------------------------------------
case(np.reshape, lambda a: np.reshape(a, (3, 2)), x(2, 3))
case(np.reshape, lambda a: np.reshape(a, (3, -1), order="F"), x(2, 3))
case(np.reshape, lambda a: np.reshape(a, ()), x(1))
case(np.reshape, lambda a: np.reshape(a, (0, 5)), x(0))
case(np.ravel, np.ravel, x(2, 3))
for order in "FAK":
    case(np.ravel, lambda a, o=order: np.ravel(a, order=o), x(2, 3))
    case(np.ravel, lambda a, o=order: np.ravel(np.transpose(a, (1, 2, 0)), order=o), x(2, 3, 2))
case(np.reshape, lambda a: np.reshape(np.transpose(a), (2, 3), order="A"), x(2, 3))
case(np.transpose, np.transpose, x(2, 3, 2))
case(np.transpose, lambda a: np.transpose(a, (1, -1, 0)), x(2, 3, 2))
case(np.swapaxes, lambda a: np.swapaxes(a, 0, -1), x(2, 3, 2))
case((np.matrix_transpose, L.matrix_transpose), np.matrix_transpose, x(2, 3, 2))
case(L.matrix_transpose, L.matrix_transpose, x(2, 3))
case(np.moveaxis, lambda a: np.moveaxis(a, 0, -1), x(2, 3, 2))
case(np.moveaxis, lambda a: np.moveaxis(a, [0, -1], [-1, 0]), x(2, 3, 4))
case(np.rollaxis, lambda a: np.rollaxis(a, 2, 1), x(2, 3, 4))
case(np.rollaxis, lambda a: np.rollaxis(a, -1), x(2, 0, 4))
case(np.squeeze, np.squeeze, x(1, 3, 1))
case(np.squeeze, lambda a: np.squeeze(a, axis=(0,)), x(1, 3, 1))
case(np.expand_dims, lambda a: np.expand_dims(a, (0, -1)), x(2, 3))
case(np.broadcast_to, lambda a: np.broadcast_to(a, (2, 4, 3)), x(4, 1))
case(np.broadcast_to, lambda a: np.broadcast_to(a, (0, 3)), x(3))
case(np.broadcast_arrays, np.broadcast_arrays, x(2, 1), x(3))
case(np.copy, np.copy, x(2, 3))
case(shaping.astype, lambda a: shaping.astype(a, np.float64), x(3))
if hasattr(np, "astype"):
    case(np.astype, lambda a: np.astype(a, np.float64), x(3))
if hasattr(np, "unstack"):  # NumPy 2.1
    case(np.unstack, np.unstack, x(3, 2))
    case(np.unstack, lambda a: np.unstack(a, axis=1), x(3, 2))
    for f in (np.cumulative_sum, np.cumulative_prod):
        case(f, f, x(3))
        case(f, functools.partial(f, axis=1, include_initial=True), x(2, 3))
for f in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
    for shape in ((), (3,), (2, 3), (2, 3, 2)):
        case(f, f, x(*shape))
    case(f, f, x(2), x())
case(np.concatenate, lambda a, b: np.concatenate([a, b]), x(2, 3), x(1, 3))
case(np.concatenate, lambda a, b: np.concatenate((a, b, np.ones((2, 1))), axis=-1), x(2, 3), x(2, 0))
case(np.concatenate, lambda a, b: np.concatenate([a, b], axis=None), x(2, 3), x(2))
case(np.stack, lambda a, b: np.stack([a, b], axis=1), x(2, 3), x(2, 3))
case(np.stack, lambda a, b: np.stack([a, b, 1.0]), x(), x())
case(np.vstack, lambda a, b: np.vstack([a, b]), x(3), x(2, 3))
case(np.hstack, lambda a, b: np.hstack([a, b]), x(3), x(2))
case(np.hstack, lambda a, b: np.hstack([a, b]), x(2, 3), x(2, 1))
case(np.dstack, lambda a, b: np.dstack([a, b]), x(3), x(1, 3))
case(np.column_stack, lambda a, b: np.column_stack([a, b]), x(3), x(3, 2))
case(np.block, lambda a, b: np.block([[a, b], [b, a]]), x(2, 2), x(2, 2))
case(np.block, lambda a, b: np.block([a, b]), x(2), x(3))
case(np.append, np.append, x(2), x(2, 3))
case(np.append, lambda a, b: np.append(a, b, axis=1), x(2, 1), x(2, 3))
case(np.split, lambda a: np.split(a, 3), x(6))
case(np.split, lambda a: np.split(a, [1, 3], axis=1), x(2, 4))
case(np.array_split, lambda a: np.array_split(a, 3), x(7))
case(np.array_split, lambda a: np.array_split(a, 4), x(3))
case(np.hsplit, lambda a: np.hsplit(a, 2), x(2, 4))
case(np.hsplit, lambda a: np.hsplit(a, 2), x(4))
case(np.vsplit, lambda a: np.vsplit(a, 2), x(4, 2))
case(np.dsplit, lambda a: np.dsplit(a, 2), x(2, 1, 4))
case(np.repeat, lambda a: np.repeat(a, 3), x(2, 2))
case(np.repeat, lambda a: np.repeat(a, [1, 0, 2], axis=1), x(2, 3))
for reps in (2, (2, 1), (1, 2, 2), ()):
    case(np.tile, lambda a, r=reps: np.tile(a, r), x(2, 3))
case(np.roll, lambda a: np.roll(a, 2), x(2, 3))
case(np.roll, lambda a: np.roll(a, (1, -2), axis=(0, 1)), x(2, 3))
case(np.flip, np.flip, x(2, 3))
case(np.flip, lambda a: np.flip(a, (1,)), x(2, 3))
case(np.fliplr, np.fliplr, x(2, 3))
case(np.flipud, np.flipud, x(2, 3))
for k in range(-1, 4):
    case(np.rot90, lambda a, k=k: np.rot90(a, k), x(2, 3))
case(np.rot90, lambda a: np.rot90(a, 1, (1, 2)), x(2, 3, 2))
for mode in ("constant", "edge", "reflect", "symmetric", "wrap", "linear_ramp", "mean"):
    case(np.pad, lambda a, m=mode: np.pad(a, ((1, 2), (2, 0)), mode=m), x(3, 4))
    case(np.pad, lambda a, m=mode: np.pad(a, 2, m), x(3))
case(np.pad, lambda a: np.pad(a, (5, 4), "reflect"), x(3))
case(np.pad, lambda a: np.pad(a, 1, "reflect", reflect_type="odd"), x(3, 3))
case(np.pad, lambda a: np.pad(a, 1, "linear_ramp", end_values=((1, 2), (3, 4))), x(3, 3))
case(np.pad, lambda a: np.pad(a, 1, "mean", stat_length=2), x(3, 3))
case(np.pad, lambda a: np.pad(a, 1, constant_values=3), x(3))
for mode in ("maximum", "minimum", "median"):
    case(np.pad, lambda a, m=mode: np.pad(a, ((1, 2), (2, 0)), m, stat_length=2), x(3, 5))
for mode in ("reflect", "symmetric"):
    case(np.pad, lambda a, m=mode: np.pad(a, ((5, 4), (0, 3)), m, reflect_type="odd"), x(3, 1))
case(np.pad, lambda a, c: np.pad(a, 1, constant_values=c), x(2, 2), x(2))
case(np.pad, lambda a, c: np.pad(a, (2, 1), "linear_ramp", end_values=c), x(3), x())
case(np.pad, lambda a: np.pad(a, 2), x())
case(shaping.pad_constant, lambda a: shaping.pad_constant(a, ((1, 2),)), x(3))
for n in (0, 1, 2):
    case(np.diff, lambda a, n=n: np.diff(a, n), x(2, 4))
case(np.diff, lambda a, b: np.diff(a, axis=0, prepend=b, append=0), x(2, 3), x(1, 3))
case(np.ediff1d, np.ediff1d, x(2, 3))
case(np.ediff1d, lambda a, b: np.ediff1d(a, to_begin=b, to_end=[1.0]), x(4), x(2))
case(np.gradient, np.gradient, x(5))
case(np.gradient, np.gradient, x(3, 4))
case(np.gradient, lambda a: np.gradient(a, 0.5, axis=1, edge_order=2), x(2, 4))
case(np.gradient, lambda a: np.gradient(a, [0.0, 1.0, 3.0, 3.5]), x(4))
case(np.gradient, lambda a, h: np.gradient(a, h, 0.5, edge_order=2), x(3, 4), np.array([0.0, 1.0, 3.0]))
case(np.gradient, lambda a, h: np.gradient(a, h, axis=np.array([-1])), x(4), np.array(0.7))
case(np.gradient, lambda a, h: np.gradient(a, h), x(3), np.array([0.0, 1.0, 2.0]))
case(np.gradient, lambda a: np.gradient(a, [0.0, 1.0, 3.0, 3.5], 2.0, edge_order=2), x(4, 3))
for k in (-1, 0, 2):
    case(np.diag, lambda a, k=k: np.diag(a, k), x(3))
    case(np.diag, lambda a, k=k: np.diag(a, k), x(3, 4))
    case(np.diagonal, lambda a, k=k: np.diagonal(a, k, 0, 2), x(3, 2, 4))
    case(np.tril, lambda a, k=k: np.tril(a, k), x(2, 3, 4))
    case(np.triu, lambda a, k=k: np.triu(a, k), x(3, 4))
case(np.diagflat, lambda a: np.diagflat(a, 1), x(2, 2))
case(np.full_like, lambda a: np.full_like(a, np.sum(a)), x(2, 3))
case(np.full, lambda a: np.full((2, 3), a, like=a), x(3))
case(np.full, lambda a: np.full(2, a, float, like=a), x(1, 1))
case(np.interp, lambda a, xp, fp: np.interp(a, xp, fp), np.array([-1.0, 0.3, 1.7, 5.0]), np.array([0.0, 1.0, 2.5]), x(3))
case(np.interp, lambda a, fp: np.interp(a, [0.0, 1.0, 2.5], fp, left=9, right=8), np.array([-1.0, 0.3, 5.0]), x(3))
case(np.interp, lambda a, fp: np.interp(a, [0.5, 1.0, 2.5], fp, period=3.0), np.array([-1.1, 0.3, 5.0]), x(3))
case(np.interp, lambda a, fp: np.interp(a, [0.0, 1.0, 1.0, 2.0], fp), np.array([0.3, 1.2]), x(4))
case(np.interp, lambda a, fp: np.interp(a, [-np.inf, 1.0, 2.5, np.inf], fp), np.array([-1.0, 1.7, 5.0]), x(4))
case(np.interp, lambda a, fp: np.interp(a, [0.0, 1.0], fp, left=fp[1], right=fp[0]), np.array([-1.0, 0.7, 5.0]), z(2))
for mode in ("full", "same", "valid"):
    for m, n in ((5, 3), (3, 5), (4, 2), (2, 4), (3, 3), (1, 1), (1, 4)):
        case(np.convolve, lambda a, b, m=mode: np.convolve(a, b, m), x(m), x(n))
        case(np.correlate, lambda a, b, m=mode: np.correlate(a, b, m), x(m), x(n))
    case(np.correlate, lambda a, b, m=mode: np.correlate(a, b, m), z(4), z(3))
case(shaping.convolve_full, shaping.convolve_full, x(3), x(2))
case(np.trapezoid, np.trapezoid, x(4))
case(np.trapezoid, lambda y, t: np.trapezoid(y, t, axis=0), x(4, 2), x(4))
case(np.linspace, lambda a, b: np.linspace(a, b, 5), x(2), x(2))
case(np.linspace, lambda a: np.linspace(a, 3.0, 4, endpoint=False, retstep=True, axis=-1), x(2))
case(np.logspace, lambda a, b: np.logspace(a, b, 3, base=2.0), x(2), x())
case(np.polyval, np.polyval, x(3), x(2, 2))
case(np.vander, np.vander, x(3))
case(np.vander, lambda a: np.vander(a, 2, increasing=True), x(3))
case(np.vander, lambda a: np.vander(a, 1), x(3))
for f in (np.polyadd, np.polysub, np.polymul):
    case(f, f, x(3), x(2))
    case(f, f, x(2), x(4))
for m in (0, 1, 2):
    case(np.polyder, lambda a, m=m: np.polyder(a, m), x(4))
    case(np.polyint, lambda a, m=m: np.polyint(a, m), x(3))
case(np.polyint, lambda a, k: np.polyint(a, 2, k), x(3), x(2))
case(np.poly, np.poly, x(3))
case(np.poly, np.poly, z(2))
case(np.poly, np.poly, spd(2))
case(np.polyfit, lambda a, b: np.polyfit(a, b, 2), x(6), x(6))
case(np.polyfit, lambda a, b, w: np.polyfit(a, b, 1, w=w), x(4), x(4, 2), p(4))
case(np.histogram, lambda a: np.histogram(a, [-3.0, 0.0, 3.0]) + (a,), x(4))
case(np.apply_along_axis, lambda a: np.apply_along_axis(np.outer, 1, a, a[0]), x(2, 3, 2).reshape(4, 3))
case(np.apply_along_axis, lambda a: np.apply_along_axis(np.sum, 0, a), x(2, 3, 2))
case(np.apply_over_axes, lambda a: np.apply_over_axes(np.mean, a, (0, -1)), x(2, 3, 2))
case(np.piecewise, lambda a: np.piecewise(a, [a < 0, a > 1], [np.square, np.sin, 4.0]), x(7))
case(np.piecewise, lambda a: np.piecewise(a, a > 0, [lambda v, k: v * k, lambda v, k: v / k], 2.0), x(5))

# ---- indexing -------------------------------------------------------------------------------------------------------
import operator  # noqa: E402

INDICES = [
    0, -1, slice(None), slice(1, None, 2), slice(None, None, -1), (0, 1), (slice(None), 0), (..., 0), None,
    (None, slice(None), None, 1), np.array([0, 2, 0]), [2, 0], (np.array([0, 1]), np.array([2, 2])),
    (np.array([[0], [2]]), np.array([1, 0, 1])), (slice(None), np.array([0, 0, 1])), np.eye(3, 4) > 0,
    (np.array([True, False, True]), slice(1, 3)), (np.array([0, 0]), slice(None)), (0, np.array([1, 1])),
    np.array([], dtype=int), (..., None), (np.array([True, True, False]), np.array([0, 3])), np.int64(1), (),
]
for index in INDICES:
    case(operator.getitem, lambda a, i=index: a[i], x(3, 4))
    shape = np.empty((3, 4))[index].shape
    case(indexing.scatter, lambda g, i=index: indexing.scatter(g, i, (3, 4)), x(*shape))
    case(indexing.update, lambda a, v, i=index: indexing.update(a, v, i), x(3, 4), x(*shape))
case(indexing.update, lambda a, v: indexing.update(a, v, slice(1, 3)), x(4), x())
case(np.take, lambda a: np.take(a, [0, 2, 2]), x(2, 3))
case(np.take, lambda a: np.take(a, [[0], [1]], axis=1), x(2, 3))
case(np.take, lambda a: np.take(a, [0, 0], axis=-1), x())
case(np.take, lambda a: np.take(a, [-1, 5], axis=0, mode="wrap"), x(3))
case(np.take_along_axis, lambda a: np.take_along_axis(a, np.array([[0, 0], [2, 1]]), axis=1), x(2, 3))
case(np.take_along_axis, lambda a: np.take_along_axis(a, np.array([3, 3]), axis=None), x(2, 3))
windows = np.lib.stride_tricks.sliding_window_view
case(windows, lambda a: windows(a, 2), x(4))
case(windows, lambda a: windows(a, (2, 3)), x(3, 4))
case(windows, lambda a: windows(a, 2, axis=-1), x(2, 3))
case(windows, lambda a: windows(a, (2, 2), axis=(1, 1)), x(2, 5))
case(np.compress, lambda a: np.compress([True, False, True], a, axis=1), x(2, 3))
case(np.extract, lambda a: np.extract(mask, a), x(2, 3))
case(np.choose, lambda a, b: np.choose([0, 1, 0], [a, b]), x(3), x(3))
case(np.choose, lambda a: np.choose([5, -1, 0], [a, 2.0], mode="wrap"), x(3))
case(np.select, lambda a: np.select([np.array([True, False])], [a], 2.0), x(2))
case(np.select, lambda a, b: np.select([[True, False, False], [True, True, False]], [a, b * b], 7.0), x(3), x(3))
case(np.sort, np.sort, x(5))
case(np.sort, lambda a: np.sort(a, axis=0), x(3, 2))
case(np.sort, lambda a: np.sort(a, axis=None), x(3, 2))
case(np.partition, lambda a: np.partition(a, 2), x(7))
case(np.partition, lambda a: np.partition(a, (1, 2), axis=0), x(5, 2))
case(np.delete, lambda a: np.delete(a, [0, 2]), x(4))
case(np.delete, lambda a: np.delete(a, 1, axis=1), x(2, 3))
case(np.delete, lambda a: np.delete(a, slice(0, 2), axis=0), x(3, 2))
for obj, values in ((1, 2.0), ([1, 3], 2.0), ([0, 2], [5.0, 6.0]), ([3, 0], [5.0, 6.0]), (1, [7.0, 8.0]), ([2, 2], [1.0, 2.0])):
    case(np.insert, lambda a, v, o=obj: np.insert(a, o, v), x(4), np.array(values))
case(np.insert, lambda a, v: np.insert(a, 1, v, axis=1), x(2, 3), x(2))
case(np.insert, lambda a, v: np.insert(a, [1], v, axis=1), x(2, 3), x(2, 2))
case(np.insert, lambda a, v: np.insert(a, [1, -1], v, axis=0), x(3, 2), x(2, 2))
case(np.insert, lambda a: np.insert(a, 0, 5), x(2))
case(np.insert, lambda a: np.insert(a, slice(None, None, 2), [[7]]), x(2, 3))
case(np.insert, lambda a, v: np.insert(a, np.array([True, False, True]), v), x(3), x(2))
case(np.resize, lambda a: np.resize(a, (3, 3)), x(2, 2))
case(np.resize, lambda a: np.resize(a, 2), x(3))
case(np.bincount, lambda w: np.bincount((0, 3), weights=w), x(2))
case(np.bincount, lambda w: np.bincount([0, 2, 2, 1], weights=w), x(4))

# ---- nn's own rows --------------------------------------------------------------------------------------------------
for shape in ((3,), (4, 3), (2, 4, 3), (0, 3)):
    case(linear._linear, linear._linear, x(*shape), x(2, 3), x(2))
for shape in ((5, 3), (5, 4, 3), (5, 2, 2, 3)):  # an ensemble of five
    case(linear._linear_of_members, linear._linear_of_members, x(*shape), x(5, 2, 3), x(5, 2))
for f, sign in ((neuron.weighted_sum, 1.0), (neuron.relu_neuron, 1.0), (neuron.relu_neuron, -1.0)):
    case(f, lambda *numbers, f=f, s=sign: f(*[n * s for n in numbers]), p(), p(), p(), p(), p())
for shape in ((), (3,), (4, 1)):
    case(losses._mse, losses._mse, x(*shape), x(*shape))
    case(losses.bce_with_logits, losses.bce_with_logits, x(*shape), x(*shape))
    case(losses._bce, losses._bce, p(*shape) / 3, p(*shape) / 3)
    case(losses._huber, lambda d: losses._huber(d, delta=0.5), x(*shape))
    for f in (activations.leaky_relu, activations.elu, activations.selu, activations.gelu, activations.silu,
              activations.softplus, erf.erf):
        case(f, f, x(*shape))
    case(activations.gelu, lambda a: activations.gelu(a, approximate="tanh"), x(*shape))
    case(erf.gelu_pull, lambda g, a: erf.gelu_pull(g, activations.gelu(a), a), x(*shape), x(*shape))
    case(activations.leaky_relu, lambda a: activations.leaky_relu(a, negative_slope=0.3), x(*shape))
    case(activations.elu, lambda a: activations.elu(a, alpha=0.7), x(*shape))
    case(activations.softplus, lambda a: activations.softplus(a, beta=2.0, threshold=1.0), x(*shape))
    case(activations.hardtanh, lambda a: activations.hardtanh(a, min_val=-0.4, max_val=0.6), x(*shape))
    case(losses._variance, losses._variance, p(*shape) / 3)
    case(activations.share_of, activations.share_of, x(*shape), x(*shape))
case(activations.hardtanh, activations.hardtanh, x(3))
for f in (activations.softmax, activations.log_softmax):
    case(f, f, x(2, 3))
    case(f, lambda a, f=f: f(a, dim=1), x(2, 3, 2))
case(losses._mse_of_members, losses._mse_of_members, x(2, 3, 1), x(2, 3, 1))
case(losses._mse_of_members, losses._mse_of_members, x(2, 3), x(3))
case(losses._cross_entropy, lambda z: losses._cross_entropy(z, np.array([0, 2])), x(2, 3))
case(losses._cross_entropy, lambda z: losses._cross_entropy(z, np.array(1)), x(3))
case(losses._softmax, lambda z: losses._softmax(z, losses._cross_entropy(z, np.array([0, 2])), target=np.array([0, 2])), x(2, 3))
for centre in (True, False):
    case(normalization._scale, lambda a, c=centre: normalization._scale(a, axes=(0, 2), eps=1e-3, centre=c), x(3, 2, 2))
case(normalization.standardize, lambda a: normalization.standardize(a, axes=(0, 2), eps=1e-3), x(3, 2, 2))
places = image_windows.grid((5, 4), (2, 3), stride=(2, 1), padding=1, dilation=(2, 1))
case(image_windows.windows, lambda a: image_windows.windows(a, grid=places), x(2, 3, 5, 4))
case(image_windows.add_windows, lambda a: image_windows.add_windows(a, grid=places), x(3, 2, 3, *places.out, 2))
case(conv._convolve, conv._convolve, x(4, 2, 1, 2, 2, 3), x(4, 2, 2, 1), x(4))  # two groups
case(conv._convolve, conv._convolve, x(2, 2, 1, 2, 2, 3), x(4, 2, 2, 1))
left, right = np.array([[0.5, 0.5, 0.0]]), np.array([[1.0, 0.0], [0.0, 0.25]])
case(pooling._averaged, lambda a: pooling._averaged(a, left=left, right=right), x(2, 3, 2))
case(pooling._max_pool, lambda a: pooling._max_pool(a, grid=image_windows.grid((4, 4), 2, 2)), x(2, 2, 4, 4))
where = {"of": x(2, 2, 4, 4), "grid": image_windows.grid((4, 4), 2, 2)}
where["best"] = pooling._max_pool(where["of"], grid=where["grid"])
case(pooling._to_winners, lambda g: pooling._to_winners(g, **where), x(2, 2, 2, 2))
case(pooling._from_winners, lambda u: pooling._from_winners(u, **where), x(2, 2, 4, 4))
case(pooling._max_pool, lambda a: pooling._max_pool(a, grid=image_windows.grid((4, 5), 3, 2, 1, 1, True)), x(1, 2, 4, 5))
for kind, gates, states in (("tanh", 1, 1), ("relu", 1, 1), ("gru", 3, 1), ("lstm", 4, 2)):
    for members in ((), (2,)):
        case(recurrent.recur, lambda *inputs, kind=kind: recurrent.recur(*inputs, kind=kind), x(3, *members, 2, 2 * gates),
             x(*members, 2 * gates, 2), x(*members, 2 * gates), *(x(*members, 2, 2) for _ in range(states)))

# ---- Fourier --------------------------------------------------------------------------------------------------------
for norm in (None, "ortho", "forward", "backward"):
    for n in (None, 3, 7):
        for f in (F.fft, F.ifft):
            case(f, lambda a, f=f, n=n, norm=norm: f(a, n=n, norm=norm), z(5))
        case(F.rfft, lambda a, n=n, norm=norm: F.rfft(a, n=n, norm=norm), x(6))
        case(F.irfft, lambda a, n=n, norm=norm: F.irfft(a, n=n, norm=norm), z(4))
    case(F.hfft, lambda a, norm=norm: F.hfft(a, norm=norm), z(4))
    case(F.ihfft, lambda a, norm=norm: F.ihfft(a, norm=norm), x(5))
for f in (F.fft, F.ifft):
    case(f, lambda a, f=f: f(a, axis=0), x(3, 2))
case(F.rfft, lambda a: F.rfft(a, axis=0), x(5, 2))
case(F.irfft, lambda a: F.irfft(a, axis=0), z(3, 2))
for f in (F.fft2, F.ifft2, F.fftn, F.ifftn, F.irfft2, F.irfftn):
    case(f, f, z(3, 4))
    case(f, lambda a, f=f: f(a, s=(2, 5), axes=(0, 2), norm="ortho"), z(3, 2, 4))
for f in (F.rfft2, F.rfftn):
    case(f, f, x(3, 4))
    case(f, lambda a, f=f: f(a, s=(2, 5), axes=(0, 2)), x(3, 2, 4))
for f in (F.fftshift, F.ifftshift):
    case(f, f, x(3, 4))
    case(f, lambda a, f=f: f(a, axes=1), x(3, 4))
    case(f, lambda a, f=f: f(a, axes=(0,)), x(3, 4))
