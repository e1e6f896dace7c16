"""What an operation leaves behind: the data decide of which class it is, and whether it remembers anything."""

import numpy as np
import pytest

from autograd import Tensor, Value, no_grad
from autograd.errors import ForeignObject
from autograd.extend import primitive, rule
from autograd.record import HOLDERS, apply
from autograd.rules import TABLE

TIMES = TABLE[np.multiply]


def test_each_class_says_what_it_holds():
    assert {float: Value, np.ndarray: Tensor} == HOLDERS


@pytest.mark.parametrize("a, b, kind", [
    (Value(2.0), 3, Value), (Value(2.0), Value(3.0), Value), (Value(2.0), np.float32(3), Value),
    (Value(2.0), np.array(3.0), Value), (Value(2.0), np.ones(2), Tensor), (Value(2.0), Tensor(3.0), Tensor),
    (Tensor(2.0), 3.0, Tensor), (2.0, 3.0, Tensor), (Value(2.0), 3j, Tensor),
])
def test_the_data_decide(a, b, kind):
    for x, y in ((a, b), (b, a)):
        made = apply(TIMES, (x, y))
        assert type(made) is kind and np.all(made.data == np.multiply(getattr(a, "data", a), getattr(b, "data", b)))
        assert made.requires_grad == any(isinstance(x, (Value, Tensor)) for x in (a, b))


def test_what_depends_on_no_variable_remembers_nothing():
    constant = Tensor([1.0], requires_grad=False)
    with no_grad():
        unrecorded = apply(TIMES, (Tensor([1.0]), 2.0))
    for node in (apply(TIMES, (constant, 2.0)), unrecorded):
        assert node.op is None and node.inputs == () and not node.requires_grad


def test_each_of_several_outputs_is_a_node_and_names_stay():
    found = np.linalg.eigh(Tensor(np.diag([1.0, 2.0])))
    assert found.eigenvalues.op.symbol == "eigh[0]" and found.eigenvectors.op.place == 1
    q, _ = np.linalg.qr(Tensor(np.eye(2)))
    assert q.op.place == 0 and len(q.all_outputs) == 2


@primitive
def weighted(x, numbers):
    return float(np.sum(x * numbers))


rule(weighted, "weighted", lambda g, y, x, n: g * np.sum(n), lambda g, y, x, n: g * x * np.ones(np.shape(n)))


def test_a_number_made_of_a_value_and_an_array_is_a_value():
    x = Value(2.0)
    y = weighted(x, np.array([1.0, 2.0]))
    assert type(y) is Value and y.data == 6.0
    y.backward()
    assert x.grad == 3.0


def test_what_has_no_place_in_a_graph_is_refused():
    for stranger in ("text", None, {}, np.array(["a"]), np.ma.array([1.0]), object()):
        with pytest.raises(ForeignObject):
            apply(TIMES, (Tensor(1.0), stranger))
