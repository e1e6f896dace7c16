"""Derivatives of NumPy's elementwise functions, one row each: the function, its symbol, and a vjp for each input.

A vjp is the chain rule at one operation, y = f(x): it is given `g`, how the final result changes with y, and returns
how the final result changes with x, which is g · f'(x). It may use `y`, which is already computed: the slope of exp
is exp again. Where inputs are broadcast, no rule mentions it: `chain.py`, which is what to read next, sees to that.

This is how one would add `sinh`, if it were not there. Its second derivative comes with it, for a rule is made of
functions that have rules:

>>> from autograd import grad
>>> from autograd.rules.table import TABLE
>>> kept = TABLE[np.sinh]
>>> _ = rule(np.sinh, "sinh", lambda g, y, x: g * np.cosh(x))
>>> grad(np.sinh)(0.0), grad(grad(np.sinh))(0.0)
(1.0, 0.0)
>>> TABLE[np.sinh] = kept
"""

import functools
import math

import numpy as np

from autograd.graph import NO_SETTINGS
from autograd.rules.calls import Bound, dispatching
from autograd.rules.scalars import step, zero_like
from autograd.rules.table import rule
from autograd.typing import Array, ArrayLike

# ---- arithmetic -----------------------------------------------------------------------------------------------------
rule(np.add, "+",         lambda g, y, a, b: g,
                          lambda g, y, a, b: g)
rule(np.subtract, "-",    lambda g, y, a, b: g,
                          lambda g, y, a, b: -g)
rule(np.multiply, "×",    lambda g, y, a, b: g * b,
                          lambda g, y, a, b: g * a)
rule(np.divide, "/",      lambda g, y, a, b: g / b,
                          lambda g, y, a, b: -g * y / b)
rule(np.negative, "neg",  lambda g, y, x: -g)
rule(np.reciprocal, "1/", lambda g, y, x: -g * y * y)
rule(np.square, "²",      lambda g, y, x: g * (2 * x))
rule(np.sqrt, "√",        lambda g, y, x: g * 0.5 / y)

# ---- exponentials and logarithms ------------------------------------------------------------------------------------
rule(np.exp, "exp",       lambda g, y, x: g * y)
rule(np.expm1, "expm1",   lambda g, y, x: g * (y + 1))
rule(np.log, "log",       lambda g, y, x: g / x)
rule(np.log1p, "log1p",   lambda g, y, x: g / (x + 1))

# ---- trigonometric and hyperbolic -----------------------------------------------------------------------------------
rule(np.sin, "sin",       lambda g, y, x: g * np.cos(x))
rule(np.cos, "cos",       lambda g, y, x: g * -np.sin(x))
rule(np.tan, "tan",       lambda g, y, x: g * (1 + y * y))
rule(np.arctan, "arctan", lambda g, y, x: g / (1 + x * x))
rule(np.sinh, "sinh",     lambda g, y, x: g * np.cosh(x))
rule(np.cosh, "cosh",     lambda g, y, x: g * np.sinh(x))
rule(np.tanh, "tanh",     lambda g, y, x: g * (1 - y * y))


# ---- relu -----------------------------------------------------------------------------------------------------------
@dispatching
def relu(x: Array) -> Array:
    """max(x, 0), elementwise, with relu'(0) = 0.

    >>> relu(np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 2.])
    """
    return np.maximum(x, zero_like(x))


rule(relu, "ReLU",        lambda g, y, x: g * step(y), scalar=lambda x: x if x > 0 or x != x else 0.0)

# ---- the first screen ends here: what follows is more of the same ---------------------------------------------------
LOG2, LOG10 = math.log(2.0), math.log(10.0)

rule(np.positive, "pos",          lambda g, y, x: g)
rule(np.cbrt, "∛",                lambda g, y, x: g / (3 * y * y))
rule(np.remainder, "mod",         lambda g, y, a, b: g,
                                  lambda g, y, a, b: -g * np.floor(a / b))
rule(np.fmod, "fmod",             lambda g, y, a, b: g,
                                  lambda g, y, a, b: -g * np.trunc(a / b))
rule(np.exp2, "exp2",             lambda g, y, x: g * (y * LOG2))
rule(np.log2, "log2",             lambda g, y, x: g / (x * LOG2))
rule(np.log10, "log10",           lambda g, y, x: g / (x * LOG10))
rule(np.logaddexp, "logaddexp",   lambda g, y, a, b: g * np.exp(a - y),
                                  lambda g, y, a, b: g * np.exp(b - y))
rule(np.logaddexp2, "logaddexp2", lambda g, y, a, b: g * np.exp2(a - y),
                                  lambda g, y, a, b: g * np.exp2(b - y))
rule(np.arcsin, "arcsin",         lambda g, y, x: g / np.sqrt(1 - x * x))
rule(np.arccos, "arccos",         lambda g, y, x: -g / np.sqrt(1 - x * x))
rule(np.arcsinh, "arcsinh",       lambda g, y, x: g / np.sqrt(x * x + 1))
# two roots: that of the product is on another branch for complex x
rule(np.arccosh, "arccosh",       lambda g, y, x: g / (np.sqrt(x - 1) * np.sqrt(x + 1)))
rule(np.arctanh, "arctanh",       lambda g, y, x: g / (1 - x * x))
rule(np.arctan2, "arctan2",       lambda g, y, a, b: g * b / (a * a + b * b),
                                  lambda g, y, a, b: -g * a / (a * a + b * b))
rule(np.hypot, "hypot",           lambda g, y, a, b: g * (a / y),
                                  lambda g, y, a, b: g * (b / y))
for to_radians in (np.deg2rad, np.radians):
    rule(to_radians, "rad",       lambda g, y, x: g * (math.pi / 180))
