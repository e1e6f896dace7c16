"""Schedules: PyTorch's stored rates, exact small cases, groups, saving, errors."""

import json
import math

import numpy as np
import pytest
from cases import our_optim
from cases.optim import PATH, SCHEDULES, metric, name_of

import nn
from autograd import Tensor, Value

DATA = dict(np.load(PATH))


def optimizer_of(*rates, kind=nn.Adam):
    return kind([{"params": [Tensor([0.0])], "lr": lr} for lr in rates or (0.3,)])


def advance(schedule, t):
    schedule.step(*([metric(t)] if schedule.watches else []))


def sequence(optimizer):
    warm = nn.LinearLR(optimizer, start_factor=0.25, total_iters=3)
    return nn.SequentialLR(optimizer, [warm, nn.CosineAnnealingLR(optimizer, 10), nn.ExponentialLR(optimizer, 0.5)], [3, 8])


MAKERS = {name_of(case): (lambda o, case=case: getattr(nn, case[0])(o, **case[1])) for case in SCHEDULES} | {"sequence": sequence}


@pytest.mark.parametrize("case", SCHEDULES, ids=name_of)
def test_rates_are_pytorchs(case):
    np.testing.assert_allclose(our_optim.schedule_rates(case, 60), DATA[name_of(case)], rtol=1e-12, atol=1e-15)


def test_small_cases_by_hand():
    for make, expected in (
        (lambda o: nn.StepLR(o, 2), [1.0, 1.0, 0.1, 0.1, 0.01]),
        (lambda o: nn.MultiStepLR(o, [3, 1], gamma=0.5), [1.0, 0.5, 0.5, 0.25, 0.25]),
        (lambda o: nn.ExponentialLR(o, 0.5), [1.0, 0.5, 0.25, 0.125, 0.0625]),
        (lambda o: nn.CosineAnnealingLR(o, 4), [(1 + math.cos(math.pi * t / 4)) / 2 for t in range(5)]),
        (lambda o: nn.LinearLR(o, 0.5, total_iters=2), [0.5, 0.75, 1.0, 1.0, 1.0]),
        (lambda o: nn.LinearLR(o, total_iters=0), [1.0] * 5),
        (lambda o: nn.ConstantLR(o, 0.5, 3), [0.5, 0.5, 0.5, 1.0, 1.0]),
        (lambda o: nn.LambdaLR(o, lambda epoch: 1 / (1 + epoch)), [1.0, 1 / 2, 1 / 3, 1 / 4, 1 / 5]),
        (lambda o: nn.OneCycleLR(o, 1.0, 10, pct_start=0.1, anneal_strategy="linear", div_factor=4.0, final_div_factor=0.25),
         [1.0] * 5),  # PyTorch divides by zero where the way up takes no step
        (lambda o: nn.SequentialLR(o, [nn.ConstantLR(o, 0.5, 9), nn.ExponentialLR(o, 0.5)], [2]), [0.5, 0.5, 1.0, 0.5, 0.25]),
    ):
        optimizer = optimizer_of(1.0)
        schedule, seen = make(optimizer), []
        for _ in range(5):
            seen += schedule.get_last_lr()
            schedule.step()
        assert seen == pytest.approx(expected, rel=1e-12)


def test_every_group_has_its_own_rate():
    optimizer = optimizer_of(1.0, 0.1)
    schedule = nn.LambdaLR(optimizer, [lambda t: 0.5**t, lambda t: 0.1**t])
    schedule.step()
    assert schedule.get_last_lr() == pytest.approx([0.5, 0.01])
    schedule = nn.OneCycleLR(optimizer, [1.0, 2.0], 9, pct_start=1 / 3, base_momentum=[0.5, 0.6], max_momentum=[0.9, 0.8])
    assert [g["betas"] for g in optimizer.param_groups] == [(0.9, 0.999), (0.8, 0.999)]
    assert schedule.get_last_lr() == [0.04, 0.08]
    schedule.step()
    schedule.step()
    assert schedule.get_last_lr() == pytest.approx([1.0, 2.0])
    assert [g["betas"][0] for g in optimizer.param_groups] == pytest.approx([0.5, 0.6])


def test_one_cycle_moves_the_momentum_of_sgd_unless_told_not_to():
    optimizer = optimizer_of(kind=nn.SGD)
    nn.OneCycleLR(optimizer, 1.0, 10)
    assert optimizer.param_groups[0]["momentum"] == 0.95
    optimizer = optimizer_of(kind=nn.SGD)
    nn.OneCycleLR(optimizer, 1.0, 10, cycle_momentum=False).step()
    assert optimizer.param_groups[0]["momentum"] == 0.0


