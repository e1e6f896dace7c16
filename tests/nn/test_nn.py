"""The first layers, losses and optimisers: numbers by hand, names by PyTorch."""

import random

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, gradcheck
from autograd.errors import ShapeError


def test_a_fused_neuron_is_the_same_as_one_written_op_by_op():
    xs = [[0.5, -1.0], [2.0, 0.25]]
    grads = []
    for fused in (True, False):
        random.seed(1)
        model = nn.MLP(2, [4, 3, 1], fused=fused)
        loss = sum((model(x) - 1.0) ** 2 for x in xs)
        loss.backward()
        grads.append([loss.data, *(p.grad for p in model.parameters())])
    np.testing.assert_allclose(*grads, rtol=1e-12, atol=1e-14)


def test_the_nor_neuron():
    for fused in (True, False):
        nor = nn.Neuron.of(weights=(-20, -20), bias=1, activation="relu", fused=fused)
        assert [nor([a, b]).data for a in (0, 1) for b in (0, 1)] == [1.0, 0.0, 0.0, 0.0]
        assert [nor([Value(a), Value(b)]).data for a in (0, 1) for b in (0, 1)] == [1.0, 0.0, 0.0, 0.0]


def test_neurons_take_tensors_and_reprs_are_micrograds():
    neuron = nn.Neuron.of((1.0, 2.0), 0.5, None)
    y = neuron([Tensor([1.0, 2.0]), Tensor([0.0, 1.0])])
    assert y.tolist() == [1.5, 4.5]
    assert repr(nn.Neuron(2)) == "ReLUNeuron(2)" and len(nn.MLP(2, [3, 1]).parameters()) == 13


def test_linear_on_every_number_of_axes():
    layer = nn.Linear(3, 2, rng=0)
    for shape in ((3,), (4, 3), (2, 4, 3), (0, 3)):
        x = np.random.default_rng(1).normal(size=shape)
        np.testing.assert_allclose(layer(x).data, x @ layer.weight.data.T + layer.bias.data)
        gradcheck(lambda x, w, b: nn.functional.linear(x, w, b), x, layer.weight.data, layer.bias.data)
    assert nn.Linear(3, 2, bias=False, dtype=np.float32)(np.ones(3, np.float32)).dtype == np.float32
    assert abs(layer.weight.data).max() <= 1 / np.sqrt(3)


def test_losses():
    x, t = np.array([[0.5], [-2.0], [40.0]]), np.array([[1.0], [0.0], [0.0]])
    p = 1 / (1 + np.exp(-x[:2]))
    expected = -np.mean(t[:2] * np.log(p) + (1 - t[:2]) * np.log(1 - p))
    assert nn.BCEWithLogitsLoss()(Tensor(x[:2]), t[:2]).item() == pytest.approx(expected)
    assert nn.BCEWithLogitsLoss(reduction="sum")(Tensor(x[2:]), t[2:]).item() == 40.0
    for reduction in ("mean", "sum", "none"):
        for loss in (nn.MSELoss(reduction), nn.BCEWithLogitsLoss(reduction=reduction)):
            gradcheck(loss, x / 10, t + 0.1)


def test_cross_entropy():
    z, t = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 900.0]]), np.array([0, 2])
    p = np.exp(z[0]) / np.exp(z[0]).sum()
    assert nn.CrossEntropyLoss()(Tensor(z), t).item() == pytest.approx(-np.log(p[0]) / 2)
    assert nn.CrossEntropyLoss(reduction="none")(Tensor(z), t).shape == (2,)
    for wrong in ([0, 3], [0.0, 1.0], [0], [-1, 0]):
        with pytest.raises(ShapeError, match="class"):
            nn.CrossEntropyLoss()(z, wrong)


def test_modules_find_their_parameters_and_give_them_names():
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.ReLU(), nn.Linear(3, 1, rng=1))
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias", "2.weight", "2.bias"]
    saved = model.state_dict()
    twin = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    twin.load_state_dict(saved)
    x = np.ones((1, 2))
    assert twin(x).item() == model(x).item()
    with pytest.raises(ShapeError, match="missing"):
        twin.load_state_dict({})
    with pytest.raises(ShapeError, match=r"2\.bias"):
        twin.load_state_dict({**saved, "0.weight": np.zeros((3, 2)), "2.bias": np.zeros(7)})
    assert twin(x).item() == model(x).item()
    assert not model.eval()[0].training and model.train()[0].training


def test_scopes_say_which_module_made_a_node():
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.ReLU())
    y = model(np.ones((1, 2)))
    assert y.scope == (("", "Sequential"), ("1", "ReLU"))
    assert y.inputs[0].scope == (("", "Sequential"), ("0", "Linear"))
    assert (y * 2).scope == ()


def test_optimisers_by_hand():
    for make, expected in (
        (lambda p: nn.SGD(p, lr=0.1), [0.8, 0.64]),
        (lambda p: nn.SGD(p, lr=0.1, momentum=0.5), [0.8, 0.54]),
        (lambda p: nn.SGD(p, lr=0.1, momentum=0.5, nesterov=True), [0.7, 0.44]),
        (lambda p: nn.SGD(p, lr=0.1, weight_decay=1.0), [0.7, 0.49]),
        (lambda p: nn.Adam(p, lr=0.1), [0.9, 0.8004122286]),
    ):
        for leaf in (Tensor(1.0), Value(1.0)):
            optimizer = make([leaf])
            seen = []
            for _ in range(2):
                optimizer.zero_grad()
                (leaf * leaf).backward()
                optimizer.step()
                seen.append(float(leaf.data))
            assert seen == pytest.approx(expected)


def test_float32_parameters_stay_float32():
    layer = nn.Linear(2, 1, dtype=np.float32, rng=0)
    for make in (nn.SGD, nn.Adam):
        optimizer = make(layer.parameters(), lr=np.float64(0.1))
        nn.MSELoss()(layer(np.ones((1, 2), np.float32)), np.ones((1, 1), np.float32)).backward()
        optimizer.step()
        assert layer.weight.dtype == np.float32
