"""`Value`: one number that remembers how it was made, with micrograd's interface."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.complaints import would_lose_gradient
from autograd.errors import ForeignObject
from autograd.graph import NO_SETTINGS, Node, last_stamp, next_order, raw
from autograd.rules import TABLE
from autograd.rules.elementwise import relu, sigmoid
from autograd.tensor import Recorded, apply, node_of, stamp
from autograd.thread import thread


class Value(Recorded):
    """A Python float whose operations are recorded. It mixes freely with numbers, arrays and Tensors.

    data           a number
    name, label    shown in pictures (two words for the same)
    requires_grad  False makes a constant of it

    `backward()` leaves its gradient, a float, in the `.grad` of every Value on the way.

    >>> a, b = Value(2.0, name="a"), Value(-3.0, name="b")
    >>> c = (a * b + 10).relu()
    >>> c.backward()
    >>> a.grad, b.grad
    (-3.0, 2.0)
    """

    __slots__ = ()
    no_gradient = 0.0

    def __init__(self, data: Any, name: str | None = None, *, label: str = "", requires_grad: bool = True):
        if isinstance(data, Node) and data.requires_grad and not data.is_leaf:
            raise would_lose_gradient(data, "Value(x)")
        if isinstance(data, str) or (name is not None and not isinstance(name, str)):
            raise ForeignObject(
                f"Value takes a number and a name, got {data!r:.40} and {name!r:.40}. An op of your own is made with "
                "autograd.extend.primitive and defvjp"
            )
        self.op, self.inputs, self.arrays, self.settings = None, (), (), NO_SETTINGS
        self._data, self.grad, self.name = float(raw(data)), 0.0, name or label or None
        self.scope, self.order, self.requires_grad = (), next_order(), requires_grad

    @property
    def data(self) -> float:
        """The number. Assigning to it (`v.data -= 0.1 * v.grad`) marks the Value as changed."""
        return self._data

    @data.setter
    def data(self, value: Any) -> None:
        self._data = value if type(value) is float else float(raw(value))
        if self.op is None:
            last_stamp[0] = self.order = next_order()
        else:
            stamp(self)

    @property
    def label(self) -> str:
        """The name, as micrograd's lectures call it."""
        return self.name or ""

    @label.setter
    def label(self, name: str) -> None:
        self.name = name or None

    # what drawing code written for micrograd reads
    _prev = property(lambda self: {x for x in self.inputs if isinstance(x, Node)})
    _op = property(lambda self: self.op.symbol if self.op else "")

    def zero_grad(self) -> None:
        """Set the gradient to 0."""
        self.grad = 0.0

    def detach(self) -> "Value":
        """The same number, as a constant."""
        return Value(self._data, requires_grad=False)

    def item(self) -> float:
        """The number."""
        return self._data

    def relu(self) -> "Value":
        """max(x, 0)"""
        return apply(_RELU, (self,))

    def sigmoid(self) -> "Value":
        """1 / (1 + exp(-x))"""
        return sigmoid(self)

    def conjugate(self) -> "Value":
        """The number itself, for it is real."""
        return self

    def __neg__(self) -> "Value":
        return apply(_NEGATIVE, (self,))

    def __abs__(self) -> "Value":
        return np.absolute(self)  # type: ignore[return-value]

    def __mod__(self, other: Any) -> Any:
        return np.remainder(self, other)

    def __rmod__(self, other: Any) -> Any:
        return np.remainder(other, self)

    def __repr__(self) -> str:
        return f"Value(data={self._data}, grad={self.grad})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise would_lose_gradient(self, "a copy or pickle")
        return Value, (self._data, self.name)


def _operators(ufunc: Any, compute: Callable[[Any, Any], Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The methods for `value ∘ other` and `other ∘ value`: on floats with Python's own arithmetic."""
    op: Any = TABLE[ufunc]

    def forward(self: Any, other: Any) -> Any:
        kind = type(other)
        right = other._data if kind is Value else other if kind is float or kind is int else None
        if right is not None and thread.plain and (self.requires_grad or (kind is Value and other.requires_grad)):
            try:
                data = compute(self._data, right)
                if type(data) is float:
                    return node_of(Value, op, (self, other), None, data)
            except ArithmeticError:
                pass  # apply() gives inf or nan, as for arrays
        return apply(op, (self, other))

    def reflected(self: Any, other: Any) -> Any:
        kind = type(other)
        if (kind is float or kind is int) and self.requires_grad and thread.plain:
            try:
                data = compute(other, self._data)
                if type(data) is float:
                    return node_of(Value, op, (other, self), None, data)
            except ArithmeticError:
                pass
        return apply(op, (other, self))

    return forward, reflected


for _name, _ufunc in {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide, "pow": np.power,
}.items():
    _forward, _reflected = _operators(_ufunc, getattr(operator, _name))
    setattr(Value, f"__{_name}__", _forward)
    setattr(Value, f"__r{_name}__", _reflected)

_RELU: Any = TABLE[relu]
_NEGATIVE: Any = TABLE[np.negative]


def _unary(function: Any) -> Callable[[Any], Any]:
    op: Any = TABLE[function]

    def method(self: Any) -> Any:
        return apply(op, (self,))

    method.__name__, method.__doc__ = op.name, f"`np.{op.name}` of this Value."
    return method


for _name in ["exp", "log", "tanh", "sin", "cos", "sqrt", "expm1", "log1p"]:
    setattr(Value, _name, _unary(getattr(np, _name)))
