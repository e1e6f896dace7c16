"""nn: neurons, layers, losses and optimisers on `autograd`, under PyTorch's and micrograd's names."""

from nn import functional
from nn.activations import ReLU, Sigmoid, Tanh
from nn.linear import Linear
from nn.losses import BCEWithLogitsLoss, CrossEntropyLoss, MSELoss
from nn.module import Module, Sequential
from nn.neuron import MLP, Layer, Neuron
from nn.optim import SGD, Adam, Optimizer

__all__ = [
    "MLP", "SGD", "Adam", "BCEWithLogitsLoss", "CrossEntropyLoss", "Layer", "Linear", "MSELoss", "Module", "Neuron",
    "Optimizer", "ReLU", "Sequential", "Sigmoid", "Tanh", "functional",
]  # fmt: skip
