"""`checkpoint`: time against memory."""

from functools import wraps
from typing import Any

import numpy as np

from autograd.compat.again import Randomness, pull_to, variables_used
from autograd.context import flags, now
from autograd.errors import ModifiedInPlace
from autograd.functional import _name
from autograd.graph import Node, is_variable, next_order, raw
from autograd.record import apply
from autograd.rules.table import Op
from autograd.trees import flatten
from autograd.typing import Array, Function, Tree


def checkpoint(f: Function) -> Function:
    """f as one op, of which nothing but the result is kept: the backward pass computes f again (arXiv 1604.06174).

    f gives nodes in any containers. Gradients reach its arguments and the variables that it closes over. The second
    time it draws the same random numbers, from generators that it can be seen to hold; a second result that differs
    from the first is refused with ModifiedInPlace.

    >>> from autograd import grad
    >>> grad(checkpoint(lambda x, y: (x * y) ** 2))(2.0, 3.0)
    36.0
    """

    @wraps(f)
    def checkpointed(*args: Tree, **kwargs: Any) -> Tree:
        if not now().recording:
            return f(*args, **kwargs)
        random, began = Randomness(f, args, kwargs), next_order()
        parts, rebuild = flatten(f(*args, **kwargs))
        used = variables_used(parts, began)
        if not used:
            return rebuild(parts)
        sizes = [np.shape(raw(y)) for y in parts if is_variable(y)]
        whole = _joined(parts)

        def pull(g: Array, y: Array, nodes: tuple[Node, ...], *inputs: Array) -> list[Array]:
            with flags(recording=True), random.again():
                again = flatten(f(*args, **kwargs))[0]
            if not _alike(_joined(again), whole):
                raise ModifiedInPlace(f"checkpoint: {_name(f)} gave other numbers when it was run again. What it uses "
                                      "was changed since, or it draws random numbers from a generator that it does "
                                      "not hold: give it one as an argument")
            outputs = list(filter(is_variable, again))
            return pull_to(nodes, outputs, _split(g, sizes), any(isinstance(x, Node) for x in inputs))

        result = apply(Op(f, _name(f), vjp_of_all=pull, forward=lambda *_: whole), tuple(used))
        if len(sizes) == 1:
            pieces = iter([result])
        else:
            pieces = iter([np.astype(piece, raw(y).dtype) if hasattr(raw(y), "dtype") else piece
                           for piece, y in zip(_split(result, sizes), filter(is_variable, parts), strict=True)])
        return rebuild([next(pieces) if is_variable(y) else y for y in parts])

    return checkpointed


def _joined(parts: list[Any]) -> Array:
    """The numbers of the variables among the outputs: those of one as they are, those of several in a row."""
    data = [raw(y) for y in parts if is_variable(y)]
    return data[0] if len(data) == 1 else np.concatenate([np.ravel(x) for x in data])


def _split(row: Array, shapes: list[tuple[int, ...]]) -> list[Array]:
    if len(shapes) == 1:
        return [row]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [np.reshape(row[end - int(np.prod(shape)) : end], shape) for end, shape in zip(ends, shapes, strict=True)]


def _alike(a: Array, b: Array) -> bool:
    scale = np.max(np.abs(b), initial=0, where=np.isfinite(b))
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-4, atol=1e-6 * scale, equal_nan=True)
