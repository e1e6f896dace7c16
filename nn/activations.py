"""Activations: each as a function of an array, and as a module that calls it."""

import math
from collections.abc import Callable

import numpy as np

from autograd import Tensor
from autograd.extend import TABLE, apply, primitive, raw, relu, rule, sigmoid
from autograd.typing import Array, DTypeLike
from nn.erf import gelu as exact_gelu
from nn.erf import gelu_pull
from nn.module import BuiltIn, per_channel

_RELU, _SIGMOID = TABLE[relu], TABLE[sigmoid]


def float_dtype(x: Array) -> DTypeLike:
    """The dtype of x, if it is one of floats (or of objects, as single numbers are); others become float64."""
    dtype = np.asarray(raw(x)).dtype
    return dtype if dtype.kind in "fcO" else np.float64


# ---- functions: the value, and its derivative beside it -------------------------------------------------------------
# A setting is a float: as a number of NumPy's it would decide the dtype of the result.
@primitive
def leaky_relu(x: Array, negative_slope: float = 0.01) -> Array:
    """x where x > 0, negative_slope · x elsewhere."""
    return np.where(x > 0, x, float(negative_slope) * x)


rule(leaky_relu, "leaky ReLU", lambda g, y, x, negative_slope=0.01: g * np.where(x > 0, 1.0, negative_slope),
     elementwise=True)


@primitive
def elu(x: Array, alpha: float = 1.0) -> Array:
    """x where x > 0, alpha · (exp(x) - 1) elsewhere (Clevert et al., 2016)."""
    return np.where(x > 0, x, float(alpha) * np.expm1(np.minimum(x, 0)))


rule(elu, "ELU", lambda g, y, x, alpha=1.0: g * np.where(x > 0, 1.0, y + alpha), elementwise=True)

# fixed points of mean and variance: Klambauer et al., 2017, equation 14
_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


@primitive
def selu(x: Array) -> Array:
    """scale · elu(x, alpha), with the constants that keep mean 0 and variance 1 from layer to layer."""
    return _SELU_SCALE * np.where(x > 0, x, _SELU_ALPHA * np.expm1(np.minimum(x, 0)))


rule(selu, "SELU", lambda g, y, x: g * np.where(x > 0, _SELU_SCALE, y + _SELU_SCALE * _SELU_ALPHA), elementwise=True)


@primitive
def gelu(x: Array, approximate: str = "none") -> Array:
    """x · Φ(x), Φ the normal distribution function (Hendrycks & Gimpel, 2016); with "tanh", its approximation."""
    if approximate == "none":
        return exact_gelu(x)
    if approximate != "tanh":
        raise ValueError(f"approximate is 'none' or 'tanh', got {approximate!r}")
    with np.errstate(over="ignore"):
        return np.maximum(x, -_FAR) * _phi(x)


_CUBE = 0.044715
_FAR = 10.0  # from here on the tanh is -1 or 1 in every dtype, so that it need not be multiplied by ∞


def _phi(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + _CUBE * x * x * x)))


def _gelu(g: Array, y: Array, x: Array, approximate: str = "none") -> Array:
    if approximate == "none":
        return gelu_pull(g, y, x)
    x = np.clip(x, -_FAR, _FAR)
    phi = _phi(x)
    slope = 2 * phi * (1 - phi) * math.sqrt(2 / math.pi) * (1 + 3 * _CUBE * x * x)
    return g * (phi + x * slope)


rule(gelu, "GELU", _gelu, elementwise=True)


@primitive
def silu(x: Array) -> Array:
    """x · sigmoid(x), also called swish."""
    return np.maximum(x, -_SILENT) * sigmoid(x)


_SILENT = 1000.0  # from here on the sigmoid is 0 or 1 in every dtype, so that its product with ∞ need not be taken


def _silu(g: Array, y: Array, x: Array) -> Array:
    s, x = sigmoid(x), np.clip(x, -_SILENT, _SILENT)
    return g * (s * (1 + x * (1 - s)))


rule(silu, "SiLU", _silu, elementwise=True)


@primitive
def softplus(x: Array, beta: float = 1.0, threshold: float = 20.0) -> Array:
    """log(1 + exp(beta·x)) / beta, a smooth ReLU; x itself where beta·x > threshold."""
    beta = float(beta)
    return np.where(beta * x > float(threshold), x, np.logaddexp(0, beta * x) / beta)


rule(softplus, "softplus", lambda g, y, x, beta=1.0, threshold=20.0:
     g * np.where(float(beta) * x > float(threshold), 1.0, sigmoid(beta * x)), elementwise=True)


@primitive
def hardtanh(x: Array, min_val: float = -1.0, max_val: float = 1.0) -> Array:
    """x, but not below min_val or above max_val, where its derivative is 0 (at the bounds, too)."""
    return np.minimum(np.maximum(x, float(min_val)), float(max_val))


rule(hardtanh, "hardtanh", lambda g, y, x, min_val=-1.0, max_val=1.0:
     g * np.logical_not((x <= min_val) | (x >= max_val)), elementwise=True)


@primitive
def softmax(x: Array, dim: int = -1) -> Array:
    """exp(x) / Σ exp(x) along the axis dim: positive numbers that sum to 1.

    >>> softmax(np.zeros(4))
    array([0.25, 0.25, 0.25, 0.25])
    """
    e = np.exp(_shifted(x, dim))
    return (e / np.sum(e, axis=dim, keepdims=True)).astype(float_dtype(x), copy=False)


