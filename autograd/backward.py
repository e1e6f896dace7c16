"""The backward pass: where it starts, and what stays. In between is the sweep, in chain.py."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from autograd import careful
from autograd.chain import Gradients, contributions, match
from autograd.complaints import describe
from autograd.errors import ForeignObject, NotAVariable, NotScalar, SeedError
from autograd.fast import sweep
from autograd.graph import NO_SETTINGS, Node, next_order, raw, walk
from autograd.record import node_of
from autograd.rules.table import Op
from autograd.typing import Array, Function

_FLOAT64, _ONE = np.dtype(np.float64), np.float64(1.0)


def gradients(
    outputs: Node | Sequence[Node], inputs: Node | Sequence[Node], seed: Any = None, create_graph: bool = False
) -> Any:
    """The gradients of `outputs` with respect to `inputs`; a pure function, which touches no `.grad`.

    outputs       a node, or a sequence of nodes (whose gradients are added)
    inputs        a node, or a sequence of nodes: leaves, or anything on the way to the outputs
    seed          the gradient to start from: an array of the output's shape (a sequence of them for a sequence of
                  outputs). By default 1, for outputs that are single numbers
    create_graph  record the backward pass too, so that its results can be differentiated again

    Returns an ndarray of the input's shape and dtype (a float for a Value), a node with `create_graph`, or a tuple
    of them for a sequence of inputs; zeros where the outputs do not depend on an input.

    >>> from autograd import Tensor
    >>> x = Tensor([1.0, 2.0, 3.0])
    >>> gradients((x * x).sum(), x)
    array([2., 4., 6.])
    """
    one = not isinstance(outputs, (list, tuple))
    seeds = None if seed is None else [seed] if one else list(seed)
    one_input = not isinstance(inputs, (list, tuple))
    found = Pullback([outputs] if one else outputs, [inputs] if one_input else inputs)(seeds, create_graph)
    return found[0] if one_input else found


class Pullback:
    """The function from seeds, one for each output, to the gradients of the inputs: walks the graph once."""

    def __init__(self, outputs: Any, inputs: Any):
        self.outputs, self.inputs = list(outputs), list(inputs)
        for x in (*self.outputs, *self.inputs):
            if not isinstance(x, Node):
                raise ForeignObject(f"a gradient is about nodes (Tensor or Value), got {type(x).__name__}: {x!r:.60}. "
                                    "One to be differentiated again is made by gradients(y, x, create_graph=True)")
        for x in self.inputs:
            if not x.requires_grad:
                raise NotAVariable(f"{describe(x)} is a constant: make it with requires_grad=True to get its gradient")
        self.live = on_the_way_to(self.inputs, walk(self.outputs))

    def __call__(self, seeds: Sequence[Any] | None = None, create_graph: bool = False) -> tuple[Any, ...]:
        """One gradient for each input, from one seed (or None: 1) for each output."""
        seeds = [None] * len(self.outputs) if seeds is None else seeds
        if len(seeds) != len(self.outputs):
            raise SeedError(f"{len(seeds)} seeds for {len(self.outputs)} outputs: give one for each")
        begin: Gradients = {}
        shared: set[int] = set()
        for root, seed in zip(self.outputs, seeds, strict=True):
            g = checked_seed(root, seed, create_graph)
            shared.add(id(g))
            begin[root] = begin[root] + g if root in begin else g
        grads = swept(begin, set(self.inputs), self.live, create_graph)
        for x in self.inputs:
            if x.op is None and x.settings and x in grads:
                grads[x] = match(x.settings["hooks"].run(grads[x]), x._raw)
        return tuple(private_copy(grads[x], shared) if x in grads else _zeros(x) for x in self.inputs)


def backward(root: Node, gradient: Any = None, retain_grads: bool = False) -> None:
    """Add the gradients of `root` to the `.grad` of every leaf (and Value) it depends on; of every node if asked."""
    if not root.requires_grad:
        raise NotAVariable(f"backward from {describe(root)}: it depends on no variable (was it made in no_grad()?)")
    seed = checked_seed(root, gradient)
    keep = None if retain_grads else ()
    grads: Gradients = {root: seed}
    if sweep(grads, keep=keep) and _has_nan(grads, False):
        grads = {root: seed}
        careful.sweep(grads, keep=keep)
    shared = {id(seed)}
    for node, g in grads.items():
        if node.settings is not NO_SETTINGS and node.op is None:
            g = match(node.settings["hooks"].run(g), node._raw)
        if type(g) is float and node.grad is not None:
            node.grad += g  # a Value's
        elif node.grad is None and type(g) is np.ndarray and g.base is None and id(g) not in shared:
            shared.add(id(g))  # the most frequent, without a call
            node.grad = g
        else:
            node.grad = private_copy(g if node.grad is None else node.grad + g, shared)


class Hooks(dict[int, Function]):
    """Functions that see a gradient, once it is complete, and may give another in its place."""

    def run(self, g: Array) -> Array:
        """The gradient after all of them."""
        for hook in list(self.values()):
            changed = hook(g)
            g = g if changed is None else changed
        return g


class HookHandle:
    """What `register_hook` gives: `remove()` takes the hook away."""

    def __init__(self, hooks: Hooks, hook: Function):
        self._hooks, self._key = hooks, next_order()
        hooks[self._key] = hook

    def remove(self) -> None:
        """Take the hook away; a second time does nothing."""
        self._hooks.pop(self._key, None)


def _with_hooks(x: Array, hooks: Hooks) -> Array:
    return x


_HOOKED = Op(_with_hooks, "hook", (lambda g, y, x, hooks: hooks.run(g),), elementwise=True)


def register_hook(node: Node, hook: Function) -> HookHandle:
    """Have `hook(g)` called with the gradient of `node` in each backward pass, as `Recorded.register_hook` says.

    A leaf keeps its hooks until its gradient is left there. A result becomes a step of its own, after the op that made
    it.
    """
    if not node.requires_grad:
        raise NotAVariable(f"a hook on {describe(node)}, which is a constant: no gradient arrives there")
    if node.op is not None and node.op is not _HOOKED:
        before = node_of(type(node), node.op, node.inputs, node.arrays, node._raw, node.settings)
        before.order, before.scope = node.order - 0.5, node.scope
        if node.op.place is not None:
            before.all_outputs = node.all_outputs
        node.op, node.inputs, node.arrays, node.settings = _HOOKED, (before,), None, NO_SETTINGS
    node.settings = node.settings or {"hooks": Hooks()}
    return HookHandle(node.settings["hooks"], hook)


def _has_nan(grads: Gradients, inner: bool) -> bool:
    """Whether the gradient of a leaf is NaN somewhere (or of an inner node, if those are wanted)."""
    if type(next(iter(grads.values()), None)) is float:  # the result is a Value, and most often all are
        with suppress(ValueError):  # of shapes
            total = sum(grads.values())
            if type(total) is float:
                return total != total
    for x, g in grads.items():
        if inner or x.op is None:
            g = np.asarray(raw(g))
            if g.size > 10_000:  # where BLAS would wake its threads
                if np.isnan(g).any():
                    return True
            elif (square := np.vdot(g, g)) != square:  # in one call; squares do not cancel
                return True
    return False


def on_the_way_to(wanted: Sequence[Any], nodes: Sequence[Any]) -> set[Any]:
    """Those of `nodes` (newest first) that depend on one of `wanted`, and the wanted ones themselves."""
    live = set(wanted)
    for node in reversed(nodes):
        if any(isinstance(x, Node) and x in live for x in node.inputs):
            live.add(node)
    return live


def checked_seed(root: Node, seed: Any, create_graph: bool = False) -> Any:
    """The gradient of `root` to begin with: 1, or the user's seed, checked against the output."""
    data = root._raw
    if seed is None:
        if type(data) is float:
            return 1.0
        if data.dtype is _FLOAT64 and not data.ndim:
            return _ONE  # the most frequent
        if data.size != 1:
            raise NotScalar(
                f"backward from {describe(root)}: only a single number has one gradient. Reduce it first, for "
                f"instance with .sum() or .mean(), or give a seed: an array of shape {data.shape}"
            )
        if data.dtype.kind == "c":
            raise NotScalar(f"backward from {describe(root)}: make the loss real, or give a seed")
        return np.ones(data.shape, data.dtype) if data.ndim else data.dtype.type(1)
    given = raw(seed) if isinstance(seed, Node) else np.array(seed)
    if np.asarray(given).dtype.kind not in "biufc":
        raise ForeignObject(f"a seed is a number or a numeric array, got {type(seed).__name__} {seed!r:.60}")
    if np.shape(given) != np.shape(data):
        raise SeedError(f"the seed has shape {np.shape(given)}, but the output is {describe(root)}: shapes must agree")
    return seed if create_graph and isinstance(seed, Node) else match(given, data)


