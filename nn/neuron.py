"""Neurons, layers and networks of single numbers: micrograd's `Neuron`, `Layer` and `MLP`.

With `tensors=True` the same numbers stand in one weight Tensor and one bias Tensor for each layer, which is how to
train them fast; such a network takes arrays of shape (..., nin), and a whole batch at once.

Without an `rng` they draw `random.uniform(-1, 1)` in micrograd's order, so that after `random.seed(…)` its notebooks
come out with the same numbers.
"""

import operator
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.errors import ShapeError
from autograd.extend import apply, data_of, node_of, now, primitive, relu, rule
from autograd.typing import Array, Function, Seed
from nn.linear import linear
from nn.module import Module


# ---- the fused neuron: one node -------------------------------------------------------------------------------------
def _weighted(*numbers: Array) -> Array:
    """w₁x₁ + … + wₙxₙ + b of the 2n + 1 numbers w₁ … wₙ, x₁ … xₙ, b: a neuron without activation, as one node."""
    n = len(numbers) // 2
    return sum(map(operator.mul, numbers[:n], numbers[n:-1]), numbers[-1])


def _activated(*numbers: Array) -> Array:
    """relu(w₁x₁ + … + wₙxₙ + b) of the same numbers: a neuron as one node."""
    n = len(numbers) // 2
    total = sum(map(operator.mul, numbers[:n], numbers[n:-1]), numbers[-1])  # a call of `_weighted` would cost 3 %
    return 0.0 if total <= 0 else total


def _vjps(relu: bool) -> Function:
    def vjps(g: Array, y: Array, nodes: Any, *numbers: Array) -> Sequence[Array]:
        if relu and not y > 0:
            return ()  # a silent neuron passes nothing back
        n = len(numbers) // 2
        return [g * x for x in numbers[n:-1]] + [g * w for w in numbers[:n]] + [g]

    return vjps


def _all(*numbers: Array) -> Any:
    return numbers, {}


weighted_sum, relu_neuron = primitive(_weighted), primitive(_activated)
WEIGHTED_SUM = rule(weighted_sum, "w·x+b", vjp_of_all=_vjps(relu=False), bind=_all, scalar=_weighted,
                    unfolded=_weighted)
RELU_NEURON = rule(relu_neuron, "ReLU(w·x+b)", vjp_of_all=_vjps(relu=True), bind=_all, scalar=_activated,
                   unfolded=lambda *numbers: relu(_weighted(*numbers)))


def _numbers(x: Sequence[Array]) -> list[Array]:
    """The numbers of an input's Values; what is a number already stays."""
    if type(next(iter(x), None)) is Value:
        try:
            return data_of(x)
        except AttributeError:  # the first is a Value, but not all
            pass
    return [xi.data if type(xi) is Value else xi for xi in x]


def _uniform(rng: Seed) -> Callable[[float, float], float]:
    """How a neuron draws its weights."""
    if rng is not None:
        return np.random.default_rng(rng).uniform
    import random  # takes longer to import than this module

    return random.uniform


