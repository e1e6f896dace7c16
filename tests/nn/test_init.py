"""Initialisers: PyTorch's stored statistics, bounds, dtypes, seeds, errors."""

import numpy as np
import pytest
from cases import our_optim
from cases.optim import INITIALISERS, PATH, SHAPES, name_of

from autograd import Tensor
from autograd.errors import ModifiedInPlace, ShapeError
from nn import init

DATA = dict(np.load(PATH))
DRAWN = [case for case in INITIALISERS if case[0] not in ("constant_", "zeros_", "ones_")]


@pytest.mark.parametrize("case", INITIALISERS, ids=name_of)
def test_statistics_are_pytorchs(case):
    for shape in SHAPES:
        our_optim.check_statistics(our_optim.statistics(case, shape), DATA[f"{name_of(case)} {shape}"], shape)


@pytest.mark.parametrize("case", DRAWN, ids=name_of)
def test_a_seed_gives_the_same_numbers_and_a_generator_goes_on(case):
    name, options = case
    fill = lambda rng: getattr(init, name)(Tensor(np.zeros((4, 3))), **options, rng=rng).data
    np.testing.assert_array_equal(fill(7), fill(7))
    rng = np.random.default_rng(7)
    np.testing.assert_array_equal(fill(rng), fill(7))
    assert not np.array_equal(fill(rng), fill(7))


@pytest.mark.parametrize("case", [*INITIALISERS, ("eye_", {})], ids=name_of)
def test_the_tensor_itself_comes_back_with_its_shape_and_dtype(case):
    name, options = case
    for dtype in (np.float32, np.float64):
        x = Tensor(np.full((4, 3), 9.0, dtype), name="w")
        assert getattr(init, name)(x, **options) is x
        assert x.data.dtype == dtype and x.shape == (4, 3) and not (x.data == 9.0).any()


def test_bounds_and_exact_values():
    x = Tensor(np.zeros((30, 20)))
    assert abs(init.xavier_uniform_(x, 2.0, rng=0).data).max() <= 2 * (6 / 50) ** 0.5
    assert abs(init.kaiming_uniform_(x, rng=0).data).max() <= (6 / 20) ** 0.5
    assert abs(init.kaiming_uniform_(x, mode="fan_out", rng=0).data).max() <= (6 / 30) ** 0.5
    init.trunc_normal_(x, mean=3.0, std=2.0, a=2.5, b=3.5, rng=0)
    assert x.data.min() >= 2.5 and x.data.max() <= 3.5
    np.testing.assert_array_equal(init.eye_(Tensor(np.ones((2, 3)))).data, np.eye(2, 3))
    assert init.constant_(x, 0.25).data.tolist() == [[0.25] * 20] * 30


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (3, 2, 2)])
def test_orthogonal_rows_or_columns(shape):
    q = init.orthogonal_(Tensor(np.zeros(shape)), gain=2.0, rng=0).data.reshape(shape[0], -1)
    product = q @ q.T if q.shape[0] <= q.shape[1] else q.T @ q
    np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-12)


def test_fans_and_gains():
    assert init.fan_in_and_fan_out((16, 6, 5, 5)) == (150, 400)
    assert init.fan_in_and_fan_out((2, 3)) == (3, 2)
    assert init.calculate_gain("leaky_relu", 1.0) == 1.0 and init.calculate_gain("tanh") == 5 / 3
    assert init.calculate_gain("leaky_relu") == pytest.approx((2 / 1.0001) ** 0.5)
    assert {init.calculate_gain(f"conv{t}{n}d") for t in ("", "_transpose") for n in (1, 2, 3)} == {1.0}


def test_tensors_without_elements():
    for fill in (init.xavier_uniform_, init.xavier_normal_, init.kaiming_uniform_, init.kaiming_normal_):
        for shape in ((0, 0), (3, 0), (0, 3)):
            assert fill(Tensor(np.zeros(shape)), rng=0).shape == shape


def test_a_filled_tensor_counts_as_changed():
    x = Tensor(np.ones((2, 2)))
    y = (x * x).sum()
    init.zeros_(x)
    with pytest.raises(ModifiedInPlace):
        y.backward()


def test_what_is_refused():
    line, square = Tensor([1.0]), Tensor(np.ones((2, 2)))
    for make, kind, message in (
        (lambda: init.eye_(line), ShapeError, r"shape \(1,\)"),
        (lambda: init.orthogonal_(line), ShapeError, r"shape \(1,\)"),
        (lambda: init.kaiming_normal_(line), ShapeError, r"shape \(1,\) has no fan-in"),
        (lambda: init.xavier_uniform_(line), ShapeError, "no fan-in"),
        (lambda: init.kaiming_normal_(square, mode="fan"), ValueError, "'fan'"),
        (lambda: init.calculate_gain("gelu"), ValueError, "no gain is known for 'gelu'"),
        (lambda: init.uniform_(square, 1.0, 0.0), ValueError, r"got 1.0 and 0.0 for shape \(2, 2\)"),
        (lambda: init.normal_(square, std=-1.0), ValueError, r"got -1.0 for shape \(2, 2\)"),
        (lambda: init.trunc_normal_(square, a=1.0, b=1.0), ValueError, "a must be below b"),
        (lambda: init.trunc_normal_(square, a=50.0, b=51.0, rng=0), ValueError, "hardly any number"),
    ):
        with pytest.raises(kind, match=message):
            make()
    assert line.data.tolist() == [1.0] and (square.data == 1.0).all()
