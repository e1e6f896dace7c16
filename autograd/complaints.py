"""The words of errors that are about nodes. Their classes are in errors.py."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd.context import here
from autograd.errors import ConversionError, ModifiedInPlace, NoRule, ShapeError, UnknownName, did_you_mean
from autograd.graph import Node, next_order, raw


def describe(x: Any) -> str:
    """A node in a few words, for error messages: "Tensor 'w' of shape (2, 3), float64, made by '@'"."""
    if not isinstance(x, Node):
        return f"{type(x).__name__} of shape {x.shape}, {x.dtype}" if hasattr(x, "shape") else f"{x!r:.60}"
    words = type(x).__name__ + (f" {x.name!r}" if x.name else "")
    data = x._raw
    words += f" of shape {data.shape}, {data.dtype}" if hasattr(data, "shape") else f" {data:.6g}"
    return words + (f", made by {x.op.name!r}" if x.op else "")


class Failed:
    """The operation that an error is about, as a node without data: what `error.graph` holds, and `draw(error)` draws.

    failure  what went wrong, in a few words
    made_at  "file:line" of the user's code, or ""
    """

    data = grad = name = None
    requires_grad = False

    def __init__(self, op: Any, inputs: Sequence[Any], settings: Any, failure: str, made_at: str = ""):
        self.op, self.inputs, self.settings, self.failure, self.made_at = op, inputs, settings, failure, made_at
        self.scope, self.order = here.scope, next_order()


def no_rule(what: str, instead: str = "") -> NoRule:
    """The error for a setting under which a function has no rule."""
    return NoRule(
        f"{what} has no derivative in the table" + (f"; {instead}" if instead else "") + ". To add one of your own: "
        "from autograd.extend import primitive, defvjp"
    )


_INSTEAD = {  # what would lose a gradient: what to write
    "np.array(x)": "np.asarray(x), a plot, SciPy and np.random do so too: give them the plain numbers, x.data or "
                   "x.item(). To join nodes into one array write np.stack([x, y]) or np.concatenate",
    "float(x)": "For the plain number write x.item(). math.exp(x) is np.exp(x) here, and so are the other functions of "
                "math; to put nodes into an array, a[i] = x, write np.stack([x, y]) or a Tensor's t.at[i].set(x)",
    "int(x)": "For the plain number write int(x.item())",
    "complex(x)": "For the plain number write x.item(); x + 0j is recorded",
    "range(x)": "A count or an index is a plain integer: write int(x.item())",
}


def scipys(function: Any) -> str:
    """The next step for a function of scipy.special, whose rows nobody has imported."""
    special = sys.modules.get("scipy.special")  # whoever calls its function has imported it
    there = special and getattr(special, getattr(function, "__name__", ""), None) is function
    return "For SciPy's functions, import autograd.scipy.special. " if (
        there and "autograd.scipy.special" not in sys.modules) else ""


def would_lose_gradient(node: Node, what: str) -> ConversionError:
    """The error for a node that would have become a plain number or array."""
    instead = _INSTEAD.get(what, "For the plain numbers write x.data or x.item() (or x.detach())")
    return ConversionError(f"{what} of {describe(node)} would lose its gradient. {instead}")


def format_text(node: Node, spec: str) -> str:
    """What f"{x:<20}" gives; a format for one number is refused."""
    try:
        return format(str(node), spec)
    except ValueError:
        raise ConversionError(f"{spec!r} is a format for one number, and not for {describe(node)}: write "
                              "np.array2string(x.data, precision=3), or format each of x.tolist()") from None


NAMES_INSTEAD = {  # an attribute that a node has not got: what to write
    "retain_grad": "loss.backward(retain_grads=True) leaves the gradient of each node in its .grad",
    "zero_": "loss.backward() adds to .grad: t.zero_grad() clears it. A leaf is set by t.data = np.zeros(t.shape)",
    "cuda": "numbers are in the computer's own memory: leave it out",
    "fill": "t.data = … sets a leaf",
    "topk": "np.sort(t)[..., -k:] gives the numbers, np.argsort(t)[..., -k:] their places",
}


def no_attribute(kind: type, name: str) -> AttributeError:
    """The error for an attribute that nodes of a class have not got, with what to write."""
    return UnknownName(f"a {kind.__name__} has no attribute {name!r}", partial(_what_to_write, kind, name))


def _what_to_write(kind: type, name: str) -> str:
    if name in NAMES_INSTEAD:
        return NAMES_INSTEAD[name]
    if name.endswith("_"):
        return f"it would change in place: write t = t.{name.rstrip('_')}(…), or, for a leaf, t.data = …"
    for module, said in ((np, "np"), (np.linalg, "np.linalg")):
        if hasattr(module, name):
            return f"write {said}.{name}(x)"
    return did_you_mean(name, dir(kind)) or "its numbers are x.data, an array or a float"


def changed_in_place(x: Node, node: Node) -> ModifiedInPlace:
    """The error for an input whose data changed after it was used."""
    return ModifiedInPlace(
        f"{describe(x)} was changed after {describe(node)} was computed from it, so the derivative at the old "
        f"numbers is gone. Call backward() before the update, or compute {node.op.name} again after it"
    )


def mismatch(op: Any, inputs: Sequence[Any], settings: Any, error: Exception) -> str:
    """What went wrong with the shapes, and what they should be like."""
    said = f"{op.name} ({op.symbol!r}) of " + " and ".join(map(describe, inputs))
    said += f", with {dict(settings)}" if settings else ""
    shapes = [np.shape(raw(x)) for x in inputs]
    advice = (
        "The last axis of the first must be as long as the last but one of the second (or its only one)"
        if op.function is np.matmul
        else "Shapes broadcast when, counted from the right, each pair of lengths is equal or has a 1"
        if op.ufunc
        else "Check the shapes and settings"
    )
    return f"{said}: {error}. {advice}; here they are {shapes}"


def with_context(error: Exception, op: Any, inputs: Sequence[Any], settings: Any) -> Exception:
    """The error of a failed computation, with the shapes and the next step."""
    if type(error) is ValueError:
        found: Any = ShapeError(mismatch(op, inputs, settings, error))
        shapes = " and ".join(str(np.shape(raw(x))) for x in inputs)
        found.graph = Failed(op, inputs, settings, f"shapes do not fit: {shapes}")
        return found
    error.graph = Failed(op, inputs, settings, str(error))  # type: ignore[attr-defined]
    error.add_note(f"in {op.name} of {', '.join(map(describe, inputs))}")  # LinAlgError, AxisError: as they are
    return error


class Overwritten:
    """The op of a node whose result was overwritten: it keeps its looks, and refuses to differentiate."""

    def __init__(self, op: Any):
        self._op = op

    def __getattr__(self, name: str) -> Any:
        return getattr(self._op, name)

    def vjp_of_all(self, *_: Any, **__: Any) -> Any:
        """Refused."""
        raise ModifiedInPlace(
            f"the result of {self._op.name!r} was overwritten (x.data = …), so its derivative would be that of other "
            "numbers. Change leaves only, or make a new Tensor of the data"
        )
