"""How operators and NumPy's functions find us: `Recorded`, which Tensor and Value are kinds of.

`a * b` and `np.exp(a)` look up their row in the table, and end in `record.apply`. A function that is derived, or has
no gradient by nature, runs as its row says. All others are refused.
"""

import copy
import functools
import inspect
import itertools
import math
import operator
import sys
from typing import Any

import numpy as np

from autograd.backward import HookHandle, backward, pull, push_back, register_hook
from autograd.complaints import describe, no_attribute, no_rule, scipys, would_lose_gradient
from autograd.errors import ConversionError, ForeignObject, ModifiedInPlace, NoRule, NotDifferentiable
from autograd.graph import Node, nodes_in, raw
from autograd.memory import kept
from autograd.record import HOLDERS, NUMERIC, apply
from autograd.rules import TABLE, Constant, Derived, Op
from autograd.rules.calls import bind, name_of
from autograd.rules.shaping import astype
from autograd.trees import map_tree
from autograd.typing import Array, Function, Settings


# ---- a call of a NumPy function --------------------------------------------------------------------------------------
def call(function: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run a NumPy function on arguments of which one is a node, by its row in the table."""
    row = TABLE.get(function)
    out = kwargs.get("out")
    if out is None and len(args) > 2 and type(row) is not Constant:  # or by its place
        out = args[place] if (place := _place_of_out(function)) < len(args) else None
    if out is not None and not (isinstance(out, tuple) and all(x is None for x in out)):
        raise ConversionError(f"{name_of(function)} can't write a node into out=: use the result it returns")
    if "out" in kwargs:
        kwargs = {name: value for name, value in kwargs.items() if name != "out"}
    if type(row) is Op:
        inputs, settings = bind(row, args, kwargs)
        return apply(_leaving_out(row) if "where" in settings else row, inputs, _plain_settings(row, settings))
    if isinstance(row, Derived):
        return row.definition(*args, **kwargs)
    if row is None and any(x.requires_grad for x in nodes_in((args, kwargs))):
        raise NoRule(
            f"{name_of(function)} has no derivative in the table. {scipys(function)}Give it one with "
            f"autograd.extend.defvjp({name_of(function)}, lambda y, x: lambda g: ...), write it in terms of other "
            "functions, or pass x.data to use the numbers as a constant"
        )
    result = function(*map_tree(raw, args), **map_tree(raw, kwargs))
    if isinstance(row, Constant) or not isinstance(result, np.ndarray):
        return result
    return HOLDERS[np.ndarray](result, False)


@functools.cache
def _place_of_out(function: Function) -> int:
    """Which of a call's arguments is `out`; a large number if none is."""
    try:
        known = inspect.signature(function).parameters.values()
        names = [p.name for p in known if p.kind <= p.POSITIONAL_OR_KEYWORD]
    except (TypeError, ValueError):  # written in C
        names = ["", "", "out"] if function in (np.dot, np.concatenate) else []
    return names.index("out") if "out" in names else sys.maxsize


@functools.cache
def _leaving_out(row: Op) -> Op:
    """The row of a reduction with where=, which leaves elements out: see careful.py."""
    row = copy.copy(row)
    row.risky = True
    return row


_CONTAINERS = itertools.repeat((Node, np.ndarray, list, tuple, dict))  # what may be, or hold, a node or an array


def _plain_settings(row: Op, settings: Settings) -> Settings:
    if not any(map(isinstance, settings.values(), _CONTAINERS)):  # the most frequent
        return settings
    for name, value in settings.items():
        for node in nodes_in(value):
            if node.requires_grad:
                raise NoRule(
                    f"{row.name} has no derivative with respect to its argument {name!r}, which is {describe(node)}. "
                    f"Pass its .data to use the numbers as a constant"
                )
    return map_tree(lambda x: kept(raw(x)), dict(settings))


_DISGUISED: dict[str, dict[Any, Function]] = {
    "reduce": {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min},
    "accumulate": {np.add: np.cumsum, np.multiply: np.cumprod},
}


def call_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """NumPy's protocol for ufuncs: the call itself, and the methods that are other functions in disguise."""
    if method == "__call__":
        return _call_with_settings(ufunc, inputs, **kwargs)
    if method == "at":
        raise ModifiedInPlace(f"np.{ufunc.__name__}.at writes into its array: use t = t.at[i].add(v), or .set(v)")
    if ufunc in _DISGUISED.get(method, ()):
        if kwargs.get("dtype", ...) is None:
            del kwargs["dtype"]
        return call(_DISGUISED[method][ufunc], inputs[:1], {"axis": inputs[1] if len(inputs) > 1 else 0, **kwargs})
    if method == "reduceat" and ufunc in _DISGUISED["reduce"]:
        return _reduceat(ufunc, *inputs, **kwargs)
    if method == "outer":
        a, b = map(_array_or_node, inputs)
        return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b, **kwargs)
    if isinstance(TABLE.get(ufunc), Constant):
        return getattr(ufunc, method)(*map_tree(raw, inputs), **kwargs)
    raise no_rule(f"numpy.{ufunc.__name__}.{method}")


