"""What is known of a graph before it is drawn: its nodes in order, their names, kinds, modules and gradients."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from typing import TypeAlias

import numpy as np

from autograd.draw.escape import clean
from autograd.draw.numbers import array_of, shape_of
from autograd.graph import data_of, is_node, walk
from autograd.trees import leaves, paths
from autograd.typing import Array, Function, NodeLike, Tree

CONSTANTS = (type(None), int, float, complex, np.generic, np.ndarray)  # stand beside nodes in what a model gives
Names: TypeAlias = Mapping[str, object] | None  # the user's variables, such as locals()


class Call:
    """One call of a module: what it computed (ops and inner calls, oldest first), and where it stands."""

    def __init__(self, path: str, kind: str, outer: "Call | None"):
        self.path, self.kind, self.outer = path, kind, outer
        self.level: int = 0 if outer is None else outer.level + 1
        self.parts: list[NodeLike | Call] = []

    @property
    def title(self) -> str:
        """ "layers.0 · Linear"."""
        return f"{self.path} · {self.kind}" if self.path else self.kind


def chain(call: Call | None) -> list[Call]:
    """The calls that a call is in, and itself, outermost first; none, where there is no call."""
    found = []
    while call is not None:
        found.append(call)
        call = call.outer
    return found[::-1]


class Graph:
    """The nodes that `roots` depend on.

    nodes   oldest first: a topological order
    ids     "n0", "n1", … in the order in which a walk from the roots meets them, inputs first: the same for every
            graph of the same shape
    names   of those that have one
    calls   every module call, outer ones before inner ones
    parts   the outermost module calls and ops that ran in none, oldest first
    call_of the innermost call in which an op ran
    """

    def __init__(self, roots: NodeLike, names: Names = None):
        if not is_node(roots) and is_node(getattr(roots, "graph", None)):
            roots = roots.graph  # an error that carries the graph of what failed
        self.roots = _roots(roots)
        if isinstance(roots, dict):
            names = dict(paths(roots)) | dict(names or {})
        self.tops = set(self.roots)
        self.nodes: list[NodeLike] = walk(self.roots)[::-1]
        self.ids = _canonical_ids(self.roots)
        self.consumers: dict[NodeLike, list[NodeLike]] = {node: [] for node in self.nodes}
        for node in self.nodes:
            for x in filter(is_node, node.inputs):
                self.consumers[x].append(node)
        self.parameters: set[NodeLike] = set()
        self.names = {node: clean(node.name) for node in self.nodes if node.name}
        self._name(names)
        self.parts: list[NodeLike | Call] = []
        self.call_of: dict[NodeLike, Call] = {}
        self.calls = self._group()

    def _name(self, names: Names) -> None:
        """The user's own variables: nodes by their name, models by the paths in them."""
        for name, value in (names or {}).items():
            if is_node(value):
                if value in self.consumers and not name.startswith("_"):
                    self.names.setdefault(value, clean(name))
            elif callable(parameters := getattr(value, "named_parameters", None)) and not isinstance(value, type):
                for path, x in parameters():
                    if x in self.consumers:
                        self.parameters.add(x)
                        self.names[x] = clean(f"{name}.{path}")

    def kind(self, node: NodeLike) -> str:
        """What a reader tells apart: "result", "op", "constant", "parameter" or "input"."""
        if node in self.tops:
            return "result"
        if node.op is not None:
            return "op"
        variable, name = getattr(node, "requires_grad", True), node in self.names
        if node in self.parameters or (getattr(node, "scope", None) and (variable or name)):
            return "parameter"  # a frozen one too: it has kept its name
        return "input" if variable or name else "constant"

    def label(self, node: NodeLike) -> str:
        """A node in a word: its name, or its op with its id."""
        return self.names.get(node) or (f"{symbol(node)} ({self.ids[node]})" if node.op else self.ids[node])

    def _group(self) -> list[Call]:
        """Sort the ops into the calls of modules that made them. Each call has scope pairs of its own: see graph.py."""
        known: dict[tuple[int, int], Call] = {}
        for node in self.nodes:
            if node.op is None:
                continue
            outer: Call | None = None
            for frame in getattr(node, "scope", None) or ():
                key = (id(outer), id(frame))
                if key not in known:
                    path = ".".join(filter(None, (outer.path if outer else "", clean(frame[0]))))
                    known[key] = call = Call(path, clean(frame[1]), outer)
                    (outer.parts if outer else self.parts).append(call)
                outer = known[key]
            if outer:
                self.call_of[node] = outer
            (outer.parts if outer else self.parts).append(node)
        return list(known.values())


