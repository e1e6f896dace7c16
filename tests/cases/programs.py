"""Random programs of NumPy functions, as functions of (m, x, y): m is numpy, or another library with its names."""

import numpy as np

# one step of a program: an array in, an array out, nothing near a kink on purpose
STEPS = {
    "tanh": lambda m, x, y: m.tanh(x),
    "sin": lambda m, x, y: m.sin(2 * x),
    "exp": lambda m, x, y: m.exp(-x * x),
    "sqrt": lambda m, x, y: m.sqrt(x * x + 1),
    "log": lambda m, x, y: m.log(x * x + 0.5),
    "atan": lambda m, x, y: m.arctan(x),
    "cosh": lambda m, x, y: m.cosh(0.3 * x),
    "logaddexp": lambda m, x, y: m.logaddexp(x, 0.3 * x * x),
    "abs": lambda m, x, y: m.abs(x),
    "expm1": lambda m, x, y: m.expm1(0.2 * x),
    "log1p": lambda m, x, y: m.log1p(x * x),
    "sinc": lambda m, x, y: m.sinc(x),
    "maximum": lambda m, x, y: m.maximum(x, 0.1 * x),
    "minimum": lambda m, x, y: m.minimum(x, x * x),
    "clip": lambda m, x, y: m.clip(x, -0.9, 0.8),
    "where": lambda m, x, y: m.where(x > 0.2, x * x, 0.5 * x),
    "cube": lambda m, x, y: x**3 * 0.3,
    "power": lambda m, x, y: (m.abs(x) + 1) ** 1.7,
    "hypot": lambda m, x, y: m.hypot(x, 1.0 + x * 0),
    "arctan2": lambda m, x, y: m.arctan2(x, 2.0 + x * x),
    "divide": lambda m, x, y: 1 / (x * x + 1),
    "center": lambda m, x, y: x - m.mean(x, axis=-1, keepdims=True),
    "scale": lambda m, x, y: x / (1 + m.std(x, axis=0, keepdims=True)),
    "softmax": lambda m, x, y: m.exp(x) / m.sum(m.exp(x), axis=-1, keepdims=True),
    "var": lambda m, x, y: x * m.var(x),
    "norm": lambda m, x, y: x / (1 + m.linalg.norm(x)),
    "add": lambda m, x, y: x + m.sum(y * y),
    "mul": lambda m, x, y: x * m.mean(m.sin(y)),
    "row": lambda m, x, y: x + y[: x.shape[-1]],
    "outer": lambda m, x, y: x + m.outer(m.sum(x, axis=-1), y[: x.shape[-1]]),
    "T": lambda m, x, y: m.transpose(x),
    "flip": lambda m, x, y: m.flip(x, 0),
    "roll": lambda m, x, y: m.roll(x, 1, 1),
    "index": lambda m, x, y: x[np.array([0, 2, 0, 1])],
    "columns": lambda m, x, y: x[:, np.array([1, 1, 0])],
    "step": lambda m, x, y: x[:, ::2] * 2,
    "concatenate": lambda m, x, y: m.concatenate([x, x[:1] * x[1:2]], axis=0),
    "stack": lambda m, x, y: m.sum(m.stack([x, x * x], axis=1), axis=1),
    "cumsum": lambda m, x, y: m.cumsum(x, axis=1) * 0.5,
    "cumprod": lambda m, x, y: m.cumprod(1 + 0.1 * x, axis=0),
    "sort": lambda m, x, y: m.sort(x, axis=1),
    "tril": lambda m, x, y: m.tril(x) + m.triu(x, 1) * 2,
    "repeat": lambda m, x, y: m.repeat(x, 2, axis=1)[:, 1:4],
    "prod": lambda m, x, y: x + m.prod(1 + 0.1 * x, axis=0),
    "max": lambda m, x, y: x - m.max(x, axis=1, keepdims=True),
    "min": lambda m, x, y: x * m.min(x),
    "diff": lambda m, x, y: m.diff(m.concatenate([x, x], axis=1), axis=1),
    "reshape": lambda m, x, y: m.reshape(x, (x.shape[1], x.shape[0])),
    "matmul": lambda m, x, y: x @ m.transpose(x) @ x * 0.2,
    "einsum": lambda m, x, y: m.einsum("ij,kj,kl->il", x, x, x) * 0.2,
    "inv": lambda m, x, y: m.linalg.inv(gram(m, x)) @ x,
    "solve": lambda m, x, y: m.linalg.solve(gram(m, x), x),
    "det": lambda m, x, y: x * m.log(m.linalg.det(gram(m, x))) * 0.1,
    "slogdet": lambda m, x, y: x + m.linalg.slogdet(gram(m, x))[1],
    "cholesky": lambda m, x, y: m.linalg.cholesky(gram(m, x)) @ x * 0.3,
    "eigvalsh": lambda m, x, y: x * m.sum(m.sqrt(m.linalg.eigvalsh(gram(m, x)))) * 0.1,
    "eigh": lambda m, x, y: matrix_log(m, gram(m, x)) @ x,
    "svd": lambda m, x, y: x + m.sum(m.linalg.svd(x, compute_uv=False) ** 3) * 0.05,
    "pinv": lambda m, x, y: m.transpose(m.linalg.pinv(full_rank(m, x))[:, : x.shape[0]]),
    "fft": lambda m, x, y: m.abs(m.fft.fft(x, axis=1)) ** 2 * 0.1,
    "rfft": lambda m, x, y: m.real(m.fft.ifft(m.fft.fft(x, axis=1) * m.fft.fft(x + 1, axis=1), axis=1)),
}


def gram(m, x):
    return x @ m.transpose(x) + 3 * m.eye(x.shape[0])


def full_rank(m, x):
    return m.concatenate([x, 2 * m.eye(x.shape[1])], axis=0)


def matrix_log(m, a):
    w, v = m.linalg.eigh(a)
    return (v * m.log(w)) @ m.transpose(v)


def check_close(got, expected, chosen):
    """Equal to nine digits of the largest number in the array."""
    expected = np.asarray(expected)
    atol = 1e-9 * max(1, np.max(np.abs(expected)))
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=atol, err_msg=str(chosen))


def program(seed, names=tuple(STEPS)):
    """A program of three to six random steps on a 3 x 4 array and a vector, its inputs, and a vector to multiply."""
    rng = np.random.default_rng(seed)
    chosen = [names[i] for i in rng.integers(len(names), size=rng.integers(3, 7))]
    x, y = rng.normal(size=(3, 4)), rng.normal(size=12)
    weights = rng.normal(size=(24, 24))

    def run(m, x, y):
        for name in chosen:
            x = STEPS[name](m, x, y)
            if x.shape[0] < 3 or x.shape[1] < 3 or x.shape[1] > 12:  # for the next step
                columns = [m.concatenate([x, x * x], axis=0), m.concatenate([x + 1, x], axis=0)]
                x = m.concatenate(columns, axis=1)[:4, :4]
        return m.sum(m.tanh(x) * weights[: x.shape[0], : x.shape[1]])

    return chosen, run, x, y, rng.normal(size=(3, 4))
