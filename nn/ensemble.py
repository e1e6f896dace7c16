"""`ensemble`: many networks of one make, trained at once.

Every parameter gets a leading axis, one slice for each member. A layer of nn computes all members in one go. Any other
module (a custom one, a `Lambda`) is run member by member, which is right, but slow. If its `forward` is right with one
more axis in front, its class says so: `works_stacked = True`.
"""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.errors import AutogradError, ShapeError
from autograd.extend import Node, raw, replace_data
from autograd.trees import map_tree, paths
from autograd.typing import Array, Function, Seed, Tree
from nn.module import Module


class EnsembleError(AutogradError, ValueError):
    """Networks that can't be run as one."""


def ensemble(make: "Callable[[np.random.Generator], Module]", n: int, rng: Seed = None) -> "Ensemble":
    """n networks as one model: make(rng) builds each, with a generator of its own.

    make  a function of a numpy.random.Generator, which draws all of a network's numbers from it
    n     how many members
    rng   a Generator or a seed; member i is make(np.random.default_rng(rng).spawn(n)[i])

    Raises EnsembleError if the members differ in anything but their numbers, or hold scalar neurons.

    >>> import nn
    >>> model = ensemble(lambda rng: nn.Sequential(nn.Linear(2, 4, rng=rng), nn.ReLU(), nn.Linear(4, 1, rng=rng)), 100)
    >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
    >>> losses = model.each(nn.MSELoss())(model(x), y)
    >>> losses.shape
    (100,)
    >>> losses.sum().backward()
    >>> len(model.members())
    100
    """
    if n < 1:
        raise ValueError(f"an ensemble has at least one member, got n={n}")
    return Ensemble([make(own) for own in np.random.default_rng(rng).spawn(n)])


class Ensemble(Module):
    """Networks of one make, run at once: see `ensemble`.

    `model(x)` gives the outputs (members, …) of all members for the same x; `model(x, shared=False)` takes x of shape
    (members, …), one slice for each. Parameters have the members as their first axis.
    """

    def __init__(self, networks: list[Module]):
        self.n = self.stacked = len(networks)
        self.model = _Joiner(self.n).join(networks, "model")

    def forward(self, x: Array, shared: bool = True) -> Array:
        shape = np.shape(raw(x))
        if shared:
            x = np.broadcast_to(x, (self.n, *shape))
        elif shape[:1] != (self.n,):
            raise ShapeError(f"with shared=False the input is (members, …), here ({self.n}, …); got shape {shape}")
        return self.model(x)

    def each(self, loss: Module) -> Module:
        """The loss (or any module that works in ensembles) for each member: of (members, …) it gives (members,).

        The target is one for all, or has the axis of the members, too.
        """
        return _Joiner(self.n).join([loss] * self.n, type(loss).__name__)

    def _loss_to_train(self, loss: Function) -> Function:
        return self.each(loss) if isinstance(loss, Module) and loss.stacked is None else loss

    def _total(self, losses: Array) -> Array:
        return losses.sum()

    def member(self, i: int) -> Module:
        """A copy of the i-th network, on its own."""
        if not -self.n <= i < self.n:
            raise IndexError(f"member {i} of {self.n}")
        found: Module = _taken(self.model, i % self.n, {})
        vars(found)["_frame"] = ("", type(found).__name__)  # it stands in no other module
        for path, x in found.named_parameters():
            x.name = path if x.name == f"model.{path}" else x.name
        return found

    def members(self) -> list[Module]:
        """Copies of all networks, each on its own."""
        return [self.member(i) for i in range(self.n)]

    def keep(self, which: Array, optimizer: Any = None) -> None:
        """Go on with some of the members alone, so that those that have learned, or blown up, cost no more time.

        which      a mask of shape (members,), or the numbers of those to keep, in their new order
        optimizer  the one that trains this ensemble: it forgets the others too

        Those that stay go on, bit for bit, as they would have. Losses made by `each` are for the old number of members:
        make them anew.

        >>> import nn
        >>> model = ensemble(lambda rng: nn.Linear(2, 1, rng=rng), 5, rng=0)
        >>> model.keep([3, 1])
        >>> model(np.zeros((4, 2))).shape
        (2, 4, 1)
        """
        which = np.arange(self.n)[which]
        if which.ndim != 1 or not len(which):
            raise ShapeError(f"keep takes a mask of {self.n} members, or numbers of some, and keeps at least one")
        parameters = [x for module in self.modules() if not isinstance(module, OneByOne) for _, x in module._own()]
        for x in dict.fromkeys(parameters):
            x.grad = None if x.grad is None else x.grad[which]
            replace_data([x], [raw(x)[which]])
        for module in list(self.modules()):
            if isinstance(module, OneByOne):
                module.each = [module.each[i] for i in which]
                continue
            for name, value in vars(module).items():
                if name in module._buffers:
                    vars(module)[name] = value[which]
                elif isinstance(value, list) and value and isinstance(value[0], np.random.Generator):
                    vars(module)[name] = [value[i] for i in which]
            if module.stacked is not None:
                module.stacked = len(which)
        if optimizer is not None:
            optimizer.keep(which, self.n)
        self.n = self.stacked = len(which)

    def __len__(self) -> int:
        return self.n

    def extra_repr(self) -> str:
        return f"{self.n} members"


