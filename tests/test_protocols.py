"""How NumPy's calls find a node: settings of ufuncs, their methods, conversions, and what each error says to write."""

import math

import numpy as np
import pytest

from autograd import Tensor, Value, errors, gradcheck, gradients, no_grad
from autograd.graph import Node

A = np.array([[0.5, 2.0, -1.25], [3.0, 0.25, 1.5]])
F = A.astype(np.float32)
MASK = np.array([True, False, True])


def raw(y):
    return y.data if isinstance(y, Node) else y


# ---- settings of ufuncs ----------------------------------------------------------------------------------------------
SETTINGS = {
    "dtype narrower": (lambda a: np.add(a, 1, dtype=np.float32), A), "dtype wider": (lambda a: np.exp(a, dtype=np.float64), F),
    "dtype by name": (lambda a: np.multiply(a, a, dtype="f2"), F), "complex sqrt": (lambda a: np.sqrt(a, dtype=complex), A),
    "complex log": (lambda a: np.log(a, dtype=complex), A), "complex arcsin": (lambda a: np.arcsin(a, dtype=complex), A),
    "complex power": (lambda a: np.power(a, 0.5, dtype=complex), A), "complex exponent": (lambda a: np.power(-2.0, a, dtype=complex), A),
    "signature": (lambda a: np.add(a, 1, signature="ff->f"), A), "sig": (lambda a: np.add(a, 1, sig="dd->d"), F),
    "signature tuple": (lambda a: np.add(a, 1, signature=(None, None, np.float32)), A), "casting": (lambda a: np.add(a, a, casting="no"), F),
    "order, subok": (lambda a: np.add(a, 1, order="F", subok=False), A), "out None": (lambda a: np.add(a, 1, out=None), A),
    "out (None,)": (lambda a: np.exp(a, out=(None,)), A), "where True": (lambda a: np.add(a, 1, where=np.True_, out=None), A),
    "modf": (lambda a: np.modf(a * 0.9, dtype=np.float32)[0], A),
    "copysign": (lambda a: np.copysign(a, -1, casting="same_kind"), F), "ldexp": (lambda a: np.ldexp(a, [1, 2, 3], casting="safe"), F),
    "outer": (lambda a: np.multiply.outer(a, a, dtype=np.float32), A), "weak scalar": (lambda a: np.multiply.outer(a, 2.0), F),
    "reduce": (lambda a: np.add.reduce(a, 1, None, None, True), A), "reduce dtype": (lambda a: np.add.reduce(a, dtype=np.float64), F),
    "reduce where": (lambda a: np.add.reduce(a, axis=None, where=MASK, initial=2.0, keepdims=1), A),
    "max reduce": (lambda a: np.maximum.reduce(a, 1, None, None, False, 0.0, MASK), A),
    "reduceat": (lambda a: np.add.reduceat(a, [0, 2, 1], axis=1), A), "reduceat max": (lambda a: np.maximum.reduceat(a, [0, 1]), A),
    "reduceat dtype": (lambda a: np.add.reduceat(a, [0, 2], axis=-1, dtype=np.float64), F),
    "accumulate": (lambda a: np.multiply.accumulate(a, axis=0, dtype=np.float64), F), "matmul": (lambda a: np.matmul(a, a.T, dtype=np.float32), A),
}


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.filterwarnings("ignore:Casting complex")
def test_settings_of_ufuncs_give_numpys_numbers_and_their_gradient(name):
    f, a = SETTINGS[name]
    x = Tensor(a)
    y, expected = f(x), f(a)
    assert y.dtype == expected.dtype and y.shape == expected.shape
    np.testing.assert_allclose(y.data, expected, rtol=1e-6)
    seed = np.cos(np.arange(y.size)).reshape(y.shape)
    g = gradients(np.real(y), x, seed)
    assert g.dtype == a.dtype
    step = 1e-2 if np.finfo(y.dtype).eps > 1e-10 or a.dtype == np.float32 else 1e-6
    for i in np.ndindex(a.shape):
        move = np.where(np.arange(6).reshape(2, 3) == np.ravel_multi_index(i, a.shape), step, 0).astype(a.dtype)
        slope = np.sum(seed * (np.real(f(a + move)) - np.real(f(a - move)))) / (2 * step)
        assert g[i] == pytest.approx(slope, rel=0.1 if step > 1e-3 else 1e-6, abs=0.1 if step > 1e-3 else 1e-6)


