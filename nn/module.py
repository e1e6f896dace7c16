"""`Module`: a model is a plain class whose attributes are Tensors, Values, Modules, and lists and dicts of them."""

from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np

from autograd import Tensor, Value
from autograd.errors import AutogradError, ShapeError
from autograd.graph import Node, state


class UnknownName(AutogradError, AttributeError):
    """A module was asked for an attribute that it has not."""


class Module:
    """The parent of layers and models: write `__init__` and `forward`.

    >>> import nn
    >>> class Twice(nn.Module):
    ...     def __init__(self):
    ...         self.scale = Tensor(2.0)
    ...     def forward(self, x):
    ...         return x * self.scale
    >>> Twice()(3.0)
    Tensor(6., op='×')
    """

    training = True
    _frame: tuple[tuple[str, str], ...]  # its path in the module that holds it ("layers.0"), and its class

    def __init_subclass__(cls) -> None:
        cls._frame = (("", cls.__name__),)

    def __init__(self, *args: Any, **kwargs: Any):
        if args or kwargs:
            raise TypeError(f"{type(self).__name__}() takes no arguments: write an __init__ that does")

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes."""
        raise NotImplementedError(f"{type(self).__name__} needs a method forward(self, ...)")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """`forward`, noting for pictures which module made what."""
        here = state.__dict__  # this thread's own: looked up once, for that is slow
        outer = here.get("scope", ())
        here["scope"] = outer + self._frame
        try:
            return self.forward(*args, **kwargs)
        finally:
            here["scope"] = outer

    def __setattr__(self, name: str, value: Any) -> None:
        for path, child in _members(name, value):
            if isinstance(child, Module):
                child.__dict__["_frame"] = ((path, type(child).__name__),)
                for inner, x in child.named_parameters():
                    if x.name == inner:  # as the child named it: say where the child stands, too
                        x.name = f"{path}.{inner}"
            elif child.name is None and child.is_leaf:
                child.name = path
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        from difflib import get_close_matches

        known = [n for n in dir(self) if not n.startswith("__")]
        near = get_close_matches(name, known, n=1)
        hint = f": did you mean {near[0]!r}?" if near else ""
        raise UnknownName(f"{type(self).__name__} has no attribute {name!r}{hint}")

    # -- what it holds
    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """The modules that it holds directly, with their paths."""
        return ((path, x) for name, value in vars(self).items() for path, x in _members(name, value)
                if isinstance(x, Module))

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, "Module"]]:
        """This module and all modules within it, each with its path."""
        yield prefix, self
        for path, child in self.named_children():
            yield from child.named_modules(f"{prefix}.{path}" if prefix else path)

    def modules(self) -> Iterator["Module"]:
        """This module and all modules within it."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Any]]:
        """Every Tensor and Value that is a variable, with its path; one that is shared comes once."""
        seen: set[Any] = set()
        for prefix, module in self.named_modules():
            for name, value in vars(module).items():
                for path, x in _members(name, value):
                    if isinstance(x, Node) and x.requires_grad and x not in seen:
                        seen.add(x)
                        yield f"{prefix}.{path}" if prefix else path, x

    def parameters(self) -> list[Any]:
        """Every Tensor and Value that is a variable: what an optimiser changes."""
        return [x for _, x in self.named_parameters()]

    def state_dict(self) -> dict[str, Any]:
        """The numbers of every parameter, by path: a copy."""
        return {name: np.array(x.data) for name, x in self.named_parameters()}

    def load_state_dict(self, numbers: dict[str, Any], strict: bool = True) -> None:
        """Put such numbers back; with `strict`, all must be there and no others. Nothing changes if one is wrong."""
        own = dict(self.named_parameters())
        missing, unknown = sorted(own.keys() - numbers.keys()), sorted(numbers.keys() - own.keys())
        if strict and (missing or unknown):
            raise ShapeError(f"load_state_dict of {type(self).__name__}: missing {missing}, unknown {unknown}")
        chosen = {name: np.asarray(numbers[name]) for name in own if name in numbers}
        for name, x in chosen.items():
            if x.shape != np.shape(own[name].data):
                raise ShapeError(f"load_state_dict: {name} has shape {np.shape(own[name].data)}, the numbers {x.shape}")
        for name, x in chosen.items():
            own[name].data = np.array(x)

    # -- what it is told
    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for x in self.parameters():
            x.zero_grad()

    def train(self, mode: bool = True) -> Self:
        """Say that it is being trained (which matters to dropout and its like), or with False that it is not."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Say that it is in use, not in training."""
        return self.train(False)

    def extra_repr(self) -> str:
        """What `repr` says between the parentheses."""
        return ""

    def __repr__(self) -> str:
        lines = [f"({path}): " + repr(child).replace("\n", "\n  ") for path, child in self.named_children()]
        inside = "\n  ".join(["", *lines]) + "\n" if lines else self.extra_repr()
        return f"{type(self).__name__}({inside})"


def _members(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The nodes and modules that an attribute is, or holds in lists, tuples and dicts, with their paths."""
    if isinstance(value, (Node, Module)):
        yield path, value
    elif isinstance(value, (list, tuple)):
        for i, part in enumerate(value):
            yield from _members(f"{path}.{i}", part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _members(f"{path}.{key}", part)


class Sequential(Module):
    """Modules one after the other; each takes what the one before gives.

    >>> import nn
    >>> nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
    )
    """

    def __init__(self, *modules: Callable[[Any], Any]):
        for i, module in enumerate(modules):
            setattr(self, str(i), module)
        self._order = [str(i) for i in range(len(modules))]

    def forward(self, x: Any) -> Any:
        """The last module's output."""
        for name in self._order:
            x = self.__dict__[name](x)
        return x

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, i: int) -> Any:
        return self.__dict__[self._order[i]]

    def __iter__(self) -> Iterator[Any]:
        return (self.__dict__[name] for name in self._order)


__all__ = ["Module", "Sequential", "Tensor", "UnknownName", "Value"]
