"""`explore`: a graph as one page of HTML to walk through, forward and backward, step by step."""

import os
from typing import Any

import numpy as np

from autograd.draw.escape import clean
from autograd.draw.items import Folded
from autograd.draw.model import Flow, Graph, Names, chain
from autograd.draw.numbers import summary
from autograd.draw.options import Detail, Look
from autograd.draw.page import Page, filled
from autograd.draw.picture import Drawing
from autograd.draw.render import SVG, text, tree
from autograd.draw.scene import scene
from autograd.draw.themes import THEMES
from autograd.draw.words import formula, product, words
from autograd.graph import data_of, is_node
from autograd.typing import Array, NodeLike

FULL = 400  # characters of a value that a page shows


def explore(
    roots: NodeLike, path: str | os.PathLike[str] | None = None, *, names: Names = None, seed: Array = None,
    title: str = "", digits: int = 4, direction: str | None = None, hide_answers: bool = False,
    budget: int | None = 2000, **fold: Any,
) -> Page:
    """`explore`, which stands in drawing.py."""
    graph = Graph(roots, names)
    look = Look(direction=direction, digits=digits, with_ids=True)
    drawing = Drawing(scene(Folded(graph, Detail(budget=budget, **fold)), look, seed))
    svg = _svg(drawing.drawn().pipe("svg", encoding="utf-8"), drawing)
    data = {
        "nodes": _nodes(drawing), "scopes": [call.title for call in drawing.boxes], "forward": _forward(drawing),
        "backward": _backward(drawing), "hide": bool(hide_answers), "wrong": wrong_order(),
    }
    return filled("explore", title or graph.names.get(graph.roots[0]) or "a computation graph", svg, data, path)


# ---- the picture ----------------------------------------------------------------------------------------------------
def _svg(svg: str, drawing: Drawing) -> str:
    """Graphviz's SVG with classes in place of colours, so that a page can have any theme, and without links."""
    root = tree(svg)
    meanings = {colour: name for name, colour in THEMES["light"].items()} | {"white": "page"}
    kinds = {drawing.graph.ids[item.first]: drawing.folded.kind(item) for item in drawing.folded.items}
    for element in root.iter():
        classes = [f"{part[0]}-{meanings[element.attrib.pop(part)]}" for part in ("fill", "stroke")
                   if element.get(part) in meanings]
        if classes:
            element.set("class", " ".join(filter(None, [element.get("class"), *classes])))
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    for group in list(root.iter(f"{SVG}g")):
        kind = (group.get("class") or "").split(" ")[0]
        mark, name = group.attrib.pop("id", ""), group.findtext(f"{SVG}title", "")
        for title in group.findall(f"{SVG}title"):
            group.remove(title)
        if kind == "node":
            group.attrib.update({"data-id": name, "class": f"node {kinds.get(name, 'constant')}"})
        elif kind == "edge":
            group.attrib.update({"data-id": mark, "data-ends": name})
        elif kind == "cluster":
            group.set("data-id", mark)
        if kind == "cluster" or name in kinds:
            group.attrib.update({"tabindex": "0", "role": "button"})
    root.set("id", "picture")
    return text(root)


# ---- what the page knows ---------------------------------------------------------------------------------------------
def _nodes(drawing: Drawing) -> dict[str, Any]:
    graph, flow, digits, found = drawing.graph, drawing.scene.flow, drawing.look.digits, {}
    scopes = {call: i for i, call in enumerate(drawing.boxes)}
    for item in drawing.folded.items:
        node = item.first
        around = [scopes[call] for call in reversed(chain(item.call)) if call in scopes]
        said = words(graph, flow, node, digits) if not item.folded else [f"{item.title}: {len(item.members)} nodes"]
        found[graph.ids[node]] = {
            "label": item.title or graph.label(node), "kind": drawing.folded.kind(item), "say": said,
            "value": "" if item.folded else _full(data_of(node)),
            "grad": _full(flow.gradients[node]) if node in flow.gradients and not item.folded else "", "scopes": around,
        }
    return found


