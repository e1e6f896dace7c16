"""Pictures of graphs. Works on any object that follows the protocol of `autograd.graph`.

draw        a picture, as a graphviz.Digraph
explore     a page to walk through a graph, forward and backward
explore_training   a page that plays a training run
explain     the chain rule at a node, in words and formulas
replay      proof that a picture is true
to_json, to_mermaid   the drawn graph, for other programs

The rooms, in the order in which a picture passes through them:

drawing    `draw` and the others, as users call them
options    what a user chooses: `Detail` and `Look`
model      what is known of a graph: names, kinds, modules, gradients
repeats, fold, budget   which nodes are drawn as one: what repeats, what shows a node, how much is shown
items      the things and arrows that come of it
scene      all of it together, with what the look left open decided
labels, legend, picture   written as DOT; escape, numbers, themes and remarks help
words, proof, stepper, export, training   the work of `explain`, `replay`, `explore`, `to_json`, `explore_training`
render     DOT as SVG and PNG
"""

from autograd.draw.drawing import draw, explain, explore, explore_training, replay, to_json, to_mermaid

__all__ = ["draw", "explain", "explore", "explore_training", "replay", "to_json", "to_mermaid"]

for function in (explain, explore, explore_training, replay, to_json, to_mermaid):
    setattr(draw, function.__name__, function)  # after `import autograd`, autograd.draw is the function
