"""norgrad's answers to the cases of optim.py."""

import numpy as np
from cases.optim import loss_of, rates, start, statistics_of, trajectory

import nn
from autograd import Tensor
from nn import init


def optimizer_path(case):
    name, options = case
    w, b, x, y = start()
    w, b = Tensor(w), Tensor(b)
    optimizer = getattr(nn, name)([w, b], **options)
    return trajectory(optimizer, lambda: [w.data, b.data], lambda: loss_of(np.tanh, w, b, x, y))


def schedule_rates(case, steps):
    name, options = case
    optimizer = nn.Adam([Tensor([0.0])], lr=0.3)
    return rates(optimizer, getattr(nn, name)(optimizer, **options), steps)


def statistics(case, shape):
    name, options = case
    rng = {} if name in ("constant_", "zeros_", "ones_") else {"rng": np.random.default_rng(0)}
    fill = getattr(init, name)
    return statistics_of(lambda: fill(Tensor(np.empty(shape)), **options, **rng).data)


def check_statistics(got, expected, shape):
    """Equal as far as 40 draws of so many numbers tell: five standard errors."""
    n = 40 * np.prod(shape)
    spread = max(expected[1], 1e-12)
    assert abs(got[0] - expected[0]) < 8 * spread / n**0.5
    assert abs(got[1] - expected[1]) < 0.02 * spread + 1e-12
    np.testing.assert_allclose(got[2:], expected[2:], atol=1.2 * spread + 1e-12)
