"""Optimisers and clipping: PyTorch's stored numbers, states, groups, errors."""

import copy
import json
import pickle

import numpy as np
import pytest
from cases import our_optim
from cases.optim import OPTIMIZERS, PATH, name_of

import nn
from autograd import Tensor, Value
from autograd.errors import ForeignObject, ShapeError

DATA = dict(np.load(PATH))
STATEFUL = [case for case in OPTIMIZERS if case[0] != "LBFGS"]


@pytest.mark.parametrize("case", OPTIMIZERS, ids=name_of)
def test_trajectories_are_pytorchs(case):
    np.testing.assert_allclose(our_optim.optimizer_path(case), DATA[name_of(case)], rtol=1e-9, atol=1e-9)


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
    with pytest.raises(ShapeError):
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
        (lambda: nn.SGD(nn.Linear(1, 1)), ForeignObject, r"pass model\.parameters\(\)"),
        (lambda: nn.BCEWithLogitsLoss("sum"), TypeError, "reduction='sum'"),
        (lambda: nn.Sequential(nn.ReLU), TypeError, "got <class 'nn.activations.ReLU'>"),
        (lambda: nn.SGD([x], lr=-1.0), ValueError, "lr must not be negative, got -1.0"),
        (lambda: nn.Adam([x], betas=(0.9, 1.0)), ValueError, "betas"),
        (lambda: nn.SGD([x], nesterov=True), ValueError, "Nesterov"),
        (lambda: nn.SGD([{"params": [x], "rate": 1}], lr=0.1), ValueError, "no option 'rate'"),
        (lambda: nn.SGD([{"lr": 0.1}]), ValueError, "a group is a dict"),
        (lambda: nn.SGD([{"params": [x]}, x]), ValueError, "a group is a dict"),
        (lambda: nn.SGD([x], learning_rate=0.1), TypeError, "learning_rate"),
        (lambda: nn.SGD([x], momentum=-0.5), ValueError, "momentum must not be negative, got -0.5"),
        (lambda: nn.Adam([x], lr=float("nan")), ValueError, "lr must not be negative, got nan"),
        (lambda: nn.Adam([x], betas=(0.9,)), ValueError, "betas"),
        (lambda: nn.RMSprop([x], alpha=-1.0), ValueError, "alpha"),
        (lambda: nn.NAdam([x], momentum_decay=-1.0), ValueError, "momentum_decay"),
        (lambda: nn.Adagrad([x], initial_accumulator_value=-1.0), ValueError, "initial_accumulator_value"),
        (lambda: nn.LBFGS([x], history_size=0), ValueError, "history_size must be at least 1, got 0"),
        (lambda: nn.LBFGS([x], line_search_fn="wolfe"), ValueError, "'wolfe'"),
        (lambda: nn.LBFGS([x]).add_param_group({"params": [Tensor(1.0)]}), ValueError, "one group"),
        (lambda: nn.clip_grad_norm([x], 1.0, norm_type=0), ValueError, "norm_type must be above 0"),
        (lambda: nn.LBFGS([x]).step(), ValueError, "step\\(closure\\)"),
        (lambda: nn.LBFGS([{"params": [x]}, {"params": [Tensor(1.0)]}]), ValueError, "one group"),
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


# ---- states ---------------------------------------------------------------------------------------------------------
def trained(make=nn.Adam, **options):
    x, y = Tensor([0.5, 3.0]), Tensor([[2.0]])
    optimizer = make([{"params": [x]}, {"params": [y], "lr": 0.05}], **options)
    ((x - 1.0) ** 2).sum().backward()
    (y * y).sum().backward()
    optimizer.step()
    return optimizer


def test_a_state_is_laid_out_as_pytorchs_and_holds_copies():
    optimizer = trained()
    saved = optimizer.state_dict()
    assert list(saved) == ["state", "param_groups"] and list(saved["state"]) == [0, 1]
    assert list(saved["state"][0]) == ["step", "exp_avg", "exp_avg_sq"]
    assert [(g["params"], g["lr"]) for g in saved["param_groups"]] == [([0], 0.001), ([1], 0.05)]
    before = optimizer.state[optimizer.params[0]]["exp_avg"].copy()
    saved["state"][0]["exp_avg"] += 1.0
    np.testing.assert_array_equal(optimizer.state[optimizer.params[0]]["exp_avg"], before)
    other = trained()
    other.load_state_dict(saved)
    saved["state"][0]["exp_avg"] += 1.0
    np.testing.assert_array_equal(other.state[other.params[0]]["exp_avg"], before + 1.0)


