"""An import path; the code is in nn/training/checkpoint.py."""

from nn.training.checkpoint import *  # noqa: F403