def _array_or_node(x: Any) -> Any:
    return x if isinstance(x, Node) else np.asarray(x)


# where a function is defined and smooth; most of them are at 1
_INSIDE: dict[np.ufunc, int] = {np.arcsin: 0, np.arccos: 0, np.arctanh: 0, np.arccosh: 2}


def _call_with_settings(ufunc: np.ufunc, inputs: tuple[Any, ...], *, where: Any = True, order: str = "K",
                        subok: bool = True, **settings: Any) -> Any:
    """A ufunc's call in terms of one without settings, so that no rule need know them.

    where      what it leaves out is 0 in the result, and has no gradient; NumPy gives whatever stood in the memory
    dtype, …   the inputs are converted to what the ufunc's loop takes, and it runs on them
    """
    if where is not True:
        mask = np.asarray(raw(where), bool)
        if mask.ndim == 0 and mask:
            return _call_with_settings(ufunc, inputs, **settings)
        if mask.ndim == 0:
            raise no_rule(f"{ufunc.__name__} with where=False", "use np.where: what is left out would be undefined")
        inside = _INSIDE.get(ufunc, 1)  # so that nothing is computed, or warned of, where the mask is False
        inputs = tuple(np.where(mask, x, raw(x).dtype.type(inside)) if isinstance(raw(x), np.ndarray) else x
                       for x in inputs)
        return map_tree(lambda y: np.where(mask, y, np.zeros((), np.asarray(raw(y)).dtype)), ufunc(*inputs, **settings))
    row = TABLE.get(ufunc)
    choice = {name: settings.pop(name) for name in ("dtype", "signature", "sig", "casting") if name in settings}
    if isinstance(row, Constant):
        return call(ufunc, inputs, choice | settings)
    if isinstance(row, Derived) and ufunc.signature is not None and "dtype" in choice:
        settings["dtype"] = choice["dtype"]  # matvec and its kin take it themselves
    elif choice:
        plain = [raw(x) if type(raw(x)) in (bool, int, float, complex) else np.empty(0, np.asarray(raw(x)).dtype)
                 for x in inputs]
        found = ufunc(*plain, **choice)  # NumPy says what it chooses, or what is wrong
        dtype = (found[0] if ufunc.nout > 1 else found).dtype
        if dtype.kind not in NUMERIC:
            raise ForeignObject(f"{ufunc.__name__} with dtype={dtype} would make objects of nodes: leave dtype out")
        if dtype.kind not in "fc":
            return ufunc(*map(raw, inputs), **choice, **settings)
        if ufunc is np.absolute and any(map(np.iscomplexobj, plain)):
            raise no_rule(f"absolute of complex numbers with {', '.join(choice)}", "convert its result with astype")
        inputs = tuple(astype(x, dtype) if i == 0 or ufunc is not np.ldexp else x for i, x in enumerate(inputs))
    if type(row) is Op and settings.keys() - {"out"}:
        raise no_rule(f"{ufunc.__name__} with {', '.join(settings)}", "move or cut its axes before")
    return call(ufunc, inputs, settings)


