"""`fixed_point`: the solution of x = f(a)(x) by iteration, with a derivative that does not unroll the iterations."""

import numpy as np

from autograd.compat.again import pull_to, variables_used
from autograd.context import flags, no_grad, now
from autograd.functional import vjp
from autograd.graph import Node, next_order, raw
from autograd.record import apply
from autograd.rules.table import Op
from autograd.typing import Array, Function, Tree


def fixed_point(f: Function, a: Tree, x0: Array, distance: Function, tol: float) -> Array:
    """Apply `f(a)` to x0 again and again, until distance(x, x before) <= tol.

    Its gradient with respect to a, and to the variables that f closes over, follows from x = f(a)(x) alone: with
    w = g + w ∂f/∂x, itself a fixed point, it is w ∂f/∂a (Christianson, Optimization Methods and Software 3, 1994). It
    can be differentiated again.

    >>> from autograd import grad
    >>> root = lambda a: fixed_point(lambda a: lambda x: (x + a / x) / 2, a, 1.0, lambda x, y: abs(x - y), 1e-12)
    >>> round(float(grad(root)(4.0)), 9)
    0.25
    """
    with no_grad():
        step = f(a)
        x, before = raw(step(x0)), x0
        while distance(x, before) > tol:
            x, before = raw(step(x)), x

    def pull(g: Array, x: Array, nodes: tuple[Node, ...], *inputs: Array) -> list[Array]:
        recorded = any(isinstance(i, Node) for i in inputs)

        def adjoint(given: Tree) -> Function:
            x, g = given
            return lambda w: vjp(f(a), x)[1](w) + g

        with flags(recording=recorded):
            w = fixed_point(adjoint, (x, g), np.zeros_like(raw(x)), distance, tol)
        with flags(recording=True):
            held = [*nodes, x] if recorded else nodes  # x, which is a node then, does not pass on what it receives
            return pull_to(held, [f(a)(x)], [w], recorded)[: len(nodes)]

    began = next_order()
    used = variables_used([f(a)(x)], began) if now().recording else []
    return apply(Op(f, "fixed point", vjp_of_all=pull, forward=lambda *_: x), tuple(used)) if used else x
