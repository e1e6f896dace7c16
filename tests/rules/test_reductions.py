"""Reductions in every spelling of their settings, and at the edge: infinities, NaN, nothing at all, float16."""

import numpy as np
import pytest

from autograd import Tensor, Value, grad, gradients, hessian, jvp
from autograd.check import gradcheck
from autograd.errors import AutogradError, ConversionError, NoRule

A, inf, nan = np.array, np.inf, np.nan
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning", "ignore::numpy.exceptions.ComplexWarning")
REDUCE = [np.sum, np.mean, np.prod, np.max, np.min, np.var, np.std, np.ptp, np.nansum, np.nanmean, np.nanprod, np.nanmax, np.nanmin,
          np.nanvar, np.nanstd]
ORDER = [np.median, np.nanmedian]
QUANTILES = [np.quantile, np.nanquantile]
METHODS = ["inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull", "linear",
           "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest"]
X = A([[0.3, -1.2, 2.5], [1.7, 0.4, -0.6]])


def like_numpy(f, x):
    got, right = f(Tensor(x)).data, np.asarray(f(x))
    assert got.dtype == right.dtype
    np.testing.assert_allclose(got, right, rtol=1e-3 if x.dtype == np.float16 else 1e-6)


def takes(f, x, **settings):
    """Whether NumPy does: np.True_ depends on its version, and on the function."""
    try:
        f(x, **settings)
    except (TypeError, ValueError):
        return False
    return True


# ---- spellings ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("f", REDUCE + ORDER, ids=lambda f: f.__name__)
def test_a_gradient_does_not_depend_on_how_a_setting_is_spelled(f):
    weights = A([[2.0], [3.0]])
    expected = grad(lambda x: np.sum(f(x, axis=1, keepdims=True) * weights))(X)
    for keepdims in filter(lambda k: takes(f, X, keepdims=k), (1, np.int64(1), np.True_, A(True))):
        for axis in (-1, (1,), np.int64(1), A(1), (np.int8(-1),)):
            found = grad(lambda x: np.sum(f(x, axis=axis, keepdims=keepdims) * weights))(X)  # noqa: B023
            np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(grad(lambda x: np.sum(f(x, axis=1, keepdims=0) * weights[:, 0]))(X), expected)


@pytest.mark.parametrize("f", [*ORDER, np.average], ids=lambda f: f.__name__)
def test_the_axes_of_order_statistics_and_averages_may_be_lists_and_arrays(f):
    for axis in ([1], A([1]), [0, 1], A([-1, 0]), A([], int)):
        like_numpy(lambda x: f(x, axis=axis), X)  # noqa: B023
        gradcheck(lambda x: f(x, axis=axis), X)  # noqa: B023


@pytest.mark.parametrize("f", [*REDUCE, np.cumsum, np.cumprod], ids=lambda f: f.__name__)
def test_a_number_may_be_reduced_along_axis_0_or_the_last(f):
    for axis in (0, -1):
        slope = 0.0 if f in (np.var, np.std, np.ptp, np.nanvar, np.nanstd) else 1.0
        for x in (1.5, A(1.5)) if takes(f, 1.5, axis=axis) else ():
            assert grad(lambda x: np.sum(f(x, axis=axis)))(x) == slope  # noqa: B023


@pytest.mark.parametrize("f", [np.sum, np.mean, np.max, np.prod, np.median, np.var], ids=lambda f: f.__name__)
def test_an_axis_that_is_not_there_is_refused(f):
    for axis in (2, (0, 0), (0, 5), "a", 1.5):
        with pytest.raises((ValueError, TypeError)):
            f(Tensor(X), axis=axis)


def test_an_array_to_write_into_is_refused_by_name_and_by_place():
    x, out = Tensor(X), np.zeros(())
    for write in (lambda: np.var(x, None, None, out), lambda: np.median(x, None, out), lambda: np.quantile(x, 0.5, None, out),
                  lambda: np.ptp(x, None, out), lambda: np.trace(x, 0, 0, 1, None, out), lambda: np.sum(x, None, None, out),
                  lambda: np.nanmax(x, out=out), lambda: np.dot(x, x.T, out), lambda: np.outer(x, x, out)):
        with pytest.raises(AutogradError, match="out="):
            write()


@pytest.mark.parametrize("f", [np.sum, np.mean, np.max, np.prod, np.median, np.var], ids=lambda f: f.__name__)
def test_a_list_of_nodes_is_refused_with_what_to_do(f):
    """NumPy makes an array of it before it asks us."""
    with pytest.raises(ConversionError, match=r"np\.stack"):
        f([Tensor(1.0), Tensor(2.0)])


