"""Plain gradient descent on many starts of a small network at once, for several demos."""

from collections.abc import Callable
from typing import Any

import nn


def descend(make: Callable[[Any], nn.Module], x: Any, t: Any, starts: int, steps: int) -> Any:
    """An ensemble of networks after so many steps of plain gradient descent, at a rate of 0.1, on the squared error."""
    model = nn.ensemble(make, starts, rng=0)
    optimizer, loss_of = nn.SGD(model.parameters(), lr=0.1), model.each(nn.MSELoss())
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(model(x), t).sum().backward()
        optimizer.step()
    return model
