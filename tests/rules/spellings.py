"""How NumPy's functions may be called: for each row of the table, a draw of its arguments in every spelling NumPy takes.

    @spells("flip")
    def _(d):
        a = d.input()
        return [a], {"axis": d.axes(a.ndim)}

gives the arguments, and *all* settings; which of them a call names, leaves out or gives by position is drawn as well.
What is an `Input` becomes an array for NumPy and a Tensor for us. NumPy says which calls are right: a draw may be wrong.
"""

import functools
import inspect
import itertools
import math
import operator
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Draw1 = Callable[["Draw"], tuple[list[Any], dict[str, Any]]]
SPELLINGS: dict[Any, Draw1] = {}
INF, NAN = np.inf, np.nan
NEW = np.lib.NumpyVersion(np.__version__) >= "2.2.0"  # since when some spellings are
LEFT = object()  # a setting that is left out
FILLS = {
    "spread": None, "ties": [-1.0, 0.0, 1.0, 2.0], "special": [INF, -INF, NAN, 0.0, -0.0, 1.5, -3.0, 2.0],
    "nan": [NAN, 1.0, 2.5, -0.5, 0.25], "zero": [0.0, -0.0], "one": [1.0], "huge": [1e4, -3e4, 200.0, 1e-4, 3e-6],
}


class Input(NamedTuple):
    """An array whose gradient may be asked for: its numbers, and how they lie in memory."""

    numbers: np.ndarray
    layout: str = "C"

    def array(self, numbers: Any = None) -> np.ndarray:
        """An array of these numbers, or of others, in that layout."""
        a = np.array(self.numbers if numbers is None else numbers, order="C")
        match self.layout:
            case "F":
                return np.array(a, order="F")
            case "strided" if a.ndim:
                wide = np.zeros((*a.shape[:-1], 2 * a.shape[-1]), a.dtype)
                wide[..., ::2] = a
                return wide[..., ::2]
            case "reversed" if a.ndim:
                return np.array(a[::-1])[::-1]
            case "moved" if a.ndim > 1:
                return np.moveaxis(np.array(np.moveaxis(a, -1, 0), order="C"), 0, -1)
            case "read-only":
                a.flags.writeable = False
        return a

    shape = property(lambda self: self.numbers.shape)
    ndim = property(lambda self: self.numbers.ndim)
    size = property(lambda self: self.numbers.size)
    dtype = property(lambda self: self.numbers.dtype)

    def __repr__(self) -> str:
        numbers = np.array2string(self.numbers, separator=", ").replace("\n", "")
        return f"<{numbers} {self.dtype} {self.shape} {self.layout}>"


class Out(np.ndarray):
    """What is given as `out=`, which can't hold a node."""


class Call(NamedTuple):
    """A call of a function, and which of its inputs are Tensors: the others stay arrays."""

    function: Any
    args: list[Any]
    kwargs: dict[str, Any]
    tensors: frozenset[int]
    method: bool

    def __repr__(self) -> str:
        given = [*map(repr, self.args), *(f"{k}={v!r}" for k, v in self.kwargs.items())]
        return f"{'method ' * self.method}{self.function.__name__}({', '.join(given)}) tensors={sorted(self.tensors)}"


def inputs_of(tree: Any) -> list[Input]:
    """The inputs in nested lists, tuples and dicts, in order."""
    if isinstance(tree, Input):
        return [tree]
    parts = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, (list, tuple)) else ()
    return [x for part in parts for x in inputs_of(part)]


def with_inputs(tree: Any, replace: Callable[[Input], Any]) -> Any:
    """The same containers, with `replace(input)` in the place of each input."""
    if isinstance(tree, Input):
        return replace(tree)
    if isinstance(tree, dict):
        return {key: with_inputs(part, replace) for key, part in tree.items()}
    return type(tree)([with_inputs(part, replace) for part in tree]) if type(tree) in (list, tuple) else tree


class Draw:
    """Draws arguments. `whole(low, high)` draws a whole number, both included: all else is made of those."""

    def __init__(self, whole: Callable[[int, int], int]):
        self.int, self._seeds = whole, itertools.count()
        self.fill: str | None = None

    def pick(self, *choices: Any) -> Any:
        return choices[self.int(0, len(choices) - 1)]

    def maybe(self, one_in: int = 2) -> bool:
        return self.int(0, one_in - 1) == one_in - 1

    # ---- arrays ------------------------------------------------------------------------------------------------------
    def shape(self, least: int = 0, most: int = 3, sizes: tuple[int, ...] = (2, 3, 3, 2, 1, 4),
              empty: bool = True) -> tuple[int, ...]:
        if empty and self.maybe(12):
            sizes = (0, 1, 2)
        return tuple(self.pick(*sizes) for _ in range(max(least, self.pick(*range(least, most + 1), min(2, most)))))

    def dtype(self, of: str = "f") -> np.dtype:
        small = {"f": (np.float64, np.float32, np.float64, np.float16), "c": (np.complex128, np.complex64)}
        both = (*small["f"], *small["f"], *small["c"])
        return np.dtype(self.pick(*{**small, "fc": both, "i": (np.int64, np.int32, np.uint8), "b": (np.bool_,)}[of]))

    def input(self, shape: tuple[int, ...] | None = None, of: str = "f", dtype: Any = None, fill: str | None = None,
              layout: str | None = None) -> Input:
        """An input: its shape, kind of numbers ("f", "c", "i", "b"), fill and layout drawn where not given."""
        shape = self.shape() if shape is None else shape
        dtype = self.dtype(of) if dtype is None else np.dtype(dtype)
        fill = fill or self.pick("spread", "spread", "spread", "ties", "ties", "special", "nan", "zero", "one", "huge")
        rng = np.random.default_rng((next(self._seeds), self.int(0, 9)))
        n = math.prod(shape)

        def numbers() -> np.ndarray:
            if dtype.kind in "iub":
                return rng.integers(0, 2 if dtype.kind == "b" else 4, n)
            if fill in ("spread", "positive", "unit"):
                a = (rng.permutation(n) + rng.uniform(0.25, 0.75, n)) * 2.4 / max(n, 1) + 0.2
                return a if fill == "positive" else a / 3 if fill == "unit" else a * rng.choice([-1, 1], n)
            return rng.choice(FILLS[fill], n)

        with np.errstate(all="ignore"):
            a = numbers() if dtype.kind != "c" else numbers() + 1j * numbers()
            a = np.reshape(a, shape).astype(dtype)
        return Input(a, layout or self.pick("C", "C", "F", "F", "moved", "strided", "reversed", "read-only"))

    def broadcast(self, count: int, of: str = "f", **options: Any) -> list[Input]:
        """Inputs whose shapes broadcast, most often."""
        shape, dtype = self.shape(), self.dtype(of)
        found = []
        for _ in range(count):
            own = tuple(1 if self.maybe(5) else n for n in shape)[self.pick(0, 0, 0, min(1, len(shape))) :]
            found.append(self.input(own, dtype=self.pick(dtype, dtype, self.dtype(of)), **options))
        return found

    def matrix(self, n: int, m: int | None = None, of: str = "fc", stack: bool = True, fill: str | None = None) -> Input:
        """Well-conditioned matrices, a stack of them at times; float16 (which NumPy refuses) is rare."""
        m = n if m is None else m
        shape = (*self.pick((), (), (2,), (2, 1), (0,))[: 2 * stack], n, m)
        dtype = np.float16 if self.maybe(20) else self.pick(*[np.float64, np.float32] * 2, *[np.complex128] * ("c" in of))
        a = self.input(shape, dtype=dtype, fill=fill or self.pick("spread", "spread", "spread", "ties"))
        return a._replace(numbers=(a.numbers + 2 * np.eye(n, m)).astype(dtype)) if fill is None else a

    # ---- spellings ---------------------------------------------------------------------------------------------------
    def integer(self, low: int, high: int) -> Any:
        """A whole number, as Python's, NumPy's, an array of no axes; at times what is no whole number."""
        i = self.int(low, high)
        return self.pick(i, i, i, i, np.int64(i), np.int32(i), np.array(i)) if not self.maybe(25) else float(i)

    def flag(self) -> Any:
        return self.pick(False, True, 1, 0, np.int64(1), 1, True, self.pick(np.True_, np.False_, np.array(True)))

    def axis(self, ndim: int) -> Any:
        """One axis, from the front or the back; at times outside."""
        return self.integer(-ndim, ndim - 1) if ndim and not self.maybe(15) else self.integer(-ndim - 1, ndim)

    def axes(self, ndim: int) -> Any:
        """None, one axis, or several, in a tuple, list or array."""
        if self.maybe(4):
            return None
        if self.maybe():
            return self.axis(ndim)
        some = [self.axis(ndim) for _ in range(self.int(0, min(ndim, 3)))]
        return self.pick(tuple, tuple, tuple, list, np.array)(some)

    def sizes(self, sizes: Any) -> Any:
        """A shape, as a tuple, list or array, of NumPy's or Python's ints; a single number as itself."""
        sizes = tuple(sizes)
        if len(sizes) == 1 and self.maybe():
            return self.pick(int, np.int64)(sizes[0])
        return self.pick(tuple, tuple, list, np.array, lambda s: tuple(map(np.int64, s)))(sizes)

    def permutation(self, n: int) -> list[int]:
        left = list(range(n))
        return [left.pop(self.int(0, len(left) - 1)) for _ in range(n)]

    def mask(self, shape: tuple[int, ...]) -> Any:
        """What `where=` takes."""
        if self.maybe(4):
            return self.pick(True, np.True_, False, np.False_, 1)
        own = tuple(1 if self.maybe(5) else n for n in shape)[self.pick(0, 0, min(1, len(shape))) :]
        a = np.random.default_rng(self.int(0, 9)).random(own) < 0.6
        return self.pick(a, a, a, np.array(a, order="F"), a.tolist())

    def real_dtype(self) -> Any:
        return self.pick(None, np.float64, np.float32, "f4", float, np.dtype("float64"), "float16", np.complex128, int)

    def order(self) -> Any:
        return self.pick("C", "F", "A", "K", "K", "A", "F", None, "c")

    def number(self) -> Any:
        return self.pick(0, 1, 2.5, -1, np.float32(1.5), np.float64(-0.5), np.int64(2), INF, np.array(0.5), True)

    def out(self, shape: Any = None) -> Any:
        return None if shape is None or not self.maybe(8) else np.zeros(shape).view(Out)


