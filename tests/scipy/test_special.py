"""scipy.special's rows: against SciPy's own numbers, differences to second order, and where functions end."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

from autograd import Tensor, Value, elementwise_grad, grad, gradcheck, gradients, hessian
from autograd.errors import ConversionError, NoRule
from autograd.rules import TABLE

pytest.importorskip("scipy.special", reason="needs SciPy: pip install 'norgrad[scipy]'")
import scipy.special as sp

import autograd.scipy.special as special

inf, nan = np.inf, np.nan
_rng = np.random.default_rng(3)
NEAR, POSITIVE, UNIT = _rng.uniform(-1.5, 1.5, 3), _rng.uniform(0.4, 3, 3), _rng.uniform(0.1, 0.9, 3)
COLUMN, COMPLEX = _rng.uniform(0.5, 2.5, (2, 1)), _rng.uniform(-1, 1, 3) + 1j * _rng.uniform(-1, 1, 3)

ANYWHERE = "erf erfc erfcx erfi dawsn ndtr log_ndtr expit log_expit exp2 exp10 expm1 cosm1 exprel i0 i0e i1 i1e j0 j1 cbrt expi"
ABOVE_0 = "y0 y1 k0 k1 k0e k1e gamma rgamma gammaln loggamma psi digamma entr exp1 log1p gammasgn"
UNARY = dict.fromkeys(ANYWHERE.split(), NEAR) | dict.fromkeys(ABOVE_0.split(), POSITIVE)
UNARY |= dict.fromkeys("erfinv erfcinv ndtri logit".split(), UNIT) | {"ndtri_exp": -POSITIVE}
ANALYTIC = "erf erfc erfcx erfi dawsn wofz ndtr log_ndtr expm1 log1p expi exp1".split()  # of complex numbers, too
BINARY = "xlogy xlog1py rel_entr kl_div beta betaln poch owens_t".split()
# functions of their last argument, beside these
OF_LAST = dict.fromkeys(("gammainc", "gammaincc"), ((POSITIVE, POSITIVE[::-1]), (COLUMN, UNIT)))
OF_LAST |= dict.fromkeys(("gammaincinv", "gammainccinv"), ((POSITIVE, UNIT),))
OF_LAST |= dict.fromkeys(("betainc", "betaincc", "betaincinv"), ((POSITIVE, COLUMN, UNIT),))
OF_LAST |= {name: ((np.array([0.0, 1, 2.5]), POSITIVE), (1.5, 0.7)) for name in "jv yv iv kv jve yve ive kve".split()}
OF_LAST |= {name: ((2, POSITIVE), (np.array([[0], [3]]), POSITIVE)) for name in "jn yn kn polygamma".split()}
OF_LAST |= {"hyp0f1": ((1.5, NEAR),), "hyp1f1": ((1.5, 2.5, NEAR),), "hyp2f1": ((1.5, 0.5, 2.5, NEAR / 3),)}


def same(got, expected):
    for a, b in zip(got if isinstance(got, tuple) else (got,), expected if isinstance(expected, tuple) else (expected,), strict=True):
        a, b = getattr(a, "data", a), np.asarray(b)
        assert np.shape(a) == b.shape and np.asarray(a).dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def check(f, plain, *args, order=2, numbers=True):
    """f of nodes gives what SciPy gives, with derivatives that agree with differences; so does one float, as a Value."""
    same(f(*map(Tensor, args)), plain(*args))
    gradcheck(f, *args, order=order, rtol=2e-5, atol=2e-5)
    small = [a.astype(np.complex64 if np.iscomplexobj(a) else np.float32) for a in args]
    same(f(*map(Tensor, small)), plain(*small))
    for x, g in zip(small, gradients(f(*(leaves := list(map(Tensor, small)))), leaves, plain(*small) * 0 + 1), strict=True):
        assert g.dtype == x.dtype and g.shape == x.shape
    if numbers and all(a.dtype.kind == "f" for a in args):
        numbers = [float(a.flat[0]) for a in args]
        values = list(map(Value, numbers))
        y = f(*values)
        if np.ndim(y) == 0:
            y.backward()
            assert type(y) is Value and y.data == float(plain(*numbers)) and all(type(v.grad) is float for v in values)
            np.testing.assert_allclose([v.grad for v in values], gradients(f(*(xs := list(map(Tensor, numbers)))), xs), rtol=1e-12)


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_argument(name):
    check(getattr(special, name), getattr(sp, name), UNARY[name])
    same(getattr(special, name)(np.empty((0, 3))), np.empty((0, 3)))
    assert grad(lambda x: np.sum(getattr(special, name)(x)))(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("name", ANALYTIC)
def test_functions_of_complex_numbers(name):
    check(getattr(special, name), getattr(sp, name), COMPLEX)


@pytest.mark.parametrize("name", ["gamma", "rgamma", "loggamma"])
def test_gamma_of_complex_numbers_has_one_derivative(name):
    check(getattr(special, name), getattr(sp, name), COMPLEX, order=1)
    with pytest.raises(TypeError):  # SciPy's polygamma takes real numbers
        elementwise_grad(elementwise_grad(special.loggamma))(COMPLEX)


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_arguments(name):
    for a, b in ((POSITIVE, POSITIVE[::-1].copy()), (COLUMN, POSITIVE), (POSITIVE, np.array(0.7))):
        check(getattr(special, name), getattr(sp, name), a, b)


@pytest.mark.parametrize("name", OF_LAST)
def test_functions_of_their_last_argument(name):
    for *parameters, x in OF_LAST[name]:
        gradcheck(lambda x, p=parameters: getattr(special, name)(*p, x), x, order=2, rtol=2e-5, atol=2e-5)
        same(getattr(special, name)(*parameters, Tensor(x)), getattr(sp, name)(*parameters, x))
        with pytest.raises(NoRule, match="with respect to its argument"):
            grad(lambda p, x=x, rest=parameters[1:]: np.sum(getattr(special, name)(p, *rest, x)))(np.asarray(parameters[0], float))


@pytest.mark.parametrize("name", ["jv", "yv", "iv", "kv", "kve"])
def test_bessel_functions_of_complex_numbers(name):
    gradcheck(lambda z: getattr(special, name)(1.5, z), COMPLEX, order=2, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("name", ["jve", "yve", "ive"])
def test_what_is_not_analytic_is_refused(name):
    with pytest.raises(NoRule, match="complex"):
        grad(lambda z: np.real(getattr(special, name)(1.5, z)).sum())(COMPLEX)


def test_other_arguments():
    check(lambda a: special.multigammaln(a, 3), lambda a: sp.multigammaln(a, 3), POSITIVE + 2)
    for name in ("sici", "fresnel"):
        same(getattr(special, name)(Tensor(POSITIVE)), getattr(sp, name)(POSITIVE))
        gradcheck(getattr(special, name), POSITIVE, order=2, rtol=2e-5, atol=2e-5)


# ---- where functions end: the slopes are those of JAX, or the limits where JAX has nan ------------------------------
EDGES = [
    (lambda x: sp.xlogy(x, 2.0), 0.0, np.log(2)), (lambda x: sp.xlogy(0.0, x), 2.0, 0.0),
    (lambda x: sp.xlogy(0.0, x), 0.0, 0.0), (lambda x: sp.xlogy(x, 0.0), 0.0, -inf),
    (lambda x: sp.xlog1py(0.0, x), -1.0, 0.0), (lambda x: sp.xlog1py(x, 1.0), 0.0, np.log(2)),
    (sp.entr, 0.0, inf), (sp.entr, -1.0, 0.0), (sp.logit, 0.0, inf), (sp.logit, 1.0, inf),
    (lambda x: sp.rel_entr(x, 1.0), 0.0, 0.0), (lambda x: sp.rel_entr(0.0, x), 1.0, 0.0),
    (lambda x: sp.kl_div(0.0, x), 1.0, 1.0), (lambda x: sp.rel_entr(1.0, x), 0.0, 0.0),
    (sp.expit, inf, 0.0), (sp.expit, -inf, 0.0), (sp.expit, 40.0, 4.248354255291589e-18), (sp.log_expit, -800.0, 1.0),
    (sp.log_ndtr, -1e10, 1e10), (sp.log_ndtr, 1e3, 0.0), (sp.log_ndtr, -30.0, 30.033259667433676),
    (sp.ndtri, 0.0, inf), (sp.erfinv, 1.0, inf), (sp.erf, inf, 0.0), (sp.i0e, 0.0, 0.0), (sp.exprel, 0.0, 0.5),
    (lambda x: sp.gammainc(1.0, x), 0.0, 1.0), (lambda x: sp.betainc(1.0, 1.0, x), 1.0, 1.0),
    (lambda x: sp.ndtri_exp(x), -1e5, 0.00223613531),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f, x, slope", EDGES)
def test_slopes_where_a_function_ends(f, x, slope):
    np.testing.assert_allclose(grad(f)(x), slope, rtol=1e-6)
    np.testing.assert_allclose(grad(lambda a: np.sum(f(a)))(np.array([x])), [slope], rtol=1e-6)


# ---- sums of exponentials -------------------------------------------------------------------------------------------
A, B = _rng.normal(size=(2, 3, 4)), _rng.uniform(0.5, 2, (2, 3, 4))
SIGNS = np.where(_rng.uniform(size=B.shape) < 0.5, -1.0, 1.0)


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), (-1, 1)])
@pytest.mark.parametrize("keepdims", [False, True, 1])
def test_logsumexp(axis, keepdims):
    how = {"axis": axis, "keepdims": keepdims}
    check(lambda a: special.logsumexp(a, **how), lambda a: sp.logsumexp(a, **how), A, numbers=axis is None)
    check(lambda a, b: special.logsumexp(a, b=b, **how), lambda a, b: sp.logsumexp(a, b=b, **how), A, B, numbers=axis is None)
    same(special.logsumexp(Tensor(A), b=B * SIGNS, return_sign=True, **how), sp.logsumexp(A, b=B * SIGNS, return_sign=True, **how))
    gradcheck(lambda a, b: special.logsumexp(a, b=b, return_sign=True, **how)[0], A, B * SIGNS, order=2)


def test_what_has_no_weight_in_logsumexp_has_no_slope():
    for large in (1000.0, np.inf):
        same(grad(lambda a: special.logsumexp(a, b=np.array([0.0, 1.0])))(np.array([large, 0.0])), np.array([0.0, 1.0]))
        same(hessian(lambda a: special.logsumexp(a, b=np.array([0.0, 1.0])))(np.array([large, 0.0])), np.zeros((2, 2)))


def test_logsumexp_in_every_spelling():
    same(special.logsumexp(Tensor(A), 1, B, True), sp.logsumexp(A, 1, B, True))
    for a, b in ((A[0, 0], B), (A, B[0, 0]), (A, 2.0), (A, np.array([1, 0, 2, 0]))):  # weights of other shapes
        same(special.logsumexp(Tensor(a), b=b, axis=-1), sp.logsumexp(a, b=b, axis=-1))
        gradcheck(lambda a, b=b: special.logsumexp(a, b=b, axis=-1), a, order=2)
    gradcheck(lambda a, b: special.logsumexp(a, b=b, axis=-1), A[0, 0], B, order=2)
    gradcheck(lambda z: special.logsumexp(z, axis=0), COMPLEX, order=2)
    with pytest.raises(NoRule, match="return_sign"):
        special.logsumexp(Tensor(COMPLEX), return_sign=True)
    same(special.logsumexp(A, return_sign=True), sp.logsumexp(A, return_sign=True))


@pytest.mark.parametrize("a, y, slopes", [
    ([-inf, -inf], -inf, [0, 0]), ([0, -inf], 0, [1, 0]), ([inf, 0], inf, [1, 0]), ([inf, inf], inf, [0.5, 0.5]),
    ([inf, -inf], inf, [1, 0]), ([nan, 1], nan, [nan, nan]), ([1000, 1000], 1000 + np.log(2), [0.5, 0.5]),
    ([-1e308, 0], 0, [0, 1]), ([-inf], -inf, [0]),
])
def test_logsumexp_of_infinite_numbers_never_makes_a_nan(a, y, slopes):
    a = np.array(a, float)
    assert np.isclose(special.logsumexp(Tensor(a)).data, y, equal_nan=True)
    np.testing.assert_allclose(grad(special.logsumexp)(a), slopes)
    second = elementwise_grad(elementwise_grad(special.logsumexp))(a)
    assert np.isnan(a).any() or np.isfinite(second).all()


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)])
def test_softmax_and_its_logarithm(axis):
    for name in ("softmax", "log_softmax"):
        ours, scipys = getattr(special, name), getattr(sp, name)
        check(lambda a, f=ours: f(a, axis=axis), lambda a, f=scipys: f(a, axis=axis), A, numbers=axis is None)
    assert grad(lambda a: special.softmax(a)[0])(np.array([0.0, -inf])).tolist() == [0, 0]


# ---- how it is found ------------------------------------------------------------------------------------------------
def test_scipys_own_ufuncs_take_nodes():
    assert special.erf is sp.erf and sp.erf(Tensor([0.5])).data == sp.erf([0.5])
    assert grad(sp.digamma)(1.0) == grad(special.psi)(1.0) and special.jn is sp.jv
    assert "erf" in dir(special) and special.sinc is np.sinc and special.comb is sp.comb
    np.testing.assert_array_equal(special.erf(np.ones(2)), sp.erf(np.ones(2)))


def test_what_has_no_rule_is_refused():
    with pytest.raises(NoRule, match="stdtr has no derivative"):
        sp.stdtr(1.0, Tensor(0.5))
    with pytest.raises(ConversionError):
        sp.spherical_jn(1, Tensor(0.5))


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_before_the_rows_are_imported_the_error_names_them():
    code = "import scipy.special as sp, autograd\ntry: sp.erf(autograd.Tensor(1.0))\nexcept autograd.errors.NoRule as e: print(e)"
    assert "import autograd.scipy.special" in run(code)
    assert "scipy" not in run("import numpy as np, autograd\ntry: np.poly(autograd.Tensor([1.0]))\nexcept autograd.errors.NoRule as e: print(e)")


def test_a_rule_that_is_off_by_one_percent_is_caught(monkeypatch):
    for function, f, x in ((sp.erf, sp.erf, NEAR), (special.softmax, special.softmax, NEAR)):
        op = TABLE[function]
        with monkeypatch.context() as m, pytest.raises(AssertionError):
            m.setattr(op, "vjps", (lambda *a, vjp=op.vjps[0], **k: 1.01 * vjp(*a, **k),))
            gradcheck(f, x)


# ---- other libraries, where they are installed ----------------------------------------------------------------------
TORCH = """erf erfc erfcx erfinv expit logit gammaln psi i0 i0e i1 i1e ndtr ndtri log_ndtr entr""".split()


@pytest.mark.parametrize("name", TORCH)
def test_slopes_are_pytorchs(name):
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    x = np.array([0.05, 0.3, 0.5, 0.95])
    t = torch.tensor(x, requires_grad=True)
    getattr(torch.special, name)(t).sum().backward()
    np.testing.assert_allclose(elementwise_grad(getattr(special, name))(x), t.grad, rtol=1e-8)  # its trigamma has nine digits


@pytest.mark.parametrize("name", "xlogy xlog1py rel_entr kl_div entr".split())
def test_slopes_where_entropies_end_are_jaxs(name):
    jax = pytest.importorskip("jax", reason="needs JAX")
    f, theirs = getattr(special, name), getattr(__import__("jax.scipy.special").scipy.special, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for point in [(0.0, 1.0), (0.0, 2.0), (1.0, 0.5), (0.5, 3.0)]:
            args = point[: 1 if name == "entr" else 2]
            where = tuple(range(len(args)))
            np.testing.assert_allclose(grad(f, where)(*args), jax.grad(theirs, where)(*args), rtol=1e-6, err_msg=str(point))
