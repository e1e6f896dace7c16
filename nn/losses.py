"""Losses: how far an output is from its target, each as a function and as a module.

reduction  "mean" (the default), "sum", or "none": one number for each element (or sample)
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.extend import apply, primitive, raw, rule
from autograd.typing import Array
from nn.activations import log_softmax, softplus
from nn.module import Module


def _reduced(each: Array, reduction: str, members: Any = None) -> Array:
    """The mean or the sum of a loss's parts: of all, or in an ensemble of each member's."""
    if reduction == "none":
        return each
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction is 'mean', 'sum' or 'none', got {reduction!r}")
    axes = tuple(range(1, np.ndim(each))) if members else None
    return np.mean(each, axis=axes) if reduction == "mean" else np.sum(each, axis=axes)


def _check_shapes(name: str, input: Array, target: Array, members: Any = None) -> None:
    have, wanted = np.shape(raw(input)), np.shape(raw(target))
    if have != wanted and not (members and have[1:] == wanted):
        raise ShapeError(f"{name}: the input has shape {have} and the target {wanted}; they must be the same, for to "
                         "broadcast one over the other would compare every pair")


def _elementwise(name: str, each: Callable[..., Array]) -> Callable[..., Array]:
    """The loss function made of each(input, target, **settings), the loss of every element."""

    def loss(input: Array, target: Array, reduction: str = "mean", *, members: Any = None, **settings: Any) -> Array:
        _check_shapes(name, input, target, members)
        return _reduced(each(input, target, **settings), reduction, members)

    loss.__name__ = loss.__qualname__ = name
    loss.__doc__ = each.__doc__
    return loss


def _weights(x: Any) -> Any:
    """Weights as numbers; a string there was meant as the reduction."""
    if isinstance(x, str):
        raise TypeError(f"weights are numbers, got {x!r}: the reduction goes by name, reduction={x!r}")
    return raw(x)


class _Loss(Module):
    """What the losses share: the function, and the settings that go with it."""

    ensembles = True

    def __init__(self, reduction: str = "mean"):
        _reduced(0.0, reduction)  # which says what may stand there
        self.reduction = reduction

    def extra_repr(self) -> str:
        """The reduction, if it is not the usual one."""
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


# ---- numbers against numbers ----------------------------------------------------------------------------------------
@primitive
def _mse(input: Array, target: Array) -> Array:
    difference = np.subtract(input, target)
    return np.vdot(difference, difference) / difference.size


def _mean_of_squares(input: Array, target: Array) -> Array:
    return np.mean(np.square(input - target))


MSE = rule(
    _mse, "mse",
    lambda g, y, x, t: (x - t) * (g * (2.0 / (x.size if hasattr(x, "size") else 1))),
    lambda g, y, x, t: (t - x) * (g * (2.0 / (x.size if hasattr(x, "size") else 1))),
    unfolded=_mean_of_squares,
)


@primitive
def _mse_of_members(input: Array, target: Array) -> Array:
    difference = np.subtract(input, target).reshape(len(input), -1)
    return np.einsum("ni,ni->n", difference, difference) / difference.shape[1]


def _slope_of_members(g: Array, x: Array) -> Array:
    return (g * (2.0 / (x.size // x.shape[0]))).reshape(-1, *(1,) * (x.ndim - 1))


rule(
    _mse_of_members, "mse",
    lambda g, y, x, t: (x - t) * _slope_of_members(g, x),
    lambda g, y, x, t: (t - x) * _slope_of_members(g, x),
)


def mse_loss(input: Array, target: Array, reduction: str = "mean", *, members: Any = None) -> Array:
    """(input - target)².

    >>> float(mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0])))
    2.0
    """
    _check_shapes("mse_loss", input, target, members)
    if reduction == "mean" and np.size(raw(input)):
        return _mse_of_members(input, target) if members else apply(MSE, (input, target))
    return _reduced((input - target) ** 2, reduction, members)


@primitive
def _huber(difference: Array, delta: float) -> Array:
    size = np.abs(difference)
    return np.where(size < delta, 0.5 * size * size, delta * (size - 0.5 * delta))


rule(_huber, "huber", lambda g, y, d, delta: g * np.minimum(np.maximum(d, -delta), delta))


def _of_l1(input: Array, target: Array) -> Array:
    """|input - target|."""
    return np.abs(input - target)


def _of_huber(input: Array, target: Array, delta: float = 1.0) -> Array:
    """(input - target)² / 2 near the target; delta · (|input - target| - delta/2) beyond delta (Huber, 1964)."""
    if not delta > 0:
        raise ValueError(f"delta must be above 0, got {delta}")
    return _huber(np.subtract(input, target), delta=delta)


def _of_smooth_l1(input: Array, target: Array, beta: float = 1.0) -> Array:
    """The Huber loss divided by beta: |input - target| - beta/2 beyond beta, and the plain L1 loss with beta = 0."""
    if beta < 0:
        raise ValueError(f"beta must not be negative, got {beta}")
    return _of_l1(input, target) if beta == 0 else _of_huber(input, target, beta) / beta


l1_loss, huber_loss, smooth_l1_loss = (
    _elementwise("l1_loss", _of_l1), _elementwise("huber_loss", _of_huber),
    _elementwise("smooth_l1_loss", _of_smooth_l1),
)


class MSELoss(_Loss):
    """The squared error (input - target)², averaged.

    >>> float(MSELoss()(np.array([1.0, 2.0]), np.array([1.0, 4.0])).data)
    2.0
    """

    ensembles = True

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of an input and a target of one shape."""
        if self.reduction == "mean" and not self.stacked and getattr(input, "shape", 0) == getattr(target, "shape", 1):
            return apply(MSE, (input, target))  # the short way
        return mse_loss(input, target, self.reduction, members=self.stacked)


