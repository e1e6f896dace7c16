"""The backward pass: one sweep over the graph, from the newest node to the oldest."""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np

from autograd.anomaly import check_backward
from autograd.complaints import changed_in_place, describe
from autograd.errors import ForeignObject, NotAVariable, NotScalar, SeedError
from autograd.graph import NO_SETTINGS, Node, last_stamp, walk
from autograd.rules.shaping import astype
from autograd.thread import thread

Gradients = dict[Any, Any]  # node -> the gradient that has arrived there


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
                raise ForeignObject(f"a gradient is about nodes (Tensor or Value), got {type(x).__name__}: {x!r:.60}")
        for x in self.inputs:
            if not x.requires_grad:
                raise NotAVariable(f"{describe(x)} is a constant: make it with requires_grad=True to get its gradient")
        self.live = on_the_way_to(self.inputs, walk(self.outputs))

    def __call__(self, seeds: Sequence[Any] | None = None, create_graph: bool = False) -> tuple[Any, ...]:
        """One gradient for each input, from one seed (or None: 1) for each output."""
        seeds = [None] * len(self.outputs) if seeds is None else seeds
        if len(seeds) != len(self.outputs):
            raise SeedError(f"{len(seeds)} seeds for {len(self.outputs)} outputs: give one for each")
        grads: Gradients = {}
        shared: set[int] = set()
        for root, seed in zip(self.outputs, seeds, strict=True):
            g = checked_seed(root, seed, create_graph)
            shared.add(id(g))
            grads[root] = grads[root] + g if root in grads else g
        sweep(grads, self.live, keep=set(self.inputs), create_graph=create_graph)
        return tuple(private_copy(grads[x], shared) if x in grads else _zeros(x) for x in self.inputs)


def backward(root: Node, gradient: Any = None, retain_grads: bool = False) -> None:
    """Add the gradients of `root` to the `.grad` of every leaf (and Value) it depends on; of every node if asked."""
    if not root.requires_grad:
        raise NotAVariable(f"backward from {describe(root)}: it depends on no variable (was it made in no_grad()?)")
    seed = checked_seed(root, gradient)
    grads: Gradients = {root: seed}
    sweep(grads, keep=None if retain_grads else ())
    shared = {id(seed)}
    for node, g in grads.items():
        if type(g) is float and node.grad is not None:
            node.grad += g  # a Value's
        elif node.grad is None and type(g) is np.ndarray and g.base is None and id(g) not in shared:
            shared.add(id(g))  # the most frequent, without a call
            node.grad = g
        else:
            node.grad = private_copy(g if node.grad is None else node.grad + g, shared)


