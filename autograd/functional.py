"""Derivatives of functions: `grad` and its relatives, over nested lists, tuples, dicts and namedtuples.

Each takes a function of arrays and gives a function. They nest: `grad(grad(f))` is the second derivative.
"""

from collections.abc import Sequence
from functools import wraps
from typing import TypeAlias

import numpy as np

from autograd.backward import Pullback
from autograd.context import flags, now
from autograd.errors import NotDifferentiable, NotScalar, SeedError
from autograd.graph import Node, is_variable, next_order, raw, walk
from autograd.record import apply
from autograd.rules import TABLE
from autograd.tensor import Tensor
from autograd.trees import flatten, leaves, map_tree
from autograd.typing import Array, Function, Settings, Tree
from autograd.value import Value

Argnum: TypeAlias = int | tuple[int, ...] | list[int]
_POSITIVE = TABLE[np.positive]


# ---- one call of a function -----------------------------------------------------------------------------------------
def _variable(x: Array, where: str) -> Node:
    """A fresh variable with the numbers of `x`: a new leaf, or, where `x` is being differentiated, a node on it."""
    if isinstance(x, Node):
        if x.requires_grad:
            return apply(_POSITIVE, (x,))
        return Value(x) if isinstance(x, Value) else _variable(x._raw, where)  # a constant: its numbers
    kind = np.asarray(x).dtype.kind if isinstance(x, (np.ndarray, np.generic, bool, int, float, complex)) else "O"
    if kind in "fc":
        # not a leaf itself: a leaf can be copied (copy.deepcopy), and a copy would be detached
        return apply(_POSITIVE, (Tensor(x),))
    if kind in "biu":
        instead = float(x) if np.ndim(x) == 0 else "x.astype(float)"
        raise NotDifferentiable(f"{where} is an integer ({np.asarray(x).dtype} {x!r:.40}): only floating numbers have "
                                f"derivatives. Pass {instead}, or leave it out of argnum")
    raise NotDifferentiable(f"{where} is {type(x).__name__} {x!r:.60}: only floating numbers have derivatives")


def _as_given(g: Array, x: Array) -> Array:
    """A gradient in the form of the argument it belongs to: a float for a float."""
    if isinstance(g, np.ndarray) and g.ndim == 0 and not isinstance(x, (np.ndarray, Tensor)):
        return g.item() if isinstance(x, (float, complex)) and not isinstance(x, np.generic) else g[()]
    return g


def _node(y: Array, what: str) -> Node:
    """A result of the user's function as a node: what is plain depends on nothing."""
    if isinstance(y, (np.ndarray, np.generic, bool, int, float, complex)):
        y = Tensor(y, requires_grad=False)
    if not isinstance(y, Node):
        raise NotDifferentiable(f"{what}: the function gave {type(y).__name__} {y!r:.60}, not a number or an array")
    if np.asarray(y._raw).dtype.kind not in "fc":
        raise NotDifferentiable(f"{what}: the function gave {np.asarray(y._raw).dtype} {y!r:.60}, which has no "
                                "derivative: only floating numbers do (for 0 everywhere, return a float)")
    return y


def _name(f: Function) -> str:
    return getattr(f, "__name__", type(f).__name__)


class _Call:
    """One call of a function with some of its arguments made variables."""

    def __init__(self, f: Function, argnum: Argnum, args: Sequence[Tree], kwargs: Settings, what: str):
        self.what, self.began = what, next_order()
        self.constant = not now().recording  # inside no_grad() a derivative is computed, and is a constant
        self.several = isinstance(argnum, (tuple, list))
        numbers = list(argnum) if isinstance(argnum, (tuple, list)) else [argnum]
        for n in numbers:
            if not -len(args) <= n < len(args):
                raise NotDifferentiable(f"{what}: there is no argument {n} in a call with {len(args)} arguments")
        self.given, self._rebuild = flatten([args[n] for n in numbers])
        with flags(recording=True):
            self.variables = [_variable(x, f"{what}: argument {n} of {_name(f)}")
                              for n in numbers for x in leaves(args[n])]
            called = list(args)
            for n, tree in zip(numbers, self._rebuild(self.variables), strict=True):
                called[n] = tree
            self.output = f(*called, **kwargs)

    def result(self, found: Sequence[Array]) -> Tree:
        """One result for each variable, in the containers of the arguments; a tuple if argnum is one."""
        trees = self._rebuild([_as_given(g, x) for g, x in zip(found, self.given, strict=True)])
        return tuple(trees) if self.several else trees[0]

    def value(self, tree: Tree) -> Tree:
        """A result of the call, for the user: plain arrays and floats, except what an outer derivative needs."""
        return map_tree(self._release, tree)

    def _release(self, y: Array) -> Array:
        if not isinstance(y, Node) or self.depends_on_others(y):
            return y
        return y._raw.item() if y._raw.__class__ is np.ndarray and y._raw.shape == () else y._raw

    def depends_on_others(self, outputs: Node | Sequence[Node], seeds: Sequence[Array] = ()) -> bool:
        """Whether a result depends on variables beside the call's own: an outer derivative's, or a model's."""
        if self.constant:
            return False
        # variables that are older than the call: those made during it are its own, or of calls inside it
        return any(map(is_variable, seeds)) or any(
            node.requires_grad and node.op is None and node.order < self.began for node in walk(outputs))

    def puller(self, outputs: Sequence[Node], record: bool = False) -> Function:
        """seeds -> the gradients of `outputs`; recorded if asked to, or if they depend on other variables."""
        outside = record or self.depends_on_others(outputs)
        pull = Pullback(outputs, self.variables)

        def gradients(seeds: Sequence[Array] | None = None) -> list[Array]:
            recorded = outside or any(map(is_variable, seeds or ()))
            with flags(recording=True):
                return [x if is_variable(x) else raw(x) for x in pull(seeds, recorded)]

        return gradients

    def scalar(self, y: Array) -> Node:
        node = _node(y, self.what)
        if np.size(node._raw) != 1:
            raise NotScalar(f"{self.what} is of functions that give one number, but the output has shape "
                            f"{np.shape(node._raw)}. Use jacobian or elementwise_grad, or sum the output")
        if np.iscomplexobj(node._raw):
            raise NotScalar(f"{self.what} is of functions that give a real number, but the output is complex: take its "
                            "real part, or use holomorphic_grad")
        return node


