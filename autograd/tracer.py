"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.compat.core import getval, isbox, notrace_primitive, primitive

__all__ = ["getval", "isbox", "notrace_primitive", "primitive"]
