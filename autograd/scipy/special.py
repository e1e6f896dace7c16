"""`scipy.special`: a row for each function that has a derivative. The sources of formulas are DLMF's chapters.

>>> import scipy.special
>>> from autograd import grad
>>> round(grad(scipy.special.erf)(0.0), 6) == round(grad(erf)(0.0), 6) == 1.128379
True
"""

import math
from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.graph import Node, raw
from autograd.rules.calls import dispatching
from autograd.rules.reductions import restore
from autograd.rules.table import rule, rule_of_outputs
from autograd.scipy.tools import rest_of, scipy, unknown
from autograd.typing import Array, Axis

sp = scipy("special")
__getattr__, __dir__ = rest_of(sp, globals())
erf = sp.erf
ROOT_PI, ROOT_2PI, ROOT_HALF = math.sqrt(math.pi), math.sqrt(2 * math.pi), math.sqrt(0.5)

# ---- the error function and the normal distribution -----------------------------------------------------------------
rule(sp.erf, "erf",             lambda g, y, x: g * (2 / ROOT_PI * np.exp(-x * x)))
rule(sp.erfc, "erfc",           lambda g, y, x: g * (-2 / ROOT_PI * np.exp(-x * x)))
rule(sp.erfcx, "erfcx",         lambda g, y, x: g * (2 * x * y - 2 / ROOT_PI))
rule(sp.erfi, "erfi",           lambda g, y, x: g * (2 / ROOT_PI * np.exp(x * x)))
rule(sp.erfinv, "erf⁻¹",        lambda g, y, x: g * (ROOT_PI / 2 * np.exp(y * y)))
rule(sp.erfcinv, "erfc⁻¹",      lambda g, y, x: g * (-ROOT_PI / 2 * np.exp(y * y)))
rule(sp.dawsn, "dawsn",         lambda g, y, x: g * (1 - 2 * x * y))
rule(sp.wofz, "wofz",           lambda g, y, x: g * (2j / ROOT_PI - 2 * x * y))
rule(sp.ndtr, "Φ",              lambda g, y, x: g * (np.exp(-0.5 * x * x) / ROOT_2PI))
rule(sp.ndtri, "Φ⁻¹",           lambda g, y, x: g * (ROOT_2PI * np.exp(0.5 * y * y)))
rule(sp.log_ndtr, "log Φ",      lambda g, y, x: g * (2 / ROOT_2PI / sp.erfcx(-ROOT_HALF * x)))
rule(sp.ndtri_exp, "Φ⁻¹ exp",   lambda g, y, x: g * (ROOT_2PI / 2 * sp.erfcx(-ROOT_HALF * y)))
rule(sp.owens_t, "T",
     lambda g, y, h, a: g * (np.exp(-0.5 * h * h) * sp.erf(-ROOT_HALF * a * h) / (2 * ROOT_2PI)),
     lambda g, y, h, a: g * (np.exp(-0.5 * h * h * (1 + a * a)) / (2 * math.pi * (1 + a * a))))

# ---- logistic, exponential, logarithms ------------------------------------------------------------------------------
rule(sp.expit, "σ",             lambda g, y, x: g * (y * sp.expit(-x)))
rule(sp.logit, "logit",         lambda g, y, x: g / (x * (1 - x)))
rule(sp.log_expit, "log σ",     lambda g, y, x: g * sp.expit(-x))
rule(sp.exp2, "exp2",           lambda g, y, x: g * (y * math.log(2)))
rule(sp.exp10, "exp10",         lambda g, y, x: g * (y * math.log(10)))
rule(sp.expm1, "expm1",         lambda g, y, x: g * (y + 1))
rule(sp.log1p, "log1p",         lambda g, y, x: g / (x + 1))
rule(sp.cbrt, "∛",              lambda g, y, x: g / (3 * y * y))
rule(sp.cosm1, "cosm1",         lambda g, y, x: g * -np.sin(x))
rule(sp.exprel, "exprel",       lambda g, y, x: g * (0.5 * sp.hyp1f1(2.0, 3.0, x)))  # no 0/0 at 0

# ---- entropies: 0·log 0 is 0, whose slopes are those of log 0, and 0 ------------------------------------------------
rule(sp.xlogy, "x·log",         lambda g, y, a, b: g * np.log(b),
                                lambda g, y, a, b: g * (a / (b + ((a == 0) & (b == 0)))))
