"""Matrix functions and norms in every spelling of their settings, and at the edge: 0, infinities, no elements, no scale."""

import numpy as np
import pytest

from autograd import Tensor, grad, gradients, hessian
from autograd.check import gradcheck
from autograd.errors import NoRule

A, L, inf, nan = np.array, np.linalg, np.inf, np.nan
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
X = A([[0.3, -1.2, 2.5], [1.7, 0.4, -0.6]])
ORDERS = (None, 2, 1, 3, 0.5, 0, -1, -2, inf, -inf)


def like_numpy(f, *xs):
    try:
        right = f(*xs)
    except Exception as error:
        kind = type(error)
        with pytest.raises((kind, ValueError, TypeError)):
            f(*map(Tensor, xs))
        return
    got = f(*map(Tensor, xs))
    for y, r in zip(got, right, strict=True) if isinstance(right, tuple) else [(got, right)]:
        y = y.data if isinstance(y, Tensor) else y
        assert np.asarray(y).dtype == np.asarray(r).dtype
        np.testing.assert_allclose(y, r, rtol=1e-5 if np.asarray(r).dtype == np.float32 else 1e-9, atol=1e-6)


# ---- norms ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("x", [np.zeros(0), np.zeros(2), A([0.0, 3.0]), A([-inf, -inf]), A([inf, 1.0]), A([nan, 1.0]), A([2.0])], ids=str)
def test_the_norms_of_vectors_are_numpys(x, order):
    like_numpy(lambda x: L.norm(x, order), x)
    like_numpy(lambda x: L.norm(x.astype(np.float32), order), x)
    like_numpy(lambda x: L.norm(x, order, axis=0, keepdims=1), x)
    like_numpy(lambda x: L.vector_norm(x, ord=2 if order is None else order, keepdims=True), x)


@pytest.mark.parametrize("order", (None, "fro", "nuc", 1, -1, 2, -2, inf, -inf), ids=str)
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (2, 0, 3), (0, 2, 2), (0, 0), (1, 1), (2, 3)], ids=str)
def test_the_norms_of_matrices_are_numpys_and_empty_ones_have_gradients(shape, order):
    x = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
    like_numpy(lambda x: L.norm(x, order, axis=(-2, -1)), x)
    like_numpy(lambda x: L.matrix_norm(x, ord="fro" if order is None else order, keepdims=True), x)
    try:
        L.norm(x, order, axis=(-2, -1))
    except ValueError:
        return
    assert grad(lambda x: np.sum(L.norm(x, order, axis=(-2, -1))))(x).shape == shape


def test_an_axis_of_a_norm_is_what_numpy_takes():
    for axis in (1, -1, (0,), np.int8(1), A(0), 1.0, (1, 0), (-2, -1), [0], (0, 0), 2, (0, 1, 2)):
        for keepdims in (0, 1, True):
            like_numpy(lambda x: L.norm(x, axis=axis, keepdims=keepdims), X)  # noqa: B023
    assert grad(lambda x: np.sum(L.norm(x, axis=1.0)))(X).shape == X.shape


def test_where_a_norm_has_no_slope_it_is_0_to_second_order():
    for order in (None, 2, 3, 1.5, 0.5, 1, -1, -2, inf, -inf):
        assert not grad(lambda x: L.norm(x, order))(np.zeros(3)).any()  # noqa: B023
        assert not hessian(lambda x: L.norm(x, order))(np.zeros(3)).any()  # noqa: B023
    np.testing.assert_allclose(grad(lambda x: L.norm(x, 0.5))(A([0.0, 3.0])), [0, 1])
    np.testing.assert_array_equal(grad(lambda x: L.norm(x, -1))(A([0.0, 3.0])), [0, 0])
    np.testing.assert_allclose(hessian(lambda x: L.norm(x, 1.5))(A([0.0, 3.0])), 0, atol=1e-12)
    assert not grad(lambda x: L.norm(x, "nuc"))(np.zeros((2, 3))).any()


@pytest.mark.parametrize("scale, dtype", [(1e200, float), (1e-200, float), (1e-160, float), (1e25, np.float32), (1e-22, np.float32),
                                          (1e2, np.float16), (1e-3, np.float16)])
def test_the_slope_of_a_norm_does_not_depend_on_the_scale(scale, dtype):
    """Squares over- and underflow: NumPy's norm may be inf or 0, its slope is right all the same."""
    x = A([[3.0, -4.0], [5.0, 12.0]])
    for order in (2, 3, -2, 0.5):
        expected = grad(lambda x: np.sum(L.norm(x, order, axis=1)))(x)  # noqa: B023
        found = grad(lambda x: np.sum(L.norm(x, order, axis=1)))((x * scale).astype(dtype))  # noqa: B023
        assert found.dtype == dtype
        np.testing.assert_allclose(found, expected, rtol={float: 1e-12, np.float32: 1e-5, np.float16: 5e-3}[dtype])


