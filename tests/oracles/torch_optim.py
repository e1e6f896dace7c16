"""PyTorch's answers to the cases of cases/optim.py."""

import torch
from cases.optim import loss_of, rates, start, statistics_of, trajectory


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
    name, options = case
    torch.manual_seed(0)
    fill = getattr(torch.nn.init, name)
    return statistics_of(lambda: fill(torch.empty(shape, dtype=torch.float64), **options).numpy())
