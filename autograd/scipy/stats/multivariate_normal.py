"""The multivariate normal distribution: SciPy's numbers, and the derivatives of their definition."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.functional import vjp
from autograd.graph import is_variable
from autograd.rules.calls import Bound, dispatching
from autograd.rules.table import rule
from autograd.scipy.tools import rest_of, scipy
from autograd.typing import Array

normal = scipy("stats").multivariate_normal
__getattr__, __dir__ = rest_of(normal, globals())
__all__ = ["entropy", "logpdf", "pdf"]


def _matrix(cov: Array, n: int) -> Array:
    """A covariance as SciPy takes it, a number or a diagonal too, as a matrix."""
    return cov if np.ndim(cov) == 2 else np.reshape(cov, (-1, 1)) * np.eye(n)


def _log_density(x: Array, mean: Array, cov: Array, *, allow_singular: bool) -> Array:
    n = np.size(mean)
    x = np.reshape(x, (*np.shape(x), 1)) if n == 1 and np.ndim(x) < 2 else x
    cov, away = _matrix(cov, n), x - np.reshape(mean, (-1,))
    inverse = np.linalg.pinv(cov, rcond=1e6 * np.finfo(float).eps) if allow_singular else np.linalg.inv(cov)
    size = 0.0 if allow_singular else np.linalg.slogdet(cov)[1]
    return -0.5 * (np.sum((away @ inverse) * away, axis=-1) + size + n * math.log(2 * math.pi))


def _entropy(mean: Array, cov: Array) -> Array:
    n = np.size(mean)
    return 0.5 * (n * (1 + math.log(2 * math.pi)) + np.linalg.slogdet(_matrix(cov, n))[1])


@dispatching
def pdf(x: Array, mean: Array = None, cov: Array = 1.0, allow_singular: bool = False) -> Array:
    """The density at x, whose last axis has the components."""
    return normal.pdf(x, mean, cov, allow_singular)


@dispatching
def logpdf(x: Array, mean: Array = None, cov: Array = 1.0, allow_singular: bool = False) -> Array:
    """The logarithm of the density."""
    return normal.logpdf(x, mean, cov, allow_singular)


@dispatching
def entropy(mean: Array = None, cov: Array = 1.0) -> Array:
    """The differential entropy, in nats."""
    return normal.entropy(mean, cov)


def _arguments(x: Array, mean: Array = None, cov: Array = 1.0, allow_singular: bool = False) -> Bound:
    cov = 1.0 if cov is None else cov
    if mean is None:
        mean = np.zeros(np.shape(cov)[0] if np.ndim(cov) == 2 else 1)  # as SciPy does
    return (x, mean, cov), {"allow_singular": allow_singular}


def _pull(definition: Any, g: Array, nodes: Sequence[Any], inputs: tuple[Array, ...]) -> list[Array]:
    """The gradients that a definition gives those inputs that are variables."""
    wanted = [i for i, node in enumerate(nodes) if is_variable(node)]

    def of_wanted(values: list[Array]) -> Array:
        parts = dict(zip(wanted, values, strict=True))
        return definition(*(parts.get(i, x) for i, x in enumerate(inputs)))

    y, pullback = vjp(of_wanted, [inputs[i] for i in wanted])
    found = dict(zip(wanted, pullback(np.reshape(g, np.shape(y))), strict=True))  # SciPy leaves out axes of length 1
    return [found.get(i) for i in range(len(inputs))]


def _of_log_density(g: Array, nodes: Sequence[Any], inputs: tuple[Array, ...], allow_singular: bool) -> list[Array]:
    if allow_singular and is_variable(nodes[2]):
        raise no_rule("multivariate_normal with respect to a singular cov", "pass allow_singular=False")
    return _pull(partial(_log_density, allow_singular=allow_singular), g, nodes, inputs)


rule(pdf, "normal.pdf", bind=_arguments, vjp_of_all=lambda g, y, nodes, *inputs, allow_singular:
     _of_log_density(g * y, nodes, inputs, allow_singular))
rule(logpdf, "normal.logpdf", bind=_arguments, vjp_of_all=lambda g, y, nodes, *inputs, allow_singular:
     _of_log_density(g, nodes, inputs, allow_singular))
rule(entropy, "normal.entropy", bind=lambda mean=None, cov=1.0: (_arguments(0.0, mean, cov)[0][1:], {}),
     vjp_of_all=lambda g, y, nodes, *inputs: _pull(_entropy, g, nodes, inputs))
