"""Each function of the table, in every spelling that NumPy takes: the value is NumPy's on plain arrays, the derivative that
of differences, and what NumPy refuses is refused. spellings.py says how each may be called; Hypothesis draws the calls.

NORGRAD_EXAMPLES=2000 tries as many calls of each function, new ones each time.
"""

import os
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from rules.spellings import NEW, SPELLINGS, WRITERS, Call, Draw, Out, draw_call, inputs_of, parameters, with_inputs

from autograd import Tensor, gradients
from autograd.compare import nearest_slope
from autograd.errors import AutogradError, NoRule
from autograd.functional import flatten
from autograd.graph import Node
from autograd.rules import TABLE, Constant
from autograd.trees import map_tree

EXAMPLES = int(os.environ.get("NORGRAD_EXAMPLES", 0))


def often(row: Any) -> settings:
    """How often to try a function: more often, if it has many settings of its own."""
    many = len(parameters(row.function)) > 3 and not isinstance(row.function, np.ufunc)
    return settings(max_examples=EXAMPLES or (90 if many else 30), derandomize=not EXAMPLES, deadline=None, database=None,
                    phases=[Phase.generate, *([Phase.shrink] * bool(EXAMPLES))], suppress_health_check=list(HealthCheck))


NEVER = {"device", "signature", "like"}  # settings that say nothing about numbers
EMPTY = {np.empty_like}  # whose numbers are not determined
# The number in the middle, or the next in order, of equal ones: which of them it is, is free. (np.pad has mode="median".)
ORDER = {np.median, np.quantile, np.percentile, np.nanmedian, np.nanquantile, np.nanpercentile, np.sort, np.partition, np.pad}
# Vectors whose sign or phase is free: a derivative of them by differences says nothing.
FREE = {np.linalg.svd, np.linalg.eig, np.linalg.qr, np.linalg.eigh}
JUMPS = {np.copysign, np.polyadd, np.polysub, np.polymul}  # at 0: the sign, and how many leading zeros are taken off
module_of = lambda function: getattr(function, "__module__", None) or "numpy"  # a ufunc of NumPy 2.0 has none
# What sums products: where one of the numbers is NaN, so may the derivatives be of those that it is multiplied with.
SUMS = {function for function in SPELLINGS if module_of(function).endswith(("linalg", "fft")) or function.__name__ in (
    "matmul matvec vecmat vecdot dot inner outer vdot kron tensordot cross einsum convolve correlate polyval trapezoid cov corrcoef "
    "cumprod cumulative_prod nancumprod average polymul poly polyfit").split()}
IS_INPUT = lambda x: hasattr(x, "layout")
# Settings in which a function has no derivative here, and says so.
REFUSED: dict[Any, dict[str, Any]] = {
    np.clip: {"dtype": bool, "casting": bool}, np.absolute: {"dtype": bool, "casting": bool},
    **{f: {"q": IS_INPUT, "weights": IS_INPUT} for f in (np.quantile, np.percentile, np.nanquantile, np.nanpercentile)},
    np.linalg.svd: {"full_matrices": bool, "hermitian": bool}, np.linalg.pinv: {"hermitian": bool},
    np.linalg.qr: {"mode": lambda mode: mode != "reduced"},
    **{f: {"axes": bool} for f in SPELLINGS if isinstance(f, np.ufunc) and f.signature},
    np.polyfit: {"full": bool, "cov": bool}, np.logspace: {"base": np.ndim},
    np.histogram: {"range": lambda x: x is None, "weights": lambda x: x is not None},
    np.pad: {"mode": lambda mode: mode in ("maximum", "minimum", "median", "empty")},
}


# NumPy does not ask all of their arguments whether they are nodes: full_like(array, node) makes an array of a node by itself.
NOT_TOLD = {np.full_like, np.select, np.polyint, np.interp}


def has_out(call: Call) -> bool:
    """Whether an array is given to write into: it would have to hold a node."""
    return any(isinstance(x, Out) for x in (*call.args, *call.kwargs.values()))


def is_refused_openly(call: Call) -> bool:
    """Whether NumPy answers a call, and we say that we do not."""
    names = list(parameters(call.function)) if call.args else []
    given = {**dict(zip(names, call.args, strict=False)), **call.kwargs}
    if has_out(call) or leaves_out(call):
        return True
    if call.function is np.gradient and call.tensors - {0}:  # a derivative by the spacing
        return True
    given_as_arrays = len(call.tensors) < len(inputs_of((call.args, call.kwargs)))
    if call.function is np.full or (call.function in NOT_TOLD and given_as_arrays):
        return True
    defaults = {name: p.default for name, p in parameters(call.function).items()}
    return any(refused(given.get(name, defaults.get(name))) for name, refused in REFUSED.get(call.function, {}).items())


