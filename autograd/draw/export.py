"""The drawn graph for other programs: `to_json` and `to_mermaid`."""

import math
from typing import Any

from autograd.draw.escape import clean, for_mermaid
from autograd.draw.items import Folded
from autograd.draw.model import Call, Flow, Graph, Names, chain, settings_of, symbol
from autograd.draw.numbers import array_of, summary
from autograd.draw.options import Detail
from autograd.graph import data_of
from autograd.typing import Array, NodeLike

SCHEMA = "norgrad graph 1"
LARGEST = 64  # arrays of up to so many numbers are written in full


def to_json(roots: NodeLike, *, names: Names = None, seed: Array = None, **fold: Any) -> dict[str, Any]:
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
    return {name: _in_json(getattr(array, name)().item()) for name in ("min", "mean", "max")}


def _in_json(x: Any) -> Any:
    if isinstance(x, list):
        return [_in_json(row) for row in x]
    return str(x) if isinstance(x, complex) or (isinstance(x, float) and not math.isfinite(x)) else x


def to_mermaid(roots: NodeLike, *, direction: str = "LR", names: Names = None, **fold: Any) -> str:
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
