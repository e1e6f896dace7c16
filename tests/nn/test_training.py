"""fit: what it does to a model, what it tells, how it ends, and that a run that was broken off ends in the same bits."""

import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from training_run import everything, model_and_data, run

import nn
from autograd import Tensor
from autograd.errors import ShapeError
from nn.ensemble import EnsembleError
from nn.serialization import FileError, read

X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])


def xor_net(rng=1):
    rng = np.random.default_rng(rng)
    return nn.Sequential(nn.Linear(2, 8, rng=rng), nn.ReLU(), nn.Linear(8, 1, rng=rng))


def test_it_is_the_loop_that_one_would_write():
    x, y = np.random.default_rng(0).normal(size=(10, 2)), np.random.default_rng(1).normal(size=(10, 1))
    by_fit, by_hand = xor_net(), xor_net()
    history = nn.fit(by_fit, (x, y), nn.MSELoss(), nn.SGD(by_fit.parameters(), lr=0.1), epochs=3, batch_size=4, rng=7)
    optimizer, rng, losses = nn.SGD(by_hand.parameters(), lr=0.1), np.random.default_rng(7), []
    for _ in range(3):
        order, total = rng.permutation(10), 0.0
        for start in (0, 4, 8):
            chosen = order[start : start + 4]
            optimizer.zero_grad()
            loss = nn.MSELoss()(by_hand(x[chosen]), y[chosen])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / 10)
    assert history.loss == losses and len(history) == 3
    for a, b in zip(by_fit.parameters(), by_hand.parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)


def test_every_kind_of_data():
    batches = [(X[:2], Y[:2]), (X[2:], Y[2:])]

    class Again:
        def __iter__(self):
            return iter(batches)

    ends = []
    for data, options in ((batches, {}), (Again(), {}), ((X, Y), {"batch_size": 2, "shuffle": False}), ((Tensor(X), Y), {"batch_size": 2, "shuffle": False})):
        model = xor_net()
        nn.fit(model, data, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1), epochs=2, **options)
        ends.append(model.parameters()[0].data)
    for end in ends[1:]:
        np.testing.assert_array_equal(end, ends[0])
    model = xor_net()
    with pytest.raises(ShapeError, match="no batch in epoch 2"):
        nn.fit(model, iter(batches), nn.MSELoss(), nn.SGD(model.parameters()), epochs=2)
    with pytest.raises(ShapeError, match="4 and 3 samples"):
        nn.fit(model, (X, Y[:3]), nn.MSELoss(), nn.SGD(model.parameters()))
    with pytest.raises(TypeError, match="or gives batches"):
        nn.fit(model, 3, nn.MSELoss(), nn.SGD(model.parameters()))
    nn.fit(model, (X.tolist(), Y.tolist()), nn.MSELoss(), nn.SGD(model.parameters()))
    with pytest.raises(ValueError, match="none of the model's parameters"):
        nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(xor_net().parameters()))


def test_early_stopping_goes_back_to_the_best_numbers():
    model = xor_net()
    steps = iter([0.1] * 5 + [-0.5] * 95)  # uphill from the sixth epoch on

    def turn(run):
        run.optimizer.param_groups[0]["lr"] = abs(rate := next(steps))
        run.optimizer.param_groups[0]["maximize"] = rate < 0

    history = nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1), epochs=100, patience=4, validation=(X, Y), callbacks=[turn])
    best = int(np.argmin(history.val_loss))
    assert len(history) == best + 1 + 4 and f"back to epoch {best + 1}" in history.stopped
    assert nn.evaluate(model, (X, Y), nn.MSELoss())["loss"] == pytest.approx(min(history.val_loss), rel=1e-12)


def test_the_history_tells_and_plots():
    _, history = run_with_plateau()
    assert set(history.epochs) == {"loss", "lr", "val_loss", "val_accuracy"}
    assert history.lr == pytest.approx([0.1, 0.1, 0.1, 0.05, 0.05])
    assert set(history.gradient_norm) == {"0", "1", "4"} and set(history.dead_units) == {"2"}
    assert history.steps["step"] == [0] and len(history.gradient_norm["4"]) == 1
    figure = history.plot()
    assert [axis.get_title() for axis in figure.axes] == ["loss", "metrics", "gradient norm", "share of dead ReLU units", "learning rate"]
    assert "val_accuracy" in repr(history) and history["loss"] is history.loss
    with pytest.raises(AttributeError, match="no 'los'; it has loss, lr"):
        history.los


