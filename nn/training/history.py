"""`History`: what `fit` saw of a run, and what it looks at on the way: gradient norms, and units that died."""

import math
from typing import Any

import numpy as np

from autograd.errors import AutogradError
from autograd.extend import Node, walk
from autograd.tools import extra
from autograd.typing import Array
from nn.module import Module


class NothingRecorded(AutogradError, ValueError):
    """A run is to be played of which nothing was kept."""


class History:
    """What `fit` saw: a list with one number an epoch for each of `loss`, `lr`, `val_loss` and the metrics.

    history["loss"], history.loss, history.val_accuracy, …
    steps          at up to a hundred steps of the run: "step", "gradient_norm" and "dead_units" of each layer
    stopped        why it ended early, or None
    recording      the model's numbers at moments of the run, which `explore_training` plays, or None
    """

    def __init__(self) -> None:
        self.epochs: dict[str, list[Array]] = {"loss": [], "lr": []}
        self.steps: dict[str, Any] = {"step": [], "gradient_norm": {}, "dead_units": {}}
        self.stopped: str | None = None
        self.recording: Any = None

    def sample(self, step: int, layers: dict[str, list[Node]], result: Node) -> None:
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


def _short(x: Array) -> str:
    return f"{np.median(x):.4g}" + (" (median)" if np.ndim(x) else "")


def gradient_norms(model: Module) -> dict[str, float]:
    """The Euclidean norm of the gradient of each layer that holds parameters, by the layer's path.

    >>> import nn
    >>> model = nn.Sequential(nn.Linear(2, 1, rng=0))
    >>> model(np.ones((1, 2))).sum().backward()
    >>> gradient_norms(model) == {"0": 3**0.5}
    True
    """
    return _norms(layers_with_parameters(model))


def layers_with_parameters(model: Module) -> dict[str, list[Node]]:
    """The parameters of each layer that holds some, by the layer's path."""
    found = {path: [x for _, x in module._own()] for path, module in model.named_modules()}
    return {path: own for path, own in found.items() if own}


def _norms(layers: dict[str, list[Node]]) -> dict[str, float]:
    found = {}
    for path, own in layers.items():
        grads = [x.grad for x in own if x.grad is not None]
        if grads:
            wide = [np.asarray(g, np.result_type(g, np.float64)) for g in grads]  # a square overflows float16
            found[path] = math.sqrt(sum([float(np.vdot(g, g).real) for g in wide]))
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
