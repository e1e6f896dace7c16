"""What `fit` does besides its steps, in callbacks of the kind that a user writes.

A callback is a function of the `Run`, called after each epoch; one with an attribute on_step = True, after each step.
Where one has a method finish(run), it is called when the run has ended without an error, in the opposite order.
"""

import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.errors import MissingTool
from autograd.extend import raw
from autograd.typing import Array, Function
from nn.ensemble import OneByOne
from nn.module import Module
from nn.training.arguments import Metrics
from nn.training.evaluation import evaluate
from nn.training.history import layers_with_parameters
from nn.training.optim_state import whole
from nn.training.run import Batches, Callback, Run

RECORDED = 1000  # parameters, up to which a run is recorded unless told otherwise


def on_step(callback: Any) -> Any:
    """Mark a function as a callback for each step."""
    callback.on_step = True
    return callback


def epoch_numbers(validation: Any, loss: Function, metrics: Metrics | None, batch_size: int) -> Callback:
    """Keeps the loss and the learning rate of each epoch, and with validation data the numbers on those."""
    if validation is not None:
        Batches(validation, batch_size, False)  # which says now, not after an epoch, what is wrong with them

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
    """Ends the run when the watched number has not improved for so many epochs, and goes back to the best numbers.

    Each member of an ensemble has a patience of its own: it goes back to where it would have ended alone.
    """

    def __init__(self, epochs: int):
        self.epochs = whole("patience", epochs, 0)

    def __call__(self, run: Run) -> None:
        """After an epoch."""
        score, state = np.asarray(run.history.epochs[run.watched][-1], float), run.model.state_dict()
        if run.best is None:  # any number is better than NaN
            number, epoch = np.where(np.isnan(score), np.inf, score), np.full(score.shape, run.epoch)
        else:
            number, epoch = np.asarray(run.best["number"]), np.asarray(run.best["epoch"])
            waited = run.epoch - epoch
            better = (score < number) & (waited <= self.epochs)
            number, epoch = np.where(better, score, number), np.where(better, run.epoch, epoch)
            state = _chosen(run.model, better, state, run.best["state"])
            if np.all(~better & (waited >= self.epochs)):
                back = f"epoch {epoch}" if not score.ndim else "the best epoch of each member"
                run.stop = f"{run.watched} has not improved for {self.epochs} epochs; back to {back}"
        run.best = {"number": number, "epoch": epoch, "state": state}
        if not score.ndim:
            run.best |= {"number": float(number), "epoch": int(epoch)}

    def finish(self, run: Run) -> None:
        """Go back."""
        if run.best is not None:
            run.model.load_state_dict(run.best["state"])


def _chosen(model: Module, better: Array, new: dict[str, Array], old: dict[str, Array]) -> dict[str, Array]:
    """The new numbers if they are better, or else the old; in an ensemble, of each member by itself."""
    if not better.ndim:
        return new if better else old
    found = {name: np.where(better.reshape(-1, *(1,) * (x.ndim - 1)), x, old[name]) if x.ndim else x
             for name, x in new.items()}
    for path, module in model.named_modules(remove_duplicate=False):
        if isinstance(module, OneByOne):  # its members' numbers are not in one array
            for i, own in enumerate(module.each):
                for name in own.state_dict():
                    whole_name = f"{path}.each.{i}.{name}"
                    found[whole_name] = (new if better[i] else old)[whole_name]
    return found


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


class Diverged(Exception):
    """The loss of a batch is not finite, and no step is to be made on it."""

    def __init__(self, loss: Array):
        super().__init__(f"the loss became {np.min(loss)}")


def divergence(run: Run, reason: str) -> None:
    """Ends the run, with a warning."""
    run.diverged = True
    run.stop = f"{reason} in epoch {min(run.epoch + 1, len(run.history) + 1)}"
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
    return sum(np.size(raw(x)) for x in model.parameters())


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
