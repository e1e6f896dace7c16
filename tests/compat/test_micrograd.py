"""Programs in micrograd's style: only the two imports differ. The constants come from micrograd 0.1.0 itself."""

import math
import random

import pytest

from autograd import Value
from nn import MLP, Layer, Neuron


def test_sanity_numbers_of_one_expression():
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


def test_more_operations_with_augmented_assignment():
    a = Value(-4.0)
    b = Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert (g.data, a.grad, b.grad) == pytest.approx((24.70408163265306, 138.83381924198252, 645.5772594752186), rel=1e-14)
    assert f"{g.data:.4f}" == "24.7041" and str(a).startswith("Value(data=-4.0, grad=138.83")


def test_reflected_operators_and_negative_powers():
    a = Value(2.0)
    y = (3 - a) / (1 + a) + 5 / a + a**-1 + (a - 1) * -a + sum([a, a], Value(0))
    y.backward()
    # -4/(1+a)² - 6/a² - 2a + 1 + 2
    assert y.data == pytest.approx(1 / 3 + 2.5 + 0.5 - 2 + 4) and a.grad == pytest.approx(-4 / 9 - 1.5 - 4 + 1 + 2)


def test_gradients_of_inner_nodes_and_a_node_used_twice():
    a = Value(3.0)
    b = a + a
    c = b * b
    c.backward()
    assert (a.grad, b.grad, c.grad) == (24.0, 12.0, 1.0)
    assert c._op and c._prev == {b} and b._prev == {a}


def test_networks_print_as_micrograds():
    assert repr(Neuron(2)) == "ReLUNeuron(2)" and repr(Neuron(3, nonlin=False)) == "LinearNeuron(3)"
    assert repr(MLP(2, [2, 1])) == "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]"
    layer = Layer(3, 2, nonlin=False)
    assert len(layer.parameters()) == 8 and len(layer([1.0, 2.0, 3.0])) == 2 and isinstance(Layer(1, 1)([2.0]), Value)


def test_random_draws_and_the_first_answer():
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    ps = model.parameters()
    assert len(ps) == 337 and [p.data for p in ps if p.data == 0] == [0] * 33
    assert (ps[0].data, ps[-2].data, sum(p.data for p in ps)) == pytest.approx(
        (0.23550571390294128, -0.2532524374373504, 6.8621742082939665), rel=1e-14
    )
    y = model([Value(0.5), Value(-1.5)])
    y.backward()
    assert y.data == pytest.approx(-1.1587695246010408, rel=1e-13)
    assert (sum(p.grad for p in ps), ps[0].grad, ps[5].grad) == pytest.approx(
        (-2.7070922203738457, -0.33312006538759464, 0.0), rel=1e-13
    )
    model.zero_grad()
    assert {p.grad for p in ps} == {0}


def two_arcs(n):
    rng, xs, ys = random.Random(7), [], []
    for i in range(n):
        t = math.pi * rng.random()
        x, y = (math.cos(t), math.sin(t)) if i % 2 == 0 else (1 - math.cos(t), 0.5 - math.sin(t))
        xs.append([x + 0.1 * rng.gauss(0, 1), y + 0.1 * rng.gauss(0, 1)])
        ys.append(i % 2 * 2 - 1)
    return xs, ys


def test_the_training_loop_of_the_demo():
    X, y = two_arcs(20)
    random.seed(1337)
    model = MLP(2, [16, 16, 1])

    def loss():
        inputs = [list(map(Value, row)) for row in X]
        scores = list(map(model, inputs))
        margins = [(1 + -yi * score).relu() for yi, score in zip(y, scores, strict=True)]
        data_loss = sum(margins) * (1.0 / len(margins))
        reg_loss = 1e-4 * sum(p * p for p in model.parameters())
        right = [(yi > 0) == (score.data > 0) for yi, score in zip(y, scores, strict=True)]
        return data_loss + reg_loss, sum(right) / len(right)

    history = []
    for k in range(5):
        total, accuracy = loss()
        model.zero_grad()
        total.backward()
        rate = 1.0 - 0.9 * k / 100
        for p in model.parameters():
            p.data -= rate * p.grad
        history.append((total.data, accuracy))
    losses, accuracies = zip(*history, strict=True)
    assert losses == pytest.approx(
        (0.9045966322804675, 1.0638814567793478, 0.6923357263430687, 0.5655265853915767, 0.9228333217659259), rel=1e-12
    )
    assert accuracies == (0.5, 0.65, 0.75, 0.85, 0.75)
