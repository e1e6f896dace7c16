"""autograd: automatic differentiation of plain NumPy code, on one graph of scalars and tensors."""

from typing import TYPE_CHECKING

from autograd import errors
from autograd.backward import gradients
from autograd.check import gradcheck
from autograd.draw import draw
from autograd.errors import AutogradError
from autograd.functional import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.graph import walk
from autograd.pypi import (
    checkpoint,
    deriv,
    grad_and_aux,
    grad_named,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    jacobian_vector_product,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    vector_jacobian_product,
)  # isort: skip
from autograd.take_apart import unfold
from autograd.tensor import Tensor, tensor
from autograd.thread import detect_anomaly, no_grad
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.draw.explore import explore
    from autograd.draw.training import explore_training

__all__ = [
    "AutogradError", "Tensor", "Value", "detect_anomaly", "draw", "elementwise_grad", "errors", "explore",
    "explore_training", "grad", "gradcheck", "gradients", "hessian", "hvp", "jacobian", "jvp", "no_grad", "tensor",
    "unfold", "value_and_grad", "vjp", "walk",
    # the PyPI autograd's
    "checkpoint", "deriv", "grad_and_aux", "grad_named", "hessian_tensor_product", "hessian_vector_product",
    "holomorphic_grad", "jacobian_vector_product", "make_ggnvp", "make_hvp", "make_jvp", "make_vjp", "multigrad_dict",
    "tensor_jacobian_product", "vector_jacobian_product",
]


def __getattr__(name: str) -> object:
    """What is imported on its first use: `explore`, and the PyPI autograd's containers (`tuple`, …)."""
    if name in ("dict", "isinstance", "list", "tuple", "type"):
        from autograd import builtins

        return getattr(builtins, name)
    if name in ("explore", "explore_training"):
        from importlib import import_module

        globals()[name] = found = getattr(import_module("autograd.draw"), name)
        return found
    raise AttributeError(f"module 'autograd' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
