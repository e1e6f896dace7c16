"""The rules of differentiation, grouped as NumPy's reference groups its functions. `TABLE` holds all of them."""

from autograd.rules import elementwise, fourier, indexing, linalg, reductions, shaping
from autograd.rules.table import TABLE, Constant, Derived, Op, derived, no_gradient, rule

__all__ = [
    "TABLE", "Constant", "Derived", "Op", "derived", "elementwise", "fourier", "indexing", "linalg",
    "no_gradient", "reductions", "rule", "shaping",
]
