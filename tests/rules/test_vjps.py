"""A rule is mathematics, written once for floats, arrays and nodes: it may not ask which of them it was given."""

from types import CodeType, FunctionType

import numpy as np
import pytest

import nn  # noqa: F401 (its rows)
from autograd.rules import TABLE, Derived, Op

# calls.py reads settings, such as an axis; scalars.py is where floats and arrays part, for speed alone
NOT_RULES = ("autograd.rules.calls", "autograd.rules.scalars")
FORBIDDEN = {"hasattr", "isinstance", "issubclass", "getattr", "raw", "Node", "data", "_raw"}


def written_here(function):
    return function.__module__.startswith(("autograd.rules.", "nn.")) and function.__module__ not in NOT_RULES


def words(code):
    """Every name and attribute that a piece of code mentions, with the functions inside it."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from words(inner)


def spoken(vjp):
    """The same for a vjp and all its helpers; a function that has a row of its own is no helper."""
    said, todo = {}, [vjp]
    while todo:
        function = todo.pop()
        said[function] = set(words(function.__code__))
        for helper in map(function.__globals__.get, said[function]):
            if isinstance(helper, FunctionType) and helper not in said and helper not in TABLE and written_here(helper):
                todo.append(helper)
    return said


OPS = [op for row in TABLE.values() if isinstance(row, Op) for op in (row.outputs or (row,))]
VJPS = [(op, vjp) for op in OPS for vjp in (*op.vjps, op.vjp_of_all) if vjp is not None and written_here(vjp)]


@pytest.mark.parametrize("op, vjp", VJPS, ids=lambda v: getattr(v, "name", ""))
def test_a_rule_never_asks_what_it_was_given(op, vjp):
    for function, said in spoken(vjp).items():
        assert not said & FORBIDDEN, f"{function.__name__}, in the rule of {op.name}"


def test_a_rule_that_asks_is_caught_and_so_is_its_helper():
    asks = lambda x: np.sign(x) if hasattr(x, "dtype") else x > 0
    asks.__module__ = "autograd.rules.elementwise"
    scope = {"asks": asks, "np": np, "__name__": asks.__module__}
    by_itself, by_a_helper, innocent = (eval(f"lambda g, y, x: {body}", scope) for body in
                                        ("[g * part._raw for part in x]", "g * asks(x)", "g * np.cos(x)"))
    assert any(said & FORBIDDEN for said in spoken(by_itself).values())
    assert any(said & FORBIDDEN for said in spoken(by_a_helper).values())
    assert not any(said & FORBIDDEN for said in spoken(innocent).values())


def test_derivatives_stand_in_rules_and_functions_written_in_terms_of_others_in_derived():
    for op, vjp in VJPS:
        assert ".derived." not in vjp.__module__, op.name
    for row in TABLE.values():
        if isinstance(row, Derived) and row.definition.__module__.startswith("autograd."):
            assert row.definition.__module__.startswith("autograd.rules.derived."), row.name
