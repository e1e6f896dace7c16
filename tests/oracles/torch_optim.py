"""PyTorch's answers to optim_cases.py."""

import numpy as np
import torch
from oracles.optim_cases import loss_of, rates, start, trajectory


def optimizer_path(case):
    name, options = case
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # otherwise NAdam keeps a product of its own in float32, whatever it trains
    try:
        return _path(name, options)
    finally:
        torch.set_default_dtype(before)


def _path(name, options):
    w, b, x, y = (torch.tensor(a, requires_grad=i < 2) for i, a in enumerate(start()))
    return trajectory(getattr(torch.optim, name)([w, b], **options), lambda: [w.detach().numpy(), b.detach().numpy()],
                      lambda: loss_of(torch.tanh, w, b, x, y))


def schedule_rates(case, steps):
    name, options = case
    optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=0.3)
    return rates(optimizer, getattr(torch.optim.lr_scheduler, name)(optimizer, **options), steps)


def statistics(case, shape):
    """Mean, standard deviation, least and largest of many draws."""
    name, options = case
    torch.manual_seed(0)
    draws = np.stack([getattr(torch.nn.init, name)(torch.empty(shape, dtype=torch.float64), **options).numpy() for _ in range(40)])
    return np.array([draws.mean(), draws.std(), draws.min(), draws.max()])
