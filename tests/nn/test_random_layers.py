"""Layers and losses with random options (tests/cases/layers.py draws them) on random numbers: small and huge, in every dtype and
layout, none at all. What PyTorch says of them is in tests/oracles; here they are held against differences and float64.

NORGRAD_EXAMPLES=500 tries as many draws of each, new ones each time.
"""

import os
import warnings

import numpy as np
import pytest
from cases import our_layers as ours
from cases.layers import LAYERS, LOSSES, layer_case, loss_case

import nn
from autograd import Tensor, gradients
from autograd.compare import nearest_slope
from autograd.extend import Node
from autograd.trees import leaves

EXAMPLES = int(os.environ.get("NORGRAD_EXAMPLES", 0))
SEEDS = range(1000, 1006) if not EXAMPLES else np.random.default_rng().integers(10**6, 10**9, EXAMPLES).tolist()
LAYOUTS = {
    "F": np.asfortranarray, "moved": lambda a: np.array(a.T, order="C").T, "reversed": lambda a: np.array(a[::-1], order="C")[::-1],
    "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
}
DTYPES = [np.float16, np.float32]
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


class Loss(nn.Module):
    """A loss as a layer of one input: the target is given."""

    def __init__(self, name, keywords, target):
        self.name, self.keywords, self.target = name, keywords, target

    def forward(self, x):
        cast = lambda a: a.astype(x.dtype) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a
        return getattr(nn, self.name)(**{k: cast(v) for k, v in self.keywords.items()})(x, cast(self.target))


def drawn(name: str, seed: int) -> tuple[nn.Module, list[np.ndarray]]:
    """A layer or loss, and its inputs, in float64."""
    if name in LOSSES:
        keywords, x, target = loss_case(name, seed)
        return Loss(name, keywords, target), [x]
    args, keywords, inputs = layer_case(name, seed)
    return ours.layer(name, args, keywords, seed), inputs


class Answer:
    """The outputs of a model, and the gradients of their weighted sum by all inputs and parameters."""

    def __init__(self, model, inputs, create_graph=False, training=True):
        model.train(training)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.inputs = [as_tensor(x) if x.dtype.kind == "f" else x for x in inputs]
            self.nodes = [y for y in leaves(model(*self.inputs)) if isinstance(y, Node)]
            self.outputs = [y.data for y in self.nodes]
            self.variables = [x for x in self.inputs if isinstance(x, Tensor)] + list(model.parameters())
            self.weights = [np.round(64 * np.cos(np.arange(y.size) + i)).reshape(y.shape) / 64 for i, y in enumerate(self.outputs)]
            seeds = [w.astype(y.dtype) for w, y in zip(self.weights, self.outputs, strict=True)]
            self.found = gradients(self.nodes, self.variables, seeds, create_graph=create_graph) if any(y.requires_grad for y in self.nodes) else []
            self.gradients = [np.asarray(g.data if isinstance(g, Node) else g) for g in self.found]
        self.total = np.concatenate([np.ravel(w * y) for w, y in zip(self.weights, self.outputs, strict=True)] or [np.zeros(1)])


def as_tensor(a: np.ndarray) -> Tensor:
    """A Tensor of just that array, however it lies in memory."""
    t = Tensor(a)
    t.data = a
    return t


def moved(model, inputs, directions, t):
    """All floating inputs, moved along their directions; the parameters are moved in place."""
    parameters = list(model.parameters())
    count = len(directions) - len(parameters)
    for p, start, v in zip(parameters, model.start, directions[count:], strict=True):
        p.data = start + t * v
    remaining = iter(directions[:count])
    return [x + t * next(remaining) if x.dtype.kind == "f" else x for x in inputs]


@pytest.mark.parametrize("name", [*LAYERS, *LOSSES])
def test_derivatives_agree_with_differences(name):
    for seed in SEEDS:
        model, inputs = drawn(name, seed)
        rng = np.random.default_rng(seed)
        training, second = bool(rng.integers(3)), seed % 2 == 0
        answer = Answer(model, inputs, create_graph=second, training=training)
        if not answer.found or getattr(model, "padding_idx", None) is not None:  # whose row has no gradient, by its wish
            continue
        model.start = [p.data for p in model.parameters()]
        directions = [rng.normal(size=np.shape(x.data)) for x in answer.variables]
        slope = sum(np.sum(g * v) for g, v in zip(answer.gradients, directions, strict=True))
        line = lambda t: Answer(model, moved(model, inputs, directions, t), training=training).total  # noqa: B023
        agree(slope, line, f"{name} {seed}")
        if not second:
            continue
        u = [rng.normal(size=g.shape) for g in answer.gradients]
        moved(model, inputs, directions, 0.0)
        answer = Answer(model, inputs, create_graph=True, training=training)
        recorded = [(g, w) for g, w in zip(answer.found, u, strict=True) if isinstance(g, Node) and g.requires_grad]
        found = gradients([g for g, _ in recorded], answer.variables, [w for _, w in recorded]) if recorded else []
        slope = sum(np.sum(np.asarray(g) * v) for g, v in zip(found, directions, strict=True)) if recorded else 0.0
        line = lambda t: np.concatenate([np.ravel(g * w) for g, w in zip(Answer(model, moved(model, inputs, directions, t), training=training).gradients, u, strict=True)])  # noqa: B023
        agree(slope, line, f"{name} {seed}, second derivative")


