"""An import path; the code is in nn/training/checkpoint.py."""

from nn.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint

__all__ = ["Checkpoint", "load_checkpoint", "save_checkpoint"]
