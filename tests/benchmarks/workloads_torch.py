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


def an_epoch(model, shape):
    x, classes, order = map(torch.from_numpy, problems.epoch())
    x = x.reshape(-1, *shape)
    optimizer, loss_of = torch.optim.Adam(model.parameters()), nn.CrossEntropyLoss()

    def step():
        for start in range(0, problems.IMAGES, problems.PIECE):
            chosen = order[start : start + problems.PIECE]
            loss = loss_of(model(x[chosen]), classes[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return loss.detach()

    return step


def with_numbers(model, numbers):
    with torch.no_grad():
        for p, a in zip(model.parameters(), numbers):  # noqa: B905
            p.copy_(torch.from_numpy(a))
    return model


def lenet():
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )
    return an_epoch(with_numbers(model, problems.lenet_numbers()), (1, 28, 28))


def mlp_epoch():
    _, _, numbers = problems.mnist()
    return an_epoch(network(problems.MNIST_SIZES, numbers, torch.float32), (784,))


def lstm():
    x, target, numbers = problems.sequences()
    layer, x, target = with_numbers(nn.LSTM(28, 128), numbers), torch.from_numpy(x), torch.from_numpy(target)
    optimizer, loss_of = torch.optim.SGD(layer.parameters(), lr=problems.MNIST_RATE), nn.MSELoss()

    def step():
        loss = loss_of(layer(x)[0][-1], target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def batch_norm():
    x, weights = map(torch.from_numpy, problems.channels())
    layer, x = nn.BatchNorm2d(32), x.requires_grad_()
    optimizer = torch.optim.SGD(layer.parameters(), lr=problems.MNIST_RATE)

    def step():
        loss = ((layer(x) - weights) ** 2).mean()
        optimizer.zero_grad()
        x.grad = None
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def variable(number):
    return torch.tensor(number, dtype=torch.float64, requires_grad=True)


VERSION = torch.__version__
WORKLOADS = {
    "xor": xor, "mnist": mnist, "mlp-epoch": mlp_epoch, "lenet-epoch": lenet, "lstm": lstm, "batch-norm": batch_norm,
    "chain": lambda: problems.chain(variable), "fan": lambda: problems.fan(variable),
}
