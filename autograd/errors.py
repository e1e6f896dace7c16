"""Every error of norgrad, in one small hierarchy.

Each is also the built-in error that fits, so `except ValueError` works for people who have never heard of us.
"""

from collections.abc import Callable, Iterable


class AutogradError(Exception):
    """The parent of every error that norgrad raises on purpose.

    graph  the operation that failed, with all that it was to be computed from: draw(error) shows it; or None
    """

    graph: object = None


class NoRule(AutogradError, NotImplementedError, TypeError):
    """A function, or one of its arguments, has no derivative in the table."""


class ShapeError(AutogradError, ValueError):
    """Shapes that do not fit each other."""


class SeedError(ShapeError):
    """A seed (the gradient a backward pass starts from) that does not fit its output."""


class NotScalar(AutogradError, ValueError, RuntimeError, TypeError):
    """A backward pass was asked of an output that is not one number, without a seed."""


class NotDifferentiable(AutogradError, TypeError):
    """A gradient was asked with respect to something that has none: an integer, a string, None."""


class NotAVariable(AutogradError, RuntimeError):
    """A gradient was asked of, or for, a node that depends on no variable."""


class ModifiedInPlace(AutogradError, RuntimeError, TypeError):
    """Data changed after an operation used it and before its backward pass."""


class ConversionError(AutogradError, TypeError):
    """A node would have become a plain number or array, and its gradient would have been lost."""


class ForeignObject(AutogradError, TypeError):
    """An object met a node and is neither a node, a number nor a numeric array."""


class UnknownName(AutogradError, AttributeError):
    """A module has no attribute of that name. What to write instead is looked up when the message is read."""

    def __init__(self, said: str, instead: Callable[[], str] = str):
        super().__init__(said)
        self._instead = instead

    def __str__(self) -> str:
        instead = self._instead()
        return f"{self.args[0]}: {instead}" if instead else str(self.args[0])


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The question after the known name that is nearest to an unknown one; nothing if none is near."""
    from difflib import get_close_matches  # which few need

    near = get_close_matches(name, [n for n in known if not n.startswith("__")], 1)
    return f"did you mean {near[0]!r}?" if near else ""


class AnomalyError(AutogradError, ArithmeticError):
    """A NaN or an infinity appeared while `detect_anomaly` was watching."""


class GradcheckError(AutogradError, AssertionError):
    """A derivative does not agree with differences."""


class ReplayError(AutogradError, AssertionError):
    """A picture of a graph does not say what the graph computes."""


class UnfoldError(AutogradError, ValueError):
    """An operation can't be taken apart into single numbers."""


class MissingTool(AutogradError, ImportError):
    """An optional package or program is not installed."""
