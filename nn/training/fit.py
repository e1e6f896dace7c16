"""`fit`: the training loop."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.typing import Array, Function, Seed
from nn.module import Module
from nn.training import callbacks as own
from nn.training.arguments import Metrics, check_callbacks, check_metrics, check_node, check_training
from nn.training.history import History
from nn.training.optim import Optimizer, clip_grad_norm
from nn.training.optim_state import whole
from nn.training.run import Batches, Callback, Run, is_finite


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
    does a loss that is not finite: no step is made on it, and the parameters are the last that were finite. An
    `Ensemble` is trained with the loss of each member, and each has a patience of its own; the history then has an
    array of all members for each epoch.

    >>> import nn
    >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
    >>> model = nn.Sequential(nn.Linear(2, 8, rng=1), nn.ReLU(), nn.Linear(8, 1, rng=2))
    >>> history = nn.fit(model, (x, y), nn.MSELoss(), nn.Adam(model.parameters(), lr=0.05), epochs=200)
    >>> history.loss[-1] < 1e-3
    True
    """
    check_training(model, loss, optimizer, schedule, clip_norm)
    check_metrics(metrics)
    epochs = whole("epochs", epochs, 0)
    callbacks = check_callbacks(callbacks)
    run = Run(model, optimizer, schedule, np.random.default_rng(rng), "loss" if validation is None else "val_loss")
    batches = Batches(data, batch_size, shuffle)
    loss = model._loss_to_train(loss)
    saving = None
    if checkpoint is not None:
        from nn.training.checkpoint import Checkpoint  # which needs parts of Python that take long to import

        saving = Checkpoint(checkpoint, batches, checkpoint_every)
        if resume:
            saving.resume(run)
    recorded = own.recording(record, run, batches, epochs, loss)
    looks_ahead = optimizer.closure_needed  # and deals with what is not finite there
    begun = False  # whether the loss of this step was worked out before

    def closure() -> Array:
        """The loss of the batch at hand, as a node, and the gradients that the optimiser is to follow."""
        nonlocal begun
        optimizer.zero_grad()
        node = check_node(loss(model(*inputs), target), model.stacked)
        if not begun and not is_finite(node.data):
            raise own.Diverged(node.data)
        model._total(node).backward()
        if looks_ahead and not begun and not all(x.grad is None or is_finite(x.grad) for x in optimizer.params):
            raise own.Diverged(np.nan)
        begun = True
        if clip_norm is not None:
            clip_grad_norm(model, clip_norm)
        return node

    with _interruptible(run), own.progress_bar(progress, run, batches, epochs) as bar:
        everything = [f for f in (
            own.epoch_numbers(validation, loss, metrics, batch_size),
            own.step_schedule if schedule is not None else None,
            own.Patience(patience) if patience is not None else None,
            own.samples(run, epochs * len(batches)), recorded, bar,
            *callbacks,
            saving) if f is not None]
        after_step = [f for f in everything if getattr(f, "on_step", False)]
        after_epoch = [f for f in everything if not getattr(f, "on_step", False)]
        model.train()
        while run.epoch < epochs and not run.stop:
            if not run.batch:
                run.total, run.seen = 0.0, 0
            for inputs, target in batches.of_epoch(run):  # noqa: B007 (closure reads them)
                before, begun = run.numbers(), False
                try:
                    node = optimizer.step(closure)
                except own.Diverged as found:
                    run.go_back(before)
                    own.divergence(run, str(found))
                    break
                run.before = before
                run.made(node, len(target))
                for f in after_step:
                    f(run)
                if run.stop:
                    break
            if not run.seen and not run.stop:
                raise ShapeError(f"the data gave no batch in epoch {run.epoch + 1}: an iterator is used up after one "
                                 "epoch; give a list, or an object whose __iter__ starts anew")
            if not run.stop:
                run.epoch, run.batch = run.epoch + 1, 0
                for f in after_epoch:
                    f(run)
        if not run.diverged and run.go_back():
            own.divergence(run, "the gradient was not finite")
        for f in reversed(everything):
            if hasattr(f, "finish"):
                f.finish(run)
    if run.stop:
        run.history.stopped = run.stop if isinstance(run.stop, str) else "a callback asked for it"
    return run.history


@contextmanager
def _interruptible(run: Run) -> Iterator[None]:
    """Let the first Ctrl-C end the run after the step at hand; a second one interrupts at once."""
    import signal  # these take long to import
    import threading

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
