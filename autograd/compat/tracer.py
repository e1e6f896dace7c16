"""Names that code for the PyPI `autograd` imports from its tracer."""

from typing import Any

from autograd.extend import notrace_primitive, primitive
from autograd.graph import Node
from autograd.graph import raw as getval

__all__ = ["getval", "isbox", "notrace_primitive", "primitive"]


def isbox(x: Any) -> bool:
    """Whether `x` is a node."""
    return isinstance(x, Node)
