"""Fourier transforms along several axes, of Hermitian spectra, and shifts, in terms of those along one axis."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from autograd.rules.calls import normalize_axes
from autograd.rules.fourier import OTHER_NORM, Norm
from autograd.rules.table import derived
from autograd.typing import Array, Axis, Function

fft = np.fft
Axes: TypeAlias = Sequence[int] | None


def _over(a: Array, s: Axes, axes: Axes) -> list[tuple[int, int | None]]:
    """The (axis, length) pairs of an n-dimensional transform, in NumPy's order: last first."""
    if axes is None:
        axes = range(-len(s), 0) if s is not None else range(-np.ndim(a), 0)
    lengths = [None] * len(axes) if s is None else [None if n == -1 else n for n in s]
    if len(lengths) != len(axes):
        raise ValueError("Shape and axes have different lengths.")
    return list(zip(axes, lengths, strict=True))[::-1]


def _over_axes(last: Function, others: Function, default_axes: Axes, last_first: bool = True) -> Function:
    """The transform of several axes: `last` along the last of them, and `others` along the rest."""
    def transformed(a: Array, s: Axes = None, axes: Axes = default_axes, norm: Norm = None, out: None = None) -> Array:
        steps = [(others if i else last, axis, n) for i, (axis, n) in enumerate(_over(a, s, axes))]
        for transform, axis, n in steps if last_first else steps[1:] + steps[:1]:
            a = transform(a, n=n, axis=axis, norm=norm)
        return a

    return transformed


for of_two, of_many, last, others, last_first in (
    (fft.fft2, fft.fftn, fft.fft, fft.fft, True), (fft.ifft2, fft.ifftn, fft.ifft, fft.ifft, True),
    (fft.rfft2, fft.rfftn, fft.rfft, fft.fft, True), (fft.irfft2, fft.irfftn, fft.irfft, fft.ifft, False),
):
    derived(of_two)(_over_axes(last, others, (-2, -1), last_first))
    derived(of_many)(_over_axes(last, others, None, last_first))


@derived(fft.hfft)
def _hfft(a: Array, n: int | None = None, axis: int = -1, norm: Norm = None, out: None = None) -> Array:
    return fft.irfft(np.conj(a), n=n, axis=axis, norm=OTHER_NORM[norm])


@derived(fft.ihfft)
def _ihfft(a: Array, n: int | None = None, axis: int = -1, norm: Norm = None, out: None = None) -> Array:
    return np.conj(fft.rfft(a, n=n, axis=axis, norm=OTHER_NORM[norm]))


def _shift(x: Array, axes: Axis, direction: int) -> Array:
    axes = normalize_axes(axes, np.ndim(x))
    sizes = [np.shape(x)[a] for a in axes]
    return np.roll(x, [n // 2 if direction > 0 else -(n // 2) for n in sizes], axes)


derived(fft.fftshift)(lambda x, axes=None: _shift(x, axes, 1))
derived(fft.ifftshift)(lambda x, axes=None: _shift(x, axes, -1))
