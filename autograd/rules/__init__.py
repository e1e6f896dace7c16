"""The rules of differentiation, grouped as NumPy's reference groups its functions. `TABLE` holds all of them.

What is not a derivative is a room of its own: `derived` writes NumPy's other functions in terms of these, `constants`
lists those without a gradient, `scalars` has Python's functions for floats.
"""

from autograd.rules import constants, derived, einsum, elementwise, fourier, indexing, linalg, reductions, shaping
from autograd.rules.table import TABLE, Constant, Derived, Op, no_gradient, rule

__all__ = [
    "TABLE", "Constant", "Derived", "Op", "constants", "derived", "einsum", "elementwise", "fourier", "indexing",
    "linalg", "no_gradient", "reductions", "rule", "shaping",
]
