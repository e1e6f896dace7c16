"""`ArrayBox`: what the PyPI `autograd` calls a `Tensor`, for code that asks `isinstance(x, ArrayBox)`."""

from autograd.tensor import Tensor as ArrayBox

__all__ = ["ArrayBox"]
