"""A ReLU network learns XOR."""

from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import Tensor, draw, no_grad
from demos.output import BLUE, INK, ORANGE, extra, learned, new_figure, save_figure, save_graph, table

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
T = np.array([[0], [1], [1], [0]], dtype=float)
STEPS = 5000


def train(model: nn.Module) -> tuple[list[float], list[float]]:
    """Plain gradient descent until XOR is learned: the loss and the length of the gradient at every step."""
    optimizer, loss_of = nn.SGD(model.parameters(), lr=0.1), nn.MSELoss()
    losses, lengths = [], []
    with extra("tqdm").tqdm(total=STEPS, desc="   training", unit="step") as bar:
        for _ in range(STEPS):
            y = model(X)
            if learned(y.data, T):
                break
            loss = loss_of(y, T)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            lengths.append(float(np.sqrt(sum(np.sum(p.grad**2) for p in model.parameters()))))
            bar.update()
            bar.set_postfix(loss=f"{losses[-1]:.4f}", refresh=False)
    return losses, lengths


def plot_training(losses: list[float], lengths: list[float], path: Path) -> None:
    figure, panels = new_figure(2)
    for panel, curve, title, colour in zip(panels, (losses, lengths), ("mean squared error", "length of the gradient"),
                                           (BLUE, ORANGE), strict=True):
        panel.semilogy(range(1, len(curve) + 1), curve, color=colour)
        panel.set(title=title, xlabel="step")
        panel.grid(alpha=0.3)
    save_figure(figure, path)


def surface(figure: Any, panel: Any, model: nn.Module, title: str, points: int = 201) -> None:
    """What a network answers between and around the four rows."""
    side = np.linspace(-0.5, 1.5, points)
    with no_grad():
        z = model(np.stack(np.meshgrid(side, side), axis=-1)).data[..., 0]
    picture = panel.contourf(side, side, z, levels=np.linspace(-0.5, 1.5, 21), cmap="PuOr_r", extend="both")
    edge = panel.contour(side, side, z, levels=[0.5], colors=INK)
    panel.clabel(edge, fmt="0.5")
    panel.scatter(*X.T, c=[BLUE if t else "white" for t in T[:, 0]], edgecolors=INK, s=90, zorder=3)
    for (a, b), t in zip(X, T[:, 0], strict=True):
        panel.annotate(f"{t:.0f}", (a, b), (9, 7), textcoords="offset points", color=INK, fontweight="bold")
    panel.set(title=title, xlabel="x0", ylabel="x1", aspect="equal")
    figure.colorbar(picture, ax=panel, ticks=[-0.5, 0, 0.5, 1, 1.5])


def main(out: Path) -> None:
    """A ReLU network with eight hidden units learns XOR by plain gradient descent."""
    model = nn.Sequential(nn.Linear(2, 8, rng=1), nn.ReLU(), nn.Linear(8, 1, rng=2))
    losses, lengths = train(model)
    y = model(Tensor(X, requires_grad=False, name="x"))
    print(table(["x0", "x1", "XOR", "output"], [(int(a), int(b), int(t), v)
                                                for (a, b), t, v in zip(X, T[:, 0], y.data[:, 0], strict=True)]))
    print(f"   learned after {len(losses)} steps")
    assert learned(y.data, T), f"not learned after {STEPS} steps: {y.data[:, 0]}"
    plot_training(losses, lengths, out / "xor-training.png")
    figure, panel = new_figure(1)
    surface(figure, panel, model, "output of the network")
    save_figure(figure, out / "xor-surface.png")
    loss = nn.MSELoss()(y, Tensor(T, requires_grad=False, name="target"))
    loss.name = "loss"
    for p in model.parameters():
        p.zero_grad()
    loss.backward(retain_grads=True)
    save_graph(draw(loss), out / "xor-graph")
