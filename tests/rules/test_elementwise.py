"""The page that a learner reads third in the engine stays short, and its exceptions are as documented."""

import ast
import io
import tokenize
from pathlib import Path

import numpy as np
import pytest

from autograd import Tensor, Value, gradients
from autograd.rules import elementwise

MARKER = "# ---- the first screen ends here: what follows is more of the same "
SILENT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def lines_of_code(source):
    """How many lines there are without docstrings, comments and blank lines."""
    docstrings = set()
    for part in ast.walk(ast.parse(source)):
        if isinstance(part, (ast.Module, ast.FunctionDef)) and ast.get_docstring(part) is not None:
            docstrings.update(range(part.body[0].lineno, part.body[0].end_lineno + 1))
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return len({n for t in tokens if t.type not in SILENT for n in range(t.start[0], t.end[0] + 1)} - docstrings)


def test_the_first_screen_is_one_screen_and_has_the_functions_of_a_first_lesson():
    first, rest = Path(elementwise.__file__).read_text(encoding="utf-8").split(MARKER)
    assert lines_of_code(first) <= 40
    for name in ("add", "subtract", "multiply", "divide", "exp", "log", "sin", "cos", "sinh", "tanh"):
        assert f"rule(np.{name}," in first
    assert "rule(relu," in first and "def _" not in first  # no helper
    assert "rule(np.power," in rest


@pytest.mark.parametrize("x", [-1.5, -0.0, 0.0, 2.0, np.inf, -np.inf])
def test_the_slope_of_relu_is_0_or_1_and_0_at_the_kink_for_floats_and_arrays(x):
    for node in (Value(x), Tensor(x), Tensor([x])):
        found = gradients(elementwise.relu(node), node, 1.0 if isinstance(node, Value) else np.ones(node.shape))
        assert np.ravel(found) == (x > 0)


def test_a_gradient_of_float32_through_relu_stays_float32():
    x = Tensor(np.array([-1.0, 2.0], np.float32))
    assert gradients(elementwise.relu(x).sum(), x).dtype == np.float32


# ---- where a slope is no number, or hard to work out -------------------------------------------------------------------
inf, nan = np.inf, np.nan


def slopes(f, *numbers, dtype=float):
    """The derivatives of f at numbers, as arrays of that dtype; floats give the same."""
    xs = [Tensor(np.array(x, dtype)) for x in numbers]
    y = f(*xs)
    found = [float(g) for g in gradients(y, xs, np.ones((), y.dtype))]
    if dtype is float:
        values = [Value(x) for x in numbers]
        np.testing.assert_array_equal(gradients(f(*values), values, 1.0), found)
    return found


def second(f, *numbers):
    """The second derivatives, one row for each first one."""
    xs = [Tensor(x) for x in numbers]
    first = gradients(f(*xs), xs, np.ones(()), create_graph=True)
    return [[float(h) for h in gradients(g, xs)] if isinstance(g, Tensor) and g.requires_grad else [0.0] * len(xs) for g in first]


@pytest.mark.parametrize("f", [np.hypot, np.arctan2])
def test_at_the_origin_slopes_are_0_to_second_order(f):
    assert slopes(f, 0.0, 0.0) == [0, 0] and second(f, 0.0, 0.0) == [[0, 0], [0, 0]]


@pytest.mark.parametrize("f", [np.absolute, np.angle, np.sign, lambda z: np.hypot(np.real(z), np.imag(z))])
def test_at_the_complex_origin_slopes_are_0_to_second_order(f):
    z = Tensor([0j])
    g = gradients(np.real(f(z)).sum(), z, create_graph=True)
    assert g.tolist() == [0] and (not g.requires_grad or gradients((np.real(g) + np.imag(g)).sum(), z).tolist() == [0])


