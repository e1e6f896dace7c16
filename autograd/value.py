"""`Value`: one number that remembers how it was made, with the interface of Karpathy's micrograd.

    >>> a, b = Value(2.0, name="a"), Value(-3.0, name="b")
    >>> c = (a * b + 10).relu()
    >>> c.backward()
    >>> a.grad, b.grad
    (-3.0, 2.0)

This is the last of the seven files. Read on where you like: fast.py, backward.py, protocols.py, or a rule's file.
"""

import operator
from functools import partial
from typing import Any

import numpy as np

from autograd.complaints import would_lose_gradient
from autograd.errors import ForeignObject
from autograd.fast import speed_up
from autograd.graph import NO_SETTINGS, Node, is_variable, next_order, raw
from autograd.memory import stamp
from autograd.protocols import Recorded, micrograds_op, unary
from autograd.rules.elementwise import relu, sigmoid


class Value(Recorded, holds=float):
    """A Python float whose operations are recorded. It mixes freely with numbers, arrays and Tensors.

    data           a number
    name, label    shown in pictures (two words for the same)
    requires_grad  False makes a constant of it

    `backward()` leaves its gradient, a float, in the `.grad` of every Value on the way.

    >>> x = Value(0.5)
    >>> np.tanh(x).backward()
    >>> round(x.grad, 4)
    0.7864
    """

    __slots__ = ()
    no_gradient = 0.0

    def __init__(self, data: Any, name: str | None = None, *, label: str = "", requires_grad: bool = True):
        if is_variable(data) and not data.is_leaf:
            raise would_lose_gradient(data, "Value(x)")
        if isinstance(data, str) or (name is not None and not isinstance(name, str)):
            raise ForeignObject(f"Value takes a number and a name, got {data!r:.40} and {name!r:.40}. An op of your "
                                "own is made with autograd.extend.primitive and defvjp")
        self.op, self.inputs, self.arrays, self.settings = None, (), (), NO_SETTINGS
        self._raw, self.grad, self.name = float(raw(data)), 0.0, name or label or None
        self.scope, self.order, self.requires_grad = (), next_order(), requires_grad

    def _set_data(self, value: Any) -> None:
        self._raw = value if type(value) is float else float(raw(value))
        stamp(self)

    data = property(operator.attrgetter("_raw"), _set_data, doc="""The number, a float.

    Assigning to it (`v.data -= 0.1 * v.grad`) marks the Value as changed.""")

    @property
    def label(self) -> str:
        """The name, as micrograd's lectures call it."""
        return self.name or ""

    @label.setter
    def label(self, name: str) -> None:
        self.name = name or None

    # what drawing code written for micrograd reads
    _prev = property(lambda self: {x for x in self.inputs if isinstance(x, Node)})
    _op = property(micrograds_op)

    def detach(self) -> "Value":
        """The same number, as a constant."""
        return Value(self._raw, requires_grad=False)

    def item(self) -> float:
        """The number."""
        return self._raw

    def relu(self) -> "Value":
        """max(x, 0)"""
        return relu(self)

    def sigmoid(self) -> "Value":
        """1 / (1 + exp(-x))"""
        return sigmoid(self)

    exp, log, expm1, log1p = map(unary, (np.exp, np.log, np.expm1, np.log1p))
    tanh, sin, cos, sqrt = map(unary, (np.tanh, np.sin, np.cos, np.sqrt))

    def conjugate(self) -> "Value":
        """The number itself, for it is real."""
        return self

    def __repr__(self) -> str:
        return f"Value(data={self._raw}, grad={self.grad}" + (f", name={self.name!r})" if self.name else ")")

    def __format__(self, spec: str) -> str:
        return format(self._raw, spec) if spec else repr(self)

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise would_lose_gradient(self, "a copy or pickle")
        return partial(Value, requires_grad=self.requires_grad), (self._raw, self.name), (None, {"grad": self.grad})


# each operator: the function whose row is used, and what computes it
speed_up(float, {"add": (np.add, operator.add), "sub": (np.subtract, operator.sub), "mul": (np.multiply, operator.mul),
                 "truediv": (np.divide, operator.truediv), "pow": (np.power, operator.pow)})