class L1Loss(_Loss):
    """The absolute error |input - target|, averaged."""

    ensembles = True

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of an input and a target of one shape."""
        return l1_loss(input, target, self.reduction, members=self.stacked)


class SmoothL1Loss(_Loss):
    """(input - target)² / (2 beta) near the target, |input - target| - beta/2 beyond beta; averaged."""

    ensembles = True

    def __init__(self, reduction: str = "mean", beta: float = 1.0):
        super().__init__(reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of an input and a target of one shape."""
        return smooth_l1_loss(input, target, self.reduction, beta=self.beta, members=self.stacked)


class HuberLoss(_Loss):
    """(input - target)² / 2 near the target, delta · (|input - target| - delta/2) beyond delta; averaged."""

    ensembles = True

    def __init__(self, reduction: str = "mean", delta: float = 1.0):
        super().__init__(reduction)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of an input and a target of one shape."""
        return huber_loss(input, target, self.reduction, delta=self.delta, members=self.stacked)


# ---- yes or no ------------------------------------------------------------------------------------------------------
@primitive
def _bce(input: Array, target: Array) -> Array:
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(input), -100), np.maximum(np.log1p(-input), -100)
    return -(target * yes + (1 - target) * no)


rule(
    _bce, "bce",
    lambda g, y, x, t: g * (x - t) / np.maximum(x * (1 - x), 1e-12),  # bounded where a logarithm was cut off
    lambda g, y, x, t: g * (np.maximum(np.log1p(-x), -100) - np.maximum(np.log(x), -100)),
    elementwise=True,
)


def _of_bce(input: Array, target: Array, weight: Any = None) -> Array:
    """-t·log(input) - (1 - t)·log(1 - input), for probabilities; a logarithm is never taken as less than -100."""
    numbers = raw(input)
    if np.size(numbers) and not (np.min(numbers) >= 0 and np.max(numbers) <= 1):
        raise ValueError(f"binary_cross_entropy takes probabilities, got numbers from {np.min(numbers):.4g} to "
                         f"{np.max(numbers):.4g}: use BCEWithLogitsLoss, or a Sigmoid before it")
    each = _bce(input, target)
    return each if weight is None else each * weight


@primitive
def bce_with_logits(input: Array, target: Array) -> Array:
    """log(1 + exp(x)) - t·x, elementwise and without overflow: the cross entropy of sigmoid(x) and t."""
    return np.maximum(input, 0) - input * target + np.log1p(np.exp(-np.abs(input)))


rule(
    bce_with_logits, "bce",
    lambda g, y, x, t: g * (0.5 * np.tanh(0.5 * x) + 0.5 - t),
    lambda g, y, x, t: g * -x,
    elementwise=True,
)


def _of_bce_with_logits(input: Array, target: Array, weight: Any = None, pos_weight: Any = None) -> Array:
    """-p·t·log σ(input) - (1 - t)·log(1 - σ(input)), without overflow; p is pos_weight."""
    if pos_weight is None:
        each = bce_with_logits(input, target)
    else:  # -log σ(x) = softplus(-x), and softplus(x) = x + softplus(-x)
        each = (1 - target) * input + (1 + (pos_weight - 1) * target) * softplus(-input, threshold=math.inf)
    return each if weight is None else each * weight


binary_cross_entropy = _elementwise("binary_cross_entropy", _of_bce)
binary_cross_entropy_with_logits = _elementwise("binary_cross_entropy_with_logits", _of_bce_with_logits)


class BCELoss(_Loss):
    """The cross entropy of probabilities and targets between 0 and 1, averaged."""

    ensembles = True

    def __init__(self, weight: Any = None, reduction: str = "mean"):
        super().__init__(reduction)
        self.weight = _weights(weight)

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of probabilities and targets of one shape."""
        return binary_cross_entropy(input, target, self.reduction, weight=self.weight, members=self.stacked)