rule(sp.xlog1py, "x·log1p",     lambda g, y, a, b: g * np.log1p(b),
                                lambda g, y, a, b: g * (a / (1 + b + ((a == 0) & (b == -1)))))
rule(sp.entr, "entr",           lambda g, y, x: g * np.where(x < 0, 0, -1 - np.log(np.where(x < 0, 1, x))))


def _log_ratio(a: Array, b: Array, elsewhere: float) -> Array:
    """log(a/b) where both are positive."""
    inside = (a > 0) & (b > 0)
    return np.where(inside, np.log(np.where(inside, a, 1)) - np.log(np.where(inside, b, 1)), elsewhere)


def _ratio(a: Array, b: Array) -> Array:
    """a/b where both are positive, 0 elsewhere."""
    inside = (a > 0) & (b > 0)
    return np.where(inside, a, 0) / np.where(inside, b, 1)


rule(sp.rel_entr, "rel_entr",   lambda g, y, a, b: g * (1 + _log_ratio(a, b, -1)),
                                lambda g, y, a, b: g * -_ratio(a, b))
rule(sp.kl_div, "KL",           lambda g, y, a, b: g * _log_ratio(a, b, -1),
                                lambda g, y, a, b: g * (1 - _ratio(a, b)))


# ---- gamma and beta -------------------------------------------------------------------------------------------------
@dispatching
def polygamma(n: Array, x: Array) -> Array:
    """The n-th derivative of digamma."""
    return sp.polygamma(n, x)


@dispatching
def multigammaln(a: Array, d: int) -> Array:
    """The logarithm of the multivariate gamma function of dimension d."""
    return sp.multigammaln(a, d)


def _gamma_density(a: Array, x: Array) -> Array:
    return np.exp(sp.xlogy(a - 1, x) - x - sp.gammaln(a))


def _beta_density(a: Array, b: Array, x: Array) -> Array:
    return np.exp(sp.xlogy(a - 1, x) + sp.xlog1py(b - 1, -x) - sp.betaln(a, b))


rule(sp.gamma, "Γ",             lambda g, y, x: g * (y * sp.psi(x)))
rule(sp.rgamma, "1/Γ",          lambda g, y, x: g * (-y * sp.psi(x)))
rule(sp.gammaln, "log|Γ|",      lambda g, y, x: g * sp.psi(x))
rule(sp.loggamma, "log Γ",      lambda g, y, x: g * sp.psi(x))
rule(sp.gammasgn, "sgn Γ",      lambda g, y, x: 0 * g)
rule(sp.psi, "ψ",               lambda g, y, x: g * polygamma(1, x))
rule(polygamma, "ψ⁽ⁿ⁾",         unknown("polygamma", "n"),
                                lambda g, y, n, x: g * polygamma(n + 1, x))
rule(multigammaln, "log Γ_d",   lambda g, y, a, d: g * np.sum(sp.psi(np.expand_dims(a, -1) - 0.5 * np.arange(d)), -1))
rule(sp.gammainc, "P",          unknown("gammainc", "a"),
                                lambda g, y, a, x: g * _gamma_density(a, x))
rule(sp.gammaincc, "Q",         unknown("gammaincc", "a"),
                                lambda g, y, a, x: g * -_gamma_density(a, x))
rule(sp.gammaincinv, "P⁻¹",     unknown("gammaincinv", "a"),
                                lambda g, y, a, x: g / _gamma_density(a, y))
rule(sp.gammainccinv, "Q⁻¹",    unknown("gammainccinv", "a"),
                                lambda g, y, a, x: -g / _gamma_density(a, y))
rule(sp.beta, "B",              lambda g, y, a, b: g * (y * (sp.psi(a) - sp.psi(a + b))),
                                lambda g, y, a, b: g * (y * (sp.psi(b) - sp.psi(a + b))))
rule(sp.betaln, "log B",        lambda g, y, a, b: g * (sp.psi(a) - sp.psi(a + b)),
                                lambda g, y, a, b: g * (sp.psi(b) - sp.psi(a + b)))
rule(sp.betainc, "I",           unknown("betainc", "a"), unknown("betainc", "b"),
                                lambda g, y, a, b, x: g * _beta_density(a, b, x))
rule(sp.betaincc, "1-I",        unknown("betaincc", "a"), unknown("betaincc", "b"),
                                lambda g, y, a, b, x: g * -_beta_density(a, b, x))