@pytest.mark.parametrize("f, numbers, right", [
    (np.logaddexp, (inf, 1.0), [1, 0]), (np.logaddexp, (1.0, inf), [0, 1]), (np.logaddexp, (-inf, 1.0), [0, 1]), (np.logaddexp, (-inf, -inf), [0.5, 0.5]),
    (np.logaddexp2, (inf, inf), [0.5, 0.5]), (np.logaddexp2, (3.0, 3.0), [0.5, 0.5]), (np.arctan2, (inf, 1.0), [0, 0]), (np.arctan2, (1.0, -inf), [0, 0]),
    (np.arctan2, (inf, inf), [0, 0]), (np.hypot, (inf, 1.0), [1, 0]), (np.hypot, (2.0, -inf), [0, -1]), (np.arctan, (inf,), [0]), (np.arcsinh, (-inf,), [0]),
    (np.arccosh, (inf,), [0]), (np.tanh, (inf,), [0]), (np.cbrt, (inf,), [0]), (np.exp, (-inf,), [0]), (np.expm1, (-40.0,), [np.exp(-40.0)]),
    (np.maximum, (nan, 1.0), [1, 0]), (np.minimum, (1.0, nan), [0, 1]), (np.maximum, (nan, nan), [0.5, 0.5]), (np.fmax, (nan, 1.0), [0, 1]), (np.fmin, (nan, nan), [0.5, 0.5]),
    (np.maximum, (2.0, 2.0), [0.5, 0.5]), (np.maximum, (0.0, -0.0), [0.5, 0.5]), (np.nan_to_num, (nan,), [0]), (np.nan_to_num, (-inf,), [0]),
    (lambda x: np.clip(x, nan, 1.0), (0.5,), [0]), (lambda x: np.clip(x, 0.0, 1.0), (nan,), [1]), (lambda x: np.clip(0.5, x, 1.0), (nan,), [1]), (lambda x: np.clip(x, 1.0, 1.0), (1.0,), [0]),
    (np.power, (0.0, 2.0), [0, 0]), (np.power, (0.0, 1.0), [1, 0]), (np.power, (0.0, 0.0), [0, 0]), (np.power, (inf, -1.0), [0, 0]),
    (np.remainder, (1.0, 0.1), [1, -9]), (np.remainder, (-1.0, 0.1), [1, 10]), (np.fmod, (1.0, 0.1), [1, -9]), (np.fmod, (-1.0, 0.1), [1, 9]), (np.remainder, (1.0, inf), [1, 0]),
    (np.copysign, (0.0, -1.0), [0, 0]), (np.copysign, (-2.0, 1.0), [-1, 0]), (np.heaviside, (0.0, 0.3), [0, 1]), (lambda x: np.ldexp(x, 1100), (1e-300,), [inf]),
    (lambda x: np.power(x, True), (3.0,), [1]), (lambda x: x**3, (-2.0,), [12]), (lambda x: x**-1, (-2.0,), [-0.25]), (np.sinc, (1e-300,), [-np.pi**2 / 3 * 2e-300 / 2]),
])
@pytest.mark.filterwarnings("ignore:overflow")
def test_slopes_at_infinities_nans_ties_and_steps(f, numbers, right):
    np.testing.assert_allclose(slopes(f, *numbers), right, rtol=1e-14, atol=0)


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_vertical_tangents_stay_infinite():
    assert [slopes(f, x)[0] for f, x in ((np.sqrt, 0.0), (np.cbrt, 0.0), (np.arcsin, 1.0), (np.arccos, 1.0), (np.arccosh, 1.0), (np.log1p, -1.0))] == [
        inf, inf, inf, -inf, inf, inf] or slopes(np.arcsin, 1.0)[0] in (inf, -inf)
    assert slopes(lambda x: x**0.5, 0.0) == [inf]


