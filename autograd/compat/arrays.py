"""The functions that make arrays, and the reductions, for `autograd.numpy`: they take nested lists of nodes too."""

from functools import wraps
from typing import Any

import numpy as np

from autograd.graph import Node, nodes_in, raw
from autograd.rules.shaping import stacked
from autograd.typing import Array, DTypeLike, Function, Shape, Tree


def _holds_nodes(tree: Tree) -> bool:
    return next(nodes_in(tree), None) is not None


def array(object: Tree, *args: Any, **kwargs: Any) -> Array:
    """`np.array`, of nodes too: they are stacked.

    >>> from autograd import grad
    >>> grad(lambda x: (array([x, 2 * x]) ** 2).sum())(1.0)
    10.0
    """
    if not _holds_nodes(object):
        return np.array(object, *args, **kwargs)
    made: Array = np.copy(object) if isinstance(object, Node) else stacked(object)  # type: ignore[call-overload]
    dtype = kwargs.get("dtype", args[0] if args else None)
    made = made if dtype is None else np.astype(made, dtype)
    missing = kwargs.get("ndmin", 0) - np.ndim(raw(made))
    return np.reshape(made, (1,) * missing + np.shape(made)) if missing > 0 else made


def asarray(a: Tree, *args: Any, **kwargs: Any) -> Array:
    """`np.asarray`, of nodes too."""
    return a if isinstance(a, Node) and not args and not kwargs else array(a, *args, **kwargs)


def full(shape: int | Shape, fill_value: Array, dtype: DTypeLike | None = None, **kwargs: Any) -> Array:
    """`np.full`, of a node too."""
    if isinstance(fill_value, Node):
        filled: Array = np.broadcast_to(fill_value, shape)  # type: ignore[call-overload]
        return filled if dtype is None else np.astype(filled, dtype)
    return np.full(shape, fill_value, dtype, **kwargs)


def where(condition: Array, *xy: Array, **named: Array) -> Array | tuple[Array, ...]:
    """`np.where`, which also takes x and y by name."""
    return np.where(condition, *xy, *(named.pop(name) for name in "xy" if name in named), **named)


def isscalar(element: object) -> bool:
    """`np.isscalar`; True for a node of one number without axes, which stands for a float."""
    return np.ndim(raw(element)) == 0 if isinstance(element, Node) else np.isscalar(element)


def make_diagonal(D: Array, offset: int = 0, axis1: int = -1, axis2: int = -2) -> Array:
    """Arrays that are zero but for their diagonals, which are the last axis of D: the inverse of `np.diagonal`.

    >>> import numpy as np
    >>> make_diagonal(np.array([1.0, 2.0]))
    array([[1., 0.],
           [0., 2.]])
    """
    if (offset, axis1, axis2) != (0, -1, -2):
        raise NotImplementedError("make_diagonal makes main diagonals of the last two axes: offset 0, axes -1 and -2")
    return np.where(np.eye(np.shape(D)[-1], dtype=bool), D[..., None], 0.0)


def of_lists(function: Function) -> Function:
    """NumPy's function, which takes (nested) lists of nodes too.

    >>> from autograd import grad
    >>> grad(lambda x: of_lists(np.sum)([x, x**2]))(3.0)
    7.0
    """

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if any(type(x) in (list, tuple) for x in args):
            args = tuple([array(x) if type(x) in (list, tuple) and _holds_nodes(x) else x for x in args])
        return function(*args, **kwargs)

    return wrapper


class _Joiner:
    """`np.r_` and `np.c_`, of nodes too."""

    def __init__(self, of_arrays: Any, columns: bool):
        self.of_arrays, self.columns = of_arrays, columns

    def __getitem__(self, parts: Any) -> Array:
        parts = parts if isinstance(parts, tuple) else (parts,)
        if not _holds_nodes(parts):
            return self.of_arrays[parts]
        rows = [np.r_[x] if isinstance(x, slice) else np.atleast_1d(asarray(x)) for x in parts]
        if not self.columns:
            return np.concatenate(rows)
        return np.concatenate([x[:, None] if np.ndim(x) == 1 else x for x in rows], axis=-1)


r_, c_ = _Joiner(np.r_, False), _Joiner(np.c_, True)
FUNCTIONS = {
    "array": array, "asarray": asarray, "asanyarray": asarray, "ascontiguousarray": asarray, "full": full,
    "where": where, "isscalar": isscalar, "make_diagonal": make_diagonal, "r_": r_, "c_": c_,
    **{name: of_lists(getattr(np, name)) for name in (
        "append", "amax", "amin", "cumsum", "dot", "inner", "max", "mean", "median", "min", "outer", "prod", "ravel",
        "reshape", "squeeze", "std", "sum", "transpose", "var")},
}
