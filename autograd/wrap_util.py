"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.compat.operators import unary_to_nary

__all__ = ["unary_to_nary"]
