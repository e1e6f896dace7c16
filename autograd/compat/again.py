"""What a function needs to be run again: the variables that it used, closed over or not, and its randomness."""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from heapq import heappop, heappush
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from autograd.chain import contributions
from autograd.graph import Node, is_variable
from autograd.typing import Array, Function

GENERATORS = (np.random.Generator, np.random.RandomState, random.Random)


def variables_used(outputs: Iterable[Any], began: int) -> list[Node]:
    """The variables that are older than `began` and that nodes made since then were computed from: oldest first."""
    found, stack = set(), list(filter(is_variable, outputs))
    seen = set(stack)
    while stack:
        node = stack.pop()
        if node.order < began:
            found.add(node)
            continue
        for x in node.inputs:
            if is_variable(x) and x not in seen:
                seen.add(x)
                stack.append(x)
    return sorted(found, key=lambda node: node.order)


def pull_to(stops: Sequence[Node], outputs: Sequence[Node], seeds: Sequence[Array], create_graph: bool) -> list[Any]:
    """The gradients of `outputs` with respect to `stops`, each as if it did not depend on the others; None for none."""
    grads: dict[Node, Any] = {}
    held = set(stops)
    queue: list[tuple[int, Node]] = []

    def arrive(x: Node, part: Any) -> None:
        if x in grads:
            grads[x] = grads[x] + part
            return
        grads[x] = part
        if x.op is not None and x not in held:
            heappush(queue, (-x.order, x))

    for y, seed in zip(outputs, seeds, strict=True):
        arrive(y, seed)
    while queue:
        node = heappop(queue)[1]
        for _, x, part in contributions(node, grads[node], create_graph):
            arrive(x, part)
    return [grads.get(x) for x in stops]


class Randomness:
    """The states of the random generators that a call of `f` may draw from: NumPy's and Python's own, and all that `f`
    and its arguments hold in attributes, closures, containers and the globals that it names.

    >>> rng = np.random.default_rng(0)
    >>> before = Randomness(lambda: rng.random())
    >>> first = rng.random()
    >>> with before.again():
    ...     second = rng.random()
    >>> first == second, first == rng.random()
    (True, False)
    """

    def __init__(self, f: Function, *arguments: Any):
        held = list(_held_by([f, arguments]))
        own = [np.random.mtrand._rand, random._inst]  # the global ones
        self._generators = own + [x for x in held if isinstance(x, GENERATORS)]
        self._states = list(map(_state, self._generators))
        self._objects = [x for x in held if not isinstance(x, GENERATORS)]

    @contextmanager
    def again(self) -> Iterator[None]:
        """A block in which the generators draw what they drew; after it they go on as if it had not been.

        Attributes that are set in it are set back: the running statistics of a layer do not move twice.
        """
        now = list(map(_state, self._generators))
        attributes = [{**vars(x)} for x in self._objects]
        try:
            for generator, state in zip(self._generators, self._states, strict=True):
                _set_state(generator, state)
            yield
        finally:
            for generator, state in zip(self._generators, now, strict=True):
                _set_state(generator, state)
            for x, before in zip(self._objects, attributes, strict=True):
                vars(x).update({name: value for name, value in before.items() if vars(x).get(name) is not value})


def _held_by(roots: list[Any]) -> Iterator[Any]:
    """The random generators, and the objects with attributes, that functions and containers lead to."""
    stack, seen = list(roots), set()
    while stack:
        x = stack.pop()
        if id(x) in seen or isinstance(x, (type, np.ndarray, Node, str, bytes, int, float)):
            continue
        seen.add(id(x))
        if isinstance(x, GENERATORS):
            yield x
        elif isinstance(x, dict):
            stack += x.values()
        elif isinstance(x, (list, tuple, set, frozenset)):
            stack += x
        elif isinstance(x, FunctionType):
            stack += [x.__defaults__, x.__kwdefaults__, x.__dict__]
            stack += [cell.cell_contents for cell in x.__closure__ or () if cell != cell.__class__()]
            stack += [x.__globals__[name] for name in x.__code__.co_names if name in x.__globals__]
        elif isinstance(x, MethodType):
            stack += [x.__self__, x.__func__]
        elif isinstance(x, partial):
            stack += [x.func, x.args, x.keywords]
        elif hasattr(x, "__dict__") and not isinstance(x, ModuleType):
            yield x
            stack += [vars(x), type(x).__dict__.get("__call__"), type(x).__dict__.get("forward")]


def _state(generator: Any) -> Any:
    if isinstance(generator, np.random.Generator):
        return generator.bit_generator.state
    return generator.getstate() if isinstance(generator, random.Random) else generator.get_state()


def _set_state(generator: Any, state: Any) -> None:
    if isinstance(generator, np.random.Generator):
        generator.bit_generator.state = state
    elif isinstance(generator, random.Random):
        generator.setstate(state)
    else:
        generator.set_state(state)
