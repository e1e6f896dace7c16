"""What a graph was computed from may change afterwards: the gradient stays that at the old numbers, or is refused."""

import copy
import pickle

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd import Tensor, Value, detect_anomaly, gradients, no_grad
from autograd.errors import ModifiedInPlace

A = np.array

USES = {  # what a graph may need of an array: (makes a number of the variable and the array, the array)
    "a factor": (lambda x, a: (x * a).sum(), A([1.0, 2.0, 3.0])),
    "a factor from the left": (lambda x, a: (a * x).sum(), A([1.0, 2.0, 3.0])),
    "a factor of a function": (lambda x, a: np.multiply(x, a).sum(), A([1.0, 2.0, 3.0])),
    "a base": (lambda x, a: (a**x).sum(), A([1.0, 2.0, 3.0])),
    "a column": (lambda x, a: (x.reshape(3, 1) * a).sum(), A([[1.0, 2.0]])),
    "a matrix": (lambda x, a: (a @ x).sum(), A([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])),
    "a transposed matrix": (lambda x, a: (x @ a.T).sum(), A([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])),
    "einsum": (lambda x, a: np.einsum("i,ji->", x, a), A([[1.0, 2.0, 3.0]])),
    "an index": (lambda x, a: (x[a] ** 2).sum(), A([0, 2])),
    "indices in a tuple": (lambda x, a: (x.reshape(3, 1)[(a, 0)] ** 2).sum(), A([0, 2])),
    "a mask as an index": (lambda x, a: (x[a] ** 2).sum(), A([True, False, True])),
    "a condition": (lambda x, a: np.where(a, x, 0.0).sum(), A([True, False, True])),
    "where=": (lambda x, a: np.sum(x, where=a), A([True, False, True])),
    "a place": (lambda x, a: (np.take(x, a) ** 2).sum(), A([0, 2])),
    "a bound": (lambda x, a: np.clip(x, None, a).sum(), A([0.0, 9.0, 9.0])),
    "weights": (lambda x, a: np.average(x, weights=a), A([1.0, 2.0, 3.0])),
    "repeats": (lambda x, a: (np.repeat(x, a) ** 2).sum(), A([1, 0, 2])),
    "classes": (lambda x, a: F.cross_entropy(x.reshape(1, 3), a), A([2])),
    "targets": (lambda x, a: F.mse_loss(x, a), A([1.0, 2.0, 3.0])),
    "at": (lambda x, a: (x.at[a].set(0.0) ** 2).sum(), A([0])),
    "what is set": (lambda x, a: (x.at[:2].set(a) * x).sum(), A([1.0, 2.0])),
}


def overwrite(a):
    a[...] = 1 if a.dtype.kind in "iu" else ~a if a.dtype.kind == "b" else 100.0


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("mode", ["plain", "anomaly", "create_graph", "strided"])
def test_an_array_may_be_filled_anew_before_backward(use, mode):
    f, array = USES[use]
    x = Tensor([0.5, 1.5, 2.5])
    right = gradients(f(x, array.copy()), x)
    mine = np.repeat(array, 2, axis=0)[::2] if mode == "strided" else array.copy()
    if mode == "anomaly":
        with detect_anomaly():
            y = f(x, mine)
    else:
        y = f(x, mine)
    overwrite(mine)
    found = gradients(y, x, create_graph=mode == "create_graph")
    np.testing.assert_allclose(found.data if mode == "create_graph" else found, right)


def test_a_constant_that_was_broadcast_is_not_blown_up_and_not_changed():
    small = A([[1.0], [2.0]])
    x = Tensor(np.ones((2, 1000)))
    y = (x * np.broadcast_to(small, (2, 1000))).sum()
    small[:] = 0
    g = gradients(y, x)
    assert g[0, 0] == 1 and g[1, -1] == 2
    assert y.inputs[0].arrays[1].strides[1] == 0


def test_arrays_that_meet_values():
    x, a = Value(2.0), A([1.0, 2.0])
    y = np.sum(x * a)
    a[:] = 50
    y.backward()
    assert x.grad == 3.0