# ---- a call, for NumPy and for us ------------------------------------------------------------------------------------
def run(call: Call, replaced: Any) -> Any:
    args, kwargs = replaced
    if call.method:
        return getattr(args[0], call.function.__name__)(*args[1:], **kwargs)
    return call.function(*args, **kwargs)


def plain(call: Call, numbers: list[np.ndarray] | None = None) -> Any:
    """What NumPy gives: of these numbers, or of the drawn ones."""
    given = iter(numbers) if numbers else None
    args, kwargs = with_inputs((call.args, call.kwargs), lambda x: x.array(next(given) if given else None))
    found = run(call, (args, kwargs))
    if leaves_out(call):  # numbers that were there before: 0 will do
        kwargs["where"] = True
        return map_tree(lambda y: np.where(call.kwargs["where"], y, np.zeros((), np.asarray(y).dtype)), run(call, (args, kwargs)))
    return found


def leaves_out(call: Call) -> bool:
    """Whether a ufunc does not compute all its numbers: the rest of its result is undefined."""
    where = call.kwargs.get("where", True)
    return isinstance(call.function, np.ufunc) and (np.ndim(where) > 0 or not where)


def recorded(call: Call, numbers: list[np.ndarray] | None = None) -> tuple[Any, list[Any]]:
    """What we give, and the inputs as they were passed: Tensors, or arrays."""
    found: list[Any] = []

    def replace(x: Any) -> Any:
        a = x.array(numbers[len(found)] if numbers else None)
        if len(found) in call.tensors:
            t = Tensor(a, requires_grad=a.dtype.kind in "fc")
            t.data = a  # which keeps its layout
            a = t
        found.append(a)
        return a

    return run(call, with_inputs((call.args, call.kwargs), replace)), found


def parts(y: Any) -> list[Any]:
    return flatten(y)[0]


def raw(y: Any) -> Any:
    return y.data if isinstance(y, Node) else y


# ---- what is compared ------------------------------------------------------------------------------------------------
def check_value(call: Call, got: Any, expected: Any) -> None:
    for container in (list, tuple):
        assert isinstance(got, container) == isinstance(expected, container), f"{type(got)}, NumPy {type(expected)}"
    got, expected = parts(got), parts(expected)
    assert len(got) == len(expected)
    inputs = [x.numbers for x in inputs_of((call.args, call.kwargs))]
    for mine, theirs in zip(got, expected, strict=True):
        if isinstance(theirs, (type, np.dtype)):
            assert mine == theirs
            continue
        mine, theirs = raw(mine), np.asarray(theirs)
        if leaves_out(call):
            mine = np.where(call.kwargs["where"], mine, np.zeros((), np.asarray(mine).dtype))
        assert np.shape(mine) == theirs.shape, f"shape {np.shape(mine)}, NumPy {theirs.shape}"
        assert np.asarray(mine).dtype == theirs.dtype, f"dtype {np.asarray(mine).dtype}, NumPy {theirs.dtype}"
        if call.function in EMPTY or theirs.dtype.kind not in "fc":
            assert call.function in EMPTY or np.array_equal(mine, theirs), f"{mine!r}, NumPy {theirs!r}"
            continue
        floats = [theirs, *(x for x in inputs if x.dtype.kind in "fc")]
        eps = max(np.finfo(x.dtype).eps for x in floats)
        if call.function in (np.dot, np.inner):  # BLAS takes 0 · NaN for 0 where one operand is a number
            mine, theirs = (np.where(np.isfinite(mine) & np.isfinite(theirs), x, 0) for x in (mine, theirs))
        if theirs.dtype.kind == "c":  # which part of a product with infinity is NaN is C's affair
            assert np.array_equal(np.isfinite(mine), np.isfinite(theirs)), f"{mine!r}, NumPy {theirs!r}"
            mine, theirs = (np.where(np.isfinite(theirs), x, 0) for x in (mine, theirs))
        size = max(float(np.max(np.abs(x[np.isfinite(x)]), initial=1.0)) for x in (theirs, *inputs))
        np.testing.assert_allclose(mine, theirs, rtol=64 * eps, atol=64 * eps * size)


def weights_of(y: Any, rng: np.random.Generator) -> np.ndarray:
    """What each number of an output counts: nothing, where it is not finite."""
    w = rng.uniform(0.5, 1.5, np.shape(y)) * rng.choice([-1.0, 1.0], np.shape(y))
    if np.iscomplexobj(y):
        w = w + 1j * rng.uniform(0.5, 1.5, np.shape(y))
    return np.where(np.isfinite(y), w, 0)