def test_the_slope_of_an_infinite_norm():
    np.testing.assert_array_equal(grad(lambda x: L.norm(x, inf))(A([-inf, 1.0])), [-1, 0])
    np.testing.assert_array_equal(grad(lambda x: L.norm(x, -inf))(A([-inf, 1.0])), [0, 1])
    np.testing.assert_array_equal(grad(lambda x: L.norm(x, 1))(A([-inf, 1.0])), [-1, 1])
    np.testing.assert_array_equal(grad(L.norm)(A([inf, 1.0])), [nan, 0])  # as in PyTorch


def test_cond_is_numpys_for_singular_and_empty_matrices():
    for x in (np.zeros((2, 2)), np.ones((2, 2)), np.zeros((0, 2, 2)), np.zeros((2, 0, 2)), A([[[1.0, 2.0], [3.0, 4.0]]] * 2)):
        for p in (None, 2, -2):
            like_numpy(lambda x: L.cond(x, p), x)  # noqa: B023


# ---- products -------------------------------------------------------------------------------------------------------
def test_the_axes_of_tensordot_are_what_numpy_takes():
    a, b = np.arange(24.0).reshape(2, 3, 4), np.arange(24.0).reshape(4, 3, 2)
    for axes in (0, 1, np.int64(1), A(1), -1, 3, 4, [[1], [1]], ([2, 1], [0, 1]), A([[2, 1], [0, 1]]), (2, 0), (-1, -3), ([5], [0]),
                 ([0, 0], [2, 2]), ([1], [0]), ([], []), 1.5, (1, 2, 3)):
        like_numpy(lambda a, b: np.tensordot(a, b, axes=axes), a, b)  # noqa: B023
    gradcheck(lambda a, b: np.tensordot(a, b, axes=A([[2, 1], [0, 1]])), a / 9, b / 9)


def test_matrices_are_multiplied_in_the_cheapest_order():
    shapes = [(2, 30), (30, 1), (1, 40), (40, 3)]
    arrays = [np.random.default_rng(0).normal(size=s) for s in shapes]
    like_numpy(lambda *xs: L.multi_dot(xs), *arrays)
    result = L.multi_dot([Tensor(a) for a in arrays])
    assert sorted(x.data.shape for x in result.inputs) == [(1, 3), (2, 1)]
    for wrong in ([], arrays[:1], [arrays[0], np.ones((30, 1, 1)), arrays[2]]):
        with pytest.raises(ValueError):
            L.multi_dot([*map(Tensor, wrong)])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_vector_of_two_numbers_has_no_third_that_multiplies_infinity():
    two, three = A([0.5, 2.0]), A([0.0, inf, -3.0])
    for a, b in ((two, three), (three, two)):
        np.testing.assert_array_equal(np.cross(Tensor(a), Tensor(b)).data, np.cross(a, b))
    with pytest.raises(ValueError):
        L.cross(Tensor(two), Tensor(two))


def test_products_of_vectors_take_the_settings_of_ufuncs_and_refuse_unequal_lengths():
    a, b = np.arange(6.0).reshape(2, 3), np.arange(3.0)
    like_numpy(lambda a, b: np.vecdot(a, b, keepdims=True), a, b)
    like_numpy(lambda a, b: np.vecdot(a, b, dtype=np.float32, casting="same_kind"), a, b)
    like_numpy(lambda a, b: L.vecdot(a, b[:, None], axis=0), a, b[:2])
    like_numpy(lambda a, b: np.vecdot(a, b[:1]), a, b)
    like_numpy(lambda a: np.dot(2, a), a.astype(np.float16))
    with pytest.raises(NoRule, match="axes"):
        np.matmul(Tensor(a), Tensor(a), axes=[(0, 1), (1, 0), (0, 1)])


def test_powers_are_of_square_matrices():
    for n in (np.int8(3), A(2), 0, -1):
        like_numpy(lambda x: L.matrix_power(x, n), X[:, :2])  # noqa: B023
    for x, n in ((X, 2), (X[0], 2), (X[:, :2], 1.5)):
        like_numpy(lambda x: L.matrix_power(x, n), x)  # noqa: B023


# ---- covariances ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("settings", [
    {}, {"rowvar": False}, {"rowvar": 0}, {"bias": 1}, {"ddof": 0}, {"ddof": 3}, {"ddof": 7}, {"ddof": 0.5}, {"dtype": np.float32},
    {"fweights": [1, 2, 3]}, {"aweights": [0.5, 1.0, 2.0]}, {"fweights": A([1, 0, 2]), "aweights": A([0.5, 1.0, 2.0]), "ddof": 2},
    {"aweights": [0.5, 1.0, 2.0], "ddof": 0}, {"aweights": [1.0, -1.0, 2.0]}, {"fweights": [1.5, 1, 1]}, {"aweights": [1.0]}], ids=str)
