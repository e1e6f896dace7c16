"""The χ² distribution with df degrees of freedom."""

import math

import numpy as np

from autograd.scipy.special import sp
from autograd.scipy.stats.families import METHODS, family, share

pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf = family(
    "chi2", ["df"], score=lambda z, df: share(df / 2 - 1, z) - 0.5,
    by_shape=[lambda z, df: 0.5 * (np.log(z) - math.log(2) - sp.psi(df / 2))])
__all__ = [*METHODS]
