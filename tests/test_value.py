"""`Value`: a float with micrograd's interface, and NumPy's answers where Python's floats raise."""

import math

import numpy as np
import pytest

from autograd import Value, draw, gradients
from autograd.draw import replay


def test_operators_and_functions_of_values_are_values():
    x = Value(0.7, label="x")
    results = {
        "add": (x + 1, 1.7), "sub": (1 - x, 0.3), "mul": (x * x, 0.49), "div": (1 / x, 1 / 0.7), "pow": (x**3, 0.343),
        "rpow": (2**x, 2**0.7), "neg": (-x, -0.7), "abs": (abs(-x), 0.7), "relu": ((-x).relu(), 0.0), "exp": (x.exp(), math.exp(0.7)),
        "tanh": (np.tanh(x), math.tanh(0.7)), "mod": (x % 0.5, 0.2), "maximum": (np.maximum(x, 0.9), 0.9), "sigmoid": (x.sigmoid(), 1 / (1 + math.exp(-0.7))),
    }
    for y, expected in results.values():
        assert type(y) is Value and type(y.data) is float and y.data == pytest.approx(expected)
    assert x.label == x.name == "x" and x._prev == set() and (x * 2)._prev == {x} and (x * 2)._op == "*"


@pytest.mark.parametrize("f", [
    lambda x: x * x / (x + 3) - 2**x + x**2.5, lambda x: (x.relu() + x.tanh()).exp() * x.log(), lambda x: np.arctan2(x, 2) * np.hypot(x, 1),
    lambda x: np.sinc(x) + np.logaddexp(x, 1) + np.clip(x, 0, 5), lambda x: x.sigmoid() % 0.3,
])
def test_derivatives_of_values_to_second_order(f):
    x = Value(1.3)
    y = f(x)
    (g,) = gradients([y], [x], create_graph=True)
    (gg,) = gradients([g], [x])
    h = 1e-4
    at = lambda z: f(Value(z)).data
    assert g.data == pytest.approx((at(1.3 + h) - at(1.3 - h)) / (2 * h), rel=1e-6)
    assert gg == pytest.approx((at(1.3 + h) - 2 * at(1.3) + at(1.3 - h)) / h**2, rel=1e-4, abs=1e-5)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_floats_raise_values_give_what_arrays_give():
    zero = Value(0.0)
    assert (1 / zero).data == math.inf and np.log(zero).data == -math.inf and Value(1000.0).exp().data == math.inf
    assert math.isnan((Value(-8.0) ** 0.5).data) and math.isnan(np.sqrt(Value(-1.0)).data)
    y = np.sqrt(zero)
    y.backward()
    assert zero.grad == math.inf


def test_a_value_compares_by_number_with_numbers_and_by_identity_with_values():
    a, b = Value(1.0), Value(1.0)
    assert a == 1.0 and a != 2 and a != b and a == a and a < 2 and Value(2.0) >= a and len({a, b}) == 2


def test_repr_and_format():
    assert repr(Value(2.0)) == "Value(data=2.0, grad=0.0)"
    assert f"{Value(2.0) * 3:.3f}" == "6.000"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_real_number_comes_out_as_one_where_python_gives_a_complex_one():
    y = Value(-8.0) ** (1 / 3)
    assert np.isnan(y.data) and np.isnan(y.op.compute(-8.0, 1 / 3))
    assert replay(draw(y)) == 1  # once the picture was said to be wrong, for it was computed in another way