# Functions that write into their first argument, which can't hold a node: they are refused.
WRITERS = "copyto put putmask place put_along_axis fill_diagonal"


def function_of(name: str) -> Any:
    """NumPy's function of that name; None in a NumPy that has not got it."""
    return functools.reduce(lambda where, part: getattr(where, part, None), name.split("."), np)


def spells(*names: str) -> Callable[[Draw1], Draw1]:
    """Say how functions may be called, given by NumPy's names for them, separated by spaces."""
    def register(draw: Draw1) -> Draw1:
        SPELLINGS.update({f: draw for name in " ".join(names).split() if (f := function_of(name)) is not None})
        return draw

    return register


def parameters(function: Any) -> dict[str, inspect.Parameter]:
    """The parameters of a function; of a ufunc, the same in every NumPy."""
    if isinstance(function, np.ufunc):
        inputs = {f"x{i}": inspect.Parameter(f"x{i}", inspect.Parameter.POSITIONAL_ONLY) for i in range(function.nin)}
        names = ["out", "where", "casting", "order", "dtype", "subok", "signature"]
        if function.signature:
            names = [name for name in names if name != "where"] + ["axes", "axis", "keepdims"]
        return {**inputs, **{name: inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names}}
    try:
        return dict(inspect.signature(function).parameters)
    except (ValueError, TypeError):
        return {}


parameters = functools.cache(parameters)
METHODS = {"argmax", "argmin", "argsort", "argpartition", "searchsorted", "nonzero", "max", "min", "sum",
           "prod", "mean", "std", "var", "cumsum", "cumprod", "clip", "round", "ravel", "squeeze",
           "swapaxes", "repeat", "take", "choose", "compress", "diagonal", "trace", "dot", "reshape", "transpose"}