def _shifted(x: Array, dim: int) -> Array:
    """x, less its largest number along the axis: so that exp does not overflow; nor a sum in half precision."""
    dtype = float_dtype(x)
    x = np.asarray(x, np.float32 if dtype == np.float16 else dtype)
    return x - np.max(x, axis=dim, keepdims=True) if x.size else x


rule(softmax, "softmax", lambda g, y, x, dim=-1: y * (g - np.sum(g * y, axis=dim, keepdims=True)))


@primitive
def log_softmax(x: Array, dim: int = -1) -> Array:
    """log(softmax(x)), without overflow."""
    shifted = _shifted(x, dim)
    if not shifted.size:
        return shifted
    y = shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))
    return y.astype(float_dtype(x), copy=False)


rule(log_softmax, "log softmax", lambda g, y, x, dim=-1: g - np.exp(y) * np.sum(g, axis=dim, keepdims=True))


@primitive
def share_of(x: Array, share: Array) -> Array:
    """share · x, of which a share of 0 is 0, even if x is infinite or NaN.

    >>> share_of(np.array([np.inf, 2.0]), np.array([0.0, 0.5]))
    array([0., 1.])
    """
    with np.errstate(invalid="ignore"):
        y = share * x
    return y if np.isfinite(y).all() else np.where(np.equal(share, 0), 0, y)


rule(share_of, "×", lambda g, y, x, share: share_of(g, share), lambda g, y, x, share: g * x, elementwise=True)


def prelu(x: Array, weight: Array) -> Array:
    """x where x > 0, weight · x elsewhere; with several weights, one for each channel (axis 1) of x."""
    return np.where(raw(x) > 0, x, per_channel(weight, x) * x)


# ---- modules --------------------------------------------------------------------------------------------------------
class ReLU(BuiltIn):
    """max(x, 0), elementwise.

    >>> ReLU()(np.array([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """

    def forward(self, x: Array) -> Array:
        return apply(_RELU, (x,))


class LeakyReLU(BuiltIn):
    """x where x > 0, negative_slope · x elsewhere."""

    _shown = ("negative_slope=",)

    def __init__(self, negative_slope: float = 0.01):
        self.negative_slope = negative_slope

    def forward(self, x: Array) -> Array:
        return leaky_relu(x, negative_slope=self.negative_slope)


class PReLU(BuiltIn):
    """x where x > 0, weight · x elsewhere, with a trained weight: one, or one for each channel (axis 1)."""

    _shown = ("num_parameters=",)

    def __init__(self, num_parameters: int = 1, init: float = 0.25, dtype: DTypeLike = np.float64):
        self.num_parameters = num_parameters
        self.weight = Tensor(np.full(num_parameters, init), dtype=dtype)

    def forward(self, x: Array) -> Array:
        return prelu(x, self.weight)


class ELU(BuiltIn):
    """x where x > 0, alpha · (exp(x) - 1) elsewhere."""

    _shown = ("alpha=",)

    def __init__(self, alpha: float = 1.0):
        self.alpha = alpha

    def forward(self, x: Array) -> Array:
        return elu(x, alpha=self.alpha)


class SELU(BuiltIn):
    """The ELU that keeps mean 0 and variance 1 from layer to layer, scaled."""

    def forward(self, x: Array) -> Array:
        return selu(x)


class GELU(BuiltIn):
    """x · Φ(x), Φ the normal distribution function; approximate is "none" or "tanh"."""

    _shown = ("approximate=",)

    def __init__(self, approximate: str = "none"):
        if approximate not in ("none", "tanh"):
            raise ValueError(f"approximate is 'none' or 'tanh', got {approximate!r}")
        self.approximate = approximate

    def forward(self, x: Array) -> Array:
        return gelu(x, approximate=self.approximate)


class SiLU(BuiltIn):
    """x · sigmoid(x)."""

    def forward(self, x: Array) -> Array:
        return silu(x)


class Softplus(BuiltIn):
    """log(1 + exp(beta·x)) / beta; x itself where beta·x > threshold."""

    _shown = "beta=", "threshold="

    def __init__(self, beta: float = 1.0, threshold: float = 20.0):
        self.beta, self.threshold = beta, threshold

    def forward(self, x: Array) -> Array:
        return softplus(x, beta=self.beta, threshold=self.threshold)


class Sigmoid(BuiltIn):
    """1 / (1 + exp(-x)), elementwise."""

    def forward(self, x: Array) -> Array:
        return apply(_SIGMOID, (x,))


class Tanh(BuiltIn):
    """tanh(x), elementwise."""

    def forward(self, x: Array) -> Array:
        return np.tanh(x)


class Hardtanh(BuiltIn):
    """x, but not below min_val or above max_val."""

    _shown = "min_val=", "max_val="

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0):
        if not min_val < max_val:
            raise ValueError(f"min_val must be below max_val, got {min_val} and {max_val}")
        self.min_val, self.max_val = min_val, max_val

    def forward(self, x: Array) -> Array:
        return hardtanh(x, min_val=self.min_val, max_val=self.max_val)


class _Along(BuiltIn):
    _shown = ("dim=",)
    function: Callable[..., Array]

    def __init__(self, dim: int = -1):
        self.dim = dim

    def forward(self, x: Array) -> Array:
        return self.function(x, dim=self.dim + 1 if self.stacked and self.dim >= 0 else self.dim)


class Softmax(_Along):
    """exp(x) / Σ exp(x) along the axis dim; the last, unless told otherwise."""

    function = staticmethod(softmax)


class LogSoftmax(_Along):
    """log(softmax(x)) along the axis dim; the last, unless told otherwise."""

    function = staticmethod(log_softmax)