def _reduceat(ufunc: np.ufunc, x: Any, indices: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
    """Slice by slice: from each index to the next, or the one element where that is not greater."""
    plain = ufunc.reduceat(raw(x), indices, axis, dtype)  # NumPy says what is wrong with the indices
    settings = {"axis": axis} | ({} if dtype is None else {"dtype": dtype})
    parts = [call(_DISGUISED["reduce"][ufunc], (np.take(x, range(i, max(i + 1, j)), axis),), settings)
             for i, j in itertools.pairwise([*map(int, indices), np.shape(x)[axis]])]
    return np.stack(parts, axis) if parts else plain


# ---- comparisons -----------------------------------------------------------------------------------------------------
class _Comparison(np.ndarray):
    """What `a == b` gives for two tensors: elementwise as an array, but its truth is whether they are one node.

    So `np.where(x == np.max(x), …)` is what NumPy users expect, and nodes live in lists, sets and dicts all the same.
    """

    truth: bool | None = None  # of what is computed from a comparison there is no such answer

    def __bool__(self) -> bool:
        return super().__bool__() if self.truth is None else self.truth


def _compared(compare: np.ufunc, a: Node, b: Any, truth: bool) -> Any:
    if b is None or (isinstance(b, Node) and type(a._raw) is type(b._raw) is float):
        return truth
    if not isinstance(b, Node):
        return compare(a._raw, b) if isinstance(a._raw, np.ndarray) or np.ndim(b) else bool(compare(a._raw, b))
    try:
        found = np.asarray(compare(a._raw, b._raw)).view(_Comparison)
    except ValueError:  # shapes that do not fit
        return truth
    found.truth = truth
    return found


# ---- operators and methods -----------------------------------------------------------------------------------------
def unary(ufunc: np.ufunc) -> Function:
    """The method for `∘ node`."""
    row = TABLE[ufunc]

    def method(self: Any) -> Any:
        return apply(row, (self,))

    method.__name__, method.__doc__ = row.name, f"`np.{row.name}` of this node."
    return method


def _binary(ufunc: np.ufunc) -> tuple[Function, Function]:
    """The methods for `node ∘ other` and for `other ∘ node`."""
    row = TABLE[ufunc]

    def run(a: Any, b: Any) -> Any:
        return apply(row, (a, b)) if type(row) is Op else call(ufunc, (a, b), {})

    return run, lambda self, other: run(other, self)


def micrograds_op(node: Node) -> str:
    """The op as micrograd writes it: "*" where pictures have ×, and "**2" for a power with a constant."""
    if node.op is None:
        return ""
    if node.op.name == "square":
        return "**2"
    if node.op.name == "power" and not isinstance(node.inputs[1], Node):
        return f"**{node.inputs[1]}"
    return "*" if node.op.name == "multiply" else node.op.symbol if node.op.symbol.isascii() else node.op.name


class Absent:
    """An attribute that nodes have not got: who asks for it is told what to write."""

    def __init__(self, name: str):
        self._name = name

    def __get__(self, node: Node | None, kind: type) -> Any:
        raise no_attribute(kind, self._name)


_OF_THE_ENGINE = {"all_outputs", "arrays", "made_at", "no_gradient"}  # not for users


# ---- what Tensor and Value share -------------------------------------------------------------------------------------
class Recorded(Node):
    """A node with operators, comparisons, NumPy's two protocols, and conversions that would lose a gradient refused."""

    __slots__ = ()
    __array_priority__ = 1000.0
    no_gradient: float | None  # what `grad` is before a backward pass

    __add__, __radd__ = _binary(np.add)
    __sub__, __rsub__ = _binary(np.subtract)
    __mul__, __rmul__ = _binary(np.multiply)
    __truediv__, __rtruediv__ = _binary(np.divide)
    __matmul__, __rmatmul__ = _binary(np.matmul)
    __pow__, __rpow__ = _binary(np.power)
    __mod__, __rmod__ = _binary(np.remainder)
    __floordiv__, __rfloordiv__ = _binary(np.floor_divide)
    __divmod__, __rdivmod__ = _binary(np.divmod)
    __neg__, __pos__, __abs__ = unary(np.negative), unary(np.positive), unary(np.absolute)

    def __init_subclass__(cls, holds: type | None = None) -> None:
        if holds is not None:
            HOLDERS[holds] = cls

    def backward(self, gradient: Any = None, retain_grads: bool = False, retain_graph: bool | None = None,
                 create_graph: bool = False) -> None:
        """Add the derivative of this node with respect to every leaf it depends on to that leaf's `.grad`.

        gradient      what to start from; needed where it is not one number, an array of its shape
        retain_grads  give every node on the way its `.grad` too
        retain_graph  as in PyTorch; the graph is always kept, as long as there is a node that needs it

        Raises NotScalar without a seed where one is needed, SeedError if its shape is wrong, ModifiedInPlace if an
        input was changed since it was used, NotAVariable if there is nothing to differentiate.
        """
        if create_graph:
            raise NotDifferentiable("backward() leaves plain numbers in .grad. To differentiate a gradient again write "
                                    "g = gradients(y, x, create_graph=True)")
        backward(self, gradient, retain_grads)

    def pull(self, g: Array) -> list[Array]:
        """What each input receives if the gradient `g` arrives at this node: upstream × local; None where none flows.

        >>> from autograd import Tensor
        >>> a, b = Tensor(2.0), Tensor(3.0)
        >>> (a * b).pull(1.0)
        [array(3.), array(2.)]
        """
        return pull(self, g)

    push_back = staticmethod(push_back)

    def register_hook(self, hook: Function) -> HookHandle:
        """Have `hook(g)` called with this node's gradient, once it is complete, in each backward pass.

        What it gives, if not None, takes the gradient's place in all that the node was computed from, and in the
        `.grad` of a leaf. `handle.remove()` takes the hook away. With `create_graph` it is given a node. A pass that
        meets a NaN may be done twice, and the hook is called twice then.

        >>> from autograd import Tensor
        >>> x = Tensor([1.0, 2.0])
        >>> y = x * 3
        >>> handle = y.register_hook(lambda g: 10 * g)
        >>> y.sum().backward()
        >>> x.grad
        array([30., 30.])
        """
        return register_hook(self, hook)

    def zero_grad(self) -> None:
        """Forget the gradient."""
        self.grad = self.no_gradient

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        row = TABLE.get(ufunc)
        if type(row) is Op and not kwargs and method == "__call__":
            return apply(row, inputs)
        return call_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Function, types: Any, args: Any, kwargs: Any) -> Any:
        if not all(issubclass(kind, (Node, np.ndarray)) for kind in types):
            return NotImplemented
        return call(function, args, kwargs)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array(self._as_number("np.array(x)"), dtype=dtype, copy=copy)

    def __float__(self) -> float:
        return float(self._as_number("float(x)"))

    def __int__(self) -> int:
        return int(self._as_number("int(x)"))

    def __complex__(self) -> complex:
        return complex(self._as_number("complex(x)"))

    def __index__(self) -> int:
        return operator.index(self._as_number("range(x)"))

    # constants: their slope is 0
    def __round__(self, digits: Any = None) -> Any:
        return round(self._raw, digits)

    def __floor__(self) -> int:
        return math.floor(self._raw)

    def __ceil__(self) -> int:
        return math.ceil(self._raw)

    def __trunc__(self) -> int:
        return math.trunc(self._raw)

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in _OF_THE_ENGINE
                and not isinstance(inspect.getattr_static(self, name), Absent)]

    def _as_number(self, what: str) -> Any:
        if self.requires_grad:
            raise would_lose_gradient(self, what)
        return self._raw

    _value = property(lambda self: self._raw)  # what the PyPI autograd's users print

    def __bool__(self) -> bool:
        return bool(self._raw)

    def __eq__(self, other: Any) -> Any:
        return _compared(np.equal, self, other, self is other)

    def __ne__(self, other: Any) -> Any:
        return _compared(np.not_equal, self, other, self is not other)

    __hash__ = Node.__hash__

    def __lt__(self, other: Any) -> Any:
        return self._raw < raw(other)

    def __le__(self, other: Any) -> Any:
        return self._raw <= raw(other)

    def __gt__(self, other: Any) -> Any:
        return self._raw > raw(other)

    def __ge__(self, other: Any) -> Any:
        return self._raw >= raw(other)
