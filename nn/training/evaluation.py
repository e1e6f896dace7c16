"""`evaluate`: the loss and the metrics of a model in use."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.errors import ShapeError
from autograd.extend import raw
from autograd.typing import Array, Function
from nn.module import Module
from nn.training.arguments import Metrics, check_loss, check_metrics, check_model
from nn.training.run import Batches


def evaluate(model: Module, data: Any, loss: Function | None = None, metrics: Metrics | None = None,
             batch_size: int = 256) -> dict[str, Array]:
    """The mean loss and metrics of a model in use (`eval`), without gradients; arguments as those of `fit`.

    >>> import nn
    >>> evaluate(nn.Identity(), (np.eye(2), np.array([0, 1])), metrics={"accuracy": nn.accuracy})
    {'accuracy': 1.0}
    """
    check_model(model)
    wanted = ({"loss": model._loss_to_train(check_loss(loss))} if loss is not None else {}) | check_metrics(metrics)
    totals: dict[str, Array] = dict.fromkeys(wanted, 0.0)
    seen = 0
    with in_use(model), no_grad():
        for inputs, target in Batches(data, batch_size, shuffle=False).rest():
            output = model(*inputs)
            for name, f in wanted.items():
                found = raw(f(output, target))
                if not isinstance(found, (int, float, np.number, np.bool_, np.ndarray)):
                    raise TypeError(f"{name} is to be a number, but its function gave {found!r:.60}")
                totals[name] = totals[name] + found * len(target)
            seen += len(target)
    if not seen:
        raise ShapeError("evaluate: the data gave no batch")
    return {name: x / seen if np.ndim(x) else float(x) / seen for name, x in totals.items()}


@contextmanager
def in_use(model: Module) -> Iterator[None]:
    """`model.eval()` within a block; then each module is as it was."""
    was_training = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in was_training:
            module.training = training
