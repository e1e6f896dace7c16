"""The sweep and the operators once more, without what their common case never needs: nothing new to learn here.

`chain.sweep`, and operators that call `record.apply`, say what is meant. These say the same faster, bit for bit
(tests/test_fast.py compares them). NORGRAD_FAST=0 in the environment turns them off, for teaching and to find faults.
"""

import os
from collections.abc import Collection
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
from numpy import ndarray

from autograd import careful, chain
from autograd.chain import Gradients, match
from autograd.complaints import changed_in_place
from autograd.context import now
from autograd.graph import NO_SETTINGS, Node, last_stamp
from autograd.memory import EXPOSED, kept
from autograd.record import HOLDERS, NUMERIC, apply, node_of
from autograd.rules.table import NUMBERS, TABLE
from autograd.typing import Array, Function

ENABLED = os.environ.get("NORGRAD_FAST", "1") != "0"


def sweep(grads: Gradients, live: Collection[Node] | None = None, keep: Collection[Node] | None = None,
          create_graph: bool = False) -> bool:
    """`chain.sweep`, on plain numbers."""
    if now().anomaly:
        return careful.sweep(grads, live, keep, create_graph)
    if create_graph or not ENABLED:
        return chain.sweep(grads, live, keep, create_graph)
    queue = [(-node.order, node) for node in grads if node.op is not None]
    heapify(queue)
    arrived, risky = grads.get, False
    while queue:
        node = heappop(queue)[1]
        op, inputs, arrays, y = node.op, node.inputs, node.arrays, node._raw
        scalar = type(y) is float
        risky |= op.risky
        g = grads[node] if scalar or keep is None or node in keep else grads.pop(node)
        if node.order < last_stamp[0]:  # otherwise nothing was changed since the node was made
            _check_unchanged(node)
        if arrays is None:
            arrays = [x._raw if isinstance(x, Node) else x for x in inputs]
        settings = NO_SETTINGS if op.ufunc else node.settings
        y = y if op.place is None else node.all_outputs
        rules, of_all = op.vjps, op.vjp_of_all
        if of_all is not None:
            rules = of_all(g, y, inputs, *arrays, **settings) if settings else of_all(g, y, inputs, *arrays)
            if scalar:  # a neuron of Values: many floats
                for x, part in zip(inputs, rules):  # noqa: B905
                    before = arrived(x)
                    if before is not None:
                        grads[x] = before + (part if type(part) is float else match(part, 0.0))
                    elif isinstance(x, Node) and x.requires_grad and part is not None and (live is None or x in live):
                        grads[x] = part if type(part) is float else match(part, x._raw)
                        if x.op is not None:
                            heappush(queue, (-x.order, x))
                continue
        for x, rule in zip(inputs, rules):  # noqa: B905 (with vjp_of_all: what it has worked out already)
            if rule is None or not isinstance(x, Node) or not x.requires_grad:
                continue
            if of_all is not None:
                part = rule
            else:
                try:
                    part = rule(g, y, *arrays, **settings) if settings else rule(g, y, *arrays)
                except ArithmeticError:
                    part = chain.pulled(x, rule, g, y, arrays, settings)
            like = x._raw
            kind = type(part)
            if not (kind is type(like) and (scalar or (
                    kind is ndarray and part.shape == like.shape and part.dtype is like.dtype))):
                part = _match(part, like)
            before = arrived(x)
            if before is not None:
                grads[x] = before + part
            elif live is None or x in live:
                grads[x] = part
                if x.op is not None:
                    heappush(queue, (-x.order, x))
    return risky


def _match(part: Array, like: Array) -> Array:
    """`chain.match`; most often a bias was added to each row."""
    if type(part) is type(like) is ndarray and part.dtype is like.dtype and part.ndim == like.ndim + 1 and (
            part.shape[1:] == like.shape):
        return np.asarray(np.add.reduce(part))
    return match(part, like)


def _check_unchanged(node: Node) -> None:
    for x in node.inputs:
        if isinstance(x, Node) and x.order > node.order:
            raise changed_in_place(x, node)


def speed_up(holds: type, operators: dict[str, tuple[np.ufunc, Function]]) -> None:
    """Give the class of nodes that hold floats, or arrays, fast operators: {"add": (np.add, what adds)}."""
    if ENABLED:
        make = _of_floats if holds is float else _of_arrays
        for name, (ufunc, compute) in operators.items():
            forward, reflected = make(HOLDERS[holds], TABLE[ufunc], compute)
            setattr(HOLDERS[holds], f"__{name}__", forward)
            setattr(HOLDERS[holds], f"__r{name}__", reflected)


def _of_floats(kind: Any, op: Any, compute: Function) -> tuple[Function, Function]:
    """The methods for `node ∘ other` and `other ∘ node`, with numbers and with nodes that hold floats."""

    def forward(self: Any, other: Any) -> Any:
        if type(other) is kind:
            right, variable = other._raw, self.requires_grad or other.requires_grad
        elif type(other) in NUMBERS:
            right, variable = other, self.requires_grad
        else:
            return apply(op, (self, other))
        if variable and now().plain:
            try:
                data = compute(self._raw, right)
            except (ArithmeticError, ValueError):
                return apply(op, (self, other))  # which gives inf or nan, or says what is wrong
            if type(data) is float:  # and not complex
                return node_of(kind, op, (self, other), None, data)
        return apply(op, (self, other))

    def reflected(self: Any, other: Any) -> Any:
        if type(other) in NUMBERS and self.requires_grad and now().plain:
            try:
                data = compute(other, self._raw)
            except (ArithmeticError, ValueError):
                return apply(op, (other, self))
            if type(data) is float:
                return node_of(kind, op, (other, self), None, data)
        return apply(op, (other, self))

    return forward, reflected


def _of_arrays(kind: Any, op: Any, compute: Function) -> tuple[Function, Function]:
    """The same with nodes that hold arrays; what the graph needs of them is remembered (see memory.py)."""

    def forward(self: Any, other: Any) -> Any:
        if not now().plain:
            return apply(op, (self, other))
        other_kind = type(other)
        if other_kind is kind:
            right: Any = other._raw if other.arrays is not EXPOSED else kept(other._raw)
            variable = self.requires_grad or other.requires_grad
        elif other_kind in NUMBERS:
            right, variable = other, self.requires_grad
        elif other_kind is ndarray and other.dtype.kind in NUMERIC:
            right, variable = kept(other), self.requires_grad
        else:
            return apply(op, (self, other))
        if variable:
            left = self._raw if self.arrays is not EXPOSED else kept(self._raw)
            try:
                data = compute(left, right)
            except ValueError:
                return apply(op, (self, other))
            if type(data) is not ndarray:  # a product of vectors is a NumPy scalar
                data = np.asarray(data)
            return node_of(kind, op, (self, other), (left, right), data)
        return apply(op, (self, other))

    def reflected(self: Any, other: Any) -> Any:
        if type(other) in NUMBERS and self.requires_grad and now().plain:
            right = self._raw if self.arrays is not EXPOSED else kept(self._raw)
            try:
                data = np.asarray(compute(other, right))
            except ValueError:
                return apply(op, (other, self))
            return node_of(kind, op, (other, self), (other, right), data)
        return apply(op, (other, self))

    return forward, reflected
