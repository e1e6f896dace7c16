"""PyTorch's answers to the cases of cases/layers.py, under the same keys as cases/our_layers.py."""

import numpy as np
import torch
from cases.layers import seeds_of_outputs

from autograd.trees import leaves


def layer(name, args, keywords, state):
    """PyTorch's layer, in float64, with our numbers: strict=True says that the names and shapes agree."""
    peer = getattr(torch.nn, name)(*args, **keywords).double()
    peer.load_state_dict({k: torch.tensor(v) for k, v in state.items()}, strict=True)
    return peer


def outputs_and_gradients(model, inputs, training):
    model.train(training)
    model.zero_grad()
    given = [torch.tensor(x, requires_grad=x.dtype.kind == "f") for x in inputs]
    outputs = list(leaves(model(*given)))
    seeds = seeds_of_outputs([y.detach().numpy() for y in outputs])
    sum((y * torch.tensor(g)).sum() for y, g in zip(outputs, seeds, strict=True)).backward()
    answers = {f"output {i}": y.detach().numpy() for i, y in enumerate(outputs)}
    answers |= {f"gradient of input {i}": x.grad.numpy() for i, x in enumerate(given) if x.requires_grad}
    answers |= {f"gradient of {name}": p.grad.numpy() for name, p in model.named_parameters()}
    return answers | {f"buffer {name}": b.detach().numpy().copy() for name, b in model.named_buffers()}


def loss(name, keywords, x, t):
    """The loss and the gradient of its sum."""
    keywords = {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in keywords.items()}
    node = torch.tensor(x, requires_grad=True)
    y = getattr(torch.nn, name)(**keywords)(node, torch.tensor(t))
    y.sum().backward()
    return y.detach().numpy(), node.grad.numpy()
