"""`fixed_point`: the solution of x = f(a)(x) by iteration, with a derivative that does not unroll the iterations."""

import numpy as np

from autograd.context import no_grad
from autograd.functional import vjp
from autograd.graph import is_variable, raw
from autograd.record import apply
from autograd.rules.table import Op
from autograd.trees import flatten
from autograd.typing import Array, Function, Tree


def fixed_point(f: Function, a: Tree, x0: Array, distance: Function, tol: float) -> Array:
    """Apply `f(a)` to x0 again and again, until distance(x, x before) <= tol.

    Its gradient with respect to a follows from x = f(a)(x) alone: with w = g + w ∂f/∂x, itself a fixed point, it is
    w ∂f/∂a (Christianson, Optimization Methods and Software 3, 1994). It can be differentiated again.

    >>> from autograd import grad
    >>> root = lambda a: fixed_point(lambda a: lambda x: (x + a / x) / 2, a, 1.0, lambda x, y: abs(x - y), 1e-12)
    >>> round(float(grad(root)(4.0)), 9)
    0.25
    """
    leaves, rebuild = flatten(a)

    def forward(*leaves: Array) -> Array:
        with no_grad():
            step = f(rebuild([raw(leaf) for leaf in leaves]))
            x, before = raw(step(x0)), x0
            while distance(x, before) > tol:
                x, before = raw(step(x)), x
        return x

    def pull(g: Array, x: Array, nodes: tuple[Array, ...], *leaves: Array) -> list[Array]:
        def adjoint(given: Tree) -> Function:
            a, x, g = given
            return lambda w: vjp(f(a), x)[1](w) + g

        w = fixed_point(adjoint, (rebuild(leaves), x, g), np.zeros_like(raw(x)), distance, tol)
        return flatten(vjp(lambda a: f(a)(x), rebuild(leaves))[1](w))[0]

    if not any(map(is_variable, leaves)):
        return forward(*leaves)
    return apply(Op(f, "fixed point", vjp_of_all=pull, forward=forward), tuple(leaves))
