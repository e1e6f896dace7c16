"""`draw`: a graph as boxes and arrows, each node with its op, name, value and gradient."""

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import is_node, walk

if TYPE_CHECKING:
    from autograd.draw.render import Picture

# colours that colour-blind people tell apart (Okabe & Ito, 2008), lightened to carry black text
LEAF, OP, ROOT, CONSTANT = "#cfe5f5", "#f3f3f3", "#fbe3b5", "#ffffff"
SMALL = 16  # arrays of up to so many elements are shown in full
FONT, FAINT, GRADIENT = "Helvetica", "#777777", "#9c4a00"


def _escape(text: str) -> str:
    """Text as it stands in a label of HTML."""
    from html import escape  # takes longer to import than all of this package's drawing

    return escape(text)


def draw(
    roots: Any, *, direction: str = "LR", values: bool = True, gradients: bool = True, digits: int = 4
) -> "Picture":
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

    picture = Picture("graph", graph_attr={"rankdir": direction, "nodesep": "0.15", "ranksep": "0.35", "pad": "0.1"})
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
    """A node as a small table: a headline with its name and op, then its numbers, then its gradient."""
    settings = ", ".join(f"{k}={v!r:.20}" for k, v in (node.settings or {}).items() if k != "index")
    parts = [node.name and f"<b>{_escape(node.name)}</b>", node.op and _escape(node.op.symbol), _escape(settings)]
    head = " ".join(filter(None, parts))
    rows = [f'<tr><td colspan="2">{head}</td></tr>'] if head else []
    if values:
        rows.append(f'<tr><td><font color="{FAINT}">data</font></td><td>{_shown(node.data, digits)}</td></tr>')
    if gradients and node.grad is not None:
        rows.append(f'<tr><td><font color="{GRADIENT}">grad</font></td>'
                    f'<td>{_shown(node.grad, digits, GRADIENT)}</td></tr>')
    return (
        f'<table border="1" cellborder="0" cellspacing="0" cellpadding="4" color="#555555" bgcolor="{colour}" '
        f'style="rounded">{"".join(rows) or "<tr><td></td></tr>"}</table>'
    )


def _constant(x: Any, digits: int) -> str:
    return f'<table border="0" cellborder="0" cellpadding="2"><tr><td>{_shown(x, digits)}</td></tr></table>'


def _shown(data: Any, digits: int, colour: str = "#000000") -> str:
    """Numbers for a reader: all of a few, in rows and columns; shape and range of many."""
    array = np.asarray(data.data if is_node(data) else data)
    shape = "x".join(map(str, array.shape))  # ASCII: the bundled program only guesses the width of other characters
    if array.ndim == 0:
        text = _number(array[()], digits)
    elif array.size == 0 or array.dtype.kind not in "biuf":
        text = f"{shape} {array.dtype}"
    elif array.size > SMALL or array.ndim > 2:
        text = f"{shape} in [{_number(array.min(), digits)}, {_number(array.max(), digits)}]"
    else:
        rows = [[_number(x, digits) for x in row] for row in np.atleast_2d(array)]
        cells = "".join(
            "<tr>" + "".join(f'<td align="right"><font color="{colour}">{x}</font></td>' for x in row) + "</tr>"
            for row in rows
        )
        return f'<table border="0" cellborder="0" cellspacing="2" cellpadding="1">{cells}</table>'
    return f'<font color="{colour}">{text}</font>'


def _number(x: Any, digits: int) -> str:
    return str(bool(x)) if isinstance(x, (bool, np.bool_)) else _escape(f"{x + 0:.{digits}g}")  # + 0 turns -0 into 0
