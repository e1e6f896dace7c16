"""`Tensor`: a NumPy array that remembers how it was made.

    >>> import numpy as np
    >>> w, x = Tensor([[1.0, -2.0]], name="w"), np.array([3.0, 4.0])
    >>> loss = np.sum((w @ x) ** 2)  # plain NumPy; an ndarray is a constant
    >>> loss.backward()
    >>> w.grad
    array([[-30., -40.]])

Its operators, and how NumPy's functions find it, are in protocols.py, for a Value has them too.
Read next: value.py, one number.
"""

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.complaints import describe, format_text, would_lose_gradient
from autograd.errors import ForeignObject, ModifiedInPlace, NotDifferentiable, ShapeError
from autograd.fast import speed_up
from autograd.graph import NO_SETTINGS, is_variable, next_order, raw
from autograd.memory import assign, numbers, shown
from autograd.methods import ArrayMethods, Size, flattened
from autograd.protocols import call
from autograd.record import NUMERIC, constant_node
from autograd.rules.elementwise import relu, sigmoid
from autograd.rules.indexing import scatter, update
from autograd.rules.shaping import astype
from autograd.trees import map_tree
from autograd.typing import Array, DTypeLike


class Tensor(ArrayMethods, holds=ndarray):
    """An array of numbers whose operations are recorded, so that derivatives can be computed.

    data           a number, nested lists, or an array (which is copied)
    requires_grad  True: a variable. False: a constant, which costs nothing
    name           shown in pictures and errors
    dtype          by default the data's own; integers and booleans that require a gradient become float64

    NumPy's functions, operators, methods and indexing work on it and are recorded.

    >>> import numpy as np
    >>> x = Tensor([1.0, 2.0], name="x")
    >>> y = np.exp(x).sum()
    >>> y.backward()
    >>> x.grad
    array([2.71828183, 7.3890561 ])
    """

    __slots__ = ()
    no_gradient = None

    def __init__(self, data: Any, requires_grad: bool = True, name: str | None = None, dtype: DTypeLike | None = None):
        if is_variable(data) and not data.is_leaf:
            raise would_lose_gradient(data, "Tensor(x)")
        array = np.array(raw(data), dtype=dtype)
        if array.dtype.kind not in NUMERIC:
            raise ForeignObject(f"a Tensor holds numbers, got {type(data).__name__} {data!r:.60} ({array.dtype})")
        if requires_grad and array.dtype.kind not in "fc":
            if dtype is not None:
                raise NotDifferentiable(f"a Tensor of {array.dtype} has no gradient: leave dtype out, or requires_grad")
            array = array.astype(np.float64)
        self.op, self.inputs, self.arrays, self.settings = None, (), (), NO_SETTINGS
        self._raw, self.grad, self.name = array, None, name
        self.scope, self.order, self.requires_grad = (), next_order(), requires_grad

    # -- data and gradient
    def _set_data(self, value: Any) -> None:
        if value is not self._raw:
            value = np.array(raw(value), self._raw.dtype)
        if value.shape != self._raw.shape:
            raise ShapeError(f"data of shape {value.shape} for {describe(self)}: the shape of a tensor does not change")
        assign(self, value)

    data = property(shown, _set_data, doc="""The numbers, an ndarray; of a result it is read-only.

    `t.data = a` and `t.data -= a` mark the tensor as changed. What is written into t.data otherwise counts for what is
    computed next; earlier results keep the numbers that they came from.""")

    def detach(self) -> "Tensor":
        """The same numbers, as a constant."""
        return constant_node(numbers(self))

    def item(self, *index: int) -> Any:
        """The one number in it (or the one at `index`), as a Python number."""
        return self._raw.item(*index)

    def tolist(self) -> Any:
        """The numbers, as nested lists."""
        return self._raw.tolist()

    def numpy(self) -> ndarray:
        """The numbers, an ndarray: the same as `.data`."""
        return self.data

    # -- the array interface
    shape = property(lambda self: self._raw.shape, doc="The lengths of the axes.")
    ndim = property(lambda self: self._raw.ndim, doc="The number of axes.")
    size = property(lambda self: Size(self._raw), doc="The number of elements; t.size() is the shape.")
    dtype = property(lambda self: self._raw.dtype, doc="NumPy's type of an element.")
    nbytes = property(lambda self: self._raw.nbytes, doc="The memory that the numbers take, in bytes.")
    T = property(lambda self: np.transpose(self), doc="The axes reversed.")
    mT = property(lambda self: np.matrix_transpose(self), doc="The last two axes exchanged.")
    real = property(lambda self: np.real(self), doc="The real part.")
    imag = property(lambda self: np.imag(self), doc="The imaginary part.")

    def reshape(self, *shape: Any, order: str = "C", copy: bool | None = None) -> "Tensor":
        """The same elements in another shape."""
        return call(np.reshape, (self, shape[0] if len(shape) == 1 else shape), {"order": order, "copy": copy})

    def transpose(self, *axes: Any) -> "Tensor":
        """The axes in another order; reversed if none is given."""
        order = axes[0] if len(axes) == 1 and (axes[0] is None or np.ndim(axes[0])) else axes
        return np.transpose(self, order if np.size(order) else None)  # type: ignore[return-value]

    def flatten(self, start_dim: int | str = 0, end_dim: int = -1, order: str = "C") -> Any:
        """All elements in one axis, or the axes from one to another in one; t.flatten("F") in Fortran's order."""
        return flattened(self, start_dim, end_dim, order)

    def astype(self, dtype: DTypeLike, **_: Any) -> Any:
        """The same numbers in another dtype; the gradient comes back in this tensor's own.

        Integers and booleans have no gradient: they come as a plain array, a constant.
        """
        return astype(self, dtype) if np.dtype(dtype).kind in "fc" else self._raw.astype(dtype)

    def relu(self) -> "Tensor":
        """max(x, 0), elementwise."""
        return relu(self)

    def sigmoid(self) -> "Tensor":
        """1 / (1 + exp(-x)), elementwise."""
        return sigmoid(self)

    def __pow__(self, exponent: Any) -> Any:
        return np.square(self) if type(exponent) is int and exponent == 2 else np.power(self, exponent)

    def __getitem__(self, index: Any) -> "Tensor":
        return call(operator.getitem, (self, index), {})

    def __len__(self) -> int:
        return len(self._raw)

    def __iter__(self) -> Iterator["Tensor"]:
        if not self._raw.ndim:
            raise TypeError("iteration over a 0-d tensor: it is one number, x.item()")
        return (self[i] for i in range(len(self._raw)))

    def __round__(self, digits: Any = 0) -> Array:
        return np.round(self._raw, digits)

    # -- instead of changes in place
    @property
    def at(self) -> "_At":
        """`t.at[i].set(v)` and `t.at[i].add(v)`: a new tensor that differs at `i`; `t[i] = v` is refused."""
        return _At(self)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise ModifiedInPlace(f"{describe(self)} can't be changed in place: a recorded result may need it. Write "
                              f"t = t.at[{index!r:.40}].set(value) for a changed copy (or .add)")

    def sort(self, *args: Any, **kwargs: Any) -> None:
        """Refused: it would change the tensor in place."""
        raise ModifiedInPlace("t.sort() would change a recorded tensor in place: use np.sort(t)")

    # -- as text, and as a file
    def __repr__(self) -> str:
        text = np.array2string(self._raw, separator=", ", prefix="Tensor(")
        if self._raw.dtype not in (np.float64, np.int64, np.bool_, np.complex128):
            text += f", dtype={self._raw.dtype}"
        if self.name:
            text += f", name={self.name!r}"
        if self.op:
            text += f", op={self.op.symbol!r}"
        elif not self.requires_grad:
            text += ", requires_grad=False"
        return f"Tensor({text})"

    def __format__(self, spec: str) -> str:
        return format(self._raw.item(), spec) if spec and self._raw.size == 1 else format_text(self, spec)

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise would_lose_gradient(self, "a copy or pickle")
        return Tensor, (self._raw, self.requires_grad, self.name), (None, {"grad": self.grad})


