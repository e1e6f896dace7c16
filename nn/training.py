"""`fit`: the training loop, with everything around it: batches, validation, a progress bar, checkpoints, Ctrl-C."""

import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.errors import MissingTool, ShapeError
from autograd.extend import raw
from nn.checkpoint import load_checkpoint, save_checkpoint
from nn.diagnostics import History, layers_with_parameters
from nn.ensemble import Ensemble, EnsembleError
from nn.module import Module
from nn.optim import Optimizer, clip_grad_norm

RECORDED = 1000  # parameters, up to which a run is recorded unless told otherwise
Metrics = dict[str, Callable[[Any, Any], Any]]


class Run:
    """A run, as callbacks see it: model, optimizer, history, epoch, step (both from 0). Set `stop` to end it."""

    def __init__(self, model: Module, optimizer: Optimizer, schedule: Any, rng: np.random.Generator):
        self.model, self.optimizer, self.schedule, self.rng = model, optimizer, schedule, rng
        self.history = History()
        self.epoch = self.step = self.batch = 0
        self.stop: str | bool = False
        self.broken = False  # the parameters are of no use any more
        self.order = rng.bit_generator.state  # from which this epoch's order was drawn
        self.total, self.seen = 0.0, 0  # the losses of this epoch's samples
        self.best: Any = None  # of early stopping: the best number, its epoch, the model's numbers then


