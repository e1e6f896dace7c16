"""The methods of a Tensor that say in another way what NumPy's functions do: NumPy's own, and PyTorch's.

PyTorch's names are taken where NumPy's arrays have no other meaning for them. `dim` and `keepdim` are read as `axis`
and `keepdims`. Where the two contradict each other (`max(dim=…)` gives two arrays there, `std` divides by n - 1) the
error says what to write.
"""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.complaints import NAMES_INSTEAD, describe, no_attribute
from autograd.errors import ConversionError, NotAVariable, NotDifferentiable, ShapeError
from autograd.protocols import Absent, Recorded, call
from autograd.rules import TABLE
from autograd.rules.calls import normalize_axes
from autograd.typing import Array, Function

_AXES = {"dim": "axis", "dims": "axis", "keepdim": "keepdims"}
_CONTRADICTED = {
    "max": "two arrays: write t.max(axis=…) for the numbers, t.argmax(axis=…) for their places",
    "min": "two arrays: write t.min(axis=…) for the numbers, t.argmin(axis=…) for their places",
    "std": "a division by n - 1: write t.std(axis=…, ddof=1) for that, or ddof=0",
    "var": "a division by n - 1: write t.var(axis=…, ddof=1) for that, or ddof=0",
}


def _method(function: Function) -> Function:
    """The method for `np.function(node, …)`."""
    name = function.__name__

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs and not _AXES.keys().isdisjoint(kwargs):
            if name in _CONTRADICTED:
                raise ConversionError(f"{name} with dim= means, in PyTorch, {_CONTRADICTED[name]}")
            kwargs = {_AXES.get(key, key): value for key, value in kwargs.items()}
        return call(function, (self, *args), kwargs)

    method.__name__, method.__doc__ = name, f"`np.{name}` of this node."
    return method


def _methods(*functions: Function) -> Iterator[Function]:
    """NumPy's functions, as methods of nodes."""
    return map(_method, functions)


class Size(int):
    """`t.size`: how many elements there are, a number as in NumPy; called, the shape, as in PyTorch.

    >>> from autograd import Tensor
    >>> t = Tensor([[1.0, 2.0, 3.0]])
    >>> t.size, t.size(), t.size(-1)
    (3, (1, 3), 3)
    """

    shape: tuple[int, ...]

    def __new__(cls, data: Array) -> "Size":
        """The size of an array."""
        self = super().__new__(cls, data.size)
        self.shape = data.shape
        return self

    def __call__(self, dim: int | None = None) -> Any:
        """The shape, or the length of one axis."""
        return self.shape if dim is None else self.shape[dim]

    def __reduce__(self) -> Any:
        return int, (int(self),)


class ArrayMethods(Recorded):
    """NumPy's functions that arrays have as methods, and a few more."""

    __slots__ = ()
    all, any, argmax, argmin, argsort = _methods(np.all, np.any, np.argmax, np.argmin, np.argsort)
    argpartition, searchsorted, nonzero = _methods(np.argpartition, np.searchsorted, np.nonzero)
    max, min, ptp, sum, prod = _methods(np.max, np.min, np.ptp, np.sum, np.prod)
    mean, std, var, cumsum, cumprod = _methods(np.mean, np.std, np.var, np.cumsum, np.cumprod)
    round, conj, conjugate, copy = _methods(np.round, np.conj, np.conjugate, np.copy)
    ravel, squeeze, swapaxes, repeat = _methods(np.ravel, np.squeeze, np.swapaxes, np.repeat)
    take, choose, compress, diagonal = _methods(np.take, np.choose, np.compress, np.diagonal)
    trace, dot = _methods(np.trace, np.dot)
    exp, log, tanh, sin, cos, sqrt, abs = _methods(np.exp, np.log, np.tanh, np.sin, np.cos, np.sqrt, np.abs)
    itemsize = property(lambda self: self._raw.itemsize, doc="The memory of one element, in bytes.")

    def clip(self, min: Any = None, max: Any = None, out: None = None, **settings: Any) -> Any:
        """`np.clip` of this node: None stands for no bound."""
        return np.clip(self, min, max, out=out, **settings)

    grad_fn = property(lambda self: self.op, doc="The op that made it, or None: PyTorch's name for `op`.")


# ---- PyTorch's names -------------------------------------------------------------------------------------------------
def flattened(t: Any, start_dim: Any = 0, end_dim: int = -1, order: str = "C") -> Any:
    """The axes from one to another as one; NumPy's order ("C", "F") may stand first."""
    if isinstance(start_dim, str) or t.ndim == 0 or (start_dim, end_dim) == (0, -1):
        return np.ravel(t, start_dim if isinstance(start_dim, str) else order)  # type: ignore[call-overload]
    (first,), (last,) = normalize_axes(start_dim, t.ndim), normalize_axes(end_dim, t.ndim)
    return np.reshape(t, (*t.shape[:first], -1, *t.shape[last + 1 :]), order=order)  # type: ignore[call-overload]


