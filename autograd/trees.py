"""Nested containers: lists, tuples, dicts and namedtuples. Whatever else is in them is a leaf."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import Any

from autograd.typing import Tree


def leaves(tree: Tree) -> list[Any]:
    """Everything in nested containers that is no container, in order.

    >>> leaves({"a": 1.0, "b": [2.0, (3.0,)]})
    [1.0, 2.0, 3.0]
    """
    if isinstance(tree, dict):
        return [leaf for part in tree.values() for leaf in leaves(part)]
    return [leaf for part in tree for leaf in leaves(part)] if isinstance(tree, (list, tuple)) else [tree]


def paths(tree: Tree, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves with their paths, the way from the outside in.

    >>> list(paths({"a": 1.0, "b": [2.0]}, "model"))
    [('model.a', 1.0), ('model.b.0', 2.0)]
    """
    if not isinstance(tree, (dict, list, tuple)):
        yield path, tree
        return
    for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield from paths(part, f"{path}.{key}" if path else str(key))


def map_tree(f: Callable[..., Any], tree: Tree, *others: Tree) -> Tree:
    """The same containers, with f(leaf) in the place of each leaf; of several trees of one form, f(leaf, leaf, …).

    >>> map_tree(lambda x, y: x + y, {"a": 1.0, "b": [2.0]}, {"a": 10.0, "b": [20.0]})
    {'a': 11.0, 'b': [22.0]}
    """
    if isinstance(tree, dict):
        whole = copy(tree)  # a defaultdict keeps its default
        for key, part in tree.items():
            whole[key] = map_tree(f, part, *[other[key] for other in others])
        return whole
    if not isinstance(tree, (list, tuple)):
        return f(tree, *others)
    mapped = [map_tree(f, *parts) for parts in zip(tree, *others, strict=True)]
    return type(tree)(*mapped) if hasattr(tree, "_fields") else type(tree)(mapped)


def flatten(tree: Tree) -> tuple[list[Any], Callable[[Iterable[Any]], Tree]]:
    """The leaves of a tree, and the function that puts others in their places.

    >>> leaves, rebuild = flatten({"a": 1.0, "b": [2.0, (3.0,)]})
    >>> rebuild([10 * x for x in leaves])
    {'a': 10.0, 'b': [20.0, (30.0,)]}
    """

    def rebuild(others: Iterable[Any]) -> Tree:
        remaining = iter(others)
        return map_tree(lambda _: next(remaining), tree)

    return leaves(tree), rebuild
