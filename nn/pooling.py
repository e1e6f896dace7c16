"""Pooling: the largest number, or the mean, of each window of an image (N, channels, height, width)."""

import functools
import operator
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.extend import notrace_primitive, primitive, raw, rule
from autograd.typing import Array, ArrayLike
from nn.activations import float_dtype
from nn.module import BuiltIn
from nn.windows import Grid, Pair, grid, pair, sizes

OutputSize = int | Sequence[int | None] | None  # one for both axes, or one for each; None keeps an axis as it is


@primitive
def _max_pool(x: Array, grid: Grid) -> Array:
    image = grid.padded(x, -np.inf)
    y = image[grid.place(0, 0)].copy()
    for i, j in grid.elements():
        np.maximum(y, image[grid.place(i, j)], out=y)
    return y.transpose(3, 0, 1, 2)


def _winners(x: Array, y: Array, grid: Grid) -> Iterator[tuple[Any, Array]]:
    """For each element of the windows, where it is the largest: of equal ones the first, as in PyTorch."""
    image, best = grid.padded(x, -np.inf), y.transpose(1, 2, 3, 0)
    free: Array = True
    lost = np.isnan(best)  # a NaN is larger than all numbers
    for i, j in grid.elements():
        part = image[grid.place(i, j)]
        hit = (part == best) & free
        if lost.any():
            hit |= lost & free & np.isnan(part)
        free = free & ~hit
        yield grid.place(i, j), hit


@primitive
def _to_winners(g: Array, of: Array, best: Array, grid: Grid) -> Array:
    """Numbers (N, channels, windows down, windows across), each put where its window's largest, `best`, is in `of`."""
    g = g.transpose(1, 2, 3, 0)
    image = grid.empty(of.shape[1], of.shape[0], g.dtype)
    for place, hit in _winners(of, best, grid):
        image[place] += np.where(hit, g, 0)
    return grid.inside(image)


@primitive
def _from_winners(u: Array, of: Array, best: Array, grid: Grid) -> Array:
    """The adjoint of `_to_winners`: the numbers of u at those places."""
    image: Array = grid.padded(u)
    found: Array = sum(np.where(hit, image[place], 0) for place, hit in _winners(of, best, grid))
    return found.transpose(3, 0, 1, 2)


def _max_pool_settings(u: Array, of: Array, best: Array, grid: Grid) -> Any:
    return (u,), {"of": of, "best": best, "grid": grid}


_numbers = notrace_primitive(lambda x: x)  # a small change of x does not change which is largest
rule(_max_pool, "max pool", lambda g, y, x, grid: _to_winners(g, _numbers(x), _numbers(y), grid=grid))
rule(_to_winners, "unpool", lambda g, y, u, **where: _from_winners(g, **where), bind=_max_pool_settings)
rule(_from_winners, "pick", lambda g, y, u, **where: _to_winners(g, **where), bind=_max_pool_settings)


def max_pool2d(input: Array, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, dilation: Pair = 1,
               ceil_mode: bool = False) -> Array:
    """The largest number of each window (of equal ones the gradient goes to the first); stride: the kernel's size.

    >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2).tolist()
    [[[[5.0, 7.0], [13.0, 15.0]]]]
    """
    shape = np.shape(raw(input))
    if len(shape) < 3:
        raise ShapeError(f"max_pool2d: images have the shape (N, channels, height, width), or without N, got {shape}")
    _check_padding(padding, kernel_size)
    stride = kernel_size if stride is None else stride
    places = grid(shape[-2:], kernel_size, stride, padding, dilation, ceil_mode)
    if len(shape) == 4:
        return _max_pool(input, grid=places)
    y = _max_pool(np.reshape(input, (-1, *shape[-3:])), grid=places)
    return np.reshape(y, (*shape[:-2], *places.out))


def _check_padding(padding: Pair, kernel_size: Pair) -> None:
    if any(2 * p > k for p, k in zip(pair(padding), pair(kernel_size), strict=True)):
        raise ValueError(f"padding {padding} is over half of the kernel {kernel_size}: a window could be all border")


def _averages(starts: ArrayLike, stops: ArrayLike, length: int, counts: ArrayLike) -> Array:
    """The matrix that averages numbers starts[i] to stops[i] of `length` into the i-th of its results."""
    at = np.arange(length)
    inside = (at >= np.asarray(starts)[:, None]) & (at < np.asarray(stops)[:, None])
    return inside / np.asarray(counts)[:, None]


