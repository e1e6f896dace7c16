"""An import path; the code is in nn/training/optim.py."""
# ruff: noqa: I001

from nn.training.optim import (
    SGD, Adagrad, Adam, AdamW, NAdam, Optimizer, RMSprop, clip_grad_norm, clip_grad_norm_, clip_grad_value,
    clip_grad_value_,
)

__all__ = [
    "SGD", "Adagrad", "Adam", "AdamW", "NAdam", "Optimizer", "RMSprop", "clip_grad_norm", "clip_grad_norm_",
    "clip_grad_value", "clip_grad_value_",
]
