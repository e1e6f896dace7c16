"""A `graphviz.Digraph` that renders with the system's `dot`, or else with the program that comes with norgrad."""

import shutil
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import graphviz
from graphviz.backend import dot_command

from autograd.errors import MissingTool

_swapping = threading.Lock()


def bundled() -> str | None:
    """Where the program of the `graphviz-pure` package is, or None."""
    folders = [sysconfig.get_path("scripts")]
    folders += [sysconfig.get_path("scripts", scheme) for scheme in sysconfig.get_scheme_names() if "user" in scheme]
    return shutil.which("graphviz-pure") or next(
        (found for folder in folders if folder and (found := shutil.which("graphviz-pure", path=folder))), None
    )


@contextmanager
def _a_dot() -> Iterator[bool]:
    """Make the graphviz package find a program: it looks for `dot` alone.

    Gives whether to be quiet: the bundled program warns of every character outside ASCII, whose width it guesses.
    """
    if shutil.which(dot_command.DOT_BINARY):
        yield False
        return
    program = bundled()
    if program is None:
        raise MissingTool("to draw, norgrad needs Graphviz: pip install graphviz-pure, or install Graphviz's `dot`")
    with _swapping:
        before, dot_command.DOT_BINARY = dot_command.DOT_BINARY, Path(program)
        try:
            yield True
        finally:
            dot_command.DOT_BINARY = before


class Picture(graphviz.Digraph):  # type: ignore[misc]
    """A picture of a graph. `.source` is its text; `.render(...)` and `.pipe(...)` are those of `graphviz.Digraph`."""

    def pipe(self, *args: Any, **kwargs: Any) -> Any:
        """The picture as bytes, or as text with `encoding=`."""
        with _a_dot() as quiet:
            return super().pipe(*args, **{"quiet": quiet, **kwargs})

    def render(self, *args: Any, **kwargs: Any) -> Any:
        """Write the picture to a file, and return its path."""
        with _a_dot() as quiet:
            return super().render(*args, **{"quiet": quiet, **kwargs})