def _full(data: Array) -> str:
    with np.printoptions(precision=6, threshold=60, edgeitems=3, linewidth=60):
        text = f"{data:.10g}" if isinstance(data, float) else str(data)
    lines = [clean(line, 80) for line in text[:FULL].splitlines()]
    return "\n".join(lines) + ("…" if len(text) > FULL else "")


def _shown_ops(drawing: Drawing) -> list[NodeLike]:
    shown = {item.first for item in drawing.folded.items if not item.folded and item.first.op is not None}
    return [node for node in drawing.graph.nodes if node in shown]


def _forward(drawing: Drawing) -> list[dict[str, Any]]:
    """Each op: the numbers that arrive, and the result that leaves."""
    graph, digits = drawing.graph, drawing.look.digits
    return [{
        "node": graph.ids[node], "question": words(graph, Flow(), node, digits)[0].rsplit(" = ", 1)[0],
        "answer": summary(data_of(node), digits),
        "edges": [f"{graph.ids[node]}-{i}" for i, x in enumerate(node.inputs) if is_node(x)],
    } for node in _shown_ops(drawing)]


def _backward(drawing: Drawing) -> list[dict[str, Any]]:
    """In reverse topological order, each op: upstream × local = contribution to each input, and the sum so far."""
    graph, flow, digits = drawing.graph, drawing.scene.flow, drawing.look.digits
    shown, steps = set(_shown_ops(drawing)), []
    so_far: dict[NodeLike, Array] = {}
    waiting = {node: len(flow.arriving(node)) for node in graph.nodes}
    for root in graph.roots:
        if root in flow.gradients:
            name, seed = graph.label(root), summary(flow.gradients[root], digits)
            steps.append({"node": graph.ids[root], "upstream": "", "parts": [
                {"to": graph.ids[root], "edge": "", "question": f"∂{name} / ∂{name}", "answer": seed, "total": seed,
                 "done": True}]})
    for node in [node for node in flow.order if node in shown]:
        parts = []
        for i, x, part in flow.leaving(node):
            before = so_far.get(x)
            so_far[x] = part if before is None else before + part
            waiting[x] -= 1
            parts.append({
                "to": graph.ids[x], "edge": f"{graph.ids[node]}-{i}",
                "question": f"{graph.label(x)} receives upstream × local"
                + (f" = {plugged}" if (plugged := product(flow, node, i, digits)) else f", of {formula(graph, node)}"),
                "answer": summary(part, digits), "done": waiting[x] == 0,
                "total": summary(part, digits) if before is None else
                f"{summary(before, digits)} + {summary(part, digits)} = {summary(so_far[x], digits)}",
            })
        steps.append({"node": graph.ids[node], "upstream": summary(flow.gradients.get(node), digits), "parts": parts})
    return steps


# ---- why the order matters -------------------------------------------------------------------------------------------
def wrong_order() -> dict[str, Any]:
    """b = a + a; c = b + b: what a walk along every path adds up to the gradient, beside the sweep in order.

    The naive recursion hands a node's whole gradient on each time one more contribution arrives there.
    """
    naive, wrong = _added_up(["c -> b", "b -> a", "b -> a", "c -> b", "b -> a", "b -> a"])
    right, true = _added_up(["c -> b", "c -> b", "b -> a", "b -> a"])
    return {"naive": naive, "right": right,
            "end": f"The recursion says dc/da = {wrong}. In order it is {true}, since c = 4a."}


def _added_up(arrows: list[str]) -> tuple[list[str], int]:
    """What is added to the gradients along these arrows, one after the other, and the gradient of a at the end."""
    grads, steps = {"c": 1, "b": 0, "a": 0}, []
    for arrow in arrows:
        node, x = arrow.split(" -> ")
        grads[x] += grads[node]
        steps.append(f"{x}.grad += {node}.grad: now {grads[x]}")
    return steps, grads["a"]
