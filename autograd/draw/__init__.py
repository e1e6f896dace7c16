"""Pictures of graphs. Works on any object that follows the protocol of `autograd.graph`.

draw        a picture, as a graphviz.Digraph
explore     a page to walk through a graph, forward and backward
explore_training   a page that plays a training run
explain     the chain rule at a node, in words and formulas
replay      proof that a picture is true
to_json, to_mermaid   the drawn graph, for other programs

The rooms, in the order in which a picture passes through them:

drawing    `draw` itself
options    what a user chooses: `Detail` and `Look`
model      what is known of a graph: names, kinds, modules, gradients
repeats, fold, budget   which nodes are drawn as one: what repeats, what shows a node, how much is shown
items      the things and arrows that come of it
scene      all of it together, with what the look left open decided
labels, legend, picture   written as DOT; escape, numbers, themes and remarks help
words, proof, stepper, export, training   `explain`, `replay`, `explore`, `to_json`, `explore_training`
render     DOT as SVG and PNG
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograd.draw.drawing import draw

if TYPE_CHECKING:
    from autograd.draw.export import to_json, to_mermaid
    from autograd.draw.proof import replay
    from autograd.draw.stepper import explore
    from autograd.draw.training import explore_training
    from autograd.draw.words import explain

__all__ = ["draw", "explain", "explore", "explore_training", "replay", "to_json", "to_mermaid"]

_LATER = {"explain": "words", "explore": "stepper", "explore_training": "training", "replay": "proof",
          "to_json": "export", "to_mermaid": "export"}


def __getattr__(name: str) -> Any:
    """What is imported on its first use, for it takes long."""
    if name not in _LATER:
        raise AttributeError(f"module 'autograd.draw' has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(f"autograd.draw.{_LATER[name]}"), name)
    return found
