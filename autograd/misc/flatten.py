"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.compat.misc.flatten import const_graph, flatten, flatten_func

__all__ = ["const_graph", "flatten", "flatten_func"]