@pytest.mark.parametrize("f, numbers, dtype, right", [
    (np.arctan2, (1e-25, 1e-25), "f4", [5e24, -5e24]), (np.arctan2, (1e20, 1e20), "f4", [5e-21, -5e-21]), (np.arctan2, (300.0, 0.0), "f2", [0, -1 / 300]),
    (np.arctan2, (0.0, 1e-200), "f8", [1e200, 0]), (np.hypot, (1e-25, 1e-25), "f4", [0.5**0.5] * 2), (np.hypot, (3e4, 4e4), "f2", [0.6, 0.8]),
    (np.arcsinh, (1e30,), "f4", [1e-30]), (np.arcsinh, (300.0,), "f2", [1 / 300]), (np.arcsinh, (-1e200,), "f8", [1e-200]), (np.arctan, (300.0,), "f2", [1 / 90001]),
    (np.arctan, (1e160,), "f8", [1e-320]), (np.arccosh, (1e30,), "f4", [1e-30]), (np.log10, (65000.0,), "f2", [0.4342945 / 65000]), (np.arcsin, (0.9999,), "f4", [70.7106]),
    (np.arctanh, (0.9999,), "f4", [5000.25]), (np.expm1, (-20.0,), "f4", [2.06115e-9]), (np.logaddexp, (300.0, 300.0), "f2", [0.5, 0.5]),
    (np.logaddexp, (0.0, 12.0), "f2", [6.144e-6, 1.0]), (elementwise.sigmoid, (-12.0,), "f2", [6.144e-6]), (np.divide, (1e30, 1e25), "f4", [1e-25, -1e-20]),
    (np.reciprocal, (1e-19,), "f4", [-1e38]), (np.log2, (1e-37,), "f4", [1.442695e37]), (np.square, (4e4,), "f2", [inf]),
])
@pytest.mark.filterwarnings("ignore:overflow")
def test_slopes_are_right_where_a_square_would_over_or_underflow(f, numbers, dtype, right):
    cast = np.dtype(dtype)
    exact = [float(np.array(x, cast)) for x in numbers]
    rel = 1e-3 if dtype == "f4" and abs(exact[0]) < 1 and abs(exact[0]) > 0.99 else {"f2": 2e-2, "f4": 2e-6, "f8": 1e-13}[dtype]
    np.testing.assert_allclose(slopes(f, *numbers, dtype=cast), right, rtol=rel)


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_slope_times_a_large_gradient_does_not_overflow_on_the_way():
    x = Tensor(np.float32(1e30))
    assert gradients(x / np.float32(1e30), x, np.float32(1e30)) == pytest.approx(1.0)
    a, b = Tensor(np.float32(1e20)), Tensor(np.float32(1e30))
    np.testing.assert_allclose(gradients(a / b, [a, b], np.float32(1e35)), [1e5, -1e-5], rtol=1e-5)
    half = Tensor(np.float16(4e4))
    assert gradients(np.square(half), half, np.float16(0.25)) == 20000


def test_complex_slopes_beside_the_cut_are_those_of_numpys_side():
    z = Tensor([2 + 0j])
    step = 1e-6
    for f in (np.arcsin, np.arccos, np.arccosh, np.arctanh, np.arcsinh, np.arctan, np.log, np.sqrt):
        slope = (f(np.array([2 + step + 0j])) - f(np.array([2 - step + 0j]))) / (2 * step)
        for part, got in ((np.real, slope), (np.imag, slope * -1j)):
            np.testing.assert_allclose(gradients(part(f(z)).sum(), z), got, atol=1e-9)


def test_huge_complex_numbers():
    z = Tensor([1e200 + 1e200j])
    for f in (np.arctan, np.arcsinh, np.arctanh, np.angle):
        assert np.isfinite(gradients(np.real(f(z)).sum(), z)).all()
    np.testing.assert_allclose(gradients(np.real(np.arcsinh(z)).sum(), z), 1 / z.data, rtol=1e-12)


