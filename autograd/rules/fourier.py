"""Derivatives of the discrete Fourier transforms.

A transform is linear and its matrix symmetric, so the transform of a gradient is its own vjp; a real transform keeps
half of a spectrum, whose other half is its mirror image.
"""

from typing import Any

import numpy as np

from autograd.rules.table import derived, normalize_axes, rule
from autograd.typing import Array

fft = np.fft
_OTHER_NORM: dict[Any, Any] = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def _fitted(g: Array, n: int, axis: int) -> Array:
    """`g` cut, or padded with zeros, to length n: what a transform does to its input."""
    (axis,) = normalize_axes(axis, np.ndim(g))
    size = np.shape(g)[axis]
    if size >= n:
        return g[(slice(None),) * axis + (slice(n),)]
    return np.pad(g, [(0, n - size if i == axis else 0) for i in range(np.ndim(g))])


def _complex(transform: Any) -> Any:
    def vjp(g: Array, y: Array, a: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Array:
        return _fitted(transform(g, axis=axis, norm=norm), np.shape(a)[axis], axis)

    return vjp


def _rfft(g: Array, y: Array, a: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Array:
    n = np.shape(a)[axis] if n is None else n
    return _fitted(np.real(fft.fft(_fitted(g, n, axis), axis=axis, norm=norm)), np.shape(a)[axis], axis)


def _irfft(g: Array, y: Array, a: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Array:
    n = np.shape(g)[axis]
    spectrum = np.conj(fft.rfft(g, axis=axis, norm=_OTHER_NORM[norm]))
    (axis,) = normalize_axes(axis, np.ndim(g))
    twice = np.full(n // 2 + 1, 2.0)  # every frequency but 0 and the highest stands for two
    twice[[0] if n % 2 else [0, -1]] = 1.0
    return _fitted(spectrum * twice.reshape((-1,) + (1,) * (np.ndim(g) - axis - 1)), np.shape(a)[axis], axis)


rule(fft.fft, "fft", _complex(fft.fft))
rule(fft.ifft, "ifft", _complex(fft.ifft))
rule(fft.rfft, "rfft", _rfft)
rule(fft.irfft, "irfft", _irfft)


def _over(a: Array, s: Any, axes: Any) -> Any:
    """The (axis, length) pairs of an n-dimensional transform, in NumPy's order: last first."""
    if axes is None:
        axes = range(-len(s), 0) if s is not None else range(-np.ndim(a), 0)
    lengths = [None] * len(axes) if s is None else [None if n == -1 else n for n in s]
    if len(lengths) != len(axes):
        raise ValueError("Shape and axes have different lengths.")
    return list(zip(axes, lengths, strict=True))[::-1]


def _each_axis(transform: Any, default_axes: Any) -> Any:
    def transformed(a: Array, s: Any = None, axes: Any = default_axes, norm: Any = None, out: None = None) -> Array:
        for axis, n in _over(a, s, axes):
            a = transform(a, n=n, axis=axis, norm=norm)
        return a

    return transformed


def _real_last(real: Any, rest: Any, default_axes: Any, real_first: bool) -> Any:
    def transformed(a: Array, s: Any = None, axes: Any = default_axes, norm: Any = None, out: None = None) -> Array:
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
def _hfft(a: Array, n: Any = None, axis: int = -1, norm: Any = None, out: None = None) -> Array:
    return fft.irfft(np.conj(a), n=n, axis=axis, norm=_OTHER_NORM[norm])


@derived(fft.ihfft)
def _ihfft(a: Array, n: Any = None, axis: int = -1, norm: Any = None, out: None = None) -> Array:
    return np.conj(fft.rfft(a, n=n, axis=axis, norm=_OTHER_NORM[norm]))


def _shift(x: Array, axes: Any, direction: int) -> Array:
    axes = normalize_axes(axes, np.ndim(x)) if axes is None or not isinstance(axes, int) else (axes,)
    sizes = [np.shape(x)[a] for a in axes]
    return np.roll(x, [n // 2 if direction > 0 else -(n // 2) for n in sizes], axes)


@derived(fft.fftshift)
def _fftshift(x: Array, axes: Any = None) -> Array:
    return _shift(x, axes, 1)


@derived(fft.ifftshift)
def _ifftshift(x: Array, axes: Any = None) -> Array:
    return _shift(x, axes, -1)
