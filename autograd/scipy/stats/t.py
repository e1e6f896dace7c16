"""Student's t distribution with df degrees of freedom."""

import numpy as np

from autograd.scipy.special import sp
from autograd.scipy.stats.families import METHODS, family
from autograd.typing import Array


def _by_df(z: Array, df: Array) -> Array:
    square = z * z / df
    bent = (square * (df + 1) / (square + 1) - 1) / df
    return 0.5 * (sp.psi((df + 1) / 2) - sp.psi(df / 2) - np.log1p(square) + bent)


pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf = family(
    "t", ["df"], score=lambda z, df: -z * (df + 1) / (df + z * z), by_shape=[_by_df])
__all__ = [*METHODS]