def test_keys_may_be_strings_and_ids_of_another_program():
    optimizer = trained()
    saved = optimizer.state_dict()
    renamed = {"state": {"71": saved["state"][0], "70": saved["state"][1]},
               "param_groups": [{**saved["param_groups"][0], "params": [71]}, {**saved["param_groups"][1], "params": [70]}]}
    fresh = trained()
    fresh.load_state_dict(renamed)
    for i in (0, 1):
        np.testing.assert_array_equal(fresh.state_dict()["state"][i]["exp_avg"], saved["state"][i]["exp_avg"])


def test_nothing_changes_if_any_part_of_a_saved_state_is_wrong():
    optimizer = trained()
    good = optimizer.state_dict()
    good["param_groups"][0]["lr"] = 0.7  # would be seen if it were taken over
    own, groups = good["state"], good["param_groups"]
    for bad, kind, message in (
        ({"state": {}}, ValueError, r"has 'state' and 'param_groups', this one \['state'\]"),
        ({**good, "state": {**own, -1: own[0]}}, ValueError, "of parameter -1, which is in no saved group"),
        ({**good, "state": {**own, 5: own[0]}}, ValueError, "of parameter 5"),
        ({**good, "state": {0: own[0], 1: {**own[1], "exp_avg": 0.0}}}, ShapeError, r"exp_avg of parameter 1 has shape \(\)"),
        ({**good, "state": {0: own[0], 1: own[0]}}, ShapeError, r"parameter 1 has shape \(2,\), the parameter \(1, 1\)"),
        ({**good, "param_groups": groups[:1]}, ValueError, r"groups of \[1, 1\] parameters, and saved ones of \[1\]"),
        ({**good, "param_groups": [groups[0], {**groups[1], "lr": -1.0}]}, ValueError, "lr must not be negative"),
        ({**good, "param_groups": [groups[0], {**groups[1], "lr": "high"}]}, ValueError, "lr"),
        (trained(nn.SGD).state_dict(), ValueError, "no 'amsgrad'; are they another optimiser's"),
    ):
        with pytest.raises(kind, match=message):
            optimizer.load_state_dict(bad)
        assert optimizer.lr == 0.001
        np.testing.assert_array_equal(optimizer.state_dict()["state"][0]["exp_avg"], own[0]["exp_avg"])


def test_what_pytorch_has_besides_is_left_out():
    optimizer = trained(nn.SGD)
    saved = optimizer.state_dict()
    saved["state"] = {0: {"momentum_buffer": None}}
    saved["param_groups"] = [{**g, "foreach": None, "fused": None} for g in saved["param_groups"]]
    optimizer.load_state_dict(saved)
    assert optimizer.state_dict()["state"] == {} and "foreach" not in repr(optimizer)


def test_counters_stay_numbers_where_a_parameter_has_no_axes():
    x = Tensor(np.float32(1.0))
    optimizer = nn.NAdam([x])
    (x * x).backward()
    optimizer.step()
    saved = optimizer.state_dict()
    saved["state"][0] = {name: np.asarray(value) for name, value in saved["state"][0].items()}
    optimizer.load_state_dict(saved)
    state = optimizer.state[x]
    assert (type(state["step"]), type(state["mu_product"]), state["exp_avg"].dtype) == (int, float, np.float32)


