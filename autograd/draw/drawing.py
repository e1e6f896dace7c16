"""`draw` and its kin, as users call them. What does the work is imported on its first use: it takes long to import."""

import gc
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from autograd.typing import Array, NodeLike, Shape

if TYPE_CHECKING:
    import os

    from autograd.draw.model import Names
    from autograd.draw.options import Choice
    from autograd.draw.page import Page
    from autograd.draw.render import Picture
    from autograd.draw.words import Explanation


def draw(
    roots: NodeLike, *, direction: str | None = None, values: bool = True, gradients: bool = True, shapes: bool = True,
    derivatives: bool | None = None, contributions: bool | None = None, thumbnails: bool | None = None,
    digits: int = 4, names: "Names" = None, seed: Array = None,
    depth: int | None = None, collapse: "Choice" = (), expand: "Choice" = (), rolled: bool | None = None,
    modules: bool = True, constants: bool = True, views: bool = True, budget: int | None = 200,
    unfold: int | Shape | bool | None = None, view: str | None = None, theme: str = "light",
) -> "Picture":
    """A picture of everything that `roots` (a node, or several) were computed from; or of what an error is about.

    `roots` may be what a model gives: nested lists, tuples and dicts, whose keys are names of nodes that have none.

    What it says of a node:
    values, gradients, shapes   its numbers, d(roots)/d(it), and the shape and dtype of many numbers. The gradients are
                   worked out for the picture: no backward() is needed before, and no `.grad` is touched
    derivatives    on each edge the local derivative: ∂(this op)/∂(that input). By default in small graphs of numbers
    contributions  on each edge what flows back along it, upstream × local, and in a node the sum of what arrives
    thumbnails     small heat maps of large arrays; by default in small graphs
    digits         significant digits of a number
    names          your variables, as in names=locals(): nodes and models get their names
    seed           the gradient to start from, where a root is not one number

    How much of it is shown:
    depth          modules nested deeper than this are closed: 0 closes the model, 1 shows its layers
    collapse, expand   modules to close, or to leave open, by path ("layers.0"), class or its name, pattern ("*.attn"),
                   predicate on (path, class name), or a list of these
    rolled         True draws repeated blocks, the steps of a recurrent network, and like neurons once, "× 12"
    modules        whether modules are boxes
    constants, views   whether constants, and ops that only look at the same numbers in another way, are shown
    budget         with more things than this, repeats are rolled up, modules closed, and at last the middle folded;
                   the picture says so. None shows everything
    unfold         the index of one number of the root: what it was made of, in single operations, is drawn in its
                   place, all the way back. True for a root of one number: fused neurons come apart. `autograd.unfold`
                   gives that graph, and says more
    direction      "LR" draws from left to right, "TB" from top to bottom; by default a long graph from top to bottom,
                   for pages scroll down

    view    "gradients": colours by the magnitude of gradients, logarithmic, with a legend. "check": each op's
            derivative is compared with differences, and wrong ones are marked
    theme   "light", "dark" or "print"

    Returns a `graphviz.Digraph`, which shows itself in a notebook; `.render("out/x", format="png")` writes a file.
    Its text is the same for the same graph, in every run. Raises TypeError for what is not a node.

    Beside it stand `draw.explain`, the chain rule at a node in words and formulas; `draw.replay`, the proof that a
    picture is true; `draw.explore` and `draw.explore_training`, pages; `draw.to_json`, `draw.to_mermaid`.

    >>> from autograd import Value
    >>> picture = draw(Value(2.0, name="x") * 3)
    >>> print(picture.pipe("svg", encoding="utf-8")[:5])
    <?xml
    """
    from autograd.draw.items import Folded
    from autograd.draw.model import Graph
    from autograd.draw.options import Detail, Look
    from autograd.draw.picture import Drawing
    from autograd.draw.scene import scene

    if direction not in (None, "LR", "TB", "RL", "BT"):
        raise ValueError(f"direction is 'LR' or 'TB', got {direction!r}")
    if view not in (None, "gradients", "check"):
        raise ValueError(f"view is 'gradients' or 'check', got {view!r}")
    if unfold is not None and unfold is not False:
        roots = taken_apart(roots, () if unfold is True else unfold, names)
    detail = Detail(depth=depth, collapse=collapse, expand=expand, rolled=rolled, views=views, constants=constants,
                    budget=budget)
    look = Look(direction=direction, values=values, gradients=gradients, shapes=shapes, derivatives=derivatives,
                contributions=contributions, thumbnails=thumbnails, digits=digits, modules=modules, view=view,
                theme=theme)
    collecting = gc.isenabled()
    gc.disable()  # of many small objects none is garbage: looking for some would take a quarter of a large graph's time
    try:
        return Drawing(scene(Folded(Graph(roots, names), detail), look, seed)).drawn()
    finally:
        if collecting:
            gc.enable()


@singledispatch
def taken_apart(root: NodeLike, index: int | Shape, names: "Names") -> NodeLike:
    """One number of `root` as a graph of single operations. Kinds of nodes that know how are registered here."""
    raise TypeError(f"unfold= takes apart one node that knows how (a Tensor or Value), not {root!r:.60}")


