"""`LBFGS`: steps from the curvature that the last gradients showed (Nocedal & Wright, Numerical Optimization, 2006).

Algorithm 7.4, the two loops, with the line search of algorithms 3.5 and 3.6 and cubic interpolation (3.59). The details
that they leave open are those of PyTorch: its trajectories are the same.
"""

import functools
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from autograd.errors import ShapeError
from autograd.extend import raw, replace_data
from autograd.typing import Array, ArrayLike
from nn.training.optim import Optimizer
from nn.training.optim_state import Group, Params, State, is_number, python_numbers, whole

ENOUGH, FLAT = 1e-4, 0.9  # c₁ and c₂ of the strong Wolfe conditions
STATE = {"func_evals", "n_iter", "d", "t", "prev_flat_grad", "old_dirs", "old_stps", "H_diag"}


class LBFGS(Optimizer):
    """The limited-memory quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno.

    `step(closure)` needs a function that clears the gradients, computes the loss, calls backward and returns the loss:
    one step is up to max_iter iterations, each with its own evaluations. For whole batches, not for noisy ones, and not
    for ensembles, whose members would share one step length.

    max_eval            evaluations a step; by default max_iter · 5/4
    tolerance_grad      stop where no element of the gradient is larger
    tolerance_change    stop where the loss, or every parameter, changes by less
    history_size        how many pairs of steps and changes of the gradient are kept
    line_search_fn      None: steps of length lr. "strong_wolfe": a search along each direction

    If the closure raises (or Ctrl-C does), parameters and state are as they were before the step. So they are if the
    loss or its gradient is not finite where the step begins, a ValueError. Where it is not finite further on, the step
    is halved until it is.

    >>> from autograd import Tensor
    >>> x = Tensor([3.0, -2.0])
    >>> optimizer = LBFGS([x], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = ((x - np.array([1.0, 2.0])) ** 2 * np.array([1.0, 10.0])).sum()
    ...     loss.backward()
    ...     return loss
    >>> _ = optimizer.step(closure)
    >>> x.data.round(6).tolist()
    [1.0, 2.0]
    """

    closure_needed = True

    def __init__(self, params: Params, lr: float = 1.0, max_iter: int = 20, max_eval: int | None = None,
                 tolerance_grad: float = 1e-7, tolerance_change: float = 1e-9, history_size: int = 100,
                 line_search_fn: str | None = None):
        super().__init__(params, {
            "lr": lr, "max_iter": max_iter, "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad, "tolerance_change": tolerance_change, "history_size": history_size,
            "line_search_fn": line_search_fn,
        })

    def add_param_group(self, group: Group) -> None:
        """Take over the parameters: there is one group only."""
        if self.param_groups:
            raise ValueError("LBFGS takes one group of parameters: it moves all of them along one direction")
        super().add_param_group(group)

    def check(self, group: Group) -> None:
        """As the parent's; and how many iterations and pairs there are must be at least one."""
        super().check(group)
        for name in ("max_iter", "history_size"):
            whole(name, group[name], 1)
        for name in ("max_eval", "tolerance_grad", "tolerance_change"):
            if not is_number(group[name]):
                raise ValueError(f"{name} is a number, got {group[name]!r}")
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(f"line_search_fn is None or 'strong_wolfe', got {group['line_search_fn']!r}")

    def step(self, closure: Callable[[], Array] | None = None) -> Array:
        """Up to max_iter iterations; returns the first loss that closure() gave."""
        if closure is None:
            raise ValueError("LBFGS evaluates the loss several times a step: call step(closure)")
        before, state = [raw(x) for x in self.params], dict(self._states[0])
        try:
            result = self._iterate(closure, self.param_groups[0], state)
        except BaseException:
            replace_data(self.params, before)
            raise
        self._states[0] = state
        return result

    def _iterate(self, closure: Callable[[], Array], o: Group, state: State) -> Array:
        result = closure()
        if result is None:
            raise TypeError("the closure of LBFGS gave None: it returns the loss")
        loss, g = float(raw(result)), self._gradient()
        if not math.isfinite(loss) or not np.all(np.isfinite(g)):
            raise ValueError(f"LBFGS begins where the loss is {loss} and the largest element of its gradient "
                             f"{np.max(np.abs(g), initial=0.0)}: no direction leads down from there")
        state["func_evals"] = state.get("func_evals", 0) + 1
        evaluations, start = 1, self._numbers()
        if np.max(np.abs(g), initial=0.0) <= o["tolerance_grad"]:
            return result

        def at(t: float, direction: Array) -> tuple[float, Array]:
            self._put(start + t * direction)
            with np.errstate(all="ignore"):  # what is not finite is noticed
                return float(raw(closure())), self._gradient()

        for i in range(1, o["max_iter"] + 1):
            state["n_iter"] = state.get("n_iter", 0) + 1
            d = state["d"] = self._direction(g, state, o)
            state["prev_flat_grad"], before = g, loss
            t = o["lr"] if state["n_iter"] > 1 else min(1.0, 1.0 / (float(np.sum(np.abs(g))) or 1.0)) * o["lr"]
            slope = float(g @ d)
            if slope > -o["tolerance_change"]:
                state["t"] = t
                break
            used = 0
            if o["line_search_fn"] or i < o["max_iter"]:  # what the last iteration would find, the next step evaluates
                look = _Look(functools.partial(at, direction=d), d, o["max_eval"] - evaluations)
                here = Point(0.0, loss, g, slope)
                t, loss, g, _ = (_search if o["line_search_fn"] else _Look.__call__)(look, t, here)
                used = look.evaluations
            self._put(start + t * d)
            state["t"], start = t, self._numbers()
            evaluations += used
            state["func_evals"] += used
            if (evaluations >= o["max_eval"] or np.max(np.abs(g)) <= o["tolerance_grad"]
                    or np.max(np.abs(d * t)) <= o["tolerance_change"] or abs(loss - before) < o["tolerance_change"]):
                break
        return result

    def _direction(self, g: Array, state: State, o: Group) -> Array:
        """-H g, where H is the inverse Hessian as far as the pairs s, y of the last steps tell."""
        if state["n_iter"] == 1:
            state["old_stps"], state["old_dirs"], state["H_diag"] = [], [], 1.0
            return -g
        s, y = state["d"] * state["t"], g - state["prev_flat_grad"]
        ys, yy = float(y @ s), float(y @ y)
        if 1e-10 < ys < math.inf and yy < math.inf:  # the curvature along the step must be positive
            keep = o["history_size"] - 1
            state["old_stps"] = [*state["old_stps"][-keep:], s] if keep else [s]
            state["old_dirs"] = [*state["old_dirs"][-keep:], y] if keep else [y]
            state["H_diag"] = ys / yy
        pairs = [(s, y, 1.0 / float(y @ s)) for s, y in zip(state["old_stps"], state["old_dirs"], strict=True)]
        d, shares = -g, []
        for s, y, rho in reversed(pairs):
            shares.append(float(s @ d) * rho)
            d = d - shares[-1] * y
        d = d * state["H_diag"]
        for (s, y, rho), share in zip(pairs, reversed(shares), strict=True):
            d = d + s * (share - float(y @ d) * rho)
        return d if np.all(np.isfinite(d)) else -g

    # all parameters as one vector of reals; float16 is worked out in float32
    def _numbers(self) -> Array:
        return np.concatenate([_reals(raw(x)) for x in self.params])

    def _gradient(self) -> Array:
        return np.concatenate([_reals(np.zeros_like(raw(x)) if x.grad is None or not x.requires_grad
                                      else np.conj(x.grad)) for x in self.params])

    def _put(self, numbers: Array) -> None:
        parts = np.split(numbers, np.cumsum([_reals(raw(x)).size for x in self.params])[:-1])
        new = {x: part.item() if isinstance(raw(x), float) else _as_before(part, raw(x))
               for x, part in zip(self.params, parts, strict=True) if x.requires_grad}
        replace_data(new, new.values())

    def _restored(self, i: int, own: State) -> State:
        """A saved state, perhaps PyTorch's: vectors of all numbers, lists of them, and counters."""
        n = self._numbers()

        def vector(name: str, value: ArrayLike) -> Array:
            array = np.asarray(value).astype(n.dtype)
            if array.shape != n.shape:
                raise ShapeError(f"LBFGS: the saved {name} has shape {array.shape}, the parameters together {n.shape}")
            return array

        found: State = {}
        for name in STATE & own.keys():
            value = own[name]
            if name in ("old_dirs", "old_stps"):
                found[name] = [vector(name, x) for x in value]
            elif name in ("d", "prev_flat_grad"):
                found[name] = vector(name, value)
            elif name in ("func_evals", "n_iter"):
                found[name] = whole(f"LBFGS: the saved {name}", np.asarray(value), 0)
            elif is_number(python_numbers(np.asarray(value))):  # PyTorch's may be a tensor
                found[name] = float(value)
            else:
                raise ValueError(f"LBFGS: the saved {name} is no number, but {value!r:.40}")
        if i or (found.get("n_iter") and found.keys() != STATE):
            raise ValueError(f"LBFGS: the saved state has {sorted(found)} of parameter {i}, not {sorted(STATE)} of 0")
        return found


