"""Activations, as modules."""

from typing import Any

import numpy as np

from autograd.extend import apply
from autograd.rules.elementwise import RELU, SIGMOID
from nn.module import Module


class ReLU(Module):
    """max(x, 0), elementwise."""

    def forward(self, x: Any) -> Any:
        """The activation of x."""
        return apply(RELU, (x,))


class Sigmoid(Module):
    """1 / (1 + exp(-x)), elementwise."""

    def forward(self, x: Any) -> Any:
        """The activation of x."""
        return apply(SIGMOID, (x,))


class Tanh(Module):
    """tanh(x), elementwise."""

    def forward(self, x: Any) -> Any:
        """The activation of x."""
        return np.tanh(x)
