"""Normalisation: numbers with mean 0 and variance 1 over a batch, a sample, a group of channels."""

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.errors import ShapeError
from autograd.extend import primitive, raw, rule
from autograd.typing import Array, DTypeLike, Shape
from nn.activations import float_dtype
from nn.module import BuiltIn, per_channel


def _measured(x: Array, axes: tuple[int, ...], eps: float, centre: bool, unit: Array = None) -> Any:
    """x, less its mean if `centre`, and the root of its mean square + eps; both in the unit that is the third.

    That is 1, unless squares are too large for the dtype. Half precision, whose end is 65504, is taken as single.
    """
    x, eps = x.astype(np.float32 if x.dtype == np.float16 else float_dtype(x), copy=False), float(eps)
    with np.errstate(over="ignore", invalid="ignore"):
        part = x if unit is None else x / unit
        part = part - np.mean(part, axis=axes, keepdims=True) if centre else part
        added = eps if unit is None else eps / unit / unit
        root = np.sqrt(np.mean(part * part, axis=axes, keepdims=True) + added)
    if unit is None and not np.isfinite(root).all():
        largest = np.max(np.abs(x), axis=axes, keepdims=True)
        return _measured(x, axes, eps, centre, np.where((largest > 0) & (largest < np.inf), largest, 1))
    return part, root, 1.0 if unit is None else unit


@primitive
def _scale(x: Array, axes: tuple[int, ...], eps: float, centre: bool) -> Array:
    """√(variance + eps), over the axes, which stay; unless `centre`, √(mean of squares + eps)."""
    x = np.asarray(x)
    _, root, unit = _measured(x, axes, eps, centre)
    return (root * unit).astype(float_dtype(x), copy=False)


def _of_scale(g: Array, y: Array, x: Array, axes: tuple[int, ...], eps: float, centre: bool) -> Array:
    centred = x - np.mean(x, axis=axes, keepdims=True) if centre else x
    return g * (centred / y) * (y.size / max(1, x.size))


def _plain_scale(x: Array, axes: tuple[int, ...], eps: float, centre: bool) -> Array:
    x = x - np.mean(x, axis=axes, keepdims=True) if centre else x
    return np.sqrt(np.mean(x * x, axis=axes, keepdims=True) + eps)


rule(_scale, "scale", _of_scale, unfolded=_plain_scale)


@primitive
def standardize(x: Array, axes: tuple[int, ...], eps: float) -> Array:
    """(x - mean) / √(variance + eps), both taken over the axes (the variance with divisor n).

    >>> standardize(np.array([1.0, 3.0]), axes=(0,), eps=0.0)
    array([-1.,  1.])
    """
    x = np.asarray(x)
    if not x.size:
        return x
    part, root, _ = _measured(x, axes, eps, centre=True)
    return (part / root).astype(float_dtype(x), copy=False)


def _standardize(g: Array, y: Array, x: Array, axes: tuple[int, ...], eps: float) -> Array:
    # what changes the mean or the scale of x does not change y: those two directions are taken out of g
    if not x.size:
        return g
    g = g - np.mean(g, axis=axes, keepdims=True) - y * np.mean(g * y, axis=axes, keepdims=True)
    return g / _scale(x, axes=axes, eps=eps, centre=True)


rule(standardize, "standardize", _standardize, unfolded=lambda x, axes, eps:
     (x - np.mean(x, axis=axes, keepdims=True)) / _plain_scale(x, axes, eps, centre=True))


def _trailing(numbers: Array, ndim: int, members: int | None) -> Array:
    """Weights of the last axes, in an ensemble with its own axis in front, so that they broadcast over ndim axes."""
    if not members:
        return numbers
    shape = np.shape(raw(numbers))
    return np.reshape(numbers, (shape[0], *(1,) * (ndim - len(shape)), *shape[1:]))


def layer_norm(input: Array, normalized_shape: Sequence[int], weight: Array = None, bias: Array = None,
               eps: float = 1e-5, *, members: int | None = None) -> Array:
    """Standardised over the last axes, whose lengths are normalized_shape (Ba et al., 2016).

    >>> layer_norm(np.array([[1.0, 3.0]]), [2], eps=0.0)
    array([[-1.,  1.]])
    """
    ndim = _check_trailing("layer_norm", input, normalized_shape, members, weight, bias)
    y = standardize(input, axes=tuple(range(-len(normalized_shape), 0)), eps=eps)
    y = y if weight is None else y * _trailing(weight, ndim, members)
    return y if bias is None else y + _trailing(bias, ndim, members)


