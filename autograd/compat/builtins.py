"""Python's containers, `isinstance` and `type`, under the name that code for the PyPI `autograd` imports.

A list of nodes is a plain list here, so the containers are Python's own. `isinstance` and `type` look through a node
at its numbers, as they do there.
"""

import builtins
from typing import Any

import numpy as np

from autograd.graph import raw

__all__ = ["dict", "isinstance", "list", "tuple", "type"]

dict, list, tuple = builtins.dict, builtins.list, builtins.tuple


def isinstance(x: object, kinds: Any) -> bool:
    """Whether `x`, or what it holds if it is a node, is one of `kinds`; a single number counts as float and array.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> isinstance(Tensor([1.0]), np.ndarray), isinstance(Tensor(1.0), float), isinstance([1.0], (tuple, dict))
    (True, True, False)
    """
    seen, data = [x], raw(x)
    if data is not x:
        seen += [data] if np.ndim(data) else [data, np.asarray(data)[()]]
    return any(builtins.isinstance(part, kinds) for part in seen)


def type(x: object) -> Any:
    """The type of `x`, or of what it holds if it is a node.

    >>> from autograd import Tensor
    >>> type(Tensor([1.0])), type([Tensor(1.0)])
    (<class 'numpy.ndarray'>, <class 'list'>)
    """
    return builtins.type(raw(x))
