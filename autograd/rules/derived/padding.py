"""`np.pad`: its modes that only copy are a `take`; the others but "constant" are affine along each axis."""

from typing import Any

import numpy as np

from autograd.complaints import no_rule
from autograd.graph import raw
from autograd.rules.shaping import pad_constant
from autograd.rules.table import derived
from autograd.typing import Array, Function


def _linear(x: Array, axis: int, function: Function) -> Array:
    """`function`, which is affine along one axis, applied there: its matrix is what it makes of the unit vectors."""
    n = np.shape(x)[axis]
    offset = function(np.zeros(n, raw(x).dtype))
    matrix = np.stack([function(row) - offset for row in np.eye(n, dtype=raw(x).dtype)], axis=-1)
    return np.moveaxis(np.tensordot(np.moveaxis(x, axis, -1), matrix, axes=(-1, -1)) + offset, -1, axis)


@derived(np.pad)
def _pad(array: Array, pad_width: Any, mode: Any = "constant", **settings: Any) -> Array:
    ndim = np.ndim(array)
    if isinstance(pad_width, dict):
        pad_width = [pad_width.get(i, pad_width.get(i - ndim, 0)) for i in range(ndim)]
        pad_width = [(w, w) if np.ndim(w) == 0 else tuple(w) for w in pad_width]
    widths = [(int(before), int(after)) for before, after in np.broadcast_to(raw(pad_width), (ndim, 2))]
    if mode == "constant":
        return pad_constant(array, tuple(widths), settings.get("constant_values", 0))
    if mode in ("maximum", "minimum", "median", "empty") or callable(mode):
        raise no_rule(f"pad with mode={mode!r}", "the linear modes have one")
    moves = mode in ("edge", "symmetric", "wrap") or (mode == "reflect" and settings.get("reflect_type") != "odd")
    for axis, width in enumerate(widths):
        if width == (0, 0):
            continue
        own = {k: np.broadcast_to(v, (ndim, 2))[axis] if k in ("end_values", "stat_length") and v is not None else v
               for k, v in settings.items()}
        if moves:
            array = np.take(array, np.pad(np.arange(np.shape(array)[axis]), width, mode, **own), axis=axis)
        else:
            array = _linear(array, axis, lambda v, w=width, o=own: np.pad(v, w, mode, **{
                k: tuple(x) if isinstance(x, np.ndarray) else x for k, x in o.items()}))
    return array
