"""The chain rule at one node, the sweep, and the one place that undoes broadcasting."""

import numpy as np
import pytest

from autograd import Tensor, Value
from autograd.chain import contributions, match, sweep
from autograd.errors import ModifiedInPlace


def test_each_variable_receives_upstream_times_local_and_constants_nothing():
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0], requires_grad=False)
    found = [(i, x, part.tolist()) for i, x, part in contributions(a * b, np.array([1.0, 10.0]))]
    assert found == [(0, a, [3.0, 40.0])]
    assert [part for _, _, part in contributions(Value(3.0) * 2.0, 0.5)] == [1.0]


def test_an_input_that_is_there_twice_receives_two_parts():
    x = Value(3.0)
    y = x * x
    assert [(i, part) for i, _, part in contributions(y, 1.0)] == [(0, 3.0), (1, 3.0)]
    grads = {y: 1.0}
    sweep(grads)
    assert grads[x] == 6.0


def test_a_node_is_taken_when_all_that_was_made_of_it_has_been():
    # Depth first, b would be taken after c alone, and what d sends it would be lost
    a = Value(2.0)
    b = a * 3.0
    c, d = b * 5.0, b * 7.0
    e = c + d * c
    grads = {e: 1.0}
    sweep(grads)
    assert grads[b] == 5.0 * (1 + 42.0) + 7.0 * 30.0 and grads[a] == 3.0 * grads[b]


def test_gradients_stay_only_where_they_are_wanted():
    x = Tensor([1.0, 2.0])
    y = np.exp(x)
    z = y.sum()
    kept, dropped = {z: np.array(1.0)}, {z: np.array(1.0)}
    sweep(kept)
    sweep(dropped, keep=())
    assert set(kept) == {z, y, x} and set(dropped) == {x}
    limited = {z: np.array(1.0)}
    sweep(limited, live={z, y})
    assert x not in limited


def test_what_a_gradient_arrives_from_is_not_changed():
    # never +=: both inputs of a sum receive one array
    a, b = Tensor([1.0]), Tensor([1.0])
    c = a + b
    g = np.array([1.0])
    grads = {c: g}
    sweep(grads)
    assert g.tolist() == [1.0] and grads[a] is grads[b]
    both = {(c + a): g}
    sweep(both)
    assert both[a].tolist() == [2.0] and both[b].tolist() == [1.0] and g.tolist() == [1.0]


@pytest.mark.parametrize("constant", [True, False])
def test_a_changed_input_is_noticed_a_constant_too(constant):
    x, w = Tensor([2.0]), Tensor([3.0], requires_grad=not constant, name="w")
    y = x * w
    w.data = [5.0]
    with pytest.raises(ModifiedInPlace, match="'w' of shape"):
        y.backward()


def test_match_sums_spreads_and_casts():
    assert match(np.ones((4, 2, 3)), np.zeros((2, 1))).tolist() == [[12.0], [12.0]]
    assert match(np.ones((2, 1)), np.zeros((4, 2, 3))).shape == (4, 2, 3)
    assert match(np.float64(2), np.zeros(3)).tolist() == [2.0, 2.0, 2.0]
    assert match(np.ones(3), np.zeros(3, np.float32)).dtype == np.float32
    assert match(np.array([1 + 2j]), np.zeros(1)).tolist() == [1.0]
    assert match(np.array([1 + 2j]), np.zeros(1, complex)).tolist() == [1 + 2j]
    assert match(np.ones((2, 3)), 0.0) == 6.0 and type(match(np.ones((2, 3)), 0.0)) is float
    assert np.isnan(match(1 + 1j, 0.0))  # what Python makes of (-8.0) ** 0.5


def test_match_leaves_what_fits_as_it_is():
    g = np.array([-0.0, 1.0])
    assert match(g, np.zeros(2)) is g
    assert np.signbit(match(-0.0, 1.0))


def test_match_of_nodes_is_recorded():
    g = Tensor(np.ones((4, 3)))
    matched = match(g, np.zeros(3))
    assert matched.shape == (3,) and matched.requires_grad
    matched.sum().backward()
    assert g.grad.tolist() == np.ones((4, 3)).tolist()
