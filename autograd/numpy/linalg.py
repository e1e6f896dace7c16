"""`numpy.linalg`; its `norm` takes lists of nodes too."""

from typing import Any

import numpy as _np

from autograd.compat.arrays import of_lists

norm = of_lists(_np.linalg.norm)
T, _dot = _np.linalg.matrix_transpose, _np.matmul  # which some import from there


def __getattr__(name: str) -> Any:
    return getattr(_np.linalg, name)


__all__ = [*_np.linalg.__all__]
