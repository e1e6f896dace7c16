"""All gates, however a bit is written: as one number, or as a true/false pair."""

from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import no_grad
from autograd.typing import Array
from demos.descent import descend
from demos.output import BLUE, INK, new_figure, save_figure, table
from demos.xor import X

GATES = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0], "NOR": [1, 0, 0, 0],
         "XOR": [0, 1, 1, 0], "XNOR": [1, 0, 0, 1]}  # of the rows 00 01 10 11
SIZES = [(2, 1), (2, 2), (4, 1), (4, 2)]  # inputs and outputs: two numbers for a bit are (bit, not bit)
STARTS, STEPS = 50, 500


def pairs(bits: Array) -> Array:
    """Each bit as (bit, not bit): (…, n) becomes (…, 2 n)."""
    return np.stack([bits, 1 - bits], axis=-1).reshape(*bits.shape[:-1], -1)


def train(gate: list[int], inputs: int, outputs: int) -> tuple[nn.Ensemble, Array]:
    """Fifty networks of eight hidden ReLUs, by gradient descent: all of them, and which have learned the gate."""
    t = np.array(gate, float)[:, None]
    x, t = (X if inputs == 2 else pairs(X)), (t if outputs == 1 else pairs(t))
    return descend(lambda rng: nn.Sequential(nn.Linear(inputs, 8, rng=rng), nn.ReLU(), nn.Linear(8, outputs, rng=rng)),
                   x, t, STARTS, STEPS)


def surface(panel: Any, network: nn.Module, inputs: int, gate: list[int]) -> None:
    side = np.linspace(-0.25, 1.25, 61)
    grid = np.stack(np.meshgrid(side, side), axis=-1)
    with no_grad():
        z = network(grid if inputs == 2 else pairs(grid)).data[..., 0]
    panel.contourf(side, side, z, levels=np.linspace(-0.5, 1.5, 21), cmap="PuOr_r", extend="both")
    panel.contour(side, side, z, levels=[0.5], colors=INK)
    panel.scatter(*X.T, c=[BLUE if t else "white" for t in gate], edgecolors=INK, s=40, zorder=3)
    panel.set(xticks=[], yticks=[], aspect="equal")


def main(out: Path) -> None:
    """AND, OR, NAND, NOR, XOR, XNOR with one or two numbers for a bit: each is learned from most starts."""
    figure, panels = new_figure(len(GATES), len(SIZES), size=1.5)
    rows = []
    for i, (inputs, outputs) in enumerate(SIZES):
        counts = []
        for j, (name, gate) in enumerate(GATES.items()):
            model, good = train(gate, inputs, outputs)
            counts.append(int(good.sum()))
            assert 2 * counts[-1] > STARTS, f"{name}, {inputs} to {outputs}: {counts[-1]} of {STARTS} learned"
            surface(panels[i, j], model.member(int(np.argmax(good))), inputs, gate)
            panels[0, j].set_title(name)
        panels[i, 0].set_ylabel(f"{inputs} in, {outputs} out")
        rows.append((inputs, outputs, *counts))
    print(f"   how many of {STARTS} networks of 8 hidden ReLUs learned the gate in {STEPS} steps:")
    print(table(["in", "out", *GATES], rows))
    figure.supxlabel("filled dots: the gate is true; orange: the (first) output is near 1; the line: it is 0.5")
    save_figure(figure, out / "gates.png")
