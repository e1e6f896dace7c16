"""The networks of a configuration, thousands at once: with the engine, and with backpropagation written by hand."""

from itertools import pairwise
from typing import Any

import numpy as np

import nn
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

    def hidden(self, x: Any) -> Any:
        """What the last hidden layer gives."""
        for layer in self.layers:
            x = self.activation(layer(x))
        return x

    def forward(self, x: Any) -> Any:
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

    def forward(self) -> tuple[Any, Any]:
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

    def keep(self, which: Any) -> None:
        """Go on with these alone."""
        self.model.keep(which, self.optimizer)
        self._make_loss()

    def gradient(self) -> Any:
        """The length of each start's gradient."""
        parts = [np.sum(p.grad.reshape(len(self.model), -1) ** 2, axis=1) for p in self.model.parameters()]
        return np.sqrt(sum(parts))

    def dead(self) -> Any:
        """How many units of the last hidden layer are 0 for all rows, of each start."""
        x = np.broadcast_to(self.x, (len(self.model), *self.x.shape))
        return np.sum(np.all(self.model.model.hidden(x).data == 0, axis=1), axis=-1)


class ByHand:
    """The same network of one hidden ReLU layer with backpropagation written by hand, and the mistakes people make."""

    def __init__(self, configuration: Configuration, rngs: list[np.random.Generator]):
        self.c, self.mistake = configuration, configuration.mistake
        self.x, t = configuration.rows()
        self.t = t[:, 0]
        if self.mistake == "last target wrong":
            self.t = np.array([0, 1, 1, 1.0])
        self.only: Any = np.ones(4)  # the weight of each row
        networks = [Network(configuration, rng) for rng in rngs]
        self.w = np.stack([net.layers[0].weight.data for net in networks])  # (starts, hidden, inputs)
        self.b = np.stack([net.layers[0].bias.data for net in networks])  # (starts, hidden)
        self.v = np.stack([net.last.weight.data[0] for net in networks])  # (starts, hidden)
        self.a = np.stack([net.last.bias.data[0] for net in networks])  # (starts,)
        if self.mistake == "positive weights":
            self.w, self.v = abs(self.w), abs(self.v)
        if self.mistake == "same weights":
            self.w[:], self.v[:] = self.w[:, :1], self.v[:, :1]
            self.b[:] = self.b[:, :1]
        if self.mistake in ("no biases", "output bias alone"):
            self.b[:] = 0
        if self.mistake == "no biases":
            self.a[:] = 0

    def forward(self) -> tuple[Any, Any]:
        """The outputs (starts, 4, 1) and losses (starts,)."""
        self.h = np.maximum(np.einsum("shi,ri->srh", self.w, self.x) + self.b[:, None], 0)
        self.z = np.einsum("srh,sh->sr", self.h, self.v) + self.a[:, None]
        self.y = self.z
        if self.mistake == "relu output":
            self.y = np.maximum(self.z, 0)
        if self.mistake == "clipped output":
            self.y = np.clip(self.z, 0, 1)
        return self.y[..., None], np.mean((self.y - self.t) ** 2, axis=1)

    def backward(self) -> None:
        """The gradients, right or wrong."""
        mistake, h = self.mistake, self.h
        error = 2 * (self.y - self.t) / 4 * self.only  # of the mean over the four rows
        if mistake == "ReLU of the error":  # what is above its target is taken for right
            error = np.minimum(error, 0)
        if mistake == "row before":  # what the hidden units gave for the row before is still there
            h = np.roll(h, 1, axis=1)
        if mistake == "relu output":
            error = error * (self.z > 0)
        if mistake == "clipped output":
            error = error * ((self.z > 0) & (self.z < 1))
        if mistake == "one row's gradient":  # each row's gradient overwrites the one before, in place of adding to it
            error = error * np.array([0, 0, 0, 1])
        if mistake == "last row left out":  # a loop that ends one too early
            error = error * np.array([1, 1, 1, 0])
        self.dv, self.da = np.einsum("sr,srh->sh", error, h), error.sum(axis=1)
        v = self.v - self.c.lr * self.dv if mistake == "output first" else self.v
        back = error[..., None] * v[:, None]
        if mistake == "sigmoid slope":  # left over from when the units were sigmoids
            back = back * h * (1 - h)
        elif mistake != "no slope":
            back = back * (h > 0)
        if mistake == "wrong sign":
            back = -back
        if mistake == "ReLU of the slope":
            back = np.maximum(error[..., None] * v[:, None], 0)
        self.dw, self.db = np.einsum("srh,ri->shi", back, self.x), back.sum(axis=1)
        if mistake in ("no biases", "output bias alone"):
            self.db = np.zeros_like(self.db)
        if mistake == "no biases":
            self.da = np.zeros_like(self.da)

    def step(self) -> None:
        """Follow them; row by row, each row's own after the other, which is no mistake but a choice."""
        for row in range(4) if self.mistake == "row by row" else [None]:
            if row is not None:
                self.only = np.eye(4)[row] * 4
                self.forward()
                self.backward()
            for name in "wbva":
                setattr(self, name, getattr(self, name) - self.c.lr * getattr(self, "d" + name))
            if self.mistake == "no negative weights":  # cut off at 0, as the units' outputs are
                self.w, self.v = np.maximum(self.w, 0), np.maximum(self.v, 0)
        self.only = np.ones(4)

    def keep(self, which: Any) -> None:
        """Go on with these alone."""
        for name in "wbva":
            setattr(self, name, getattr(self, name)[which])

    def gradient(self) -> Any:
        """The length of each start's gradient, as the mistake has it."""
        n = len(self.a)
        return np.sqrt(sum(np.sum(getattr(self, "d" + x).reshape(n, -1) ** 2, axis=1) for x in "wbva"))

    def dead(self) -> Any:
        """How many hidden units are 0 for all rows, of each start."""
        return np.sum(np.all(self.h == 0, axis=1), axis=-1)
