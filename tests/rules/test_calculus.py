"""Differences, integrals and interpolation where numbers are infinite or missing, and in every spelling."""

import itertools

import numpy as np
import pytest

from autograd import Tensor, grad, gradients
from autograd.check import gradcheck

inf, nan = np.inf, np.nan


@pytest.mark.parametrize("xp, fp", [
    ([-inf, 1, 9, inf], [0, 0.1, 0.9, 1]), ([0, 1, 9, 10], [-inf, 0.1, 0.9, inf]), ([0, 1, 1], [0, 5, 7]), ([0, 0, 1], [3, 5, 7]),
    ([0, 1, 1, 1, 2], [0, 5, nan, 7, 8]), ([0, 1, 2], [1, nan, 3]), ([0, 1, 2], [2, inf, inf]), ([1], [4]), ([-inf, inf], [3, 3]),
    ([0, 1], [2, 3 + 1j]),
])
def test_interpolation_is_numpys_at_infinite_double_and_missing_points(xp, fp):
    x = np.array([-inf, -1, 0, 0.2, 1, 1.5, 2, 9.5, inf, nan])
    with np.errstate(invalid="ignore"):
        expected = np.interp(x, xp, fp)
        t = [Tensor(x), Tensor(xp, dtype=float), Tensor(fp)]
        y = np.interp(*t)
        np.testing.assert_allclose(y.data, expected, rtol=1e-14)
        for g in gradients(y, t, np.isfinite(expected).astype(y.dtype)):
            assert np.isfinite(g).all()


@pytest.mark.parametrize("settings", [{}, {"left": -1}, {"right": np.float32(2)}, {"left": nan, "right": inf}, {"period": 2.5}, {"period": -2}])
def test_interpolation_in_every_spelling(settings):
    for x in (0.3, [0.3, 5.0], np.float32([[0.1], [-7.0]]), np.array([])):
        got, expected = np.interp(Tensor(x), [0.0, 1.0, 2.0], [1, 3, 2], **settings), np.interp(x, [0.0, 1.0, 2.0], [1, 3, 2], **settings)
        assert got.dtype == np.asarray(expected).dtype and got.shape == np.shape(expected)
        np.testing.assert_allclose(got.data, expected, rtol=1e-13)


@pytest.mark.parametrize("call", [
    lambda x: np.interp(x, [0, 1], [1, 2], period=0), lambda x: np.interp(x, [], []), lambda x: np.interp(x, [0, 1], [1]),
    lambda x: np.gradient(x, edge_order=3), lambda x: np.gradient(x, [0, 1]), lambda x: np.gradient(x, 1.0, 2.0), lambda x: np.gradient(x, axis=(0, 0)),
    lambda x: np.gradient(np.stack([x, x]), [0.0, 1.0]), lambda x: np.diff(x, -1), lambda x: np.diff(x[0]), lambda x: np.trapezoid(x, axis=True),
    lambda x: np.convolve(x, []), lambda x: np.convolve(x, x, "f"), lambda x: np.correlate(x[0], [1, 2]), lambda x: np.polyder(x, -1),
    lambda x: np.polyint(x, 3, [1, 2]), lambda x: np.polyfit(x, x[:2], 1), lambda x: np.fft.rfftn(x, axes=()), lambda x: np.fft.fftn(x, s=(1, 2), axes=(0,)),
    lambda x: np.fft.fftshift(x, axes=1),
])
def test_what_numpy_refuses_is_refused(call):
    for x in (np.array([1.0, 2.0, 4.0]), Tensor([1.0, 2.0, 4.0])):
        with pytest.raises((ValueError, TypeError, IndexError)):
            call(x)


def test_points_out_of_order_are_refused_for_numpys_answer_is_no_interpolation():
    with pytest.raises(ValueError, match="increasing"):
        np.interp(Tensor(0.5), [1.0, 0.0], [2.0, 3.0])
    np.interp(Tensor(0.5), [1.0, 0.0], [2.0, 3.0], period=2)  # which sorts them


