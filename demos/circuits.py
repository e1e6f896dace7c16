"""Gates, sums, memory and a computer of NOR neurons: see logic.py for the modules."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

import nn
from autograd import Tensor, draw, gradcheck, no_grad
from autograd.typing import Array, ArrayLike
from demos.logic import And, Counter, FullAdder, HalfAdder, Latch, Nor, Not, Or, RippleAdder, Rule110, Xor
from demos.output import new_figure, save_figure, save_graph, table

A, B = np.array([0.0, 0, 1, 1]), np.array([0.0, 1, 0, 1])
RULE = {(1, 1, 1): 0, (1, 1, 0): 1, (1, 0, 1): 1, (1, 0, 0): 0, (0, 1, 1): 1, (0, 1, 0): 1, (0, 0, 1): 1, (0, 0, 0): 0}
CELLS, GENERATIONS = 128, 100


def bits(numbers: Array, n: int) -> Array:
    """Whole numbers as rows of n bits, the lowest first."""
    return numbers[..., None] >> np.arange(n) & 1


def exact(got: Array, want: ArrayLike) -> None:
    """Equal to the last bit."""
    assert np.array_equal(np.asarray(got.data), want), f"{got.data} is not {want}"


def say(circuit: nn.Module, checked: str) -> None:
    neurons = sum(isinstance(module, Nor) for module in circuit.modules())
    print(f"   {type(circuit).__name__:<12}{neurons:>4} neurons: {checked}")


# ---- they compute what they should ----------------------------------------------------------------------------------
def check_gates() -> None:
    wanted = {Nor(): 1 - np.maximum(A, B), Or(): np.maximum(A, B), And(): A * B, Xor(): abs(A - B)}
    for gate, want in wanted.items():
        exact(gate(A, B), want)
    exact(Not()(A), 1 - A)
    titles = ["a", "b", *(type(gate).__name__ for gate in wanted)]
    print(table(titles, [[int(x) for x in row] for row in zip(A, B, *wanted.values(), strict=True)]))


def check_sums() -> None:
    half, full = HalfAdder(), FullAdder()
    for adder, inputs in (half, np.indices((2, 2))), (full, np.indices((2, 2, 2))):
        total, carry = adder(*inputs)
        exact(total, sum(inputs) % 2)
        exact(carry, sum(inputs) // 2)
        say(adder, f"all {inputs[0].size} inputs")
    numbers = np.random.default_rng(0).integers(0, 2**32, size=(2, 500))
    for n, (a, b), which in (4, np.indices((16, 16)), "all pairs"), (32, numbers, "500 random pairs"):
        adder = RippleAdder(n)
        exact(adder(bits(a, n), bits(b, n)), bits(a + b, n + 1))
        say(adder, f"{which} of {n}-bit numbers")


def check_latch() -> None:
    latch, state = Latch(), (np.array([0.0, 1.0]), np.array([1.0, 0.0]))  # two latches: one holds 0, the other 1
    script = [(0, 0, [0, 1]), (1, 0, [1, 1]), (0, 0, [1, 1]), (0, 1, [0, 0]), (0, 0, [0, 0])]
    for s, r, want in script:
        for _ in range(2):
            state = latch(s, r, state)
        exact(state[0], np.array(want))
        exact(state[1], 1 - np.array(want))
    say(latch, "of two, one begins with 0 and one with 1: hold, set, hold, reset, hold")
    print(table(["s", "r", "q", "q"], [(s, r, *q) for s, r, q in script]))


def check_counter() -> None:
    counter, state = Counter(4), np.zeros((50, 4))
    pulses = np.random.default_rng(1).integers(0, 2, size=(60, 50))
    for pulse, count in zip(pulses, np.cumsum(pulses, axis=0), strict=True):
        state = counter(pulse, state)
        exact(state, bits(count % 16, 4))
    say(counter, "50 trains of pulses, counted modulo 16 for 60 ticks")


def by_table(row: Sequence[int]) -> list[int]:
    return [RULE[row[i - 1], row[i], row[(i + 1) % len(row)]] for i in range(len(row))]


def check_rule(out: Path) -> None:
    rows = np.zeros((2, CELLS), dtype=int)
    rows[0, -1], rows[1] = 1, np.random.default_rng(2).integers(0, 2, CELLS)
    rule, history, want = Rule110(), [rows], rows.tolist()
    with no_grad():
        for _ in range(GENERATIONS):
            history.append(rule(history[-1]).data)
            want = [by_table(row) for row in want]
            exact(history[-1], want)
    say(rule, f"{GENERATIONS} generations of two rows of {CELLS} cells, against the table of the rule")
    figure, panels = new_figure(2)
    for k, (panel, start) in enumerate(zip(panels, ("one cell", "a random row"), strict=True)):
        panel.imshow(np.array(history)[:, k], cmap="binary")
        panel.set(title=f"Rule 110 from {start}", xlabel="cell", ylabel="generation")
    save_figure(figure, out / "circuits-rule110.png")


# ---- they are networks like others ----------------------------------------------------------------------------------
def check_gradients() -> None:
    """On bits a neuron is on only where both its inputs are 0. The inputs' derivatives are -20 each, the bias's is 1,
    and the weights' are 0: a weight's derivative is its input. Inputs that are neurons are off, so no gradient gets
    further back. Between bits there are points at which all neurons are on. With weights of -0.4 they are on for all
    inputs from 0 to 1. There every parameter has a gradient.
    """
    nor, a, b = Nor(), Tensor(0.0), Tensor(0.0)
    nor(a, b).backward()
    assert [x.grad for x in (a, b, *nor.parameters())] == [-20, -20, 0, 0, 1]

    xor, a, b = Xor(), Tensor(A), Tensor(B)
    xor(a, b).sum().backward()
    assert not np.any(a.grad) and not np.any(b.grad)
    assert with_gradient(xor) == ["one.b"]

    xor.zero_grad()
    a, b = Tensor(0.0244), Tensor(0.02437)  # by hand: so that 1 - 40 a, 1 - 40 b and 1 - 20 (a + b) are near 0.025
    xor(a, b).backward()
    assert with_gradient(xor) == list(xor.state_dict())
    gradcheck(lambda p, a, b: nn.functional_call(xor, p, a, b), xor.state_dict(), a.data, b.data)
    print(f"   Xor's gradients: on bits that of one bias; at {a.item():g}, {b.item():g} all, and d/da is {a.grad:.0f}")

    full, grid = FullAdder(), np.indices((2, 2, 2)).astype(float)
    full.load_state_dict({name: x / 50 if ".w." in name else x for name, x in full.state_dict().items()})
    total, carry = full(*grid)
    (total + carry).sum().backward()
    assert with_gradient(full) == list(full.state_dict())
    gradcheck(lambda p, *grid: nn.functional_call(full, p, *grid), full.state_dict(), *grid, order=1)


def with_gradient(circuit: nn.Module) -> list[str]:
    return [name for name, p in circuit.named_parameters() if p.grad]


def draw_circuits(out: Path) -> None:
    xor = Xor()
    y = xor(Tensor(A, name="a"), Tensor(B, name="b"))
    picture = draw(y, names={"xor": xor, "a xor b": y}, collapse=Nor, expand="one", seed=np.ones(4))
    save_graph(picture, out / "circuits-xor")

    low, high = FullAdder()(Tensor(1.0, name="a"), Tensor(0.0, name="b"), Tensor(1.0, name="carry"))
    total = low + 2 * high
    picture = draw(total, names={"total": total}, depth=2, constants=False)
    picture.graph_attr["nodesep"] = "0.5"  # room for the labels of arrows that cross
    save_graph(picture, out / "circuits-adder")


def main(out: Path) -> None:
    """Everything from NOR neurons: gates, adders, memory, a counter, and Rule 110, which is Turing-complete."""
    check_gates()
    check_sums()
    check_latch()
    check_counter()
    check_rule(out)
    check_gradients()
    draw_circuits(out)
