"""A network whose output is its input: written by hand, and learned."""

from pathlib import Path

import numpy as np

import nn
from autograd import no_grad
from autograd.typing import Array, Seed
from demos.output import BLUE, GREEN, GREY, INK, ORANGE, new_figure, save_figure

WIDTHS, STARTS, STEPS = (1, 2, 4, 8), 20, 1500


def by_hand(n: int) -> nn.Module:
    """x = relu(x) - relu(-x): two ReLUs for each of n numbers are exact, everywhere."""
    model = nn.Sequential(nn.Linear(n, 2 * n, bias=False), nn.ReLU(), nn.Linear(2 * n, n, bias=False))
    eye = np.eye(n)
    model.load_state_dict({"0.weight": np.concatenate([eye, -eye]), "2.weight": np.concatenate([eye, -eye], axis=1)})
    return model


def train(width: int, rng: np.random.Generator) -> tuple[nn.Module, Array]:
    """The best of twenty networks 1-width-1 that saw numbers from -1 to 1, and the largest error of each there."""
    def make(rng: Seed) -> nn.Module:
        return nn.Sequential(nn.Linear(1, width, rng=rng), nn.ReLU(), nn.Linear(width, 1, rng=rng))

    model = nn.ensemble(make, STARTS, rng=width)
    optimizer, loss_of = nn.Adam(model.parameters(), lr=0.02), model.each(nn.MSELoss())
    schedule = nn.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        x = rng.uniform(-1, 1, size=(32, 1))
        optimizer.zero_grad()
        loss_of(model(x), x).sum().backward()
        optimizer.step()
        schedule.step()
    x = np.linspace(-1, 1, 201)[:, None]
    with no_grad():
        errors = abs(model(x).data - x).max(axis=(1, 2))
    return model.member(int(np.argmin(errors))), errors


def main(out: Path) -> None:
    """A network whose output is its input: two ReLUs a number are exact by hand, and are found by training."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1000, 4)) * 10.0 ** rng.integers(-300, 300, size=(1000, 4))
    with no_grad():
        assert np.array_equal(by_hand(4)(x).data, x)  # not nearly: every bit
    print("   by hand: relu(x) - relu(-x) gives 4,000 numbers from 1e-300 to 1e300 back, to the last bit")

    far = np.linspace(-3, 3, 301)[:, None]
    figure, panels = new_figure(2)
    panels[0].plot(far, far, color=INK, linewidth=0.8, label="y = x")
    worst = {}
    for width, colour in zip(WIDTHS, (GREY, ORANGE, GREEN, BLUE), strict=True):
        best, errors = train(width, rng)
        worst[width] = errors.min()
        units = "1 ReLU" if width == 1 else f"{width} ReLUs"
        with no_grad():
            panels[0].plot(far, best(far).data, color=colour, label=units)
        panels[1].semilogy([width] * STARTS, errors, "o", color=colour, alpha=0.6)
        print(f"   {units}: the best of {STARTS} starts is off by {errors.min():.1e} at most, "
              f"{np.sum(errors < 0.02)} by less than 0.02")
    panels[0].axvspan(-1, 1, color=BLUE, alpha=0.08)
    panels[0].set(title="the best of each width", xlabel="x; trained where it is shaded")
    panels[0].legend(fontsize="small")
    panels[1].set(title="largest error where trained, each start", xlabel="hidden ReLUs", xscale="log")
    panels[1].set_xticks(WIDTHS, labels=[str(w) for w in WIDTHS])
    panels[1].minorticks_off()
    save_figure(figure, out / "identity.png")
    assert all(worst[width] < 0.02 for width in WIDTHS), f"off by {worst}"