class BCEWithLogitsLoss(_Loss):
    """The cross entropy of sigmoid(input) and a target between 0 and 1, averaged; safe for large inputs.

    weight      scales the loss of each element
    pos_weight  scales that of the positive part: above 1 it favours recall
    """

    ensembles = True
    level = 0.0  # of a logit, above which it means true

    def __init__(self, weight: Any = None, reduction: str = "mean", pos_weight: Any = None):
        super().__init__(reduction)
        self.weight, self.pos_weight = _weights(weight), raw(pos_weight)

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of logits and targets of one shape."""
        return binary_cross_entropy_with_logits(input, target, self.reduction, weight=self.weight,
                                                pos_weight=self.pos_weight, members=self.stacked)


def _of_hinge(input: Array, target: Array) -> Array:
    """max(0, 1 - target · input), for targets of -1 and 1: the loss of a support vector machine."""
    return np.maximum(0.0, 1 - target * input)


def _of_hinge_embedding(input: Array, target: Array, margin: float = 1.0) -> Array:
    """input where the target is 1, max(0, margin - input) where it is -1: for distances of equal and unequal pairs."""
    target = raw(target)
    return np.where(target != 1, np.maximum(0.0, margin - input), 0.0) + np.where(target != -1, input, 0.0)


hinge_loss = _elementwise("hinge_loss", _of_hinge)
hinge_embedding_loss = _elementwise("hinge_embedding_loss", _of_hinge_embedding)


class HingeLoss(_Loss):
    """max(0, 1 - target · input), for targets of -1 and 1; averaged.

    >>> float(HingeLoss()(np.array([2.0, 0.5]), np.array([1.0, -1.0])))
    0.75
    """

    ensembles = True

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of scores and targets of one shape."""
        return hinge_loss(input, target, self.reduction, members=self.stacked)


