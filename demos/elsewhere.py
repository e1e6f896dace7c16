"""The pictures of README: one small network drawn here, and as users of torchviz and of micrograd draw it.

    python -m demos.elsewhere        # writes demos/pictures/*.svg; needs torch, torchviz and micrograd

The other tools' pictures keep their own colours; the same program renders all three.
"""

from pathlib import Path
from typing import Any

import graphviz
import numpy as np

import nn
from autograd import Tensor, draw
from demos.command import Arguments, ending_well
from demos.output import saved

PICTURES = Path(__file__).parent / "pictures"
# two ReLU units and a linear output, on the row (1, 1) of XOR
NUMBERS = {"0.weight": [[1.0, 1.0], [0.5, 0.25]], "0.bias": [0.0, -1.0], "2.weight": [[1.0, -2.0]], "2.bias": [0.5]}
ROW = [1.0, 1.0]


def here() -> graphviz.Digraph:
    """The whole of it: names, modules, values, gradients, and what flows along each edge."""
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
    model.load_state_dict({name: np.array(x) for name, x in NUMBERS.items()})
    x = Tensor([ROW], name="x", requires_grad=False)
    y = model(x)
    return draw(y, names={"model": model, "y": y}, derivatives=True, contributions=True)


def torchviz() -> Any:
    """PyTorch's graph: make_dot with the parameters' names, as its README shows."""
    import torch
    from torchviz import make_dot

    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1))
    model.load_state_dict({name: torch.tensor(x) for name, x in NUMBERS.items()})
    return make_dot(model(torch.tensor([ROW])), params=dict(model.named_parameters()))


def micrograd() -> graphviz.Digraph:
    """micrograd's graph, as its notebook draws it after backward(): a record for each Value, an ellipse for each op."""
    from micrograd.nn import MLP

    model = MLP(2, [2, 1])
    for layer, name in zip(model.layers, ("0", "2"), strict=True):
        rows = zip(layer.neurons, NUMBERS[f"{name}.weight"], NUMBERS[f"{name}.bias"], strict=True)
        for neuron, weights, bias in rows:
            neuron.b.data = bias
            for w, number in zip(neuron.w, weights, strict=True):
                w.data = number
    y = model(ROW)
    y.backward()
    picture = graphviz.Digraph(graph_attr={"rankdir": "LR"})
    stack, seen = [y], {y}
    while stack:
        value = stack.pop()
        name = str(id(value))
        picture.node(name, f"{{ data {value.data:.4f} | grad {value.grad:.4f} }}", shape="record")
        if value._op:
            picture.node(name + value._op, value._op)
            picture.edge(name + value._op, name)
        for x in value._prev:
            picture.edge(str(id(x)), name + value._op)
            if x not in seen:
                seen.add(x)
                stack.append(x)
    return picture


@ending_well("python -m demos.elsewhere")
def main() -> None:
    Arguments(prog="python -m demos.elsewhere", description=__doc__.splitlines()[0]).parse_args()
    PICTURES.mkdir(exist_ok=True)
    pictures = {"here": here()}
    kind = type(pictures["here"])  # renders with the system's `dot`, or else with the program that comes with norgrad
    for make in (torchviz, micrograd):
        drawn = make()
        pictures[make.__name__] = kind(body=drawn.body, graph_attr=drawn.graph_attr,
                                       node_attr=drawn.node_attr, edge_attr=drawn.edge_attr)
    for name, picture in pictures.items():
        saved(picture.render(outfile=PICTURES / f"{name}.svg", cleanup=True))


if __name__ == "__main__":
    main()
