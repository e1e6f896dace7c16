"""The gamma distribution of shape a."""

import numpy as np

from autograd.scipy.special import sp
from autograd.scipy.stats.families import METHODS, family, share

pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf = family(
    "gamma", ["a"], score=lambda z, a: share(a - 1, z) - 1, by_shape=[lambda z, a: np.log(z) - sp.psi(a)])
__all__ = [*METHODS]
