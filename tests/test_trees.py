"""Nested containers: one walker for all."""

from collections import Counter, OrderedDict, defaultdict
from typing import NamedTuple

import numpy as np
import pytest

from autograd.trees import flatten, leaves, map_tree, paths


class Pair(NamedTuple):
    first: object
    second: object


TREES = [1.0, [], {}, (), [1.0, [2.0, ()], {"a": 3.0}], Pair(1.0, [2.0]), OrderedDict(b=1.0, a=2.0), {2: 1.0, "x": (None,)}]


@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_leaves_and_containers_come_back_as_they_were(tree):
    found, rebuild = flatten(tree)
    again = rebuild(found)
    assert again == tree and type(again) is type(tree) and found == leaves(tree) == [x for _, x in paths(tree)]


def test_a_container_keeps_its_kind():
    made = map_tree(lambda x: 10 * x, {"pair": Pair(1.0, 2.0), "default": defaultdict(list, a=1.0)})
    assert made["pair"] == Pair(10.0, 20.0) and made["default"]["nothing"] == []
    assert map_tree(lambda x: x + 1, Counter(a=1)) == Counter(a=2)


def test_a_tree_is_copied_and_its_leaves_are_not():
    array, tree = np.ones(2), [{"a": 1.0}]
    assert map_tree(lambda x: x, [array])[0] is array
    map_tree(lambda x: x, tree)[0]["a"] = 2.0
    assert tree == [{"a": 1.0}]


def test_trees_of_one_form_go_together():
    assert map_tree(lambda x, y: (x, y), [1, {"a": 2}], [3, {"a": 4}]) == [(1, 3), {"a": (2, 4)}]
    with pytest.raises(ValueError, match="zip"):
        map_tree(lambda x, y: x, [1, 2], [1])


def test_paths_lead_to_the_leaves():
    assert list(paths({"a": [1.0, {"b": 2.0}]}, "model")) == [("model.a.0", 1.0), ("model.a.1.b", 2.0)]
    assert list(paths(1.0, "x")) == [("x", 1.0)]
