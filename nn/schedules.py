"""Schedules: how the learning rate changes from epoch to epoch. Names, arguments and values are PyTorch's.

Make the schedule with the optimiser, call `step()` after each epoch (or give it to `fit`). Each is a formula for the
rate after t steps.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from nn.optim import Optimizer


class Schedule:
    """The parent: a subclass has `rate(t, initial)`, the rate after t steps of a group that started at `initial`.

    last_epoch  how many steps have been made, -1 before the first
    """

    watches = False  # whether step() takes the number that is to get better

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1):
        self.optimizer, self.last_epoch = optimizer, last_epoch
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.step()

    def rate(self, t: int, initial: float) -> float:
        """The learning rate after t steps."""
        raise NotImplementedError(f"{type(self).__name__} needs a method rate(self, t, initial)")

    def step(self) -> None:
        """Go on to the next epoch."""
        self.last_epoch += 1
        self._apply()

    def _apply(self) -> None:
        for group, initial in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = float(self.rate(self.last_epoch, initial))

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group, as it is now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Its numbers, which JSON can hold."""
        return {name: x for name, x in vars(self).items() if isinstance(x, (bool, int, float, str, list)) or x is None}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over what `state_dict` gave (the optimiser's own numbers are the optimiser's to load)."""
        vars(self).update(state)


class LambdaLR(Schedule):
    """initial · lr_lambda(t).

    >>> import nn
    >>> optimizer = nn.SGD([nn.Linear(1, 1).weight], lr=1.0)
    >>> schedule = LambdaLR(optimizer, lambda t: 1 / (1 + t))
    >>> schedule.step()
    >>> optimizer.lr
    0.5
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float], last_epoch: int = -1):
        self.lr_lambda = lr_lambda
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """initial · lr_lambda(t)."""
        return initial * self.lr_lambda(t)


class StepLR(Schedule):
    """Times gamma every step_size steps."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1):
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """initial · gamma^⌊t / step_size⌋."""
        return initial * self.gamma ** (t // self.step_size)


class MultiStepLR(Schedule):
    """Times gamma at each of the milestones."""

    def __init__(self, optimizer: Optimizer, milestones: Sequence[int], gamma: float = 0.1, last_epoch: int = -1):
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """initial · gamma^(how many milestones are behind)."""
        return initial * self.gamma ** bisect_right(self.milestones, t)


class ExponentialLR(Schedule):
    """Times gamma at every step."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1):
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """initial · gamma^t."""
        return initial * self.gamma**t


class ConstantLR(Schedule):
    """Times factor for the first total_iters steps."""

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1):
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """initial · factor, and initial afterwards."""
        return initial * self.factor if t < self.total_iters else initial


class LinearLR(Schedule):
    """Warm-up: from start_factor to end_factor in total_iters steps, in a straight line."""

    def __init__(self, optimizer: Optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5,
                 last_epoch: int = -1):
        if not 0 < start_factor <= 1 or not 0 <= end_factor <= 1:
            raise ValueError(f"the factors are between 0 and 1, got {start_factor} and {end_factor}")
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """initial · the factor on the line."""
        way = min(t, self.total_iters) / self.total_iters
        return initial * (self.start_factor + (self.end_factor - self.start_factor) * way)


class CosineAnnealingLR(Schedule):
    """A cosine from the initial rate down to eta_min in T_max steps, and up again (Loshchilov & Hutter, 2017)."""

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1):
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """eta_min + (initial - eta_min) · (1 + cos(π t / T_max)) / 2."""
        return self.eta_min + (initial - self.eta_min) * (1 + math.cos(math.pi * t / self.T_max)) / 2


class OneCycleLR(Schedule):
    """Up to max_lr and down to nearly nothing, over all steps of a training; momentum goes the other way (Smith, 2018).

    It is stepped after every batch: total_steps, or epochs · steps_per_epoch, in all.

    pct_start         the share of the steps that goes up
    anneal_strategy   "cos" or "linear"
    cycle_momentum    between max_momentum and base_momentum (Adam's first beta)
    div_factor        the first rate is max_lr / div_factor
    final_div_factor  the last rate is the first / final_div_factor
    three_phase       down to the first rate, symmetrically, and only then to the last
    """

    def __init__(self, optimizer: Optimizer, max_lr: float, total_steps: int | None = None, epochs: int | None = None,
                 steps_per_epoch: int | None = None, pct_start: float = 0.3, anneal_strategy: str = "cos",
                 cycle_momentum: bool = True, base_momentum: float = 0.85, max_momentum: float = 0.95,
                 div_factor: float = 25.0, final_div_factor: float = 1e4, three_phase: bool = False,
                 last_epoch: int = -1):
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR needs total_steps, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy is 'cos' or 'linear', got {anneal_strategy!r}")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"pct_start is between 0 and 1, got {pct_start}")
        if cycle_momentum and not optimizer.param_groups[0].keys() & {"momentum", "betas"}:
            raise ValueError(f"{type(optimizer).__name__} has no momentum to cycle: give cycle_momentum=False")
        self.total_steps, self.anneal_strategy, self.cycle_momentum = total_steps, anneal_strategy, cycle_momentum
        first, last = max_lr / div_factor, max_lr / div_factor / final_div_factor
        peak = pct_start * total_steps - 1
        end = total_steps - 1
        # where each phase ends, and from what to what the rate and the momentum go in it
        up, down = (first, max_lr, max_momentum, base_momentum), (max_lr, last, base_momentum, max_momentum)
        self.phases: list[Any] = [(peak, *up), (end, *down)]
        if three_phase:
            self.phases = [(peak, *up), (2 * peak, max_lr, first, base_momentum, max_momentum),
                           (end, first, last, max_momentum, max_momentum)]  # fmt: skip
        for group in optimizer.param_groups:
            group["initial_lr"] = first
        super().__init__(optimizer, last_epoch)

    def _apply(self) -> None:
        t = self.last_epoch
        if t > self.total_steps:
            raise ValueError(f"OneCycleLR was made for {self.total_steps} steps, and is to make one more")
        i = min(bisect_left([end for end, *_ in self.phases], t), len(self.phases) - 1)
        end, *ways = self.phases[i]
        start = self.phases[i - 1][0] if i else 0.0
        way = (t - start) / (end - start)
        lr, momentum = (self._between(a, b, way) for a, b in (ways[:2], ways[2:]))
        for group in self.optimizer.param_groups:
            group["lr"] = lr
            if self.cycle_momentum and "betas" in group:
                group["betas"] = (momentum, *group["betas"][1:])
            elif self.cycle_momentum:
                group["momentum"] = momentum

    def _between(self, a: float, b: float, way: float) -> float:
        if self.anneal_strategy == "linear":
            return a + (b - a) * way
        return b + (a - b) / 2 * (1 + math.cos(math.pi * way))


