"""NumPy in NumPy: functions that are written in terms of others, and so need no derivative of their own.

Grouped as NumPy's reference groups them. What these may not do is compute a derivative: that is a rule, one floor up.
"""

from autograd.rules.derived import (
    calculus,
    creation,
    elementwise,
    fourier,
    indexing,
    joining,
    linalg,
    padding,
    reductions,
    shaping,
    statistics,
)

__all__ = [
    "calculus", "creation", "elementwise", "fourier", "indexing", "joining", "linalg", "padding", "reductions",
    "shaping", "statistics",
]
