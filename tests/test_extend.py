"""A user's own op: on arrays, Values and Tensors, to any order, with settings."""

import numpy as np
import pytest

from autograd import Tensor, Value, grad, gradcheck
from autograd.errors import NoRule
from autograd.extend import defjvp, defvjp, notrace_primitive, primitive, rule


@primitive
def scaled_sine(x, *, scale=1.0):
    assert not isinstance(x, Tensor)
    return scale * np.sin(x)


defvjp(scaled_sine, lambda y, x, scale=1.0: lambda g: g * scale * np.cos(x))


def test_a_primitive_is_an_op_like_any_other():
    assert gradcheck(scaled_sine, np.array([0.3, 0.4]))
    assert gradcheck(lambda x: scaled_sine(x, scale=2.0) ** 2, np.array([0.3, 0.4]))
    assert isinstance(scaled_sine(Value(0.5)), Value) and scaled_sine(0.5) == np.sin(0.5)
    assert scaled_sine(Tensor([0.5])).op.name == "scaled_sine"


def test_a_missing_derivative_is_refused():
    @primitive
    def product(a, b):
        return a * b

    with pytest.raises(NoRule, match="product"):
        product(Tensor(1.0), 2.0)
    defvjp(product, lambda y, a, b: lambda g: g * b)
    assert grad(product)(2.0, 3.0) == 3.0
    with pytest.raises(NoRule, match="argument 1"):
        grad(product, 1)(2.0, 3.0)
    defvjp(product, None, lambda y, a, b: lambda g: g * a, argnums=(0, 1))
    assert grad(product, 1)(2.0, 3.0) == 2.0 and grad(product)(2.0, 3.0) == 0.0


def test_a_row_of_the_table_for_numpys_own_function():
    rule(np.nextafter, "next", lambda g, y, a, b: g, lambda g, y, a, b: 0 * g)
    assert grad(np.nextafter)(1.0, 2.0) == 1.0


def test_notrace():
    @notrace_primitive
    def count(x):
        return x.size

    assert count(Tensor([1.0, 2.0])) == 2


def test_forward_derivatives_are_transposed():
    @primitive
    def product(a, x):
        return a @ x

    defjvp(product, "same", "same")
    assert gradcheck(product, np.ones((2, 3)), np.arange(3.0))

    @primitive
    def cube(x):
        return x**3

    defjvp(cube, lambda t, y, x: 3 * x**2 * t)
    assert gradcheck(cube, np.array([1.0, 2.0]))
