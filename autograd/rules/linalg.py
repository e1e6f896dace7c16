"""Derivatives of products and of linear algebra.

Sources: M. Giles, "Collected matrix derivative results for forward and reverse mode AD" (2008), for inv, det, solve,
cholesky, eigh and svd; Roberts & Roberts, "QR and LQ decomposition matrix backpropagation algorithms" (2020), for qr;
Boeddeker et al., "On the computation of complex-valued gradients" (2017), for eig. Transposes are plain, not
conjugate, where the convention for complex gradients (see table.py) asks for that.
"""

import functools
import math
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import is_variable, raw
from autograd.rules.table import (
    derived,
    dispatching,
    no_gradient,
    normalize_axes,
    rule,
    rule_of_outputs,
    since_2_1,
)
from autograd.typing import Array

linalg = np.linalg


def _conj(x: Array) -> Array:
    return np.conj(x) if np.iscomplexobj(x) else x


def _h(x: Array) -> Array:
    """The conjugate transpose."""
    return _conj(x.mT)


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


rule(np.matmul, "@", _matmul_left, _matmul_right)


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


@derived(np.outer)
def _outer(a: Array, b: Array, out: None = None) -> Array:
    return np.expand_dims(np.ravel(a), 1) * np.expand_dims(np.ravel(b), 0)


@derived(linalg.outer)
def _linalg_outer(x1: Array, x2: Array, /) -> Array:
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ShapeError(f"linalg.outer takes two vectors, got shapes {np.shape(x1)} and {np.shape(x2)}")
    return np.outer(x1, x2)


@derived(np.vdot)
def _vdot(a: Array, b: Array) -> Array:
    return np.matmul(np.conj(np.ravel(a)), np.ravel(b))


@derived(linalg.vecdot, np.vecdot)
def _vecdot(x1: Array, x2: Array, /, *, axis: int = -1) -> Array:
    return np.sum(np.conj(x1) * x2, axis=axis)


@derived(*since_2_1("matvec"))
def _matvec(x1: Array, x2: Array, /) -> Array:
    return np.matmul(x1, np.expand_dims(x2, -1))[..., 0]


@derived(*since_2_1("vecmat"))
def _vecmat(x1: Array, x2: Array, /) -> Array:
    return np.matmul(np.conj(np.expand_dims(x1, -2)), x2)[..., 0, :]


@derived(linalg.matmul)
def _linalg_matmul(x1: Array, x2: Array, /) -> Array:
    return np.matmul(x1, x2)


@derived(np.tensordot, linalg.tensordot)
def _tensordot(a: Array, b: Array, axes: Any = 2) -> Array:
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
    flat = np.shape(a)[-1] == np.shape(b)[-1] == 2
    x, y, z = (a[..., i] if i < np.shape(a)[-1] else np.zeros_like(raw(a)[..., 0]) for i in range(3))
    u, v, w = (b[..., i] if i < np.shape(b)[-1] else np.zeros_like(raw(b)[..., 0]) for i in range(3))
    if flat:
        return x * v - y * u
    return np.stack(np.broadcast_arrays(y * w - z * v, z * u - x * w, x * v - y * u), axis=axisc)


@derived(linalg.cross)
def _linalg_cross(x1: Array, x2: Array, /, *, axis: int = -1) -> Array:
    return np.cross(x1, x2, axis=axis)


@derived(np.cov)
def _cov(m: Array, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None,
         fweights: Any = None, aweights: Any = None, *, dtype: Any = None) -> Array:
    if fweights is not None or aweights is not None or dtype is not None:
        raise no_rule("cov with weights or dtype")
    rows = [np.atleast_2d(x) for x in (m, y) if x is not None]
    rows = [x.T if not rowvar and np.shape(x)[0] != 1 else x for x in rows]
    x = np.concatenate(rows, axis=0) * np.ones((), float)  # NumPy computes in double precision
    freedom = np.shape(x)[1] - ((0 if bias else 1) if ddof is None else ddof)
    deviation = x - np.mean(x, axis=1, keepdims=True)
    return np.squeeze(deviation @ _h(deviation) / freedom)


@derived(np.corrcoef)
def _corrcoef(x: Array, y: Any = None, rowvar: bool = True) -> Array:
    c = np.cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    size = np.sqrt(np.real(np.diagonal(c)))
    return c / np.expand_dims(size, 1) / size


