"""Names that code for the PyPI `autograd` imports from its core and its tracer."""

from autograd.compat import operators
from autograd.extend import defjvp, defvjp, notrace_primitive, primitive
from autograd.graph import Node
from autograd.graph import raw as getval
from autograd.typing import Array, Function, Tree

__all__ = ["defjvp", "defvjp", "getval", "isbox", "make_jvp", "make_vjp", "notrace_primitive", "primitive"]


def make_vjp(f: Function, x: Tree) -> tuple[Function, Array]:
    """The function from a gradient of f(x) to that of x; and f(x)."""
    return operators.make_vjp(f)(x)


def make_jvp(f: Function, x: Tree) -> Function:
    """The function from a change of x to (f(x), its change)."""
    return operators.make_jvp(f)(x)


def isbox(x: object) -> bool:
    """Whether `x` is a node."""
    return isinstance(x, Node)
