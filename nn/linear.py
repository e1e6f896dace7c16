"""Layers whose weights meet the input in a product: `Linear`, `Bilinear`, and `Embedding`, which picks rows."""

import functools
from collections.abc import Callable

import numpy as np

from autograd import Tensor
from autograd.errors import ShapeError
from autograd.extend import apply, primitive, raw, rule
from autograd.typing import Array, ArrayLike, DTypeLike, Seed
from nn.module import BuiltIn


# ---- x weightᵀ + bias -----------------------------------------------------------------------------------------------
@primitive
def _linear(x: Array, weight: Array, bias: Array) -> Array:
    y = x.dot(weight.T) if x.ndim == 2 else x @ weight.T  # dot: a third of the time of @, on small matrices
    y += bias
    return y


@functools.cache
def _ones(n: int, dtype: DTypeLike) -> Array:
    """To sum columns with: a product takes half the time of np.sum, on small matrices."""
    return np.ones(n, dtype)


LINEAR = rule(
    _linear, "linear",
    lambda g, y, x, w, b: np.dot(g, w) if g.ndim == 2 else g @ w,
    lambda g, y, x, w, b: (
        np.dot(g.T, x) if x.ndim == 2 else g.reshape(-1, w.shape[0]).T @ x.reshape(-1, w.shape[1])
    ),
    lambda g, y, x, w, b: np.dot(_ones(len(g), g.dtype), g) if g.ndim == 2 else g,
)


# The same of many networks at once (nn.ensemble): x (members, …, in), weight (members, out, in), bias (members, out).
# In products for which BLAS adds up in the same order as above: each member gets, bit for bit, what it would get alone.
@primitive
def _linear_of_members(x: Array, weight: Array, bias: Array) -> Array:
    y = _rows(x) @ weight.mT
    y += bias[:, None]
    return y.reshape(*x.shape[:-1], weight.shape[1])


def _rows(x: Array) -> Array:
    """(members, …, features) as (members, rows, features)."""
    return x if x.ndim == 3 else x.reshape(x.shape[0], -1, x.shape[-1])


rule(
    _linear_of_members, "linear",
    lambda g, y, x, w, b: (_rows(g) @ w).reshape(x.shape),
    lambda g, y, x, w, b: _rows(g).mT @ _rows(x),
    lambda g, y, x, w, b: _ones(_rows(g).shape[1], g.dtype) @ _rows(g),
)


def linear(input: Array, weight: Array, bias: Array = None) -> Array:
    """input @ weight.T + bias, for an input of shape (..., in), weight (out, in) and bias (out,): shape (..., out).

    >>> linear(np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([5.0]))
    array([16.])
    """
    if np.shape(input)[-1:] != np.shape(weight)[-1:]:
        raise ShapeError(f"linear: the input has shape {np.shape(input)} and the weight {np.shape(weight)}: their last "
                         "axes, the features, must be equally long")
    if np.ndim(raw(weight)) == 3:
        return _linear_of_members(input, weight, np.zeros(np.shape(weight)[:2], weight.dtype) if bias is None else bias)
    return input @ np.transpose(weight) if bias is None else _linear(input, weight, bias)


