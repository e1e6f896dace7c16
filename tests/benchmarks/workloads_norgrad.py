from importlib.metadata import version

import numpy as np
import problems

import nn
from autograd import Tensor, Value


def network(sizes, numbers, dtype):
    layers = [nn.Linear(n, m, dtype=dtype) for n, m in zip(sizes, sizes[1:])]  # noqa: B905
    for i, layer in enumerate(layers):
        layer.weight.data, layer.bias.data = numbers[2 * i : 2 * i + 2]
    between = [nn.ReLU() for _ in layers]
    return nn.Sequential(*[module for pair in zip(layers, between) for module in pair][:-1])  # noqa: B905


def xor():
    x, target, numbers = problems.xor()
    model, loss_of = network(problems.XOR_SIZES, numbers, np.float64), nn.MSELoss()
    optimizer = nn.SGD(model.parameters(), lr=problems.XOR_RATE)

    def step():
        loss = loss_of(model(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.data

    return step


def xor_tensor():
    x, target, numbers = problems.xor()
    w1, b1, w2, b2 = params = [Tensor(a) for a in (numbers[0].T, numbers[1], numbers[2].T, numbers[3])]

    def step():
        error = np.maximum(x @ w1 + b1, 0) @ w2 + b2 - target
        loss = (error * error).mean()
        loss.backward()
        for p in params:
            p.data = p.data - problems.XOR_RATE * p.grad
            p.zero_grad()
        return loss.data

    return step


def mnist():
    x, classes, numbers = problems.mnist()
    model, loss_of = network(problems.MNIST_SIZES, numbers, np.float32), nn.CrossEntropyLoss()
    optimizer = nn.SGD(model.parameters(), lr=problems.MNIST_RATE)

    def step():
        loss = loss_of(model(x), classes)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.data

    return step


VERSION = version("norgrad")
WORKLOADS = {
    "xor": xor,
    "xor-tensor": xor_tensor,
    "mlp-scalar": lambda: problems.mlp_scalar(nn.MLP),
    "mnist": mnist,
    "chain": lambda: problems.chain(Tensor),
    "chain-value": lambda: problems.chain(Value),
    "fan": lambda: problems.fan(Tensor),
    "fan-value": lambda: problems.fan(Value),
}