@pytest.mark.parametrize("number", [nan, inf])
def test_a_middle_with_the_weight_zero_is_not_multiplied(number):
    f = lambda x: np.gradient(x, edge_order=2)
    a = np.array([1.0, 0.5, 3.0, 2.0, 7.0])
    for place in range(5):
        spoilt = np.where(np.arange(5) == place, number, a)
        with np.errstate(invalid="ignore"):
            np.testing.assert_array_equal(f(Tensor(spoilt)).data, f(spoilt))
            np.testing.assert_array_equal(grad(lambda x: np.sum(f(x) * np.arange(5.0)))(spoilt), grad(lambda x: np.sum(f(x) * np.arange(5.0)))(a))


def test_the_spacing_of_a_gradient_has_a_gradient_too():
    a, points = np.array([1.0, 3.0, 2.0, 5.0]), np.array([0.0, 1.0, 2.0, 3.0])
    for edge_order in (1, 2):
        gradcheck(lambda a, h, n=edge_order: np.gradient(a, h, edge_order=n), a, points, order=2)
        gradcheck(lambda a, h, n=edge_order: np.gradient(a, h, edge_order=n), a, np.array(0.5), order=2)
        np.testing.assert_allclose(np.gradient(Tensor(a), Tensor(points)).data, np.gradient(a, points))


def test_numpys_gradient_in_float32_and_float16_stays_so():
    a = np.arange(12.0).reshape(3, 4) ** 2
    for dtype, h, axis in itertools.product((np.float32, np.float16), (0.5, np.float64(0.5), 2), (None, 1, (1, 0), [0], np.array([1]))):
        got, expected = np.gradient(Tensor(a, dtype=dtype), h, axis=axis), np.gradient(a.astype(dtype), h, axis=axis)
        assert type(got) is type(expected) or not isinstance(expected, tuple)
        for mine, theirs in zip(got if isinstance(got, tuple) else [got], expected if isinstance(expected, tuple) else [expected], strict=True):
            assert mine.dtype == theirs.dtype
            np.testing.assert_array_equal(mine.data, theirs)


@pytest.mark.parametrize("mode", [0, 1, 2, "full", "same", "valid"])
def test_modes_of_a_convolution_by_name_and_by_number(mode):
    a, v = np.array([1.0, 2.0, 4.0]), np.array([3.0, 5.0])
    for f, x, y in itertools.product((np.convolve, np.correlate), (a, v), (a, v)):
        np.testing.assert_allclose(f(Tensor(x), y, mode).data, f(x, y, mode))


@pytest.mark.parametrize("call", [
    lambda x: np.fft.irfft2(x, s=[4, -1]), lambda x: np.fft.ifftn(x, s=[-1, 5], axes=(0, 0)), lambda x: np.fft.rfft2(x.real, axes=(0, 0)),
    lambda x: np.fft.fftn(x, axes=()), lambda x: np.fft.irfftn(x, axes=(1, -1)), lambda x: np.fft.fftshift(x, axes=(-1, 1)), lambda x: np.fft.ifftshift(x, axes=[0]),
    lambda x: np.fft.fft2(x, norm="ortho", out=None), lambda x: np.fft.hfft(x, 5, 0, "forward", None),
])
def test_transforms_of_several_axes_work_lengths_out_as_numpy_does(call):
    a = np.arange(8.0).reshape(4, 2) ** 1.5 * (1 + 0.5j)
    got, expected = call(Tensor(a)), call(a)
    assert got.shape == expected.shape and got.dtype == expected.dtype
    np.testing.assert_allclose(got.data, expected, rtol=1e-12, atol=1e-12)
    gradcheck(call, a)


def test_polynomials_lose_the_powers_whose_coefficients_are_zero_in_front_as_numpys_do():
    a, b = np.array([0.0, 1.0, 2.0]), np.array([3.0, 4.0])
    np.testing.assert_array_equal(np.polymul(Tensor(a), b).data, np.polymul(a, b))
    t = Tensor(a)
    np.testing.assert_array_equal(gradients(np.polymul(t, b), [t], [1.0, 10.0, 100.0])[0], [4.0, 43.0, 430.0])
