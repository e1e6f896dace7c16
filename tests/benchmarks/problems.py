"""What is computed: the numbers that every contestant starts from, and programs that several share word for word."""

import random

XOR_RATE, MNIST_RATE, SCALAR_RATE = 0.1, 0.01, 0.001
XOR_SIZES, MNIST_SIZES, BATCH = (2, 8, 1), (784, 256, 128, 10), 128
IMAGES, PIECE = 60_000, 64  # of an epoch, and of a batch in it
LENGTH = 5_000  # times two operations
FACTOR, TERM = 1.0001, 0.0001


def _layers(rng, sizes, dtype):
    """[weight (out, in), bias (out,), weight, bias, ...]"""
    found = []
    for n, m in zip(sizes, sizes[1:]):  # noqa: B905
        found += [rng.uniform(-1, 1, (m, n)) / n**0.5, rng.uniform(-1, 1, m) / n**0.5]
    return [x.astype(dtype) for x in found]


def xor():
    """Inputs (4, 2), targets (4, 1), layers; float64."""
    import numpy as np

    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float64)
    return x, np.array([[0], [1], [1], [0]], np.float64), _layers(np.random.default_rng(0), XOR_SIZES, np.float64)


def mnist():
    """Images (128, 784), classes (128,), layers; float32."""
    import numpy as np

    rng = np.random.default_rng(0)
    images = rng.random((BATCH, 784), np.float32)
    return images, rng.integers(0, 10, BATCH), _layers(rng, MNIST_SIZES, np.float32)


def epoch():
    """As many images as MNIST trains on, (60000, 784), their classes, and the order to take them in; float32."""
    import numpy as np

    rng = np.random.default_rng(0)
    return rng.random((IMAGES, 784), np.float32), rng.integers(0, 10, IMAGES), rng.permutation(IMAGES)


def sequences():
    """Sequences (time 28, batch 64, 28), targets (64, 128), and the numbers of an LSTM; float32."""
    import numpy as np

    rng = np.random.default_rng(0)
    numbers = [rng.uniform(-0.1, 0.1, s) for s in ((512, 28), (512, 128), (512,), (512,))]
    return rng.random((28, 64, 28), np.float32), rng.random((64, 128), np.float32), [a.astype(np.float32) for a in numbers]


def channels():
    """Images (64, 32, 16, 16) to normalise, and what the outcome is multiplied by; float32."""
    import numpy as np

    rng = np.random.default_rng(0)
    return rng.random((64, 32, 16, 16), np.float32), rng.random((64, 32, 16, 16), np.float32)


def lenet_numbers():
    """LeNet-5's weights and biases; float32."""
    import numpy as np

    rng = np.random.default_rng(1)
    shapes = ((6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (84, 120), (84,), (10, 84), (10,))
    return [rng.uniform(-0.1, 0.1, s).astype(np.float32) for s in shapes]


# ---- programs for everything that has operators, .backward(), .data and .grad ---------------------------------------
def mlp_scalar(MLP):
    """micrograd's network on four rows, as its README trains it."""
    rows = [([2.0, 3.0], 1.0), ([3.0, -1.0], -1.0), ([0.5, 1.0], -1.0), ([1.0, 1.0], 1.0)]
    random.seed(1337)
    model = MLP(2, [16, 16, 1])

    def step():
        loss = sum((model(x) - target) ** 2 for x, target in rows)
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= SCALAR_RATE * p.grad
        return loss.data

    return step


def chain(variable):
    """y ← 1.0001 y + 0.0001, again and again: a graph as deep as it is large."""

    def step():
        x = y = variable(0.5)
        for _ in range(LENGTH):
            y = y * FACTOR + TERM
        y.backward()
        return y.data + x.grad

    return step


def fan(variable):
    """1.0001 x + 1.0001 x + ...: one leaf with thousands of uses."""

    def step():
        x = variable(0.5)
        y = x * FACTOR
        for _ in range(LENGTH - 1):
            y = y + x * FACTOR
        y.backward()
        return y.data + x.grad

    return step
