"""An import path; the code is in nn/training/recording.py."""

from nn.training.recording import Recording

__all__ = ["Recording"]