# ---- steps ----------------------------------------------------------------------------------------------------------
def test_data_stay_arrays_and_dtypes_stay_whatever_the_options_are():
    for name, options in [("SGD", {"momentum": 0.9}), *STATEFUL]:
        for data in (np.float32(2.0), np.ones(3, np.float32), np.ones((2, 2)), np.ones(2, np.complex64)):
            x = Tensor(data)
            optimizer = getattr(nn, name)([x], **{**options, "lr": np.float64(0.01)})
            for _ in range(2):
                optimizer.lr = 0.02
                optimizer.param_groups[0]["lr"] = np.float64(0.01)
                if np.iscomplexobj(data) and options.get("amsgrad"):
                    continue
                x.grad = np.ones_like(data)
                optimizer.step()
                assert type(x.data) is np.ndarray and x.data.dtype == np.asarray(data).dtype, (name, options)
                assert type(optimizer.lr) is float


def test_options_that_are_numpy_numbers_become_pythons():
    optimizer = nn.Adam([Tensor([1.0])], lr=np.float64(0.1), betas=[np.float32(0.5), np.float64(0.9)])
    assert optimizer.param_groups[0]["betas"] == (0.5, 0.9)
    json.dumps(optimizer.state_dict())
    assert {type(b) for b in optimizer.param_groups[0]["betas"]} == {float}


def test_an_update_is_pure():
    for name, options in STATEFUL:
        optimizer = getattr(nn, name)([Tensor([1.0, -2.0])], **options)
        x, g, state = np.array([1.0, -2.0]), np.array([0.5, 0.25]), {}
        for _ in range(3):
            kept = {key: np.copy(value) for key, value in state.items()}
            before = x.copy()
            again = optimizer.update(x, g, state, optimizer.param_groups[0])
            new, after = optimizer.update(x, g, state, optimizer.param_groups[0])
            np.testing.assert_array_equal(x, before)
            np.testing.assert_array_equal(g, [0.5, 0.25])
            assert state.keys() == kept.keys() and all(np.array_equal(state[k], kept[k]) for k in kept)
            np.testing.assert_array_equal(new, again[0])
            x, state = new, after


def test_the_rate_is_read_anew_at_every_step_and_in_every_group():
    a, b = Tensor([0.0]), Tensor([0.0])
    optimizer = nn.SGD([{"params": [a], "lr": 1.0}, {"params": [b], "lr": 10.0}])
    a.grad = b.grad = np.ones(1)
    for lr in (0.0, 1.0, 0.5, 1.0):
        optimizer.param_groups[0]["lr"] = lr
        optimizer.step()
    assert (a.item(), b.item()) == (-2.5, -40.0)


def test_a_centred_mean_square_below_zero_is_only_rounding():
    optimizer = nn.RMSprop([Value(1.0)], centered=True)
    below = {"step": 9, "square_avg": 0.01 - 1e-12, "grad_avg": 0.1}
    for kind in (float, np.array):
        x, _ = optimizer.update(kind(1.0), kind(0.1), {name: kind(value) for name, value in below.items()}, optimizer.param_groups[0])
        assert np.isrealobj(x) and np.isfinite(x)


def test_a_closure_is_called_and_its_loss_returned():
    x = Tensor([3.0])
    optimizer = nn.SGD([x], lr=0.5)

    def closure():
        optimizer.zero_grad()
        loss = (x * x).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 9.0 and x.item() == 0.0


def test_an_interrupt_while_parameters_are_put_in_place(monkeypatch):
    a, b = Tensor([1.0]), Tensor([1.0])
    optimizer = nn.SGD([a, b], lr=0.5, momentum=0.9)
    a.grad = b.grad = np.ones(1)
    replace, calls = nn.training.optim.replace_data, []

    def interrupted(nodes, arrays):
        calls.append(1)
        if len(calls) == 1:
            replace(nodes[:1], arrays[:1])
            raise KeyboardInterrupt
        replace(nodes, arrays)

    monkeypatch.setattr(nn.training.optim, "replace_data", interrupted)
    with pytest.raises(KeyboardInterrupt):
        optimizer.step()
    assert a.item() == b.item() == 0.5 and len(optimizer.state_dict()["state"]) == 2


def test_a_subclass_needs_an_update():
    x = Tensor([1.0])
    x.grad = np.ones(1)
    with pytest.raises(NotImplementedError, match="Plain needs a method update"):
        type("Plain", (nn.Optimizer,), {})([x], {"lr": 0.1}).step()


