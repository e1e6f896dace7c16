"""What `fit` does besides its steps, in callbacks of the kind that a user writes.

A callback is a function of the `Run`, called after each epoch; one with an attribute on_step = True, after each step.
Where one has a method finish(run), it is called when the run has ended without an error, in the opposite order.
"""

import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from typing import Any

import numpy as np

from autograd.errors import MissingTool
from autograd.typing import Function
from nn.module import Module
from nn.training.evaluation import Metrics, evaluate
from nn.training.history import layers_with_parameters
from nn.training.run import Batches, Callback, Run

RECORDED = 1000  # parameters, up to which a run is recorded unless told otherwise


def on_step(callback: Any) -> Any:
    """Mark a function as a callback for each step."""
    callback.on_step = True
    return callback


def epoch_numbers(validation: Any, loss: Function, metrics: Metrics | None, batch_size: int) -> Callback:
    """Keeps the loss and the learning rate of each epoch, and with validation data the numbers on those."""

    def after_epoch(run: Run) -> None:
        epochs = run.history.epochs
        epochs["loss"].append(run.total / run.seen)
        epochs["lr"].append(run.optimizer.lr)
        if validation is not None:
            for name, x in evaluate(run.model, validation, loss, metrics, batch_size).items():
                epochs.setdefault(f"val_{name}", []).append(x)

    return after_epoch


def step_schedule(run: Run) -> None:
    """Moves the learning rate."""
    if run.schedule.watches:
        run.schedule.step(run.score())
    else:
        run.schedule.step()


class Patience:
    """Ends the run when the watched number has not improved for so many epochs, and goes back to the best numbers."""

    def __init__(self, epochs: int):
        self.epochs = epochs

    def __call__(self, run: Run) -> None:
        """After an epoch."""
        score = run.score()
        if run.best is None or score < run.best["number"]:
            run.best = {"number": score, "epoch": run.epoch, "state": run.model.state_dict()}
        elif run.epoch - run.best["epoch"] >= self.epochs:
            run.stop = f"{run.watched} has not improved for {self.epochs} epochs; back to epoch {run.best['epoch']}"

    def finish(self, run: Run) -> None:
        """Go back."""
        if run.best is not None:
            run.model.load_state_dict(run.best["state"])


def samples(run: Run, steps: int) -> Callback:
    """Looks at gradients and units now and then, for the history.

    A look takes as long as a step of a small network (under ten thousand parameters), and a tenth of a larger one's.
    There are so few that they cost next to nothing.
    """
    layers = layers_with_parameters(run.model)
    every = max(50, steps // 30) if _size(run.model) < 10_000 else max(5, steps // 100)

    @on_step
    def after_step(run: Run) -> None:
        if (run.step - 1) % every == 0:
            run.history.sample(run.step - 1, layers, run.node)

    return after_step


@on_step
def divergence(run: Run) -> None:
    """Ends the run, with a warning, when the loss is not finite."""
    finite = isfinite(run.loss) if isinstance(run.loss, float) else np.isfinite(run.loss).all()
    if not finite:
        run.diverged = True
        run.stop = f"the loss became {np.min(run.loss)} in epoch {run.epoch + 1}"
        warnings.warn(f"fit: {run.stop}; try a smaller learning rate, or clip_norm", RuntimeWarning, 3)


def recording(record: bool | None, run: Run, batches: Batches, epochs: int, loss: Function) -> Callback | None:
    """The `Recording` that goes into the history, if it was asked for, or costs little."""
    arrays = batches.arrays if batches.arrays is not None and len(batches.arrays) == 2 else None
    if record is None:
        record = arrays is not None and _size(run.model) <= RECORDED
    if not record or run.model.stacked is not None:
        return None
    if arrays is None:
        raise TypeError("fit(record=True) needs data of two arrays, (x, y)")
    from nn.training.recording import Recording

    run.history.recording = Recording(
        run.model, *arrays, level=getattr(loss, "level", None), start=run.step, steps=epochs * len(batches))
    return run.history.recording


def _size(model: Module) -> int:
    return sum(np.size(x.data) for x in model.parameters())


@contextmanager
def progress_bar(progress: bool | None, run: Run, batches: Batches, epochs: int) -> Iterator[Callback | None]:
    """tqdm's bar over all steps, if one is wanted; by default, if somebody looks and tqdm is there."""
    if progress is None and not (sys.stderr and sys.stderr.isatty()) and "ipykernel" not in sys.modules:
        progress = False  # nobody is looking
    if progress is False:
        yield None
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a notebook lacks ipywidgets: the bar is text there
            from tqdm.auto import tqdm  # which knows a notebook from a terminal
    except ImportError as error:
        if progress:
            raise MissingTool("the progress bar needs tqdm: pip install tqdm") from error
        yield None
        return
    with tqdm(total=epochs * len(batches) or None, initial=run.step, unit="step", delay=0.3) as bar:
        shown = 0.0

        @on_step
        def show(run: Run) -> None:
            nonlocal shown
            bar.update(1)
            now = time.monotonic()
            if now - shown > 0.1:
                shown = now
                last = {name: f"{np.median(x[-1]):.4g}" for name, x in run.history.epochs.items() if x and name != "lr"}
                first, loss = {"epoch": f"{run.epoch + 1}/{epochs}"}, {"loss": f"{np.median(run.loss):.4g}"}
                bar.set_postfix(first | last | loss, refresh=False)

        yield show