class SequentialLR:
    """Schedules one after the other, each from its milestone on: a warm-up, say, and then a cosine."""

    watches = False

    def __init__(self, optimizer: Optimizer, schedulers: Sequence[Schedule], milestones: Sequence[int]):
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(f"{len(schedulers)} schedules need {len(schedulers) - 1} milestones, got {milestones}")
        self.optimizer, self.schedulers, self.milestones = optimizer, list(schedulers), list(milestones)
        self.last_epoch = 0
        self._start(self.schedulers[0])

    def _start(self, schedule: Schedule) -> None:
        schedule.last_epoch = -1
        schedule.step()

    def step(self) -> None:
        """Go on to the next epoch."""
        self.last_epoch += 1
        i = bisect_right(self.milestones, self.last_epoch)
        if i and self.milestones[i - 1] == self.last_epoch:
            self._start(self.schedulers[i])
        else:
            self.schedulers[i].step()

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group, as it is now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Its numbers, and those of its schedules."""
        return {"last_epoch": self.last_epoch, "schedulers": [s.state_dict() for s in self.schedulers]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        self.last_epoch = state["last_epoch"]
        for schedule, own in zip(self.schedulers, state["schedulers"], strict=True):
            schedule.load_state_dict(own)


class ReduceLROnPlateau:
    """Times factor when step(number) has not brought a better number for more than `patience` steps.

    mode            "min": lower is better; "max": higher
    threshold       what counts as better: by that share ("rel"), or by that much ("abs")
    cooldown        steps to wait after a reduction
    min_lr          the rate goes no lower; one number, or one for each group
    eps             a reduction by less is not made
    """

    watches = True

    def __init__(self, optimizer: Optimizer, mode: str = "min", factor: float = 0.1, patience: int = 10,
                 threshold: float = 1e-4, threshold_mode: str = "rel", cooldown: int = 0, min_lr: Any = 0.0,
                 eps: float = 1e-8):
        if not factor < 1:
            raise ValueError(f"factor must be below 1, got {factor}")
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(f"mode is 'min' or 'max', threshold_mode 'rel' or 'abs'; got {mode!r}, {threshold_mode!r}")
        self.optimizer, self.mode, self.factor, self.patience = optimizer, mode, factor, patience
        self.threshold, self.threshold_mode, self.cooldown, self.eps = threshold, threshold_mode, cooldown, eps
        groups = len(optimizer.param_groups)
        self.min_lrs = list(min_lr) if isinstance(min_lr, (list, tuple)) else [min_lr] * groups
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0

    def step(self, metrics: Any) -> None:
        """Go on to the next epoch, with the number that is to get better."""
        number = float(metrics.data if hasattr(metrics, "requires_grad") else metrics)
        self.last_epoch += 1
        if self._is_better(number):
            self.best, self.num_bad_epochs = number, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group, lowest in zip(self.optimizer.param_groups, self.min_lrs, strict=True):
                lr = max(group["lr"] * self.factor, lowest)
                if group["lr"] - lr > self.eps:
                    group["lr"] = lr
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def _is_better(self, number: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        if self.threshold_mode == "abs":
            return sign * number < sign * self.best - self.threshold
        return sign * number < sign * self.best * (1 - sign * self.threshold)

    get_last_lr = Schedule.get_last_lr
    state_dict, load_state_dict = Schedule.state_dict, Schedule.load_state_dict


__all__ = ["ConstantLR", "CosineAnnealingLR", "ExponentialLR", "LambdaLR", "LinearLR", "MultiStepLR", "OneCycleLR",
           "ReduceLROnPlateau", "Schedule", "SequentialLR", "StepLR"]  # fmt: skip
