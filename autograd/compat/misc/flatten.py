"""`flatten`: nested lists, tuples and dicts of arrays as one vector, and back; and `const_graph`."""

from functools import partial as const_graph  # f with some arguments given: each call makes its graph anew

import numpy as np

from autograd import trees
from autograd.errors import ShapeError
from autograd.graph import raw
from autograd.typing import Array, Function, Tree

__all__ = ["const_graph", "flatten", "flatten_func"]


def flatten(value: Tree) -> tuple[Array, Function]:
    """All numbers in nested containers as one vector, dicts in the order of their keys; and the way back.

    Both ways can be differentiated.

    >>> import numpy as np
    >>> vector, unflatten = flatten({"b": 3.0, "a": [np.zeros((1, 2)), 7.0]})
    >>> vector
    array([0., 0., 7., 3.])
    >>> unflatten(vector + 1)
    {'b': np.float64(4.0), 'a': [array([[1., 1.]]), np.float64(8.0)]}
    """
    leaves, rebuild = trees.flatten(value)
    order = trees.leaves(_sorted(rebuild(range(len(leaves)))))
    shapes = [np.shape(leaves[i]) for i in order]
    ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)]).tolist()

    def unflatten(vector: Array) -> Tree:
        if np.shape(vector) != (ends[-1],):
            raise ShapeError(f"unflatten takes a vector of {ends[-1]} numbers, got shape {np.shape(vector)}")
        parts: list[Array] = [None] * len(leaves)
        for i, shape, begin, end in zip(order, shapes, ends, ends[1:], strict=False):
            part = np.reshape(vector[begin:end], shape) if shape else vector[begin]
            parts[i] = np.real(part) if np.iscomplexobj(raw(part)) > np.iscomplexobj(raw(leaves[i])) else part
        return rebuild(parts)

    return np.concatenate([np.ravel(leaves[i]) for i in order]) if leaves else np.array([]), unflatten


def _sorted(tree: Tree) -> Tree:
    """The same containers, with the keys of every dict in order."""
    if isinstance(tree, dict):
        return {key: _sorted(tree[key]) for key in sorted(tree)}
    return [_sorted(part) for part in tree] if isinstance(tree, (list, tuple)) else tree


def flatten_func(f: Function, example: Tree) -> tuple[Function, Function, Array]:
    """f as a function from vector to vector; the way back from a vector; and the `example` argument as a vector.

    >>> g, unflatten, x = flatten_func(lambda p: [p["a"] * p["b"]], {"a": 2.0, "b": 5.0})
    >>> x, g(x)
    (array([2., 5.]), array([10.]))
    """
    vector, unflatten = flatten(example)
    return lambda x, *args: flatten(f(unflatten(x), *args))[0], unflatten, vector