def fit(model: Module, data: Any, loss: Callable[..., Any], optimizer: Optimizer, epochs: int = 1, *,
        batch_size: int = 32, shuffle: bool = True, validation: Any = None, metrics: Metrics | None = None,
        schedule: Any = None, clip_norm: float | None = None, patience: int | None = None,
        callbacks: Iterable[Callable[[Run], Any]] = (), rng: Any = 0, checkpoint: Any = None,
        checkpoint_every: int | None = None, resume: bool = False, progress: bool | None = None,
        record: bool | None = None) -> History:
    """Train `model`, and return what happened: a `History`, which plots itself.

    data              arrays (x, y), the samples along their first axis, cut into mini-batches; or anything that gives
                      batches (x, y) when iterated over, once an epoch: a list, an object with __iter__
    loss              loss(model(x), y), a node of one number (of a mean, for the history's sake)
    epochs            how many times to go through the data
    batch_size        samples a step; the last step of an epoch takes what is left
    shuffle           arrays in a new order each epoch, drawn from `rng` (a Generator or a seed)
    validation        data of the same kind, tried after each epoch without training: val_loss and so on
    metrics           functions of (output, target), arrays, by name, averaged: {"accuracy": nn.accuracy}
    schedule          stepped after each epoch, with val_loss (or loss) if it is a ReduceLROnPlateau
    clip_norm         the largest norm that the gradient may have: it is scaled down to that
    patience          stop when val_loss (or loss) has not improved for so many epochs, and go back to the best numbers
    callbacks         functions of the `Run`, called after each epoch; one with an attribute on_step = True, each step
    checkpoint        a file, .npz or .safetensors, in which the whole state of the run is kept: see resume
    checkpoint_every  after how many steps it is written; by default after an epoch, if 5 seconds have passed
    resume            go on from the checkpoint if it is there: the run ends as it would have without the break, bit for
                      bit, with the same data and arguments (`epochs` may be more)
    progress          a progress bar; by default where somebody can see it and tqdm is installed
    record            keep the model's numbers at 60 moments, for `autograd.explore_training`; by default of models of
                      up to a thousand parameters, if their input is one array

    Ctrl-C ends the run after the step at hand and returns the history so far (a second one interrupts at once). So
    does a loss that is not finite. An `Ensemble` is trained with the loss of each member; the history then has an array
    of all members for each epoch.

    >>> import nn
    >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
    >>> model = nn.Sequential(nn.Linear(2, 8, rng=1), nn.ReLU(), nn.Linear(8, 1, rng=2))
    >>> history = nn.fit(model, (x, y), nn.MSELoss(), nn.Adam(model.parameters(), lr=0.05), epochs=200)
    >>> history.loss[-1] < 1e-3
    True
    """
    if set(optimizer.params).isdisjoint(model.parameters()):
        raise ValueError("the optimizer holds none of the model's parameters: nothing would be trained")
    run = Run(model, optimizer, schedule, np.random.default_rng(rng))
    batches = _Batches(data, batch_size, shuffle)
    many = isinstance(model, Ensemble)
    if isinstance(model, Ensemble) and isinstance(loss, Module):
        loss = model.each(loss)
    if many and optimizer.closure_needed:
        raise EnsembleError(f"{type(optimizer).__name__} takes one step length for all, and can't train an ensemble")
    metrics = dict(metrics or {})
    every = _sampling(epochs * len(batches), sum(np.size(x.data) for x in model.parameters()))
    after_epoch = [f for f in callbacks if not getattr(f, "on_step", False)]
    after_step = [f for f in callbacks if getattr(f, "on_step", False)]
    resumed = bool(resume and checkpoint is not None and Path(checkpoint).exists())
    if resumed:
        load_checkpoint(checkpoint, run, batches)
    layers = layers_with_parameters(model)
    batch: Any = None

    def closure() -> Any:
        """The loss of the batch at hand, as a node, and the gradients that the optimiser is to follow."""
        inputs, target = batch
        optimizer.zero_grad()
        node = loss(model(*inputs), target)
        (node.sum() if many else node).backward()
        if clip_norm is not None:
            clip_grad_norm(model, clip_norm)
        return node

    recording = None if many else _recording(record, model, batches, run, epochs, loss)
    written = time.monotonic()
    with _interruptible(run), _bar(progress, batches, epochs, run) as bar:
        model.train()
        while run.epoch < epochs and not run.stop:
            if not (resumed and run.batch):
                run.batch, run.total, run.seen = 0, 0.0, 0
                if batches.shuffled:
                    run.order = run.rng.bit_generator.state
            resumed = False
            for batch in batches.of_epoch(run):
                node = optimizer.step(closure)
                value, size = node.data if many else float(node.data), len(batch[1])
                run.total += value * size
                run.seen += size
                if run.step % every == 0:
                    run.history.sample(run.step, layers, node)
                run.step += 1
                run.batch += 1
                if recording is not None:
                    recording.step(value)
                if bar:
                    bar.update(run, value)
                for f in after_step:
                    f(run)
                if not (np.isfinite(value).all() if many else isfinite(value)):
                    run.broken = True
                    run.stop = f"the loss became {np.min(value)} in epoch {run.epoch + 1}"
                    warnings.warn(f"fit: {run.stop}; try a smaller learning rate, or clip_norm", RuntimeWarning, 2)
                if run.stop:
                    break
                if checkpoint_every and checkpoint is not None and run.step % checkpoint_every == 0:
                    save_checkpoint(checkpoint, run, batches)
            if not run.seen:
                raise ShapeError(f"the data gave no batch in epoch {run.epoch + 1}: an iterator is used up after one "
                                 "epoch; give a list, or an object whose __iter__ starts anew")
            if run.stop:
                break
            _end_epoch(run, validation, loss, metrics, batch_size, patience)
            for f in after_epoch:
                f(run)
            if checkpoint is not None and not checkpoint_every and time.monotonic() - written > 5:
                save_checkpoint(checkpoint, run, batches)
                written = time.monotonic()
        if checkpoint is not None and not run.broken:
            save_checkpoint(checkpoint, run, batches)
    if run.stop:
        run.history.stopped = run.stop if isinstance(run.stop, str) else "a callback asked for it"
    if recording is not None:
        recording.finish()
    if patience is not None and run.best is not None:
        model.load_state_dict(run.best["state"])
    return run.history


