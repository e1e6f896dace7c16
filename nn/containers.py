"""Modules that hold modules: `Sequential`, `ModuleList`, `ModuleDict`, `Skip`; and the small ones between layers."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd.errors import AutogradError, ShapeError
from autograd.typing import Array, Function
from nn.module import BuiltIn, Module


class BadName(AutogradError, KeyError, ValueError):
    """A name that a module can't have in its container."""

    __str__ = Exception.__str__  # KeyError's shows a repr


def _put(container: Module, name: Any, module: Module) -> None:
    """Make `module` the attribute `name`, if that can stand for it alone, in the container and in paths."""
    kind = type(container).__name__
    if not isinstance(name, str):
        raise BadName(f"{kind}: names are strings, got {name!r}: write {str(name)!r}")
    if not name or "." in name:
        raise BadName(f"{kind}: {name!r} can't be the name of a module, for paths are names with dots between them: "
                      f"write {name.replace('.', '_') or 'module'!r}")
    if hasattr(type(container), name) or name == "_order":
        raise BadName(f"{kind}: {name!r} is an attribute of every {kind}: choose another name, as {name + '_'!r}")
    if not isinstance(module, Module):
        raise TypeError(f"{kind} holds modules, got {module!r:.60} as {name!r}")
    setattr(container, name, module)


class Sequential(BuiltIn):
    """Modules (or any functions) one after the other; each takes what the one before gives.

    A dict gives them names. `model[1]` is the second one, `model[1:]` all but the first.

    >>> import nn
    >>> nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
    )
    """

    def __init__(self, *modules: Function | Mapping[str, Function]):
        first = modules[0] if len(modules) == 1 else None
        named = first if isinstance(first, Mapping) else {str(i): module for i, module in enumerate(modules)}
        for name, module in named.items():
            if not callable(module) or isinstance(module, type):
                raise TypeError(f"Sequential holds modules and functions, got {module!r:.60} as {name!r}")
            _put(self, name, module if isinstance(module, Module) else Lambda(module))
        self._order = list(named)

    def forward(self, x: Array) -> Array:
        own = self.__dict__
        for name in own["_order"]:
            x = own[name](x)
        return x

    def append(self, module: Function) -> "Sequential":
        name = next(name for name in map(str, itertools.count(len(self._order))) if name not in self._order)
        _put(self, name, module if isinstance(module, Module) else Lambda(module))
        self._order.append(name)
        return self

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, i: int | slice) -> Any:
        if isinstance(i, slice):
            return Sequential({name: self.__dict__[name] for name in self._order[i]})
        return self.__dict__[self._order[i]]

    def __iter__(self) -> Iterator[Any]:
        return (self.__dict__[name] for name in self._order)


class ModuleList(Module):
    """Modules in a list. (A plain list as an attribute does the same; this one has a `repr`, and PyTorch's name.)"""

    def __init__(self, modules: Iterable[Module] = ()):
        self._order: list[str] = []
        self.extend(modules)

    def append(self, module: Module) -> "ModuleList":
        name = str(len(self._order))
        _put(self, name, module)
        self._order.append(name)
        return self

    def extend(self, modules: Iterable[Module]) -> "ModuleList":
        for module in modules:
            self.append(module)
        return self

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, i: int | slice) -> Any:
        if isinstance(i, slice):
            return ModuleList(self.__dict__[name] for name in self._order[i])
        return self.__dict__[self._order[i]]

    def __iter__(self) -> Iterator[Any]:
        return (self.__dict__[name] for name in self._order)

    def forward(self, *args: Any) -> Any:
        """Refused: a list has no order of computation."""
        raise NotImplementedError("a ModuleList has no forward: call its modules one by one, or use nn.Sequential")