def test_masks_are_what_numpy_takes():
    for where in ([True, False, True], A([[True], [False]]), 1, np.True_, np.False_, [[True] * 3, [False] * 3]):
        for f in (np.sum, np.prod, np.nansum, np.nanprod):
            like_numpy(lambda x: f(x, axis=1, where=where), X)  # noqa: B023
            gradcheck(lambda x: f(x, axis=1, where=where), X)  # noqa: B023
        for f, start in ((np.max, -9.0), (np.nanmin, 9.0), (np.nanmax, -9.0), (np.nanmax, 1.0), (np.nanmin, 0.0)):
            like_numpy(lambda x: f(x, axis=1, where=where, initial=start), X)  # noqa: B023
            gradcheck(lambda x: f(x, axis=1, where=where, initial=start), X)  # noqa: B023


def test_what_a_mask_leaves_out_may_be_anything():
    x, where = A([1.0, nan, 3.0, -inf]), A([True, False, True, False])
    for f in (np.sum, np.mean, np.prod, np.var, np.std):
        expected = grad(f)(A([1.0, 3.0]))
        np.testing.assert_allclose(grad(lambda x: f(x, where=where))(x), [expected[0], 0, expected[1], 0])  # noqa: B023
        assert np.isfinite(hessian(lambda x: f(x, where=where))(x)).all()  # noqa: B023


def test_numbers_that_are_rounded_to_integers_have_no_slope():
    x = Tensor(A([1.5, 2.7]))
    for f in (np.sum, np.prod, np.mean, np.var, np.cumsum, np.cumprod):
        y = f(x, dtype=int)
        np.testing.assert_array_equal(y.data, f(x.data, dtype=int))
        np.testing.assert_array_equal(gradients(y * 1.0, x, np.ones(y.shape)), [0, 0])


def test_complex_numbers_that_dtype_makes_real_count_by_their_real_part():
    z = A([1 + 2j, 3 - 1j, 0.5 + 1j])
    for f in (np.prod, np.cumprod, np.nanprod, np.sum):
        found = grad(lambda z: np.sum(f(z, dtype=float)))(z)  # noqa: B023
        np.testing.assert_allclose(found, grad(lambda x: np.sum(f(x)))(z.real))  # noqa: B023


def test_a_moment_is_real_even_if_dtype_makes_it_complex():
    z = A([1 + 2j, 3 - 1j, 0.5 + 1j])
    for f in (np.var, np.std):
        found = gradients(f(x := Tensor(z), dtype=complex), x, A(2 + 5j))
        np.testing.assert_allclose(found, 2 * grad(f)(z))


def test_moments_take_a_mean_a_correction_and_ddof_by_any_name():
    for f in (np.var, np.std):
        np.testing.assert_allclose(f(Tensor(X), correction=1).data, f(X, ddof=1))
        given = grad(lambda x: f(x, mean=np.mean(x)))(X)  # noqa: B023
        np.testing.assert_allclose(given, grad(f)(X), rtol=1e-12)
        with pytest.raises(ValueError):
            f(Tensor(X), ddof=1, correction=1)


# ---- NaN, infinities, nothing ---------------------------------------------------------------------------------------
SPECIAL = [A([inf, 1.0, 2.0, inf]), A([-inf, inf]), A([1.0, inf, inf, 2.0]), A([nan, 1.0, 2.0]), A([nan, nan]), A([0.0, inf, 1.0]),
           A([-inf, -inf, 1.0]), A([inf]), A([3.0]), A([0.0, -0.0])]


@pytest.mark.parametrize("x", SPECIAL, ids=str)
def test_values_at_infinity_and_nan_are_numpys(x):
    for f in REDUCE + ORDER:
        like_numpy(f, x)
        like_numpy(f, x.astype(np.float32))
    for f in QUANTILES:
        for method in METHODS:
            like_numpy(lambda x: f(x, [0.0, 0.1, 0.5, 0.8, 1.0], method=method), x)  # noqa: B023


@pytest.mark.parametrize("f", REDUCE + ORDER, ids=lambda f: f.__name__)
def test_of_nothing_the_value_is_numpys_and_the_gradient_is_empty(f):
    for shape, axis in (((0,), None), ((0, 3), 1), ((0, 3), 0), ((2, 0), 1), ((2, 0), None)):
        x = np.zeros(shape, np.float32)
        try:
            f(x, axis=axis)
        except ValueError:
            with pytest.raises(ValueError):
                f(Tensor(x), axis=axis)
            continue
        like_numpy(lambda x: f(x, axis=axis), x)  # noqa: B023
        assert grad(lambda x: np.sum(f(x, axis=axis)))(x).shape == shape  # noqa: B023


