"""`draw`, as users call it. What draws is imported on its first use."""

import gc
from functools import singledispatch
from typing import TYPE_CHECKING

from autograd.typing import Array, NodeLike, Shape

if TYPE_CHECKING:
    from autograd.draw.model import Names
    from autograd.draw.options import Choice
    from autograd.draw.render import Picture


def draw(
    roots: NodeLike, *, direction: str | None = None, values: bool = True, gradients: bool = True, shapes: bool = True,
    derivatives: bool | None = None, contributions: bool | None = None, thumbnails: bool | None = None,
    digits: int = 4, names: "Names" = None, seed: Array = None,
    depth: int | None = None, collapse: "Choice" = (), expand: "Choice" = (), rolled: bool | None = None,
    modules: bool = True, constants: bool = True, views: bool = True, budget: int | None = 200,
    unfold: int | Shape | bool | None = None, view: str | None = None, theme: str = "light",
) -> "Picture":
    """A picture of everything that `roots` (a node, or several) were computed from; or of what an error is about.

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

    >>> from autograd import Value
    >>> picture = draw(Value(2.0, name="x") * 3)
    >>> print(picture.pipe("svg", encoding="utf-8")[:5])
    <?xml
    """
    from autograd.draw.items import Folded  # all of this is needed for pictures alone, and takes long to import
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
