"""An import path; the code is in nn/training/schedules.py."""
# ruff: noqa: I001

from nn.training.schedules import (
    ConstantLR, CosineAnnealingLR, ExponentialLR, LambdaLR, LinearLR, MultiStepLR, OneCycleLR, ReduceLROnPlateau,
    Schedule, SequentialLR, StepLR,
)

__all__ = [
    "ConstantLR", "CosineAnnealingLR", "ExponentialLR", "LambdaLR", "LinearLR", "MultiStepLR", "OneCycleLR",
    "ReduceLROnPlateau", "Schedule", "SequentialLR", "StepLR",
]