# each operator: the function whose row is used, and what computes it
speed_up(ndarray, {"add": (np.add, np.add), "sub": (np.subtract, np.subtract), "mul": (np.multiply, np.multiply),
                   "truediv": (np.divide, np.divide), "matmul": (np.matmul, np.matmul)})


class _At:
    """What `t.at` and `t.at[i]` are."""

    def __init__(self, target: Tensor, index: Any = ...):
        self._tensor, self._index = target, map_tree(raw, index)

    def __getitem__(self, index: Any) -> "_At":
        return _At(self._tensor, index)

    def set(self, value: Any) -> Tensor:
        """A copy of the tensor with `value` at the index; where the index repeats, the last one stays."""
        return update(self._tensor, value, self._index)

    def add(self, value: Any) -> Tensor:
        """A copy of the tensor with `value` added at the index; where the index repeats, all are added."""
        value = np.broadcast_to(value, self._tensor.data[self._index].shape)
        return self._tensor + scatter(value, self._index, self._tensor.shape)


def tensor(data: Any, dtype: DTypeLike | None = None, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A `Tensor` with PyTorch's defaults: a constant unless `requires_grad` is given.

    >>> tensor([1, 2, 3])
    Tensor([1, 2, 3], requires_grad=False)
    """
    return Tensor(data, requires_grad=requires_grad, name=name, dtype=dtype)
