"""Optimisers, schedules and initialisers with options: PyTorch and norgrad are asked the same."""

from pathlib import Path

import numpy as np

PATH = Path(__file__).parents[1] / "oracles/data/optim.npz"  # PyTorch's answers
STEPS, SHOWN = 200, (1, 10, 50, 200)

OPTIMIZERS = [
    ("SGD", {"lr": 0.05}),
    ("SGD", {"lr": 0.02, "momentum": 0.9}),
    ("SGD", {"lr": 0.02, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.02, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.001, "maximize": True}),
    ("SGD", {"lr": 0.0002, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.01, "weight_decay": 0.1, "initial_accumulator_value": 0.2}),
    ("Adagrad", {"maximize": True, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.001, "maximize": True, "centered": True}),
    ("RMSprop", {"lr": 0.004}),
    ("RMSprop", {"lr": 0.002, "alpha": 0.9, "momentum": 0.5}),
    ("RMSprop", {"centered": True, "momentum": 0.9, "weight_decay": 0.1, "eps": 1e-4}),
    ("Adam", {}),
    ("Adam", {"lr": 0.05, "betas": (0.8, 0.95)}),
    ("Adam", {"lr": 0.05, "amsgrad": True, "weight_decay": 0.1}),
    ("Adam", {"maximize": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.2, "amsgrad": True}),
    ("AdamW", {"maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.02, "weight_decay": 0.1, "momentum_decay": 0.01}),
    ("NAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("NAdam", {"maximize": True, "weight_decay": 0.1, "betas": (0.8, 0.99), "eps": 1e-6}),
    ("NAdam", {"maximize": True, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("LBFGS", {"max_iter": 3}),
    ("LBFGS", {"lr": 0.1, "max_iter": 4, "history_size": 3}),
    ("LBFGS", {"line_search_fn": "strong_wolfe", "max_iter": 2}),
    ("LBFGS", {"line_search_fn": "strong_wolfe", "max_iter": 5, "history_size": 2}),
    ("LBFGS", {"line_search_fn": "strong_wolfe"}),
    ("LBFGS", {"line_search_fn": "strong_wolfe", "lr": 0.02, "max_eval": 3}),
]


class Hyperbola:
    """A function for LambdaLR whose repr is the same in every run: it is part of a name in the file."""

    def __call__(self, t):
        return 1 / (1 + 0.3 * t)

    def __repr__(self):
        return "hyperbola"


SCHEDULES = [
    ("LambdaLR", {"lr_lambda": Hyperbola()}),
    ("MultiStepLR", {"milestones": [4, 4, 30]}),
    ("ConstantLR", {}),
    ("StepLR", {"step_size": 7, "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [5, 20, 21], "gamma": 0.3}),
    ("ExponentialLR", {"gamma": 0.97}),
    ("CosineAnnealingLR", {"T_max": 20, "eta_min": 0.01}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.1, "total_iters": 15}),
    ("ConstantLR", {"factor": 0.2, "total_iters": 8}),
    ("OneCycleLR", {"max_lr": 0.7, "total_steps": 201}),
    ("OneCycleLR", {"max_lr": 0.7, "epochs": 50, "steps_per_epoch": 5, "three_phase": True,
                    "anneal_strategy": "linear"}),
    ("OneCycleLR", {"max_lr": 0.7, "total_steps": 220, "pct_start": 0.2, "div_factor": 10.0,
                    "final_div_factor": 100.0, "base_momentum": 0.7}),
    ("ReduceLROnPlateau", {"patience": 3, "cooldown": 2, "factor": 0.5}),
    ("ReduceLROnPlateau", {"mode": "max", "threshold_mode": "abs", "threshold": 0.01, "patience": 1, "min_lr": 0.01}),
]

INITIALISERS = [
    ("uniform_", {"a": -1.0, "b": 3.0}),
    ("normal_", {"mean": 1.0, "std": 2.0}),
    ("trunc_normal_", {"std": 1.5, "a": -1.0, "b": 2.0}),
    ("constant_", {"val": 0.3}),
    ("zeros_", {}),
    ("ones_", {}),
    ("xavier_uniform_", {"gain": 2.0}),
    ("xavier_normal_", {}),
    ("kaiming_uniform_", {"a": 0.2}),
    ("kaiming_uniform_", {"mode": "fan_out", "nonlinearity": "relu"}),
    ("kaiming_normal_", {"nonlinearity": "tanh"}),
    ("orthogonal_", {"gain": 1.5}),
]
SHAPES = [(60, 40), (40, 30, 2, 2)]


def name_of(case):
    name, options = case
    return f"{name}({', '.join(f'{k}={v}' for k, v in options.items())})"


def start():
    """Two parameters, (3, 2) and (2,), and what the problem is made of."""
    rng = np.random.default_rng(1)
    return rng.normal(size=(3, 2)) + 2, rng.normal(size=2) - 2, rng.normal(size=(5, 3)), rng.normal(size=(5, 2))


def loss_of(tanh, w, b, x, y):
    """A smooth function of two parameters that is not quadratic, in words that both libraries have.

    It has one minimum and is gently curved: on a wilder one, rounding errors alone lead two libraries apart.
    """
    error = tanh(0.3 * (x @ w + b)) * 3 - y
    return 0.1 * (error * error).sum() + 0.1 * (w * w).sum() + 0.1 * (b * b).sum()


def statistics_of(draw):
    """Mean, standard deviation, least and largest of 40 draws."""
    draws = np.stack([draw() for _ in range(40)])
    return np.array([draws.mean(), draws.std(), draws.min(), draws.max()])


def metric(t):
    """What a plateau schedule watches."""
    return 1.0 / (1 + t // 6) + 0.02 * np.sin(t)


def trajectory(optimizer, params, loss):
    """The parameters, flat, after the steps of SHOWN; params() gives them as arrays."""
    def closure():
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    found = []
    for i in range(1, STEPS + 1):
        if type(optimizer).__name__ == "LBFGS":
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()
        if i in SHOWN:
            found.append(np.concatenate([np.ravel(p) for p in params()]))
    return np.stack(found)


def rates(optimizer, schedule, steps):
    """The learning rate, and the momentum, after each step."""
    found = []
    for t in range(steps):
        optimizer.step()
        schedule.step(*([metric(t)] if type(schedule).__name__ == "ReduceLROnPlateau" else []))
        group = optimizer.param_groups[0]
        found.append([group["lr"], group["betas"][0]])
    return np.array(found)
