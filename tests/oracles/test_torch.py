"""Random programs, and what happens at ties and edges, agree with PyTorch."""

import numpy as np
import pytest
from cases.programs import STEPS, check_close, program

import nn
from autograd import Tensor, grad, gradients, hvp, value_and_grad

torch = pytest.importorskip("torch", reason="PyTorch is not installed")


class TorchAsNumpy:
    """As much of NumPy's interface as the programs use, in PyTorch's words."""

    linalg = property(lambda self: self)
    fft = property(lambda self: TorchFourier)
    tanh, sin, exp, sqrt, log, cosh, expm1, log1p, sinc, abs = (
        staticmethod(getattr(torch, n)) for n in "tanh sin exp sqrt log cosh expm1 log1p sinc abs".split()
    )
    arctan, where, hypot, arctan2, outer = map(staticmethod, (
        torch.atan, torch.where, torch.hypot, torch.atan2, torch.outer))
    logaddexp, maximum, minimum, clip = map(staticmethod, (torch.logaddexp, torch.maximum, torch.minimum, torch.clamp))
    inv, solve, det, slogdet, cholesky, eigvalsh, eigh, pinv = map(staticmethod, (
        torch.linalg.inv, torch.linalg.solve, torch.linalg.det, torch.linalg.slogdet, torch.linalg.cholesky,
        torch.linalg.eigvalsh, torch.linalg.eigh, torch.linalg.pinv))
    tril, triu, einsum, real, reshape = map(staticmethod, (
        torch.tril, torch.triu, torch.einsum, torch.real, torch.reshape))

    def eye(self, n):
        return torch.eye(n, dtype=torch.float64)

    def transpose(self, x):
        return x.T

    def _reduce(name, **fixed):
        def reduce(self, x, axis=None, keepdims=False):
            f = getattr(torch, name)
            return f(x, **fixed) if axis is None else f(x, dim=axis, keepdim=keepdims, **fixed)

        return reduce

    sum, mean, prod, max, min = map(_reduce, ("sum", "mean", "prod", "amax", "amin"))

    def var(self, x, axis=None, keepdims=False):
        return torch.var(x, dim=axis, correction=0, keepdim=keepdims)

    def std(self, x, axis=None, keepdims=False):
        return torch.std(x, dim=axis, correction=0, keepdim=keepdims)

    def norm(self, x):
        return torch.linalg.norm(x)

    def svd(self, x, compute_uv):
        return torch.linalg.svdvals(x)

    def flip(self, x, axis):
        return torch.flip(x, (axis,))

    def roll(self, x, shift, axis):
        return torch.roll(x, shift, axis)

    def concatenate(self, xs, axis):
        return torch.cat(xs, axis)

    def stack(self, xs, axis):
        return torch.stack(xs, axis)

    def cumsum(self, x, axis):
        return torch.cumsum(x, axis)

    def cumprod(self, x, axis):
        return torch.cumprod(x, axis)

    def sort(self, x, axis):
        return torch.sort(x, axis)[0]

    def repeat(self, x, n, axis):
        return torch.repeat_interleave(x, n, axis)

    def diff(self, x, axis):
        return torch.diff(x, dim=axis)


class TorchFourier:
    fft = staticmethod(lambda x, axis: torch.fft.fft(x, dim=axis))
    ifft = staticmethod(lambda x, axis: torch.fft.ifft(x, dim=axis))


def compare(seed, *names):
    chosen, run, x, y, v = program(seed, *names)
    ours = lambda x, y: run(np, x, y)
    peers = lambda x, y: run(TorchAsNumpy(), x, y)
    tx, ty = torch.tensor(x, requires_grad=True), torch.tensor(y, requires_grad=True)
    loss = peers(tx, ty)
    px, py = torch.autograd.grad(loss, (tx, ty), create_graph=True, allow_unused=True)
    second = torch.autograd.grad((px * torch.tensor(v)).sum(), tx, allow_unused=True)[0] if px.requires_grad else None
    value, (gx, gy) = value_and_grad(ours, (0, 1))(x, y)
    pairs = [(value, loss), (gx, px), (gy, py), (hvp(lambda x: ours(x, y))(x, v), second)]
    for got, expected in pairs:
        expected = np.zeros_like(got) if expected is None else expected.detach().numpy()
        check_close(got, expected, chosen)


@pytest.fixture(autouse=True)
def arrays_become_torch(monkeypatch):
    """The programs multiply by NumPy arrays and index with them: PyTorch wants its own."""
    plain = torch.Tensor.__mul__

    def times(a, b):
        return plain(a, torch.from_numpy(b.copy()) if isinstance(b, np.ndarray) else b)

    monkeypatch.setattr(torch.Tensor, "__mul__", times)


@pytest.mark.parametrize("name", STEPS)
def test_every_step(name):
    compare(1, (name,))


