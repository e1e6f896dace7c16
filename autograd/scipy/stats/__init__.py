"""`scipy.stats`: the densities and distribution functions of the PyPI `autograd`'s distributions.

>>> from autograd import grad
>>> float(grad(norm.logpdf)(2.0))
-2.0
"""

from autograd.scipy.stats import beta, chi2, dirichlet, gamma, multivariate_normal, norm, poisson, t
from autograd.scipy.tools import rest_of, scipy

__getattr__, __dir__ = rest_of(scipy("stats"), globals())
__all__ = ["beta", "chi2", "dirichlet", "gamma", "multivariate_normal", "norm", "poisson", "t"]
