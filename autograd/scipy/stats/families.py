"""Distributions of one number, moved by `loc` and stretched by `scale`: what differs is the slope of log pdf.

With z = (x - loc) / scale, the slopes with respect to loc and scale are those of x, times -1 and -z.
"""

from inspect import Parameter, Signature

import numpy as np

from autograd.rules.calls import dispatching
from autograd.rules.table import Vjp, rule
from autograd.scipy.tools import scipy, unknown
from autograd.typing import Array, Function

METHODS = ["pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf"]


def share(a: Array, b: Array) -> Array:
    """a/b, but 0 for 0/0."""
    return a / (b + (np.equal(a, 0) & np.equal(b, 0)))


def method(name: str, of: str, arguments: list[str], defaults: dict[str, float]) -> Function:
    """A method of one of SciPy's distributions, as a function of these arguments that can be given nodes."""
    made = dispatching(getattr(getattr(scipy("stats"), of), name))
    made.__name__ = f"{of}.{name}"
    made.__signature__ = Signature([
        Parameter(x, Parameter.POSITIONAL_OR_KEYWORD, default=defaults.get(x, Parameter.empty)) for x in arguments])
    return made


def family(of: str, shapes: list[str], score: Function, by_shape: list[Function],
           hazard: Function | None = None) -> list[Function]:
    """The eight METHODS of a distribution.

    score     (z, *shapes) -> the slope of log pdf where loc = 0 and scale = 1
    by_shape  for each shape parameter, (z, *shapes) -> the slope of log pdf with respect to it
    hazard    (z, *shapes) -> pdf / cdf; for symmetrical distributions, where exp(logpdf - logcdf) loses its digits
    """
    arguments = ["x", *shapes, "loc", "scale"]
    pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf = made = [
        method(name, of, [("q" if name in ("ppf", "isf") else "x"), *arguments[1:]], {"loc": 0.0, "scale": 1.0})
        for name in METHODS]

    def standard(x: Array, inside: Array, *rest: Array) -> Array:
        """z and the shapes; where x is outside of the support, some z that is inside."""
        *parameters, loc, scale = rest
        return np.where(inside, (x - loc) / scale, 0.5), *parameters

    def density(log: bool, slope: Function, scaled: bool = False) -> Function:
        def found(y: Array, *args: Array) -> Array:
            inside = np.isfinite(y) if log else np.greater(y, 0)
            of_log = slope(*standard(args[0], inside, *args[1:]))
            return np.where(inside, of_log if log else y * of_log, 0) / (args[-1] if scaled else 1)

        return found

    def of_logarithm(mirror: int) -> Function:
        def found(y: Array, *args: Array) -> Array:
            if hazard:
                inside = np.isfinite(args[0])
                z, *_ = standard(args[0], inside, *args[1:])
                return mirror * hazard(mirror * np.where(inside, z, args[0])) / args[-1]
            inside = np.isfinite(y)
            return mirror * np.exp(np.where(inside, logpdf(*args), -np.inf) - np.where(inside, y, 0))

        return found

    def times(slope: Function) -> Vjp:
        return lambda g, y, *args: g * slope(y, *args)

    def row(function: Function, slope: Function, own: Function | None = None, *of_shapes: Function) -> None:
        """The row of a function, from its slope; `own`: how its output falls as scale grows, and x and loc with it."""
        def by_scale(y: Array, x: Array, *rest: Array) -> Array:
            *_, loc, scale = rest
            by_x = slope(y, x, *rest)
            far = np.equal(by_x, 0)  # 0 · ∞ is 0 here
            return -np.where(far, 0, by_x * np.where(far, 0, (x - loc) / scale)) - (own(y) / scale if own else 0)

        refused = [unknown(function.__name__, shape) for shape in shapes]
        rule(function, function.__name__, times(slope), *(map(times, of_shapes) if of_shapes else refused),
             lambda g, y, *args: -g * slope(y, *args), times(by_scale), elementwise=True)

    for function, log, own in ((pdf, False, lambda y: y), (logpdf, True, lambda y: np.isfinite(y) * 1.0)):
        row(function, density(log, score, True), own, *(density(log, of_shape) for of_shape in by_shape))
    row(cdf, lambda y, *args: pdf(*args))
    row(sf, lambda y, *args: -pdf(*args))
    row(logcdf, of_logarithm(1))
    row(logsf, of_logarithm(-1))
    for function, sign in ((ppf, 1), (isf, -1)):
        rule(function, function.__name__, lambda g, y, q, *args, sign=sign: sign * g / pdf(y, *args),
             *(unknown(function.__name__, shape) for shape in shapes),
             lambda g, y, *args: g, lambda g, y, *args: g * ((y - args[-2]) / args[-1]), elementwise=True)
    return made
