"""Modules: what they find, save, freeze, show; hooks; containers; the summary; functional_call."""

import copy
import pickle
import pydoc

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


# ---- two under one name, circles, copies ----------------------------------------------------------------------------
def linear(rng=0):
    return nn.Linear(1, 1, bias=False, rng=rng)


class Holder(nn.Module):
    def __init__(self, **parts):
        for name, part in parts.items():
            setattr(self, name, part)


def dotted():
    model = Holder(a=nn.Sequential({"b": linear()}))
    setattr(model, "a.b", linear(1))
    return model


@pytest.mark.parametrize(("make", "both"), [
    (lambda: Holder(d={3: linear(), "3": linear(1)}), r"model.d\[3\].weight and model.d\['3'\].weight would both be 'd.3.weight'"),
    (lambda: Holder(d={1.0: Tensor([1.0]), "1.0": Tensor([2.0])}), r"model.d\[1.0\] and model.d\['1.0'\]"),
    (dotted, r"model.a.b.weight and model\['a.b'\].weight would both be 'a.b.weight'"),
    (lambda: Holder(d={"a.b": Tensor([1.0]), "a": {"b": Tensor([2.0])}}), r"model.d\['a.b'\] and model.d\['a'\]\['b'\]"),
])
def test_two_under_one_name_are_refused_by_both_their_names(make, both, tmp_path):
    model = make()
    for use in (model.state_dict, lambda: list(model.named_parameters()), model.parameters, lambda: nn.save(model, tmp_path / "a.npz"),
                lambda: model.load_state_dict({}), lambda: nn.functional_call(model, {}, 1.0)):
        with pytest.raises(ValueError, match=both):
            use()
    assert not list(tmp_path.iterdir())


def test_one_under_one_name_twice_is_no_clash():
    layer, x = linear(), Tensor([1.0])
    model = Holder(d={3: layer, "3": layer}, e={3: x, "3": x})
    assert list(model.state_dict()) == ["e.3", "d.3.weight"] and len(model.parameters()) == 2
    model = Holder(d={3: nn.BatchNorm1d(1), "3": nn.BatchNorm1d(1)})
    for x in model.d.values():
        x.weight = x.bias = None
    with pytest.raises(ValueError, match="running_mean"):  # buffers too
        model.state_dict()


def circle():
    parent = Holder(lin=nn.Linear(1, 1, rng=0))
    parent.children = [Holder(parent=parent, lin=nn.Linear(1, 1, rng=i), norm=nn.BatchNorm1d(1)) for i in (1, 2)]
    parent.children[0].friend = parent.children[1]
    parent.children[1].friend = parent.children[0]
    parent.itself = parent
    return parent


def test_modules_that_hold_their_parents_and_themselves():
    net = circle()
    assert len(net.parameters()) == 10 and len(list(net.modules())) == 8 and len(list(net.named_modules())) == 8
    assert not net.eval().children[0].norm.training and net.train().children[1].norm.training
    assert "children.0.friend.lin.weight" in net.state_dict() and not any("parent" in name for name in net.state_dict())
    net.load_state_dict({name: x + 1 for name, x in net.state_dict().items()})
    called = []
    net.to(np.float32).freeze().unfreeze().apply(called.append)
    assert len(called) == 8 and called[-1] is net and "..." in repr(net)
    twin = copy.deepcopy(net)
    assert twin.children[0].parent is twin and len(twin.parameters()) == 10
    assert pickle.loads(pickle.dumps(net)).itself.lin.weight.dtype == np.float32
    net.zero_grad()
    net.children[0].forward = lambda x: net.lin(x)
    net.forward = lambda x: net.children[0](x)
    assert nn.summary(net, np.ones((2, 1), np.float32)).parameters == 10 and net(np.ones((2, 1))).shape == (2, 1)
    nn.SGD(net.parameters(), lr=0.1).step()


def test_a_list_of_modules_that_all_hold_the_list_ends():
    many = [Holder(lin=linear(i)) for i in range(40)]
    for one in many:
        one.all = many
    assert len(many[0].parameters()) == 40 and len(list(many[0].named_modules())) == 80


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net)), copy.copy])
def test_frozen_parameters_stay_frozen_in_copies(copied):
    net = nn.Sequential(nn.Linear(2, 2, rng=0), nn.BatchNorm1d(2), nn.Linear(2, 1, rng=1))
    net[0].freeze()
    twin = copied(net).eval()
    assert not twin[0].weight.requires_grad and twin[2].weight.requires_grad
    assert list(twin.state_dict()) == list(net.state_dict()) and len(twin.parameters()) == 6
    twin.unfreeze()
    assert twin[0].weight.requires_grad


