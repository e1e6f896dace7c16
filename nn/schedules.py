"""An import path, as torch.optim.lr_scheduler; the code is in nn/training/schedules.py."""

from nn.training.schedules import *  # noqa: F403
