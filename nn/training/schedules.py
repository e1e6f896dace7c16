"""Schedules: how the learning rate changes from epoch to epoch. Names, arguments and values are PyTorch's.

Make the schedule with the optimiser, call `step()` after each epoch (or give it to `fit`). Each is a formula for the
rate after t steps.
"""

import copy
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from autograd.extend import raw
from autograd.typing import Array
from nn.training.optim import Optimizer
from nn.training.optim_state import is_number, python_numbers, whole

PerGroup = float | Sequence[float]  # one number for all groups of an optimiser, or one for each


def _for_each_group(optimizer: Optimizer, name: str, given: Any) -> list[Any]:
    """A list with one thing for each group, of one for all or of such a list."""
    n = len(optimizer.param_groups)
    each = [python_numbers(x) for x in given] if isinstance(given, (list, tuple)) else [python_numbers(given)] * n
    if len(each) != n:
        raise ValueError(f"{name} has {len(each)} entries, the optimiser {n} groups")
    return each


def _same_groups(schedule: Any, n: int) -> None:
    """A ValueError if the optimiser has got other groups since the schedule was made for n."""
    have = len(schedule.optimizer.param_groups)
    if have != n:
        raise ValueError(f"{type(schedule).__name__} was made for {n} group{'s' * (n > 1)} of the optimiser, now "
                         f"there are {have}: make the schedule after the last add_param_group")


def _factor(name: str, x: float) -> float:
    x = python_numbers(x)
    if not (is_number(x) and x >= 0):
        raise ValueError(f"{name} must not be negative, got {x!r:.60}")
    return float(x)


def _milestones(given: Sequence[int]) -> list[int]:
    return [whole("a milestone", t, 0) for t in given]


class Schedule:
    """The parent: a subclass has `rate(t, initial)`, the rate after t steps of a group that started at `initial`.

    last_epoch  how many steps have been made; -1 to begin. Any other goes on where a schedule was: a ValueError if
                the optimiser's groups have no `initial_lr` of it

    Several schedules of one optimiser work together: where another (or you) changed a rate meanwhile, a step changes it
    by the same factor as otherwise. So it is in PyTorch; not for `LambdaLR` and `OneCycleLR`, which set the rate.

    >>> import nn
    >>> class Halves(Schedule):
    ...     def rate(self, t, initial):
    ...         return initial / 2**t
    >>> schedule = Halves(nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0))
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.5]
    """

    watches = False  # whether step() takes the number that is to get better
    chains = True  # whether a rate that was changed by others is gone on from
    _loaded: tuple[float, ...] = ()  # the rates that a loaded state began with, if the optimiser's own were not loaded

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1):
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(self).__name__} takes an optimiser, got {optimizer!r:.60}")
        self.optimizer, self.last_epoch = optimizer, whole("last_epoch", last_epoch, -1)
        for group in optimizer.param_groups:
            if last_epoch != -1 and "initial_lr" not in group:
                raise ValueError(f"last_epoch is {last_epoch}, but a group of the optimiser has no initial_lr")
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        if last_epoch == -1:
            self.step()
        else:
            self._start(last_epoch + 1)

    def rate(self, t: int, initial: float) -> float:
        """The learning rate after t steps."""
        raise NotImplementedError(f"{type(self).__name__} needs a method rate(self, t, initial)")

    def step(self) -> None:
        """Go on to the next epoch."""
        _same_groups(self, len(self.base_lrs))
        before = self._rates() if self.last_epoch >= 0 else self.base_lrs
        changed = [group["lr"] for group in self.optimizer.param_groups]
        self._start(self.last_epoch + 1)
        floor, loaded = getattr(self, "eta_min", 0.0), self._loaded
        self._loaded = ()
        for group, lr, was in zip(self.optimizer.param_groups, changed, before, strict=True):
            if self.chains and lr != was and lr not in loaded:
                now = group["lr"]
                group["lr"] = floor + (lr - floor) * (now - floor) / (was - floor) if was != floor else lr + now - was

    def _start(self, t: int) -> None:
        """Be where t steps lead."""
        self.last_epoch = t
        for group, lr in zip(self.optimizer.param_groups, self._rates(), strict=True):
            group["lr"] = float(lr)

    def _rates(self) -> list[float]:
        return [self.rate(self.last_epoch, initial) for initial in self.base_lrs]

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group, as it is now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Its numbers, which JSON can hold."""
        plain = {name: x for name, x in vars(self).items() if isinstance(x, (bool, int, float, str, list)) or x is None}
        return copy.deepcopy(plain)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over what `state_dict` gave (the optimiser's own numbers are the optimiser's to load).

        PyTorch's will do, where its numbers have the same names. Raises ValueError, and changes nothing, if it is that
        of another kind of schedule or of other groups, or its numbers are none.
        """
        if not isinstance(state, dict):
            raise ValueError(f"{type(self).__name__}: a saved state is a dict, not {state!r:.60}")
        state = {name: x for name, x in state.items() if not name.startswith("_")}
        have = Schedule.state_dict(self)
        other = sorted(have.keys() ^ state.keys())
        if other:
            raise ValueError(f"{type(self).__name__}: a saved state of other names, {other[0]!r} for one")
        for name in ("base_lrs", "min_lrs"):
            if name in have and isinstance(state[name], list) and len(have[name]) != len(state[name]):
                raise ValueError(f"{type(self).__name__}: {len(have[name])} groups, and saved {len(state[name])}")
        wrong = [name for name, mine in have.items() if not _alike(mine, state[name], any_length=name == "milestones")]
        if wrong:
            raise ValueError(f"{type(self).__name__}: a saved {wrong[0]} of {state[wrong[0]]!r:.60}")
        before = dict(vars(self))
        vars(self).update(copy.deepcopy(state))
        try:
            possible = not hasattr(self, "_rates") or all(math.isfinite(lr) for lr in self._rates())
        except Exception:  # whatever a formula makes of numbers of the wrong kind
            possible = False
        if not possible:
            vars(self).update(before)
            raise ValueError(f"{type(self).__name__}: the saved state leads to no rate: {state!r:.200}")
        self._loaded = tuple(g["lr"] for g in self.optimizer.param_groups if g["lr"] == g.get("initial_lr"))