def run_with_plateau():
    model, x, y = model_and_data()
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    schedule = nn.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, threshold=10.0)
    return model, nn.fit(model, (x, y), nn.CrossEntropyLoss(), optimizer, epochs=5, batch_size=8, schedule=schedule, validation=(x, y), metrics={"accuracy": nn.accuracy})


def test_a_loss_that_is_not_finite_ends_the_run(tmp_path):
    model = xor_net()
    with pytest.warns(RuntimeWarning, match="smaller learning rate"), np.errstate(all="ignore"):
        history = nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(model.parameters(), lr=1e6), epochs=100, checkpoint=tmp_path / "c.npz")
    assert "became" in history.stopped and not (tmp_path / "c.npz").exists()


def test_ctrl_c_returns_the_history_so_far():
    model = xor_net()

    def interrupt(run):
        if run.epoch == 5:
            signal.raise_signal(signal.SIGINT)

    history = nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1), epochs=1000, callbacks=[interrupt])
    assert 5 <= len(history) <= 6 and history.stopped == "interrupted"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_callbacks_are_called_in_order_and_told_of_the_end():
    model, seen = xor_net(), []

    class Watch:
        def __init__(self, name, on_step):
            self.name, self.on_step = name, on_step

        def __call__(self, run):
            seen.append((self.name, run.epoch, run.step, isinstance(run.loss, float)))

        def finish(self, run):
            seen.append(f"{self.name} ends")

    watches = [Watch("epoch", False), Watch("step", True)]
    nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(model.parameters()), epochs=1, batch_size=2, callbacks=watches)
    assert seen == [("step", 0, 1, True), ("step", 0, 2, True), ("epoch", 1, 2, True), "step ends", "epoch ends"]


def test_a_recording_of_ones_own_is_a_callback():
    model = xor_net()
    recording = nn.Recording(model, X, Y, frames=5)
    nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(model.parameters()), epochs=7, record=False, callbacks=[recording])
    assert recording.moments()["frames"][-1]["step"] == 7


def test_a_warning_of_divergence_points_at_the_line_that_called_fit():
    model = xor_net()
    with pytest.warns(RuntimeWarning, match="the loss became") as found, np.errstate(all="ignore"):
        nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(model.parameters(), lr=1e6), epochs=100)
    assert found[0].filename == __file__


def test_the_paths_of_modules_that_users_know():
    code = ("import nn\n"
            "assert nn.optim.SGD is nn.SGD and nn.schedules.StepLR and nn.checkpoint and nn.data and nn.serialization\n"
            "import nn, nn.optim, nn.schedules, nn.lbfgs, nn.recording, nn.checkpoint, nn.diagnostics, nn.training\n"
            "from nn.training import Run, evaluate, fit\n"
            "assert fit is nn.fit and evaluate is nn.evaluate and nn.recording.Recording is nn.Recording\n"
            "assert nn.optim.clip_grad_norm is nn.clip_grad_norm and nn.optim.SGD is nn.SGD and nn.lbfgs.LBFGS is nn.LBFGS\n"
            "assert nn.schedules.StepLR is nn.StepLR and nn.diagnostics.History is nn.History")
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_callbacks_may_stop_it_and_lbfgs_gets_its_closure():
    model = xor_net(3)

    def enough(run):
        run.stop = run.history.loss[-1] < 1e-4

    optimizer = nn.LBFGS(model.parameters(), line_search_fn="strong_wolfe")
    history = nn.fit(model, (X, Y), nn.MSELoss(), optimizer, epochs=50, callbacks=[enough])
    assert history.loss[-1] < 1e-4 and history.stopped == "a callback asked for it"


def test_an_ensemble_is_trained_as_its_members_would_be():
    data = np.random.default_rng(0).normal(size=(12, 2))
    target = data.sum(axis=1, keepdims=True)
    whole = nn.ensemble(xor_net, 3, rng=0)
    alone = whole.members()
    options = {"epochs": 4, "batch_size": 5, "clip_norm": 0.5, "rng": 2, "validation": (data, target)}
    history = nn.fit(whole, (data, target), nn.MSELoss(), nn.Adam(whole.parameters(), lr=0.01), **options)
    assert np.shape(history.loss) == (4, 3) and np.shape(history.val_loss) == (4, 3)
    for i, model in enumerate(alone):
        own = nn.fit(model, (data, target), nn.MSELoss(), nn.Adam(model.parameters(), lr=0.01), **options)
        np.testing.assert_allclose([x[i] for x in history.loss], own.loss, rtol=1e-12)
        for a, b in zip(model.parameters(), whole.member(i).parameters(), strict=True):
            np.testing.assert_allclose(a.data, b.data, rtol=1e-9, atol=1e-12)


