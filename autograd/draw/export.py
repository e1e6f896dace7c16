"""The drawn graph for other programs: `to_json` and `to_mermaid`."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd.draw.escape import clean, for_mermaid
from autograd.draw.items import Folded
from autograd.draw.model import Call, Flow, Graph, chain, settings_of, symbol
from autograd.draw.numbers import array_of, summary
from autograd.draw.options import Detail
from autograd.graph import is_node

SCHEMA = "norgrad graph 1"
LARGEST = 64  # arrays of up to so many numbers are written in full


def to_json(roots: Any, *, names: Mapping[str, Any] | None = None, seed: Any = None, **fold: Any) -> dict[str, Any]:
    """A graph as dicts, lists, strings and numbers, ready for `json.dump`; NaN and infinities are strings.

    schema   "norgrad graph 1"
    nodes    each with id, kind (result, op, constant, parameter, input), name, op, settings, shape, dtype, value,
             gradient (null where there is none), scope (the index of its module call, or null), requires_grad, order
             (its place in a topological order), members (how many nodes it stands for). A value is a number, nested
             lists of up to 64, or {"min", "mean", "max"} of more
    edges    each with source and target (ids), slot (which input), count, step (true from one step of a rolled-up loop
             to the next); constants are edges with a `constant` in place of a source
    scopes   module calls: path, class, outer (an index, or null), level
    notes    what the picture says about itself
    options  those of `draw` that fold: depth, collapse, expand, rolled, views, constants; nothing is folded by default

    >>> from autograd import Value
    >>> found = to_json(Value(2.0, name="x") * 3)
    >>> [(node["id"], node["name"], node["value"]) for node in found["nodes"]]
    [('n0', 'x', 2.0), ('n1', None, 6.0)]
    """
    graph = Graph(roots, names)
    folded = Folded(graph, Detail(**{"budget": None, **fold}))
    flow = Flow(graph, seed)
    place = {node: i for i, node in enumerate(graph.nodes)}
    calls = list(dict.fromkeys(call for item in folded.items for call in chain(item.call)))
    scope: dict[Call | None, int] = {call: i for i, call in enumerate(calls)}
    nodes, edges = [], []
    for item in folded.items:
        node = item.first
        array = array_of(getattr(node, "data", None))
        nodes.append({
            "id": graph.ids[node], "kind": "fold" if item.folded else graph.kind(node),
            "name": item.title or graph.names.get(node), "op": symbol(node) or None,
            "settings": settings_of(node) or None, "shape": None if array is None else list(array.shape),
            "dtype": None if array is None else str(array.dtype), "value": _plain(getattr(node, "data", None)),
            "gradient": _plain(flow.gradients.get(node)), "scope": scope.get(item.call),
            "requires_grad": bool(getattr(node, "requires_grad", True)), "order": place[node],
            "members": len(item.members),
        })
        if not item.folded and folded.constants:
            edges += [{"constant": _plain(x), "target": graph.ids[node], "slot": i, "count": 1, "step": False}
                      for i, x in enumerate(node.inputs) if not is_node(x)]
    edges += [{"source": graph.ids[edge.source.first], "target": graph.ids[edge.target.first], "slot": edge.slot,
               "count": edge.count, "step": edge.loop} for edge in folded.edges()]
    scopes = [{"path": call.path, "class": call.kind, "outer": scope.get(call.outer), "level": call.level}
              for call in calls]
    return {"schema": SCHEMA, "nodes": nodes, "edges": edges, "scopes": scopes, "notes": list(folded.notes)}


def _plain(data: Any) -> Any:
    """Numbers as JSON has them."""
    array = array_of(data)
    if data is None or array is None:
        return None
    if array.size > LARGEST:
        if array.dtype.kind == "c":
            return None
        return {"min": _one(array.min()), "mean": _one(array.mean()), "max": _one(array.max())}
    return _lists(array)


def _lists(array: Any) -> Any:
    return [_lists(row) for row in array] if np.ndim(array) else _one(array)


def _one(x: Any) -> Any:
    x = np.asarray(x)[()].item()
    if isinstance(x, complex):
        return str(x)
    return x if not isinstance(x, float) or np.isfinite(x) else str(x)


def to_mermaid(roots: Any, *, direction: str = "LR", names: Mapping[str, Any] | None = None, **fold: Any) -> str:
    """A graph as a Mermaid flowchart, for pages that render it (GitHub, GitLab, wikis).

    Takes the options of `draw` that fold. Names can hold no markup: they are written as numbered entities.

    >>> from autograd import Value
    >>> print(to_mermaid(Value(2.0, name="x") * 3))
    flowchart LR
      n0(["x"])
      n1[["#215;"]]
      n1c1["3"]
      n0 --> n1
      n1c1 -.-> n1
    """
    graph = Graph(roots, names)
    folded = Folded(graph, Detail(**fold))
    brackets = {"input": ("([", "])"), "parameter": ("[/", "/]"), "op": ("(", ")"), "result": ("[[", "]]"),
                "constant": ("[", "]")}
    lines, arrows = [f"flowchart {'TB' if direction == 'TB' else 'LR'}"], []
    for item in folded.items:
        node, name = item.first, graph.ids[item.first]
        left, right = ("{{", "}}") if item.folded else brackets[graph.kind(node)]
        text = item.title or " ".join(filter(None, (graph.names.get(node), symbol(node)))) or summary(node.data)
        text += f" × {len(item.members)}" if len(item.members) > 1 and not item.folded else ""
        lines.append(f'  {name}{left}"{for_mermaid(text)}"{right}')
        if not item.folded and folded.constants:
            for i, x in enumerate(node.inputs):
                if not is_node(x):
                    lines.append(f'  {name}c{i}["{for_mermaid(clean(summary(x)))}"]')
                    arrows.append(f"  {name}c{i} -.-> {name}")
    arrows = [f"  {graph.ids[e.source.first]} {'-. next .->' if e.loop else '-->'} {graph.ids[e.target.first]}"
              for e in folded.edges()] + arrows
    return "\n".join([*lines, *arrows])
