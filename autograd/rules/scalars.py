"""What a Value computes with: Python's own functions, an order of magnitude faster on a float than NumPy's."""

import math
import operator

import numpy as np

from autograd.typing import Array, Function

SCALARS: dict[Function, Function] = {
    np.add: operator.add, np.subtract: operator.sub, np.multiply: operator.mul, np.divide: operator.truediv,
    np.negative: operator.neg, np.absolute: abs, np.power: operator.pow, np.square: lambda x: x * x,
    np.arcsin: math.asin, np.arccos: math.acos, np.arctan: math.atan, np.arctan2: math.atan2,
    np.arcsinh: math.asinh, np.arccosh: math.acosh, np.arctanh: math.atanh,
} | {
    getattr(np, name): getattr(math, name)
    for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "sinh",
                 "cosh", "tanh", "hypot")
}


_FLOAT64, _ZERO = np.dtype(np.float64), np.array(0.0)


def zero_like(x: Array) -> Array:
    """0 to compare `x` with; of an array of its own dtype NumPy makes half the work of Python's number.

    >>> zero_like(2.0), zero_like(np.array([1.0]))
    (0, array(0.))
    """
    return _ZERO if getattr(x, "dtype", None) is _FLOAT64 else 0


def step(y: Array) -> Array:
    """1 where y > 0, 0 where y = 0 and NaN where it is NaN; y is never negative.

    For arrays np.sign says so in floats, by which small arrays are multiplied twice as fast as by booleans.

    >>> step(2.0), step(np.array([0.0, 3.0]))
    (True, array([0., 1.]))
    """
    return np.sign(y) if hasattr(y, "dtype") else y > 0 if y == y else y
