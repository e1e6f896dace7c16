"""Initialisers: numbers for parameters to start from, drawn from an `rng`. Names and formulas are PyTorch's.

Each fills a Tensor's `data`, keeping shape and dtype, and returns the Tensor. `rng` is a Generator or a seed.
"""

import math
from collections.abc import Sequence

import numpy as np

from autograd import Tensor
from autograd.errors import ShapeError
from autograd.typing import ArrayLike, Seed


def fan_in_and_fan_out(shape: Sequence[int]) -> tuple[int, int]:
    """How many numbers go into a unit of a weight (out, in, …), and how many units each goes out to.

    >>> fan_in_and_fan_out((16, 6, 5, 5))
    (150, 400)
    """
    if len(shape) < 2:
        raise ShapeError(f"a weight of shape {tuple(shape)} has no fan-in: it needs two axes at least, (out, in, …)")
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By what factor weights must be larger before this activation, to keep the variance; param is leaky_relu's slope.

    >>> calculate_gain("relu") == 2**0.5
    True
    """
    linear = ("linear", "sigmoid", *(f"conv{way}{n}d" for way in ("", "_transpose") for n in (1, 2, 3)))
    gains = {"relu": math.sqrt(2), "tanh": 5 / 3, "selu": 0.75} | dict.fromkeys(linear, 1.0)
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in gains:
        raise ValueError(f"no gain is known for {nonlinearity!r}: there are leaky_relu, {', '.join(gains)}")
    return gains[nonlinearity]


def _filled(tensor: Tensor, numbers: ArrayLike) -> Tensor:
    tensor.data = numbers
    return tensor


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, rng: Seed = None) -> Tensor:
    """Uniform between a and b.

    >>> w = uniform_(Tensor(np.zeros((100, 50))), 2.0, 3.0, rng=0)
    >>> bool(2.0 <= w.data.min() and w.data.max() < 3.0)
    True
    """
    if not a <= b:
        raise ValueError(f"a must not be above b, got {a} and {b} for shape {tensor.shape}")
    return _filled(tensor, np.random.default_rng(rng).uniform(a, b, tensor.shape))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, rng: Seed = None) -> Tensor:
    """Normal, with this mean and standard deviation.

    >>> w = normal_(Tensor(np.zeros((100, 50))), 2.0, 0.5, rng=0)
    >>> round(float(w.data.mean()), 1), round(float(w.data.std()), 1)
    (2.0, 0.5)
    """
    if not std >= 0:
        raise ValueError(f"std must not be negative, got {std} for shape {tensor.shape}")
    return _filled(tensor, np.random.default_rng(rng).normal(mean, std, tensor.shape))


def trunc_normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0,
                  rng: Seed = None) -> Tensor:
    """Normal, but drawn again what is below a or above b.

    >>> w = trunc_normal_(Tensor(np.zeros((100, 50))), a=-1.0, rng=0)
    >>> bool(-1.0 <= w.data.min() and w.data.max() <= 2.0)
    True
    """
    if not a < b:
        raise ValueError(f"a must be below b, got {a} and {b} for shape {tensor.shape}")
    rng = np.random.default_rng(rng)
    numbers = rng.normal(mean, std, tensor.shape)
    for _ in range(1000):
        outside = (numbers < a) | (numbers > b)
        if not outside.any():
            return _filled(tensor, numbers)
        numbers[outside] = rng.normal(mean, std, int(outside.sum()))
    raise ValueError(f"hardly any number of mean {mean} and deviation {std} lies between {a} and {b}")


def constant_(tensor: Tensor, val: float) -> Tensor:
    """All val.

    >>> constant_(Tensor([1.0, 2.0]), 0.5)
    Tensor([0.5, 0.5])
    """
    return _filled(tensor, np.full(tensor.shape, val))


def zeros_(tensor: Tensor) -> Tensor:
    """All 0.

    >>> zeros_(Tensor([1.0, 2.0]))
    Tensor([0., 0.])
    """
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """All 1.

    >>> ones_(Tensor([3.0, 2.0]))
    Tensor([1., 1.])
    """
    return constant_(tensor, 1.0)


def eye_(tensor: Tensor) -> Tensor:
    """1 on the diagonal of a matrix, 0 elsewhere.

    >>> eye_(Tensor(np.zeros((2, 3)))).data.tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    if tensor.ndim != 2:
        raise ShapeError(f"eye_ fills a matrix, got shape {tensor.shape}")
    return _filled(tensor, np.eye(*tensor.shape))


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, rng: Seed = None) -> Tensor:
    """Uniform in ±gain · √(6 / (fan_in + fan_out)) (Glorot & Bengio, 2010).

    >>> round(float(abs(xavier_uniform_(Tensor(np.zeros((100, 50))), rng=0).data).max()), 2)  # √(6 / 150)
    0.2
    """
    bound = gain * math.sqrt(6 / max(1, sum(fan_in_and_fan_out(tensor.shape))))
    return uniform_(tensor, -bound, bound, rng)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, rng: Seed = None) -> Tensor:
    """Normal, with standard deviation gain · √(2 / (fan_in + fan_out)) (Glorot & Bengio, 2010).

    >>> round(float(xavier_normal_(Tensor(np.zeros((100, 50))), rng=0).data.std()), 1)  # √(2 / 150)
    0.1
    """
    return normal_(tensor, 0.0, gain * math.sqrt(2 / max(1, sum(fan_in_and_fan_out(tensor.shape)))), rng)


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan_in, fan_out = fan_in_and_fan_out(tensor.shape)
    return calculate_gain(nonlinearity, a) / math.sqrt(max(1, fan_in if mode == "fan_in" else fan_out))


def kaiming_uniform_(tensor: Tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
                     rng: Seed = None) -> Tensor:
    """Uniform in ±gain · √(3 / fan) (He et al., 2015); a is the slope of the leaky ReLU.

    >>> round(float(abs(kaiming_uniform_(Tensor(np.zeros((100, 50))), rng=0).data).max()), 2)  # √2 · √(3 / 50)
    0.35
    """
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, rng)


def kaiming_normal_(tensor: Tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
                    rng: Seed = None) -> Tensor:
    """Normal, with standard deviation gain / √fan (He et al., 2015); a is the slope of the leaky ReLU.

    >>> round(float(kaiming_normal_(Tensor(np.zeros((100, 50))), rng=0).data.std()), 1)  # √2 / √50
    0.2
    """
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), rng)


def orthogonal_(tensor: Tensor, gain: float = 1.0, rng: Seed = None) -> Tensor:
    """gain times a matrix with orthonormal rows (or columns, of which there are fewer) (Saxe et al., 2014).

    A weight of more than two axes is filled as the matrix (out, rest).

    >>> w = orthogonal_(Tensor(np.zeros((2, 3))), rng=0)
    >>> bool(np.allclose(w.data @ w.data.T, np.eye(2)))
    True
    """
    if tensor.ndim < 2:
        raise ShapeError(f"orthogonal_ fills a weight of two axes at least, got shape {tensor.shape}")
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    q, r = np.linalg.qr(np.random.default_rng(rng).normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)  # without it, q would not be uniformly distributed
    return _filled(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))


__all__ = ["calculate_gain", "constant_", "eye_", "fan_in_and_fan_out", "kaiming_normal_", "kaiming_uniform_",
           "normal_", "ones_", "orthogonal_", "trunc_normal_", "uniform_", "xavier_normal_", "xavier_uniform_",
           "zeros_"]
