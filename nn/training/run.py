"""A training run: its state, which `fit` moves on and callbacks look at, and the batches that it goes through."""

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.extend import raw
from autograd.typing import Array
from nn.module import Module
from nn.training.history import History
from nn.training.optim import Optimizer
from nn.training.optim_state import whole


class Run:
    """A run, as callbacks see it: its model, optimizer, schedule, rng and history, and how far it has come.

    epoch, step  how many were made; in a callback on_step, the number of the epoch at hand (from 0)
    batch        how many batches of the epoch at hand were made
    loss         of the last step: a float; of an ensemble, an array with the loss of each member
    node         that loss as a node, with its graph
    stop         set it to True, or to the reason, and the run ends
    diverged     the loss is not finite any more: no step is made on it, and no checkpoint is written
    """

    def __init__(self, model: Module, optimizer: Optimizer, schedule: Any, rng: "np.random.Generator", watched: str):
        self.model, self.optimizer, self.schedule, self.rng = model, optimizer, schedule, rng
        self.history = History()
        self.epoch = self.step = self.batch = 0
        self.loss: Array = None
        self.node: Array = None
        self.stop: str | bool = False
        self.diverged = False
        self._buffers = [(vars(module), name) for module in model.modules() for name in module._buffers]
        self.before = self.numbers()  # the last step
        self.order = rng.bit_generator.state  # from which this epoch's order was drawn
        self.total: Array = 0.0  # the losses of this epoch's samples
        self.seen = 0  # how many samples those were
        self.watched = watched  # what is to fall: "loss" or "val_loss"
        self.best: Any = None  # of early stopping: the best number, its epoch, the model's numbers then

    broken = property(lambda self: self.diverged)  # its former name

    def made(self, node: Array, samples: int) -> None:
        """Count a step on so many samples, whose loss was `node`."""
        self.node, loss = node, node.data
        self.loss = loss if np.ndim(loss) else float(loss)
        self.total += self.loss * samples
        self.seen += samples
        self.step += 1
        self.batch += 1

    def numbers(self) -> Any:
        """What a step changes: parameters, what the optimiser remembers of them, buffers. Nothing is copied."""
        return [raw(x) for x in self.optimizer.params], self.optimizer._states, [d[name] for d, name in self._buffers]

    def go_back(self, begun: Any = None) -> bool:
        """Go back to before a step that was begun; and to before the last one, if that has left what is not finite.

        Returns whether the last step has.
        """
        params, places = self.optimizer.params, self._buffers
        for numbers in [self.before] if begun is None else [begun, self.before]:
            arrays, states, buffers = numbers
            here = [*[raw(x) for x in params], *[d[name] for d, name in places]]
            if numbers is not begun and all(is_finite(a) for a in here[: len(params)]):
                return False
            if list(map(np.shape, here)) == list(map(np.shape, [*arrays, *buffers])):  # no member was dropped
                for x, a in zip(params, arrays, strict=True):
                    if raw(x) is not a:
                        x.data = a
                for (d, name), a in zip(places, buffers, strict=True):
                    d[name] = a
                self.optimizer._states = states
        return True

    def score(self) -> float:
        """The watched number after the last epoch; of an ensemble, its mean."""
        return float(np.mean(self.history.epochs[self.watched][-1]))


Callback = Callable[[Run], Any]
Batch = tuple[tuple[Array, ...], Array]  # ((x, ...), y)


def _parted(batch: Any) -> Batch:
    """A batch that was given, as ((x, …), y)."""
    if not isinstance(batch, (tuple, list)) or len(batch) < 2:
        raise TypeError(f"a batch is (x, y), but the data gave {_named(batch)} for one; arrays are a tuple: (x, y)")
    *inputs, target = batch
    if not np.ndim(raw(target)):
        raise ShapeError(f"the target of a batch has no axis of samples: it is {_named(target)}")
    return tuple(inputs), target


def _named(x: Any) -> str:
    shape = getattr(x, "shape", None)
    return f"{type(x).__name__} {x!r:.30}" if shape is None else f"{type(x).__name__} of shape {tuple(shape)}"


def is_finite(x: Array) -> bool:
    """Whether a number, or all of an array, is neither infinite nor NaN."""
    return math.isfinite(x) if type(x) is float else bool(np.isfinite(x).all())


class Batches:
    """The data of `fit`, cut into batches ((x, …), y), epoch after epoch."""

    def __init__(self, data: Any, batch_size: int, shuffle: bool):
        batch_size = whole("batch_size", batch_size, 1)
        self.data, self.batch_size, self.shuffle = data, batch_size, bool(shuffle)
        self.arrays: list[Array] | None = None
        self.whole: list[Batch] = []  # all arrays as they are, if they are one batch
        self.samples = 0
        are_arrays = isinstance(data, tuple) and all(isinstance(x, list) or hasattr(raw(x), "__array__") for x in data)
        if are_arrays and len(data) > 1:
            self.arrays = [np.asarray(raw(x)) for x in data]
            sizes = [len(x) if x.ndim else 0 for x in self.arrays]
            if len(set(sizes)) > 1 or not sizes[0]:
                raise ShapeError(f"the arrays of the data have {' and '.join(map(str, sizes))} samples: they must be "
                                 "equally many, and at least one")
            self.samples = sizes[0]
            if self.samples <= batch_size:
                self.whole = [(tuple(self.arrays[:-1]), self.arrays[-1])]
        elif not hasattr(data, "__iter__"):
            raise TypeError(f"data is arrays (x, y) or gives batches when iterated over, not {type(data).__name__}")
        elif isinstance(data, (list, tuple)) and data:
            first = data[0]
            plain = isinstance(first, list) and len(first) > 2 and all(isinstance(x, (list, float, int)) for x in first)
            if plain or not isinstance(first, (list, tuple)):
                raise TypeError(f"data is a {type(data).__name__} of {_named(first)}, …: write arrays as (x, y), "
                                "and batches as [(x, y), …]")

    def __len__(self) -> int:
        """How many an epoch has; 0 if nobody knows."""
        if self.arrays is not None:
            return -(-self.samples // self.batch_size)
        return len(self.data) if hasattr(self.data, "__len__") else 0

    def of_epoch(self, run: Run) -> Iterable[Batch]:
        """The batches of a new epoch, in an order drawn from run.rng; of an epoch that was begun, the rest."""
        if self.whole or self.arrays is None or not self.shuffle:
            return self.rest(run.batch)
        if run.batch:
            run.rng.bit_generator.state = run.order
        else:
            run.order = run.rng.bit_generator.state
        return self.rest(run.batch, run.rng.permutation(self.samples))

    def rest(self, first: int = 0, order: Array = None) -> Iterable[Batch]:
        """The batches from the first-th on, with the samples in the given order."""
        if self.whole:
            return self.whole[first:]
        if self.arrays is None:
            return map(_parted, islice(self.data, first, None))
        return self._pieces(self.arrays, first, order)

    def _pieces(self, arrays: list[Array], first: int, order: Array) -> Iterator[Batch]:
        for start in range(first * self.batch_size, self.samples, self.batch_size):
            piece = slice(start, start + self.batch_size)
            *inputs, target = [x[piece if order is None else order[piece]] for x in arrays]
            yield tuple(inputs), target
