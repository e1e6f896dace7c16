"""What stands in boxes and on arrows, in the HTML that Graphviz has for labels."""

from collections.abc import Iterable

import numpy as np

from autograd.draw.escape import for_label
from autograd.draw.items import Item
from autograd.draw.model import settings_of, symbol
from autograd.draw.numbers import array_of, extremes, number, shape_of, summary
from autograd.draw.scene import Scene
from autograd.draw.themes import heat
from autograd.graph import data_of
from autograd.typing import Array, NodeLike

FEW = 4  # elements that are shown in full on an edge
SMALL = 16  # arrays of up to so many elements are shown in full
WRONG_RULE, RULE_OK = "WRONG RULE", "rule ok"


# ---- HTML
def element(tag: str, content: str, **attributes: str | int) -> str:
    """An element of HTML; "_" in the name of an attribute is "-"."""
    written = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"<{tag}{written}>{content}</{tag}>"


def font(text: str, colour: str, **attributes: str | int) -> str:
    """Text in a colour."""
    return element("font", text, color=colour, **attributes)


def cell(content: str, **attributes: str | int) -> str:
    """A cell of a row."""
    return element("td", content, **attributes)


def row(*cells: str) -> str:
    """A row of a box."""
    return element("tr", "".join(cells))


def box(rows: Iterable[str], **attributes: str | int) -> str:
    """Rows as a table without lines."""
    return element("table", "".join(rows), border=0, cellborder=0, **attributes)


def column(lines: Iterable[str]) -> str:
    """Lines, one below the other."""
    return box((row(cell(line)) for line in lines), cellspacing=0, cellpadding=1)


# ---- boxes
def node_label(scene: Scene, item: Item, remarks: list[str], ink: str) -> str:
    """A node as a small table: a headline with its name and op, then its numbers, its gradient, and remarks."""
    node, look, colour, many = item.first, scene.look, scene.colour, len(item.members) > 1
    own = ink != colour["text"]  # on a coloured ground all text has one colour
    faint, value, of_gradient = (ink,) * 3 if own else (colour["faint"], colour["value"], colour["gradient"])
    data, failure = data_of(node), getattr(node, "failure", "")
    rows = [_wide(head)] if (head := _headline(scene, item)) else []
    if failure:
        rows.append(_wide(font(element("b", for_label(failure, 90)), colour["bad"])))
    elif look.values and not many:
        rows.append(row(cell(font("data", faint)), cell(numbers(scene, data, value))))
    elif (look.shapes or many) and shape_of(data):
        rows.append(_wide(font(_kind_of(data), faint)))
    gradient = scene.gradient(node) if look.gradients and not many else None
    if gradient is not None:
        rows.append(row(cell(font("grad", of_gradient)),
                        cell(numbers(scene, gradient, of_gradient) + _sum(scene, node, of_gradient))))
    for remark in remarks:
        good = remark == RULE_OK
        if good or not many:
            rows.append(_wide(font(for_label(remark), ink if own else colour["good" if good else "bad"])))
    return box(rows or [row(cell(""))], cellspacing=0, cellpadding=2)


def _wide(content: str) -> str:
    return row(cell(content, colspan=2))


def _headline(scene: Scene, item: Item) -> str:
    node, same = item.first, len(item.members)
    known = scene.graph.names.get(node)
    parts = [known and element("b", for_label(known)), for_label(symbol(node)),
             for_label(settings_of(node, ("index",))), f"× {same}" if same > 1 else ""]
    # a space that is measured too: where a page's font is wider than the one that was, the words stay apart
    return "&#160; ".join(filter(None, parts))


def _sum(scene: Scene, node: NodeLike, colour: str) -> str:
    """ " = 1 + 2", where contributions are shown and several arrive."""
    if not scene.look.contributions or shape_of(scene.flow.gradients.get(node)):
        return ""
    parts = scene.flow.arriving(node)
    if not 1 < len(parts) <= 6:
        return ""
    total = " + ".join(number(np.ravel(part)[0], scene.look.digits) for part in parts)
    return font(f"&#160;= {for_label(total)}", colour)


