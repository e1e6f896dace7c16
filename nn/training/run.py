"""`Run`: the state of a training run, which `fit` moves on and callbacks look at."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nn.module import Module
from nn.optim import Optimizer
from nn.training.history import History


class Run:
    """A run, as callbacks see it: its model, optimizer, schedule, rng and history, and how far it has come.

    epoch, step  how many were made; in a callback on_step, the number of the epoch at hand (from 0)
    batch        how many batches of the epoch at hand were made
    loss         of the last step: a float; of an ensemble, an array with the loss of each member
    node         that loss as a node, with its graph
    stop         set it to True, or to the reason, and the run ends
    diverged     the loss is not finite any more: no checkpoint is written
    """

    def __init__(self, model: Module, optimizer: Optimizer, schedule: Any, rng: np.random.Generator, watched: str):
        self.model, self.optimizer, self.schedule, self.rng = model, optimizer, schedule, rng
        self.history = History()
        self.epoch = self.step = self.batch = 0
        self.loss: Any = None
        self.node: Any = None
        self.stop: str | bool = False
        self.diverged = False
        self.order = rng.bit_generator.state  # from which this epoch's order was drawn
        self.total: Any = 0.0  # the losses of this epoch's samples
        self.seen = 0  # how many samples those were
        self.watched = watched  # what is to fall: "loss" or "val_loss"
        self.best: Any = None  # of early stopping: the best number, its epoch, the model's numbers then

    def made(self, node: Any, samples: int) -> None:
        """Count a step on so many samples, whose loss was `node`."""
        self.node, loss = node, node.data
        self.loss = loss if np.ndim(loss) else float(loss)
        self.total += self.loss * samples
        self.seen += samples
        self.step += 1
        self.batch += 1

    def score(self) -> float:
        """The watched number after the last epoch; of an ensemble, its mean."""
        return float(np.mean(self.history.epochs[self.watched][-1]))


Callback = Callable[[Run], Any]
