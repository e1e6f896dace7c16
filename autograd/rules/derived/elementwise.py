"""NumPy's elementwise functions that are written in terms of others."""

import numpy as np

from autograd.graph import raw
from autograd.rules.elementwise import sign, where
from autograd.rules.table import derived
from autograd.typing import Array


@derived(np.where)
def _where(condition: Array, x: Array = None, y: Array = None) -> Array | tuple[Array, ...]:
    return np.nonzero(raw(condition)) if x is None else where(condition, x, y)


derived(np.sign)(lambda x: sign(x) if np.iscomplexobj(x) else np.sign(raw(x)))


@derived(np.modf)
def _modf(x: Array) -> tuple[Array, Array]:
    return np.fmod(np.where(np.isinf(x), np.copysign(0.0, raw(x)), x), 1.0), np.trunc(x)


derived(np.divmod)(lambda a, b: (np.floor_divide(a, b), np.remainder(a, b)))


@derived(np.real_if_close)
def _real_if_close(a: Array, tol: float = 100) -> Array:
    return np.real(a) if np.isrealobj(np.real_if_close(raw(a), tol)) else a