def sweep(grads: Gradients, live: Any = None, keep: Any = None, create_graph: bool = False) -> None:
    """Push the gradients in `grads` back to the leaves, adding what arrives at each node to `grads`.

    Always take the newest node that has a gradient: whatever was made from it is newer still and has been taken
    before, so its gradient is complete. That is all there is to the order of backpropagation.

    `live` limits where gradients go (None: everywhere); `keep` says which inner tensors keep theirs (None: all).
    """
    queue = [(-node.order, node) for node in grads if node.op is not None]
    heapify(queue)
    arrived, anomaly, ndarray = grads.get, thread.anomaly, np.ndarray
    while queue:
        node = heappop(queue)[1]
        op, inputs, args, y, settings = node.op, node.inputs, node.arrays, node._data, node.settings
        scalar = type(y) is float
        g = grads[node] if scalar or keep is None or node in keep else grads.pop(node)
        changed = node.order < last_stamp[0]  # otherwise nothing was modified since the node was made
        if args is None:
            args = [x._data if isinstance(x, Node) else x for x in inputs]
        if settings and op.ufunc:
            settings = NO_SETTINGS  # its dtype=: `fit` casts the gradient back
        if create_graph:  # the rule runs on the nodes themselves, and so is recorded
            args, y = inputs, op.outputs_of(node) if op.one_of_several else node
        elif op.one_of_several:
            y = node.all_outputs
        rules, vjp_of_all = op.vjps, op.vjp_of_all is not None
        if vjp_of_all:
            rules = op.vjp_of_all(g, y, inputs, *args, **settings) if settings else op.vjp_of_all(g, y, inputs, *args)
        if vjp_of_all and scalar and not (changed or anomaly or create_graph):
            # the loop below without what never happens here: neurons of Values spend their time in it
            for x, part in zip(inputs, rules):  # noqa: B905
                before = arrived(x)
                if before is not None:
                    grads[x] = before + (part if type(part) is float else _to_float(part))
                elif isinstance(x, Node) and x.requires_grad and part is not None and (live is None or x in live):
                    grads[x] = part if type(part) is float else _to_float(part)
                    if x.op is not None:
                        heappush(queue, (-x.order, x))
            continue
        for x, rule in zip(inputs, rules):  # noqa: B905 (of a vjp_of_all rule, what it has worked out already)
            if rule is None or not isinstance(x, Node) or not x.requires_grad:
                continue
            if vjp_of_all:
                part = rule
            else:
                try:
                    part = rule(g, y, *args, **settings) if settings else rule(g, y, *args)
                except ArithmeticError:  # where Python's floats raise, NumPy's give inf or nan, as arrays do
                    if not scalar or create_graph:
                        raise
                    part = rule(np.float64(g), np.float64(y), *map(np.float64, args))
            if scalar:
                if type(part) is not float:
                    part = _to_float(part)
            else:
                like = x._data
                if not (type(part) is type(like) is ndarray and part.shape == like.shape and part.dtype is like.dtype):
                    part = match(part, like)
            if changed and x.order > node.order:
                raise changed_in_place(x, node)
            if anomaly:
                check_backward(part, g, node)
            before = arrived(x)
            if before is not None:
                grads[x] = before + part  # never +=: several nodes may hold the same array
            elif live is None or x in live:
                grads[x] = part
                if x.op is not None:
                    heappush(queue, (-x.order, x))


def contributions(node: Node, g: Any) -> list[Any]:
    """What each input of `node` receives of `g`, the gradient that arrived there: upstream × local, a part of its sum.

    The sweep's one step by itself, for pictures and lessons: each part has its input's shape, None where none flows.
    Raises ModifiedInPlace where an input was changed after it was used.
    """
    op, args, y = node.op, node.arrays, node._data
    if op is None:
        return []
    for x in node.inputs:
        if isinstance(x, Node) and x.order > node.order:
            raise changed_in_place(x, node)
    if args is None:
        args = [x._data if isinstance(x, Node) else x for x in node.inputs]
    settings = NO_SETTINGS if op.ufunc else node.settings
    if op.one_of_several:
        y = node.all_outputs
    if op.vjp_of_all is not None:
        parts = list(op.vjp_of_all(g, y, node.inputs, *args, **settings))
        parts += [None] * (len(args) - len(parts))
    else:
        parts = []
        for x, rule in zip(node.inputs, op.vjps, strict=False):
            wanted = rule is not None and isinstance(x, Node) and x.requires_grad
            with np.errstate(all="ignore"):
                try:
                    parts.append(rule(g, y, *args, **settings) if wanted else None)
                except ArithmeticError:  # where Python's floats raise, NumPy's give inf or nan
                    parts.append(rule(np.float64(g), np.float64(y), *map(np.float64, args)))
    return [match(part, x._data) if part is not None and isinstance(x, Node) and x.requires_grad else None
            for part, x in zip(parts, node.inputs, strict=False)]


def on_the_way_to(wanted: Sequence[Any], nodes: Sequence[Any]) -> set[Any]:
    """Those of `nodes` (newest first) that depend on one of `wanted`, and the wanted ones themselves."""
    live = set(wanted)
    for node in reversed(nodes):
        if any(isinstance(x, Node) and x in live for x in node.inputs):
            live.add(node)
    return live