def test_the_gradient_of_nan_goes_to_the_nan():
    for f in (np.max, np.min, np.median, np.ptp, lambda x: np.quantile(x, 0.2)):
        np.testing.assert_array_equal(grad(f)(A([1.0, nan, 3.0])), [0, 1, 0])
    np.testing.assert_array_equal(grad(np.max)(A([nan, 1.0, nan])), [0.5, 0, 0.5])
    np.testing.assert_array_equal(grad(lambda x: np.max(x, axis=1).sum())(A([[1.0, nan], [2.0, 3.0]])), [[0, 1], [0, 1]])


def test_what_passes_over_nan_has_its_gradient_elsewhere():
    x = A([[1.0, nan, 4.0, 2.0], [nan, 3.0, 8.0, 7.0]])
    np.testing.assert_array_equal(grad(lambda x: np.nanmedian(x, axis=1).sum())(x), [[0, 0, 0, 1], [0, 0, 0, 1]])
    np.testing.assert_array_equal(grad(lambda x: np.nanmax(x))(x), [[0, 0, 0, 0], [0, 0, 1, 0]])
    for f in (np.nanmean, np.nanvar, np.nanstd, np.nanprod, np.nansum):
        for row, numbers in zip(x, A([[1.0, 4.0, 2.0], [3.0, 8.0, 7.0]]), strict=True):
            np.testing.assert_allclose(grad(f)(row)[~np.isnan(row)], grad(getattr(np, f.__name__[3:]))(numbers))
            assert grad(f)(row)[np.isnan(row)] == 0
    # squared on the way: 0 × NaN is 0 for what was left out
    np.testing.assert_array_equal(grad(lambda x: np.nanvar(x * x))(A([1.0, nan, 3.0])), [-8, 0, 24])


def test_as_many_elements_as_ddof_leave_no_slope():
    for f in (np.var, np.std):
        assert np.isnan(grad(lambda x: f(x, ddof=1))(A([3.0]))).all()  # noqa: B023
        assert np.isnan(grad(lambda x: f(x, ddof=3))(A([3.0, 5.0]))).all()  # noqa: B023
        rows = grad(lambda x: np.sum(f(x, axis=1, ddof=1, where=A([[True, False], [True, True]]))))(A([[1.0, 2.0], [4.0, 6.0]]))  # noqa: B023
        assert np.isnan(rows[0, 0]) and rows[0, 1] == 0 and np.isfinite(rows[1]).all()


@pytest.mark.parametrize("x", [A([0.1] * 3), A([0.1] * 1000), np.full(7, 1e8 + 0.1), A([0.1] * 5, np.float32), A([-3.3] * 9, np.float16)])
def test_equal_numbers_have_a_std_of_slope_0_even_if_their_mean_rounds(x):
    assert not grad(np.std)(x).any()
    assert not grad(lambda x: np.std(x, axis=0, where=np.arange(x.size) != 1))(x).any()
    if x.size < 10:
        assert not hessian(np.std)(x).any()


def test_the_gradient_of_a_std_sums_to_nothing_next_to_equal_numbers():
    x = np.full(50, 1e6 + 0.1)
    x[7] = np.nextafter(x[0], inf)
    assert abs(grad(np.std)(x).sum()) < 1e-12


def test_products_with_zeros_and_infinities():
    np.testing.assert_array_equal(grad(np.prod)(A([0.0, inf, 2.0])), [inf, 0, nan])
    cumulate = lambda x: np.sum(np.cumprod(x))
    np.testing.assert_array_equal(grad(cumulate)(A([2.0, inf, 3.0])), [inf, 8, inf])
    np.testing.assert_array_equal(grad(cumulate)(A([1e200, 1e200])), [1e200, 1e200])  # the last product overflows
    np.testing.assert_array_equal(grad(lambda x: np.cumprod(x)[0])(A([2.0, 0.0, nan, inf])), [1, 0, 0, 0])
    np.testing.assert_array_equal(hessian(cumulate)(A([2.0, 0.0, 3.0])), [[0, 4, 0], [4, 0, 2], [0, 2, 0]])
    long = np.ones(3000)
    long[5] = 0
    assert grad(cumulate)(long)[5] == 2995  # in memory that grows with the length, not with its square


