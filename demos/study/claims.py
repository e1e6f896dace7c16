"""What the thread claimed, each beside its measurement. No number stands here: all come from the results."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from demos.study.configurations import ACTIVATIONS, GATES, MISTAKES, RATES, WIDTHS, Configuration

MESH = Configuration(hidden=(100, 100))


class Verdict(NamedTuple):
    """What was said; whether it holds, holds in part, or does not hold; why, in paragraphs; titles and rows of numbers."""

    claim: str
    ruling: str
    text: list[str]
    figure: str
    table: tuple[list[str], list[list[str]]] | None = None


class Missing(Exception):
    """A configuration that was not part of this run."""


class Results:
    """The rows of results.csv, found by configuration."""

    def __init__(self, rows: list[dict[str, Any]], curves: dict[tuple[int, str], dict[str, Any]]):
        self.rows = {_key(row): row for row in rows}
        self.curves = curves

    def __getitem__(self, c: Configuration) -> dict[str, Any]:
        row = self.rows.get(_key(c.settings))
        if row is None:
            raise Missing(c.key)
        return row

    def __contains__(self, c: Configuration) -> bool:
        return _key(c.settings) in self.rows

    def rate(self, c: Configuration) -> str:
        """ "71.6 % (68.7 to 74.3)", the interval at 95 %."""
        return said(self[c])

    def at_rest(self, width: int, step: int) -> str:
        """Of the starts that fail in the end, how many have no gradient to speak of after so many steps."""
        curve = self.curves[width, "failed"]
        return f"{100 * float(curve['at_rest'][curve['step'] == step][0]):.1f} %"


def _key(settings: dict[str, Any]) -> tuple[Any, ...]:
    return tuple("" if settings[name] is None else str(settings[name]) for name in Configuration().settings)


def said(row: dict[str, Any]) -> str:
    return f"{100 * row['rate']:.1f} % ({100 * row['low']:.1f} to {100 * row['high']:.1f})"


def percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def share(row: dict[str, Any], what: str) -> str:
    return percent(row[what], row["starts"])


def steps(row: dict[str, Any]) -> str:
    """In the median, until it was learned."""
    return f"{row['median_steps']:g}" if row["learned"] else "-"


def listed(things: Iterable[Any]) -> str:
    words = [str(x) for x in things]
    if len(words) < 2:
        return words[0] if words else "none"
    return f"{', '.join(words[:-1])} and {words[-1]}"


def xor(width: int, **options: Any) -> Configuration:
    return Configuration(hidden=(width,), **options)


def adam_of(c: Configuration) -> Configuration:
    """The same with Adam, at the rate that most libraries' users take first for something small."""
    return Configuration(**{**vars(c), "optimizer": "adam", "lr": 0.01})


def activations_in(r: Results) -> list[str]:
    """Those of which this run tried all widths: a quick one does not."""
    return [a for a in ACTIVATIONS if Configuration(hidden=MESH.hidden, activation=a) in r]


def mistakes_in(r: Results) -> list[str]:
    """Those that this run tried."""
    return [m for m in MISTAKES if xor(4, mistake=m) in r]


# ---- the claims, in the order in which they were made ------------------------------------------------------------------
def size(r: Results) -> Verdict:
    activations = activations_in(r)
    rows = [[" and ".join(map(str, hidden)), *[r.rate(Configuration(hidden=hidden, activation=a)) for a in activations]]
            for hidden in [*[(w,) for w in WIDTHS], MESH.hidden]]
    learns = r[MESH]["low"] > 0.5
    others = {"leaky_relu": "leaky ReLUs (a slope of 0.01 where a ReLU has none)", "tanh": "tanh", "sigmoid": "sigmoids"}
    return Verdict(
        "No ReLU network can be trained to be an XOR gate, “from 2 internal nodes up to a mesh of 100x100”.", "does not hold" if learns else "holds",
        [f"Of fresh starts, {r.rate(xor(2))} learn XOR with 2 hidden ReLUs, {r.rate(xor(4))} with 4, {r.rate(xor(8))} "
         f"with 8, {r.rate(xor(16))} with 16, and {r.rate(MESH)} in a mesh of 100 and 100. A larger ReLU network fails "
         "less often. If one of 100x100 never learns, the fault is not in the ReLU.",
         *[f"Of networks with 4 {others[a]}, {r.rate(xor(4, activation=a))} learn, in the same {r[xor(4)]['steps']:,} steps."
           for a in activations[1:]]],
        "width", (["hidden units", *[a.replace("_", " ") for a in activations]], rows))


