"""The list of what is covered is made from the table, and is up to date."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd.rules import TABLE, Derived, Op, linalg
from autograd.rules.__main__ import GROUPS, file_of


@pytest.mark.skipif(not hasattr(np, "matvec"), reason="made with NumPy 2.2 or newer, which has more functions")
def test_the_list_is_the_tables():
    written = Path(linalg.__file__).with_name("README.md").read_text(encoding="utf-8")
    # in a process of its own: other tests add rows to this one's table
    made = subprocess.run([sys.executable, "-X", "utf8", "-m", "autograd.rules"], capture_output=True, encoding="utf-8", check=True)
    assert written == made.stdout, "run `make table`"


def module_of(row):
    op = row.outputs[0] if isinstance(row, Op) and row.outputs else row
    return (row.definition if isinstance(row, Derived) else next(v for v in (*op.vjps, op.vjp_of_all) if v)).__module__


def test_every_row_of_ours_stands_in_a_file_that_the_list_names():
    named = [file for files in GROUPS.values() for file in files]
    rows = [row for row in TABLE.values() if isinstance(row, (Op, Derived)) and module_of(row).startswith("autograd.rules.")]
    assert {file_of(row) for row in rows} == set(named) and len(named) == len(set(named))
