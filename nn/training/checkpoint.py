"""The whole state of a training run in one file: parameters, optimiser, schedule, generators, history.

The file holds arrays by number, and everything else as JSON, with `{ARRAY: number}` where an array belongs.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from autograd.extend import raw
from autograd.tools import clear_the_way
from autograd.trees import leaves
from autograd.typing import Array
from nn.module import Module
from nn.serialization import FileError, check_path, read, save, unique
from nn.training.optim_state import whole
from nn.training.run import Batches, Run, is_finite

VERSION = "2"
ARRAY = "norgrad.array"
COUNTS = "epoch", "step", "batch", "seen"
STATE = {"version", "data", *COUNTS, "total", "rng", "order", "best", "model", "generators", "optimizer", "schedule",
         "history", "stop"}


class Checkpoint:
    """A callback that writes the run's state: every so many steps, or after an epoch, if 5 seconds have passed.

    Made at the start of a run. An OSError then if the file can't be written; what a killed run has left is removed.
    """

    def __init__(self, path: str | os.PathLike[str], batches: Batches, every: int | None):
        self.path, self.batches = path, batches
        self.every = None if every is None else whole("checkpoint_every", every, 1)
        self.on_step = bool(every)
        self.written = time.monotonic()
        check_path(path)
        clear_the_way(path)

    def __call__(self, run: Run) -> None:
        """After a step or an epoch."""
        due = run.step % self.every == 0 if self.every else time.monotonic() - self.written > 5
        if due:
            self.finish(run)
            self.written = time.monotonic()

    def finish(self, run: Run) -> None:
        """Write it, unless its numbers are of no use."""
        if not run.diverged and all(is_finite(raw(x)) for x in run.model.parameters()):
            save_checkpoint(self.path, run, self.batches)

    def resume(self, run: Run) -> None:
        """Go on from the file, if it is there."""
        if Path(self.path).exists():
            load_checkpoint(self.path, run, self.batches)


def save_checkpoint(path: str | os.PathLike[str], run: Run, batches: Batches) -> None:
    """Write the state of a run (see nn.training.Run), atomically."""
    epochs = {k: np.array(x) if all(isinstance(v, float) for v in x) else x for k, x in run.history.epochs.items()}
    state = {
        "version": VERSION,
        "data": _fingerprint(batches),
        "epoch": run.epoch, "step": run.step, "batch": run.batch, "total": run.total, "seen": run.seen,
        "rng": run.rng.bit_generator.state, "order": run.order, "best": run.best,
        "model": run.model.state_dict(),
        "generators": [rng.bit_generator.state for rng in _generators(run.model)],
        "optimizer": run.optimizer.state_dict(),
        "schedule": run.schedule.state_dict() if run.schedule is not None else None,
        "history": {"epochs": epochs, "steps": run.history.steps},
        "stop": run.stop != "interrupted" and (run.stop if isinstance(run.stop, str) else bool(run.stop)),
    }
    arrays: dict[str, Array] = {}

    def put_aside(array: Array) -> dict[str, str]:
        number = str(len(arrays))
        arrays[number] = np.asarray(array)
        return {ARRAY: number}

    text = json.dumps(state, default=put_aside)
    save(arrays, path, metadata={"norgrad.checkpoint": text})


def load_checkpoint(path: str | os.PathLike[str], run: Run, batches: Batches) -> None:
    """Put the state in the file back into a run, its model, optimiser and schedule.

    Raises FileError if it is not the checkpoint of such a run; then nothing has changed.
    """
    arrays, strings = read(path)
    try:
        state = _parsed(strings["norgrad.checkpoint"], arrays)
        generators = _generators(run.model)
        _check(state, run, batches, generators)
        model, optimizer = run.model._fitting(state["model"], True), run.optimizer._fitting(state["optimizer"])
        if run.schedule is not None:  # the last that may fail
            run.schedule.load_state_dict(state["schedule"])
    except Exception as error:  # whatever a hostile file makes of these
        raise FileError(f"{path} is not a checkpoint of this run: {str(error) or type(error).__name__}") from error
    run.model._take(model)
    run.optimizer._take(optimizer)
    for rng, own in zip([run.rng, *generators], [state["rng"], *state["generators"]], strict=True):
        rng.bit_generator.state = own
    epochs = state["history"]["epochs"]
    run.history.epochs = {name: x.tolist() if isinstance(x, np.ndarray) else x for name, x in epochs.items()}
    run.history.steps = state["history"]["steps"]
    for name in (*COUNTS, "total", "order", "best", "stop"):
        setattr(run, name, state[name])


# ---- a file may come from anywhere: what it says is checked before anything is touched ------------------------------
def _parsed(text: str, arrays: dict[str, Array]) -> Any:
    """The JSON, with its arrays; a ValueError if a name comes twice, or an array not once."""
    numbers: list[str] = []

    def put_in(pairs: list[tuple[str, Any]]) -> Any:
        found = unique(pairs)
        if found.keys() != {ARRAY}:
            return found
        numbers.append(found[ARRAY])
        return arrays[found[ARRAY]]

    state = json.loads(text, object_pairs_hook=put_in)
    if sorted(numbers) != sorted(arrays):
        raise ValueError("its arrays are not each in one place")
    return state


def _need(name: str, right: Any) -> None:
    if not right:
        raise ValueError(f"its {name} can't be that of a run")


def _check(state: Any, run: Run, batches: Batches, generators: list[Any]) -> None:
    """A ValueError, or whatever Python makes of it, if something in the state of a run has no business there."""
    _need("list of parts", isinstance(state, dict) and state.keys() == STATE)
    if state["version"] != VERSION:
        raise ValueError(f"it is of version {state['version']}")
    if state["data"] != _fingerprint(batches):
        raise ValueError(f"its data were {state['data']}, these are {_fingerprint(batches)}")
    if (state["schedule"] is None) != (run.schedule is None):
        raise ValueError("it was made with another schedule")
    if len(generators) != len(state["generators"]):
        raise ValueError(f"its model has {len(state['generators'])} generators, this one {len(generators)}")
    members = () if run.model.stacked is None else (run.model.stacked,)
    for name in COUNTS:
        _need(name, type(state[name]) is int and state[name] >= 0)
    _need("step", not batches.arrays or state["step"] == state["epoch"] * len(batches) + state["batch"])
    _need("seen", state["seen"] or not state["batch"])
    _need("total", _is_floats(state["total"], members) or (members and state["total"] == 0.0))
    _need("stop", isinstance(state["stop"], (bool, str)))
    states = [state["rng"], state["order"], *state["generators"]]
    for rng, own in zip([run.rng, run.rng, *generators], states, strict=True):
        twin = type(rng.bit_generator)(0)
        twin.state = own
        _need("generator", _text(twin.state) == _text(own))
    mine = run.model.state_dict()
    for numbers in [state["model"]] if state["best"] is None else [state["model"], state["best"]["state"]]:
        run.model._fitting(numbers, True)
        for name, x in numbers.items():
            _need(name, isinstance(x, np.ndarray) and x.dtype == mine[name].dtype
                  and (np.isnan(mine[name]).any() or not np.isnan(x).any()))
    for x in leaves(list(state["optimizer"]["state"].values())):
        _need("optimizer", isinstance(x, (int, float, np.ndarray)) and not np.any(np.isnan(x))
              and (not isinstance(x, np.ndarray) or x.dtype.kind in "fc"))
    if state["best"] is not None:
        number, epoch = np.asarray(state["best"]["number"]), np.asarray(state["best"]["epoch"])
        _need("best", state["best"].keys() == {"number", "epoch", "state"} and _is_floats(number, number.shape)
              and number.shape == epoch.shape in ((), members) and epoch.dtype.kind == "i" and np.all(epoch > 0)
              and np.all(epoch <= state["epoch"]))
        if not members:
            _need("best", type(state["best"]["number"]) is float and type(state["best"]["epoch"]) is int)
    _check_history(state["history"], state["epoch"], members)


def _check_history(history: Any, epochs: int, members: tuple[int, ...]) -> None:
    _need("history", history.keys() == {"epochs", "steps"} and {"loss", "lr"} <= history["epochs"].keys())
    for name, column in history["epochs"].items():
        right = isinstance(column, list) or (column.dtype == np.float64 and column.ndim == 1)
        if name in ("loss", "lr"):
            right = right and all(_is_floats(x, members if name == "loss" else ()) for x in column)
        elif name.startswith("val_") and isinstance(column, list):
            right = all(isinstance(x, np.ndarray) and x.dtype.kind == "f" for x in column)
        own = name in ("loss", "lr") or name.startswith("val_")
        _need(f"history of {name}", right and (len(column) == epochs or not own))
    steps = history["steps"]
    _need("history of steps", steps.keys() == {"step", "gradient_norm", "dead_units"})
    _need("history of steps", all(type(i) is int and i >= 0 for i in steps["step"]))
    for column in [*steps["gradient_norm"].values(), *steps["dead_units"].values()]:
        _need("history of steps", len(column) == len(steps["step"]) and all(type(x) is float for x in column))


def _is_floats(x: Any, shape: tuple[int, ...]) -> bool:
    """Whether it is a float, or a float64 array of this shape, without NaN."""
    right = isinstance(x, float) if not shape and not isinstance(x, np.ndarray) else x.dtype == np.float64
    return bool(right and np.shape(x) == shape and not np.isnan(x).any())


def _text(state: Any) -> str:
    return json.dumps(state, default=np.ndarray.tolist, sort_keys=True)


def _fingerprint(batches: Batches) -> dict[str, Any]:
    return {"samples": batches.samples, "batch_size": batches.batch_size, "shuffle": batches.shuffle}


def _generators(model: Module) -> "list[np.random.Generator]":
    """Every random generator that a module of the model holds, once."""
    held = [x for module in model.modules() for x in leaves(vars(module)) if isinstance(x, np.random.Generator)]
    return list(dict.fromkeys(held))
