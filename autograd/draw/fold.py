"""Which thing of a picture shows a node: itself, one that stands for it, a closed module, or a fold.

So whatever is folded, the picture is the graph with some of its nodes drawn as one.
"""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from autograd.draw.model import Call, Graph, is_view
from autograd.draw.options import Detail, matcher
from autograd.typing import NodeLike


class Fold(NamedTuple):
    """Many nodes drawn as one, with a title; `number` tells two of the same title apart."""

    title: str
    number: int = 0


Key: TypeAlias = NodeLike  # what shows a node: a node, a Call that is closed, or a Fold
NO_FOLDS: Mapping[NodeLike, Fold] = {}


def fold(
    graph: Graph, detail: Detail, stand_in: Mapping[NodeLike, NodeLike], folds: Mapping[NodeLike, Fold] = NO_FOLDS
) -> dict[NodeLike, Key]:
    """Node -> what shows it: the fold that hides it, the closed module that it is in, or what stands in for it."""
    closed = _closed(graph, detail)
    keys: dict[NodeLike, Key] = {}
    for node in graph.nodes:
        if node.op is not None and (shown := shown_for(node, stand_in)) is not None:
            keys[node] = folds.get(shown) or closed.get(graph.call_of.get(shown)) or shown
    for node in graph.nodes:
        if node.op is None and (shown := shown_for(node, stand_in)) is not None:
            keys[node] = folds.get(shown) or _only_reader(graph, node, keys) or shown
    return keys


def shown_for(node: NodeLike, stand_in: Mapping[NodeLike, NodeLike]) -> NodeLike:
    """The node that is drawn for this one, or None."""
    while node is not None and node in stand_in:
        node = stand_in[node]
    return node


def _only_reader(graph: Graph, leaf: NodeLike, keys: dict[NodeLike, Key]) -> Key:
    """The closed module or fold that a leaf is hidden in, for nothing else reads it; None if it is to be seen."""
    readers = {keys.get(c) for c in graph.consumers[leaf]} - {None}
    if len(readers) != 1 or leaf in graph.tops or graph.kind(leaf) == "input":
        return None
    (reader,) = readers
    return reader if isinstance(reader, (Call, Fold)) else None


def _closed(graph: Graph, detail: Detail) -> dict[Call | None, Call]:
    """Call -> the outermost closed one of it and those around it, where there is one."""
    closes, opens, depth = matcher(detail.collapse), matcher(detail.expand), detail.depth
    found: dict[Call | None, Call] = {}
    for call in graph.calls:  # outer ones first
        if call.outer in found:
            found[call] = found[call.outer]
        elif not opens(call) and (closes(call) or (depth is not None and call.level >= depth)):
            found[call] = call
    return found


def hidden_views(graph: Graph, detail: Detail) -> set[NodeLike]:
    """The ops that only look at the same numbers in another way, where they are not to be shown."""
    return set() if detail.views else {node for node in graph.nodes if is_view(node) and node not in graph.tops}


def left_out(graph: Graph, detail: Detail) -> dict[NodeLike, NodeLike]:
    """The nodes that are not to be shown: a view has its input for a stand-in, a constant None."""
    found = {node: node.inputs[0] for node in hidden_views(graph, detail)}
    if not detail.constants:
        found |= {node: None for node in graph.nodes if graph.kind(node) == "constant"}
    return found