def test_a_plateau_lowers_the_rate_by_hand():
    optimizer = optimizer_of(1.0, 0.02)
    schedule = nn.ReduceLROnPlateau(optimizer, patience=1, cooldown=1, min_lr=[0.0, 0.01])
    seen = []
    for loss in (Tensor(3.0), Value(2.0), np.float32(2.0), 2.0, 2.0, 2.0, 2.0):
        schedule.step(loss)
        seen.append(schedule.get_last_lr())
    assert seen == [[1.0, 0.02]] * 3 + [[0.1, 0.01]] * 3 + [[pytest.approx(0.01), 0.01]]


@pytest.mark.parametrize("name", MAKERS)
def test_a_saved_schedule_goes_on(name):
    first, second = optimizer_of(), optimizer_of()
    schedule, restored = MAKERS[name](first), MAKERS[name](second)
    for t in range(7):
        advance(schedule, t)
    saved = schedule.state_dict()
    second.load_state_dict(first.state_dict())
    restored.load_state_dict(json.loads(json.dumps(saved)))
    assert restored.get_last_lr() == schedule.get_last_lr()
    for t in range(7, 20):
        advance(schedule, t)
        advance(restored, t)
        assert second.param_groups[0]["lr"] == first.param_groups[0]["lr"]
        assert second.param_groups[0]["betas"] == first.param_groups[0]["betas"]
    assert saved["last_epoch"] == 7 and schedule.last_epoch == restored.last_epoch == 20


@pytest.mark.parametrize("name", [name for name in MAKERS if not name.startswith(("OneCycle", "Reduce"))])
def test_last_epoch_goes_on_from_there(name):
    optimizer = optimizer_of()
    schedule = MAKERS[name](optimizer)
    for t in range(6):
        advance(schedule, t)
    lr = optimizer.lr
    if name == "sequence":
        warm = nn.LinearLR(optimizer, start_factor=0.25, total_iters=3)
        rest = [nn.CosineAnnealingLR(optimizer, 10), nn.ExponentialLR(optimizer, 0.5)]
        nn.SequentialLR(optimizer, [warm, *rest], [3, 8], last_epoch=5)
    else:
        kind, options = next(case for case in SCHEDULES if name_of(case) == name)
        getattr(nn, kind)(optimizer, **options, last_epoch=5)
    assert optimizer.lr == lr


def test_a_state_that_does_not_fit_changes_nothing():
    schedule, other = nn.StepLR(optimizer_of(), 2), nn.ExponentialLR(optimizer_of(), 0.5)
    with pytest.raises(ValueError, match="StepLR: a saved state of other names, 'step_size' for one"):
        schedule.load_state_dict({name: x for name, x in schedule.state_dict().items() if name != "step_size"})
    with pytest.raises(ValueError, match="other names"):
        schedule.load_state_dict({**schedule.state_dict(), "optimizer": 3})
    with pytest.raises(ValueError, match="1 groups, and saved 2"):
        schedule.load_state_dict(nn.StepLR(optimizer_of(1.0, 2.0), 2).state_dict())
    both = optimizer_of()
    pair = nn.SequentialLR(both, [nn.StepLR(both, 2), nn.ExponentialLR(both, 0.5)], [3])
    wrong = {"last_epoch": 3, "schedulers": [{**schedule.state_dict(), "last_epoch": 9}, schedule.state_dict()]}
    with pytest.raises(ValueError, match="ExponentialLR"):
        pair.load_state_dict(wrong)
    assert pair.last_epoch == pair.schedulers[0].last_epoch == 0
    with pytest.raises(ValueError, match="not of a SequentialLR of 2 schedules"):
        pair.load_state_dict(other.state_dict())


def test_what_a_state_holds_is_a_copy():
    schedule = nn.MultiStepLR(optimizer_of(), [2, 3])
    saved = schedule.state_dict()
    saved["milestones"][0] = 99
    assert schedule.milestones == [2, 3]


