"""`Recording`: a training run in moments, for `explore_training` to play."""

import copy
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.extend import Node, raw, walk
from autograd.trees import leaves
from autograd.typing import Array
from nn.module import Module
from nn.neuron import Layer
from nn.training.run import Run

GRID, GRID_OF_VALUES = 41, 15  # points along each side of the decision surface
SAMPLES = 400  # of the data, that are looked at


class Recording:
    """The numbers of a model at up to `frames` moments of its training, evenly spread over the run.

    model            of one input: an array (N, features)
    inputs, targets  the data on which units are watched; with two features there is a decision surface too
    level            above which a single output means true: 0 for logits; by default the middle of the targets
    frames           how many moments are kept; the run may be of any length
    start, steps     how many steps were made before; and how many there will be, if you know: looks that would be
                     dropped later are spared

    `fit` keeps one of a small model by itself, in its history. In a loop of your own, call `step` after each step:

    >>> import nn
    >>> from autograd import explore_training
    >>> x, t = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
    >>> model = nn.Sequential(nn.Linear(2, 4, rng=0), nn.ReLU(), nn.Linear(4, 1, rng=1))
    >>> optimizer, recording = nn.SGD(model.parameters(), lr=0.1), nn.Recording(model, x, t)
    >>> for _ in range(50):
    ...     optimizer.zero_grad()
    ...     loss = nn.MSELoss()(model(x), t)
    ...     loss.backward()
    ...     optimizer.step()
    ...     recording.step(loss)
    >>> len(recording.moments()["frames"])
    51
    >>> page = explore_training(recording)
    """

    def __init__(self, model: Module, inputs: Array, targets: Array, frames: int = 60, *,
                 level: float | None = None, start: int = 0, steps: int | None = None):
        if frames < 2:
            raise ValueError(f"a recording keeps at least 2 frames, got {frames}")
        self.model, self.frames, self.level = model, frames, level
        self.inputs, self.targets = np.asarray(raw(inputs))[:SAMPLES], np.asarray(raw(targets))[:SAMPLES]
        self.count, self.every = start, max(-(-((steps or 0) - start) // (frames - 1)), 1)
        self.kept: list[tuple[int, dict[str, Any]]] = []
        self.losses: dict[int, float] = {}  # of the numbers after so many steps
        self._take()

    def step(self, loss: Array) -> None:
        """Note that a step was made, for which `loss` was worked out before it."""
        if self.count == self.kept[-1][0]:
            self.losses[self.count] = float(np.mean(raw(loss)))
        self.count += 1
        if self.count % self.every == 0:
            self._take()

    on_step = True

    def __call__(self, run: Run) -> None:
        """As a callback of `fit`."""
        self.step(run.loss)

    def _take(self) -> None:
        self.kept.append((self.count, self.model.state_dict()))
        if len(self.kept) > self.frames:
            self.kept = self.kept[::2]
            self.every *= 2

    def finish(self, run: Run | None = None) -> None:
        """Keep the last moment, whether its turn had come or not."""
        if self.kept[-1][0] != self.count:
            self._take()

    def moments(self) -> dict[str, Any]:
        """What `explore_training` plays; its page says what each entry is."""
        self.finish()
        model = copy.deepcopy(self.model).eval()  # so that the model itself is left alone
        for module in model.modules():
            module._hooks = ()
        layers = _dense_layers(model)
        single = any(np.ndim(raw(x)) == 0 for x in model.parameters())
        grid, bounds = self._grid(GRID_OF_VALUES if single else GRID)
        frames = []
        for step, numbers in self.kept:
            model.load_state_dict(numbers)
            output, shares = _watched(model, layers, self.inputs, single)
            frame = {"step": step, "loss": self.losses.get(step), "weights": [_weights(x) for x in layers],
                     "on": shares, "output": output}
            if grid is not None:
                with no_grad():
                    points = grid.reshape(-1, 2)
                    surface = _flat(_rows(model, points) if single else [model(points)], len(points))
                frame["surface"] = surface.reshape(*grid.shape[:2], -1)
            frames.append(frame)
        paths = {module: path for path, module in model.named_modules()}
        titles = [f"{paths[layer]} · {type(layer).__name__}".removeprefix(" · ") for layer in layers]
        return {"layers": titles, "frames": frames, "inputs": self.inputs,
                "targets": self.targets, "bounds": bounds, "level": self.level}

    def _grid(self, points: int) -> tuple[Array, Array]:
        """Points around the data, (rows from top to bottom, columns, 2), and their bounds (left, right, low, high)."""
        if self.inputs.ndim != 2 or self.inputs.shape[1] != 2:
            return None, None
        low, high = self.inputs.min(0).astype(float), self.inputs.max(0).astype(float)
        room = 0.25 * np.where(high > low, high - low, 1)
        low, high = low - room, high + room
        across, up = (np.linspace(a, b, points) for a, b in zip(low, high, strict=True))
        grid = np.stack(np.meshgrid(across, up[::-1]), axis=-1).astype(self.inputs.dtype)
        return grid, (low[0], high[0], low[1], high[1])


def _dense_layers(model: Module) -> list[Any]:
    """The layers of a network in which each unit sees all of the layer before; of any other network, none."""
    found: list[Any] = []
    inside: set[Module] = set()
    for module in model.modules():
        if module in inside:
            continue
        weight = getattr(module, "weight", None) if "weight" in vars(module) else None
        if isinstance(module, Layer) or np.ndim(raw(weight)) == 2:
            found.append(module)
            inside.update(module.modules())
        elif any(True for _ in module._own()):
            return []
    sizes = [_weights(module)["weight"].shape for module in found]
    chained = all(a[0] == b[1] for a, b in pairwise(sizes))
    return found if chained else []


def _weights(layer: Any) -> dict[str, Array]:
    """A copy of the weight (out, in) and bias (out,) of a layer."""
    if isinstance(layer, Layer) and not layer._tensors:
        return {"weight": np.array([[w.data for w in neuron.w] for neuron in layer.neurons]),
                "bias": np.array([neuron.b.data for neuron in layer.neurons])}
    bias = vars(layer).get("bias")
    weight = np.array(raw(layer.weight))
    return {"weight": weight, "bias": np.zeros(len(weight)) if bias is None else np.array(raw(bias))}


def _rows(model: Module, inputs: Array) -> list[Array]:
    """A network of Values takes one row at a time."""
    return [model([float(x) for x in row]) for row in inputs]


def _flat(outputs: list[Array], rows: int) -> Array:
    """Outputs as plain numbers, (rows, outputs)."""
    return np.reshape([raw(x) for x in leaves(outputs)], (rows, -1))


def _watched(model: Module, layers: list[Any], inputs: Array, single: bool) -> tuple[Array, list[Array]]:
    """The outputs for the data; and of each layer that a ReLU follows, for what share of it each unit was on."""
    seen: dict[Module, list[Array]] = {layer: [] for layer in layers}
    with ExitStack() as hooks:
        for layer in layers:
            hooks.enter_context(layer.register_forward_hook(lambda module, _, output: seen[module].append(output)))
        found = _rows(model, inputs) if single else [model(inputs)]
    cut = {node.inputs[0] for node in walk([x for x in found if isinstance(x, Node)])
           if node.op is not None and node.op.name == "relu"}
    shares: list[Array] = []
    for layer in layers:
        last = seen[layer][-1]
        relu = last in cut if isinstance(last, Node) else False
        if isinstance(layer, Layer):
            relu = layer._nonlin
        numbers = _flat(seen[layer] if single else [last], len(inputs))
        shares.append((numbers > 0).mean(0) if relu else None)
    return _flat(found, len(inputs)), shares
