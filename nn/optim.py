"""Optimisers: how parameters follow their gradients.

The arithmetic of each is a pure function, update(parameter, gradient, state, group) -> (parameter, state), written with
operators; the rest is bookkeeping. Names, defaults and numbers are PyTorch's.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd.errors import ForeignObject, ShapeError
from autograd.extend import replace_data
from autograd.graph import Node

Array = Any
State = dict[str, Any]
Group = dict[str, Any]


class Optimizer:
    """The parent of optimisers: give it parameters, call `zero_grad`, `backward`, `step`.

    params    Tensors and Values; or dicts {"params": …, "lr": …}, groups with options of their own
    defaults  the options of groups that do not say otherwise

    param_groups  the groups, as in PyTorch: change `optimizer.param_groups[0]["lr"]`, or all groups by `optimizer.lr`

    A subclass has an `update`. Nothing moves if one parameter's update raises.
    """

    closure_needed = False  # whether step() must be able to compute the loss again

    def __init__(self, params: Iterable[Any], defaults: Group):
        self.defaults = {name: _plain(x) for name, x in defaults.items()}
        self.param_groups: list[Group] = []
        self._each: list[tuple[Any, Group]] = []  # each parameter, with its group
        self._states: list[State] = []  # of each parameter
        groups = list(params)
        if not groups:
            raise ValueError(f"{type(self).__name__} got no parameters")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, group: Group) -> None:
        """Take over more parameters: {"params": …, and options that differ from the defaults}."""
        given = group["params"]
        params = [given] if isinstance(given, Node) else list(given)
        unknown = sorted(group.keys() - self.defaults.keys() - {"params", "initial_lr"})
        if unknown:
            raise ValueError(f"{type(self).__name__} has no option {unknown[0]!r}, only {', '.join(self.defaults)}")
        for x in params:
            if not isinstance(x, Node) or not x.is_leaf:
                raise ForeignObject(f"{type(self).__name__} takes variables (Tensors and Values), got {x!r:.60}")
        if len(set(params + self.params)) < len(params + self.params):
            raise ValueError(f"{type(self).__name__} got a parameter twice")
        merged = {**self.defaults, **{name: _plain(x) for name, x in group.items()}, "params": params}
        self.check(merged)
        self.param_groups.append(merged)
        self._each += [(x, merged) for x in params]
        self._states += [{} for _ in params]

    def check(self, group: Group) -> None:
        """Raise a ValueError if an option of a group is out of its range."""
        for name in ("lr", "eps", "weight_decay", "momentum", "alpha", "lr_decay", "initial_accumulator_value"):
            if name in group and not group[name] >= 0:
                raise ValueError(f"{name} must not be negative, got {group[name]}")
        if "betas" in group and not all(0 <= b < 1 for b in group["betas"]):
            raise ValueError(f"betas are at least 0 and below 1, got {group['betas']}")

    @property
    def params(self) -> list[Any]:
        """All parameters."""
        return [x for x, _ in self._each]

    @property
    def state(self) -> dict[Any, State]:
        """What is remembered of each parameter."""
        return dict(zip(self.params, self._states, strict=True))

    @property
    def lr(self) -> float:
        """The learning rate (of the first group); assigning sets that of all groups."""
        return self.param_groups[0]["lr"]  # type: ignore[no-any-return]

    @lr.setter
    def lr(self, value: float) -> None:
        for group in self.param_groups:
            group["lr"] = float(value)

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for x, _ in self._each:
            x.grad = x.no_gradient

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every parameter that has a gradient; closure(), if given, computes the loss and gradients before."""
        loss = None if closure is None else closure()
        update, moved, arrays, states = self.update, [], [], self._states.copy()
        for i, (x, group) in enumerate(self._each):
            g = x.grad
            if g is not None and x.requires_grad:
                data, states[i] = update(x._data, g, states[i], group)
                moved.append(x)
                arrays.append(data)
        replace_data(moved, arrays)
        self._states = states
        return loss

    def update(self, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
        """The new parameter and state, from the old ones, the gradient and the group's options."""
        raise NotImplementedError(f"{type(self).__name__} needs a method update(self, x, g, state, group)")

    # -- saving
    def state_dict(self) -> dict[str, Any]:
        """A copy of all it remembers, laid out as PyTorch's: {"state": {number: …}, "param_groups": [{…}]}."""
        number = {x: i for i, x in enumerate(self.params)}
        return {
            "state": {number[x]: _copied(s) for x, s in self.state.items() if s},
            "param_groups": [{**g, "params": [number[x] for x in g["params"]]} for g in self.param_groups],
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Take over what `state_dict` gave; if it does not fit, ShapeError or ValueError, and nothing changes."""
        groups, params = saved["param_groups"], self.params
        have, given = [len(g["params"]) for g in self.param_groups], [len(g["params"]) for g in groups]
        if have != given:
            raise ValueError(f"{type(self).__name__}: groups of {have} parameters, and saved ones of {given}")
        state: dict[Any, State] = {x: {} for x in params}
        for key, own in saved["state"].items():
            x = params[int(key)]
            for name, value in own.items():
                if np.ndim(value) and np.shape(value) != np.shape(x._data):
                    raise ShapeError(f"{type(self).__name__}: the saved {name} of parameter {key} has shape "
                                     f"{np.shape(value)}, the parameter {np.shape(x._data)}")
            state[x] = self._restored(x, own)
        fresh = [{**g, **_with_tuples(new), "params": g["params"]}
                 for g, new in zip(self.param_groups, groups, strict=True)]
        for group in fresh:
            self.check(group)
        for group, new in zip(self.param_groups, fresh, strict=True):
            group.update(new)
        self._states = [state[x] for x in params]

    def _restored(self, x: Node, own: State) -> State:
        return {name: _of_kind(x._data, value) for name, value in _copied(own).items()}

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])


def _plain(x: Any) -> Any:
    """A NumPy number as Python's: it would turn float32 parameters into float64."""
    return x.item() if isinstance(x, np.generic) else x


def _copied(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _copied(x) for key, x in tree.items()}
    if isinstance(tree, list):
        return [_copied(x) for x in tree]
    return tree.copy() if isinstance(tree, np.ndarray) else tree


def _of_kind(like: Any, value: Any) -> Any:
    """A saved number or array (perhaps PyTorch's) as the optimiser had it: an array of the parameter's dtype."""
    if isinstance(value, (bool, int, float, list)) or value is None:
        return value
    array = np.asarray(value)
    if array.ndim == 0 and isinstance(like, float):
        return array.item()
    if array.ndim == 0 and np.ndim(like):
        return array.item()  # PyTorch's step is a tensor
    return array.astype(like.dtype)


def _with_tuples(group: Group) -> Group:
    return {name: tuple(x) if isinstance(x, list) else x for name, x in group.items()}


# ---- gradient descent -----------------------------------------------------------------------------------------------
class SGD(Optimizer):
    """Gradient descent, x ← x - lr · g, with momentum (Polyak's or Nesterov's) and weight decay.

    >>> from autograd import Tensor
    >>> x = Tensor(1.0)
    >>> (x * x).backward()
    >>> SGD([x], lr=0.25).step()
    >>> x
    Tensor(0.5)
    """

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, momentum: float = 0.0, dampening: float = 0.0,
                 weight_decay: float = 0.0, nesterov: bool = False, *, maximize: bool = False):
        super().__init__(params, {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
                                  "nesterov": nesterov, "maximize": maximize})

    def check(self, group: Group) -> None:
        """As the parent's; and Nesterov's momentum needs one, without dampening."""
        super().check(group)
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")

    def update(self, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
        """One step of gradient descent."""
        if group["weight_decay"] or group["maximize"]:
            g = _decayed(x, g, group)
        momentum = group["momentum"]
        if not momentum:
            return x - group["lr"] * g, state
        v = momentum * state["momentum_buffer"] + (1 - group["dampening"]) * g if state else g
        return x - group["lr"] * (g + momentum * v if group["nesterov"] else v), {"momentum_buffer": v}


# ---- steps in units of the gradient's recent size -------------------------------------------------------------------
class Adagrad(Optimizer):
    """Steps shrink with the root of the sum of all squared gradients (Duchi et al., 2011)."""

    def __init__(self, params: Iterable[Any], lr: float = 1e-2, lr_decay: float = 0.0, weight_decay: float = 0.0,
                 initial_accumulator_value: float = 0.0, eps: float = 1e-10, *, maximize: bool = False):
        super().__init__(params, {"lr": lr, "lr_decay": lr_decay, "weight_decay": weight_decay,
                                  "initial_accumulator_value": initial_accumulator_value, "eps": eps,
                                  "maximize": maximize})

    def update(self, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
        """One step of Adagrad."""
        g = _decayed(x, g, group)
        t = state.get("step", 0) + 1
        total = state.get("sum", group["initial_accumulator_value"]) + g * g
        lr = group["lr"] / (1 + (t - 1) * group["lr_decay"])
        return x - lr * g / (total**0.5 + group["eps"]), {"step": t, "sum": total}


class RMSprop(Optimizer):
    """Steps in units of the root of a moving mean of squared gradients (Hinton, 2012), with momentum if given.

    centered  the mean gradient is taken out of the mean square: units of the standard deviation
    """

    def __init__(self, params: Iterable[Any], lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
                 weight_decay: float = 0.0, momentum: float = 0.0, centered: bool = False, *, maximize: bool = False):
        super().__init__(params, {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay,
                                  "momentum": momentum, "centered": centered, "maximize": maximize})

    def update(self, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
        """One step of RMSprop."""
        g = _decayed(x, g, group)
        alpha = group["alpha"]
        variance = alpha * state.get("square_avg", 0.0) + (1 - alpha) * g * g
        after = {"step": state.get("step", 0) + 1, "square_avg": variance}
        if group["centered"]:
            after["grad_avg"] = mean = alpha * state.get("grad_avg", 0.0) + (1 - alpha) * g
            variance = variance - mean * mean
        g = g / (variance**0.5 + group["eps"])
        if group["momentum"]:
            after["momentum_buffer"] = g = group["momentum"] * state.get("momentum_buffer", 0.0) + g
        return x - group["lr"] * g, after


class Adam(Optimizer):
    """Adam (Kingma & Ba, 2015): moving means of the gradient and of its square, both corrected for their start at 0.

    amsgrad  the mean square never shrinks (Reddi et al., 2018)
    """

    decoupled = False

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0.0, amsgrad: bool = False, *, maximize: bool = False):
        super().__init__(params, {"lr": lr, "betas": tuple(betas), "eps": eps, "weight_decay": weight_decay,
                                  "amsgrad": amsgrad, "maximize": maximize})

    def update(self, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
        """One step of Adam."""
        (b1, b2), lr = group["betas"], group["lr"]
        if group["weight_decay"] and self.decoupled:
            x, g = x * (1 - lr * group["weight_decay"]), -g if group["maximize"] else g
        else:
            g = _decayed(x, g, group)
        t = state.get("step", 0) + 1
        m = b1 * state.get("exp_avg", 0.0) + (1 - b1) * g
        v = b2 * state.get("exp_avg_sq", 0.0) + (1 - b2) * (g * g)
        after = {"step": t, "exp_avg": m, "exp_avg_sq": v}
        if group["amsgrad"]:
            largest = state.get("max_exp_avg_sq", 0.0)
            after["max_exp_avg_sq"] = v = max(largest, v) if isinstance(v, float) else np.maximum(largest, v)
        size = (v / (1 - b2**t)) ** 0.5 + group["eps"]
        return x - (lr / (1 - b1**t)) * m / size, after


class AdamW(Adam):
    """Adam with weight decay apart from the gradient: x ← x · (1 - lr · weight_decay) (Loshchilov & Hutter, 2019)."""

    decoupled = True

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 1e-2, amsgrad: bool = False, *, maximize: bool = False):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)


class NAdam(Optimizer):
    """Adam with Nesterov's momentum (Dozat, 2016), whose weight grows with time by momentum_decay."""

    def __init__(self, params: Iterable[Any], lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0.0, momentum_decay: float = 4e-3,
                 decoupled_weight_decay: bool = False, *, maximize: bool = False):
        super().__init__(params, {"lr": lr, "betas": tuple(betas), "eps": eps, "weight_decay": weight_decay,
                                  "momentum_decay": momentum_decay, "decoupled_weight_decay": decoupled_weight_decay,
                                  "maximize": maximize})

    def update(self, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
        """One step of NAdam."""
        (b1, b2), lr, decay = group["betas"], group["lr"], group["momentum_decay"]
        if group["weight_decay"] and group["decoupled_weight_decay"]:
            x, g = x * (1 - lr * group["weight_decay"]), -g if group["maximize"] else g
        else:
            g = _decayed(x, g, group)
        t = state.get("step", 0) + 1
        now, then = b1 * (1 - 0.5 * 0.96 ** (t * decay)), b1 * (1 - 0.5 * 0.96 ** ((t + 1) * decay))
        product = state.get("mu_product", 1.0) * now
        m = b1 * state.get("exp_avg", 0.0) + (1 - b1) * g
        v = b2 * state.get("exp_avg_sq", 0.0) + (1 - b2) * (g * g)
        size = (v / (1 - b2**t)) ** 0.5 + group["eps"]
        x = x - (lr * (1 - now) / (1 - product)) * g / size - (lr * then / (1 - product * then)) * m / size
        return x, {"step": t, "mu_product": product, "exp_avg": m, "exp_avg_sq": v}


def _decayed(x: Array, g: Array, group: Group) -> Array:
    """The gradient to follow: turned round if the function is to grow, with that of the weights' square added."""
    if group["maximize"]:
        g = -g
    return g + group["weight_decay"] * x if group["weight_decay"] else g


# ---- gradients that are too long ------------------------------------------------------------------------------------
def _with_gradients(parameters: Any) -> list[Any]:
    found = parameters.parameters() if hasattr(parameters, "parameters") else parameters
    return [x for x in ([found] if isinstance(found, Node) else found) if x.grad is not None]


def clip_grad_norm(parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False) -> Any:
    """Scale all gradients down together until their norm, as of one vector, is max_norm; returns the norm before.

    parameters  a model, a parameter, or several. Of an `Ensemble`, each member is scaled by itself, and the norms are
                an array of all members
    norm_type   the p of the p-norm; float("inf") is the largest magnitude

    >>> from autograd import Tensor
    >>> x = Tensor([3.0, 4.0])
    >>> (x * x).sum().backward()
    >>> clip_grad_norm(x, 1.0), x.grad.round(3).tolist()
    (10.0, [0.6, 0.8])
    """
    stacked = getattr(parameters, "stacked", None)
    params = _with_gradients(parameters)
    flat = [np.abs(np.asarray(x.grad)).reshape(stacked or 1, -1) for x in params]
    if norm_type == float("inf"):
        norms = np.max([np.max(a, axis=1, initial=0.0) for a in flat], axis=0) if flat else np.zeros(1)
    else:
        norms = np.asarray(sum((a**norm_type).sum(axis=1) for a in flat)) ** (1 / norm_type) if flat else np.zeros(1)
    if error_if_nonfinite and not np.all(np.isfinite(norms)):
        raise ValueError(f"the norm of the gradients is {norms.tolist()}, which is not finite")
    scale = np.minimum(max_norm / (norms + 1e-6), 1.0)
    for x in params:
        if stacked:
            x.grad = x.grad * scale.reshape(-1, *(1,) * (x.grad.ndim - 1)).astype(x.grad.dtype)
        else:
            x.grad = x.grad * float(scale[0])
    return norms if stacked else float(norms[0])


def clip_grad_value(parameters: Any, clip_value: float) -> None:
    """Cut every element of the gradients off at -clip_value and clip_value."""
    for x in _with_gradients(parameters):
        clipped = np.minimum(np.maximum(x.grad, -clip_value), clip_value)
        x.grad = float(clipped) if isinstance(x.grad, float) else clipped


clip_grad_norm_, clip_grad_value_ = clip_grad_norm, clip_grad_value

__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "NAdam", "Optimizer", "RMSprop", "clip_grad_norm", "clip_grad_norm_",
           "clip_grad_value", "clip_grad_value_"]  # fmt: skip