def _roots(tree: Tree) -> list[NodeLike]:
    """The nodes in nested containers, as a model may give them, with plain numbers and arrays beside them."""
    if is_dataclass(tree) and not isinstance(tree, type):
        tree = vars(tree)
    found = leaves(list(tree) if isinstance(tree, (set, frozenset)) else tree)
    nodes = [x for x in found if is_node(x) and not isinstance(x, type)]
    others = [x for x in found if not is_node(x) and not isinstance(x, CONSTANTS)]
    if others or not nodes:
        wrong = others[0] if others else tree
        hint = ": draw(model(x)) draws what a model does" if hasattr(wrong, "named_parameters") else ""
        raise TypeError(f"draw takes a node (Tensor or Value) or several, got {type(wrong).__name__}{hint}")
    return nodes


class Flow:
    """One backward pass from a graph's roots, which touches no `.grad`; without a graph, none.

    seed           the gradient to start from; `keep` says of which nodes contributions are kept

    gradients      node -> the gradient of the roots' sum with respect to it
    contributions  (node, i) -> what flowed from it to its i-th input: upstream × local
    problem        why there are none, in a sentence; "" if there are
    """

    def __init__(self, graph: Graph | None = None, seed: Array = None, keep: Function = lambda node: True):
        self.gradients: dict[NodeLike, Array] = {}
        self.contributions: dict[tuple[NodeLike, int], Array] = {}
        self.order: list[NodeLike] = []  # the ops that passed a gradient on, in the order in which they did
        self.problem = ""
        self._graph = graph
        if graph is None:  # no backward pass
            return
        try:
            self._sweep(graph, seed, keep)
        except Exception as error:  # a picture is drawn of broken graphs too: it says what is wrong
            self.gradients, self.contributions, self.order = {}, {}, []
            self.problem = f"no gradients: {error}"

    def arriving(self, node: NodeLike) -> list[Array]:
        """The contributions that add up to the gradient of a node."""
        consumers = self._graph.consumers[node] if self._graph else []
        return [part for consumer in dict.fromkeys(consumers) for i, x in enumerate(consumer.inputs)
                if x is node and (part := self.contributions.get((consumer, i))) is not None]

    def leaving(self, node: NodeLike) -> Iterator[tuple[int, NodeLike, Array]]:
        """What flows from a node to its inputs: (i, the input, the contribution)."""
        for i, x in enumerate(node.inputs):
            if (node, i) in self.contributions:
                yield i, x, self.contributions[node, i]

    def _sweep(self, graph: Graph, seed: Array, keep: Function) -> None:
        if seed is None and any(np.size(data_of(root)) != 1 for root in graph.roots):
            self.problem = "no gradients: the result is not one number. Give seed=, or draw a loss"
            return
        passes: dict[Function, dict[NodeLike, Array]] = {}  # a backward pass -> the gradients that it starts from
        for root in graph.roots:
            if getattr(root, "requires_grad", True) and hasattr(root, "push_back"):
                _add(passes.setdefault(root.push_back, {}), root, _first_gradient(data_of(root), seed))
        kept = {node for node in graph.nodes if keep(node)}
        for push_back, grads in passes.items():
            push_back(grads, kept)
            for node, g in grads.items():
                _add(self.gradients, node, g)
        for node in reversed(graph.nodes):
            if node.op is not None and node in kept and node in self.gradients:
                self.order.append(node)
                for i, part in enumerate(node.pull(self.gradients[node])):
                    if part is not None:
                        self.contributions[node, i] = part


