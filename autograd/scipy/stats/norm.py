"""The normal distribution: mean `loc`, standard deviation `scale`."""

import math

from autograd.scipy.special import sp
from autograd.scipy.stats.families import METHODS, family

pdf, logpdf, cdf, logcdf, sf, logsf, ppf, isf = family(
    "norm", [], score=lambda z: -z, by_shape=[],
    hazard=lambda z: math.sqrt(2 / math.pi) / sp.erfcx(-math.sqrt(0.5) * z))
__all__ = [*METHODS]
