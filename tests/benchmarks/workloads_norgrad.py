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


def an_epoch(model, shape):
    """Mini-batches of 64 in a given order, with Adam: what fit does, without its history."""
    x, classes, order = problems.epoch()
    x = x.reshape(-1, *shape)
    optimizer, loss_of = nn.Adam(model.parameters()), nn.CrossEntropyLoss()

    def step():
        for start in range(0, problems.IMAGES, problems.PIECE):
            chosen = order[start : start + problems.PIECE]
            loss = loss_of(model(x[chosen]), classes[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return loss.data

    return step


def lenet():
    options = {"dtype": np.float32}
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, **options), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5, **options), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120, **options), nn.ReLU(), nn.Linear(120, 84, **options),
        nn.ReLU(), nn.Linear(84, 10, **options),
    )
    for p, a in zip(model.parameters(), problems.lenet_numbers()):  # noqa: B905
        p.data = a
    return an_epoch(model, (1, 28, 28))


def mlp_epoch():
    _, _, numbers = problems.mnist()
    return an_epoch(network(problems.MNIST_SIZES, numbers, np.float32), (784,))


def lstm():
    x, target, numbers = problems.sequences()
    layer, loss_of = nn.LSTM(28, 128, dtype=np.float32), nn.MSELoss()
    for p, a in zip(layer.parameters(), numbers):  # noqa: B905
        p.data = a
    optimizer = nn.SGD(layer.parameters(), lr=problems.MNIST_RATE)

    def step():
        loss = loss_of(layer(x)[0][-1], target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.data

    return step


def batch_norm():
    x, weights = problems.channels()
    layer = nn.BatchNorm2d(32, dtype=np.float32)
    optimizer, x = nn.SGD(layer.parameters(), lr=problems.MNIST_RATE), Tensor(x)

    def step():
        loss = ((layer(x) - weights) ** 2).mean()
        optimizer.zero_grad()
        x.zero_grad()
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
    "mlp-epoch": mlp_epoch,
    "lenet-epoch": lenet,
    "lstm": lstm,
    "batch-norm": batch_norm,
    "chain": lambda: problems.chain(Tensor),
    "chain-value": lambda: problems.chain(Value),
    "fan": lambda: problems.fan(Tensor),
    "fan-value": lambda: problems.fan(Value),
}