def _operator(make: Function) -> Function:
    """Turn make(f, argnum, args, kwargs) into an operator on functions: make(f, argnum=0)(*args, **kwargs)."""

    @wraps(make)
    def differentiate(f: Function, argnum: Argnum = 0, **options: object) -> Function:
        if not callable(f):
            raise NotDifferentiable(f"{make.__name__} takes a function, got {type(f).__name__} {f!r:.60}")
        if not isinstance(argnum, (int, np.integer, tuple, list)):
            raise NotDifferentiable(f"{make.__name__}(f, argnum)(*args): argnum is an int or a tuple of ints, not "
                                    f"{type(argnum).__name__}; the arguments of f go into the second pair of "
                                    "parentheses")

        def derivative(*args: Tree, **kwargs: object) -> Tree:
            return make(f, argnum, args, kwargs, **options)

        derivative.__name__ = f"{make.__name__}_{_name(f)}"
        derivative.__doc__ = f"{make.__name__} of {_name(f)} with respect to argument {argnum}"
        return derivative

    del differentiate.__wrapped__  # help() shows (f, argnum), not make's signature
    return differentiate


# ---- first derivatives ----------------------------------------------------------------------------------------------
@_operator
def value_and_grad(
    f: Function, argnum: Argnum, args: Sequence[Tree], kwargs: Settings, has_aux: bool = False
) -> tuple[Tree, Tree]:
    """A function that gives (f(*args), grad(f)(*args)); ((value, aux), gradient) with `has_aux`.

    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """
    call = _Call(f, argnum, args, kwargs, "grad")
    y, aux = call.output if has_aux else (call.output, None)
    gradient = call.result(call.puller([call.scalar(y)])())
    return ((call.value(y), call.value(aux)), gradient) if has_aux else (call.value(y), gradient)


def grad(f: Function, argnum: Argnum = 0, has_aux: bool = False) -> Function:
    """A function that gives the gradient of `f`, which gives one real number, at its arguments.

    argnum   which argument: an int, or a tuple of ints (then the result is a tuple)
    has_aux  f gives (number, anything); the result is (gradient, anything)

    The gradient has the form of the argument: an array, a float, or nested lists, tuples, dicts of them. Raises
    NotScalar, and NotDifferentiable for an integer argument. For complex arguments see `autograd.rules.table`.

    >>> import numpy as np
    >>> grad(np.tanh)(0.0)
    1.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    """
    both = value_and_grad(f, argnum, has_aux=has_aux)

    def gradient(*args: Tree, **kwargs: object) -> Tree:
        value, g = both(*args, **kwargs)
        return (g, value[1]) if has_aux else g

    gradient.__name__ = f"grad_{_name(f)}"
    gradient.__doc__ = f"gradient of {_name(f)} with respect to argument {argnum}"
    return gradient


@_operator
def elementwise_grad(f: Function, argnum: Argnum, args: Sequence[Tree], kwargs: Settings) -> Tree:
    """The derivative of each output element with respect to the input element at its place.

    Right for functions that work element by element; in general it is the gradient of the sum of the outputs.

    >>> import numpy as np
    >>> elementwise_grad(np.sin)(np.array([0.0, np.pi]))
    array([ 1., -1.])
    """
    call = _Call(f, argnum, args, kwargs, "elementwise_grad")
    y = _node(call.output, call.what)
    return call.result(call.puller([y])([np.ones_like(y._raw)]))