def _alike(mine: Any, given: Any, any_length: bool = False) -> bool:
    """Whether a saved thing can stand for one's own: a number for a number, a list of such for a list."""
    if isinstance(mine, list):
        whole_numbers = any_length and isinstance(given, list) and all(_alike(0, x) for x in given)
        return whole_numbers or (isinstance(given, list) and len(given) == len(mine) and all(map(_alike, mine, given)))
    if isinstance(mine, bool) or not isinstance(mine, (int, float)):
        return bool(given == mine) if isinstance(mine, str) else type(given) is type(mine)
    return is_number(given) and (isinstance(mine, float) or (isinstance(given, int) and given >= 0))


class LambdaLR(Schedule):
    """initial · lr_lambda(t); lr_lambda is a function, or a list of one for each group. It is not saved.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Linear(1, 1).weight], lr=1.0)
    >>> schedule = LambdaLR(optimizer, lambda t: 1 / (1 + t))
    >>> schedule.step()
    >>> optimizer.lr
    0.5
    """

    chains = False

    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
                 last_epoch: int = -1):
        self.lr_lambdas = tuple(_for_each_group(optimizer, "lr_lambda", lr_lambda))
        if not all(map(callable, self.lr_lambdas)):
            raise TypeError(f"lr_lambda is a function of the number of steps, got {lr_lambda!r:.60}")
        super().__init__(optimizer, last_epoch)

    def _rates(self) -> list[float]:
        return [initial * f(self.last_epoch) for f, initial in zip(self.lr_lambdas, self.base_lrs, strict=True)]


class StepLR(Schedule):
    """Times gamma every step_size steps.

    >>> import nn
    >>> schedule = StepLR(nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0), step_size=2)
    >>> [schedule.step() or round(schedule.get_last_lr()[0], 3) for _ in range(4)]
    [1.0, 0.1, 0.1, 0.01]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1):
        self.step_size, self.gamma = whole("step_size", step_size, 1), _factor("gamma", gamma)
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """initial · gamma^⌊t / step_size⌋."""
        return initial * self.gamma ** (t // self.step_size)


class MultiStepLR(Schedule):
    """Times gamma at each of the milestones.

    >>> import nn
    >>> schedule = MultiStepLR(nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0), milestones=[2, 3])
    >>> [schedule.step() or round(schedule.get_last_lr()[0], 3) for _ in range(4)]
    [1.0, 0.1, 0.01, 0.01]
    """

    def __init__(self, optimizer: Optimizer, milestones: Sequence[int], gamma: float = 0.1, last_epoch: int = -1):
        self.milestones, self.gamma = sorted(_milestones(milestones)), _factor("gamma", gamma)
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """initial · gamma^(how many milestones are behind)."""
        return initial * self.gamma ** bisect_right(self.milestones, t)


class ExponentialLR(Schedule):
    """Times gamma at every step.

    >>> import nn
    >>> schedule = ExponentialLR(nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0), gamma=0.5)
    >>> [schedule.step() or round(schedule.get_last_lr()[0], 3) for _ in range(3)]
    [0.5, 0.25, 0.125]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1):
        self.gamma = _factor("gamma", gamma)
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """initial · gamma^t."""
        return initial * self.gamma**t


