"""The error function, and the GELU that is made of it: in NumPy alone, and as fast as that can be.

erf(x) = tanh(x · R(x²)), for all x at once: R is smooth, and tanh forgives what is wrong with it where erf is near ±1.
Φ(x), which is (1 + erf(x/√2)) / 2, then is a logistic function of x · R(x²/2).
The form is that of E. Page, "Approximations to the cumulative normal function and its inverse for use on a pocket
calculator", Applied Statistics 26 (1977); his R has two terms. Here it is a quotient of polynomials that is right to
the last digits of a dtype: tests/nn/make_erf.py computes it, and tests/nn/test_erf.py compares with Python's math.erf.

Arrays are worked through in blocks that stay in the processor's cache.
"""

import math
from collections.abc import Iterator

import numpy as np

from autograd.extend import primitive, rule
from autograd.typing import Array

# R's numerator and denominator from the highest power down; the denominator's first is 1
_R = {
    np.float32: (np.array([6.70496032, 131.294771, 861.546113, 3474.46715], np.float32),
                 np.array([72.9285716, 483.075625, 3079.16633], np.float32)),  # within 4e-9
    np.float64: (np.array([16.312835998763713, 2251.4150835979309, 79802.358708644532, 1597842.6232647871,
                           21794315.018345443, 209424634.67217994, 1443624121.6944493, 6982123582.0576210,
                           22011758172.719235, 38983741571.746736]),
                 np.array([482.11798263994552, 28087.421653263766, 664526.79659163109, 10545201.368321571,
                           113625662.61227911, 872038865.69949529, 4704016726.5725787, 16360745966.145205,
                           34548441435.773978])),  # within 2e-17
}
_BLOCK = 32_768  # numbers: a block and what is computed from it fit the cache
_FAR = 40.0  # from here on Φ is 0 or 1, in every dtype
_LARGE = 1e6  # powers of such a number, which is a square, do not overflow; larger ones are made smaller first
_QUIET = np.errstate(over="ignore", invalid="ignore")  # where numbers are large, which is seen to


def _floating(x: Array) -> Array:
    """An array of floating numbers; complex ones are refused."""
    x = np.asarray(x)
    return x if x.dtype.kind == "f" else x.astype(np.float64, casting="same_kind")


def _line(x: Array) -> Array:
    """The numbers in one axis, as float32 or float64: half precision is computed in single."""
    return np.ravel(x).astype(np.float32 if x.dtype in (np.float16, np.float32) else np.float64, copy=False)


def _blocks(size: int) -> Iterator[slice]:
    return (slice(i, i + _BLOCK) for i in range(0, size, _BLOCK))


def _times_r(x: Array, table: tuple[Array, Array], out: Array, square: Array, above: Array) -> bool:
    """x · R(x²) of a block, into `out`; `square` and `above` are overwritten. True if all of x is moderate."""
    numerator, denominator = table
    np.multiply(x, x, out=square)
    moderate = bool(square.max() < _LARGE)  # False for nan, too
    if not moderate:
        x = np.clip(x, -_FAR, _FAR)
        np.multiply(x, x, out=square)
    np.multiply(square, numerator[0], out=above)
    np.add(square, denominator[0], out=out)
    for c in numerator[1:-1]:  # Horner's scheme
        above += c
        above *= square
    above += numerator[-1]
    for c in denominator[1:]:
        out *= square
        out += c
    above *= x
    np.divide(above, out, out=out)
    return moderate


@primitive
@_QUIET
def erf(x: Array) -> Array:
    """The error function, 2/√π ∫₀ˣ exp(-t²) dt, elementwise: to 4 units in the last place.

    >>> float(erf(np.array(0.5))) == math.erf(0.5)
    True
    """
    x = _floating(x)
    line = _line(x)
    out, *room = (np.empty_like(line[:n]) for n in (line.size, _BLOCK, _BLOCK))
    for part in _blocks(line.size):
        block, y = line[part], out[part]
        _times_r(block, _R[line.dtype.type], y, *(a[: y.size] for a in room))
        np.tanh(y, out=y)
    return np.reshape(out, x.shape).astype(x.dtype, copy=False)


