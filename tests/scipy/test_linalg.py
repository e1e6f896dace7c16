"""scipy.linalg's functions on nodes: SciPy's numbers, and derivatives that agree with differences to second order."""

import numpy as np
import pytest

from autograd import Tensor, grad, gradcheck, gradients
from autograd.errors import ConversionError, NoRule

pytest.importorskip("scipy.linalg", reason="needs SciPy: pip install 'norgrad[scipy]'")
import scipy.linalg as plain

import autograd.scipy.linalg as sp

_rng = np.random.default_rng(0)
A, Q, ROWS = _rng.normal(size=(3, 3)) + 3 * np.eye(3), _rng.normal(size=(3, 3)), _rng.normal(size=(3, 2))
VECTOR, SPD = _rng.normal(size=3), A @ A.T
COMPLEX = A + 1j * Q
BANDS = _rng.normal(size=(4, 5)) + np.array([0, 5, 0, 0])[:, None] * np.ones(5)


def check(name, *args, order=2, exact=True, **settings):
    f, expected = (lambda *xs: getattr(sp, name)(*xs, **settings)), getattr(plain, name)(*args, **settings)
    y = f(*map(Tensor, args))
    for got, e in zip(y if isinstance(y, tuple) else [y], expected if isinstance(expected, tuple) else [expected], strict=True):
        assert got.shape == e.shape and got.dtype == e.dtype
        np.testing.assert_allclose(got.data, e, rtol=0 if exact else 1e-10, atol=0 if exact else 1e-12)
    gradcheck(f, *args, order=order, rtol=2e-5, atol=2e-5)
    small = [x.astype(np.complex64 if np.iscomplexobj(x) else np.float32) for x in args]
    leaves = list(map(Tensor, small))
    y = f(*leaves)
    for x, g in zip(small, gradients(y, leaves, [np.ones_like(part.data) for part in y] if isinstance(y, tuple) else np.ones_like(y.data)), strict=True):
        assert g.dtype == x.dtype and g.shape == x.shape


@pytest.mark.parametrize("trans", [0, "N", 1, "T", 2, "C"])
@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("unit_diagonal", [False, True])
def test_solve_triangular_reads_one_triangle(trans, lower, unit_diagonal):
    how = {"trans": trans, "lower": lower, "unit_diagonal": unit_diagonal}
    check("solve_triangular", A, ROWS, exact=False, order=2 if trans in (1, 2) else 1, **how)
    check("solve_triangular", A, VECTOR, exact=False, order=1, **how)
    check("solve_triangular", COMPLEX, ROWS, exact=False, order=1, **how)
    slope = grad(lambda a: np.sum(sp.solve_triangular(a, ROWS, **how)))(A)
    assert not np.any((np.triu if lower else np.tril)(slope, (1 if lower else -1) * (not unit_diagonal)))


def test_inverses_determinants_and_systems():
    for a in (A, COMPLEX, np.stack([A, Q])):
        check("inv", a)
        check("det", a)
    for b in (VECTOR, ROWS):
        check("solve", A, b, exact=False)
        check("solve", A, b, exact=False, transposed=True)
    f = lambda a: sp.solve((a + a.T) / 2, ROWS, assume_a="pos")
    np.testing.assert_allclose(f(Tensor(SPD)).data, plain.solve(SPD, ROWS))
    gradcheck(f, SPD, order=2)
    with pytest.raises(NoRule, match="assume_a"):
        sp.solve(Tensor(A), VECTOR, assume_a="sym")


@pytest.mark.parametrize("lower", [False, True])
def test_cholesky_and_what_it_solves(lower):
    for a in (SPD, COMPLEX @ COMPLEX.conj().T):
        f = lambda a: sp.cholesky((a + np.conj(a).T) / 2, lower=lower)
        np.testing.assert_allclose(f(Tensor(a)).data, plain.cholesky(a, lower=lower))
        gradcheck(f, a, order=2, rtol=2e-5, atol=2e-5)
    f = lambda a, b: sp.cho_solve(sp.cho_factor((a + a.T) / 2, lower), b)
    for b in (VECTOR, ROWS):
        np.testing.assert_allclose(f(Tensor(SPD), Tensor(b)).data, np.linalg.solve(SPD, b))
        gradcheck(f, SPD, b, order=2, rtol=2e-5, atol=2e-5)
    assert isinstance(sp.cho_solve(plain.cho_factor(SPD), VECTOR), np.ndarray)


def test_matrix_equations():
    check("solve_sylvester", A, Q @ Q.T, ROWS @ ROWS.T)
    check("solve_continuous_lyapunov", A, Q, exact=False)


@pytest.mark.parametrize("name", "expm sinm cosm tanm sinhm coshm tanhm".split())
def test_functions_of_a_matrix(name):
    check(name, A[:2, :2] / 4)
    check(name, COMPLEX / 4, order=1)


@pytest.mark.filterwarnings("ignore:logm result may be inaccurate")
def test_roots_and_logarithms_of_a_matrix():
    for a in (SPD, SPD + 0.1 * Q):
        check("sqrtm", a)
        check("logm", a)
    turned = np.array([[0.0, 1.0], [-1.0, 0.1]])
    gradcheck(lambda a: np.real(sp.sqrtm(a)), turned, order=2)


def test_expm_of_a_stack_and_of_what_has_no_eigenvectors():
    check("expm", np.stack([A, Q]) / 4)
    check("expm", np.array([[0.0, 1.0], [0.0, 0.0]]))
    np.testing.assert_allclose(grad(lambda t: sp.expm(t * np.array([[0.0, 1.0], [-1.0, 0.0]]))[0, 1])(0.3), np.cos(0.3))


@pytest.mark.parametrize("bands", [(2, 1), (1, 2), (3, 0), (0, 3)])
def test_solve_banded(bands):
    ab = np.roll(BANDS, bands[1] - 1, axis=0)  # the strong row is the main diagonal
    for b in (_rng.normal(size=5), _rng.normal(size=(5, 2))):
        f = lambda ab, b: sp.solve_banded(bands, ab, b)
        np.testing.assert_array_equal(f(Tensor(ab), Tensor(b)).data, plain.solve_banded(bands, ab, b))
        gradcheck(f, ab, b, order=2, rtol=2e-5, atol=2e-5)


def test_decompositions_and_norms():
    for values in (lambda a: sp.svd(a)[1], lambda a: sp.svd(a, compute_uv=False), sp.svdvals,
                   lambda a: sp.eigh(a + a.T)[0], lambda a: sp.eigh(a + a.T, lower=False, eigvals_only=True),
                   lambda a: sp.eigvalsh(a + a.T), sp.norm, lambda a: sp.norm(a, 1, axis=0)):
        gradcheck(values, A, order=2, rtol=2e-5, atol=2e-5)
        np.testing.assert_allclose(values(Tensor(A)).data, values(A))
    with pytest.raises(NoRule, match="eigh"):
        sp.eigh(Tensor(SPD), SPD)


def test_block_diag():
    check("block_diag", A, ROWS, VECTOR)
    check("block_diag", np.array(2.0), A)
    np.testing.assert_array_equal(sp.block_diag(A, Tensor(ROWS)).data, plain.block_diag(A, ROWS))


def test_the_rest_is_scipys_own_and_takes_no_nodes():
    assert sp.hilbert is plain.hilbert and "lu" in dir(sp) and isinstance(sp.inv(A), np.ndarray)
    with pytest.raises(ConversionError):
        sp.lu(Tensor(A))
