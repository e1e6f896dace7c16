"""What the study tries: one change at a time from a base, and the pairs of changes that the claims are about."""

import itertools
import json
import zlib
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from autograd.typing import Array
from demos.gates import pairs
from demos.xor import X

STARTS = 1000  # of each configuration
QUICK_STARTS = 600  # the first of the same: enough for 95 % intervals that hold the full run's rates
GATES = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "XOR": (0, 1, 1, 0)}  # of the rows 00 01 10 11
WIDTHS = (1, 2, 3, 4, 5, 6, 8, 16, 32, 64)
ACTIVATIONS = ("relu", "leaky_relu", "tanh", "sigmoid")
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0)
ENCODINGS = ("1-1", "1-2", "2-1", "2-2")  # numbers for a bit in the inputs, and in the outputs: (bit, not bit) are two
MISTAKES = {  # in backpropagation written by hand: its name, and what is done
    "none": "as it should be",
    "sigmoid slope": "h (1 - h), left over from sigmoid units, for the slope of a ReLU",
    "no slope": "1 for the slope of a ReLU, also where it is off",
    "ReLU of the slope": "the activation itself where its slope belongs: what flows back is cut off at 0",
    "no biases": "none at all, neither hidden nor of the output",
    "output bias alone": "hidden units without a bias",
    "one row's gradient": "each row's gradient overwrites the one before, in place of adding to it",
    "wrong sign": "the hidden layer goes up the slope, the output layer down",
    "output first": "the output's weights are updated before they carry the error back",
    "row before": "what the hidden units gave for the row before is still there",
    "positive weights": "all weights start above 0, as from a random() of 0 to 1",
    "no negative weights": "weights are cut off at 0 after each step, as the units' outputs are",
    "same weights": "all hidden units start alike",
    "relu output": "a ReLU for the output unit too (a choice, not a mistake)",
    "clipped output": "the output is clipped to 0 … 1, and passes no error on where it is",
    "ReLU of the error": "an output above its target is taken for right",
    "last row left out": "a loop that ends one row too early, or draws a row from 0 to 2",
    "last target wrong": "the table of OR: (1, 1) is told to be 1",
    "row by row": "a step for each row, one after the other (a choice, not a mistake)",
}


@dataclass(frozen=True)
class Configuration:
    """How a network is made and trained. The defaults are the base from which one thing at a time is changed.

    gate           AND, OR or XOR
    encoding       "1-2": each input is one number, the output a pair (true, false)
    hidden         the widths of the hidden layers
    activation     relu, leaky_relu (slope 0.01), tanh or sigmoid, of the hidden units
    output         linear, relu or sigmoid
    loss           squared: the mean over rows and outputs; cross entropy: the mean too, of sigmoid outputs
    shortcut       whether the output layer also sees the inputs
    start          pytorch: weights and biases uniform in ±1/√fan_in; kaiming: weights uniform in ±√(6/fan_in), biases
                   0; small: weights normal with deviation 0.01, biases 0
    optimizer, lr  gd: plain gradient descent on all four rows; adam: Adam, with its usual constants
    steps          after which a network that has not learned has failed
    mistake        in backpropagation written by hand, of one hidden layer; "" for the engine's own
    """

    gate: str = "XOR"
    encoding: str = "1-1"
    hidden: tuple[int, ...] = (4,)
    activation: str = "relu"
    output: str = "linear"
    loss: str = "squared"
    shortcut: bool = False
    start: str = "pytorch"
    optimizer: str = "gd"
    lr: float = 0.1
    steps: int = 5000
    mistake: str = ""

    @property
    def settings(self) -> dict[str, Any]:
        """Everything, as it stands in the results."""
        return asdict(self) | {"hidden": "-".join(map(str, self.hidden))}

    @property
    def key(self) -> str:
        """A name that is the same in every run."""
        changed = [f"{f.name}={self.settings[f.name]}" for f in fields(self) if getattr(self, f.name) != f.default]
        return ", ".join(changed) or "base"

    def seed(self, study: int) -> list[int]:
        """What its starts' random numbers are seeded with. It depends on nothing but the study's seed and itself."""
        return [study, zlib.crc32(json.dumps(self.settings, sort_keys=True).encode())]

    def rows(self) -> tuple[Array, Array]:
        """Inputs (4, …) and targets (4, …), in its encoding."""
        answer = np.array(GATES[self.gate], float)[:, None]
        given, wanted = self.encoding.split("-")
        return (X if given == "1" else pairs(X)), (answer if wanted == "1" else pairs(answer))


def tables(steps: int = 5000) -> dict[str, list[Configuration]]:
    """All configurations, by the table of the report in which they stand; some stand in several."""
    def grid(**options: Any) -> list[Configuration]:
        names, lists = list(options), [x if isinstance(x, (list, tuple)) else [x] for x in options.values()]
        return [Configuration(**dict(zip(names, values, strict=True)), steps=steps)
                for values in itertools.product(*lists)]

    widths = [(n,) for n in WIDTHS]
    mesh = [(100, 100)]
    few = [(2,), (4,), (8,)]
    return {
        "width": grid(activation=ACTIVATIONS, hidden=widths + mesh),
        "adam": grid(optimizer="adam", lr=0.01, hidden=widths + mesh),
        "shortcut": grid(shortcut=True, hidden=widths[:4], optimizer="gd") + grid(
            shortcut=True, hidden=widths[:4], optimizer="adam", lr=0.01),
        "rate": grid(gate=list(GATES), hidden=few[:2], lr=RATES),
        "adam rate": grid(gate=list(GATES), hidden=few[:2], optimizer="adam", lr=[1e-3, 1e-2, 0.1, 1.0]),
        "output": [c for c in grid(hidden=few[:2], activation=["relu", "tanh", "sigmoid"], lr=[0.1, 1.0],
                                   output=["linear", "relu", "sigmoid"], loss=["squared", "cross entropy"])
                   if c.loss == "squared" or c.output == "sigmoid"],
        "encoding": grid(encoding=ENCODINGS, hidden=few),
        "start": grid(start=["kaiming", "pytorch", "small"], hidden=few),
        "gate": grid(gate=list(GATES), hidden=few),
        "mistake": grid(mistake=list(MISTAKES), hidden=few),
    }


def all_configurations(steps: int = 5000) -> list[Configuration]:
    """Each once, in the order of the tables."""
    return list(dict.fromkeys(c for table in tables(steps).values() for c in table))
