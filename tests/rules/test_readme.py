"""The list of what is covered is made from the table, and is up to date."""

from pathlib import Path

import numpy as np
import pytest

from autograd.rules import linalg
from autograd.rules.__main__ import markdown


@pytest.mark.skipif(not hasattr(np, "matvec"), reason="made with NumPy 2.2 or newer, which has more functions")
def test_the_list_is_the_tables():
    written = Path(linalg.__file__).with_name("README.md").read_text(encoding="utf-8")
    assert written == markdown(), "run `make table`"
