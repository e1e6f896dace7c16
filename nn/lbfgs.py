"""An import path; the code is in nn/training/lbfgs.py."""

from nn.training.lbfgs import LBFGS

__all__ = ["LBFGS"]
