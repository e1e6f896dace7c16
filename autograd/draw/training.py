"""`explore_training`: a training run as one page, played like a film."""

import base64
import math
import os
from typing import Any

import numpy as np

from autograd.draw.escape import clean
from autograd.draw.page import Page, filled
from autograd.typing import Array

UNITS = 40  # of a layer that are drawn
POINTS = 400  # of the data


def explore_training(
    history: Any, path: str | os.PathLike[str] | None = None, *, title: str = "a training run"
) -> Page:
    """`explore_training`, which stands in drawing.py."""
    if not hasattr(history, "moments"):
        raise TypeError(f"explore_training plays what nn.fit returns, or an nn.Recording, not {type(history).__name__}")
    return filled("training", title, "", _raw(history.moments()), path, height=800)


def _raw(found: dict[str, Any]) -> dict[str, Any]:
    frames, bounds, classes, inputs = found["frames"], found["bounds"], _Classes(found), np.asarray(found["inputs"])
    first = [layer["weight"].shape for layer in frames[0]["weights"]] if found["layers"] else []
    sizes = [first[0][1], *(shape[0] for shape in first)] if first else []
    weights = [layer["weight"] for frame in frames for layer in frame["weights"]]
    greatest = max((float(np.abs(w[np.isfinite(w)]).max(initial=0.0)) for w in weights), default=0.0)
    points = [] if bounds is None else inputs[:POINTS].astype(float).tolist()
    return {
        "columns": [{"name": clean(name, 24), "units": size, "shown": min(size, UNITS)}
                    for name, size in zip(["input", *found["layers"]], sizes, strict=False)],
        "greatest": greatest or 1.0, "bounds": None if bounds is None else [float(x) for x in bounds],
        "classes": classes.number, "points": [[*xy, int(c)] for xy, c in zip(points, classes.of, strict=False)],
        "samples": len(inputs), "frames": [_frame(frame, classes, bool(sizes)) for frame in frames],
    }


class _Classes:
    """What the outputs mean.

    number  how many classes; 2 where one output is true or false; 0 where it is a number
    of      a class for each sample, or a shade
    """

    def __init__(self, found: dict[str, Any]):
        targets = np.asarray(found["targets"])
        outputs = np.shape(found["frames"][0]["output"])[-1]
        if outputs > 1:
            wide = targets.ndim > 1 and targets.shape[-1] == outputs
            self.of = np.argmax(targets, -1) if wide else targets.reshape(len(targets), -1)[:, 0].astype(int)
            self.number = outputs
            return
        flat = targets.reshape(len(targets), -1)[:, 0].astype(float)
        low, high = (float(flat.min()), float(flat.max())) if len(flat) else (0.0, 1.0)
        level = found.get("level")
        self.level = (low + high) / 2 if level is None else float(level)
        self.reach = max(high - low, 1e-12) / 2 if level is None else 2.0
        self.number = 2 if len(np.unique(flat)) == 2 else 0
        self.of = (flat > (low + high) / 2).astype(int) if self.number else self.shade(flat)

    def shade(self, output: Array) -> Array:
        """Single outputs as bytes: 127 is the level, 255 no number."""
        with np.errstate(all="ignore"):
            scaled = np.clip((output - self.level) / (1.5 * self.reach), -1, 1) * 127 + 127
        return np.where(np.isfinite(scaled), scaled, 255).astype(np.uint8)

    def surface(self, output: Array) -> str:
        """Outputs over the surface, row by row, as bytes in base64: shades, or classes."""
        shades = self.shade(output[..., 0]) if output.shape[-1] == 1 else np.argmax(output, -1).astype(np.uint8)
        return base64.b64encode(shades.tobytes()).decode()

    def right(self, output: Array) -> int | None:
        """How many samples are on the side of their class."""
        if not self.number:
            return None
        found = np.argmax(output, -1) if np.shape(output)[-1] > 1 else (output[:, 0] > self.level).astype(int)
        return int(np.sum(found == self.of))


def _frame(frame: dict[str, Any], classes: _Classes, network: bool) -> dict[str, Any]:
    surface, layers = frame.get("surface"), frame["weights"] if network else []
    return {
        "step": int(frame["step"]), "loss": _number(frame["loss"]), "right": classes.right(frame["output"]),
        "weights": [_shown(layer["weight"]) for layer in layers], "biases": [_shown(layer["bias"]) for layer in layers],
        "on": [None if on is None else [round(float(x), 3) for x in on[:UNITS]] for on in frame["on"]],
        "dead": sum(int(np.sum(np.asarray(on) == 0)) for on in frame["on"] if on is not None),
        "surface": None if surface is None else classes.surface(surface),
        "side": None if surface is None else list(surface.shape[:2]),
    }


def _shown(array: Array) -> list[object]:
    """The numbers of the units that are drawn, with four digits."""
    if array.ndim == 1:
        return [_number(x) for x in array[:UNITS]]
    return [_shown(row) for row in array[:UNITS]]


def _number(x: float | None) -> float | None:
    return float(f"{float(x):.4g}") if x is not None and math.isfinite(x) else None

