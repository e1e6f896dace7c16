"""NumPy's elementwise functions that are written in terms of others."""

import math

import numpy as np

from autograd.graph import raw
from autograd.rules.elementwise import where
from autograd.rules.table import derived
from autograd.typing import Array


@derived(np.where)
def _where(condition: Array, x: Array = None, y: Array = None) -> Array | tuple[Array, ...]:
    return np.nonzero(raw(condition)) if x is None else where(condition, x, y)


derived(np.sign)(lambda x: x / (abs(x) + np.equal(x, 0)) if np.iscomplexobj(x) else np.sign(raw(x)))


@derived(np.modf)
def _modf(x: Array) -> tuple[Array, Array]:
    whole = np.trunc(x)
    return np.where(np.isinf(whole), 0, x - whole), whole


derived(np.divmod)(lambda a, b: (np.floor_divide(a, b), np.remainder(a, b)))
derived(np.ldexp)(lambda x, exponent: x * np.ldexp(np.ones((), raw(x).dtype), exponent))
derived(np.copysign)(lambda a, b: np.absolute(a) * np.copysign(np.ones_like(raw(a)), raw(b)))


@derived(np.real_if_close)
def _real_if_close(a: Array, tol: float = 100) -> Array:
    return np.real(a) if np.isrealobj(np.real_if_close(raw(a), tol)) else a


@derived(np.unwrap)
def _unwrap(p: Array, discont: float | None = None, axis: int = -1, *, period: float = 2 * math.pi) -> Array:
    return p + (np.unwrap(raw(p), discont, axis, period=period) - raw(p))