def turing(r: Results) -> Verdict:
    return Verdict(
        "ReLU networks are Turing-complete.", "holds",
        ["`python -m demos circuits` builds gates, an adder, memory, a counter and Rule 110 from one kind of neuron, and "
         "compares each bit of a hundred generations with the table of the rule. Rule 110 is Turing-complete (Cook, 2004), "
         "so a recurrent ReLU network is, on a row of cells that is as long as the problem needs. That says what weights "
         "can do, and nothing about finding them by training."],
        "rule110")


def neuron(r: Results) -> Verdict:
    return Verdict(
        "One ReLU neuron with weights −20 and −20 and bias 1 is a NOR gate.", "holds",
        ["It is, to the last bit: 1 for (0, 0), and 0 for the three other rows. But it could not be trained further: on "
         "those three rows the neuron is off, and passes nothing back."],
        "nor")


def gradients(r: Results) -> Verdict:
    found = {m: r[xor(4, mistake=m)] for m in mistakes_in(r)}
    rows = [[f"{m}: {MISTAKES[m]}", said(row), share(row, "symptom"), f"{row['symptom_median']:g}" if row["symptom"] else "",
             f"{row['commonest_pattern'] or '-'} ({share(row, 'of_that_pattern')})"] for m, row in found.items()]
    right = r[xor(4, mistake="none")]
    hurt = [m for m in found if found[m]["high"] < right["low"]]
    shows = [m for m in found if found[m]["symptom"] > found[m]["starts"] / 2]
    rarely = [m for m in found if 0 < found[m]["symptom"] <= found[m]["starts"] / 2]
    slopes = [m for m in ("sigmoid slope", "no slope", "wrong sign", "ReLU of the slope") if m in found]
    innocent = not any(found[m]["symptom"] for m in slopes)
    still = [m for m in hurt if found[m]["low"] > 0.3]
    often = listed(f"“{m}” (in {share(found[m], 'symptom')} of the starts; their (1, 1) is {found[m]['symptom_median']:g} in "
                   f"the median, and within 0.1 of 1 in {share(found[m], 'symptom_at_1')} of all)" for m in shows)
    worse = (f"Backpropagation written by hand, with 4 ReLUs, learns in {said(right)} of the starts when it is right. Of the "
             f"{len(found) - 1} changes tried, these make it worse: {listed(hurt)}.")
    if still:
        worse += f" With {listed(still)}, more than three in ten still learn: such a mistake is hard to notice without a check."
    cause = (f"Right code shows the asker's symptom, three rows right and (1, 1) above 0.9, in {share(right, 'symptom')} of the "
             "starts, and can't rest there, as was shown above: something keeps the error of the last row from being felt.")
    if shows:
        cause += f" It comes from {often}."
    if rarely:
        cause += f" It comes now and then from {listed(f'“{m}”' for m in rarely)}."
    if innocent:
        cause += f" The wrong slopes and signs never show it ({listed(slopes)})."
    return Verdict(
        "Check your gradients.", "holds" if hurt else "does not hold", [worse, cause], "mistakes", (["change", "learned", "the asker's symptom", "its (1, 1), median",
                      "commonest failure: rows 00 01 10 11 on the right side of 0.5 (of all starts)"], rows))


