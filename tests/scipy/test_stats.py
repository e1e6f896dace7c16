"""The densities and distribution functions of scipy.stats: SciPy's numbers, and slopes that agree with differences."""

import numpy as np
import pytest

from autograd import Tensor, Value, grad, gradcheck, jvp, unfold
from autograd.errors import NoRule

pytest.importorskip("scipy.stats", reason="needs SciPy: pip install 'norgrad[scipy]'")
import scipy.stats as plain

import autograd.scipy.stats.multivariate_normal as mvn
from autograd.scipy import stats
from autograd.scipy.stats import dirichlet, norm, poisson

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
inf = np.inf
_rng = np.random.default_rng(0)
U = _rng.uniform
SHAPES = {"norm": [], "t": [U(2.1, 5, 3)], "gamma": [U(1.2, 3, 3)], "chi2": [U(2.2, 5, 3)], "beta": [U(1.2, 3, 3), U(1.2, 3, (2, 1))]}
METHODS = ["pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf"]
LOC, SCALE = np.array([0.1, -0.2, 0.0]), np.array([[1.5], [0.8]])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", SHAPES)
def test_distributions_of_one_number(name, method):
    f, scipys = getattr(getattr(stats, name), method), getattr(getattr(plain, name), method)
    x = U(0.2, 0.8, 3) * (1 if "f" in method[-3:] and method in ("ppf", "isf") else SCALE) + (0 if method in ("ppf", "isf") else LOC)
    shapes, several = SHAPES[name], method in ("pdf", "logpdf")
    y = f(Tensor(x), *shapes, LOC, SCALE)
    np.testing.assert_array_equal(y.data, scipys(x, *shapes, LOC, SCALE))
    np.testing.assert_array_equal(f(x, *shapes, loc=LOC), scipys(x, *shapes, loc=LOC))
    gradcheck(lambda x, loc, scale: f(x, *shapes, loc=loc, scale=scale), x, LOC, SCALE, order=2, rtol=5e-5, atol=5e-5)
    change = jvp(lambda *args: f(args[0], *shapes, *args[1:]), (x, LOC, SCALE), (0 * x, 0 * LOC + 1, SCALE))[1]  # forward mode
    step = 1e-6
    moved = [scipys(x, *shapes, LOC + s, SCALE * (1 + s)) for s in (step, -step)]
    np.testing.assert_allclose(change, (moved[0] - moved[1]) / (2 * step), rtol=1e-5, atol=1e-7)
    gradcheck(lambda x: f(x, *shapes), U(0.2, 0.8, 3), order=1, rtol=5e-5, atol=5e-5)
    for i, shape in enumerate(shapes):
        of_shape = lambda s, i=i: f(x, *shapes[:i], s, *shapes[i + 1 :], LOC, SCALE)
        if several:
            gradcheck(of_shape, shape, order=2, rtol=5e-5, atol=5e-5)
        else:
            with pytest.raises(NoRule, match=f"{name}.{method} with respect to its argument"):
                grad(lambda s, f=of_shape: np.sum(f(s)))(shape)


def test_names_dtypes_and_values():
    assert norm.pdf(0.0) == plain.norm.pdf(0.0) and stats.expon is plain.expon and norm.logpdf.__name__ == "norm.logpdf"
    v = Value(0.5)
    y = norm.logcdf(v, scale=2.0)
    y.backward()
    assert type(y) is Value and type(v.grad) is float
    assert unfold(norm.logcdf(Tensor([0.2, 0.5]), scale=2.0), 1).data == y.data
    single = Tensor([0.5], dtype=np.float32)
    y = norm.pdf(single, 0, 1)
    y.backward([1.0])
    assert y.dtype == plain.norm.pdf(np.float32([0.5])).dtype and single.grad.dtype == np.float32


@pytest.mark.parametrize("f, x, slope", [
    (norm.logcdf, -1e8, 1e8), (norm.logsf, 1e8, -1e8), (norm.logcdf, inf, 0), (norm.cdf, -inf, 0), (norm.pdf, inf, 0),
    (lambda s: norm.cdf(inf, 0.0, s), 2.0, 0), (lambda s: norm.logpdf(0.0, 0.0, s), 2.0, -0.5), (norm.ppf, 0.5, np.sqrt(2 * np.pi)),
    (lambda x: stats.beta.pdf(x, 2.0, 3.0), -1.0, 0), (lambda x: stats.beta.logpdf(x, 2.0, 3.0), 2.0, 0),
    (lambda a: stats.gamma.logpdf(-1.0, a), 2.0, 0), (lambda x: stats.gamma.pdf(x, 1.0), 0.0, -1),
    (lambda x: stats.beta.pdf(x, 1.0, 1.0), 1.0, 0), (lambda x: stats.chi2.pdf(x, 2.0), 0.0, -0.25),
    (lambda x: stats.gamma.logcdf(x, 2.0), -1.0, 0), (lambda m: poisson.logpmf(1.5, m), 2.0, 0), (lambda m: poisson.pmf(0, m), 0.0, -1),
])
def test_slopes_outside_of_the_support_at_its_ends_and_far_away(f, x, slope):
    np.testing.assert_allclose(grad(f)(x), slope, rtol=1e-7)


