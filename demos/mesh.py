"""The mesh of the one who asked: 2-100-100-1 ReLUs learn XOR."""

from pathlib import Path

import numpy as np

import nn
from autograd import Tensor, draw, no_grad
from autograd.typing import Seed
from demos.output import BLUE, INK, ORANGE, learned, new_figure, save_figure, save_graph
from demos.xor import T, X

STARTS, STEPS = 20, 400


def mesh(rng: Seed) -> nn.Module:
    return nn.Sequential(nn.Linear(2, 100, rng=rng), nn.ReLU(), nn.Linear(100, 100, rng=rng), nn.ReLU(),
                         nn.Linear(100, 1, rng=rng))


def main(out: Path) -> None:
    """A mesh of 100 and 100 ReLUs learns XOR from every one of twenty starts."""
    model = nn.ensemble(mesh, STARTS, rng=0)
    optimizer, loss_of = nn.SGD(model.parameters(), lr=0.1), model.each(nn.MSELoss())
    losses, after = [], np.full(STARTS, -1)
    for step in range(STEPS + 1):
        y = model(X)
        after[(after < 0) & learned(y.data, T)] = step
        loss = loss_of(y, T)
        losses.append(loss.data)
        optimizer.zero_grad()
        loss.sum().backward()
        optimizer.step()
    print(f"   {np.sum(after >= 0)} of {STARTS} starts learned XOR, after {after.min()} to {after.max()} steps")

    figure, panels = new_figure(2)
    panels[0].semilogy(np.array(losses), color=BLUE, alpha=0.4)
    panels[0].set(title=f"mean squared error of {STARTS} starts", xlabel="step")
    panels[0].grid(alpha=0.3)
    side = np.linspace(-0.5, 1.5, 101)
    with no_grad():
        z = model(np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)).data.reshape(STARTS, 101, 101)
    for surface in z:
        panels[1].contour(side, side, surface, levels=[0.5], colors=ORANGE, linewidths=0.7)
    panels[1].scatter(*X.T, c=[BLUE if t else "white" for t in T[:, 0]], edgecolors=INK, s=90, zorder=3)
    panels[1].set(title="where each answers 0.5", xlabel="x0", ylabel="x1", aspect="equal")
    save_figure(figure, out / "mesh.png")
    loss = nn.MSELoss()(model.member(0)(Tensor(X, requires_grad=False, name="x")), T)
    loss.name = "loss"
    save_graph(draw(loss), out / "mesh-graph")
    assert np.all(after >= 0), f"{np.sum(after < 0)} of {STARTS} starts did not learn XOR in {STEPS} steps"
