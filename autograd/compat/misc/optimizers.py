"""Gradient descent on a function of nested containers, with the interface of the PyPI `autograd`.

Each takes `grad(x, i)`, the gradient at x in iteration i, and the starting point x0 (any nesting of lists, tuples and
dicts of arrays), calls `callback(x, i, g)` before every step, and gives the last x.
"""

import numpy as np

from autograd.compat.misc.flatten import flatten
from autograd.typing import Array, Function, Tree


def _descend(grad: Function, x0: Tree, callback: Function | None, num_iters: int, step: Function,
             *start: float) -> Tree:
    """Add to x, again and again, what step(i, g, *state) gives first; the rest of it is the next state.

    start  the numbers with which the vectors of the state are filled at first
    """
    x, unflatten = flatten(x0)
    state = [np.full(len(x), number) for number in start]
    for i in range(num_iters):
        g = flatten(grad(unflatten(x), i))[0]
        if callback:
            callback(unflatten(x), i, unflatten(g))
        change, *state = step(i, g, *state)
        x = x + change
    return unflatten(x)


def sgd(grad: Function, x0: Tree, callback: Function | None = None, num_iters: int = 200, step_size: float = 0.1,
        mass: float = 0.9) -> Tree:
    """Gradient descent with momentum: v = mass · v - (1 - mass) · g; x = x + step_size · v.

    >>> x = sgd(lambda x, i: 2 * (x - 3.0), 0.0)
    >>> round(float(x), 3)
    3.0
    """

    def step(i: int, g: Array, velocity: Array) -> tuple[Array, ...]:
        velocity = mass * velocity - (1 - mass) * g
        return step_size * velocity, velocity

    return _descend(grad, x0, callback, num_iters, step, 0.0)


def rmsprop(grad: Function, x0: Tree, callback: Function | None = None, num_iters: int = 100, step_size: float = 0.1,
            gamma: float = 0.9, eps: float = 1e-8) -> Tree:
    """Steps of -step_size · g / (√s + eps), s a running mean of g² that begins at 1 (Tieleman & Hinton, 2012).

    >>> x = rmsprop(lambda x, i: 2 * (x - 3.0), 0.0, step_size=0.05)
    >>> bool(abs(x - 3) < 0.1)
    True
    """

    def step(i: int, g: Array, square: Array) -> tuple[Array, ...]:
        square = gamma * square + (1 - gamma) * g**2
        return -step_size * g / (np.sqrt(square) + eps), square

    return _descend(grad, x0, callback, num_iters, step, 1.0)


def adam(grad: Function, x0: Tree, callback: Function | None = None, num_iters: int = 100, step_size: float = 0.001,
         b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Tree:
    """Adam (Kingma & Ba, arXiv 1412.6980): running means of g and g², both corrected for their start at 0.

    >>> x = adam(lambda x, i: 2 * (x - 3.0), 0.0, num_iters=300, step_size=0.1)
    >>> round(float(x), 2)
    3.0
    """

    def step(i: int, g: Array, mean: Array, square: Array) -> tuple[Array, ...]:
        mean = b1 * mean + (1 - b1) * g
        square = b2 * square + (1 - b2) * g**2
        change = -step_size * (mean / (1 - b1 ** (i + 1))) / (np.sqrt(square / (1 - b2 ** (i + 1))) + eps)
        return change, mean, square

    return _descend(grad, x0, callback, num_iters, step, 0.0, 0.0)
