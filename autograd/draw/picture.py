"""`Drawing`: a graph as boxes and arrows, each node with its op, name, value and gradient."""

from typing import TYPE_CHECKING

from autograd.draw.escape import for_dot, for_label
from autograd.draw.items import Edge, Item
from autograd.draw.labels import RULE_OK, WRONG_RULE, column, constant_label, edge_number, fold_label, font, node_label
from autograd.draw.legend import legend
from autograd.draw.model import Call, chain, local_derivative
from autograd.draw.numbers import magnitude
from autograd.draw.remarks import remarks_on
from autograd.draw.scene import Scene
from autograd.draw.words import words
from autograd.typing import Array, NodeLike

if TYPE_CHECKING:
    from autograd.draw.render import Picture

COARSE = 250  # things, from which on the layout is coarse, and edges are straight
# Verdana is on Windows and on a Mac, and Linux has DejaVu Sans for it, which is as wide: boxes are as large as their
# text everywhere. In Helvetica's place Linux often has that wider one, too, and text runs over. The bundled program
# takes each byte of a character outside ASCII for a space: right for × and α, and a little too wide for ∂ and arrows.
# Numbers have the minus of ASCII.
FONT = "Verdana"
SHAPES = {
    "op": {"style": "filled,rounded"}, "result": {"peripheries": "2"}, "parameter": {"shape": "note"},
    "input": {"shape": "tab"}, "constant": {"style": "filled,dashed"},
}


