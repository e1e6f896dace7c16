"""The convolution of the PyPI autograd: as SciPy's over all axes, and over chosen ones."""

import numpy as np
import pytest

from autograd import Tensor, gradcheck, gradients
from autograd.errors import ShapeError

pytest.importorskip("scipy.signal", reason="needs SciPy: pip install 'norgrad[scipy]'")
import scipy.signal as plain

from autograd.scipy.signal import convolve

_rng = np.random.default_rng(0)
MODES = ["full", "same", "valid"]


def x(*shape):
    return _rng.normal(size=shape)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("a, b", [((5,), (2,)), ((5,), (3,)), ((2,), (5,)), ((4, 3), (2, 2)), ((6, 7), (4, 1)), ((3, 3), (3, 3)), ((1,), (1,))])
def test_over_all_axes_it_is_scipys(mode, a, b):
    a, b = x(*a), x(*b)
    np.testing.assert_allclose(convolve(Tensor(a), Tensor(b), mode=mode).data, plain.convolve(a, b, mode, "direct"), atol=1e-14)
    gradcheck(lambda a, b: convolve(a, b, mode=mode), a, b, order=2)


@pytest.mark.parametrize("mode", MODES)
def test_over_chosen_axes_the_others_are_kept_or_summed_over(mode):
    a, b = x(3, 5, 2), x(4, 2, 3)
    found = convolve(a, b, axes=([1], [0]), dot_axes=([0], [2]), mode=mode)
    expected = [[sum(plain.convolve(a[k, :, i], b[:, j, k], mode, "direct") for k in range(3)) for j in range(2)] for i in range(2)]
    np.testing.assert_allclose(found, expected, atol=1e-14)
    gradcheck(lambda a, b: convolve(a, b, axes=([1], [0]), dot_axes=([0], [2]), mode=mode), a, b, order=1)
    swapped = convolve(a[0], b[0], axes=([1, 0], [0, -1]), mode=mode)
    np.testing.assert_allclose(swapped.T, plain.convolve(a[0], b[0].T, mode, "direct"), atol=1e-14)
    np.testing.assert_allclose(convolve(a, b, axes=([], []), dot_axes=([0], [2]), mode=mode), np.tensordot(a, b, ([0], [2])))


def test_dtypes_are_kept_and_complex_numbers_are_numbers():
    a, b = Tensor(x(4), dtype=np.float32), Tensor(x(2), dtype=np.float32)
    assert convolve(a, b).dtype == gradients(convolve(a, b), [a], np.ones(5))[0].dtype == np.float32
    gradcheck(convolve, x(4) + 1j * x(4), x(2) + 1j * x(2), order=2)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match="valid"):
        convolve(x(2, 5), x(3, 3), mode="valid")
    with pytest.raises(ShapeError, match="as many axes"):
        convolve(x(2, 5), x(3))
    with pytest.raises(ValueError, match="mode"):
        convolve(x(2), x(3), mode="wrap")
