"""`scipy.signal`: the convolution of the PyPI `autograd`, over chosen axes."""

from collections.abc import Iterator, Sequence

import numpy as np

from autograd.errors import ShapeError
from autograd.scipy.tools import rest_of, scipy
from autograd.typing import Array

__getattr__, __dir__ = rest_of(scipy("signal"), globals())
Axes = Sequence[Sequence[int]] | None


def convolve(A: Array, B: Array, axes: Axes = None, dot_axes: Sequence[Sequence[int]] = ((), ()),
             mode: str = "full") -> Array:
    """The convolution of A and B along `axes`, with sums of products over `dot_axes`.

    axes      the axes of A, and those of B, along which to convolve; all of them by default
    dot_axes  axes of A, and of B, to sum over, as `np.tensordot` does
    mode      "full", "same" (the length of A, in the middle) or "valid" (without what hangs over)

    The result has A's other axes, B's other axes, and those of the convolution, in that order.

    >>> convolve(np.array([1.0, 2.0, 3.0]), np.array([1.0, -1.0]))
    array([ 1.,  1.,  1., -3.])
    """
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"convolve: mode is 'full', 'same' or 'valid', not {mode!r}")
    along: list[list[int]] = [[i % np.ndim(x) for i in chosen] for x, chosen in zip(
        (A, B), (range(np.ndim(A)), range(np.ndim(B))) if axes is None else axes, strict=True)]
    if len(along[0]) != len(along[1]):
        raise ShapeError(f"convolve takes as many axes of one as of the other, got {along[0]} and {along[1]}")
    lengths = [(np.shape(A)[i], np.shape(B)[j]) for i, j in zip(*along, strict=True)]
    if mode == "valid" and any(n < m for n, m in lengths) and any(n > m for n, m in lengths):
        raise ShapeError("convolve with mode='valid': one array must be at least as long as the other along every "
                         f"axis, the lengths are {lengths}")
    padding, flipped = [(0, 0)] * np.ndim(A), [slice(None)] * np.ndim(B)
    for (i, j), (n, m) in zip(zip(*along, strict=True), lengths, strict=True):
        first, after = {"full": (0, m - 1), "same": ((m - 1) // 2,) * 2, "valid": (min(n, m) - 1, max(n, m) - n)}[mode]
        padding[i] = (m - 1 - first, after)
        flipped[j] = slice(None, None, -1)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(A, padding), tuple(m for _, m in lengths), axis=tuple(along[0])) if lengths else A
    letters: Iterator[str] = iter("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    of_a, of_b = [next(letters) for _ in range(np.ndim(A))], [next(letters) for _ in range(np.ndim(B))]
    for i, j in zip(*dot_axes, strict=True):
        of_b[j] = of_a[i]
    moved, kept = [of_a[i] for i in along[0]], [of_b[j] for j in along[1]]
    rest = [x for x in of_a if x not in moved and x not in of_b] + [x for x in of_b if x not in kept and x not in of_a]
    spelled = f"{''.join(of_a + kept)},{''.join(of_b)}->{''.join(rest + moved)}"
    return np.einsum(spelled, windows, B[tuple(flipped)])
