"""`draw`: a graph as boxes and arrows, each node with its op, name, value and gradient."""

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import is_node, walk

if TYPE_CHECKING:
    from autograd.draw.render import Picture

# colours that colour-blind people tell apart (Okabe & Ito, 2008), lightened to carry black text
LEAF, OP, ROOT, CONSTANT = "#cfe5f5", "#f3f3f3", "#fbe3b5", "#ffffff"
SMALL = 16  # arrays of up to so many elements are shown in full
FONT = "Helvetica"


def draw(roots: Any, *, direction: str = "LR", values: bool = True, gradients: bool = True, digits: int = 4) -> "Picture":
    """A picture of everything that `roots` (a node, or several) were computed from.

    direction  "LR" draws from left to right, "TB" from top to bottom
    values     show each node's number, small array, or shape and range
    gradients  show what `backward()` has left in `.grad`: of leaves and Values; of all nodes after
               `backward(retain_grads=True)`
    digits     significant digits of a number

    Returns a `graphviz.Digraph`, which shows itself in a notebook; `.render("out/x", format="png")` writes a file.
    Leaves are blue, results of operations grey, the roots yellow; constants have no colour.

    >>> from autograd import Value
    >>> picture = draw(Value(2.0, name="x") * 3)
    >>> print(picture.pipe("svg", encoding="utf-8")[:5])
    <?xml
    """
    from autograd.draw.render import Picture

    picture = Picture("graph", graph_attr={"rankdir": direction, "nodesep": "0.15", "ranksep": "0.35"})
    picture.attr("node", shape="plain", fontname=FONT, fontsize="11")
    picture.attr("edge", color="#666666", arrowsize="0.6")
    nodes = walk(roots)[::-1]  # oldest first: the same graph gives the same text
    ids = {id(node): f"n{i}" for i, node in enumerate(nodes)}
    tops = {id(roots)} if is_node(roots) else {id(root) for root in roots}
    for node in nodes:
        name = ids[id(node)]
        colour = ROOT if id(node) in tops else OP if node.op else LEAF if _variable(node) else CONSTANT
        picture.node(name, f"<{_table(node, colour, values, gradients, digits)}>")
        for i, x in enumerate(node.inputs):
            if is_node(x):
                picture.edge(ids[id(x)], name)
            else:
                picture.node(f"{name}c{i}", f"<{_constant(x, digits)}>")
                picture.edge(f"{name}c{i}", name, style="dashed", arrowsize="0.5")
    return picture


def _variable(node: Any) -> bool:
    return bool(getattr(node, "requires_grad", True))


def _table(node: Any, colour: str, values: bool, gradients: bool, digits: int) -> str:
    head = " ".join(filter(None, [node.name and f"<b>{escape(node.name)}</b>", node.op and escape(node.op.symbol)]))
    settings = ", ".join(f"{k}={v!r:.20}" for k, v in (node.settings or {}).items() if k != "index")
    rows = [head + (f' <font color="#555555">{escape(settings)}</font>' if settings else "")] if head else []
    if values:
        rows.append(_shown(node.data, digits))
    if gradients and node.grad is not None:
        rows.append(f'<font color="#9c4a00">grad {_shown(node.grad, digits)}</font>')
    cells = "".join(f"<tr><td>{row}</td></tr>" for row in rows or ["·"])
    return (
        f'<table border="1" cellborder="0" cellspacing="0" cellpadding="3" color="#555555" bgcolor="{colour}" '
        f'style="rounded">{cells}</table>'
    )


def _constant(x: Any, digits: int) -> str:
    text = _shown(x, digits)
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="2"><tr><td>{text}</td></tr></table>'


def _shown(data: Any, digits: int) -> str:
    """Numbers for a reader: all of a few, in rows and columns; shape and range of many."""
    array = np.asarray(data.data if is_node(data) else data)
    if array.ndim == 0:
        return _number(array[()], digits)
    shape = "×".join(map(str, array.shape))
    if array.size == 0 or array.dtype.kind not in "biuf":
        return f"{shape} {array.dtype}"
    if array.size > SMALL or array.ndim > 2:
        return f"{shape} in [{_number(array.min(), digits)}, {_number(array.max(), digits)}]"
    rows = np.atleast_2d(array)
    cells = "".join(
        "<tr>" + "".join(f'<td align="right">{_number(x, digits)}</td>' for x in row) + "</tr>" for row in rows
    )
    return f'<table border="0" cellborder="0" cellspacing="3" cellpadding="0">{cells}</table>'


def _number(x: Any, digits: int) -> str:
    return escape(f"{x:.{digits}g}").replace("-", "−") if not isinstance(x, (bool, np.bool_)) else str(bool(x))
