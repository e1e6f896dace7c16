"""Computes the coefficients of nn/erf.py: `python tests/nn/make_erf.py` (needs mpmath) prints them.

R(x²) = atanh(erf(x)) / x as a quotient of polynomials, by least squares that are weighted anew until the largest error is
least (Lawson's iteration). An error of p = x·R moves tanh(p) by 2p / sinh(2p) times as much, relatively: that is the weight.
"""

import mpmath as mp

mp.mp.dps = 60


def slope(x):
    e = mp.erfc(x)
    return mp.log((2 - e) / e) / 2 / x


def fit(degree, end, rounds=25):
    """Numerator, denominator (from the lowest power up, and the last of the latter is 1) and the largest error."""
    n = 6 * (2 * degree + 1)
    xs = [end * mp.sin(mp.pi * (k + mp.mpf(1) / 2) / (2 * n)) for k in range(n)]
    squares, exact = [(x / end) ** 2 for x in xs], list(map(slope, xs))
    weights = [2 * f * x / mp.sinh(2 * f * x) for f, x in zip(exact, xs, strict=True)]
    lawson, below, best = [mp.mpf(1)] * n, [mp.mpf(1)] * n, None
    for _ in range(rounds):
        rows, right = mp.matrix(n, 2 * degree + 1), mp.matrix(n, 1)
        for i, (t, f) in enumerate(zip(squares, exact, strict=True)):
            scale = weights[i] * mp.sqrt(lawson[i]) / (f * below[i])
            for j in range(degree + 1):
                rows[i, j] = scale * t**j
            for j in range(1, degree + 1):
                rows[i, degree + j] = -scale * f * t**j
            right[i] = scale * f
        found = list(mp.lu_solve(rows, right))
        above, under = found[: degree + 1], [mp.mpf(1), *found[degree + 1 :]]
        below = [mp.polyval(under[::-1], t) for t in squares]
        errors = [abs(w * (mp.polyval(above[::-1], t) / b / f - 1))
                  for w, t, b, f in zip(weights, squares, below, exact, strict=True)]
        if best is None or max(errors) < best[0]:
            best = max(errors), above, under
        lawson = [a * e / sum(errors) * n + mp.mpf("1e-12") for a, e in zip(lawson, errors, strict=True)]
        lawson = [a * n / sum(lawson) for a in lawson]
    error, above, under = best
    lead = under[-1] / mp.mpf(end) ** (2 * degree)
    return *([c / mp.mpf(end) ** (2 * i) / lead for i, c in enumerate(part)] for part in (above, under)), error


if __name__ == "__main__":
    for name, degree, end, digits in (("float32", 3, 4.2, 9), ("float64", 9, 6, 17)):
        above, under, error = fit(degree, end)
        print(name, "within", mp.nstr(error, 2))
        for part in (above, under):
            print("   ", [mp.nstr(c, digits) for c in reversed(part)])
