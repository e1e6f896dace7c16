"""`unfold`: one number of an array, as the single operations that made it."""

import numpy as np
import pytest
from rules.cases import CASES

import nn
from autograd import Tensor, Value, draw, gradients, unfold, walk
from autograd.draw import replay
from autograd.errors import UnfoldError
from autograd.graph import is_node
from autograd.rules import TABLE, Op

ROWS = [row for row in TABLE.values() if isinstance(row, Op) and row.function in CASES]
# what NumPy computes in one piece, for arrays of floats and nothing else
WHOLE = ("linalg.", "fft.", "sinc", "i0", "angle", "pad", "cross_entropy", "cofactor", "svd", "modf", "divmod")


def symbols(root):
    return [x.op.symbol if x.op else x.name for x in reversed(walk(root))]


def agrees(y, index, xs):
    """Whether the graph of single numbers has the number, and the derivatives, of the graph of arrays."""
    single = unfold(y, index)
    assert single.data == pytest.approx(float(y.data[index]), rel=1e-9, abs=1e-12)
    leaves = [x for x in walk(single) if x.op is None and x.requires_grad]
    found = {x.name: g for x, g in zip(leaves, gradients(single, leaves), strict=True)}
    for x, whole in zip(xs, gradients(y[index], xs), strict=True):
        for i in np.ndindex(x.shape):
            name = x.name + (f"[{', '.join(map(str, i))}]" if i else "")
            assert found.get(name, 0.0) == pytest.approx(float(whole[i]), rel=1e-7, abs=1e-9), name


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_cell_taken_apart_has_the_derivatives_of_the_whole(row):
    for f, args in CASES[row.function]:
        if any(np.iscomplexobj(a) for a in args):
            continue
        xs = [Tensor(a, name=f"x{i}") for i, a in enumerate(args)]
        y = f(*xs)
        if not isinstance(y, Tensor) or not y.size or np.iscomplexobj(y.data) or y.op is None:
            continue
        try:
            agrees(y, tuple(n - 1 for n in y.shape), xs)
        except UnfoldError as error:
            constant = "depends on no variable" in str(error)
            masked = "reduction operation" in str(error)  # sum(where=…): NumPy can't do it on objects
            assert constant or masked or any(name in str(error) for name in WHOLE), error


def test_a_fused_neuron_shows_its_products_its_sum_and_its_relu():
    nor = nn.Neuron.of((-20, -20), 1)
    a, b = Value(0.0, name="a"), Value(1.0, name="b")
    single = unfold(nor([a, b]), names={"nor": nor})
    assert symbols(single) == ["nor.w.0", "nor.w.1", "a", "b", "nor.b", "×", "+", "×", "+", "ReLU"]
    assert single.data == 0


def test_a_whole_network_comes_apart_down_to_its_weights_in_its_modules():
    model = nn.Sequential(nn.Linear(2, 4, rng=0), nn.ReLU(), nn.Linear(4, 1, rng=1))
    x = Tensor([[0.0, 1.0], [1.0, 1.0]], name="x")
    y = model(x)
    single = unfold(y, (1, 0))
    leaves = {n.name: n for n in walk(single) if n.op is None}
    assert {"x[1, 0]", "0.weight[3, 1]", "2.bias[0]"} <= set(leaves)
    parameters = dict(model.named_parameters())
    whole = gradients(y[1, 0], list(parameters.values()))
    flat = gradients(single, list(leaves.values()))
    for (name, p), g in zip(parameters.items(), whole, strict=True):
        for i in np.ndindex(p.shape):
            found = dict(zip(leaves, flat, strict=True)).get(f"{name}[{', '.join(map(str, i))}]", 0.0)
            assert found == pytest.approx(float(g[i]))
    assert "0 · Linear" in draw(single).source


def test_one_operation_back_takes_what_it_was_given_as_input():
    a, b = Tensor(np.ones((2, 3)), name="a"), Tensor(np.ones((3, 2)), name="b")
    single = unfold((a * 2) @ b, (0, 1), ops=1)
    assert symbols(single).count("×") == 3
    assert "×[0, 2]" in symbols(single)
    assert symbols(unfold((a * 2) @ b, (0, 1))).count("×") == 6


def test_a_picture_takes_a_number_apart_on_request():
    a, b = Tensor(np.eye(2)), Tensor(np.ones((2, 2)))
    picture = draw(a @ b, unfold=(0, 1), names={"a": a, "b": b})
    assert "a[0, 1]" in picture.source and "b[1, 1]" in picture.source
    assert replay(picture) == 3
    mlp = nn.MLP(2, [3, 1], rng=0)
    assert replay(draw(mlp([1.0, 2.0]), unfold=True)) > 9


@pytest.mark.parametrize("node, index, said", [
    (Tensor(np.ones((2, 2))) @ np.ones((2, 2)), 0, r"index of one number of shape \(2, 2\)"),
    (Tensor(np.ones((2, 2))) @ np.ones((2, 2)), (2, 0), "index of one number"),
    (Tensor(1.0), (), "result of an operation"),
    (Tensor(np.ones(20_000)).sum(), (), "ops=1"),
    (np.linalg.inv(Tensor(np.eye(2))), (0, 0), "inv can't be taken apart"),
])
def test_what_can_not_be_taken_apart_says_why(node, index, said):
    with pytest.raises(UnfoldError, match=said):
        unfold(node, index)


def test_a_wrong_number_is_refused(monkeypatch):
    monkeypatch.setattr(TABLE[np.matmul], "unfolded", lambda a, b: a @ b * 1.01)
    with pytest.raises(UnfoldError, match="other numbers"):
        unfold(Tensor(np.ones((2, 2))) @ np.ones((2, 2)), (0, 0))


def test_pictures_of_nodes_that_can_not_be_taken_apart_say_so():
    class Fake:
        op, inputs, order, data, name = None, (), 1, 2.0, "fake"

    assert is_node(Fake())
    with pytest.raises(TypeError, match="unfold="):
        draw(Fake(), unfold=True)


def test_an_index_is_what_numpy_takes_for_one_number_and_nothing_else():
    y = Tensor([[1.0, 2.0]], name="x") * 3
    for index in ((0, 1), [0, 1], (np.int64(0), -1)):
        assert unfold(y, index).data == 6
    for wrong, error in (("x", TypeError), ((0, 1.0), TypeError), ((0, 2), UnfoldError), (0, UnfoldError)):
        with pytest.raises(error):
            unfold(y, wrong)
    with pytest.raises(UnfoldError, match="has none"):
        unfold(y[:, :0] * 2, (0, 0))


def test_halves_come_apart_as_far_as_they_are_exact():
    y = (Tensor(np.array([0.1, 0.2], np.float16)) * 3).sum()
    assert unfold(y).data == pytest.approx(float(y.data), rel=1e-2)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("w, x", [((np.nan, 1), (1, 1)), ((np.inf, 1), (1, -np.inf)), ((0, 0), (np.inf, 1)), ((1e308, 1e308), (10, 10))])
def test_a_neuron_comes_apart_at_the_edges(w, x):
    y = nn.Neuron.of(w, 0.0)([Value(float(v)) for v in x])
    single = unfold(y)
    assert np.array_equal(single.data, y.data, equal_nan=True) and replay(single)
