"""How much of a graph is shown: repeats rolled up, modules closed, at last the middle folded, until it can be read.

Nothing is changed: each step maps nodes to what shows them anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from autograd.draw.fold import Fold, Key, fold, left_out, shown_for
from autograd.draw.model import Graph
from autograd.draw.options import Detail
from autograd.draw.repeats import Repeats, find_repeats
from autograd.graph import is_node
from autograd.typing import NodeLike


@dataclass(frozen=True)
class Plan:
    """Which key shows which node, what is rolled up, and what the reader is told about it."""

    keys: Mapping[NodeLike, Key]
    repeats: Repeats
    notes: tuple[str, ...] = ()


def plan(graph: Graph, detail: Detail) -> Plan:
    """As much as `detail` asks for, and no more things than its budget."""
    hidden, budget = left_out(graph, detail), detail.budget
    repeats = find_repeats(graph, hidden) if detail.rolled else Repeats(hidden)
    keys = fold(graph, detail, repeats.stand_in)
    if budget is None or _affordable(keys, detail, budget):
        return Plan(keys, repeats)
    whole = f"{len(graph.nodes):,} nodes are too many to read"
    if detail.rolled is None:
        repeats = find_repeats(graph, hidden)
        keys = fold(graph, detail, repeats.stand_in)
        if _affordable(keys, detail, budget):
            return Plan(keys, repeats, (f"{whole}: repeats are rolled up (rolled=False, budget=)",))
    deepest = max((call.level for call in graph.calls), default=-1)
    for depth in range(deepest if detail.depth is None else min(deepest, detail.depth - 1), -1, -1):
        keys = fold(graph, replace(detail, depth=depth), repeats.stand_in)
        if _affordable(keys, detail, budget):
            return Plan(keys, repeats, (f"{whole}: modules are closed from depth {depth} (depth=, expand=, budget=)",))
    closed = replace(detail, depth=0)
    folds = _middle(graph, keys, repeats, budget)
    keys = fold(graph, closed, repeats.stand_in, folds)
    if not _affordable(keys, detail, budget):  # what is left are leaves: the many inputs of one op
        keys = fold(graph, closed, repeats.stand_in, folds | _alike_leaves(graph, keys, budget))
    return Plan(keys, repeats, (f"{whole}: the middle of the graph is folded (budget=)",))


def _affordable(keys: Mapping[NodeLike, Key], detail: Detail, budget: int) -> bool:
    """Whether a picture holds no more things than that, plain constants counted."""
    shown = set(keys.values())
    if len(shown) > budget or not detail.constants:
        return len(shown) <= budget
    return len(shown) + sum(not is_node(x) for key in shown if is_node(key) for x in key.inputs) <= budget


def _middle(graph: Graph, keys: Mapping[NodeLike, Key], repeats: Repeats, budget: int) -> dict[NodeLike, Fold]:
    """A fold for all but the first and the last ops: a stretch of a topological order, so that no cycle appears."""
    last = {keys[node]: i for i, node in enumerate(graph.nodes) if node.op is not None and node in keys}
    ops = sorted(last, key=last.__getitem__)

    def paid_for(some: list[Key]) -> int:
        """How many of these ops, with their inputs, half of the budget pays for."""
        costs = np.cumsum([len(key.inputs) + 1 if is_node(key) else 2 for key in some])
        return int(np.searchsorted(costs, budget // 2))

    quarter = max(budget // 4, 1)
    first, end = paid_for(ops[:quarter]), max(paid_for(ops[: -quarter - 1 : -1]), 1)
    middle = set(ops[first : len(ops) - end])
    hidden = [node for node, key in keys.items() if key in middle and node not in graph.tops]
    title = f"… {sum(node.op is not None for node in hidden):,} operations"
    return {shown_for(node, repeats.stand_in): Fold(title) for node in hidden}


def _alike_leaves(graph: Graph, keys: Mapping[NodeLike, Key], budget: int) -> dict[NodeLike, Fold]:
    """A fold for many leaves of a kind with the same readers."""
    groups: dict[tuple[frozenset[Key], str], list[NodeLike]] = {}
    for node, key in keys.items():
        if node is key and node.op is None and node not in graph.tops:
            readers = frozenset(keys[c] for c in graph.consumers[node] if c in keys)
            groups.setdefault((readers, graph.kind(node)), []).append(node)
    many = [(kind, leaves) for (_, kind), leaves in groups.items() if len(leaves) > max(budget // 20, 1)]
    return {leaf: Fold(f"… {len(leaves):,} {kind}s", i) for i, (kind, leaves) in enumerate(many) for leaf in leaves}
