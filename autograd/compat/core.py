"""Names that code for the PyPI `autograd` imports from its core."""

from typing import Any

from autograd.compat import operators
from autograd.extend import defjvp, defvjp, primitive

__all__ = ["defjvp", "defvjp", "make_jvp", "make_vjp", "primitive"]


def make_vjp(f: Any, x: Any) -> Any:
    """The function from a gradient of f(x) to that of x; and f(x)."""
    return operators.make_vjp(f)(x)


def make_jvp(f: Any, x: Any) -> Any:
    """The function from a change of x to (f(x), its change)."""
    return operators.make_jvp(f)(x)
