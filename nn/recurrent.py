"""Recurrent layers: `RNN`, `LSTM`, `GRU`, over sequences, in several layers and both directions.

A layer's step is written once, with NumPy's functions. Over plain arrays it makes the forward pass of one fused node
for the whole sequence, whose derivative is backpropagation through time, written out below; over nodes (fused=False)
it makes the unrolled graph, op by op, to look at.

In all that follows time is the first axis, and an ensemble's axis of members, if there is one, the second.
"""

from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.extend import primitive, raw, relu, rule, sigmoid
from autograd.typing import Array, DTypeLike, Seed, Shape, Tree
from nn.dropout import dropout, dropout_of_members
from nn.linear import linear, uniform
from nn.module import BuiltIn

State = tuple[Array, ...]


# ---- one step: from what the input and the last output say, x and h, and the last state, to the next state -----------
def _tanh_step(x: Array, h: Array, *state: Array) -> State:
    return (np.tanh(x + h),)


def _relu_step(x: Array, h: Array, *state: Array) -> State:
    return (relu(x + h),)


def _lstm_step(x: Array, h: Array, *state: Array) -> State:
    """Hochreiter & Schmidhuber, 1997, with a forget gate: gates input, forget, cell, output, in PyTorch's order."""
    i, f, g, o = _gates(x + h, 4)
    c = sigmoid(f) * state[1] + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def _gru_step(x: Array, h: Array, *state: Array) -> State:
    """Cho et al., 2014: gates reset, update, new, in PyTorch's order."""
    (xr, xz, xn), (hr, hz, hn) = _gates(x, 3), _gates(h, 3)
    z = sigmoid(xz + hz)
    n = np.tanh(xn + sigmoid(xr + hr) * hn)
    return ((1 - z) * n + z * state[0],)


def _gates(x: Array, count: int) -> list[Array]:
    size = np.shape(x)[-1] // count
    return [x[..., i * size : (i + 1) * size] for i in range(count)]


_STEPS = {"tanh": _tanh_step, "relu": _relu_step, "lstm": _lstm_step, "gru": _gru_step}


def _states(x: Array, weight: Array, bias: Array, *state: Array, kind: str) -> Array:
    """All states of a sequence: x (time, …, gates), state (…, hidden) each; the result is (time, states, …, hidden)."""
    step, w, b = _STEPS[kind], np.swapaxes(weight, -1, -2), np.expand_dims(bias, -2)
    found = []
    for t in range(len(x)):
        state = step(x[t], state[0] @ w + b, *state)
        found.append(np.stack(state))
    return np.stack(found) if found else np.zeros((0, len(state), *np.shape(state[0])), x.dtype)


# ---- backpropagation through time -----------------------------------------------------------------------------------
def _through_time(g: Array, y: Array, nodes: Any, x: Array, weight: Array, bias: Array, *state: Array,
                  kind: str) -> Any:
    """The gradients of `_states`: the gates of all steps at once, then the sweep from the last step to the first."""
    before = [np.concatenate([np.expand_dims(s, 0), y[:-1, i]]) for i, s in enumerate(state)]  # the state each step met
    h = before[0] @ np.swapaxes(weight, -1, -2) + np.expand_dims(bias, -2)
    back, slopes = _BACK[kind](x, h, y, before)
    gradient: list[Array] = [0.0] * len(state)
    of_x, of_h = [], []
    for t in reversed(range(len(x))):
        gradient = [g[t, i] + part for i, part in enumerate(gradient)]
        dx, dh, gradient = back(gradient, [s[t] for s in slopes])
        of_x.append(dx)
        of_h.append(dh)
        gradient = [dh @ weight + gradient[0], *gradient[1:]]
    dx = np.stack(of_x[::-1])
    dh = _flat(dx if of_h[-1] is of_x[-1] else np.stack(of_h[::-1]))
    return [dx, np.swapaxes(dh, -1, -2) @ _flat(before[0]), np.sum(dh, axis=-2), *gradient]


def _flat(x: Array) -> Array:
    """(time, …, batch, features) as (…, time · batch, features)."""
    x = np.moveaxis(x, 0, -3)
    shape = np.shape(x)
    return np.reshape(x, (*shape[:-3], -1, shape[-1]))


# For each kind: the derivatives of all steps' functions, and from the gradients of a step's new state those of x, of h,
# and what goes straight to the old state.
def _rnn_back(slope: Array) -> Any:
    def back(gradient: list[Array], slopes: list[Array]) -> Any:
        d = gradient[0] * slopes[0]
        return d, d, [0.0]

    return back, [slope]


