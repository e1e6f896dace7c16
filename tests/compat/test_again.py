"""Functions that run another one again: checkpoint and fixed_point."""

import functools
import random

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, checkpoint, grad, gradients, hessian, no_grad
from autograd.errors import ModifiedInPlace
from autograd.misc.fixed_points import fixed_point

A = np.array


def test_gradients_reach_what_the_function_closes_over():
    w, x = Tensor([3.0, 4.0]), Tensor([1.0, 2.0])
    checkpoint(lambda x: (x * w * w).sum())(x).backward()
    np.testing.assert_array_equal(w.grad, [6.0, 16.0])
    np.testing.assert_array_equal(x.grad, [9.0, 16.0])
    assert type(x.grad) is np.ndarray


def test_each_input_gets_its_own_part_where_one_was_made_from_another():
    x = Tensor([1.0, 2.0])
    y = x * x
    checkpoint(lambda a, b: (a * b).sum())(x, y).backward()
    np.testing.assert_allclose(x.grad, 3 * A([1.0, 2.0]) ** 2)


def test_a_module_is_trained_through_it():
    model, twin, x = nn.MLP(2, [3, 1]), None, A([[1.0, 2.0]])
    model, twin = (nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh(), nn.Linear(3, 1, rng=1)) for _ in range(2))
    checkpoint(model)(x).sum().backward()
    twin(x).sum().backward()
    for a, b in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(a.grad, b.grad)


def test_outputs_come_in_their_containers_and_keywords_are_arguments():
    def f(x, *, scale):
        return {"a": (x * scale, 7), "b": [np.sum(x, dtype=np.float32), x.data.shape]}

    x, scale = Tensor([1.0, 2.0]), Tensor(3.0)
    got = checkpoint(f)(x, scale=scale)
    assert got["a"][1] == 7 and got["b"][1] == (2,) and got["b"][0].dtype == np.float32
    (got["a"][0].sum() + 10 * got["b"][0]).backward()
    np.testing.assert_array_equal(x.grad, [13, 13])
    np.testing.assert_array_equal(scale.grad, 3)


def test_values_and_second_derivatives():
    w = Value(2.0)
    f = checkpoint(lambda x: (x * w) ** 3)
    y = f(Value(1.0))
    assert isinstance(y, Value)
    y.backward()
    assert w.grad == 12.0
    assert hessian(checkpoint(lambda x: np.sum(x**3 * x[0])))(A([1.0, 2.0])) == pytest.approx(
        hessian(lambda x: np.sum(x**3 * x[0]))(A([1.0, 2.0])))
    assert grad(grad(f))(1.0).data == pytest.approx(48.0)  # a node, for it depends on w


def test_the_second_run_draws_the_same_random_numbers():
    layer, rng, x = nn.Dropout(0.5, rng=0), np.random.default_rng(1), np.ones(50)
    python = random.Random(0)
    functions = [
        layer, lambda x: layer(x), functools.partial(lambda rng, x: x * rng.random(50), rng),
        lambda x: x * rng.normal(size=50), lambda x: x * np.random.rand(50), lambda x: x * python.random(),
        lambda x, made={"rng": rng}: x * made["rng"].random(50), lambda x: x * random.random(),
    ]
    for f in functions:
        leaf = Tensor(x)
        y = checkpoint(f)(leaf)
        rng.random(3)  # whatever else is drawn between the two
        before = rng.bit_generator.state
        y.sum().backward()
        np.testing.assert_array_equal(leaf.grad, y.data)
        assert rng.bit_generator.state == before


def test_the_statistics_of_a_layer_move_once():
    layer, twin = (nn.Sequential(nn.BatchNorm1d(2), nn.Tanh()) for _ in range(2))
    x = np.random.default_rng(0).normal(size=(5, 2))
    checkpoint(layer)(Tensor(x)).sum().backward()
    twin(Tensor(x)).sum().backward()
    for name, value in twin.state_dict().items():
        np.testing.assert_array_equal(layer.state_dict()[name], value, err_msg=name)


def test_another_result_the_second_time_is_refused():
    buffer, x = A([1.0, 2.0]), Tensor([1.0, 1.0])
    y = checkpoint(lambda x: (x * buffer).sum())(x)
    buffer[0] = 5.0
    with pytest.raises(ModifiedInPlace, match="gave other numbers"):
        y.backward()
    w = Tensor(2.0)
    y = checkpoint(lambda x: (x * w).sum())(x)
    w.data = 3.0
    with pytest.raises(ModifiedInPlace):
        y.backward()


def test_nothing_to_differentiate():
    assert checkpoint(lambda x: x * 2)(3.0) == 6.0
    with no_grad():
        assert not checkpoint(lambda x: x * 2)(Tensor([1.0])).requires_grad


def test_a_fixed_point_has_derivatives_with_respect_to_what_its_function_closes_over():
    w, scale = Tensor(4.0), Value(1.0)
    distance = lambda x, y: np.max(np.abs(x - y))
    root = fixed_point(lambda a: lambda x: 0.5 * (x + a * w / x) * scale, 1.0, 1.0, distance, 1e-13)
    assert root.data == pytest.approx(2.0)
    assert gradients(root, w) == pytest.approx(0.25)
    first = gradients(root, w, create_graph=True)
    assert gradients(first, w) == pytest.approx(-1 / 32)
    with no_grad():
        assert not isinstance(fixed_point(lambda a: lambda x: 0.5 * (x + w / x), 1.0, 1.0, distance, 1e-13), Tensor)
