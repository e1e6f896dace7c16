"""nn: neurons, layers, losses and optimisers on `autograd`, under PyTorch's and micrograd's names."""
# ruff: noqa: I001 (tables of names, many to a line)

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nn import init
from nn.activations import (
    ELU, GELU, SELU, Hardtanh, LeakyReLU, LogSoftmax, PReLU, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh,
)
from nn.containers import Flatten, Identity, Lambda, ModuleDict, ModuleList, Sequential, Skip
from nn.diagnostics import History, Summary, accuracy, dead_units, gradient_norms, summary
from nn.dropout import Dropout
from nn.ensemble import Ensemble, ensemble
from nn.linear import Bilinear, Embedding, Linear
from nn.losses import (
    BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, HingeEmbeddingLoss, HingeLoss, HuberLoss, KLDivLoss, L1Loss, MSELoss,
    NLLLoss, SmoothL1Loss,
)
from nn.module import Module, functional_call
from nn.neuron import MLP, Layer, Neuron
from nn.training.optim import (
    SGD, Adagrad, Adam, AdamW, NAdam, Optimizer, RMSprop, clip_grad_norm, clip_grad_norm_, clip_grad_value,
    clip_grad_value_,
)
from nn.training import evaluate, fit

if TYPE_CHECKING:
    from nn import checkpoint, data, functional, lbfgs, optim, recording, schedules, serialization  # noqa: F401
    from nn.conv import Conv1d, Conv2d
    from nn.data import load_mnist
    from nn.normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RMSNorm
    from nn.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
    from nn.recurrent import GRU, LSTM, RNN
    from nn.serialization import load, save
    from nn.training.lbfgs import LBFGS
    from nn.training.recording import Recording
    from nn.training.schedules import (
        ConstantLR, CosineAnnealingLR, ExponentialLR, LambdaLR, LinearLR, MultiStepLR, OneCycleLR, ReduceLROnPlateau,
        SequentialLR, StepLR,
    )

# on their first use: not every program needs them, and some need parts of Python that take long to import
_LATER = {"load_mnist": "nn.data", "load": "nn.serialization", "save": "nn.serialization",
          "LBFGS": "nn.training.lbfgs", "Recording": "nn.training.recording"}
_LATER |= dict.fromkeys(
    ("ConstantLR", "CosineAnnealingLR", "ExponentialLR", "LambdaLR", "LinearLR", "MultiStepLR", "OneCycleLR",
     "ReduceLROnPlateau", "SequentialLR", "StepLR"), "nn.training.schedules")
_LATER |= {name: f"nn.{file}" for file, names in {
    "conv": "Conv1d Conv2d", "pooling": "AdaptiveAvgPool2d AvgPool2d MaxPool2d", "recurrent": "GRU LSTM RNN",
    "normalization": "BatchNorm1d BatchNorm2d GroupNorm LayerNorm RMSNorm"}.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name in ("checkpoint", "data", "functional", "lbfgs", "optim", "recording", "schedules", "serialization"):
        return import_module(f"nn.{name}")
    if name not in _LATER:
        raise AttributeError(f"module 'nn' has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(_LATER[name]), name)  # the next time it is at hand
    return found


def __dir__() -> list[str]:
    return __all__


__all__ = [
    "ELU", "GELU", "GRU", "LBFGS", "LSTM", "MLP", "RNN", "SELU", "SGD", "Adagrad", "Adam", "AdamW",
    "AdaptiveAvgPool2d", "AvgPool2d", "BCELoss", "BCEWithLogitsLoss", "BatchNorm1d", "BatchNorm2d", "Bilinear",
    "ConstantLR", "Conv1d", "Conv2d", "CosineAnnealingLR", "CrossEntropyLoss", "Dropout", "Embedding", "Ensemble",
    "ExponentialLR", "Flatten", "GroupNorm", "Hardtanh", "HingeEmbeddingLoss", "HingeLoss", "History", "HuberLoss",
    "Identity", "KLDivLoss", "L1Loss", "Lambda", "LambdaLR", "Layer", "LayerNorm", "LeakyReLU", "Linear", "LinearLR",
    "LogSoftmax", "MSELoss", "MaxPool2d", "Module", "ModuleDict", "ModuleList", "MultiStepLR", "NAdam", "NLLLoss",
    "Neuron", "OneCycleLR", "Optimizer", "PReLU", "RMSNorm", "RMSprop", "ReLU", "Recording", "ReduceLROnPlateau",
    "Sequential", "SequentialLR", "SiLU", "Sigmoid", "Skip", "SmoothL1Loss", "Softmax", "Softplus", "StepLR", "Summary",
    "Tanh", "accuracy", "clip_grad_norm", "clip_grad_norm_", "clip_grad_value", "clip_grad_value_", "dead_units",
    "ensemble", "evaluate", "fit", "functional", "functional_call", "gradient_norms", "init", "load", "load_mnist",
    "save", "summary",
]