def test_an_ensemble_goes_on_from_a_checkpoint_and_refuses_what_it_can_not(tmp_path):
    def make(rng):
        return nn.Sequential(nn.Linear(2, 6, rng=rng), nn.ReLU(), nn.Dropout(0.2, rng=rng), nn.Linear(6, 1, rng=rng))

    x = np.random.default_rng(0).normal(size=(20, 2))

    def fitted(path, callbacks=()):
        model = nn.ensemble(make, 3, rng=1)
        history = nn.fit(model, (x, x[:, :1]), nn.MSELoss(), nn.Adam(model.parameters(), lr=0.01), epochs=4, batch_size=6,
                         checkpoint=path, checkpoint_every=1, resume=True, callbacks=callbacks)
        return model, history

    model, expected = fitted(None)
    with pytest.raises(Broken):
        fitted(tmp_path / "c.npz", [broken_at(9)])
    again, history = fitted(tmp_path / "c.npz")
    np.testing.assert_array_equal(history.loss, expected.loss)
    for a, b in zip(model.parameters(), again.parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)
    with pytest.raises(EnsembleError, match="LBFGS takes one step length"):
        nn.fit(model, (x, x[:, :1]), nn.MSELoss(), nn.LBFGS(model.parameters()))


def test_accuracy_refuses_what_it_can_not_know():
    assert nn.accuracy(np.eye(3), np.array([0, 1, 0])) == pytest.approx(2 / 3)
    assert nn.accuracy(np.stack([np.eye(3)] * 2), np.array([0, 1, 2])).tolist() == [1.0, 1.0]
    for output, target in ((np.ones((4, 1)), np.ones((4, 1))), (np.ones((4, 3)), np.ones((4, 1))), (np.ones(4), np.ones(4))):
        with pytest.raises(ShapeError, match="for one logit a sample"):
            nn.accuracy(output, target)


def test_the_bar_shows_steps_and_losses(capfd):
    model = xor_net()
    nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(model.parameters()), epochs=3, progress=True, callbacks=[lambda run: time.sleep(0.25)])
    shown = capfd.readouterr().err
    assert "/3" in shown and "loss=" in shown
    nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(model.parameters()), epochs=3)
    assert capfd.readouterr().err == ""  # nobody is looking


class Broken(Exception):
    pass


def broken_at(step):
    def callback(run):
        if run.step == step:
            raise Broken

    callback.on_step = True
    return callback


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_a_broken_run_goes_on_to_the_same_bits(tmp_path, suffix):
    if suffix == "safetensors":
        pytest.importorskip("safetensors")
    expected = everything(*run(None))
    for step in (1, 6, 7, 8, 20, 41):  # seven steps an epoch
        path = tmp_path / f"{step}.{suffix}"
        with pytest.raises(Broken):
            run(path, [broken_at(step)])
        got = everything(*run(path))
        assert got.keys() == expected.keys()
        for name in expected:
            np.testing.assert_array_equal(got[name], expected[name], err_msg=f"{name} after a break at {step}")
    again = everything(*run(path))  # a run that had ended
    np.testing.assert_array_equal(again["0.weight"], expected["0.weight"])


def test_early_stopping_survives_a_break(tmp_path):
    def patient(path, callbacks=()):
        model, x, y = model_and_data()
        optimizer = nn.SGD(model.parameters(), lr=0.5)
        history = nn.fit(model, (x, y), nn.CrossEntropyLoss(), optimizer, epochs=60, batch_size=8, patience=3, validation=(x, y),
                         checkpoint=path, checkpoint_every=5, resume=True, callbacks=callbacks)
        return model, history

    model, expected = patient(None)
    assert expected.stopped
    with pytest.raises(Broken):
        patient(tmp_path / "c.npz", [broken_at(7 * len(expected) - 3)])
    again, history = patient(tmp_path / "c.npz")
    assert history.val_loss == expected.val_loss and history.stopped == expected.stopped
    np.testing.assert_array_equal(again[0].weight.data, model[0].weight.data)
    third, history = patient(tmp_path / "c.npz")
    assert history.val_loss == expected.val_loss
    np.testing.assert_array_equal(third[0].weight.data, model[0].weight.data)


