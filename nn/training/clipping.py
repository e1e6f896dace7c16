"""Gradients that are too long, or have elements that are too large: cut them before the optimiser's step."""

from typing import Any

import numpy as np

from autograd.extend import Node


def _with_gradients(parameters: Any) -> list[Any]:
    found = parameters.parameters() if hasattr(parameters, "parameters") else parameters
    return [x for x in ([found] if isinstance(found, Node) else found) if x.grad is not None]


def clip_grad_norm(parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False) -> Any:
    """Scale all gradients down together until their norm, as of one vector, is max_norm; returns the norm before.

    parameters  a model, a parameter, or several. Of an `Ensemble`, each member is scaled by itself, and the norms are
                an array of all members
    norm_type   the p of the p-norm, above 0; float("inf") is the largest magnitude

    Raises ValueError if the norm is to be finite (error_if_nonfinite) and is not; nothing is scaled then.

    >>> from autograd import Tensor
    >>> x = Tensor([3.0, 4.0])
    >>> (x * x).sum().backward()
    >>> clip_grad_norm(x, 1.0), x.grad.round(3).tolist()
    (10.0, [0.6, 0.8])
    """
    if not norm_type > 0:
        raise ValueError(f"norm_type must be above 0, got {norm_type}")
    stacked = getattr(parameters, "stacked", None)
    params = _with_gradients(parameters)
    flat = [np.abs(np.asarray(x.grad)).reshape(stacked or 1, -1) for x in params]
    if not flat:
        norms = np.zeros(stacked or 1)
    elif norm_type == float("inf"):
        norms = np.max([np.max(a, axis=1, initial=0.0) for a in flat], axis=0)
    else:
        norms = sum((a**norm_type).sum(axis=1) for a in flat) ** (1 / norm_type)
    if error_if_nonfinite and not np.all(np.isfinite(norms)):
        raise ValueError(f"the norm of the gradients is {norms.tolist()}, which is not finite")
    scale = np.minimum(max_norm / (norms + 1e-6), 1.0)
    for x in params:
        if stacked:
            x.grad = x.grad * scale.reshape(-1, *(1,) * (x.grad.ndim - 1)).astype(x.grad.dtype)
        else:
            x.grad = x.grad * float(scale[0])
    return norms if stacked else float(norms[0])


def clip_grad_value(parameters: Any, clip_value: float) -> None:
    """Cut every element of the gradients off at -clip_value and clip_value.

    >>> from autograd import Tensor
    >>> x = Tensor([3.0, 0.1])
    >>> (x * x).sum().backward()
    >>> clip_grad_value([x], 1.0)
    >>> x.grad.tolist()
    [1.0, 0.2]
    """
    clip_value = float(clip_value)
    for x in _with_gradients(parameters):
        clipped = np.minimum(np.maximum(x.grad, -clip_value), clip_value)
        x.grad = float(clipped) if isinstance(x.grad, float) else clipped


clip_grad_norm_, clip_grad_value_ = clip_grad_norm, clip_grad_value  # PyTorch's names

__all__ = ["clip_grad_norm", "clip_grad_norm_", "clip_grad_value", "clip_grad_value_"]
