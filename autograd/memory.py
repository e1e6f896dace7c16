"""What a graph remembers must not change under it: whose memory an array is, and who may write into it.

A constant that meets a variable is copied (`kept`): a batch buffer may be filled anew before `backward()`. The data of
a result are read-only. Those of a leaf may be written into: its user has an array of their own (`shown`), and what is
computed from it from then on copies it. So a gradient is always that at the numbers which a result was computed from.

    >>> from autograd import Tensor
    >>> x, buffer = Tensor([1.0, 2.0]), np.array([3.0, 4.0])
    >>> y = (x * x * buffer).sum()
    >>> buffer[:] = 0.0
    >>> x.data[0] = 100.0
    >>> y.backward()
    >>> x.grad
    array([ 6., 16.])

An assignment, `x.data = v` or `x.data -= step`, marks the leaf as changed, and old results can't be differentiated.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.complaints import Overwritten
from autograd.graph import Node, last_stamp, next_order
from autograd.typing import Array

EXPOSED: Any = ("exposed",)  # the `arrays` of a leaf whose data its user may hold


def kept(x: Any) -> Any:
    """An array's numbers as they are now; anything else as it is."""
    if type(x) is not ndarray:
        return x
    if x.flags.c_contiguous:  # the most frequent
        return x.copy()
    if 0 in x.strides:  # repeated by np.broadcast_to: copied once, and repeated again
        once = x[tuple([slice(0, 1) if step == 0 else slice(None) for step in x.strides])]
        return np.broadcast_to(once.copy("K"), x.shape)
    return x.copy("K")


def numbers(node: Node) -> Array:
    """The data of a node for a graph to remember."""
    return kept(node._raw) if node.arrays is EXPOSED else node._raw


def shown(node: Node) -> ndarray:
    """The data of a node for its user: of a result to read, of a leaf to write into."""
    if node.op is not None:
        node._raw.setflags(write=False)
    elif node.arrays is not EXPOSED:
        node._raw = np.array(node._raw)  # graphs keep the one before
        node.arrays = EXPOSED
    return node._raw


def assign(node: Node, array: ndarray) -> None:
    """Give a node another array of its own."""
    if array is not node._raw:  # otherwise it was `x.data -= a`, which has written into it
        node._raw = array
        node.arrays = ()
    stamp(node)


def stamp(node: Node) -> None:
    """Mark a node's data as changed: what was computed from the old data can't be differentiated any more.

    The node gets the next creation number, so a backward pass meets an input that is newer than the result. A result
    that was itself overwritten refuses to be differentiated.
    """
    last_stamp[0] = node.order = next_order()
    if node.op is not None:
        node.op = Overwritten(node.op)


def replace_data(nodes: Iterable[Node], arrays: Iterable[Array]) -> None:
    """`leaf.data = array` for each, for arrays of their own that are known to have the right shapes and dtypes."""
    last_stamp[0] = order = next_order()  # one for all: leaves are not put in order
    for node, array in zip(nodes, arrays):  # noqa: B905 (strict=True takes as long as the loop)
        node._raw = array
        node.arrays = ()
        node.order = order
