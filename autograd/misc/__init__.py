"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.misc.flatten import flatten

__all__ = ["flatten"]
