"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.compat.misc.optimizers import adam, rmsprop, sgd

__all__ = ["adam", "rmsprop", "sgd"]