def _lstm_back(x: Array, h: Array, y: Array, before: list[Array]) -> Any:
    i, f, g, o = _gates(x + h, 4)
    i, f, g, o, c = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o), np.tanh(y[:, 1])

    def back(gradient: list[Array], slopes: list[Array]) -> Any:
        di, df, dg, do, of_c, f = slopes
        dc = gradient[1] + gradient[0] * of_c
        d = np.concatenate([dc * di, dc * df, dc * dg, gradient[0] * do], axis=-1)
        return d, d, [0.0, dc * f]

    return back, [g * i * (1 - i), before[1] * f * (1 - f), i * (1 - g * g), c * o * (1 - o), o * (1 - c * c), f]


def _gru_back(x: Array, h: Array, y: Array, before: list[Array]) -> Any:
    (xr, xz, xn), (hr, hz, hn) = _gates(x, 3), _gates(h, 3)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    n = np.tanh(xn + r * hn)

    def back(gradient: list[Array], slopes: list[Array]) -> Any:
        dz, dn, dr, r, z = slopes
        dh = gradient[0]
        dn = dh * dn
        dr, dz = dn * dr, dh * dz
        return np.concatenate([dr, dz, dn], -1), np.concatenate([dr, dz, dn * r], -1), [dh * z]

    return back, [(before[0] - n) * z * (1 - z), (1 - z) * (1 - n * n), hn * r * (1 - r), r, z]


_BACK = {
    "tanh": lambda x, h, y, before: _rnn_back(1 - y[:, 0] * y[:, 0]),
    "relu": lambda x, h, y, before: _rnn_back(np.sign(raw(y)[:, 0])),
    "lstm": _lstm_back,
    "gru": _gru_back,
}
recur = primitive(_states)
rule(recur, "recurrent", vjp_of_all=_through_time, bind=lambda *inputs, kind: (inputs, {"kind": kind}))


# ---- the layers -----------------------------------------------------------------------------------------------------
class _Recurrent(BuiltIn):
    """What RNN, LSTM and GRU share: layers, directions, and where the axes are."""

    gates, kind = 1, "tanh"

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
                 batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False, *, fused: bool = True,
                 dtype: DTypeLike = np.float64, rng: Seed = None):
        if hidden_size < 1 or num_layers < 1 or not 0 <= dropout <= 1:
            raise ValueError(f"{type(self).__name__} has a unit and a layer at least, and dropout is a probability: "
                             f"got hidden_size={hidden_size}, num_layers={num_layers}, dropout={dropout}")
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.batch_first, self.dropout, self.bidirectional = batch_first, dropout, bidirectional
        self.bias, self.fused = bias, fused
        self.rng: Any = np.random.default_rng(rng)
        draw = uniform(hidden_size, dtype, self.rng)
        for layer in range(num_layers):
            features = input_size if layer == 0 else hidden_size * (1 + bidirectional)
            for way in self._ways:
                setattr(self, f"weight_ih_l{layer}{way}", draw(self.gates * hidden_size, features))
                setattr(self, f"weight_hh_l{layer}{way}", draw(self.gates * hidden_size, hidden_size))
                if bias:
                    setattr(self, f"bias_ih_l{layer}{way}", draw(self.gates * hidden_size))
                    setattr(self, f"bias_hh_l{layer}{way}", draw(self.gates * hidden_size))

    @property
    def _ways(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    def forward(self, x: Array, hx: Tree = None) -> Tree:
        """The outputs of the last layer at every step, and the last state of every layer.

        x   (time, batch, input_size), or (batch, time, input_size) with batch_first, or one sequence (time, input_size)
        hx  the first states, of shape (layers · directions, batch, hidden_size); zeros by default; for an LSTM a pair

        Returns (output, state): output (time, batch, directions · hidden_size), axes as in x; state as hx.
        """
        members = () if self.stacked is None else (self.stacked,)
        first = len(members)
        shape = np.shape(raw(x))[first:]
        if len(shape) not in (2, 3) or shape[-1] != self.input_size:
            raise ShapeError(f"{type(self).__name__}({self.input_size}, {self.hidden_size}) takes sequences (time, "
                             f"batch, {self.input_size}), or one (time, {self.input_size}); got shape {shape}")
        single = len(shape) == 2
        batch_axis = 1 if single or not self.batch_first else 0
        if not shape[1 - batch_axis]:
            raise ShapeError(f"{type(self).__name__} was given sequences of length 0, in shape {shape}: a sequence has "
                             "at least one step")
        x = np.expand_dims(x, first + 1) if single else x
        x = np.moveaxis(x, first + 1 - batch_axis, 0)  # (time, members, batch, input)
        start = self._start(hx, (*members, x.shape[-2]), raw(self.weight_hh_l0).dtype, single)
        last: list[list[Array]] = []
        for layer in range(self.num_layers):
            if layer and self.dropout and self.training:
                rng, p = self.rng, self.dropout
                x = dropout_of_members(x, p, rng, axis=1) if self.stacked else dropout(x, p, rng=rng)
            outputs = []
            for way in self._ways:
                states = self._run(x[::-1] if way else x, f"l{layer}{way}", [s[len(last)] for s in start])
                outputs.append(states[::-1, 0] if way else states[:, 0])
                last.append([states[-1, i] for i in range(len(start))])
            x = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=-1)
        output = np.moveaxis(x, 0, first + 1 - batch_axis)
        state = [np.stack(parts, axis=first) for parts in zip(*last, strict=True)]
        if single:
            output, state = np.squeeze(output, first + 1), [np.squeeze(s, first + 1) for s in state]
        return output, (tuple(state) if self.kind == "lstm" else state[0])

    def _run(self, x: Array, name: str, start: list[Array]) -> Array:
        """The states (time, states, …) of one layer in one direction."""
        own = vars(self)
        w, u = own[f"weight_ih_{name}"], own[f"weight_hh_{name}"]
        zeros = np.zeros(np.shape(raw(u))[:-1], raw(u).dtype)
        b, c = (own[f"bias_ih_{name}"], own[f"bias_hh_{name}"]) if self.bias else (zeros, zeros)
        if self.stacked:
            x = np.moveaxis(linear(np.moveaxis(x, 0, 1), w, b), 1, 0)
        else:
            x = linear(x, w, b)
        return (recur if self.fused else _states)(x, u, c, *start, kind=self.kind)

    def _start(self, hx: Tree, front: Shape, dtype: DTypeLike, single: bool) -> list[Array]:
        """The first states as a list of (layers · directions, …, batch, hidden)."""
        count = self.num_layers * len(self._ways)
        if hx is None:
            return [np.zeros((count, *front, self.hidden_size), dtype)] * (2 if self.kind == "lstm" else 1)
        wanted = (*front[:-1], count, *(() if single else front[-1:]), self.hidden_size)
        states = list(hx) if self.kind == "lstm" else [hx]
        if self.kind == "lstm" and len(states) != 2:
            raise ShapeError(f"the first state of an LSTM is a pair (h, c), got {len(states)} arrays")
        for s in states:
            if np.shape(raw(s)) != wanted:
                raise ShapeError(f"{type(self).__name__} needs a first state of shape {wanted}, got {np.shape(raw(s))}")
        first = len(front) - 1
        return [np.moveaxis(np.expand_dims(s, first + 1) if single else s, first, 0) for s in states]

    def extra_repr(self) -> str:
        said = f"{self.input_size}, {self.hidden_size}"
        for name, usual in (("num_layers", 1), ("bias", True), ("batch_first", False), ("dropout", 0.0),
                            ("bidirectional", False)):
            said += "" if getattr(self, name) == usual else f", {name}={getattr(self, name)}"
        return said


