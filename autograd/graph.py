"""The computation graph: what a node is, and how to walk from a result back to what it was computed from.

There is no tape. A node knows its inputs, and every node has a creation number (`order`). An operation is always
created after its inputs, so *descending order is a reverse topological order*: to sort by it is enough.

    >>> from autograd import Value
    >>> x = Value(3.0, name="x")
    >>> y = x * x + 1
    >>> [(node.op.symbol if node.op else node.name, node.data) for node in walk(y)]
    [('+', 10.0), ('×', 9.0), ('x', 3.0)]

This is the first of the seven files of the engine. Read next: rules/table.py, what a derivative is.
"""

import itertools
from collections.abc import Iterator
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from autograd.trees import leaves
from autograd.typing import Array, Settings, Tree

next_order = itertools.count(1).__next__  # 1, 2, 3, …: each number is given out once
last_stamp = [0]  # a number from the last time that some node's data changed: see memory.stamp
NO_SETTINGS: Settings = MappingProxyType({})  # {}, which nobody can change


class Node:
    """A number or an array, and the operation and inputs that it came from: the parent of `Tensor` and `Value`.

    op             the row of the rule table that made this node; None for a leaf: the user made it, or it is a constant
    inputs         what the op was applied to: nodes, and plain arrays and numbers (constants)
    settings       the keyword settings of the op, such as {"axis": 0}
    data           the result: an ndarray (Tensor) or a float (Value)
    grad           the gradient that `backward()` has added up here; before, None, or 0.0 of a Value
    name           the user's name for it, or None
    requires_grad  whether it is a variable: a gradient is wanted for it, or flows through it
    order          its creation number; if its data change, it gets a new one
    scope          the modules that were running when it was made, outermost first: ((path, class name), ...), where
                   each call of a module has a pair of its own. A parameter has the scope of the module it was given to

    Drawing, checking and compiling rely on nothing else. Pictures also use, where a node has them, `pull(g)` (what each
    input receives of a gradient that arrives), `push_back(grads, keep)` (the whole backward pass from the nodes in
    `grads`: it adds the gradients of those in `keep`) and `op.compute(*numbers, **settings)` (the op of plain numbers).
    """

    __slots__ = ("__weakref__", "_raw", "all_outputs", "arrays", "grad", "inputs", "made_at", "name", "op", "order",
                 "requires_grad", "scope", "settings")

    op: Any
    inputs: tuple[Any, ...]
    arrays: Any  # the raw inputs, as the op saw them; None: read them from `inputs` when needed (saves memory)
    settings: Settings
    _raw: Array  # not `_data`: numpy.ma takes whatever has that for its own, and would lose the graph
    data: Array  # the same, as a user sees it: assigning to it marks the node as changed
    grad: Array
    name: str | None
    scope: tuple[tuple[str, str], ...]
    order: int
    requires_grad: bool
    all_outputs: tuple[Array, ...]  # raw, of an op with several, of which this node is one
    made_at: str  # "file:line" of the user's code; only set under detect_anomaly()

    __hash__ = object.__hash__  # by identity, although `==` may compare elements
    __array_function__: Any  # each kind of node follows NumPy's protocols: see protocols.py

    @property
    def is_leaf(self) -> bool:
        """True for what the user made, and for constants; False for a recorded result."""
        return self.op is None


def walk(roots: Any) -> list[Any]:
    """Every node that `roots` (a node, or several) depend on, newest first: a reverse topological order.

    A loop, never recursion: a chain of a million operations does not overflow the stack.

    >>> from autograd import Tensor
    >>> x = Tensor([1.0, 2.0], name="x")
    >>> [node.op.symbol if node.op else node.name for node in walk((x * x).sum())]
    ['sum', '×', 'x']
    """
    stack = [roots] if is_node(roots) else list(roots)
    seen = set(stack)
    while stack:
        for x in stack.pop().inputs:
            if is_node(x) and x not in seen:
                seen.add(x)
                stack.append(x)
    return sorted(seen, key=attrgetter("order"), reverse=True)


def is_node(x: Any) -> bool:
    """Whether `x` follows the protocol above (any object with inputs and an op does)."""
    return isinstance(x, Node) or (hasattr(x, "inputs") and hasattr(x, "op"))


def is_variable(x: Any) -> bool:
    """Whether a gradient is wanted for `x`."""
    return isinstance(x, Node) and x.requires_grad


def raw(x: Any) -> Any:
    """The plain number or array in a node; anything else as it is."""
    return x._raw if isinstance(x, Node) else x


def data_of(node: Any) -> Any:
    """The data of an object that follows the protocol, only to be read; None where it has none."""
    return node._raw if isinstance(node, Node) else getattr(node, "data", None)


def nodes_in(tree: Tree) -> Iterator[Node]:
    """The nodes in nested containers."""
    return (x for x in leaves(tree) if isinstance(x, Node))
