"""The rest of the interface of the PyPI `autograd`, under its names: each is a few words on norgrad's own functions.

Where a function takes `(f, argnum)`, argnum is an int or a tuple of ints, and the result takes the arguments of f.
"""

import inspect
from functools import wraps
from typing import Any

import numpy as np

from autograd.compat.checkpoints import checkpoint
from autograd.functional import Argnum, _name, grad, hvp, jacobian, jvp, vjp
from autograd.graph import raw
from autograd.trees import map_tree
from autograd.typing import Array, Function, Tree

__all__ = [
    "checkpoint", "deriv", "grad_and_aux", "grad_named", "hessian_tensor_product", "hessian_vector_product",
    "holomorphic_grad", "jacobian_vector_product", "make_ggnvp", "make_hvp", "make_jvp", "make_jvp_reversemode",
    "make_vjp", "multigrad_dict", "tensor_jacobian_product", "unary_to_nary", "vector_jacobian_product",
]


def unary_to_nary(make: Function) -> Function:
    """Turn make(f, x, ...), for f of one argument, into make(f, argnum=0, ...)(*args) for f of several.

    >>> unary_to_nary(lambda f, x: f(x + 1))(pow, 1)(2.0, 3.0)
    16.0
    """

    @wraps(make)
    def operator(f: Function, argnum: Argnum = 0, *options: Any, **settings: Any) -> Function:
        def made(*args: Tree, **kwargs: Any) -> Any:
            def unary(x: Tree) -> Tree:
                called = list(args)
                for n, part in zip(numbers, [x] if single else x, strict=True):
                    called[n] = part
                return f(*called, **kwargs)

            single = isinstance(argnum, int)
            numbers: Any = [argnum] if single else argnum
            chosen = [args[n] for n in numbers]
            unary.__name__ = _name(f)
            return make(unary, chosen[0] if single else tuple(chosen), *options, **settings)

        made.__name__ = f"{make.__name__}_{_name(f)}"
        return made

    del operator.__wrapped__  # help() shows (f, argnum), not make's signature
    return operator


# ---- linear maps at a point -----------------------------------------------------------------------------------------
@unary_to_nary
def make_vjp(f: Function, x: Tree) -> tuple[Function, Array]:
    """make_vjp(f, argnum)(*args): the function from a gradient of the output to that of the argument; and f(*args).

    >>> pullback, y = make_vjp(lambda x: x**2)(3.0)
    >>> y, pullback(1.0)
    (9.0, 6.0)
    """
    y, pullback = vjp(f, x)
    return pullback, y


@unary_to_nary
def make_jvp(f: Function, x: Tree) -> Function:
    """make_jvp(f, argnum)(*args): the function from a change of the argument to (f(*args), its change).

    >>> make_jvp(lambda x: x**2)(3.0)(10.0)
    (9.0, 60.0)
    """
    return lambda v: jvp(f, (x,), (v,))


@unary_to_nary
def make_jvp_reversemode(f: Function, x: Tree) -> Function:
    """make_jvp, whose function gives the change alone.

    >>> make_jvp_reversemode(lambda x: x**2)(3.0)(10.0)
    60.0
    """
    return lambda v: jvp(f, (x,), (v,))[1]


@unary_to_nary
def make_hvp(f: Function, x: Tree) -> tuple[Function, Tree]:
    """make_hvp(f, argnum)(*args): the function v -> Hessian times v at that point; and the gradient there.

    >>> product, gradient = make_hvp(lambda x: x**3)(2.0)
    >>> product(1.0), gradient
    (12.0, 12.0)
    """
    gradient, pullback = vjp(grad(f), x)  # the Hessian is symmetric
    return pullback, gradient


