"""Optimisers, the simplest first: how parameters follow their gradients.

The arithmetic of each is a pure function, update(parameter, gradient, state, group) -> (parameter, state), written with
operators; optim_state.py has the bookkeeping. Names, defaults and numbers are PyTorch's.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.errors import ShapeError
from autograd.extend import Node, held, raw, replace_data
from autograd.typing import Array, DTypeLike, Function
from nn.module import Module
from nn.training.optim_state import Group, Groups, Params, State

FLOAT64: Any = np.dtype(np.float64)
FLOAT32: Any = np.dtype(np.float32)
Owner = Module | Node | Iterable[Node]  # of gradients


class Optimizer(Groups):
    """The parent of optimisers: give it parameters, call `zero_grad`, `backward`, `step`.

    params    Tensors and Values; or dicts {"params": …, "lr": …}, groups with options of their own
    defaults  the options of groups that do not say otherwise

    params        all parameters, in order
    param_groups  the groups, as in PyTorch: change `optimizer.param_groups[0]["lr"]`, or all groups by `optimizer.lr`

    A subclass has an `update`. Nothing moves if one parameter's update raises. Raises ForeignObject for what is no
    variable, ValueError for options out of range, unknown options, no parameters, and a parameter given twice.

    >>> from autograd import Tensor
    >>> class SignDescent(Optimizer):
    ...     def update(self, x, g, state, group):
    ...         return x - group["lr"] * np.sign(g), state
    >>> x = Tensor([3.0, -4.0])
    >>> (x * x).sum().backward()
    >>> SignDescent([x], {"lr": 0.5}).step()
    >>> x
    Tensor([ 2.5, -3.5])
    """

    closure_needed = False  # whether step() must be able to compute the loss again

    def update(self, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
        """The new parameter and state, from the old ones, the gradient and the group's options."""
        raise NotImplementedError(f"{type(self).__name__} needs a method update(self, x, g, state, group)")

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for x in self.params:
            x.grad = x.no_gradient

    def step(self, closure: Callable[[], Array] | None = None) -> Array:
        """Move every parameter that has a gradient; closure(), if given, computes the loss and gradients before."""
        loss = None if closure is None else closure()
        moved: list[Any] = []
        arrays: list[Any] = []
        update, states, i = self.update, self._states.copy(), 0
        move, put = moved.append, arrays.append  # looked up once: this loop is run for every parameter at every step
        for options in self.param_groups:
            group = {**options}  # a plain dict, which is read faster
            for x in group["params"]:
                if (g := x.grad) is not None and x.requires_grad:
                    old = held(x)
                    if type(old) is float:
                        data, states[i] = update(old, g, states[i], group)
                    elif type(g) is ndarray and ((dtype := old.dtype) is FLOAT64 or dtype is FLOAT32):
                        data, after = update(old, g, states[i], group)
                        if data.nbytes != old.nbytes:  # it has the gradient's shape, or another dtype than the old
                            data, after = _fitting(update, x, g, states[i], group)
                        states[i] = after
                    else:
                        data, states[i] = _fitting(update, x, g, states[i], group)
                    move(x)
                    put(data)
                i += 1
        if self._without_axes:
            arrays = [a if type(a) is float else np.asarray(a) for a in arrays]
        try:
            replace_data(moved, arrays)
        except BaseException:  # Ctrl-C came half-way: the rest moves too, so that all have made the same steps
            replace_data(moved, arrays)
            self._states = states
            raise
        self._states = states
        return loss


