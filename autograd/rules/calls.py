"""From a call, as NumPy's users write it, to a row's inputs and settings."""

import functools
import inspect
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.complaints import no_rule
from autograd.graph import NO_SETTINGS, Node
from autograd.typing import Array, Axis, Function, Settings

F = TypeVar("F", bound=Function)
Bound: TypeAlias = tuple[tuple[Array, ...], Settings]  # a call's inputs and settings


def bind(op: Any, args: tuple[Any, ...], kwargs: Settings) -> Bound:
    """Sort a call's arguments into inputs (what may carry a gradient) and settings (the rest)."""
    if op.bind:
        return op.bind(*args, **kwargs)
    if len(args) == len(op.vjps) and (op.ufunc or kwargs.keys().isdisjoint(_input_names(op))):
        return args, kwargs or NO_SETTINGS
    bound = _signature(op.function).bind(*args, **kwargs)
    settings = dict(bound.arguments)
    no_out(op.name, settings.pop("out", None))
    known = _signature(op.function).parameters
    inputs = tuple(settings.pop(name, known[name].default) for name in list(known)[: len(op.vjps)])
    return inputs, settings or NO_SETTINGS


def no_out(name: str, out: Any) -> None:
    """Refuse an array to write into: it can't hold a node."""
    if out is not None:
        raise no_rule(f"{name} with out=", "use the result it returns")


@functools.cache
def _signature(function: Function) -> inspect.Signature:
    """The parameters of a function: looked up on its first use, for that is slow."""
    return inspect.signature(function)


@functools.cache
def _input_names(op: Any) -> frozenset[str]:
    """What a call may name the inputs of a function by."""
    return frozenset(list(_signature(op.function).parameters)[: len(op.vjps)])


def dispatching(function: F) -> F:
    """Make a function of arrays into one that can be recorded: called with a node, it goes through the table."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        for x in args:
            if isinstance(x, Node):
                return type(x).__array_function__(x, wrapper, (), args, kwargs)
        for x in kwargs.values():
            if isinstance(x, Node):
                return type(x).__array_function__(x, wrapper, (), args, kwargs)
        return function(*args, **kwargs)

    wrapper.of_arrays = function  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]


def name_of(function: Function) -> str:
    """The name that a user calls it by: "tanh", "linalg.inv", "fft.rfft"."""
    name = getattr(function, "__name__", repr(function)).lstrip("_")
    module = getattr(function, "__module__", None) or ""
    return f"{module.split('.')[1]}.{name}" if module in ("numpy.linalg", "numpy.fft") else name


def normalize_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """`axis`, in every spelling that NumPy takes (None, an integer, several of them), as sorted non-negative ints."""
    return tuple(range(ndim)) if axis is None else tuple(sorted(normalize_axis_tuple(axis, ndim)))


def since_2_1(name: str) -> list[Function]:
    """NumPy's function of that name, in a list; an empty one in an older NumPy (2.0), which has not got it."""
    return [getattr(np, name)] if hasattr(np, name) else []