def slopes(outputs: list[Any], variables: list[Node], weights: list[np.ndarray], create_graph: bool = False) -> list[Any]:
    """The gradients of the weighted sum of all outputs, but those that count nothing: 0 for what none depends on."""
    used = [(y, w) if np.all(w != 0) else (y[w != 0], w[w != 0]) for y, w in zip(outputs, weights, strict=True)
            if isinstance(y, Node) and y.requires_grad]
    if not used:
        return [np.zeros_like(x.data) for x in variables]
    seeds = [np.asarray(w if np.iscomplexobj(y.data) else w.real, y.dtype) for y, w in used]
    return gradients([y for y, _ in used], variables, seeds, create_graph=create_graph)


def weighted(outputs: Any, weights: list[np.ndarray]) -> np.ndarray:
    """The terms of that sum."""
    terms = [np.ravel(np.where(w == 0, 0, y) * w).real for y, w in zip(parts(outputs), weights, strict=True) if np.asarray(y).dtype.kind in "fc"]
    return np.concatenate(terms) if terms else np.zeros(1)


def check_slope(got: float, line: Any, scale: float) -> None:
    """Agreement with differences, where they agree with one another."""
    near, far = ((line(h) - line(-h)) / (2 * h) for h in (1e-6, 1e-4))
    if not (np.isfinite(near).all() and np.isfinite(far).all()):
        return
    steady = np.abs(near - far).sum() <= 1e-4 * (1 + np.abs(near).sum())
    if not np.isfinite(got):
        assert not steady, f"derivative {got}, by differences {near.sum()}"
        return
    expected = nearest_slope(got, line, 1.0)
    close = abs(got - expected) <= 2e-5 * (1 + abs(expected) + scale)
    assert close or not steady, f"derivative {got}, by differences {expected}"


def in_double(call: Call) -> Call:
    """The same call with `dtype=` in double precision: differences of float16 numbers are 0."""
    def widen(x: Any) -> Any:
        if isinstance(x, (type, np.dtype)) or (isinstance(x, str) and len(x) > 1):
            try:
                kind = np.dtype(x).kind
            except (TypeError, ValueError):
                return x
            return {"f": np.float64, "c": np.complex128}.get(kind, x)
        return x

    return call._replace(args=list(map(widen, call.args)), kwargs={k: widen(v) for k, v in call.kwargs.items()})


def check_derivative(call: Call, second: bool) -> None:
    """The derivative in a random direction, in float64, against differences; and the second one, against those of the first."""
    rng, call = np.random.default_rng(5), in_double(call)
    numbers = [x.numbers.astype("c16" if x.dtype.kind == "c" else "f8") if x.dtype.kind in "fc" else x.numbers
               for x in inputs_of((call.args, call.kwargs))]
    negative = call.function in (np.linalg.norm, np.linalg.matrix_norm) and str(call.kwargs.get("ord")).startswith("-")
    if (call.function in ORDER or negative) and any(np.unique(x).size < x.size for x in numbers):
        return
    if call.function is np.clip and len(call.tensors) > 1 and np.unique(np.concatenate(list(map(np.ravel, numbers)))).size < sum(x.size for x in numbers):
        return
    if call.function in JUMPS and any((x == 0).any() for x in numbers):
        return
    unwanted = np.isinf if call.function.__name__.startswith("nan") else lambda x: ~np.isfinite(x)
    if call.function in SUMS and any(unwanted(x).any() for x in numbers):
        return
    try:
        expected = plain(call, numbers)
    except Exception:
        return  # casting="no", say, of a number that is given as float32
    weights = [weights_of(y, rng) if np.asarray(y).dtype.kind in "fc" else np.zeros(np.shape(y)) for y in parts(expected)]
    moves = [np.where(np.isfinite(x), weights_of(x, rng), 0) if i in call.tensors and x.dtype.kind in "fc" else None for i, x in enumerate(numbers)]
    y, leaves = recorded(call, numbers)
    which = [i for i, v in enumerate(moves) if v is not None]
    if not which:
        return
    variables = [leaves[i] for i in which]

    def moved(t: float) -> list[np.ndarray]:
        return [x if v is None else np.where(v == 0, x, x + t * v) for x, v in zip(numbers, moves, strict=True)]

    def along(found: list[Any]) -> tuple[float, float]:
        terms = [np.where(moves[i] == 0, 0, np.asarray(raw(g)) * moves[i]).real for i, g in zip(which, found, strict=True)]
        return float(sum(t.sum() for t in terms)), float(sum(np.abs(t).sum() for t in terms))

    first = slopes(parts(y), variables, weights, create_graph=second)
    check_slope(along(first)[0], lambda t: weighted(plain(call, moved(t)), weights), along(first)[1])
    check_bystanders(call, numbers, expected, weights, [(i, raw(g)) for i, g in zip(which, first, strict=True)])
    if not second or not all(np.isfinite(raw(g)).all() for g in first):
        return
    recorded_again = [g for g in first if isinstance(g, Node) and g.requires_grad]
    twice = slopes(recorded_again, variables, [np.conj(weights_of(raw(g), np.random.default_rng(7))) for g in recorded_again])

    def line(t: float) -> np.ndarray:
        y, leaves = recorded(call, moved(t))
        found = slopes(parts(y), [leaves[i] for i in which], weights, create_graph=True)
        kept = [raw(new) for new, g in zip(found, first, strict=True) if isinstance(g, Node) and g.requires_grad]
        return weighted(kept, [np.conj(weights_of(g, np.random.default_rng(7))) for g in kept])

    check_slope(along(twice)[0], line, along(twice)[1])


