"""Modules: what they find, save, freeze, show; hooks; containers; the summary; functional_call."""

import copy

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, grad, gradcheck, no_grad
from autograd.errors import ShapeError


class Net(nn.Module):
    def __init__(self):
        self.body = [nn.Linear(2, 3, rng=0), nn.ReLU()]
        self.heads = {"left": nn.Linear(3, 1, rng=1), "right": (nn.Linear(3, 1, rng=2),)}
        self.scale = Tensor(2.0)
        self.register_buffer("seen", np.array(0))

    def forward(self, x):
        for module in self.body:
            x = module(x)
        return self.scale * (self.heads["left"](x) + self.heads["right"][0](x))


def test_parameters_are_found_in_lists_dicts_and_tuples():
    names = [name for name, _ in Net().named_parameters()]
    assert names == ["scale", "body.0.weight", "body.0.bias", "heads.left.weight", "heads.left.bias", "heads.right.0.weight", "heads.right.0.bias"]
    assert list(Net().state_dict()) == ["scale", "seen", *names[1:]]
    assert [p.name for p in Net().parameters()] == names


def test_a_shared_parameter_comes_once_and_is_saved_under_each_name():
    net = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=1))
    net[1].weight = net[0].weight
    assert len(net.parameters()) == 3 and list(net.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_a_shared_module_counts_once_and_is_saved_under_each_name():
    layer = nn.Linear(2, 2, rng=0)
    net = nn.Sequential(layer, nn.ReLU(), layer)
    assert len(list(net.modules())) == 3 and len(net.parameters()) == 2
    assert list(net.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert [row["class"] for row in nn.summary(net, np.ones((1, 2))).rows] == ["Linear", "ReLU", "Linear"]


def test_what_is_appended_to_a_list_later_has_its_path():
    class Late(nn.Module):
        def __init__(self):
            self.layers = []
            for i in range(2):
                self.layers.append(nn.Linear(2, 2, rng=i))

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    net = Late()
    assert [p.name for p in net.parameters()] == ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]
    y = net(np.ones((1, 2)))
    assert y.scope == (("", "Late"), ("layers.1", "Linear"))


def test_state_goes_in_and_out_or_nothing_changes():
    a, b = Net(), Net()
    for p in a.parameters():
        p.data = p.data + 1.0
    a.seen = a.seen + 5
    b.load_state_dict(a.state_dict())
    for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True):
        np.testing.assert_array_equal(x, y)
    for change, kind, message in (
        (lambda s: s.pop("scale"), ShapeError, r"missing \['scale'\], unknown \[\]"),
        (lambda s: s.update(more=1.0), ShapeError, r"unknown \['more'\]"),
        (lambda s: s.update({"heads.left.bias": np.ones(2)}), ShapeError, r"heads.left.bias has shape \(1,\), the numbers \(2,\)"),
        (lambda s: s.update({"heads.left.bias": np.ones(1, complex)}), TypeError, "is float64, the numbers are complex128"),
        (lambda s: s.update(seen=np.array(0.5)), TypeError, "seen is int64"),
    ):
        state = {name: x + 1 for name, x in a.state_dict().items()}
        change(state)
        with pytest.raises(kind, match=message):
            b.load_state_dict(state)
        np.testing.assert_array_equal(b.scale.data, a.scale.data)
    b.load_state_dict({"scale": np.float32(7.0), "more": 1}, strict=False)
    assert b.scale.item() == 7.0 and b.scale.dtype == np.float64


def test_a_typo_names_the_nearest():
    with pytest.raises(AttributeError, match="Linear has no attribute 'wieght': did you mean 'weight'"):
        nn.Linear(1, 1).wieght


def test_freeze_to_apply_and_modes():
    net, x = Net(), np.ones((4, 2))
    net.body[0].freeze()
    net(x).sum().backward()
    assert net.body[0].weight.grad is None and net.scale.grad is not None
    assert len(net.parameters()) == 7 and len(net.state_dict()) == 8
    assert net.body[0].unfreeze().weight.requires_grad
    net.to(np.float32)
    assert net(x.astype(np.float32)).dtype == np.float32 and net.seen.dtype.kind == "i" and net.scale.grad is None
    with pytest.raises(TypeError, match="floats, got int64"):
        net.to(int)
    order = []
    net.apply(order.append)
    assert order[-1] is net and len(order) == 5
    assert not net.eval().body[0].training and net.train().body[1].training


