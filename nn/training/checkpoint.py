"""The whole state of a training run in one file: parameters, optimiser, schedule, generators, history.

The file holds arrays by number, and everything else as JSON, with `{ARRAY: number}` where an array belongs.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from autograd.trees import leaves
from autograd.typing import Array
from nn.module import Module
from nn.serialization import FileError, read, save
from nn.training.run import Batches, Run

VERSION = "2"
ARRAY = "norgrad.array"


class Checkpoint:
    """A callback that writes the run's state: every so many steps, or after an epoch, if 5 seconds have passed."""

    def __init__(self, path: str | os.PathLike[str], batches: Batches, every: int | None):
        self.path, self.batches, self.every = path, batches, every
        self.on_step = bool(every)
        self.written = time.monotonic()

    def __call__(self, run: Run) -> None:
        """After a step or an epoch."""
        due = run.step % self.every == 0 if self.every else time.monotonic() - self.written > 5
        if due:
            self.finish(run)
            self.written = time.monotonic()

    def finish(self, run: Run) -> None:
        """Write it, unless its numbers are of no use."""
        if not run.diverged:
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
        "stop": False if run.stop == "interrupted" else run.stop,
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

    Raises FileError if it is not the checkpoint of such a run.
    """
    arrays, strings = read(path)
    before = run.model.state_dict()
    try:
        state = json.loads(strings["norgrad.checkpoint"], object_hook=lambda x: arrays[x[ARRAY]] if ARRAY in x else x)
        if state["version"] != VERSION:
            raise ValueError(f"it is of version {state['version']}")
        if state["data"] != _fingerprint(batches):
            raise ValueError(f"its data were {state['data']}, these are {_fingerprint(batches)}")
        if (state["schedule"] is None) != (run.schedule is None):
            raise ValueError("it was made with another schedule")
        generators = _generators(run.model)
        if len(generators) != len(state["generators"]):
            raise ValueError(f"its model has {len(state['generators'])} generators, this one {len(generators)}")
        run.model.load_state_dict(state["model"])
        run.optimizer.load_state_dict(state["optimizer"])
        if run.schedule is not None:
            run.schedule.load_state_dict(state["schedule"])
        for rng, own in zip(generators, state["generators"], strict=True):
            rng.bit_generator.state = own
        run.rng.bit_generator.state = state["rng"]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        run.model.load_state_dict(before)
        raise FileError(f"{path} is not a checkpoint of this run: {error}") from error
    epochs = state["history"]["epochs"]
    run.history.epochs = {name: x.tolist() if isinstance(x, np.ndarray) else x for name, x in epochs.items()}
    run.history.steps = state["history"]["steps"]
    for name in ("epoch", "step", "batch", "total", "seen", "order", "best", "stop"):
        setattr(run, name, state[name])


def _fingerprint(batches: Batches) -> dict[str, Any]:
    return {"samples": batches.samples, "batch_size": batches.batch_size, "shuffle": batches.shuffle}


def _generators(model: Module) -> "list[np.random.Generator]":
    """Every random generator that a module of the model holds, once."""
    held = [x for module in model.modules() for x in leaves(vars(module)) if isinstance(x, np.random.Generator)]
    return list(dict.fromkeys(held))
