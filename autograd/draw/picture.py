"""`draw`: a graph as boxes and arrows, each node with its op, name, value and gradient."""

import gc
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.draw.escape import for_dot, for_html
from autograd.draw.explain import words
from autograd.draw.items import Edge, Folded, Item
from autograd.draw.model import Call, Flow, Graph, local_derivative, settings_of, symbol
from autograd.draw.numbers import array_of, extremes, magnitude, number, shape_of, summary
from autograd.draw.options import Choice, Detail
from autograd.draw.remarks import first_nan, remarks_on, wrong_rules
from autograd.draw.themes import heat, on_scale, scale_on, theme
from autograd.graph import is_node

if TYPE_CHECKING:
    from autograd.draw.render import Picture

COARSE = 250  # things, from which on the layout is coarse, and edges are straight
FEW = 4  # elements that are shown in full on an edge
SMALL = 16  # arrays of up to so many elements are shown in full
LONG = 12  # things in a row, from which on a graph is drawn from top to bottom
BLACKBOARD = 40  # up to so many things, the derivatives stand on the edges too
# Verdana is on Windows and on a Mac, and Linux has DejaVu Sans for it, which is as wide: boxes are as large as their
# text everywhere. In Helvetica's place Linux often has that wider one, too, and text runs over. The bundled program
# takes each byte of a character outside ASCII for a space: right for × and α, and a little too wide for ∂ and arrows.
# Numbers have the minus of ASCII.
FONT = "Verdana"
WRONG_RULE, RULE_OK = "WRONG RULE", "rule ok"


def draw(
    roots: Any, *, direction: str | None = None, values: bool = True, gradients: bool = True, shapes: bool = True,
    derivatives: bool | None = None, contributions: bool | None = None, thumbnails: bool | None = None,
    digits: int = 4, names: Mapping[str, Any] | None = None, seed: Any = None,
    depth: int | None = None, collapse: Choice = (), expand: Choice = (), rolled: bool | None = None,
    modules: bool = True, constants: bool = True, views: bool = True, budget: int | None = 200, unfold: Any = None,
    view: str | None = None, theme: str = "light",
) -> "Picture":
    """A picture of everything that `roots` (a node, or several) were computed from; or of what an error is about.

    What it says of a node:
    values, gradients, shapes   its numbers, d(roots)/d(it), and the shape and dtype of many numbers. The gradients are
                   worked out for the picture: no backward() is needed before, and no `.grad` is touched
    derivatives    on each edge the local derivative: ∂(this op)/∂(that input). By default in small graphs of numbers
    contributions  on each edge what flows back along it, upstream × local, and in a node the sum of what arrives
    thumbnails     small heat maps of large arrays; by default in small graphs
    digits         significant digits of a number
    names          your variables, as in names=locals(): nodes and models get their names
    seed           the gradient to start from, where a root is not one number

    How much of it is shown:
    depth          modules nested deeper than this are closed: 0 closes the model, 1 shows its layers
    collapse, expand   modules to close, or to leave open, by path ("layers.0"), class or its name, pattern ("*.attn"),
                   predicate on (path, class name), or a list of these
    rolled         True draws repeated blocks, the steps of a recurrent network, and like neurons once, "× 12"
    modules        whether modules are boxes
    constants, views   whether constants, and ops that only look at the same numbers in another way, are shown
    budget         with more things than this, repeats are rolled up, modules closed, and at last the middle folded;
                   the picture says so. None shows everything
    unfold         the index of one number of the root: what it was made of, in single operations, is drawn in its
                   place, all the way back. True for a root of one number: fused neurons come apart. `autograd.unfold`
                   gives that graph, and says more
    direction      "LR" draws from left to right, "TB" from top to bottom; by default a long graph from top to bottom,
                   for pages scroll down

    view    "gradients": colours by the magnitude of gradients, logarithmic, with a legend. "check": each op's
            derivative is compared with differences, and wrong ones are marked
    theme   "light", "dark" or "print"

    Returns a `graphviz.Digraph`, which shows itself in a notebook; `.render("out/x", format="png")` writes a file.
    Its text is the same for the same graph, in every run. Raises TypeError for what is not a node.

    >>> from autograd import Value
    >>> picture = draw(Value(2.0, name="x") * 3)
    >>> print(picture.pipe("svg", encoding="utf-8")[:5])
    <?xml
    """
    if direction not in (None, "LR", "TB", "RL", "BT"):
        raise ValueError(f"direction is 'LR' or 'TB', got {direction!r}")
    if view not in (None, "gradients", "check"):
        raise ValueError(f"view is 'gradients' or 'check', got {view!r}")
    if unfold is not None and unfold is not False:
        if not hasattr(roots, "unfolded"):
            raise TypeError(f"unfold= takes apart one node that knows how (a Tensor or Value), not {roots!r:.60}")
        roots = roots.unfolded(() if unfold is True else unfold, names=names)
    with _no_collections():
        graph = Graph(roots, names)
        folded = Folded(graph, Detail(depth=depth, collapse=collapse, expand=expand, rolled=rolled, views=views,
                                      constants=constants, budget=budget))
        return Drawing(
            graph, folded, direction=direction, values=values, gradients=gradients, shapes=shapes,
            derivatives=derivatives, contributions=contributions, thumbnails=thumbnails, digits=digits, seed=seed,
            modules=modules, view=view, colours=theme,
        ).picture()