def test_what_a_mask_leaves_out_of_a_ufunc_is_0_and_has_no_gradient_and_no_warning():
    zeros = np.array([4.0, 0.0, -1.0])
    for f, right in ((lambda a: np.sqrt(a, where=a > 0), [0.25, 0, 0]), (lambda a: np.log(a, where=a > 0, out=None), [0.25, 0, 0]),
                     (lambda a: np.divide(1.0, a, where=a != 0), [-1 / 16, 0, -1.0]), (lambda a: np.arctanh(a / 8, where=a > 0), [1 / 6, 0, 0]),
                     (lambda a: np.arccosh(a, where=a > 1, out=(None,)), [15**-0.5, 0, 0])):
        x = Tensor(zeros)
        y = f(x)
        assert (y.data[np.array(right) == 0] == 0).all()
        g = gradients(y.sum(), x, create_graph=True)
        np.testing.assert_allclose(g.data, right, rtol=1e-14)
        assert np.isfinite(gradients(g.sum(), x)).all()


def test_a_mask_broadcasts_and_keeps_dtypes():
    y = np.add(Tensor(np.float32(1.5)), 1, where=[1, 0])
    assert y.dtype == np.float32 and y.tolist() == [2.5, 0.0]
    assert np.greater(Tensor(A), 1, where=MASK).tolist() == [[False, False, False], [True, False, True]]
    assert [part.shape for part in map(raw, np.divmod(Tensor(A), 2, where=MASK))] == [(2, 3), (2, 3)]
    assert np.log(Value(1.0), where=True).data == 0.0 and np.add(Value(1.0), 1, where=[True, False]).tolist() == [2.0, 0.0]


@pytest.mark.parametrize("call, kind", [
    (lambda t: np.add(t, 1, dtype=int), TypeError), (lambda t: np.add(t, np.ones(3), casting="no"), TypeError), (lambda t: np.add(t, 1, casting="x"), ValueError),
    (lambda t: np.add(t, 1, signature="gg"), ValueError), (lambda t: np.add(t, 1, sort=True), TypeError), (lambda t: np.absolute(t + 1j, dtype=float), TypeError),
    (lambda t: np.matmul(t, t, axes=[(0, 1), (1, 0), (0, 1)]), errors.NoRule), (lambda t: np.add.reduceat(t, [9]), IndexError),
    (lambda t: np.add.at(t, [0], 1.0), errors.ModifiedInPlace), (lambda t: np.add(t, 1, dtype=object), errors.ForeignObject),
    (lambda t: np.add(t, 1, where=False), errors.NoRule), (lambda t: np.add(t, 1, out=np.ones((2, 3)), where=MASK), errors.ConversionError),
])
def test_settings_that_numpy_or_we_refuse(call, kind):
    with pytest.raises(kind):
        call(Tensor(F))


@pytest.mark.parametrize("call", [
    lambda t, out: np.ptp(t, None, out), lambda t, out: np.outer(t, t, out), lambda t, out: np.dot(t, t.T, out), lambda t, out: t.dot(t.T, out),
    lambda t, out: np.take(t, [0], 0, out), lambda t, out: np.compress([True], t, 0, out), lambda t, out: np.sum(t, 0, None, out), lambda t, out: np.clip(t, 0, 1, out),
    lambda t, out: np.cumsum(t, 0, None, out), lambda t, out: np.add(t, 1, out), lambda t, out: np.median(t, 0, out), lambda t, out: np.mean(t, out=out),
])
def test_out_is_refused_by_its_place_too_and_none_is_none(call):
    with pytest.raises((errors.ConversionError, errors.NoRule)):
        call(Tensor(F), np.zeros((2, 3), np.float32))
    assert isinstance(call(Tensor(F), None), Tensor)