def draw_call(function: Any, d: Draw) -> Call:
    """A call of a function: which settings it gives, which by position and which by name, and which inputs are Tensors."""
    args, settings = SPELLINGS[function](d)
    known = parameters(function)
    kwargs = {}
    for name, value in settings.items():
        if value is not LEFT and (name in known or not known or "kwargs" in known) and d.int(0, 9) < (7 if name in ("axis", "keepdims", "order", "where") else 5):
            kwargs[name] = value
    order = [name for name, p in known.items() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    method = function.__name__ in METHODS and getattr(function, "__module__", None) == "numpy" and bool(args) \
        and isinstance(args[0], Input) and d.maybe(4)
    if known and len(args) <= len(order):
        while len(args) < len(order) and order[len(args)] in kwargs and d.maybe():
            args.append(kwargs.pop(order[len(args)]))
        while args and not method and known[order[len(args) - 1]].kind != inspect.Parameter.POSITIONAL_ONLY and d.maybe(5):
            name = order[len(args) - 1]
            kwargs[name] = args.pop()
    if method:
        kwargs.pop("correction", None)  # which arrays' methods have not got
    n = len(inputs_of((args, kwargs)))
    tensors = {i for i in range(n) if d.int(0, 3)} or ({d.int(0, n - 1)} if n else set())
    return Call(function, args, kwargs, frozenset(tensors | ({0} if method else set())), method)


# ---- ufuncs ---------------------------------------------------------------------------------------------------------
def _of_ufunc(d: Draw, shape: tuple[int, ...]) -> dict[str, Any]:
    return {"out": d.out(shape), "where": d.mask(shape) if d.maybe() else d.pick(True, np.True_),
            "casting": d.pick("same_kind", "safe", "unsafe", "no", "equiv"), "order": d.order(), "dtype": d.real_dtype(),
            "subok": d.pick(True, False)}


REAL_UNARY = """cbrt deg2rad radians rad2deg degrees fabs floor ceil trunc spacing signbit isnan isinf isfinite"""
UNARY = """negative positive reciprocal square sqrt exp expm1 log log1p sin cos tan arctan sinh cosh tanh exp2 log2 log10
    arcsin arccos arcsinh arccosh arctanh absolute conjugate sign rint logical_not"""
REAL_BINARY = """remainder fmod logaddexp logaddexp2 arctan2 hypot heaviside copysign floor_divide"""
BINARY = """add subtract multiply divide power float_power maximum minimum fmax fmin equal not_equal less less_equal greater
    greater_equal logical_and logical_or logical_xor"""


def _unary(d: Draw, of: str) -> Any:
    a = d.input(of=of, fill=d.pick(None, None, "unit", "positive"))
    return [a], _of_ufunc(d, a.shape)


def _binary(d: Draw, of: str) -> Any:
    a, b = d.broadcast(2, of)
    if d.maybe(3):
        b = d.pick(2, 3.0, -1, 0, 0.5, True, np.float64(2), np.float32(0.5), np.int64(3), d.input(b.shape, "i"), d.input(b.shape, "b"),
                   b.numbers.tolist(), 2 + 1j)
    args = [a, b] if d.maybe(3) else [b, a] if isinstance(b, Input) or not d.maybe(3) else [a, b]
    return args, _of_ufunc(d, a.shape)


spells(UNARY)(lambda d: _unary(d, "fc"))
spells(REAL_UNARY)(lambda d: _unary(d, "f"))
spells(BINARY)(lambda d: _binary(d, "fc"))
spells(REAL_BINARY)(lambda d: _binary(d, "f"))


@spells("modf")
def _(d):
    args, settings = _unary(d, "f")
    return args, {**settings, "out": None}


@spells("divmod")
def _(d):
    args, settings = _binary(d, "f")
    return args, {**settings, "out": None}


@spells("ldexp")
def _(d):
    a = d.input()
    return [a, d.pick(2, -1, np.int64(3), d.input(a.shape, "i"), [1] * a.shape[-1] if a.ndim else 0, 1.5)], _of_ufunc(d, a.shape)


# ---- other elementwise functions ------------------------------------------------------------------------------------
@spells("sinc i0 iscomplex isreal iscomplexobj isrealobj real imag shape ndim min_scalar_type")
def _(d):
    return [d.input(of="f" if d.maybe() else "fc")], {}


@spells("fix isneginf isposinf")
def _(d):
    a = d.input()
    return [a], {"out": d.out(a.shape)}


@spells("angle")
def _(d):
    return [d.input(of="fc")], {"deg": d.flag()}


@spells("round around")
def _(d):
    a = d.input(of="fc")
    return [a], {"decimals": d.integer(-1, 2), "out": d.out(a.shape)}


@spells("nan_to_num")
def _(d):
    a = d.input(of="fc")
    return [a], {"copy": d.pick(True, False, 1), "nan": d.pick(0.0, 1, np.float32(2), a.numbers.real), "posinf": d.pick(None, 5, 1.5),
                 "neginf": d.pick(None, -5, np.float64(-1.5))}


@spells("clip")
def _(d):
    a, low, high = d.broadcast(3)
    low, high = (d.pick(None, 0, -0.5, np.float32(0.25), x, x, 1, NAN) for x in (low, high))
    if d.maybe() and (NEW or (low is not None and high is not None)):
        return [a, low, high], {"out": d.out(a.shape), "casting": d.pick("same_kind", "unsafe"), "dtype": d.real_dtype()}
    if not NEW and low is high is None:
        low = 0
    return [a], {"min": low, "max": high, "a_min": d.pick(None, -1) if NEW else -1, "a_max": d.pick(None, 1), "out": d.out(a.shape)}


@spells("where")
def _(d):
    c, a, b = d.broadcast(3, "fc")
    c = d.pick(c.numbers.real > 0, (c.numbers.real > 0).tolist(), True, np.False_, 1, d.input(c.shape, fill="spread"), c.numbers.real)
    b = d.pick(b, b, 0, 2.5, np.float32(1), NAN, b.numbers.tolist())
    return [c, *d.pick([a, b], [a, b], [b, a], [a])] if isinstance(c, Input) or d.maybe(9) is False else [d.input()], {}


@spells("real_if_close")
def _(d):
    a = d.input(of="fc")
    if a.dtype.kind == "c" and d.maybe():
        a = a._replace(numbers=a.numbers.real + a.numbers.imag * a.dtype.type(1e-15j))
    return [a], {"tol": d.pick(100, 1e3, 0, 0.5)}


@spells("unwrap")
def _(d):
    a = d.input(fill=d.pick("spread", "ties", "nan", "special"))
    return [a._replace(numbers=a.numbers * 4)], {"discont": d.pick(None, 2.0, 4, 7.0), "axis": d.axis(a.ndim), "period": d.pick(6.25, 2, 5.0)}


@spells("isclose allclose")
def _(d):
    return d.broadcast(2), {"rtol": d.pick(1e-5, 0.5), "atol": d.pick(1e-8, 1), "equal_nan": d.flag()}


@spells("array_equal")
def _(d):
    return d.broadcast(2), {"equal_nan": d.flag()}


@spells("array_equiv")
def _(d):
    return d.broadcast(2), {}


@spells("isin")
def _(d):
    return [d.input(), d.input(fill="ties")], {"assume_unique": d.flag(), "invert": d.flag(), "kind": None}


# ---- reductions -----------------------------------------------------------------------------------------------------
def _reduction(d, of="f", **settings):
    a = d.input(of=of)
    axis, where = d.axes(a.ndim), d.mask(a.shape)
    if isinstance(where, np.ndarray) and d.int(0, 2):  # what is not looked at is no number
        a = a._replace(numbers=np.where(where, a.numbers, a.dtype.type(d.pick(NAN, INF))))
    return [a], {"axis": axis, "keepdims": d.flag(), "where": where, "out": _reduced(d, a, axis), **settings}


def _reduced(d, a, axis):
    """An array to write a reduction into, of the right shape most often; None, most often."""
    try:
        return d.out(np.shape(np.any(a.numbers, axis=axis)))
    except Exception:
        return d.out(())


@spells("sum prod nansum nanprod")
def _(d):
    return _reduction(d, "fc" if d.maybe(3) else "f", dtype=d.real_dtype(), initial=d.number())


@spells("mean nanmean")
def _(d):
    return _reduction(d, "fc" if d.maybe(3) else "f", dtype=d.real_dtype())


@spells("var std nanvar nanstd")
def _(d):
    args, settings = _reduction(d, "fc" if d.maybe(4) else "f", dtype=d.real_dtype(), ddof=d.pick(0, 1, 0, 0.5, 0, np.int64(1), 0, 7))
    with np.errstate(all="ignore"):
        try:
            mean = np.nan_to_num(np.mean(args[0].numbers, axis=settings["axis"], keepdims=True), posinf=0, neginf=0)
        except Exception:
            mean = None
    if d.maybe():
        settings[d.pick("ddof", "correction")] = LEFT  # both are refused, most often
    return args, {"correction": d.pick(0, 1, 1.0, np.float32(1.5)), **settings, "mean": d.pick(mean, mean, 0.5)}


@spells("max min amax amin nanmax nanmin")
def _(d):
    args, settings = _reduction(d, initial=d.number())
    return args, settings if d.maybe(3) else {**settings, "where": LEFT}  # without initial= it is refused


@spells("any all")
def _(d):
    return _reduction(d, "fc")


@spells("ptp")
def _(d):
    args, settings = _reduction(d)
    del settings["where"]
    return args, settings


@spells("argmax argmin nanargmax nanargmin")
def _(d):
    a = d.input(of="f")
    return [a], {"axis": d.pick(None, d.axis(a.ndim), d.axis(a.ndim)), "keepdims": d.flag(), "out": None}


@spells("count_nonzero")
def _(d):
    a = d.input()
    return [a], {"axis": d.axes(a.ndim), "keepdims": d.flag()}


@spells("cumsum cumprod nancumsum nancumprod")
def _(d):
    a = d.input(of="fc" if d.maybe(3) else "f")
    return [a], {"axis": d.pick(None, d.axis(a.ndim), d.axis(a.ndim)), "dtype": d.real_dtype(), "out": None}


@spells("cumulative_sum cumulative_prod")
def _(d):
    a = d.input(of="fc" if d.maybe(3) else "f")
    return [a], {"axis": d.pick(None, d.axis(a.ndim), d.axis(a.ndim)), "dtype": d.real_dtype(), "out": None,
                 "include_initial": d.flag()}


@spells("average")
def _(d):
    a = d.input(of="fc" if d.maybe(4) else "f")
    axis = d.axes(a.ndim)
    part = d.input(a.shape[axis : axis + 1] if type(axis) is int else a.shape, fill="positive")
    weights = d.pick(None, d.input(a.shape, fill="positive"), part, [1, 2, 3], part.numbers.tolist(), d.input(a.shape, "i"))
    return [a], {"axis": axis, "weights": weights, "returned": d.flag(), "keepdims": d.flag()}


METHODS_OF_QUANTILE = """inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen weibull linear
    median_unbiased normal_unbiased lower higher midpoint nearest""".split()


def _quantile(d, hundred):
    a = d.input()
    axis = d.axes(a.ndim)
    q = [0.0, 0.25, 0.3, 0.5, 0.99, 1.0, 1.2][d.int(0, 6) if d.maybe(9) else d.int(0, 5)] * hundred
    q = d.pick(q, q, np.float32(q), np.array(q), [q], [q, hundred * 0.1], np.array([[q, 0.0]]), (q,), int(q), d.input((2,), fill="unit"))
    weights = d.pick(None, None, d.input(a.shape, fill="positive"), np.ones(a.shape), [1, 2, 3])
    method = "inverted_cdf" if weights is not None and d.maybe() else d.pick("linear", "linear", *METHODS_OF_QUANTILE)
    return [a, q], {"axis": axis, "keepdims": d.flag(), "method": method, "weights": weights, "out": _reduced(d, a, axis),
                    "overwrite_input": d.flag()}


spells("quantile nanquantile")(lambda d: _quantile(d, 1))
spells("percentile nanpercentile")(lambda d: _quantile(d, 100))


@spells("median nanmedian")
def _(d):
    a = d.input()
    axis = d.axes(a.ndim)
    return [a], {"axis": axis, "keepdims": d.flag(), "overwrite_input": d.flag(), "out": _reduced(d, a, axis)}


@spells("cov")
def _(d):
    m = d.input(d.shape(0, 2), of="fc" if d.maybe(4) else "f")
    n = m.shape[-1] if m.ndim else 1
    return [m], {"y": d.pick(None, d.input(m.shape), d.input((n,))), "rowvar": d.flag(), "bias": d.flag(), "ddof": d.pick(None, 0, 1, 2, np.int64(1), 7, 0.5),
                 "fweights": d.pick(None, np.arange(1, n + 1), [1] * n, d.input((n,), "i")), "aweights": d.pick(None, np.linspace(0.5, 1, n), [0.5] * n,
                 d.input((n,), fill="positive")), "dtype": d.pick(None, np.float32, np.float64, "f2")}


@spells("corrcoef")
def _(d):
    m = d.input(d.shape(0, 2), of="fc" if d.maybe(4) else "f")
    return [m], {"y": d.pick(None, d.input(m.shape)), "rowvar": d.flag(), "dtype": d.pick(None, np.float32, np.float64)}


# ---- shaping --------------------------------------------------------------------------------------------------------
@spells("reshape")
def _(d):
    a = d.input(of="fc")
    n = a.size
    shapes = [(n,), a.shape[::-1], (1, n), (-1,), a.shape[::-1], (n, 1), (*a.shape, 1), (1, -1, 1), a.shape[1:] + a.shape[:1], (2, -1), (-1, 3),
              (), (n + 1,), (-1, -1)]
    return [a, d.sizes(d.pick(*shapes))], {"order": d.order(), "copy": d.pick(None, True, False)}


@spells("ravel")
def _(d):
    return [d.input(of="fc")], {"order": d.order()}


@spells("copy")
def _(d):
    return [d.input(of="fc")], {"order": d.order(), "subok": d.flag()}


@spells("astype")
def _(d):
    return [d.input(of="fc"), d.pick(np.float32, "f8", float, np.dtype("f2"), np.complex64, int, bool)], {"copy": d.pick(True, False)}


@spells("transpose")
def _(d):
    a = d.input(of="fc")
    p = d.permutation(a.ndim)
    axes = d.pick(None, tuple(p), p, np.array(p, int), tuple(i - a.ndim for i in p), tuple(p[1:]), (0,) * a.ndim)
    return [a], {"axes": axes}


@spells("matrix_transpose linalg.matrix_transpose")
def _(d):
    return [d.input(of="fc")], {}


@spells("squeeze")
def _(d):
    a = d.input(tuple(d.pick(1, 1, 2, 3) for _ in range(d.int(0, 3))))
    return [a], {"axis": d.axes(a.ndim)}


@spells("expand_dims")
def _(d):
    a = d.input()
    axis = d.axes(a.ndim + 1)
    return [a, d.pick(0, -1) if axis is None and d.maybe() else axis], {}


@spells("broadcast_to")
def _(d):
    a = d.input(tuple(d.pick(1, 2, 3) for _ in range(d.int(0, 2))))
    shape = tuple(d.pick(n, n, 3) if n == 1 else n for n in a.shape)
    return [a, d.sizes(d.pick(shape, (2, *shape), (0, *shape), (1, *shape), shape[1:]))], {"subok": d.flag()}


@spells("broadcast_arrays")
def _(d):
    return d.broadcast(d.int(1, 3)), {"subok": d.flag()}


@spells("flip")
def _(d):
    a = d.input(of="fc")
    return [a], {"axis": d.axes(a.ndim)}


@spells("fliplr flipud flatnonzero nonzero argwhere")
def _(d):
    return [d.input()], {}


@spells("roll")
def _(d):
    a = d.input()
    axis = d.axes(a.ndim)
    count = len(axis) if isinstance(axis, (tuple, list)) else 1
    shift = d.pick(d.integer(-3, 5), [d.int(-2, 4) for _ in range(count)], tuple(d.int(-2, 4) for _ in range(count)), np.array([1, 2]), (1,))
    return [a, shift], {"axis": axis}


@spells("tril triu")
def _(d):
    return [d.input(of="fc")], {"k": d.integer(-2, 3)}


@spells("diag diagflat")
def _(d):
    return [d.input(d.shape(0, 3))], {"k": d.integer(-2, 2)}


@spells("diagonal")
def _(d):
    a = d.input(d.shape(2 - d.maybe(9), 3))
    return [a], {"offset": d.integer(-2, 2), "axis1": d.axis(a.ndim), "axis2": d.axis(a.ndim)}


@spells("trace")
def _(d):
    a = d.input(d.shape(2 - d.maybe(9), 3))
    return [a], {"offset": d.integer(-2, 2), "axis1": d.axis(a.ndim), "axis2": d.axis(a.ndim), "dtype": d.real_dtype(), "out": d.out(())}


@spells("linalg.trace")
def _(d):
    return [d.input(d.shape(2 - d.maybe(9), 3))], {"offset": d.integer(-2, 2), "dtype": d.real_dtype()}


@spells("linalg.diagonal")
def _(d):
    return [d.input(d.shape(2 - d.maybe(9), 3))], {"offset": d.integer(-2, 2)}


@spells("swapaxes")
def _(d):
    a = d.input()
    return [a, d.axis(a.ndim), d.axis(a.ndim)], {}


@spells("moveaxis")
def _(d):
    a = d.input()
    if d.maybe():
        return [a, d.axis(a.ndim), d.axis(a.ndim)], {}
    k = d.int(0, a.ndim)
    return [a, d.sizes(d.permutation(a.ndim)[:k]), d.sizes([i - a.ndim * d.int(0, 1) for i in d.permutation(a.ndim)[:k]])], {}


@spells("rollaxis")
def _(d):
    a = d.input()
    return [a, d.axis(a.ndim)], {"start": d.integer(-a.ndim, a.ndim)}


@spells("atleast_1d atleast_2d atleast_3d")
def _(d):
    return [d.input(d.shape(0, 2)) for _ in range(d.pick(1, 1, 2))] + d.pick([], [], [2.0], [[1, 2]]), {}


@spells("meshgrid")
def _(d):
    return [d.input(d.shape(0, 1)) for _ in range(d.int(1, 3))], {"copy": d.flag(), "sparse": d.flag(), "indexing": d.pick("xy", "ij", "no")}


def _joined(d, same=True, least=0):
    """Arrays of one shape, or all but one axis alike; one of them may be a list or have another dtype."""
    shape = d.shape(least, 3)
    axis = d.int(0, max(len(shape) - 1, 0))
    parts = []
    for _ in range(d.pick(1, 2, 2, 3)):
        own = shape if same or not shape else (*shape[:axis], d.int(0, 3), *shape[axis + 1 :])
        parts.append(d.input(own, "fc" if d.maybe(5) else "f"))
    if len(parts) > 1 and d.maybe(4):
        parts[-1] = d.pick(parts[-1].numbers.tolist(), parts[-1].numbers, d.input(parts[-1].shape, "i"))
    return d.pick(list, tuple)(parts), axis - len(shape) * d.int(0, 1), len(shape)


def _casts(d):
    return {"dtype": d.real_dtype(), "casting": d.pick("same_kind", "safe", "unsafe")}


@spells("concatenate")
def _(d):
    parts, axis, ndim = _joined(d, same=False)
    return [parts], {"axis": d.pick(axis, axis, np.int64(axis), None, d.axis(ndim)), "out": d.out(()), **_casts(d)}


@spells("stack")
def _(d):
    parts, _, ndim = _joined(d)
    return [parts], {"axis": d.axis(ndim + 1), "out": d.out(()), **_casts(d)}


@spells("vstack hstack")
def _(d):
    return [_joined(d)[0]], _casts(d)


@spells("dstack column_stack")
def _(d):
    return [_joined(d)[0]], {}


@spells("block")
def _(d):
    parts, _, _ = _joined(d)
    return [d.pick(list(parts), [list(parts)], [[x] for x in parts], [list(parts), list(parts)], parts[0])], {}


@spells("append")
def _(d):
    parts, axis, ndim = _joined(d, same=False)
    values = d.pick(parts[-1], parts[-1], 3, 2.5, [1, 2])
    return [parts[0], values], {"axis": d.pick(None, axis, d.axis(ndim))}


def _sections(d, n):
    return d.pick(1, 2, 3, [1], [1, 2], (0, 1), np.array([1, 3]), [-1], [2, 1], n or 1, np.int64(2), [], 0)


@spells("split array_split")
def _(d):
    a = d.input(d.shape(1, 3, sizes=(2, 4, 3, 6)))
    return [a, _sections(d, a.shape[0])], {"axis": d.axis(a.ndim)}


@spells("hsplit vsplit dsplit")
def _(d):
    a = d.input(d.shape(1, 3, sizes=(2, 4, 3)))
    return [a, _sections(d, a.shape[-1])], {}


@spells("unstack")
def _(d):
    a = d.input()
    return [a], {"axis": d.axis(a.ndim)}


@spells("repeat")
def _(d):
    a = d.input()
    n = a.shape[0] if a.ndim else 1
    return [a, d.pick(0, 1, 2, np.int64(2), [2], [1, 2, 0][:n], (1,) * n, np.arange(n), np.arange(a.size), [3], 2.0)], \
        {"axis": d.pick(None, 0, d.axis(a.ndim))}


@spells("tile")
def _(d):
    return [d.input(), d.pick(2, 0, (2,), [1, 2], (2, 1, 2), np.array([2, 2]), (), np.int64(3), [2, 0], (1, 2, 1, 2))], {}


@spells("rot90")
def _(d):
    a = d.input(d.shape(2, 3))
    return [a], {"k": d.integer(-3, 5), "axes": d.pick((0, 1), (1, 0), [0, 1], (-1, -2), (0, a.ndim - 1), np.array([0, 1]), (0, 0), (0,))}


@spells("pad")
def _(d):
    a = d.input(d.shape(0, 2))
    one = d.pick(0, 1, 2, 3, np.int64(1), 5)
    width = d.pick(one, one, (1, 2), [(2, 0)], ((1, 2), (0, 3)), np.array([[1, 1]]), [1], (0, 0), [[1, 0], [2, 2]], *[{0: (1, 2)}, {-1: 1}] * NEW, 1.0)
    mode = d.pick("constant", "edge", "reflect", "symmetric", "wrap", "linear_ramp", "mean", "maximum", "minimum", "median", "empty", "odd")
    extra = {"constant": ["constant_values"], "linear_ramp": ["end_values"], "reflect": ["reflect_type"], "symmetric": ["reflect_type"],
             "mean": ["stat_length"], "maximum": ["stat_length"], "minimum": ["stat_length"], "median": ["stat_length"]}.get(mode, [])
    if d.maybe(12):
        extra = ["constant_values"]
    values = {"constant_values": d.pick(3, 2.5, (1, 2), ((1, 2), (3, 4)), [5], np.float32(1.5), NAN, [[1], [2]]),
              "end_values": d.pick(3, (1, 2.5), ((1, 2), (3, 4)), [0.5]), "reflect_type": d.pick("even", "odd"),
              "stat_length": d.pick(None, 1, 2, (1, 2), ((1, 2), (2, 1)), 9, np.int64(2), [1])}
    return [a, width], {"mode": mode if d.maybe(8) is False else d.pick("constant", "edge"), **{k: values[k] for k in extra}}


@spells("full_like")
def _(d):
    a = d.input()
    return [a, d.pick(d.input(()), 2, 1.5, d.input(a.shape), [1.0] * a.shape[-1] if a.ndim else 0, NAN)], _like(d)


@spells("zeros_like ones_like")
def _(d):
    return [d.input()], _like(d)


@spells("empty_like")
def _(d):
    return [d.input()], _like(d)


def _like(d):
    return {"dtype": d.real_dtype(), "order": d.pick("K", "C", "F", "A"), "subok": d.pick(True, False), "shape": d.pick(None, (2, 3), 2, [1, 2], ())}


@spells("resize")
def _(d):
    return [d.input(), d.sizes(d.pick((3, 3), (2,), (), (0,), (2, 2, 2), (7,), (0, 2), (-1,)))], {}


@spells("vander")
def _(d):
    return [d.input(d.shape(1, 1) if not d.maybe(9) else None)], {"N": d.pick(None, 0, 1, 2, 4, np.int64(3), -1), "increasing": d.flag()}


@spells("linspace")
def _(d):
    a, b = d.broadcast(2, fill=d.pick("spread", "ties", "huge"))
    return d.pick([a, b], [a, 3.0], [0, b], [a, a]), {
        "num": d.pick(5, 1, 0, 2, np.int64(3), 2.0, -1), "endpoint": d.flag(), "retstep": d.flag(), "dtype": d.pick(None, None, np.float32, float, "f2", int),
        "axis": d.pick(0, -1, d.axis(a.ndim + 1))}


@spells("logspace")
def _(d):
    a, b = d.broadcast(2, fill="spread")
    return d.pick([a, b], [a, 3.0], [0, b], [a, a]), {
        "num": d.pick(5, 1, 0, 2, np.int64(3), 2.0, -1), "endpoint": d.flag(), "base": d.pick(10.0, 2, np.float32(3), d.input((), fill="positive"), [2.0, 3.0]),
        "dtype": d.pick(None, None, np.float32, float, "f2", int), "axis": d.pick(0, -1, d.axis(a.ndim + 1))}


@spells("full")
def _(d):
    return [d.pick((2, 3), 2, [1, 2], (), (0, 2), np.array([2, 1])), d.pick(d.input(()), d.input((1,)), d.input((3,)))], {
        "dtype": d.real_dtype(), "order": d.pick("C", "F", None)}


@spells("lib.stride_tricks.sliding_window_view")
def _(d):
    a = d.input(d.shape(1, 3))
    window = d.pick(1, 2, (2,), [1, 2], (2, 1, 1), np.array([2]), np.int64(2), (1,) * a.ndim, 0, 5, (2,) * a.ndim, -1)
    return [a, window], {"axis": d.axes(a.ndim), "subok": d.flag(), "writeable": False}


# ---- calculus -------------------------------------------------------------------------------------------------------
@spells("diff")
def _(d):
    a = d.input(of="fc" if d.maybe(5) else "f")
    one = tuple(1 if i == a.ndim - 1 else n for i, n in enumerate(a.shape))
    ends = {end: d.pick(2, 1.5, d.input(one), d.input(one), [1.0, 2.0], d.input(a.shape)) for end in ("prepend", "append")}
    return [a], {"n": d.integer(-1, 3), "axis": d.axis(a.ndim), **ends}


@spells("ediff1d")
def _(d):
    a = d.input()
    return [a], {k: d.pick(None, 2, [1.0, 2.0], np.float32(1), d.input((2,), dtype=a.dtype), d.input((2, 1)), 0.5, np.array([1, 2])) for k in ("to_end", "to_begin")}


@spells("gradient")
def _(d):
    a = d.input(d.shape(1, 3, sizes=(2, 3, 4, 5)), of="fc" if d.maybe(5) else "f")
    axis = d.axes(a.ndim)
    count = a.ndim if axis is None else len(axis) if isinstance(axis, (tuple, list)) else 1
    which = [axis] if isinstance(axis, int) else range(a.ndim) if axis is None else []
    along = [np.cumsum(np.linspace(0.5, 1, a.shape[i])) for i in which if -a.ndim <= i < a.ndim]
    spacing = d.pick([], [], [0.5], [2], [np.float32(2)], [0.5] * count, along, [x.tolist() for x in along], [d.input(x.shape, fill="positive") for x in along], [NAN])
    return [a, *spacing], {"axis": axis, "edge_order": d.pick(1, 2, 3, np.int64(2))}


@spells("trapezoid")
def _(d):
    y = d.input(d.shape(1, 3), of="fc" if d.maybe(5) else "f")
    axis = d.axis(y.ndim)
    n = y.shape[int(axis)] if -y.ndim <= axis < y.ndim else 2
    return [y], {"x": d.pick(None, d.input((n,)), np.arange(n), list(range(n)), d.input(y.shape)), "dx": d.pick(1.0, 2, np.float32(0.5), d.input((), fill="positive")), "axis": axis}


@spells("interp")
def _(d):
    n = d.int(1, 4)
    xp = d.input((n,), dtype=np.float64, fill="positive")
    xp = xp._replace(numbers=np.cumsum(abs(xp.numbers)))
    x = d.input(fill=d.pick("spread", None))
    fp = d.input((n,), of="fc" if d.maybe(5) else "f", fill=d.pick("spread", None))
    ends = [d.pick(None, 2, -1.5, np.float32(1), d.input(())) for _ in "ab"]
    return d.pick([x, xp, fp], [x, xp.numbers.tolist(), fp], [x, xp, fp.numbers]), {"left": ends[0], "right": ends[1], "period": d.pick(None, 2.5, 7, -3.0, 0)}


@spells("convolve correlate")
def _(d):
    a, v = (d.input(d.pick((1,), (2,), (3,), (4,), (5,), (), (0,))[:], "fc" if d.maybe(5) else "f") for _ in "ab")
    return d.pick([a, v], [a, v], [a, [1, 2]], [[1.0, 2, 3], v]), {"mode": d.pick("full", "same", "valid", "full", "f")}


@spells("polyval")
def _(d):
    return [d.input(d.pick((3,), (1,), (0,), (2,), (2, 2)), "fc" if d.maybe(5) else "f"), d.pick(d.input(), d.input(), 2, 1.5, [1, 2])], {}


@spells("polyadd polysub polymul")
def _(d):
    a, b = (d.input(d.pick((3,), (1,), (2,), (0,), ()), "fc" if d.maybe(5) else "f") for _ in "ab")
    return d.pick([a, b], [a, b], [a, [1, 2]], [[1.0, 2, 3], b], [a, 2]), {}


@spells("polyder")
def _(d):
    return [d.input(d.pick((3,), (4,), (1,), (0,)))], {"m": d.pick(0, 1, 2, 5, np.int64(1), -1, 1.0)}


@spells("polyint")
def _(d):
    return [d.input(d.pick((3,), (1,), (0,)))], {"m": d.pick(0, 1, 2, np.int64(1), -1), "k": d.pick(None, 2, [1.0], [1, 2], d.input((2,)), d.input(()), [1, 2, 3])}


@spells("poly")
def _(d):
    return [d.pick(d.input((d.int(0, 3),), "fc" if d.maybe(4) else "f"), d.input((2, 2), fill="spread"), d.input(()))], {}


@spells("polyfit")
def _(d):
    n = d.int(2, 5)
    x = d.input((n,), fill="spread")
    return [x, d.pick(d.input((n,), fill="spread"), d.input((n, 2), fill="spread"), list(range(n))), d.pick(0, 1, 2, np.int64(1), -1)], {
        "rcond": d.pick(None, 1e-12), "full": d.pick(False, False, True), "w": d.pick(None, d.input((n,), fill="positive"), [1.0] * n, [1.0]),
        "cov": d.pick(False, False, True, "unscaled")}


@spells("histogram")
def _(d):
    a = d.input(fill=d.pick("spread", "ties"))
    return [a], {"bins": d.pick(3, [-1.0, 0.0, 1.5], np.array([0, 1, 2]), np.int64(2), 0), "range": d.pick((-1, 2.0), [-3, 3], None),
                 "density": d.pick(None, False, True), "weights": d.pick(None, None, np.ones(a.shape))}


# ---- functions of functions -----------------------------------------------------------------------------------------
@spells("apply_along_axis")
def _(d):
    a = d.input(d.shape(1, 3))
    return [d.pick(np.sum, np.cumsum, lambda x: x * x, np.sort, lambda x: np.outer(x, x), lambda x: [x[0], x[-1]], len), d.axis(a.ndim), a], {}


@spells("apply_over_axes")
def _(d):
    a = d.input()
    return [d.pick(np.sum, np.max, np.cumsum), a, d.pick(d.axis(a.ndim), (0, 1), [0], np.array([-1]), ())], {}


@spells("piecewise")
def _(d):
    x = d.input(fill=d.pick("spread", None))
    masks = [x.numbers > 0.5, x.numbers < 0]
    functions = [d.pick(np.square, lambda x: 2 * x, 3.0, np.sin, -1) for _ in range(d.pick(2, 3, 3, 1))]
    return [x, d.pick(masks, masks, [m.tolist() for m in masks], np.array(masks), masks[0], masks[:1]), functions], {}


# ---- indexing -------------------------------------------------------------------------------------------------------
def _index(d, shape):
    """Whatever stands in brackets."""
    one = []
    for n in shape:
        i = d.integer(-n, n - 1) if n and not d.maybe(20) else d.int(-n - 1, n)
        many = [d.int(-n, n - 1) for _ in range(d.int(1, 3))] if n else []
        one.append(d.pick(i, slice(None), slice(d.pick(None, 0, 1, -2), d.pick(None, 2, -1, 5), d.pick(None, 1, 2, -1, -2)), slice(np.int64(1), None),
                          many, np.array(many, int), np.array([many], np.int32), np.arange(n) % 2 == 0, [bool(k % 2) for k in range(n)], np.array(many, np.int8),
                          np.array(many, float), range(n)))
    one = one[: d.int(0, len(one))]
    if d.maybe(3):
        one.insert(d.int(0, len(one)), d.pick(Ellipsis, None, None, np.newaxis, True, np.False_))
    if d.maybe(5):
        return d.pick(np.random.default_rng(d.int(0, 3)).random(shape) < 0.5, Ellipsis, None, (), np.array(1), True, [])
    return one[0] if len(one) == 1 and d.maybe() else tuple(one)


@functools.partial(SPELLINGS.__setitem__, operator.getitem)
def _(d):
    a = d.input(of="fc" if d.maybe(4) else "f")
    return [a, _index(d, a.shape)], {}


@spells("take")
def _(d):
    a = d.input()
    return [a, d.pick(0, [0, 1], [[0], [-1]], np.array([0, 0]), np.int64(-1), [], [0, 7], (1, 0), np.array([1], np.uint8), 1.5, [True])], \
        {"axis": d.pick(None, d.axis(a.ndim)), "mode": d.pick("raise", "wrap", "clip", "wrap", "no"), "out": d.out(())}


@spells("take_along_axis")
def _(d):
    a = d.input(d.shape(1, 3))
    axis = d.pick(None, d.axis(a.ndim), d.axis(a.ndim))
    shape = (3,) if axis is None else tuple(d.pick(n, 1, n) if i != axis else 2 for i, n in enumerate(a.shape))
    index = np.random.default_rng(d.int(0, 3)).integers(-1, 1, shape)
    return [a, d.pick(index, index, index.astype(np.int32), index.tolist(), index.astype(float))], {"axis": axis}


@spells("compress")
def _(d):
    a = d.input()
    return [d.pick([True, False], np.array([True]), [1, 0, 1], [0, 2], (False, True, True), [], [True] * 5, np.array([0.5, 0])), a], \
        {"axis": d.pick(None, d.axis(a.ndim)), "out": d.out(())}


@spells("extract")
def _(d):
    a = d.input()
    m = np.random.default_rng(d.int(0, 3)).random(a.shape) < 0.5
    return [d.pick(m, m.tolist(), np.array(m, order="F"), m.astype(int), [True]), a], {}


@spells("choose")
def _(d):
    choices = d.broadcast(2)
    pick = np.random.default_rng(d.int(0, 3)).integers(0, 2, d.pick(choices[0].shape, ()))
    return [d.pick(pick, pick, pick.tolist(), pick + 1, pick - 1, pick > 0), d.pick(choices, tuple(choices), [choices[0], 2.0], [1, choices[1]])], \
        {"mode": d.pick("raise", "wrap", "clip"), "out": d.out(())}


@spells("select")
def _(d):
    a, b, c = d.broadcast(3, "fc" if d.maybe(4) else "f")
    masks = [x.numbers.real > 0 for x in (a, b)]
    return [d.pick(masks, tuple(masks), [m.tolist() for m in masks], masks[:1], [masks[0], True], [m.astype(int) for m in masks]),
            d.pick([a, b], (a, b), [a, 2], [0.5, b])], {"default": d.pick(0, 1.5, NAN, c, np.float32(2))}


def _places(d, n):
    return d.pick(0, -1, 1, [0], [0, 1], [1, 0], [1, 1], slice(0, 2), slice(None, None, 2), np.array([0, -1]), np.int64(1), [], n, [True] * n, np.arange(n) % 2 == 0,
                  slice(None, None, -1), (0,), n + 1, np.array(1), [1.0], slice(-1, None))


@spells("delete")
def _(d):
    a = d.input()
    axis = d.pick(None, d.axis(a.ndim), d.axis(a.ndim))
    return [a, _places(d, a.size if axis is None else a.shape[0] if a.ndim else 1)], {"axis": axis}


@spells("insert")
def _(d):
    a = d.input()
    axis = d.pick(None, d.axis(a.ndim), d.axis(a.ndim))
    n = a.size if axis is None else a.shape[0] if a.ndim else 1
    values = d.pick(5, 2.5, [1.0, 2.0], d.input(()), d.input((2,)), d.input(a.shape[1:]), d.input((1, *a.shape[1:])), np.array([1, 2]), [[7]], d.input((2, 1)))
    return [a, _places(d, n), values], {"axis": axis}


@spells("sort argsort")
def _(d):
    a = d.input(of="fc" if d.maybe(5) else "f")
    return [a], {"axis": d.pick(-1, None, d.axis(a.ndim)), "kind": d.pick(None, "stable", "quicksort", "heapsort", "no"), "order": None, "stable": d.pick(None, None, True)}


@spells("partition argpartition")
def _(d):
    a = d.input(d.shape(1, 3), fill=d.pick("spread", "ties", "nan"))
    return [a, d.pick(0, 1, -1, [0, 1], (1,), np.array([0]), np.int64(1), 7)], {"axis": d.pick(-1, None, d.axis(a.ndim)), "kind": "introselect", "order": None}


@spells("bincount")
def _(d):
    x = d.pick([0, 2, 2, 1], np.array([1, 1, 3, 0]), (0, 0, 0, 5), np.array([1, 0, 0, 2], np.uint8), [0, -1, 0, 0], [[0, 1]], np.array([0.0, 1, 1, 0]))
    return [x], {"weights": d.input((4,) if not d.maybe(8) else (3,)), "minlength": d.pick(0, 7, np.int64(2), -1)}


@spells("lexsort")
def _(d):
    shape = d.shape(1, 2)
    return [tuple(d.input(shape, fill="ties") for _ in range(d.int(1, 2)))], {"axis": d.axis(len(shape))}


@spells("searchsorted")
def _(d):
    a = d.input((d.int(0, 4),))
    return [a._replace(numbers=np.sort(a.numbers)), d.pick(d.input(), 1, [0.5, 2])], {"side": d.pick("left", "right", "l"), "sorter": None}


@spells("digitize")
def _(d):
    b = d.input((d.int(1, 4),), fill="spread")
    return [d.input(), d.pick(b._replace(numbers=np.sort(b.numbers)), b._replace(numbers=np.sort(b.numbers)[::-1]), [0, 1, 2])], {"right": d.flag()}


@spells("unravel_index")
def _(d):
    return [d.input(d.shape(0, 2), "i"), d.pick((4, 4), [2, 3], 9)], {"order": d.pick("C", "F")}


@spells("ravel_multi_index")
def _(d):
    shape = d.shape(0, 2)
    return [(d.input(shape, "i"), d.input(shape, "i")), d.pick((4, 4), (2, 3))], {"mode": d.pick("raise", "wrap", "clip", ("wrap", "clip")), "order": d.pick("C", "F")}


@spells("triu_indices_from tril_indices_from")
def _(d):
    return [d.input(d.shape(2, 2))], {"k": d.integer(-1, 2)}


@spells("diag_indices_from")
def _(d):
    return [d.input((d.int(1, 3),) * 2)], {}


@spells("size")
def _(d):
    a = d.input()
    return [a], {"axis": d.axes(a.ndim)}


@spells("result_type")
def _(d):
    return [d.input(of="fc"), d.pick(np.float32, 1.0, d.input(), "f8", 2)], {}


@spells("common_type")
def _(d):
    return [d.input(of="fc") for _ in range(d.int(1, 2))], {}


@spells("can_cast")
def _(d):
    return [d.input(), np.float32], {"casting": d.pick("safe", "same_kind")}


# ---- products -------------------------------------------------------------------------------------------------------
def _two(d, *shapes, of="f"):
    """Two inputs of one of the pairs of shapes, in one dtype most often."""
    dtype = d.dtype("fc" if d.maybe(4) else of)
    return [d.input(shape, dtype=dtype if d.int(0, 4) else d.dtype()) for shape in d.pick(*shapes)]


MATMUL = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 2)), ((2, 2, 3), (3, 2)), ((2, 1, 2, 3), (2, 3, 1)), ((0, 3), (3, 2)),
          ((2, 0), (0, 3)), ((2, 3), (2, 3)), ((), (3,)), ((3,), (2, 3, 2)), ((2, 1, 3), (3,))]
