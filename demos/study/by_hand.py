"""Backpropagation written by hand for one hidden ReLU layer, and the mistakes people make in it.

`RIGHT` is how each quantity follows; a mistake in `MISTAKEN` puts another function in the place of one or more.
"""

from collections.abc import Callable

import numpy as np

from autograd.typing import Array
from demos.study.configurations import Configuration
from demos.study.networks import Network

Change = Callable[["ByHand", Array], Array]  # the network, and a quantity: what becomes of it


def unchanged(net: "ByHand", x: Array) -> Array:
    return x


def zero(*names: str) -> Change:
    """Some of the numbers, or of their gradients, at 0."""
    return lambda net, numbers: numbers | {name: np.zeros_like(numbers[name]) for name in names}


def alike(net: "ByHand", numbers: Array) -> Array:
    """All hidden units as the first one of their network."""
    return numbers | {name: np.repeat(x[:, :1], x.shape[1], axis=1) for name, x in numbers.items() if name != "a"}


RIGHT: dict[str, Change] = {
    "start": unchanged,  # w, b, v, a
    "targets": unchanged,
    "output": unchanged,
    "error": unchanged,  # the derivative of the loss by the output's sum, for each row
    "hidden": unchanged,  # as the backward pass remembers it
    "v": unchanged,  # through which the error flows back
    "back": lambda net, back: back * (net.remembered > 0),  # through the hidden ReLUs
    "gradients": unchanged,
    "stepped": unchanged,  # w, b, v, a after a step
}
MISTAKEN: dict[str, dict[str, Change]] = {
    "none": {},
    "sigmoid slope": {"back": lambda net, back: back * net.remembered * (1 - net.remembered)},
    "no slope": {"back": unchanged},
    "ReLU of the slope": {"back": lambda net, back: np.maximum(back, 0)},
    "no biases": {"start": zero("b", "a"), "gradients": zero("b", "a")},
    "output bias alone": {"start": zero("b"), "gradients": zero("b")},
    "one row's gradient": {"error": lambda net, error: error * np.array([0, 0, 0, 1])},
    "wrong sign": {"back": lambda net, back: -(back * (net.remembered > 0))},
    "output first": {"v": lambda net, v: v - net.c.lr * net.dv},
    "row before": {"hidden": lambda net, h: np.roll(h, 1, axis=1)},
    "positive weights": {"start": lambda net, p: p | {"w": abs(p["w"]), "v": abs(p["v"])}},
    "no negative weights": {"stepped": lambda net, p: p | {"w": np.maximum(p["w"], 0), "v": np.maximum(p["v"], 0)}},
    "same weights": {"start": alike},
    "relu output": {"output": lambda net, z: np.maximum(z, 0), "error": lambda net, error: error * (net.z > 0)},
    "clipped output": {"output": lambda net, z: np.clip(z, 0, 1),
                       "error": lambda net, error: error * ((net.z > 0) & (net.z < 1))},
    "ReLU of the error": {"error": lambda net, error: np.minimum(error, 0)},
    "last row left out": {"error": lambda net, error: error * np.array([1, 1, 1, 0])},
    "last target wrong": {"targets": lambda net, t: np.array([0, 1, 1, 1.0])},
    "row by row": {},  # see `step`
}


class ByHand:
    """The network of `Network` with one hidden ReLU layer, for many starts, as a mistake has it. Its numbers:

    w (starts, hidden, inputs), b (starts, hidden)   weights and biases of the hidden units
    v (starts, hidden), a (starts,)                  of the output
    """

    def __init__(self, configuration: Configuration, rngs: list[np.random.Generator]):
        self.c = configuration
        self.altered = RIGHT | MISTAKEN[configuration.mistake]
        self.x, t = configuration.rows()
        self.t = self.altered["targets"](self, t[:, 0])
        self.row_weights = np.ones(4)
        networks = [Network(configuration, rng) for rng in rngs]
        self.numbers: dict[str, Array] = self.altered["start"](self, {
            "w": np.stack([net.layers[0].weight.data for net in networks]),
            "b": np.stack([net.layers[0].bias.data for net in networks]),
            "v": np.stack([net.last.weight.data[0] for net in networks]),
            "a": np.stack([net.last.bias.data[0] for net in networks]),
        })

    def forward(self) -> tuple[Array, Array]:
        """The outputs (starts, 4, 1) and losses (starts,)."""
        w, b, v, a = self.numbers.values()
        self.h = np.maximum(np.einsum("shi,ri->srh", w, self.x) + b[:, None], 0)
        self.z = np.einsum("srh,sh->sr", self.h, v) + a[:, None]
        self.y = self.altered["output"](self, self.z)
        return self.y[..., None], np.mean((self.y - self.t) ** 2, axis=1)

    def backward(self) -> None:
        """The gradients, right or wrong."""
        error = 2 * (self.y - self.t) / 4 * self.row_weights  # of the mean over the four rows
        error = self.altered["error"](self, error)
        self.remembered = self.altered["hidden"](self, self.h)
        self.dv = np.einsum("sr,srh->sh", error, self.remembered)
        v = self.altered["v"](self, self.numbers["v"])
        back = self.altered["back"](self, error[..., None] * v[:, None])
        dw = np.einsum("srh,ri->shi", back, self.x)
        gradients = {"w": dw, "b": back.sum(axis=1), "v": self.dv, "a": error.sum(axis=1)}
        self.gradients = self.altered["gradients"](self, gradients)

    def step(self) -> None:
        """Follow them; "row by row", each row's own after the other, which is no mistake but a choice."""
        if self.c.mistake != "row by row":
            self._follow()
            return
        for row in range(4):
            self.row_weights = 4 * np.eye(4)[row]
            self.forward()
            self.backward()
            self._follow()
        self.row_weights = np.ones(4)

    def _follow(self) -> None:
        stepped = {name: x - self.c.lr * self.gradients[name] for name, x in self.numbers.items()}
        self.numbers = self.altered["stepped"](self, stepped)

    def keep(self, which: Array) -> None:
        """Go on with these alone."""
        self.numbers = {name: x[which] for name, x in self.numbers.items()}

    def gradient(self) -> Array:
        """The length of each start's gradient, as the mistake has it."""
        return np.sqrt(sum(np.sum(g.reshape(len(g), -1) ** 2, axis=1) for g in self.gradients.values()))

    def dead(self) -> Array:
        """How many hidden units are 0 for all rows, of each start."""
        return np.sum(np.all(self.h == 0, axis=1), axis=-1)
