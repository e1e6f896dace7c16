"""All that a picture says, before it is written: the graph, what of it is shown, its gradients, and the look."""

from dataclasses import dataclass, replace

from autograd.draw.items import Folded
from autograd.draw.model import Flow, Graph
from autograd.draw.numbers import magnitude, shape_of
from autograd.draw.options import Look
from autograd.draw.remarks import wrong_rules
from autograd.draw.themes import Scale, theme
from autograd.graph import data_of
from autograd.typing import Array, NodeLike

LONG = 12  # things in a row, from which on a graph is drawn from top to bottom
BLACKBOARD = 40  # up to so many things, the derivatives stand on the edges too


@dataclass(frozen=True)
class Scene:
    """What a picture is drawn from. In `look` nothing is open; `wrong` has the ops whose rule is wrong, and why."""

    graph: Graph
    folded: Folded
    look: Look
    flow: Flow
    wrong: dict[NodeLike, str]
    scale: Scale
    colour: dict[str, str]

    def gradient(self, node: NodeLike) -> Array:
        """The gradient that is shown of a node: the one worked out, else what backward() left, else None."""
        return self.flow.gradients.get(node) if not self.flow.problem else self.old_gradient(node)

    def old_gradient(self, node: NodeLike) -> Array:
        """What backward() left at a node, where there is nothing better."""
        g = getattr(node, "grad", None) if self.flow.problem else None
        return None if type(g) is float and not g else g  # a Value's without a backward()


def scene(folded: Folded, look: Look, seed: Array = None) -> Scene:
    """Decide what `look` leaves open, and work out the gradients, and the wrong rules, that it asks for."""
    graph, colour = folded.graph, theme(look.theme)
    shown = {item.first for item in folded.items if not item.folded}
    small = len(folded.items) <= BLACKBOARD
    numbers = small and all(shape_of(data_of(node)) == "" for node in shown)
    look = replace(
        look,
        direction=look.direction or ("TB" if len(folded.items) > LONG and folded.ranks() > LONG else "LR"),
        derivatives=numbers if look.derivatives is None else look.derivatives,
        contributions=numbers if look.contributions is None else look.contributions,
        thumbnails=small if look.thumbnails is None else look.thumbnails,
    )
    wanted = look.gradients or look.contributions or look.view == "gradients"
    flow = Flow(graph, seed, shown.__contains__) if wanted else Flow()
    sizes = [magnitude(flow.gradients[item.first]) for item in folded.items if item.first in flow.gradients]
    wrong = wrong_rules(graph) if look.view == "check" else {}
    return Scene(graph, folded, look, flow, wrong, Scale(sizes, colour["page"], colour["text"]), colour)
