"""autograd: automatic differentiation of plain NumPy code, on one graph of scalars and tensors.

The engine is read in an hour, in this order:

    1  graph.py               50  what a graph is: a node, and the walk back from a result
    2  rules/table.py         65  what a derivative is: a row of the table
    3  rules/elementwise.py   35  the plainest rows (its first screen)
    4  chain.py               89  the chain rule at one node, and the sweep over all
    5  record.py             101  what an operation leaves behind
    6  tensor.py             125  an array that remembers how it was made
    7  value.py               59  the same for one number: micrograd's Value
              lines of code  524

Below it stand fast.py, backward.py, protocols.py, and all that only uses the graph: functional.py, check.py, draw/.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograd import errors
from autograd.backward import gradients
from autograd.context import detect_anomaly, no_grad
from autograd.draw import draw, explore, explore_training
from autograd.errors import AutogradError
from autograd.functional import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.graph import walk
from autograd.take_apart import unfold
from autograd.tensor import Tensor, tensor
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.check import gradcheck

__all__ = [
    "AutogradError", "Tensor", "Value", "detect_anomaly", "draw", "elementwise_grad", "errors", "explore",
    "explore_training", "grad", "gradcheck", "gradients", "hessian", "hvp", "jacobian", "jvp", "no_grad", "tensor",
    "unfold", "value_and_grad", "vjp", "walk",
]


def __getattr__(name: str) -> Any:
    """What is imported on its first use: `gradcheck`, and the names of the PyPI autograd."""
    if name == "gradcheck":
        return import_module("autograd.check").gradcheck
    for module in ("autograd.compat.operators", "autograd.compat.builtins"):
        if name in (found := import_module(module)).__all__:
            return getattr(found, name)
    raise AttributeError(f"module 'autograd' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
