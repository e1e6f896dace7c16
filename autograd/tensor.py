"""`Tensor`: a NumPy array that remembers how it was made. `apply`: how every operation is recorded."""

import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from autograd.anomaly import check_forward, users_line
from autograd.backward import backward, contributions, sweep
from autograd.complaints import Failed, describe, mismatch, no_rule, would_lose_gradient
from autograd.errors import (
    ConversionError,
    ForeignObject,
    ModifiedInPlace,
    NoRule,
    NotDifferentiable,
    ShapeError,
)
from autograd.graph import NO_SETTINGS, Node, flat_nodes, last_stamp, next_order, raw
from autograd.rules import TABLE, Constant, Derived, Op
from autograd.rules.elementwise import relu, sigmoid
from autograd.rules.indexing import scatter, update
from autograd.rules.shaping import astype
from autograd.rules.table import name_of
from autograd.thread import thread

_new, ndarray = object.__new__, np.ndarray
_NUMERIC = frozenset("biufc")


# ---- recording ------------------------------------------------------------------------------------------------------
def apply(op: Op, inputs: tuple[Any, ...], settings: Any = NO_SETTINGS) -> Any:
    """Compute `op` of `inputs`, and record it if one of them is a variable.

    The result is a Value if every input is a Value or a number and the result is one real number; otherwise a
    Tensor, or a tuple of them.
    """
    args, live, plain = [], False, True
    kind: Any = None
    for x in inputs:
        if type(x) is Tensor:
            args.append(x._data)
            live = live or x.requires_grad
            kind = Tensor
        elif isinstance(x, Node):
            args.append(x._data)
            live = live or x.requires_grad
            kind = Tensor if kind is Tensor else type(x)
        else:
            plain = plain and (x.dtype.kind in _NUMERIC if type(x) is ndarray else type(x) in _PLAIN)
            args.append(x)
    if not plain:
        inputs = tuple([x if isinstance(x, Node) else as_constant(x) for x in inputs])
        args = [raw(x) for x in inputs]
    if kind is Tensor or kind is None:
        kind = Tensor
        try:
            data = op.forward(*args, **settings) if settings else op.forward(*args)
        except (ValueError, TypeError) as error:
            raise _explained(error, op, inputs, settings) from None
    else:
        data = _compute_scalar(op, args, settings, inputs)
        if type(data) is float:
            if np.ndarray in map(type, inputs):
                inputs = tuple([x if isinstance(x, Node) else float(x) for x in inputs])
                args = list(map(float, args))
        else:
            kind = Tensor
    if kind is Tensor and type(data) is not ndarray and not op.outputs:
        data = np.asarray(data)
    if live and thread.plain and not op.outputs:
        return node_of(kind, op, inputs, args, data, settings)
    return _unusual(kind, op, inputs, args, settings, data, live)


def _unusual(kind: Any, op: Op, inputs: Any, args: Any, settings: Any, data: Any, live: bool) -> Any:
    """What `apply` gives where nothing is recorded, where anomalies are looked for, and of several outputs."""
    if thread.anomaly:
        check_forward(data, op, inputs)
    if not (live and thread.recording):
        rest: Any = (None, (), (), NO_SETTINGS)
    else:
        rest = (op, inputs, args, settings)
    nodes = []
    for i, part in enumerate(data if op.outputs else [data]):
        made_by, inputs, args, settings = rest
        node = node_of(kind, made_by and (op.outputs[i] if op.outputs else op), inputs, args,
                       np.asarray(part) if kind is Tensor else part, settings)
        node.requires_grad = made_by is not None
        if op.outputs:
            node.all_outputs = data
        if thread.anomaly:
            node.made_at = users_line()
        nodes.append(node)
    if not op.outputs:
        return nodes[0]
    return type(data)(*nodes) if hasattr(data, "_fields") else tuple(nodes)


def node_of(kind: Any, op: Any, inputs: Any, args: Any, data: Any, settings: Any = NO_SETTINGS) -> Any:
    """The node of class `kind` that holds `data`, what `op` gave for `inputs`, whose numbers are `args` (or None).

    Nothing is computed or checked here: that is for `apply`, and for code that has done it already.
    """
    node = _new(kind)
    node.op = op
    node.inputs = inputs
    node.arrays = args
    node.settings = settings
    node._data = data
    node.grad = kind.no_gradient
    node.name = None
    node.scope = thread.scope
    node.order = next_order()
    node.requires_grad = True
    return node


