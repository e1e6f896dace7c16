"""`scipy.linalg`: solving, inverses, Cholesky factors, and functions of matrices. NumPy's rules do the rest.

Sources: M. Giles, "Collected matrix derivative results" (2008); R. Mathias, "A chain rule for matrix functions and
applications" (1996): f of the block matrix [[A, E], [0, A]] holds in its corner how f(A) changes as A moves by E.

>>> import autograd.numpy as np
>>> from autograd import grad
>>> grad(lambda a: np.trace(expm(a)))(np.zeros((2, 2)))
array([[1., 0.],
       [0., 1.]])
"""

import functools
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.rules.calls import dispatching
from autograd.rules.linalg import cofactor, of_matrices
from autograd.rules.table import Vjp, rule
from autograd.scipy.tools import holds_nodes, rest_of, scipy
from autograd.typing import Array, Axis, Function

sp = scipy("linalg")
__getattr__, __dir__ = rest_of(sp, globals())


def _in_terms_of_others(definition: Function) -> Function:
    """SciPy's function of that name, computed as `definition` says where there is a node in its arguments."""
    function = getattr(sp, definition.__name__)

    @functools.wraps(definition)
    def called(*args: Any, **kwargs: Any) -> Any:
        return (definition if holds_nodes((args, kwargs)) else function)(*args, **kwargs)

    return called


# ---- linear systems -------------------------------------------------------------------------------------------------
def _columns(x: Array, like: Array) -> Array:
    """A vector as a matrix of one column."""
    return np.expand_dims(x, -1) if np.ndim(like) == 1 else x


def _minus_outer(left: Array, right: Array) -> Array:
    """-Σ left rightᵀ over the right-hand sides."""
    return -(_columns(left, left) @ _columns(right, right).mT)


@dispatching
def _triangular(a: Array, b: Array, lower: bool, unit_diagonal: bool) -> Array:
    """`scipy.linalg.solve_triangular`, of the matrix as it is."""
    return sp.solve_triangular(a, b, lower=lower, unit_diagonal=unit_diagonal)


def _triangular_right(g: Array, y: Array, a: Array, b: Array, lower: bool, unit_diagonal: bool) -> Array:
    return _triangular(a.mT, g, lower=not lower, unit_diagonal=unit_diagonal)


def _triangular_left(g: Array, y: Array, a: Array, b: Array, lower: bool, unit_diagonal: bool) -> Array:
    slope = _minus_outer(_triangular_right(g, y, a, b, lower, unit_diagonal), y)
    return np.tril(slope, -int(unit_diagonal)) if lower else np.triu(slope, int(unit_diagonal))


rule(_triangular, "solve", _triangular_left, _triangular_right)


@_in_terms_of_others
def solve_triangular(a: Array, b: Array, trans: int | str = 0, lower: bool = False, unit_diagonal: bool = False,
                     overwrite_b: bool = False, check_finite: bool = True) -> Array:
    """The solution of a x = b for a triangular a; `trans` as SciPy has it."""
    if trans in (1, "T", 2, "C"):
        a, lower = (a if trans in (1, "T") else np.conj(a)).mT, not lower
    return _triangular(a, b, lower=lower, unit_diagonal=unit_diagonal)