class RNN(_Recurrent):
    """h ← tanh(x weight_ihᵀ + bias_ih + h weight_hhᵀ + bias_hh) at each step (or ReLU, with nonlinearity="relu").

    Parameters weight_ih_l0 (hidden, input), weight_hh_l0 (hidden, hidden), bias_ih_l0, bias_hh_l0 (hidden,), and so on
    for l1 …, and with `_reverse` for the other direction; they start uniform in ±1/√hidden_size, as in PyTorch.

    fused  True: one node for a sequence. False: the graph op by op, to look at

    >>> output, h = RNN(3, 5, rng=0)(np.zeros((7, 2, 3)))
    >>> output.shape, h.shape
    ((7, 2, 5), (1, 2, 5))
    """

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh",
                 bias: bool = True, batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
                 **options: Any):
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"nonlinearity is 'tanh' or 'relu', got {nonlinearity!r}")
        self.kind = self.nonlinearity = nonlinearity
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, **options)


class LSTM(_Recurrent):
    """Long short-term memory: a cell c that gates write to, forget and read; the state is the pair (h, c).

    Parameters as those of `RNN`, with four gates (input, forget, cell, output): weight_ih_l0 (4·hidden, input), ….

    >>> output, (h, c) = LSTM(3, 5, num_layers=2, rng=0)(np.zeros((7, 2, 3)))
    >>> output.shape, h.shape, c.shape
    ((7, 2, 5), (2, 2, 5), (2, 2, 5))
    """

    gates, kind = 4, "lstm"


class GRU(_Recurrent):
    """Gated recurrent unit: parameters as those of `RNN`, with three gates (reset, update, new).

    >>> output, h = GRU(3, 5, bidirectional=True, rng=0)(np.zeros((7, 2, 3)))
    >>> output.shape, h.shape
    ((7, 2, 10), (2, 2, 5))
    """

    gates, kind = 3, "gru"
