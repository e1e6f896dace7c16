"""Folding: which nodes are drawn as one. It leaves the graph as it was, whatever is rolled up, closed or folded."""

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from autograd.draw.items import Folded
from autograd.draw.model import Graph
from autograd.draw.options import Detail


class Block(nn.Module):
    def __init__(self, rng):
        self.linear = nn.Linear(3, 3, rng=rng)

    def forward(self, x):
        return np.tanh(self.linear(x))


@pytest.fixture
def graph():
    blocks = nn.Sequential(*(Block(i) for i in range(4)))
    return Graph(blocks(Tensor(np.ones((2, 3)), name="x")).sum())


def drawn(graph, **detail):
    folded = Folded(graph, Detail(**detail))
    return ([(item.title, item.members, folded.times.get(item.closed, 1)) for item in folded.items],
            [(edge.source.first, edge.target.first, edge.slot, edge.count) for edge in folded.edges()],
            sorted(folded.times.values()), folded.notes)


@pytest.mark.parametrize("detail", [
    {"rolled": True}, {"rolled": True, "depth": 1}, {"depth": 0}, {"budget": 5}, {"budget": 12}, {"views": False, "constants": False},
])
def test_the_same_graph_folded_twice_is_drawn_alike(graph, detail):
    first = drawn(graph, **detail)
    drawn(graph, rolled=True, budget=3)
    assert drawn(graph, **detail) == first


def test_four_blocks_rolled_up_are_four_however_often_they_are_folded(graph):
    for _ in range(3):
        times = Folded(graph, Detail(rolled=True)).times
        assert {call.path: n for call, n in times.items()} == {"0": 4}


def test_a_fold_holds_every_node_once():
    x = Value(1.0, name="x")
    for _ in range(300):
        x = x * 1.5 + 1.0
    graph = Graph(x)
    folded = Folded(graph, Detail(rolled=False, budget=40))
    members = [node for item in folded.items for node in item.members]
    assert len(members) == len(set(members)) == len(graph.nodes) == 601


def test_a_constant_stands_beside_what_it_was_given_to_unless_that_is_folded_or_constants_are_hidden():
    y = Value(2.0, name="x") * 3
    for detail, shown in (({}, [[], [(1, 3)]]), ({"constants": False}, [[], []])):
        folded = Folded(Graph(y), Detail(**detail))
        assert [folded.constants(item) for item in folded.items] == shown
    block = Block(0)
    folded = Folded(Graph(block(Tensor(np.ones((1, 3)), name="x")) * 3), Detail(depth=0))
    assert [(folded.kind(item), len(folded.constants(item))) for item in folded.items] == [("input", 0), ("fold", 0), ("result", 1)]


def test_ids_number_inputs_before_results_in_the_order_of_the_graph():
    a, b = Value(1.0, name="a"), Value(2.0, name="b")
    c = b + a
    graph = Graph([c * c + a, b])
    assert [(graph.label(node).split(" ")[0], name) for node, name in graph.ids.items()] == [
        ("b", "n0"), ("a", "n1"), ("+", "n2"), ("×", "n3"), ("+", "n4")]
