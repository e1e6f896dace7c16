"""A `graphviz.Digraph` that renders with the system's `dot`, or else with the program that comes with norgrad.

Its SVG becomes a part of a page, without what has no place there: prolog, ids, links.
"""

import base64
import os
import re
import shutil
import struct
import sysconfig
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import graphviz
from graphviz.backend import dot_command, rendering

from autograd.draw.escape import clean, for_html
from autograd.draw.items import Folded
from autograd.draw.model import Graph
from autograd.errors import MissingTool
from autograd.tools import write_atomically
from autograd.typing import Function

FileName: TypeAlias = str | os.PathLike[str]

_swapping = threading.Lock()
SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
ET.register_namespace("", SVG[1:-1])


def bundled() -> str | None:
    """Where the program of the `graphviz-pure` package is, or None."""
    schemes = [sysconfig.get_default_scheme(), *(name for name in sysconfig.get_scheme_names() if "user" in name)]
    folders = os.pathsep.join(sysconfig.get_path("scripts", scheme) for scheme in schemes)
    return shutil.which("graphviz-pure") or shutil.which("graphviz-pure", path=folders)


@contextmanager
def _a_dot(named: str | None, wanted: str | None) -> Iterator[bool]:
    """Make the graphviz package, which looks for `dot` alone, find a program: the named one, `dot`, the bundled one.

    Gives whether to be quiet: the bundled program warns of every character outside ASCII, whose width it guesses.
    """
    if named:
        program = shutil.which(named) or (bundled() if named == "graphviz-pure" else None)
        if program is None:
            raise MissingTool(f"there is no program {named!r} to draw with: give a path, or leave it out")
    elif shutil.which(dot_command.DOT_BINARY):
        yield False
        return
    else:
        program = bundled()
    if program is None:
        raise MissingTool("to draw, norgrad needs Graphviz: pip install graphviz-pure, or install Graphviz's `dot`")
    pure = Path(program).stem == "graphviz-pure"
    if pure and wanted == "pdf":
        raise MissingTool("the bundled program writes SVG and PNG, not PDF: install Graphviz's `dot` for that")
    with _swapping:
        before, dot_command.DOT_BINARY = dot_command.DOT_BINARY, Path(program)
        try:
            yield pure
        finally:
            dot_command.DOT_BINARY = before


