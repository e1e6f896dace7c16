"""What the rows of SciPy's functions share: SciPy itself, and the refusal of what there is no derivative for."""

from typing import Any

from autograd.complaints import no_rule
from autograd.graph import nodes_in
from autograd.rules.table import Vjp
from autograd.tools import extra
from autograd.typing import Array, Function, Tree


def scipy(module: str) -> Any:
    """`scipy.special`, `scipy.linalg`, …; MissingTool says how to install it."""
    return extra(f"scipy.{module}", "autograd.scipy needs", "scipy")


def holds_nodes(tree: Tree) -> bool:
    """Whether there is a node in nested containers."""
    return next(nodes_in(tree), None) is not None


def unknown(function: str, argument: str) -> Vjp:
    """The rule of an argument that a function has no derivative for: refused where one is asked for."""

    def refuse(*_: Array, **__: Any) -> Array:
        raise no_rule(f"{function} with respect to its argument {argument!r}", "pass its numbers, as a constant")

    return refuse


def rest_of(module: Any, names: dict[str, Any]) -> tuple[Function, Function]:
    """`__getattr__` and `__dir__` of a module with these names, for which all others are those of SciPy's."""

    def get(name: str) -> Any:
        return getattr(module, name)

    return get, lambda: sorted({*names, *dir(module)})