def test_poisson():
    k, mu = np.array([0.0, 2.0, 5.0]), U(0.5, 3, (2, 3))
    for method in ("pmf", "logpmf", "cdf", "sf"):
        f, scipys = getattr(poisson, method), getattr(plain.poisson, method)
        np.testing.assert_array_equal(f(k, Tensor(mu)).data, scipys(k, mu))
        np.testing.assert_array_equal(f(k, Tensor(mu), loc=1).data, scipys(k, mu, loc=1))
        gradcheck(lambda mu, f=f: f(k, mu), mu, order=2)
        gradcheck(lambda mu, f=f: f(k + 1, mu, 1), mu, order=2)
        with pytest.raises(NoRule):
            grad(lambda k, f=f: np.sum(f(k, mu)))(k)


def test_dirichlet():
    alpha = np.array([1.5, 2.0, 1.2])
    for x in (np.array([0.2, 0.5, 0.3]), np.array([0.2, 0.5]), np.array([[0.2, 0.1], [0.5, 0.6], [0.3, 0.3]])):
        for method in ("pdf", "logpdf"):
            f, scipys = getattr(dirichlet, method), getattr(plain.dirichlet, method)
            np.testing.assert_allclose(f(Tensor(x), Tensor(alpha)).data, scipys(x, alpha), rtol=1e-14)
            gradcheck(lambda alpha, f=f, x=x: f(x, alpha), alpha, order=2)
            gradcheck(lambda x, f=f: f(x / np.sum(x, axis=0) if len(x) == 3 else x, alpha), x, order=2, rtol=1e-4, atol=1e-4)
    assert grad(lambda x: dirichlet.logpdf(x, np.ones(2)))(np.array([0.0, 1.0])).tolist() == [0, 0]
    assert dirichlet.rvs == plain.dirichlet.rvs


def test_multivariate_normal():
    root = _rng.normal(size=(3, 3))
    mean, cov = _rng.normal(size=3), root @ root.T + np.eye(3)
    for x in (_rng.normal(size=3), _rng.normal(size=(4, 3)), _rng.normal(size=(2, 1, 3))):
        for method in ("pdf", "logpdf"):
            f, scipys = getattr(mvn, method), getattr(plain.multivariate_normal, method)
            np.testing.assert_array_equal(f(Tensor(x), Tensor(mean), Tensor(cov)).data, scipys(x, mean, cov))
            gradcheck(lambda x, m, c, f=f: f(x, m, (c + c.T) / 2), x, mean, cov, order=2, rtol=2e-5, atol=2e-5)
    gradcheck(lambda m, c: mvn.entropy(m, (c + c.T) / 2), mean, cov, order=2)


def test_multivariate_normal_in_every_spelling():
    x = _rng.normal(size=(2, 3))
    zero = np.zeros(3)
    for given, args in ((x[0], ()), (x, (zero,)), (x[0], (None, 2.0)), (x[0], (None, None)), (x, (zero, 2.0)),
                        (x, (zero, np.array([1.0, 2.0, 3.0]))), (x, (None, np.eye(3))), (x[0], (0.5, 2.0)), (np.array(0.5), ())):
        np.testing.assert_array_equal(mvn.logpdf(Tensor(given), *args).data, plain.multivariate_normal.logpdf(given, *args))
        gradcheck(lambda x, args=args: mvn.logpdf(x, *args), given, order=2)
    gradcheck(lambda c: mvn.logpdf(x, np.zeros(3), c), np.array([1.0, 2.0, 3.0]), order=2)
    gradcheck(lambda c: mvn.logpdf(x, np.zeros(3), c), np.array(2.0), order=2)
    np.testing.assert_array_equal(mvn.entropy(cov=Tensor([[2.0]])).data, plain.multivariate_normal.entropy(cov=[[2.0]]))


def test_a_singular_covariance():
    cov, x = np.diag([1.0, 2.0, 0.0]), np.array([0.3, -0.2, 0.0])
    moved = lambda f: lambda x: f(np.concatenate([x, [0.0]]), np.zeros(3), cov, allow_singular=True)
    for f, scipys in ((mvn.logpdf, plain.multivariate_normal.logpdf), (mvn.pdf, plain.multivariate_normal.pdf)):
        np.testing.assert_array_equal(f(Tensor(x), np.zeros(3), cov, True).data, scipys(x, np.zeros(3), cov, True))
        gradcheck(moved(f), x[:2], order=2)
    with pytest.raises(NoRule, match="singular"):
        grad(lambda c: mvn.logpdf(x, np.zeros(3), c, allow_singular=True))(cov)
    with pytest.raises(np.linalg.LinAlgError):
        mvn.logpdf(Tensor(x), np.zeros(3), cov)
