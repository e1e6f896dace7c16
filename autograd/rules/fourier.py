"""Derivatives of the discrete Fourier transforms.

A transform is linear and its matrix symmetric, so the transform of a gradient is its own vjp; a real transform keeps
half of a spectrum, whose other half is its mirror image.
"""

from typing import Literal, TypeAlias

import numpy as np

from autograd.rules.calls import normalize_axes
from autograd.rules.indexing import along
from autograd.rules.table import rule
from autograd.typing import Array, Function

fft = np.fft
Norm: TypeAlias = Literal["backward", "forward", "ortho"] | None
OTHER_NORM: dict[Norm, Norm] = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def _fitted(g: Array, n: int, axis: int) -> Array:
    """`g` cut, or padded with zeros, to length n: what a transform does to its input."""
    (axis,) = normalize_axes(axis, np.ndim(g))
    size = np.shape(g)[axis]
    if size >= n:
        return along(g, axis, slice(n))
    return np.pad(g, [(0, n - size if i == axis else 0) for i in range(np.ndim(g))])


def _complex(transform: Function) -> Function:
    def vjp(g: Array, y: Array, a: Array, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
        return _fitted(transform(g, axis=axis, norm=norm), np.shape(a)[axis], axis)

    return vjp


def _rfft(g: Array, y: Array, a: Array, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    n = np.shape(a)[axis] if n is None else n
    return _fitted(np.real(fft.fft(_fitted(g, n, axis), axis=axis, norm=norm)), np.shape(a)[axis], axis)


def _irfft(g: Array, y: Array, a: Array, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    n = np.shape(g)[axis]
    spectrum = np.conj(fft.rfft(g, axis=axis, norm=OTHER_NORM[norm]))
    (axis,) = normalize_axes(axis, np.ndim(g))
    twice = np.full(n // 2 + 1, 2.0)  # every frequency but 0 and the highest stands for two
    twice[[0] if n % 2 else [0, -1]] = 1.0
    return _fitted(spectrum * twice.reshape((-1,) + (1,) * (np.ndim(g) - axis - 1)), np.shape(a)[axis], axis)


rule(fft.fft, "fft", _complex(fft.fft))
rule(fft.ifft, "ifft", _complex(fft.ifft))
rule(fft.rfft, "rfft", _rfft)
rule(fft.irfft, "irfft", _irfft)