def _recording(record: bool | None, model: Module, batches: "_Batches", run: Run, epochs: int,
               loss: Any) -> Any:
    """What keeps moments of the run, in its history, if that was asked for, or costs little."""
    fits = batches.arrays is not None and len(batches.arrays) == 2
    if record is None:
        record = fits and sum(np.size(x.data) for x in model.parameters()) <= RECORDED
    if not record:
        return None
    if batches.arrays is None or not fits:
        raise TypeError("fit(record=True) needs data of two arrays, (x, y)")
    from nn.recording import Recording

    run.history.recording = Recording(
        model, *batches.arrays, level=getattr(loss, "level", None), start=run.step, steps=epochs * len(batches))
    return run.history.recording


def _end_epoch(run: Run, validation: Any, loss: Any, metrics: Metrics, batch_size: int, patience: int | None) -> None:
    """Validate, note the epoch's numbers, move the schedule, and see whether it still gets better."""
    watched = run.total / run.seen
    run.history.epochs["loss"].append(watched)
    run.history.epochs["lr"].append(run.optimizer.lr)
    if validation is not None:
        found = evaluate(run.model, validation, loss, metrics, batch_size)
        watched = found["loss"]
        for name, x in found.items():
            run.history.epochs.setdefault(f"val_{name}", []).append(x)
    run.epoch += 1
    run.batch = 0
    if run.schedule is not None:
        run.schedule.step(*([float(np.mean(watched))] if run.schedule.watches else []))
    if patience is not None:
        number = float(np.mean(watched))
        if run.best is None or number < run.best["number"]:
            run.best = {"number": number, "epoch": run.epoch, "state": run.model.state_dict()}
        elif run.epoch - run.best["epoch"] >= patience:
            name = "val_loss" if validation is not None else "loss"
            run.stop = f"{name} has not improved for {patience} epochs; back to epoch {run.best['epoch']}"


def evaluate(model: Module, data: Any, loss: Callable[..., Any] | None = None, metrics: Metrics | None = None,
             batch_size: int = 256) -> dict[str, Any]:
    """The mean loss and metrics of a model in use (`eval`), without gradients; arguments as those of `fit`.

    >>> import nn
    >>> evaluate(nn.Identity(), (np.eye(2), np.array([0, 1])), metrics={"accuracy": nn.accuracy})
    {'accuracy': 1.0}
    """
    if isinstance(model, Ensemble) and isinstance(loss, Module) and not loss.stacked:
        loss = model.each(loss)
    wanted = ({"loss": loss} if loss else {}) | dict(metrics or {})
    totals: dict[str, Any] = dict.fromkeys(wanted, 0.0)
    seen = 0
    was_training = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with no_grad():
            for inputs, target in _Batches(data, batch_size, shuffle=False).of_epoch(None):
                output = model(*inputs)
                for name, f in wanted.items():
                    totals[name] = totals[name] + raw(f(output, target)) * len(target)
                seen += len(target)
    finally:
        for module, training in was_training:
            module.training = training
    if not seen:
        raise ShapeError("evaluate: the data gave no batch")
    return {name: x / seen if np.ndim(x) else float(x) / seen for name, x in totals.items()}


