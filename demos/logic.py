"""Circuits as modules: one ReLU neuron is a NOR gate, and everything else is made of it.

They work elementwise, on bits (0.0 and 1.0) in arrays of any shape. Numbers are rows of bits, the lowest first.
"""

import numpy as np

import nn
from autograd import Tensor


class Nor(nn.Module):
    """relu(1 - 20 a - 20 b): 1 where both are 0, otherwise 0. The only place where a circuit has numbers."""

    def __init__(self):
        self.w, self.b = [Tensor(-20.0), Tensor(-20.0)], Tensor(1.0)

    def forward(self, a, b):
        return nn.functional.relu(self.w[0] * a + self.w[1] * b + self.b)


# ---- gates ----------------------------------------------------------------------------------------------------------
class Not(nn.Module):
    def __init__(self):
        self.nor = Nor()

    def forward(self, a):
        return self.nor(a, a)


class Or(nn.Module):
    def __init__(self):
        self.neither, self.invert = Nor(), Not()

    def forward(self, a, b):
        return self.invert(self.neither(a, b))


class And(nn.Module):
    def __init__(self):
        self.not_a, self.not_b, self.both = Not(), Not(), Nor()

    def forward(self, a, b):
        return self.both(self.not_a(a), self.not_b(b))


class Xor(nn.Module):
    def __init__(self):
        self.neither, self.both, self.one = Nor(), And(), Nor()

    def forward(self, a, b):
        return self.one(self.both(a, b), self.neither(a, b))


# ---- sums -----------------------------------------------------------------------------------------------------------
class HalfAdder(nn.Module):
    """The two bits of a + b. It is XOR, of which it also shows the AND inside."""

    def __init__(self):
        self.neither, self.both, self.one = Nor(), And(), Nor()

    def forward(self, a, b):
        both = self.both(a, b)
        return self.one(both, self.neither(a, b)), both


class FullAdder(nn.Module):
    """The two bits of a + b + carry."""

    def __init__(self):
        self.first, self.second, self.either = HalfAdder(), HalfAdder(), Or()

    def forward(self, a, b, carry):
        total, carry_ab = self.first(a, b)
        total, carry_total = self.second(total, carry)
        return total, self.either(carry_ab, carry_total)


class RippleAdder(nn.Module):
    """a + b of (..., n) bits each, as (..., n + 1) bits: a full adder per place, and the carry goes on to the next."""

    def __init__(self, n):
        self.places = [FullAdder() for _ in range(n)]

    def forward(self, a, b):
        total, carry = [], np.zeros(a.shape[:-1])
        for i, place in enumerate(self.places):
            bit, carry = place(a[..., i], b[..., i], carry)
            total.append(bit)
        return np.stack([*total, carry], axis=-1)


# ---- circuits with a state: what they give goes in again at the next tick, as in a recurrent network -----------------
class Latch(nn.Module):
    """One bit of memory, q: two neurons, each silenced by the other. `s` sets it, `r` resets it, in two ticks."""

    def __init__(self):
        self.q, self.other = Nor(), Nor()

    def forward(self, s, r, state):
        q, other = state
        return self.q(r, other), self.other(s, q)


class Counter(nn.Module):
    """Counts pulses modulo 2ⁿ in (..., n) bits: each place adds what the one below carries over."""

    def __init__(self, n):
        self.places = [HalfAdder() for _ in range(n)]

    def forward(self, pulse, state):
        total, carry = [], pulse
        for i, place in enumerate(self.places):
            bit, carry = place(state[..., i], carry)
            total.append(bit)
        return np.stack(total, axis=-1)


class Rule110(nn.Module):
    """The next generation of rows of cells that close to rings: alive if a cell or its right neighbour was, unless all
    three were. Turing-complete: Cook, Complex Systems 15, 2004.
    """

    def __init__(self):
        self.neither, self.two, self.three, self.alive = Nor(), And(), And(), Nor()

    def forward(self, row):
        left, right = np.roll(row, 1, axis=-1), np.roll(row, -1, axis=-1)
        return self.alive(self.neither(row, right), self.three(self.two(left, row), right))