DOT = [*MATMUL, ((), ()), ((2,), ()), ((2, 3, 2), (4, 2, 3)), ((2, 3), (2, 3, 2))]


def _of_gufunc(d, *axes):
    return {"out": d.out(()), "axes": d.pick(*[LEFT] * 9, *axes), "axis": d.pick(*[LEFT] * 5, -1, 0), "keepdims": d.pick(*[LEFT] * 5, True, False), "casting": d.pick("same_kind", "unsafe"),
            "order": d.order(), "dtype": d.pick(None, np.float64, np.float32), "subok": True}


spells("matmul")(lambda d: (_two(d, *MATMUL), _of_gufunc(d, [(-2, -1), (-2, -1), (-2, -1)], [(-1, -2), (-2, -1), (-2, -1)], [(0, 1), (0, 1), (1, 0)])))
spells("matvec")(lambda d: (_two(d, ((2, 3), (3,)), ((2, 2, 3), (2, 3)), ((2, 3), (1, 3)), ((2, 3), (2,)), ((0, 3), (3,))), _of_gufunc(d, [(-2, -1), -1, -1])))
spells("vecmat")(lambda d: (_two(d, ((3,), (3, 2)), ((2, 3), (2, 3, 2)), ((1, 3), (3, 0)), ((2,), (3, 2))), _of_gufunc(d, [-1, (-2, -1), -1])))
spells("vecdot")(lambda d: (_two(d, ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 1)), ((2, 1, 3), (2, 3)), ((0,), (0,)), ((2,), (3,)), ((), ())), _of_gufunc(d, [-1, -1], [-1, -1, -1], [0, 0])))
spells("dot")(lambda d: (d.pick(_two(d, *DOT), _two(d, *DOT), [d.input((3,)), [1, 2, 3]], [2, d.input()]), {"out": d.out(())}))
spells("inner")(lambda d: (_two(d, ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (4, 3)), ((2, 2, 3), (3,)), ((), (3,)), ((2,), (3,)), ((0,), (0,))), {}))
spells("outer")(lambda d: ([d.input(), d.pick(d.input(), d.input(), [1, 2], 3.0)], {"out": d.out(())}))
spells("linalg.outer")(lambda d: (_two(d, ((2,), (3,)), ((0,), (2,)), ((2, 2), (3,)), ((), (2,))), {}))
spells("vdot")(lambda d: (_two(d, ((3,), (3,)), ((2, 3), (3, 2)), ((2, 3), (2, 3)), ((2, 3), (6,)), ((), ()), ((0,), (0,)), ((2,), (3,))), {}))
spells("linalg.vecdot")(lambda d: (_two(d, ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 3)), ((3, 2), (3, 1)), ((2,), (3,))), {"axis": d.pick(-1, 0, 1, -2)}))
spells("linalg.matmul")(lambda d: (_two(d, *MATMUL), {}))
spells("kron")(lambda d: (_two(d, ((2,), (3,)), ((2, 2), (2, 3)), ((), (2,)), ((2,), (2, 2)), ((1, 2, 2), (3, 1)), ((0,), (2,))), {}))