class OneByOne(Module):
    """Modules that can only be run one after the other: member i of the ensemble is the i-th."""

    def __init__(self, each: list[Module]):
        self.each = each

    def forward(self, *inputs: Array) -> Tree:
        outputs = [module(*[x[i] for x in inputs]) for i, module in enumerate(self.each)]
        if isinstance(outputs[0], tuple):
            return tuple([np.stack(part) for part in zip(*outputs, strict=True)])
        return np.stack(outputs)

    def extra_repr(self) -> str:
        return "one member after the other"


_OWN = "_frame", "_frozen", "_hooks"  # of a module itself: neither joined nor taken apart


class _Joiner:
    """Makes one module of n alike: Tensors and buffers are stacked, generators listed, the rest must be equal."""

    def __init__(self, n: int):
        self.n = n
        self.made: dict[Any, Any] = {}  # so that what the members share (tied weights) stays shared

    def join(self, parts: list[Any], where: str) -> Any:
        first = parts[0]
        if any(type(x) is not type(first) for x in parts):
            raise EnsembleError(f"the members' {where} differ: {sorted({type(x).__name__ for x in parts})}")
        if isinstance(first, Module):
            return self.module(parts, where)
        if isinstance(first, Node):
            return self.node(parts, where)
        if isinstance(first, np.random.Generator):
            return parts
        if isinstance(first, (dict, list, tuple)):
            places = [[path for path, _ in paths(x, where)] for x in parts]
            self.same(places, where)
            place = iter(places[0])
            return map_tree(lambda *leaves: self.join(list(leaves), next(place)), *parts)
        if not callable(first):
            self.same(parts, where)
        return first

    def same(self, parts: list[Any], where: str) -> None:
        for x in parts:
            if x is not parts[0] and not np.array_equal(x, parts[0]):
                raise EnsembleError(f"the members' {where} differ: {parts[0]!r:.40} and {x!r:.40}")

    def module(self, parts: list[Module], where: str) -> Module:
        first = parts[0]
        if first in self.made:
            return self.made[first]
        if not first.works_stacked:
            for name, x in first.named_parameters():
                self.check(x, f"{where}.{name}")
            self.made[first] = OneByOne(parts)
            return self.made[first]
        twin = self.made[first] = copy.copy(first)
        for name in vars(first):
            values: list[Any] = [vars(x).get(name) for x in parts]
            if name in first._buffers:
                vars(twin)[name] = np.stack(values)
            elif name not in _OWN:
                vars(twin)[name] = self.join(values, f"{where}.{name}")
        vars(twin)["_frozen"] = frozenset(self.made[x] for x in first._frozen)
        vars(twin)["stacked"] = self.n
        return twin

    def check(self, x: Node, where: str) -> None:
        if not isinstance(x, Tensor):
            raise EnsembleError(f"{where} is a {type(x).__name__}: an ensemble is made of Tensors. Neurons of single "
                                "numbers become Tensors by tensors=True, as in nn.MLP(2, [4, 1], tensors=True)")

    def node(self, parts: list[Node], where: str) -> Tensor:
        first = parts[0]
        if first in self.made:
            return self.made[first]
        self.check(first, where)
        self.same([raw(x).shape for x in parts], f"{where}.shape")
        arrays = np.stack([raw(x) for x in parts])
        self.made[first] = _like(first, arrays)
        return self.made[first]


def _like(x: Any, data: Any) -> Tensor:
    """Other numbers under the same name, in the same module."""
    twin = Tensor(data, requires_grad=x.requires_grad, name=x.name)
    twin.scope = x.scope
    return twin


def _taken(whole: Any, i: int, made: dict[Any, Any]) -> Any:
    """Member i of what `_Joiner` joined: a copy."""
    if isinstance(whole, (Node, Module)) and whole in made:
        return made[whole]
    if isinstance(whole, OneByOne):
        made[whole] = copy.deepcopy(whole.each[i])
        return made[whole]
    if isinstance(whole, Module):
        twin = made[whole] = copy.copy(whole)
        for name, x in vars(whole).items():
            if name in whole._buffers:
                vars(twin)[name] = np.array(x[i])
            elif name not in _OWN:
                vars(twin)[name] = _taken(x, i, made)
        vars(twin)["_frozen"] = frozenset(made[x] for x in whole._frozen)
        del vars(twin)["stacked"]
        return twin
    if isinstance(whole, Node):
        made[whole] = _like(whole, raw(whole)[i])
        return made[whole]
    if isinstance(whole, dict):
        return {key: _taken(x, i, made) for key, x in whole.items()}
    if isinstance(whole, list) and whole and isinstance(whole[0], np.random.Generator):
        return copy.deepcopy(whole[i])
    if isinstance(whole, (list, tuple)):
        parts = [_taken(x, i, made) for x in whole]
        return type(whole)(*parts) if hasattr(whole, "_fields") else type(whole)(parts)
    return whole
