"""The table of derivatives: what a row is, and how to add one.

    rule(np.tanh, "tanh", lambda g, y, x: g * (1 - y * y))      one lambda for each input
    derived(np.fliplr)(lambda m: np.flip(m, 1))                 a function written in terms of others
    no_gradient(np.floor, np.argmax)                            no gradient by nature: the result is a constant

A rule is a *vjp* (vector-Jacobian product): from `g`, the gradient of the final result with respect to this op's
output `y`, it makes the gradient with respect to one input. It is called as vjp(g, y, *inputs, **settings), and uses
operators and functions that have rules themselves. So the same row runs on floats, on ndarrays, and on nodes, in which
case the backward pass is itself recorded and can be differentiated again.

    >>> import math
    >>> tanh = TABLE[np.tanh]
    >>> y = tanh.compute(0.5)
    >>> slope = tanh.vjps[0](1.0, y, 0.5)
    >>> math.isclose(slope, 1 / math.cosh(0.5) ** 2)
    True

A rule for a function that broadcasts does not mention broadcasting: `match`, in chain.py, sums a gradient down, or
spreads it out, to the shape of its input, takes the real part for a real input, and keeps its dtype.

For a real result L and a complex z = x + iy, the gradient is dL/dx - i dL/dy, as in JAX. Rules are therefore plain
complex derivatives, without conjugates.

Read next: the first screen of elementwise.py, the plainest rows.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from autograd.graph import Node
from autograd.rules.calls import name_of
from autograd.rules.scalars import SCALARS
from autograd.typing import Array, Function

Vjp = Callable[..., Array]
F = TypeVar("F", bound=Function)
NUMBERS = {float, int}
TABLE: dict[Function, Any] = {}  # each function's row: an Op, Derived or Constant


class Op:
    """A row with derivatives: a function, its symbol, and how each input's gradient follows from the output's.

    vjps         vjp(g, y, *inputs, **settings) for each input; None for one that carries no gradient
    vjp_of_all   in their place, for any number of inputs: (g, y, nodes, *inputs, **settings) -> a gradient for each
    bind         sorts a call's arguments into inputs and settings, where the inputs are not simply the first ones
    forward      what computes with arrays, if not the function itself
    scalar       what computes with floats, for a Value
    unfolded     the function in operators and `np.*`, so that `unfold` sees each step
    risky        whether its slope may be infinite, or it leaves numbers out: careful.py says so
    elementwise  whether it does the same to each number, or pair of numbers: told from the function if not given
    place        the index of this output, where the function has several; its row has theirs in `outputs`
    """

    def __init__(self, function: Function, symbol: str, vjps: tuple[Vjp | None, ...] = (), *,
                 vjp_of_all: Vjp | None = None, bind: Function | None = None, forward: Function | None = None,
                 scalar: Function | None = None, unfolded: Function | None = None, elementwise: bool | None = None,
                 place: int | None = None):
        self.function, self.name, self.symbol, self.bind = function, name_of(function), symbol, bind
        self.vjps, self.vjp_of_all, self.unfolded, self.place = vjps, vjp_of_all, unfolded, place
        self.forward: Any = forward or getattr(function, "of_arrays", function)
        self.scalar = scalar or SCALARS.get(function)
        self.ufunc = isinstance(function, np.ufunc)
        whole = self.ufunc and function.signature is not None  # type: ignore[attr-defined]  # matmul works on arrays
        alike = (self.ufunc or self.scalar is not None) and not whole and unfolded is None
        self.elementwise = alike if elementwise is None else elementwise
        self.risky = False
        self.outputs: tuple[Op, ...] = ()

    def compute(self, *inputs: Array, **settings: Any) -> Array:
        """The output for plain numbers and arrays: what a node of this op holds."""
        if self.scalar is not None and not settings and {*map(type, inputs)} <= NUMBERS:
            try:
                found = self.scalar(*inputs)
                if type(found) is float:  # and not complex, as Python's (-8.0) ** 0.5 is
                    return found
            except (ArithmeticError, ValueError):
                pass
            inputs = tuple(map(float, inputs))  # as NumPy takes them: it gives inf or nan where Python raises
        found = self.forward(*inputs, **settings)
        return found if self.place is None else found[self.place]

    def outputs_of(self, node: Node) -> Array | tuple[Array, ...]:
        """What a recorded rule gets as `y`: the node, or all outputs of the call that made it, as nodes."""
        return node if self.place is None else self.function(*node.inputs, **node.settings)

    def __repr__(self) -> str:
        return f"<rule {self.name} {self.symbol!r}>"


class Derived:
    """A row for a function that is written in terms of others, and so needs no derivative of its own."""

    def __init__(self, function: Function, definition: Function):
        self.function, self.definition, self.name = function, definition, name_of(function)
        definition.__qualname__ = self.name  # in Python's errors about its arguments

    def __repr__(self) -> str:
        return f"<derived {self.name}>"


class Constant:
    """A row for a function whose derivative is zero wherever it exists: it gives a plain array, which is a constant."""

    def __init__(self, function: Function):
        self.function, self.name = function, name_of(function)

    def __repr__(self) -> str:
        return f"<constant {self.name}>"


def rule(function: Function, symbol: str, *vjps: Vjp | None, **options: Any) -> Op:
    """Add and return a row: `function`, its symbol in pictures, one vjp for each input; for options see `Op`."""
    TABLE[function] = op = Op(function, symbol, vjps, **options)
    return op


def rule_of_outputs(function: Function, symbol: str, *vjps: Vjp) -> None:
    """Add a row for a function of one array that has several outputs, each of which becomes a node of its own.

    There is one vjp(g, ys, x) for each output: `g` is that output's gradient, `ys` all outputs. An output that is not
    used gets no gradient, and costs nothing.
    """
    op = rule(function, symbol, None)
    op.outputs = tuple(Op(function, f"{symbol}[{i}]", (vjp,), place=i) for i, vjp in enumerate(vjps))


def derived(*functions: Function) -> Callable[[F], F]:
    """Say what these functions do in terms of others: used when one of their arguments is a node."""

    def register(definition: F) -> F:
        TABLE.update({function: Derived(function, definition) for function in functions})
        return definition

    return register


def no_gradient(*functions: Function) -> None:
    """Declare that these functions have no gradient by nature."""
    TABLE.update({function: Constant(function) for function in functions})
