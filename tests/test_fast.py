"""The fast paths give what the plain ones give, bit for bit; and they can be switched off."""

import operator
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pytest
from cases import our_layers
from cases.layers import LAYERS, LOSSES, layer_case, loss_case
from cases.programs import program
from hypothesis import given, settings
from hypothesis import strategies as st
from rules.cases import CASES

import nn
from autograd import Tensor, Value, backward, chain, fast, gradients
from autograd.extend import Node
from autograd.trees import leaves

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@contextmanager
def plain():
    """No fast paths: `chain.sweep`, and operators that call `apply`."""
    sped_up = {kind: {name: method for name, method in vars(kind).items()
                      if getattr(method, "__module__", "") == "autograd.fast"} for kind in (Tensor, Value)}
    for kind, methods in sped_up.items():
        for name in methods:
            delattr(kind, name)
    backward.sweep = chain.sweep
    try:
        yield
    finally:
        backward.sweep = fast.sweep
        for kind, methods in sped_up.items():
            for name, method in methods.items():
                setattr(kind, name, method)


def bits(x):
    """A number or array, with nothing left out: its type, dtype, shape and bits. A NaN is a NaN."""
    x = x.data if isinstance(x, Node) else x
    array = np.array(x)
    if array.dtype.kind in "fc":
        array = np.where(np.isnan(array), np.nan, array).astype(array.dtype)
    return type(x).__name__, array.dtype.str, array.shape, array.tobytes()


def alike(run):
    """Both ways of running it, compared; what it raises, too."""
    answers = []
    for way in (plain, fast_as_usual):
        with way():
            try:
                answers.append([bits(x) for x in run()])
            except Exception as error:
                answers.append((type(error), str(error)))
    assert answers[0] == answers[1]
    return answers[0]


@contextmanager
def fast_as_usual():
    yield


def derivatives(f, xs):
    """The outputs of f, its gradients by both ways of asking for them, and those of a sum of all gradients."""
    ys = [y for y in leaves(f(*xs)) if isinstance(y, Node) and y.requires_grad]
    seeds = [np.linspace(0.5, 1.5, np.size(y.data)).reshape(np.shape(y.data)) for y in ys]
    for y, seed in zip(ys, seeds, strict=True):
        y.backward(seed)
    first = gradients(ys, xs, seeds, create_graph=True)
    again = [g for g in first if isinstance(g, Node) and g.requires_grad]
    second = gradients(again, xs, [np.ones(np.shape(g.data)) for g in again]) if again else ()
    return [*ys, *(x.grad for x in xs if x.grad is not None), *first, *second]