class ConstantLR(Schedule):
    """Times factor for the first total_iters steps.

    >>> import nn
    >>> schedule = ConstantLR(nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0), factor=0.5, total_iters=2)
    >>> [schedule.step() or round(schedule.get_last_lr()[0], 3) for _ in range(3)]
    [0.5, 1.0, 1.0]
    """

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1):
        if not 0 <= factor <= 1:
            raise ValueError(f"factor is between 0 and 1, got {factor}")
        self.factor, self.total_iters = _factor("factor", factor), whole("total_iters", total_iters, 0)
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """initial · factor, and initial afterwards."""
        return initial * self.factor if t < self.total_iters else initial


class LinearLR(Schedule):
    """Warm-up: from start_factor to end_factor in total_iters steps, in a straight line.

    >>> import nn
    >>> schedule = LinearLR(nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0), start_factor=0.2, total_iters=4)
    >>> [schedule.step() or round(schedule.get_last_lr()[0], 3) for _ in range(4)]
    [0.4, 0.6, 0.8, 1.0]
    """

    def __init__(self, optimizer: Optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5,
                 last_epoch: int = -1):
        if not 0 < start_factor <= 1 or not 0 <= end_factor <= 1:
            raise ValueError(f"the factors are between 0 and 1, got {start_factor} and {end_factor}")
        self.start_factor, self.end_factor = _factor("start_factor", start_factor), _factor("end_factor", end_factor)
        self.total_iters = whole("total_iters", total_iters, 0)
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """initial · the factor on the line."""
        way = min(t, self.total_iters) / self.total_iters if self.total_iters else 1.0
        return initial * (self.start_factor + (self.end_factor - self.start_factor) * way)