def test_the_repr_is_pytorchs():
    assert repr(nn.SGD([Tensor([1.0])], lr=0.5)) == (
        "SGD (\nParameter Group 0\n    dampening: 0.0\n    lr: 0.5\n    maximize: False\n    momentum: 0.0\n"
        "    nesterov: False\n    weight_decay: 0.0\n)")


# ---- L-BFGS ---------------------------------------------------------------------------------------------------------
def closure_of(optimizer, f, calls=None, stop=None):
    def closure():
        if calls is not None:
            calls.append(1)
            if len(calls) == stop:
                raise KeyboardInterrupt
        optimizer.zero_grad()
        loss = f()
        loss.backward()
        return loss

    return closure


def quartic(w, b):
    return lambda: ((w - 2.0) ** 4).sum() + ((b - 1.0) ** 2).sum() + (w * w).sum() * 0.1


LBFGS = [options for name, options in OPTIMIZERS if name == "LBFGS"]


@pytest.mark.parametrize("options", LBFGS, ids=str)
def test_lbfgs_goes_on_from_a_saved_state(options):
    def pair():
        return Tensor(np.ones((3, 2))), Tensor(np.zeros(2))

    first, second = pair(), pair()
    ours = nn.LBFGS(first, **options)
    ours.step(closure_of(ours, quartic(*first)))
    other = nn.LBFGS(second)
    saved = ours.state_dict()
    for x, y in zip(first, second, strict=True):
        y.data = x.data
    other.load_state_dict(saved)
    for _ in range(3):
        ours.step(closure_of(ours, quartic(*first)))
        other.step(closure_of(other, quartic(*second)))
    for x, y in zip(first, second, strict=True):
        np.testing.assert_array_equal(x.data, y.data)
    assert other.state[second[0]]["func_evals"] == ours.state[first[0]]["func_evals"]
    for bad, kind, message in (
        ({0: {**saved["state"][0], "d": np.ones(3)}}, ShapeError, r"saved d has shape \(3,\), the parameters together \(8,\)"),
        ({1: saved["state"][0]}, ValueError, "of parameter 1"),
        ({0: {"n_iter": 3, "func_evals": 4}}, ValueError, "the saved state has"),
    ):
        before = other.state_dict()["state"][0]["n_iter"]
        with pytest.raises(kind, match=message):
            other.load_state_dict({**saved, "state": bad})
        assert other.state_dict()["state"][0]["n_iter"] == before


@pytest.mark.parametrize("options", LBFGS, ids=str)
def test_an_interrupted_lbfgs_step_was_never_made(options):
    w, b = Tensor(np.ones((3, 2))), Value(0.5)
    optimizer = nn.LBFGS([w, b], **options)
    f = lambda: ((w - 2.0) ** 4).sum() + (b - 1.0) ** 2
    optimizer.step(closure_of(optimizer, f))
    before, state = (w.data, b.data), optimizer.state_dict()
    with pytest.raises(KeyboardInterrupt):
        optimizer.step(closure_of(optimizer, f, [], stop=2))
    np.testing.assert_array_equal(w.data, before[0])
    assert b.data == before[1] and type(b.data) is float
    np.testing.assert_equal(optimizer.state_dict(), state)


def test_lbfgs_counts_its_evaluations():
    x = Tensor([0.0])
    optimizer = nn.LBFGS([x])
    for expected in (1, 2):  # at the minimum, one each
        optimizer.step(closure_of(optimizer, lambda: (x * x).sum()))
        assert optimizer.state[x] == {"func_evals": expected}
    for options, expected in (({"max_iter": 3}, 3), ({"max_iter": 9, "max_eval": 2}, 2), ({"max_eval": 1}, 2)):
        x, calls = Tensor([3.0, -1.0]), []
        optimizer = nn.LBFGS([x], **options)
        optimizer.step(closure_of(optimizer, lambda: ((x - 1.0) ** 4).sum(), calls))  # noqa: B023
        assert optimizer.state[x]["func_evals"] == len(calls) == expected


