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

from autograd.complaints import no_rule
from autograd.graph import NO_SETTINGS, raw
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
                          lambda g, y, a, b: -g * (y / b))
rule(np.negative, "neg",  lambda g, y, x: -g)
rule(np.reciprocal, "1/", lambda g, y, x: -g * y * y)
rule(np.square, "²",      lambda g, y, x: g * x * 2)
rule(np.sqrt, "√",        lambda g, y, x: g * 0.5 / y)

# ---- exponentials and logarithms ------------------------------------------------------------------------------------
rule(np.exp, "exp",       lambda g, y, x: g * y)
rule(np.expm1, "expm1",   lambda g, y, x: g * np.exp(x))
rule(np.log, "log",       lambda g, y, x: g / x)
rule(np.log1p, "log1p",   lambda g, y, x: g / (x + 1))

# ---- trigonometric and hyperbolic -----------------------------------------------------------------------------------
rule(np.sin, "sin",       lambda g, y, x: g * np.cos(x))
rule(np.cos, "cos",       lambda g, y, x: g * -np.sin(x))
rule(np.tan, "tan",       lambda g, y, x: g * (1 + y * y))
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
# Where there is no derivative, or it is not one number, every rule of this package gives the same, first and second:
#   a kink, a corner, an origin   the subgradient of least norm: 0 for abs, relu, hypot, arctan2, angle, sign and norm
#   a tie                         equal shares: 1/2 each for max and min, and of logaddexp at (inf, inf)
#   a step, and a bound of clip   the slope beside it: 0 for floor and heaviside, 1 inside clip
#   a vertical tangent            ±inf, its limit: sqrt and cbrt at 0, arcsin and arccosh at 1
#   an infinite argument          the limit: arctan2 and arctan 0, hypot the direction
#   a NaN                         goes to where it came from: to the operand of maximum that is NaN
# A slope is worked out in steps that neither overflow nor underflow where the slope itself does not.
LOG2, LOG10 = math.log(2.0), math.log(10.0)


def _circle(x: Array) -> tuple[Array, Array]:
    """Two factors of 1 + x², which itself may overflow."""
    return (x + 1j, x - 1j) if np.iscomplexobj(x) else (np.hypot(x, 1),) * 2


def _arctan(g: Array, y: Array, x: Array) -> Array:
    p, q = _circle(x)
    return g / p / q


def _arcsinh(g: Array, y: Array, x: Array) -> Array:
    return g / (np.sqrt(1 + 1j * x) * np.sqrt(1 - 1j * x) if np.iscomplexobj(x) else np.hypot(x, 1))


rule(np.arctan, "arctan", _arctan)
rule(np.arcsinh, "arcsinh", _arcsinh)
rule(np.positive, "pos",          lambda g, y, x: g)
rule(np.cbrt, "∛",                lambda g, y, x: g / 3 / y / y)
rule(np.remainder, "mod",         lambda g, y, a, b: g,
                                  lambda g, y, a, b: -g * np.floor_divide(a, b))
rule(np.fmod, "fmod",             lambda g, y, a, b: g,
                                  lambda g, y, a, b: -g * np.rint((a - y) / b))
rule(np.exp2, "exp2",             lambda g, y, x: g * (y * LOG2))
rule(np.log2, "log2",             lambda g, y, x: g / LOG2 / x)
rule(np.log10, "log10",           lambda g, y, x: g / LOG10 / x)
# two roots: that of the product loses digits near 1, and is on another branch for complex x
rule(np.arcsin, "arcsin",         lambda g, y, x: g / np.sqrt(-(x - 1)) / np.sqrt(x + 1))
rule(np.arccos, "arccos",         lambda g, y, x: -g / np.sqrt(-(x - 1)) / np.sqrt(x + 1))
rule(np.arccosh, "arccosh",       lambda g, y, x: g / np.sqrt(x - 1) / np.sqrt(x + 1))
rule(np.arctanh, "arctanh",       lambda g, y, x: g / (1 - x) / (1 + x))
for to_radians in (np.deg2rad, np.radians):
    rule(to_radians, "rad",       lambda g, y, x: g * (math.pi / 180))
for to_degrees in (np.rad2deg, np.degrees):
    rule(to_degrees, "deg",       lambda g, y, x: g * (180 / math.pi))


