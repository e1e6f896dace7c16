"""What of a graph is shown: modules closed, repeats rolled up, and no more items than a reader can take in.

Every node is mapped to the item that shows it; edges follow. So whatever is folded, the picture is the graph with
some of its nodes drawn as one.
"""

import fnmatch
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from autograd.draw.model import Call, Graph, is_view, settings_of
from autograd.graph import is_node

LONGEST_PERIOD = 64  # elements of a repeated block that is not a module
FEWEST_REPEATS = 3


class Item:
    """One thing in the picture: a node, or several drawn as one.

    first    the node whose id it has
    members  all its nodes
    call     the module call whose box it stands in
    closed   the module call that it stands for, if it does
    title    of a fold: what it hides
    """

    def __init__(self, first: Any, call: Call | None, closed: Call | None = None, title: str = ""):
        self.first, self.call, self.closed, self.title = first, call, closed, title
        self.members: list[Any] = []

    @property
    def folded(self) -> bool:
        """Whether it hides a part of the graph (and is not just one of several alike)."""
        return bool(self.title)


class Edge:
    """An arrow between two items: how many edges of the graph it stands for, and the first of them."""

    def __init__(self, source: Item, target: Item, node: Any, slot: int, loop: bool):
        self.source, self.target, self.node, self.slot, self.loop = source, target, node, slot, loop
        self.count = 0


Choice = Any  # a name, a pattern with * and ?, a class, a predicate on (path, class name), or several of these