def _reals(a: ArrayLike) -> Array:
    """An array as a vector, of at least float32; a complex number as two, along its conjugate gradient."""
    flat = np.ravel(a)
    return flat.view(flat.real.dtype) if flat.dtype.kind == "c" else flat.astype(np.result_type(flat, np.float32))


def _as_before(part: Array, like: Array) -> Array:
    """Such a vector as an array like another."""
    return part.astype(like.real.dtype).view(like.dtype).reshape(like.shape)


# ---- the line search ------------------------------------------------------------------------------------------------
class Point(NamedTuple):
    """Where the search has been: the step t, the loss, its gradient, and its slope along the direction."""

    t: float
    f: float
    g: Array
    slope: float


class _Look:
    """look(t, near): the point at the step t along the direction d; where that is not finite, halfway to `near`, ….

    After more than `most` evaluations it is `near` itself. `wall` is the nearest step that was not finite.
    """

    def __init__(self, at: Callable[[float], tuple[float, Array]], d: Array, most: int):
        self.at, self.d, self.most, self.evaluations, self.wall = at, d, most, 0, math.inf

    def __call__(self, t: float, near: Point) -> Point:
        while True:
            self.evaluations += 1
            f, g = self.at(t)
            with np.errstate(all="ignore"):
                slope = float(g @ self.d)
            if math.isfinite(f) and math.isfinite(slope):
                return Point(t, f, g, slope)
            self.wall = min(self.wall, t)
            t = near.t + (t - near.t) / 2
            if self.evaluations > self.most or t == near.t:
                return near


