"""nn: neurons, layers, losses and optimisers on `autograd`, under PyTorch's and micrograd's names."""

from nn import functional
from nn.activations import (
    ELU,
    GELU,
    SELU,
    Hardtanh,
    LeakyReLU,
    LogSoftmax,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nn.containers import Flatten, Identity, Lambda, ModuleDict, ModuleList, Sequential, Skip
from nn.conv import AdaptiveAvgPool2d, AvgPool2d, Conv1d, Conv2d, MaxPool2d
from nn.dropout import Dropout
from nn.ensemble import Ensemble, ensemble
from nn.linear import Bilinear, Embedding, Linear
from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HingeEmbeddingLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from nn.module import Module, functional_call
from nn.neuron import MLP, Layer, Neuron
from nn.normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RMSNorm
from nn.optim import SGD, Adam, Optimizer
from nn.recurrent import GRU, LSTM, RNN

__all__ = [
    "ELU", "GELU", "GRU", "LSTM", "MLP", "RNN", "SELU", "SGD", "Adam", "AdaptiveAvgPool2d", "AvgPool2d", "BCELoss",
    "BCEWithLogitsLoss", "BatchNorm1d", "BatchNorm2d", "Bilinear", "Conv1d", "Conv2d", "CrossEntropyLoss", "Dropout",
    "Embedding", "Ensemble", "Flatten", "GroupNorm", "Hardtanh", "HingeEmbeddingLoss", "HingeLoss", "HuberLoss",
    "Identity", "KLDivLoss", "L1Loss", "Lambda", "Layer", "LayerNorm", "LeakyReLU", "Linear", "LogSoftmax", "MSELoss",
    "MaxPool2d", "Module", "ModuleDict", "ModuleList", "NLLLoss", "Neuron", "Optimizer", "PReLU", "RMSNorm", "ReLU",
    "Sequential", "SiLU", "Sigmoid", "Skip", "SmoothL1Loss", "Softmax", "Softplus", "Tanh", "ensemble", "functional",
    "functional_call",
]  # fmt: skip
