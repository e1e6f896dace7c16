"""`Tensor` as NumPy users meet it: operators, methods, attributes, indexing, both protocols."""

import enum

import numpy as np
import pytest

from autograd import Tensor, Value, grad, no_grad, tensor

A = np.arange(6.0).reshape(2, 3) + 0.5

METHODS = {
    "sum": lambda a: a.sum(axis=0), "sum all": lambda a: a.sum(), "mean": lambda a: a.mean((0, 1)),
    "mean keepdims": lambda a: a.mean(1, keepdims=True), "prod": lambda a: a.prod(axis=1), "std": lambda a: a.std(ddof=1),
    "var": lambda a: a.var(axis=0), "max": lambda a: a.max(axis=1), "min": lambda a: a.min(), "T": lambda a: a.T,
    "mT": lambda a: a.mT, "reshape": lambda a: a.reshape(3, 2), "reshape tuple": lambda a: a.reshape((3, -1)),
    "transpose": lambda a: a.transpose(1, 0), "transpose none": lambda a: a.transpose(), "dot": lambda a: a.dot(a.T),
    "ravel": lambda a: a.ravel(), "flatten": lambda a: a.flatten(), "swapaxes": lambda a: a.swapaxes(0, 1),
    "squeeze": lambda a: a.reshape(2, 1, 3).squeeze(1), "cumsum": lambda a: a.cumsum(), "cumprod": lambda a: a.cumprod(axis=1),
    "clip": lambda a: a.clip(1, 4), "repeat": lambda a: a.repeat(2, axis=0), "take": lambda a: a.take([0, 4]),
    "diagonal": lambda a: a.diagonal(), "trace": lambda a: a.trace(), "copy": lambda a: a.copy(),
    "conj": lambda a: a.conj(), "real": lambda a: a.real, "astype": lambda a: a.astype(np.float32), "abs": lambda a: abs(-a),
    "neg": lambda a: -a, "pos": lambda a: +a, "pow": lambda a: a**3, "rpow": lambda a: 2**a, "rsub": lambda a: 1 - a,
    "rdiv": lambda a: 1 / a, "mod": lambda a: a % 2, "rmod": lambda a: 7 % a, "matmul": lambda a: a @ np.ones((3, 2)),
    "rmatmul": lambda a: np.ones((4, 2)) @ a, "scalar": lambda a: np.float64(2) * a, "float32": lambda a: a * np.float32(2),
    "list": lambda a: a + [1, 2, 3], "array left": lambda a: np.ones((2, 3)) * a, "int array": lambda a: np.arange(3) * a,
    "random": lambda a: np.random.default_rng(0).normal(size=3) / a, "reduce": lambda a: np.add.reduce(a, axis=1),
    "outer": lambda a: np.multiply.outer(a, a), "accumulate": lambda a: np.add.accumulate(a), "dtype": lambda a: np.add(a, 1, dtype=np.float32),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods_and_operators_are_numpys(name):
    f = METHODS[name]
    got, expected = f(Tensor(A)), f(A)
    assert isinstance(got, Tensor) and got.requires_grad
    np.testing.assert_allclose(got.data, expected)
    assert got.dtype == np.asarray(expected).dtype and got.shape == np.shape(expected)


def test_attributes():
    t = Tensor(A, name="t")
    assert (t.shape, t.ndim, t.size, t.dtype, len(t), t.nbytes) == ((2, 3), 2, 6, np.float64, 2, 48)
    assert t.tolist() == A.tolist() and t.item(1) == 1.5 and Tensor(2.5).item() == 2.5
    assert [row.shape for row in t] == [(3,), (3,)]
    _, second = t
    np.testing.assert_array_equal(second.data, A[1])
    with pytest.raises(TypeError):
        iter(Tensor(1.0))


def test_what_has_no_gradient_is_plain():
    t = Tensor(A)
    for plain in (t > 1, t <= A, np.argmax(t), t.argmax(axis=1), np.floor(t), np.sign(t), t // 2, np.isnan(t), t == 1.5,
                  t != A, np.equal(t, t), t.round(), np.shape(t), t.any(), np.zeros_like(t)):
        assert not isinstance(plain, Tensor)
    assert bool(Tensor(1.0) > 0) and (np.floor(t) == np.floor(A)).all()


def test_equality_is_identity_where_truth_is_asked_and_elementwise_as_an_array():
    a, b = Tensor([1.0, 2.0]), Tensor([1.0, 3.0])
    assert a == a and not a == b and a != b and not a != a and a != Tensor([1.0, 2.0, 3.0]) and a != None  # noqa: E711, SIM201, SIM202
    assert len({a, b}) == 2 and a in [b, a] and Tensor([1.0, 2.0]) not in [a, b] and {a: 1}[a] == 1
    assert (a == b).tolist() == [True, False] and (a == 1.0).tolist() == [True, False]
    assert np.where(a == b, 1, 0).tolist() == [1, 0] and (~(a == b)).tolist() == [False, True]
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.where(x == np.max(x), x, 0)))(np.array([1.0, 3.0, -2.0])), [0, 1, 0])


