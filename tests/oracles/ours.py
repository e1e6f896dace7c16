"""norgrad's answers to a case of layer_cases.py, as a flat dict of arrays."""

import numpy as np
from oracles.layer_cases import seeds_of_outputs

import nn
from autograd import Tensor, gradients
from autograd.functional import flatten
from autograd.graph import Node


def outputs_and_gradients(model, inputs, training, create_graph=False):
    """Outputs, the gradients of all floating inputs and parameters, and the buffers afterwards."""
    model.train(training)
    given = [Tensor(x) if x.dtype.kind == "f" else x for x in inputs]
    outputs = [y for y in flatten(model(*given))[0] if isinstance(y, Node)]
    names, wanted = [], []
    for i, x in enumerate(given):
        if isinstance(x, Tensor):
            names.append(f"input {i}")
            wanted.append(x)
    for name, p in model.named_parameters():
        names.append(name)
        wanted.append(p)
    seeds = seeds_of_outputs([y.data for y in outputs])
    found = gradients(outputs, wanted, seeds, create_graph=create_graph)
    answers = {f"output {i}": y.data for i, y in enumerate(outputs)}
    answers |= {f"gradient of {name}": np.asarray(getattr(g, "data", g) if isinstance(g, Node) else g) for name, g in zip(names, found, strict=True)}
    return answers | {f"buffer {name}": b for name, b in model.named_buffers()}


def layer(name, args, keywords, seed):
    options = {"rng": seed} if "rng" in getattr(nn, name).__init__.__code__.co_varnames or name in ("RNN", "LSTM", "GRU") else {}
    return getattr(nn, name)(*args, **keywords, **options)


def filled(model):
    """The model with numbers that depend on nothing but their place, for comparisons with stored results."""
    model.load_state_dict({
        name: x if "running" in name or "num_batches" in name else 0.5 * np.sin(1.7 * np.arange(x.size) + i).reshape(x.shape)
        for i, (name, x) in enumerate(model.state_dict().items())
    })
    return model
