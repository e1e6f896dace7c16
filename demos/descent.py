"""Plain gradient descent on many starts of a small network at once, for several demos."""

from collections.abc import Callable

import numpy as np

import nn
from autograd import no_grad
from autograd.typing import Array
from demos.output import learned


def descend(make: Callable[[np.random.Generator], nn.Module], x: Array, t: Array, starts: int,
            steps: int) -> tuple[nn.Ensemble, Array]:
    """All networks after so many steps at a rate of 0.1 on the squared error, and which of them have learned t."""
    model = nn.ensemble(make, starts, rng=0)
    optimizer, loss_of = nn.SGD(model.parameters(), lr=0.1), model.each(nn.MSELoss())
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(model(x), t).sum().backward()
        optimizer.step()
    with no_grad():
        return model, learned(model(x).data, t)