@pytest.mark.parametrize("x", [np.array([1.0, nan, inf, -inf]), np.array([complex(nan, 1), complex(1, inf), 1 + 1j])])
def test_nan_to_num_takes_all_settings_and_leaves_its_argument_alone(x):
    t = Tensor(x)
    for settings in ({}, {"copy": False}, {"nan": 3.0, "posinf": 7, "neginf": -7}, {"copy": True, "nan": np.arange(float(len(x)))}):
        np.testing.assert_array_equal(np.nan_to_num(t, **settings).data, np.nan_to_num(x.copy(), **settings))
    np.testing.assert_array_equal(np.nan_to_num(t, False, 5.0).data, np.nan_to_num(x.copy(), False, 5.0))
    np.testing.assert_array_equal(t.data, x)
    g = gradients((np.real(np.nan_to_num(t)) + np.imag(np.nan_to_num(t))).sum(), t)
    np.testing.assert_array_equal(np.real(g), np.isfinite(x.real))
    if np.iscomplexobj(x):
        np.testing.assert_array_equal(np.imag(g), -1.0 * np.isfinite(x.imag))


@pytest.mark.parametrize("a", [np.array([1, 5, -3]), np.array([1, 5, -3], np.int8), np.array([1, 5, -3], np.float16), np.array([1, 5, nan])])
@pytest.mark.parametrize("low, high", [(0, None), (None, 2), (0.5, 2), (np.float32(0.5), None), (None, np.array(2, np.int16)), (-1, [1, 2, 3]), (nan, 1), (3, 1)])
def test_clip_is_numpys_for_each_dtype_and_spelling(a, low, high):
    for call in (lambda x: np.clip(x, low, high), lambda x: x.clip(low, high), lambda x: np.clip(x, low, high, casting="same_kind", order="C")):
        got, expected = call(Tensor(a, requires_grad=False)), call(a)
        assert got.dtype == expected.dtype
        np.testing.assert_array_equal(got.data, expected)


def test_clip_refuses_what_numpy_refuses():
    x = Tensor([1.0])
    for call in (lambda: np.clip(x, 1), lambda: np.clip(x, a_max=1), lambda: x.clip(a_max=1)):
        with pytest.raises(TypeError):
            call()
    with pytest.raises(ValueError, match="min="):
        np.clip(x, 1, 2, min=0)
    assert x.clip(2).tolist() == [2.0] and x.clip().tolist() == x.clip(max=5).tolist() == [1.0]


def test_scalars_are_weak_in_copysign_and_ldexp_does_not_overflow_on_the_way():
    x = Tensor(np.float32([1.0, -2.0]))
    assert np.copysign(2, x).dtype == np.copysign(x, -1.0).dtype == np.float32
    assert np.ldexp(Tensor(1e-300), 1100).item() == np.ldexp(1e-300, 1100) and np.ldexp(x.data, Tensor([1, 2], requires_grad=False)).tolist() == [2.0, -8.0]
    assert np.signbit(np.modf(Tensor(-0.0))[0].data) and np.modf(Tensor(-inf))[0].item() == 0


def test_a_negative_base_with_a_complex_exponent():
    b = Tensor([1 + 1j])
    np.testing.assert_allclose(gradients(np.real((-2.0) ** b).sum(), b), (-2.0) ** b.data * np.log(-2 + 0j), rtol=1e-14)


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
def test_i0_that_overflows_has_an_infinite_slope_and_leaves_the_others_alone():
    x = Tensor([1e-4, -3e4, 700.0])
    np.testing.assert_allclose(gradients(np.i0(x), x, np.array([1.0, 0, 1])), [5e-5, 0, 1.5295933476718736e302 * (1 - 0.5 / 700)], rtol=1e-6)
    assert gradients(np.i0(x), x, np.ones(3))[1] == -inf


def test_where_no_gradient_flows_it_is_0():
    x = Tensor([nan, 1.0])
    assert gradients(np.heaviside(x, 0.5).sum(), x).tolist() == [0, 0]
    assert gradients(np.where(x, 1.0, x.data).sum(), x).tolist() == [0, 0]
