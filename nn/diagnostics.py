"""What a network is doing while it learns: gradient norms, units that died, and a table of its layers."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import AutogradError, ShapeError
from autograd.extend import Node, raw, walk
from autograd.tools import extra
from nn.module import Module


def gradient_norms(model: Module) -> dict[str, float]:
    """The Euclidean norm of the gradient of each layer that holds parameters, by the layer's path.

    >>> import nn
    >>> model = nn.Sequential(nn.Linear(2, 1, rng=0))
    >>> model(np.ones((1, 2))).sum().backward()
    >>> gradient_norms(model) == {"0": 3**0.5}
    True
    """
    return _norms(layers_with_parameters(model))


def layers_with_parameters(model: Module) -> dict[str, list[Any]]:
    """The parameters of each layer that holds some, by the layer's path."""
    found = {path: [x for _, x in module._own()] for path, module in model.named_modules()}
    return {path: own for path, own in found.items() if own}


def _norms(layers: dict[str, list[Any]]) -> dict[str, float]:
    found = {}
    for path, own in layers.items():
        grads = [x.grad for x in own if x.grad is not None]
        if grads:
            found[path] = math.sqrt(sum([float(np.vdot(g, g)) for g in grads]))
    return found


def dead_units(result: Node) -> dict[str, float]:
    """Of each ReLU that `result` was computed by: the share of its units that were 0 for the whole batch, by its path.

    A unit is a feature of (N, features), or a channel of (N, channels, …); in an ensemble each member's own.

    >>> import nn
    >>> model = nn.Sequential(nn.ReLU())
    >>> from autograd import Tensor
    >>> x = Tensor([[1.0, -1.0], [2.0, -3.0]])
    >>> dead_units(model(x))
    {'0': 0.5}
    """
    found: dict[str, float] = {}
    for node in reversed(walk(result)):
        if isinstance(node, Node) and node.op is not None and node.op.name == "relu" and np.ndim(node.data) > 1:
            path = ".".join([frame[0] for frame in node.scope if frame[0]]) or "relu"
            y = node.data
            members = len(node.scope) > 0 and node.scope[0][1] == "Ensemble"
            axes = (int(members), *range(2 + members, y.ndim))
            found[path] = 1 - float((y > 0).any(axis=axes).mean())
    return found


def accuracy(output: Any, target: Any) -> Any:
    """The share of rows whose largest output is that of the target class: output (..., N, classes), target (N,).

    In an ensemble output is (members, N, classes), and there is a share for each member. Raises ShapeError for anything
    else, and for a single output, which stands for two classes in a way that only you know.

    >>> float(accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1])))
    0.5
    """
    output, target = raw(output), np.asarray(raw(target))
    if np.ndim(output) < 2 or output.shape[-1] < 2 or target.shape not in (output.shape[:-1], output.shape[1:-1]):
        raise ShapeError("accuracy compares outputs (N, classes) with class numbers (N,), got shapes "
                         f"{np.shape(output)} and {target.shape}; for one logit a sample write it yourself, as "
                         "lambda y, t: np.mean((y.data > 0) == t)")
    return np.mean(np.argmax(output, axis=-1) == target, axis=-1)


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