@pytest.mark.skipif(not fast.ENABLED, reason="NORGRAD_FAST=0: there is nothing to compare with")
class TestBothWays:
    @pytest.mark.parametrize("function", CASES, ids=lambda f: getattr(f, "__name__", "f"))
    def test_every_case_of_the_table(self, function):
        for f, args in CASES[function]:
            alike(lambda f=f, args=args: derivatives(f, [Tensor(a) for a in args]))
            if all(a.ndim == 0 and a.dtype.kind == "f" for a in args):
                alike(lambda f=f, args=args: derivatives(f, [Value(a) for a in args]))

    @pytest.mark.parametrize("name", LAYERS)
    def test_every_layer(self, name):
        for seed in range(6):
            args, keywords, inputs = layer_case(name, seed)

            def run(args=args, keywords=keywords, inputs=inputs, seed=seed):
                model = our_layers.filled(our_layers.layer(name, args, keywords, seed))
                return our_layers.outputs_and_gradients(model, inputs, training=True).values()

            alike(run)

    @pytest.mark.parametrize("name", LOSSES)
    def test_every_loss(self, name):
        for seed in range(6):
            keywords, x, t = loss_case(name, seed)
            alike(lambda k=keywords, x=x, t=t: derivatives(lambda x: getattr(nn, name)(**k)(x, t), [Tensor(x)]))

    @pytest.mark.parametrize("fused", [True, False])
    @pytest.mark.parametrize("tensors", [True, False])
    def test_a_network_of_neurons_that_trains(self, fused, tensors):
        def run():
            model = nn.MLP(2, [3, 3, 1], rng=0, fused=fused, tensors=tensors)
            optimizer = nn.SGD(model.parameters(), lr=0.1)
            for _ in range(5):
                optimizer.zero_grad()
                loss = sum(((np.sum(model([a, b])) - (a != b)) ** 2 for a in (0.0, 1.0) for b in (0.0, 1.0)), start=0.0)
                loss.backward()
                optimizer.step()
            return [loss, *model.parameters(), *(p.grad for p in model.parameters())]

        alike(run)

    @pytest.mark.parametrize("seed", range(40))
    def test_random_programs_of_numpy_functions(self, seed):
        _, f, x, y, _ = program(seed)
        alike(lambda: derivatives(lambda x, y: f(np, x, y), [Tensor(x), Tensor(y)]))

    @settings(deadline=None, max_examples=300)
    @given(st.data())
    def test_random_programs_of_operators(self, data):
        numbers = st.sampled_from([0.0, -0.0, 1.0, -2.5, 3, 0, 2, 1e200, np.inf, np.nan, True, np.float64(0.5), np.float32(2)])
        arrays = st.sampled_from([np.array(2.0), np.ones(3), np.arange(6.0).reshape(2, 3), np.float32([1, 2, 3]),
                                  np.array([[1], [2]]), np.array([1j, 2.0, 0.0])])
        makers = st.sampled_from([
            lambda: Value(0.75), lambda: Value(-3.0), lambda: Value(2.0, requires_grad=False), lambda: Tensor(1.5),
            lambda: Tensor([1.0, -2.0, 0.0]), lambda: Tensor(np.linspace(-1, 1, 6).reshape(2, 3), dtype=np.float32),
            lambda: Tensor([1.0 + 2j, 3.0, -1j]), lambda: Tensor([1.0, 2.0, 3.0], requires_grad=False)])
        leaves_made = data.draw(st.lists(makers, min_size=1, max_size=3))
        steps = data.draw(st.lists(st.tuples(
            st.sampled_from([operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.matmul]),
            st.integers(0, 9), st.one_of(st.integers(0, 9), numbers.map(lambda x: (x,)), arrays.map(lambda x: (x,))),
            st.booleans()), min_size=1, max_size=6))

        def run():
            made = [make() for make in leaves_made]
            xs = [x for x in made if x.requires_grad]
            for operation, i, other, reflected in steps:
                a = made[i % len(made)]
                b = other[0] if isinstance(other, tuple) else made[other % len(made)]
                made.append(operation(b, a) if reflected else operation(a, b))
            return derivatives(lambda *_: made[-1], xs) if xs else [made[-1]]

        alike(run)

    def test_a_change_in_place_is_noticed_by_both(self):
        def run():
            a, b = Value(2.0), Tensor([1.0, 2.0])
            y = (a * b).sum()
            b.data = b.data * 2
            y.backward()

        kind, said = alike(run)
        assert kind.__name__ == "ModifiedInPlace" and "was changed after" in said


def test_a_switch_turns_the_fast_paths_off():
    code = ("from autograd import Tensor, Value, fast; assert not fast.ENABLED; "
            "assert '__add__' not in vars(Tensor) and '__mul__' not in vars(Value); "
            "x = Value(3.0); y = x * x + 1; y.backward(); print(x.grad)")
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                           env={"NORGRAD_FAST": "0", "PATH": ""})
    assert found.stdout.strip() == "6.0"


@pytest.mark.skipif(not fast.ENABLED, reason="NORGRAD_FAST=0")
def test_the_comparison_does_turn_them_off():
    with plain():
        assert Tensor.__add__.__module__ == Value.__mul__.__module__ == "autograd.protocols"
    assert Tensor.__add__.__module__ == Value.__mul__.__module__ == "autograd.fast"
