"""One ReLU neuron, written by hand, is a NOR gate."""

from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import Tensor, Value, draw
from demos.output import save_graph, table

ROWS = [(0, 0), (0, 1), (1, 0), (1, 1)]
NOR = [1, 0, 0, 0]


def of_values(out: Path) -> list[float]:
    """The neuron as micrograd has it: single numbers, here with a node for each product and sum."""
    neuron = nn.Neuron.of(weights=(-20, -20), bias=1, activation="relu", fused=False)
    inputs = [Value(0, name="x0"), Value(0, name="x1")]
    y = neuron(inputs)
    y.name = "NOR"
    y.backward()
    save_graph(draw(y), out / "nor-value")
    return [neuron(row).data for row in ROWS]


def of_tensors(out: Path) -> list[float]:
    """The same neuron as a layer of tensors, on all four rows at once."""
    layer = nn.Sequential(nn.Linear(2, 1, rng=0), nn.ReLU())
    layer.load_state_dict({"0.weight": np.array([[-20.0, -20.0]]), "0.bias": np.array([1.0])})
    y = layer(Tensor(ROWS, name="x"))
    y.name = "NOR"
    y.sum().backward(retain_grads=True)
    save_graph(draw(y), out / "nor-tensor")
    return [float(v) for v in y.data[:, 0]]


def main(out: Path) -> None:
    """A NOR gate is one ReLU neuron: weights -20 and -20, bias 1."""
    answers: dict[str, Any] = {"Value": of_values(out), "Tensor": of_tensors(out)}
    print(table(["x0", "x1", "NOR", *answers], [(*row, want, *(a[i] for a in answers.values()))
                                                for i, (row, want) in enumerate(zip(ROWS, NOR, strict=True))]))
    for kind, numbers in answers.items():
        assert numbers == NOR, f"the {kind} neuron gives {numbers}"
