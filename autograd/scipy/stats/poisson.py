"""The Poisson distribution of mean mu: derivatives with respect to mu alone, for k is a whole number."""

import numpy as np

from autograd.rules.table import rule
from autograd.scipy.stats.families import method, share
from autograd.scipy.tools import unknown
from autograd.typing import Array

pmf, logpmf, cdf, sf = (
    method(name, "poisson", ["k", "mu", "loc"], {"loc": 0.0}) for name in ("pmf", "logpmf", "cdf", "sf"))


def _slope(y: Array, k: Array, mu: Array, loc: Array, known: Array) -> Array:
    """How log pmf changes with mu, where it is finite."""
    return np.where(known, share(k - loc, mu) - 1, 0)


for function, by_mu in (
    (pmf, lambda g, y, k, mu, loc: g * y * _slope(y, k, mu, loc, np.greater(y, 0))),
    (logpmf, lambda g, y, k, mu, loc: g * _slope(y, k, mu, loc, np.isfinite(y))),
    (cdf, lambda g, y, k, mu, loc: -g * pmf(np.floor(k), mu, loc)),
    (sf, lambda g, y, k, mu, loc: g * pmf(np.floor(k), mu, loc)),
):
    rule(function, function.__name__, unknown(function.__name__, "k"), by_mu, unknown(function.__name__, "loc"))
__all__ = ["cdf", "logpmf", "pmf", "sf"]