def make_ggnvp(f: Function, g: Function = lambda x: np.sum(x**2, axis=-1) / 2, f_argnum: Argnum = 0) -> Function:
    """make_ggnvp(f, g)(*args): v -> Jᵀ H J v, with J the Jacobian of f and H the Hessian of g at f's output.

    The generalised Gauss-Newton approximation of the Hessian of g(f(x)) (Schraudolph, Neural Computation 14, 2002).

    >>> import numpy as np
    >>> make_ggnvp(lambda x: np.stack([x[0] ** 2, x[1]]))(np.array([3.0, 5.0]))(np.array([1.0, 1.0]))
    array([36.,  1.])
    """

    @unary_to_nary
    def ggnvp(f: Function, x: Tree) -> Function:
        y, pullback = vjp(f, x)
        return lambda v: pullback(hvp(g)(y, jvp(f, (x,), (v,))[1]))

    return ggnvp(f, f_argnum)


# ---- derivatives ----------------------------------------------------------------------------------------------------
@unary_to_nary
def deriv(f: Function, x: Tree) -> Tree:
    """deriv(f, argnum)(*args): how f changes when every element of the argument grows, by forward mode.

    >>> deriv(lambda x: x**3)(2.0)
    12.0
    """
    return jvp(f, (x,), (map_tree(lambda leaf: np.ones_like(raw(leaf))[()], x),))[1]


@unary_to_nary
def holomorphic_grad(f: Function, x: Tree) -> Tree:
    """holomorphic_grad(f, argnum)(*args): the complex derivative of an analytic f, f'(z).

    >>> holomorphic_grad(lambda z: z**2)(1.0 + 2.0j)
    (2+4j)
    """
    return grad(lambda x: np.real(f(x)))(x)


def grad_and_aux(f: Function, argnum: Argnum = 0) -> Function:
    """For f that gives (number, anything): a function that gives (gradient, anything).

    >>> grad_and_aux(lambda x: (x**2, "seen"))(3.0)
    (6.0, 'seen')
    """
    return grad(f, argnum, has_aux=True)


def grad_named(f: Function, argname: str) -> Function:
    """The gradient with respect to the argument of that name.

    >>> grad_named(lambda a, b: a * b**2, "b")(5.0, 3.0)
    30.0
    """
    return grad(f, list(inspect.signature(f).parameters).index(argname))


def multigrad_dict(f: Function) -> Function:
    """The gradients with respect to all arguments (defaults too), in a dict by name.

    >>> multigrad_dict(lambda a, b=2.0: a * b)(3.0)
    {'a': 2.0, 'b': 3.0}
    """
    signature = inspect.signature(f)

    def gradients(*args: Tree, **kwargs: Tree) -> dict[str, Tree]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()

        def of_dict(arguments: dict[str, Tree]) -> Array:
            call = inspect.BoundArguments(signature, arguments)
            return f(*call.args, **call.kwargs)

        return grad(of_dict)(dict(bound.arguments))

    return gradients


# ---- products with a vector, given as the last argument -------------------------------------------------------------
hessian_tensor_product = hessian_vector_product = hvp


def tensor_jacobian_product(f: Function, argnum: Argnum = 0) -> Function:
    """tensor_jacobian_product(f)(*args, v): v times the Jacobian, summed over the axes of v.

    >>> import numpy as np
    >>> tensor_jacobian_product(lambda x: x**2)(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([ 2., 40.])
    """

    def product(*args: Tree, **kwargs: Any) -> Array:
        *arguments, v = args
        return np.tensordot(v, f(*arguments, **kwargs), np.ndim(v))

    return jacobian(product, argnum)


vector_jacobian_product = tensor_jacobian_product


def jacobian_vector_product(f: Function, argnum: Argnum = 0) -> Function:
    """jacobian_vector_product(f)(*args, v): the Jacobian times v, by forward mode.

    >>> import numpy as np
    >>> jacobian_vector_product(lambda x: x**2)(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([ 2., 40.])
    """
    return lambda *args, **kwargs: make_jvp_reversemode(f, argnum)(*args[:-1], **kwargs)(args[-1])
