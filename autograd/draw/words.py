"""`explain`: the chain rule at a node, in words and in LaTeX, with the numbers plugged in."""

import numpy as np

from autograd.draw.escape import for_latex, for_markdown
from autograd.draw.model import Flow, Graph, Names, local_derivative, settings_of, symbol
from autograd.draw.numbers import array_of, number, shape_of, summary
from autograd.graph import data_of, is_node
from autograd.typing import Array, NodeLike


class Explanation(str):
    """Words; `.latex` has the same as formulas, which a notebook shows."""

    latex: str

    def _repr_markdown_(self) -> str:
        return "\n\n".join([*map(for_markdown, self.splitlines()), f"$${self.latex}$$"])


def explain(node: NodeLike, root: NodeLike = None, *, names: Names = None, digits: int = 4) -> Explanation:
    """`explain`, which stands in drawing.py."""
    graph = Graph(node if root is None else root, names)
    if node not in graph.consumers:
        raise ValueError("explain(node, root): the root does not depend on that node")
    flow = Flow(graph)
    found = Explanation("\n".join(words(graph, flow, node, digits)))
    found.latex = latex(graph, flow, node, digits)
    return found


def formula(graph: Graph, node: NodeLike) -> str:
    """An op of its inputs, by their names: "a × b", "tanh(x)"."""
    named = [graph.label(x) if is_node(x) else summary(x, 4) for x in node.inputs]
    return _applied(node, named)


def _applied(node: NodeLike, operands: list[str]) -> str:
    sign = symbol(node)
    if len(operands) == 2 and not sign[0].isalnum() and not settings_of(node):
        return f"{operands[0]} {sign} {operands[1]}"
    if len(operands) > 8:
        operands = [*operands[:6], "…", operands[-1]]
    return f"{sign}({', '.join(filter(None, [*operands, settings_of(node)]))})"


def product(flow: Flow, node: NodeLike, i: int, digits: int = 4) -> str:
    """ "upstream × local" in numbers, of what flows to the i-th input; "" where one of them is not a single number."""
    upstream, local = flow.gradients.get(node), local_derivative(node, i)
    if upstream is None or local is None or not np.size(upstream) == np.size(local) == 1:
        return ""
    return " × ".join(number(np.ravel(x)[0], digits) for x in (upstream, local))


def words(graph: Graph, flow: Flow, node: NodeLike, digits: int = 4) -> list[str]:
    """The explanation of a node, a sentence a line."""
    data = data_of(node)
    name = graph.names.get(node)
    said = f"{name} = " if name else ""
    if node.op is None:
        kind = graph.kind(node)
        lines = [f"{said}{summary(data, digits)}, {'an input' if kind == 'input' else 'a ' + kind}"]
    else:
        numbers = [summary(data_of(x) if is_node(x) else x, digits) for x in node.inputs]
        middle = f"{_applied(node, numbers)} = " if not shape_of(data) and all(len(x) < 16 for x in numbers) else ""
        lines = [f"{said}{formula(graph, node)} = {middle}{summary(data, digits)}"]
    arrived = flow.gradients.get(node)
    if arrived is None:
        return lines
    parts = flow.arriving(node)
    total = summary(arrived, digits)
    if len(parts) > 1 and np.size(arrived) == 1 and len(parts) <= 8:
        total = " + ".join(number(np.ravel(p)[0], digits) for p in parts) + f" = {total}: contributions add up"
    lines.append(f"The gradient that arrives here is {total}.")
    for i, x, part in flow.leaving(node):
        plugged = product(flow, node, i, digits)
        shape = f" of shape {shape_of(part)}" if shape_of(part) else ""
        lines.append(f"{graph.label(x)} receives upstream × local"
                     + (f" = {plugged} = " if plugged else f"{shape}: ") + f"{summary(part, digits)}.")
    return lines


def latex(graph: Graph, flow: Flow, node: NodeLike, digits: int = 4) -> str:
    """The same as formulas: ∂L/∂x = Σ ∂L/∂y · ∂y/∂x."""
    def term(x: NodeLike) -> str:
        return for_latex(graph.label(x))

    def num(x: Array) -> str:
        if array_of(x) is None:
            return for_latex(summary(x, digits))
        return summary(x, digits).replace("∞", r"\infty ").replace("×", r"\times ")

    top = r"\text{result}"
    rows = [rf"{term(node)} &= {num(getattr(node, 'data', None))}"]
    arrived = flow.gradients.get(node)
    if arrived is not None:
        rows.append(rf"\frac{{\partial {top}}}{{\partial {term(node)}}} &= {num(arrived)}")
    for i, x, part in flow.leaving(node):
        plugged = product(flow, node, i, digits).replace("×", r"\cdot")
        plugged = f"= {plugged} " if plugged else ""
        rows.append(
            rf"\frac{{\partial {top}}}{{\partial {term(x)}}} &\mathrel{{+}}= "
            rf"\frac{{\partial {top}}}{{\partial {term(node)}}} \cdot "
            rf"\frac{{\partial {term(node)}}}{{\partial {term(x)}}} {plugged}= {num(part)}"
        )
    return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"