# ---- einsum ---------------------------------------------------------------------------------------------------------
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _einsum_arguments(*operands: Any, out: None = None, optimize: Any = False, **settings: Any) -> Any:
    """Both spellings of einsum as operands and explicit subscripts ("ij,jk->ik"), with every "..." spelled out."""
    if isinstance(operands[0], str):
        subscripts, arrays = operands[0].replace(" ", ""), list(operands[1:])
    else:  # einsum(a, [0, 1], b, [1, 2], [0, 2])
        arrays = list(operands[: len(operands) // 2 * 2 : 2])
        terms = ["".join("..." if i is Ellipsis else _LETTERS[i] for i in sub) for sub in operands[1::2]]
        subscripts = ",".join(terms)
        if len(operands) % 2:
            subscripts += "->" + "".join("..." if i is Ellipsis else _LETTERS[i] for i in operands[-1])
    left, arrow, right = subscripts.partition("->")
    terms = left.split(",")
    if len(terms) != len(arrays):
        raise ShapeError(f"einsum: {subscripts!r} names {len(terms)} operands, but {len(arrays)} were given")
    used = set(subscripts)
    free = [letter for letter in reversed(_LETTERS) if letter not in used]
    hidden = [np.ndim(x) - len(term.replace("...", "")) if "..." in term else 0
              for term, x in zip(terms, arrays, strict=True)]
    dots = "".join(free[: max(hidden, default=0)])
    terms = [term.replace("...", dots[len(dots) - n :]) for term, n in zip(terms, hidden, strict=True)]
    for term, x in zip(terms, arrays, strict=True):
        if len(term) != np.ndim(x):
            raise ShapeError(f"einsum: {term!r} names {len(term)} axes of an operand of shape {np.shape(x)}")
    if arrow:
        right = right.replace("...", dots)
    else:
        joined = "".join(terms)
        right = dots + "".join(c for c in sorted(set(joined)) if joined.count(c) == 1 and c not in dots)
    settings.update(subscripts=",".join(terms) + "->" + right, optimize=optimize)
    return tuple(arrays), settings


def _einsum_forward(*operands: Array, subscripts: str, **settings: Any) -> Array:
    return np.einsum(subscripts, *operands, **settings)


def _einsum(g: Array, y: Array, inputs: Any, *operands: Array, subscripts: str, **settings: Any) -> list[Any]:
    left, _, right = subscripts.partition("->")
    terms = left.split(",")
    size = dict(zip(right, np.shape(g), strict=True))
    for term, x in zip(terms, operands, strict=True):
        for letter, n in zip(term, np.shape(x), strict=True):
            size[letter] = max(n, size.get(letter, n)) if n else 0
    return [_einsum_one(g, i, terms, right, operands, size, settings) if is_variable(x) else None
            for i, x in enumerate(inputs)]


def _einsum_one(g: Array, i: int, terms: list[str], right: str, operands: Any, size: Any, settings: Any) -> Array:
    """The gradient of operand i: an einsum of g with the other operands, to the subscripts of operand i."""
    others = [x for j, x in enumerate(operands) if j != i]
    inputs = [right] + [term for j, term in enumerate(terms) if j != i]
    arrays = [g, *others]
    free = [letter for letter in _LETTERS if letter not in size]
    target = ""
    for letter in terms[i]:
        if letter in target:  # a diagonal was taken: put the gradient back on that diagonal
            inputs.append(letter + free[0])
            arrays.append(np.eye(size[letter], dtype=raw(g).dtype))
            letter = free.pop(0)
        elif not any(letter in term for term in inputs):  # summed within this operand alone: the same all along it
            inputs.append(letter)
            arrays.append(np.ones(size[letter], dtype=raw(g).dtype))
        target += letter
    return np.einsum(",".join(inputs) + "->" + target, *arrays, **settings)


rule(np.einsum, "einsum", vjp_of_all=_einsum, bind=_einsum_arguments, forward=_einsum_forward)


# ---- inverses and determinants --------------------------------------------------------------------------------------
def _vector(b: Array) -> bool:
    return np.ndim(b) == 1  # NumPy 2's reading of solve(a, b): any other b is (a stack of) matrices


def _solve_right(g: Array, y: Array, a: Array, b: Array) -> Array:
    return linalg.solve(a.mT, np.expand_dims(g, -1))[..., 0] if _vector(b) else linalg.solve(a.mT, g)


def _solve_left(g: Array, y: Array, a: Array, b: Array) -> Array:
    if _vector(b):
        g, y = np.expand_dims(g, -1), np.expand_dims(y, -1)
    return -linalg.solve(a.mT, g) @ y.mT


def _matrix(g: Array) -> Array:
    """One number for each matrix of a stack, in a shape that multiplies the matrices."""
    return np.expand_dims(g, (-1, -2))


@dispatching
def cofactor(a: Array) -> Array:
    """The matrix of cofactors, d det(a) / d a: through the SVD, so that it is right for singular matrices too."""
    u, s, vh = linalg.svd(a)
    without = np.where(np.eye(s.shape[-1], dtype=bool), 1, np.expand_dims(s, -2)).prod(-1)
    return _matrix(linalg.det(u) * linalg.det(vh)) * np.conj((u * np.expand_dims(without, -2)) @ vh)


def _cofactor(g: Array, y: Array, a: Array) -> Array:
    inverse = linalg.inv(a)  # there is no second derivative here without an inverse: NumPy says so
    along = _matrix(np.sum(g * inverse.mT, axis=(-1, -2)))
    return _matrix(linalg.det(a)) * (along * inverse.mT - (inverse @ g @ inverse).mT)


def _slogdet_sign(g: Array, ys: Any, a: Array) -> Array:
    if not np.iscomplexobj(a):
        return np.zeros(np.shape(a))
    return _matrix(np.real(g * ys[0] * 1j)) * -1j * linalg.inv(a).mT  # sign = exp(i Im log det a)


def _pinv(g: Array, y: Array, a: Array, **_: Any) -> Array:
    down, yh = g.mT, _h(y)
    k = down @ y
    spread = k @ yh
    return _conj(-_h(y @ k) + spread - a @ (y @ spread) + yh @ y @ (down - k @ a))


def _pinv_arguments(a: Array, rcond: Any = None, hermitian: bool = False, **settings: Any) -> Any:
    if hermitian:
        raise no_rule("linalg.pinv with hermitian=True", "leave it out: it would read one triangle of the matrix")
    return (a,), settings if rcond is None else {"rcond": rcond, **settings}


rule(cofactor, "cof", _cofactor)
rule(linalg.inv, "inv", lambda g, y, a: -(y.mT @ g @ y.mT))
rule(linalg.solve, "solve", _solve_left, _solve_right)
rule(linalg.pinv, "pinv", _pinv, bind=_pinv_arguments)
rule(linalg.det, "det", lambda g, y, a: _matrix(g) * cofactor(a))
rule_of_outputs(linalg.slogdet, "slogdet", _slogdet_sign, lambda g, ys, a: _matrix(g) * linalg.inv(a).mT)


@derived(linalg.lstsq)
def _lstsq(a: Array, b: Array, rcond: float | None = None) -> Any:
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
def _tensorsolve(a: Array, b: Array, axes: Any = None) -> Array:
    if axes is not None:
        moved = [k % np.ndim(a) for k in axes]
        a = np.transpose(a, [k for k in range(np.ndim(a)) if k not in moved] + moved)
    shape = np.shape(a)[np.ndim(b) :]
    return np.reshape(linalg.solve(np.reshape(a, (-1, math.prod(shape))), np.ravel(b)), shape)


@derived(linalg.matrix_power)
def _matrix_power(a: Array, n: int) -> Array:
    if n == 0:
        return np.zeros_like(raw(a)) + np.eye(np.shape(a)[-1], dtype=raw(a).dtype)
    powers = [linalg.inv(a) if n < 0 else a]
    while 2 ** len(powers) <= abs(n):
        powers.append(powers[-1] @ powers[-1])
    return functools.reduce(np.matmul, [p for bit, p in enumerate(powers) if abs(n) >> bit & 1])


@derived(linalg.multi_dot)
def _multi_dot(arrays: Any, *, out: None = None) -> Array:
    return functools.reduce(np.dot, arrays)


# ---- decompositions -------------------------------------------------------------------------------------------------
# These formulas are usually written for G, the conjugate of our g (the two are one for real numbers): hence the
# _conj at their beginning and end.
def _triangle(gradient: Array, upper: bool) -> Array:
    """The gradient for the one triangle that NumPy reads of a Hermitian matrix: the other's is added to it."""
    n = np.shape(gradient)[-1]
    below = np.tri(n, k=-1).T if upper else np.tri(n, k=-1)
    return np.eye(n) * np.real(gradient) + below * (gradient + _h(gradient))


def _cholesky(g: Array, y: Array, a: Array, *, upper: bool = False) -> Array:
    g, y = (_h(_conj(g)), _h(y)) if upper else (_conj(g), y)
    n = np.shape(y)[-1]
    inverse = linalg.inv(y)
    half = (np.tri(n) - 0.5 * np.eye(n)) * (_h(y) @ g)
    return _conj(_triangle(0.5 * (_h(inverse) @ (half + _h(half)) @ inverse), upper))


def _gaps(w: Array) -> Array:
    """1 / (w_j - w_i), and 0 on the diagonal. Equal eigenvalues give inf: their vectors have no derivative."""
    eye = np.eye(np.shape(w)[-1])
    return (1 - eye) / (np.expand_dims(w, -2) - np.expand_dims(w, -1) + eye)


def _eigh_values(g: Array, ys: Any, a: Array, UPLO: str = "L") -> Array:
    v = ys[1]
    return _conj(_triangle((v * np.expand_dims(g, -2)) @ _h(v), UPLO in "Uu"))


def _eigh_vectors(g: Array, ys: Any, a: Array, UPLO: str = "L") -> Array:
    w, v = ys
    return _conj(_triangle(v @ (_gaps(w) * (_h(v) @ _conj(g))) @ _h(v), UPLO in "Uu"))


def _eig_values(g: Array, ys: Any, a: Array) -> Array:
    v = ys[1]
    return (v @ (np.expand_dims(g, -1) * linalg.inv(v))).mT


def _eig_vectors(g: Array, ys: Any, a: Array) -> Array:
    w, v = ys
    moved = v.mT @ g
    along = np.sum(v * g, axis=-2, keepdims=True)
    moved = moved - np.real(along) * (_h(v) @ v).mT  # every vector keeps its length of 1 …
    if np.iscomplexobj(v):  # … and its largest component stays real
        largest = np.argmax(np.abs(raw(v)), axis=-2)
        rows = np.take_along_axis(v, np.expand_dims(largest, -1), axis=-2)
        ratio = rows / np.expand_dims(np.diagonal(rows, axis1=-2, axis2=-1), -1)
        moved = moved - 1j * np.imag(along) * ratio.mT
    return linalg.inv(v).mT @ (moved * _gaps(w)) @ v.mT


rule(linalg.cholesky, "cholesky", _cholesky)
rule_of_outputs(linalg.eigh, "eigh", _eigh_values, _eigh_vectors)
rule_of_outputs(linalg.eig, "eig", _eig_values, _eig_vectors)


@derived(linalg.eigvalsh)
def _eigvalsh(a: Array, UPLO: Any = "L") -> Array:
    return linalg.eigh(a, UPLO)[0]


@derived(linalg.eigvals)
def _eigvals(a: Array) -> Array:
    return linalg.eig(a)[0]


def _skew(x: Array) -> Array:
    return x - _h(x)


def _outside(u: Array, g: Array) -> Array:
    """The part of g's columns that u's columns do not span."""
    return g - u @ (_h(u) @ g)


def _svd_left(g: Array, ys: Any, a: Array, full_matrices: bool = True) -> Array:
    u, s, vh = ys
    if np.shape(u)[-1] > np.shape(s)[-1]:
        raise no_rule("svd's u with full_matrices=True", "pass full_matrices=False")
    g = _conj(g)
    row = np.expand_dims(s, -2)
    skew = _skew(_h(u) @ g)
    inner = skew * _gaps(s * s) * row
    if np.iscomplexobj(a):
        inner = inner + np.eye(np.shape(s)[-1]) * skew * (row + 0.5 / row)
    return _conj((u @ inner + _outside(u, g) / row) @ vh[..., : np.shape(s)[-1], :])


def _svd_values(g: Array, ys: Any, a: Array, full_matrices: bool = True) -> Array:
    if full_matrices:
        ys = svd(a, full_matrices=False)  # the rest has no derivative of its own
    u, _, vh = ys
    return _conj((u * np.expand_dims(g, -2)) @ vh)


def _svd_right(g: Array, ys: Any, a: Array, full_matrices: bool = True) -> Array:
    u, s, vh = ys
    if np.shape(vh)[-2] > np.shape(s)[-1]:
        raise no_rule("svd's vh with full_matrices=True", "pass full_matrices=False")
    v, g = _h(vh), g.mT  # the conjugate of _h(g) is what formulas for v call V's gradient
    column = np.expand_dims(s, -1)
    skew = _skew(vh @ g)
    inner = column * skew * _gaps(s * s)
    if np.iscomplexobj(a):
        inner = inner + np.eye(np.shape(s)[-1]) * skew * column
    return _conj(u[..., : np.shape(s)[-1]] @ (inner @ vh + _h(_outside(v, g)) / column))


@dispatching
def svd(a: Array, full_matrices: bool = True) -> Any:
    """`np.linalg.svd` with both sets of vectors."""
    return linalg.svd(a, full_matrices)


rule_of_outputs(svd, "svd", _svd_left, _svd_values, _svd_right)


@derived(linalg.svd)
def _svd(a: Array, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    if hermitian:
        raise no_rule("linalg.svd with hermitian=True", "use np.linalg.eigh, which reads one triangle too")
    return svd(a, full_matrices=full_matrices) if compute_uv else svd(a, full_matrices=False)[1]


@derived(linalg.svdvals)
def _svdvals(x: Array, /) -> Array:
    return svd(x, full_matrices=False)[1]


def _qr_upper(q: Array, r: Array, inner: Array, g: Array) -> Array:
    """(g + q·(inner's upper triangle, mirrored)) r⁻ᴴ"""
    n = np.shape(r)[-1]
    upper = np.tri(n).T * inner
    both = upper + _h(upper) - np.eye(n) * np.real(upper)
    return _h(linalg.solve(r, _h(g + q @ both)))


def _qr_left(g: Array, ys: Any, a: Array) -> Array:
    q, r = ys
    g, k = _conj(g), np.shape(q)[-1]
    slope = _conj(_qr_upper(q, r[..., :k], -(_h(q) @ g), g))
    return _beside(slope, np.zeros_like(raw(a)[..., k:]))


def _qr_right(g: Array, ys: Any, a: Array) -> Array:
    q, r = ys
    g, k = _conj(g), np.shape(q)[-1]
    # of a wide matrix [x y], qr makes q and u from x, and v = qᴴ y
    through_q = a[..., k:] @ _h(g[..., k:])
    r, inner = r[..., :k], g[..., :k] @ _h(r[..., :k]) - _h(q) @ through_q
    return _beside(_conj(_qr_upper(q, r, inner, through_q)), _conj(q @ g[..., k:]))


def _beside(left: Array, right: Array) -> Array:
    return np.concatenate([left, right], axis=-1) if np.shape(right)[-1] else left


@dispatching
def qr(a: Array) -> Any:
    """`np.linalg.qr` in its reduced mode."""
    return linalg.qr(a)


rule_of_outputs(qr, "qr", _qr_left, _qr_right)


@derived(linalg.qr)
def _qr(a: Array, mode: str = "reduced") -> Any:
    rows, columns = np.shape(a)[-2:]
    if mode == "r":
        return qr(a)[1]
    if mode == "reduced" or (mode == "complete" and rows <= columns):
        return qr(a)
    raise no_rule(f"linalg.qr with mode={mode!r} of a matrix with {rows} rows and {columns} columns", "use 'reduced'")


# ---- norms ----------------------------------------------------------------------------------------------------------
@dispatching
def euclidean(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """The square root of the sum of squares; where that is 0, so is the gradient (as in PyTorch)."""
    return np.sqrt(np.sum(np.real(x * np.conj(x)), axis=axis, keepdims=keepdims))


def _euclidean(g: Array, y: Array, x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    if not keepdims:
        axes = normalize_axes(axis, np.ndim(x))
        g, y = np.expand_dims(g, axes), np.expand_dims(y, axes)
    return g * (_conj(x) / (y + np.equal(y, 0)))


rule(euclidean, "‖·‖", _euclidean)


@derived(linalg.vector_norm)
def _vector_norm(x: Array, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Array:
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
    return _matrix(found) if keepdims else found


@derived(linalg.norm)
def _norm(x: Array, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Array:
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


@derived(linalg.trace)
def _linalg_trace(x: Array, /, *, offset: int = 0, dtype: Any = None) -> Array:
    return np.trace(x, offset, -2, -1, dtype)


@derived(linalg.diagonal)
def _linalg_diagonal(x: Array, /, *, offset: int = 0) -> Array:
    return np.diagonal(x, offset, -2, -1)


no_gradient(linalg.matrix_rank)
