"""The Dirichlet distribution of concentrations alpha. x has them along its first axis, and may leave out the last."""

import numpy as np

from autograd.rules.calls import dispatching
from autograd.rules.table import rule
from autograd.scipy.special import sp
from autograd.scipy.stats.families import share
from autograd.scipy.tools import holds_nodes, rest_of, scipy
from autograd.typing import Array

dirichlet = scipy("stats").dirichlet
__getattr__, __dir__ = rest_of(dirichlet, globals())
__all__ = ["logpdf", "pdf"]


def _beside(alpha: Array, x: Array) -> Array:
    """alpha along the first axis of x."""
    return np.reshape(alpha, np.shape(alpha) + (1,) * (np.ndim(x) - 1))


@dispatching
def _logpdf(x: Array, alpha: Array) -> Array:
    return dirichlet.logpdf(x, alpha)


def _by_alpha(g: Array, y: Array, x: Array, alpha: Array) -> Array:
    each = g * (np.log(x) + _beside(sp.psi(np.sum(alpha)) - sp.psi(alpha), x))
    return np.sum(each, axis=tuple(range(1, np.ndim(x))))


rule(_logpdf, "dirichlet.logpdf", lambda g, y, x, alpha: g * share(_beside(alpha, x) - 1, x), _by_alpha)


def logpdf(x: Array, alpha: Array) -> Array:
    """The logarithm of the density."""
    if not holds_nodes((x, alpha)):
        return dirichlet.logpdf(x, alpha)
    if np.shape(x)[0] == np.shape(alpha)[0] - 1:
        x = np.concatenate([x, 1 - np.sum(x, axis=0, keepdims=True)])
    return _logpdf(x, alpha)


def pdf(x: Array, alpha: Array) -> Array:
    """The density."""
    return np.exp(logpdf(x, alpha)) if holds_nodes((x, alpha)) else dirichlet.pdf(x, alpha)
