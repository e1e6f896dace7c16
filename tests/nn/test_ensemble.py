"""Many networks at once are the same networks as one after the other."""

from collections import namedtuple

import numpy as np
import pytest
from cases import our_layers as ours
from cases.layers import LAYERS, LOSSES, layer_case, loss_case

import nn
from autograd import Tensor, draw, gradients
from autograd.errors import ShapeError
from autograd.functional import flatten
from autograd.graph import Node
from nn.ensemble import EnsembleError, OneByOne

X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])


def xor_net(rng):
    return nn.Sequential(nn.Linear(2, 4, rng=rng), nn.ReLU(), nn.Linear(4, 1, rng=rng))


def same(got, expected, name):
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_gives_what_each_member_gives(name, shared):
    for seed in range(8):
        args, keywords, inputs = layer_case(name, seed)
        if name == "Bilinear":
            inputs = inputs[:1]  # an ensemble's forward takes one input

            other = layer_case(name, seed)[2][1]

            def make(rng, args=args, keywords=keywords, other=other):
                return Fixed(ours.layer("Bilinear", args, keywords, rng), other)
        else:

            def make(rng, args=args, keywords=keywords):
                return ours.layer(name, args, keywords, rng)

        for training in (True, False):
            whole = nn.ensemble(make, 3, rng=seed).train(training)
            alone = [m.train(training) for m in whole.members()]
            x = inputs[0] if shared else np.stack([inputs[0], np.flip(inputs[0]), inputs[0]])
            each = [inputs[0]] * 3 if shared else list(x)
            expected = [ours.outputs_and_gradients(m, [e], training) for m, e in zip(alone, each, strict=True)]
            outputs = outputs_of(whole, x, shared)
            for i in range(3):
                for j, y in enumerate(outputs):
                    same(y.data[i], expected[i][f"output {j}"], f"{name}{args}{keywords} output {j}")
            seeds = [np.stack([ours.seeds_of_outputs([e[f"output {j}"] for j in range(len(outputs))])[j] for e in expected]) for j in range(len(outputs))]
            names = [n for n, _ in whole.named_parameters()]
            if not names or not any(y.requires_grad for y in outputs):
                continue
            found = gradients(outputs, whole.parameters(), seeds)
            for n, g in zip(names, found, strict=True):
                for i in range(3):
                    same(g[i], expected[i][f"gradient of {n.removeprefix('model.')}"], f"{name}{args}{keywords} {n}")
            for n, b in whole.named_buffers():
                for i in range(3):
                    same(b[i], expected[i][f"buffer {n.removeprefix('model.')}"], n)


class Fixed(nn.Module):
    ensembles = True

    def __init__(self, layer, other):
        self.layer, self.other = layer, other

    def forward(self, x):
        return self.layer(x, np.broadcast_to(self.other, (*np.shape(x)[:-1], 2)))


def outputs_of(whole, x, shared):
    given = Tensor(x) if x.dtype.kind == "f" else x
    return [y for y in flatten(whole(given, shared=shared))[0] if isinstance(y, Node)]


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_gives_one_for_each_member(name):
    for seed in range(12):
        keywords, x, t = loss_case(name, seed)
        loss = getattr(nn, name)(**keywords)
        many = np.stack([x, np.roll(x, 1, -1), x * 0.9])
        got = nn.ensemble(xor_net, 3).each(loss)(Tensor(many), t)
        same(got.data, np.stack([loss(Tensor(part), t).data for part in many]), f"{name}{keywords}")


def train(model, loss, x, steps):
    optimizer = nn.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(model(x), Y).sum().backward()
        optimizer.step()


def test_members_end_where_the_same_networks_end_alone():
    n, steps = 8, 300
    whole = nn.ensemble(xor_net, n, rng=5)
    alone = [xor_net(rng) for rng in np.random.default_rng(5).spawn(n)]
    train(whole, whole.each(nn.MSELoss()), X, steps)
    for member, other in zip(whole.members(), alone, strict=True):
        train(other, nn.MSELoss(), X, steps)
        for a, b in zip(member.parameters(), other.parameters(), strict=True):
            np.testing.assert_allclose(a.data, b.data, rtol=1e-9, atol=1e-9)


def test_dropout_draws_what_each_member_would_draw():
    def make(rng):
        return nn.Sequential(nn.Linear(2, 8, rng=rng), nn.Dropout(0.5, rng=rng))

    whole, alone = nn.ensemble(make, 3, rng=1), [make(rng) for rng in np.random.default_rng(1).spawn(3)]
    for _ in range(2):
        same(whole(X).data, np.stack([m(X).data for m in alone]), "dropout")
    kinds = nn.ensemble(lambda rng: nn.LSTM(2, 3, num_layers=2, dropout=0.4, rng=rng), 2, rng=1)
    pair = [nn.LSTM(2, 3, num_layers=2, dropout=0.4, rng=rng) for rng in np.random.default_rng(1).spawn(2)]
    same(kinds(X)[0].data, np.stack([m(X)[0].data for m in pair]), "dropout between layers")


