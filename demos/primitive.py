"""A layer with an op of your own: its function, its derivatives, and a check of them."""

from pathlib import Path

import numpy as np

import nn
from autograd import Tensor, draw, gradcheck
from autograd.extend import defvjp, primitive
from demos.output import BLUE, GREY, new_figure, save_figure, save_graph


@primitive
def snake(x, a):
    return x + np.sin(a * x) ** 2 / a  # Ziyin et al., 2020


defvjp(snake, lambda y, x, a: lambda g: g * (1 + np.sin(2 * a * x)),
              lambda y, x, a: lambda g: g * (np.sin(2 * a * x) * x - np.sin(a * x) ** 2 / a) / a)


class Snake(nn.Module):
    def __init__(self, size):
        self.a = Tensor(np.ones(size))

    def forward(self, x):
        return snake(x, self.a)


def main(out: Path) -> None:
    """A custom op: a periodic activation with a trained frequency goes on with a wave where it saw none."""
    gradcheck(snake, np.linspace(-2, 2, 5), np.linspace(0.5, 1.5, 5))
    x = np.linspace(-6, 6, 120)[:, None]
    model = nn.Sequential(nn.Linear(1, 16, rng=0), Snake(16), nn.Linear(16, 1, rng=1))
    save_graph(draw(model(Tensor(x[:3], name="x"))), out / "primitive-graph")
    optimizer = nn.Adam(model.parameters(), lr=0.01)
    history = nn.fit(model, (x, np.sin(2 * x)), nn.MSELoss(), optimizer, epochs=400)
    far = np.linspace(-10, 10, 400)[:, None]
    figure, panel = new_figure(1)
    panel.plot(far, np.sin(2 * far), color=GREY, label="sin 2x")
    panel.plot(far, model(far).data, color=BLUE, label="the network")
    panel.axvspan(-6, 6, color=BLUE, alpha=0.08, label="trained here")
    panel.legend(loc="upper center", ncols=3, fontsize="small")
    panel.set(title="a network with an op of its own", xlabel="x", ylim=(-2.2, 2.6))
    save_figure(figure, out / "primitive-fit.png")
    print(f"   squared error {history.loss[0]:.3f} to {history.loss[-1]:.2e}")
    assert history.loss[-1] < 1e-2
