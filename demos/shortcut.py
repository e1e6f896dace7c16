"""One hidden ReLU is enough for XOR if the output sees the inputs too, and not enough to find it each time."""

from pathlib import Path

import numpy as np

import nn
from autograd import Tensor, draw
from autograd.typing import Array, Seed
from demos.descent import descend
from demos.output import new_figure, save_figure, save_graph
from demos.xor import T, X, surface

STARTS, STEPS = 500, 3000


class Shortcut(nn.Module):
    """Hidden ReLUs, and an output layer that is given them and the inputs."""

    ensembles = True  # its forward works as it is for many networks at once: it speaks of the last axis alone

    def __init__(self, hidden: int, rng: Seed = None):
        rng = np.random.default_rng(rng)
        self.hidden, self.out = nn.Linear(2, hidden, rng=rng), nn.Linear(2 + hidden, 1, rng=rng)

    def forward(self, x: Array) -> Array:
        return self.out(np.concatenate([nn.functional.relu(self.hidden(x)), x], axis=-1))


def by_hand() -> Shortcut:
    """a + b - 2 relu(a + b - 1)."""
    model = Shortcut(1)
    model.load_state_dict({"hidden.weight": np.ones((1, 2)), "hidden.bias": np.array([-1.0]),
                           "out.weight": np.array([[-2.0, 1.0, 1.0]]), "out.bias": np.zeros(1)})
    return model


def main(out: Path) -> None:
    """One hidden ReLU and a shortcut are an XOR gate; without the shortcut one ReLU never is."""
    hand = by_hand()
    x = Tensor(X, requires_grad=False, name="x")
    y = hand(x)
    assert np.array_equal(y.data, T)
    y.name = "a + b - 2 relu(a + b - 1)"
    save_graph(draw(y, seed=np.ones((4, 1))), out / "shortcut-graph")

    def plain(rng: Seed) -> nn.Module:
        return nn.Sequential(nn.Linear(2, 1, rng=rng), nn.ReLU(), nn.Linear(1, 1, rng=rng))

    model, found = descend(lambda rng: Shortcut(1, rng), X, T, STARTS, STEPS)
    _, without = descend(plain, X, T, STARTS, STEPS)
    print(f"   of {STARTS} starts with one hidden ReLU, {found.sum()} learned XOR with the shortcut, "
          f"{without.sum()} without")
    member = model.member(int(np.argmax(found)))
    for name, numbers in member.state_dict().items():
        print(f"   of one of them, {name}: {np.round(numbers.ravel(), 2).tolist()}")
    figure, panels = new_figure(2)
    for panel, network, title in zip(panels, (hand, member), ("by hand", "learned"), strict=True):
        surface(figure, panel, network, title)
    save_figure(figure, out / "shortcut-surface.png")
    assert found.sum() > STARTS / 10 and not without.any()
