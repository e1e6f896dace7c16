"""`scipy.integrate`: odeint, whose derivative is itself the solution of a differential equation, backwards in time.

The adjoint method: Fröhlich et al., "Scalable inference of ordinary differential equation models of biochemical
processes", section 2.4.2 (arXiv 1711.08079).
"""

from typing import Any

import numpy as np

from autograd.compat.arrays import asarray
from autograd.compat.misc.flatten import flatten as flatten_numbers
from autograd.complaints import no_rule
from autograd.functional import vjp
from autograd.graph import is_variable
from autograd.rules.calls import dispatching
from autograd.rules.table import rule
from autograd.scipy.tools import holds_nodes, rest_of, scipy
from autograd.trees import flatten
from autograd.typing import Array, Function, Settings, Tree

sp = scipy("integrate")
__getattr__, __dir__ = rest_of(sp, globals())


@dispatching
def _odeint(y0: Array, t: Array, *leaves: Array, func: Function, rebuild: Function, options: Settings) -> Array:
    return sp.odeint(func, y0, t, tuple(rebuild(leaves)), **options)


def _pull(g: Array, y: Array, nodes: tuple[Any, ...], y0: Array, t: Array, *leaves: Array, func: Function,
          rebuild: Function, options: Settings) -> list[Array]:
    """The gradients of y0, of each time, and of those arguments that are variables."""
    n, last = np.shape(y)[1], np.shape(y)[0] - 1
    wanted = [i for i, node in enumerate(nodes[2:]) if is_variable(node)]
    numbers, spread = flatten_numbers([leaves[i] for i in wanted])

    def slope(y: Array, time: Array, numbers: Array) -> Array:
        parts = dict(zip(wanted, spread(numbers), strict=True))
        return asarray(func(y, time, *rebuild([parts.get(i, leaf) for i, leaf in enumerate(leaves)])))

    def backwards(state: Array, time: Array, numbers: Array) -> Array:
        """How y, its gradient, and that of the numbers change with time."""
        now, pullback = vjp(slope, state[:n], time * 1.0, numbers)
        by_y, _, by_numbers = pullback(-state[n : 2 * n])
        return np.concatenate([now, by_y, by_numbers])

    by_y, by_numbers, by_time = g[last], np.zeros(np.shape(numbers)), []
    for i in range(last, 0, -1):
        by_time.append(np.sum(slope(y[i], t[i], numbers) * g[i]))
        state = np.concatenate([y[i], by_y, by_numbers])
        state = odeint(backwards, state, np.stack([t[i], t[i - 1]]), (numbers,), **options)[1]
        by_y, by_numbers = state[n : 2 * n] + g[i - 1], state[2 * n :]
    by_time.append(-np.sum(slope(y[0], t[0], numbers) * (by_y - g[0])))
    found = dict(zip(wanted, spread(by_numbers), strict=True))
    return [by_y, np.stack(by_time[::-1]), *(found.get(i) for i in range(len(leaves)))]


rule(_odeint, "odeint", vjp_of_all=_pull, bind=lambda *inputs, **settings: (inputs, settings))


def odeint(func: Function, y0: Array, t: Array, args: Tree = (), **options: Any) -> Any:
    """The solution of dy/dt = func(y, t, *args) at the times t, an array (times, numbers), from y0 at t[0].

    y0, t and (nested lists, tuples and dicts in) args may be nodes. With nodes, options are SciPy's for steps and
    tolerances alone.

    >>> from autograd import grad
    >>> round(grad(lambda k: odeint(lambda y, t, k: -k * y, [1.0], [0.0, 1.0], (k,))[1, 0])(2.0), 6)
    -0.135335
    """
    args = args if isinstance(args, tuple) else (args,)
    if not holds_nodes((y0, t, args)):
        return sp.odeint(func, y0, t, args, **options)
    if others := set(options) - {"rtol", "atol", "h0", "hmax", "hmin", "mxstep", "mxhnil", "mxordn", "mxords", "ixpr"}:
        raise no_rule(f"odeint with {', '.join(sorted(others))}", "leave it out")
    leaves, rebuild = flatten(args)
    return _odeint(np.atleast_1d(asarray(y0)), asarray(t), *leaves, func=func, rebuild=rebuild, options=options)