rule(sp.betaincinv, "I⁻¹",      unknown("betaincinv", "a"), unknown("betaincinv", "b"),
                                lambda g, y, a, b, x: g / _beta_density(a, b, y))
rule(sp.poch, "poch",           lambda g, y, z, m: g * (y * (sp.psi(z + m) - sp.psi(z))),
                                lambda g, y, z, m: g * (y * sp.psi(z + m)))


# ---- Bessel functions: DLMF 10.6 and 10.29 --------------------------------------------------------------------------
def _real(x: Array, function: str) -> Array:
    if np.iscomplexobj(x):
        raise no_rule(f"{function} of complex numbers", "it is scaled by a function that is not analytic")
    return x


rule(sp.j0, "J₀",               lambda g, y, x: g * -sp.j1(x))
rule(sp.y0, "Y₀",               lambda g, y, x: g * -sp.y1(x))
rule(sp.i0, "I₀",               lambda g, y, x: g * sp.i1(x))
rule(sp.k0, "K₀",               lambda g, y, x: g * -sp.k1(x))
rule(sp.j1, "J₁",               lambda g, y, x: g * (0.5 * (sp.j0(x) - sp.jv(2, x))))
rule(sp.y1, "Y₁",               lambda g, y, x: g * (0.5 * (sp.y0(x) - sp.yv(2, x))))
rule(sp.i1, "I₁",               lambda g, y, x: g * (0.5 * (sp.i0(x) + sp.iv(2, x))))
rule(sp.k1, "K₁",               lambda g, y, x: g * (-0.5 * (sp.k0(x) + sp.kv(2, x))))
rule(sp.i0e, "I₀ₑ",             lambda g, y, x: g * (sp.i1e(x) - np.sign(x) * y))
rule(sp.i1e, "I₁ₑ",             lambda g, y, x: g * (0.5 * (sp.i0e(x) + sp.ive(2, x)) - np.sign(x) * y))
rule(sp.k0e, "K₀ₑ",             lambda g, y, x: g * (y - sp.k1e(x)))
rule(sp.k1e, "K₁ₑ",             lambda g, y, x: g * (y - 0.5 * (sp.k0e(x) + sp.kve(2, x))))
rule(sp.jv, "J",                unknown("jv", "v"),
                                lambda g, y, v, x: g * (0.5 * (sp.jv(v - 1, x) - sp.jv(v + 1, x))))
for second_kind in (sp.yv, sp.yn):
    rule(second_kind, "Y",      unknown("yv", "v"),
                                lambda g, y, v, x: g * (0.5 * (sp.yv(v - 1, x) - sp.yv(v + 1, x))))
rule(sp.iv, "I",                unknown("iv", "v"),
                                lambda g, y, v, x: g * (0.5 * (sp.iv(v - 1, x) + sp.iv(v + 1, x))))
for second_kind in (sp.kv, sp.kn):
    rule(second_kind, "K",      unknown("kv", "v"),
                                lambda g, y, v, x: g * (-0.5 * (sp.kv(v - 1, x) + sp.kv(v + 1, x))))
rule(sp.jve, "Jₑ",              unknown("jve", "v"),
                                lambda g, y, v, x: g * (0.5 * (sp.jve(v - 1, _real(x, "jve")) - sp.jve(v + 1, x))))
rule(sp.yve, "Yₑ",              unknown("yve", "v"),
                                lambda g, y, v, x: g * (0.5 * (sp.yve(v - 1, _real(x, "yve")) - sp.yve(v + 1, x))))
rule(sp.ive, "Iₑ",              unknown("ive", "v"), lambda g, y, v, x:
     g * (0.5 * (sp.ive(v - 1, _real(x, "ive")) + sp.ive(v + 1, x)) - np.sign(x) * y))
rule(sp.kve, "Kₑ",              unknown("kve", "v"),
                                lambda g, y, v, x: g * (y - 0.5 * (sp.kve(v - 1, x) + sp.kve(v + 1, x))))

# ---- integrals and hypergeometric functions -------------------------------------------------------------------------
rule(sp.expi, "Ei",             lambda g, y, x: g * (np.exp(x) / x))
rule(sp.exp1, "E₁",             lambda g, y, x: g * (-np.exp(-x) / x))
rule(sp.hyp0f1, "₀F₁",          unknown("hyp0f1", "v"), lambda g, y, v, x: g * (sp.hyp0f1(v + 1, x) / v))
rule(sp.hyp1f1, "₁F₁",          unknown("hyp1f1", "a"), unknown("hyp1f1", "b"),
                                lambda g, y, a, b, x: g * (a / b * sp.hyp1f1(a + 1, b + 1, x)))