def test_lbfgs_goes_down_a_straight_line_and_leaves_frozen_parameters():
    x, y = Tensor([3.0]), Tensor([3.0])
    optimizer = nn.LBFGS([x, y], line_search_fn="strong_wolfe", max_iter=2)
    optimizer.step(closure_of(optimizer, lambda: (x * 2.0 + y).sum()))
    assert x.item() < 0
    even = Tensor([4.0])  # here the slope and the differences are equal to the last bit
    optimizer_of_even = nn.LBFGS([even], line_search_fn="strong_wolfe", max_iter=2)
    optimizer_of_even.step(closure_of(optimizer_of_even, lambda: (even * 2.0).sum()))
    assert even.item() < 0
    y.requires_grad = False
    kept = y.item()
    optimizer.step(closure_of(optimizer, lambda: ((x - 1.0) ** 2).sum()))
    assert y.item() == kept


# ---- clipping -------------------------------------------------------------------------------------------------------
def test_clipping_rebinds_and_takes_a_parameter_several_or_a_model():
    shared = np.array([3.0, 4.0])
    a, b, none = Tensor([0.0, 0.0]), Tensor([0.0, 0.0]), Tensor([1.0])
    a.grad = b.grad = shared
    assert nn.clip_grad_norm((x for x in (a, b, none)), 1.0) == pytest.approx(50**0.5)
    np.testing.assert_allclose(a.grad, shared / 50**0.5, rtol=1e-6)
    assert shared.tolist() == [3.0, 4.0] and none.grad is None
    assert nn.clip_grad_norm(b, 100.0, norm_type=float("inf")) == pytest.approx(4 / 50**0.5, rel=1e-6)
    assert nn.clip_grad_norm([], 1.0) == nn.clip_grad_norm([none], 1.0) == 0.0
    model = nn.Linear(2, 1, rng=0)
    model(np.array([[1.0, 2.0]])).sum().backward()
    assert nn.clip_grad_norm_(model, 1.0) == pytest.approx(6**0.5)
    v = Value(2.0)
    (v * v).backward()
    assert nn.clip_grad_norm(v, 1.0) == 4.0 and type(v.grad) is float and v.grad == pytest.approx(1.0, rel=1e-6)


def test_clipped_gradients_keep_their_dtype():
    x = Tensor(np.zeros(2, np.float32))
    x.grad = np.array([3.0, -4.0], np.float32)
    nn.clip_grad_norm(x, np.float64(1.0))
    assert x.grad.dtype == np.float32
    nn.clip_grad_value_(x, np.float64(0.7))
    assert x.grad.dtype == np.float32 and x.grad.tolist() == pytest.approx([0.6, -0.7], rel=1e-6)


def test_an_ensemble_without_gradients_has_norms_of_zero():
    assert nn.clip_grad_norm(nn.ensemble(lambda rng: nn.Linear(2, 3, rng=rng), 4, rng=0), 1.0).tolist() == [0.0] * 4


# ---- what options, gradients and states may not do ------------------------------------------------------------------
def numpys(x):
    """The same option as NumPy's numbers."""
    return [np.float64(b) for b in x] if isinstance(x, tuple) else np.asarray(x)[()] if isinstance(x, bool) else np.array(x, np.float64)


@pytest.mark.parametrize("case", STATEFUL, ids=name_of)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, ">f4", np.complex64])
def test_no_option_changes_a_dtype(case, dtype):
    name, options = case
    x, y = Tensor(np.ones(3, dtype)), Tensor(np.ones(3, dtype))
    ours, plain = getattr(nn, name)([x], **{k: numpys(v) for k, v in options.items()}), getattr(nn, name)([y], **options)
    for i in range(3):
        x.grad, y.grad = np.array([1, 2, 3], float), np.array([1, 2, 3], dtype)  # a gradient of another dtype, too
        for option, value in options.items():
            ours.param_groups[0][option] = numpys(value)
        if i == 1:
            ours.load_state_dict(ours.state_dict())
        ours.step()
        plain.step()
        assert x.data.dtype == np.dtype(dtype)
    np.testing.assert_allclose(x.data, y.data, rtol=1e-2 if dtype is np.float16 else 1e-5)
    assert all(type(v) in (float, bool, tuple) for k, v in ours.param_groups[0].items() if k != "params")


