"""odeint: the adjoint method against solutions that are known, and against differences."""

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor, Value, grad, gradcheck, jacobian
from autograd.errors import NoRule

pytest.importorskip("scipy.integrate", reason="needs SciPy: pip install 'norgrad[scipy]'")
import scipy.integrate as plain

from autograd.scipy.integrate import odeint

TIGHT = {"rtol": 1e-10, "atol": 1e-10}
TIMES = np.array([0.1, 0.3, 0.7])


def pendulum(y, t, damping, pull):
    return anp.array([y[1], -pull["g"] * np.sin(y[0]) - damping * y[1] + 0.1 * t])


def decay(y, t, k):
    return -k * y


def test_the_numbers_are_scipys():
    args = (0.3, {"g": 2.0})
    expected = plain.odeint(pendulum, [1.0, 0.0], TIMES, args)
    np.testing.assert_array_equal(odeint(pendulum, [1.0, 0.0], TIMES, args), expected)
    np.testing.assert_array_equal(odeint(pendulum, Tensor([1.0, 0.0]), TIMES, args).data, expected)


def test_gradients_of_start_times_and_arguments_agree_with_differences():
    solve = lambda y0, t, damping, g: odeint(pendulum, y0, t, (damping, {"g": g}), **TIGHT)
    gradcheck(solve, np.array([1.0, 0.2]), TIMES, np.array(0.3), np.array(2.0), order=1, rtol=1e-4, atol=1e-5)


def test_slopes_of_a_known_solution_to_second_order():
    end = lambda k, y0=3.0: odeint(decay, [y0], np.array([0.0, 2.0]), (k,), **TIGHT)[1, 0]
    for f, expected in ((grad(end), -2), (grad(grad(end)), 4), (grad(grad(end), 1), -2 / 3)):
        assert f(0.4, 3.0) == pytest.approx(3 * expected * np.exp(-0.8), rel=1e-6)
    slopes = jacobian(lambda t: odeint(decay, [3.0], t, (0.4,), **TIGHT)[:, 0])(np.array([0.0, 1.0, 2.0]))
    solution = 3 * np.exp(-0.4 * np.arange(3))
    np.testing.assert_allclose(slopes, np.diag(-0.4 * solution * [0, 1, 1]) + 0.4 * np.outer(solution * [0, 1, 1], [1, 0, 0]), rtol=1e-6)


def test_values_one_time_and_an_argument_that_is_no_tuple():
    k = Value(0.4)
    odeint(decay, 3.0, [0.0, 2.0], k, **TIGHT)[1, 0].backward()
    assert k.grad == pytest.approx(-6 * np.exp(-0.8), rel=1e-6)
    assert grad(lambda y0: odeint(decay, y0, [0.0], (0.4,))[0, 0])(np.array([3.0])).tolist() == [1.0]
    assert grad(lambda k: odeint(decay, [3.0], [0.0], (k,))[0, 0])(0.4) == 0.0


def test_options_without_a_derivative_are_refused():
    with pytest.raises(NoRule, match="full_output"):
        odeint(decay, [1.0], [0.0, 1.0], (Tensor(0.4),), full_output=True)
