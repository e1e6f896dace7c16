"""`gradcheck`: are the derivatives right? They are compared with differences, to any order."""

import warnings

import numpy as np

from autograd.compare import central
from autograd.context import no_grad
from autograd.errors import GradcheckError, NotDifferentiable
from autograd.functional import vjp
from autograd.graph import raw
from autograd.trees import flatten, leaves
from autograd.typing import Array, Function, Seed, Shape, Tree


def gradcheck(
    f: Function, *args: Tree, order: int = 2, rtol: float = 1e-5, atol: float = 1e-6, step: float | None = None,
    rng: Seed = 0,
) -> bool:
    """Compare the derivatives of `f` at `args` with differences; True, or GradcheckError with every detail.

    f       a function of floats, arrays, and nested containers of them, that gives numbers or arrays
    order   how far to go: 2 checks the gradient, and the gradient of the gradient
    rtol, atol  what is close enough: |got - expected| <= atol + rtol · |expected|
    step    of the central differences; by default the cube root of the precision, times the size of the input
    rng     a seed or numpy.random.Generator: outputs are weighted at random into one number, so that none can hide

    Each input element is moved by itself. Where f also takes complex numbers and is analytic (which shows in that both
    agree), the difference is replaced by a complex step, which loses no digits (Squire & Trapp, SIAM Review 40, 1998).
    The error names the input, the index in it, what was got, what was expected, and the order.

    >>> import numpy as np
    >>> gradcheck(np.tanh, np.array([0.5, -1.0]))
    True
    """
    inputs, rebuild = flatten(args)
    for i, x in enumerate(inputs):
        kind = np.asarray(raw(x)).dtype.kind
        if kind not in "fc":
            raise NotDifferentiable(f"gradcheck: input {i} is {x!r:.60}; to be moved a little, it must be floating")
    points = [np.array(raw(x), dtype=complex if np.iscomplexobj(raw(x)) else float) for x in inputs]

    def checked(*values: Array) -> list[Array]:
        """f as a function of a row of arrays, giving a row of arrays."""
        return [y for y in leaves(f(*rebuild(values))) if np.asarray(raw(y)).dtype.kind in "fc"]

    rng = np.random.default_rng(rng)
    for level in range(1, max(order, 1) + 1):
        weights = [_weights(y, rng) for y in _numbers(checked, points)]
        gradient = _gradient(checked, weights)
        for i, (got, expected) in enumerate(zip(gradient(*points), _differences(checked, points, weights, step),
                                                strict=True)):
            if wrong := _disagreement(np.asarray(raw(got)), expected, rtol, atol):
                name = getattr(f, "__name__", "f")
                raise GradcheckError(f"derivative of order {level} of {name} is wrong: input {i}, {wrong}")
        checked = gradient
    return True


def _gradient(f: Function, weights: list[Array]) -> Function:
    """The gradients of Σ w·f with respect to every input, as a function of them."""
    def gradient(*xs: Array) -> list[Array]:
        _, pullback = vjp(f, *xs)
        return leaves(pullback(weights))

    return gradient


def _disagreement(got: Array, expected: Array, rtol: float, atol: float) -> str:
    """The first element of an input for which the two are not close, and how many are not; "" if all are."""
    wrong = ~np.isclose(got, expected, rtol=rtol, atol=atol, equal_nan=True)
    same_shape = got.shape == expected.shape
    if same_shape and not wrong.any():
        return ""
    where = tuple(int(k) for k in np.argwhere(wrong)[0]) if same_shape else ()
    return (f"index {where}: got {got[where]:.10g}, expected {expected[where]:.10g} by differences "
            f"({int(wrong.sum())} of {wrong.size} elements of this input differ; shape {got.shape})")


def _numbers(f: Function, points: list[Array]) -> list[Array]:
    with no_grad():
        return [np.asarray(raw(y)) for y in f(*points)]


def _weights(y: Array, rng: "np.random.Generator") -> Array:
    if y.size == 1 and not np.iscomplexobj(y):
        return np.ones(y.shape)  # the numbers in an error are then those of f itself
    w = rng.uniform(0.5, 1.5, y.shape)
    return w + 1j * rng.uniform(0.5, 1.5, y.shape) if np.iscomplexobj(y) else w


def _differences(f: Function, points: list[Array], weights: list[Array], step: float | None) -> list[Array]:
    """d Re(Σ w·y) / dx for each element of each point; dx - i·dy for complex ones."""
    def move(i: int, index: Shape, by: complex) -> list[Array]:
        moved = points[i].astype(np.result_type(points[i], by))
        moved[index] += by
        return [*points[:i], moved, *points[i + 1 :]]

    def line(i: int, index: Shape, direction: complex) -> Function:
        def loss(t: float) -> float:
            values = _numbers(f, move(i, index, t * direction))
            # what does not move is 0, so that large numbers do not hide how small ones change
            return float(sum(np.sum(np.real(w * (y - y0))) for w, y, y0 in zip(weights, values, start, strict=True)))

        return loss

    found, start = [], _numbers(f, points)
    analytic = not any(map(np.iscomplexobj, weights))  # until shown otherwise
    for i, x in enumerate(points):
        d = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            h = step or 6e-6 * max(1.0, abs(x[index]))
            d[index] = central(line(i, index, 1.0), h)
            if np.iscomplexobj(x):
                d[index] -= 1j * central(line(i, index, 1j), h)
            elif analytic:
                exact = _complex_step(f, move(i, index, 1e-20j), weights)
                analytic = exact is not None and abs(exact - d[index]) <= 1e-4 * abs(d[index]) + 1e-8
                d[index] = exact if analytic else d[index]
        found.append(d)
    return found


def _complex_step(f: Function, moved: list[Array], weights: list[Array]) -> float | None:
    """Im f(x + ih) / h for a tiny h, which is f'(x); None where f does not take complex numbers."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return float(sum(np.sum(w * np.imag(y)) for w, y in zip(weights, _numbers(f, moved), strict=True)) / 1e-20)
    except Exception:
        return None  # whatever f says to complex numbers: it was not written for them
