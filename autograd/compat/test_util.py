"""Checks of derivatives, with the interface of the PyPI `autograd`, on norgrad's `gradcheck`."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from autograd.check import gradcheck
from autograd.compat.operators import unary_to_nary
from autograd.context import no_grad
from autograd.errors import GradcheckError
from autograd.functional import _name, jvp, vjp
from autograd.graph import raw
from autograd.trees import leaves, map_tree
from autograd.typing import Array, Function, Tree

_RNG = np.random.default_rng(0)


def _random_like(tree: Tree) -> Tree:
    """Random numbers in the containers, shapes and kinds (real or complex) of `tree`."""

    def drawn(x: Array) -> Array:
        real = _RNG.standard_normal(np.shape(x))
        return real + 1j * _RNG.standard_normal(np.shape(x)) if np.iscomplexobj(x) else real

    return map_tree(lambda leaf: drawn(raw(leaf)), tree)


def scalar_close(a: Array, b: Array) -> bool:
    """Whether two numbers are equal to six digits."""
    return bool(np.isclose(raw(a), raw(b), 2e-6, 1e-6))


def check_equivalent(x: Tree, y: Tree) -> None:
    """Raise AssertionError if two results differ: in their containers, shapes, or (to six digits) their numbers.

    >>> check_equivalent((1.0, [2.0]), (1.0, [2.0 + 1e-9]))
    """
    ours, theirs = leaves(x), leaves(y)
    assert map_tree(lambda _: 0, x) == map_tree(lambda _: 0, y), f"these are not of one structure: {x!r} and {y!r}"
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(raw(a), raw(b), rtol=2e-6, atol=1e-6)
        assert np.shape(raw(a)) == np.shape(raw(b)), f"shapes {np.shape(raw(a))} and {np.shape(raw(b))} differ"


def check_vjp(f: Function, x: Tree) -> None:
    """Compare the reverse-mode derivative of f at x with differences; GradcheckError if they differ.

    >>> check_vjp(lambda x: x**3, 2.0)
    """
    try:
        gradcheck(f, x, order=1)
    except GradcheckError as error:
        raise GradcheckError(f"(VJP) check of {_name(f)} failed: {error}") from None


def check_jvp(f: Function, x: Tree) -> None:
    """Compare the forward-mode derivative of f at x, along a random direction, with the difference along it.

    >>> check_jvp(lambda x: x**3, 2.0)
    """
    v, step = _random_like(x), 3e-6

    def moved(by: float) -> list[Array]:
        with no_grad():
            return leaves(f(map_tree(lambda p, m: p + by * m, x, v)))

    found = leaves(jvp(f, (x,), (v,))[1])
    for i, (got, up, down) in enumerate(zip(found, moved(step), moved(-step), strict=True)):
        expected = (raw(up) - raw(down)) / (2 * step)
        if np.shape(raw(got)) != np.shape(expected) or not np.allclose(raw(got), expected, 1e-5, 1e-6):
            raise GradcheckError(
                f"(JVP) check of {_name(f)} failed: the forward-mode derivative of output {i} is {raw(got)}, but "
                f"{expected} by differences"
            )


@unary_to_nary
def check_grads(f: Function, x: Tree, modes: Sequence[str] = ("fwd", "rev"), order: int = 2) -> None:
    """check_grads(f, argnum, modes, order)(*args): compare derivatives with differences, to any order.

    modes  "fwd" and "rev", in any mixture: each derivative that is checked is itself differentiated in both ways
    order  2 checks the derivatives and the derivatives of those

    >>> check_grads(lambda x, y: x * y**2, (0, 1))(2.0, 3.0)
    """
    for mode in modes:
        if mode == "rev":
            check_vjp(f, x)
            with no_grad():
                v = _random_like(f(x))
            _next("vjp", f, lambda x, v: vjp(f, x)[1](v), x, v, modes, order)
        elif mode == "fwd":
            check_jvp(f, x)
            _next("jvp", f, lambda x, v: jvp(f, (x,), (v,))[1], x, _random_like(x), modes, order)
        else:
            raise ValueError(f"check_grads: modes are 'fwd' and 'rev', not {mode!r}")


def _next(kind: str, f: Function, derivative: Function, x: Tree, v: Tree, modes: Sequence[str], order: int) -> None:
    """Check a derivative, a function of the point and of a direction, one order less far."""
    if order > 1:
        derivative.__name__ = f"{kind}_{_name(f)}"
        check_grads(derivative, (0, 1), modes=modes, order=order - 1)(x, v)


def combo_check(f: Function, *options: Any, **settings: Any) -> Function:
    """check_grads of f on every combination of the given lists of arguments and keywords.

    >>> combo_check(lambda x, y, n=1: (x * y) ** n, (0, 1))([1.0, 2.0], [3.0], n=[1, 2])
    """

    def check(*args: Any, **kwargs: Any) -> None:
        for values in product(*args):
            for keywords in product(*kwargs.values()):
                check_grads(f, *options, **settings)(*values, **dict(zip(kwargs, keywords, strict=True)))

    return check
