"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.compat.misc.flatten import flatten, flatten_func

__all__ = ["flatten", "flatten_func"]