def summary(model: Module, *inputs: Any) -> Summary:
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
    hooks = []
    counted: set[Any] = set()
    stack: list[dict[str, Any]] = []

    def before(module: Module, _: Any) -> None:
        path = paths[id(module)]
        row = {"path": path, "class": type(module).__name__, "depth": max(path.count("."), 0), "shape": None,
               "parameters": sum(np.size(x.data) for _, x in module._own()), "multiply-adds": 0}
        rows.append(row)
        stack.append(row)

    def after(module: Module, _: Any, output: Any) -> None:
        row = stack.pop()
        row["shape"] = _shapes(output)
        for node in walk([x for x in _nodes(output) if x.op is not None]):
            if node not in counted:
                counted.add(node)
                row["multiply-adds"] += _products(node)

    was_training = [(module, module.training) for module in model.modules()]
    buffers = {id(m): {name: vars(m)[name] for name in m._buffers} for m in model.modules()}
    frozen = [x for x in model.parameters() if not x.requires_grad]
    try:
        for module in model.modules():
            hooks += [module.register_forward_pre_hook(before), module.register_forward_hook(after)]
        for x in frozen:  # what depends on no variable is not recorded, and could not be counted
            x.requires_grad = True
        model.eval()
        model(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
        for x in frozen:
            x.requires_grad = False
        for module, training in was_training:
            module.training = training
            vars(module).update(buffers[id(module)])
    parameters = model.parameters()
    total = sum(np.size(x.data) for x in parameters)
    kept = [row for row in rows if row["path"] or len(rows) == 1]
    return Summary(type(model).__name__, kept, total, sum(np.size(x.data) for x in parameters if x.requires_grad))


def _nodes(output: Any) -> list[Node]:
    if isinstance(output, Node):
        return [output]
    return [x for part in output for x in _nodes(part)] if isinstance(output, (tuple, list)) else []


def _shapes(output: Any) -> Any:
    if isinstance(output, (tuple, list)):
        return ", ".join(str(_shapes(part)) for part in output)
    return np.shape(raw(output))


def _products(node: Node) -> int:
    """The multiplications of a matrix product, a convolution, a recurrent layer."""
    count: Callable[..., int] | None = _COUNTS.get(node.op.name if node.op else "")
    return 0 if count is None else count(np.size(node.data), [np.shape(raw(x)) for x in node.inputs])


_COUNTS: dict[str, Callable[..., int]] = {
    "linear": lambda size, shapes: size * shapes[1][-1],
    "linear_of_members": lambda size, shapes: size * shapes[1][-1],
    "matmul": lambda size, shapes: size * shapes[0][-1],
    "dot": lambda size, shapes: size * (shapes[0][-1] if shapes[0] and shapes[1] else 1),
    "convolve": lambda size, shapes: size * int(np.prod(shapes[1][1:])),
    "states": lambda size, shapes: int(np.prod(shapes[0])) * shapes[1][-1],
    "weighted": lambda size, shapes: len(shapes) // 2,
    "activated": lambda size, shapes: len(shapes) // 2,
}


class NothingRecorded(AutogradError, ValueError):
    """A run is to be played of which nothing was kept."""


# ---- History --------------------------------------------------------------------------------------------------------
class History:
    """What `fit` saw: a list with one number an epoch for each of `loss`, `lr`, `val_loss` and the metrics.

    history["loss"], history.loss, history.val_accuracy, …
    steps          at up to a hundred steps of the run: "step", "gradient_norm" and "dead_units" of each layer
    stopped        why it ended early, or None
    recording      the model's numbers at moments of the run, which `explore_training` plays, or None
    """

    def __init__(self) -> None:
        self.epochs: dict[str, list[Any]] = {"loss": [], "lr": []}
        self.steps: dict[str, Any] = {"step": [], "gradient_norm": {}, "dead_units": {}}
        self.stopped: str | None = None
        self.recording: Any = None

    def sample(self, step: int, layers: dict[str, list[Any]], result: Node) -> None:
        """Look at the gradients of the layers' parameters, and at the units, that one step used."""
        before = len(self.steps["step"])
        self.steps["step"].append(step)
        for kind, found in (("gradient_norm", _norms(layers)), ("dead_units", dead_units(result))):
            for path, x in found.items():
                self.steps[kind].setdefault(path, [float("nan")] * before).append(x)
            for column in self.steps[kind].values():
                column.extend([float("nan")] * (before + 1 - len(column)))

    def moments(self) -> dict[str, Any]:
        """What `explore_training` plays, if `fit` has kept it."""
        if self.recording is None:
            raise NothingRecorded("of this run nothing was kept to play: fit(record=True) keeps the numbers of models "
                                  "of any size, if their input is one array; nn.Recording does in a loop of your own")
        return dict(self.recording.moments())

    def __getattr__(self, name: str) -> Any:
        for table in ("epochs", "steps"):
            if name in self.__dict__.get(table, {}):
                return self.__dict__[table][name]
        known = [*self.__dict__.get("epochs", {}), *self.__dict__.get("steps", {})]
        raise AttributeError(f"this History has no {name!r}; it has {', '.join(known)}")

    def __getitem__(self, name: str) -> Any:
        try:
            return getattr(self, name)
        except AttributeError as error:
            raise KeyError(str(error)) from None

    def __len__(self) -> int:
        return len(self.epochs["loss"])

    def __repr__(self) -> str:
        said = [f"{name} {_short(x[0])} to {_short(x[-1])}" for name, x in self.epochs.items() if x and name != "lr"]
        end = f"; stopped: {self.stopped}" if self.stopped else ""
        return f"History({len(self)} epochs{': ' if said else ''}{', '.join(said)}{end})"

    def plot(self) -> Any:
        """A matplotlib figure of the losses, the metrics, each layer's gradient norm and share of dead units."""
        figure_of = extra("matplotlib.figure", "plots need", "train").Figure
        losses = {k: x for k, x in self.epochs.items() if k.endswith("loss")}
        metrics = {k: x for k, x in self.epochs.items() if not k.endswith("loss") and k != "lr"}
        epochs, steps = np.arange(1, len(self) + 1), self.steps["step"]
        panels = [("loss", "epoch", epochs, losses, "log")]
        if metrics:
            panels.append(("metrics", "epoch", epochs, metrics, "linear"))
        panels += [("gradient norm", "step", steps, self.steps["gradient_norm"], "log")]
        if self.steps["dead_units"]:
            panels.append(("share of dead ReLU units", "step", steps, self.steps["dead_units"], "linear"))
        if len(set(self.epochs["lr"])) > 1:
            panels.append(("learning rate", "epoch", epochs, {"lr": self.epochs["lr"]}, "linear"))
        rows = 1 + (len(panels) - 1) // 3
        columns = -(-len(panels) // rows)
        figure = figure_of(figsize=(4.2 * columns, 3.2 * rows), layout="constrained", facecolor="white")
        for i, (title, below, at, lines, scale) in enumerate(panels):
            axis = figure.add_subplot(rows, columns, i + 1)
            for name, numbers in lines.items():
                y = np.asarray(numbers, float)
                y = y if y.ndim == 1 else np.median(y, axis=-1)
                axis.plot(at, y, label=name, marker="." if len(y) < 3 else None)
            drawn = np.concatenate([np.ravel(np.asarray(x, float)) for x in lines.values()] or [np.zeros(0)])
            if scale == "log" and np.any(drawn > 0):
                axis.set_yscale("log")
            axis.set(title=title, xlabel=below)
            if 1 < len(lines) <= 12 or title == "metrics":
                axis.legend(fontsize="small")
            axis.grid(alpha=0.3)
        return figure


def _short(x: Any) -> str:
    return f"{np.median(x):.4g}" + (" (median)" if np.ndim(x) else "")


__all__ = ["History", "Summary", "accuracy", "dead_units", "gradient_norms", "summary"]
