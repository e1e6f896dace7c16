"""The comparison of a derivative with differences: what is wrong is named, and what is right, or can't be told, is not."""

import numpy as np
import pytest

from autograd import Tensor
from autograd.compare import central, compare, nearest_slope, sides


class Fake:
    """A node by the protocol alone: y = scale · x², whose rule is off by so much."""

    def __init__(self, x, off=1.0, scale=1.0):
        self.inputs, self.off, self.scale, self.settings, self.op = (x,), off, scale, {}, self
        self.data = self.compute(x.data)

    def compute(self, x):
        return self.scale * np.square(x)

    def pull(self, g):
        return [self.off * self.scale * g * 2 * self.inputs[0].data]


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
def test_a_rule_that_is_off_by_one_percent_is_named_with_both_numbers(scale):
    x = Tensor(np.array([1.0, -2.0, 0.5]) * 10)
    assert compare(Fake(x, scale=scale), np.random.default_rng(0)) is None
    if scale < 1e-3:
        return  # below atol
    found = compare(Fake(x, 1.01, scale), np.random.default_rng(0))
    assert found.input == 0 and found.got / found.expected == pytest.approx(1.01, rel=1e-4)


def test_a_rule_that_gives_nan_is_wrong():
    assert compare(Fake(Tensor([1.0, 2.0]), np.nan), np.random.default_rng(0)) is not None


def test_what_can_not_be_compared_is_not_called_wrong():
    rng = np.random.default_rng(0)
    assert compare(Tensor(1.0), rng) is None  # a leaf
    with np.errstate(all="ignore"):
        for y in (np.log(Tensor([-1.0])), np.sqrt(Tensor([0.0])), np.cbrt(Tensor([0.0])), Tensor([1j]) * 2):
            assert compare(y, rng) is None


def test_at_a_kink_every_slope_between_the_two_sides_is_right():
    assert sides(abs, 0.5) == (-1.0, 1.0) and central(abs, 0.5) == 0.0
    for slope in (-1.0, 0.0, 0.3, 1.0):
        assert nearest_slope(slope, lambda t: np.abs([t]), 1.0) == pytest.approx(slope)
    assert nearest_slope(1.5, lambda t: np.abs([t]), 1.0) == pytest.approx(1.0)