def _add(grads: dict[NodeLike, Array], node: NodeLike, g: Array) -> None:
    grads[node] = grads[node] + g if node in grads else g


def _first_gradient(data: Array, seed: Array) -> Array:
    """The gradient that a root's backward pass starts from: ones, or the seed, spread out to its shape."""
    one = np.asarray(1.0 if seed is None else getattr(seed, "data", seed))
    return float(one) if type(data) is float else np.broadcast_to(one, np.shape(data)).astype(data.dtype)


def symbol(node: NodeLike) -> str:
    """What an op is called in a picture."""
    return clean(getattr(node.op, "symbol", None) or getattr(node.op, "name", None) or "?", 30) if node.op else ""


def settings_of(node: NodeLike, but: Iterable[str] = ()) -> str:
    """An op's settings in a few words: "axis=0"."""
    settings = getattr(node, "settings", None)
    if not settings:
        return ""
    known = {k: v for k, v in settings.items() if k not in but and v is not None}
    return clean(", ".join(f"{k}={_setting(v)}" for k, v in known.items()), 40)


def _setting(value: object) -> str:
    if isinstance(value, np.ndarray) and value.size > 1:
        return f"{shape_of(value)} {value.dtype}"
    text = f"{value!r:.20}"
    if text.startswith("<"):  # <function f at 0x7f…>: an address differs from run to run
        return str(getattr(value, "__name__", type(value).__name__))
    return text


def is_view(node: NodeLike) -> bool:
    """Whether an op only looks at its one input's numbers in another way (reshape, transpose, a slice)."""
    if node.op is None or not node.inputs or not is_node(node.inputs[0]):
        return False
    mine, its = array_of(data_of(node)), array_of(data_of(node.inputs[0]))
    return mine is not None and its is not None and mine.ndim + its.ndim > 0 and np.may_share_memory(mine, its)


def _canonical_ids(roots: list[NodeLike]) -> dict[NodeLike, str]:
    """Number the nodes, inputs before results, in the order in which a walk from the roots meets them: a loop."""
    ids: dict[NodeLike, str] = {}
    seen, stack = set(), roots[::-1]
    while stack:
        node = stack.pop()
        if node in seen:  # its inputs have their numbers
            ids.setdefault(node, f"n{len(ids)}")
            continue
        seen.add(node)
        stack.append(node)
        stack.extend(x for x in node.inputs[::-1] if is_node(x) and x not in seen)
    return ids


def local_derivative(node: NodeLike, i: int) -> Array:
    """The derivative of a node with respect to its i-th input: a number or array, or None where it is too much to show.

    Of one number: the gradient of it. Of an array whose elements each depend on the same element of the input: the
    derivative of each. Else the Jacobian, up to 16 entries, of shape (outputs, inputs).
    """
    x, y = node.inputs[i], data_of(node)
    try:
        if np.size(y) == 1:
            return node.pull(1.0 if type(y) is float else np.ones(np.shape(y), np.asarray(y).dtype))[i]
        if np.shape(y) == np.shape(data_of(x)):
            probe = np.linspace(0.5, 1.5, np.size(y)).reshape(np.shape(y))
            ones, probed = node.pull(np.ones(np.shape(y)))[i], node.pull(probe)[i]
            if ones is not None and np.allclose(probed, probe * ones, rtol=1e-4, equal_nan=True):
                return ones
        if np.size(y) * np.size(data_of(x)) > 16:
            return None
        basis = np.eye(np.size(y)).reshape(np.size(y), *np.shape(y))
        rows = [node.pull(e)[i] for e in basis]
        return None if rows[0] is None else np.stack([np.ravel(row) for row in rows])
    except Exception:
        return None  # what can't be worked out is not shown; replay and gradcheck say why