def vjp(f: Function, *args: Tree, **kwargs: object) -> tuple[Tree, Function]:
    """`f(*args)`, and the function from a gradient of it to the gradients of the arguments (a tuple if several).

    >>> import numpy as np
    >>> y, pullback = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> y, pullback(np.array([1.0, 10.0]))
    (array([1., 4.]), array([ 2., 40.]))
    """
    call = _Call(f, 0 if len(args) == 1 else tuple(range(len(args))), args, kwargs, "vjp")
    outputs = [_node(y, "vjp") for y in leaves(call.output)]
    pull = call.puller(outputs)

    def pullback(g: Tree) -> Tree:
        seeds = leaves(g)
        if len(seeds) != len(outputs):
            raise SeedError(f"vjp: {len(seeds)} gradients for {len(outputs)} outputs")
        return call.result(pull(seeds))

    return call.value(call.output), pullback


def jvp(f: Function, args: Tree, tangents: Tree) -> tuple[Tree, Tree]:
    """`f(*args)`, and how it changes when the arguments change along `tangents`: forward mode.

    args, tangents  tuples of equal length, entry by entry of the same shapes

    The tangent is the vjp of a vjp, which is linear in its gradient: so every rule serves both modes.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    args, tangents = (x if isinstance(x, (tuple, list)) else (x,) for x in (args, tangents))
    call = _Call(f, tuple(range(len(args))), tuple(args), {}, "jvp")
    moves = leaves(tuple(tangents))
    if len(moves) != len(call.variables):
        raise SeedError(f"jvp: {len(moves)} tangents for {len(call.variables)} arguments")
    for move, x in zip(moves, call.variables, strict=True):
        if np.shape(raw(move)) != np.shape(x._raw):
            raise SeedError(f"jvp: a tangent of shape {np.shape(raw(move))} for an argument of shape "
                            f"{np.shape(x._raw)}")
    results, rebuild = flatten(call.output)
    outputs = [_node(y, "jvp") for y in results]
    # any numbers but 0, which a pass with care takes for "no gradient arrives"
    duals = [Tensor(np.ones_like(y._raw), dtype=np.result_type(y._raw, np.float32)) for y in outputs]
    pulled = call.puller(outputs, record=True)(duals)
    pairs = [(g, move) for g, move in zip(pulled, moves, strict=True) if isinstance(g, Node)]
    with flags(recording=True):
        record = call.depends_on_others([g for g, _ in pairs], moves) if pairs else False
        found = Pullback([g for g, _ in pairs], duals)([move for _, move in pairs], record)
    return call.value(call.output), rebuild([call._release(t) if isinstance(t, Node) else _as_given(t, call._release(y))
                                             for t, y in zip(found, outputs, strict=True)])


# ---- matrices of derivatives ----------------------------------------------------------------------------------------
@_operator
def jacobian(f: Function, argnum: Argnum, args: Sequence[Tree], kwargs: Settings) -> Tree:
    """All derivatives of all outputs: for an output of shape S and an argument of shape X, an array of shape S + X.

    >>> import numpy as np
    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    call = _Call(f, argnum, args, kwargs, "jacobian")
    return map_tree(lambda y: call.result(_rows(call, _node(y, "jacobian"))), call.output)


def _rows(call: _Call, y: Node) -> list[Array]:
    shape, size = np.shape(y._raw), np.size(y._raw)
    pull = call.puller([y])
    rows = []
    for i in range(size):  # one pull for each output element
        seed = np.zeros(size, np.asarray(y._raw).dtype)
        seed[i] = 1
        rows.append(pull([seed.reshape(shape)]))
    if not rows:
        return [np.zeros(shape + np.shape(x._raw)) for x in call.variables]
    with flags(recording=True):
        return [np.reshape(np.stack(column), shape + np.shape(x._raw)) if shape else column[0]
                for column, x in zip(zip(*rows, strict=True), call.variables, strict=True)]


def hessian(f: Function, argnum: Argnum = 0) -> Function:
    """All second derivatives: for a number-valued f of an argument of shape X, an array of shape X + X.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    return jacobian(jacobian(f, argnum), argnum)


@_operator
def hvp(f: Function, argnum: Argnum, args: Sequence[Tree], kwargs: Settings) -> Tree:
    """hvp(f)(*args, v): the Hessian of f times a vector v of the argument's shape, without making the Hessian.

    >>> import numpy as np
    >>> hvp(lambda x: (x**3).sum())(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    if len(args) < 2:
        raise SeedError("hvp(f)(*args, v) takes the arguments of f and then the vector")
    *arguments, vector = args
    call = _Call(f, argnum, arguments, kwargs, "hvp")
    moves = leaves(vector)
    if len(moves) != len(call.variables):
        raise SeedError(f"hvp: a vector of {len(moves)} parts for an argument of {len(call.variables)}")
    slopes = call.puller([call.scalar(call.output)], record=True)()
    pairs = [(g, v) for g, v in zip(slopes, moves, strict=True) if isinstance(g, Node)]
    if not pairs:
        return call.result([np.zeros_like(x._raw) for x in call.variables])
    return call.result(call.puller([g for g, _ in pairs])([v for _, v in pairs]))