class Folded:
    """A graph as it is shown: `items` in the order of their ids, `edges` between them, and `notes` for the reader."""

    def __init__(self, graph: Graph, *, depth: int | None = None, collapse: Choice = (), expand: Choice = (),
                 rolled: bool | None = None, views: bool = True, constants: bool = True, budget: int | None = 200):
        self.graph, self.notes = graph, list[str]()
        self.alias: dict[Any, Any] = {}  # a node that another one is drawn for
        self.copy: dict[Any, tuple[int, int]] = {}  # a rolled-up node: which run, which copy of the block
        self.runs = 0
        self._edges: list[Edge] | None = None
        self._closes, self._opens = matcher(collapse), matcher(expand)
        self.constants = constants
        self.hidden_views: set[Any] = set()
        if not views:
            self.hidden_views = {node for node in graph.nodes if is_view(node) and node not in graph.tops}
            self.alias |= {node: node.inputs[0] for node in self.hidden_views}
        if not constants:
            self.alias |= {node: None for node in graph.nodes if graph.kind(node) == "constant"}
        if rolled:
            self._roll()
        self._arrange(depth)
        if budget is not None and self._over(budget):
            self._shrink(budget, depth, rolled)
        self._build()

    def ranks(self) -> int:
        """The longest row of things that lead to each other."""
        rank = dict.fromkeys(self.items, 1)
        for edge in self.edges():  # in the order of ids: topological, but for what is folded
            if not edge.loop:
                rank[edge.target] = max(rank[edge.target], rank[edge.source] + 1)
        return max(rank.values())

    def _over(self, budget: int) -> bool:
        """Whether the picture holds more things than that, plain constants counted."""
        shown = set(self.keys.values())
        if len(shown) > budget or not self.constants:
            return len(shown) > budget
        return len(shown) + sum(not is_node(x) for key in shown if is_node(key) for x in key.inputs) > budget

    # ---- which item shows a node
    def _arrange(self, depth: int | None, hide: dict[Any, tuple[Any, str]] | None = None) -> None:
        """Map nodes to items, given how deep modules are open, and nodes to hide in a fold of a title."""
        graph, keys = self.graph, dict[Any, Any]()
        alias, call_of = self.alias, graph.call_of
        closed: dict[Call, Call | None] = {}
        leaves = []
        for node in graph.nodes:
            if node.op is None:
                leaves.append(node)
                continue
            shown = self._shown(node) if node in alias else node
            if shown is not None:
                call = self._outermost_closed(call_of[shown], depth, closed) if shown in call_of else None
                keys[node] = hide[shown] if hide and shown in hide else call or shown
        for node in leaves:  # what only one fold reads is in it, unless it is an input
            shown = self._shown(node)
            if shown is None:
                continue
            if hide and shown in hide:
                keys[node] = hide[shown]
                continue
            readers = {keys.get(c) for c in graph.consumers[node]} - {None}
            one = next(iter(readers)) if len(readers) == 1 else None
            inside = isinstance(one, (Call, tuple)) and node not in graph.tops and graph.kind(node) != "input"
            keys[node] = one if inside else shown
        self.keys = keys

    def _build(self) -> None:
        """Make the items, now that it is settled which node is in which."""
        found = dict[Any, Item]()
        for node in sorted(self.keys, key=lambda node: int(self.graph.ids[node][1:])):
            key = self.keys[node]
            if key not in found:
                found[key] = self._item(node, key)
            found[key].members.append(node)
        self.items = list(found.values())
        self.item_of = {node: found[key] for node, key in self.keys.items()}
        self._place_leaves()

    def _shown(self, node: Any) -> Any:
        while node is not None and node in self.alias:
            node = self.alias[node]
        return node

    def _item(self, node: Any, key: Any) -> Item:
        if isinstance(key, Call):
            return Item(node, key.outer, key, key.title)
        if isinstance(key, tuple):
            return Item(node, key[0], None, key[1])
        return Item(key, self.graph.call_of.get(key))

    def _outermost_closed(self, call: Call | None, depth: int | None, known: dict[Call, Call | None]) -> Call | None:
        """The outermost of a call and those around it that is closed."""
        if call is None:
            return None
        if call not in known:
            chain = []
            while call is not None:
                chain.append(call)
                call = call.outer
            shut: Call | None = None
            for call in reversed(chain):
                if shut is None and self._is_closed(call, depth):
                    shut = call
                known[call] = shut
            return known[chain[0]]
        return known[call]

    def _is_closed(self, call: Call, depth: int | None) -> bool:
        if self._opens(call):
            return False
        return self._closes(call) or (depth is not None and call.level >= depth)

    def _place_leaves(self) -> None:
        """A parameter stands in the innermost box that holds all its readers."""
        for item in self.items:
            if item.first.op is None and self.graph.kind(item.first) in ("parameter", "constant"):
                readers = [self.item_of[c].call for c in self.graph.consumers[item.first] if c in self.item_of]
                item.call = _innermost_common(readers)

    # ---- repeats
    def _roll(self) -> None:
        """Draw blocks that follow each other and are alike (modules, steps of a loop, single ops) as one."""
        signatures = _Signatures(self.graph)
        containers = [self.graph.calls]
        for call in signatures.calls:
            containers.append(call.parts)
        for parts in reversed(containers):  # inner ones first
            self._roll_parts(parts, signatures)

    def _roll_parts(self, parts: list[Any], signatures: "_Signatures") -> None:
        parts = [part for part in parts if isinstance(part, Call) or part not in self.alias]
        kinds = np.array([signatures.of(part) for part in parts])
        start = 0
        for first, period, times in _tandem_repeats(kinds):
            if first < start:
                continue
            copies = [
                [node for part in parts[at : at + period] for node in _ops_of(part)]
                for at in range(first, first + times * period, period)
            ]
            for begin, end in self._alike(copies):
                self._join(copies[begin:end])
                for part in parts[first + begin * period : first + (begin + 1) * period]:
                    if isinstance(part, Call):
                        part.times *= end - begin
            start = first + times * period

    def _alike(self, copies: list[list[Any]]) -> list[tuple[int, int]]:
        """The stretches of copies that are wired alike: within themselves, and to the ones before."""
        place = {node: (c, o) for c, copy in enumerate(copies) for o, node in enumerate(copy)}
        wiring = []
        for c, copy in enumerate(copies):
            wiring.append([
                (c - place[x][0], place[x][1]) if is_node(x) and x in place else None for n in copy for x in n.inputs
            ])
        stretches, begin = [], 0
        for c in range(1, len(copies) + 1):
            if c < len(copies) and _fits(wiring[begin], wiring[c]) and (
                c - begin < 2 or wiring[c] == wiring[begin + 1]
            ):
                continue
            if c - begin >= FEWEST_REPEATS:
                stretches.append((begin, c))
            begin = c
        return stretches

    def _join(self, copies: list[list[Any]]) -> None:
        """Let the first copy stand for all, and what each copy alone reads at the same place too."""
        self.runs += 1
        inside = [set(copy) for copy in copies]
        consumers = self.graph.consumers
        for c, copy in enumerate(copies):
            for first, node in zip(copies[0], copy, strict=True):
                if node in self.graph.tops:
                    continue
                self.copy[node] = (self.runs, c)
                if c:
                    self.alias[node] = first
                for mine, its in zip(node.inputs, first.inputs, strict=True):
                    leaf = is_node(mine) and is_node(its) and mine is not its and mine.op is its.op is None
                    if leaf and mine not in self.alias and inside[c].issuperset(consumers[mine]) and (
                        inside[0].issuperset(consumers[its])
                    ):
                        self.alias[mine] = its

    # ---- the budget
    def _shrink(self, budget: int, depth: int | None, rolled: bool | None) -> None:
        whole = f"{len(self.graph.nodes):,} nodes are too many to read"
        if rolled is None:
            self._roll()
            self._arrange(depth)
            if not self._over(budget):
                self.notes.append(f"{whole}: repeats are rolled up (rolled=False, budget=)")
                return
        deepest = max((call.level for call in self.graph.call_of.values()), default=-1)
        for level in range(min(deepest, depth - 1 if depth is not None else deepest), -1, -1):
            self._arrange(level)
            if not self._over(budget):
                self.notes.append(f"{whole}: modules are closed from depth {level} (depth=, expand=, budget=)")
                return
        self._cut(budget, 0 if deepest >= 0 else None)
        self.notes.append(f"{whole}: the middle of the graph is folded (budget=)")

    def _cut(self, budget: int, depth: int | None) -> None:
        """Keep the first and the last ops, and fold the rest: a stretch of a topological order, so no cycle appears."""
        graph, last = self.graph, dict[Any, int]()
        for i, node in enumerate(graph.nodes):
            if node.op is not None and node in self.keys:
                last[self.keys[node]] = i
        ops = sorted(last, key=last.__getitem__)

        def affordable(some: Any) -> int:
            """How many of these ops, with their inputs, half of the budget pays for."""
            costs = np.cumsum([len(key.inputs) + 1 if is_node(key) else 2 for key in some])
            return int(np.searchsorted(costs, budget // 2))

        quarter = max(budget // 4, 1)
        first, end = affordable(ops[:quarter]), max(affordable(ops[: -quarter - 1 : -1]), 1)
        middle = set(ops[first : len(ops) - end])
        hidden = [node for node, key in self.keys.items() if key in middle and node not in graph.tops]
        fold = (None, f"… {sum(node.op is not None for node in hidden):,} operations")
        hide: dict[Any, Any] = {self._shown(node): fold for node in hidden}
        self._arrange(depth, hide)
        if self._over(budget):  # what is left are leaves: the many inputs of one op
            self._gather(budget, hide, depth)

    def _gather(self, budget: int, hide: dict[Any, Any], depth: int | None) -> None:
        groups: dict[Any, list[Any]] = {}
        for node, key in self.keys.items():
            if node is key and node.op is None and node not in self.graph.tops:
                readers = frozenset(self.keys[c] for c in self.graph.consumers[node] if c in self.keys)
                groups.setdefault((readers, self.graph.kind(node)), []).append(node)
        for number, ((_, kind), leaves) in enumerate(groups.items()):
            if len(leaves) > max(budget // 20, 1):
                hide |= dict.fromkeys(leaves, (None, f"… {len(leaves):,} {kind}s", number))
        self._arrange(depth, hide)

    # ---- edges
    def edges(self) -> list[Edge]:
        """The arrows, in the order of the items that they lead to. `x * x` has two."""
        if self._edges is None:
            self._edges = [edge for item in self.items for edge in self._edges_to(item)]
        return self._edges

    def _edges_to(self, item: Item) -> Iterable[Edge]:
        found: dict[Any, Edge] = {}
        for source, node, slot, loop in self._real_edges(item):
            key = (source.first, loop, None if item.folded else slot)
            if key not in found:
                found[key] = Edge(source, item, node, slot, loop)
            found[key].count += 1
        return found.values()

    def real_edges(self) -> Iterator[tuple[Item, Any, int, bool]]:
        """The edges of the graph that lead from one item to another, or from a step of a block to the next."""
        for item in self.items:
            yield from self._real_edges(item)

    def _real_edges(self, item: Item) -> Iterator[tuple[Item, Any, int, bool]]:
        for node in item.members:
            if node in self.hidden_views:
                continue
            for slot, x in enumerate(node.inputs):
                if is_node(x):
                    x = self._past_views(x)
                    source = self.item_of.get(x)
                    loop = self.runs > 0 and self._steps(x, node)
                    if source is not None and (source is not item or loop):
                        yield source, node, slot, loop

    def _past_views(self, x: Any) -> Any:
        while x in self.hidden_views:
            x = x.inputs[0]
        return x

    def _steps(self, x: Any, node: Any) -> bool:
        """Whether an edge leads from one copy of a rolled-up block to a later one."""
        a, b = self.copy.get(x), self.copy.get(node)
        return a is not None and b is not None and a[0] == b[0] and a[1] < b[1]


def _fits(first: list[Any], other: list[Any]) -> bool:
    """Whether a copy is wired like the first one, which may read from outside what the others read from the last."""
    return all(a == b or (a is None and b is not None and b[0] > 0) for a, b in zip(first, other, strict=True))


def _ops_of(part: Any) -> list[Any]:
    found, stack = [], [part]
    while stack:
        part = stack.pop()
        if isinstance(part, Call):
            stack.extend(reversed(part.parts))
        else:
            found.append(part)
    return found


class _Signatures:
    """A number for each op and call: equal for two that look alike, inside and out."""

    def __init__(self, graph: Graph):
        self._numbers: dict[Any, int] = {}
        self._of: dict[Any, int] = {}
        self.calls: list[Call] = []  # outer ones first
        stack = [part for part in graph.calls if isinstance(part, Call)]
        while stack:
            call = stack.pop()
            self.calls.append(call)
            stack.extend(part for part in call.parts if isinstance(part, Call))
        for call in reversed(self.calls):
            self._of[call] = self._number((call.kind, *map(self.of, call.parts)))

    def of(self, part: Any) -> int:
        if part not in self._of:
            data: Any = getattr(part, "data", None)
            shape = () if type(data) is float else np.shape(data)
            self._of[part] = self._number((id(part.op), settings_of(part, ("index",)), shape, len(part.inputs)))
        return self._of[part]

    def _number(self, key: Any) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def _tandem_repeats(kinds: Any) -> list[tuple[int, int, int]]:
    """Stretches that repeat: (start, period, times), the longest first come, none overlapping."""
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


def _innermost_common(calls: Iterable[Call | None]) -> Call | None:
    chains = []
    for call in calls:
        chain: list[Call] = []
        while call is not None:
            chain.append(call)
            call = call.outer
        chains.append(chain[::-1])
    common: Call | None = None
    for level in zip(*chains, strict=False):
        if any(call is not level[0] for call in level):
            break
        common = level[0]
    return common


def matcher(choice: Choice) -> Callable[[Call], bool]:
    """Whether a call is meant by a name, a pattern, a class, a predicate, or any of several."""
    if choice is True or choice is False or choice is None:
        return lambda call: bool(choice)
    if isinstance(choice, str):
        return lambda call: any(fnmatch.fnmatchcase(text, choice) for text in (call.path, call.kind, call.title))
    if isinstance(choice, type):
        return lambda call: call.kind == choice.__name__
    if callable(choice):
        return lambda call: bool(choice(call.path, call.kind))
    several = [matcher(one) for one in choice]
    return lambda call: any(one(call) for one in several)
