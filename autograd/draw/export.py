"""The drawn graph for other programs: `to_json` and `to_mermaid`."""

import math
from typing import Any

import numpy as np

from autograd.draw.escape import clean, for_mermaid
from autograd.draw.items import Folded
from autograd.draw.model import Call, Flow, Graph, Names, chain, settings_of, symbol
from autograd.draw.numbers import array_of, extremes, summary
from autograd.draw.options import Detail
from autograd.graph import data_of
from autograd.typing import Array, NodeLike

SCHEMA = "norgrad graph 1"
LARGEST = 64  # arrays of up to so many numbers are written in full


def to_json(roots: NodeLike, *, names: Names = None, seed: Array = None, **fold: Any) -> dict[str, Any]:
    """`to_json`, which stands in drawing.py."""
    graph = Graph(roots, names)
    folded = Folded(graph, Detail(**{"budget": None, **fold}))
    flow = Flow(graph, seed)
    place = {node: i for i, node in enumerate(graph.nodes)}
    calls = list(dict.fromkeys(call for item in folded.items for call in chain(item.call)))
    scope: dict[Call | None, int] = {call: i for i, call in enumerate(calls)}
    nodes, edges = [], []
    for item in folded.items:
        node = item.first
        array = array_of(data_of(node))
        nodes.append({
            "id": graph.ids[node], "kind": folded.kind(item),
            "name": item.title or graph.names.get(node), "op": symbol(node) or None,
            "settings": settings_of(node) or None, "shape": None if array is None else list(array.shape),
            "dtype": None if array is None else str(array.dtype), "value": _plain(data_of(node)),
            "gradient": _plain(flow.gradients.get(node)), "scope": scope.get(item.call),
            "requires_grad": bool(getattr(node, "requires_grad", True)), "order": place[node],
            "members": len(item.members),
        })
        edges += [{"constant": _plain(x), "target": graph.ids[node], "slot": i, "count": 1, "step": False}
                  for i, x in folded.constants(item)]
    edges += [{"source": graph.ids[edge.source.first], "target": graph.ids[edge.target.first], "slot": edge.slot,
               "count": edge.count, "step": edge.loop} for edge in folded.edges()]
    scopes = [{"path": call.path, "class": call.kind, "outer": scope.get(call.outer), "level": call.level}
              for call in calls]
    return {"schema": SCHEMA, "nodes": nodes, "edges": edges, "scopes": scopes, "notes": list(folded.notes)}


def _plain(data: Array) -> Any:
    """Numbers as JSON has them."""
    array = array_of(data)
    if array is None:
        return None
    if array.size <= LARGEST:
        return _in_json(array.tolist())
    if array.dtype.kind == "c":
        return None
    low, mean, high = extremes(array)
    return {"min": _in_json(low.item()), "mean": _in_json(mean), "max": _in_json(high.item())}


def _in_json(x: Any) -> Any:
    if isinstance(x, list):
        return [_in_json(row) for row in x]
    if isinstance(x, (complex, np.complexfloating)):
        return str(x)
    if isinstance(x, (float, np.floating)):  # NumPy's longest have no other type in Python
        return float(x) if math.isfinite(x) else str(x)
    return x


def to_mermaid(roots: NodeLike, *, direction: str = "LR", names: Names = None, **fold: Any) -> str:
    """`to_mermaid`, which stands in drawing.py."""
    graph = Graph(roots, names)
    folded = Folded(graph, Detail(**fold))
    brackets = {"input": ("([", "])"), "parameter": ("[/", "/]"), "op": ("(", ")"), "result": ("[[", "]]"),
                "constant": ("[", "]"), "fold": ("{{", "}}")}
    lines, arrows = [f"flowchart {'TB' if direction == 'TB' else 'LR'}"], []
    for item in folded.items:
        node, name = item.first, graph.ids[item.first]
        left, right = brackets[folded.kind(item)]
        text = item.title or " ".join(filter(None, (graph.names.get(node), symbol(node)))) or summary(data_of(node))
        text += f" × {len(item.members)}" if len(item.members) > 1 and not item.folded else ""
        lines.append(f'  {name}{left}"{for_mermaid(text)}"{right}')
        for i, x in folded.constants(item):
            lines.append(f'  {name}c{i}["{for_mermaid(clean(summary(x)))}"]')
            arrows.append(f"  {name}c{i} -.-> {name}")
    arrows = [f"  {graph.ids[e.source.first]} {'-. next .->' if e.loop else '-->'} {graph.ids[e.target.first]}"
              for e in folded.edges()] + arrows
    return "\n".join([*lines, *arrows])