class HingeEmbeddingLoss(_Loss):
    """input where the target is 1, max(0, margin - input) where it is -1; averaged."""

    ensembles = True

    def __init__(self, margin: float = 1.0, reduction: str = "mean"):
        super().__init__(reduction)
        self.margin = margin

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of distances and targets of one shape."""
        return hinge_embedding_loss(input, target, self.reduction, margin=self.margin, members=self.stacked)


# ---- one of several classes -----------------------------------------------------------------------------------------
def _picked(x: Array, target: Array) -> Array:
    """x[..., target]: of each row of logits, the one of its class."""
    if x.ndim == 2:
        return x[np.arange(len(target)), target]
    return np.take_along_axis(x, np.expand_dims(target, -1), axis=-1)[..., 0]


@primitive
def _cross_entropy(input: Array, target: Array) -> Array:
    """-log softmax(input)[target], for logits (..., classes) and class numbers (...,): shape (...,)."""
    shifted = input - np.max(input, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(shifted), axis=-1)) - _picked(shifted, target)


def _cross_entropy_gradient(g: Array, y: Array, x: Array, target: Array) -> Array:
    softmax = np.exp(x - np.expand_dims(y + _picked(x, target), -1))  # y + x[target] is the logarithm of Σ exp x
    return np.expand_dims(g, -1) * (softmax - np.eye(x.shape[-1], dtype=x.dtype)[target])


rule(_cross_entropy, "cross entropy", _cross_entropy_gradient,
     bind=lambda input, target: ((input,), {"target": target}))


def _classes_last(x: Array, members: Any) -> Array:
    """Logits as PyTorch orders them, (classes,), (N, classes) or (N, classes, …), with the classes at the end."""
    axes = np.ndim(raw(x)) - bool(members)
    if axes < 1:
        raise ShapeError(f"logits have an axis of classes, got shape {np.shape(raw(x))}")
    return x if axes <= 2 else np.moveaxis(x, 1 + bool(members), -1)


def _class_numbers(name: str, input: Array, target: Array, ignore_index: int, members: Any) -> tuple[Any, Any]:
    """The class numbers, checked against logits whose classes are last, and which of them count."""
    classes, shape = np.asarray(raw(target)), np.shape(raw(input))
    if classes.dtype.kind in "iu" and members and classes.shape == shape[1:-1]:
        classes = np.broadcast_to(classes, shape[:-1])
    if classes.dtype.kind not in "iu" or classes.shape != shape[:-1]:
        raise ShapeError(f"{name}: logits whose shape without the classes is {shape[:-1]} need class numbers of that "
                         f"shape, got {classes.dtype} of shape {classes.shape}")
    counted = classes != ignore_index
    if not counted.all():
        classes = np.where(counted, classes, 0)
    if classes.size and not (classes.min() >= 0 and classes.max() < shape[-1]):
        raise ShapeError(f"{name}: class numbers from {classes.min()} to {classes.max()}, but there are "
                         f"{shape[-1]} classes, 0 to {shape[-1] - 1}")
    return classes, counted


def _weighted(each: Array, weights: Any, reduction: str, members: Any) -> Array:
    """Σ weights·each / Σ weights, or as the reduction says."""
    if reduction != "mean":
        return _reduced(each * weights, reduction, members)
    axes = tuple(range(1, np.ndim(weights))) if members else None
    return np.sum(each * weights, axis=axes) / np.sum(weights, axis=axes)


def cross_entropy(input: Array, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean",
                  label_smoothing: float = 0.0, *, members: Any = None) -> Array:
    """The cross entropy of softmax(input) and the target.

    input            logits of shape (classes,), (N, classes) or (N, classes, …)
    target           class numbers, integers of shape (), (N,) or (N, …); or probabilities of the input's shape
    weight           of each class; the mean is then a weighted one
    ignore_index     samples of that class number do not count
    label_smoothing  that share of the target is spread over all classes evenly (Szegedy et al., 2016)

    >>> float(cross_entropy(np.array([[0.0, 0.0], [0.0, 100.0]]), [0, 1]))
    0.34657359027997264
    """
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing is between 0 and 1, got {label_smoothing}")
    x, numbers = _classes_last(input, members), raw(target)
    shape = np.shape(raw(input))
    count = np.shape(raw(x))[-1]
    weight = None if weight is None else np.asarray(raw(weight))
    if weight is not None and weight.shape != (count,):
        raise ShapeError(f"cross_entropy: {count} classes need weights of shape ({count},), got {weight.shape}")
    if np.asarray(numbers).dtype.kind == "f" and np.shape(numbers) in (shape, shape[1:] if members else shape):
        target = _classes_last(target, members and np.shape(numbers) == shape)
        target = target * (1 - label_smoothing) + label_smoothing / count
        each = -np.sum(log_softmax(x) * target * (1.0 if weight is None else weight), axis=-1)
        return _reduced(each, reduction, members)
    classes, counted = _class_numbers("cross_entropy", x, target, ignore_index, members)
    if weight is None and not label_smoothing and counted.all():
        return _reduced(_cross_entropy(x, classes), reduction, members)
    weight = np.ones(count, x.dtype) if weight is None else weight
    weights = weight[classes] * counted
    if not label_smoothing:
        return _weighted(_cross_entropy(x, classes), weights, reduction, members)
    spread = -np.sum(log_softmax(x) * weight, axis=-1) * counted
    if reduction == "mean":
        axes = tuple(range(1, np.ndim(spread))) if members else None
        spread = np.sum(spread, axis=axes) / np.sum(weights, axis=axes)
    else:
        spread = _reduced(spread, reduction, members)
    sharp = _weighted(_cross_entropy(x, classes), weights, reduction, members)
    return (1 - label_smoothing) * sharp + (label_smoothing / count) * spread


def nll_loss(input: Array, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean", *,
             members: Any = None) -> Array:
    """-input[target]: for logarithms of probabilities, as `log_softmax` gives them; shapes as in `cross_entropy`."""
    x = _classes_last(input, members)
    classes, counted = _class_numbers("nll_loss", x, target, ignore_index, members)
    weights = counted * 1.0 if weight is None else np.asarray(raw(weight))[classes] * counted
    return _weighted(-_picked(x, classes), weights.astype(x.dtype), reduction, members)


class CrossEntropyLoss(_Loss):
    """The cross entropy of softmax(logits) and class numbers (or probabilities), averaged: see `cross_entropy`.

    >>> float(CrossEntropyLoss()(np.array([[0.0, 0.0], [0.0, 100.0]]), [0, 1]))
    0.34657359027997264
    """

    ensembles = True

    def __init__(self, weight: Any = None, ignore_index: int = -100, reduction: str = "mean",
                 label_smoothing: float = 0.0):
        super().__init__(reduction)
        self.weight, self.ignore_index, self.label_smoothing = _weights(weight), ignore_index, label_smoothing

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of logits (N, classes, …) and class numbers (N, …), or probabilities of the logits' shape."""
        return cross_entropy(input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing,
                             members=self.stacked)


