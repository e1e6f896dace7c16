"""Zero times infinity on the way back: what was left out has no say, and no other NaN is hidden."""

import numpy as np
import pytest

from autograd import Tensor, Value, detect_anomaly, elementwise_grad, grad, gradients, hessian, jacobian, jvp
from autograd.extend import relu

A, inf, nan = np.array, np.inf, np.nan
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NumPy, on the way forward

FUNCTIONS = {  # f, and a place where its slope is infinite or NaN
    "sqrt": (np.sqrt, 0.0), "log": (np.log, 0.0), "reciprocal": (np.reciprocal, 0.0), "cbrt": (np.cbrt, 0.0),
    "x log x": (lambda x: x * np.log(x), 0.0), "x ** 0.5": (lambda x: x**0.5, 0.0), "arcsin": (np.arcsin, 1.0),
    "arctanh": (np.arctanh, 1.0), "exp": (np.exp, 1e4), "x / x": (lambda x: x / x, 0.0), "NaN": (lambda x: x * x, nan),
    "infinity": (lambda x: x * x, inf), "row": (lambda x: np.sqrt(np.sum(x[..., None] ** 2, axis=-1)), 0.0),
    "root of a negative number": (np.sqrt, -1.0), "log1p": (np.log1p, -1.0),
}
CHOICES = {  # what leaves out where `bad` is true
    "where": lambda y, bad: np.where(bad, 0.0, y), "index": lambda y, bad: np.concatenate([y[~bad], [0.0]])[[0, 1]],
    "nansum": lambda y, bad: np.nansum(np.where(bad, nan, y)), "where= of sum": lambda y, bad: np.sum(y, where=~bad),
    "select": lambda y, bad: np.select([~bad], [y], 0.0),
}


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_was_not_chosen_passes_no_gradient_on(name, choice):
    f, place = FUNCTIONS[name]
    x, bad = A([0.5, place]), A([False, True])

    def chosen(x):
        return np.sum(CHOICES[choice](f(x), bad))

    slope = elementwise_grad(f)(A([0.5]))[0]
    np.testing.assert_allclose(grad(chosen)(x), [slope, 0])
    np.testing.assert_allclose(jacobian(grad(chosen))(x), [[elementwise_grad(elementwise_grad(f))(A([0.5]))[0], 0],
                                                           [0, 0]])
    np.testing.assert_allclose(jvp(chosen, (x,), (A([2.0, 3.0]),))[1], 2 * slope)
    with detect_anomaly():
        good = Tensor(A([0.5, 0.0]))
        assert np.isfinite(gradients(np.sum(np.where(A([False, True]), 0.0, np.sqrt(good))), good)).all()


@pytest.mark.parametrize("kink", [relu, lambda y: np.maximum(y, 0), lambda y: np.clip(y, 0, None), lambda y: np.fmax(y, 0)])
def test_a_kink_cuts_off_what_is_before_it_and_after_it(kink):
    np.testing.assert_allclose(grad(lambda x: kink(np.sqrt(x) - 1).sum())(A([0.0, 4.0])), [0, 0.25])
    np.testing.assert_allclose(grad(lambda x: np.sqrt(kink(x)).sum())(A([-1.0, 4.0])), [0, 0.25])


def test_a_weight_that_many_numbers_share_gets_the_gradients_of_those_that_were_chosen():
    x = A([1.0, 0.0, np.e])
    assert grad(lambda w: np.where(x > 0, w * np.log(x), 0.0).sum())(3.0) == 1.0
    data = A([[nan, 1.0], [2.0, 3.0]])
    np.testing.assert_allclose(grad(lambda w: np.nansum(w * data))(A([1.0, 1.0])), [2, 4])
    np.testing.assert_allclose(grad(lambda w: np.nanmean((w - data) ** 2))(A([0.0, 0.0])), [-4 / 3, -8 / 3])


def test_rows_left_out_of_a_variance_have_no_say():
    x = A([[1.0, 4.0], [nan, 0.0], [2.0, 2.0]])
    kept = A([True, False, False])
    np.testing.assert_allclose(grad(lambda x: np.sum(np.where(kept, np.std(x, axis=1), 0)))(x), [[-0.5, 0.5], [0, 0], [0, 0]])


def test_values():
    x = Value(0.0)
    np.where(x > 0, np.sqrt(x), 0.0).backward()
    assert x.grad == 0.0


def test_rows_of_a_jacobian_do_not_meet_each_others_infinities():
    np.testing.assert_allclose(jacobian(np.sqrt)(A([0.0, 4.0])), [[inf, 0], [0, 0.25]])
    np.testing.assert_allclose(jvp(np.sqrt, (A([0.0, 4.0]),), (A([1.0, 1.0]),))[1], [inf, 0.25])


def test_other_nans_stay():
    assert np.isnan(grad(np.sqrt)(-1.0))
    assert np.isnan(grad(lambda x: np.sqrt(x) ** 2)(0.0))  # 0 × infinity; the slope of x is 1
    np.testing.assert_allclose(grad(lambda x: np.sqrt(x).sum())(A([-1.0, 4.0])), [nan, 0.25])
    np.testing.assert_allclose(grad(lambda x: np.where(A([True, False]), np.sqrt(x), 0).sum())(A([-1.0, -1.0])), [nan, 0])


def test_what_is_chosen_where_the_other_branch_is_singular_keeps_its_second_derivative():
    def f(x):
        return np.where(x > 0, x * np.log(x), x**2).sum()

    np.testing.assert_allclose(hessian(f)(A([0.0, 4.0])), [[2, 0], [0, 0.25]])
