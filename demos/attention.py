"""A module of your own from NumPy functions: an attention head that learns to look things up."""

from pathlib import Path

import numpy as np

import nn
from autograd import Tensor, draw, gradcheck
from demos.output import save_graph


class Attention(nn.Module):
    def __init__(self, size, rng=None):
        rng = np.random.default_rng(rng)
        self.query, self.key = (nn.Linear(size, size, bias=False, rng=rng) for _ in range(2))

    def forward(self, query, keys, values):
        scores = np.einsum("bd,btd->bt", self.query(query), self.key(keys)) / np.sqrt(query.shape[-1])
        weights = np.exp(scores - np.max(scores.data, axis=-1, keepdims=True))
        return np.sum(weights / np.sum(weights, axis=-1, keepdims=True) * values, axis=-1)


def main(out: Path) -> None:
    """A custom module from NumPy functions: an attention head learns to look up the value that belongs to a key."""
    rng = np.random.default_rng(0)
    keys = np.stack([rng.permutation(np.eye(5)) for _ in range(256)])  # five keys in any order, each with a value
    values, asked = rng.normal(size=(256, 5)), rng.integers(0, 5, 256)
    query, answer = keys[np.arange(256), asked], values[np.arange(256), asked]

    head = Attention(5, rng=1)
    gradcheck(lambda p, v: nn.functional_call(head, p, query[:2], keys[:2], v), head.state_dict(), values[:2])
    looked_up = head(Tensor(query[:2], name="query"), keys[:2], values[:2])
    save_graph(draw(looked_up, direction="TB"), out / "attention-graph")

    optimizer = nn.Adam(head.parameters(), lr=0.05)
    history = nn.fit(head, (query, keys, values, answer), nn.MSELoss(), optimizer, epochs=40)
    print(f"   squared error {history.loss[0]:.3f} to {history.loss[-1]:.2e}")
    assert history.loss[-1] < 1e-2