def check_bystanders(call: Call, numbers: list[np.ndarray], y: Any, weights: list[np.ndarray], found: list[tuple[int, np.ndarray]]) -> None:
    """What is not finite, and what no finite number of the result depends on, has a gradient of 0."""
    bad = {i: np.isnan(numbers[i]) if call.function.__name__.startswith("nan") else ~np.isfinite(numbers[i]) for i, _ in found}
    if not any(places.any() for places in bad.values()):
        return
    same = call.function.__name__.startswith("nan") and call.function is not np.nan_to_num
    if not same:
        others = [plain(call, [np.where(bad[i], number, x) if i in bad else x for i, x in enumerate(numbers)]) for number in (0.5, -1.5)]
        same = all(np.array_equal(np.where(w == 0, 0, a), np.where(w == 0, 0, b)) for other in others
                   for a, b, w in zip(parts(y), parts(other), weights, strict=True) if np.shape(a) == np.shape(b))
    for i, g in found:
        assert not same or not np.any(g[bad[i]]), f"gradient {g[bad[i]]} of what nothing depends on"


def check(call: Call, second: bool = False) -> None:
    """All that is to be true of a call."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        refusal = None
        try:
            expected = plain(call)
        except Exception as error:
            refusal = error
        try:
            y, leaves = recorded(call)
        except Exception as error:
            openly = isinstance(error, AutogradError) and is_refused_openly(call)
            assert refusal is not None or openly, f"NumPy answers {expected!r}, we raise {error!r}"
            return
        if "read-only" in str(refusal) or "avoid creating a copy" in str(refusal):
            return  # overwrite_input=True, which we do not; a copy, which we always make
        assert refusal is None, f"NumPy raises {refusal!r}, we answer {y!r}"
        check_value(call, y, expected)
        for leaf, x in zip(leaves, inputs_of((call.args, call.kwargs)), strict=True):
            assert not isinstance(leaf, Node) or np.array_equal(leaf.data, x.numbers, equal_nan=x.dtype.kind in "fc"), "an input was overwritten"
        if isinstance(TABLE[call.function], Constant):
            assert not any(isinstance(part, Node) for part in parts(y)), "a node, of a function without a gradient"
            return
        assert not has_out(call), "an answer that was not written where it should be"
        variables = [x for x in leaves if isinstance(x, Node) and x.requires_grad]
        outputs = parts(y)
        try:
            found = slopes(outputs, variables, [np.ones(np.shape(raw(part))) for part in outputs])
        except NoRule:
            assert is_refused_openly(call), "refused in the backward pass, after an answer"
            return
        for g, x in zip(found, variables, strict=True):
            assert np.shape(g) == x.shape and g.dtype == x.dtype, f"gradient {g.dtype} {np.shape(g)} for {x.dtype} {x.shape}"
        if call.function not in FREE:
            check_derivative(call, second)


# ---- the tests -------------------------------------------------------------------------------------------------------
def calls(function: Any) -> st.SearchStrategy[Call]:
    """Calls of a function. All that is drawn is made of bytes: in half the time of many small draws, and no two alike."""
    def made(given: bytes) -> Call:
        left = iter(given)
        return draw_call(function, Draw(lambda low, high: low + next(left, 0) % (high - low + 1)))

    return st.binary(min_size=120, max_size=120).map(made)


# The rows of NumPy's functions, and of indexing. The others are our own helpers: NumPy's are written in their terms.
ROWS = [row for row in TABLE.values() if module_of(row.function).split(".")[0] in ("numpy", "_operator") and row.name not in WRITERS.split()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_spelling_that_numpy_takes(row):
    count = 0

    @often(row)
    @given(calls(row.function))
    def every(call):
        nonlocal count
        count += 1
        note(repr(call))
        check(call, second=count % 3 == 0)

    every()


@pytest.mark.skipif(not NEW, reason="an older NumPy has names that it warns of")
def test_every_row_is_drawn_and_every_setting_of_it():
    assert not [row.name for row in ROWS if row.function not in SPELLINGS]
    for function, draw in SPELLINGS.items():
        args, named = draw(Draw(lambda low, high: low))
        known = [name for name, p in parameters(function).items() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        assert {*known[len(args) :]} <= {*named, *NEVER}, function.__name__
