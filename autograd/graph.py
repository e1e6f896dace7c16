"""The computation graph: what a node is, and how to walk from a result to its inputs.

There is no tape. A node knows its inputs, and every node has a creation number (`order`). An operation is always
created after its inputs, so *descending order is a reverse topological order*: no depth-first search is needed.
"""

import itertools
import operator
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Any

next_order = itertools.count(1).__next__
last_stamp = [0]  # the creation number that was given last to a node whose data changed: see tensor.stamp
NO_SETTINGS: Any = MappingProxyType({})


class Node:
    """What `Tensor` and `Value` share, and all that drawing, checking and compiling may rely on.

    op        the row of the rule table that made this node, or None for a leaf
    inputs    what the op was applied to: nodes, and plain arrays and numbers (constants)
    settings  the keyword settings of the op, such as {"axis": 0}
    data      the result: an ndarray (Tensor) or a float (Value)
    grad      the gradient that `backward()` has accumulated here, or None
    name      the user's name for it, or None
    scope     the modules that were running when it was made, outermost first: ((path, class name), ...), where each
              call of a module has a pair of its own. A parameter has the scope of the module that it was given to
    order     its creation number

    Pictures also use, where a node has them, `pull(g)` (what each input receives of a gradient that arrives),
    `push_back(grads, keep)` (the whole backward pass from the nodes in `grads`: it adds the gradients of those in
    `keep`) and `op.compute(*numbers, **settings)` (what the op gives for plain numbers).
    """

    __slots__ = (
        "__weakref__",
        "_data",
        "all_outputs",
        "arrays",
        "grad",
        "inputs",
        "made_at",
        "name",
        "op",
        "order",
        "requires_grad",
        "scope",
        "settings",
    )

    op: Any
    inputs: tuple[Any, ...]
    arrays: Any  # the numbers and arrays in the inputs, as the op saw them; None where it saves more memory than time
    settings: Any
    _data: Any
    data: Any  # the same, as a user sees it: assigning to it marks the node as changed
    grad: Any
    name: str | None
    scope: tuple[tuple[str, str], ...]
    order: int
    requires_grad: bool
    all_outputs: tuple[Any, ...]  # all raw outputs, where the op has several and this node is one of them
    made_at: str  # "file:line" of the user's code; only set under detect_anomaly()

    __hash__ = object.__hash__
    __array_function__: Any  # each kind of node follows NumPy's protocols: see tensor.py

    @property
    def is_leaf(self) -> bool:
        """True for what the user made; False for the result of an operation."""
        return self.op is None


def is_node(x: Any) -> bool:
    """Whether `x` follows the protocol above (any object with inputs and an op does)."""
    return isinstance(x, Node) or (hasattr(x, "inputs") and hasattr(x, "op"))


_creation_order = operator.attrgetter("order")


def walk(roots: Any) -> list[Any]:
    """Every node that `roots` (a node, or several) depend on, newest first: a reverse topological order.

    A loop, never recursion: a chain of a million operations is as good as one of three.

    >>> from autograd import Tensor
    >>> x = Tensor([1.0, 2.0], name="x")
    >>> [node.op.symbol if node.op else node.name for node in walk((x * x).sum())]
    ['sum', '×', 'x']
    """
    stack = [roots] if is_node(roots) else list(roots)
    seen = set(stack)
    while stack:
        for x in stack.pop().inputs:
            if (isinstance(x, Node) or is_node(x)) and x not in seen:
                seen.add(x)
                stack.append(x)
    return sorted(seen, key=_creation_order, reverse=True)


def raw(x: Any) -> Any:
    """The plain number or array in a node; anything else as it is."""
    return x._data if isinstance(x, Node) else x


def is_variable(x: Any) -> bool:
    """Whether a gradient is wanted for `x`."""
    return isinstance(x, Node) and x.requires_grad


def flat_nodes(values: Iterable[Any]) -> Iterator[Node]:
    """The nodes among `values`, and in the lists and tuples among them."""
    for value in values:
        if isinstance(value, Node):
            yield value
        elif type(value) in (list, tuple):
            yield from flat_nodes(value)
