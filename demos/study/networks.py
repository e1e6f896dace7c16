"""The networks of a configuration, thousands of starts at once, trained by norgrad."""

from itertools import pairwise

import numpy as np

import nn
from autograd.typing import Array
from demos.study.configurations import Configuration

ACTIVATIONS = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid,
               "linear": nn.Identity}


class Network(nn.Module):
    """Hidden layers, and an output layer that may see the inputs too."""

    ensembles = True  # its forward works as it is for many networks at once: it speaks of the last axis alone

    def __init__(self, configuration: Configuration, rng: np.random.Generator):
        c = configuration
        inputs, targets = c.rows()
        sizes = [inputs.shape[1], *c.hidden]
        self.layers = [nn.Linear(a, b, rng=rng) for a, b in pairwise(sizes)]
        self.activation = ACTIVATIONS[c.activation]()
        self.last = nn.Linear(sizes[-1] + (inputs.shape[1] if c.shortcut else 0), targets.shape[1], rng=rng)
        self.shortcut = c.shortcut
        # cross entropy takes logits: it works out the sigmoid itself, without overflow
        self.output = ACTIVATIONS["linear" if c.loss == "cross entropy" else c.output]()
        for layer in [*self.layers, self.last]:
            if c.start == "kaiming":
                nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu", rng=rng)
            elif c.start == "small":
                nn.init.normal_(layer.weight, std=0.01, rng=rng)
            if c.start != "pytorch":
                nn.init.zeros_(layer.bias)

    def hidden(self, x: Array) -> Array:
        """What the last hidden layer gives."""
        for layer in self.layers:
            x = self.activation(layer(x))
        return x

    def forward(self, x: Array) -> Array:
        h = self.hidden(x)
        return self.output(self.last(np.concatenate([h, x], axis=-1) if self.shortcut else h))


class ByEngine:
    """Starts of a configuration, trained by norgrad."""

    def __init__(self, configuration: Configuration, rngs: list[np.random.Generator]):
        self.c = configuration
        self.x, self.t = configuration.rows()
        self.model = nn.Ensemble([Network(configuration, rng) for rng in rngs])
        optimizers = {"gd": nn.SGD, "adam": nn.Adam}
        self.optimizer = optimizers[configuration.optimizer](self.model.parameters(), lr=configuration.lr)
        self._make_loss()

    def _make_loss(self) -> None:
        self.loss_of = self.model.each(nn.MSELoss() if self.c.loss == "squared" else nn.BCEWithLogitsLoss())

    def forward(self) -> tuple[Array, Array]:
        """The outputs (starts, 4, outputs) and losses (starts,) of the numbers as they are."""
        y = self.model(self.x)
        self.loss = self.loss_of(y, self.t)
        logits = self.c.loss == "cross entropy"
        return (1 / (1 + np.exp(-np.clip(y.data, -50, 50))) if logits else y.data), self.loss.data

    def backward(self) -> None:
        """The gradients of those losses."""
        self.optimizer.zero_grad()
        self.loss.sum().backward()

    def step(self) -> None:
        """Follow the gradients."""
        self.optimizer.step()

    def keep(self, which: Array) -> None:
        """Go on with these alone."""
        self.model.keep(which, self.optimizer)
        self._make_loss()

    def gradient(self) -> Array:
        """The length of each start's gradient."""
        parts = [np.sum(p.grad.reshape(len(self.model), -1) ** 2, axis=1) for p in self.model.parameters()]
        return np.sqrt(sum(parts))

    def dead(self) -> Array:
        """How many units of the last hidden layer are 0 for all rows, of each start."""
        x = np.broadcast_to(self.x, (len(self.model), *self.x.shape))
        return np.sum(np.all(self.model.model.hidden(x).data == 0, axis=1), axis=-1)
