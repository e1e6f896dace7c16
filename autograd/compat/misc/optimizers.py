"""Gradient descent on a function of nested containers, with the interface of the PyPI `autograd`.

Each takes `grad(x, i)`, the gradient at x in iteration i, and the starting point x0 (any nesting of lists, tuples and
dicts of arrays), calls `callback(x, i, g)` before every step, and gives the last x.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.compat.misc.flatten import flatten


def _descend(grad: Any, x0: Any, callback: Any, num_iters: int, steps: Callable[[Any], Any]) -> Any:
    """Add `steps(x)`, a generator that is sent each gradient and yields what to add to x, again and again."""
    x, unflatten = flatten(x0)
    step = steps(x)
    next(step)
    for i in range(num_iters):
        g = flatten(grad(unflatten(x), i))[0]
        if callback:
            callback(unflatten(x), i, unflatten(g))
        x = x + step.send(g)
    return unflatten(x)


def sgd(grad: Any, x0: Any, callback: Any = None, num_iters: int = 200, step_size: float = 0.1,
        mass: float = 0.9) -> Any:
    """Gradient descent with momentum: v = mass · v - (1 - mass) · g; x = x + step_size · v.

    >>> x = sgd(lambda x, i: 2 * (x - 3.0), 0.0)
    >>> round(float(x), 3)
    3.0
    """

    def steps(x: Any) -> Any:
        velocity, g = np.zeros(len(x)), (yield)
        while True:
            velocity = mass * velocity - (1 - mass) * g
            g = yield step_size * velocity

    return _descend(grad, x0, callback, num_iters, steps)


def rmsprop(grad: Any, x0: Any, callback: Any = None, num_iters: int = 100, step_size: float = 0.1,
            gamma: float = 0.9, eps: float = 1e-8) -> Any:
    """Steps of -step_size · g / (√s + eps), s a running mean of g² that begins at 1 (Tieleman & Hinton, 2012).

    >>> x = rmsprop(lambda x, i: 2 * (x - 3.0), 0.0, step_size=0.05)
    >>> bool(abs(x - 3) < 0.1)
    True
    """

    def steps(x: Any) -> Any:
        square, g = np.ones(len(x)), (yield)
        while True:
            square = gamma * square + (1 - gamma) * g**2
            g = yield -step_size * g / (np.sqrt(square) + eps)

    return _descend(grad, x0, callback, num_iters, steps)


def adam(grad: Any, x0: Any, callback: Any = None, num_iters: int = 100, step_size: float = 0.001,
         b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Any:
    """Adam (Kingma & Ba, arXiv 1412.6980): running means of g and g², both corrected for their start at 0.

    >>> x = adam(lambda x, i: 2 * (x - 3.0), 0.0, num_iters=300, step_size=0.1)
    >>> round(float(x), 2)
    3.0
    """

    def steps(x: Any) -> Any:
        mean, square, i, g = np.zeros(len(x)), np.zeros(len(x)), 0, (yield)
        while True:
            i += 1
            mean = b1 * mean + (1 - b1) * g
            square = b2 * square + (1 - b2) * g**2
            g = yield -step_size * (mean / (1 - b1**i)) / (np.sqrt(square / (1 - b2**i)) + eps)

    return _descend(grad, x0, callback, num_iters, steps)