def rms_norm(input: Array, normalized_shape: Sequence[int], weight: Array = None, eps: float | None = None, *,
             members: int | None = None) -> Array:
    """input / √(mean of squares + eps), over the last axes (Zhang & Sennrich, 2019); eps is the dtype's by default."""
    ndim = _check_trailing("rms_norm", input, normalized_shape, members, weight)
    eps = np.finfo(float_dtype(input)).eps if eps is None else eps
    y = input / _scale(input, axes=tuple(range(-len(normalized_shape), 0)), eps=eps, centre=False)
    return y if weight is None else y * _trailing(weight, ndim, members)


def _check_trailing(name: str, x: Array, normalized_shape: Sequence[int], members: int | None, *numbers: Array) -> int:
    shape, wanted = np.shape(raw(x)), tuple(normalized_shape)
    if not wanted or shape[-len(wanted) :] != wanted:
        raise ShapeError(f"{name}: the last axes of the input must be {wanted}, got shape {shape}")
    for one in numbers:
        if one is not None and np.shape(raw(one))[bool(members) :] != wanted:
            raise ShapeError(f"{name}: weight and bias must have the shape {wanted}, got {np.shape(raw(one))}")
    return len(shape)


def group_norm(input: Array, num_groups: int, weight: Array = None, bias: Array = None, eps: float = 1e-5, *,
               members: int | None = None) -> Array:
    """Standardised over groups of channels of each sample, for input (N, channels, …) (Wu & He, 2018)."""
    shape, first = np.shape(raw(input)), bool(members)
    if len(shape) < 2 + first or num_groups < 1 or shape[1 + first] % num_groups:
        raise ShapeError(f"group_norm: an input of shape {shape} has no {num_groups} equal groups of channels")
    grouped = np.reshape(input, (*shape[: 1 + first], num_groups, math.prod(shape[1 + first :]) // num_groups))
    return _scaled(np.reshape(standardize(grouped, axes=(-1,), eps=eps), shape), weight, bias)


def batch_norm(input: Array, running_mean: Array, running_var: Array, weight: Array = None, bias: Array = None,
               training: bool = False, momentum: float = 0.1, eps: float = 1e-5) -> Array:
    """Standardised for each channel over the batch and all positions: input (N, C) or (N, C, …); Ioffe & Szegedy, 2015.

    Unless `training`, with the given mean and variance in place of the batch's own. The running statistics are not
    changed here: see `BatchNorm1d`.
    """
    use_batch = training or running_mean is None
    if use_batch:
        _check_count("batch_norm", np.shape(raw(input)))
    return _scaled(_normalized(input, running_mean, running_var, use_batch, eps, 0), weight, bias)


def _check_count(name: str, shape: Shape) -> None:
    if len(shape) > 1 and math.prod((shape[0], *shape[2:])) == 1:
        raise ShapeError(f"{name} in training needs more than one number for each channel, got shape {shape}: a batch "
                         "of one has no variance (call model.eval() to use the model)")


def _scaled(y: Array, weight: Array, bias: Array) -> Array:
    """y times a weight plus a bias, each one for each channel, or None."""
    y = y if weight is None else y * per_channel(weight, y)
    return y if bias is None else y + per_channel(bias, y)


def _normalized(x: Array, mean: Array, var: Array, training: bool, eps: float, first: int) -> Array:
    if training:
        return standardize(x, axes=_over(x, first), eps=eps)
    return (x - per_channel(mean, x)) / per_channel(np.sqrt(var + float(eps)), x)


def _over(x: Array, first: int) -> tuple[int, ...]:
    """The axes of a batch and its positions: all but that of the channels (and of an ensemble's members)."""
    return (first, *range(first + 2, np.ndim(raw(x))))


class _BatchNorm(BuiltIn):
    _shown = "num_features", "eps=", "momentum=", "affine=", "track_running_stats="
    axes: tuple[int, ...] = ()  # how many axes the input may have
    running_mean: Array
    running_var: Array
    num_batches_tracked: Array

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True,
                 track_running_stats: bool = True, dtype: DTypeLike = np.float64):
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = Tensor(np.ones(num_features), dtype=dtype) if affine else None
        self.bias = Tensor(np.zeros(num_features), dtype=dtype) if affine else None
        if track_running_stats:
            self.register_buffer("running_mean", np.zeros(num_features, dtype))
            self.register_buffer("running_var", np.ones(num_features, dtype))
            self.register_buffer("num_batches_tracked", np.array(0))

    def forward(self, x: Array) -> Array:
        """x of shape (N, C, …), standardised for each channel."""
        numbers, first = raw(x), int(self.stacked is not None)
        shape = np.shape(numbers)[first:]
        if len(shape) not in self.axes or shape[1] != self.num_features:
            raise ShapeError(f"{type(self).__name__}({self.num_features}) takes {' or '.join(map(str, self.axes))} "
                             f"axes, the second of length {self.num_features}; got shape {shape}")
        use_batch = self.training or not self.track_running_stats
        if use_batch:
            _check_count(type(self).__name__, shape)
        if self.training and self.track_running_stats and np.size(numbers):
            self._track(numbers, _over(numbers, first))
        mean, var = (None, None) if use_batch else (self.running_mean, self.running_var)
        return _scaled(_normalized(x, mean, var, use_batch, self.eps, first), self.weight, self.bias)

    def _track(self, x: Array, axes: tuple[int, ...]) -> None:
        """Move the running statistics towards this batch's mean and variance (with divisor n - 1, as in PyTorch)."""
        count = self.num_batches_tracked + 1
        share = float(1 / np.max(count) if self.momentum is None else self.momentum)
        half = x.dtype == np.float16
        with np.errstate(over="ignore", invalid="ignore"):
            mean, var = np.mean(x, axis=axes), np.var(x, axis=axes, ddof=1, dtype=np.float32 if half else None)
            if not np.isfinite(var).all():  # squares, or sums of numbers that fit, may be too large
                x = x.astype(np.longdouble)
                mean, var = np.mean(x, axis=axes), np.var(x, axis=axes, ddof=1)
            old, kind = (self.running_mean, self.running_var), self.running_mean.dtype
            moved = [((1 - share) * x + share * new).astype(kind) for x, new in zip(old, (mean, var), strict=True)]
        self.running_mean, self.running_var = moved
        self.num_batches_tracked = np.asarray(count)


class BatchNorm1d(_BatchNorm):
    """Standardised for each channel over the batch, then scaled and shifted; x of shape (N, C) or (N, C, L).

    In training with the batch's own mean and variance, which also move the running ones (by `momentum`; None: the mean
    of all batches so far); in use (`eval`) with the running ones. Buffers: running_mean, running_var (C,) and
    num_batches_tracked.

    >>> layer = BatchNorm1d(1)
    >>> layer(np.array([[1.0], [3.0]])).data.round(3).tolist(), layer.running_mean.tolist()
    ([[-1.0], [1.0]], [0.2])
    """

    axes = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Standardised for each channel over the batch and all positions; x of shape (N, C, H, W): see `BatchNorm1d`."""

    axes = (4,)


class LayerNorm(BuiltIn):
    """Standardised over the last axes, whose lengths are normalized_shape, then scaled and shifted.

    >>> LayerNorm(2)(np.array([[1.0, 3.0]])).data.round(3)
    array([[-1.,  1.]])
    """

    _shown = "normalized_shape", "eps=", "elementwise_affine="

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True,
                 bias: bool = True, dtype: DTypeLike = np.float64):
        self.normalized_shape = _as_tuple(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.weight = Tensor(np.ones(self.normalized_shape), dtype=dtype) if elementwise_affine else None
        self.bias = Tensor(np.zeros(self.normalized_shape), dtype=dtype) if elementwise_affine and bias else None

    def forward(self, x: Array) -> Array:
        """x of shape (..., *normalized_shape), standardised."""
        return layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps, members=self.stacked)


class RMSNorm(BuiltIn):
    """x / √(mean of x² + eps) over the last axes, then scaled; eps is by default the dtype's smallest step."""

    _shown = "normalized_shape", "eps=", "elementwise_affine="

    def __init__(self, normalized_shape: int | Sequence[int], eps: float | None = None,
                 elementwise_affine: bool = True, dtype: DTypeLike = np.float64):
        self.normalized_shape = _as_tuple(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.weight = Tensor(np.ones(self.normalized_shape), dtype=dtype) if elementwise_affine else None

    def forward(self, x: Array) -> Array:
        """x of shape (..., *normalized_shape), scaled to a mean square of 1."""
        return rms_norm(x, self.normalized_shape, self.weight, self.eps, members=self.stacked)


class GroupNorm(BuiltIn):
    """Standardised over each of num_groups groups of channels of each sample; x of shape (N, num_channels, …)."""

    _shown = "num_groups", "num_channels", "eps=", "affine="

    def __init__(self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True,
                 dtype: DTypeLike = np.float64):
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"{num_channels} channels can't be divided into {num_groups} equal groups")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.weight = Tensor(np.ones(num_channels), dtype=dtype) if affine else None
        self.bias = Tensor(np.zeros(num_channels), dtype=dtype) if affine else None

    def forward(self, x: Array) -> Array:
        """x of shape (N, num_channels, …), standardised."""
        return group_norm(x, self.num_groups, self.weight, self.bias, self.eps, members=self.stacked)


def _as_tuple(shape: Any) -> tuple[int, ...]:
    return tuple([operator.index(n) for n in shape]) if np.ndim(shape) else (operator.index(shape),)