def _axes_of_tensordot(d):
    return d.pick(0, 1, 2, ([0], [0]), ((1,), (0,)), [[0, 1], [0, 1]], (0, 0), ([-1], [-2]), ([1, 0], [0, 1]), 3, np.array([[0], [1]]), np.int64(1), ([0, 0], [0, 1]), ([], []))


spells("tensordot")(lambda d: (_two(d, ((2, 2), (2, 2)), ((2, 3), (3, 2)), ((3,), (3,)), ((2, 2, 3), (2, 2)), ((0, 2), (2, 0)), ((), ())), {"axes": _axes_of_tensordot(d)}))
SPELLINGS[np.linalg.tensordot] = SPELLINGS[np.tensordot]
spells("cross")(lambda d: (_two(d, ((3,), (3,)), ((2, 3), (3,)), ((3, 2), (3, 2)), ((2,), (3,)), ((2,), (2,)), ((2, 1, 3), (2, 3)), ((4,), (4,)), ((3, 3), (3, 3))),
                           {k: d.pick(-1, 0, 1) for k in ("axisa", "axisb", "axisc")} | {"axis": d.pick(None, -1, 0)}))
spells("linalg.cross")(lambda d: (_two(d, ((3,), (3,)), ((2, 3), (2, 3)), ((3, 2), (3, 2)), ((2,), (2,)), ((2, 3), (3,))), {"axis": d.pick(-1, 0)}))
EINSUM = [("ij,jk->ik", (2, 3), (3, 2)), ("ij,jk", (2, 3), (3, 2)), ("ii->i", (3, 3)), ("ii", (3, 3)), ("i,i", (3,), (3,)), ("ij->ji", (2, 3)), ("...i,...i->...", (2, 3), (3,)),
          ("ij->", (2, 3)), ("ba", (2, 3)), ("i,j->ij", (2,), (0,)), ("...ij->...ji", (2, 2, 3)), ("ij,ij,ij->ij", (2, 2), (2, 2), (1, 2)), (" i j , j ", (2, 3), (3,)),
          ("...,...", (2,), (2, 2)), ("iij->j", (2, 2, 3)), ("i...->...", (2, 3)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 1)), ("ij,j->k", (2, 3), (3,)), ("->", ()), ("aA,Ab->ab", (2, 2), (2, 2))]
