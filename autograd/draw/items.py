"""What stands in a picture: items, each of which shows one node or many, and the arrows between them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from autograd.draw.budget import plan
from autograd.draw.fold import Fold, Key, hidden_views
from autograd.draw.model import Call, Graph, chain
from autograd.draw.options import Detail
from autograd.graph import is_node
from autograd.typing import Array, NodeLike


@dataclass(eq=False)
class Item:
    """One thing in the picture: a node, or several drawn as one.

    first    the node whose id it has
    call     the module call whose box it stands in
    closed   the module call that it stands for, if it does
    title    of a fold: what it hides
    members  all its nodes
    """

    first: NodeLike
    call: Call | None
    closed: Call | None = None
    title: str = ""
    members: list[NodeLike] = field(default_factory=list)

    @property
    def folded(self) -> bool:
        """Whether it hides a part of the graph (and is not just one of several alike)."""
        return bool(self.title)


@dataclass(eq=False)
class Edge:
    """An arrow between two items: how many edges of the graph it stands for, and the first of them."""

    source: Item
    target: Item
    node: NodeLike
    slot: int
    loop: bool  # from a step of a rolled-up block to the next
    count: int = 0


class Folded:
    """A graph as it is shown: `items` in the order of their ids, `edges` between them, and `notes` for the reader."""

    def __init__(self, graph: Graph, detail: Detail):
        planned = plan(graph, detail)
        self.graph, self.notes = graph, planned.notes
        self.times = planned.repeats.times  # call -> how many calls it is drawn for
        self._step, self._hidden_views = planned.repeats.step, hidden_views(graph, detail)
        self._with_constants = detail.constants
        found: dict[Key, Item] = {}
        for node in filter(planned.keys.__contains__, graph.ids):
            key = planned.keys[node]
            if key not in found:
                found[key] = _item(graph, node, key)
            found[key].members.append(node)
        self.items = list(found.values())
        self.item_of = {node: found[key] for node, key in planned.keys.items()}
        for item in self.items:  # a parameter stands in the innermost box that holds all its readers
            if item.first.op is None and graph.kind(item.first) in ("parameter", "constant"):
                readers = [self.item_of[c].call for c in graph.consumers[item.first] if c in self.item_of]
                item.call = _innermost_common(readers)
        edges: dict[tuple[object, ...], Edge] = {}
        for source, target, node, slot, loop in self.real_edges():
            edge = Edge(source, target, node, slot, loop)
            edges.setdefault((source, target, loop, None if target.folded else slot), edge).count += 1
        self._edges = list(edges.values())

    def ranks(self) -> int:
        """The longest row of things that lead to each other."""
        rank = dict.fromkeys(self.items, 1)
        for edge in self.edges():  # in the order of ids: topological, but for what is folded
            if not edge.loop:
                rank[edge.target] = max(rank[edge.target], rank[edge.source] + 1)
        return max(rank.values())

    def edges(self) -> list[Edge]:
        """The arrows, in the order of the items that they lead to. `x * x` has two."""
        return self._edges

    def kind(self, item: Item) -> str:
        """What a reader tells apart: "fold", or the kind of its node."""
        return "fold" if item.folded else self.graph.kind(item.first)

    def constants(self, item: Item) -> list[tuple[int, Array]]:
        """The plain numbers and arrays that are shown beside an item: (which input each of them is, the constant)."""
        if item.folded or not self._with_constants:
            return []
        return [(i, x) for i, x in enumerate(item.first.inputs) if not is_node(x)]

    def real_edges(self) -> Iterator[tuple[Item, Item, NodeLike, int, bool]]:
        """The edges of the graph that lead from one item to another, or from a step of a block to the next.

        Each as (from, to, the node and which of its inputs, whether it leads to the next step).
        """
        for item in self.items:
            for node in item.members:
                if node in self._hidden_views:
                    continue
                for slot, x in enumerate(node.inputs):
                    if is_node(x):
                        while x in self._hidden_views:
                            x = x.inputs[0]
                        source, loop = self.item_of.get(x), self._is_step(x, node)
                        if source is not None and (source is not item or loop):
                            yield source, item, node, slot, loop

    def _is_step(self, x: NodeLike, node: NodeLike) -> bool:
        """Whether an edge leads from one copy of a rolled-up block to a later one."""
        a, b = self._step.get(x), self._step.get(node)
        return a is not None and b is not None and a[0] == b[0] and a[1] < b[1]


def _item(graph: Graph, node: NodeLike, key: Key) -> Item:
    if isinstance(key, Call):
        return Item(node, key.outer, key, key.title)
    if isinstance(key, Fold):
        return Item(node, None, None, key.title)
    return Item(key, graph.call_of.get(key))


def _innermost_common(calls: list[Call | None]) -> Call | None:
    """The innermost call that all these are in, or are."""
    chains = [chain(call) for call in calls]
    shared = [call for call in chains[0] if all(call in other for other in chains)] if chains else []
    return shared[-1] if shared else None
