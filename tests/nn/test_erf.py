"""erf and the exact GELU: to the last digits, at every size, and where numbers are extreme."""

import math
import time

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd import Tensor, Value, elementwise_grad, grad, gradients, unfold
from nn import erf as module

HALF, SINGLE, DOUBLE = np.float16, np.float32, np.float64


def everywhere(dtype):
    small = np.logspace(-30, 2, 1000)
    return np.unique(np.concatenate([np.linspace(-7, 7, 40_001), small, -small]).astype(dtype))


def exact(f, x):
    return np.array([f(float(v)) for v in x])


@pytest.mark.parametrize("dtype, digits", [(HALF, 0.6), (SINGLE, 3), (DOUBLE, 4)])
def test_erf_is_right_to_the_last_digits(dtype, digits):
    x = everywhere(dtype)
    y, expected = F.erf(x), exact(math.erf, x)
    assert y.dtype == dtype
    spacing = np.spacing(np.abs(expected.astype(dtype))).astype(float)
    assert np.max(np.abs(y - expected) / spacing) <= digits


@pytest.mark.parametrize("dtype, digits", [(HALF, 1e-3), (SINGLE, 5e-7), (DOUBLE, 1e-15)])
def test_gelu_and_its_derivatives_are_those_of_the_normal_distribution(dtype, digits):
    def phi(x):
        return 0.5 * math.erfc(-x * math.sqrt(0.5))

    def bell(x):
        return math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)

    x = everywhere(dtype)
    for f, expected in ((F.gelu, lambda x: x * phi(x)), (elementwise_grad(F.gelu), lambda x: phi(x) + x * bell(x)),
                        (elementwise_grad(elementwise_grad(F.gelu)), lambda x: bell(x) * (2 - x * x))):
        y = f(x)
        assert y.dtype == dtype
        np.testing.assert_allclose(y, exact(expected, x), rtol=digits, atol=digits)


@pytest.mark.parametrize("dtype", [HALF, SINGLE, DOUBLE])
def test_extreme_numbers_have_the_limits(dtype):
    info = np.finfo(dtype)
    tiny = info.smallest_subnormal
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, info.max, -info.max, tiny, -tiny, 5e4, -5e4], dtype)
    one, zero, half, nan = 1, 0, 0.5, np.nan
    np.testing.assert_array_equal(F.erf(x)[:7], [0, -0.0, 1, -1, nan, 1, -1])
    assert np.signbit(F.erf(x)[1]) and not np.signbit(F.erf(x)[0])
    np.testing.assert_array_equal(F.gelu(x)[:7], [0, 0, np.inf, 0, nan, info.max, 0])
    np.testing.assert_array_equal(elementwise_grad(F.gelu)(x), [half, half, one, zero, nan, one, zero, half, half, one, zero])
    second = elementwise_grad(elementwise_grad(F.gelu))(x)
    peak = 2 / math.sqrt(2 * math.pi)
    np.testing.assert_allclose(second, [peak, peak, 0, 0, nan, 0, 0, peak, peak, 0, 0], rtol=1e-3)
    np.testing.assert_array_equal(elementwise_grad(F.erf)(x)[2:5], [0, 0, nan])


@pytest.mark.parametrize("size", [0, 1, module._BLOCK - 1, module._BLOCK, module._BLOCK + 1, 3 * module._BLOCK + 7])
def test_blocks_do_not_show(size):
    x = np.random.default_rng(0).normal(size=size) * 3
    x[::1001] *= 1e4  # blocks with large numbers take another way
    few = slice(None, None, 997)
    np.testing.assert_allclose(F.erf(x)[few], exact(math.erf, x[few]), rtol=1e-15)
    np.testing.assert_array_equal(F.gelu(x)[few], F.gelu(x[few].copy()))
    np.testing.assert_array_equal(elementwise_grad(F.gelu)(x)[few], elementwise_grad(F.gelu)(x[few].copy()))


def test_layouts_scalars_integers_and_what_is_no_number():
    x = np.random.default_rng(0).normal(size=(4, 3, 2))
    for f in (F.erf, F.gelu, elementwise_grad(F.gelu)):
        np.testing.assert_array_equal(f(x.T), f(x).T)
        np.testing.assert_array_equal(f(x[:, ::-2]), f(x)[:, ::-2])
        assert f(np.array(0.5)).shape == () and f(np.empty((0, 3))).shape == (0, 3)
    assert F.erf(np.array([1, 0])).tolist() == [F.erf(1.0), 0.0] and F.gelu(np.array(True)) == F.gelu(1.0)
    for f in (F.erf, F.gelu):
        with pytest.raises(TypeError, match="complex"):
            f(np.array([1j]))


def test_values_and_unfolding():
    v = Value(0.5)
    y = F.gelu(v)
    y.backward()
    assert type(y) is Value and type(v.grad) is float and F.erf(v).data == math.erf(0.5)
    x = np.array([-1.0, 0.5, 2.0])
    np.testing.assert_allclose([y.data, v.grad], [F.gelu(x)[1], elementwise_grad(F.gelu)(x)[1]], rtol=1e-14)
    assert unfold(nn.GELU()(Tensor(x)), 1).data == pytest.approx(y.data)
    assert math.isclose(grad(grad(grad(F.gelu)))(0.7), (0.7**3 - 4 * 0.7) * math.exp(-0.245) / math.sqrt(2 * math.pi))


def seconds(f):
    times = []
    for _ in range(7):
        begin = time.perf_counter()
        f()
        times.append(time.perf_counter() - begin)
    return min(times)


@pytest.mark.parametrize("dtype", [SINGLE, DOUBLE])
def test_the_exact_gelu_is_about_as_fast_as_its_approximation(dtype):
    x = Tensor(np.random.default_rng(0).normal(size=100_000), dtype=dtype)
    seed = np.ones(x.shape, dtype)
    one, other = (seconds(lambda a=a: gradients(F.gelu(x, approximate=a), [x], seed)) for a in ("none", "tanh"))
    assert one < 5 * other, (one, other)
