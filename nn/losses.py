"""Losses: how far an output is from its target, as one number (or one an element, with reduction="none")."""

from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.extend import apply
from autograd.rules.table import raw
from nn.functional import MSE, bce_with_logits, cross_entropy
from nn.module import Module


class _Loss(Module):
    def __init__(self, reduction: str = "mean"):
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(f"reduction is 'mean', 'sum' or 'none', got {reduction!r}")
        self.reduction = reduction

    def _reduced(self, each: Any) -> Any:
        return np.mean(each) if self.reduction == "mean" else np.sum(each) if self.reduction == "sum" else each


class MSELoss(_Loss):
    """The squared error (input - target)², averaged.

    >>> MSELoss()(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    Tensor(2., requires_grad=False)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of an input and a target of one shape."""
        _same_shape(self, input, target)
        if self.reduction == "mean":
            return apply(MSE, (input, target))
        return self._reduced((input - target) ** 2)


class BCEWithLogitsLoss(_Loss):
    """The cross entropy of sigmoid(input) and a target between 0 and 1, averaged; safe for large inputs."""

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of logits and targets of one shape."""
        _same_shape(self, input, target)
        return self._reduced(bce_with_logits(input, target))


class CrossEntropyLoss(_Loss):
    """The cross entropy of softmax(logits) and class numbers, averaged.

    >>> CrossEntropyLoss()(np.array([[0.0, 0.0], [0.0, 100.0]]), [0, 1])
    np.float64(0.34657359027997264)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of logits of shape (N, classes), or (classes,), and class numbers of shape (N,), or ()."""
        classes = np.asarray(raw(target))
        if classes.dtype.kind not in "iu" or classes.shape != input.shape[:-1]:
            raise ShapeError(
                f"CrossEntropyLoss: logits of shape {input.shape} need class numbers of shape {input.shape[:-1]}, got "
                f"{classes.dtype} of shape {classes.shape}"
            )
        if classes.size and not (classes.min() >= 0 and classes.max() < input.shape[-1]):
            raise ShapeError(f"CrossEntropyLoss: class numbers from {classes.min()} to {classes.max()}, but there are "
                             f"{input.shape[-1]} classes, 0 to {input.shape[-1] - 1}")
        return self._reduced(cross_entropy(input, classes))


def _same_shape(loss: Module, input: Any, target: Any) -> None:
    try:
        if input.shape == target.shape:
            return
    except AttributeError:
        if np.shape(raw(input)) == np.shape(raw(target)):
            return
    raise ShapeError(
        f"{type(loss).__name__}: the input has shape {np.shape(raw(input))} and the target {np.shape(raw(target))}; "
        "they must be the same, for to broadcast one over the other would compare every pair"
    )
