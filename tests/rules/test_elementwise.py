"""The page that a learner reads third in the engine stays short, and its exceptions are as documented."""

import ast
import io
import tokenize
from pathlib import Path

import numpy as np
import pytest

from autograd import Tensor, Value, gradients
from autograd.rules import elementwise

MARKER = "# ---- the first screen ends here: what follows is more of the same "
SILENT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def lines_of_code(source):
    """How many lines there are without docstrings, comments and blank lines."""
    docstrings = set()
    for part in ast.walk(ast.parse(source)):
        if isinstance(part, (ast.Module, ast.FunctionDef)) and ast.get_docstring(part) is not None:
            docstrings.update(range(part.body[0].lineno, part.body[0].end_lineno + 1))
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return len({n for t in tokens if t.type not in SILENT for n in range(t.start[0], t.end[0] + 1)} - docstrings)


def test_the_first_screen_is_one_screen_and_has_the_functions_of_a_first_lesson():
    first, rest = Path(elementwise.__file__).read_text(encoding="utf-8").split(MARKER)
    assert lines_of_code(first) <= 40
    for name in ("add", "subtract", "multiply", "divide", "exp", "log", "sin", "cos", "sinh", "tanh"):
        assert f"rule(np.{name}," in first
    assert "rule(relu," in first and "def _" not in first  # no helper
    assert "rule(np.power," in rest


@pytest.mark.parametrize("x", [-1.5, -0.0, 0.0, 2.0, np.inf, -np.inf])
def test_the_slope_of_relu_is_0_or_1_and_0_at_the_kink_for_floats_and_arrays(x):
    for node in (Value(x), Tensor(x), Tensor([x])):
        found = gradients(elementwise.relu(node), node, 1.0 if isinstance(node, Value) else np.ones(node.shape))
        assert np.ravel(found) == (x > 0)


def test_a_gradient_of_float32_through_relu_stays_float32():
    x = Tensor(np.array([-1.0, 2.0], np.float32))
    assert gradients(elementwise.relu(x).sum(), x).dtype == np.float32
