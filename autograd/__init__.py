"""autograd: automatic differentiation of plain NumPy code, on one graph of scalars and tensors."""

from autograd import errors
from autograd.backward import gradients
from autograd.check import gradcheck
from autograd.draw import draw
from autograd.errors import AutogradError
from autograd.functional import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.graph import detect_anomaly, no_grad, walk
from autograd.tensor import Tensor, tensor
from autograd.value import Value

__all__ = [
    "AutogradError", "Tensor", "Value", "detect_anomaly", "draw", "elementwise_grad", "errors", "grad", "gradcheck",
    "gradients", "hessian", "hvp", "jacobian", "jvp", "no_grad", "tensor", "value_and_grad", "vjp", "walk",
]  # fmt: skip
