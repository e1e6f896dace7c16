"""fit: what it does to a model, what it tells, how it ends, and that a run that was broken off ends in the same bits."""

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
from nn.serialization import FileError

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
