"""NumPy under the name that code for the PyPI `autograd` imports: `import autograd.numpy as np`.

Nearly everything here is NumPy's own, for NumPy's functions record what is done to nodes. Only the functions that make
arrays are different: they also take (nested lists of) nodes, which plain `np.array` refuses, and so do the reductions.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as _np

from autograd.graph import Node, nodes_in, raw
from autograd.rules.shaping import stacked

for _name in ("fft", "random"):  # import autograd.numpy.random as npr
    sys.modules[f"{__name__}.{_name}"] = getattr(_np, _name)


def __getattr__(name: str) -> Any:
    return getattr(_np, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(_np)})


def array(object: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.array`, of nodes too: they are stacked.

    >>> from autograd import grad
    >>> grad(lambda x: (array([x, 2 * x]) ** 2).sum())(1.0)
    10.0
    """
    if next(nodes_in([object]), None) is None:
        return _np.array(object, *args, **kwargs)
    made: Any = _np.copy(object) if isinstance(object, Node) else stacked(object)  # type: ignore[call-overload]
    dtype = kwargs.get("dtype", args[0] if args else None)
    made = made if dtype is None else _np.astype(made, dtype)
    missing = kwargs.get("ndmin", 0) - _np.ndim(raw(made))
    return _np.reshape(made, (1,) * missing + _np.shape(made)) if missing > 0 else made


def asarray(a: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.asarray`, of nodes too."""
    return a if isinstance(a, Node) and not args and not kwargs else array(a, *args, **kwargs)


asanyarray = ascontiguousarray = asarray


def full(shape: Any, fill_value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """`np.full`, of a node too."""
    if isinstance(fill_value, Node):
        filled: Any = _np.broadcast_to(fill_value, shape)  # type: ignore[call-overload]
        return filled if dtype is None else _np.astype(filled, dtype)
    return _np.full(shape, fill_value, dtype, **kwargs)


def where(condition: Any, *xy: Any, **named: Any) -> Any:
    """`np.where`, which also takes x and y by name."""
    return _np.where(condition, *xy, *(named.pop(name) for name in "xy" if name in named), **named)


def isscalar(element: Any) -> bool:
    """`np.isscalar`; True for a node of one number without axes, which stands for a float."""
    return _np.ndim(raw(element)) == 0 if isinstance(element, Node) else _np.isscalar(element)


def make_diagonal(D: Any, offset: int = 0, axis1: int = -1, axis2: int = -2) -> Any:
    """Arrays that are zero but for their diagonals, which are the last axis of D: the inverse of `np.diagonal`.

    >>> import numpy as np
    >>> make_diagonal(np.array([1.0, 2.0]))
    array([[1., 0.],
           [0., 2.]])
    """
    if (offset, axis1, axis2) != (0, -1, -2):
        raise NotImplementedError("make_diagonal makes main diagonals of the last two axes: offset 0, axes -1 and -2")
    return _np.where(_np.eye(_np.shape(D)[-1], dtype=bool), D[..., None], 0.0)


def of_lists(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's function, which takes (nested) lists of nodes too.

    >>> from autograd import grad
    >>> grad(lambda x: of_lists(_np.sum)([x, x**2]))(3.0)
    7.0
    """

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if any(type(x) in (list, tuple) for x in args):
            args = tuple([_joined(x) for x in args])
        return function(*args, **kwargs)

    return wrapper


def _joined(x: Any) -> Any:
    return array(x) if type(x) in (list, tuple) and next(nodes_in(x), None) is not None else x


for _name in ("append", "amax", "amin", "cumsum", "dot", "inner", "max", "mean", "median", "min", "outer", "prod",
              "ravel", "reshape", "squeeze", "std", "sum", "transpose", "var"):
    globals()[_name] = of_lists(getattr(_np, _name))


class _Joiner:
    """`np.r_` and `np.c_`, of nodes too."""

    def __init__(self, of_arrays: Any, columns: bool):
        self.of_arrays, self.columns = of_arrays, columns

    def __getitem__(self, parts: Any) -> Any:
        parts = parts if isinstance(parts, tuple) else (parts,)
        if next(nodes_in(parts), None) is None:
            return self.of_arrays[parts]
        rows = [_np.r_[x] if isinstance(x, slice) else _np.atleast_1d(asarray(x)) for x in parts]
        if not self.columns:
            return _np.concatenate(rows)
        return _np.concatenate([x[:, None] if _np.ndim(x) == 1 else x for x in rows], axis=-1)


r_, c_ = _Joiner(_np.r_, False), _Joiner(_np.c_, True)

import autograd.numpy.linalg as linalg  # noqa: E402, F401 (it needs of_lists)

__all__ = [*_np.__all__, "make_diagonal"]
