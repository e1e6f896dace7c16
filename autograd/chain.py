"""The chain rule: `contributions` applies it at one node, `sweep` at all nodes, the newest first.

A gradient arrives at a node. The rules of its op turn it into what each input receives: the gradient × the op's slope.
What an input receives from several nodes is added up.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> [(i, part) for i, _, part in contributions(y, 1.0)]
    [(0, 3.0), (1, 3.0)]
    >>> grads = {y: 1.0}
    >>> _ = sweep(grads)
    >>> grads[x]
    6.0

fast.py says the sweep once more, for speed; backward.py starts it.
Read next: record.py, how the graph comes about.
"""

from collections.abc import Collection, Iterator
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np

from autograd.complaints import changed_in_place
from autograd.graph import NO_SETTINGS, Node, is_variable, raw
from autograd.rules.shaping import astype
from autograd.typing import Array, Function, Settings, Shape

Gradients = dict[Node, Array]  # what has arrived at each node


def sweep(grads: Gradients, live: Collection[Node] | None = None, keep: Collection[Node] | None = None,
          create_graph: bool = False, rule: Function | None = None) -> bool:
    """Push the gradients in `grads` back to the leaves, adding what arrives at each node to `grads`.

    Always take the newest node that has a gradient: whatever was made from it is newer still and has been taken
    before, so its gradient is complete. What it passes on goes to older nodes, so none is taken too early.

    live          the nodes that gradients may go to; None: all
    keep          the inner nodes whose gradients stay in `grads`, beside those of Values; None: all
    create_graph  record what the rules compute, so that it can be differentiated again
    rule          what applies the chain rule at one node, if not `contributions`

    Returns whether it met an op after which 0 × infinity may have come in: see careful.py.
    """
    risky = False
    queue = [(-node.order, node) for node in grads if node.op is not None]  # no two orders are equal
    heapify(queue)
    while queue:
        node = heappop(queue)[1]
        risky = risky or node.op.risky
        stays = keep is None or node in keep or type(node._raw) is float
        g = grads[node] if stays else grads.pop(node)
        for _, x, part in (rule or contributions)(node, g, create_graph):
            if x in grads:
                grads[x] = grads[x] + part  # never +=: a rule may give one array to several inputs
            elif live is None or x in live:
                grads[x] = part
                if x.op is not None:
                    heappush(queue, (-x.order, x))
    return risky


def contributions(node: Node, g: Array, create_graph: bool = False) -> Iterator[tuple[int, Node, Array]]:
    """The chain rule at one node: (i, its i-th input, what that receives of `g`) for each input that is a variable.

    Raises ModifiedInPlace where an input was changed after it was used.
    """
    for i, x, part in parts(node, g, create_graph):
        yield i, x, match(part, x._raw)


def parts(node: Node, g: Array, create_graph: bool = False) -> Iterator[tuple[int, Node, Array]]:
    """The same, as the rules give it: with the shape that NumPy's broadcasting gave to the inputs."""
    op, inputs = node.op, node.inputs
    for x in inputs:
        if isinstance(x, Node) and x.order > node.order:
            raise changed_in_place(x, node)
    settings = NO_SETTINGS if op.ufunc else node.settings  # of a ufunc it is dtype=, which `match` undoes
    arrays, y = numbers_of(node)
    if create_graph:  # the rules run on the nodes themselves, and so what they do is recorded
        arrays, y = [x if isinstance(x, Node) else a for x, a in zip(inputs, arrays, strict=True)], op.outputs_of(node)
    if op.vjp_of_all is None:
        found = (pulled(x, vjp, g, y, arrays, settings) for x, vjp in zip(inputs, op.vjps, strict=False))
    else:
        found = op.vjp_of_all(g, y, inputs, *arrays, **settings)
    return ((i, x, part) for i, (x, part) in enumerate(zip(inputs, found, strict=False))
            if part is not None and is_variable(x))


def numbers_of(node: Node) -> tuple[Any, Any]:
    """The inputs and the output (or outputs) of a node's op as its rules see them: plain numbers and arrays."""
    arrays = [raw(x) for x in node.inputs] if node.arrays is None else node.arrays
    return arrays, node._raw if node.op.place is None else node.all_outputs


def pulled(x: Any, vjp: Function | None, g: Array, y: Array, arrays: Any, settings: Settings) -> Array:
    """What the rule of one input makes of `g`; None for a constant, and where no gradient flows."""
    if vjp is None or not is_variable(x):
        return None
    try:
        return vjp(g, y, *arrays, **settings)
    except ArithmeticError:  # where Python's floats raise, NumPy's give inf or nan, as arrays do
        if type(y) is not float:
            raise
        return vjp(np.float64(g), np.float64(y), *map(np.float64, arrays), **settings)


def match(g: Array, like: Array) -> Array:
    """`g` summed down, or spread out, to the shape of `like`; real where that is real; with its dtype.

    This is the one place that knows about broadcasting: what NumPy repeated on the way forward is summed on the way
    back. A rule may also give less than its input's shape (that of np.sum gives `g` as it is), which is repeated.
    """
    if type(g) is type(like) is float:
        return g
    if isinstance(g, Node):
        return _match_recorded(g, like)
    if type(like) is float:
        return float("nan") if type(g) is complex else float(np.sum(np.real(g)))  # (-8.0) ** 0.5 is no real number
    g = np.asarray(g)
    if g.shape != like.shape:
        g = sum_to_shape(g, np.add.reduce, g.shape, like.shape)
    if g.shape != like.shape:
        small, g = g, np.empty(like.shape, g.dtype)
        g[...] = small  # np.broadcast_to takes longer
    if g.dtype != like.dtype:
        g = (g if like.dtype.kind == "c" else g.real).astype(like.dtype)
    return np.asarray(g)  # a sum may be a NumPy scalar


def _match_recorded(g: Array, like: Array) -> Array:
    g = sum_to_shape(g, np.sum, np.shape(g._raw), np.shape(like))
    if np.shape(g._raw) != np.shape(like):
        g = np.broadcast_to(g, np.shape(like))
    if np.iscomplexobj(g._raw) and not np.iscomplexobj(like):
        g = np.real(g)
    return g if type(like) is float or np.asarray(g._raw).dtype == like.dtype else astype(g, like.dtype)


def sum_to_shape(g: Array, add_up: Function, have: Shape, want: Shape) -> Array:
    """Undo broadcasting: add up `g` over the axes along which an array of shape `want` was repeated."""
    extra = len(have) - len(want)
    if extra > 0:
        g, have = add_up(g, axis=tuple(range(extra))), have[extra:]
    if have == want:
        return g
    shared = want[len(want) - len(have) :]  # a smaller `g` is spread out by `match`
    axes = tuple([i for i, (n, m) in enumerate(zip(have, shared, strict=True)) if m == 1 and n != 1])
    return add_up(g, axis=axes, keepdims=True) if axes else g
