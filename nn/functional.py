"""The functions behind the layers: each is one node of the graph, with its derivatives beside it."""

import functools
import operator
from typing import Any

import numpy as np

from autograd.extend import primitive, rule

Array = Any


@primitive
def linear(x: Array, weight: Array, bias: Array) -> Array:
    """x @ weight.T + bias, for x of shape (..., in), weight (out, in) and bias (out,): shape (..., out)."""
    y = np.dot(x, weight.T) if x.ndim == 2 else x @ weight.T  # dot: half the time of @, on small matrices
    y += bias
    return y


@functools.cache
def _ones(n: int, dtype: Any) -> Array:
    """To sum columns with: a product takes half the time of np.sum, on small matrices."""
    return np.ones(n, dtype)


LINEAR = rule(
    linear, "linear",
    lambda g, y, x, w, b: np.dot(g, w) if g.ndim == 2 else g @ w,
    lambda g, y, x, w, b: (
        np.dot(g.T, x) if x.ndim == 2 else g.reshape(-1, w.shape[0]).T @ x.reshape(-1, w.shape[1])
    ),
    lambda g, y, x, w, b: np.dot(_ones(len(g), g.dtype), g) if g.ndim == 2 else g,
)  # fmt: skip


# ---- neurons of single numbers --------------------------------------------------------------------------------------
def _weighted(*numbers: Array) -> Array:
    """w₁x₁ + … + wₙxₙ + b of the 2n + 1 numbers w₁ … wₙ, x₁ … xₙ, b: a neuron without activation, as one node."""
    n = len(numbers) // 2
    return sum(map(operator.mul, numbers[:n], numbers[n:-1]), numbers[-1])


def _activated(*numbers: Array) -> Array:
    """relu(w₁x₁ + … + wₙxₙ + b) of the same numbers: a neuron as one node."""
    n = len(numbers) // 2
    total = sum(map(operator.mul, numbers[:n], numbers[n:-1]), numbers[-1])
    return 0.0 if total <= 0 else total


def _weighted_sum(g: Array, y: Array, nodes: Any, *numbers: Array) -> list[Array]:
    n = len(numbers) // 2
    return [g * x for x in numbers[n:-1]] + [g * w for w in numbers[:n]] + [g]


def _relu_neuron(g: Array, y: Array, nodes: Any, *numbers: Array) -> Any:
    if not y > 0:
        return ()  # a silent neuron passes nothing back
    n = len(numbers) // 2
    return [g * x for x in numbers[n:-1]] + [g * w for w in numbers[:n]] + [g]


def _all(*numbers: Array) -> Any:
    return numbers, {}


weighted_sum, relu_neuron = primitive(_weighted), primitive(_activated)
WEIGHTED_SUM = rule(weighted_sum, "w·x+b", joint=_weighted_sum, bind=_all, scalar=_weighted)
RELU_NEURON = rule(relu_neuron, "ReLU(w·x+b)", joint=_relu_neuron, bind=_all, scalar=_activated)


# ---- losses ---------------------------------------------------------------------------------------------------------
@primitive
def mse_loss(input: Array, target: Array) -> Array:
    """The mean of (input - target)²."""
    difference = np.subtract(input, target)
    return np.vdot(difference, difference) / difference.size


MSE = rule(
    mse_loss, "mse",
    lambda g, y, x, t: (x - t) * (g * (2.0 / (x.size if hasattr(x, "size") else 1))),
    lambda g, y, x, t: (t - x) * (g * (2.0 / (x.size if hasattr(x, "size") else 1))),
)  # fmt: skip


@primitive
def bce_with_logits(input: Array, target: Array) -> Array:
    """log(1 + exp(x)) - t·x, elementwise and without overflow: the cross entropy of sigmoid(x) and t."""
    return np.maximum(input, 0) - input * target + np.log1p(np.exp(-np.abs(input)))


rule(
    bce_with_logits, "bce",
    lambda g, y, x, t: g * (0.5 * np.tanh(0.5 * x) + 0.5 - t),
    lambda g, y, x, t: g * -x,
)  # fmt: skip


def _picked(x: Array, target: Array) -> Array:
    """x[..., target]: of each row of logits, the one of its class."""
    if x.ndim == 2:
        return x[np.arange(len(target)), target]
    return np.take_along_axis(x, np.expand_dims(target, -1), axis=-1)[..., 0]


@primitive
def cross_entropy(input: Array, target: Array) -> Array:
    """-log softmax(input)[target], for logits (..., classes) and class numbers (...,): shape (...,)."""
    shifted = input - np.max(input, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(shifted), axis=-1)) - _picked(shifted, target)


def _cross_entropy(g: Array, y: Array, x: Array, target: Array) -> Array:
    softmax = np.exp(x - np.expand_dims(y + _picked(x, target), -1))  # y + x[target] is the logarithm of Σ exp x
    return np.expand_dims(g, -1) * (softmax - np.eye(x.shape[-1], dtype=x.dtype)[target])


rule(cross_entropy, "cross entropy", _cross_entropy, bind=lambda input, target: ((input,), {"target": target}))
