"""XOR over a sequence: a ReLU RNN says after each bit whether the ones so far are odd in number."""

from pathlib import Path

import numpy as np

import nn
from autograd import no_grad
from autograd.typing import Array, Seed
from demos.output import BLUE, GREEN, GREY, ORANGE, new_figure, save_figure

HIDDEN, STARTS, STEPS = (2, 4, 8, 16), 20, 1200
LONGEST, LENGTHS = 10, (2, 5, 10, 20, 50, 100, 300, 1000)
COLOURS = (GREY, ORANGE, GREEN, BLUE)


class Parity(nn.Module):
    ensembles = True  # its forward works as it is for many networks at once

    def __init__(self, hidden: int, rng: Seed = None):
        rng = np.random.default_rng(rng)
        self.rnn = nn.RNN(1, hidden, nonlinearity="relu", batch_first=True, rng=rng)
        self.out = nn.Linear(hidden, 1, rng=rng)

    def forward(self, bits: Array) -> Array:  # (…, sequences, time, 1), and the answers too
        states, _ = self.rnn(bits)
        return self.out(states)


def sequences(count: int, length: int, rng: np.random.Generator) -> tuple[Array, Array]:
    bits = rng.integers(0, 2, size=(count, length, 1)).astype(float)
    return bits, np.cumsum(bits, axis=1) % 2


def train(hidden: int, rng: np.random.Generator) -> nn.Ensemble:
    """Twenty networks on sequences of two bits, then of more and more, up to ten."""
    model = nn.ensemble(lambda rng: Parity(hidden, rng), STARTS, rng=hidden)
    optimizer, loss_of = nn.Adam(model.parameters(), lr=0.005), model.each(nn.MSELoss())
    for step in range(STEPS):
        length = min(2 + (LONGEST - 1) * 2 * step // STEPS, LONGEST)
        bits, parity = sequences(32, length, rng)
        optimizer.zero_grad()
        loss_of(model(bits), parity).sum().backward()
        nn.clip_grad_norm(model, 1.0)  # each network by itself
        optimizer.step()
    return model


def tried(model: nn.Ensemble, length: int) -> tuple[Array, Array]:
    """Of each network: whether it is right about 100 new sequences, and how far its last answers are off at most."""
    bits, parity = sequences(100, length, np.random.default_rng(length))
    with no_grad(), np.errstate(over="ignore", invalid="ignore"):
        answers = model(bits).data[:, :, -1, 0]
    off = abs(answers - parity[:, -1, 0]).max(axis=1)
    return off < 0.5, off


def main(out: Path) -> None:
    """A ReLU RNN learns XOR over ten bits, and goes on over a thousand."""
    figure, panels = new_figure(2)
    right = {}
    for hidden, colour in zip(HIDDEN, COLOURS, strict=True):
        model = train(hidden, np.random.default_rng(hidden))
        good, off = (np.array(x) for x in zip(*[tried(model, length) for length in LENGTHS], strict=True))
        right[hidden] = dict(zip(LENGTHS, good.sum(axis=1).tolist(), strict=True))
        print(f"   {hidden:>2} ReLUs: of {STARTS} starts, {right[hidden][LONGEST]} are right about all sequences of "
              f"{LONGEST} bits, {right[hidden][100]} of 100, {right[hidden][1000]} of 1000")
        panels[0].plot(LENGTHS, good.sum(axis=1), "o-", color=colour, label=f"{hidden} ReLUs")
        if good[-1].any():
            panels[1].loglog(LENGTHS, np.median(off[:, good[-1]], axis=1), "o-", color=colour, label=f"{hidden} ReLUs")
    panels[0].set(title=f"how many of {STARTS} starts are always right", ylim=(0, STARTS + 7),
                  yticks=range(0, STARTS + 1, 5))
    panels[0].legend(fontsize="small", loc="upper center", ncols=4, columnspacing=1, handlelength=1)
    panels[1].set(title="largest error of those, the median start")
    for panel in panels:
        panel.axvspan(2, LONGEST, color=BLUE, alpha=0.08)
        panel.set(xscale="log", xlabel="bits; trained where it is shaded")
        panel.grid(alpha=0.3)
    save_figure(figure, out / "parity.png")
    assert right[16][LONGEST] >= 0.8 * STARTS and right[16][1000] >= 0.5 * STARTS
