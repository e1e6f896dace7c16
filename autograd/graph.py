"""The computation graph: what a node is, the state of a thread, and how to walk from a result to its inputs.

There is no tape. A node knows its inputs, and every node has a creation number (`order`). An operation is always
created after its inputs, so *descending order is a reverse topological order*: no depth-first search is needed.
"""

import itertools
import operator
import threading
from collections.abc import Iterable, Iterator
from contextlib import ContextDecorator
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
    `push_back(grads, keep)` (the whole backward pass), `unfolded(index, names)` (one of its numbers as a graph of
    single operations) and `op.compute(*numbers, **settings)` (what the op gives for plain numbers).
    """

    __slots__ = (
        "__weakref__",
        "_data",
        "args",
        "grad",
        "inputs",
        "made_at",
        "name",
        "op",
        "order",
        "requires_grad",
        "scope",
        "settings",
        "siblings",
    )

    op: Any
    inputs: tuple[Any, ...]
    args: Any  # the numbers and arrays in the inputs, as the op saw them; None where it saves more memory than time
    settings: Any
    _data: Any
    grad: Any
    name: str | None
    scope: tuple[tuple[str, str], ...]
    order: int
    requires_grad: bool
    siblings: tuple[Any, ...]  # all raw outputs, where the op has several and this node is one of them
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


class _ThreadState(threading.local):
    """What may differ from thread to thread. `plain` is the one flag that the fast path reads."""

    recording = True  # False inside no_grad()
    anomaly = False  # True inside detect_anomaly()
    plain = True  # recording and not anomaly
    scope: tuple[tuple[str, str], ...] = ()


state = _ThreadState()


class mode(ContextDecorator):
    """Set flags of this thread for the length of a `with` block, or of a decorated function."""

    def __init__(self, **flags: bool):
        self._flags = flags
        self._before: list[tuple[bool, bool]] = []

    def __enter__(self) -> "mode":
        self._before.append((state.recording, state.anomaly))
        self._set(**self._flags)
        return self

    def __exit__(self, *exc: Any) -> None:
        recording, anomaly = self._before.pop()
        self._set(recording, anomaly)

    def _recreate_cm(self) -> "mode":  # a decorated function gets a fresh block on every call, in every thread
        return mode(**self._flags)

    @staticmethod
    def _set(recording: bool | None = None, anomaly: bool | None = None) -> None:
        state.recording = state.recording if recording is None else recording
        state.anomaly = state.anomaly if anomaly is None else anomaly
        state.plain = state.recording and not state.anomaly


def no_grad() -> mode:
    """A `with` block (or decorator) in which this thread records nothing: results are constants.

    >>> from autograd import Tensor, no_grad
    >>> x = Tensor([1.0, 2.0])
    >>> with no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """
    return mode(recording=False)


def detect_anomaly() -> mode:
    """A `with` block in which every operation, forward and backward, is checked for NaN and infinity.

    The first one that makes such a number out of finite ones raises `AnomalyError`, which names it and the line
    of your code that called it. Slow: for finding a fault, not for training.

    >>> import numpy as np
    >>> from autograd import Tensor, detect_anomaly
    >>> with detect_anomaly():
    ...     Tensor([1.0, 0.0]) * 2
    Tensor([2., 0.], op='×')
    """
    return mode(anomaly=True)


def describe(x: Any) -> str:
    """A node in a few words, for error messages: "Tensor 'w' of shape (2, 3), float64, made by '@'"."""
    if not isinstance(x, Node):
        return f"{type(x).__name__} of shape {x.shape}, {x.dtype}" if hasattr(x, "shape") else f"{x!r:.60}"
    words = type(x).__name__ + (f" {x.name!r}" if x.name else "")
    data = x._data
    words += f" of shape {data.shape}, {data.dtype}" if hasattr(data, "shape") else f" {data:.6g}"
    return words + (f", made by {x.op.name!r}" if x.op else "")


class Failed:
    """The operation that an error is about, as a node without data: what `error.graph` holds, and `draw(error)` draws.

    failure  what went wrong, in a few words
    made_at  "file:line" of the user's code, or ""
    """

    data = grad = name = None
    requires_grad = False

    def __init__(self, op: Any, inputs: tuple[Any, ...], settings: Any, failure: str, made_at: str = ""):
        self.op, self.inputs, self.settings, self.failure, self.made_at = op, inputs, settings, failure, made_at
        self.scope, self.order = state.scope, next_order()


def flat_nodes(values: Iterable[Any]) -> Iterator[Node]:
    """The nodes among `values`, and in the lists and tuples among them."""
    for value in values:
        if isinstance(value, Node):
            yield value
        elif type(value) in (list, tuple):
            yield from flat_nodes(value)