def _given(shape: tuple[Any, ...]) -> tuple[Any, ...]:
    """The lengths or axes in f(2, 3) and in f((2, 3))."""
    return tuple(shape[0]) if len(shape) == 1 and np.ndim(shape[0]) else shape


def _view(t: Any, *shape: Any) -> Any:
    if shape and isinstance(shape[0], (str, type, np.dtype)):
        raise ConversionError("t.view(dtype) would read the memory as other numbers: t.astype(dtype) converts them")
    return t.reshape(*shape)


def _to(t: Any, *what: Any, dtype: Any = None, **_: Any) -> Any:
    kinds = [x for x in (*what, dtype) if x is not None and x != "cpu"]
    return t.astype(kinds[0]) if kinds else t


def _expand(t: Any, *shape: Any) -> Any:
    lengths = _given(shape)
    own = (1,) * (len(lengths) - t.ndim) + t.shape
    return np.broadcast_to(t, [m if n == -1 else n for n, m in zip(lengths, own, strict=True)])


def _norm(t: Any, p: Any = 2, dim: Any = None, keepdim: bool = False) -> Any:
    return np.linalg.vector_norm(t, ord=2 if p == "fro" else p, axis=dim, keepdims=keepdim)


def _softmax(t: Any, dim: int) -> Any:
    e = np.exp(t - np.max(t.detach(), axis=dim, keepdims=True))
    return e / np.sum(e, axis=dim, keepdims=True)