def adam(r: Results) -> Verdict:
    pairs = [(w, r[xor(w)], r[adam_of(xor(w))]) for w in WIDTHS]
    better = [w for w, gd, ad in pairs if ad["low"] > gd["high"]]
    worse = [w for w, gd, ad in pairs if ad["high"] < gd["low"]]
    rates = {lr: r[xor(4, optimizer="adam", lr=lr)] for lr in (1e-3, 1e-2, 0.1, 1.0)}
    best = max(rates, key=lambda lr: rates[lr]["rate"])
    ruling = "holds" if better and not worse else "holds in part" if better else "does not hold"
    plain = r[xor(4)]
    return Verdict(
        "Use Adam.", ruling,
        [f"Of the numbers of hidden units that were tried, Adam at its rate of 0.01 learns more often than gradient descent "
         f"at 0.1 for {listed(better)}, and less often for {listed(worse)}, where the intervals do not touch. With 4 ReLUs "
         f"{said(rates[1e-2])} learn, in {steps(rates[1e-2])} steps in the median, against {said(plain)} in "
         f"{steps(plain)}. At the best of four rates, {best:g}, it is {said(rates[best])}.",
         "Adam changes how fast a network moves, not where there is no slope to follow: where every ReLU is off, or a "
         "plateau is flat, its gradient is as much zero as any."],
        "adam", (["Adam's rate, 4 ReLUs", "learned", "median of steps"],
                 [[f"{lr:g}", said(row), steps(row)] for lr, row in rates.items()]))


def shortcut(r: Results) -> Verdict:
    rows = [[str(w), r.rate(xor(w)), r.rate(xor(w, shortcut=True)), r.rate(adam_of(xor(w, shortcut=True)))]
            for w in (1, 2, 3, 4)]
    with_one, without = r[xor(1, shortcut=True)], r[xor(1)]
    return Verdict(
        "One hidden unit is enough, if the output layer sees the inputs too.",
        "holds" if with_one["learned"] and not without["learned"] else "does not hold",
        [f"It can be XOR (the weights stand above), and {said(with_one)} of the starts find such weights. Without the "
         f"shortcut one unit learned in {without['learned']} of {without['starts']:,} starts: it can't.",
         "So one unit is enough to be an XOR gate, and not enough to become one reliably."],
        "shortcut", (["hidden ReLUs", "without", "with the shortcut", "with it, Adam"], rows))


def rate(r: Results) -> Verdict:
    rows = [[f"{lr:g}", *[r.rate(xor(4, gate=gate, lr=lr)) for gate in GATES]] for lr in RATES]
    suit = {}
    for width in (2, 4):
        for gate in GATES:
            rates = {lr: r[xor(width, gate=gate, lr=lr)]["rate"] for lr in RATES}
            suit[gate, width] = [lr for lr in RATES if rates[lr] >= max(rates.values()) / 2]
    times = min(suit["AND", 4][-1], suit["OR", 4][-1]) / suit["XOR", 4][-1]
    ruling = "holds" if times >= 300 else "holds in part" if times >= 10 else "does not hold"

    def spans(width: int) -> str:
        return "; ".join(f"{gate} from {suit[gate, width][0]:g} to {suit[gate, width][-1]:g}" for gate in GATES)
    return Verdict(
        "The learning rate that suits AND and OR is about 1000 times too large for XOR.", ruling,
        [f"With 4 ReLUs, the rates at which at least half as many starts learn as at the best one: {spans(4)}. With 2: "
         f"{spans(2)}. The largest that suits both AND and OR is {times:g} times that for XOR."],
        "rate", (["rate", *GATES], rows))


def two_hidden(r: Results) -> Verdict:
    two, four, five = (r[xor(w)] for w in (2, 4, 5))
    rest = (two["dead"] + two["at_rest"]) / two["starts"]
    in_order = two["high"] < four["low"] and four["high"] < five["low"]
    return Verdict(
        "With 2 hidden units the gradient dies after 1000 steps; with 4 it sometimes works; with 5 it fails less often.",
        "holds" if in_order and rest > 0.5 else "holds in part",
        [f"With 2 ReLUs {said(two)} learn, with 4 {said(four)}, with 5 {said(five)}. Of all starts with 2, "
         f"{percent(two['dead'] + two['at_rest'], two['starts'])} end where the gradient is gone: {share(two, 'dead')} "
         f"because every ReLU is off for every row, the others at a plateau, most often at a loss of {two['plateau']} "
         f"({share(two, 'at_plateau')} of all starts, dead ones among them).",
         f"It does not die at once: of the {r.curves[2, 'failed']['starts'][0]:.0f} starts with 2 units in the curves that "
         f"fail, {r.at_rest(2, 100)} have a gradient shorter than "
         f"0.0001 after 100 steps, {r.at_rest(2, 1000)} after 1000, {r.at_rest(2, 5000)} after 5000."],
        "curves")


