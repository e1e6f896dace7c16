"""Ops of your own: `primitive` makes a function of arrays recordable, `defvjp` gives it its derivatives.

    @primitive
    def softplus(x):
        return np.logaddexp(0, x)

    defvjp(softplus, lambda y, x: lambda g: g / (1 + np.exp(-x)))

Written with operators and `np.*`, a derivative can itself be differentiated. Both are those of the PyPI `autograd`.
`rule` adds a row to the table in its own, shorter form and returns it (see `autograd.rules.table`); `apply` records a
row directly, which is what fast code does.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from autograd.complaints import Failed
from autograd.context import here, now
from autograd.errors import NoRule
from autograd.graph import Node, is_variable, nodes_in, raw, walk
from autograd.memory import replace_data
from autograd.record import apply, node_of
from autograd.rules import table
from autograd.rules.calls import dispatching
from autograd.rules.elementwise import relu, sigmoid
from autograd.rules.table import TABLE, Op, no_gradient
from autograd.typing import Array, Function

__all__ = [
    "TABLE", "Failed", "Node", "apply", "data_of", "defjvp", "defvjp", "defvjp_argnum", "defvjp_argnums", "held",
    "here", "is_variable", "no_gradient", "node_of", "nodes_in", "notrace_primitive", "now", "primitive", "raw", "relu",
    "replace_data", "rule", "sigmoid", "walk",
]


def primitive(f: Function) -> Function:
    """Make `f`, a function of plain arrays, an op: inside it there are only numbers and arrays, never nodes.

    Its positional arguments are inputs, its keywords settings. Give it derivatives with `defvjp`.

    >>> import numpy as np
    >>> from autograd import Tensor, grad
    >>> @primitive
    ... def cube(x):
    ...     return x**3
    >>> defvjp(cube, lambda y, x: lambda g: g * 3 * x**2)
    >>> grad(cube)(2.0)
    12.0
    """
    return dispatching(f)


def defvjp(f: Function, *makers: Function | None, argnums: Sequence[int] | None = None) -> None:
    """Give `f` (a primitive, or any NumPy function) its derivatives.

    makers   for each argument, maker(y, *args, **kwargs) -> vjp(g), or None for an argument without a gradient
    argnums  which arguments they are for; by default the first ones
    """
    by_argument: dict[int, Any] = dict(zip(range(len(makers)) if argnums is None else argnums, makers, strict=True))

    def vjp_of_all(g: Array, y: Array, inputs: Sequence[Any], *args: Array, **settings: Any) -> list[Array]:
        missing = [i for i, x in enumerate(inputs) if is_variable(x) and i not in by_argument]
        if missing:
            raise NoRule(f"{TABLE[f].name} has no derivative for its argument {missing[0]}: give defvjp one for it")
        return [by_argument[i](y, *args, **settings)(g) if is_variable(x) and by_argument[i] else None
                for i, x in enumerate(inputs)]

    _rule(f, vjp_of_all)


def defvjp_argnums(f: Function, maker: Function) -> None:
    """Give `f` all derivatives at once: maker(argnums, y, args, kwargs) -> g -> a gradient for each of argnums."""

    def vjp_of_all(g: Array, y: Array, inputs: Sequence[Any], *args: Array, **settings: Any) -> list[Array]:
        numbers = tuple(i for i, x in enumerate(inputs) if is_variable(x))
        parts = dict(zip(numbers, maker(numbers, y, args, settings)(g), strict=True))
        return [parts.get(i) for i in range(len(inputs))]

    _rule(f, vjp_of_all)


def _rule(f: Function, vjp_of_all: Function) -> None:
    """A row whose positional arguments are inputs, and whose keywords are settings."""
    rule(f, getattr(f, "__name__", "op"), vjp_of_all=vjp_of_all, bind=lambda *args, **settings: (args, settings))


def defvjp_argnum(f: Function, maker: Function) -> None:
    """Give `f` all derivatives at once: maker(argnum, y, args, kwargs) -> vjp(g)."""
    defvjp_argnums(f, lambda numbers, y, args, settings: lambda g: [maker(n, y, args, settings)(g) for n in numbers])


def defjvp(f: Function, *makers: Function | str | None, argnums: Sequence[int] | None = None) -> None:
    """Give `f` derivatives in forward form: maker(t, y, *args, **kwargs) -> how y changes as an argument moves by t.

    "same" stands for f itself (which is linear). Not needed beside `defvjp`: forward mode follows from that; alone, it
    is transposed, for it is linear in t.
    """
    if f in TABLE:
        return
    numbers = list(range(len(makers)) if argnums is None else argnums)

    def transposed(number: int, maker: Any) -> Function:
        def vjp_maker(y: Array, *args: Array, **settings: Any) -> Function:
            def vjp(g: Array) -> Array:
                parts, shape = [], np.shape(raw(args[number]))
                for i in np.ndindex(shape):  # along each unit vector in turn
                    t = np.zeros(shape)
                    t[i] = 1.0
                    moved = f(*args[:number], t, *args[number + 1 :], **settings) if maker == "same" else maker(
                        t, y, *args, **settings)
                    parts.append(np.sum(g * moved))
                return np.reshape(np.stack(parts), shape) if parts else np.zeros(shape)

            return vjp

        return vjp_maker

    transposes = [None if m is None else transposed(n, m) for n, m in zip(numbers, makers, strict=True)]
    defvjp(f, *transposes, argnums=numbers)


def notrace_primitive(f: Function) -> Function:
    """Declare a function without gradient: of nodes it gives plain arrays, which are constants."""
    wrapped = dispatching(f)
    no_gradient(wrapped)
    return wrapped


def rule(function: Function, symbol: str, *vjps: Function | None, **options: Any) -> Op:
    """Add a row to the table, and return it: see `autograd.rules.table`. `joint` is an older word for `vjp_of_all`."""
    if "joint" in options:
        options["vjp_of_all"] = options.pop("joint")
    return table.rule(function, symbol, *vjps, **options)


held: Any = attrgetter("_raw")  # the data of one node, which is not to be written into


def data_of(nodes: Iterable[Node]) -> list[Array]:
    """The `data` of each node; for many nodes this is quicker than to ask each.

    >>> from autograd import Value
    >>> data_of([Value(1.0), Value(2.0)])
    [1.0, 2.0]
    """
    return [x._raw for x in nodes]
