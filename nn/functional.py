"""The functions behind the layers, under PyTorch's names: `import nn.functional as F`.

Each is defined beside the layer that uses it.
"""
# ruff: noqa: I001 (tables of names, many to a line)

from autograd.extend import relu, sigmoid
from nn.activations import elu, gelu, hardtanh, leaky_relu, log_softmax, prelu, selu, silu, softmax, softplus
from nn.conv import conv1d, conv2d
from nn.dropout import dropout
from nn.erf import erf
from nn.linear import bilinear, embedding, linear
from nn.losses import (
    binary_cross_entropy, binary_cross_entropy_with_logits, cross_entropy, hinge_embedding_loss, hinge_loss, huber_loss,
    kl_div, l1_loss, mse_loss, nll_loss, smooth_l1_loss,
)
from nn.normalization import batch_norm, group_norm, layer_norm, rms_norm
from nn.pooling import adaptive_avg_pool2d, avg_pool2d, max_pool2d

__all__ = [
    "adaptive_avg_pool2d", "avg_pool2d", "batch_norm", "bilinear", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "conv1d", "conv2d", "cross_entropy", "dropout", "elu", "embedding", "erf",
    "gelu", "group_norm", "hardtanh", "hinge_embedding_loss", "hinge_loss", "huber_loss", "kl_div", "l1_loss",
    "layer_norm", "leaky_relu", "linear", "log_softmax", "max_pool2d", "mse_loss", "nll_loss", "prelu", "relu",
    "rms_norm", "selu", "sigmoid", "silu", "smooth_l1_loss", "softmax", "softplus",
]
