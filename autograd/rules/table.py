"""The table of derivatives: what a row is, and the three ways to add one.

    rule(np.tanh, "tanh", lambda g, y, x: g * (1 - y * y))      one lambda for each input
    @derived(np.vstack)                                         a function written in terms of others
    no_gradient(np.floor, np.argmax)                            no gradient by nature: the result is a constant

A rule is a *vjp* (vector-Jacobian product): from `g`, the gradient of the final result with respect to this op's
output `y`, it makes the gradient with respect to one input. It is given the output, then all inputs, then the
settings as keywords, and may use operators and `np.*` only. So the same row runs on floats, on ndarrays, and on
nodes, in which case the backward pass is itself recorded and can be differentiated again.

A rule for a function that broadcasts does not mention broadcasting: the sweep (`chain.match`) sums a gradient
down, or spreads it out, to the shape of its input, takes the real part for a real input, and keeps its dtype.

Gradients of complex numbers follow JAX and the PyPI autograd: for a real result L and z = x + iy, the gradient is
dL/dx - i dL/dy. Rules are therefore plain complex derivatives, without conjugates.
"""

import functools
import inspect
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from autograd.complaints import no_rule
from autograd.errors import ShapeError
from autograd.graph import NO_SETTINGS, Node
from autograd.typing import Array

Vjp = Callable[..., Array]
F = TypeVar("F", bound=Callable[..., Any])

TABLE: dict[Any, Any] = {}  # function -> Op, Derived or Constant

# What a Value computes with: Python's own functions, which are an order of magnitude faster on a float.
_SCALAR: dict[Any, Callable[..., Any]] = {
    np.add: operator.add, np.subtract: operator.sub, np.multiply: operator.mul, np.divide: operator.truediv,
    np.negative: operator.neg, np.absolute: abs, np.power: operator.pow, np.square: lambda x: x * x,
    np.arcsin: math.asin, np.arccos: math.acos, np.arctan: math.atan, np.arctan2: math.atan2,
    np.arcsinh: math.asinh, np.arccosh: math.acosh, np.arctanh: math.atanh,
} | {
    getattr(np, name): getattr(math, name)
    for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "sinh",
                 "cosh", "tanh", "hypot")
}


class Op:
    """One row of the table: a function, its symbol, and how each input's gradient follows from the output's."""

    __slots__ = (
        "_bind",
        "elementwise",
        "forward",
        "function",
        "name",
        "one_of_several",
        "outputs",
        "scalar",
        "symbol",
        "ufunc",
        "unfolded",
        "vjp_of_all",
        "vjps",
    )

    def __init__(
        self,
        function: Any,
        symbol: str,
        vjps: tuple[Vjp | None, ...] = (),
        vjp_of_all: Vjp | None = None,
        bind: Callable[..., Any] | None = None,
        forward: Callable[..., Any] | None = None,
        scalar: Callable[..., Any] | None = None,
        unfolded: Callable[..., Any] | None = None,
        elementwise: bool | None = None,
    ):
        self.function = function
        self.forward = forward or getattr(function, "of_arrays", function)
        self.symbol = symbol
        self.name = name_of(function)
        self.vjps = vjps
        self.vjp_of_all = vjp_of_all
        self.outputs: tuple[Op, ...] = ()  # of a function with several outputs: the rows of each
        self.one_of_several = False  # True in those rows
        self.scalar = scalar or _SCALAR.get(function)
        self.ufunc = isinstance(function, np.ufunc)
        self.unfolded = unfolded
        if elementwise is None:
            elementwise = unfolded is None and (function.signature is None if self.ufunc else self.scalar is not None)
        self.elementwise = elementwise  # whether it does the same to each number, or pair of numbers, on its own
        self._bind = bind

    def __repr__(self) -> str:
        return f"<rule {self.name} {self.symbol!r}>"

    def outputs_of(self, node: Node) -> Any:
        """All outputs of the call that made `node`, as nodes: for the rule of one output that needs the others."""
        return self.function(*node.inputs, **node.settings)

    def compute(self, *args: Any, **settings: Any) -> Any:
        """This row's output for plain numbers and arrays: what the node that it makes holds."""
        if self.scalar is not None and not settings and {*map(type, args)} <= {float, int}:
            try:
                return self.scalar(*args)
            except (ArithmeticError, ValueError):
                args = tuple(map(float, args))  # NumPy gives inf or nan where Python's floats raise
        with np.errstate(all="ignore"):
            found = self.forward(*args, **settings)
        return found[TABLE[self.function].outputs.index(self)] if self.one_of_several else found

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], Any]:
        """Sort a call's arguments into inputs (what may carry a gradient) and settings (the rest)."""
        if self._bind:
            return self._bind(*args, **kwargs)
        if len(args) == len(self.vjps) and (self.ufunc or kwargs.keys().isdisjoint(input_names(self))):
            return args, kwargs or NO_SETTINGS
        bound = signature(self.function).bind(*args, **kwargs)
        settings = dict(bound.arguments)
        if settings.pop("out", None) is not None:
            raise no_rule(f"{self.name} with out=", "use the result it returns")
        known = signature(self.function).parameters
        names = list(known)[: len(self.vjps)]
        inputs = tuple(settings.pop(name, known[name].default) for name in names)
        return inputs, settings or NO_SETTINGS