def private_copy(g: Any, shared: set[int]) -> Any:
    """`g`, or a copy where another holds the same memory: a gradient that the user gets is theirs to change."""
    if isinstance(g, np.generic):
        return np.asarray(g)  # what adding up 0-dimensional arrays gives
    if type(g) is np.ndarray:
        if g.base is not None or id(g) in shared:
            g = g.copy()
        shared.add(id(g))
    return g


def _zeros(x: Node) -> Any:
    return 0.0 if type(x._raw) is float else np.zeros_like(x._raw)


def pull(node: Node, g: Array) -> list[Array]:
    """What each input receives if the gradient `g` arrives at `node`; None where none flows."""
    parts = [None] * len(node.inputs)
    if node.op is not None:
        with np.errstate(all="ignore"):
            for i, _, part in contributions(node, g):
                parts[i] = part
    return parts


def swept(begin: Gradients, keep: Collection[Node] | None, live: Collection[Node] | None = None,
          create_graph: bool = False) -> Gradients:
    """The gradients of the nodes in `keep` and of all leaves, from those of the results, in `begin`.

    A NaN may be 0 × infinity where no gradient arrives: a pass that may have met that, and gave NaN, is done again with
    care (careful.py). A NaN that has another cause stays.
    """
    grads = dict(begin)
    if sweep(grads, live, keep, create_graph) and _has_nan(grads, bool(keep)):
        grads = dict(begin)
        careful.sweep(grads, live, keep, create_graph)
    return grads


def push_back(grads: Gradients, keep: Collection[Node]) -> None:
    """Add to `grads`, which holds those of the results, the gradients of the nodes in `keep` and of all leaves."""
    grads.update(swept(grads, keep))
