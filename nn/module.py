"""`Module`: a model is a plain class whose attributes are Tensors, Values, Modules, and lists and dicts of them."""

import copy
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from reprlib import recursive_repr
from typing import Any, Self

import numpy as np

from autograd.errors import AutogradError, ShapeError, UnknownName, did_you_mean
from autograd.extend import Failed, Node, here, nodes_in, raw, replace_data
from autograd.trees import map_tree
from autograd.typing import Array, ArrayLike, DTypeLike, Function, Tree


class NameTaken(AutogradError, ValueError):
    """Two parameters or buffers of a module would have one name, or one has that of what every module has."""


class _Forward:
    """A module in the place of an op, in the picture of an error."""

    def __init__(self, module: "Module"):
        self.name = self.symbol = type(module).__name__


class Module:
    """The parent of layers and models: write `__init__` and `forward`.

    Parameters are every Tensor or Value that is a variable (or was frozen by `freeze`) and is an attribute, or stands
    in a list, tuple or dict that is one. Arrays that belong to the state but are not trained are buffers: say so with
    `register_buffer`. There is no `super().__init__()` to call.

    >>> import nn
    >>> from autograd import Tensor
    >>> class Twice(nn.Module):
    ...     def __init__(self):
    ...         self.scale = Tensor(2.0)
    ...     def forward(self, x):
    ...         return x * self.scale
    >>> Twice()(3.0)
    Tensor(6., op='×')
    """

    training = True
    stacked: int | None = None  # in an ensemble, how many networks it is at once: see nn.ensemble
    works_stacked = False  # whether forward is right with an ensemble's axis in front: see nn.ensemble
    _frame: tuple[str, str]  # its path in the module that holds it ("layers.0"), and its class
    _hooks: tuple["Hook", ...] = ()
    _buffers: tuple[str, ...] = ()
    _frozen: frozenset[Any] = frozenset()

    def __init_subclass__(cls) -> None:
        cls._frame = ("", cls.__name__)
        own = vars(cls)
        if "ensembles" in own:  # the former name of the flag
            cls.works_stacked = own["ensembles"]
        elif "forward" in own and "works_stacked" not in own:  # a parent's promise does not hold for another forward
            cls.works_stacked = BuiltIn in cls.__bases__

    def __init__(self, *args: Any, **kwargs: Any):
        if args or kwargs:
            raise TypeError(f"{type(self).__name__}() takes no arguments: write an __init__ that does")

    def forward(self, *args: Any, **kwargs: Any) -> Tree:
        """What the module computes."""
        raise NotImplementedError(f"{type(self).__name__} needs a method forward(self, ...)")

    def __call__(self, *args: Any, **kwargs: Any) -> Tree:
        """`forward`, noting for pictures which module made what."""
        this = here.__dict__  # fetched once: each use of `here.scope` would look this thread's dict up again
        outer = this.get("scope", ())
        path, kind = self._frame
        this["scope"] = outer + ((path, kind),)  # noqa: RUF005 (quicker). Pictures tell calls apart by the pair
        try:
            if kwargs or self._hooks:
                return self._with_hooks(args, kwargs)
            return self.forward(*args)
        except AutogradError as error:
            if error.graph is None:  # no op failed: a layer has refused its inputs
                given = [x for arg in args for x in (nodes_in(arg) if isinstance(arg, (list, tuple)) else [arg])]
                error.graph = Failed(_Forward(self), (*given, *[x for _, x in self._own()]), {}, str(error))
            raise
        finally:
            this["scope"] = outer

    def _with_hooks(self, args: Tree, kwargs: Tree) -> Tree:
        for hook in self._hooks:
            changed = hook.function(self, args) if hook.before else None
            if changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
        output = self.forward(*args, **kwargs)
        for hook in self._hooks:
            changed = None if hook.before else hook.function(self, args, output)
            output = output if changed is None else changed
        return output

    def __setattr__(self, name: str, value: Any) -> None:
        for path, child in _members(name, value):
            if hasattr(Module, name) and name != "forward":
                kind = type(child).__name__
                raise NameTaken(f"{name!r} is an attribute of every module: give the {kind} another name")
            if isinstance(child, Module):
                child._stands_at(path)
            elif child.is_leaf:
                child.name = child.name or path
                child.scope = child.scope or (self._frame,)
        object.__setattr__(self, name, value)

    def _stands_at(self, path: str) -> None:
        """Remember where in another module this one stands, and tell its parameters."""
        self.__dict__["_frame"] = (path, type(self).__name__)
        for inner, x in self.named_parameters():
            if x.name == inner:  # as this module named it
                x.name = f"{path}.{inner}"

    def __getattr__(self, name: str) -> Any:
        raise UnknownName(f"{type(self).__name__} has no attribute {name!r}", partial(did_you_mean, name, dir(self)))

    # -- what it holds
    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """The modules that it holds directly, with their paths."""
        for name, value in vars(self).items():
            for path, x in _members(name, value):
                if isinstance(x, Module):
                    if not x._frame[0]:  # it came into its list after the list had become an attribute
                        x._stands_at(path)
                    yield path, x

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, "Module"]]:
        """This module and all modules within it, each with its path; one that stands in two places comes once."""
        return self._all_modules(prefix, set() if remove_duplicate else frozenset())

    def _all_modules(self, prefix: str, passed: Any = frozenset()) -> Iterator[tuple[str, "Module"]]:
        """The same, under each path but in a circle; given a set, which is filled, each once."""
        yield prefix, self
        if isinstance(passed, set):
            passed.add(self)
        else:
            passed |= {self}
        for path, child in self.named_children():
            if child not in passed:
                yield from child._all_modules(f"{prefix}.{path}" if prefix else path, passed)

    def modules(self) -> Iterator["Module"]:
        """This module and all modules within it."""
        return (module for _, module in self.named_modules())

    def _own(self) -> Iterator[tuple[str, Any]]:
        """The parameters that it holds itself, with their paths."""
        for name, value in vars(self).items():
            for path, x in _members(name, value):
                if isinstance(x, Node) and x.is_leaf and (x.requires_grad or x in self._frozen):
                    yield path, x

    def named_parameters(self) -> Iterator[tuple[str, Any]]:
        """Every parameter with its path; one that is shared comes once. Raises NameTaken if two have one path."""
        seen: set[Any] = set()
        found: dict[str, Any] = {}
        for prefix, module in self.named_modules():
            for path, x in module._own():
                if x not in seen:
                    seen.add(x)
                    path = f"{prefix}.{path}" if prefix else path
                    if path in found:
                        raise self._taken_twice(path, found[path], x)
                    found[path] = x
        return iter(found.items())

    def _places(self) -> dict[str, tuple["Module", str, Any]]:
        """Where every parameter and buffer stands, by path: its module, its path there, and itself (None: a buffer)."""
        found: dict[str, tuple[Module, str, Any]] = {}
        for prefix, module in self._all_modules(""):
            for name, x in [*module._own(), *[(name, None) for name in module._buffers]]:
                path, place = f"{prefix}.{name}" if prefix else name, (module, name, x)
                other = found.setdefault(path, place)
                if other[2] is not x or (x is None and other != place):
                    both = [x if x is not None else vars(module)[name] for module, name, x in (other, place)]
                    raise self._taken_twice(path, *both)
        return found

    def _taken_twice(self, path: str, a: Any, b: Any) -> "NameTaken":
        ways = [next(_ways(self, x, "model"), "another one") for x in (a, b)]
        return NameTaken(f"{' and '.join(ways)} would both be {path!r} in a state_dict: give one of them another name")

    def parameters(self) -> list[Any]:
        """Every Tensor and Value that is a variable: what an optimiser changes."""
        return [x for _, x in self.named_parameters()]

    def register_buffer(self, name: str, array: ArrayLike) -> None:
        """Keep an array (running statistics, a mask) as the attribute `name`: saved with the model, but not trained."""
        self._buffers = (*(n for n in self._buffers if n != name), name)
        setattr(self, name, np.array(array))

    def named_buffers(self) -> Iterator[tuple[str, Array]]:
        """Every buffer with its path."""
        return ((path, vars(module)[name]) for path, (module, name, x) in self._places().items() if x is None)

    def state_dict(self) -> dict[str, Array]:
        """The numbers of every parameter and buffer, by path: a copy. One that is shared comes under each path.

        Raises NameTaken if two have one path: there would be one name for both.
        """
        return {path: np.array(vars(module)[name] if x is None else raw(x))
                for path, (module, name, x) in self._places().items()}

    def load_state_dict(self, numbers: Mapping[str, ArrayLike], strict: bool = True) -> None:
        """Put such numbers back; with `strict`, all must be there and no others. Nothing changes if one is wrong.

        numbers  arrays (or whatever NumPy makes arrays of: PyTorch's tensors too) by path

        Raises ShapeError if a name is missing or unknown, a shape differs, or one parameter is to have two values;
        TypeError for what is not a number.
        """
        self._take(self._fitting(numbers, strict))

    def _fitting(self, numbers: Mapping[str, ArrayLike], strict: bool) -> list[tuple["Module", str, Any, Array]]:
        """Where each number belongs: its module, its path there, the parameter (None: a buffer), and itself."""
        if not isinstance(numbers, Mapping):
            raise TypeError(f"load_state_dict takes arrays by path, as state_dict() gives them, got {numbers!r:.60}")
        places = self._places()
        missing, unknown = [k for k in places if k not in numbers], [k for k in numbers if k not in places]
        if strict and (missing or unknown):
            raise ShapeError(f"load_state_dict of {type(self).__name__}: missing {missing}, unknown {unknown}")
        found = []
        firsts: dict[Any, tuple[str, Array]] = {}
        for path, (module, name, x) in places.items():
            if path in numbers:
                mine, given = np.asarray(vars(module)[name] if x is None else raw(x)), np.array(raw(numbers[path]))
                if given.shape != mine.shape:
                    raise ShapeError(f"load_state_dict: {path} has shape {mine.shape}, the numbers {given.shape}")
                if not np.can_cast(given.dtype, mine.dtype, "same_kind"):
                    raise TypeError(f"load_state_dict: {path} is {mine.dtype}, the numbers are {given.dtype}")
                found.append((module, name, x, given.astype(mine.dtype)))
                other, before = firsts.setdefault(x if x is not None else (module, name), (path, found[-1][-1]))
                if not np.array_equal(before, found[-1][-1], equal_nan=True):
                    raise ShapeError(f"load_state_dict: {other} and {path} are one parameter, but the numbers differ")
        return found

    def _take(self, fitting: list[tuple["Module", str, Any, Array]]) -> None:
        for module, name, x, data in fitting:
            if x is None:
                object.__setattr__(module, name, data)
            else:
                x.data = data

    # -- what it is told
    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for x in self.parameters():
            x.grad = x.no_gradient

    def train(self, mode: bool = True) -> Self:
        """Say that it is being trained (which matters to dropout and its like), or with False that it is not."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Say that it is in use, not in training."""
        return self.train(False)

    def apply(self, function: Callable[["Module"], Any]) -> Self:
        """Call function(module) for every module within, once, and last for this one: for initialisers, say."""
        self._apply(function, set())
        return self

    def _apply(self, function: Callable[["Module"], Any], passed: set["Module"]) -> None:
        passed.add(self)
        for child in [child for _, child in self.named_children()]:
            if child not in passed:
                child._apply(function, passed)
        function(self)

    def freeze(self) -> Self:
        """Keep all parameters as they are: they become constants, still saved, until `unfreeze`."""
        for module in self.modules():
            own = [x for _, x in module._own()]
            module.__dict__["_frozen"] = module._frozen.union(own)
            for x in own:
                x.requires_grad = False
                x.zero_grad()
        return self

    def unfreeze(self) -> Self:
        """Make the parameters that `freeze` froze variables again."""
        for module in self.modules():
            for x in module._frozen:
                x.requires_grad = True
            module.__dict__["_frozen"] = frozenset()
        return self

    def to(self, dtype: DTypeLike) -> Self:
        """Change the dtype of all parameters and floating buffers; gradients are forgotten. Values stay floats.

        What is complex becomes the complex dtype of two such floats (complex64 at least).
        """
        dtype = np.dtype(dtype)
        if dtype.kind != "f":
            raise TypeError(f"a model's numbers are floats, got {dtype}")
        kinds = {"f": dtype, "c": np.result_type(dtype, np.complex64)}
        for module in self.modules():
            arrays = [x for _, x in module._own() if not isinstance(raw(x), float)]
            replace_data(arrays, [raw(x).astype(kinds[raw(x).dtype.kind]) for x in arrays])
            for x in arrays:
                x.zero_grad()
            for name in module._buffers:
                array = np.asarray(vars(module)[name])
                object.__setattr__(module, name, array.astype(kinds.get(array.dtype.kind, array.dtype)))
        return self

    # -- how `fit` trains it; an ensemble does it for each member
    def _loss_to_train(self, loss: Function) -> Function:
        """The loss for outputs of this model."""
        return loss

    def _total(self, losses: Array) -> Array:
        """What is differentiated, of what that loss gave."""
        return losses

    def register_forward_hook(self, hook: Function) -> "Hook":
        """Call hook(module, inputs, output) after each forward; what it returns, if not None, replaces the output.

        >>> import nn
        >>> relu, seen = nn.ReLU(), []
        >>> with relu.register_forward_hook(lambda module, inputs, output: seen.append(output)):
        ...     y = relu(2.0)
        >>> len(seen)
        1
        """
        return Hook(self, hook)

    def register_forward_pre_hook(self, hook: Function) -> "Hook":
        """Call hook(module, inputs) before each forward; what it returns, if not None, replaces the inputs."""
        return Hook(self, hook, before=True)

    def extra_repr(self) -> str:
        """What `repr` says between the parentheses."""
        return ""

    @recursive_repr()
    def __repr__(self) -> str:
        lines = [f"({path}): " + repr(child).replace("\n", "\n  ") for path, child in self.named_children()]
        if lines and self.extra_repr():
            lines.insert(0, self.extra_repr())
        inside = "\n  ".join(["", *lines]) + "\n" if lines else self.extra_repr()
        return f"{type(self).__name__}({inside})"