@pytest.mark.parametrize("write", [
    lambda x: x.data.__setitem__(0, 100.0), lambda x: x.data.fill(100.0), lambda x: np.copyto(x.data, 100.0),
    lambda x: np.multiply(x.data, 100, out=x.data), lambda x: x.data.T.__setitem__(..., 100.0),
    lambda x: x.numpy().__setitem__(0, 100.0), lambda x: x.detach().data.__setitem__(0, 100.0),
])
@pytest.mark.parametrize("f", [lambda x: (x * x).sum(), lambda x: (x @ x), lambda x: np.exp(x).sum(), lambda x: (2.0 / x).sum(),
                               lambda x: np.multiply(x, x).sum()])
def test_what_is_written_into_a_leaf_leaves_earlier_results_alone(write, f):
    x = Tensor([1.0, 2.0])
    right = gradients(f(x), x)
    held = x.data  # before the graph is made, and after
    y = f(x)
    write(x)
    held[1] = 77.0
    np.testing.assert_array_equal(gradients(y, x), right)


def test_what_is_written_into_a_leaf_counts_for_what_is_computed_next():
    x = Tensor([1.0, 2.0])
    x.data[0] = 5.0
    assert x.tolist() == [5.0, 2.0] and (x * 1).tolist() == [5.0, 2.0]
    mine = x.data
    mine[1] = 7.0
    assert x.tolist() == [5.0, 7.0] and type(mine) is np.ndarray


def test_assignments_mark_the_leaf_as_changed():
    x = Tensor([1.0, 2.0])
    y = (x * x).sum()
    x.data -= 0.5
    assert x.tolist() == [0.5, 1.5]
    with pytest.raises(ModifiedInPlace):
        y.backward()


def test_an_array_that_was_assigned_stays_its_owners():
    x, mine = Tensor([1.0, 2.0]), A([3.0, 4.0])
    x.data = mine
    y = (x * x).sum()
    mine[:] = 0
    assert x.tolist() == [3.0, 4.0]
    np.testing.assert_array_equal(gradients(y, x), [6, 8])


def test_results_are_read_only():
    x = Tensor([1.0, 2.0])
    for y in (x * 2, x.reshape(2, 1), np.exp(x), x.sum(), x[:1]):
        with pytest.raises(ValueError, match="read-only"):
            y.data[...] = 0
    x.data[0] = 3.0


def test_what_no_grad_gave_shares_no_memory_with_its_leaf():
    w = Tensor([1.0, 2.0])
    with no_grad():
        view = w.reshape(2, 1)
    view.data[:] = 9.0
    assert w.tolist() == [1.0, 2.0]


def test_one_buffer_for_all_batches():
    layer, buffer, total = nn.Linear(1, 1, bias=False, rng=0), np.empty((1, 1)), 0.0
    for v in (1.0, 2.0, 3.0):
        buffer[:] = v
        total = total + layer(buffer).sum()
    total.backward()
    np.testing.assert_allclose(layer.weight.grad, [[6.0]])


def test_writing_into_a_weight_by_hand():
    layer = nn.Linear(2, 1, rng=0)
    layer.weight.data[:] = 1.0
    y = layer(A([[2.0, 3.0]])).sum()
    layer.weight.data[:] = 0.0
    x = Tensor([[2.0, 3.0]])
    z = layer(x).sum()
    layer.weight.data[:] = 7.0
    y.backward()
    np.testing.assert_array_equal(layer.weight.grad, [[2.0, 3.0]])
    np.testing.assert_array_equal(gradients(z, x), [[0.0, 0.0]])


def test_copies_keep_what_they_are_and_their_gradients():
    frozen, free = Value(2.0, name="a", requires_grad=False), Tensor([1.0])
    free.grad = A([2.0])
    for twin in (copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))):
        assert not twin(frozen).requires_grad and twin(frozen).name == "a"
        np.testing.assert_array_equal(twin(free).grad, [2.0])
        assert twin(free).grad is not free.grad
