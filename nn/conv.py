"""Convolution and pooling of images (N, channels, height, width).

A convolution is a matrix product: `windows` lays every window of the image out as a column, and the weights multiply
the columns. Its adjoint `fold` adds columns back into an image. Each is the other's derivative, so derivatives of any
order follow.

In memory the batch is the last axis, (channels, height, width, N): a shifted image is then made of long runs, which is
what copying and adding are fast on. To the outside the axes are (N, channels, height, width), as everywhere.
"""

import functools
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd.errors import ShapeError
from autograd.extend import primitive, raw, rule
from autograd.typing import Array
from nn.linear import uniform
from nn.module import BuiltIn

Pair = int | Sequence[int]


# ---- windows and their adjoint --------------------------------------------------------------------------------------
class Grid:
    """Where the windows of an image lie.

    kernel, stride, dilation are pairs (height, width), padding is ((top, bottom), (left, right)), `out` the number of
    windows down and across.
    """

    def __init__(self, shape: Sequence[int], kernel: Pair, stride: Pair = 1, padding: Any = 0, dilation: Pair = 1,
                 ceil_mode: bool = False):
        self.shape = tuple(shape)
        self.kernel, self.stride, self.dilation = _pair(kernel), _pair(stride), _pair(dilation)
        if min(*self.kernel, *self.stride, *self.dilation) < 1:
            raise ValueError(f"kernel, stride and dilation are at least 1, got {kernel}, {stride}, {dilation}")
        reach = [d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel, strict=True)]
        if padding == "same":
            if self.stride != (1, 1):
                raise ValueError(f"padding='same' needs a stride of 1, got {self.stride}")
            self.padding: Any = tuple([((r - 1) // 2, r // 2) for r in reach])
        else:
            self.padding = tuple([(p, p) for p in _pair(0 if padding == "valid" else padding)])
        self.out = tuple([
            self._count(n + before + after - r, s, n + before, ceil_mode)
            for n, (before, after), r, s in zip(self.shape[-2:], self.padding, reach, self.stride, strict=True)
        ])
        if min(self.out) < 1:
            raise ShapeError(f"an image of shape {self.shape} with padding {self.padding} is smaller than the kernel "
                             f"{self.kernel} with dilation {self.dilation}")
        # with ceil_mode the last windows may reach beyond the padding
        self.extra = tuple([
            max(0, (o - 1) * s + r - n - before - after)
            for o, s, r, n, (before, after) in
            zip(self.out, self.stride, reach, self.shape[-2:], self.padding, strict=True)
        ])

    def __repr__(self) -> str:
        step = "" if self.stride == (1, 1) else f" by {self.stride[0]}"
        return f"{self.kernel[0]}×{self.kernel[1]}{step}"

    @staticmethod
    def _count(room: int, stride: int, inside: int, ceil_mode: bool) -> int:
        count = (-(-room // stride) if ceil_mode else room // stride) + 1
        return count - 1 if ceil_mode and (count - 1) * stride >= inside else count  # one that would start outside

    def padded(self, x: Array, fill: float = 0.0) -> Array:
        """The images with their borders, as (channels, height, width, N)."""
        x = x.transpose(1, 2, 3, 0)
        (top, bottom), (left, right) = self.padding
        bottom, right = bottom + self.extra[0], right + self.extra[1]
        if not (top or bottom or left or right):
            return np.ascontiguousarray(x)
        c, h, w, n = x.shape
        image = np.full((c, top + h + bottom, left + w + right, n), fill, x.dtype)
        image[:, top : top + h, left : left + w] = x
        return image

    def inside(self, image: Array) -> Array:
        """The images (N, channels, height, width) in what `padded` made."""
        (top, _), (left, _) = self.padding
        h, w = self.shape[-2:]
        return image[:, top : top + h, left : left + w].transpose(3, 0, 1, 2)

    def empty(self, channels: int, n: int, dtype: Any) -> Array:
        """Zeros in the shape that `padded` gives."""
        h, w = [size + sum(pads) + more for size, pads, more in
                zip(self.shape[-2:], self.padding, self.extra, strict=True)]
        return np.zeros((channels, h, w, n), dtype)

    def elements(self) -> Any:
        """The places (i, j) in a window, in reading order."""
        return itertools.product(range(self.kernel[0]), range(self.kernel[1]))

    def place(self, i: int, j: int) -> tuple[slice, slice, slice]:
        """Where, in the padded image, the element (i, j) of every window lies."""
        (sh, sw), (dh, dw), (oh, ow) = self.stride, self.dilation, self.out
        rows = slice(i * dh, i * dh + sh * (oh - 1) + 1, sh)
        return slice(None), rows, slice(j * dw, j * dw + sw * (ow - 1) + 1, sw)


@functools.lru_cache(maxsize=256)
def grid(*args: Any) -> Grid:
    """The `Grid` of these arguments, which is worked out once."""
    return Grid(*args)


def _pair(x: Pair) -> tuple[int, int]:
    a, b = (x, x) if isinstance(x, (int, np.integer)) else x
    return int(a), int(b)


def _settings(*values: Any) -> tuple[Any, ...]:
    """Settings as something that a cache can look up."""
    return tuple([tuple(v) if isinstance(v, list) else v for v in values])


@primitive
def windows(x: Array, grid: Grid) -> Array:
    """Every window of images (N, channels, height, width): (channels, kh, kw, windows down, windows across, N)."""
    image = grid.padded(x)
    c, h, w, n = image.strides
    (kh, kw), (sh, sw), (dh, dw) = grid.kernel, grid.stride, grid.dilation
    shape = (image.shape[0], kh, kw, *grid.out, image.shape[3])
    return np.ascontiguousarray(as_strided(image, shape, (c, h * dh, w * dw, h * sh, w * sw, n), writeable=False))


@primitive
def fold(columns: Array, grid: Grid) -> Array:
    """The adjoint of `windows`: an image to which every window was added where it came from."""
    image = grid.empty(columns.shape[0], columns.shape[-1], columns.dtype)
    for i, j in grid.elements():
        image[grid.place(i, j)] += columns[:, i, j]
    return grid.inside(image)


rule(windows, "windows", lambda g, y, x, grid: fold(g, grid=grid))
rule(fold, "fold", lambda g, y, x, grid: windows(g, grid=grid))


# ---- convolution ----------------------------------------------------------------------------------------------------
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


def _convolve_gradients(g: Array, y: Array, nodes: Any, columns: Array, weight: Array, *bias: Array) -> Any:
    x, w = _matrices(columns, weight)
    down = g.transpose(1, 2, 3, 0).reshape(w.shape[0], w.shape[1], -1)
    if getattr(nodes[0], "requires_grad", False):
        yield (w.mT @ down).reshape(columns.shape)
    else:
        yield None
    yield (down @ x.mT).reshape(weight.shape)
    if bias:
        yield down.sum(-1).reshape(-1)


rule(_convolve, "conv", vjp_of_all=_convolve_gradients, bind=lambda *inputs: (inputs, {}))


def conv2d(input: Array, weight: Array, bias: Array = None, stride: Pair = 1, padding: Any = 0, dilation: Pair = 1,
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
    places = grid(shape[2:], kernel[2:], *_settings(stride, padding, dilation))
    columns = windows(input, grid=places)
    return _convolve(columns, weight) if bias is None else _convolve(columns, weight, bias)


def conv1d(input: Array, weight: Array, bias: Array = None, stride: Pair = 1, padding: Any = 0, dilation: Pair = 1,
           groups: int = 1) -> Array:
    """Slide the weights (out, channels // groups, k) over a signal (N, channels, length), or one without N.

    >>> conv1d(np.ones((1, 1, 4)), np.ones((1, 1, 2))).tolist()
    [[[2.0, 2.0, 2.0]]]
    """
    one: list[Any] = [x if isinstance(x, str) else (first, int(np.ravel(x)[0]))
           for x, first in ((stride, 1), (padding, 0), (dilation, 1))]
    y = conv2d(np.expand_dims(input, -2), np.expand_dims(weight, -2), bias, one[0], one[1], one[2], groups)
    return y[..., 0, :]


class _Conv(BuiltIn):
    """What Conv1d and Conv2d share; `axes` is the number of axes that the kernel has."""

    axes = 0

    def __init__(self, in_channels: int, out_channels: int, kernel_size: Pair, stride: Pair = 1, padding: Any = 0,
                 dilation: Pair = 1, groups: int = 1, bias: bool = True, padding_mode: str = "zeros",
                 dtype: Any = np.float64, rng: Any = None):
        if padding_mode != "zeros":
            raise ValueError(f"padding_mode is 'zeros', got {padding_mode!r}: pad with np.pad(x, ..., mode=...) before")
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(f"{groups} groups must divide in_channels={in_channels} and out_channels={out_channels}")
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride, self.dilation = map(self._per_axis, (kernel_size, stride, dilation))
        self.padding = padding if isinstance(padding, str) else self._per_axis(padding)
        fan_in = in_channels // groups * int(np.prod(self.kernel_size))
        draw = uniform(fan_in, dtype, rng)
        self.weight = draw(out_channels, in_channels // groups, *self.kernel_size)
        self.bias = draw(out_channels) if bias else None

    def _per_axis(self, x: Any) -> tuple[int, ...]:
        sizes: tuple[int, ...] = (int(x),) * self.axes if isinstance(x, (int, np.integer)) else tuple(x)
        if len(sizes) != self.axes:
            raise ValueError(f"{type(self).__name__} takes a number or {self.axes} of them, got {x}")
        return sizes

    def forward(self, x: Any) -> Any:
        """The layer of a batch (N, in_channels, …), or of a single one without N."""
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


def _each_in_its_group(convolve: Any, x: Array, weight: Array, bias: Array, settings: Any, groups: int,
                       axes: int) -> Array:
    """The convolution of an ensemble: each member is a group of channels. x (members, N, channels, …)."""
    single = np.ndim(raw(x)) == axes + 2
    x = np.expand_dims(x, 1) if single else x
    n, batch, channels = np.shape(raw(x))[:3]
    x = np.reshape(np.swapaxes(x, 0, 1), (batch, n * channels, *np.shape(raw(x))[3:]))
    weight = np.reshape(weight, (-1, *np.shape(raw(weight))[2:]))
    y = convolve(x, weight, None if bias is None else np.reshape(bias, -1), *settings, n * groups)
    y = np.swapaxes(np.reshape(y, (batch, n, -1, *np.shape(raw(y))[2:])), 0, 1)
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


# ---- pooling --------------------------------------------------------------------------------------------------------
@primitive
def _max_pool(x: Array, grid: Grid) -> Array:
    image = grid.padded(x, -np.inf)
    y = image[grid.place(0, 0)].copy()
    for i, j in grid.elements():
        np.maximum(y, image[grid.place(i, j)], out=y)
    return y.transpose(3, 0, 1, 2)


def _winners(x: Array, y: Array, grid: Grid) -> Any:
    """For each element of the windows, where it is the largest: of equal ones the first, as in PyTorch."""
    image, best = grid.padded(x, -np.inf), y.transpose(1, 2, 3, 0)
    free: Any = True
    for i, j in grid.elements():
        hit = (image[grid.place(i, j)] == best) & free
        free = free & ~hit
        yield grid.place(i, j), hit


@primitive
def _to_winners(g: Array, of: Array, best: Array, grid: Grid) -> Array:
    """Numbers (N, channels, windows down, windows across), each put where its window's largest, `best`, is in `of`."""
    g = g.transpose(1, 2, 3, 0)
    image = grid.empty(of.shape[1], of.shape[0], g.dtype)
    for place, hit in _winners(of, best, grid):
        image[place] += g * hit
    return grid.inside(image)


@primitive
def _from_winners(u: Array, of: Array, best: Array, grid: Grid) -> Array:
    """The adjoint of `_to_winners`: the numbers of u at those places."""
    image: Array = grid.padded(u)
    found = sum(image[place] * hit for place, hit in _winners(of, best, grid))
    return found.transpose(3, 0, 1, 2)


def _max_pool_settings(u: Array, of: Array, best: Array, grid: Grid) -> Any:
    return (u,), {"of": of, "best": best, "grid": grid}


rule(_max_pool, "max pool", lambda g, y, x, grid: _to_winners(g, raw(x), raw(y), grid=grid))
rule(_to_winners, "unpool", lambda g, y, u, **where: _from_winners(g, **where), bind=_max_pool_settings)
rule(_from_winners, "pick", lambda g, y, u, **where: _to_winners(g, **where), bind=_max_pool_settings)


def _as_images(x: Array, name: str) -> tuple[Array, Any]:
    """x (..., channels, height, width) with one axis in front of the channels, and the shape of what was there."""
    shape = np.shape(raw(x))
    if len(shape) < 3:
        raise ShapeError(f"{name}: images have the shape (N, channels, height, width), or without N, got {shape}")
    return (x if len(shape) == 4 else np.reshape(x, (-1, *shape[-3:]))), shape[:-3]


def max_pool2d(input: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, dilation: Pair = 1,
               ceil_mode: bool = False) -> Array:
    """The largest number of each window (of equal ones the gradient goes to the first); stride: the kernel's size.

    >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2).tolist()
    [[[[5.0, 7.0], [13.0, 15.0]]]]
    """
    x, front = _as_images(input, "max_pool2d")
    _check_padding(padding, kernel_size)
    stride = kernel_size if stride is None else stride
    places = grid(np.shape(raw(x))[2:], *_settings(kernel_size, stride, padding, dilation), ceil_mode)
    y = _max_pool(x, grid=places)
    return y if len(front) == 1 else np.reshape(y, (*front, *np.shape(raw(y))[1:]))


def _check_padding(padding: Pair, kernel_size: Pair) -> None:
    if any(2 * p > k for p, k in zip(_pair(padding), _pair(kernel_size), strict=True)):
        raise ValueError(f"padding {padding} is over half of the kernel {kernel_size}: a window could be all border")


def _averages(starts: Any, stops: Any, length: int, counts: Any) -> Array:
    """The matrix that averages numbers starts[i] to stops[i] of `length` into the i-th of its results."""
    at = np.arange(length)
    inside = (at >= np.asarray(starts)[:, None]) & (at < np.asarray(stops)[:, None])
    return inside / np.asarray(counts)[:, None]


def avg_pool2d(input: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, ceil_mode: bool = False,
               count_include_pad: bool = True, divisor_override: int | None = None) -> Array:
    """The mean of each window: a product with a matrix from the left and one from the right.

    count_include_pad  the zeros of the padding count as numbers
    divisor_override   divide by this in place of the number of elements

    >>> avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2).tolist()
    [[[[2.5, 4.5], [10.5, 12.5]]]]
    """
    shape = np.shape(raw(input))
    if len(shape) < 3:
        raise ShapeError(f"avg_pool2d: images have the shape (N, channels, height, width), or without N, got {shape}")
    _check_padding(padding, kernel_size)
    places = grid(shape[-2:], *_settings(kernel_size, kernel_size if stride is None else stride, padding), 1, ceil_mode)
    matrices = []
    for axis in (0, 1):
        length, k, (pad, _) = shape[axis - 2], places.kernel[axis], places.padding[axis]
        starts = np.arange(places.out[axis]) * places.stride[axis] - pad
        stops = np.minimum(starts + k, length + pad)
        counts = stops - starts if count_include_pad else np.minimum(stops, length) - np.maximum(starts, 0)
        counts = np.ones(len(starts)) if divisor_override else counts
        matrices.append(_averages(starts, stops, length, counts).astype(raw(input).dtype))
    y = matrices[0] @ input @ matrices[1].T
    return y / divisor_override if divisor_override else y


def adaptive_avg_pool2d(input: Array, output_size: Any) -> Array:
    """The means of as many windows as give the output size, as equal as they can be; None keeps an axis as it is.

    >>> adaptive_avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 1).tolist()
    [[[[7.5]]]]
    """
    shape = np.shape(raw(input))
    if len(shape) < 3:
        raise ShapeError(f"adaptive_avg_pool2d: images have the shape (N, channels, height, width), got {shape}")
    sizes = (output_size, output_size) if output_size is None or isinstance(output_size, int) else output_size
    matrices = []
    for size, n in zip(sizes, shape[-2:], strict=True):
        out = np.arange(n if size is None else size)
        starts, stops = out * n // len(out), -(-(out + 1) * n // len(out))
        matrices.append(_averages(starts, stops, n, stops - starts).astype(raw(input).dtype))
    return matrices[0] @ input @ matrices[1].T


class MaxPool2d(BuiltIn):
    """The largest number of each window of an image; stride is the kernel's size unless given: see `max_pool2d`."""

    _shown = "kernel_size=", "stride=", "padding=", "dilation=", "ceil_mode="

    def __init__(self, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, dilation: Pair = 1,
                 ceil_mode: bool = False):
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation, self.ceil_mode = padding, dilation, ceil_mode

    def forward(self, x: Any) -> Any:
        return max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)


class AvgPool2d(BuiltIn):
    """The mean of each window of an image; stride is the kernel's size unless given: see `avg_pool2d`."""

    _shown = "kernel_size=", "stride=", "padding="

    def __init__(self, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, ceil_mode: bool = False,
                 count_include_pad: bool = True, divisor_override: int | None = None):
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode = padding, ceil_mode
        self.count_include_pad, self.divisor_override = count_include_pad, divisor_override

    def forward(self, x: Any) -> Any:
        return avg_pool2d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad,
                          self.divisor_override)


class AdaptiveAvgPool2d(BuiltIn):
    """The means of as many windows as give the output size: a number, or one for height and width (None: as it is)."""

    _shown = ("output_size=",)

    def __init__(self, output_size: Any):
        self.output_size = output_size

    def forward(self, x: Any) -> Any:
        return adaptive_avg_pool2d(x, self.output_size)


__all__ = [
    "AdaptiveAvgPool2d", "AvgPool2d", "Conv1d", "Conv2d", "MaxPool2d", "adaptive_avg_pool2d", "avg_pool2d", "conv1d",
    "conv2d", "max_pool2d",
]