def _compute_scalar(op: Op, args: list[Any], settings: Any, inputs: tuple[Any, ...]) -> Any:
    """What `op` gives for Values and constants: a float where one real number comes out."""
    if op.scalar is not None and not settings and set(map(type, args)) <= _FLOATS:
        try:
            found = op.scalar(*args)
            if type(found) is float:
                return found
        except (ArithmeticError, ValueError):
            pass  # where Python's floats raise, NumPy gives inf or nan, and a warning
        args = [float(x) for x in args]
    try:
        data = op.forward(*args, **settings)
    except (ValueError, TypeError) as error:
        raise _explained(error, op, inputs, settings) from None
    return float(data) if np.ndim(data) == 0 and np.asarray(data).dtype.kind in "fiub" else data


def _explained(error: Exception, op: Op, inputs: tuple[Any, ...], settings: Any) -> Exception:
    """The error of a failed computation, with the shapes and the next step."""
    for x in inputs:
        if isinstance(x, np.ndarray):
            as_constant(x)  # which refuses what has no place in a graph
    if type(error) is ValueError:
        error = ShapeError(mismatch(op, inputs, settings, error))
        shapes = " and ".join(str(np.shape(raw(x))) for x in inputs)
        error.graph = Failed(op, inputs, settings, f"shapes do not fit: {shapes}")
        return error
    error.graph = Failed(op, inputs, settings, str(error))  # type: ignore[attr-defined]
    error.add_note(f"in {op.name} of {', '.join(map(describe, inputs))}")  # LinAlgError, AxisError: as they are
    return error


_FLOATS = {float, int}
_PLAIN = {float, int}  # constants that are what they seem
_PLAIN |= {bool, complex, *(np.dtype(c).type for c in "?bhilqBHILQefdFD")}


def as_constant(x: Any) -> Any:
    """A non-node that met a node, as a number or an ndarray; what has no place in a graph is refused."""
    if isinstance(x, (bool, int, float, complex)):
        return x
    if type(x) is not np.ndarray and not isinstance(x, np.generic):
        if isinstance(x, (np.ma.MaskedArray, np.matrix)):
            raise ForeignObject(f"a {type(x).__name__} would lose its meaning in a graph: pass np.asarray(x)")
        if not (isinstance(x, (list, tuple, range, np.ndarray)) or hasattr(x, "__array__")):
            raise ForeignObject(f"a node can't meet a {type(x).__name__}, {x!r:.60}: pass a number or an array")
        x = np.asarray(x)
    if x.dtype.kind not in _NUMERIC:
        raise ForeignObject(
            f"a node can't be combined with an array of dtype {x.dtype}: pass numbers, for instance x.astype(float); "
            "nodes are joined into one array by np.stack"
        )
    return x


