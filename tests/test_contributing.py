"""What CONTRIBUTING shows runs as it stands."""

import re

import pytest
from house import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^## (Add [^\n]*)\n(?:(?!^## ).)*?```python\n(.*?)```", TEXT, re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("title", EXAMPLES)
def test_worked_examples_run(title, tmp_path):
    assert "assert" in EXAMPLES[title]
    scope = {"__name__": "example"}
    exec(compile(EXAMPLES[title], title, "exec"), scope)
    if "main" in scope:
        scope["main"](tmp_path)
        assert list(tmp_path.glob("*.svg"))


def test_there_is_an_example_of_each():
    assert [title.split()[-1] for title in EXAMPLES] == ["rule", "layer", "optimiser", "demo"]


def test_files_that_it_names_are_there():
    for path in re.findall(r"`((?:autograd|nn|demos|tests)/[\w/.]+)`", TEXT):
        assert (ROOT / path).exists(), path