def test_a_checkpoint_of_something_else_is_refused(tmp_path):
    path = tmp_path / "c.npz"
    nn.save(xor_net(), path)
    model = xor_net()
    before = model.state_dict()
    options = {"epochs": 2, "checkpoint": path, "resume": True}
    with pytest.raises(FileError, match=r"not a checkpoint of this run: 'norgrad.checkpoint'"):
        nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(model.parameters()), **options)
    nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(model.parameters()), epochs=1, checkpoint=path)
    other = nn.Linear(2, 1, rng=0)
    with pytest.raises(FileError, match="missing \\['weight', 'bias'\\]"):
        nn.fit(other, (X, Y), nn.MSELoss(), nn.SGD(other.parameters()), **options)
    with pytest.raises(FileError, match="its data were"):
        nn.fit(model, (X[:3], Y[:3]), nn.MSELoss(), nn.SGD(model.parameters()), **options)
    with pytest.raises(FileError, match="parameters, and saved ones"):
        nn.fit(model, (X, Y), nn.MSELoss(), nn.SGD(model.parameters()[:2]), **options)
    assert before.keys() == model.state_dict().keys()


def kill(times, tmp_path, epochs):
    """Start the run, kill it at a random moment, start it again, …; the last time it may end."""
    checkpoint, out, whole = tmp_path / "run.npz", tmp_path / "out.npz", tmp_path / "whole.npz"
    command = [sys.executable, str(Path(__file__).parent / "training_run.py")]
    environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([*command, tmp_path / "other.npz", whole, str(epochs)], check=True, capture_output=True, env=environ)
    rng, killed = random.Random(0), 0
    while killed < times and not out.exists():
        process = subprocess.Popen([*command, checkpoint, out, str(epochs)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ)
        for _ in range(rng.randrange(1, 5)):
            process.stdout.readline()
        time.sleep(rng.random() * 0.01)
        process.send_signal(signal.SIGKILL)
        _, errors = process.communicate()
        assert not errors, errors.decode()
        killed += 1
    process = subprocess.run([*command, checkpoint, out, str(epochs)], capture_output=True, env=environ)
    assert process.returncode == 0, process.stderr.decode()
    got, expected = np.load(out), np.load(whole)
    assert set(got) == set(expected)
    for name in expected:
        np.testing.assert_array_equal(got[name], expected[name], err_msg=f"{name}, killed {killed} times")
    return killed


def test_kill_9_and_go_on(tmp_path):
    assert kill(4, tmp_path, epochs=6) >= 3


@pytest.mark.slow
def test_kill_9_fifty_times(tmp_path):
    assert kill(50, tmp_path, epochs=60) == 50


# ---- numbers that are not finite ------------------------------------------------------------------------------------
def bad_batches(at, value):
    """Six batches, of which one has a number in its targets that is not finite."""
    rng = np.random.default_rng(0)
    found = [(rng.normal(size=(4, 2)), rng.normal(size=(4, 1))) for _ in range(6)]
    found[at][1][0] = value
    return found


@pytest.mark.filterwarnings("ignore:fit. the loss became:RuntimeWarning")
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("make", [nn.SGD, nn.Adam, nn.LBFGS])
def test_no_step_is_made_on_a_loss_that_is_not_finite(make, value):
    steps, model = [], nn.Sequential(nn.Linear(2, 3, rng=0), nn.BatchNorm1d(3), nn.Linear(3, 1, rng=1))

    def watch(run):
        steps.append((run.step, model.state_dict(), run.optimizer.state_dict()))

    watch.on_step = True
    optimizer = make(model.parameters(), lr=0.01)
    with np.errstate(all="ignore"):
        history = nn.fit(model, bad_batches(3, value), nn.MSELoss(), optimizer, callbacks=[watch])
    assert [step for step, *_ in steps] == [1, 2, 3] and "became" in history.stopped and len(history) == 0
    np.testing.assert_equal(model.state_dict(), steps[-1][1])
    np.testing.assert_equal(optimizer.state_dict(), steps[-1][2])


@pytest.mark.parametrize("after", [1, 3])
def test_a_gradient_that_is_not_finite_is_gone_back_from(after):
    class Root(nn.Module):  # whose gradient at 0 is infinite, whose value is not
        def __init__(self):
            self.x, self.norm = Tensor([0.0]), nn.BatchNorm1d(1)

        def forward(self, x):
            return np.sqrt(self.x) + 0 * self.norm(x).sum()

    model = Root()
    optimizer = nn.SGD(model.parameters(), lr=1.0, momentum=0.9)
    with pytest.warns(RuntimeWarning, match="became nan|gradient was not finite"), np.errstate(all="ignore"):
        history = nn.fit(model, [(np.ones((2, 1)), np.ones(1))] * after, lambda y, t: y.sum(), optimizer)
    assert history.stopped and model.x.data == [0.0] and not optimizer.state_dict()["state"]


def test_a_checkpoint_never_holds_what_is_not_finite(tmp_path):
    path = tmp_path / "c.npz"
    x = nn.Linear(1, 1, rng=0)

    def poison(run):
        if run.step == 2:
            run.model.weight.data = np.array([[np.nan]])

    poison.on_step = True
    with pytest.warns(RuntimeWarning, match="the loss became nan"):
        nn.fit(x, [(np.ones((2, 1)), np.ones((2, 1)))] * 4, nn.MSELoss(), nn.SGD(x.parameters()), callbacks=[poison], checkpoint=path, checkpoint_every=1)
    assert all(np.isfinite(a).all() for a in nn.load(path).values() if a.dtype.kind == "f") and np.isfinite(x.weight.data).all()


class Validation:
    """Data whose targets are not a number in the given epochs."""

    def __init__(self, x, y, bad):
        self.x, self.y, self.bad, self.epoch = x, y, bad, 0

    def __iter__(self):
        self.epoch += 1
        yield self.x, self.y * (np.nan if self.epoch in self.bad else 1.0)


@pytest.mark.parametrize(("bad", "epochs"), [({1}, 8), ({1, 2}, 8), ({4, 5}, 8), (set(range(1, 9)), 4)])
def test_patience_survives_nan(bad, epochs):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(10, 2)), rng.normal(size=(10, 1))
    model = nn.Sequential(nn.Linear(2, 1, rng=0))
    history = nn.fit(model, (x, y), nn.MSELoss(), nn.SGD(model.parameters(), lr=0.05), epochs=8, patience=3, validation=Validation(x, y, bad))
    assert len(history) == epochs and np.isfinite(model[0].weight.data).all()