# ---- float16 --------------------------------------------------------------------------------------------------------
def test_counts_and_squares_of_float16_do_not_overflow():
    x = np.ones(70_000, np.float16)
    for f in (np.mean, lambda x: np.mean(x, where=True, axis=0), np.nanmean, np.average):
        np.testing.assert_allclose(grad(f)(x).astype(float) * 70_000, 1, rtol=0.01)
    x = A([300, -300, 300, 0], np.float16)  # the sum of squares is 270 000
    np.testing.assert_allclose(grad(np.std)(x), [0.2261, -0.3769, 0.2261, -0.0754], rtol=2e-3)
    assert grad(np.std)(x).dtype == np.float16
    np.testing.assert_allclose(grad(np.var)(x / 100), grad(np.var)((x / 100).astype(float)), rtol=2e-3)
    np.testing.assert_array_equal(grad(lambda x: np.cumsum(x).sum())(np.ones(5000, np.float16))[[0, 999]], [5000, 4000])


# ---- order statistics and averages ----------------------------------------------------------------------------------
@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_quantiles_has_its_derivative(method):
    for f in QUANTILES:
        gradcheck(lambda x: f(x, [[0.05, 0.31], [0.64, 0.93]], axis=1, method=method), np.hstack([X, X[:, ::-1] * 1.3 + 0.07]))  # noqa: B023
    x = A([[1.0, nan, 4.0, 2.0], [nan, nan, 8.0, 7.0]])
    found = grad(lambda x: np.nanquantile(x, 0.4, axis=1, method=method).sum())(x)
    for row, slope in zip(x, found, strict=True):
        there = ~np.isnan(row)
        np.testing.assert_array_equal(slope[there], grad(lambda x: np.quantile(x, 0.4, method=method))(row[there]))
        assert not slope[~there].any()


def test_weighted_quantiles_are_elements():
    settings = {"q": [0.2, 0.5, 0.9], "method": "inverted_cdf", "weights": A([1.0, 4.0, 0.5, 2.0])}
    x = A([3.0, 1.0, 2.0, 5.0])
    for f in QUANTILES:
        like_numpy(lambda x: f(x, **settings), x)  # noqa: B023
        gradcheck(lambda x: f(x, **settings), x)  # noqa: B023
    with pytest.raises(NoRule, match="weights"):
        np.quantile(x, 0.5, weights=Tensor(settings["weights"]), method="inverted_cdf")
    with pytest.raises(NoRule, match="'q'"):
        np.quantile(x, Tensor(0.5))


def test_a_median_never_sorts_its_input_and_reaches_values_and_tangents():
    x = Tensor(A([3.0, 1.0, 2.0]))
    np.median(x, overwrite_input=True)
    np.quantile(x, 0.2, overwrite_input=True)
    np.testing.assert_array_equal(x.data, [3, 1, 2])
    v = Value(2.0)
    np.median(v).backward()
    assert v.grad == 1.0
    assert jvp(np.median, (A([3.0, 1.0, 2.0, 7.0]),), (A([1.0, 2.0, 3.0, 4.0]),)) == (2.5, 2.0)


def test_averages_have_the_dtype_of_numpy_and_refuse_what_numpy_refuses():
    x = X.astype(np.float32)
    for weights in (None, [1, 2, 3], A([1, 2, 3], np.uint8), A([1.0, 2.0, 3.0], np.float32)):
        for y, right in zip(np.average(Tensor(x), 1, weights, True), np.average(x, 1, weights, True), strict=True):
            y = y.data if isinstance(y, Tensor) else y
            assert y.dtype == right.dtype
            np.testing.assert_allclose(y, right, rtol=1e-6)
    like_numpy(lambda x: np.average(x, weights=[0.0, 1.0]), A([inf, 1.0]))
    gradcheck(lambda x, w: np.average(x, (2, 0), w), np.arange(12.0).reshape(2, 2, 3), A([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    with pytest.raises(ZeroDivisionError):
        np.average(Tensor([1.0, 2.0]), weights=[1, -1])


@pytest.mark.skipif(not hasattr(np, "cumulative_sum"), reason="NumPy 2.1")
def test_cumulative_sums_of_matrices_need_an_axis():
    for f in (np.cumulative_sum, np.cumulative_prod):
        like_numpy(lambda x: f(x, axis=-1, include_initial=True), X)  # noqa: B023
        gradcheck(lambda x: f(x, axis=-1, include_initial=True), X)  # noqa: B023
        like_numpy(f, A(2.0))
        with pytest.raises((ValueError, AutogradError)):
            f(Tensor(X))
