"""A module of your own: a residual block. Modules and Tensors that are attributes are its parameters."""

from pathlib import Path

import numpy as np

import nn
from autograd import Tensor, draw, gradcheck
from demos.output import save_graph


class Residual(nn.Module):
    ensembles = True  # its forward works as it is for many networks at once: it speaks of no axis

    def __init__(self, size, rng=None):
        rng = np.random.default_rng(rng)
        self.inner = nn.Sequential(nn.Linear(size, size, rng=rng), nn.ReLU(), nn.Linear(size, size, rng=rng))

    def forward(self, x):
        return np.maximum(x + self.inner(x), 0)


def main(out: Path) -> None:
    """A custom module: four residual blocks tell two spirals apart."""
    block = Residual(3, rng=0)
    x = np.random.default_rng(1).normal(size=(4, 3))
    gradcheck(lambda p, x: nn.functional_call(block, p, x), block.state_dict(), x)
    save_graph(draw(block(Tensor(x, name="x"))), out / "residual-graph")

    turn = np.linspace(0.5, 9.0, 150)
    arm = np.stack([turn * np.cos(turn), turn * np.sin(turn)], axis=1) / 4
    x, y = np.concatenate([arm, -arm]), np.repeat([0, 1], 150)
    model = nn.Sequential(nn.Linear(2, 32, rng=1), *[Residual(32, rng=i) for i in range(4)], nn.Linear(32, 2, rng=2))
    optimizer = nn.Adam(model.parameters(), lr=3e-3)
    history = nn.fit(model, (x, y), nn.CrossEntropyLoss(), optimizer, epochs=60, batch_size=50)
    accuracy = nn.evaluate(model, (x, y), metrics={"accuracy": nn.accuracy})["accuracy"]
    print(f"   loss {history.loss[0]:.3f} to {history.loss[-1]:.4f}, {accuracy:.0%} of the points on the right arm")
    assert accuracy > 0.98
