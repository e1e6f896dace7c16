"""The rooms of the house: imports run one way, and importing costs little."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ["errors", "typing", "trees", "tools", "graph", "compare", "thread", "complaints", "anomaly", "rules", "chain", "record", "fast", "backward", "protocols", "tensor", "value", "functional", "check", "extend"]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("room", ORDER)
def test_a_room_imports_only_earlier_rooms(room):
    files = [ROOT / f"autograd/{room}.py", *(ROOT / f"autograd/{room}").glob("*.py")]
    for file in filter(Path.exists, files):
        for module in imported(file):
            if module.startswith("autograd.") and module.split(".")[1] != room:
                assert module.split(".")[1] in ORDER[: ORDER.index(room)], f"{file.name} imports {module}"


def test_drawing_knows_the_graph_alone_and_the_product_knows_no_tests():
    for file in (ROOT / "autograd/draw").glob("*.py"):
        ours = {m for m in imported(file) if m.startswith("autograd")}
        assert all(m.startswith(("autograd.graph", "autograd.errors", "autograd.typing", "autograd.tools", "autograd.compare", "autograd.draw")) for m in ours), file
    for package in ("autograd", "nn"):
        for file in (ROOT / package).rglob("*.py"):
            assert not any(m.split(".")[0] in ("tests", "demos") for m in imported(file)), file
            assert package == "nn" or not any(m.split(".")[0] == "nn" for m in imported(file)), file


def test_importing_loads_no_extra_and_no_renderer():
    code = "import autograd, nn, sys; print([m for m in ('graphviz', 'matplotlib', 'tqdm', 'IPython', 'torch', 'jax') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"
