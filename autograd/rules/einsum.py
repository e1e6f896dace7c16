"""The derivative of `einsum`: for one operand, an einsum of g with the other operands, to that operand's subscripts."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.graph import is_variable
from autograd.rules.calls import Bound
from autograd.rules.shaping import cast, dtype_of, stacked
from autograd.rules.table import rule
from autograd.typing import Array

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # of the labels 0 to 51, which are in order


def _empty(x: Array) -> Array:
    """What stands for an operand where NumPy is asked about the spelling alone."""
    return np.empty((0,) * np.ndim(x), dtype_of(x))


def _letters(axes: Sequence[Any]) -> str:
    return "".join("..." if i is Ellipsis else _LETTERS[i] for i in axes)


def _einsum_arguments(*operands: Any, out: None = None, optimize: bool | str | Sequence[object] = False,
                      dtype: Any = None, **settings: Any) -> Bound:
    """Both spellings of einsum as operands and explicit subscripts ("ij,jk->ik"), with every "..." spelled out."""
    if isinstance(operands[0], str):
        subscripts, arrays = operands[0].replace(" ", ""), list(map(stacked, operands[1:]))
        spelled = [subscripts, *map(_empty, arrays)]
    else:  # einsum(a, [0, 1], b, [1, 2], [0, 2])
        count = len(operands) // 2 * 2
        arrays = list(map(stacked, operands[:count:2]))
        spelled = [x if i % 2 or i == count else _empty(arrays[i // 2]) for i, x in enumerate(operands)]
        np.einsum(*spelled, optimize=optimize)  # NumPy's own error for what is no label
        subscripts = ",".join(map(_letters, operands[1:count:2]))
        if len(operands) % 2:
            subscripts += "->" + _letters(operands[-1])
    if "..." in subscripts or dtype is not None:
        found = np.einsum(*spelled, optimize=optimize, dtype=dtype, **settings)
        arrays = arrays if dtype is None else [cast(x, found.dtype) for x in arrays]
    left, arrow, right = subscripts.partition("->")
    terms = left.split(",")
    if len(terms) != len(arrays):
        raise ShapeError(f"einsum: {subscripts!r} names {len(terms)} operands, but {len(arrays)} were given")
    used = set(subscripts)
    free = [letter for letter in reversed(_LETTERS) if letter not in used]
    hidden = [np.ndim(x) - len(term.replace("...", "")) if "..." in term else 0
              for term, x in zip(terms, arrays, strict=True)]
    dots = "".join(free[: max(hidden, default=0)])
    terms = [term.replace("...", dots[len(dots) - n :]) for term, n in zip(terms, hidden, strict=True)]
    for term, x in zip(terms, arrays, strict=True):
        if len(term) != np.ndim(x):
            raise ShapeError(f"einsum: {term!r} names {len(term)} axes of an operand of shape {np.shape(x)}")
    if arrow:
        right = right.replace("...", dots)
    else:
        joined = "".join(terms)
        right = dots + "".join(c for c in sorted(set(joined)) if joined.count(c) == 1 and c not in dots)
    return tuple(arrays), {**settings, "subscripts": ",".join(terms) + "->" + right, "optimize": optimize}


def _einsum(g: Array, y: Array, inputs: tuple[Array, ...], *operands: Array, subscripts: str,
            optimize: Any = False, **__: Any) -> list[Array]:
    left, _, right = subscripts.partition("->")
    terms = left.split(",")
    size = dict(zip(right, np.shape(g), strict=True))
    for term, x in zip(terms, operands, strict=True):
        for letter, n in zip(term, np.shape(x), strict=True):
            size[letter] = max(n, size.get(letter, n)) if n else 0
    return [_einsum_one(g, i, terms, right, operands, size, optimize) if is_variable(x) else None
            for i, x in enumerate(inputs)]


def _einsum_one(g: Array, i: int, terms: list[str], right: str, operands: tuple[Array, ...],
                size: dict[str, int], optimize: Any) -> Array:
    """The gradient of operand i: an einsum of g with the other operands, to the subscripts of operand i."""
    others = [x for j, x in enumerate(operands) if j != i]
    inputs = [right] + [term for j, term in enumerate(terms) if j != i]
    arrays = [g, *others]
    free = [letter for letter in _LETTERS if letter not in size]
    target = ""
    for letter in terms[i]:
        if letter in target:  # a diagonal was taken: put the gradient back on that diagonal
            inputs.append(letter + free[0])
            arrays.append(np.eye(size[letter], dtype=np.result_type(g)))
            letter = free.pop(0)
        elif not any(letter in term for term in inputs):  # summed within this operand alone: the same all along it
            inputs.append(letter)
            arrays.append(np.ones(size[letter], dtype=np.result_type(g)))
        target += letter
    return np.einsum(",".join(inputs) + "->" + target, *arrays, optimize=optimize)


rule(np.einsum, "einsum", vjp_of_all=_einsum, bind=_einsum_arguments,
     forward=lambda *operands, subscripts, **settings: np.einsum(subscripts, *operands, **settings))