# ---- powers ---------------------------------------------------------------------------------------------------------
def _power_base(g: Array, y: Array, a: Array, b: Array) -> Array:
    # b·aᵇ⁻¹, but 0·a⁰ where b = 0 and a is 0 or NaN: constants differentiate to 0. b · 1, for b may be True
    return g * (b * a ** (b * 1 - ((abs(a) > 0) | (b != 0))))


def _power_exponent(g: Array, y: Array, a: Array, b: Array) -> Array:
    # where aᵇ is 0 it stays 0 as b changes: log 1, not log 0 or log inf; and 0⁰ is a constant
    base = np.where((y == 0) | (a == 0) & (b == 0), 1, a) * 1.0  # small integers would be taken in half precision
    return g * (y * np.log(base + 0j if np.iscomplexobj(y) else base))  # (-2) ** 1j is a number


rule(np.power, "**", _power_base, _power_exponent)
rule(np.float_power, "**", _power_base, _power_exponent)


# ---- special functions ----------------------------------------------------------------------------------------------
@dispatching
def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), elementwise, without overflow.

    >>> float(sigmoid(0.0))
    0.5
    """
    if getattr(x, "dtype", None) == np.float16:  # which overflows where the result is not 0 yet
        return sigmoid(np.float32(x)).astype(np.float16)
    with np.errstate(over="ignore"):  # where exp(-x) is infinite, the result is 0, as it should be
        return 1 / (1 + np.exp(-x))


rule(sigmoid, "σ", lambda g, y, x: g * (y * (1 - y)),
     scalar=lambda x: 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x)))


# ---- of two numbers, by their size or angle ------------------------------------------------------------------------
def _share_of_sum(a: Array, b: Array) -> Array:
    """exp a / (exp a + exp b); 1/2 where both are the same infinity."""
    both = np.isinf(a) & np.equal(a, b)
    return sigmoid(np.where(both, 0, a) - np.where(both, 0, b))


def _turn(a: Array, b: Array) -> Array:
    """a / (a² + b²); 0 at the origin, and infinitely far from it."""
    size = np.hypot(a, b)
    nowhere = (size == 0) | np.isinf(size)
    size = np.where(nowhere, 1, size)
    return np.where(nowhere, 0, a) / size / size


def _direction(y: Array, a: Array, b: Array) -> Array:
    """a / y for y = hypot(a, b); 0 at the origin, and infinitely far from it what the infinite ones of a and b say."""
    far = np.isinf(y)
    if np.any(far):
        endless = np.isinf(a) | np.isinf(b)
        u, v = (np.where(endless, np.copysign(1, x) * np.isinf(x), x / 4) for x in (a, b))
        a, y = np.where(far, u, a), np.where(far, np.hypot(u, v), y)
    origin = y == 0
    return np.where(origin, 0, a) / np.where(origin, 1, y)


rule(np.logaddexp, "logaddexp",   lambda g, y, a, b: g * _share_of_sum(a, b),
                                  lambda g, y, a, b: g * _share_of_sum(b, a))
rule(np.logaddexp2, "logaddexp2", lambda g, y, a, b: g * _share_of_sum(a * LOG2, b * LOG2),
                                  lambda g, y, a, b: g * _share_of_sum(b * LOG2, a * LOG2))
rule(np.arctan2, "arctan2",       lambda g, y, a, b: g * _turn(b, a),
                                  lambda g, y, a, b: -g * _turn(a, b))
rule(np.hypot, "hypot",           lambda g, y, a, b: g * _direction(y, a, b),
                                  lambda g, y, a, b: g * _direction(y, b, a))


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


for function, symbol, slope in ((np.sinc, "sinc", _sinc), (np.i0, "I₀", _i0)):
    rule(function, symbol, slope, elementwise=True).risky = True  # as exp is: see careful.py


# ---- kinks: ties share the gradient equally -------------------------------------------------------------------------
def _chosen(y: Array, x: Array) -> Array:
    return np.equal(x, y) | np.isnan(x) & np.isnan(y)


def _share(y: Array, mine: Array, other: Array) -> Array:
    """1 where `mine` was chosen, 0 where `other` was, 1/2 where they are equal."""
    chosen = _chosen(y, mine)
    return chosen / np.add(chosen, _chosen(y, other), dtype=float)


for extreme, symbol in ((np.maximum, "max"), (np.minimum, "min"), (np.fmax, "fmax"), (np.fmin, "fmin")):
    rule(extreme, symbol, lambda g, y, a, b: g * _share(y, a, b),
                          lambda g, y, a, b: g * _share(y, b, a))


@dispatching
def sign(x: Array) -> Array:
    """`np.sign` of complex numbers, x / |x|; that of real ones is a constant."""
    return np.sign(x)


rule(sign, "sign", lambda g, y, x: np.imag(g * y) * (1j * np.conj(y)) / np.where(x == 0, 1, np.absolute(x)),
     elementwise=True)
rule(np.absolute, "abs", lambda g, y, x: g * np.conj(np.sign(x)))
rule(np.fabs, "fabs", lambda g, y, x: g * np.sign(x))
rule(np.copysign, "copysign", lambda g, y, a, b: g * (np.sign(a) * np.copysign(1, b)), None)
rule(np.ldexp, "ldexp", lambda g, y, x, n: g * np.exp2(1.0 * n), None)
rule(np.unwrap, "unwrap", lambda g, y, p, **_: g)
rule(np.heaviside, "heaviside", None, lambda g, y, a, b: np.where(np.equal(a, 0), g, 0))


def _nan_to_num(g: Array, y: Array, x: Array, **_: Array) -> Array:
    if np.iscomplexobj(x):  # each part by itself
        return np.where(np.isfinite(np.real(x)), np.real(g), 0) + 1j * np.where(np.isfinite(np.imag(x)), np.imag(g), 0)
    return np.where(np.isfinite(x), g, 0)


def _nan_to_num_arguments(x: Array, copy: bool = True, nan: ArrayLike = 0.0, posinf: ArrayLike | None = None,
                          neginf: ArrayLike | None = None) -> Bound:
    return (x,), {"nan": nan, "posinf": posinf, "neginf": neginf}  # always a copy: a node does not change


rule(np.nan_to_num, "nan_to_num", _nan_to_num, bind=_nan_to_num_arguments)

_ABSENT: Array = object()


def _clip_arguments(a: Array, a_min: Array = _ABSENT, a_max: Array = _ABSENT, out: None = None, *, min: Array = _ABSENT,
                    max: Array = _ABSENT, order: str = "K", subok: bool = True, **settings: Array) -> Bound:
    if out is not None or {k: v for k, v in settings.items() if v is not None} not in ({}, {"casting": "same_kind"}):
        raise no_rule(f"clip with out= or {', '.join(settings)}", "clip x.astype(…), or what np.where gives")
    if not (a_min is a_max is _ABSENT or min is max is _ABSENT):
        raise ValueError("clip takes min= and max=, or a_min and a_max, and not some of both")
    if (a_min is _ABSENT) != (a_max is _ABSENT):
        raise TypeError("clip() takes both of a_min and a_max; None stands for no bound")
    low, high = (min, max) if a_min is _ABSENT else (a_min, a_max)
    kind = np.asarray(raw(a)).dtype
    ends = (int(np.iinfo(kind).min), int(np.iinfo(kind).max)) if kind.kind in "iu" else (-np.inf, np.inf)
    low, high = (end if x is None or x is _ABSENT else x for x, end in zip((low, high), ends, strict=True))
    return (a, low, high), NO_SETTINGS


# at a bound the gradient is still passed on, as PyTorch's clamp does; where the bounds are equal there is none
rule(np.clip, "clip",
     lambda g, y, x, low, high: np.where((x < low) | (x > high) | np.logical_not(low < high), 0, g),
     lambda g, y, x, low, high: np.where((x < low) & (low <= high) | np.isnan(low), g, 0),
     lambda g, y, x, low, high: np.where((x > high) | (low > high) | np.isnan(high), g, 0),
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
rule(np.real, "Re",           lambda g, y, x: g, elementwise=True)
rule(np.imag, "Im",           lambda g, y, x: g * -1j if np.iscomplexobj(x) else 0 * g, elementwise=True)
rule(np.conjugate, "conj",    lambda g, y, x: np.conjugate(g))


def _angle(g: Array, y: Array, x: Array, deg: bool = False) -> Array:
    if not np.iscomplexobj(x):
        return 0 * g
    return np.where(x == 0, 0, g * (-180j / math.pi if deg else -1j)) / np.where(x == 0, 1, x)


rule(np.angle, "angle", _angle, elementwise=True)
