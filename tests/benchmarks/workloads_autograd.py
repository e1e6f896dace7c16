"""The `autograd` of PyPI, which is not ours."""

from importlib.metadata import version

import problems

import autograd.numpy as np
from autograd import value_and_grad


def forward(params, x):
    for w, b in params[:-1]:
        x = np.maximum(x @ w.T + b, 0)
    w, b = params[-1]
    return x @ w.T + b


def trained(loss_of, rate, numbers):
    params, with_grad = list(zip(numbers[::2], numbers[1::2])), value_and_grad(loss_of)  # noqa: B905

    def step():
        nonlocal params
        loss, grads = with_grad(params)
        params = [(w - rate * gw, b - rate * gb) for (w, b), (gw, gb) in zip(params, grads)]  # noqa: B905
        return loss

    return step


def xor():
    x, target, numbers = problems.xor()
    return trained(lambda params: np.mean((forward(params, x) - target) ** 2), problems.XOR_RATE, numbers)


def mnist():
    x, classes, numbers = problems.mnist()
    rows = np.arange(len(x))

    def loss_of(params):
        logits = forward(params, x)
        z = logits - np.max(logits, axis=1, keepdims=True)
        return np.mean(np.log(np.sum(np.exp(z), axis=1)) - z[rows, classes])

    return trained(loss_of, problems.MNIST_RATE, numbers)


def chained(x):
    y = x
    for _ in range(problems.LENGTH):
        y = y * problems.FACTOR + problems.TERM
    return y


def fanned(x):
    y = x * problems.FACTOR
    for _ in range(problems.LENGTH - 1):
        y = y + x * problems.FACTOR
    return y


VERSION = version("autograd")
WORKLOADS = {
    "xor": xor,
    "mnist": mnist,
    "chain": lambda: lambda: sum(value_and_grad(chained)(0.5)),
    "fan": lambda: lambda: sum(value_and_grad(fanned)(0.5)),
}