def test_shared_parameters_take_one_value():
    def tied():
        return Holder(a=linear(), b=linear(1))

    net = tied()
    net.b.weight = net.a.weight
    with pytest.raises(ShapeError, match=r"a.weight and b.weight are one parameter, but the numbers differ"):
        net.load_state_dict(tied().state_dict())
    net.forward = net.a.forward
    x, two = np.ones((1, 1)), np.array([[2.0]])
    assert nn.functional_call(net, net.state_dict(), x).shape == (1, 1)
    with pytest.raises(ValueError, match="is a shared parameter, and is given two values"):
        nn.functional_call(net, {"a.weight": two, "b.weight": two + 1}, x)
    with pytest.raises(ValueError, match="two values"):  # of which one alone would get the gradient
        nn.functional_call(net, {"a.weight": Tensor(two), "b.weight": Tensor(two)}, x)


def test_functional_call_takes_buffers_and_shared_names_and_changes_nothing():
    class Tied(nn.Module):
        def __init__(self):
            self.a, self.norm, self.b = nn.Linear(2, 2, rng=0), nn.BatchNorm1d(2), nn.Linear(2, 2, rng=1)
            self.b.weight, self.again = self.a.weight, self.norm

        def forward(self, x):
            return self.again(self.b(self.norm(self.a(x))))

    net, x = Tied(), np.random.default_rng(0).normal(size=(5, 2))
    before = net.state_dict()
    np.testing.assert_array_equal(nn.functional_call(net, net.state_dict(), x).data, nn.functional_call(net, {}, x).data)
    two = np.full((2, 2), 2.0)
    by_second_name = nn.functional_call(net, {"b.weight": two}, x)
    np.testing.assert_array_equal(by_second_name.data, nn.functional_call(net, {"a.weight": two}, x).data)
    assert grad(lambda w: (nn.functional_call(net, {"b.weight": w}, x) ** 3).sum())(two).shape == (2, 2)
    net.eval()
    moved = nn.functional_call(net, {**before, "norm.running_mean": np.ones(2), "again.running_mean": np.ones(2)}, x)
    assert not np.allclose(moved.data, net(x).data)
    np.testing.assert_equal(net.state_dict(), before)


def test_arrays_that_are_given_stay_the_givers():
    net, mask, numbers = nn.BatchNorm1d(2), np.ones(3), nn.BatchNorm1d(2).state_dict()
    net.register_buffer("mask", mask)
    net.load_state_dict(numbers, strict=False)
    mask[:] = 0
    for x in numbers.values():
        x[...] = 7
    assert net.mask.tolist() == [1, 1, 1] and net.weight.data.tolist() == [1, 1] and net.running_var.tolist() == [1, 1]
    state = net.state_dict()
    state["weight"][:] = 5
    assert net.weight.data.tolist() == [1, 1]


def test_load_state_dict_takes_nodes_and_says_what_it_does_not_take():
    net = linear()
    net.load_state_dict(dict(linear(1).named_parameters()))
    assert net.weight.item() == linear(1).weight.item()
    for wrong in ("weights.npz", net, [1.0], None):
        with pytest.raises(TypeError, match="takes arrays by path"):
            net.load_state_dict(wrong)


def test_complex_numbers_stay_complex():
    net = Holder(w=Tensor([1 + 2j]), x=Tensor([1.0]))
    net.register_buffer("phase", np.array([1j]))
    net.to(np.float32)
    assert (net.w.dtype, net.x.dtype, net.phase.dtype) == (np.complex64, np.float32, np.complex64) and net.w.data == [1 + 2j]


def test_accuracy_at_its_edges():
    assert nn.accuracy(np.array([[np.nan, 1.0], [0.0, 1.0]]), np.array([0, 1])) == 0.5
    assert nn.accuracy(np.eye(2), np.array([False, True])) == nn.accuracy(np.eye(2, dtype=int), np.array([0.0, 1.0])) == 1.0
    for output, target in ((np.zeros((0, 3)), np.zeros(0, int)), (np.eye(3), np.eye(3))):
        with pytest.raises(ShapeError, match="accuracy"):
            nn.accuracy(output, target)


def test_what_nn_lists_is_what_is_public():
    assert sorted(dir(nn)) == sorted(nn.__all__) and all(hasattr(nn, name) for name in dir(nn))
    text = pydoc.plain(pydoc.render_doc(nn))
    assert all(name in text for name in nn.__all__) and "import_module" not in text


@pytest.mark.parametrize("name", ["training", "stacked", "parameters", "to", "state_dict"])
def test_what_every_module_has_is_no_name_for_a_layer(name):
    for make in (lambda: nn.Sequential({name: linear()}), lambda: Holder(**{name: linear()}), lambda: Holder(**{name: [Tensor([1.0])]})):
        with pytest.raises(ValueError, match=f"'{name}' is an attribute of every"):
            make()
    with pytest.raises(KeyError):
        nn.ModuleDict({name: linear()})
    assert Holder(forward=linear())(np.ones((1, 1))).shape == (1, 1)
