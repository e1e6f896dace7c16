"""The engine is read in an hour: seven files, in order, each with an example that runs."""

import ast
import doctest
import subprocess
import sys

import pytest
from house import ENGINE, ROOT, TOLD, counts, lines_of_code, table

FILES = list(ENGINE)


def test_lines_of_code_are_those_without_docstrings_comments_and_blanks():
    assert lines_of_code('"""Doc."""\n\n# why\ndef f():\n    """Says.\n\n    More.\n    """\n    return (1,\n            2)\n') == 3


def test_the_engine_has_under_530_lines_of_code():
    assert sum(counts().values()) < 530, table()


@pytest.mark.parametrize("place", TOLD, ids=lambda path: path.name)
def test_the_reading_order_is_told_with_these_counts(place):
    assert table() in place.read_text(encoding="utf-8"), "run python -m tests.house"


@pytest.mark.parametrize("file, following", list(zip(FILES, [*FILES[1:], None])))  # noqa: B905
def test_each_file_says_what_it_is_for_what_to_read_next_and_has_an_example(file, following):
    said = ast.get_docstring(ast.parse((ROOT / "autograd" / file).read_text(encoding="utf-8")))
    assert following is None or following.split("/")[-1] in said, f"{file} does not say to read {following} next"
    examples = doctest.DocTestParser().get_examples(said)
    assert len(examples) + sum(bool(example.want) for example in examples) >= 5, f"{file} has no example of five lines"


def test_no_function_of_the_engine_has_over_12_branches():
    files = [ROOT / "autograd" / file for file in FILES]
    options = ["--isolated", "--select", "C901", "--config", "lint.mccabe.max-complexity=12"]
    found = subprocess.run([sys.executable, "-m", "ruff", "check", *options, *files], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
