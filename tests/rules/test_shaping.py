"""Functions that move, join and pad: what NumPy takes in more than one way, and what infinities and NaN must not spoil."""

import numpy as np
import pytest

from autograd import Tensor, Value, grad, gradients
from autograd.errors import AutogradError, ModifiedInPlace, NoRule

LAYOUTS = {
    "C": lambda a: a, "F": np.asfortranarray, "transposed": lambda a: np.ascontiguousarray(a.T).T,
    "strided": lambda a: np.repeat(a, 2, axis=1)[:, ::2], "reversed": lambda a: a[::-1, ::-1].copy()[::-1, ::-1],
    "moved": lambda a: np.moveaxis(np.ascontiguousarray(np.moveaxis(a, 1, 0)), 0, 1),
}


def laid_out(a):
    """A tensor whose data lie in memory as `a` does."""
    t = Tensor(a)
    t.data = a
    return t


@pytest.mark.parametrize("order", ["C", "F", "A", "K", "c", "f", "a", "k"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_order_is_that_of_the_array_in_memory_and_the_gradient_goes_back_to_where_it_came_from(layout, order):
    for shape in ((2, 3), (3, 2, 4), (1, 3), (2, 0)):
        t = laid_out(LAYOUTS[layout](np.arange(float(np.prod(shape))).reshape(shape)))
        functions = [lambda x: np.ravel(x, order), lambda x: np.ravel(np.copy(x, order), "K")]
        if order not in "Kk":
            functions.append(lambda x, n=shape[0]: np.reshape(x, (-1, n), order=order))
        for f in functions:
            np.testing.assert_array_equal(f(t).data, f(t.data))
            weights = np.arange(1.0, f(t.data).size + 1).reshape(f(t.data).shape)
            expected = np.empty(t.size)
            expected[f(t.data).astype(int).ravel()] = weights.ravel()
            np.testing.assert_array_equal(gradients(f(t), [t], weights)[0], expected.reshape(shape))


MODES = [(mode, settings) for mode, many in {
    "constant": [{}, {"constant_values": ((1, 2), (3, 4))}], "edge": [{}], "wrap": [{}],
    "linear_ramp": [{}, {"end_values": 3}, {"end_values": ((1, 2), (3, 4))}],
    "mean": [{}, {"stat_length": 2}], "maximum": [{}, {"stat_length": (1, 9)}], "minimum": [{}], "median": [{"stat_length": 3}],
    "reflect": [{}, {"reflect_type": "odd"}], "symmetric": [{}, {"reflect_type": "odd"}],
}.items() for settings in many]
WIDTHS = [1, 0, (3, 0), [[2, 1]], ((1, 9), (0, 2)), np.array([[1], [2]]), {0: 2}, {-1: (1, 3)}, {}]


@pytest.mark.parametrize("mode, settings", MODES)
def test_padding_is_numpys_in_every_mode_width_and_dtype(mode, settings):
    for width in WIDTHS if hasattr(np, "unstack") and np.lib.NumpyVersion(np.__version__) >= "2.4.0" else WIDTHS[:-3]:
        for shape in ((3, 4), (1, 2)):
            for dtype in (np.float64, np.float32, np.float16):
                a = (np.arange(12.0)[: shape[0] * shape[1]].reshape(shape) ** 2 / 7).astype(dtype)
                got, expected = np.pad(Tensor(a), width, mode, **settings).data, np.pad(a, width, mode, **settings)
                assert got.dtype == expected.dtype
                np.testing.assert_allclose(got, expected, rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("call", [
    lambda x: np.pad(x, 1.5), lambda x: np.pad(x, True), lambda x: np.pad(x, -1), lambda x: np.pad(x, (1, 2, 3)),
    lambda x: np.pad(x, 1, end_values=3), lambda x: np.pad(x, 0, "edge", stat_length=2), lambda x: np.pad(x, 1, "odd"),
    lambda x: np.pad(x[:0], 1, "edge"), lambda x: np.pad(x, 1, "maximum", stat_length=0), lambda x: np.vander(x, -1),
    lambda x: np.vander([x, x]), lambda x: np.resize(x, -1), lambda x: np.vsplit(x, 1), lambda x: np.split(x, 2),
    lambda x: np.dsplit(x, 1), lambda x: np.take(x, 0, axis=True), lambda x: np.take(x, 0, axis=1), lambda x: np.take(x, 9),
    lambda x: np.repeat(x, 2, axis=True), lambda x: np.select([[1, 0, 1]], [x]), lambda x: np.bincount([0, -1, 1], x),
    lambda x: np.take_along_axis(x, [0], 0), lambda x: np.lib.stride_tricks.sliding_window_view(x, -1),
    lambda x: np.block([[x], [[[x]]]]), lambda x: np.einsum(x, [True]), lambda x: np.einsum(x, [52]), lambda x: np.einsum(x, [-1]),
    lambda x: np.einsum("...->", x), lambda x: np.einsum("i,i", x, x, dtype=np.float32), lambda x: np.sort(x, axis=1),
    lambda x: np.choose([0, 3, 0], [x, x]), lambda x: np.insert(x, 9, 1.0), lambda x: np.insert(x, [0, 1], [1.0, 2.0, 3.0]),
    lambda x: np.roll(x, 1, axis=1), lambda x: np.apply_along_axis(np.sum, 0, np.empty((3, 0)) * np.reshape(x, (3, 1))),
    lambda x: np.piecewise(x, [x > 0, x > 1], [1.0]),
])
def test_what_numpy_refuses_is_refused(call):
    with pytest.raises((ValueError, TypeError, IndexError, AttributeError)):
        call(np.array([1.0, 2.0, 4.0]))
    with pytest.raises((ValueError, TypeError, IndexError, AttributeError)):
        call(Tensor([1.0, 2.0, 4.0]))


@pytest.mark.parametrize("call, dtype", [
    (lambda x: np.insert(x, 0, 5), np.float32), (lambda x: np.insert(x, [0, 2], [5.5, 1]), np.float16),
    (lambda x: np.select([[True, False, True]], [x], 2.0), np.float32), (lambda x: np.choose([0, 1, 1], [x, 2.0]), np.float16),
    (lambda x: np.full_like(x, 2.5), np.float32), (lambda x: np.linspace(x, 3.0, 4), np.float16),
    (lambda x: np.linspace(x, np.float64(3), 4, dtype=np.float32), np.float16), (lambda x: np.linspace(x, 1, 0, retstep=True)[0], np.float32),
    (lambda x: np.linspace(x, 3, 7, dtype=int), np.float16), (lambda x: np.linspace(-x, 3, 7, dtype=int), np.float64),
    (lambda x: np.vander(x), np.float16), (lambda x: np.vander(x, 0), np.float32), (lambda x: np.einsum("i->", x), np.float16),
    (lambda x: np.append(x, 1), np.float32), (lambda x: np.concatenate([x, [1, 2]], dtype=np.float16, casting="unsafe"), np.float32),
    (lambda x: np.full(2, x[0], like=x), np.float32), (lambda x: np.take(x, 1.5), np.float32), (lambda x: np.take(x, []), np.float32),
    (lambda x: np.stack([x, x], axis=np.int64(-1)), np.float16), (lambda x: np.bincount((0, 1, 5), x), np.float32),
    (lambda x: np.piecewise(x, [x > 2], [np.sqrt, 1]), np.float32), (lambda x: np.resize(x, (0, 2)), np.float16),
    (lambda x: np.resize(x[:0], 2), np.float16), (lambda x: np.repeat(x[0], 2, axis=0), np.float32),
    (lambda x: np.compress([True], x[0], axis=-1), np.float32), (lambda x: np.pad(x[0], 3), np.float16), (lambda x: np.insert(x, slice(None), [[7]]), float),
])
def test_values_dtypes_and_shapes_are_numpys(call, dtype):
    a = np.array([1.25, 2.0, 4.0], dtype)
    got, expected = np.asarray(getattr(call(Tensor(a)), "data", call(Tensor(a)))), np.asarray(call(a))
    assert got.dtype == expected.dtype and got.shape == expected.shape
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_padding_keeps_a_nan_where_numpy_has_it_and_its_gradient_is_that_of_other_numbers(place, number):
    a = np.array([1.0, 3.0, 2.0, 0.0])
    spoilt = np.where(np.arange(4) == place, number, a)
    for mode, settings in (("mean", {"stat_length": 1}), ("linear_ramp", {}), ("reflect", {"reflect_type": "odd"}),
                           ("symmetric", {"reflect_type": "odd"}), ("symmetric", {}), ("wrap", {}), ("edge", {})):
        f = lambda x, m=mode, s=settings: np.pad(x, 3, m, **s)
        with np.errstate(invalid="ignore"):
            np.testing.assert_array_equal(f(Tensor(spoilt)).data, f(spoilt))
            weights = np.arange(10.0)
            t, clean = Tensor(spoilt), Tensor(a)
            np.testing.assert_allclose(gradients(f(t), [t], weights)[0], gradients(f(clean), [clean], weights)[0])


def test_an_infinity_that_is_not_picked_does_not_matter():
    x = np.array([1.0, np.inf, 2.0])
    for f in (lambda x: np.tril(x), lambda x: np.triu(x, 1), lambda x: np.diag(x)):
        with np.errstate(invalid="ignore"):
            np.testing.assert_array_equal(f(Tensor(x)).data, f(x))
    t = Tensor(x)
    np.testing.assert_array_equal(gradients(np.select([[True, False, True]], [t], t * 2), [t], [3.0, 4.0, 5.0])[0], [3, 8, 5])


@pytest.mark.parametrize("labels, out", [([0, 30], None), ([30, 0], None), ([25, 26], None), ([51, 0], [51]), ((5, 5), None),
                                         ([1, ...], None), ([..., 30], [30, ...]), (np.array([30, 0]), None), ([np.int8(30), 2], None)])
@pytest.mark.parametrize("optimize", [False, True, "optimal"])
def test_integer_labels_of_einsum_are_in_the_order_of_their_numbers(labels, out, optimize):
    a = np.arange(9.0).reshape(3, 3)
    call = lambda x: np.einsum(x, labels, *([] if out is None else [out]), optimize=optimize, out=None)
    np.testing.assert_array_equal(call(Tensor(a)).data, call(a))


def test_what_only_numbers_depend_on_keeps_the_real_part():
    z = np.array([1 + 2j, 3j])
    f = lambda x: np.sum(np.einsum("i,i->i", x, x, dtype=np.float64, casting="unsafe") ** 2)
    with pytest.warns(np.exceptions.ComplexWarning):
        assert f(Tensor(z)).data == f(z)
    with pytest.warns(np.exceptions.ComplexWarning):
        np.testing.assert_allclose(grad(f)(z), 4 * z.real**3)  # of x, not of iy


@pytest.mark.parametrize("call", [
    lambda t, a: np.copyto(a, t), lambda t, a: np.put(t, [0], 1.0), lambda t, a: np.putmask(a, a > 0, t), lambda t, a: np.full_like(a, t),
    lambda t, a: np.place(t, t > 0, [1.0]), lambda t, a: np.fill_diagonal(np.outer(t, t), 0), lambda t, a: np.put_along_axis(a, np.array([0]), t, 0),
])
def test_what_writes_in_place_says_what_to_write_instead(call):
    t, a = Tensor([1.0, 2.0]), np.array([3.0, 4.0])
    with pytest.raises(ModifiedInPlace, match=r"x\.at\[index\]\.set.*np\.broadcast_to"):
        call(t, a)
    assert t.data.tolist() == [1.0, 2.0] and a.tolist() == [3.0, 4.0]


def test_constants_may_be_written_into_arrays():
    a = np.zeros(2)
    np.copyto(a, Tensor([1.0, 2.0], requires_grad=False))
    assert a.tolist() == [1.0, 2.0]


def test_out_by_position_is_refused_and_not_left_as_it_was():
    x, out = Tensor([1.0, 2.0]), np.zeros(2)
    for call in (lambda: np.take(x, [0, 1], 0, out), lambda: np.stack([x, x], 0, out), lambda: np.concatenate([x], 0, out),
                 lambda: np.choose([0, 0], [x], out), lambda: np.fft.fftn(x, None, None, None, out)):
        with pytest.raises(AutogradError, match="out="):
            call()


def test_functions_that_call_ours_on_parts():
    a = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
    for axis in (0, 1, -1):
        f = lambda x, axis=axis: np.apply_along_axis(lambda row, k: np.cumsum(row) * k, axis, x, 2.0)
        np.testing.assert_array_equal(f(Tensor(a)).data, f(a))
    x = Value(0.25)
    np.piecewise(x, [x > 0], [np.sqrt, 0.0]).backward()
    assert x.grad == 1.0
    with pytest.raises(NoRule, match="edges"):
        np.histogram(Tensor(a))
    assert np.histogram(Tensor(a), [-2, 0, 4])[0].tolist() == [2, 4]


def test_equal_indices_share_nothing_the_last_one_written_stays():
    x, v = Tensor([1.0, 2.0]), Tensor([5.0, 6.0])
    y = x.at[np.array([0, 0])].set(v)
    assert [g.tolist() for g in gradients(y, [x, v], [np.inf, 1.0])] == [[0.0, 1.0], [0.0, np.inf]]