@pytest.mark.parametrize("stacks", [True, False])
def test_each_member_of_an_ensemble_has_its_own_patience(stacks):
    class Custom(nn.Module):  # run member by member
        def __init__(self, rng):
            self.inner = nn.Linear(2, 1, rng=rng)

        def forward(self, x):
            return self.inner(x)

    rng = np.random.default_rng(1)
    x, y, v, w = (rng.normal(size=s) for s in ((12, 2), (12, 1), (30, 2), (30, 1)))
    whole = nn.ensemble(lambda r: nn.Sequential(nn.Linear(2, 6, rng=r), nn.Tanh(), nn.BatchNorm1d(6), nn.Linear(6, 1, rng=r)) if stacks
                        else nn.Sequential(nn.Linear(2, 2, rng=r), Custom(r)), 4, rng=3)
    alone, options = whole.members(), {"epochs": 60, "batch_size": 5, "rng": 2, "validation": (v, w), "patience": 2}
    history = nn.fit(whole, (x, y), nn.MSELoss(), nn.Adam(whole.parameters(), lr=0.05), **options)
    lengths = []
    for i, model in enumerate(alone):
        own = nn.fit(model, (x, y), nn.MSELoss(), nn.Adam(model.parameters(), lr=0.05), **options)
        lengths.append(len(own))
        for (name, a), b in zip(model.state_dict().items(), whole.member(i).state_dict().values(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12, err_msg=name)
    assert len(set(lengths)) > 1 and len(history) == max(lengths) and "best epoch of each member" in history.stopped


# ---- arguments ------------------------------------------------------------------------------------------------------
def test_what_is_wrong_with_an_argument_is_one_line_and_nothing_is_trained(tmp_path):
    model = nn.Linear(2, 1, rng=0)
    x, y, loss, optimizer = np.ones((9, 2)), np.ones((9, 1)), nn.MSELoss(), nn.SGD(model.parameters())
    for arguments, options, kind, message in (
        ((nn.Linear, (x, y), loss, optimizer), {}, TypeError, "model is the class Linear: make one of it first"),
        (("net", (x, y), loss, optimizer), {}, TypeError, "model is an nn.Module.*got 'net'"),
        ((model, [x, y], loss, optimizer), {}, TypeError, r"a list of ndarray of shape \(9, 2\), …: write arrays as \(x, y\)"),
        ((model, [x.tolist(), y.tolist()], loss, optimizer), {}, TypeError, r"write arrays as \(x, y\)"),
        ((model, x, loss, optimizer), {}, TypeError, r"a batch is \(x, y\), but the data gave ndarray of shape \(2,\)"),
        ((model, {"x": x, "y": y}, loss, optimizer), {}, TypeError, "the data gave str 'x'"),
        ((model, (x, None), loss, optimizer), {}, TypeError, r"write arrays as \(x, y\)"),
        ((model, [(x, 3)], loss, optimizer), {}, ShapeError, "no axis of samples: it is int 3"),
        ((model, iter([x]), loss, optimizer), {}, TypeError, "a batch is"),
        ((model, [], loss, optimizer), {}, ShapeError, "no batch in epoch 1"),
        ((model, (x[:0], y[:0]), loss, optimizer), {}, ShapeError, "0 and 0 samples"),
        ((model, (x, y[:, 0]), loss, optimizer), {}, ShapeError, "mse_loss: the input has shape"),
        ((model, (x, y), nn.MSELoss, optimizer), {}, TypeError, "loss is the class MSELoss"),
        ((model, (x, y), "mse", optimizer), {}, TypeError, "loss is a function .*got 'mse'"),
        ((model, (x, y), None, optimizer), {}, TypeError, "loss is a function .*got None"),
        ((model, x, y, loss), {}, TypeError, r"loss is a function .*got an array of shape \(9, 1\)"),
        ((model, (x, y), optimizer, loss), {}, TypeError, r"the order is fit\(model, data, loss, optimizer\)"),
        ((model, (x, y), loss, nn.SGD), {}, TypeError, "optimizer is the class SGD"),
        ((model, (x, y), loss, "sgd"), {}, TypeError, "optimizer is one of nn's.*got 'sgd'"),
        ((model, (x, y), lambda a, b: np.mean((a.data - b) ** 2), optimizer), {}, TypeError, "the loss gave .* without a gradient"),
        ((model, (x, y), lambda a, b: (a - b) ** 2, optimizer), {}, ShapeError, r"the loss has shape \(9, 1\): it is to be one number"),
        ((model, (x, y), loss, optimizer), {"epochs": -1}, ValueError, "epochs must be at least 0, got -1"),
        ((model, (x, y), loss, optimizer), {"epochs": 2.5}, TypeError, "epochs is a whole number, got 2.5"),
        ((model, (x, y), loss, optimizer), {"epochs": None}, TypeError, "epochs is a whole number, got None"),
        ((model, (x, y), loss, optimizer), {"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
        ((model, (x, y), loss, optimizer), {"batch_size": None}, TypeError, "batch_size is a whole number, got None"),
        ((model, (x, y), loss, optimizer), {"metrics": [nn.accuracy]}, TypeError, r'metrics are functions by name, \{"accuracy": nn.accuracy\}'),
        ((model, (x, y), loss, optimizer), {"metrics": {"a": lambda o, t: None}, "validation": (x, y)}, TypeError, "a is to be a number"),
        ((model, (x, y), loss, optimizer), {"validation": [x, y]}, TypeError, r"write arrays as \(x, y\)"),
        ((model, (x, y), loss, optimizer), {"schedule": nn.StepLR}, TypeError, "schedule is the class StepLR"),
        ((model, (x, y), loss, optimizer), {"schedule": 3}, TypeError, "schedule is one of nn's"),
        ((model, (x, y), loss, optimizer), {"schedule": nn.StepLR(nn.SGD(model.parameters()), 1)}, ValueError, "is of another optimiser"),
        ((model, (x, y), loss, optimizer), {"clip_norm": 0.0}, ValueError, "clip_norm is a number above 0"),
        ((model, (x, y), loss, optimizer), {"clip_norm": "1"}, ValueError, "clip_norm is a number above 0"),
        ((model, (x, y), loss, optimizer), {"patience": 1.5}, TypeError, "patience is a whole number"),
        ((model, (x, y), loss, optimizer), {"callbacks": [3]}, TypeError, "callbacks are functions"),
        ((model, (x, y), loss, optimizer), {"checkpoint": tmp_path / "none" / "a.npz"}, FileNotFoundError, "none"),
        ((model, (x, y), loss, optimizer), {"checkpoint": "/proc/a.npz"}, OSError, "proc"),
        ((model, (x, y), loss, optimizer), {"checkpoint": tmp_path / "a.pt"}, FileError, "by the suffix"),
        ((model, (x, y), loss, optimizer), {"checkpoint": tmp_path / "a.npz", "checkpoint_every": 0}, ValueError, "checkpoint_every"),
    ):
        before = model.state_dict()
        with pytest.raises(kind, match=message) as found:
            nn.fit(*arguments, progress=False, **{"callbacks": [], **options})
        assert "\n" not in str(found.value)
        if "metrics" not in options:
            np.testing.assert_equal(model.state_dict(), before)
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(IsADirectoryError):
        nn.fit(model, (x, y), loss, optimizer, checkpoint=tmp_path / "folder.npz")
    assert len(nn.fit(model, (x, y), loss, optimizer, epochs=0)) == 0 and nn.fit(model, (x, y), loss, optimizer, epochs=np.int64(1), callbacks=len_of)
    for wrong in ("mse", nn.MSELoss):
        with pytest.raises(TypeError, match="loss is"):
            nn.evaluate(model, (x, y), wrong)


def len_of(run):
    len(run.history)


# ---- checkpoints that are damaged, foreign or hostile ---------------------------------------------------------------
def small_run(path, kind, epochs=3, **options):
    x = np.random.default_rng(0).normal(size=(20, 2))

    def make(rng):
        return nn.Sequential(nn.Linear(2, 3, rng=rng), nn.BatchNorm1d(3), nn.Dropout(0.1, rng=rng), nn.Linear(3, 1, rng=rng))

    model = nn.ensemble(make, 2, rng=1) if kind == "ensemble" else make(np.random.default_rng(1))
    optimizer = {"adam": lambda p: nn.Adam(p, amsgrad=True), "ensemble": nn.NAdam, "lbfgs": lambda p: nn.LBFGS(p, max_iter=3)}[kind](model.parameters())
    schedule = {"adam": lambda o: nn.OneCycleLR(o, 0.1, 100), "ensemble": lambda o: nn.ExponentialLR(o, 0.9), "lbfgs": nn.ReduceLROnPlateau}[kind](optimizer)
    data, generator = (x, x[:, :1]), np.random.default_rng(5)
    everything = lambda: (model.state_dict(), optimizer.state_dict(), schedule.state_dict(), generator.bit_generator.state, [m.rng.bit_generator.state for m in model.modules() if isinstance(m, nn.Dropout) and kind != "ensemble"])

    def go():
        return nn.fit(model, data, nn.MSELoss(), optimizer, epochs=epochs, batch_size=8, schedule=schedule, validation=data, patience=50, rng=generator,
                      checkpoint=path, checkpoint_every=1, resume=True, progress=False, **options)

    return go, everything


def nodes(tree, path=()):
    """The places in nested lists and dicts."""
    for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield (*path, key)
        yield from nodes(part, (*path, key))


HOSTILE = [None, float("nan"), -1, "x", True, [], {}, 0.5, 10**400, [[]], {"norgrad.array": "0"}, {"norgrad.array": "zz"}, {"norgrad.array": []}]


def hostile_arrays(a):
    return [a.astype(np.int64), a[None], a.astype(complex), np.full(a.shape, np.nan)] if a.dtype.kind == "f" else [a.astype(float), a[None]]


@pytest.mark.parametrize("kind", ["adam", "ensemble", "lbfgs"])
def test_a_checkpoint_is_checked_whole_before_anything_is_touched(tmp_path, kind):
    path, hostile, rng = tmp_path / "c.npz", tmp_path / "h.npz", random.Random(0)
    small_run(path, kind)[0]()
    arrays, strings = read(path)
    text = strings["norgrad.checkpoint"]
    places, refused = list(nodes(json.loads(text))), 0
    for trial in range(150):
        state, changed = json.loads(text), dict(arrays)
        place = rng.choice(places)
        inside = state
        for key in place[:-1]:
            inside = inside[key]
        if trial % 3 == 0:
            del inside[place[-1]]
        elif trial % 3 == 1:
            inside[place[-1]] = rng.choice(HOSTILE)
        else:
            name = rng.choice(sorted(arrays))
            changed[name] = rng.choice(hostile_arrays(arrays[name]))
        nn.save(changed, hostile, metadata={"norgrad.checkpoint": json.dumps(state)})
        go, everything = small_run(hostile, kind, epochs=3)
        before = everything()
        try:
            go()  # three epochs were made: nothing is left to do
        except FileError as error:
            assert "not a checkpoint of this run" in str(error)
            np.testing.assert_equal(everything(), before)
            refused += 1
    assert refused > 120


def test_what_a_checkpoint_must_be(tmp_path):
    path, hostile = tmp_path / "c.npz", tmp_path / "h.npz"
    small_run(path, "adam")[0]()
    arrays, strings = read(path)
    good = json.loads(strings["norgrad.checkpoint"])
    for name, value in (("epoch", -1), ("epoch", True), ("epoch", float("nan")), ("epoch", 3.0), ("epoch", "3"), ("step", 8), ("step", None), ("batch", -1),
                        ("seen", 1.5), ("total", float("nan")), ("total", "1"), ("total", 3), ("stop", 1), ("version", "1"), ("more", 1), ("rng", {}),
                        ("rng", {**good["rng"], "state": {"state": -1, "inc": 2}}), ("order", {**good["order"], "bit_generator": "MT19937"}),
                        ("rng", {**good["rng"], "uinteger": "0"}), ("generators", []), ("generators", [good["rng"], good["rng"]]), ("schedule", None),
                        ("history", {}), ("history", {**good["history"], "epochs": {"loss": [1, 2, 3], "lr": [0.1] * 3}}),
                        ("history", {**good["history"], "epochs": {**good["history"]["epochs"], "loss": [0.1, 0.2]}}),
                        ("best", {**good["best"], "epoch": 7}), ("best", {**good["best"], "number": float("nan")}), ("best", {}), ("model", {}), ("optimizer", {})):
        nn.save(arrays, hostile, metadata={"norgrad.checkpoint": json.dumps({**good, name: value})})
        go, everything = small_run(hostile, "adam")
        before = everything()
        with pytest.raises(FileError, match="not a checkpoint of this run"):
            go()
        np.testing.assert_equal(everything(), before)
    twice = json.dumps(good)[:-1] + ', "epoch": 3}'
    for text in ("[" * 100_000, "{", "", "null", "[]", json.dumps(good)[:-5], twice, json.dumps({**good, "epoch": 3}).replace("3", "9" * 5000)):
        nn.save(arrays, hostile, metadata={"norgrad.checkpoint": text})
        with pytest.raises(FileError):
            small_run(hostile, "adam")[0]()


def test_checkpoints_of_which_bytes_were_changed(tmp_path):
    if not importlib.util.find_spec("safetensors"):
        pytest.skip("safetensors is not installed")
    rng = random.Random(1)
    for suffix in ("npz", "safetensors"):
        path, damaged = tmp_path / f"c.{suffix}", tmp_path / f"d.{suffix}"
        small_run(path, "adam")[0]()
        whole, good = path.read_bytes(), small_run(path, "adam")
        good[0]()
        expected = good[1]()
        go, everything = small_run(damaged, "adam")
        before = everything()
        for trial in range(400):
            data = bytearray(whole)
            for _ in range(rng.choice((1, 1, 1, 5))):
                data[rng.randrange(len(data))] = rng.randrange(256)
            if trial % 5 == 0:
                data = data[: rng.randrange(len(data))]
            damaged.write_bytes(data)
            try:
                go()
            except FileError:
                continue
            np.testing.assert_equal(everything(), expected)  # bytes that mean nothing, or the same ones
            go, everything = small_run(damaged, "adam")
        np.testing.assert_equal(small_run(damaged, "adam")[1](), before)


def test_what_a_killed_run_leaves_is_removed_by_the_next(tmp_path):
    code = ("import os, signal, sys\nsys.path.insert(0, 'tests/nn')\nfrom training_run import run\nimport autograd.tools\n"
            "def killed(*paths):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
            "os.replace = killed\nrun(sys.argv[1])")
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "run.npz"], cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    left = list(tmp_path.iterdir())
    assert len(left) == 1 and left[0].name.startswith(".saving-")
    other = tmp_path / ".saving-00000000-00.tmp"  # of somebody else
    other.write_bytes(b"")
    run(tmp_path / "run.npz", epochs=1)
    assert sorted(p.name for p in tmp_path.iterdir()) == [other.name, "run.npz"]
