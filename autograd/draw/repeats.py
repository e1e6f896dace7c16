"""Repeats: blocks of a graph that follow each other and are alike (modules, steps of a loop, single ops)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from autograd.draw.model import Call, Graph, settings_of
from autograd.graph import data_of, is_node
from autograd.typing import Array, NodeLike

LONGEST_PERIOD = 64  # elements of a repeated block that is not a module
FEWEST_REPEATS = 3
Part: TypeAlias = NodeLike | Call
Wiring: TypeAlias = list[tuple[int, int] | None]  # of each input: from how many copies before, and which op there


@dataclass(frozen=True)
class Repeats:
    """What is drawn in place of what.

    stand_in  node -> the node that is drawn for it, or None if nothing is
    step      a rolled-up node -> (which run of blocks, which block of it)
    times     call -> how many calls it stands for
    """

    stand_in: dict[NodeLike, NodeLike]
    step: dict[NodeLike, tuple[int, int]] = field(default_factory=dict)
    times: dict[Call, int] = field(default_factory=dict)


def find_repeats(graph: Graph, left_out: Mapping[NodeLike, NodeLike]) -> Repeats:
    """Let the first block of each run stand for all; `left_out` has the nodes that something stands for already."""
    found, signatures, runs = Repeats(dict(left_out)), _signatures(graph), 0
    for parts in [*(call.parts for call in reversed(graph.calls)), graph.parts]:  # inner ones first
        parts = [part for part in parts if isinstance(part, Call) or part not in found.stand_in]
        for blocks in _runs(parts, signatures):
            runs += 1
            _join(graph, found, runs, [_ops_of(block) for block in blocks])
            found.times.update((part, len(blocks)) for part in blocks[0] if isinstance(part, Call))
    return found


def _signatures(graph: Graph) -> dict[Part, int]:
    """A number for each op and call: equal for two that look alike, inside and out."""
    numbers: dict[tuple[object, ...], int] = {}
    found: dict[Part, int] = {}
    for node in graph.nodes:
        if node.op is not None:
            data = data_of(node)
            shape = () if type(data) is float else np.shape(data)
            key = (id(node.op), settings_of(node, ("index",)), shape, len(node.inputs))
            found[node] = numbers.setdefault(key, len(numbers))
    for call in reversed(graph.calls):  # inner ones first
        found[call] = numbers.setdefault((call.kind, *(found[part] for part in call.parts)), len(numbers))
    return found


def _runs(parts: list[Part], signatures: dict[Part, int]) -> Iterator[list[list[Part]]]:
    """The runs of blocks that look alike and are wired alike; a block is a list of parts."""
    for start, period, times in _tandem_repeats(np.array([signatures[part] for part in parts])):
        blocks = [parts[at : at + period] for at in range(start, start + times * period, period)]
        for begin, end in _wired_alike([_ops_of(block) for block in blocks]):
            yield blocks[begin:end]


def _tandem_repeats(kinds: Array) -> list[tuple[int, int, int]]:
    """Stretches that repeat: (start, period, times). None overlap, for the longest are chosen first."""
    found = []
    for period in range(1, min(LONGEST_PERIOD, len(kinds) // FEWEST_REPEATS) + 1):
        same = np.concatenate([[False], kinds[period:] == kinds[:-period], [False]])
        changes = np.flatnonzero(same[1:] != same[:-1])
        for start, end in zip(changes[::2], changes[1::2], strict=True):
            times = (end - start) // period + 1
            if times >= FEWEST_REPEATS:
                found.append((int(start), period, int(times)))
    taken = np.zeros(len(kinds), bool)
    chosen = []
    for start, period, times in sorted(found, key=lambda run: (-run[1] * run[2] // 8, run[1], run[0])):
        end = start + period * times
        if not taken[start:end].any():
            taken[start:end] = True
            chosen.append((start, period, times))
    return sorted(chosen)


def _wired_alike(copies: list[list[NodeLike]]) -> list[tuple[int, int]]:
    """The stretches of copies that are wired alike: within themselves, and to the ones before."""
    place = {node: (c, o) for c, copy in enumerate(copies) for o, node in enumerate(copy)}
    wiring: list[Wiring] = [[(c - place[x][0], place[x][1]) if is_node(x) and x in place else None
                             for n in copy for x in n.inputs] for c, copy in enumerate(copies)]
    stretches, begin = [], 0
    for c in range(1, len(copies) + 1):
        if c < len(copies) and _fits(wiring[begin], wiring[c]) and (c - begin < 2 or wiring[c] == wiring[begin + 1]):
            continue
        if c - begin >= FEWEST_REPEATS:
            stretches.append((begin, c))
        begin = c
    return stretches


def _fits(first: Wiring, other: Wiring) -> bool:
    """Whether a copy is wired like the first one, which may read from outside what the others read from the last."""
    return all(a == b or (a is None and b is not None and b[0] > 0) for a, b in zip(first, other, strict=True))


def _join(graph: Graph, found: Repeats, run: int, copies: list[list[NodeLike]]) -> None:
    """Let the first copy stand for all, and what it alone reads for what each other copy reads at that place."""
    inside, consumers, stand_in = [set(copy) for copy in copies], graph.consumers, found.stand_in
    for c, copy in enumerate(copies):
        for first, node in zip(copies[0], copy, strict=True):
            if node in graph.tops:
                continue
            found.step[node] = (run, c)
            if c:
                stand_in[node] = first
            for mine, its in zip(node.inputs, first.inputs, strict=True):
                leaf = is_node(mine) and is_node(its) and mine is not its and mine.op is its.op is None
                if (leaf and mine not in stand_in and inside[c].issuperset(consumers[mine])
                        and inside[0].issuperset(consumers[its])):
                    stand_in[mine] = its


def _ops_of(block: list[Part]) -> list[NodeLike]:
    """The ops in a block, those of its calls included, oldest first."""
    return [op for part in block for op in (_ops_of(part.parts) if isinstance(part, Call) else [part])]