# ---- modules --------------------------------------------------------------------------------------------------------
class Neuron(Module):
    """relu(w·x + b) of `nin` inputs, or w·x + b without the ReLU (nonlin=False).

    fused    True: the neuron is one node, drawn as such. False: a node for each product and sum, to look at
    tensors  True: weights w (nin,) and bias b () are Tensors, and x is an array of shape (..., nin)

    >>> nor = Neuron.of(weights=(-20, -20), bias=1)
    >>> [nor([a, b]).data for a in (0, 1) for b in (0, 1)]
    [1.0, 0.0, 0.0, 0.0]
    """

    def __init__(self, nin: int, nonlin: bool = True, *, fused: bool = True, tensors: bool = False, rng: Seed = None):
        uniform = _uniform(rng)
        numbers = [uniform(-1, 1) for _ in range(nin)]
        self.w: Array = Tensor(numbers, dtype=float) if tensors else [Value(number) for number in numbers]
        self.b: Array = Tensor(0.0) if tensors else Value(0.0)
        self.nonlin, self.fused, self.tensors = nonlin, fused, tensors

    @classmethod
    def of(cls, weights: Sequence[float], bias: float = 0.0, activation: str | None = "relu", *,
           fused: bool = True, tensors: bool = False) -> "Neuron":
        """A neuron written by hand; `activation` is "relu" or None."""
        if activation not in ("relu", None):
            raise ValueError(f"a neuron's activation is 'relu' or None, got {activation!r}")
        neuron = cls(len(weights), nonlin=activation == "relu", fused=fused, tensors=tensors, rng=0)
        for w, number in zip([neuron.w] if tensors else neuron.w, [weights] if tensors else weights, strict=True):
            w.data = number
        neuron.b.data = bias
        return neuron

    def forward(self, x: Sequence[Array]) -> Any:
        """The neuron's answer to a sequence of `nin` numbers or Values."""
        if self.tensors:
            whole = linear(x, np.reshape(self.w, (1, -1)), np.reshape(self.b, 1))[..., 0]
            return relu(whole) if self.nonlin else whole
        if self.fused:
            return self.answer(x, _numbers(x))
        self._check(x)
        y: Array = self.b
        for wi, xi in zip(self.w, x, strict=True):
            y = y + wi * xi
        return y.relu() if self.nonlin else y

    def answer(self, x: Sequence[Array], numbers: list[Array]) -> Array:
        """The fused neuron's answer to `x`, given its numbers too, which a layer works out once for all neurons."""
        self._check(x)
        op: Any = RELU_NEURON if self.nonlin else WEIGHTED_SUM
        w, b = self.w, self.b
        if now().plain and b.requires_grad:
            args = (*data_of(w), *numbers, b.data)
            y = op.scalar(*args)
            if type(y) is float:  # nothing but Values and floats went in
                return node_of(Value, op, (*w, *x, b), args, y)
        return apply(op, (*w, *x, b))

    def _check(self, x: Sequence[Array]) -> None:
        if len(x) != len(self.w):
            raise ShapeError(f"a neuron with {len(self.w)} weights was given {len(x)} inputs")

    def parameters(self) -> list[Any]:
        return [self.w, self.b] if self.tensors else [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """`nout` neurons that see the same `nin` inputs; with a single one, its answer is bare, not a list.

    tensors  True: one weight (nout, nin) and one bias (nout,); x of shape (..., nin) gives (..., nout)
    """

    def __init__(self, nin: int, nout: int, *, rng: Seed = None, nonlin: bool = True, fused: bool = True,
                 tensors: bool = False):
        rng = rng if rng is None else np.random.default_rng(rng)
        neurons = [Neuron(nin, nonlin, fused=fused, rng=rng) for _ in range(nout)]
        self._size, self._nonlin, self._fused = (nin, nout), nonlin, fused
        self._tensors = self.works_stacked = tensors
        if tensors:
            self.weight = Tensor(np.reshape([w.data for neuron in neurons for w in neuron.w], (nout, nin)), dtype=float)
            self.bias = Tensor(np.zeros(nout))
        else:
            self.neurons = neurons

    def forward(self, x: Sequence[Array]) -> Array:
        if self._tensors:
            y = linear(x, self.weight, self.bias)
            return relu(y) if self._nonlin else y
        if self._fused:
            numbers = _numbers(x)
            out = [neuron.answer(x, numbers) for neuron in self.neurons]
        else:
            out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Any]:
        return [self.weight, self.bias] if self._tensors else [p for n in self.neurons for p in n.parameters()]

    def __repr__(self) -> str:
        nin, nout = self._size
        neuron = f"{'ReLU' if self._nonlin else 'Linear'}Neuron({nin})"
        return f"Layer of [{', '.join([neuron] * nout)}]"


class MLP(Module):
    """Layers of `nouts` neurons on `nin` inputs; all but the last with ReLU.

    tensors  True: each layer is one weight and one bias Tensor, with the same numbers; x is (..., nin)

    >>> MLP(2, [3, 1], rng=0)
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(3)]]
    """

    def __init__(self, nin: int, nouts: Sequence[int], *, rng: Seed = None, fused: bool = True, tensors: bool = False):
        rng = rng if rng is None else np.random.default_rng(rng)
        self.works_stacked = tensors
        self.layers = [Layer(n, m, nonlin=i < len(nouts), fused=fused, tensors=tensors, rng=rng)
                       for i, (n, m) in enumerate(pairwise([nin, *nouts]), start=1)]

    def forward(self, x: Sequence[Array]) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Any]:
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"
