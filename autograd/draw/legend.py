"""What a picture says about itself, below it: what was folded, what is wrong, and what signs and colours mean."""

from autograd.draw.escape import for_label
from autograd.draw.labels import box, cell, font, row
from autograd.draw.remarks import first_nan
from autograd.draw.scene import Scene
from autograd.draw.themes import scale_on

SIGNS = {"∂": "∂ local derivative", "←": "← upstream × local, which flows back"}
LARGEST = 5000  # nodes that are searched for a NaN


def legend(scene: Scene, edge_signs: set[str]) -> str:
    """The label of the whole picture, given the signs that stand on its arrows; "" if there is nothing to say."""
    rows = [font(for_label(line, 160), scene.colour["faint"]) for line in _lines(scene, edge_signs)]
    if scene.look.view == "gradients" and scene.flow.gradients:
        rows.append(_gradient_scale(scene))
    return box((row(cell(line, align="left")) for line in rows), cellspacing=0, cellpadding=1) if rows else ""


def _lines(scene: Scene, edge_signs: set[str]) -> list[str]:
    graph, flow, lines = scene.graph, scene.flow, list(scene.folded.notes)
    if flow.problem and scene.look.gradients:
        alone = [item.first for item in scene.folded.items if not item.folded and len(item.members) == 1]
        old = any(scene.old_gradient(node) is not None for node in alone)
        lines.append("the gradients are those that backward() left" if old else flow.problem)
    bad = first_nan(graph) if len(graph.nodes) <= LARGEST else None
    if bad is not None:
        where = getattr(bad, "made_at", "")
        lines.append(f"the first NaN: {graph.label(bad)}"
                     + (f", made at {where}" if where else "; detect_anomaly() finds the line that made it"))
    if scene.wrong:
        node, said = next(iter(scene.wrong.items()))
        lines.insert(0, f"{graph.label(node)}: {said}")
    elif scene.look.view == "check":
        lines.append("every rule agrees with differences")
    if signs := [meaning for sign, meaning in SIGNS.items() if sign in edge_signs]:
        lines.append("on the edges: " + ", ".join(signs))
    return lines


def _gradient_scale(scene: Scene) -> str:
    scale = scene.scale
    squares = [cell("", bgcolor=x, width=16, height=8, fixedsize="true") for x in scale_on(scale.page)]
    return box([row(cell(f"|gradient| {scale.least:.1e} "), *squares,
                    cell(f" {scale.greatest:.1e}; page colour: 0"))], cellspacing=0)
