"""What `detect_anomaly()` looks for: the first NaN, or infinity, and the line of the user's code that made it."""

import sys
from typing import Any

import numpy as np

from autograd.complaints import Failed, describe
from autograd.errors import AnomalyError
from autograd.graph import NO_SETTINGS, Node, raw


def check_forward(data: Any, op: Any, inputs: tuple[Any, ...]) -> None:
    """Under detect_anomaly(): refuse a NaN, or an infinity made of finite numbers, and say where it came from."""
    for part in data if isinstance(data, tuple) else (data,):
        nan = bool(np.isnan(part).any())
        if not nan and np.isfinite(part).all():
            continue
        for x in inputs:
            if nan and np.isnan(raw(x)).any():
                where = users_line()
                error = AnomalyError(f"NaN came in with the data: {describe(x)} holds one, at {where}")
                error.graph = Failed(op, inputs, NO_SETTINGS, f"NaN came in with the data, at {where}", where)
                raise error
        if nan or all(np.isfinite(raw(x)).all() for x in inputs):
            kind, where = "NaN" if nan else "infinity", users_line()
            error = AnomalyError(
                f"{op.name} made the first {kind}, at {where}, from "
                + " and ".join(f"{describe(x)} in [{np.min(raw(x)):.6g}, {np.max(raw(x)):.6g}]" for x in inputs)
            )
            error.graph = Failed(op, inputs, NO_SETTINGS, f"made the first {kind}, at {where}", where)
            raise error


def users_line() -> str:
    """ "file:line" of the innermost caller outside of these packages and of NumPy."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] in ("autograd", "nn", "numpy"):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def check_backward(part: Any, g: Any, node: Node) -> None:
    """Under detect_anomaly(): refuse a gradient that is not finite although what it was made from is."""
    part, g = (raw(x) for x in (part, g))
    if np.isfinite(g).all() and not np.isfinite(part).all():
        kind = "NaN" if np.isnan(part).any() else "infinity"
        where = f" at {node.made_at}" if hasattr(node, "made_at") else ""
        error = AnomalyError(f"the backward pass of {node.op.name!r} made the first {kind}. "
                             f"The op gave {describe(node)}{where}")
        error.graph = Failed(node.op, node.inputs, node.settings, f"its backward pass made the first {kind}{where}")
        raise error
