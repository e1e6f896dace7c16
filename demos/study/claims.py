"""What the thread claimed, each beside its measurement. No number stands here: all come from the results."""

from collections.abc import Callable
from typing import Any, NamedTuple

from demos.study.configurations import GATES, MISTAKES, RATES, WIDTHS, Configuration


class Verdict(NamedTuple):
    """claim: what was said; ruling: holds, holds in part, or does not hold; text: paragraphs; table: its rows."""

    claim: str
    ruling: str
    text: list[str]
    figure: str = ""
    table: tuple[list[str], list[list[str]]] | None = None


class Missing(Exception):
    """A configuration that was not part of this run."""


class Results:
    """The rows of results.csv, found by configuration."""

    def __init__(self, rows: list[dict[str, Any]], curves: dict[int, dict[str, Any]]):
        self.rows = {_key(row): row for row in rows}
        self.curves = curves

    def __getitem__(self, c: Configuration) -> dict[str, Any]:
        row = self.rows.get(_key(c.settings))
        if row is None:
            raise Missing(c.key)
        return row

    def rate(self, c: Configuration) -> str:
        """ "71.6 % (68.7 to 74.3)", the interval at 95 %."""
        return said(self[c])


def _key(settings: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(str(settings[name] if settings[name] is not None else "") for name in Configuration().settings)


def said(row: dict[str, Any]) -> str:
    return f"{100 * row['rate']:.1f} % ({100 * row['low']:.1f} to {100 * row['high']:.1f})"


def at_rest(r: Results, width: int, step: int) -> str:
    curve = r.curves[width]
    return f"{100 * float(curve['at_rest'][curve['step'] == step][0]):.1f} %"


def percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def xor(width: int, **options: Any) -> Configuration:
    return Configuration(hidden=(width,), **options)


# ---- the claims ------------------------------------------------------------------------------------------------------
def size(r: Results) -> Verdict:
    mesh = Configuration(hidden=(100, 100))
    rows = [[str(w), r.rate(xor(w)), r.rate(xor(w, optimizer="adam", lr=0.01))] for w in WIDTHS]
    rows.append(["100 and 100", r.rate(mesh), r.rate(Configuration(hidden=(100, 100), optimizer="adam", lr=0.01))])
    learns = r[mesh]["low"] > 0.5
    return Verdict(
        "ReLU networks can't be trained to be an XOR gate, “from 2 internal nodes up to a mesh of 100x100”.",
        "does not hold" if learns else "holds",
        [f"Of fresh starts, {r.rate(xor(2))} learn XOR with 2 hidden ReLUs, {r.rate(xor(4))} with 4, {r.rate(xor(8))} "
         f"with 8, {r.rate(xor(16))} with 16, and {r.rate(mesh)} in a mesh of 100 and 100. A larger network fails less "
         "often. If one of 100x100 never learns, the fault is not in the ReLU."],
        "width", (["hidden ReLUs", "gradient descent, rate 0.1", "Adam, rate 0.01"], rows))


def two_hidden(r: Results) -> Verdict:
    two, four, five = (r[xor(w)] for w in (2, 4, 5))
    rest = (two["dead"] + two["at_rest"]) / two["starts"]
    in_order = two["high"] < four["low"] and four["rate"] < five["rate"]
    return Verdict(
        "With 2 hidden units the gradient dies after 1000 steps; with 4 it sometimes works; with 5 it fails less often.",
        "holds" if in_order and rest > 0.5 else "holds in part",
        [f"With 2 ReLUs {said(two)} learn, with 4 {said(four)}, with 5 {said(five)}. Of all starts with 2, "
         f"{percent(two['dead'] + two['at_rest'], two['starts'])} end where the gradient is gone: "
         f"{percent(two['dead'], two['starts'])} because every ReLU is off for every row, the others at a plateau, most "
         f"often at a loss of {two['plateau']} ({percent(two['at_plateau'], two['starts'])} of all starts).",
         f"The gradient does die by step 1000 for some: it is below 0.0001 for {at_rest(r, 2, 1000)} of the starts with 2 "
         f"units by then, and for {at_rest(r, 2, 5000)} by step 5000, those that have learned among them."],
        "curves")


def adam(r: Results) -> Verdict:
    pairs = [(w, r[xor(w)], r[xor(w, optimizer="adam", lr=0.01)]) for w in WIDTHS]
    better = [w for w, gd, ad in pairs if ad["low"] > gd["high"]]
    worse = [w for w, gd, ad in pairs if ad["high"] < gd["low"]]
    rates = {lr: r[xor(4, optimizer="adam", lr=lr)] for lr in (1e-3, 1e-2, 0.1, 1.0)}
    best = max(rates, key=lambda lr: rates[lr]["rate"])
    ruling = "holds" if better and not worse else "holds in part" if better else "does not hold"

    def listed(widths: list[int]) -> str:
        return ", ".join(map(str, widths)) or "no"
    return Verdict(
        "Use Adam.", ruling,
        [f"With its rate of 0.01, Adam learns more often than gradient descent at {listed(better)} hidden units, and less "
         f"often at {listed(worse)} (where the intervals do not touch). With 4 ReLUs {said(pairs[3][2])} learn, against "
         f"{said(pairs[3][1])}. Its rate matters: at the best of four tried, {best:g}, it is {said(rates[best])}.",
         "Adam changes how fast a network moves, not whether a unit is off: where every ReLU is off, its gradient is as "
         "much zero as any."],
        "", (["Adam's rate, 4 ReLUs", "learned", "median of steps"],
             [[f"{lr:g}", said(row), str(row["median_steps"])] for lr, row in rates.items()]))


def shortcut(r: Results) -> Verdict:
    rows = [[str(w), r.rate(xor(w)), r.rate(xor(w, shortcut=True)),
             r.rate(xor(w, shortcut=True, optimizer="adam", lr=0.01))] for w in (1, 2, 3, 4)]
    with_one, without = r[xor(1, shortcut=True)], r[xor(1)]
    return Verdict(
        "One hidden unit is enough, if the output layer sees the inputs too.",
        "holds" if with_one["learned"] and not without["learned"] else "does not hold",
        [f"It can represent XOR (the weights stand below), and {said(with_one)} of the starts find such weights. Without "
         f"the shortcut one unit learned in {without['learned']} of {without['starts']} starts: it can't.",
         "So one unit is enough to be an XOR gate, and not enough to become one reliably."],
        "", (["hidden ReLUs", "without", "with the shortcut", "with it, Adam"], rows))


def rate(r: Results) -> Verdict:
    found: dict[tuple[str, int], list[float]] = {}
    rows = []
    for lr in RATES:
        rows.append([f"{lr:g}", *[r.rate(xor(4, gate=gate, lr=lr)) for gate in GATES]])
    for width in (2, 4):
        for gate in GATES:
            rates = {lr: r[xor(width, gate=gate, lr=lr)]["rate"] for lr in RATES}
            found[gate, width] = [lr for lr in RATES if rates[lr] >= max(rates.values()) / 2]
    tops = {gate: found[gate, 4][-1] for gate in GATES}
    times = min(tops["AND"], tops["OR"]) / tops["XOR"]
    ruling = "holds" if times >= 300 else "holds in part" if times >= 10 else "does not hold"
    spans = "; ".join(f"{gate} from {found[gate, 4][0]:g} to {found[gate, 4][-1]:g}" for gate in GATES)
    small = "; ".join(f"{gate} from {found[gate, 2][0]:g} to {found[gate, 2][-1]:g}" for gate in GATES)
    return Verdict(
        "The learning rate that suits AND and OR is about 1000 times too large for XOR.", ruling,
        [f"With 4 ReLUs, the rates at which at least half as many starts learn as at the best one: {spans}. With 2: "
         f"{small}. The largest rate that suits AND and OR is {times:g} times that for XOR."],
        "rate", (["rate", *GATES], rows))


def cross_entropy(r: Results) -> Verdict:
    kinds = [("linear", "squared"), ("relu", "squared"), ("sigmoid", "squared"), ("sigmoid", "cross entropy")]
    rows, best = [], {}
    for hidden in ("relu", "tanh", "sigmoid"):
        for output, loss in kinds:
            pair = [r[xor(4, activation=hidden, output=output, loss=loss, lr=lr)] for lr in (0.1, 1.0)]
            rows.append([hidden, output, loss, *map(said, pair)])
            best[hidden, output, loss] = max(pair, key=lambda row: row["rate"])
    squared, entropy = best["sigmoid", "sigmoid", "squared"], best["sigmoid", "sigmoid", "cross entropy"]
    plain = best["relu", "linear", "squared"]
    ruling = "holds" if entropy["low"] > max(squared["high"], plain["high"]) else (
        "holds in part" if entropy["low"] > min(squared["high"], plain["high"]) else "does not hold")
    return Verdict(
        "Sigmoids with cross entropy may do better.", ruling,
        [f"With 4 hidden units, each at the better of two rates: sigmoids with cross entropy learn in {said(entropy)} of "
         f"the starts, sigmoids with a sigmoid output and squared error in {said(squared)}, ReLUs with a linear output and "
         f"squared error in {said(plain)}.",
         "A squared error after a sigmoid output is slow, for its slope is small where the answer is wrong by much; cross "
         "entropy takes that slope out."],
        "", (["hidden", "output", "loss", "rate 0.1", "rate 1"], rows))


def units_die(r: Results) -> Verdict:
    rows = []
    for w in (1, 2, 3, 4, 5, 6, 8, 16):
        row = r[xor(w)]
        failed = row["starts"] - row["learned"]
        rows.append([str(w), str(failed), percent(row["dead"], failed), percent(row["at_rest"], failed),
                     percent(row["moving"], failed), percent(row["diverged"], failed)])
    two, four = r[xor(2)], r[xor(4)]
    share = four["dead"] / max(four["starts"] - four["learned"], 1)
    return Verdict(
        "ReLU units die, and that is why it fails.",
        "holds" if share > 0.5 else "holds in part",
        [f"Networks in which every hidden ReLU is off for every row are {percent(two['dead'], two['starts'])} of the "
         f"starts with 2 units and {percent(four['dead'], four['starts'])} with 4. Most failures are others: the network "
         "rests at a plateau, with units that are on for some rows, at a point from which no small step helps."],
        "", (["hidden ReLUs", "failures", "all units dead", "at rest elsewhere", "still moving", "diverged"], rows))


def gradients(r: Results) -> Verdict:
    rows, shows = [], {}
    for mistake in MISTAKES:
        row = r[xor(4, mistake=mistake)]
        shows[mistake] = row["symptom"] / row["starts"]
        rows.append([mistake, said(row), percent(row["symptom"], row["starts"]),
                     f"{row['commonest_pattern'] or '-'} ({percent(row['of_that_pattern'], row['starts'])})"])
    right = r[xor(4, mistake="none")]
    hurt = [m for m in MISTAKES if r[xor(4, mistake=m)]["high"] < right["low"]]
    most = max(shows, key=lambda m: shows[m])
    row = r[xor(4, mistake=most)]
    return Verdict(
        "Check your gradients.", "holds" if hurt else "does not hold",
        [f"Backpropagation written by hand, with 4 ReLUs, learns in {said(right)} of the starts when it is right. Of the "
         f"{len(MISTAKES) - 1} changes tried, these make it worse: {', '.join(hurt)}. Several still learn at times, which "
         "is why such a mistake is hard to notice without a check.",
         f"The asker's symptom, three rows right and (1, 1) at 1, comes from one of them: “{most}” shows it in "
         f"{percent(row['symptom'], row['starts'])} of the starts; the median of its answer to (1, 1) is then "
         f"{row['symptom_median']:g}, and it lies within 0.1 of 1 in {percent(row['symptom_at_1'], row['starts'])}. "
         f"Right code shows it in {percent(right['symptom'], right['starts'])}."],
        "mistakes", (["change", "learned", "the asker's symptom", "commonest failure: rows 00 01 10 11 right"], rows))


def starts(r: Results) -> Verdict:
    rows = [[kind, *[r.rate(xor(w, start=kind)) for w in (2, 4, 8)]] for kind in ("kaiming", "pytorch", "small")]
    small, best = r[xor(4, start="small")], max((r[xor(4, start=k)] for k in ("kaiming", "pytorch")),
                                                key=lambda row: row["rate"])
    return Verdict(
        "(Not in the thread) It is a matter of how the weights start.",
        "holds" if small["high"] < best["low"] else "does not hold",
        [f"With 4 ReLUs, weights of 0.01 learn in {said(small)} of the starts within {small['steps']:,} steps; the better "
         f"of the two usual ways in {said(best)}."],
        "", (["start", "2 ReLUs", "4", "8"], rows))


def encodings(r: Results) -> Verdict:
    rows = [[f"{i} and {o}", *[r.rate(xor(w, encoding=f"{i}-{o}")) for w in (2, 4, 8)]] for i in (1, 2) for o in (1, 2)]
    base, most = r[xor(4)], r[xor(4, encoding="2-2")]
    return Verdict(
        "(Not in the thread) Each bit should be a true/false pair.",
        "holds" if most["low"] > base["high"] else "does not hold",
        [f"With 4 ReLUs, one number a bit learns in {said(base)} of the starts, pairs on both sides in {said(most)}."],
        "", (["numbers for a bit, in and out", "2 ReLUs", "4", "8"], rows))


CLAIMS: list[Callable[[Results], Verdict]] = [
    size, gradients, adam, shortcut, rate, two_hidden, units_die, cross_entropy, starts, encodings,
]