class Derived:
    """A function that is written in terms of others, and so needs no derivative of its own."""

    __slots__ = ("definition", "function", "name")

    def __init__(self, function: Any, definition: Callable[..., Any]):
        self.function, self.definition, self.name = function, definition, name_of(function)

    def __repr__(self) -> str:
        return f"<derived {self.name}>"


class Constant:
    """A function whose derivative is zero wherever it exists: it gives a plain array, which is a constant."""

    __slots__ = ("function", "name")

    def __init__(self, function: Any):
        self.function, self.name = function, name_of(function)

    def __repr__(self) -> str:
        return f"<constant {self.name}>"


def name_of(function: Any) -> str:
    """The name that a user calls it by: "tanh", "linalg.inv", "fft.rfft"."""
    name = getattr(function, "__name__", repr(function)).lstrip("_")
    module = getattr(function, "__module__", None) or ""
    return f"{module.split('.')[1]}.{name}" if module in ("numpy.linalg", "numpy.fft") else name


@functools.cache
def signature(function: Any) -> inspect.Signature:
    """The parameters of a function: looked up on its first use, for that is slow."""
    return inspect.signature(function)


@functools.cache
def input_names(op: Op) -> frozenset[str]:
    """What a call may name the inputs of a function by."""
    return frozenset(list(signature(op.function).parameters)[: len(op.vjps)])


def rule(function: Any, symbol: str, *vjps: Vjp | None, **options: Any) -> Op:
    """Add a row: `function`, its symbol in pictures, and one vjp(g, y, *inputs, **settings) for each input.

    A vjp of None says that this input carries no gradient (the condition of `np.where`). Options: `vjp_of_all`, one
    function for a variable number of inputs; `bind`, which sorts a call's arguments where the inputs are not
    simply the first ones; `forward`, which computes where `function` itself only dispatches; `scalar`, the same
    for a Value; `unfolded`, the same in operators and `np.*`, on Values and object arrays of them, for `unfold` where
    `forward` would hide a step from it; `elementwise`, where that does not follow from the function. Returns the row.
    """
    op = TABLE[function] = Op(function, symbol, vjps, **options)
    return op


def rule_of_outputs(function: Any, symbol: str, *vjps: Vjp) -> None:
    """A row for a function of one array that has several outputs, each of which becomes a node of its own.

    There is one vjp(g, ys, x) for each output: `g` is that output's gradient, `ys` all outputs. Gradients add up,
    so what is not used costs nothing.
    """
    op = Op(function, symbol, (None,))
    op.outputs = tuple(Op(function, f"{symbol}[{i}]", (vjp,)) for i, vjp in enumerate(vjps))
    for output in op.outputs:
        output.one_of_several = True
    TABLE[function] = op


def derived(*functions: Any) -> Callable[[F], F]:
    """Say what these functions do in terms of others: used when one of their arguments is a node."""

    def register(definition: F) -> F:
        for function in functions:
            TABLE[function] = Derived(function, definition)
        return definition

    return register


def since_2_1(name: str) -> list[Any]:
    """NumPy's function of that name, in a list; an empty one in an older NumPy (2.0), which has not got it."""
    return [getattr(np, name)] if hasattr(np, name) else []


def no_gradient(*functions: Any) -> None:
    """Declare that these functions have no gradient by nature."""
    for function in functions:
        TABLE[function] = Constant(function)


def dispatching(function: F) -> F:
    """Make a function of arrays into one that can be recorded: called with a node, it goes through the table."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        for x in args:
            if isinstance(x, Node):
                return type(x).__array_function__(x, wrapper, (), args, kwargs)
        for x in kwargs.values():
            if isinstance(x, Node):
                return type(x).__array_function__(x, wrapper, (), args, kwargs)
        return function(*args, **kwargs)

    wrapper.of_arrays = function  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]


def normalize_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """`axis` as NumPy's reductions take it (None, an int, a tuple) as a sorted tuple of non-negative ints."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, Sequence) else (axis,)
    axes = tuple(operator.index(a) for a in axes)
    if any(not -ndim <= a < ndim for a in axes):
        raise np.exceptions.AxisError(f"axis {axis} is out of bounds for an array of {ndim} dimensions")
    found = tuple(sorted(a % ndim for a in axes))
    if len(set(found)) != len(found):
        raise ShapeError(f"axis {axis} names the same dimension twice")
    return found