class Drawing:
    """One picture while it is drawn: `boxes` has the frame of each module call."""

    def __init__(self, scene: Scene):
        from autograd.draw.render import Picture

        self.scene, self.graph, self.folded, self.look = scene, scene.graph, scene.folded, scene.look
        self.colour = colour = scene.colour
        self.boxes: dict[Call, Picture] = {}
        self.edge_signs = set[str]()
        self.picture = Picture("graph", graph_attr={
            "rankdir": self.look.direction, "bgcolor": colour["page"], "pad": "0.15", "fontname": FONT,
            "fontsize": "9", "fontcolor": colour["faint"], "nodesep": "0.18", "ranksep": "0.35",
        }, node_attr={
            "shape": "box", "fontname": FONT, "fontsize": "10", "fontcolor": colour["text"],
            "color": colour["border"], "style": "filled", "margin": "0.06,0.04", "height": "0.2", "width": "0.2",
        }, edge_attr={
            "color": colour["line"], "arrowsize": "0.6", "fontname": FONT, "fontsize": "8.5",
            "fontcolor": colour["faint"],
        })
        self.picture.graph, self.picture.folded = self.graph, self.folded

    def drawn(self) -> "Picture":
        """The whole of it."""
        if len(self.folded.items) > COARSE:  # a fine layout of a large graph takes minutes
            self.picture.attr(nslimit="1", nslimit1="1", mclimit="0.2", splines="line")
        inside = self._nested()
        self._fill(self.picture, None, inside)
        for edge in self.folded.edges():
            alone = len(inside.get(edge.target.call, ())) == 1
            self._edge(edge, alone and edge.target.call is not None)
        if label := legend(self.scene, self.edge_signs):
            self.picture.attr(label=f"<{label}>", labelloc="b", labeljust="l")
        return self.picture

    def _nested(self) -> dict[Call | None, list[Item | Call]]:
        """Call -> the items and calls that stand in its frame; None -> those that stand in none."""
        inside: dict[Call | None, list[Item | Call]] = {None: []}
        for item in self.folded.items:
            place = item.call if self.look.modules else None
            for call in chain(place):
                if call not in inside:
                    inside[call] = []
                    inside[call.outer].append(call)
            inside[place].append(item)
        return inside

    def _fill(self, place: "Picture", call: Call | None, inside: dict[Call | None, list[Item | Call]]) -> None:
        """Write what stands in a module's box, boxes within it included: depth is that of the user's modules."""
        for part in inside[call]:
            if isinstance(part, Item):
                self._item(place, part)
                continue
            with place.subgraph(name=f"cluster_{len(self.boxes)}") as frame:
                if self.look.with_ids:
                    frame.attr(id=f"s{len(self.boxes)}")
                self.boxes[part] = frame
                times = self.folded.times.get(part, 1)
                title = part.title + (f" × {times}" if times > 1 else "")
                frame.attr(label=f"<{for_label(title)}>", style="rounded,filled", fillcolor=self.colour["box"],
                           color=self.colour["boxline"], labeljust="l", tooltip=for_dot(part.title))
                self._fill(frame, part, inside)

    def _item(self, place: "Picture", item: Item) -> None:
        if item.folded:
            top = not self.graph.tops.isdisjoint(item.members)
            place.node(self.graph.ids[item.first], f"<{fold_label(self.scene, item)}>",
                       shape="box3d" if item.closed else "folder", margin="0.13,0.11",  # they draw their edges inside
                       fillcolor=self.colour["result" if top else "fold"],
                       tooltip=for_dot(f"{item.title}: {len(item.members)} nodes"))
            return
        self._node(place, item)
        name = self.graph.ids[item.first]
        for i, x in self.folded.constants(item):
            place.node(f"{name}c{i}", f"<{constant_label(self.scene, x)}>", style="filled,dashed",
                       fillcolor=self.colour["constant"], tooltip="a constant")
            self.picture.edge(f"{name}c{i}", name, style="dashed", arrowsize="0.5")

    def _node(self, place: "Picture", item: Item) -> None:
        node, kind = item.first, self.graph.kind(item.first)
        gradient = self.scene.flow.gradients.get(node)
        style, text = {**SHAPES[kind], "fillcolor": self.colour[kind]}, self.colour["text"]
        if self.look.view == "gradients" and gradient is not None:
            fill, text = self.scene.scale.colours(magnitude(gradient))
            style |= {"fillcolor": fill, "fontcolor": text}
        remarks = self._remarks(node, gradient)
        failed = bool(getattr(node, "failure", ""))
        if failed or any(word in remark for remark in remarks for word in ("NaN", "∞", "WRONG")):
            style |= {"color": self.colour["bad"], "penwidth": "2"}
        if failed:
            style["style"] = "filled,dashed"
        place.node(self.graph.ids[node], f"<{node_label(self.scene, item, remarks, text)}>",
                   tooltip=for_dot(" ".join(words(self.graph, self.scene.flow, node, self.look.digits))), **style)

    def _remarks(self, node: NodeLike, gradient: Array) -> list[str]:
        remarks = remarks_on(node, gradient if self.look.gradients else None)
        if node in self.scene.wrong:
            return [WRONG_RULE, *remarks]
        return [*remarks, RULE_OK] if self.look.view == "check" and node.op is not None else remarks

    def _edge(self, edge: Edge, alone: bool) -> None:
        """An arrow; `alone` says that nothing else stands in the frame that it leads into."""
        source, target = self.graph.ids[edge.source.first], self.graph.ids[edge.target.first]
        style: dict[str, str] = {}
        if edge.loop:
            style |= {"style": "bold", "constraint": "false", "color": self.colour["local"]}
        elif self.look.direction == "LR" and alone:
            style["headport"] = "w"  # not through the title of a box that is no wider
        single = edge.count == 1 and not edge.target.folded
        part = self.scene.flow.contributions.get((edge.node, edge.slot)) if single else None
        if self.look.view == "gradients" and part is not None:
            scale, size = self.scene.scale, magnitude(part)
            style |= {"color": scale.colours(size)[0], "penwidth": f"{1 + 3 * scale.position(size):.2f}"}
        if lines := self._on_edge(edge, single, part):
            style["label"] = f"<{column(lines)}>"
        if self.look.with_ids:
            style["id"] = f"{target}-{edge.slot}"
        self.picture.edge(source, target, **style)

    def _on_edge(self, edge: Edge, single: bool, part: Array) -> list[str]:
        """What stands on an arrow: the local derivative, what flows back, and how many edges it stands for."""
        lines = [font("next", self.colour["local"])] if edge.loop else []
        local = None
        if single and self.look.derivatives and hasattr(edge.node, "pull") and not edge.source.folded:
            local = local_derivative(edge.node, edge.slot)
        for sign, data, colour in (("∂", local, "local"), ("←", part if self.look.contributions else None, "gradient")):
            if data is not None:
                self.edge_signs.add(sign)
                lines.append(edge_number(self.scene, sign, data, self.colour[colour]))
        return [*lines, f"× {edge.count}"] if edge.count > 1 else lines
