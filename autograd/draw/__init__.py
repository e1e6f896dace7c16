"""Pictures of graphs. Works on any object that follows the protocol of `autograd.graph`.

draw        a picture, as a graphviz.Digraph
explore     a page to walk through a graph, forward and backward
explore_training   a page that plays a training run
explain     the chain rule at a node, in words and formulas
replay      proof that a picture is true
to_json, to_mermaid   the drawn graph, for other programs

The rooms, in the order in which a picture passes through them:

options    what a user chooses: `Detail` and `Look`
model      what is known of a graph: names, kinds, modules, gradients
repeats, fold, budget   which nodes are drawn as one: what repeats, what shows a node, how much is shown
items      the things and arrows that come of it
scene      all of it together, with what the look left open decided
labels, legend, picture   written as DOT; escape, numbers, themes and remarks help
render     DOT as SVG and PNG
"""

from typing import Any

from autograd.draw.explain import explain
from autograd.draw.export import to_json, to_mermaid
from autograd.draw.picture import draw
from autograd.draw.replay import replay

__all__ = ["draw", "explain", "explore", "explore_training", "replay", "to_json", "to_mermaid"]


_LATER = {"explore": "autograd.draw.explore", "explore_training": "autograd.draw.training"}


def __getattr__(name: str) -> Any:
    """The two pages, imported on their first use: they need modules that pictures do not."""
    if name in _LATER:
        from importlib import import_module

        globals()[name] = found = getattr(import_module(_LATER[name]), name)
        return found
    raise AttributeError(f"module 'autograd.draw' has no attribute {name!r}")