class BuiltIn(Module):
    """The parent of nn's own modules: the `forward` of its direct heirs works stacked; `repr` shows their arguments.

    _shown  those arguments; one that ends in "=" with its name
    """

    works_stacked = True
    _shown: tuple[str, ...] = ()

    def extra_repr(self) -> str:
        return ", ".join(_argument(name, vars(self)[name.removesuffix("=")]) for name in self._shown)


def _argument(name: str, value: Any) -> str:
    said = repr(value) if isinstance(value, str) else str(value)
    return name + said if name[-1] == "=" else said


def _members(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The nodes and modules that an attribute is, or holds in lists, tuples and dicts, with their paths."""
    if isinstance(value, (Node, Module)):
        yield path, value
    elif isinstance(value, (list, tuple)):  # written out: with `autograd.trees`, parameters() takes longer
        for i, part in enumerate(value):
            yield from _members(f"{path}.{i}", part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _members(f"{path}.{key}", part)


def _ways(value: Any, wanted: Any, way: str, above: tuple[Any, ...] = ()) -> Iterator[str]:
    """How Python gets from a module to what it holds: model.heads['left'].weight."""
    if value is wanted:
        yield way
    elif isinstance(value, Module) and value not in above:
        for name, part in vars(value).items():
            step = f".{name}" if name.isidentifier() else f"[{name!r}]"
            yield from _ways(part, wanted, way + step, (*above, value))
    elif isinstance(value, (list, tuple, dict)):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _ways(part, wanted, f"{way}[{key!r}]", above)


class Hook:
    """A hook on a module, until `remove()` or the end of a `with` block."""

    def __init__(self, module: Module, function: Function, before: bool = False):
        self.module, self.function, self.before = module, function, before
        module._hooks = (*module._hooks, self)

    def remove(self) -> None:
        """Take the hook off again."""
        self.module._hooks = tuple([hook for hook in self.module._hooks if hook is not self])

    def __enter__(self) -> "Hook":
        return self

    def __exit__(self, *exc: Any) -> None:
        self.remove()


def functional_call(module: Module, numbers: Mapping[str, Array], *args: Any, **kwargs: Any) -> Tree:
    """module(*args, **kwargs) with other parameters, given by path: the model as a function of its parameters.

    So `grad`, `hessian` and `gradcheck` work on models. The module is not changed (nor are its buffers). The paths are
    those of `state_dict()`, whose numbers will do: buffers, and shared parameters under each of their names. It is a
    ValueError if one parameter is given two values.

    >>> import nn
    >>> from autograd import grad
    >>> model = nn.Linear(1, 1, rng=0)
    >>> grad(lambda w: functional_call(model, {"weight": w}, [3.0]).sum())(model.weight.data)
    array([[3.]])
    """
    places = module._places()
    unknown = [name for name in numbers if name not in places]
    if unknown:
        raise UnknownName(f"{type(module).__name__} has no parameter {unknown[0]!r}: there are {list(places)}")
    new: dict[Any, Any] = {}
    for path, given in numbers.items():
        place, name, x = places[path]
        other = new.setdefault(x if x is not None else (place, name), given)
        nodes = isinstance(other, Node) or isinstance(given, Node)
        if other is not given and (nodes or not np.array_equal(other, given, equal_nan=True)):  # type: ignore[arg-type]
            raise ValueError(f"functional_call: {path!r} is a shared parameter, and is given two values")
    return _replaced(module, new, {})(*args, **kwargs)


def _replaced(x: Any, new: Mapping[Any, Any], made: dict[Module, Module]) -> Any:
    """A copy of a module in which some parameters are others; what is not a module or parameter is shared."""
    if isinstance(x, Node):
        return new.get(x, x)
    if not isinstance(x, Module):
        return x
    if x not in made:
        twin = made[x] = copy.copy(x)
        vars(twin).update(map_tree(lambda part: _replaced(part, new, made), vars(x)))
        vars(twin).update({name: new[x, name] for name in x._buffers if (x, name) in new})
    return made[x]


def per_channel(numbers: Array, x: Array) -> Array:
    """numbers of shape (channels,) in the shape that broadcasts along axis 1 of x, its channels: (1, channels, 1, …).

    An x of one axis has no channels but these. In an ensemble numbers is (members, channels), and x has that axis too.
    """
    *members, channels = np.shape(numbers)
    axes = np.ndim(x) - len(members)
    if axes > 1 and channels not in (1, np.shape(x)[len(members) + 1]):
        raise ShapeError(f"{channels} numbers, one for each channel, do not fit an input of shape {np.shape(x)}: its "
                         "channels are axis 1")
    return np.reshape(numbers, (*members, 1, channels, *(1,) * (axes - 2)) if axes > 1 else (*members, channels))