@primitive
def _averaged(x: Array, left: Array, right: Array) -> Array:
    """left · x · rightᵀ, in which a number of no weight has no say, even if it is infinite or NaN."""
    x = np.asarray(x)
    dtype = float_dtype(x)
    left, right = [m.astype(np.result_type(dtype, np.float32)) for m in (left, right)]
    with np.errstate(invalid="ignore", over="ignore"):
        y = left @ x @ right.T
    if not np.isfinite(y).all():
        y = left @ np.where(np.isfinite(x), x, 0) @ right.T
        lost, up, down = [(left != 0) @ of.astype(left.dtype) @ (right != 0).T > 0
                          for of in (np.isnan(x), x == np.inf, x == -np.inf)]
        y = np.where(lost | (up & down), np.nan, np.where(up, np.inf, np.where(down, -np.inf, y)))
    return y.astype(dtype, copy=False)


rule(_averaged, "average", lambda g, y, x, left, right: _averaged(g, left=left.T, right=right.T),
     unfolded=lambda x, left, right: left @ x @ right.T)


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
    if divisor_override == 0:
        raise ValueError("avg_pool2d: divisor_override is 0, but windows are divided by it")
    places = grid(shape[-2:], kernel_size, kernel_size if stride is None else stride, padding, 1, ceil_mode)
    divisor = None if divisor_override is None else operator.index(divisor_override)
    left, right = [_window_averages(places, axis, bool(count_include_pad), divisor) for axis in (0, 1)]
    return _averaged(input, left=left, right=right)


@functools.lru_cache(maxsize=256)
def _window_averages(places: Grid, axis: int, count_padding: bool, divisor: int | None) -> Array:
    """The matrix that averages along one axis; all of a divisor stands in that of axis 0."""
    length, k, (pad, _) = places.shape[axis], places.kernel[axis], places.padding[axis]
    starts = np.arange(places.out[axis]) * places.stride[axis] - pad
    stops = np.minimum(starts + k, length + pad)
    counts = stops - starts if count_padding else np.minimum(stops, length) - np.maximum(starts, 0)
    if divisor is not None:
        counts = np.full(len(starts), 1 if axis else divisor)
    return _averages(starts, stops, length, counts)


def adaptive_avg_pool2d(input: Array, output_size: OutputSize) -> Array:
    """The means of as many windows as give the output size, as equal as they can be; None keeps an axis as it is.

    >>> adaptive_avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 1).tolist()
    [[[[7.5]]]]
    """
    shape = np.shape(raw(input))
    if len(shape) < 3:
        raise ShapeError(f"adaptive_avg_pool2d: images have the shape (N, channels, height, width), got {shape}")
    wanted: Any = output_size if np.ndim(output_size) else (output_size, output_size)  # type: ignore[arg-type]
    if len(wanted) != 2:
        raise ValueError(f"adaptive_avg_pool2d: the output size is one number or two, got {output_size!r}")
    matrices = []
    for size, n in zip(wanted, shape[-2:], strict=True):
        out = np.arange(n if size is None else sizes(size, 1)[0])
        if n == 0 and len(out):
            raise ShapeError(f"adaptive_avg_pool2d: an image of shape {shape} has nothing to average")
        starts, stops = out * n // max(1, len(out)), -(-(out + 1) * n // max(1, len(out)))
        matrices.append(_averages(starts, stops, n, stops - starts))
    return _averaged(input, left=matrices[0], right=matrices[1])


class MaxPool2d(BuiltIn):
    """The largest number of each window of an image; stride is the kernel's size unless given: see `max_pool2d`."""

    _shown = "kernel_size=", "stride=", "padding=", "dilation=", "ceil_mode="

    def __init__(self, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, dilation: Pair = 1,
                 ceil_mode: bool = False):
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation, self.ceil_mode = padding, dilation, ceil_mode

    def forward(self, x: Array) -> Array:
        return max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)


class AvgPool2d(BuiltIn):
    """The mean of each window of an image; stride is the kernel's size unless given: see `avg_pool2d`."""

    _shown = "kernel_size=", "stride=", "padding="

    def __init__(self, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, ceil_mode: bool = False,
                 count_include_pad: bool = True, divisor_override: int | None = None):
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode = padding, ceil_mode
        self.count_include_pad, self.divisor_override = count_include_pad, divisor_override

    def forward(self, x: Array) -> Array:
        return avg_pool2d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad,
                          self.divisor_override)


class AdaptiveAvgPool2d(BuiltIn):
    """The means of as many windows as give the output size: a number, or one for height and width (None: as it is)."""

    _shown = ("output_size=",)

    def __init__(self, output_size: OutputSize):
        self.output_size = output_size

    def forward(self, x: Array) -> Array:
        return adaptive_avg_pool2d(x, self.output_size)