def units_die(r: Results) -> Verdict:
    rows = []
    for w in WIDTHS[:8]:
        row = r[xor(w)]
        failed = row["starts"] - row["learned"]
        rows.append([str(w), f"{failed:,}", *[percent(row[x], failed) for x in ("dead", "at_rest", "moving", "diverged")]])
    two, four = r[xor(2)], r[xor(4)]
    part = four["dead"] / max(four["starts"] - four["learned"], 1)
    return Verdict(
        "The units die, and that is why it fails.", "holds" if part > 0.5 else "holds in part" if part else "does not hold",
        [f"Every hidden ReLU is off for every row in {share(two, 'dead')} of the starts with 2 units, and in "
         f"{share(four, 'dead')} with 4. " + ("Most failures are others" if part <= 0.5 else "Other failures are")
         + ": the network rests at a plateau, with units that are on for some rows, at a point from which no small step "
         "helps."],
        "deaths", (["hidden ReLUs", "failures", "all units dead", "at rest elsewhere", "still moving", "diverged"], rows))


KINDS = [("linear", "squared"), ("relu", "squared"), ("sigmoid", "squared"), ("sigmoid", "cross entropy")]
HIDDEN = ("relu", "tanh", "sigmoid")


def cross_entropy(r: Results) -> Verdict:
    rows, best = [], {}
    for hidden in HIDDEN:
        for output, loss in KINDS:
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
         f"the starts, in {steps(entropy)} steps in the median; sigmoids with a sigmoid output and squared error "
         f"in {said(squared)}, in {steps(squared)} steps; ReLUs with a linear output and squared error in "
         f"{said(plain)}, in {steps(plain)}.",
         "It is the smooth hidden units that make the difference in how many learn; the loss makes one in how fast. A "
         "squared error after a sigmoid is slow where the answer is wrong by much, for its slope is small there; cross "
         "entropy takes that slope out."],
        "cross_entropy", (["hidden", "output", "loss", "rate 0.1", "rate 1"], rows))


STARTS = ("kaiming", "pytorch", "small")


def starts(r: Results) -> Verdict:
    rows = [[kind, *[r.rate(xor(w, start=kind)) for w in (2, 4, 8)]] for kind in STARTS]
    small, best = r[xor(4, start="small")], max((r[xor(4, start=k)] for k in ("kaiming", "pytorch")),
                                                key=lambda row: row["rate"])
    return Verdict(
        "(Not in the thread) It is a matter of how the weights start.",
        "holds in part" if small["high"] < best["low"] else "does not hold",
        [f"With 4 ReLUs, weights of about 0.01 learn in {said(small)} of the starts within {small['steps']:,} steps; the "
         f"better of the two usual ways in {said(best)}. More units help more."],
        "starts", (["start", "2 ReLUs", "4", "8"], rows))


ENCODINGS = [f"{i}-{o}" for i in (1, 2) for o in (1, 2)]


def encodings(r: Results) -> Verdict:
    rows = [[e.replace("-", " and "), *[r.rate(xor(w, encoding=e)) for w in (2, 4, 8)]] for e in ENCODINGS]
    base, most = r[xor(4)], r[xor(4, encoding="2-2")]
    return Verdict(
        "(Not in the thread) Each bit should be a true/false pair.",
        "holds" if most["low"] > base["high"] else "does not hold",
        [f"With 4 ReLUs, one number a bit learns in {said(base)} of the starts, pairs on both sides in {said(most)}."],
        "encodings", (["numbers for a bit, in and out", "2 ReLUs", "4", "8"], rows))


CLAIMS: list[Callable[[Results], Verdict]] = [
    size, turing, neuron, gradients, adam, shortcut, rate, two_hidden, units_die, cross_entropy, starts, encodings,
]