class Picture(graphviz.Digraph):  # type: ignore[misc]
    """A picture of a graph. `.source` is its text; `.render(...)` and `.pipe(...)` are those of `graphviz.Digraph`.

    program  what renders it: a path or name; by default $GRAPHVIZ_DOT, the system's `dot`, or the bundled program
    graph    what was drawn, with every node; `folded` says which of its items shows which node
    """

    program: str | None = None
    graph: Graph | None = None
    folded: Folded | None = None

    @contextmanager
    def _with_a_program(self, format: str) -> Iterator[bool]:
        """A program to render with: gives whether to be quiet.

        The bundled one has letters of its own for PNG: those of Helvetica, and not of what pages are set in.
        """
        looks = [self.graph_attr, self.node_attr, self.edge_attr]
        before = [look.get("fontname") for look in looks]
        with _a_dot(self.program or os.environ.get("GRAPHVIZ_DOT"), format) as bundled:
            if bundled and format == "png" and any(before):
                for look in looks:
                    look["fontname"] = "Helvetica"
            try:
                yield bundled
            finally:
                for look, name in zip(looks, before, strict=True):
                    look.update(fontname=name) if name else look.pop("fontname", None)

    def pipe(self, format: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """The picture as bytes, or as text with `encoding=`."""
        with self._with_a_program(format or self.format) as quiet:
            return super().pipe(format, *args, **{"quiet": quiet, **kwargs})

    def render(
        self, filename: FileName | None = None, directory: FileName | None = None, view: bool = False,
        cleanup: bool = False, format: str | None = None, *, outfile: FileName | None = None,
        raise_if_result_exists: bool = False, overwrite_source: bool = False, quiet_view: bool = False, **options: Any,
    ) -> str:
        """Write the picture to a file, whole or not at all, and return its path. A folder that is missing is made.

        filename, directory, format   the source is DIRECTORY/FILENAME, the picture has the format's suffix behind that
        outfile  the picture's path, in place of `filename`: its suffix says the format, and the source ends in .gv
        cleanup  leave the picture alone, without its source

        All of this, and what else is taken, is as in `graphviz.Digraph.render`. The picture is made before anything is
        written, and Graphviz is given no file names: any that the system takes will do.
        """
        if outfile is not None:
            picture = Path(outfile) if directory is not None else Path(self.directory, outfile)
            format = rendering.get_format(picture, format=format)
            filename = rendering.get_filepath(picture) if filename is None else filename
        folder = self.directory if directory is None else directory
        source = Path(folder, self.filename if filename is None else filename)
        if outfile is None:
            format = format or self.format
            picture = rendering.get_outfile(source, format=format, renderer=options.get("renderer", self.renderer),
                                            formatter=options.get("formatter", self.formatter))
        same = picture.resolve() == source.resolve()
        if same and not (cleanup or overwrite_source):
            raise ValueError(f"{picture} would be both the picture and its source: give another name, or cleanup=True")
        if raise_if_result_exists and picture.exists():
            raise graphviz.FileExistsError(f"output file exists: {str(picture)!r}")
        contents = {} if cleanup or same else {source: self.source.encode(self.encoding)}
        contents[picture] = self.pipe(format, **options)
        for path in contents:
            if path.is_dir():
                raise IsADirectoryError(f"{str(path)!r} is a folder: give the picture another name")
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
        if view or quiet_view:
            graphviz.view(str(picture), quiet=quiet_view)
        return str(picture)

    def __repr__(self) -> str:
        if self.graph is None or self.folded is None:
            return str(super().__repr__())
        return f"<picture of a graph: {len(self.graph.nodes):,} nodes, drawn as {len(self.folded.items):,}>"

    def html(self) -> str:
        """The picture as SVG inside HTML: static, each node's explanation as its tooltip and for screen readers."""
        return as_html(self.pipe("svg", encoding="utf-8"), repr(self).strip("<>"))

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: object
    ) -> tuple[dict[str, str | bytes], dict[str, dict[str, int]]]:
        """For notebooks: HTML with SVG, a PNG for where SVG is not trusted, and a line of text."""
        wanted = set(include or ("text/html", "image/png", "text/plain")) - set(exclude or ())
        makers: dict[str, Function] = {
            "image/png": self.png, "text/html": self.html,
            "image/svg+xml": lambda: self.pipe("svg", encoding="utf-8"), "text/plain": self.__repr__,
        }
        data = {kind: make() for kind, make in makers.items() if kind in wanted}
        if "image/png" not in data:
            return data, {}
        width, height = struct.unpack(">II", data["image/png"][16:24])
        return data, {"image/png": {"width": width // 2, "height": height // 2}}  # twice the points, for fine screens

    def _mime_(self) -> tuple[str, str]:
        """For marimo."""
        return "text/html", self.html()

    def png(self, dpi: int = 144) -> bytes:
        """The picture as PNG; 72 dots per inch are a dot a point."""
        twin = self.copy()
        twin.program, twin.graph_attr["dpi"] = self.program, str(dpi)
        return bytes(twin.pipe("png"))


def as_html(svg: str, label: str) -> str:
    """Graphviz's SVG as a part of a page, each node with its explanation as tooltip and for screen readers.

    A notebook that is not trusted takes SVG out of HTML, leaves the words in it, and prefers what is left to any PNG.
    So the same picture lies below as an image, and where it alone is left, the words have no size.
    """
    root = tree(svg)
    image = base64.b64encode(text(root).encode()).decode()
    for group in root.iter(f"{SVG}g"):
        group.attrib.pop("id", None)
        said, title = group.get("aria-label"), group.find(f"{SVG}title")
        if said is not None:
            group.set("role", "img")
        if title is not None and said is not None:
            title.text = said
        elif title is not None:
            group.remove(title)
    points = float(root.get("width", "0").removesuffix("pt"))
    root.set("role", "group")
    root.set("aria-label", clean(label, 200))
    root.set("style", "position:absolute;left:0;top:0;width:100%;height:100%")
    # as large as in print, if there is room; letters of 8.5 pixels before it scrolls
    size = f"width:{4 / 3 * points:.0f}px;max-width:100%;min-width:{0.85 * points:.0f}px"
    return (f'<div style="overflow:auto;max-width:100%" title="{for_html(label, 200)}">'
            f'<div style="position:relative;{size};font-size:0;line-height:0">'
            '<img alt="" style="display:block;width:100%;height:auto;max-width:none" '
            f'src="data:image/svg+xml;base64,{image}"/>{text(root)}</div></div>')


def tree(svg: str) -> ET.Element:
    """The root element. Anchors, which Graphviz writes for tooltips, are gone: their text is the group's aria-label."""
    root = ET.fromstring(re.sub(r"^.*?(?=<svg)", "", svg, count=1, flags=re.DOTALL))
    for group in list(root.iter(f"{SVG}g")):
        for inner in list(group):
            anchor = inner.find(f"{SVG}a")
            if inner.tag == f"{SVG}g" and anchor is not None:
                group.set("aria-label", clean(anchor.get(f"{XLINK}title", ""), 2000))
                place = list(group).index(inner)
                group[place : place + 1] = list(anchor)
    return root


def text(root: ET.Element) -> str:
    """The tree as markup."""
    return ET.tostring(root, encoding="unicode")
