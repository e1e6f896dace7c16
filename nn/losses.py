"""Losses: how far an output is from its target, each as a function and as a module.

reduction  "mean" (the default), "sum", or "none": one number for each element (or sample)
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.extend import Node, apply, primitive, raw, rule
from autograd.typing import Array, Axis, Shape
from nn.activations import float_dtype, log_softmax, share_of, softmax, softplus
from nn.module import BuiltIn

Reduction = str | Callable[[Array, Array], Array]  # or a function of a loss's parts and their weights (or None)


def _reduced(parts: Array, reduction: Reduction, weights: Array = None, axes: Axis = None) -> Array:
    """The mean of a loss's parts (Σ parts / Σ weights, if they are weighted), their sum, or the parts themselves."""
    if callable(reduction):
        return reduction(parts, weights)
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction is 'mean', 'sum' or 'none', got {reduction!r}")
    if reduction == "none":
        return parts
    if reduction == "sum":
        return np.sum(parts, axis=axes)
    return np.mean(parts, axis=axes) if weights is None else _weighted_mean(parts, weights, axes)


def _weighted_mean(parts: Array, weights: Array, axes: Any) -> Array:
    """Σ parts / Σ weights, for parts that are weighted already. Of nothing it is NaN, of which all slopes are 0."""
    if parts.dtype != np.float16 and np.all(total := np.sum(weights, axis=axes)):
        return np.sum(parts, axis=axes) / total
    total, some = np.sum(weights, axes, float, keepdims=True), np.any(weights, axes, keepdims=True)
    share = (1 / np.where(some, total, 1.0)).astype(np.result_type(parts.dtype, np.float32))  # sums outgrow float16
    return np.where(np.squeeze(some, axes), np.sum(parts * share, axis=axes).astype(parts.dtype), np.nan)


def _as_weights(weight: Array, x: Array) -> Array:
    """Weights of a loss in the dtype of its input, so that they do not decide that of the result."""
    return weight if isinstance(weight, Node) else np.asarray(weight, float_dtype(x))


def _weighted(each: Array, weight: Array) -> Array:
    return each if weight is None else share_of(each, _as_weights(weight, each))


def _for_each_member(reduction: str, front: Shape) -> Reduction:
    """The reduction of each member's parts; their first axis stands for those of `front`: (members,), (members, N)."""

    def reduced(parts: Array, weights: Array) -> Array:
        if len(front) > 1:
            shape = (*front, *np.shape(parts)[1:])
            parts, weights = np.reshape(parts, shape), None if weights is None else np.reshape(weights, shape)
        axes = tuple(range(1, np.ndim(parts)))
        if reduction == "batchmean":
            return np.sum(parts, axis=axes) / np.shape(parts)[1]
        return _reduced(parts, reduction, weights, axes)

    return reduced


def _check_shapes(name: str, input: Array, target: Array) -> None:
    have, wanted = np.shape(raw(input)), np.shape(raw(target))
    if have != wanted:
        raise ShapeError(f"{name}: the input has shape {have} and the target {wanted}; they must be equal: "
                         "broadcasting would compare every input with every target")


def _weights(x: Array) -> Array:
    """Weights as numbers; a string there was meant as the reduction."""
    if isinstance(x, str):
        raise TypeError(f"weights are numbers, got {x!r}: the reduction goes by name, reduction={x!r}")
    return raw(x)


class _Loss(BuiltIn):
    """What the losses share: a function, and attributes that are its settings."""

    function: Callable[..., Array]

    def __init__(self, reduction: str = "mean", **settings: Any):
        _reduced(0.0, reduction)  # refuses an unknown one
        vars(self).update(settings, reduction=reduction, _settings=("reduction", *settings))

    def forward(self, input: Array, target: Array) -> Array:
        own = self.__dict__  # read once: this is done for every batch
        settings = {name: own[name] for name in own["_settings"]}
        if self.stacked:
            input, target, front = self._as_batch(input, target)
            settings["reduction"] = _for_each_member(self.reduction, front)
        return self.function(input, target, **settings)

    def _as_batch(self, input: Array, target: Array) -> tuple[Array, Array, Shape]:
        """What `function` takes for all members at once, of an input (members, …) and a target for each or for all."""
        shape = np.shape(raw(input))
        shared = np.shape(raw(target)) == shape[1:]
        return input, np.broadcast_to(target, shape) if shared else target, shape[:1]

    def extra_repr(self) -> str:
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


