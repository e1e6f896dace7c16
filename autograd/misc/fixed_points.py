"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.compat.misc.fixed_points import fixed_point

__all__ = ["fixed_point"]