def fold_label(scene: Scene, item: Item) -> str:
    """A closed module or a fold: its title, how much it holds, and what comes out of it."""
    graph, colour = scene.graph, scene.colour
    times = scene.folded.times.get(item.closed, 1) if item.closed else 1
    ops = [node for node in item.members if node.op is not None]
    inside = set(item.members)
    out = [node for node in ops if node in graph.tops or not inside.issuperset(graph.consumers[node])]
    lines = [element("b", for_label(item.title)) + (f" × {times}" if times > 1 else "")]
    said = [f"{len(ops):,} op{'s' * (len(ops) != 1)}"] if ops and item.closed else []
    if parameters := sum(np.size(getattr(x, "data", 0)) for x in item.members if graph.kind(x) == "parameter"):
        said.append(f"{parameters:,} parameters")
    if said:
        lines.append(font(for_label(", ".join(said)), colour["faint"]))
    if scene.look.shapes and times == 1 and item.closed:
        lines += [font(f"→ {_kind_of(data_of(node))}", colour["faint"])
                  for node in out[-2:] if node not in graph.tops]
    for node in out:
        if node in graph.tops:
            name = element("b", for_label(graph.names[node])) + " " if node in graph.names else ""
            lines.append(name + numbers(scene, data_of(node), colour["value"]))
    return box((row(cell(line)) for line in lines), cellspacing=0, cellpadding=2)


def constant_label(scene: Scene, x: Array) -> str:
    """A plain number or array that an op was given."""
    return box([row(cell(numbers(scene, x, scene.colour["value"])))], cellpadding=0)


# ---- numbers
def numbers(scene: Scene, data: Array, colour: str) -> str:
    """Numbers for a reader: all of a few, in rows and columns; shape, range and a heat map of many."""
    array, digits = array_of(data), scene.look.digits
    if array is None or array.size == 0:
        return font(_kind_of(data) or for_label(repr(data), 20), colour)
    if array.ndim == 0:
        return font(for_label(number(array[()], digits)), colour)
    if array.size > SMALL or array.ndim > 2 or array.shape[-1] > SMALL // 2:
        return _many(scene, array, colour)
    return box((row(*(cell(font(for_label(number(x, digits)), colour), align="right") for x in line))
                for line in np.atleast_2d(array)), cellspacing=2, cellpadding=1)


def _many(scene: Scene, array: Array, colour: str) -> str:
    lines, real = [_kind_of(array) if scene.look.shapes else shape_of(array)], array.dtype.kind in "biuf"
    if real:
        low, mean, high = (for_label(number(x, min(scene.look.digits, 3))) for x in extremes(array))
        lines.append(f"{low} … {mean} … {high}")  # least, mean and greatest
    rows = [row(cell(font(line, colour, point_size=9))) for line in lines]
    if real and scene.look.thumbnails and (colours := heat(array)):
        squares = box((row(*(cell("", bgcolor=x) for x in line)) for line in colours), cellspacing=0, cellpadding=0)
        width, height = 7 * len(colours[0]), 7 * len(colours)
        rows.append(row(cell(squares, align="center", fixedsize="true", width=width, height=height)))
    return box(rows, cellspacing=0, cellpadding=1)


def _kind_of(data: Array) -> str:
    array = array_of(data)
    return "" if array is None else for_label(f"{shape_of(array)} {array.dtype}".strip())


# ---- arrows
def edge_number(scene: Scene, sign: str, data: Array, colour: str) -> str:
    """A sign and numbers on an arrow: all of a few, shape and range of many."""
    array, digits = np.asarray(data), scene.look.digits
    if array.size == 1:
        text = number(array.ravel()[0], digits)
    elif array.size <= FEW:
        text = summary(array, digits)
    elif array.dtype.kind == "c":
        text = shape_of(array)
    else:
        low, _, high = extremes(array)
        text = f"{shape_of(array)} in [{number(low, 3)}, {number(high, 3)}]"
    return font(f"{sign} {for_label(text)}", colour)