@pytest.mark.parametrize("seed", range(100, 200))
def test_random_programs(seed):
    compare(seed)


X = [-1.0, 0.0, 0.0, 2.0, 2.0]
EDGES = {
    "relu at 0": (lambda x: Tensor.relu(x).sum(), lambda x: torch.relu(x).sum()),
    "ties of max": (lambda x: np.max(x) * 3, lambda x: torch.amax(x) * 3),
    "ties of maximum": (lambda x: np.maximum(x, 0.0).sum(),
                        lambda x: torch.maximum(x, torch.zeros(5, dtype=torch.float64)).sum()),
    "clip at its bounds": (lambda x: np.clip(x, 0.0, 2.0).sum(), lambda x: torch.clamp(x, 0.0, 2.0).sum()),
    "abs at 0": (lambda x: np.abs(x).sum(), lambda x: torch.abs(x).sum()),
    "prod with zeros": (lambda x: np.prod(x + 1) + np.prod(x[1:2]), lambda x: torch.prod(x + 1) + torch.prod(x[1:2])),
    "prod with two zeros": (lambda x: np.prod(x), lambda x: torch.prod(x)),
    "cumprod with zeros": (lambda x: np.cumprod(x).sum(), lambda x: torch.cumprod(x, 0).sum()),
    "x ** 0": (lambda x: (x**0).sum(), lambda x: (x**0).sum()),
    "x ** 2": (lambda x: (x**2).sum(), lambda x: (x**2).sum()),
    "x ** 3.0": (lambda x: (x**3.0).sum(), lambda x: (x**3.0).sum()),
    "0 ** y": (lambda x: (0.0 ** (x + 2)).sum(), lambda x: (torch.zeros(5, dtype=torch.float64) ** (x + 2)).sum()),
    "norm at 0": (lambda x: np.linalg.norm(x[1:3]), lambda x: torch.linalg.norm(x[1:3])),
    "where, not taken": (lambda x: np.where(x > 0, x, 0 * x).sum(), lambda x: torch.where(x > 0, x, 0 * x).sum()),
    "sum of nothing": (lambda x: x[:0].sum() + x.sum(), lambda x: x[:0].sum() + x.sum()),
    "median": (lambda x: np.sort(x)[2] * x[0], lambda x: torch.sort(x)[0][2] * x[0]),
    "sigmoid far out": (lambda x: (x * 400).sigmoid().sum(), lambda x: torch.sigmoid(x * 400).sum()),
    "repeated indices": (lambda x: (x[[0, 0, 3]] ** 3).sum(), lambda x: (x[[0, 0, 3]] ** 3).sum()),
}


@pytest.mark.parametrize("name", EDGES)
def test_edges(name):
    ours, peers = EDGES[name]
    x, t = Tensor(X), torch.tensor(X, dtype=torch.float64, requires_grad=True)
    y, z = ours(x), peers(t)
    np.testing.assert_allclose(y.data, z.detach().numpy())
    got, expected = gradients(y, x), torch.autograd.grad(z, t)[0].numpy()
    np.testing.assert_allclose(got, expected, atol=1e-12)


def test_a_whole_training_run_follows_pytorch():
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(8, 3)), (rng.normal(size=(8, 2)) > 0).astype(float)
    for name, options in (("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
                          ("Adam", {"lr": 0.01, "weight_decay": 0.1})):
        model = nn.Sequential(nn.Linear(3, 5, rng=1), nn.Tanh(), nn.Linear(5, 4, rng=2), nn.ReLU(),
                              nn.Linear(4, 2, rng=3))
        peer = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 4), torch.nn.ReLU(),
                                   torch.nn.Linear(4, 2)).double()
        peer.load_state_dict({k: torch.from_numpy(v) for k, v in model.state_dict().items()})
        a = getattr(nn, name)(model.parameters(), **options)
        b = getattr(torch.optim, name)(peer.parameters(), **options)
        for _ in range(50):
            a.zero_grad()
            b.zero_grad()
            nn.BCEWithLogitsLoss()(model(x), t).backward()
            torch.nn.BCEWithLogitsLoss()(peer(torch.from_numpy(x)), torch.from_numpy(t)).backward()
            a.step()
            b.step()
        for name, value in model.state_dict().items():
            np.testing.assert_allclose(value, peer.state_dict()[name].numpy(), rtol=1e-9, atol=1e-12)


def test_complex_gradients_are_the_conjugates_of_pytorchs():
    z = np.array([1 + 2j, -0.5 + 0.3j])
    t = torch.tensor(z, requires_grad=True)
    (torch.abs(torch.exp(t) * t) ** 2 + torch.real(t**3)).sum().backward()
    got = grad(lambda z: np.sum(np.abs(np.exp(z) * z) ** 2 + np.real(z**3)))(z)
    np.testing.assert_allclose(np.conj(got), t.grad.numpy(), rtol=1e-12)