def checked_seed(root: Node, seed: Any, create_graph: bool = False) -> Any:
    """The gradient of `root` to begin with: 1, or the user's seed, checked against the output."""
    data = root._data
    if seed is None:
        if type(data) is float:
            return 1.0
        if data.size != 1:
            raise NotScalar(
                f"backward from {describe(root)}: only a single number has one gradient. Reduce it first, for "
                f"instance with .sum() or .mean(), or give a seed: an array of shape {data.shape}"
            )
        if data.dtype.kind == "c":
            raise NotScalar(f"backward from {describe(root)}: make the loss real, or give a seed")
        return np.ones(data.shape, data.dtype) if data.ndim else data.dtype.type(1)
    given = seed._data if isinstance(seed, Node) else np.array(seed)
    if np.asarray(given).dtype.kind not in "biufc":
        raise ForeignObject(f"a seed is a number or a numeric array, got {type(seed).__name__} {seed!r:.60}")
    if np.shape(given) != np.shape(data):
        raise SeedError(f"the seed has shape {np.shape(given)}, but the output is {describe(root)}: shapes must agree")
    return seed if create_graph and isinstance(seed, Node) else match(given, data)


def match(g: Any, like: Any) -> Any:
    """`g` summed down, or spread out, to the shape of `like`; real where that is real; with its dtype.

    This is the one place that knows about broadcasting: what NumPy repeated on the way forward is summed on the way
    back. Works on arrays, and on nodes while the backward pass is recorded.
    """
    if isinstance(g, Node):
        g = sum_to_shape(g, np.sum, np.shape(g._data), np.shape(like))
        if np.shape(g._data) != np.shape(like):
            g = np.broadcast_to(g, np.shape(like))
        if np.iscomplexobj(g._data) and not np.iscomplexobj(like):
            g = np.real(g)
        return g if type(like) is float or np.asarray(g._data).dtype == like.dtype else astype(g, like.dtype)
    if type(like) is float:
        return _to_float(g)
    g = np.asarray(g)
    if g.shape[g.ndim - like.ndim :] == like.shape and g.ndim == like.ndim + 1:
        g = np.add.reduce(g)  # the most frequent: a bias added to every row
    elif g.shape != like.shape:
        g = sum_to_shape(g, np.add.reduce, g.shape, like.shape)
        if g.shape != like.shape:
            g, small = np.empty(like.shape, g.dtype), g
            g[...] = small
    if g.dtype is not like.dtype:
        g = np.asarray(g.real if g.dtype.kind == "c" != like.dtype.kind else g, like.dtype)
    return g if type(g) is np.ndarray else np.asarray(g)


def sum_to_shape(g: Any, add_up: Any, have: tuple[int, ...], want: tuple[int, ...]) -> Any:
    """Undo broadcasting: add up `g` over the axes along which an array of shape `want` was repeated to make it."""
    extra = len(have) - len(want)
    if extra > 0:
        g, have = add_up(g, axis=tuple(range(extra))), have[extra:]
    if have != want:
        shared = want[len(want) - len(have) :]  # a smaller `g` is spread out by `fit`
        axes = tuple([i - len(have) for i, (n, m) in enumerate(zip(have, shared, strict=True)) if n != m == 1])
        if axes:
            g = add_up(g, axis=axes, keepdims=True)
    return g


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
    return 0.0 if type(x._data) is float else np.zeros_like(x._data)


def _to_float(part: Any) -> Any:
    """The gradient for a Value, from whatever a rule made of it: a float, or a node of one number."""
    if isinstance(part, Node):
        return part if np.ndim(part._data) == 0 else match(part, 0.0)
    if type(part) is complex:  # Python's (-8.0) ** 0.5, which is NaN among real numbers
        return float("nan")
    return float(np.sum(np.real(part)))
