"""How operators and NumPy's functions find us: `Recorded`, which Tensor and Value are kinds of.

`a * b` and `np.exp(a)` look up their row in the table, and end in `record.apply`. A function that is derived, or has
no gradient by nature, runs as its row says. All others are refused.
"""

import itertools
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.backward import backward, pull, push_back
from autograd.complaints import describe, no_rule, scipys, would_lose_gradient
from autograd.errors import ConversionError, NoRule
from autograd.graph import Node, nodes_in, raw
from autograd.record import HOLDERS, apply
from autograd.rules import TABLE, Constant, Derived, Op
from autograd.rules.calls import bind, name_of
from autograd.trees import map_tree
from autograd.typing import Array, Function, Settings


# ---- a call of a NumPy function --------------------------------------------------------------------------------------
def call(function: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run a NumPy function on arguments of which one is a node, by its row in the table."""
    row = TABLE.get(function)
    if "out" in kwargs:
        kwargs = dict(kwargs)
        out = kwargs.pop("out")
        if any(x is not None for x in (out if isinstance(out, tuple) else (out,))):
            raise ConversionError(f"{name_of(function)} can't write a node into out=: use the result it returns")
    if type(row) is Op:
        inputs, settings = bind(row, args, kwargs)
        return apply(row, inputs, _plain_settings(row, settings))
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


_CONTAINERS = itertools.repeat((Node, list, tuple, dict))  # what may be, or hold, a node


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
    return map_tree(raw, dict(settings))


_DISGUISED: dict[str, dict[Any, Function]] = {
    "reduce": {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min},
    "accumulate": {np.add: np.cumsum, np.multiply: np.cumprod},
}


def call_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """NumPy's protocol for ufuncs: the call itself, and the methods that are other functions in disguise."""
    if method == "__call__":
        if kwargs.pop("where", True) is not True:
            raise no_rule(f"{ufunc.__name__} with where=", "use np.where: the elements left out would be undefined")
        return call(ufunc, inputs, {k: v for k, v in kwargs.items() if k not in ("order", "subok")})
    if ufunc in _DISGUISED.get(method, ()):
        return call(_DISGUISED[method][ufunc], inputs[:1], {"axis": inputs[1] if len(inputs) > 1 else 0, **kwargs})
    if method == "outer":
        a, b = inputs
        return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b, **kwargs)
    if isinstance(TABLE.get(ufunc), Constant) and method != "at":
        return getattr(ufunc, method)(*map_tree(raw, inputs), **kwargs)
    raise no_rule(f"numpy.{ufunc.__name__}.{method}")


# ---- comparisons -----------------------------------------------------------------------------------------------------
class _Comparison(np.ndarray):
    """What `a == b` gives for two tensors: elementwise as an array, but its truth is whether they are one node.

    So `np.where(x == np.max(x), …)` is what NumPy users expect, and nodes live in lists, sets and dicts all the same.
    """

    truth: bool | None = None  # of what is computed from a comparison there is no such answer

    def __bool__(self) -> bool:
        return super().__bool__() if self.truth is None else self.truth


def _compared(compare: np.ufunc, a: Node, b: Any, truth: bool) -> Any:
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


def _method(function: Function) -> Function:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return call(function, (self, *args), kwargs)

    method.__name__, method.__doc__ = function.__name__, f"`np.{function.__name__}` of this node."
    return method


def _methods(*functions: Function) -> Iterator[Function]:
    """NumPy's functions, as methods of nodes."""
    return map(_method, functions)


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

    def backward(self, gradient: Any = None, retain_grads: bool = False) -> None:
        """Add the derivative of this node with respect to every leaf it depends on to that leaf's `.grad`.

        gradient      what to start from; needed where it is not one number, an array of its shape
        retain_grads  give every node on the way its `.grad` too

        Raises NotScalar without a seed where one is needed, SeedError if its shape is wrong, ModifiedInPlace if an
        input was changed since it was used, NotAVariable if there is nothing to differentiate.
        """
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


class ArrayMethods(Recorded):
    """NumPy's functions that arrays have as methods, and a few more."""

    __slots__ = ()
    all, any, argmax, argmin, argsort = _methods(np.all, np.any, np.argmax, np.argmin, np.argsort)
    argpartition, searchsorted, nonzero = _methods(np.argpartition, np.searchsorted, np.nonzero)
    max, min, ptp, sum, prod = _methods(np.max, np.min, np.ptp, np.sum, np.prod)
    mean, std, var, cumsum, cumprod = _methods(np.mean, np.std, np.var, np.cumsum, np.cumprod)
    clip, round, conj, conjugate, copy = _methods(np.clip, np.round, np.conj, np.conjugate, np.copy)
    ravel, squeeze, swapaxes, repeat = _methods(np.ravel, np.squeeze, np.swapaxes, np.repeat)
    take, choose, compress, diagonal = _methods(np.take, np.choose, np.compress, np.diagonal)
    trace, dot = _methods(np.trace, np.dot)
    exp, log, tanh, sin, cos, sqrt, abs = _methods(np.exp, np.log, np.tanh, np.sin, np.cos, np.sqrt, np.abs)