class SGD(Optimizer):
    """Gradient descent, x ← x - lr · g, with momentum (Polyak's or Nesterov's) and weight decay.

    >>> from autograd import Tensor
    >>> x = Tensor(1.0)
    >>> (x * x).backward()
    >>> SGD([x], lr=0.25).step()
    >>> x
    Tensor(0.5)
    """

    def __init__(self, params: Params, lr: float = 1e-3, momentum: float = 0.0, dampening: float = 0.0,
                 weight_decay: float = 0.0, nesterov: bool = False, *, maximize: bool = False):
        super().__init__(params, {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
                                  "nesterov": nesterov, "maximize": maximize})
        self._lr, self._kind, self._rate = lr, FLOAT64, np.array(lr)  # twice: NumPy is quicker to multiply by its own

    def check(self, group: Group) -> None:
        """As the parent's; and Nesterov's momentum needs one, without dampening."""
        super().check(group)
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")

    def update(self, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
        """One step of gradient descent."""
        if group["weight_decay"] or group["maximize"]:
            g = _decayed(x, g, group)
        lr, momentum = group["lr"], group["momentum"]
        if type(g) is ndarray and ((dtype := g.dtype) is FLOAT64 or dtype is FLOAT32):
            if lr is not self._lr or dtype is not self._kind:
                self._lr, self._kind, self._rate = lr, dtype, np.array(lr, dtype)
            lr = self._rate
        if not momentum:
            return x - lr * g, state
        v = momentum * state["momentum_buffer"] + (1 - group["dampening"]) * g if state else +g  # an array of its own
        return x - lr * (g + momentum * v if group["nesterov"] else v), {"momentum_buffer": v}


# ---- steps in units of the gradient's recent size -------------------------------------------------------------------
class Adagrad(Optimizer):
    """Steps shrink with the root of the sum of all squared gradients (Duchi et al., 2011).

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> Adagrad([x], lr=0.25).step()
    >>> round(x.data, 6)
    0.75
    """

    remembers = "step", "sum"

    def __init__(self, params: Params, lr: float = 1e-2, lr_decay: float = 0.0, weight_decay: float = 0.0,
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

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> RMSprop([x], lr=0.01).step()
    >>> round(x.data, 6)
    0.9
    """

    remembers = "step", "square_avg"

    def __init__(self, params: Params, lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
                 weight_decay: float = 0.0, momentum: float = 0.0, centered: bool = False, *, maximize: bool = False):
        super().__init__(params, {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay,
                                  "momentum": momentum, "centered": centered, "maximize": maximize})

    def update(self, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
        """One step of RMSprop."""
        g, alpha = _decayed(x, g, group), group["alpha"]
        variance = alpha * state.get("square_avg", 0.0) + (1 - alpha) * g * g
        after = {"step": state.get("step", 0) + 1, "square_avg": variance}
        if group["centered"]:
            after["grad_avg"] = mean = alpha * state.get("grad_avg", 0.0) + (1 - alpha) * g
            variance = abs(variance - mean * mean)  # not negative but for rounding
        g = g / (variance**0.5 + group["eps"])
        if group["momentum"]:
            after["momentum_buffer"] = g = group["momentum"] * state.get("momentum_buffer", 0.0) + g
        return x - group["lr"] * g, after


class Adam(Optimizer):
    """Adam (Kingma & Ba, 2015): moving means of the gradient and of its square, both corrected for their start at 0.

    amsgrad  the mean square never shrinks (Reddi et al., 2018)

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> Adam([x], lr=0.25).step()
    >>> round(x.data, 6)
    0.75
    """

    decoupled = False
    remembers = "step", "exp_avg", "exp_avg_sq"

    def __init__(self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0.0, amsgrad: bool = False, *, maximize: bool = False):
        super().__init__(params, {"lr": lr, "betas": tuple(betas), "eps": eps, "weight_decay": weight_decay,
                                  "amsgrad": amsgrad, "maximize": maximize})

    def update(self, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
        """One step of Adam."""
        (b1, b2), lr = group["betas"], group["lr"]
        x, g = _shrunk(x, g, group) if self.decoupled else (x, _decayed(x, g, group))
        t = state.get("step", 0) + 1
        b1, c1, b2, c2, rate, eps = _numbers_of_adam(t, lr, b1, b2, group["eps"], getattr(g, "dtype", None))
        m = b1 * state.get("exp_avg", 0.0) + c1 * g
        v = b2 * state.get("exp_avg_sq", 0.0) + c2 * (g * g)
        after = {"step": t, "exp_avg": m, "exp_avg_sq": v}
        if group["amsgrad"]:
            largest = state.get("max_exp_avg_sq", 0.0)
            after["max_exp_avg_sq"] = v = max(v, largest) if type(v) is float else np.maximum(v, largest)
        return x - rate * m / (v**0.5 + eps), after


@lru_cache(maxsize=64)  # all parameters of a group make the same step
def _numbers_of_adam(t: int, lr: float, b1: float, b2: float, eps: float, dtype: DTypeLike) -> tuple[Array, ...]:
    """β₁, 1 - β₁, β₂, 1 - β₂; and lr and eps, corrected as in section 2 of the paper: one operation less on arrays.

    With a dtype they are arrays without axes, by which NumPy multiplies faster than by floats.
    """
    correction = (1 - b2**t) ** 0.5  # of √v
    numbers = (b1, 1 - b1, b2, 1 - b2, lr * correction / (1 - b1**t), eps * correction)
    return numbers if dtype is None else tuple([np.array(x, dtype) for x in numbers])


class AdamW(Adam):
    """Adam with weight decay apart from the gradient: x ← x · (1 - lr · weight_decay) (Loshchilov & Hutter, 2019).

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> AdamW([x], lr=0.25, weight_decay=0.4).step()
    >>> round(x.data, 6)
    0.65
    """

    decoupled = True

    def __init__(self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 1e-2, amsgrad: bool = False, *, maximize: bool = False):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)


class NAdam(Optimizer):
    """Adam with Nesterov's momentum (Dozat, 2016), whose weight grows with time by momentum_decay.

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> NAdam([x], lr=0.1).step()
    >>> round(x.data, 6)
    0.894355
    """

    remembers = "step", "mu_product", "exp_avg", "exp_avg_sq"

    def __init__(self, params: Params, lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0.0, momentum_decay: float = 4e-3,
                 decoupled_weight_decay: bool = False, *, maximize: bool = False):
        super().__init__(params, {"lr": lr, "betas": tuple(betas), "eps": eps, "weight_decay": weight_decay,
                                  "momentum_decay": momentum_decay, "decoupled_weight_decay": decoupled_weight_decay,
                                  "maximize": maximize})

    def update(self, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
        """One step of NAdam."""
        (b1, b2), lr, decay = group["betas"], group["lr"], group["momentum_decay"]
        x, g = _shrunk(x, g, group) if group["decoupled_weight_decay"] else (x, _decayed(x, g, group))
        t = state.get("step", 0) + 1
        now, then = b1 * (1 - 0.5 * 0.96 ** (t * decay)), b1 * (1 - 0.5 * 0.96 ** ((t + 1) * decay))
        product = state.get("mu_product", 1.0) * now
        m = b1 * state.get("exp_avg", 0.0) + (1 - b1) * g
        v = b2 * state.get("exp_avg_sq", 0.0) + (1 - b2) * (g * g)
        size = (v / (1 - b2**t)) ** 0.5 + group["eps"]
        x = x - (lr * (1 - now) / (1 - product)) * g / size - (lr * then / (1 - product * then)) * m / size
        return x, {"step": t, "mu_product": product, "exp_avg": m, "exp_avg_sq": v}


def _fitting(update: Function, x: Any, g: Any, state: State, group: Group) -> tuple[Array, State]:
    """An update that keeps the parameter's shape and dtype, whatever somebody has given it for a gradient."""
    old, g = held(x), np.asarray(raw(g))
    if g.shape != old.shape:
        raise ShapeError(f"a parameter of shape {old.shape} has a gradient of shape {g.shape}")
    data, after = (update if old.dtype in (FLOAT64, FLOAT32) else partial(_wider, update))(old, g, state, group)
    return data.astype(old.dtype), after


def _wider(update: Function, x: Array, g: Array, state: State, group: Group) -> tuple[Array, State]:
    """An update of float16, in float32 (where Adam's eps and small squares are not 0), or of complex numbers, in pairs.

    What is remembered of float16 stays in float32. The gradient of z = x + iy is dL/dx - i dL/dy: its conjugate leads
    down.
    """
    if x.dtype.kind != "c":
        data, after = update(*[np.asarray(a, np.result_type(x, np.float32)) for a in (x, g)], state, group)
        return data.astype(x.dtype), after
    pairs, whole = partial(_in_pairs, x.dtype), partial(_in_complex, x.dtype)
    data, after = update(pairs(x), pairs(np.asarray(np.conj(g))), {name: pairs(a) for name, a in state.items()}, group)
    return whole(data), {name: whole(a) for name, a in after.items()}


def _in_pairs(dtype: Any, a: Array) -> Array:
    """An array of complex numbers as one of reals, with an axis more; what is no array stays."""
    return a[..., None].astype(dtype, order="C").view(dtype.type(0).real.dtype) if isinstance(a, ndarray) else a


def _in_complex(dtype: Any, a: Array) -> Array:
    return np.ascontiguousarray(a).view(dtype)[..., 0] if isinstance(a, ndarray) else a


def _decayed(x: Array, g: Array, group: Group) -> Array:
    """The gradient to follow: turned round if the function is to grow, with that of the weights' square added."""
    if group["maximize"]:
        g = -g
    return g + group["weight_decay"] * x if group["weight_decay"] else g


def _shrunk(x: Array, g: Array, group: Group) -> tuple[Array, Array]:
    """The weights made smaller, apart from the gradient, and the gradient to follow."""
    decay = group["lr"] * group["weight_decay"]
    return x * (1 - decay) if decay else x, -g if group["maximize"] else g


# ---- gradients that are too long ------------------------------------------------------------------------------------
def _with_gradients(parameters: Any) -> list[Any]:
    found = parameters.parameters() if hasattr(parameters, "parameters") else parameters
    return [x for x in dict.fromkeys([found] if isinstance(found, Node) else found) if x.grad is not None]


def _limit(name: str, value: float) -> float:
    if not value >= 0:
        raise ValueError(f"{name} must not be negative, got {value}")
    return float(value)


def _norms(flat: list[Array], p: float) -> Array:
    """The p-norm of each row of arrays that stand side by side."""
    if p == float("inf"):
        return np.max([np.max(a, axis=1, initial=0.0) for a in flat], axis=0)
    return sum((a**p).sum(axis=1) for a in flat) ** (1 / p)


def clip_grad_norm(parameters: Owner, max_norm: float, norm_type: float = 2.0,
                   error_if_nonfinite: bool = False) -> Array:
    """Scale all gradients down together until their norm, as of one vector, is max_norm; returns the norm before.

    parameters  a model, a parameter, or several. Of an `Ensemble`, each member is scaled by itself, and the norms are
                an array of all members
    norm_type   the p of the p-norm, above 0; float("inf") is the largest magnitude

    Raises ValueError if the norm is to be finite (error_if_nonfinite) and is not; nothing is scaled then.

    >>> from autograd import Tensor
    >>> x = Tensor([3.0, 4.0])
    >>> (x * x).sum().backward()
    >>> clip_grad_norm(x, 1.0), x.grad.round(3).tolist()
    (10.0, [0.6, 0.8])
    """
    if not norm_type > 0:
        raise ValueError(f"norm_type must be above 0, got {norm_type}")
    max_norm, stacked = _limit("max_norm", max_norm), getattr(parameters, "stacked", None)
    params = _with_gradients(parameters)
    flat = [np.abs(np.asarray(x.grad)).reshape(stacked or 1, -1) for x in params]
    with np.errstate(over="ignore", under="ignore"):
        norms = _norms(flat, norm_type) if flat else np.zeros(stacked or 1)
        if flat and (norms.dtype == np.float16 or not np.all(np.isfinite(norms) & (norms > 0))):
            largest = _norms(flat, float("inf")).astype(np.float64)  # in units of it nothing over- or underflows
            unit = np.where(np.isfinite(largest) & (largest > 0), largest, 1.0)
            norms = unit * _norms([a / unit[:, None] for a in flat], norm_type)
    if error_if_nonfinite and not np.all(np.isfinite(norms)):
        raise ValueError(f"the norm of the gradients is {norms.tolist()}, which is not finite")
    scale = np.minimum(max_norm / (norms + 1e-6), 1.0)
    for x in params:
        if isinstance(x.grad, float):
            x.grad *= float(scale[0])
        else:
            each = scale.reshape(-1, *(1,) * (x.grad.ndim - 1)) if stacked else scale[0]
            x.grad = np.asarray(x.grad * each.astype(x.grad.real.dtype))
    return norms if stacked else float(norms[0])


def clip_grad_value(parameters: Owner, clip_value: float) -> None:
    """Cut every element of the gradients off at -clip_value and clip_value.

    >>> from autograd import Tensor
    >>> x = Tensor([3.0, 0.1])
    >>> (x * x).sum().backward()
    >>> clip_grad_value([x], 1.0)
    >>> x.grad.tolist()
    [1.0, 0.2]
    """
    clip_value, params = _limit("clip_value", clip_value), _with_gradients(parameters)
    if any(np.iscomplexobj(x.grad) for x in params):
        raise TypeError("complex gradients have no order to be cut off by: clip their norm")
    for x in params:
        clipped = np.minimum(np.maximum(x.grad, -clip_value), clip_value)
        x.grad = float(clipped) if isinstance(x.grad, float) else np.asarray(clipped)


clip_grad_norm_, clip_grad_value_ = clip_grad_norm, clip_grad_value