def call(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run a NumPy function on arguments of which one is a node, by its row in the table."""
    row = TABLE.get(function)
    if "out" in kwargs:
        kwargs = dict(kwargs)
        out = kwargs.pop("out")
        if any(x is not None for x in (out if isinstance(out, tuple) else (out,))):
            raise ConversionError(f"{name_of(function)} can't write a node into out=: use the result it returns")
    if type(row) is Op:
        inputs, settings = row.bind(args, kwargs)
        return apply(row, inputs, _plain_settings(row, settings))
    if isinstance(row, Derived):
        return row.definition(*args, **kwargs)
    if row is None and any(x.requires_grad for x in flat_nodes((*args, *kwargs.values()))):
        raise NoRule(
            f"{name_of(function)} has no derivative in the table. Give it one with "
            f"autograd.extend.defvjp({name_of(function)}, lambda y, x: lambda g: ...), write it in terms of other "
            "functions, or pass x.data to use the numbers as a constant"
        )
    result = function(*map(_plain, args), **{k: _plain(v) for k, v in kwargs.items()})
    return result if isinstance(row, Constant) or not isinstance(result, np.ndarray) else Tensor(result, False)


def _plain(x: Any) -> Any:
    """`x` with every node in it, and in its lists and tuples, replaced by its data."""
    if isinstance(x, Node):
        return x._data
    if type(x) in (list, tuple):
        return type(x)([_plain(part) for part in x])
    return x


def _plain_settings(row: Op, settings: Any) -> Any:
    if not settings:
        return NO_SETTINGS
    for name, value in settings.items():
        for node in flat_nodes([value]):
            if node.requires_grad:
                raise NoRule(
                    f"{row.name} has no derivative with respect to its argument {name!r}, which is {describe(node)}. "
                    f"Pass its .data to use the numbers as a constant"
                )
    return {name: _plain(value) for name, value in settings.items()}


_REDUCE = {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min}
_ACCUMULATE = {np.add: np.cumsum, np.multiply: np.cumprod}


def call_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """NumPy's protocol for ufuncs: the call itself, and the methods that are other functions in disguise."""
    if method == "__call__":
        if kwargs.pop("where", True) is not True:
            raise no_rule(f"{ufunc.__name__} with where=", "use np.where: the elements left out would be undefined")
        return call(ufunc, inputs, {k: v for k, v in kwargs.items() if k not in ("order", "subok")})
    if method == "reduce" and ufunc in _REDUCE:
        return call(_REDUCE[ufunc], inputs[:1], {"axis": inputs[1] if len(inputs) > 1 else 0, **kwargs})
    if method == "accumulate" and ufunc in _ACCUMULATE:
        return call(_ACCUMULATE[ufunc], inputs[:1], {"axis": inputs[1] if len(inputs) > 1 else 0, **kwargs})
    if method == "outer":
        a, b = inputs
        return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b, **kwargs)
    if isinstance(TABLE.get(ufunc), Constant) and method != "at":
        return getattr(ufunc, method)(*map(_plain, inputs), **kwargs)
    raise no_rule(f"numpy.{ufunc.__name__}.{method}")


# ---- the class ------------------------------------------------------------------------------------------------------
class _Comparison(np.ndarray):
    """What `a == b` gives for two tensors: elementwise as an array, but its truth is whether they are one node.

    So `np.where(x == np.max(x), …)` is what NumPy users expect, and nodes live in lists, sets and dicts all the same.
    """

    truth: bool | None = None  # of what is computed from a comparison there is no such answer

    def __bool__(self) -> bool:
        return super().__bool__() if self.truth is None else self.truth


def _compared(compare: Any, a: Node, b: Any, truth: bool) -> Any:
    if b is None or (isinstance(b, Node) and type(a._data) is type(b._data) is float):
        return truth
    if not isinstance(b, Node):
        return compare(a._data, b) if isinstance(a._data, np.ndarray) or np.ndim(b) else bool(compare(a._data, b))
    try:
        found = np.asarray(compare(a._data, b._data)).view(_Comparison)
    except ValueError:  # shapes that do not fit
        return truth
    found.truth = truth
    return found