def test_numbers_of_every_kind_are_constants():
    class Level(enum.IntEnum):
        HIGH = 3

    class Length(float):
        pass

    for number in (np.longdouble(2), np.clongdouble(2), np.float16(2), np.int8(2), True, Level.HIGH, Length(2.0), np.bool_(True), 2 + 0j):
        y = Tensor([1.0]) * number
        np.testing.assert_array_equal(y.data, np.array([1.0]) * number)
        assert y.dtype == (np.array([1.0]) * number).dtype
        assert (Value(1.0) * number).data == complex(number)


def test_integers_made_of_a_tensor_are_constants():
    i = Tensor([0.2, 1.7]).astype(int)
    assert isinstance(i, np.ndarray) and Tensor([5.0, 6.0])[i].tolist() == [5.0, 6.0]


def test_repr_says_what_it_is():
    assert repr(Tensor([1.0, 2.0], name="x")) == "Tensor([1., 2.], name='x')"
    assert repr(Tensor([1.0]) * 2) == "Tensor([2.], op='×')"
    assert repr(tensor([1, 2])) == "Tensor([1, 2], requires_grad=False)"
    assert repr(Tensor(np.ones(1, np.float32))) == "Tensor([1.], dtype=float32)"
    assert f"{Tensor(1.2345):.2f}" == "1.23"


def test_data_is_copied_in_and_constants_cost_nothing():
    a = np.ones(3)
    t = Tensor(a)
    a[0] = 5.0
    assert t.data[0] == 1.0
    with no_grad():
        y = t * 2
    z = t.detach() * 2
    for constant in (y, z):
        assert not constant.requires_grad and constant.inputs == ()
    assert np.array(z).tolist() == [2.0, 2.0, 2.0] and float(z[0]) == 2.0


def test_dtypes():
    assert Tensor([1, 2]).dtype == np.float64 and Tensor([True]).dtype == np.float64
    assert tensor([1, 2]).dtype.kind == "i"
    x = Tensor(np.ones(2, np.float32))
    for y in (x + 1, x * 2.0, np.exp(x), x @ x, x**2, 1 / x, np.maximum(x, 0), x.mean(), x[0], np.where(x > 0, x, 0), x**0.5):
        assert y.dtype == np.float32
    assert (x * np.ones(2)).dtype == np.float64


def test_values_and_tensors_mix():
    v, t = Value(2.0), Tensor([1.0, 3.0])
    for y in (v * t, t * v, np.multiply(v, t), v * t.data, t.data * v, np.stack([v, v * v])):
        assert isinstance(y, Tensor)
    assert isinstance(np.float64(3) * v, Value) and isinstance(v + np.int64(1), Value)
    (v * t).sum().backward()
    assert v.grad == 4.0 and type(v.grad) is float


def test_at_is_the_functional_update():
    t = Tensor(A)
    y = t.at[0, [1, 1]].add(10.0)
    assert y.data[0, 1] == 21.5 and t.data[0, 1] == 1.5
    z = t.at[:, 0].set(t[:, 1] ** 2)
    (z * z).sum().backward()
    expected = np.where([[False, True, True]], 2 * A, 0.0)
    expected[:, 1] += 4 * A[:, 1] ** 3
    np.testing.assert_allclose(t.grad, expected)


def test_numpy_programs_run_as_they_are():
    def softmax(z):
        e = np.exp(z - np.max(z, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True)

    def loss(w):
        p = softmax(A @ w)
        return -np.mean(np.log(p[np.arange(2), [0, 1]]))

    w = np.linspace(-1, 1, 12).reshape(3, 4)
    g = grad(loss)(w)
    onehot = np.eye(4)[[0, 1]]
    np.testing.assert_allclose(g, A.T @ (softmax(A @ w) - onehot) / 2)