def test_hooks_see_and_change():
    layer, seen = nn.Linear(2, 1, rng=0), []
    first = layer.register_forward_pre_hook(lambda module, inputs: (inputs[0] * 0,))
    with layer.register_forward_hook(lambda module, inputs, output: seen.append(output.data)):
        layer(np.ones((1, 2)))
    first.remove()
    np.testing.assert_array_equal(seen[0][0], layer.bias.data)
    twice = layer.register_forward_hook(lambda module, inputs, output: output * 2)
    assert layer(np.zeros((1, 2))).data[0] == 2 * layer.bias.data and layer._hooks
    twice.remove()
    assert not layer._hooks


def test_containers():
    net = nn.Sequential({"first": nn.Linear(2, 2, rng=0), "then": np.tanh})
    assert [name for name, _ in net.named_parameters()] == ["first.weight", "first.bias"] and len(net) == 2
    assert "(then): Lambda(tanh)" in repr(net)
    assert [type(m).__name__ for m in nn.Sequential(nn.ReLU(), nn.Tanh(), nn.Sigmoid())[1:]] == ["Tanh", "Sigmoid"]
    layers = nn.ModuleList([nn.Linear(1, 1)]).append(nn.ReLU())
    assert len(layers) == 2 and len(layers.parameters()) == 2 and isinstance(layers[-1], nn.ReLU)
    heads = nn.ModuleDict({"a": nn.ReLU()})
    heads["b"] = nn.Linear(1, 1)
    assert heads.keys() == ["a", "b"] and "b" in heads and "b.weight" in heads.state_dict()
    with pytest.raises(KeyError, match="this ModuleDict has"):
        heads["c"]
    with pytest.raises(NotImplementedError, match=r"use nn\.Sequential"):
        layers(1.0)
    with pytest.raises(ShapeError, match="they must agree"):
        nn.Skip(nn.Linear(2, 3), mode="add")(np.ones((1, 2)))
    assert nn.Skip(nn.Linear(2, 3))(np.ones((1, 2))).shape == (1, 5)


def test_a_skip_makes_one_hidden_unit_enough_for_xor():
    model = nn.Sequential(nn.Skip(nn.Linear(2, 1), nn.ReLU()), nn.Linear(3, 1))
    model.load_state_dict({"0.module.0.weight": np.array([[1.0, 1.0]]), "0.module.0.bias": np.array([-1.0]),
                           "1.weight": np.array([[-2.0, 1.0, 1.0]]), "1.bias": np.array([0.0])})
    assert model(np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])).data[:, 0].tolist() == [0, 1, 1, 0]


def test_neurons_as_tensors_have_the_same_numbers():
    scalar, tensors = nn.MLP(3, [4, 2], rng=5), nn.MLP(3, [4, 2], rng=5, tensors=True)
    rows = np.random.default_rng(0).normal(size=(6, 3))
    np.testing.assert_allclose(tensors(rows).data, [[v.data for v in scalar(row)] for row in rows])
    assert repr(scalar) == repr(tensors) and len(tensors.parameters()) == 4
    nor = nn.Neuron.of((-20, -20), 1, tensors=True)
    assert nor(np.array([[0, 0], [0, 1], [1, 0], [1, 1]])).tolist() == [1, 0, 0, 0]


def test_a_model_as_a_function_of_its_parameters():
    net, x = Net(), np.array([[1.0, 2.0]])
    params = {name: p.data for name, p in net.named_parameters()}
    found = grad(lambda p: nn.functional_call(net, p, x).sum())(params)
    net(x).sum().backward()
    for name, p in net.named_parameters():
        np.testing.assert_allclose(found[name], p.grad, err_msg=name)
    gradcheck(lambda p: nn.functional_call(net, p, x), params)
    with pytest.raises(AttributeError, match="no parameter 'nope'"):
        nn.functional_call(net, {"nope": 1.0}, x)