class Recorded(Node):
    """What a Tensor and a Value share: NumPy's two protocols, comparisons, conversions that would lose a gradient."""

    __slots__ = ()
    __array_priority__ = 1000.0

    def backward(self, gradient: Any = None, retain_grads: bool = False) -> None:
        """Add the derivative of this node with respect to every leaf it depends on to that leaf's `.grad`.

        gradient      what to start from; needed where it is not one number, an array of its shape
        retain_grads  give every node on the way its `.grad` too

        Raises NotScalar without a seed where one is needed, SeedError if its shape is wrong, ModifiedInPlace if an
        input was changed since it was used, NotAVariable if there is nothing to differentiate.
        """
        backward(self, gradient, retain_grads)

    def pull(self, g: Any) -> list[Any]:
        """What each input receives if the gradient `g` arrives at this node: upstream × local; None where none flows.

        >>> a, b = Tensor(2.0), Tensor(3.0)
        >>> (a * b).pull(1.0)
        [array(3.), array(2.)]
        """
        return contributions(self, g)

    @staticmethod
    def push_back(grads: dict[Any, Any], keep: set[Any]) -> None:
        """Add to `grads`, which holds those of the results, the gradients of the nodes in `keep` and of all leaves."""
        sweep(grads, keep=keep)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        row = TABLE.get(ufunc)
        if type(row) is Op and not kwargs and method == "__call__":
            return apply(row, inputs)
        return call_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if not all(issubclass(kind, (Node, np.ndarray)) for kind in types):
            return NotImplemented
        return call(function, args, kwargs)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array(self._as_number("np.array(x) or np.asarray(x)"), dtype=dtype, copy=copy)

    def __float__(self) -> float:
        return float(self._as_number("float(x)"))

    def __int__(self) -> int:
        return int(self._as_number("int(x)"))

    def __complex__(self) -> complex:
        return complex(self._as_number("complex(x)"))

    def __index__(self) -> int:
        return operator.index(self._as_number("an index made"))

    def _as_number(self, what: str) -> Any:
        if self.requires_grad:
            raise would_lose_gradient(self, what)
        return self._data

    _value = property(lambda self: self._data)  # what the PyPI autograd's users print

    def __bool__(self) -> bool:
        return bool(self._data)

    def __eq__(self, other: Any) -> Any:
        return _compared(np.equal, self, other, self is other)

    def __ne__(self, other: Any) -> Any:
        return _compared(np.not_equal, self, other, self is not other)

    __hash__ = Node.__hash__

    def __lt__(self, other: Any) -> Any:
        return self._data < raw(other)

    def __le__(self, other: Any) -> Any:
        return self._data <= raw(other)

    def __gt__(self, other: Any) -> Any:
        return self._data > raw(other)

    def __ge__(self, other: Any) -> Any:
        return self._data >= raw(other)