def test_what_is_refused():
    o = optimizer_of()
    for make, message in (
        (lambda: nn.OneCycleLR(o, max_lr=1.0), "needs total_steps"),
        (lambda: nn.OneCycleLR(o, max_lr=1.0, total_steps=0), "at least one step"),
        (lambda: nn.OneCycleLR(o, 1.0, 5, anneal_strategy="cosine"), "'cosine'"),
        (lambda: nn.OneCycleLR(o, 1.0, 5, pct_start=1.5), "pct_start is between 0 and 1, got 1.5"),
        (lambda: nn.OneCycleLR(o, [1.0, 2.0], 5), "max_lr has 2 entries, the optimiser 1 groups"),
        (lambda: nn.OneCycleLR(optimizer_of(kind=nn.Adagrad), 1.0, 5), "Adagrad has no momentum to cycle"),
        (lambda: [s.step() for s in [nn.OneCycleLR(o, 1.0, 3)] for _ in range(4)], "made for 3 steps"),
        (lambda: nn.LambdaLR(o, []), "lr_lambda has 0 entries"),
        (lambda: nn.StepLR(o, 0), "step_size"),
        (lambda: nn.CosineAnnealingLR(o, 0), "T_max"),
        (lambda: nn.LinearLR(o, start_factor=0.0), "between 0 and 1"),
        (lambda: nn.ConstantLR(o, factor=2.0), "factor is between 0 and 1, got 2.0"),
        (lambda: nn.StepLR(optimizer_of(), 2, last_epoch=3), "no initial_lr"),
        (lambda: nn.ReduceLROnPlateau(o, factor=1.0), "factor must be below 1"),
        (lambda: nn.ReduceLROnPlateau(o, mode="low"), "'low'"),
        (lambda: nn.ReduceLROnPlateau(o, min_lr=[0.0, 0.1]), "min_lr has 2 entries"),
        (lambda: nn.SequentialLR(o, [nn.StepLR(o, 2)], [1]), "1 schedules and 1 milestones"),
        (lambda: nn.SequentialLR(o, [], []), "0 schedules"),
        (lambda: nn.SequentialLR(o, [nn.ReduceLROnPlateau(o)], []), "does not take a ReduceLROnPlateau"),
        (lambda: nn.SequentialLR(o, [nn.StepLR(optimizer_of(), 2)], []), "of another optimiser"),
    ):
        with pytest.raises(ValueError, match=message):
            make()
    with pytest.raises(NotImplementedError, match="rate"):
        nn.schedules.Schedule(o)


# ---- edges ----------------------------------------------------------------------------------------------------------
def rates_of(schedule, steps=5):
    seen = []
    for _ in range(steps):
        seen.append(schedule.optimizer.lr)
        schedule.step()
    return seen


def test_schedules_of_one_optimiser_work_together_as_pytorchs():
    optimizer = optimizer_of(1.0)
    warm, decay = nn.LinearLR(optimizer, 0.5, total_iters=2), nn.ExponentialLR(optimizer, 0.5)
    seen = [optimizer.lr]
    for _ in range(3):
        warm.step()
        decay.step()
        seen.append(optimizer.lr)
    assert seen == pytest.approx([0.5, 0.375, 0.25, 0.125])
    optimizer.lr = 0.8  # a hand's change is gone on from
    decay.step()
    assert optimizer.lr == pytest.approx(0.4)
    later = nn.StepLR(optimizer, 1)  # another schedule, where the first ended
    assert optimizer.lr == pytest.approx(0.4)
    later.step()
    assert optimizer.lr == pytest.approx(0.04)


def test_a_sequence_may_begin_with_its_second_schedule():
    for milestones, expected in (([0, 3], [1.0, 0.5, 0.25, 1.0, 0.1]), ([2, 2], [0.25, 0.25, 1.0, 0.1, 0.01])):
        o = optimizer_of(1.0)
        parts = [nn.ConstantLR(o, 0.25, 9), nn.ExponentialLR(o, 0.5), nn.ExponentialLR(o, 0.1)]
        assert rates_of(nn.SequentialLR(o, parts, milestones)) == pytest.approx(expected)


def test_a_group_that_comes_after_the_schedule_is_named():
    for make in (lambda o: nn.StepLR(o, 1), lambda o: nn.OneCycleLR(o, 1.0, 9), nn.ReduceLROnPlateau,
                 lambda o: nn.SequentialLR(o, [nn.StepLR(o, 1)], []), lambda o: nn.LambdaLR(o, lambda t: 1.0)):
        optimizer = optimizer_of()
        schedule = make(optimizer)
        optimizer.add_param_group({"params": [Tensor([1.0])]})
        before = schedule.last_epoch
        with pytest.raises(ValueError, match="was made for 1 group of the optimiser, now there are 2"):
            advance(schedule, 0)
        assert schedule.last_epoch == before


