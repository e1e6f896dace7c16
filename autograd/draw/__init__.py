"""Pictures of graphs. Works on any object that follows the protocol of `autograd.graph`.

draw        a picture, as a graphviz.Digraph
explain     the chain rule at a node, in words and formulas
replay      proof that a picture is true
to_json, to_mermaid   the drawn graph, for other programs
"""

from autograd.draw.explain import explain
from autograd.draw.export import to_json, to_mermaid
from autograd.draw.picture import draw
from autograd.draw.replay import replay

__all__ = ["draw", "explain", "replay", "to_json", "to_mermaid"]