# ---- numbers against numbers ----------------------------------------------------------------------------------------
@primitive
def _mse(input: Array, target: Array) -> Array:
    difference = np.subtract(input, target)
    if difference.itemsize == 2:  # float16
        return _mean_square(difference, None)
    found = np.vdot(difference, difference) / difference.size
    return found if found < math.inf else _mean_square(difference, None)


def _mean_square(x: Array, axis: Axis) -> Array:
    """The mean of squares that may be too large where it is not: in a wider dtype, or units of the largest number."""
    if x.dtype == np.float16:
        return np.mean(np.square(x.astype(np.float32)), axis).astype(x.dtype)
    largest = np.max(np.abs(x), axis, keepdims=True)
    unit = np.where((largest > 0) & (largest < np.inf), largest, 1)
    with np.errstate(over="ignore"):
        return np.mean(np.square(np.abs(x) / unit) * unit, axis) * np.squeeze(unit, axis)


MSE = rule(
    _mse, "mse",
    lambda g, y, x, t: (x - t) * (g * (2.0 / np.size(x))),
    lambda g, y, x, t: (t - x) * (g * (2.0 / np.size(x))),
    unfolded=lambda input, target: np.mean(np.square(input - target)),
)


@primitive
def _mse_of_members(input: Array, target: Array) -> Array:
    difference = np.subtract(input, target).reshape(len(input), -1)
    if difference.dtype == np.float16:
        return _mean_square(difference, 1)
    found = np.einsum("ni,ni->n", difference, difference) / difference.shape[1]
    return found if (found < np.inf).all() else np.where(found < np.inf, found, _mean_square(difference, 1))


