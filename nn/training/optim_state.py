"""What an optimiser holds: its parameters in groups, what it remembers of each, and both as a `state_dict`."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.errors import ForeignObject, ShapeError
from autograd.extend import Node, raw
from autograd.trees import map_tree
from autograd.typing import Array

State = dict[str, Any]  # of one parameter, by PyTorch's names
Group = dict[str, Any]  # {"params": [...], "lr": ..., and the other options}
Params = Iterable[Node] | Iterable[Group]
NEVER_NEGATIVE = ("lr", "eps", "weight_decay", "momentum", "alpha", "lr_decay", "initial_accumulator_value",
                  "momentum_decay", "initial_lr")
SWITCHES = ("nesterov", "maximize", "amsgrad", "centered", "decoupled_weight_decay")


class Options(Group):
    """A group, in which NumPy's numbers become Python's: they would turn float32 parameters into float64."""

    def __setitem__(self, name: str, value: Any) -> None:
        value = value if name == "params" else python_numbers(value)
        super().__setitem__(name, float(value) if name == "lr" and is_number(value) else value)

    def update(self, *others: Any, **more: Any) -> None:
        for name, value in dict(*others, **more).items():
            self[name] = value

    def setdefault(self, name: str, value: Any = None) -> Any:
        if name not in self:
            self[name] = value
        return self[name]

    def __ior__(self, other: Any) -> "Options":  # type: ignore[override,misc]
        self.update(other)
        return self


class Groups:
    """The part of an `Optimizer` that is bookkeeping: groups and their checks, states, saving and loading."""

    remembers: tuple[str, ...] = ()  # what the state of a parameter has to have, once it is there

    def __init__(self, params: Params, defaults: Group):
        self.defaults = {name: python_numbers(x) for name, x in defaults.items()}
        self.param_groups: list[Group] = []
        self.params: list[Any] = []
        self._states: list[State] = []  # of each parameter
        self._without_axes = False  # whether a Tensor has shape (): of those, NumPy's operators make numbers
        if hasattr(params, "named_parameters"):
            raise ForeignObject(f"{type(self).__name__} takes parameters, not a model: pass model.parameters()")
        if isinstance(params, (Node, set, frozenset, str)) or not isinstance(params, Iterable):
            raise ForeignObject(f"{type(self).__name__} takes parameters in a list, got {params!r:.60}")
        groups: list[Any] = list(params)
        if not groups:
            raise ValueError(f"{type(self).__name__} got no parameters")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, group: Group) -> None:
        """Take over more parameters: {"params": …, and options that differ from the defaults}."""
        kind = type(self).__name__
        if not isinstance(group, dict) or "params" not in group:
            raise ValueError(f'{kind}: a group is a dict {{"params": …, and options}}, got {group!r:.60}')
        given = group["params"]
        params = [given] if isinstance(given, Node) else list(given)
        unknown = sorted(group.keys() - self.defaults.keys() - {"params", "initial_lr"})
        if unknown:
            raise ValueError(f"{kind} has no option {unknown[0]!r}, only {', '.join(self.defaults)}")
        for x in params:
            if not isinstance(x, Node) or not x.is_leaf:
                raise ForeignObject(f"{kind} takes variables (Tensors and Values), got {x!r:.60}")
        if len(set(params + self.params)) < len(params + self.params):
            raise ValueError(f"{kind} got a parameter twice")
        merged = Options()
        merged.update({**self.defaults, **group, "params": params})
        self.check(merged)
        self.param_groups.append(merged)
        self.params += params
        self._without_axes |= any(type(raw(x)) is ndarray and raw(x).ndim == 0 for x in params)
        self._states += [{} for _ in params]

    def check(self, group: Group) -> None:
        """Raise a ValueError if an option of a group is out of its range."""
        for name in NEVER_NEGATIVE:
            if name in group and not (is_number(group[name]) and group[name] >= 0):
                raise ValueError(f"{name} must not be negative, got {group[name]}")
        if "dampening" in group and not is_number(group["dampening"]):
            raise ValueError(f"dampening is a number, got {group['dampening']!r}")
        for name in SWITCHES:
            if name in group and group[name] not in (True, False):
                raise ValueError(f"{name} is True or False, got {group[name]!r}")
        betas = group.get("betas", (0, 0))
        if not (isinstance(betas, tuple) and len(betas) == 2 and all(is_number(b) and 0 <= b < 1 for b in betas)):
            raise ValueError(f"betas are two numbers, at least 0 and below 1, got {betas}")

    @property
    def state(self) -> dict[Node, State]:
        """What is remembered of each parameter."""
        return dict(zip(self.params, self._states, strict=True))

    @property
    def lr(self) -> float:
        """The learning rate (of the first group); assigning sets that of all groups."""
        return self.param_groups[0]["lr"]

    @lr.setter
    def lr(self, value: float) -> None:
        for group in self.param_groups:
            group["lr"] = float(value)

    def keep(self, which: Array, n: int) -> None:
        """Forget what is remembered of all but some of an ensemble's n members: see `Ensemble.keep`."""
        for state in self._states:
            for name, x in state.items():
                if np.ndim(x) and len(x) == n:
                    state[name] = x[which]

    def state_dict(self) -> dict[str, Any]:
        """A copy of all it remembers, laid out as PyTorch's: {"state": {number: …}, "param_groups": [{…}]}."""
        number = {x: i for i, x in enumerate(self.params)}
        states = {i: state for i, state in enumerate(self._states) if state}
        return {
            "state": map_tree(lambda x: x.copy() if isinstance(x, ndarray) else x, states),
            "param_groups": [{**g, "params": [number[x] for x in g["params"]]} for g in self.param_groups],
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Take over what `state_dict` gave; if it does not fit, ShapeError or ValueError, and nothing changes."""
        self._take(self._fitting(saved))

    def _take(self, fitting: tuple[list[Group], list[State]]) -> None:
        groups, self._states = fitting
        for group, new in zip(self.param_groups, groups, strict=True):
            group.update(new)

    def _fitting(self, saved: dict[str, Any]) -> tuple[list[Group], list[State]]:
        """The options and states of a saved state, checked."""
        kind = type(self).__name__
        if not isinstance(saved, dict) or not {"state", "param_groups"} <= saved.keys():
            has = sorted(saved) if isinstance(saved, dict) else f"is {saved!r:.40}"
            raise ValueError(f"{kind}: a saved state has 'state' and 'param_groups', this one {has}")
        groups = saved["param_groups"]
        have, given = [len(g["params"]) for g in self.param_groups], [len(g["params"]) for g in groups]
        if have != given:
            raise ValueError(f"{kind}: groups of {have} parameters, and saved ones of {given}")
        fresh: list[Group] = []
        for group, new in zip(self.param_groups, groups, strict=True):
            missing = sorted(self.defaults.keys() - new.keys())
            if missing:
                raise ValueError(f"{kind}: the saved groups have no {missing[0]!r}; are they another optimiser's?")
            fresh.append({name: python_numbers(new[name]) for name in (*self.defaults, "initial_lr") if name in new})
            self.check(group | fresh[-1])
        states: list[State] = [{} for _ in self.params]
        numbers = [str(number) for group in groups for number in group["params"]]  # JSON makes strings of them
        place = {number: i for i, number in enumerate(numbers)}
        if len(place) < len(numbers):
            raise ValueError(f"{kind}: a parameter stands twice in the saved groups")
        for key, own in saved["state"].items():
            if str(key) not in place:
                raise ValueError(f"{kind}: a saved state of parameter {key!r}, which is in no saved group")
            i = place[str(key)]
            states[i] = self._restored(i, own)
        return fresh, states

    def _restored(self, i: int, own: State) -> State:
        """A saved state, perhaps PyTorch's, as parameter i has it: arrays of its shape and dtype, and counters."""
        kind, like, found = type(self).__name__, raw(self.params[i]), {}
        for name, value in own.items():
            if value is None:
                continue  # PyTorch's, for a momentum that has not begun
            array = np.asarray(value)
            if array.dtype.kind not in "iufc":
                raise ValueError(f"{kind}: the saved {name} of parameter {i} is no number, but {value!r:.40}")
            if name in ("step", "mu_product") and array.ndim == 0:
                found[name] = array.item()
            elif array.shape != np.shape(like):
                raise ShapeError(f"{kind}: the saved {name} of parameter {i} has shape {array.shape}, "
                                 f"the parameter {np.shape(like)}")
            elif isinstance(like, float):
                found[name] = float(array)
            elif array.dtype.kind == "c" and like.dtype.kind != "c":
                raise ValueError(f"{kind}: the saved {name} of parameter {i} is complex")
            else:  # of float16, in float32: see step
                found[name] = array.astype(np.result_type(like, np.float32))
        missing = [name for name in self.remembers if name not in found] if found else []
        if missing:
            raise ValueError(f"{kind}: the saved state of parameter {i} has no {missing[0]!r}, only {sorted(found)}")
        step, product = found.get("step", 0), found.get("mu_product", 1.0)
        if not (step >= 0 and step % 1 == 0) or not 0 <= product <= 1:
            raise ValueError(f"{kind}: a saved state of parameter {i} after {step} steps, with mu_product {product}")
        if "step" in found:
            found["step"] = int(step)  # PyTorch's is a float
        return found

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])


def python_numbers(x: Any) -> Any:
    """A NumPy number as Python's, and a list of them as a tuple."""
    if isinstance(x, (tuple, list)):
        return tuple(python_numbers(y) for y in x)
    return x.item() if isinstance(x, (np.generic, ndarray)) and x.ndim == 0 else x


def is_number(x: Any) -> bool:
    """Whether it is Python's number: no bool, no NaN."""
    return isinstance(x, (int, float)) and not isinstance(x, bool) and x == x


def whole(name: str, x: Any, least: int) -> int:
    """x as an int, if it is a whole number, and at least so much."""
    x = python_numbers(x)
    if not is_number(x) or x % 1 != 0:
        raise TypeError(f"{name} is a whole number, got {x!r:.60}")
    if x < least:
        raise ValueError(f"{name} must be at least {least}, got {x}")
    return int(x)