def test_a_model_that_changes_its_dtype_later_keeps_the_new_one():
    model = nn.Linear(2, 1, rng=0)
    optimizer = nn.Adam(model.parameters())
    for dtype in (np.float64, np.float32, np.float16):
        model.to(dtype)
        for x in model.parameters():
            x.grad = np.ones_like(x.data)
        optimizer.step()
        assert {x.dtype for x in model.parameters()} == {np.dtype(dtype)}


def test_half_precision_does_not_become_nan():
    for name in ("Adam", "AdamW", "NAdam", "RMSprop", "Adagrad"):  # in float16 their eps is 0, and so is 1e-4 squared
        x = Tensor(np.array([1.0, 2.0, 3.0], np.float16))
        optimizer = getattr(nn, name)([x], lr=0.01)
        x.grad = np.array([0.0, 1e-4, 5000.0], np.float16)
        optimizer.step()
        y = Tensor([1.0, 2.0, 3.0])
        wide = getattr(nn, name)([y], lr=0.01)
        y.grad = x.grad.astype(float)
        wide.step()
        np.testing.assert_allclose(x.data.astype(float), y.data, rtol=1e-3)


@pytest.mark.parametrize("case", STATEFUL, ids=name_of)
def test_nothing_remembered_is_somebody_elses_array(case):
    name, options = case
    x = Tensor([1.0, 2.0])
    optimizer = getattr(nn, name)([x], **options)
    for _ in range(3):
        x.grad = np.array([1.0, -1.0])
        optimizer.step()
        kept = [a for a in optimizer.state[x].values() if isinstance(a, np.ndarray)]
        assert not any(np.shares_memory(a, b) for a in kept for b in (x.grad, x.data))
        assert not np.shares_memory(x.grad, x.data)
        assert not any(np.shares_memory(a, b) for i, a in enumerate(kept) for b in kept[i + 1 :])


def test_momentum_survives_a_gradient_that_is_zeroed_in_place():
    x = Tensor([1.0])
    optimizer = nn.SGD([x], lr=0.1, momentum=0.9)
    x.grad = np.array([1.0])
    optimizer.step()
    x.grad[:] = 0
    optimizer.step()
    assert x.data == pytest.approx([0.81])


