"""The list of what is covered is made from the table, and is up to date."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd.rules import linalg


@pytest.mark.skipif(not hasattr(np, "matvec"), reason="made with NumPy 2.2 or newer, which has more functions")
def test_the_list_is_the_tables():
    written = Path(linalg.__file__).with_name("README.md").read_text(encoding="utf-8")
    # in a process of its own: other tests add rows to this one's table
    made = subprocess.run([sys.executable, "-X", "utf8", "-m", "autograd.rules"], capture_output=True, encoding="utf-8", check=True)
    assert written == made.stdout, "run `make table`"