class Linear(BuiltIn):
    """y = x weightᵀ + bias, for x of shape (..., in_features).

    weight (out_features, in_features) and bias (out_features,) start uniform in ±1/√in_features, as in PyTorch, drawn
    from `rng` (a numpy.random.Generator or a seed).

    >>> layer = Linear(2, 3, rng=0)
    >>> layer([[1.0, 2.0]]).shape
    (1, 3)
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, dtype: DTypeLike = np.float64,
                 rng: Seed = None):
        draw = uniform(in_features, dtype, rng)
        self.in_features, self.out_features = in_features, out_features
        self.weight = draw(out_features, in_features)
        self.bias = draw(out_features) if bias else None

    def forward(self, x: Array) -> Array:
        own = self.__dict__
        weight, bias = own["weight"], own["bias"]
        if bias is None or self.stacked:
            return linear(x, weight, bias)
        return apply(LINEAR, (x, weight, bias))

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


def uniform(fan_in: int, dtype: DTypeLike, rng: Seed) -> Callable[..., Tensor]:
    """How most layers start: draw(*shape) makes a Tensor, uniform in ±1/√fan_in, from the Generator or seed `rng`."""
    rng = np.random.default_rng(rng)
    bound = 1 / np.sqrt(fan_in) if fan_in else 0.0
    return lambda *shape: Tensor(rng.uniform(-bound, bound, shape), dtype=dtype)


# ---- two inputs -----------------------------------------------------------------------------------------------------
def bilinear(input1: Array, input2: Array, weight: Array, bias: Array = None) -> Array:
    """y_o = input1ᵀ weight_o input2 + bias_o, for inputs (..., in1), (..., in2) and weight (out, in1, in2).

    >>> bilinear(np.array([1.0, 2.0]), np.array([3.0]), np.ones((1, 2, 1)))
    array([9.])
    """
    if raw(weight).dtype == np.float16:  # whose products of three end at 65504
        y = bilinear(input1, input2, weight.astype(np.float32), bias)
        return y.astype(np.result_type(raw(input1), raw(input2), np.float16))
    if np.ndim(raw(weight)) == 4:  # of an ensemble
        y = np.einsum("n...i,noij,n...j->n...o", input1, weight, input2)
        return y if bias is None else y + np.reshape(bias, (bias.shape[0], *(1,) * (y.ndim - 2), -1))
    y = np.einsum("...i,oij,...j->...o", input1, weight, input2)
    return y if bias is None else y + bias


class Bilinear(BuiltIn):
    """y_o = x₁ᵀ weight_o x₂ + bias_o, for x₁ (..., in1_features) and x₂ (..., in2_features).

    weight (out_features, in1_features, in2_features) and bias (out_features,) start uniform in ±1/√in1_features.
    """

    def __init__(self, in1_features: int, in2_features: int, out_features: int, bias: bool = True,
                 dtype: DTypeLike = np.float64, rng: Seed = None):
        draw = uniform(in1_features, dtype, rng)
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        self.weight = draw(out_features, in1_features, in2_features)
        self.bias = draw(out_features) if bias else None

    def forward(self, input1: Array, input2: Array) -> Array:
        return bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
                f"out_features={self.out_features}, bias={self.bias is not None}")


# ---- rows of a table ------------------------------------------------------------------------------------------------
def embedding(input: ArrayLike, weight: Array) -> Array:
    """weight[input]: the rows of `weight` (numbers, dimensions) that the integers of `input` name.

    >>> embedding([2, 0], np.array([[0.0], [1.0], [2.0]])).tolist()
    [[2.0], [0.0]]
    """
    index = np.asarray(raw(input))
    weights = np.shape(weight)
    if index.dtype.kind not in "iu":
        raise TypeError(f"embedding picks rows by integers, got {index.dtype}")
    if index.size and not 0 <= index.min() <= index.max() < weights[-2]:
        raise IndexError(f"embedding: numbers from {index.min()} to {index.max()}, but there are {weights[-2]} rows")
    if len(weights) == 3:  # of an ensemble
        members = np.arange(weights[0]).reshape(-1, *(1,) * (index.ndim - 1))
        return weight[members, index]
    return weight[index]


class Embedding(BuiltIn):
    """A trained vector for each of num_embeddings things: integers of shape (...) become (..., embedding_dim).

    weight (num_embeddings, embedding_dim) starts normal, with mean 0 and standard deviation 1. The row padding_idx
    starts as zeros and gets no gradient.

    >>> Embedding(10, 3, rng=0)([1, 5]).shape
    (2, 3)
    """

    def __init__(self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None,
                 dtype: DTypeLike = np.float64, rng: Seed = None):
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(f"padding_idx is {padding_idx}, but there are {num_embeddings} rows")
        numbers = np.random.default_rng(rng).normal(size=(num_embeddings, embedding_dim))
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        if padding_idx is not None:
            self.padding_idx = padding_idx % num_embeddings
            numbers[padding_idx] = 0.0
        self.weight = Tensor(numbers, dtype=dtype)

    def forward(self, x: Array) -> Array:
        """The rows of the weight that x names."""
        y = embedding(x, self.weight)
        if self.padding_idx is None:
            return y
        padding = np.expand_dims(np.asarray(raw(x)) == self.padding_idx, -1)
        return np.where(padding, y.data, y)  # the same numbers, as constants

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