@contextmanager
def _no_collections() -> Iterator[None]:
    """Make many small objects, none of them garbage: looking for some would take a quarter of a large graph's time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Drawing:
    """One picture while it is drawn. `marked` gives arrows and boxes ids: "n5-0" leads to input 0 of n5."""

    def __init__(self, graph: Graph, folded: Folded, *, direction: str | None, values: bool, gradients: bool,
                 shapes: bool, derivatives: bool | None, contributions: bool | None, thumbnails: bool | None,
                 digits: int, seed: Any, modules: bool, view: str | None, colours: str, marked: bool = False):
        self.graph, self.folded, self.digits = graph, folded, digits
        self.direction = direction or ("TB" if len(folded.items) > LONG and folded.ranks() > LONG else "LR")
        self.values, self.gradients, self.shapes, self.modules, self.view = values, gradients, shapes, modules, view
        self.c, self.marked = theme(colours), marked
        shown = {item.first for item in folded.items if not item.folded}
        small = len(folded.items) <= BLACKBOARD
        numbers = all(shape_of(getattr(node, "data", None)) == "" for node in shown)
        self.derivatives = small and numbers if derivatives is None else derivatives
        self.contributions = small and numbers if contributions is None else contributions
        self.thumbnails = small if thumbnails is None else thumbnails
        wanted = gradients or self.contributions or view == "gradients"
        self.flow = Flow(graph, seed, shown.__contains__) if wanted else Flow()
        self.wrong = wrong_rules(graph) if view == "check" else {}
        self.boxes: dict[Call, Any] = {}
        self.narrow = set[Call]()  # those that hold a single thing
        self.signs = set[str]()  # that stand on edges
        self.left = False  # whether gradients are shown that backward() left

    def picture(self) -> "Picture":
        """The whole of it."""
        from autograd.draw.render import Picture

        c = self.c
        across = {"nodesep": "0.18", "ranksep": "0.35"}
        self.p = Picture("graph", graph_attr={
            "rankdir": self.direction, "bgcolor": c["page"], "pad": "0.15", "fontname": FONT, "fontsize": "9",
            "fontcolor": c["faint"], **across,
        }, node_attr={
            "shape": "box", "fontname": FONT, "fontsize": "10", "fontcolor": c["text"], "color": c["border"],
            "style": "filled", "margin": "0.06,0.04", "height": "0.2", "width": "0.2",
        }, edge_attr={
            "color": c["line"], "arrowsize": "0.6", "fontname": FONT, "fontsize": "8.5", "fontcolor": c["faint"],
        })
        self.p.graph, self.p.folded = self.graph, self.folded
        if len(self.folded.items) > COARSE:  # a fine layout of a large graph takes minutes
            self.p.attr(nslimit="1", nslimit1="1", mclimit="0.2", splines="line")
        self._scale()
        inside: dict[Call | None, list[Any]] = {}
        calls: set[Call] = set()
        for item in self.folded.items:
            call = item.call if self.modules else None
            if call not in calls and call is not None:
                self._open(call, calls, inside)
            inside.setdefault(call, []).append(item)
        self.narrow = {call for call, parts in inside.items() if call and len(parts) == 1}
        self._fill(self.p, None, inside)
        for edge in self.folded.edges():
            self._edge(edge)
        self._footer()
        return self.p

    def _open(self, call: Call, calls: set[Call], inside: dict[Call | None, list[Any]]) -> None:
        while call not in calls:
            calls.add(call)
            inside.setdefault(call.outer, []).append(call)
            if call.outer is None:
                return
            call = call.outer

    def _fill(self, place: Any, call: Call | None, inside: dict[Call | None, list[Any]]) -> None:
        """Write what stands in a module's box, boxes within it included: depth is that of the user's modules."""
        for part in inside.get(call, ()):
            if isinstance(part, Item):
                self._item(place, part)
                continue
            with place.subgraph(name=f"cluster_{len(self.boxes)}") as box:
                self.boxes[part] = box
                times = self.folded.times.get(part, 1)
                title = part.title + (f" × {times}" if times > 1 else "")
                if self.marked:
                    box.attr(id=f"s{len(self.boxes) - 1}")
                box.attr(label=f"<{for_html(title)}>", style="rounded,filled", fillcolor=self.c["box"],
                         color=self.c["boxline"],
                         labeljust="l", tooltip=for_dot(part.title))
                self._fill(box, part, inside)

    # ---- nodes
    def _item(self, place: Any, item: Item) -> None:
        node, name = item.first, self.graph.ids[item.first]
        if item.folded:
            ends = {"fillcolor": self.c["result"]} if self.graph.tops.intersection(item.members) else {}
            place.node(name, f"<{self._fold_table(item)}>", shape="box3d" if item.closed else "folder",
                       margin="0.13,0.11",  # these shapes draw their edges inside
                       **{"fillcolor": self.c["fold"], **ends},
                       tooltip=for_dot(f"{item.title}: {len(item.members)} nodes"))
            return
        kind = self.graph.kind(node)
        look = {
            "op": {"style": "filled,rounded"}, "result": {"peripheries": "2"}, "parameter": {"shape": "note"},
            "input": {"shape": "tab"},
            "constant": {"style": "filled,dashed"},
        }[kind]
        colours = {"fillcolor": self.c[kind]}
        gradient = self.flow.gradients.get(node)
        text = self.c["text"]
        if self.view == "gradients" and gradient is not None:
            fill, text = self._heat(magnitude(gradient))
            colours = {"fillcolor": fill, "fontcolor": text}
        remarks = remarks_on(node, gradient if self.gradients else None)
        if node in self.wrong:
            remarks.insert(0, WRONG_RULE)
        elif self.view == "check" and node.op is not None:
            remarks.append(RULE_OK)
        if any(word in remark for remark in remarks for word in ("NaN", "∞", "WRONG")):
            colours |= {"color": self.c["bad"], "penwidth": "2"}
        if getattr(node, "failure", ""):
            colours |= {"color": self.c["bad"], "penwidth": "2", "style": "filled,dashed"}
        tip = for_dot(" ".join(words(self.graph, self.flow, node, self.digits)))
        place.node(name, f"<{self._table(item, remarks, text)}>", tooltip=tip, **{**look, **colours})
        if self.folded.constants:
            for i, x in enumerate(node.inputs):
                if not is_node(x):
                    place.node(f"{name}c{i}", f"<{self._plain(x)}>", style="filled,dashed",
                               fillcolor=self.c["constant"], tooltip="a constant")
                    self.p.edge(f"{name}c{i}", name, style="dashed", arrowsize="0.5")

    def _table(self, item: Item, remarks: list[str], colour: str) -> str:
        """A node as a small table: a headline with its name and op, then its numbers, then its gradient."""
        node = item.first
        own = colour != self.c["text"]  # on a coloured ground all text has one colour
        faint, of_gradient = (colour, colour) if own else (self.c["faint"], self.c["gradient"])
        known = self.graph.names.get(node)
        parts = [known and f"<b>{for_html(known)}</b>", for_html(symbol(node)), for_html(settings_of(node, ("index",)))]
        same = len(item.members)
        # a space that is measured too: where a page's font is wider than the one that was, the words stay apart
        head = "&#160; ".join([*filter(None, parts), *([f"× {same}"] if same > 1 else [])])
        rows = [f'<tr><td colspan="2">{head}</td></tr>'] if head else []
        data, many = getattr(node, "data", None), same > 1
        failure = getattr(node, "failure", "")
        if failure:
            rows.append(_row(f"<b>{for_html(failure, 90)}</b>", self.c["bad"]))
        elif self.values and not many:
            rows.append(f'<tr><td><font color="{faint}">data</font></td><td>'
                        f'{self._shown(data, colour if own else self.c["value"])}</td></tr>')
        elif self.shapes or many:
            rows += [_row(self._kind_of(data), faint)] * bool(shape_of(data))
        if self.gradients and not many:
            g = self.flow.gradients.get(node)
            if g is None and self.flow.problem:
                g = getattr(node, "grad", None)  # what backward() left, where there is nothing better
                g = None if type(g) is float and not g else g  # a Value's without a backward()
                self.left = self.left or g is not None
            if g is not None:
                rows.append(f'<tr><td><font color="{of_gradient}">grad</font></td>'
                            f'<td>{self._shown(g, of_gradient)}{self._sum(node, of_gradient)}</td></tr>')
        for remark in remarks:
            good = remark == RULE_OK
            if good or not many:
                rows.append(_row(for_html(remark), colour if own else self.c["good" if good else "bad"]))
        return (f'<table border="0" cellborder="0" cellspacing="0" cellpadding="2">'
                f'{"".join(rows) or "<tr><td></td></tr>"}</table>')

    def _sum(self, node: Any, colour: str) -> str:
        """ " = 1 + 2", where contributions are shown and several arrive."""
        if not self.contributions or shape_of(self.flow.gradients.get(node)):
            return ""
        parts = self.flow.arriving(node)
        if not 1 < len(parts) <= 6:
            return ""
        total = " + ".join(number(np.ravel(part)[0], self.digits) for part in parts)
        return f'<font color="{colour}">&#160;= {for_html(total)}</font>'

    def _fold_table(self, item: Item) -> str:
        ops = [node for node in item.members if node.op is not None]
        times = self.folded.times.get(item.closed, 1) if item.closed else 1
        numbers = sum(int(np.size(getattr(node, "data", 0))) for node in item.members
                      if self.graph.kind(node) == "parameter")
        said = [f"{len(ops):,} op{'s' * (len(ops) != 1)}"] if ops and item.closed else []
        said += [f"{numbers:,} parameters"] if numbers else []
        inside = set(item.members)
        out = [node for node in ops if node in self.graph.tops or not inside.issuperset(self.graph.consumers[node])]
        rows = [f"<b>{for_html(item.title)}</b>" + (f" × {times}" if times > 1 else "")]
        rows += [f'<font color="{self.c["faint"]}">{for_html(", ".join(said))}</font>'] if said else []
        rows += [f'<font color="{self.c["faint"]}">→ {self._kind_of(getattr(node, "data", None))}</font>'
                 for node in out[-2:] if self.shapes and times == 1 and item.closed and node not in self.graph.tops]
        rows += [" ".join([*([f"<b>{for_html(self.graph.names[node])}</b>"] if node in self.graph.names else []),
                           self._shown(node.data, self.c["value"])]) for node in out if node in self.graph.tops]
        return ('<table border="0" cellborder="0" cellspacing="0" cellpadding="2">'
                + "".join(f"<tr><td>{row}</td></tr>" for row in rows) + "</table>")

    def _kind_of(self, data: Any) -> str:
        array = array_of(data)
        return "" if array is None else for_html(f"{shape_of(array)} {array.dtype}".strip())

    # ---- numbers
    def _plain(self, x: Any) -> str:
        shown = self._shown(x, self.c["value"])
        return f'<table border="0" cellborder="0" cellpadding="0"><tr><td>{shown}</td></tr></table>'

    def _shown(self, data: Any, colour: str) -> str:
        """Numbers for a reader: all of a few, in rows and columns; shape, range and a heat map of many."""
        array, digits = array_of(data), self.digits
        if array is None or array.size == 0:
            return f'<font color="{colour}">{self._kind_of(data) or for_html(repr(data), 20)}</font>'
        if array.ndim == 0:
            return f'<font color="{colour}">{for_html(number(array[()], digits))}</font>'
        if array.size > SMALL or array.ndim > 2 or array.shape[-1] > SMALL // 2:
            return self._many(array, colour)
        rows = [[for_html(number(x, digits)) for x in row] for row in np.atleast_2d(array)]
        cells = "".join(
            "<tr>" + "".join(f'<td align="right"><font color="{colour}">{x}</font></td>' for x in row) + "</tr>"
            for row in rows
        )
        return f'<table border="0" cellborder="0" cellspacing="2" cellpadding="1">{cells}</table>'

    def _many(self, array: Any, colour: str) -> str:
        lines = [self._kind_of(array) if self.shapes else shape_of(array)]
        if array.dtype.kind in "biuf":
            low, mean, high = (for_html(number(x, min(self.digits, 3))) for x in extremes(array))
            lines += [f"{low} … {mean} … {high}"]  # least, mean and greatest
        cells = "".join(f'<tr><td><font color="{colour}" point-size="9">{line}</font></td></tr>' for line in lines)
        if self.thumbnails and array.dtype.kind in "biuf":
            cells += _heat_map(array)
        return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="1">{cells}</table>'

    # ---- edges
    def _edge(self, edge: Edge) -> None:
        source, target = self.graph.ids[edge.source.first], self.graph.ids[edge.target.first]
        look: dict[str, str] = {}
        lines = []
        if edge.loop:
            look |= {"style": "bold", "constraint": "false", "color": self.c["local"]}
            lines.append(f'<font color="{self.c["local"]}">next</font>')
        elif self.direction == "LR" and edge.target.call in self.narrow:
            look["headport"] = "w"  # not through the title of a box that is no wider
        single = edge.count == 1 and not edge.target.folded
        part = self.flow.contributions.get((edge.node, edge.slot)) if single else None
        if single and self.derivatives and hasattr(edge.node, "pull") and not edge.source.folded:
            local = local_derivative(edge.node, edge.slot)
            if local is not None:
                lines.append(self._on_edge("∂", local, self.c["local"]))
        if part is not None and self.contributions:
            lines.append(self._on_edge("←", part, self.c["gradient"]))
        if edge.count > 1:
            lines.append(f"× {edge.count}")
        if self.view == "gradients" and part is not None:
            size = magnitude(part)
            look |= {"color": self._heat(size)[0], "penwidth": f"{1 + 3 * self._position(size):.2f}"}
        if lines:
            rows = "".join(f"<tr><td>{line}</td></tr>" for line in lines)
            look["label"] = f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="1">{rows}</table>>'
        if self.marked:
            look["id"] = f"{target}-{edge.slot}"
        self.p.edge(source, target, **look)

    def _on_edge(self, sign: str, data: Any, colour: str) -> str:
        self.signs.add(sign)
        array = np.asarray(data)
        if array.size == 1:
            text = number(array.ravel()[0], self.digits)
        elif array.size <= FEW:
            text = summary(array, self.digits)
        else:
            low, _, high = extremes(array)
            text = f"{shape_of(array)} in [{number(low, 3)}, {number(high, 3)}]"
        return f'<font color="{colour}">{sign} {for_html(text)}</font>'

    # ---- the gradient view
    def _scale(self) -> None:
        sizes = [magnitude(self.flow.gradients[item.first]) for item in self.folded.items
                 if item.first in self.flow.gradients]
        sizes = [size for size in sizes if size > 0 and math.isfinite(size)]
        self.least, self.greatest = (min(sizes), max(sizes)) if sizes else (1.0, 1.0)

    def _position(self, size: float) -> float:
        if not (size > 0 and math.isfinite(size)) or self.greatest <= self.least:
            return 0.0 if size == 0 else 1.0
        return (math.log(size) - math.log(self.least)) / (math.log(self.greatest) - math.log(self.least))

    def _heat(self, size: float) -> tuple[str, str]:
        if size == 0:
            return self.c["page"], self.c["text"]
        return on_scale(self._position(size), scale_on(self.c["page"]))

    # ---- what the picture says about itself
    def _footer(self) -> None:
        lines = list(self.folded.notes)
        if self.flow.problem and self.gradients:
            lines.append("the gradients are those that backward() left" if self.left else self.flow.problem)
        bad = first_nan(self.graph) if len(self.graph.nodes) <= 5000 else None
        if bad is not None:
            where = getattr(bad, "made_at", "")
            lines.append(f"the first NaN: {self.graph.label(bad)}"
                         + (f", made at {where}" if where else "; detect_anomaly() finds the line that made it"))
        if self.wrong:
            node, said = next(iter(self.wrong.items()))
            lines.insert(0, f"{self.graph.label(node)}: {said}")
        elif self.view == "check":
            lines.append("every rule agrees with differences")
        meanings = {"∂": "∂ local derivative", "←": "← upstream × local, which flows back"}
        signs = [meaning for sign, meaning in meanings.items() if sign in self.signs]
        if signs:
            lines.append("on the edges: " + ", ".join(signs))
        rows = [f'<font color="{self.c["faint"]}">{for_html(line, 160)}</font>' for line in lines]
        if self.view == "gradients" and self.flow.gradients:
            squares = "".join(f'<td bgcolor="{x}" width="16" height="8" fixedsize="true"></td>'
                              for x in scale_on(self.c["page"]))
            rows.append(f'<table border="0" cellborder="0" cellspacing="0"><tr><td>|gradient| {self.least:.1e} </td>'
                        f"{squares}<td> {self.greatest:.1e}; page colour: 0</td></tr></table>")
        if rows:
            table = "".join(f'<tr><td align="left">{row}</td></tr>' for row in rows)
            self.p.attr(label=f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="1">{table}</table>>',
                        labelloc="b", labeljust="l")


def _row(text: str, colour: str) -> str:
    return f'<tr><td colspan="2"><font color="{colour}">{text}</font></td></tr>'


def _heat_map(array: Any) -> str:
    colours = heat(array)
    if not colours:
        return ""
    squares = "".join("<tr>" + "".join(f'<td bgcolor="{x}"></td>' for x in row) + "</tr>" for row in colours)
    width, height = 7 * len(colours[0]), 7 * len(colours)
    return (f'<tr><td align="center" fixedsize="true" width="{width}" height="{height}"><table border="0" '
            f'cellborder="0" cellspacing="0" cellpadding="0">{squares}</table></td></tr>')
