"""`fit`: the training loop."""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.typing import Array, Function, Seed
from nn.ensemble import EnsembleError
from nn.module import Module
from nn.training.callbacks import Patience, divergence, epoch_numbers, progress_bar, recording, samples, step_schedule
from nn.training.evaluation import Metrics
from nn.training.history import History
from nn.training.optim import Optimizer, clip_grad_norm
from nn.training.run import Batches, Callback, Run


def fit(model: Module, data: Any, loss: Function, optimizer: Optimizer, epochs: int = 1, *,
        batch_size: int = 32, shuffle: bool = True, validation: Any = None, metrics: Metrics | None = None,
        schedule: Any = None, clip_norm: float | None = None, patience: int | None = None,
        callbacks: Iterable[Callback] = (), rng: Seed = 0, checkpoint: str | os.PathLike[str] | None = None,
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
    run = Run(model, optimizer, schedule, np.random.default_rng(rng), "loss" if validation is None else "val_loss")
    batches = Batches(data, batch_size, shuffle)
    loss = model._loss_to_train(loss)
    if optimizer.closure_needed and model.stacked is not None:
        raise EnsembleError(f"{type(optimizer).__name__} takes one step length for all, and can't train an ensemble")
    saving = None
    if checkpoint is not None:
        from nn.training.checkpoint import Checkpoint  # which needs parts of Python that take long to import

        saving = Checkpoint(checkpoint, batches, checkpoint_every)
        if resume:
            saving.resume(run)
    recorded = recording(record, run, batches, epochs, loss)

    def closure() -> Array:
        """The loss of the batch at hand, as a node, and the gradients that the optimiser is to follow."""
        optimizer.zero_grad()
        node = loss(model(*inputs), target)
        model._total(node).backward()
        if clip_norm is not None:
            clip_grad_norm(model, clip_norm)
        return node

    with _interruptible(run), progress_bar(progress, run, batches, epochs) as bar:
        everything = [f for f in (
            epoch_numbers(validation, loss, metrics, batch_size),
            step_schedule if schedule is not None else None,
            Patience(patience) if patience is not None else None,
            samples(run, epochs * len(batches)), recorded, bar,
            *callbacks,
            divergence, saving) if f is not None]
        after_step = [f for f in everything if getattr(f, "on_step", False)]
        after_epoch = [f for f in everything if not getattr(f, "on_step", False)]
        model.train()
        while run.epoch < epochs and not run.stop:
            if not run.batch:
                run.total, run.seen = 0.0, 0
            for inputs, target in batches.of_epoch(run):  # noqa: B007 (closure reads them)
                run.made(optimizer.step(closure), len(target))
                for f in after_step:
                    f(run)
                if run.stop:
                    break
            if not run.seen:
                raise ShapeError(f"the data gave no batch in epoch {run.epoch + 1}: an iterator is used up after one "
                                 "epoch; give a list, or an object whose __iter__ starts anew")
            if not run.stop:
                run.epoch, run.batch = run.epoch + 1, 0
                for f in after_epoch:
                    f(run)
        for f in reversed(everything):
            if hasattr(f, "finish"):
                f.finish(run)
    if run.stop:
        run.history.stopped = run.stop if isinstance(run.stop, str) else "a callback asked for it"
    return run.history


@contextmanager
def _interruptible(run: Run) -> Iterator[None]:
    """Let the first Ctrl-C end the run after the step at hand; a second one interrupts at once."""
    import signal  # takes long to import

    if (threading.current_thread() is not threading.main_thread()
            or signal.getsignal(signal.SIGINT) is not signal.default_int_handler):
        yield
        return

    def stop(signum: int, frame: object) -> None:
        if run.stop:
            raise KeyboardInterrupt
        run.stop = "interrupted"

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