def test_covariances_are_numpys(settings):
    for x in (X, X[:1], X[0], X[:, :1], np.zeros((0, 3)), np.zeros((2, 0)), X.astype(np.float32)):
        like_numpy(lambda x: np.cov(x, **settings), x)
        like_numpy(lambda x: np.cov(x, x, **settings), x)


def test_derivatives_of_weighted_covariances_and_of_correlations():
    x, w = np.random.default_rng(0).normal(size=(2, 2, 5))
    gradcheck(lambda x, w: np.cov(x, aweights=w * w, fweights=[1, 2, 1, 1, 3]), x, w[0] + 2, order=2)
    with pytest.raises(NoRule, match="fweights"):
        np.cov(x, fweights=Tensor(np.ones(5)))
    # of rows that correlate perfectly, 1 or -1 by rounding: not cut off where NumPy clips it
    for z in (A([[0.1, 0.2, 0.7], [0.3, 0.6, 2.1]]), A([[1.0, 2.0, 4.0], [-0.1, -0.2, -0.4]])):
        like_numpy(np.corrcoef, z)
        np.testing.assert_allclose(grad(lambda z: np.sum(np.corrcoef(z)))(z), 0, atol=1e-6)
        assert np.abs(hessian(lambda z: np.corrcoef(z)[0, 1])(z)).max() > 0.1


# ---- inverses and decompositions ------------------------------------------------------------------------------------
def test_pinv_and_lstsq_may_cut_off_singular_values():
    rng = np.random.default_rng(0)
    for shape in ((3, 3), (4, 2), (2, 4), (2, 3, 3)):
        a = rng.normal(size=shape)
        gradcheck(lambda a: L.pinv(a, rcond=0.5), a, order=2)
        gradcheck(lambda a: L.pinv(a, 0.5), a + 1j * rng.normal(size=shape))
    a, b = A([[2.0, 0.1], [0.1, 0.3], [0.0, 0.2]]), A([1.0, 2.0, 3.0])
    gradcheck(lambda a, b: L.lstsq(a, b, rcond=0.5)[0], a, b)
    for kinds in ((np.float32, np.float64), (np.float32, np.float32), (np.float64, np.float32)):
        like_numpy(lambda a, b: L.lstsq(a, b, rcond=None), *(x.astype(k) for x, k in zip((a, b), kinds, strict=True)))
    with pytest.raises(TypeError):
        L.lstsq(Tensor(a, dtype=np.float16), Tensor(b, dtype=np.float16))


@pytest.mark.parametrize("shape", [(4, 2), (5, 2), (2, 4), (2, 5, 3), (3, 1)], ids=str)
@pytest.mark.parametrize("kind", [1.0, 1j], ids=["real", "complex"])
def test_full_decompositions_have_derivatives_where_the_loss_asks_for_no_basis_of_its_own(shape, kind):
    rng = np.random.default_rng(1)
    a = rng.normal(size=shape) + (kind * rng.normal(size=shape) if kind == 1j else 0)
    m, k = shape[-2], min(shape[-2:])

    def projector(q):
        rest = q[..., k:]
        return rest @ np.conj(rest.mT)

    gradcheck(lambda a: projector(L.qr(a, mode="complete")[0]), a, order=1)
    gradcheck(lambda a: projector(L.svd(a)[0]), a, order=1)
    gradcheck(lambda a: projector(np.conj(L.svd(a)[2].mT)), a, order=1)
    gradcheck(lambda a: np.absolute(L.qr(a, mode="complete")[1]), a, order=1)
    if m > k + 1:
        for f in (lambda a: L.qr(a, mode="complete")[0], lambda a: L.svd(a)[0]):
            x = Tensor(a)
            y = np.sum(np.real(f(x)[..., 0, -1] * f(x)[..., 1, -2]))
            with pytest.raises(NoRule, match="bases"):
                gradients(y, x)
    elif m == k + 1 and kind == 1.0:  # one column, up to its sign
        gradcheck(lambda a: L.qr(a, mode="complete"), a, order=2)


def test_the_eigenvalues_of_a_defective_matrix_have_no_slope():
    found = grad(lambda a: np.sum(np.real(L.eigvals(a)[..., 0])))(A([[[2.0, 1.0], [0.0, 2.0]], [[2.0, 1.0], [0.0, 3.0]]]))
    assert np.isnan(found[0]).all() and np.isfinite(found[1]).all()


def test_a_decomposition_of_nothing():
    for f in (L.eigvals, L.svdvals, L.det, L.inv, lambda a: L.eigh(a)[0], L.qr):
        for dtype in (float, complex):
            x = Tensor(np.zeros((0, 0), dtype))
            y = f(x)
            y = y[1] if isinstance(y, tuple) else y
            assert gradients(y, x, np.ones(y.shape)).shape == (0, 0)


def test_a_singular_value_of_0_leaves_the_largest_its_second_derivative():
    a = A([[0.0, -1.0], [0.0, 1.0]])
    assert np.isfinite(hessian(lambda a: L.norm(a, 2))(a)).all()