class Tensor(Recorded):
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

    def __init__(self, data: Any, requires_grad: bool = True, name: str | None = None, dtype: Any = None):
        if isinstance(data, Node) and data.requires_grad and not data.is_leaf:
            raise would_lose_gradient(data, "Tensor(x)")
        array = np.array(raw(data), dtype=dtype)
        if array.dtype.kind not in _NUMERIC:
            raise ForeignObject(f"a Tensor holds numbers, got {type(data).__name__} {data!r:.60} ({array.dtype})")
        if requires_grad and array.dtype.kind not in "fc":
            if dtype is not None:
                raise NotDifferentiable(f"a Tensor of {array.dtype} has no gradient: leave dtype out, or requires_grad")
            array = array.astype(np.float64)
        self.op, self.inputs, self.arrays, self.settings = None, (), (), NO_SETTINGS
        self._data, self.grad, self.name = array, None, name
        self.scope, self.order, self.requires_grad = (), next_order(), requires_grad

    # -- data and gradient
    @property
    def data(self) -> Any:
        """The numbers, an ndarray. Assigning to it (`t.data = a`, `t.data -= a`) marks the tensor as changed."""
        return self._data

    @data.setter
    def data(self, value: Any) -> None:
        value = np.asarray(raw(value), self._data.dtype)
        if value.shape != self._data.shape:
            raise ShapeError(f"data of shape {value.shape} for {describe(self)}: the shape of a tensor does not change")
        self._data = value
        stamp(self)

    def zero_grad(self) -> None:
        """Forget the gradient."""
        self.grad = None

    def detach(self) -> "Tensor":
        """The same numbers, as a constant."""
        node = node_of(Tensor, None, (), (), self._data)
        node.requires_grad = False
        return node

    def item(self, *index: int) -> Any:
        """The one number in it (or the one at `index`), as a Python number."""
        return self._data.item(*index)

    def tolist(self) -> Any:
        """The numbers, as nested lists."""
        return self._data.tolist()

    def numpy(self) -> Any:
        """The numbers, an ndarray: the same as `.data`."""
        return self._data

    # -- the array interface
    shape = property(lambda self: self._data.shape, doc="The lengths of the axes.")
    ndim = property(lambda self: self._data.ndim, doc="The number of axes.")
    size = property(lambda self: self._data.size, doc="The number of elements.")
    dtype = property(lambda self: self._data.dtype, doc="NumPy's type of an element.")
    nbytes = property(lambda self: self._data.nbytes, doc="The memory that the numbers take, in bytes.")
    itemsize = property(lambda self: self._data.itemsize, doc="The memory of one element, in bytes.")
    T = property(lambda self: np.transpose(self), doc="The axes reversed.")
    mT = property(lambda self: np.matrix_transpose(self), doc="The last two axes exchanged.")
    real = property(lambda self: np.real(self), doc="The real part.")
    imag = property(lambda self: np.imag(self), doc="The imaginary part.")

    def reshape(self, *shape: Any, order: str = "C") -> "Tensor":
        """The same elements in another shape."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, order=order)  # type: ignore[call-overload]

    def transpose(self, *axes: Any) -> "Tensor":
        """The axes in another order; reversed if none is given."""
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return np.transpose(self, order or None)  # type: ignore[return-value]

    def flatten(self, order: str = "C") -> "Tensor":
        """All elements in one axis."""
        return np.reshape(self, -1, order=order)  # type: ignore[call-overload]

    def astype(self, dtype: Any, **_: Any) -> "Tensor":
        """The same numbers in another dtype; the gradient comes back in this tensor's own.

        Integers and booleans have no gradient: they come as a plain array, a constant.
        """
        if np.dtype(dtype).kind not in "fc":
            return self._data.astype(dtype)
        return astype(self, dtype)

    def sort(self, *args: Any, **kwargs: Any) -> None:
        """Refused: it would change the tensor in place."""
        raise ModifiedInPlace("t.sort() would change a recorded tensor in place: use np.sort(t)")

    @property
    def at(self) -> "_At":
        """`t.at[i].set(v)` and `t.at[i].add(v)`: a new tensor that differs at `i`, in place of `t[i] = v`."""
        return _At(self)

    def relu(self) -> "Tensor":
        """max(x, 0), elementwise."""
        return relu(self)

    def sigmoid(self) -> "Tensor":
        """1 / (1 + exp(-x)), elementwise."""
        return sigmoid(self)

    def __getitem__(self, index: Any) -> "Tensor":
        return call(operator.getitem, (self, index), {})

    def __setitem__(self, index: Any, value: Any) -> None:
        raise ModifiedInPlace(
            f"{describe(self)} can't be changed in place: a recorded result may need it. Write "
            f"t = t.at[{index!r:.40}].set(value) for a changed copy (or .add)"
        )

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator["Tensor"]:
        if not self._data.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return (self[i] for i in range(len(self._data)))

    def __round__(self, digits: int = 0) -> Any:
        return np.round(self._data, digits)

    def __pow__(self, exponent: Any) -> Any:
        if type(exponent) is int and exponent == 2:
            return apply(_SQUARE, (self,))
        return apply(_POWER, (self, exponent))

    def __rpow__(self, base: Any) -> Any:
        return apply(_POWER, (base, self))

    def __repr__(self) -> str:
        text = np.array2string(self._data, separator=", ", prefix="Tensor(")
        if self._data.dtype not in (np.float64, np.int64, np.bool_, np.complex128):
            text += f", dtype={self._data.dtype}"
        if self.name:
            text += f", name={self.name!r}"
        if self.op:
            text += f", op={self.op.symbol!r}"
        elif not self.requires_grad:
            text += ", requires_grad=False"
        return f"Tensor({text})"

    def __format__(self, spec: str) -> str:
        return format(self._data.item(), spec) if spec and self._data.size == 1 else format(str(self), spec)

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise would_lose_gradient(self, "a copy or pickle")
        return Tensor, (self._data, self.requires_grad, self.name)


def tensor(data: Any, dtype: Any = None, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A `Tensor` with PyTorch's defaults: a constant unless `requires_grad` is given.

    >>> tensor([1, 2, 3])
    Tensor([1, 2, 3], requires_grad=False)
    """
    return Tensor(data, requires_grad=requires_grad, name=name, dtype=dtype)


def stamp(node: Node) -> None:
    """Mark a node's data as changed: what was computed from the old data can't be differentiated any more."""
    last_stamp[0] = node.order = next_order()
    if node.op is not None:
        node.op = _Overwritten(node.op)


def replace_data(nodes: Iterable[Node], arrays: Iterable[Any]) -> None:
    """`node.data = array` for each, for arrays that are known to have the right shapes and dtypes."""
    last_stamp[0] = next_order()
    for node, array in zip(nodes, arrays):  # noqa: B905 (strict=True takes as long as the loop)
        node._data = array
        node.order = next_order()