class ModuleDict(Module):
    """Modules by name: `self.heads["left"](x)`."""

    def __init__(self, modules: Mapping[str, Module] | None = None):
        self._order: list[str] = []
        for name, module in (modules or {}).items():
            self[name] = module

    def __getitem__(self, name: str) -> Any:
        if name not in self._order:
            raise KeyError(f"{name!r}: this ModuleDict has {self._order}")
        return self.__dict__[name]

    def __setitem__(self, name: str, module: Module) -> None:
        _put(self, name, module)
        if name not in self._order:
            self._order.append(name)

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def __contains__(self, name: object) -> bool:
        return name in self._order

    def keys(self) -> list[str]:
        return list(self._order)

    def values(self) -> list[Any]:
        return [self.__dict__[name] for name in self._order]

    def items(self) -> list[tuple[str, Any]]:
        return [(name, self.__dict__[name]) for name in self._order]

    def forward(self, *args: Any) -> Any:
        """Refused: a dict has no order of computation."""
        raise NotImplementedError("a ModuleDict has no forward: call its modules by name")


class Skip(BuiltIn):
    """A shortcut: what `module` makes of x, and x itself beside it (mode="concat") or added to it (mode="add").

    module  a module, or several, which are run one after the other
    axis    along which to concatenate; by default the last, the features. 1 for images (N, C, H, W)

    The next layer then sees the input, too: one hidden ReLU unit with a shortcut is enough for XOR.

    >>> import nn
    >>> model = nn.Sequential(nn.Skip(nn.Linear(2, 1, rng=0), nn.ReLU()), nn.Linear(3, 1, rng=0))
    >>> model(np.zeros((4, 2))).shape
    (4, 1)
    """

    _shown = ("mode=",)

    def __init__(self, *module: Function, mode: str = "concat", axis: int = -1):
        if mode not in ("concat", "add"):
            raise ValueError(f"Skip's mode is 'concat' or 'add', got {mode!r}")
        self.module = module[0] if len(module) == 1 and isinstance(module[0], Module) else Sequential(*module)
        self.mode, self.axis = mode, axis

    def forward(self, x: Array) -> Array:
        y = self.module(x)
        if self.mode == "concat":
            axis = self.axis + 1 if self.stacked and self.axis >= 0 else self.axis
            return np.concatenate([y, x], axis=axis)
        if np.shape(y) != np.shape(x):
            raise ShapeError(f"Skip adds the input of shape {np.shape(x)} to an output of shape {np.shape(y)}: they "
                             "must agree (or take mode='concat')")
        return y + x


class Identity(BuiltIn):
    """What goes in comes out."""

    def forward(self, x: Array) -> Array:
        return x


class Lambda(Module):
    """A function as a module, to stand in a `Sequential`.

    >>> Lambda(np.tanh)(np.array([0.0]))
    array([0.])
    """

    def __init__(self, function: Function):
        self.function = function
        self.works_stacked = isinstance(function, np.ufunc)  # elementwise, and so the same with one more axis

    def forward(self, *args: Any) -> Any:
        return self.function(*args)

    def extra_repr(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)


class Flatten(BuiltIn):
    """Axes start_dim to end_dim as one: (N, C, H, W) becomes (N, C·H·W)."""

    _shown = "start_dim=", "end_dim="

    def __init__(self, start_dim: int = 1, end_dim: int = -1):
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Array) -> Array:
        """x of shape (…, a, …, b, …) as (…, a·…·b, …)."""
        shape = np.shape(x)
        first = self.stacked is not None  # the axis of an ensemble's members does not count
        shape = shape if len(shape) > first else (*shape, 1)  # a single number becomes a row
        start, end = (d % len(shape) if d < 0 else d + first for d in (self.start_dim, self.end_dim))
        if not 0 <= start <= end < len(shape):
            raise ShapeError(f"Flatten({self.start_dim}, {self.end_dim}) of an input of shape {shape}")
        return np.reshape(x, (*shape[:start], int(np.prod(shape[start : end + 1])), *shape[end + 1 :]))
