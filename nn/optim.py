"""An import path, as torch.optim; the code is in nn/training/optim.py."""

from nn.training.optim import *  # noqa: F403
