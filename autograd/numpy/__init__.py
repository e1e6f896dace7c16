"""NumPy under the name that code for the PyPI `autograd` imports: `import autograd.numpy as np`.

Nearly everything here is NumPy's own, for NumPy's functions record what is done to nodes. Only the functions that make
arrays are different: they also take (nested lists of) nodes, which plain `np.array` refuses, and so do the reductions.
"""

import sys
from typing import Any

import numpy as _np

from autograd.compat.arrays import FUNCTIONS
from autograd.numpy import linalg as linalg

globals().update(FUNCTIONS)
for _name in ("fft", "random"):  # import autograd.numpy.random as npr
    sys.modules[f"{__name__}.{_name}"] = getattr(_np, _name)


def __getattr__(name: str) -> Any:
    return getattr(_np, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(_np)})


__all__ = [*_np.__all__, "make_diagonal"]
