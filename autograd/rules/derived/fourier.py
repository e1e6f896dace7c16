"""Fourier transforms along several axes, of Hermitian spectra, and shifts, in terms of those along one axis."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from autograd.rules.fourier import OTHER_NORM
from autograd.rules.table import derived, normalize_axes
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


def _each_axis(transform: Function, default_axes: Axes) -> Function:
    def transformed(a: Array, s: Axes = None, axes: Axes = default_axes, norm: Any = None, out: None = None) -> Array:
        for axis, n in _over(a, s, axes):
            a = transform(a, n=n, axis=axis, norm=norm)
        return a

    return transformed


def _real_last(real: Function, rest: Function, default_axes: Axes, real_first: bool) -> Function:
    def transformed(a: Array, s: Axes = None, axes: Axes = default_axes, norm: Any = None, out: None = None) -> Array:
        (last, n), *others = _over(a, s, axes)
        if real_first:
            a = real(a, n=n, axis=last, norm=norm)
        for axis, length in others:
            a = rest(a, n=length, axis=axis, norm=norm)
        return a if real_first else real(a, n=n, axis=last, norm=norm)

    return transformed


for several, one, axes in ((fft.fft2, fft.fft, (-2, -1)), (fft.ifft2, fft.ifft, (-2, -1)), (fft.fftn, fft.fft, None),
                           (fft.ifftn, fft.ifft, None)):
    derived(several)(_each_axis(one, axes))
derived(fft.rfft2)(_real_last(fft.rfft, fft.fft, (-2, -1), True))
derived(fft.rfftn)(_real_last(fft.rfft, fft.fft, None, True))
derived(fft.irfft2)(_real_last(fft.irfft, fft.ifft, (-2, -1), False))
derived(fft.irfftn)(_real_last(fft.irfft, fft.ifft, None, False))


@derived(fft.hfft)
def _hfft(a: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: None = None) -> Array:
    return fft.irfft(np.conj(a), n=n, axis=axis, norm=OTHER_NORM[norm])


@derived(fft.ihfft)
def _ihfft(a: Array, n: int | None = None, axis: int = -1, norm: Any = None, out: None = None) -> Array:
    return np.conj(fft.rfft(a, n=n, axis=axis, norm=OTHER_NORM[norm]))


def _shift(x: Array, axes: Axis, direction: int) -> Array:
    axes = normalize_axes(axes, np.ndim(x))
    sizes = [np.shape(x)[a] for a in axes]
    return np.roll(x, [n // 2 if direction > 0 else -(n // 2) for n in sizes], axes)


@derived(fft.fftshift)
def _fftshift(x: Array, axes: Axis = None) -> Array:
    return _shift(x, axes, 1)


@derived(fft.ifftshift)
def _ifftshift(x: Array, axes: Axis = None) -> Array:
    return _shift(x, axes, -1)
