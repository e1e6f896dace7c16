"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.compat.operators import *  # noqa: F403
