"""Optimisers, schedules, initialisers and clipping: PyTorch's stored numbers, states, groups, errors."""

import numpy as np
import pytest
from oracles import our_optim
from oracles.optim_cases import INITIALISERS, OPTIMIZERS, PATH, SCHEDULES, SHAPES, name_of

import nn
from autograd import Tensor, Value
from autograd.errors import ForeignObject, ShapeError
from nn import init

DATA = dict(np.load(PATH))
STATEFUL = [case for case in OPTIMIZERS if case[0] != "LBFGS"]


@pytest.mark.parametrize("case", OPTIMIZERS, ids=name_of)
def test_trajectories_are_pytorchs(case):
    np.testing.assert_allclose(our_optim.optimizer_path(case), DATA[name_of(case)], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("case", SCHEDULES, ids=name_of)
def test_rates_are_pytorchs(case):
    np.testing.assert_allclose(our_optim.schedule_rates(case, 60), DATA[name_of(case)], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("case", INITIALISERS, ids=name_of)
def test_statistics_are_pytorchs(case):
    for shape in SHAPES:
        our_optim.check_statistics(our_optim.statistics(case, shape), DATA[f"{name_of(case)} {shape}"], shape)


def walk(x, optimizer, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        ((x - 1.0) ** 4).sum().backward()
        optimizer.step()
    return x.data


@pytest.mark.parametrize("case", STATEFUL, ids=name_of)
def test_a_saved_state_goes_on_bit_for_bit(case):
    name, options = case
    make = lambda x: getattr(nn, name)([x], **options)
    x = Tensor([0.5, 3.0])
    optimizer = make(x)
    walk(x, optimizer, 5)
    saved, y = optimizer.state_dict(), Tensor(x.data)
    expected = walk(x, optimizer, 5)
    fresh = make(y)
    fresh.load_state_dict(saved)
    np.testing.assert_array_equal(walk(y, fresh, 5), expected)


@pytest.mark.parametrize("case", STATEFUL, ids=name_of)
def test_values_and_float32_keep_their_kind(case):
    name, options = case
    v, t, single = Value(3.0), Tensor(3.0), Tensor([3.0], dtype=np.float32)
    for x in (v, t, single):
        optimizer = getattr(nn, name)([x], **{**options, "lr": np.float64(0.01)})
        for _ in range(3):
            optimizer.zero_grad()
            (x * x).sum().backward() if x is single else (x * x).backward()
            optimizer.step()
    assert type(v.data) is float and single.dtype == np.float32
    assert v.data == pytest.approx(t.item(), rel=1e-12) == pytest.approx(single.item(), rel=1e-5)


def test_groups_have_options_of_their_own():
    a, b = Tensor([1.0]), Tensor([1.0])
    optimizer = nn.SGD([{"params": [a]}, {"params": b, "lr": 0.5}], lr=0.1)
    (a + b).sum().backward()
    optimizer.step()
    assert (a.item(), b.item()) == (0.9, 0.5)
    optimizer.lr = 0.2
    assert [g["lr"] for g in optimizer.param_groups] == [0.2, 0.2]
    c = Tensor([1.0])
    optimizer.add_param_group({"params": [c], "momentum": 0.5})
    assert optimizer.params == [a, b, c] and "momentum: 0.5" in repr(optimizer)


def test_nothing_moves_if_one_update_fails():
    a, b = Tensor([1.0]), Tensor([1.0])
    optimizer = nn.Adam([a, b])
    a.grad, b.grad = np.ones(1), "no gradient"
    with pytest.raises(TypeError):
        optimizer.step()
    assert a.item() == 1.0 and optimizer.state[a] == {}


def test_frozen_parameters_stay():
    model = nn.MLP(2, [2, 1], rng=0)
    optimizer = nn.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model([1.0, 2.0]).backward()
    optimizer.step()
    model.layers[0].freeze()
    before = [p.data for p in model.layers[0].parameters()]
    optimizer.zero_grad()
    model([1.0, 2.0]).backward()
    optimizer.step()
    assert [p.data for p in model.layers[0].parameters()] == before


def test_what_is_refused():
    x = Tensor([1.0])
    for make, kind, message in (
        (lambda: nn.SGD([], lr=0.1), ValueError, "got no parameters"),
        (lambda: nn.SGD([x, x], lr=0.1), ValueError, "twice"),
        (lambda: nn.SGD([np.ones(2)], lr=0.1), ForeignObject, "takes variables"),
        (lambda: nn.SGD([x * 2], lr=0.1), ForeignObject, "takes variables"),
        (lambda: nn.SGD([x], lr=-1.0), ValueError, "lr must not be negative, got -1.0"),
        (lambda: nn.Adam([x], betas=(0.9, 1.0)), ValueError, "betas"),
        (lambda: nn.SGD([x], nesterov=True), ValueError, "Nesterov"),
        (lambda: nn.SGD([{"params": [x], "rate": 1}], lr=0.1), ValueError, "no option 'rate'"),
        (lambda: nn.LBFGS([x]).step(), ValueError, "step\\(closure\\)"),
        (lambda: nn.LBFGS([{"params": [x]}, {"params": [Tensor(1.0)]}]), ValueError, "one group"),
        (lambda: nn.OneCycleLR(nn.SGD([x], lr=0.1), max_lr=1.0), ValueError, "needs total_steps"),
        (lambda: init.eye_(Tensor([1.0])), ShapeError, r"shape \(1,\)"),
        (lambda: init.kaiming_normal_(Tensor([1.0])), ShapeError, "no fan-in"),
        (lambda: init.calculate_gain("gelu"), ValueError, "no gain is known for 'gelu'"),
    ):
        with pytest.raises(kind, match=message):
            make()


def test_a_state_that_does_not_fit_changes_nothing():
    x, y = Tensor([1.0, 2.0]), Tensor([1.0, 2.0, 3.0])
    ours, theirs = nn.Adam([x]), nn.Adam([y])
    y.grad = np.ones(3)
    theirs.step()
    with pytest.raises(ShapeError, match=r"exp_avg of parameter 0 has shape \(3,\), the parameter \(2,\)"):
        ours.load_state_dict(theirs.state_dict())
    with pytest.raises(ValueError, match=r"groups of \[1\] parameters, and saved ones of \[2\]"):
        ours.load_state_dict(nn.Adam([x, y]).state_dict())
    assert ours.state_dict()["state"] == {}


def test_clipping_of_an_ensemble_is_that_of_its_members():
    whole = nn.ensemble(lambda rng: nn.Linear(2, 3, rng=rng), 4, rng=0)
    alone, x = whole.members(), np.array([[1.0, 2.0], [3.0, -1.0]])
    (whole(x) ** 2).sum().backward()
    norms = nn.clip_grad_norm(whole, 2.0)
    for i, member in enumerate(alone):
        (member(x) ** 2).sum().backward()
        assert nn.clip_grad_norm(member, 2.0) == pytest.approx(norms[i])
        for a, b in zip(whole.parameters(), member.parameters(), strict=True):
            np.testing.assert_allclose(a.grad[i], b.grad)
    with pytest.raises(ValueError, match="not finite"):
        a.grad = a.grad * np.nan
        nn.clip_grad_norm(whole, 1.0, error_if_nonfinite=True)
    nn.clip_grad_value([b], 0.1)
    assert abs(b.grad).max() == pytest.approx(0.1)


def test_schedules_go_on_from_a_saved_state():
    def pair():
        optimizer = nn.SGD([Tensor([0.0])], lr=1.0)
        warm = nn.LinearLR(optimizer, total_iters=3)
        return optimizer, nn.SequentialLR(optimizer, [warm, nn.ExponentialLR(optimizer, 0.5)], milestones=[3])

    optimizer, schedule = pair()
    for _ in range(4):
        schedule.step()
    again, restored = pair()
    again.load_state_dict(optimizer.state_dict())
    restored.load_state_dict(schedule.state_dict())
    for _ in range(3):
        schedule.step(), restored.step()
        assert restored.get_last_lr() == schedule.get_last_lr()
