"""`grad` and its relatives: over containers, nested, with closures, in forward mode."""

from typing import Any, NamedTuple

import numpy as np
import pytest

from autograd import (
    Tensor,
    elementwise_grad,
    grad,
    gradcheck,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)
from autograd.errors import GradcheckError


class Params(NamedTuple):
    w: Any
    b: Any


def test_containers_come_back_as_they_went_in():
    f = lambda p: p["layers"][0].w.sum() * p["layers"][0].b + p["scale"] ** 2
    g = grad(f)({"layers": [Params(np.ones((2, 2)), 3.0)], "scale": 5.0})
    assert isinstance(g["layers"][0], Params) and g["layers"][0].b == 4.0 and type(g["layers"][0].b) is float
    np.testing.assert_array_equal(g["layers"][0].w, 3 * np.ones((2, 2)))
    assert g["scale"] == 10.0


def test_argnum_as_int_and_tuple_and_keywords():
    f = lambda x, y, k=1.0: k * x * y**2
    assert grad(f)(2.0, 3.0) == 9.0 and grad(f, 1)(2.0, 3.0) == 12.0 and grad(f, -1)(2.0, 3.0) == 12.0
    assert grad(f, (0, 1))(2.0, 3.0, k=2.0) == (18.0, 24.0)
    assert value_and_grad(f, (1,))(2.0, 3.0) == (18.0, (12.0,))


def test_aux():
    f = lambda x: (x**2, {"twice": 2 * x})
    assert grad(f, has_aux=True)(3.0) == (6.0, {"twice": 6.0})
    assert value_and_grad(f, has_aux=True)(3.0) == ((9.0, {"twice": 6.0}), 6.0)


def test_derivatives_of_derivatives():
    f, x = np.sin, 0.7
    for expected in (np.cos(x), -np.sin(x), -np.cos(x), np.sin(x), np.cos(x)):
        f = grad(f)
        assert f(x) == pytest.approx(expected, abs=1e-12)


def test_perturbations_are_not_confused():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(3.0) == 6.0
    assert grad(lambda x: grad(lambda y: x * y**2)(2.0))(1.0) == 4.0
    assert jvp(lambda x: x * jvp(lambda y: x * y, (2.0,), (1.0,))[1], (3.0,), (1.0,)) == (9.0, 6.0)


def test_a_derivative_of_a_models_parameters_stays_recorded():
    w = Tensor(2.0)
    slope = grad(lambda x: w * x**2)(3.0)
    assert isinstance(slope, Tensor)
    slope.backward()
    assert w.grad == 6.0


def test_matrices_of_derivatives():
    a = np.array([[1.0, 2.0], [3.0, 4.0]])
    x = np.array([1.0, -1.0])
    np.testing.assert_array_equal(jacobian(lambda v: a @ v)(x), a)
    np.testing.assert_array_equal(hessian(lambda v: v @ a @ v)(x), a + a.T)
    np.testing.assert_array_equal(hvp(lambda v: v @ a @ v)(x, x), (a + a.T) @ x)
    np.testing.assert_array_equal(hvp(lambda s, v: s * (v @ a @ v), 1)(2.0, x, x), 2 * (a + a.T) @ x)
    np.testing.assert_array_equal(elementwise_grad(lambda v: v**3)(x), 3 * x**2)
    assert jacobian(lambda v: v.sum())(x).shape == (2,)
    assert jacobian(np.outer, (0, 1))(x, np.ones(3))[1].shape == (2, 3, 3)
    both = jacobian(lambda p: p["a"] * p["b"])({"a": x, "b": 2.0})
    assert both["a"].shape == (2, 2) and both["b"].shape == (2,)


def test_vjp_and_jvp_are_transposes():
    rng = np.random.default_rng(0)
    f = lambda a, b: {"y": np.tanh(a @ b), "z": (a**2).sum()}
    a, b, da, db = rng.normal(size=(2, 3)), rng.normal(size=3), rng.normal(size=(2, 3)), rng.normal(size=3)
    y, pullback = vjp(f, a, b)
    out, tangent = jvp(f, (a, b), (da, db))
    np.testing.assert_allclose(out["y"], y["y"])
    g = {"y": rng.normal(size=2), "z": 0.5}
    ga, gb = pullback(g)
    assert g["y"] @ tangent["y"] + g["z"] * tangent["z"] == pytest.approx(np.sum(ga * da) + gb @ db)


def test_grad_works_inside_no_grad_and_leaves_no_trace():
    with no_grad():
        assert grad(lambda x: x**2)(3.0) == 6.0
    t = Tensor([1.0])
    grad(lambda x: (x * t.data).sum())(np.ones(1))
    assert t.grad is None


def test_results_are_plain():
    assert type(grad(np.tanh)(0.5)) is float
    assert isinstance(grad(np.sum)(np.ones(2)), np.ndarray)
    assert isinstance(grad(np.sum)(np.float32(2)), np.float32)
    assert isinstance(grad(np.sum)(np.array(2.0)), np.ndarray)


def test_gradcheck_names_input_index_got_and_expected():
    from autograd.extend import defvjp, primitive

    @primitive
    def broken(a, b):
        return a * b

    defvjp(broken, lambda y, a, b: lambda g: g * b, lambda y, a, b: lambda g: 1.01 * g * a)
    with pytest.raises(GradcheckError, match=r"order 1 of broken.*input 1, index \(0,\).*got .*expected "):
        gradcheck(broken, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert gradcheck(lambda p: np.sin(p["x"]) * p["y"], {"x": np.ones(2), "y": 2.0}, order=3, rtol=1e-4)
    assert gradcheck(lambda x: np.abs(np.fft.fft(x)) ** 2, np.array([1.0 + 1j, 2.0, 0.5j]))