class CosineAnnealingLR(Schedule):
    """A cosine from the initial rate down to eta_min in T_max steps, and up again (Loshchilov & Hutter, 2017).

    >>> import nn
    >>> schedule = CosineAnnealingLR(nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0), T_max=4)
    >>> [schedule.step() or round(schedule.get_last_lr()[0], 3) for _ in range(4)]
    [0.854, 0.5, 0.146, 0.0]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1):
        self.T_max, self.eta_min = whole("T_max", T_max, 1), _factor("eta_min", eta_min)
        super().__init__(optimizer, last_epoch)

    def rate(self, t: int, initial: float) -> float:
        """eta_min + (initial - eta_min) · (1 + cos(π t / T_max)) / 2."""
        return self.eta_min + (initial - self.eta_min) * (1 + math.cos(math.pi * t / self.T_max)) / 2


class OneCycleLR(Schedule):
    """Up to max_lr and down to nearly nothing, over all steps of a training; momentum goes the other way (Smith, 2018).

    It is stepped after every batch: total_steps, or epochs · steps_per_epoch, in all.

    max_lr            one number, or one for each group; so are base_momentum and max_momentum
    pct_start         the share of the steps that goes up
    anneal_strategy   "cos" or "linear"
    cycle_momentum    between max_momentum and base_momentum (Adam's first beta)
    div_factor        the first rate is max_lr / div_factor
    final_div_factor  the last rate is the first / final_div_factor
    three_phase       down to the first rate, symmetrically, and only then to the last

    >>> import nn
    >>> schedule = OneCycleLR(nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0), max_lr=1.0, total_steps=10)
    >>> [schedule.step() or round(schedule.get_last_lr()[0], 3) for _ in range(9)]
    [0.52, 1.0, 0.95, 0.812, 0.611, 0.389, 0.188, 0.05, 0.0]
    """

    chains = False

    def __init__(self, optimizer: Optimizer, max_lr: PerGroup, total_steps: int | None = None,
                 epochs: int | None = None, steps_per_epoch: int | None = None, pct_start: float = 0.3,
                 anneal_strategy: str = "cos", cycle_momentum: bool = True, base_momentum: PerGroup = 0.85,
                 max_momentum: PerGroup = 0.95, div_factor: float = 25.0, final_div_factor: float = 1e4,
                 three_phase: bool = False, last_epoch: int = -1):
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR needs total_steps, or epochs and steps_per_epoch")
            total_steps = whole("epochs", epochs, 1) * whole("steps_per_epoch", steps_per_epoch, 1)
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy is 'cos' or 'linear', got {anneal_strategy!r}")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"pct_start is between 0 and 1, got {pct_start}")
        if cycle_momentum and not optimizer.param_groups[0].keys() & {"momentum", "betas"}:
            raise ValueError(f"{type(optimizer).__name__} has no momentum to cycle: give cycle_momentum=False")
        if total_steps < 1:
            raise ValueError(f"OneCycleLR needs at least one step, got {total_steps}")
        total_steps, pct_start = whole("total_steps", total_steps, 1), _factor("pct_start", pct_start)
        div_factor, final_div_factor = _factor("div_factor", div_factor), _factor("final_div_factor", final_div_factor)
        if not div_factor or not final_div_factor:
            raise ValueError("div_factor and final_div_factor must be above 0")
        self.total_steps, self.anneal_strategy, self.cycle_momentum = total_steps, anneal_strategy, bool(cycle_momentum)
        self.base_momentums = _for_each_group(optimizer, "base_momentum", base_momentum)
        self.max_momentums = _for_each_group(optimizer, "max_momentum", max_momentum)
        # where each phase ends, from what to what the rate goes in it (in first rates), and the momentum (in its range)
        peak, end, last = pct_start * total_steps - 1, total_steps - 1, 1 / final_div_factor
        self.phases: list[Any] = [[peak, 1.0, div_factor, 1.0, 0.0], [float(end), div_factor, last, 0.0, 1.0]]
        if three_phase:
            self.phases[1:] = [[2 * peak, div_factor, 1.0, 0.0, 1.0], [float(end), 1.0, last, 1.0, 1.0]]
        for group, lr in zip(optimizer.param_groups, _for_each_group(optimizer, "max_lr", max_lr), strict=True):
            group["initial_lr"] = lr / div_factor
        super().__init__(optimizer, last_epoch)

    def _now(self) -> tuple[float, float]:
        """The rate, as a multiple of the first one, and where the momentum is from base (0) to max (1)."""
        t = self.last_epoch
        i = min(bisect_left([end for end, *_ in self.phases], t), len(self.phases) - 1)
        end, *ways = self.phases[i]
        start = self.phases[i - 1][0] if i else 0.0
        way = (t - start) / (end - start) if end != start else 1.0
        rate, momentum = (self._between(a, b, way) for a, b in (ways[:2], ways[2:]))
        return rate, momentum

    def rate(self, t: int, initial: float) -> float:
        """The first rate times what the phase says."""
        return initial * self._now()[0]

    def step(self) -> None:
        """Go on to the next step; a ValueError if there is none."""
        if self.last_epoch >= self.total_steps:
            raise ValueError(f"OneCycleLR was made for {self.total_steps} steps, and is to make one more")
        super().step()

    def _start(self, t: int) -> None:
        super()._start(t)
        where = self._now()[1]
        groups = self.optimizer.param_groups if self.cycle_momentum else []
        for group, low, high in zip(groups, self.base_momentums, self.max_momentums, strict=False):
            momentum = low + (high - low) * where
            if "betas" in group:
                group["betas"] = (momentum, *group["betas"][1:])
            else:
                group["momentum"] = momentum

    def _between(self, a: float, b: float, way: float) -> float:
        if self.anneal_strategy == "linear":
            return a + (b - a) * way
        return b + (a - b) / 2 * (1 + math.cos(math.pi * way))


class SequentialLR:
    """Schedules one after the other, each from its milestone on: a warm-up, say, and then a cosine.

    >>> import nn
    >>> optimizer = nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> warm, then = LinearLR(optimizer, start_factor=0.5, total_iters=2), ExponentialLR(optimizer, gamma=0.5)
    >>> schedule, rates = SequentialLR(optimizer, [warm, then], milestones=[2]), []
    >>> for _ in range(4):
    ...     rates.append(optimizer.lr)
    ...     schedule.step()
    >>> rates
    [0.5, 0.75, 1.0, 0.5]
    """

    watches = False

    def __init__(self, optimizer: Optimizer, schedulers: Sequence[Schedule], milestones: Sequence[int],
                 last_epoch: int = -1):
        if not schedulers or len(milestones) != len(schedulers) - 1:
            raise ValueError(f"{len(schedulers)} schedules and {len(milestones)} milestones: between n schedules there "
                             "are n - 1 milestones, and n is at least 1")
        for schedule in schedulers:
            if not isinstance(schedule, Schedule):
                raise ValueError(f"SequentialLR does not take a {type(schedule).__name__}")
            if schedule.optimizer is not optimizer:
                raise ValueError(f"the {type(schedule).__name__} is of another optimiser")
        self.optimizer, self.schedulers, self.milestones = optimizer, list(schedulers), _milestones(milestones)
        if self.milestones != sorted(self.milestones):
            raise ValueError(f"the milestones of SequentialLR must ascend, got {self.milestones}")
        self.last_epoch = -1
        for _ in range(whole("last_epoch", last_epoch, -1) + 2):
            self.step()

    def step(self) -> None:
        """Go on to the next epoch."""
        _same_groups(self, len(self.schedulers[0].base_lrs))
        i = bisect_right(self.milestones, self.last_epoch + 1)
        if self.last_epoch + 1 == (self.milestones[i - 1] if i else 0):
            self.schedulers[i].last_epoch = -1
            for group, lr in zip(self.optimizer.param_groups, self.schedulers[i].base_lrs, strict=True):
                group["lr"] = lr  # so that it is not taken for a rate that was changed by others
        self.schedulers[i].step()
        self.last_epoch += 1

    get_last_lr = Schedule.get_last_lr

    def state_dict(self) -> dict[str, Any]:
        """Its numbers, and those of its schedules."""
        return {"last_epoch": self.last_epoch, "schedulers": [s.state_dict() for s in self.schedulers]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over what `state_dict` gave; ValueError, and nothing changes, if it is of other schedules."""
        n = len(self.schedulers)
        own = state["schedulers"] if isinstance(state, dict) and state.keys() == {"last_epoch", "schedulers"} else None
        if not isinstance(own, list) or len(own) != n or not _alike(0, state["last_epoch"]):
            raise ValueError(f"the saved state is not of a SequentialLR of {n} schedules")
        before = self.state_dict()
        try:
            for schedule, own in zip(self.schedulers, state["schedulers"], strict=True):
                schedule.load_state_dict(own)
        except ValueError:
            for schedule, own in zip(self.schedulers, before["schedulers"], strict=True):
                schedule.load_state_dict(own)
            raise
        self.last_epoch = state["last_epoch"]


