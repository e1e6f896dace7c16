"""The words of our signatures. An `Array` is whatever a rule may meet, for rules are written once for all three."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:  # they take long to import, and only type checkers and editors need them
    import numpy as np
    from numpy.typing import ArrayLike, DTypeLike
else:
    ArrayLike = DTypeLike = Any

Array: TypeAlias = Any  # a float, an ndarray, or a node that holds one of them
NodeLike: TypeAlias = Any  # whatever follows the protocol of `autograd.graph`: a Tensor, a Value, a node of your own
Tree: TypeAlias = Any  # nested lists, tuples, dicts and namedtuples, of arrays
Axis: TypeAlias = int | Sequence[int] | None  # as NumPy's reductions take it: None is all axes
Shape: TypeAlias = tuple[int, ...]
Settings: TypeAlias = Any  # the keywords of an operation, {"axis": 0}: a mapping that is not changed
Seed: TypeAlias = "np.random.Generator | int | None"  # what an rng= may be; None: another one each time
Function: TypeAlias = Callable[..., Any]

__all__ = ["Array", "ArrayLike", "Axis", "DTypeLike", "Function", "NodeLike", "Seed", "Settings", "Shape", "Tree"]