def test_numpy_numbers_are_saved_and_change_no_dtype():
    x = Tensor(np.float32([1.0]))
    for make in (lambda o: nn.StepLR(o, np.int64(2), np.float64(0.5)), lambda o: nn.MultiStepLR(o, np.array([1, 3])),
                 lambda o: nn.OneCycleLR(o, np.float64(0.1), np.int32(9), base_momentum=np.float64(0.85), max_momentum=[np.float64(0.95)]),
                 lambda o: nn.CosineAnnealingLR(o, np.int64(4), np.float32(0.5)), lambda o: nn.LambdaLR(o, lambda t: np.float64(0.5)),
                 lambda o: nn.ReduceLROnPlateau(o, factor=np.float64(0.5), patience=np.int64(0), min_lr=np.float64(0.0))):
        optimizer = nn.SGD([x], lr=0.1, momentum=0.9)
        schedule = make(optimizer)
        for t in range(4):
            x.grad = np.float32([1.0])
            optimizer.step()
            advance(schedule, t)
            assert x.data.dtype == np.float32 and type(optimizer.lr) is type(optimizer.param_groups[0]["momentum"]) is float
        schedule.load_state_dict(json.loads(json.dumps(schedule.state_dict())))


def test_what_leads_to_no_rate_is_refused():
    o = optimizer_of()
    for make, kind, message in (
        (lambda: nn.StepLR(o, 1.5), TypeError, "step_size is a whole number, got 1.5"), (lambda: nn.StepLR(o, 1, gamma=-0.1), ValueError, "gamma must not"),
        (lambda: nn.ExponentialLR(o, float("nan")), ValueError, "gamma must not"), (lambda: nn.MultiStepLR(o, [-1]), ValueError, "milestone must be at least 0"),
        (lambda: nn.LinearLR(o, total_iters=-1), ValueError, "total_iters"), (lambda: nn.OneCycleLR(o, 1.0, 5, div_factor=0.0), ValueError, "above 0"),
        (lambda: nn.SequentialLR(o, [nn.StepLR(o, 1)] * 3, [4, 2]), ValueError, "must ascend"), (lambda: nn.StepLR("Adam", 1), TypeError, "takes an optimiser"),
        (lambda: nn.LambdaLR(o, 0.5), TypeError, "lr_lambda is a function"), (lambda: nn.ReduceLROnPlateau(o, patience=-1), ValueError, "patience"),
    ):
        with pytest.raises(kind, match=message):
            make()


def test_a_plateau_counts_nan_as_no_progress():
    optimizer = optimizer_of(1.0)
    schedule = nn.ReduceLROnPlateau(optimizer, patience=1)
    for loss in (np.nan, np.nan):
        schedule.step(loss)
    assert optimizer.lr == pytest.approx(0.1) and schedule.best == np.inf
    schedule.step(3.0)
    assert schedule.best == 3.0


@pytest.mark.parametrize("name", MAKERS)
def test_a_saved_state_of_the_wrong_kind_changes_nothing(name):
    schedule = MAKERS[name](optimizer_of())
    advance(schedule, 0)
    before = json.dumps(schedule.state_dict())
    for key, value in schedule.state_dict().items():
        for wrong in (None, "x", float("nan"), -1, 1.5, True, [], [None], {}):
            if isinstance(value, float) and wrong in (-1, 1.5):
                continue
            if isinstance(value, list) and wrong == [] and key == "milestones":
                continue
            if type(value) is bool and type(wrong) is bool:
                continue
            with pytest.raises(ValueError, match=type(schedule).__name__):
                schedule.load_state_dict({**schedule.state_dict(), key: wrong})
            assert json.dumps(schedule.state_dict()) == before
    for wrong in (None, [], "x"):
        with pytest.raises(ValueError, match="saved state"):
            schedule.load_state_dict(wrong)


def test_one_cycle_goes_on_with_its_momentum():
    optimizer = optimizer_of(kind=nn.SGD)
    schedule = nn.OneCycleLR(optimizer, 1.0, 10)
    for _ in range(4):
        schedule.step()
    rate, momentum = optimizer.lr, optimizer.param_groups[0]["momentum"]
    optimizer.param_groups[0]["momentum"] = 0.0
    nn.OneCycleLR(optimizer, 1.0, 10, last_epoch=3)
    assert (optimizer.lr, optimizer.param_groups[0]["momentum"]) == (rate, momentum)
