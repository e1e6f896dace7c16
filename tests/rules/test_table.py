"""Every row of the table, on everything that cases.py has for it."""

import warnings

import numpy as np
import pytest
from rules.cases import CASES

from autograd import Tensor, Value, gradients
from autograd.check import gradcheck
from autograd.errors import GradcheckError
from autograd.functional import flatten
from autograd.graph import Node
from autograd.rules import TABLE, Constant, Op
from autograd.rules.derived.apply import IN_PLACE


def of_scipy(row):
    """Whether autograd.scipy has added it: tests/scipy tries those."""
    rules = [vjp for op in (getattr(row, "outputs", ()) or (row,)) for vjp in getattr(op, "vjps", ())]
    return any(getattr(vjp, "__module__", "").startswith("autograd.scipy") for vjp in [*rules, getattr(row, "vjp_of_all", None)])


# all rows but those that other tests add for a moment
OURS = ("numpy", "_operator", "autograd", "nn")
ROWS = [row for row in TABLE.values()
        if not isinstance(row, Constant) and row.function not in IN_PLACE and not of_scipy(row)
        and getattr(row.function, "__module__", "numpy").split(".")[0] in OURS]
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def raw(y):
    return [leaf.data if isinstance(leaf, Node) else leaf for leaf in flatten(y)[0]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_values_are_numpys(row):
    assert CASES.get(row.function), f"{row.name} stands in the table without a case in cases.py"
    for f, args in CASES[row.function]:
        for got, expected in zip(raw(f(*map(Tensor, args))), raw(f(*args)), strict=True):
            assert np.shape(got) == np.shape(expected)
            assert np.asarray(got).dtype == np.asarray(expected).dtype
            np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_derivatives_agree_with_differences_to_second_order(row):
    for f, args in CASES[row.function]:
        gradcheck(f, *args, order=2, rtol=2e-5, atol=2e-5)


def _two_derivatives(f, xs):
    """The outputs of f, the gradients of their sum, and the gradients of the sum of those."""
    ys = [y for y in flatten(f(*xs))[0] if isinstance(y, Node) and y.requires_grad]
    first = gradients(ys, xs, [np.ones(np.shape(y.data)) for y in ys], create_graph=True)
    again = [g for g in first if isinstance(g, Node) and g.requires_grad]
    return raw(ys), raw(first), raw(gradients(again, xs)) if again else []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_floats_give_what_arrays_give(row):
    for f, args in CASES[row.function]:
        if all(a.ndim == 0 and a.dtype.kind == "f" for a in args):
            values = _two_derivatives(f, [Value(a) for a in args])
            tensors = _two_derivatives(f, [Tensor(a) for a in args])
            for got, expected in zip(values, tensors, strict=True):
                np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)
            assert all(type(v) is float for v in values[2])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_float32_stays_float32(row):
    for f, args in CASES[row.function]:
        small = [a.astype(np.complex64 if np.iscomplexobj(a) else np.float32) for a in args]
        xs = [Tensor(a) for a in small]
        expected = raw(f(*small))
        outputs = flatten(f(*xs))[0]
        for y, e in zip(raw(outputs), expected, strict=True):
            assert np.asarray(y).dtype == np.asarray(e).dtype
        grads = []
        for cast in (small, args):
            leaves = [Tensor(a) for a in cast]
            ys = [y for y in flatten(f(*leaves))[0] if isinstance(y, Node)]
            for y in ys:
                if y.requires_grad:
                    y.backward(np.ones(y.shape))
            grads.append([leaf.grad for leaf in leaves])
        for g, g64, a in zip(*grads, small, strict=True):
            if g is not None:
                assert g.dtype == a.dtype and g.shape == a.shape
                np.testing.assert_allclose(g, g64, rtol=2e-2, atol=2e-2 * (1 + np.max(np.abs(g64), initial=0)))


# What has no slope to be wrong about: it is 0 everywhere, for real numbers.
FLAT = {("slogdet[0]", 0)}


def _vjps(row):
    ops = row.outputs or (row,)
    return [(op, i) for op in ops for i, vjp in enumerate(op.vjps or (None,) * bool(op.vjp_of_all)) if vjp or op.vjp_of_all]


MUTANTS = [(row, op, i) for row in ROWS if isinstance(row, Op) for op, i in _vjps(row) if (op.symbol, i) not in FLAT]


@pytest.mark.parametrize("row, op, i", MUTANTS, ids=lambda v: getattr(v, "symbol", v))
def test_a_rule_that_is_off_by_one_percent_is_caught(row, op, i, monkeypatch):
    if op.vjp_of_all:
        wrong = lambda *a, vjp_of_all=op.vjp_of_all, **k: [None if g is None else 1.01 * g for g in vjp_of_all(*a, **k)]
        monkeypatch.setattr(op, "vjp_of_all", wrong)
    else:
        wrong = lambda *a, vjp=op.vjps[i], **k: 1.01 * vjp(*a, **k)
        monkeypatch.setattr(op, "vjps", (*op.vjps[:i], wrong, *op.vjps[i + 1 :]))
    with pytest.raises(GradcheckError):
        for f, args in CASES[row.function]:
            gradcheck(f, *args, order=1)


@pytest.mark.parametrize("function", [np.exp, np.multiply, np.tanh, np.matmul, np.linalg.inv, np.sqrt, np.power])
def test_a_wrong_second_derivative_is_caught(function, monkeypatch):
    """The rule is right on arrays, and off by one percent where it is itself recorded."""
    op = TABLE[function]

    def wrong(vjp):
        return lambda *a: vjp(*a) * (1.01 if any(isinstance(x, Node) for x in a) else 1.0)

    monkeypatch.setattr(op, "vjps", tuple(map(wrong, op.vjps)))
    for f, args in CASES[function]:
        gradcheck(f, *args, order=1)
    with pytest.raises(GradcheckError, match="order 2"):
        for f, args in CASES[function]:
            gradcheck(f, *args, order=2)


def test_errors_about_arguments_call_a_derived_function_by_numpys_name():
    x = Tensor([[1.0, 2.0]])
    with pytest.raises(TypeError, match=r"^divmod\(\)"):
        np.divmod(x, 2.0, nosuch=float)
    with pytest.raises(np.exceptions.AxisError, match="axis 5"):
        np.swapaxes(x, 0, 5)


@pytest.mark.parametrize("row", [r for r in TABLE.values() if isinstance(r, Constant)], ids=lambda row: row.name)
def test_functions_without_gradient_give_plain_arrays(row):
    a = np.array([[1.5, -0.5], [0.5, 2.5]])
    for args in [(a,), (a, a), (a, 1), (a, (0, 1))]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                expected = row.function(*args)
            except Exception:
                continue
        got = row.function(*(Tensor(x) if x is a else x for x in args))
        assert not any(isinstance(leaf, Node) for leaf in flatten(got)[0])
        if row.name != "empty_like":
            np.testing.assert_equal(got, expected)
        return
    pytest.skip("needs other arguments")
