"""Fourier transforms along several axes, of Hermitian spectra, and shifts, in terms of those along one axis."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from autograd.rules.fourier import OTHER_NORM, Norm
from autograd.rules.shaping import no_out, stacked
from autograd.rules.table import derived
from autograd.typing import Array, Axis, Function

fft = np.fft
Axes: TypeAlias = Sequence[int] | None


def _over(a: Array, s: Axes, axes: Axes, half: bool) -> list[tuple[int, int]]:
    """The (axis, length) pairs of an n-dimensional transform, as NumPy works them out beforehand."""
    if axes is None:
        axes = range(-np.ndim(a) if s is None else -len(s), 0)
    sizes: Any = np.take(np.shape(a), axes) if s is None else [np.shape(a)[axis] for axis in axes]  # before the first
    lengths = list(sizes) if s is None else [n if want == -1 else want for want, n in zip(s, sizes, strict=False)]
    if s is not None and len(s) != len(axes):
        raise ValueError("Shape and axes have different lengths.")
    if half and s is None:
        lengths[-1] = (sizes[-1] - 1) * 2
    return list(zip(axes, lengths, strict=True))


def _over_axes(last: Function, others: Function, default_axes: Axes) -> Function:
    """The transform of several axes: `last` along the last of them, and `others` along the rest."""
    def transformed(a: Array, s: Axes = None, axes: Axes = default_axes, norm: Norm = None, out: None = None) -> Array:
        no_out(last.__name__, out)
        a = stacked(a)
        steps = _over(a, s, axes, half=last is fft.irfft)
        if not steps and last is not others:
            raise IndexError("a real transform needs at least one axis")
        todo = [(last, *step) for step in steps[-1:]] + [(others, *step) for step in steps[-2::-1]]
        for transform, axis, n in reversed(todo) if last is fft.irfft else todo:
            a = transform(a, n=n, axis=axis, norm=norm)
        return a

    return transformed


for of_two, of_many, last, others in (
    (fft.fft2, fft.fftn, fft.fft, fft.fft), (fft.ifft2, fft.ifftn, fft.ifft, fft.ifft),
    (fft.rfft2, fft.rfftn, fft.rfft, fft.fft), (fft.irfft2, fft.irfftn, fft.irfft, fft.ifft),
):
    derived(of_two)(_over_axes(last, others, (-2, -1)))
    derived(of_many)(_over_axes(last, others, None))


@derived(fft.hfft)
def _hfft(a: Array, n: int | None = None, axis: int = -1, norm: Norm = None, out: None = None) -> Array:
    no_out("hfft", out)
    return fft.irfft(np.conj(a), n=n, axis=axis, norm=OTHER_NORM[norm])


@derived(fft.ihfft)
def _ihfft(a: Array, n: int | None = None, axis: int = -1, norm: Norm = None, out: None = None) -> Array:
    no_out("ihfft", out)
    return np.conj(fft.rfft(a, n=n, axis=axis, norm=OTHER_NORM[norm]))


def _shift(x: Array, axes: Axis, direction: int) -> Array:
    axes = tuple(range(np.ndim(x))) if axes is None else (axes,) if isinstance(axes, (int, np.integer)) else tuple(axes)
    sizes = [np.shape(x)[a] for a in axes]
    return np.roll(x, [n // 2 if direction > 0 else -(n // 2) for n in sizes], axes)


derived(fft.fftshift)(lambda x, axes=None: _shift(x, axes, 1))
derived(fft.ifftshift)(lambda x, axes=None: _shift(x, axes, -1))