def _logsumexp(t: Any, dim: Any, keepdim: bool = False) -> Any:
    top = np.max(t.detach(), axis=dim, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    found = np.log(np.sum(np.exp(t - top), axis=dim, keepdims=True)) + top
    return found if keepdim else np.squeeze(found, dim)


def _gather(t: Any, dim: int, index: Array) -> Any:
    index = np.asarray(index)
    (axis,) = normalize_axes(dim, t.ndim)
    near = tuple(slice(None) if i == axis else slice(n) for i, n in enumerate(index.shape))
    return np.take_along_axis(t[near], index, axis)


def _split(t: Any, size: Any, dim: int = 0) -> tuple[Any, ...]:
    """Pieces of a length, or of several lengths."""
    n = t.shape[dim]
    lengths = list(size) if np.ndim(size) else [min(size, n - i) for i in range(0, n, size)]
    if sum(lengths) != n:
        raise ShapeError(f"pieces of {lengths} do not add up to axis {dim} of {describe(t)}")
    return tuple(np.split(t, np.cumsum(lengths)[:-1], axis=dim))


def _requires_grad(t: Any, requires_grad: bool = True) -> Any:
    if not t.is_leaf:
        raise NotAVariable(f"requires_grad_ of {describe(t)}, which is a result: use t.detach() for a constant")
    if requires_grad and t.dtype.kind not in "fc":
        raise NotDifferentiable(f"{describe(t)} has no gradient: use t.astype(float)")
    t.requires_grad = requires_grad
    return t


_SAME = """
    absolute add arccos arccosh arcsin arcsinh arctan arctanh broadcast_to ceil cosh cross deg2rad diag diff divide
    exp2 expm1 flip floor fmod hypot inner isfinite isinf isnan kron log10 log1p log2 logaddexp matmul maximum
    minimum moveaxis multiply nan_to_num nanmean nansum negative outer positive rad2deg reciprocal remainder roll
    rot90 sign sinc sinh square subtract tan tile tril triu true_divide trunc
"""
_RENAMED = {  # PyTorch's name: NumPy's
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan", "atan2": "arctan2",
    "atanh": "arctanh", "div": "divide", "eq": "equal", "fix": "trunc", "ge": "greater_equal", "gt": "greater",
    "le": "less_equal", "lt": "less", "movedim": "moveaxis", "mul": "multiply", "ne": "not_equal", "neg": "negative",
    "pow": "power", "sub": "subtract", "swapdims": "swapaxes", "unsqueeze": "expand_dims",
}
_OURS: dict[str, tuple[Function, str]] = {
    "bmm": (lambda t, other: t @ other, "`t @ other`, for stacks of matrices."),
    "bool": (lambda t: t.astype(bool), "The numbers as booleans: a plain array."),
    "chunk": (lambda t, chunks, dim=0: _split(t, -(-t.shape[dim] // chunks), dim), "At most `chunks` equal pieces."),
    "clamp": (lambda t, min=None, max=None: np.clip(t, min, max), "`np.clip`."),
    "clone": (lambda t: np.copy(t), "A copy, which is recorded."),
    "contiguous": (lambda t: t, "The tensor itself."),
    "cpu": (lambda t: t, "The tensor itself."),
    "dim": (lambda t: t.ndim, "The number of axes."),
    "double": (lambda t: t.astype(np.float64), "The numbers as float64."),
    "expand": (_expand, "`np.broadcast_to`; -1 keeps the length of an axis."),
    "expand_as": (lambda t, other: np.broadcast_to(t, np.shape(other)), "Spread out to the shape of another."),
    "float": (lambda t: t.astype(np.float32), "The numbers as float32."),
    "gather": (_gather, "`np.take_along_axis`, along `dim`, where the index has numbers."),
    "half": (lambda t: t.astype(np.float16), "The numbers as float16."),
    "index_select": (lambda t, dim, index: np.take(t, index, axis=dim), "`np.take` along `dim`."),
    "int": (lambda t: t.astype(np.int32), "The numbers as int32: a plain array."),
    "log_softmax": (lambda t, dim: t - _logsumexp(t, dim, True), "The logarithm of softmax along `dim`."),
    "logsumexp": (_logsumexp, "log Σ exp along `dim`, without overflow."),
    "long": (lambda t: t.astype(np.int64), "The numbers as int64: a plain array."),
    "masked_fill": (lambda t, mask, value: np.where(mask, value, t), "`value` where the mask is True."),
    "masked_select": (lambda t, mask: t[np.broadcast_to(mask, t.shape)], "The elements where the mask is True."),
    "mm": (lambda t, other: t @ other, "`t @ other`, for matrices."),
    "mv": (lambda t, vector: t @ vector, "`t @ vector`."),
    "narrow": (lambda t, dim, start, length: np.take(t, range(start, start + length), dim), "A slice along `dim`."),
    "norm": (_norm, "The p-norm of all numbers, or along `dim`: `np.linalg.vector_norm`."),
    "numel": (lambda t: int(t.size), "The number of elements."),
    "permute": (lambda t, *dims: np.transpose(t, _given(dims)), "`np.transpose`: the axes in another order."),
    "requires_grad_": (_requires_grad, "Make a leaf a variable, or a constant; gives the tensor itself."),
    "reshape_as": (lambda t, other: np.reshape(t, np.shape(other)), "In the shape of another."),
    "rsqrt": (lambda t: 1 / np.sqrt(t), "1 / √t."),
    "select": (lambda t, dim, index: np.take(t, index, axis=dim), "One slice along `dim`."),
    "softmax": (_softmax, "exp t / Σ exp t along `dim`, without overflow."),
    "split": (_split, "Pieces along `dim`, of a length or of several lengths: PyTorch's; np.split counts pieces."),
    "t": (lambda t: np.transpose(t), "The transpose of a matrix."),
    "to": (_to, 'In another dtype; to("cpu") is the tensor itself.'),
    "type": (lambda t, dtype: t.astype(dtype), "In another dtype."),
    "unbind": (lambda t, dim=0: tuple(np.take(t, i, dim) for i in range(t.shape[dim])), "The slices along `dim`."),
    "unflatten": (lambda t, dim, sizes: np.reshape(
        t, (*t.shape[:dim], *sizes, *t.shape[dim % t.ndim + 1:])), "One axis as several."),
    "view": (_view, "`t.reshape`."),
    "view_as": (lambda t, other: np.reshape(t, np.shape(other)), "In the shape of another."),
    "where": (lambda t, condition, other: np.where(condition, t, other), "t where the condition is True, else other."),
}

for _name, _numpys in ({_name: _name for _name in _SAME.split()} | _RENAMED).items():
    setattr(ArrayMethods, _name, _method(getattr(np, _numpys)))
for _name, (_function, _doc) in _OURS.items():
    _function.__name__, _function.__qualname__, _function.__doc__ = _name, f"Tensor.{_name}", _doc
    setattr(ArrayMethods, _name, _function)


# ---- the names of what nodes have not got ----------------------------------------------------------------------------
def _refuse(self: Recorded, name: str) -> Any:
    raise no_attribute(type(self), name)


if sys.version_info >= (3, 12):
    Recorded.__getattr__ = _refuse  # type: ignore[attr-defined]
else:  # there, with such a method, each attribute of a node takes seven times as long: only names that one may expect
    _functions = {row.name.removeprefix("linalg.") for row in TABLE.values()}
    for _name in {*NAMES_INSTEAD, *(_functions & {*vars(np), *vars(np.linalg)}),
                  *(f"{name}_" for name in vars(ArrayMethods) if name[-1] != "_")}:
        if not hasattr(Recorded, _name):
            setattr(Recorded, _name, Absent(_name))
