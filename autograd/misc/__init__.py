"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.misc.flatten import const_graph, flatten

__all__ = ["const_graph", "flatten"]
