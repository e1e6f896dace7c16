"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.compat.builtins import dict, isinstance, list, tuple, type

__all__ = ["dict", "isinstance", "list", "tuple", "type"]
