"""The loss as a landscape: around a network that has learned XOR, around a plateau, and where every ReLU is off."""

from pathlib import Path

import numpy as np

import nn
from autograd import no_grad
from autograd.typing import Array, Seed
from demos.descent import descend
from demos.output import INK, ORANGE, new_figure, save_figure
from demos.xor import T, X

STARTS, STEPS, POINTS, REACH = 200, 3000, 61, 1.0


def make(rng: Seed) -> nn.Module:
    return nn.Sequential(nn.Linear(2, 2, rng=rng), nn.ReLU(), nn.Linear(2, 1, rng=rng))


def slopes_of(model: nn.Ensemble) -> Array:
    """The length of each network's gradient."""
    model.zero_grad()
    model.each(nn.MSELoss())(model(X), T).sum().backward()
    return np.sqrt(sum(np.sum(p.grad.reshape(STARTS, -1) ** 2, axis=1) for p in model.parameters()))


def around(network: nn.Module, rng: np.random.Generator) -> Array:
    """The loss on a plane through a network's numbers: across along a random direction of its hidden layer's numbers,
    up along one of its output layer's. Each unit's part of a direction is as long as the unit's own numbers are (filter
    normalisation: Li et al., 2018), or 0.2 where those are shorter.
    """
    across, up = np.meshgrid(*[np.linspace(-REACH, REACH, POINTS)] * 2)
    plane, numbers = nn.ensemble(make, across.size), {}
    for name, x in network.state_dict().items():
        direction = rng.normal(size=(len(x), x.size // len(x)))
        size = np.maximum(np.linalg.norm(x.reshape(len(x), -1), axis=1), 0.2)
        direction *= (size / np.linalg.norm(direction, axis=1))[:, None]
        steps = across if name.startswith("0") else up
        numbers[f"model.{name}"] = x + np.multiply.outer(steps.ravel(), direction.reshape(x.shape))
    plane.load_state_dict(numbers)
    with no_grad():
        return plane.each(nn.MSELoss())(plane(X), T).data.reshape(across.shape)


def hidden_gradient(network: nn.Module) -> float:
    network.zero_grad()
    nn.MSELoss()(network(X), T).backward()
    return float(abs(network[0].weight.grad).max() + abs(network[0].bias.grad).max())


def main(out: Path) -> None:
    """The loss around a solution, a plateau and a dead network: a valley, a shelf, and a plain without a slope."""
    model, good = descend(make, X, T, STARTS, STEPS)
    with no_grad():
        hidden = model.model[0](np.broadcast_to(X, (STARTS, *X.shape))).data
    dead = np.all(hidden <= 0, axis=(1, 2))
    stuck = ~good & ~dead & (slopes_of(model) < 1e-6)
    print(f"   of {STARTS} networks of 2 hidden ReLUs {good.sum()} learned XOR, {stuck.sum()} rest at a plateau, "
          f"{dead.sum()} are dead")
    figure, panels = new_figure(3)
    side, losses = np.linspace(-REACH, REACH, POINTS), {}
    shown = {"a solution": good.argmax(), "a plateau": stuck.argmax(),
             "a dead network": np.where(dead, hidden.max(axis=(1, 2)), np.inf).argmin()}  # the one that is off by most
    for panel, (title, which) in zip(panels, shown.items(), strict=True):
        network = model.member(int(which))
        losses[title] = loss = around(network, np.random.default_rng(1))
        levels = np.linspace(-3, 0.5, 29)
        picture = panel.contourf(side, side, np.log10(loss + 1e-9), levels=levels, cmap="cividis", extend="both")
        panel.contour(side, side, loss, levels=12, colors="white", linewidths=0.4, alpha=0.7)
        panel.plot(0, 0, "o", color=ORANGE, markeredgecolor=INK, markersize=8)
        panel.set(title=f"{title}: loss {loss[POINTS // 2, POINTS // 2]:.3f}", aspect="equal", xticks=[], yticks=[],
                  xlabel="along the hidden layer's numbers", ylabel="along the output's")
        print(f"   {title}: loss {loss[POINTS // 2, POINTS // 2]:.4f}, the least nearby {loss.min():.4f}; the largest "
              f"derivative in the hidden layer is {hidden_gradient(network):.1e}")
    bar = figure.colorbar(picture, ax=panels, ticks=range(-3, 1), label="loss")
    bar.ax.set_yticklabels([f"$10^{{{n}}}$" for n in range(-3, 1)])
    save_figure(figure, out / "landscape.png")

    middle, near = POINTS // 2, slice(POINTS // 2 - 2, POINTS // 2 + 3)
    assert losses["a solution"][middle, middle] < 1e-3 < losses["a solution"][0, 0]
    plateau = losses["a plateau"]
    assert 0.1 < plateau[middle, middle] <= plateau[near, near].min() + 1e-9
    assert np.ptp(losses["a dead network"][middle, near]) == 0  # exactly: no step of the hidden layer changes anything
    assert hidden_gradient(model.member(int(shown["a dead network"]))) == 0
