"""Optimisers: how a parameter follows its gradient.

The arithmetic of each is a pure function, update(parameter, gradient, state) -> (parameter, state), written with
operators; the rest is bookkeeping.
"""

from collections.abc import Iterable
from typing import Any

from autograd.errors import ForeignObject
from autograd.extend import replace_data
from autograd.graph import Node

Array = Any
State = dict[str, Any]


class Optimizer:
    """The parent of optimisers: give it parameters, call `zero_grad`, `backward`, `step`."""

    def __init__(self, params: Iterable[Any], lr: float):
        self.params = list(params)
        if not self.params:
            raise ValueError(f"{type(self).__name__} got no parameters")
        for x in self.params:
            if not isinstance(x, Node) or not x.requires_grad:
                raise ForeignObject(f"{type(self).__name__} takes variables (Tensors and Values), got {x!r:.60}")
        if lr < 0:
            raise ValueError(f"lr is {lr}, which is negative")
        self.lr = float(lr)
        self.state: list[State] = [{} for _ in self.params]

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for x in self.params:
            x.grad = x.no_gradient

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        update, states, moved, new = self.update, self.state, [], []
        for i, x in enumerate(self.params):
            if x.grad is not None:
                data, states[i] = update(x._data, x.grad, states[i])
                moved.append(x)
                new.append(data)
        replace_data(moved, new)

    def update(self, x: Array, g: Array, state: State) -> tuple[Array, State]:
        """The new parameter and state, from the old ones and the gradient."""
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent, x ← x - lr · g, with momentum (Polyak's or Nesterov's) and weight decay, as in PyTorch.

    >>> from autograd import Tensor
    >>> x = Tensor(1.0)
    >>> (x * x).backward()
    >>> SGD([x], lr=0.25).step()
    >>> x
    Tensor(0.5)
    """

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, momentum: float = 0.0, dampening: float = 0.0,
                 weight_decay: float = 0.0, nesterov: bool = False):
        super().__init__(params, lr)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        self.momentum, self.dampening, self.weight_decay, self.nesterov = momentum, dampening, weight_decay, nesterov

    def update(self, x: Array, g: Array, state: State) -> tuple[Array, State]:
        """One step of gradient descent."""
        if self.weight_decay:
            g = g + self.weight_decay * x
        if not self.momentum:
            return x - self.lr * g, state
        v = self.momentum * state["v"] + (1 - self.dampening) * g if state else g
        return x - self.lr * (g + self.momentum * v if self.nesterov else v), {"v": v}


class Adam(Optimizer):
    """Adam (Kingma & Ba, 2015), with PyTorch's defaults: steps in units of the gradient's recent size."""

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0.0):
        super().__init__(params, lr)
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay

    def update(self, x: Array, g: Array, state: State) -> tuple[Array, State]:
        """One step of Adam."""
        b1, b2 = self.betas
        if self.weight_decay:
            g = g + self.weight_decay * x
        t = state.get("t", 0) + 1
        m = b1 * state.get("m", 0.0) + (1 - b1) * g
        v = b2 * state.get("v", 0.0) + (1 - b2) * (g * g)
        size = (v / (1 - b2**t)) ** 0.5 + self.eps
        return x - (self.lr / (1 - b1**t)) * m / size, {"t": t, "m": m, "v": v}


__all__ = ["SGD", "Adam", "Optimizer"]
