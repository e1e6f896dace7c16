"""A table of a model's layers, and a metric; gradient norms and dead units are in nn/training/history.py."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.extend import Node, raw, walk
from autograd.tools import extra
from autograd.trees import leaves
from autograd.typing import Array, Tree
from nn.module import Module
from nn.training.evaluation import in_use
from nn.training.history import History, NothingRecorded, dead_units, gradient_norms


def accuracy(output: Array, target: Array) -> Array:
    """The share of rows whose largest output is that of the target class: output (..., N, classes), target (N,).

    In an ensemble output is (members, N, classes), and there is a share for each member. A row with a NaN is wrong.
    Raises ShapeError for anything else, for no rows, and for a single output, which stands for two classes in a way
    that only you know.

    >>> float(accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1])))
    0.5
    """
    output, target = raw(output), np.asarray(raw(target))
    if np.ndim(output) < 2 or output.shape[-1] < 2 or target.shape not in (output.shape[:-1], output.shape[1:-1]):
        raise ShapeError("accuracy compares outputs (N, classes) with class numbers (N,), got shapes "
                         f"{np.shape(output)} and {target.shape}; for one logit a sample write it yourself, as "
                         "lambda y, t: np.mean((y.data > 0) == t)")
    if not target.size:
        raise ShapeError(f"accuracy of no rows: the outputs have shape {output.shape}")
    known = output == output if output.dtype.kind == "f" else True
    return np.mean((np.argmax(output, axis=-1) == target) & np.all(known, axis=-1), axis=-1)


# ---- a table of layers ----------------------------------------------------------------------------------------------
class Summary:
    """The rows of a model's table, one for each layer; `print` it, or `rows`, `parameters`, `multiply_adds`."""

    def __init__(self, name: str, rows: list[dict[str, Any]], parameters: int, trained: int):
        self.name, self.rows, self.parameters, self.trained = name, rows, parameters, trained
        self.multiply_adds = sum(row["multiply-adds"] for row in rows)

    def __str__(self) -> str:
        tabulate = extra("tabulate", "tables need", "train").tabulate
        titles = ("layer", "output shape", "parameters", "multiply-adds")
        rows = [(f"{'  ' * row['depth']}{row['path']} ({row['class']})", str(row["shape"]), row["parameters"],
                 row["multiply-adds"]) for row in self.rows]
        frozen = self.parameters - self.trained
        said = f"{self.parameters:,} parameters" + (f" ({frozen:,} frozen)" if frozen else "")
        return f"{tabulate(rows, titles, intfmt=',')}\n{said}, {self.multiply_adds:,} multiply-adds"

    __repr__ = __str__


def summary(model: Module, *inputs: Array) -> Summary:
    """A table of the model's layers, from one forward pass: output shapes, parameters, multiply-adds.

    inputs  what the model is called with; only shapes matter. Multiply-adds are those of matrix products and
            convolutions, for this input (a batch of N counts N times).

    >>> import nn
    >>> print(summary(nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)), np.zeros((1, 2))))
    layer       output shape      parameters    multiply-adds
    ----------  --------------  ------------  ---------------
    0 (Linear)  (1, 3)                     9                6
    1 (ReLU)    (1, 3)                     0                0
    2 (Linear)  (1, 1)                     4                3
    13 parameters, 9 multiply-adds
    """
    paths = {id(module): path for path, module in model.named_modules()}
    rows: list[dict[str, Any]] = []
    counted: set[Any] = set()
    stack: list[dict[str, Any]] = []

    def before(module: Module, _: Any) -> None:
        path = paths[id(module)]
        row = {"path": path, "class": type(module).__name__, "depth": max(path.count("."), 0), "shape": None,
               "parameters": sum(np.size(x.data) for _, x in module._own()), "multiply-adds": 0}
        rows.append(row)
        stack.append(row)

    def after(module: Module, _: Any, output: Tree) -> None:
        row = stack.pop()
        shapes = [np.shape(raw(x)) for x in leaves(output)]
        row["shape"] = ", ".join(map(str, shapes)) if isinstance(output, (dict, list, tuple)) else shapes[0]
        for node in walk([x for x in leaves(output) if isinstance(x, Node) and x.op is not None]):
            count = _PRODUCTS.get(node.op.name) if node.op and node not in counted else None
            if count is not None:
                counted.add(node)
                row["multiply-adds"] += count(np.size(node.data), [np.shape(raw(x)) for x in node.inputs])

    parameters = model.parameters()
    with in_use(model), ExitStack() as afterwards:
        for module in model.modules():
            afterwards.enter_context(module.register_forward_pre_hook(before))
            afterwards.enter_context(module.register_forward_hook(after))
            afterwards.callback(vars(module).update, {name: vars(module)[name] for name in module._buffers})
        for x in parameters:  # what depends on no variable is not recorded, and could not be counted
            afterwards.callback(setattr, x, "requires_grad", x.requires_grad)
            x.requires_grad = True
        model(*inputs)
    total = sum(np.size(x.data) for x in parameters)
    kept = [row for row in rows if row["path"] or len(rows) == 1]
    return Summary(type(model).__name__, kept, total, sum(np.size(x.data) for x in parameters if x.requires_grad))


# the multiplications of a matrix product, a convolution, a recurrent layer, of so many results and of inputs' shapes
_PRODUCTS: dict[str, Callable[..., int]] = {
    "linear": lambda size, shapes: size * shapes[1][-1],
    "linear_of_members": lambda size, shapes: size * shapes[1][-1],
    "matmul": lambda size, shapes: size * shapes[0][-1],
    "dot": lambda size, shapes: size * (shapes[0][-1] if shapes[0] and shapes[1] else 1),
    "convolve": lambda size, shapes: size * int(np.prod(shapes[1][1:])),
    "states": lambda size, shapes: int(np.prod(shapes[0])) * shapes[1][-1],
    "weighted": lambda size, shapes: len(shapes) // 2,
    "activated": lambda size, shapes: len(shapes) // 2,
}


__all__ = ["History", "NothingRecorded", "Summary", "accuracy", "dead_units", "gradient_norms", "summary"]