rule(sp.hyp2f1, "₂F₁",          unknown("hyp2f1", "a"), unknown("hyp2f1", "b"), unknown("hyp2f1", "c"),
                                lambda g, y, a, b, c, x: g * (a * b / c * sp.hyp2f1(a + 1, b + 1, c + 1, x)))
rule_of_outputs(sp.sici, "sici",       lambda g, ys, x: g * np.sinc(x / math.pi), lambda g, ys, x: g * (np.cos(x) / x))
rule_of_outputs(sp.fresnel, "fresnel", lambda g, ys, x: g * np.sin(math.pi / 2 * x * x),
                                       lambda g, ys, x: g * np.cos(math.pi / 2 * x * x))


# ---- sums of exponentials -------------------------------------------------------------------------------------------
@dispatching
def _log_sum(a: Array, b: Array, axis: Axis = None, keepdims: bool = False, signed: bool = False) -> Array:
    """`scipy.special.logsumexp`; `signed`: of the absolute value of the sum."""
    found = sp.logsumexp(a, axis=axis, b=b, keepdims=keepdims, return_sign=signed)
    return found[0] if signed else found


def _shares(y: Array, a: Array, b: Array, axis: Axis, signed: bool) -> Array:
    """exp(a) / |Σ b·exp(a)|, with the sign of the sum: its parts. Infinite terms share equally; -∞ alone has none."""
    y = restore(y, a, axis)
    infinite, top = np.isinf(y), np.isposinf(np.real(a)) & (b != 0)
    alike = top / np.maximum(np.sum(top, axis=axis, keepdims=True), 1)
    share = np.where(infinite, alike, np.exp(np.where(infinite, 0, a) - np.where(infinite, 0, y)))
    return share * np.sign(np.sum(share * b, axis=axis, keepdims=True)) if signed else share


rule(_log_sum, "logsumexp",
     lambda g, y, a, b, axis=None, keepdims=False, signed=False:
     restore(g, a, axis) * (_shares(y, np.where(b == 0, -np.inf, a), b, axis, signed) * b),  # has no say, even if ∞
     lambda g, y, a, b, axis=None, keepdims=False, signed=False:
     restore(g, a, axis) * _shares(y, a, b, axis, signed))


def logsumexp(a: Array, axis: Axis = None, b: Array = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """log Σ b·exp(a) along axes, without overflow; with `return_sign`, that of the absolute value, and the sign.

    Both a and b may be nodes. Where all of a is -∞, so is the result, and the slopes are 0.

    >>> from autograd import grad
    >>> grad(logsumexp)(np.array([0.0, 0.0, -np.inf]))
    array([0.5, 0.5, 0. ])
    """
    if not isinstance(a, Node) and not isinstance(b, Node):
        return sp.logsumexp(a, axis=axis, b=b, keepdims=keepdims, return_sign=return_sign)
    if return_sign and (np.iscomplexobj(a) or np.iscomplexobj(b)):
        raise no_rule("logsumexp of complex numbers with return_sign=True", "leave it out: the logarithm is complex")
    weights = np.ones((), np.result_type(a)) if b is None else b
    a = np.reshape(a, (1,) * (np.ndim(weights) - np.ndim(a)) + np.shape(a))
    y = _log_sum(a, weights, axis=axis, keepdims=bool(keepdims), signed=bool(return_sign))
    return (y, sp.logsumexp(raw(a), axis, raw(weights), keepdims, return_sign=True)[1]) if return_sign else y


@dispatching
def softmax(x: Array, axis: Axis = None) -> Array:
    """exp(x) / Σ exp(x) along axes; along all of them by default."""
    return sp.softmax(x, axis=axis)


@dispatching
def log_softmax(x: Array, axis: Axis = None) -> Array:
    """The logarithm of softmax, without overflow."""
    return sp.log_softmax(x, axis=axis)


rule(softmax, "softmax", lambda g, y, x, axis=None: y * (g - np.sum(g * y, axis=axis, keepdims=True)))
rule(log_softmax, "log softmax", lambda g, y, x, axis=None: g - np.exp(y) * np.sum(g, axis=axis, keepdims=True))
