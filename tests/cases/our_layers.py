"""norgrad's answers to the cases of layers.py, as a flat dict of arrays."""

import numpy as np
from cases.layers import seeds_of_outputs

import nn
from autograd import Tensor, gradients
from autograd.extend import Node
from autograd.trees import leaves


def outputs_and_gradients(model, inputs, training, create_graph=False):
    """Outputs, the gradients of all floating inputs and parameters, and the buffers afterwards."""
    model.train(training)
    given = [Tensor(x) if x.dtype.kind == "f" else x for x in inputs]
    outputs = [y for y in leaves(model(*given)) if isinstance(y, Node)]
    wanted = {f"input {i}": x for i, x in enumerate(given) if isinstance(x, Tensor)} | dict(model.named_parameters())
    seeds = seeds_of_outputs([y.data for y in outputs])
    found = gradients(outputs, list(wanted.values()), seeds, create_graph=create_graph)
    answers = {f"output {i}": y.data for i, y in enumerate(outputs)}
    for name, g in zip(wanted, found, strict=True):
        answers[f"gradient of {name}"] = np.asarray(g.data if isinstance(g, Node) else g)
    return answers | {f"buffer {name}": b for name, b in model.named_buffers()}


def layer(name, args, keywords, seed):
    kind = getattr(nn, name)
    random = name in ("RNN", "LSTM", "GRU") or "rng" in kind.__init__.__code__.co_varnames
    return kind(*args, **keywords, **({"rng": seed} if random else {}))


def filled(model):
    """The model with numbers that depend on nothing but their place, for comparisons with stored results."""
    state = model.state_dict()
    for i, (name, x) in enumerate(state.items()):
        if "running" not in name and "num_batches" not in name:
            state[name] = 0.5 * np.sin(1.7 * np.arange(x.size) + i).reshape(x.shape)
    model.load_state_dict(state)
    return model