def explore(
    roots: NodeLike, path: "str | os.PathLike[str] | None" = None, *, names: "Names" = None, seed: Array = None,
    title: str = "", digits: int = 4, direction: str | None = None, hide_answers: bool = False,
    budget: int | None = 2000, **fold: Any,
) -> "Page":
    """A page on which a graph can be searched, folded, and walked through: the forward pass, then the backward pass.

    path          where to write it, if anywhere; it is one file of HTML that asks nothing of a network
    names, seed, digits, direction, budget, and depth=, collapse=, expand=, rolled=, views=, constants=   as in `draw`
    title         above the picture
    hide_answers  start with the results hidden: a click, or Enter, reveals each

    Returns a `Page`, which shows itself in a notebook.

    >>> from autograd import Value
    >>> page = explore(Value(2.0, name="x") * 3, title="three times x")
    >>> "<title>three times x</title>" in page.html
    True
    """
    from autograd.draw import stepper

    return stepper.explore(roots, path, names=names, seed=seed, title=title, digits=digits, direction=direction,
                           hide_answers=hide_answers, budget=budget, **fold)


def explore_training(
    history: Any, path: "str | os.PathLike[str] | None" = None, *, title: str = "a training run"
) -> "Page":
    """A page that plays a run: the decision surface, the network with its weights, units that die, the loss.

    history  what has a method moments(): the History of `nn.fit`, or an `nn.Recording` from a loop of your own
    path     where to write the page, if anywhere; it is one file of HTML that asks nothing of a network

    moments() gives, for anything that is to be played here, a dict of

    frames   a dict for each moment: "step"; "loss", a number or None; "weights", for each layer a dict of "weight"
             (out, in) and "bias" (out,); "on", for each layer None, or for what share of the data each of its ReLUs was
             on; "output" (N, outputs) for the data; and "surface" (rows, columns, outputs) over the bounds, or None
    layers   the names of the layers, or []: no network is drawn then
    inputs, targets   the data, (N, features) and (N, …); classes as numbers, or one column for each
    bounds   of the surface, from the least input 0 to the greatest, then those of input 1; or None
    level    above which a single output means true; None for the middle of the targets

    Returns a `Page`, which shows itself in a notebook. Raises TypeError for what has no moments().

    >>> import numpy as np, nn
    >>> x, t = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
    >>> model = nn.Sequential(nn.Linear(2, 4, rng=0), nn.ReLU(), nn.Linear(4, 1, rng=1))
    >>> history = nn.fit(model, (x, t), nn.MSELoss(), nn.Adam(model.parameters(), lr=0.05), epochs=100)
    >>> page = explore_training(history, title="XOR")
    >>> len(page.html) < 500_000
    True
    """
    from autograd.draw import training

    return training.explore_training(history, path, title=title)


def explain(node: NodeLike, root: NodeLike = None, *, names: "Names" = None, digits: int = 4) -> "Explanation":
    """What happens at `node`: how it was computed, what gradient arrives, and what each input receives of it.

    root   the result whose gradient flows back; by default the node itself
    names  the user's variables, such as locals()

    >>> from autograd import Value
    >>> a, b = Value(2.0, name="a"), Value(-3.0, name="b")
    >>> print(explain(a * b))
    a × b = 2 × -3 = -6
    The gradient that arrives here is 1.
    a receives upstream × local = 1 × -3 = -3.
    b receives upstream × local = 1 × 2 = 2.
    """
    from autograd.draw import words

    return words.explain(node, root, names=names, digits=digits)


def replay(drawn: NodeLike, rtol: float = 1e-9) -> int:
    """Compute every op of a picture, or of what a root depends on, from its drawn inputs alone, and compare.

    drawn  a picture, whose every arrow is read from its text and compared with the graph; or a node, or several
    rtol   what is equal, relative to the greatest number of an array (an op may add up in another order)

    Returns the number of ops that were computed. Raises ReplayError, naming the node, where a number differs, where
    an arrow is missing or leads elsewhere, or where an op can't be computed again.

    >>> from autograd import Value, draw
    >>> x = Value(2.0, name="x")
    >>> replay(draw(x * x + 1))
    2
    """
    from autograd.draw import proof

    return proof.replay(drawn, rtol)


def to_json(roots: NodeLike, *, names: "Names" = None, seed: Array = None, **fold: Any) -> dict[str, Any]:
    """A graph as dicts, lists, strings and numbers, ready for `json.dump`; NaN and infinities are strings.

    schema   "norgrad graph 1"
    nodes    each with id, kind (result, op, constant, parameter, input), name, op, settings, shape, dtype, value,
             gradient (null where there is none), scope (the index of its module call, or null), requires_grad, order
             (its place in a topological order), members (how many nodes it stands for). A value is a number, nested
             lists of up to 64, or {"min", "mean", "max"} of more
    edges    each with source and target (ids), slot (which input), count, step (true from one step of a rolled-up loop
             to the next); constants are edges with a `constant` in place of a source
    scopes   module calls: path, class, outer (an index, or null), level
    notes    what the picture says about itself
    options  those of `draw` that fold: depth, collapse, expand, rolled, views, constants; nothing is folded by default

    >>> from autograd import Value
    >>> found = to_json(Value(2.0, name="x") * 3)
    >>> [(node["id"], node["name"], node["value"]) for node in found["nodes"]]
    [('n0', 'x', 2.0), ('n1', None, 6.0)]
    """
    from autograd.draw import export

    return export.to_json(roots, names=names, seed=seed, **fold)


def to_mermaid(roots: NodeLike, *, direction: str = "LR", names: "Names" = None, **fold: Any) -> str:
    """A graph as a Mermaid flowchart, for pages that render it (GitHub, GitLab, wikis).

    Takes the options of `draw` that fold. Names can hold no markup: they are written as numbered entities.

    >>> from autograd import Value
    >>> print(to_mermaid(Value(2.0, name="x") * 3))
    flowchart LR
      n0(["x"])
      n1[["#215;"]]
      n1c1["3"]
      n0 --> n1
      n1c1 -.-> n1
    """
    from autograd.draw import export

    return export.to_mermaid(roots, direction=direction, names=names, **fold)