def test_integers_made_by_dtype_are_constants():
    y = np.add(Tensor(A), 1, dtype=int, casting="unsafe")
    assert isinstance(y, np.ndarray) and y.tolist() == np.add(A, 1, dtype=int, casting="unsafe").tolist()


# ---- conversions and their errors ------------------------------------------------------------------------------------
T, V = Tensor(A, name="t"), Value(2.5, name="v")
LOST = {
    "math": (lambda: math.exp(V), r"'v'.*np\.exp\(x\)"), "float": (lambda: float(V), r"x\.item\(\)"), "int": (lambda: int(V), r"int\(x\.item\(\)\)"),
    "range": (lambda: range(V), "plain integer"), "index": (lambda: [1, 2, 3][V], "plain integer"), "complex": (lambda: complex(V), "0j"),
    "array": (lambda: np.array(T), r"x\.data"), "asarray": (lambda: np.asarray([T, T]), r"np\.stack\(\[x, y\]\)"), "random": (lambda: np.random.normal(T), "np.random"),
    "list of Values": (lambda: np.array([V, V]), "np.stack"), "objects": (lambda: np.array([V, V], dtype=object), "np.stack"), "full": (lambda: np.full(3, V), r"np\.broadcast_to\(x, shape\)"),
    "mixed list": (lambda: np.array([[V, 1.0], [2.0, V]]), "np.stack"), "np.sum of a list": (lambda: np.sum([V, V]), r"np\.sum\(np\.stack"), "ufunc of a list": (lambda: np.exp([V, V]), "np.stack"),
    "item assigned": (lambda: np.zeros(3).__setitem__(0, V), r"np\.stack"), "fill": (lambda: np.zeros(3).fill(V), r"np\.stack"), "format": (lambda: f"{T:.2f}", "one number"),
    "forgotten create_graph": (lambda: gradients(gradients(V * V, V), V), "create_graph=True"), "create_graph in backward": (lambda: (V * V).backward(create_graph=True), r"gradients\(y, x, create_graph=True\)"),
}


@pytest.mark.parametrize("name", LOST)
def test_a_conversion_that_would_lose_a_gradient_says_what_to_write(name):
    convert, words = LOST[name]
    with pytest.raises(errors.AutogradError, match=words):
        convert()


def test_a_number_alone_has_no_length():
    with pytest.raises(TypeError, match=r"x\.item\(\)"):
        iter(Tensor(1.0))
    with pytest.raises(TypeError, match="len"):
        len(Tensor(1.0))
    with pytest.raises(TypeError, match="iter"):
        iter(V)


def test_a_list_of_values_becomes_an_array_only_where_that_is_recorded():
    x, y = Value(1.0), Value(2.0)
    assert np.stack([x, y]).tolist() == [1.0, 2.0] and isinstance(np.stack([x, y]), Tensor)
    with no_grad():
        assert np.array([x * 1, y * 1]).dtype == float


def test_rounding_gives_constants():
    v = Value(-2.5)
    assert (math.floor(v), math.ceil(v), math.trunc(v), round(v), round(Value(1.26), 1)) == (-3, -2, -2, -2, 1.3)
    assert (v // 2, 7 // v, divmod(v, 2)[0], math.floor(Tensor(2.7))) == (-2.0, -3.0, -2.0, 2)
    assert (v % 2).data == 1.5 and (7 % v).data == -0.5 and divmod(7, v)[1].data == -0.5


def test_backward_takes_pytorchs_retain_graph():
    x = Tensor(3.0)
    y = x * x
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad == 12.0


def test_the_gradient_through_reduceat_is_that_of_its_slices():
    gradcheck(lambda a: np.add.reduceat(a, [0, 2, 1], axis=1) ** 2, A, order=2)
    gradcheck(lambda a: np.multiply.reduceat(a, [1, 0]), A, order=2)
    assert np.add.reduceat(Tensor(F), [], axis=-1).dtype == np.float32 and np.add.reduceat(Tensor(F), [], axis=-1).shape == (2, 0)