def test_custom_modules_run_one_by_one_and_tied_weights_stay_tied():
    class Odd(nn.Module):
        def __init__(self, rng):
            self.layer = nn.Linear(2, 2, rng=rng)

        def forward(self, x):
            return self.layer(x).reshape(-1)  # would be wrong with another axis in front

    class Tied(nn.Module):
        ensembles = True

        def __init__(self, rng):
            self.a = nn.Linear(2, 2, rng=rng)
            self.b = nn.Linear(2, 2, rng=rng)
            self.b.weight = self.a.weight

        def forward(self, x):
            return self.b(self.a(x))

    whole = nn.ensemble(Odd, 3, rng=0)
    assert isinstance(whole.model, OneByOne) and whole(X).shape == (3, 8)
    same(whole(X).data[1], whole.member(1)(X).data, "custom")
    whole = nn.ensemble(Tied, 3, rng=0)
    assert len(whole.parameters()) == 3 and len(whole.member(0).parameters()) == 3
    same(whole(X).data[2], whole.member(2)(X).data, "tied")


def test_containers_skips_and_frozen_parameters():
    def make(rng):
        body = nn.Skip(nn.Linear(2, 3, rng=rng), nn.Tanh())
        return nn.Sequential({"body": body, "sum": nn.Skip(nn.Linear(5, 5, rng=rng), mode="add"), "f": np.tanh, "flat": nn.Flatten()})

    whole = nn.ensemble(make, 4, rng=0)
    same(whole(X).data, np.stack([m(X).data for m in whole.members()]), "skips")
    frozen = nn.ensemble(lambda rng: make(rng).freeze(), 2, rng=0)
    assert not frozen(X).requires_grad and frozen.member(0).unfreeze()(X).requires_grad
    assert whole.member(-1).state_dict().keys() == make(0).state_dict().keys()


def test_what_can_not_be_joined_is_refused():
    with pytest.raises(EnsembleError, match="tensors=True"):
        nn.ensemble(lambda rng: nn.MLP(2, [2, 1], rng=rng), 2)
    sizes = iter((2, 3))
    with pytest.raises(EnsembleError, match="out_features differ: 2 and 3"):
        nn.ensemble(lambda rng: nn.Linear(2, next(sizes), rng=rng), 2)
    with pytest.raises(ValueError, match=r"\(members, …\), here \(2, …\); got shape \(4, 2\)"):
        nn.ensemble(xor_net, 2)(X, shared=False)
    assert nn.ensemble(lambda rng: nn.MLP(2, [2, 1], tensors=True, rng=rng), 2)(X).shape == (2, 4, 1)