@pytest.mark.parametrize("name", ["SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "NAdam"])
def test_complex_parameters_go_down(name):
    target, x = np.array([2 - 1j, 1j]), Tensor([1 + 2j, 3 - 1j])
    optimizer = getattr(nn, name)([x], lr=0.05)
    first = float((np.abs(x.data - target) ** 2).sum())
    for _ in range(60):
        optimizer.zero_grad()
        (np.abs(x - target) ** 2).sum().backward()
        optimizer.step()
    assert float((np.abs(x.data - target) ** 2).sum()) < first * (0.7 if name in ("Adagrad", "NAdam") else 0.3)
    twin = getattr(nn, name)([Tensor([0j, 0j])])
    twin.load_state_dict(optimizer.state_dict())
    assert all(np.iscomplexobj(a) for a in twin.state[twin.params[0]].values() if isinstance(a, np.ndarray))


def test_odd_parameters():
    empty, none, point = Tensor(np.zeros((0, 3))), Tensor([1.0]), Tensor(2.0)
    for name, options in STATEFUL:
        optimizer = getattr(nn, name)([{"params": (x for x in (empty, none))}, {"params": []}, {"params": point}], **options)
        empty.grad, none.grad, point.grad = np.zeros((0, 3)), None, np.ones(())
        optimizer.step()
        assert empty.shape == (0, 3) and none.item() == 1.0 and type(point.data) is np.ndarray and point.shape == ()
    parameters = iter([none, point])
    nn.SGD(parameters)
    with pytest.raises(ValueError, match="got no parameters"):  # a generator that is used up
        nn.SGD(parameters)
    for params in (none, {none, point}, "weights", None, 3):
        with pytest.raises(ForeignObject, match="SGD takes parameters in a list"):
            nn.SGD(params)
    for options in ({"dampening": "0.9"}, {"nesterov": "no"}, {"maximize": 2}, {"lr": True}, {"lr": np.array([0.1])}, {"momentum": None}):
        with pytest.raises(ValueError, match=f"{next(iter(options))} (must not|is)"):
            nn.SGD([none], **options)


def test_states_that_no_optimiser_leaves_are_refused():
    good = trained(nn.NAdam).state_dict()
    own = good["state"][0]
    for bad, message in (
        ({name: x for name, x in own.items() if name != "exp_avg_sq"}, "has no 'exp_avg_sq'"),
        ({**own, "step": -1}, "after -1 steps"), ({**own, "step": float("nan")}, "after nan steps"), ({**own, "step": 1.5}, "after 1.5 steps"),
        ({**own, "step": "3"}, "step of parameter 0 is no number"), ({**own, "step": True}, "step of parameter 0 is no number"),
        ({**own, "mu_product": 2.0}, "mu_product 2.0"), ({**own, "exp_avg": own["exp_avg"] * 1j}, "exp_avg of parameter 0 is complex"),
        ({**own, "exp_avg": ["a", "b"]}, "exp_avg of parameter 0 is no number"),
    ):
        optimizer = trained(nn.NAdam)
        before = optimizer.state_dict()
        with pytest.raises(ValueError, match=message):
            optimizer.load_state_dict({**good, "state": {**good["state"], 0: bad}})
        np.testing.assert_equal(optimizer.state_dict(), before)
    twice = [good["param_groups"][0], {**good["param_groups"][1], "params": [0]}]
    for bad in ([], None, {**good, "param_groups": twice}):
        with pytest.raises(ValueError, match="NAdam: a"):
            trained(nn.NAdam).load_state_dict(bad)


# ---- L-BFGS where the function ends ---------------------------------------------------------------------------------
@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize(("f", "start", "end"), [
    (lambda x: (x - np.log(x)).sum(), [0.01, 50.0], 1.0),
    (lambda x: (x * x - np.sqrt(x)).sum(), [1e-4, 3.0], 0.25 ** (2 / 3)),
    (lambda x: (1 / (1 - x) + x * x).sum(), [0.999, -5.0], None),
    (lambda x: (np.exp(x) - x).sum(), [-30.0, 8.0], 0.0),
])
def test_lbfgs_never_walks_into_nan(f, start, end, search):
    x = Tensor(start)
    optimizer = nn.LBFGS([x], line_search_fn=search)
    for _ in range(12):
        optimizer.step(closure_of(optimizer, lambda: f(x)))
        assert np.isfinite(x.data).all() and np.isfinite(f(x.data))
        assert all(np.isfinite(a).all() for a in optimizer.state[x].values() if isinstance(a, np.ndarray))
    if end is not None and search:
        np.testing.assert_allclose(x.data, end, rtol=1e-4, atol=1e-4)


def test_lbfgs_says_that_it_can_not_begin():
    for start, f in ((800.0, lambda x: np.exp(x).sum()), (-1.0, lambda x: np.log(x).sum()), (0.0, lambda x: np.sqrt(x).sum())):
        for search in (None, "strong_wolfe"):
            x = Tensor([start, 1.0])
            optimizer = nn.LBFGS([x], line_search_fn=search)
            with np.errstate(all="ignore"), pytest.raises(ValueError, match="no direction leads down"):
                optimizer.step(closure_of(optimizer, lambda: f(x)))  # noqa: B023
            assert x.data.tolist() == [start, 1.0] and optimizer.state[x] == {}
    x = Tensor([3.0])
    with pytest.raises(TypeError, match="it returns the loss"):
        nn.LBFGS([x]).step(lambda: None)
    optimizer = nn.LBFGS([x], lr=0.0, line_search_fn="strong_wolfe")
    optimizer.step(closure_of(optimizer, lambda: (x * x).sum()))
    assert x.item() == 3.0


def test_lbfgs_of_complex_and_half_precision():
    x, y = Tensor([1 + 2j, 3 - 1j]), Tensor(np.array([5.0, -3.0], np.float16))
    optimizer = nn.LBFGS([x, y], line_search_fn="strong_wolfe")
    optimizer.step(closure_of(optimizer, lambda: (np.abs(x - np.array([2 - 1j, 1j])) ** 2).sum() + ((y - 1) ** 2).sum()))
    np.testing.assert_allclose(x.data, [2 - 1j, 1j], atol=1e-3)
    np.testing.assert_allclose(y.data, 1, atol=1e-2)
    assert y.dtype == np.float16 and x.dtype == complex


# ---- clipping at the edges ------------------------------------------------------------------------------------------
def test_norms_neither_overflow_nor_vanish():
    for dtype, size in ((np.float16, 300.0), (np.float16, 1e-5), (np.float32, 1e25), (float, 1e200), (float, 1e-200)):
        x = Tensor(np.zeros(4, dtype))
        for kind, factor in ((2.0, 2.0), (1.0, 4.0), (3.0, 4 ** (1 / 3)), (float("inf"), 1.0)):
            x.grad = np.full(4, size, dtype)
            assert nn.clip_grad_norm_(x, float("inf"), kind) == pytest.approx(float(dtype(size)) * factor, rel=2e-3)
            assert x.grad.dtype == dtype
        if size > 1:  # 1e-6 is added to the norm, as in PyTorch
            x.grad = np.full(4, size, dtype)
            nn.clip_grad_norm_(x, size)
            np.testing.assert_allclose(x.grad.astype(float), size / 2, rtol=2e-3)


def test_clipping_of_what_is_not_finite_is_pytorchs():
    x = Tensor([0.0, 0.0])
    x.grad = np.array([np.inf, 1.0])
    with np.errstate(invalid="ignore"):
        assert nn.clip_grad_norm_([x, x], 1.0) == np.inf
    np.testing.assert_array_equal(x.grad, [np.nan, 0.0])
    x.grad = np.array([np.inf, 1.0])
    with pytest.raises(ValueError, match="not finite"):
        nn.clip_grad_norm_(x, 1.0, error_if_nonfinite=True)
    assert x.grad[0] == np.inf
    for clip in (nn.clip_grad_norm_, nn.clip_grad_value_):
        for limit in (-1.0, float("nan")):
            with pytest.raises(ValueError, match="must not be negative"):
                clip(x, limit)
    point = Tensor(2.0)
    point.grad = np.array(3.0)
    nn.clip_grad_norm_(point, 1.0)
    assert type(point.grad) is np.ndarray
    point = Tensor(2j)
    point.grad = np.array(3j)
    with pytest.raises(TypeError, match="clip their norm"):
        nn.clip_grad_value_(point, 1.0)
    assert nn.clip_grad_norm_(point, 1.0) == 3.0 and point.grad == pytest.approx(1j, rel=1e-6)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copied_optimiser_trains_the_copied_model(copied):
    model = nn.Linear(2, 1, rng=0)
    optimizer = nn.Adam(model.parameters(), lr=0.1)
    for x in model.parameters():
        x.grad = np.ones_like(x.data)
    optimizer.step()
    twin, own = copied((model, optimizer))
    own.param_groups[0]["lr"] = np.float64(0.2)
    assert type(own.lr) is float and optimizer.lr == 0.1 and own.params[0] is twin.weight
    for x in twin.parameters():
        x.grad = np.ones_like(x.data)
    before = model.state_dict()
    own.step()
    np.testing.assert_equal(model.state_dict(), before)
    assert own.state[twin.weight]["step"] == 2 and not np.array_equal(twin.weight.data, model.weight.data)


@pytest.mark.parametrize("make", [nn.SGD, nn.Adam, nn.Adagrad])
def test_a_gradient_that_somebody_gave_has_the_parameters_shape(make):
    x, y = Tensor([1.0, 2.0]), Tensor([1.0])
    optimizer = make([x, y], lr=0.1)
    x.grad, y.grad = np.ones(2), np.ones(2)
    with pytest.raises(ShapeError, match=r"of shape \(1,\) has a gradient of shape \(2,\)"):
        optimizer.step()
    assert x.data.tolist() == [1.0, 2.0] and y.shape == (1,)
    x.grad, y.grad = Tensor([1.0, 1.0]), [1.0]
    optimizer.step()
    assert type(x.data) is type(y.data) is np.ndarray and x.shape == (2,) and x.data[0] < 1 > y.data[0]