class _Overwritten:
    """The op of a node whose result was overwritten: it keeps its looks, and refuses to differentiate."""

    def __init__(self, op: Op):
        self._op = op

    def __getattr__(self, name: str) -> Any:
        return getattr(self._op, name)

    def vjp_of_all(self, *_: Any, **__: Any) -> Any:
        raise ModifiedInPlace(
            f"the result of {self._op.name!r} was overwritten (x.data = …), so its derivative would be that of other "
            "numbers. Change leaves only, or make a new Tensor of the data"
        )


class _At:
    """What `t.at` and `t.at[i]` are."""

    __slots__ = ("_index", "_tensor")

    def __init__(self, target: Tensor, index: Any = ...):
        self._tensor, self._index = target, index

    def __getitem__(self, index: Any) -> "_At":
        return _At(self._tensor, index)

    def set(self, value: Any) -> Tensor:
        """A copy of the tensor with `value` at the index; where the index repeats, the last one stays."""
        return update(self._tensor, value, _plain(self._index))

    def add(self, value: Any) -> Tensor:
        """A copy of the tensor with `value` added at the index; where the index repeats, all are added."""
        index = _plain(self._index)
        value = np.broadcast_to(value, self._tensor._data[index].shape)
        return self._tensor + scatter(value, index, self._tensor.shape)


# ---- operators ------------------------------------------------------------------------------------------------------
def _operators(ufunc: np.ufunc) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The method for `tensor ∘ other` and for `other ∘ tensor`: the short way for what is most frequent."""
    op: Any = TABLE[ufunc]

    def forward(self: Any, other: Any) -> Any:
        kind = type(other)
        if kind is Tensor:
            right, live = other._data, self.requires_grad or other.requires_grad
        elif kind is float or kind is int or (kind is np.ndarray and other.dtype.kind in _NUMERIC):
            right, live = other, self.requires_grad
        else:
            return apply(op, (self, other))
        if not (live and thread.plain):
            return apply(op, (self, other))
        try:
            data = ufunc(self._data, right)
        except ValueError:
            return apply(op, (self, other))  # which says what is wrong
        return node_of(
            Tensor, op, (self, other), None, data if type(data) is np.ndarray else np.asarray(data)
        )

    def reflected(self: Any, other: Any) -> Any:
        kind = type(other)
        if (kind is float or kind is int) and self.requires_grad and thread.plain:
            return node_of(
                Tensor, op, (other, self), None, np.asarray(ufunc(other, self._data))
            )
        return apply(op, (other, self))

    return forward, reflected


_SQUARE: Any = TABLE[np.square]
_POWER: Any = TABLE[np.power]

for _name, _ufunc in {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide, "matmul": np.matmul,
}.items():
    _forward, _reflected = _operators(_ufunc)
    setattr(Tensor, f"__{_name}__", _forward)
    setattr(Tensor, f"__r{_name}__", _reflected)


def _method(function: Any, reflected: bool = False) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return call(function, (args[0], self) if reflected else (self, *args), kwargs)

    method.__name__ = method.__qualname__ = getattr(function, "__name__", "method")
    method.__doc__ = f"`np.{method.__name__}` of this tensor."
    return method


for _name, _function in {
    "__neg__": np.negative, "__pos__": np.positive, "__abs__": np.absolute,
    "__mod__": np.remainder, "__floordiv__": np.floor_divide, "__divmod__": np.divmod,
    "conjugate": np.conjugate, "round": np.round,
}.items():
    setattr(Tensor, _name, _method(_function))
for _name, _function in {
    "__rmod__": np.remainder, "__rfloordiv__": np.floor_divide, "__rdivmod__": np.divmod,
}.items():
    setattr(Tensor, _name, _method(_function, reflected=True))
for _name in (
    "all", "any", "argmax", "argmin", "argpartition", "argsort", "choose", "clip", "compress", "conj", "copy",
    "cumprod", "cumsum", "diagonal", "dot", "max", "mean", "min", "nonzero", "prod", "ptp", "ravel", "repeat",
    "searchsorted", "squeeze", "std", "sum", "swapaxes", "take", "trace", "var", "exp", "log", "tanh", "sin", "cos",
    "sqrt", "abs",
):
    setattr(Tensor, _name, _method(getattr(np, _name)))
