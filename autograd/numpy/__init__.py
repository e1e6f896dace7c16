"""NumPy under the name that code for the PyPI `autograd` imports: `import autograd.numpy as np`.

Everything here is NumPy's own, for NumPy's functions record what is done to nodes. Only the functions that make
arrays are different: they also take (nested lists of) nodes, which plain `np.array` refuses.
"""

import sys
from typing import Any

import numpy as _np

from autograd.graph import Node, flat_nodes

for _name in ("fft", "linalg", "random"):  # import autograd.numpy.random as npr
    sys.modules[f"{__name__}.{_name}"] = getattr(_np, _name)


def __getattr__(name: str) -> Any:
    return getattr(_np, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(_np)})


def array(object: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.array`, of nodes too: they are stacked.

    >>> from autograd import grad
    >>> grad(lambda x: (array([x, 2 * x]) ** 2).sum())(1.0)
    10.0
    """
    if isinstance(object, (list, tuple)) and next(flat_nodes(object), None) is not None:
        stacked = _np.stack([array(part) for part in object])
    elif isinstance(object, Node):
        stacked = _np.copy(object)
    else:
        return _np.array(object, *args, **kwargs)
    dtype = kwargs.get("dtype", args[0] if args else None)
    return stacked if dtype is None else _np.astype(stacked, dtype)


def asarray(a: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.asarray`, of nodes too."""
    return a if isinstance(a, Node) and not args and not kwargs else array(a, *args, **kwargs)


def full(shape: Any, fill_value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """`np.full`, of a node too."""
    if isinstance(fill_value, Node):
        return _np.broadcast_to(fill_value, shape)
    return _np.full(shape, fill_value, dtype, **kwargs)