LISTS = [((2, 3), [0, 1], (3, 2), [1, 2]), ((2, 3), [0, 1], [1, 0]), ((2, 3), [1, 0]), ((3, 3), [0, 0], [0]), ((2, 3), [Ellipsis, 0], [Ellipsis]),
         ((2, 3), (1, 0), (2,), (1,)), ((2, 3), [True, False])]

if NEW:
    LISTS += [((2, 3), [0, 30]), ((2, 3), [30, 0]), ((3,), [51], (3,), [51]), ((2, 3), [52, 0])]  # which were sorted otherwise before


@spells("einsum")
def _(d):
    dtype = d.dtype("fc")
    settings = {"optimize": d.pick(False, True, "greedy", "optimal"), "out": d.out(()), "dtype": d.pick(None, np.float64, np.float32), "order": d.order(), "casting": d.pick("safe", "same_kind", "unsafe")}
    make = lambda x: d.input(x, dtype=dtype if d.int(0, 4) else d.dtype())
    if d.maybe():
        subscripts, *shapes = d.pick(*EINSUM)
        return [subscripts, *map(make, shapes)], settings
    form = d.pick(*LISTS)
    return [make(x) if type(x) is tuple and (i % 2 == 0 and i < len(form) // 2 * 2) else x for i, x in enumerate(form)], settings


@spells("linalg.multi_dot")
def _(d):
    shapes = d.pick([(2, 3), (3, 2)], [(3,), (3, 2), (2, 2)], [(2, 3), (3, 4), (4,)], [(3,), (3, 3), (3,)], [(2, 2)], [(2, 3), (2, 3)], [(1, 2), (2, 3), (3, 4), (4, 2)])
    dtype = d.dtype("fc")
    return [d.pick(list, tuple)([d.input(s, dtype=dtype) for s in shapes])], {"out": d.out(())}


# ---- linear algebra -------------------------------------------------------------------------------------------------
spells("linalg.inv linalg.det linalg.slogdet linalg.eig linalg.eigvals")(lambda d: ([d.matrix(d.int(0 if d.maybe(9) else 1, 3))], {}))


@spells("linalg.cholesky")
def _(d):
    a = d.matrix(d.int(1, 3), fill="spread")
    return [a._replace(numbers=(a.numbers @ np.conj(np.swapaxes(a.numbers, -1, -2)) + 2 * np.eye(a.shape[-1])).astype(a.dtype))], {"upper": d.flag()}


@spells("linalg.eigh linalg.eigvalsh")
def _(d):
    a = d.matrix(d.int(1, 3))
    if d.maybe():
        a = a._replace(numbers=a.numbers + np.conj(np.swapaxes(a.numbers, -1, -2)))
    return [a], {"UPLO": d.pick("L", "U", "l", "no")}


@spells("linalg.svd")
def _(d):
    n = d.int(1, 3)
    return [d.matrix(n, d.pick(n, n, d.int(1, 3)))], {"full_matrices": d.flag(), "compute_uv": d.flag(), "hermitian": d.pick(False, False, True)}


spells("linalg.svdvals")(lambda d: ([d.matrix(d.int(1, 3), d.int(1, 3))], {}))
spells("linalg.qr")(lambda d: ([d.matrix(d.int(1, 3), d.int(1, 3))], {"mode": d.pick("reduced", "complete", "r", "raw", "no")}))
spells("linalg.pinv")(lambda d: ([d.matrix(d.int(1, 3), d.int(1, 3))], {"rcond": d.pick(None, 1e-15, 0.5, [0.1]), "hermitian": d.pick(False, False, True), "rtol": d.pick(1e-15, 1e-3)}))
spells("linalg.solve")(lambda d: ((lambda n: [d.matrix(n), d.pick(d.matrix(n, 2), d.input((n,)), d.input((n,)), [1.0] * n)])(d.int(1, 3)), {}))
spells("linalg.lstsq")(lambda d: ((lambda n, m: [d.matrix(n, m, of="f", stack=False), d.pick(d.input((n,), fill="spread"), d.input((n, 2), fill="spread"))])(d.int(1, 3), d.int(1, 3)),
                                  {"rcond": d.pick(None, 1e-10, -1)}))
spells("linalg.matrix_power")(lambda d: ([d.matrix(d.int(1, 3)), d.pick(0, 1, 2, 3, 5, -1, -2, np.int64(2), 1.5)], {}))
spells("linalg.matrix_rank")(lambda d: ([d.matrix(d.int(1, 3), d.int(1, 3))], {"tol": d.pick(None, 0.1), "hermitian": False, "rtol": d.pick(None, 0.1)}))
spells("linalg.cond")(lambda d: ([d.matrix(d.int(1, 3))], {"p": d.pick(None, 2, -2, 1, -1, *["fro"] * NEW, INF, -INF, 3)}))
spells("linalg.tensorinv")(lambda d: (d.pick([d.input((2, 3, 6), fill="spread")], [d.input((6, 3, 2), fill="spread")], [d.input((2, 2, 2, 2), fill="spread")], [d.input((4, 2, 2), fill="spread")]),
                                      {"ind": d.pick(2, 1, np.int64(2), 0)}))
spells("linalg.tensorsolve")(lambda d: (d.pick([d.input((2, 3, 6), fill="spread"), d.input((2, 3), fill="spread")], [d.input((2, 2, 4), fill="spread"), d.input((2, 2), fill="spread")]),
                                        {"axes": d.pick(None, (0,), [1], (0, 1))}))
ORDS = [None, 2, 1, -1, INF, -INF, 3, 0, 0.5, 2.5, "fro", "nuc", -2, np.float64(2), np.int64(1), "no"]


@spells("linalg.norm")
def _(d):
    a = d.input(of="fc" if d.maybe(3) else "f")
    return [a], {"ord": d.pick(*ORDS), "axis": d.axes(a.ndim), "keepdims": d.flag()}


@spells("linalg.vector_norm")
def _(d):
    a = d.input(of="fc" if d.maybe(3) else "f")
    return [a], {"ord": d.pick(*ORDS), "axis": d.axes(a.ndim), "keepdims": d.flag()}


@spells("linalg.matrix_norm")
def _(d):
    return [d.input(d.shape(2, 3), of="fc" if d.maybe(3) else "f")], {"ord": d.pick("fro", *ORDS), "keepdims": d.flag()}


# ---- Fourier transforms ---------------------------------------------------------------------------------------------
def _fourier(d, of):
    a = d.input(d.shape(1, 3, empty=False), of)  # of no numbers, NumPy's irfft reads memory that is not its own
    return a, {"norm": d.pick(None, "ortho", "forward", "backward", "no"), "out": d.out(())}


@spells("fft.fft fft.ifft fft.irfft fft.hfft")
def _(d):
    a, settings = _fourier(d, "fc")
    return [a], {"n": d.pick(None, 1, 2, 3, 5, np.int64(4), 0), "axis": d.axis(a.ndim), **settings}


@spells("fft.rfft fft.ihfft")
def _(d):
    a, settings = _fourier(d, "f")
    return [a], {"n": d.pick(None, 1, 2, 3, 5, np.int64(4), 0), "axis": d.axis(a.ndim), **settings}


def _several(d, of):
    a, settings = _fourier(d, of)
    axes = d.pick(None, d.axes(a.ndim), tuple(d.permutation(a.ndim)), (0,), (-1,), [0], (0, 0))
    count = a.ndim if axes is None or isinstance(axes, (int, float, bool, np.ndarray, np.generic)) else len(axes)
    s = d.pick(None, None, [d.pick(2, 3, 4, -1) for _ in range(count)], tuple(d.pick(2, 3) for _ in range(count)), np.array([2, 3]), (2,))
    return [a], {"s": s, "axes": axes, **settings}


spells("fft.fft2 fft.fftn fft.ifft2 fft.ifftn fft.irfft2 fft.irfftn")(lambda d: _several(d, "fc"))
spells("fft.rfft2 fft.rfftn")(lambda d: _several(d, "f"))


@spells("fft.fftshift fft.ifftshift")
def _(d):
    a = d.input(of="fc")
    return [a], {"axes": d.axes(a.ndim)}
