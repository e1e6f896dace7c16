"""The beta distribution of shapes a and b."""

import numpy as np

from autograd.scipy.special import sp
from autograd.scipy.stats.families import METHODS, family, share

pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf = family(
    "beta", ["a", "b"], score=lambda z, a, b: share(a - 1, z) - share(b - 1, 1 - z),
    by_shape=[lambda z, a, b: np.log(z) - sp.psi(a) + sp.psi(a + b),
              lambda z, a, b: np.log1p(-z) - sp.psi(b) + sp.psi(a + b)])
__all__ = [*METHODS]
