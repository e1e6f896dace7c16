import problems
import torch
from torch import nn


def network(sizes, numbers, dtype):
    layers = [nn.Linear(n, m, dtype=dtype) for n, m in zip(sizes, sizes[1:])]  # noqa: B905
    between = [nn.ReLU() for _ in layers]
    model = nn.Sequential(*[module for pair in zip(layers, between) for module in pair][:-1])  # noqa: B905
    with torch.no_grad():
        for p, a in zip(model.parameters(), numbers):  # noqa: B905
            p.copy_(torch.from_numpy(a))
    return model


def trained(model, loss_of, x, target, rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)

    def step():
        loss = loss_of(model(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def xor():
    x, target, numbers = problems.xor()
    model = network(problems.XOR_SIZES, numbers, torch.float64)
    return trained(model, nn.MSELoss(), torch.from_numpy(x), torch.from_numpy(target), problems.XOR_RATE)


def mnist():
    x, classes, numbers = problems.mnist()
    model = network(problems.MNIST_SIZES, numbers, torch.float32)
    return trained(
        model, nn.CrossEntropyLoss(), torch.from_numpy(x), torch.from_numpy(classes), problems.MNIST_RATE
    )


def variable(number):
    return torch.tensor(number, dtype=torch.float64, requires_grad=True)


VERSION = torch.__version__
WORKLOADS = {
    "xor": xor, "mnist": mnist, "chain": lambda: problems.chain(variable), "fan": lambda: problems.fan(variable),
}