@_in_terms_of_others
def cholesky(a: Array, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Array:
    """The factor of a positive definite matrix: the upper one by default."""
    return np.linalg.cholesky(a, upper=not lower)


@_in_terms_of_others
def cho_factor(a: Array, lower: bool = False, overwrite_a: bool = False,
               check_finite: bool = True) -> tuple[Array, bool]:
    """Cholesky's factor for `cho_solve`; with nodes, the other triangle is 0."""
    return cholesky(a, lower=lower), lower


@_in_terms_of_others
def cho_solve(c_and_lower: tuple[Array, bool], b: Array, overwrite_b: bool = False, check_finite: bool = True) -> Array:
    """The solution of a x = b, given what `cho_factor` made of a."""
    c, lower = c_and_lower
    first, second = (0, "C") if lower else ("C", 0)
    return solve_triangular(c, solve_triangular(c, b, first, lower), second, lower)


@_in_terms_of_others
def solve(a: Array, b: Array, lower: bool = False, overwrite_a: bool = False, overwrite_b: bool = False,
          check_finite: bool = True, assume_a: str | None = None, transposed: bool = False) -> Array:
    """The solution of a x = b. Of a positive definite a, one triangle is read, and gets the gradient."""
    if assume_a in ("pos", "positive definite"):
        return cho_solve(cho_factor(a, lower), b)
    if assume_a not in (None, "gen", "general"):
        raise no_rule(f"linalg.solve with assume_a={assume_a!r}", "leave it out: it would read a part of the matrix")
    return np.linalg.solve(a.mT if transposed else a, b)


def _banded_transposed(l_and_u: tuple[int, int], ab: Array) -> Array:
    low, up = l_and_u
    return np.stack([np.roll(ab[up - k], -k) for k in range(-low, up + 1)])  # diagonal k, in row up - k, moves by k


def _banded_right(g: Array, y: Array, ab: Array, b: Array, l_and_u: tuple[int, int]) -> Array:
    return _banded(_banded_transposed(l_and_u, ab), g, l_and_u=(l_and_u[1], l_and_u[0]))


def _banded_left(g: Array, y: Array, ab: Array, b: Array, l_and_u: tuple[int, int]) -> Array:
    low, up = l_and_u
    v, n = _banded_right(g, y, ab, b, l_and_u), np.arange(np.shape(ab)[-1])
    v, y = _columns(v, v), _columns(y, y)
    inside = [np.sum(np.roll(v, k, 0) * y, axis=-1) * ((n >= k) & (n - k < n.size)) for k in range(up, -low - 1, -1)]
    return -np.stack(inside)


@dispatching
def _banded(ab: Array, b: Array, l_and_u: tuple[int, int]) -> Array:
    """`scipy.linalg.solve_banded`."""
    return sp.solve_banded(l_and_u, ab, b)


rule(_banded, "solve", _banded_left, _banded_right)


@_in_terms_of_others
def solve_banded(l_and_u: tuple[int, int], ab: Array, b: Array, overwrite_ab: bool = False, overwrite_b: bool = False,
                 check_finite: bool = True) -> Array:
    """The solution of a x = b, with the diagonals of a in the rows of ab."""
    return _banded(ab, b, l_and_u=(int(l_and_u[0]), int(l_and_u[1])))


# ---- matrix equations, inverses and determinants --------------------------------------------------------------------
def _sylvester(g: Array, y: Array, a: Array, b: Array, q: Array) -> Array:
    return solve_sylvester(a.mT, b.mT, g)


solve_sylvester = dispatching(sp.solve_sylvester)
rule(solve_sylvester, "sylvester", lambda g, y, a, b, q: -(_sylvester(g, y, a, b, q) @ y.mT),
                                   lambda g, y, a, b, q: -(y.mT @ _sylvester(g, y, a, b, q)), _sylvester)


@_in_terms_of_others
def solve_continuous_lyapunov(a: Array, q: Array) -> Array:
    """The x with a x + x aᴴ = q."""
    return solve_sylvester(a, np.conj(a).mT, q)


@dispatching
def inv(a: Array, overwrite_a: bool = False, check_finite: bool = True) -> Array:
    """The inverse."""
    return sp.inv(a, check_finite=check_finite)


@dispatching
def det(a: Array, overwrite_a: bool = False, check_finite: bool = True) -> Array:
    """The determinant."""
    return sp.det(a, check_finite=check_finite)


rule(inv, "inv", lambda g, y, a, **_: -(y.mT @ g @ y.mT))
rule(det, "det", lambda g, y, a, **_: of_matrices(g) * cofactor(a))


# ---- functions of matrices ------------------------------------------------------------------------------------------
def _function_of_matrix(f: Function) -> Vjp:
    def vjp(g: Array, y: Array, a: Array) -> Array:
        n = np.shape(a)[-1]
        above, below = (np.concatenate(row, axis=-1) for row in ((a.mT, g), (np.zeros_like(g), a.mT)))
        return f(np.concatenate([above, below], axis=-2))[..., :n, n:]

    return vjp


expm, logm, sinm, cosm, tanm, sinhm, coshm, tanhm = (
    dispatching(getattr(sp, name)) for name in ("expm", "logm", "sinm", "cosm", "tanm", "sinhm", "coshm", "tanhm"))
for function in (expm, logm, sinm, cosm, tanm, sinhm, coshm, tanhm):
    rule(function, function.__name__, _function_of_matrix(function))

sqrtm = dispatching(sp.sqrtm)
rule(sqrtm, "√", lambda g, y, a: solve_sylvester(y.mT, y.mT, g))


# ---- decompositions, norms and blocks: NumPy's ----------------------------------------------------------------------
@_in_terms_of_others
def svd(a: Array, full_matrices: bool = True, compute_uv: bool = True, overwrite_a: bool = False,
        check_finite: bool = True, lapack_driver: str = "gesdd") -> Any:
    """The singular value decomposition."""
    return np.linalg.svd(a, full_matrices) if compute_uv else svdvals(a)


@_in_terms_of_others
def svdvals(a: Array, overwrite_a: bool = False, check_finite: bool = True) -> Array:
    """The singular values."""
    return np.linalg.svd(a, compute_uv=False)


@_in_terms_of_others
def eigh(a: Array, b: None = None, *, lower: bool = True, eigvals_only: bool = False, overwrite_a: bool = False,
         overwrite_b: bool = False, type: int = 1, check_finite: bool = True, subset_by_index: None = None,
         subset_by_value: None = None, driver: str | None = None) -> Any:
    """The eigenvalues and eigenvectors of a Hermitian matrix, of which one triangle is read."""
    if b is not None or subset_by_index is not None or subset_by_value is not None:
        raise no_rule("linalg.eigh with b= or a subset", "take all eigenvalues of one matrix")
    found = np.linalg.eigh(a, UPLO="L" if lower else "U")
    return found[0] if eigvals_only else tuple(found)


@_in_terms_of_others
def eigvalsh(a: Array, b: None = None, **settings: Any) -> Array:
    """The eigenvalues of a Hermitian matrix."""
    return eigh(a, b, eigvals_only=True, **settings)


@_in_terms_of_others
def norm(a: Array, ord: Any = None, axis: Axis = None, keepdims: bool = False, check_finite: bool = True) -> Array:
    """A norm of a matrix or of vectors."""
    return np.linalg.norm(a, ord, axis, keepdims)  # type: ignore[arg-type]


@_in_terms_of_others
def block_diag(*arrs: Array) -> Array:
    """The matrix that has these along its diagonal."""
    blocks = [np.atleast_2d(x) for x in arrs]
    width, before, rows = sum(np.shape(x)[1] for x in blocks), 0, []
    for x in blocks:
        n = np.shape(x)[1]
        rows.append(np.pad(x, ((0, 0), (before, width - before - n))))
        before += n
    return np.concatenate(rows)
