import numpy as np
import problems


def xor():
    x, t, (w1, b1, w2, b2) = problems.xor()
    rate = problems.XOR_RATE

    def step():
        nonlocal w1, b1, w2, b2
        h = x @ w1.T + b1
        r = np.maximum(h, 0)
        error = r @ w2.T + b2 - t
        g = error * (2 / error.size)
        gh = (g @ w2) * (h > 0)
        w2 = w2 - rate * (g.T @ r)
        b2 = b2 - rate * g.sum(axis=0)
        w1 = w1 - rate * (gh.T @ x)
        b1 = b1 - rate * gh.sum(axis=0)
        return (error * error).mean()

    return step


def mnist():
    x, classes, params = problems.mnist()
    w1, b1, w2, b2, w3, b3 = params
    rows, rate = np.arange(len(x)), problems.MNIST_RATE

    def step():
        h1 = x @ w1.T
        h1 += b1
        np.maximum(h1, 0, out=h1)
        h2 = h1 @ w2.T
        h2 += b2
        np.maximum(h2, 0, out=h2)
        z = h2 @ w3.T
        z += b3
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        total = p.sum(axis=1, keepdims=True)
        loss = (np.log(total[:, 0]) - z[rows, classes]).mean()
        p /= total
        p[rows, classes] -= 1
        p /= len(x)
        g2 = p @ w3
        g2 *= h2 > 0
        g1 = g2 @ w2
        g1 *= h1 > 0
        grads = [g1.T @ x, g1.sum(axis=0), g2.T @ h1, g2.sum(axis=0), p.T @ h2, p.sum(axis=0)]
        for param, g in zip(params, grads):  # noqa: B905
            g *= rate
            param -= g
        return loss

    return step


def chain():
    """Plain floats, which are faster than NumPy's: the least that a loop in Python costs."""

    def step():
        y = 0.5
        for _ in range(problems.LENGTH):
            y = y * problems.FACTOR + problems.TERM
        g = 1.0
        for _ in range(problems.LENGTH):
            g = g * problems.FACTOR
        return y + g

    return step


def fan():
    def step():
        x = 0.5
        y = x * problems.FACTOR
        for _ in range(problems.LENGTH - 1):
            y = y + x * problems.FACTOR
        g = problems.FACTOR
        for _ in range(problems.LENGTH - 1):
            g = g + problems.FACTOR
        return y + g

    return step


VERSION = np.__version__
WORKLOADS = {"xor": xor, "mnist": mnist, "chain": chain, "fan": fan}
