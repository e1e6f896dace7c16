"""Convolution of images (N, channels, height, width) and of signals (N, channels, length).

A convolution is a matrix product: the weights multiply the columns that `nn.windows` makes of the image.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.extend import is_variable, primitive, raw, rule
from autograd.typing import Array, DTypeLike, Seed
from nn.linear import uniform
from nn.module import BuiltIn
from nn.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d, adaptive_avg_pool2d, avg_pool2d, max_pool2d
from nn.windows import Padding, Pair, grid, sizes, windows


# columns (groups · channels, kh, kw, h, w, N), weight (out, channels, kh, kw), bias (out,) -> (N, out, h, w)
def _matrices(columns: Array, weight: Array) -> tuple[Array, Array]:
    """The columns and the weights of each group as matrices: (groups, k, positions) and (groups, out, k)."""
    k = int(np.prod(weight.shape[1:]))
    groups = columns.shape[0] // weight.shape[1]
    return columns.reshape(groups, k, -1), weight.reshape(groups, -1, k)


@primitive
def _convolve(columns: Array, weight: Array, *bias: Array) -> Array:
    x, w = _matrices(columns, weight)
    y = np.matmul(w, x).reshape(weight.shape[0], *columns.shape[3:])
    if bias:
        y += bias[0].reshape(-1, 1, 1, 1)
    return y.transpose(3, 0, 1, 2)


def _convolve_gradients(g: Array, y: Array, nodes: Any, columns: Array, weight: Array, *bias: Array) -> Iterator[Array]:
    x, w = _matrices(columns, weight)
    down = g.transpose(1, 2, 3, 0).reshape(w.shape[0], w.shape[1], -1)
    yield (w.mT @ down).reshape(columns.shape) if is_variable(nodes[0]) else None
    yield (down @ x.mT).reshape(weight.shape)
    if bias:
        yield down.sum(-1).reshape(-1)


rule(_convolve, "conv", vjp_of_all=_convolve_gradients, bind=lambda *inputs: (inputs, {}))


def conv2d(input: Array, weight: Array, bias: Array = None, stride: Pair = 1, padding: Padding = 0, dilation: Pair = 1,
           groups: int = 1) -> Array:
    """Slide the weights over an image: y[n, o] = Σ weight[o, c, i, j] · input[n, c, · + i, · + j] + bias[o].

    input    images (N, channels, height, width), or one without N
    weight   (out_channels, channels // groups, kernel height, kernel width)
    padding  zeros around the image: a number, a pair, "valid" (none) or "same" (the output is as large as the input)
    groups   the channels fall into so many groups, each with its own outputs

    >>> conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)))[0, 0]
    array([[4., 4.],
           [4., 4.]])
    """
    shape, kernel = np.shape(raw(input)), np.shape(raw(weight))
    if len(shape) == 3:
        return conv2d(np.expand_dims(input, 0), weight, bias, stride, padding, dilation, groups)[0]
    if len(shape) != 4 or len(kernel) != 4 or shape[1] != kernel[1] * groups or kernel[0] % groups:
        raise ShapeError(f"conv2d: an input of shape {shape} and a weight of shape {kernel} in {groups} group(s) do "
                         "not fit: they are (N, channels, height, width) and (out, channels / groups, kh, kw)")
    places = grid(shape[2:], kernel[2:], stride, padding, dilation)
    columns = windows(input, grid=places)
    return _convolve(columns, weight) if bias is None else _convolve(columns, weight, bias)


def conv1d(input: Array, weight: Array, bias: Array = None, stride: Pair = 1, padding: Padding = 0, dilation: Pair = 1,
           groups: int = 1) -> Array:
    """Slide the weights (out, channels // groups, k) over a signal (N, channels, length), or one without N.

    >>> conv1d(np.ones((1, 1, 4)), np.ones((1, 1, 2))).tolist()
    [[[2.0, 2.0, 2.0]]]
    """
    one: list[Any] = [x if isinstance(x, str) else (first, *sizes(x, 1))
                      for x, first in ((stride, 1), (padding, 0), (dilation, 1))]
    y = conv2d(np.expand_dims(input, -2), np.expand_dims(weight, -2), bias, one[0], one[1], one[2], groups)
    return y[..., 0, :]


class _Conv(BuiltIn):
    """What Conv1d and Conv2d share; `axes` is the number of axes that the kernel has."""

    axes = 0

    def __init__(self, in_channels: int, out_channels: int, kernel_size: Pair, stride: Pair = 1, padding: Padding = 0,
                 dilation: Pair = 1, groups: int = 1, bias: bool = True, padding_mode: str = "zeros",
                 dtype: DTypeLike = np.float64, rng: Seed = None):
        if padding_mode != "zeros":
            raise ValueError(f"padding_mode is 'zeros', got {padding_mode!r}: pad with np.pad(x, ..., mode=...) before")
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(f"{groups} groups must divide in_channels={in_channels} and out_channels={out_channels}")
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride, self.dilation = [sizes(x, self.axes) for x in (kernel_size, stride, dilation)]
        self.padding = padding if isinstance(padding, str) else sizes(padding, self.axes)
        fan_in = in_channels // groups * int(np.prod(self.kernel_size))
        draw = uniform(fan_in, dtype, rng)
        self.weight = draw(out_channels, in_channels // groups, *self.kernel_size)
        self.bias = draw(out_channels) if bias else None

    def forward(self, x: Array) -> Array:
        convolve = conv2d if self.axes == 2 else conv1d
        settings = self.stride, self.padding, self.dilation
        if not self.stacked:
            return convolve(x, self.weight, self.bias, *settings, self.groups)
        return _each_in_its_group(convolve, x, self.weight, self.bias, settings, self.groups, self.axes)

    def extra_repr(self) -> str:
        said = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        if self.padding != (0,) * self.axes:
            said += f", padding={self.padding!r}"
        if self.dilation != (1,) * self.axes:
            said += f", dilation={self.dilation}"
        said += f", groups={self.groups}" if self.groups > 1 else ""
        return said + ("" if self.bias is not None else ", bias=False")


def _each_in_its_group(convolve: Callable[..., Array], x: Array, weight: Array, bias: Array, settings: Any, groups: int,
                       axes: int) -> Array:
    """The convolution of an ensemble: each member is a group of channels. x (members, N, channels, …)."""
    single = np.ndim(raw(x)) == axes + 2
    x = np.expand_dims(x, 1) if single else x
    n, batch, channels = np.shape(raw(x))[:3]
    x = np.reshape(np.swapaxes(x, 0, 1), (batch, n * channels, *np.shape(raw(x))[3:]))
    weight = np.reshape(weight, (-1, *np.shape(raw(weight))[2:]))
    y = convolve(x, weight, None if bias is None else np.reshape(bias, -1), *settings, n * groups)
    out, *places = np.shape(raw(y))[1:]
    y = np.swapaxes(np.reshape(y, (batch, n, out // n, *places)), 0, 1)
    return y[:, 0] if single else y


class Conv1d(_Conv):
    """Slides weights (out_channels, in_channels // groups, kernel) over signals (N, in_channels, length).

    Weights and bias start uniform in ±1/√(in_channels // groups · kernel), as in PyTorch, drawn from `rng`.

    >>> Conv1d(2, 3, kernel_size=5, padding="same", rng=0)(np.zeros((4, 2, 20))).shape
    (4, 3, 20)
    """

    axes = 1


class Conv2d(_Conv):
    """Slides weights (out_channels, in_channels // groups, kh, kw) over images (N, in_channels, height, width).

    kernel_size, stride, dilation  a number, or one for each axis
    padding                        zeros around the image: a number, one for each axis, "valid" or "same"
    groups                         the channels fall into so many groups that do not see each other

    Weights and bias start uniform in ±1/√(in_channels // groups · kh · kw), as in PyTorch, drawn from `rng`.

    >>> Conv2d(1, 6, kernel_size=5, rng=0)(np.zeros((8, 1, 28, 28))).shape
    (8, 6, 24, 24)
    """

    axes = 2


__all__ = [
    "AdaptiveAvgPool2d", "AvgPool2d", "Conv1d", "Conv2d", "MaxPool2d", "adaptive_avg_pool2d", "avg_pool2d", "conv1d",
    "conv2d", "max_pool2d",  # pools once stood here
]
