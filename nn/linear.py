"""`Linear`: the layer with weights and a bias."""

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.extend import apply
from nn.functional import LINEAR
from nn.module import Module


class Linear(Module):
    """y = x weightᵀ + bias, for x of shape (..., in_features).

    weight (out_features, in_features) and bias (out_features,) start uniform in ±1/√in_features, as in PyTorch, drawn
    from `rng` (a numpy.random.Generator or a seed).

    >>> layer = Linear(2, 3, rng=0)
    >>> layer([[1.0, 2.0]]).shape
    (1, 3)
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, dtype: Any = np.float64,
                 rng: Any = None):
        rng = np.random.default_rng(rng)
        bound = 1 / np.sqrt(in_features) if in_features else 0.0
        self.in_features, self.out_features = in_features, out_features
        self.weight = Tensor(rng.uniform(-bound, bound, (out_features, in_features)), dtype=dtype)
        self.bias = Tensor(rng.uniform(-bound, bound, out_features), dtype=dtype) if bias else None

    def forward(self, x: Any) -> Any:
        """The layer of x."""
        if self.bias is None:
            return x @ self.weight.T
        return apply(LINEAR, (x, self.weight, self.bias))

    def extra_repr(self) -> str:
        """The layer's arguments."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