class ReduceLROnPlateau:
    """Times factor when step(number) has not brought a better number for more than `patience` steps.

    mode            "min": lower is better; "max": higher
    threshold       what counts as better: by that share ("rel"), or by that much ("abs")
    cooldown        steps to wait after a reduction
    min_lr          the rate goes no lower; one number, or one for each group
    eps             a reduction by less is not made

    >>> import nn
    >>> schedule = ReduceLROnPlateau(nn.SGD(nn.Linear(1, 1).parameters(), lr=1.0), patience=1)
    >>> [schedule.step(loss) or schedule.get_last_lr()[0] for loss in (3.0, 2.0, 2.0, 2.0)]
    [1.0, 1.0, 1.0, 0.1]
    """

    watches = True

    def __init__(self, optimizer: Optimizer, mode: str = "min", factor: float = 0.1, patience: int = 10,
                 threshold: float = 1e-4, threshold_mode: str = "rel", cooldown: int = 0, min_lr: PerGroup = 0.0,
                 eps: float = 1e-8):
        if not factor < 1:
            raise ValueError(f"factor must be below 1, got {factor}")
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"ReduceLROnPlateau takes an optimiser, got {optimizer!r:.60}")
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(f"mode is 'min' or 'max', threshold_mode 'rel' or 'abs'; got {mode!r}, {threshold_mode!r}")
        self.optimizer, self.mode, self.threshold_mode = optimizer, mode, threshold_mode
        self.patience, self.cooldown = whole("patience", patience, 0), whole("cooldown", cooldown, 0)
        self.factor, self.eps = _factor("factor", factor), _factor("eps", eps)
        self.threshold = float(threshold)
        self.min_lrs = _for_each_group(optimizer, "min_lr", min_lr)
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0

    def step(self, metrics: Array) -> None:
        """Go on to the next epoch, with the number that is to get better."""
        _same_groups(self, len(self.min_lrs))
        number = float(raw(metrics))
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
