"""Pictures of graphs. Works on any object that follows the protocol of `autograd.graph`.

draw        a picture, as a graphviz.Digraph
explore     a page to walk through a graph, forward and backward
explain     the chain rule at a node, in words and formulas
replay      proof that a picture is true
to_json, to_mermaid   the drawn graph, for other programs
"""

from typing import Any

from autograd.draw.explain import explain
from autograd.draw.export import to_json, to_mermaid
from autograd.draw.picture import draw
from autograd.draw.replay import replay

__all__ = ["draw", "explain", "explore", "replay", "to_json", "to_mermaid"]


def __getattr__(name: str) -> Any:
    """`explore`, imported on its first use: the page needs modules that pictures do not."""
    if name == "explore":
        from importlib import import_module

        globals()[name] = found = import_module("autograd.draw.explore").explore
        return found
    raise AttributeError(f"module 'autograd.draw' has no attribute {name!r}")