def test_copies_are_independent():
    net = Net()
    twin = copy.deepcopy(net)
    twin.scale.data = 9.0
    assert net.scale.item() == 2.0 and len(twin.parameters()) == 7


def test_the_summary_counts():
    table = nn.summary(nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4 * 64, 10)), np.zeros((2, 1, 8, 8)))
    by_class = {row["class"]: row for row in table.rows}
    assert by_class["Conv2d"]["multiply-adds"] == 2 * 4 * 64 * 9 and by_class["Linear"]["multiply-adds"] == 2 * 256 * 10
    assert by_class["Conv2d"]["parameters"] == 40 and by_class["BatchNorm2d"]["parameters"] == 8
    assert table.parameters == 40 + 8 + 2570 and "(2, 4, 8, 8)" in str(table)
    net = Net()
    net.body[0].freeze()
    table = nn.summary(net, np.zeros((1, 2)))
    assert table.multiply_adds == 6 + 3 + 3 and "(9 frozen)" in str(table) and not net.body[0].weight.requires_grad
    lstm = nn.summary(nn.LSTM(3, 5), np.zeros((7, 2, 3)))
    assert lstm.multiply_adds == 7 * 2 * 20 * (3 + 5) and net.training


def test_dead_units_are_seen():
    layer = nn.Sequential(nn.Linear(1, 4), nn.ReLU())
    layer.load_state_dict({"0.weight": np.array([[1.0], [1.0], [-1.0], [-1.0]]), "0.bias": np.array([0.0, -9.0, 0.0, 9.0])})
    assert nn.dead_units(layer(np.array([[1.0], [2.0]]))) == {"1": 0.5}


def test_what_a_list_of_values_does_in_a_module():
    class Sum(nn.Module):
        def __init__(self):
            self.parts = [Value(1.0), Value(2.0)]

        def forward(self, x):
            return sum((w * x for w in self.parts), 0.0)

    model = Sum()
    model(3.0).backward()
    assert [w.grad for w in model.parameters()] == [3.0, 3.0]
    model.zero_grad()
    with no_grad():
        assert model(1.0).data == 3.0


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_the_unrolled_graph_is_the_fused_one(kind):
    options = {"num_layers": 2, "bidirectional": True, "rng": 0}
    fused, unrolled = getattr(nn, kind)(3, 4, **options), getattr(nn, kind)(3, 4, fused=False, **options)
    x = np.random.default_rng(0).normal(size=(5, 2, 3))
    for model in (fused, unrolled):
        (model(x)[0] ** 2).sum().backward()
    for a, b in zip(fused.parameters(), unrolled.parameters(), strict=True):
        np.testing.assert_allclose(a.grad, b.grad, rtol=1e-10, atol=1e-12, err_msg=a.name)


@pytest.mark.parametrize(("make", "x", "message"), [
    (lambda: nn.BatchNorm1d(3), np.ones((1, 3)), "a batch of one has no variance"),
    (lambda: nn.BatchNorm1d(3), np.ones((4, 2)), "the second of length 3; got shape"),
    (lambda: nn.LayerNorm(3), np.ones((4, 2)), r"the last axes of the input must be \(3,\)"),
    (lambda: nn.GroupNorm(2, 4), np.ones((1, 3)), "no 2 equal groups"),
    (lambda: nn.Conv2d(1, 1, 5), np.ones((1, 1, 3, 3)), "smaller than the kernel"),
    (lambda: nn.Conv2d(2, 1, 3), np.ones((1, 1, 9, 9)), "do not fit"),
    (lambda: nn.LSTM(3, 4), np.ones((5, 2)), r"takes sequences \(time, batch, 3\)"),
    (lambda: nn.Flatten(2, 1), np.ones((2, 2, 2)), r"Flatten\(2, 1\)"),
    (lambda: nn.MaxPool2d(2), np.ones((2, 2)), "images have the shape"),
    (lambda: nn.Linear(3, 2, bias=False), np.ones((2, 2)), "features, must be equally long"),
    (lambda: nn.Linear(3, 2), np.ones((2, 2)), r"linear \('linear'\) of .*shape \(2, 2\)"),
])
def test_shapes_that_do_not_fit(make, x, message):
    with pytest.raises(ShapeError, match=message):
        make()(x)
