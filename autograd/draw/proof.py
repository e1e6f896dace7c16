"""`replay`: proof that a picture is true. Every node is computed again from what was drawn, and compared."""

import re

import numpy as np

from autograd.draw.items import Folded
from autograd.draw.model import Graph
from autograd.errors import ReplayError
from autograd.graph import data_of, is_node
from autograd.typing import Array, NodeLike


def replay(drawn: NodeLike, rtol: float = 1e-9) -> int:
    """`replay`, which stands in drawing.py."""
    graph = getattr(drawn, "graph", None)
    if isinstance(graph, Graph):
        _check_arrows(drawn.source, drawn.folded)
    else:
        graph = Graph(drawn)
    # leaves first: one whose numbers changed has a later number of creation than what was computed from it
    numbers: dict[NodeLike, Array] = {node: data_of(node) for node in graph.nodes if node.op is None}
    ops = [node for node in graph.nodes if node.op is not None]
    for node in ops:
        if not hasattr(node.op, "compute"):
            raise ReplayError(f"{graph.label(node)} can't be computed again: its op has no compute()")
        late = next((x for x in node.inputs if is_node(x) and x not in numbers), None)
        if late is not None:
            raise ReplayError(f"{graph.label(late)} was changed after {graph.label(node)} was computed from it")
        with np.errstate(all="ignore"):
            found = node.op.compute(*[numbers[x] if is_node(x) else x for x in node.inputs], **(node.settings or {}))
            _compare(graph, node, found, rtol)
        # as a node holds it: a NumPy scalar would give the next op another dtype than a float does
        numbers[node] = float(found) if type(node.data) is float else np.asarray(found)
    return len(ops)


def _compare(graph: Graph, node: NodeLike, found: Array, rtol: float) -> None:
    got, shown = np.asarray(found), np.asarray(data_of(node))
    scale = 0.0
    if shown.dtype.kind in "fc":
        parts = np.abs(np.stack([shown.real, shown.imag]))  # of which none overflows
        scale = float(parts.max(initial=0.0, where=np.isfinite(parts)))
        rtol = max(rtol, {2: 1e-2, 4: 1e-4}.get(parts.dtype.itemsize, 0.0))
    if got.shape != shown.shape or not np.allclose(got, shown, rtol=rtol, atol=rtol * scale, equal_nan=True):
        raise ReplayError(f"{graph.label(node)} shows {shown!r:.100}, but computed from what it is drawn with it is "
                          f"{got!r:.100}. Was one of its inputs changed after it was computed?")


_ARROW = re.compile(r"^\s*(n\d+(?:c\d+)?) -> (n\d+)(?: |$)", re.MULTILINE)


def _check_arrows(source: str, folded: Folded) -> None:
    """Each arrow in the text stands for edges of the graph, and each edge for an arrow, or lies inside one item."""
    ids = folded.graph.ids
    # without quoted strings and labels of HTML, so that no name can pass for an arrow
    drawn = sorted(_ARROW.findall(re.sub(r'"(?:[^"\\]|\\.)*"|<<.*>>', "", source)))
    wanted = [(ids[edge.source.first], ids[edge.target.first]) for edge in folded.edges()]
    for item in folded.items:
        name = ids[item.first]
        wanted += [(f"{name}c{i}", name) for i, _ in folded.constants(item)]
    if drawn != sorted(wanted):
        raise ReplayError(f"the arrows of the picture are not those of the graph: {set(drawn) ^ set(wanted)}")
    counted = sum(edge.count for edge in folded.edges())
    if counted != (edges := len(list(folded.real_edges()))):
        raise ReplayError(f"the arrows stand for {counted} edges of the graph, of {edges}")
