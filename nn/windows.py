"""The windows of an image: what convolution and pooling are made of.

`windows` lays every window of an image out as a column. Its adjoint `add_windows` adds columns back into an image.
Each is the other's derivative, so derivatives of any order follow.

In memory the batch is the last axis, (channels, height, width, N): a shifted image is then made of long runs, which
are fast to copy and to add. To the outside the axes are (N, channels, height, width), as everywhere.
"""

import functools
import itertools
import operator
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd.errors import ShapeError
from autograd.extend import primitive, rule
from autograd.typing import Array, DTypeLike, Shape

Pair = int | Sequence[int]
Two: TypeAlias = tuple[int, int]
Padding = Pair | str
NAMED = "valid", "same"  # paddings: none, and as much as it takes for as many windows as pixels


class Grid:
    """Where the windows of an image lie.

    kernel, stride, dilation are pairs (height, width), padding is ((top, bottom), (left, right)), `out` the number of
    windows down and across.
    """

    def __init__(self, shape: Shape, kernel: Two, stride: Two, padding: Two | str, dilation: Two, ceil_mode: bool):
        self.shape, self.kernel, self.stride, self.dilation = shape, kernel, stride, dilation
        if min(*kernel, *stride, *dilation) < 1:
            raise ValueError(f"kernel, stride and dilation are at least 1, got {kernel}, {stride}, {dilation}")
        if isinstance(padding, str) and padding not in NAMED:
            raise ValueError(f"padding is a number, one for each axis, 'valid' or 'same'; got {padding!r}")
        reach = [d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel, strict=True)]
        if padding == "same":
            if self.stride != (1, 1):
                raise ValueError(f"padding='same' needs a stride of 1, got {self.stride}")
            self.padding: Any = tuple([((r - 1) // 2, r // 2) for r in reach])
        else:
            self.padding = tuple([(p, p) for p in ((0, 0) if isinstance(padding, str) else padding)])
        self.out = tuple([
            self._count(n + before + after - r, s, n + before, ceil_mode)
            for n, (before, after), r, s in zip(self.shape[-2:], self.padding, reach, self.stride, strict=True)
        ])
        if min(self.out) < 1:
            raise ShapeError(f"an image of shape {self.shape} with padding {self.padding} is smaller than the kernel "
                             f"{self.kernel} with dilation {self.dilation}")
        self.padding = tuple([  # with ceil_mode the last windows may reach further
            (before, max(after, (o - 1) * s + r - n - before))
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

    def empty(self, channels: int, n: int, dtype: DTypeLike) -> Array:
        """Zeros in the shape that `padded` gives."""
        h, w = [size + sum(pads) for size, pads in zip(self.shape[-2:], self.padding, strict=True)]
        return np.zeros((channels, h, w, n), dtype)

    def elements(self) -> Iterator[tuple[int, int]]:
        """The places (i, j) in a window, in reading order."""
        return itertools.product(range(self.kernel[0]), range(self.kernel[1]))

    def place(self, i: int, j: int) -> tuple[slice, slice, slice]:
        """Where, in the padded image, the element (i, j) of every window lies."""
        (sh, sw), (dh, dw), (oh, ow) = self.stride, self.dilation, self.out
        rows = slice(i * dh, i * dh + sh * (oh - 1) + 1, sh)
        return slice(None), rows, slice(j * dw, j * dw + sw * (ow - 1) + 1, sw)


def grid(shape: Shape, kernel: Pair, stride: Pair = 1, padding: Padding = 0, dilation: Pair = 1,
         ceil_mode: bool = False) -> Grid:
    """The `Grid` of these arguments, worked out once."""
    around = padding if isinstance(padding, str) else pair(padding)
    return _grid(shape, pair(kernel), pair(stride), around, pair(dilation), bool(ceil_mode))


_grid = functools.lru_cache(maxsize=256)(Grid)


def pair(x: Any) -> Two:
    """One number for both axes, or a number for each."""
    a, b = sizes(x, 2)
    return a, b


def sizes(x: Any, axes: int) -> Shape:
    """Whole numbers, one for each of so many axes: given as one for all, or as a sequence or an array."""
    several = isinstance(x, (tuple, list)) or (type(x) is not int and np.ndim(x))  # np.ndim takes long, for these
    try:
        found = tuple([operator.index(n) for n in x]) if several else (operator.index(x),)
    except TypeError:
        raise TypeError(f"sizes of windows are whole numbers, one or {axes} of them; got {x!r}") from None
    if len(found) not in (1, axes) or min(found) < 0:
        raise ValueError(f"sizes of windows are one number from 0 on, or {axes} of them; got {x!r}")
    return found * axes if len(found) == 1 else found


@primitive
def windows(x: Array, grid: Grid) -> Array:
    """Every window of images (N, channels, height, width): (channels, kh, kw, windows down, windows across, N)."""
    image = grid.padded(x)
    c, h, w, n = image.strides
    (kh, kw), (sh, sw), (dh, dw) = grid.kernel, grid.stride, grid.dilation
    shape = (image.shape[0], kh, kw, *grid.out, image.shape[3])
    return np.ascontiguousarray(as_strided(image, shape, (c, h * dh, w * dw, h * sh, w * sw, n), writeable=False))


@primitive
def add_windows(columns: Array, grid: Grid) -> Array:
    """The adjoint of `windows`: an image to which every window was added where it came from."""
    image = grid.empty(columns.shape[0], columns.shape[-1], columns.dtype)
    for i, j in grid.elements():
        image[grid.place(i, j)] += columns[:, i, j]
    return grid.inside(image)


rule(windows, "windows", lambda g, y, x, grid: add_windows(g, grid=grid))
rule(add_windows, "add windows", lambda g, y, x, grid: windows(g, grid=grid))