class _Batches:
    """Mini-batches, ((x, …), y), of arrays, or of whatever gives them when iterated over."""

    def __init__(self, data: Any, batch_size: int, shuffle: bool):
        if batch_size < 1:
            raise ValueError(f"batch_size is at least 1, got {batch_size}")
        self.arrays: list[Any] | None = None
        self.data, self.batch_size, self.shuffle = data, batch_size, shuffle
        arrays = isinstance(data, tuple) and all(isinstance(x, list) or hasattr(raw(x), "__array__") for x in data)
        if arrays and len(data) > 1:
            self.arrays = [np.asarray(raw(x)) for x in data]
            sizes = [len(x) if x.ndim else 0 for x in self.arrays]
            if len(set(sizes)) > 1 or not sizes[0]:
                raise ShapeError(f"the arrays of the data have {' and '.join(map(str, sizes))} samples: they must be "
                                 "equally many, and at least one")
            self.samples = sizes[0]
            self.length: int | None = -(-self.samples // batch_size)
        else:
            if not hasattr(data, "__iter__"):
                raise TypeError(f"data is arrays (x, y) or gives batches when iterated over, not {type(data).__name__}")
            self.samples = 0
            self.length = len(data) if hasattr(data, "__len__") else None

        # with a single batch there is nothing to shuffle
        self.shuffled = shuffle and self.arrays is not None and self.samples > batch_size

    def __len__(self) -> int:
        return self.length or 0

    def of_epoch(self, run: Run | None) -> Iterable[tuple[tuple[Any, ...], Any]]:
        """The batches of an epoch, in its order; of one that was begun, the rest."""
        if self.arrays is not None and self.samples <= self.batch_size:  # the whole, without a copy
            return () if run and run.batch else ((tuple(self.arrays[:-1]), self.arrays[-1]),)
        return self._pieces(run)

    def _pieces(self, run: Run | None) -> Iterator[tuple[tuple[Any, ...], Any]]:
        done = run.batch if run else 0
        if self.arrays is None:
            for i, batch in enumerate(self.data):
                if i >= done:
                    *inputs, target = batch
                    yield tuple(inputs), target
            return
        order = np.arange(self.samples)
        if self.shuffled and run:
            if done:
                run.rng.bit_generator.state = run.order
            order = run.rng.permutation(self.samples)
        for start in range(done * self.batch_size, self.samples, self.batch_size):
            piece = slice(start, start + self.batch_size)
            chosen = order[piece] if self.shuffled and run else piece
            *inputs, target = [x[chosen] for x in self.arrays]
            yield tuple(inputs), target


def _sampling(steps: int, parameters: int) -> int:
    """How many steps apart the history looks at gradients and units, so that it costs next to nothing.

    A look takes as long as a step of a small network (under ten thousand parameters), and a tenth of a larger one's.
    """
    return max(50, steps // 30) if parameters < 10_000 else max(5, steps // 100)


@contextmanager
def _interruptible(run: Run) -> Iterator[None]:
    """Let the first Ctrl-C end the run after the step at hand; a second one interrupts at once."""
    if (threading.current_thread() is not threading.main_thread()
            or signal.getsignal(signal.SIGINT) is not signal.default_int_handler):
        yield
        return

    def stop(signum: int, frame: Any) -> None:
        if run.stop:
            raise KeyboardInterrupt
        run.stop = "interrupted"

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class _Bar:
    """tqdm's bar over all steps, with the latest loss, ten times a second."""

    def __init__(self, bar: Any, epochs: int):
        self.bar, self.epochs, self._shown = bar, epochs, 0.0

    def update(self, run: Run, value: Any) -> None:
        self.bar.update(1)
        now = time.monotonic()
        if now - self._shown > 0.1:
            self._shown = now
            last = {name: f"{np.median(x[-1]):.4g}" for name, x in run.history.epochs.items() if x and name != "lr"}
            first, loss = {"epoch": f"{run.epoch + 1}/{self.epochs}"}, {"loss": f"{np.median(value):.4g}"}
            self.bar.set_postfix(first | last | loss, refresh=False)


@contextmanager
def _bar(progress: bool | None, batches: _Batches, epochs: int, run: Run) -> Iterator[Any]:
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
            raise MissingTool("the progress bar needs tqdm: pip install 'norgrad[train]'") from error
        yield None
        return
    total = epochs * len(batches) if batches.length else None
    with tqdm(total=total, initial=run.step, unit="step", delay=0.3) as bar:
        yield _Bar(bar, epochs)


__all__ = ["Run", "evaluate", "fit"]
