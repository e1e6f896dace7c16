"""The arguments of `fit` and `evaluate`: of each that is wrong, one line says so before anything is done."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.extend import Node
from autograd.typing import Array, Function
from nn.ensemble import EnsembleError
from nn.module import Module
from nn.training.optim import Optimizer
from nn.training.optim_state import is_number, python_numbers

Metrics = dict[str, Callable[[Array, Array], Array]]  # functions of (output, target), by name


def _word(x: Any) -> str:
    """An argument in one short line."""
    return f"an array of shape {x.shape}" if isinstance(x, np.ndarray) else f"{x!r:.60}".partition("\n")[0]


def _instance(what: str, x: Any, kind: Any, example: str) -> Any:
    if isinstance(x, type):
        raise TypeError(f"{what} is the class {x.__name__}: make one of it first; {what} is {example}")
    if not isinstance(x, kind):
        raise TypeError(f"{what} is {example}; got {_word(x)}")
    return x


def check_model(model: Any) -> None:
    """A TypeError if it is no model."""
    _instance("model", model, Module, "an nn.Module, such as nn.Sequential(nn.Linear(2, 1))")


def check_loss(loss: Any) -> Function:
    """A TypeError if it is no function."""
    if isinstance(loss, Optimizer):
        raise TypeError("loss is an optimiser: the order is fit(model, data, loss, optimizer)")
    return _instance("loss", loss, Callable, "a function of (output, target), such as nn.MSELoss()")


def check_metrics(metrics: Any) -> Metrics:
    """A TypeError if they are not functions by name; no metrics are none."""
    metrics = {} if metrics is None else metrics
    if not isinstance(metrics, dict) or not all(map(callable, metrics.values())):
        raise TypeError(f"metrics are functions by name, {{\"accuracy\": nn.accuracy}}, got {_word(metrics)}")
    return metrics


def check_training(model: Any, loss: Any, optimizer: Any, schedule: Any, clip_norm: Any) -> None:
    """A TypeError or ValueError if these can't train a model together."""
    check_model(model)
    check_loss(loss)
    _instance("optimizer", optimizer, Optimizer, "one of nn's, such as nn.SGD(model.parameters(), lr=0.1)")
    if set(optimizer.params).isdisjoint(model.parameters()):
        raise ValueError("the optimizer holds none of the model's parameters: nothing would be trained")
    if optimizer.closure_needed and model.stacked is not None:
        raise EnsembleError(f"{type(optimizer).__name__} takes one step length for all, and can't train an ensemble")
    if schedule is not None:
        _instance("schedule", schedule, object, "one of nn's, such as nn.StepLR(optimizer, 10)")
        if not hasattr(schedule, "step") or not hasattr(schedule, "watches"):
            raise TypeError(f"schedule is one of nn's, such as nn.StepLR(optimizer, 10); got {_word(schedule)}")
        if getattr(schedule, "optimizer", optimizer) is not optimizer:
            raise ValueError(f"the schedule, a {type(schedule).__name__}, is of another optimiser")
    if clip_norm is not None and not (is_number(python_numbers(clip_norm)) and clip_norm > 0):
        raise ValueError(f"clip_norm is a number above 0, got {clip_norm!r:.60}")



def check_callbacks(callbacks: Any) -> list[Any]:
    """One function, or several, as a list."""
    found = [callbacks] if callable(callbacks) or not isinstance(callbacks, Iterable) else list(callbacks)
    if not all(map(callable, found)):
        raise TypeError(f"callbacks are functions of the run, got {_word(callbacks)}")
    return found


def check_node(node: Any, members: int | None) -> Any:
    """What a loss gave, if it is a node of one number (or of one for each member of an ensemble)."""
    if not isinstance(node, Node):
        raise TypeError(f"the loss gave {node!r:.40}, a {type(node).__name__} without a gradient: compute it from the "
                        "output by operators and NumPy's functions, without float() or .data")
    if members is None and np.ndim(node.data):
        raise ShapeError(f"the loss has shape {np.shape(node.data)}: it is to be one number, a mean or a sum")
    return node
