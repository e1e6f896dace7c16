"""The demos run as a user runs them, offline and without Graphviz, and leave pictures that can be opened."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PUBLIC = {"autograd", *(f"autograd.{name}" for name in ("errors", "extend", "tools", "trees", "typing"))}
PICTURES = {
    "nor": ["nor-value.svg", "nor-value.png", "nor-tensor.svg", "nor-tensor.png"],
    "xor": ["xor-training.png", "xor-surface.png", "xor-graph.svg", "xor-graph.png"],
    "gates": ["gates.png"],
    "identity": ["identity.png"],
    "shortcut": ["shortcut-graph.svg", "shortcut-graph.png", "shortcut-surface.png"],
    "mesh": ["mesh.png", "mesh-graph.svg", "mesh-graph.png"],
    "landscape": ["landscape.png"],
    "circuits": ["circuits-rule110.png", "circuits-xor.svg", "circuits-xor.png", "circuits-adder.svg",
                 "circuits-adder.png"],
    "parity": ["parity.png"],
    "mnist": ["mnist-mlp-training.png", "mnist-mlp-mistakes.png"],
    "residual": ["residual-graph.svg", "residual-graph.png"],
    "attention": ["attention-graph.svg", "attention-graph.png"],
    "primitive": ["primitive-graph.svg", "primitive-graph.png", "primitive-fit.png"],
}


def run(*args, **env):
    return subprocess.run([sys.executable, "-W", "error", "-m", "demos", *args], cwd=ROOT, capture_output=True,
                          encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8", **env})


def test_whoever_copies_from_a_demo_copies_public_names():
    for file in (ROOT / "demos").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else []
            modules += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            assert all(m in PUBLIC or not m.startswith(("autograd", "nn.")) for m in modules), f"{file}: {modules}"
            assert not (isinstance(node, ast.Attribute) and node.attr == "_raw"), file


@pytest.mark.parametrize("name", ["residual", "attention", "primitive"])
def test_a_custom_module_takes_less_than_thirty_lines(name):
    source = (ROOT / "demos" / f"{name}.py").read_text()
    own = source[source.index("import numpy") : source.index("def main")].splitlines()
    assert sum(bool(line.strip()) for line in own) < 30


@pytest.mark.parametrize("name", PICTURES)
def test_a_demo_asserts_its_result_and_leaves_its_pictures(name, tmp_path):
    done = run(name, "--out", str(tmp_path), PATH="")  # no system Graphviz can be found
    assert done.returncode == 0, done.stderr
    for picture in PICTURES[name]:
        data = (tmp_path / picture).read_bytes()
        assert str(tmp_path / picture) in done.stdout and len(data) > 5000
        assert data.startswith(b"\x89PNG") if picture.endswith("png") else (b"<svg" in data and b"</svg>" in data)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(PICTURES[name])


def test_the_truth_tables_are_printed(tmp_path):
    out = run("--out", str(tmp_path)).stdout
    assert "    0   0    1  1.000   1.000" in out and out.count("0.000   0.000") == 3
    assert "learned after" in out and all(out.count(f"== {name}:") == 1 for name in PICTURES)


def test_the_list_and_a_wrong_name():
    listed = run("--list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == [*PICTURES, "study"]
    wrong = run("xnor")
    assert wrong.returncode == 2 and "'xnor'" in wrong.stderr and "nor, xor" in wrong.stderr