@pytest.mark.slow
def test_a_thousand_networks_take_as_long_as_a_few():
    import time

    def clock(model, loss):
        begin = time.perf_counter()
        train(model, loss, X, 1000)
        return time.perf_counter() - begin

    whole = nn.ensemble(xor_net, 1000, rng=0)
    alone = [xor_net(rng) for rng in np.random.default_rng(0).spawn(1000)[:20]]
    together = clock(whole, whole.each(nn.MSELoss()))
    apart = sum(clock(model, nn.MSELoss()) for model in alone) * 1000 / len(alone)
    assert apart / together > 60  # 140 on an idle machine; tests run beside others
    for i, model in enumerate(alone):
        for a, b in zip(model.parameters(), whole.member(i).parameters(), strict=True):
            np.testing.assert_allclose(a.data, b.data, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("optimizer", [nn.SGD, nn.Adam])
@pytest.mark.parametrize("which", [[4, 0, 2], np.array([True, False, True, False, True])])
def test_members_that_are_kept_go_on_as_if_the_others_had_stayed(optimizer, which):
    x, t = np.random.default_rng(0).normal(size=(6, 2)), np.ones((6, 1))

    def make(rng):
        return nn.Sequential(nn.Linear(2, 3, rng=rng), nn.Tanh(), nn.Dropout(0.5, rng=rng), nn.Linear(3, 1, rng=rng))

    def steps(model, trainer, count):
        for _ in range(count):
            trainer.zero_grad()
            model.each(nn.MSELoss())(model(x), t).sum().backward()
            trainer.step()

    whole, part = nn.ensemble(make, 5, rng=1), nn.ensemble(make, 5, rng=1)
    trainers = [optimizer(model.parameters(), lr=0.1) for model in (whole, part)]
    steps(whole, trainers[0], 6)
    steps(part, trainers[1], 3)
    part.keep(which, trainers[1])
    assert len(part) == 3
    steps(part, trainers[1], 3)
    for a, b in zip([whole.member(i) for i in np.arange(5)[which]], part.members(), strict=True):
        for name, numbers in a.state_dict().items():
            np.testing.assert_array_equal(numbers, b.state_dict()[name])


def test_at_least_one_member_is_kept():
    model = nn.ensemble(lambda rng: nn.Linear(2, 1, rng=rng), 3)
    with pytest.raises(ShapeError, match="at least one"):
        model.keep([False] * 3)


def test_a_member_is_drawn_as_the_network_it_would_be_alone():
    def make(rng):
        return nn.Sequential(nn.Linear(2, 3, rng=rng), nn.ReLU(), nn.Linear(3, 1, rng=rng))

    x = Tensor(np.ones((4, 2)), name="x")
    alone = make(np.random.default_rng(0).spawn(2)[1])
    member = nn.ensemble(make, 2, rng=0).member(1)
    assert draw(member(x).sum()).source == draw(alone(x).sum()).source


@pytest.mark.parametrize("name", sorted(set(LOSSES) - {"MSELoss"}))
def test_each_member_gets_bit_for_bit_the_loss_and_gradient_that_it_would_get_alone(name):
    for seed in range(20):
        keywords, x, t = loss_case(name, seed)
        loss = getattr(nn, name)(**keywords)
        many = Tensor(np.stack([x, np.roll(x, 1, -1), x * 0.9]))
        got = nn.ensemble(xor_net, 3).each(loss)(many, t)
        [slope] = gradients([got], [many], [np.ones(got.shape)])
        for i, part in enumerate(many.data):
            alone = Tensor(part)
            y = loss(alone, t)
            np.testing.assert_array_equal(got.data[i], y.data, err_msg=f"{name}{keywords}")
            np.testing.assert_array_equal(slope[i], gradients([y], [alone], [np.ones(y.shape)])[0], err_msg=f"{name}{keywords}")


@pytest.mark.parametrize("shape", [(7,), (2, 7), (5, 3)])
def test_class_numbers_that_do_not_fit_are_refused_in_the_words_of_one_member(shape):
    loss = nn.ensemble(xor_net, 2).each(nn.CrossEntropyLoss())
    with pytest.raises(ShapeError, match=r"logits whose shape without the classes is \(5,\) need class numbers of that shape"):
        loss(Tensor(np.zeros((2, 5, 3))), np.zeros(shape, int))


def test_a_loss_within_a_stacked_module_is_one_for_each_member():
    class WithLoss(nn.Module):
        works_stacked = True

        def __init__(self, rng):
            self.body, self.loss = nn.Linear(2, 3, rng=rng), nn.CrossEntropyLoss(reduction="sum")

        def forward(self, x):
            return self.loss(self.body(x), np.array([0, 2, 1, 1]))

    whole = nn.ensemble(WithLoss, 3, rng=0)
    same(whole(X).data, np.stack([m(X).data for m in whole.members()]), "a loss within")


def test_a_forward_works_stacked_only_if_its_own_class_says_so():
    class Former(nn.Module):
        ensembles = True  # the flag's former name

        def forward(self, x):
            return x

    class Own(nn.Linear):
        def forward(self, x):
            return super().forward(x)

    class Renamed(nn.Linear):
        pass

    class Another(Former):
        def forward(self, x):
            return x

    assert [c.works_stacked for c in (Former, Own, Renamed, Another, nn.Linear, nn.Module)] == [True, False, True, False, True, False]


def test_namedtuples_of_parameters_are_joined_and_taken_apart():
    pair = namedtuple("pair", "scale shift")

    class Affine(nn.Module):
        works_stacked = True

        def __init__(self, rng):
            self.both = pair(Tensor(rng.normal(size=(1, 1))), Tensor(rng.normal(size=(1, 1))))

        def forward(self, x):
            return x * self.both.scale + self.both.shift

    whole = nn.ensemble(Affine, 3, rng=0)
    same(whole(X).data, np.stack([m(X).data for m in whole.members()]), "namedtuple")
    assert isinstance(whole.member(1).both, pair)
    twice = nn.functional_call(whole.member(0), {"both.0": np.array(2.0), "both.1": np.array(1.0)}, X)
    np.testing.assert_array_equal(twice, X * 2 + 1)


def test_layers_in_an_ensemble_are_shown_as_the_layers_that_they_are():
    whole = nn.ensemble(lambda rng: nn.Sequential(nn.Linear(2, 1, rng=rng), nn.ReLU(), nn.LeakyReLU()), 3, rng=0)
    assert repr(whole.model) == repr(whole.member(0))
