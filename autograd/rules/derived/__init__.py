"""NumPy in NumPy: functions that are written in terms of others, and so need no derivative of their own.

They are grouped as NumPy's reference groups them. Unlike a rule, they may look at the plain numbers in a node, and at
the kinds of their arguments.
"""

from autograd.rules.derived import apply, calculus, elementwise, fourier, indexing, linalg, reductions, shaping  # noqa: F401
