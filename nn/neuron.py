"""Neurons, layers and networks of single numbers: micrograd's `Neuron`, `Layer` and `MLP`.

Without an `rng` they draw `random.uniform(-1, 1)` in micrograd's order, so that after `random.seed(…)` its notebooks
come out with the same numbers.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Value
from autograd.errors import ShapeError
from autograd.extend import apply, node_of
from autograd.graph import state
from nn.functional import RELU_NEURON, WEIGHTED_SUM
from nn.module import Module


class Neuron(Module):
    """relu(w·x + b) of `nin` inputs, or w·x + b without the ReLU (nonlin=False).

    fused  True: the neuron is one node, drawn as such. False: a node for each product and sum, to look at

    >>> nor = Neuron.of(weights=(-20, -20), bias=1)
    >>> [nor([a, b]).data for a in (0, 1) for b in (0, 1)]
    [1.0, 0.0, 0.0, 0.0]
    """

    def __init__(self, nin: int, nonlin: bool = True, *, fused: bool = True, rng: Any = None):
        uniform: Callable[[float, float], float] = random.uniform if rng is None else np.random.default_rng(rng).uniform
        self.w = [Value(uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.nonlin, self.fused = nonlin, fused

    @classmethod
    def of(cls, weights: Sequence[float], bias: float = 0.0, activation: str | None = "relu", *,
           fused: bool = True) -> "Neuron":
        """A neuron written by hand; `activation` is "relu" or None."""
        if activation not in ("relu", None):
            raise ValueError(f"a neuron's activation is 'relu' or None, got {activation!r}")
        neuron = cls(len(weights), nonlin=activation == "relu", fused=fused, rng=0)
        for w, number in zip(neuron.w, weights, strict=True):
            w.data = number
        neuron.b.data = bias
        return neuron

    def forward(self, x: Sequence[Any]) -> Any:
        """The neuron's answer to a sequence of `nin` numbers or Values."""
        if self.fused:
            return self.answer(x, [xi._data if type(xi) is Value else xi for xi in x])
        self._check(x)
        y: Any = self.b
        for wi, xi in zip(self.w, x, strict=True):
            y = y + wi * xi
        return y.relu() if self.nonlin else y

    def answer(self, x: Sequence[Any], numbers: list[Any]) -> Any:
        """The fused neuron's answer to `x`, given its numbers too, which a layer works out once for all neurons."""
        self._check(x)
        op: Any = RELU_NEURON if self.nonlin else WEIGHTED_SUM
        w, b = self.w, self.b
        if state.plain and b.requires_grad:
            args = (*[wi._data for wi in w], *numbers, b._data)
            y = op.scalar(*args)
            if type(y) is float:  # nothing but Values and floats went in
                return node_of(Value, op, (*w, *x, b), args, y)
        return apply(op, (*w, *x, b))

    def _check(self, x: Sequence[Any]) -> None:
        if len(x) != len(self.w):
            raise ShapeError(f"a neuron with {len(self.w)} weights was given {len(x)} inputs")

    def parameters(self) -> list[Value]:
        """The weights and the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """`nout` neurons that see the same `nin` inputs; with a single one, its answer is bare, not a list."""

    def __init__(self, nin: int, nout: int, *, rng: Any = None, **kwargs: Any):
        rng = rng if rng is None else np.random.default_rng(rng)
        self.neurons = [Neuron(nin, rng=rng, **kwargs) for _ in range(nout)]
        self._fused = kwargs.get("fused", True)

    def forward(self, x: Sequence[Any]) -> Any:
        """The neurons' answers."""
        if self._fused:
            numbers = [xi._data if type(xi) is Value else xi for xi in x]
            out = [neuron.answer(x, numbers) for neuron in self.neurons]
        else:
            out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Value]:
        """Those of all neurons."""
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """Layers of `nouts` neurons on `nin` inputs; all but the last with ReLU.

    >>> MLP(2, [3, 1], rng=0)
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(3)]]
    """

    def __init__(self, nin: int, nouts: Sequence[int], *, rng: Any = None, fused: bool = True):
        rng = rng if rng is None else np.random.default_rng(rng)
        sizes = [nin, *nouts]
        self.layers = [
            Layer(sizes[i], sizes[i + 1], nonlin=i != len(nouts) - 1, fused=fused, rng=rng) for i in range(len(nouts))
        ]

    def forward(self, x: Sequence[Any]) -> Any:
        """The last layer's answer."""
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Value]:
        """Those of all layers."""
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"
