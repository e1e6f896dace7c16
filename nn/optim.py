"""An import path, as torch.optim; the code is in nn/training/."""

from nn.training.clipping import *  # noqa: F403
from nn.training.optim import *  # noqa: F403