def _search(look: _Look, t: float, start: Point) -> Point:
    """A step at which the loss has fallen enough and its slope is flat enough, or the best that was found in time."""

    def too_high(p: Point) -> bool:
        return p.f > start.f + ENOUGH * p.t * start.slope

    # first, longer and longer steps, until a good one lies between two of them
    before, now = start, look(t, start)
    if now is start:
        return start
    tries = 0
    while look.evaluations <= look.most:
        passed = too_high(now) or (tries > 1 and now.f >= before.f)
        if not passed and abs(now.slope) <= -FLAT * start.slope:
            return now
        if passed or now.slope >= 0:
            bracket = [before, now]
            break
        far = min(now.t * 10, (now.t + look.wall) / 2)
        longer = _lowest(before, now, (min(now.t + 0.01 * (now.t - before.t), far), far))
        before, now = now, look(longer, now)
        tries += 1
    else:
        bracket = [start, now]

    # then narrow them down; `low` is the better end
    size, stuck = float(np.max(np.abs(look.d))), False
    low, high = (0, 1) if bracket[0].f <= bracket[1].f else (1, 0)
    while look.evaluations <= look.most and abs(bracket[1].t - bracket[0].t) * size >= 1e-9:
        t = _lowest(bracket[0], bracket[1])
        left, right = sorted(p.t for p in bracket)
        edge = 0.1 * (right - left)
        near = min(right - t, t - left) < edge
        if near and (stuck or not left < t < right):  # twice in a row would be no progress
            t = right - edge if abs(t - right) < abs(t - left) else left + edge
            near = False
        stuck = near
        new = look(t, bracket[low])
        if too_high(new) or new.f >= bracket[low].f:
            bracket[high] = new
            low, high = (0, 1) if bracket[0].f <= bracket[1].f else (1, 0)
            continue
        done = abs(new.slope) <= -FLAT * start.slope
        if not done and new.slope * (bracket[high].t - bracket[low].t) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = new
        if done:
            break
    return bracket[low]


def _lowest(a: Point, b: Point, bounds: tuple[float, float] | None = None) -> float:
    """Where the cubic through two points with their slopes is lowest, within bounds (by default the two points)."""
    low, high = bounds or (min(a.t, b.t), max(a.t, b.t))
    if a.t == b.t:
        return low
    if a.t > b.t:
        a, b = b, a
    bend = a.slope + b.slope - 3 * (a.f - b.f) / (a.t - b.t)
    square = bend * bend - a.slope * b.slope
    if not square >= 0:
        return (low + high) / 2
    root = math.sqrt(square)
    curvature = b.slope - a.slope + 2 * root
    if curvature == 0:  # a straight line: down to its lower end
        return high if b.slope < 0 else low
    t = b.t - (b.t - a.t) * ((b.slope + root - bend) / curvature)
    return min(max(t, low), high)