for to_degrees in (np.rad2deg, np.degrees):
    rule(to_degrees, "deg",       lambda g, y, x: g * (180 / math.pi))


# ---- powers ---------------------------------------------------------------------------------------------------------
def _power_base(g: Array, y: Array, a: Array, b: Array) -> Array:
    # b·aᵇ⁻¹, but 0·0⁰ where a = b = 0: constants differentiate to 0, not to NaN
    return g * (b * a ** (b - ((a != 0) | (b != 0))))


def _power_exponent(g: Array, y: Array, a: Array, b: Array) -> Array:
    return g * (y * np.log(a + (a == 0)))  # 0ᵇ stays 0 as b changes: log 1, not log 0


rule(np.power, "**", _power_base, _power_exponent)
rule(np.float_power, "**", _power_base, _power_exponent)


# ---- special functions ----------------------------------------------------------------------------------------------
@dispatching
def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), elementwise, without overflow.

    >>> float(sigmoid(0.0))
    0.5
    """
    with np.errstate(over="ignore"):  # where exp(-x) is infinite, the result is 0, as it should be
        return 1 / (1 + np.exp(-x))


rule(sigmoid, "σ", lambda g, y, x: g * (y * (1 - y)),
     scalar=lambda x: 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x)))


# sinc'(x) = Σ (-1)ᵏ 2k π²ᵏ x²ᵏ⁻¹ / (2k+1)!: near 0 the closed form is 0/0
_SINC_SLOPE = [(-1) ** k * 2 * k * math.pi ** (2 * k) / math.factorial(2 * k + 1) for k in range(1, 16)]


def _sinc(g: Array, y: Array, x: Array) -> Array:
    near = abs(x) < 0.7
    far = np.where(near, 1.0, x)
    slope = (np.cos(math.pi * far) - np.sin(math.pi * far) / (math.pi * far)) / far
    square = np.where(near, x, 0.0) ** 2
    series = functools.reduce(lambda total, term: total * square + term, reversed(_SINC_SLOPE))  # Horner's scheme
    return g * np.where(near, x * series, slope)


# I₁(x) is the mean over θ of cos θ · sinh(x cos θ). The trapezoidal rule on a circle converges exponentially: 256
# points are exact to rounding wherever I₁ is finite (Trefethen & Weideman, SIAM Review 56, 2014).
_CIRCLE = np.cos(2 * math.pi * np.arange(256) / 256)


def _i0(g: Array, y: Array, x: Array) -> Array:
    return g * np.mean(_CIRCLE * np.sinh(np.expand_dims(x, -1) * _CIRCLE), axis=-1)


rule(np.sinc, "sinc", _sinc)
rule(np.i0, "I₀", _i0)


# ---- kinks: ties share the gradient equally -------------------------------------------------------------------------
def _share(y: Array, mine: Array, other: Array) -> Array:
    """1 where `mine` was chosen, 0 where `other` was, 1/2 where they are equal."""
    chosen = np.equal(mine, y)
    return chosen / np.add(chosen, np.equal(other, y), dtype=float)


for extreme, symbol in ((np.maximum, "max"), (np.minimum, "min"), (np.fmax, "fmax"), (np.fmin, "fmin")):
    rule(extreme, symbol, lambda g, y, a, b: g * _share(y, a, b),
                          lambda g, y, a, b: g * _share(y, b, a))


rule(np.absolute, "abs", lambda g, y, x: g * np.conj(x) / (y + (y == 0)) if np.iscomplexobj(x) else g * np.sign(x))
rule(np.fabs, "fabs", lambda g, y, x: g * np.sign(x))
rule(np.heaviside, "heaviside", lambda g, y, a, b: 0 * g,
                                lambda g, y, a, b: g * np.equal(a, 0))
rule(np.nan_to_num, "nan_to_num", lambda g, y, x, **_: g * np.isfinite(x))


def _clip_arguments(a: Array, a_min: ArrayLike | None = None, a_max: ArrayLike | None = None, *,
                    min: ArrayLike | None = None, max: ArrayLike | None = None) -> Bound:
    low, high = a_min if min is None else min, a_max if max is None else max
    return (a, -np.inf if low is None else low, np.inf if high is None else high), NO_SETTINGS


# at a bound the gradient is still passed on, as PyTorch's clamp does
rule(np.clip, "clip", lambda g, y, x, low, high: np.where((x >= low) & (x <= high), g, 0),
                      lambda g, y, x, low, high: np.where((x < low) & (low <= high), g, 0),
                      lambda g, y, x, low, high: np.where((x > high) | (low > high), g, 0),
     bind=_clip_arguments,
     forward=lambda x, low, high: np.minimum(np.maximum(x, low), high))  # float bounds keep float32 as float32


@dispatching
def where(condition: Array, x: Array, y: Array) -> Array:
    """`np.where` of three arguments; with one it is another function, `np.nonzero`."""
    return np.where(condition, x, y)


rule(where, "where", None,
                     lambda g, y, c, a, b: np.where(c, g, 0),
                     lambda g, y, c, a, b: np.where(c, 0, g))

# ---- complex numbers ------------------------------------------------------------------------------------------------
rule(np.real, "Re",           lambda g, y, x: g)
rule(np.imag, "Im",           lambda g, y, x: g * -1j if np.iscomplexobj(x) else 0 * g)
rule(np.conjugate, "conj",    lambda g, y, x: np.conjugate(g))


def _angle(g: Array, y: Array, x: Array, deg: bool = False) -> Array:
    if not np.iscomplexobj(x):
        return 0 * g
    return g * (180 / math.pi if deg else 1.0) * np.conjugate(x * 1j) / (np.real(x) ** 2 + np.imag(x) ** 2)


rule(np.angle, "angle", _angle)