def _slope_of_members(g: Array, x: Array) -> Array:
    return (g * (2.0 / (x.size // x.shape[0]))).reshape(-1, *(1,) * (x.ndim - 1))


rule(
    _mse_of_members, "mse",
    lambda g, y, x, t: (x - t) * _slope_of_members(g, x),
    lambda g, y, x, t: (t - x) * _slope_of_members(g, x),
)


def mse_loss(input: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """(input - target)².

    >>> float(mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0])))
    2.0
    """
    shape = getattr(input, "shape", ())
    if shape != getattr(target, "shape", None):  # of arrays they are at hand
        _check_shapes("mse_loss", input, target)
    if reduction == "mean" and 0 not in shape:
        return apply(MSE, (input, target))
    return _reduced((input - target) ** 2, reduction)


def l1_loss(input: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """|input - target|."""
    _check_shapes("l1_loss", input, target)
    return _reduced(np.abs(input - target), reduction)


@primitive
def _huber(difference: Array, delta: float) -> Array:
    size = np.abs(difference)
    near = np.minimum(size, delta)
    return near * (size - 0.5 * near)


rule(_huber, "huber", lambda g, y, d, delta: g * np.minimum(np.maximum(d, -delta), delta), elementwise=True)


def huber_loss(input: Array, target: Array, reduction: Reduction = "mean", delta: float = 1.0) -> Array:
    """(input - target)² / 2 near the target; delta · (|input - target| - delta/2) beyond delta (Huber, 1964)."""
    _check_shapes("huber_loss", input, target)
    if not delta > 0:
        raise ValueError(f"delta must be above 0, got {delta}")
    return _reduced(_huber(np.subtract(input, target), delta=float(delta)), reduction)


def smooth_l1_loss(input: Array, target: Array, reduction: Reduction = "mean", beta: float = 1.0) -> Array:
    """The Huber loss divided by beta: |input - target| - beta/2 beyond beta, and the plain L1 loss with beta = 0."""
    _check_shapes("smooth_l1_loss", input, target)
    if beta < 0:
        raise ValueError(f"beta must not be negative, got {beta}")
    if beta == 0:
        return l1_loss(input, target, reduction)
    beta = float(beta)
    return _reduced(_huber(np.subtract(input, target), delta=beta) / beta, reduction)


class MSELoss(_Loss):
    """The squared error (input - target)², averaged.

    >>> float(MSELoss()(np.array([1.0, 2.0]), np.array([1.0, 4.0])).data)
    2.0
    """

    function = staticmethod(mse_loss)
    works_stacked = True

    def forward(self, input: Array, target: Array) -> Array:
        if not self.stacked:
            return mse_loss(input, target, self.reduction)
        shape = np.shape(raw(input))
        if self.reduction == "mean" and np.size(raw(input)) and np.shape(raw(target)) in (shape, shape[1:]):
            return _mse_of_members(input, target)
        return super().forward(input, target)


class L1Loss(_Loss):
    """The absolute error |input - target|, averaged."""

    function = staticmethod(l1_loss)


class SmoothL1Loss(_Loss):
    """(input - target)² / (2 beta) near the target, |input - target| - beta/2 beyond beta; averaged."""

    function = staticmethod(smooth_l1_loss)

    def __init__(self, reduction: str = "mean", beta: float = 1.0):
        super().__init__(reduction, beta=beta)


class HuberLoss(_Loss):
    """(input - target)² / 2 near the target, delta · (|input - target| - delta/2) beyond delta; averaged."""

    function = staticmethod(huber_loss)

    def __init__(self, reduction: str = "mean", delta: float = 1.0):
        super().__init__(reduction, delta=delta)


# ---- yes or no ------------------------------------------------------------------------------------------------------
@primitive
def _bce(input: Array, target: Array) -> Array:
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(input), -100), np.maximum(np.log1p(-input), -100)
    return -(target * yes + (1 - target) * no)


@primitive
def _variance(p: Array) -> Array:
    """p (1 - p), but above 0: so that slopes are bounded where a logarithm was cut off."""
    return np.maximum(p * (1 - p), 1e-7 if np.asarray(p).dtype == np.float16 else 1e-12)


rule(_variance, "p(1-p)", lambda g, y, p: g * np.where(p * (1 - p) < y, 0.0, 1 - 2 * p), elementwise=True)
rule(
    _bce, "bce",
    lambda g, y, x, t: g * (x - t) / _variance(x),
    lambda g, y, x, t: g * (np.maximum(np.log1p(-x), -100) - np.maximum(np.log(x), -100)),
    elementwise=True,
)


def binary_cross_entropy(input: Array, target: Array, reduction: Reduction = "mean", *,
                         weight: Array = None) -> Array:
    """-t·log(input) - (1 - t)·log(1 - input), for probabilities; a logarithm is never taken as less than -100."""
    _check_shapes("binary_cross_entropy", input, target)
    numbers = raw(input)
    if np.size(numbers) and not (np.min(numbers) >= 0 and np.max(numbers) <= 1):
        raise ValueError(f"binary_cross_entropy takes probabilities, got numbers from {np.min(numbers):.4g} to "
                         f"{np.max(numbers):.4g}: use BCEWithLogitsLoss, or a Sigmoid before it")
    return _reduced(_weighted(_bce(input, target), weight), reduction)


@primitive
def bce_with_logits(input: Array, target: Array) -> Array:
    """log(1 + exp(x)) - t·x, elementwise and without overflow: the cross entropy of sigmoid(x) and t."""
    positive = np.maximum(input, 0)
    with np.errstate(invalid="ignore"):
        linear = positive - input * target
        if not np.isfinite(linear).all():  # ∞ - ∞, where a share of the target is 0
            share = np.sign(positive) - target
            linear = np.where(share == 0, 0, share * input)
    return linear + np.log1p(np.exp(-np.abs(input)))


rule(
    bce_with_logits, "bce",
    lambda g, y, x, t: g * (0.5 * np.tanh(0.5 * x) + 0.5 - t),
    lambda g, y, x, t: g * -x,
    elementwise=True,
)


def binary_cross_entropy_with_logits(input: Array, target: Array, reduction: Reduction = "mean", *,
                                     weight: Array = None, pos_weight: Array = None) -> Array:
    """-p·t·log σ(input) - (1 - t)·log(1 - σ(input)), without overflow; p is pos_weight."""
    _check_shapes("binary_cross_entropy_with_logits", input, target)
    if pos_weight is None:
        each = bce_with_logits(input, target)
    else:  # -log σ(x) = softplus(-x)
        each = (share_of(softplus(-input, threshold=math.inf), _as_weights(pos_weight, input) * target)
                + share_of(softplus(input, threshold=math.inf), 1 - target))
    return _reduced(_weighted(each, weight), reduction)


class BCELoss(_Loss):
    """The cross entropy of probabilities and targets between 0 and 1, averaged."""

    function = staticmethod(binary_cross_entropy)

    def __init__(self, weight: Array = None, reduction: str = "mean"):
        super().__init__(reduction, weight=_weights(weight))


class BCEWithLogitsLoss(_Loss):
    """The cross entropy of sigmoid(input) and a target between 0 and 1, averaged; safe for large inputs.

    weight      scales the loss of each element
    pos_weight  scales that of the positive part: above 1 it favours recall
    """

    function = staticmethod(binary_cross_entropy_with_logits)
    level = 0.0  # of a logit, above which it means true

    def __init__(self, weight: Array = None, reduction: str = "mean", pos_weight: Array = None):
        super().__init__(reduction, weight=_weights(weight), pos_weight=raw(pos_weight))


def hinge_loss(input: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """max(0, 1 - target · input), for targets of -1 and 1: the loss of a support vector machine."""
    _check_shapes("hinge_loss", input, target)
    return _reduced(np.maximum(0.0, 1 - target * input), reduction)


def hinge_embedding_loss(input: Array, target: Array, reduction: Reduction = "mean", margin: float = 1.0) -> Array:
    """input where the target is 1, max(0, margin - input) where it is -1: for distances of equal and unequal pairs."""
    _check_shapes("hinge_embedding_loss", input, target)
    target = raw(target)
    each = np.where(target != 1, np.maximum(0.0, float(margin) - input), 0.0) + np.where(target != -1, input, 0.0)
    return _reduced(each, reduction)


class HingeLoss(_Loss):
    """max(0, 1 - target · input), for targets of -1 and 1; averaged.

    >>> float(HingeLoss()(np.array([2.0, 0.5]), np.array([1.0, -1.0])))
    0.75
    """

    function = staticmethod(hinge_loss)


class HingeEmbeddingLoss(_Loss):
    """input where the target is 1, max(0, margin - input) where it is -1; averaged."""

    function = staticmethod(hinge_embedding_loss)

    def __init__(self, margin: float = 1.0, reduction: str = "mean"):
        super().__init__(reduction, margin=margin)


# ---- one of several classes -----------------------------------------------------------------------------------------
def _picked(x: Array, target: Array) -> Array:
    """x[..., target]: of each row of logits, the one of its class."""
    if x.ndim == 2:
        return x[np.arange(len(target)), target]
    return np.take_along_axis(x, np.expand_dims(target, -1), axis=-1)[..., 0]


@primitive
def _cross_entropy(input: Array, target: Array) -> Array:
    """-log softmax(input)[target], for logits (..., classes) and class numbers (...,): shape (...,)."""
    wide = input.astype(np.float32) if input.dtype == np.float16 else input  # Σ exp outgrows float16
    shifted = wide - np.max(wide, axis=-1, keepdims=True)
    return (np.log(np.sum(np.exp(shifted), axis=-1)) - _picked(shifted, target)).astype(input.dtype, copy=False)


def _cross_entropy_gradient(g: Array, y: Array, x: Array, target: Array) -> Array:
    hot = np.eye(x.shape[-1], dtype=x.dtype)[target]
    return share_of(_softmax(x, y, target=target) - hot, np.expand_dims(g, -1))


rule(_cross_entropy, "cross entropy", _cross_entropy_gradient,
     bind=lambda input, target: ((input,), {"target": target}))


@primitive
def _softmax(x: Array, y: Array, target: Array) -> Array:
    """softmax(x), from the loss y where that is near enough: y + x[target] is the logarithm of Σ exp x."""
    with np.errstate(invalid="ignore"):
        total = y + _picked(x, target)
    if x.dtype == np.float16 or not (np.abs(total) + y < 16).all():
        return softmax(x)
    return np.exp(x - np.expand_dims(total, -1))


rule(_softmax, "softmax", lambda g, p, x, y, target: p * (g - np.sum(g * p, axis=-1, keepdims=True)), None)


def _classes_last(x: Array) -> Array:
    """Logits as PyTorch orders them, (classes,), (N, classes) or (N, classes, …), with the classes at the end."""
    x = x if isinstance(x, Node) else np.asarray(x)
    axes = x.ndim
    if axes < 1:
        raise ShapeError(f"logits have an axis of classes, got shape {x.shape}")
    return x if axes <= 2 else np.moveaxis(x, 1, -1)


def _class_numbers(name: str, input: Array, target: Array, ignore_index: int) -> tuple[Array, Array]:
    """The class numbers, checked against logits whose classes are last, and which of them count."""
    classes, shape = np.asarray(raw(target)), np.shape(raw(input))
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


def _class_weights(name: str, weight: Array, x: Array) -> Array:
    """The weight of each class, in the dtype of the logits; None if there is none."""
    weight, count = None if weight is None else _as_weights(raw(weight), x), x.shape[-1]
    if weight is not None and weight.shape != (count,):
        raise ShapeError(f"{name}: {count} classes need weights of shape ({count},), got {weight.shape}")
    return weight


def cross_entropy(input: Array, target: Array, weight: Array = None, ignore_index: int = -100,
                  reduction: Reduction = "mean", label_smoothing: float = 0.0) -> Array:
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
    x, numbers, label_smoothing = _classes_last(input), np.asarray(raw(target)), float(label_smoothing)
    count = np.shape(raw(x))[-1]
    by_class = _class_weights("cross_entropy", weight, x)
    if numbers.dtype.kind == "f" and numbers.shape == np.shape(raw(input)):
        shares = _classes_last(target) * (1 - label_smoothing) + label_smoothing / max(1, count)
        shares = shares if by_class is None else shares * by_class
        return _reduced(-np.sum(share_of(log_softmax(x), shares), axis=-1), reduction)
    classes, counted = _class_numbers("cross_entropy", x, target, ignore_index)
    if by_class is None and not label_smoothing and counted.all():
        return _reduced(_cross_entropy(x, classes), reduction)
    by_class = _as_weights(np.ones(count), x) if by_class is None else by_class
    weights = by_class[classes] * counted
    if not label_smoothing:
        counted = weights != 0
    x = x if counted.all() else np.where(np.expand_dims(counted, -1), x, 0.0)  # what does not count may be infinite
    sharp = _reduced(_cross_entropy(x, classes) * weights, reduction, weights)
    if not label_smoothing:
        return sharp
    spread = _reduced(-np.sum(share_of(log_softmax(x), by_class), axis=-1) * counted, reduction, weights)
    return (1 - label_smoothing) * sharp + (label_smoothing / count) * spread


def nll_loss(input: Array, target: Array, weight: Array = None, ignore_index: int = -100,
             reduction: Reduction = "mean") -> Array:
    """-input[target]: for logarithms of probabilities, as `log_softmax` gives them; shapes as in `cross_entropy`."""
    x = _classes_last(input)
    classes, counted = _class_numbers("nll_loss", x, target, ignore_index)
    by_class, each = _class_weights("nll_loss", weight, x), -_picked(x, classes)
    if by_class is None and counted.all():
        return _reduced(each, reduction)
    weights = _as_weights(counted if by_class is None else by_class[classes] * counted, x)
    return _reduced(share_of(each, weights), reduction, weights)


class _ClassLoss(_Loss):
    """A loss of logits (N, classes, …), whose targets have no axis of classes if they are class numbers."""

    def _as_batch(self, input: Array, target: Array) -> tuple[Array, Array, Shape]:
        shape, numbers = np.shape(raw(input)), np.asarray(raw(target))
        classes = shape[2:] if len(shape) > 2 else shape[1:]
        wanted = (*shape[: -len(classes)], *(classes if numbers.dtype.kind == "f" else classes[1:]))
        if numbers.shape == wanted[1:]:
            target = np.broadcast_to(target, wanted)
        elif numbers.shape != wanted:
            self.function(input[0], target)  # raises: it says what one member needs
        if len(shape) < 3:
            return input, target, shape[:1]
        return np.reshape(input, (-1, *shape[2:])), np.reshape(target, (-1, *wanted[2:])), shape[:2]


class CrossEntropyLoss(_ClassLoss):
    """The cross entropy of softmax(logits) and class numbers (or probabilities), averaged: see `cross_entropy`.

    >>> float(CrossEntropyLoss()(np.array([[0.0, 0.0], [0.0, 100.0]]), [0, 1]))
    0.34657359027997264
    """

    function = staticmethod(cross_entropy)

    def __init__(self, weight: Array = None, ignore_index: int = -100, reduction: str = "mean",
                 label_smoothing: float = 0.0):
        super().__init__(reduction, weight=_weights(weight), ignore_index=ignore_index, label_smoothing=label_smoothing)


class NLLLoss(_ClassLoss):
    """-input[target], averaged: for logarithms of probabilities (N, classes, …) and class numbers (N, …)."""

    function = staticmethod(nll_loss)

    def __init__(self, weight: Array = None, ignore_index: int = -100, reduction: str = "mean"):
        super().__init__(reduction, weight=_weights(weight), ignore_index=ignore_index)


_NEVER = -1e4  # the logarithm of a probability that is 0 in every dtype


def kl_div(input: Array, target: Array, reduction: Reduction = "mean", log_target: bool = False) -> Array:
    """target · (log target - input), the Kullback-Leibler divergence; input holds logarithms of probabilities.

    log_target  the target holds logarithms, too
    reduction   "batchmean" is the sum divided by the number of samples, which is the divergence by definition
    """
    _check_shapes("kl_div", input, target)
    if log_target:
        each = share_of(np.maximum(target, _NEVER) - input, np.exp(target))
    else:
        each = share_of(np.log(np.where(np.equal(raw(target), 0), 1.0, target)) - input, target)  # 0 · log 0 is 0
    if reduction != "batchmean":
        return _reduced(each, reduction)
    if not np.ndim(input):
        raise ShapeError("kl_div: reduction='batchmean' divides by the number of samples, but the input has no axes")
    return np.sum(each) / np.shape(input)[0]


class KLDivLoss(_Loss):
    """The Kullback-Leibler divergence of probabilities from logarithms of probabilities: see `kl_div`."""

    function = staticmethod(kl_div)

    def __init__(self, reduction: str = "mean", log_target: bool = False):
        super().__init__("sum" if reduction == "batchmean" else reduction, log_target=log_target)
        self.reduction = reduction