def agree(slope, line, what):
    expected = nearest_slope(float(slope), line, 1.0)
    assert abs(slope - expected) <= 1e-4 * (1 + abs(expected)), f"{what}: {slope}, by differences {expected}"


def scaled(name, inputs, rng, dtype):
    """The inputs as numbers of another size, in a dtype; what they are in that dtype, in float64."""
    big = {np.float16: 100.0, np.float32: 1e15}[dtype]
    factor = rng.choice([1.0, 1.0, 1e-3, 30.0, big])
    offset = rng.choice([0.0, 0.0, 1.0, 200.0])
    if name in ("BCELoss", "KLDivLoss", "NLLLoss"):  # probabilities, or their logarithms
        factor, offset = 1.0, 0.0
    return [(x * factor + offset).astype(dtype) if x.dtype.kind == "f" else x for x in inputs]


SATURATE = {"ELU", "SELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softplus", "Softmax", "LogSoftmax", "RNN", "LSTM", "GRU", "BCEWithLogitsLoss"}  # where a slope is the small difference of numbers near 1


def near(small, exact, others, eps, largest, floor, what):
    """Whether numbers are those of float64, rounded: as far off at most as rounding the inputs puts them."""
    with np.errstate(all="ignore"):
        fits = np.isfinite(exact) & (abs(exact) <= 0.98 * largest)
        spread = np.max([abs(other - exact) for other in others], axis=0, initial=0)
        spread = spread + np.max(spread[np.isfinite(spread)], initial=0) / 4
        size = np.max(abs(exact[fits]), initial=0)
        off = np.where(fits, abs(np.where(np.isfinite(small), small, np.inf) - exact), 0)
        allowed = 16 * eps * (abs(exact) + size / 4) + 16 * np.where(np.isfinite(spread), spread, np.inf) + 8 * eps * floor + 16 * (6e-8 if eps > 1e-4 else 1e-45)
    assert np.all(off <= allowed), f"{what}: {small.ravel()[np.argmax(off - allowed)]}, in float64 {exact.ravel()[np.argmax(off - allowed)]}"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [*LAYERS, *LOSSES])
def test_float16_and_float32_give_what_float64_gives_rounded(name, dtype):
    for seed in SEEDS:
        rng = np.random.default_rng(seed + 7)
        model, inputs = drawn(name, seed)
        inputs = scaled(name, inputs, rng, dtype)
        if name == "GroupNorm" and inputs[0].ndim == 2:
            continue  # what is left of two numbers, their mean taken off, is rounding
        model.to(dtype)
        small = Answer(model, inputs)
        for y in (*small.outputs, *small.gradients):
            assert y.dtype == dtype, f"{name} {seed}: {y.dtype}"
        exact, others = rounded(name, seed, model, inputs, rng, dtype)
        eps, largest = float(np.finfo(dtype).eps), float(np.finfo(dtype).max)
        floor = 1.0 if name in SATURATE else 0.0
        if name in ("RNN", "LSTM", "GRU"):  # such a slope times an input
            floor = max([1.0, *(float(np.max(abs(x), initial=0)) for x in inputs)])
        if "Norm" in name:  # whose gradient is what is left of 1 / std after a mean and a projection are taken off
            floor = 1 / np.std(inputs[0].astype(float))
        for kind in ("outputs", "gradients"):
            for i, y in enumerate(getattr(small, kind)):
                near(y.astype(float), getattr(exact, kind)[i], [getattr(o, kind)[i] for o in others], eps, largest, floor, f"{name} {seed} {kind} {i}")


