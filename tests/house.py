"""The house: the engine's files in the order in which they are read, and all rooms with what each imports.

    python -m tests.house        # writes the table of the engine into the README and autograd's docstring, and
                                 # draws the rooms, with the project's own `draw`: demos/pictures/rooms.svg

A room is a file or a folder of a package. It may import what stands above it in the list below, and nothing else; rooms in
one line do not know each other.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

ROOT = Path(__file__).parent.parent

# ---- the engine in an hour ------------------------------------------------------------------------------------------
TOLD = [ROOT / "autograd/__init__.py", ROOT / "README.md"]  # where the table stands
END_OF_SCREEN = "# ---- the first screen ends here"  # in elementwise.py
ENGINE = {
    "graph.py": "what a graph is: a node, and the walk back from a result",
    "rules/table.py": "what a derivative is: a row of the table",
    "rules/elementwise.py": "the plainest rows (its first screen)",
    "chain.py": "the chain rule at one node, and the sweep over all",
    "record.py": "what an operation leaves behind",
    "tensor.py": "an array that remembers how it was made",
    "value.py": "the same for one number: micrograd's Value",
}
NOT_CODE = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def lines_of_code(text: str) -> int:
    """The lines that hold code: not those that are blank, a comment or a docstring."""
    code = {line for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type not in NOT_CODE
            for line in range(token.start[0], token.end[0] + 1)}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            code -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(code)


def read(file: str) -> str:
    """What is to be read of a file of the engine."""
    return (ROOT / "autograd" / file).read_text(encoding="utf-8").split(END_OF_SCREEN)[0]


def counts() -> dict[str, int]:
    """The lines of code of each file, in the order of reading."""
    return {file: lines_of_code(read(file)) for file in ENGINE}


def table() -> str:
    """The files with their counts."""
    rows = [f"{i}  {file:<21}{n:>4}  {ENGINE[file]}" for i, (file, n) in enumerate(counts().items(), 1)]
    return "\n".join(f"    {row}" for row in [*rows, f"{'lines of code':>23}{sum(counts().values()):>5}"])


# ---- the rooms ------------------------------------------------------------------------------------------------------
PICTURE = ROOT / "demos/pictures/rooms.svg"
PUBLIC = {"autograd", "autograd.draw", "autograd.errors", "autograd.extend", "autograd.tools", "autograd.trees", "autograd.typing"}
PATHS = {"core", "tracer", "builtins", "test_util", "misc", "pypi", "wrap_util"}  # import paths of the PyPI autograd: they lead to compat
FLOORS = {
    "autograd": """
        errors typing
        trees tools
        graph
        compare context
        complaints
        anomaly memory
        rules
        chain record
        careful
        fast
        backward
        protocols
        methods
        tensor value
        functional extend
        check draw
        take_apart compat
        numpy scipy
    """,
    "autograd.rules": """
        calls scalars
        table
        elementwise indexing constants
        shaping fourier
        einsum
        reductions
        linalg
        derived
        __main__
    """,
}


def floors(package: str) -> list[list[str]]:
    """The rooms of a package, floor by floor."""
    return [line.split() for line in FLOORS[package].split("\n") if line.strip()]


def rooms_there(package: str) -> set[str]:
    """The rooms that are there: its files and folders of code."""
    folder = ROOT / package.replace(".", "/")
    return {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()} - {"__init__"}


def files_of(package: str, room: str) -> list[Path]:
    """The files of a room."""
    path = ROOT / package.replace(".", "/") / room
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def imported(file: Path) -> Iterator[str]:
    """The modules of ours that a file imports, anywhere in it; `from a import b` is a.b where that is a module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found = [f"{node.module}.{alias.name}" if is_module(f"{node.module}.{alias.name}") else node.module
                     for alias in node.names]
        else:
            continue
        yield from (name for name in found if name.split(".")[0] in ("autograd", "nn", "demos", "tests"))


def is_module(name: str) -> bool:
    """Whether a dotted name is a file or a folder of ours."""
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def needs(package: str, room: str) -> set[str]:
    """The other rooms of its package that a room imports."""
    inside = {name.removeprefix(f"{package}.").split(".")[0] for file in files_of(package, room)
              for name in imported(file) if name.startswith(f"{package}.")}
    return inside - {room}


class Room:
    """A room as a node: `draw` takes anything that has inputs and an op."""

    settings: Any = MappingProxyType({})
    data = grad = None
    requires_grad = False
    scope = ()

    def __init__(self, name: str, order: int, inputs: list["Room"]):
        self.name, self.order, self.inputs = name, order, tuple(inputs)
        lines = sum(lines_of_code(file.read_text(encoding="utf-8")) for file in files_of("autograd", name))
        self.op = SimpleNamespace(symbol=f"{lines} lines" + (f", read {READ[name]}" if name in READ else ""))


READ = {file.removesuffix(".py").split("/")[0]: i for i, file in reversed(list(enumerate(ENGINE, 1)))}


def nodes() -> list[Room]:
    """The rooms of `autograd`, each on those that it needs; what follows from other arrows is left out."""
    made: dict[str, Room] = {}
    reach: dict[str, set[str]] = {}
    for room in (room for floor in floors("autograd") for room in floor):
        below = needs("autograd", room)
        reach[room] = below.union(*(reach[other] for other in below))
        direct = [made[other] for other in below if not any(other in reach[via] for via in below)]
        made[room] = Room(room, len(made), sorted(direct, key=lambda x: x.order))
    return list(made.values())


def picture() -> Any:
    """All rooms in one picture."""
    from autograd import draw

    rooms = nodes()
    needed = {x for room in rooms for x in room.inputs}
    return draw([room for room in rooms if room not in needed], values=False, gradients=False, direction="TB", budget=None)


if __name__ == "__main__":
    print(table())
    for place in TOLD:
        text = place.read_text(encoding="utf-8")
        place.write_text(re.sub(r" *1  graph\.py.*?lines of code +\d+", table(), text, flags=re.DOTALL), encoding="utf-8")
    PICTURE.write_bytes(picture().pipe("svg"))
    print(f"wrote {PICTURE.relative_to(ROOT)}")
