"""Numbers as they stand in a picture: a few in full, of many the shape and the range."""

import numpy as np

from autograd.draw.escape import clean
from autograd.typing import Array


def number(x: Array, digits: int = 4) -> str:
    """A number with so many significant digits; -0 is 0."""
    if isinstance(x, (bool, np.bool_)):
        return str(bool(x))
    if isinstance(x, (complex, np.complexfloating)):
        return f"{x + 0:.{digits}g}"
    try:
        return f"{x + 0:.{digits}g}".replace("inf", "∞")
    except (TypeError, ValueError, OverflowError):
        return clean(repr(x), 20)


def shape_of(data: Array) -> str:
    """ "2×3", or "" of a single number."""
    return "×".join(map(str, np.shape(data)))


def array_of(data: Array) -> Array:
    """Data as an array of numbers, or None where it is something else."""
    try:
        array = np.asarray(data)
    except Exception:
        return None
    return array if array.dtype.kind in "biufc" else None


def summary(data: Array, digits: int = 4) -> str:
    """Numbers in one line: all of a few, shape and range of many.

    >>> summary(np.zeros((2, 50)))
    '2×50, min 0, mean 0, max 0'
    """
    array = array_of(data)
    if array is None:
        return clean(repr(data), 40) if data is not None else "?"
    if array.ndim == 0:
        return number(array[()], digits)
    if array.size <= 8:
        return clean(str(_rounded(array, digits)).replace("'", ""), 200)
    text = shape_of(array)
    if array.dtype.kind in "biuf" and array.size:
        low, mean, high = extremes(array)
        text += f", min {number(low, digits)}, mean {number(mean, digits)}, max {number(high, digits)}"
    return text


def _rounded(array: Array, digits: int) -> str | list[object]:
    return [_rounded(row, digits) for row in array] if np.ndim(array) else number(array, digits)


def extremes(array: Array) -> tuple[Array, float, Array]:
    """Least, mean and greatest of an array of real numbers; NaN if it holds one."""
    low, high = array.min(), array.max()
    with np.errstate(all="ignore"):
        size = max(abs(float(low)), abs(float(high)))
        whole = size if 1e300 < size < np.inf else 1.0  # the sum of so great ones would be infinite
        return low, float((array / whole if whole > 1 else array).mean(dtype=float)) * whole, high


def magnitude(data: Array) -> float:
    """The greatest absolute value in an array; NaN if it holds one, 0 of none."""
    array = array_of(data)
    return 0.0 if array is None or not array.size else float(np.abs(array).max())
