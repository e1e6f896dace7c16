"""Helpers under the names of the PyPI `autograd`: `flatten`, and the optimisers of functions of containers."""

from autograd.misc.flatten import flatten

__all__ = ["flatten"]