def _bell(x: Array, scale: float) -> tuple[Array, Array]:
    """exp(-scale·x²), and x itself; where that is large and the other 0, x stops growing: its square would overflow."""
    x = np.clip(x, -_FAR, _FAR)
    return np.exp(-scale * x * x), x


rule(erf, "erf", lambda g, y, x: g * (2 / math.sqrt(math.pi) * _bell(x, 1.0)[0]), elementwise=True, scalar=math.erf)


def _for_gelu(numerator: Array, denominator: Array) -> tuple[Array, Array]:
    """R for which Φ(x) = 1 / (1 + exp(x · R(x²))), from that of erf."""
    twos = 2.0 ** np.arange(numerator.size)  # as R is of x²/2
    scale = -2 * math.sqrt(0.5)
    return (numerator * twos * scale).astype(numerator.dtype), (denominator * twos[1:]).astype(numerator.dtype)


_R_GELU = {kind: _for_gelu(*table) for kind, table in _R.items()}


@_QUIET
def gelu(x: Array) -> Array:
    """x · Φ(x) of an array, with the exact Φ; 0 at -∞."""
    x = _floating(x)
    line = _line(x)
    out, *room = (np.empty_like(line[:n]) for n in (line.size, _BLOCK, _BLOCK))
    for part in _blocks(line.size):
        block, y = line[part], out[part]
        moderate = _times_r(block, _R_GELU[line.dtype.type], y, *(a[: y.size] for a in room))
        np.exp(y, out=y)
        y += 1
        np.divide(block, y, out=y)
        if not moderate:
            np.copyto(y, 0, where=block < -_FAR)
    return np.reshape(out, x.shape).astype(x.dtype, copy=False)


@primitive
@_QUIET
def gelu_pull(g: Array, y: Array, x: Array) -> Array:
    """g · (Φ(x) + x Φ'(x)), the gradient of x where that of y = x · Φ(x) is g."""
    x = _floating(x)
    line, seed = _line(x), _line(np.broadcast_to(g, x.shape).astype(x.dtype, copy=False))
    # Φ = y/x is quicker than to compute it again; in half precision y is too coarse for that
    known = _line(np.asarray(y)) if x.dtype != np.float16 else gelu(line)
    out, *room = (np.empty_like(line[:n]) for n in (line.size, _BLOCK, _BLOCK))
    tiny = np.finfo(line.dtype).tiny
    for part in _blocks(line.size):
        block, product, slope = line[part], known[part], out[part]
        bell, square = (a[: slope.size] for a in room)
        np.multiply(block, block, out=square)
        if not square.max() < _LARGE:
            block, product = np.clip(block, -_FAR, _FAR), np.minimum(product, _FAR)
            np.multiply(block, block, out=square)
        np.multiply(square, -0.5, out=bell)
        np.exp(bell, out=bell)
        bell *= block
        bell *= 1 / math.sqrt(2 * math.pi)
        np.multiply(product, block, out=slope)
        slope += 0.5 * tiny
        square += tiny
        slope /= square  # Φ = y/x = yx/x², and 1/2 at 0
        slope += bell
        slope *= seed[part]
    return np.reshape(out, x.shape).astype(x.dtype, copy=False)


def _gelu_pull(g: Array, pulled: Array, seed: Array, y: Array, x: Array) -> Array:
    bell, x = _bell(x, 0.5)
    return g * seed * (bell * (2 - x * x) / math.sqrt(2 * math.pi))


# y has no gradient of its own: it is a function of x, whose rule has all of the slope
rule(gelu_pull, "GELU'", lambda g, pulled, seed, y, x: gelu_pull(g, y, x), None, _gelu_pull, elementwise=True)