class NLLLoss(_Loss):
    """-input[target], averaged: for logarithms of probabilities (N, classes, …) and class numbers (N, …)."""

    ensembles = True

    def __init__(self, weight: Any = None, ignore_index: int = -100, reduction: str = "mean"):
        super().__init__(reduction)
        self.weight, self.ignore_index = _weights(weight), ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of logarithms of probabilities and class numbers."""
        return nll_loss(input, target, self.weight, self.ignore_index, self.reduction, members=self.stacked)


def kl_div(input: Array, target: Array, reduction: str = "mean", log_target: bool = False, *,
           members: Any = None) -> Array:
    """target · (log target - input), the Kullback-Leibler divergence; input holds logarithms of probabilities.

    log_target  the target holds logarithms, too
    reduction   "batchmean" is the sum divided by the number of samples, which is the divergence by definition
    """
    _check_shapes("kl_div", input, target, members)
    if log_target:
        each = np.exp(target) * (target - input)
    else:
        each = target * (np.log(np.where(raw(target) > 0, target, 1.0)) - input)  # 0 · log 0 is 0
    if reduction != "batchmean":
        return _reduced(each, reduction, members)
    return _reduced(each, "sum", members) / np.shape(input)[1 if members else 0]


class KLDivLoss(_Loss):
    """The Kullback-Leibler divergence of probabilities from logarithms of probabilities: see `kl_div`."""

    ensembles = True

    def __init__(self, reduction: str = "mean", log_target: bool = False):
        super().__init__("sum" if reduction == "batchmean" else reduction)
        self.reduction, self.log_target = reduction, log_target

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of logarithms of probabilities and probabilities of one shape."""
        return kl_div(input, target, self.reduction, self.log_target, members=self.stacked)


__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HingeEmbeddingLoss", "HingeLoss", "HuberLoss", "KLDivLoss",
    "L1Loss", "MSELoss", "NLLLoss", "SmoothL1Loss", "binary_cross_entropy", "binary_cross_entropy_with_logits",
    "cross_entropy", "hinge_embedding_loss", "hinge_loss", "huber_loss", "kl_div", "l1_loss", "mse_loss", "nll_loss",
    "smooth_l1_loss",
]
