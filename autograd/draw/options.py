"""What a user chooses of a picture: `Detail` says how much of a graph is shown, `Look` what is said of it and how."""

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd.draw.model import Call

Choice: TypeAlias = Any  # a name, pattern with * and ?, class, predicate on (path, class name), or several of these


@dataclass(frozen=True)
class Detail:
    """How much of a graph is shown: the options of `draw`, `explore`, `to_json` and `to_mermaid` that fold."""

    depth: int | None = None
    collapse: Choice = ()
    expand: Choice = ()
    rolled: bool | None = None
    views: bool = True
    constants: bool = True
    budget: int | None = 200


@dataclass(frozen=True)
class Look:
    """What is said of a node and an arrow, and how. None means that the size of the graph decides."""

    direction: str | None = None
    values: bool = True
    gradients: bool = True
    shapes: bool = True
    derivatives: bool | None = None
    contributions: bool | None = None
    thumbnails: bool | None = None
    digits: int = 4
    modules: bool = True
    view: str | None = None
    theme: str = "light"
    with_ids: bool = False  # of arrows and boxes, for a page: "n5-0" leads to input 0 of n5


def matcher(choice: Choice) -> Callable[[Call], bool]:
    """Whether a call is meant by a name, a pattern, a class, a predicate, or any of several."""
    if choice is True or choice is False or choice is None:
        return lambda call: bool(choice)
    if isinstance(choice, str):
        return lambda call: any(fnmatch.fnmatchcase(text, choice) for text in (call.path, call.kind, call.title))
    if isinstance(choice, type):
        return lambda call: call.kind == choice.__name__
    if callable(choice):
        return lambda call: bool(choice(call.path, call.kind))
    several = [matcher(one) for one in choice]
    return lambda call: any(one(call) for one in several)
