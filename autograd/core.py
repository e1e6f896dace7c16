"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.compat.core import defjvp, defvjp, make_jvp, make_vjp, primitive

__all__ = ["defjvp", "defvjp", "make_jvp", "make_vjp", "primitive"]