def rounded(name, seed, model, inputs, rng, dtype):
    """The answer in float64 to the same numbers, and three to numbers that are an epsilon off."""
    eps = float(np.finfo(dtype).eps)
    found = []
    for k in range(4):
        other, _ = drawn(name, seed)
        other.to(np.float64)
        off = lambda a, k=k: np.minimum(a.astype(float) * (1 + bool(k) * eps * rng.choice([-1.0, 1.0], a.shape)), 1.0 if name == "BCELoss" else np.inf)
        for p, q in zip(other.parameters(), model.parameters(), strict=True):
            p.data = off(q.data)
        found.append(Answer(other, [off(x) if x.dtype.kind == "f" else x for x in inputs]))
    return found[0], found[1:]


@pytest.mark.parametrize("name", [*LAYERS, *LOSSES])
def test_how_numbers_lie_in_memory_changes_nothing(name):
    for seed in SEEDS:
        model, inputs = drawn(name, seed)
        expected = Answer(model, inputs)
        for layout in LAYOUTS.values():
            model, _ = drawn(name, seed)
            got = Answer(model, [layout(x) if x.ndim else x for x in inputs])
            for y, e in zip((*got.outputs, *got.gradients), (*expected.outputs, *expected.gradients), strict=True):
                np.testing.assert_allclose(y, e, rtol=1e-12, atol=1e-12)


AXES_OF_ONE = {"Linear": 1, "Bilinear": 1, "Embedding": 0, "Conv1d": 2, "Conv2d": 3, "MaxPool2d": 3, "AvgPool2d": 3, "AdaptiveAvgPool2d": 3,
               "GroupNorm": 1, "RNN": 2, "LSTM": 2, "GRU": 2, "ReLU": 0, "GELU": 0, "SiLU": 0, "Softplus": 0, "Tanh": 0, "Sigmoid": 0}


@pytest.mark.parametrize("name", AXES_OF_ONE)
def test_no_examples_give_no_outputs_and_gradients_of_zero(name):
    for seed in SEEDS:
        model, inputs = drawn(name, seed)
        if inputs[0].ndim <= AXES_OF_ONE[name]:
            continue
        full = Answer(model, inputs)
        axis = int(name in ("RNN", "LSTM", "GRU") and not model.batch_first)
        answer = Answer(model, [np.take(x, [], axis=axis) for x in inputs])
        for y, e in zip(answer.outputs, full.outputs, strict=True):
            assert y.size == 0 and y.ndim == e.ndim
        for g, x in zip(answer.gradients, answer.variables, strict=True):
            assert g.shape == x.shape and not g.any()


def answers_where(model, inputs, place, number):
    x = inputs[0].copy()
    x[place] = number
    return Answer(model, [x, *inputs[1:]], training=False)


@pytest.mark.parametrize("name", [name for name in LAYERS if not ("Norm" in name or name in ("Embedding", "RNN", "LSTM", "GRU"))])
def test_a_number_that_is_not_finite_stays_where_it_belongs(name):
    for seed in SEEDS:
        model, inputs = drawn(name, seed)
        rng = np.random.default_rng(seed)
        if not inputs[0].ndim:
            continue
        place = tuple(int(rng.integers(n)) for n in inputs[0].shape)
        one, *others = (answers_where(model, inputs, place, number) for number in (0.7, -1.3, 40.0, -1e6, 1e6))
        for bad in (np.inf, -np.inf, np.nan):
            got = answers_where(model, inputs, place, bad)
            for i, (y, e) in enumerate(zip(got.outputs, one.outputs, strict=True)):
                apart = np.all([e == other.outputs[i] for other in others], axis=0)
                np.testing.assert_array_equal(y[apart], e[apart], err_msg=f"{name} {seed} {bad}")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BCELoss", "BCEWithLogitsLoss", "HingeEmbeddingLoss", "CrossEntropyLoss", "NLLLoss", "KLDivLoss"])
def test_the_mean_of_more_elements_than_the_largest_float16(name, dtype):
    n, rng = 70000, np.random.default_rng(0)
    shape = (n, 2) if name in ("CrossEntropyLoss", "NLLLoss") else (n,)
    x = rng.uniform(0.1, 0.9, shape).astype(dtype)
    target = rng.integers(0, 2, n)
    target = target if len(shape) == 2 else (2 * target - 1).astype(dtype) if "Hinge" in name else target.astype(dtype)
    answers = []
    for kind in (dtype, np.float64):
        node = Tensor(x.astype(kind))
        y = getattr(nn, name)()(node, target.astype(kind) if target.dtype.kind == "f" else target)
        y.backward()
        assert y.data.dtype == node.grad.dtype == kind
        answers.append((float(y.data), node.grad.astype(float)))
    np.testing.assert_allclose(answers[0][0], answers[1][0], rtol=4e-3)
    np.testing.assert_allclose(answers[0][1], answers[1][1], rtol=4e-2, atol=1.2e-7)  # the step between the smallest float16
