"""`unfold`: what happens inside an operation, as a graph of single numbers. `draw(unfold=)` asks for it."""

import operator
from typing import TYPE_CHECKING

import numpy as np

from autograd.context import here
from autograd.draw.drawing import taken_apart
from autograd.errors import UnfoldError
from autograd.graph import Node, data_of, walk
from autograd.typing import Array, Shape
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.draw.model import Graph, Names

LARGEST = 10_000  # numbers in all the arrays that are taken apart


def unfold(node: Node, index: int | Shape = (), ops: int | None = None, *, names: "Names" = None) -> Value:
    """The number at `index` of `node`, as a Value that was made of Values by single operations: draw it, explore it.

    index  which number of an array; of a Value, and of an array of a single number, there is but one
    ops    how many operations to go back: 1 takes apart the last one alone (a product of matrices, a fused neuron), and
           what it was given counts as input; None goes all the way back
    names  your variables, such as locals(), as in `draw`

    The new Values have the numbers, names and modules of the old ones: "w[0, 1]" is a number of w. Raises UnfoldError
    where that would be too large to look at, and where an operation can't be taken apart: a number that does not come
    out the same is never returned.

    >>> from autograd import Tensor
    >>> a, b = Tensor([[1.0, 2.0]], name="a"), Tensor([[3.0], [4.0]], name="b")
    >>> cell = unfold(a @ b, (0, 0))
    >>> [x.op.symbol if x.op else x.name for x in reversed(walk(cell))]
    ['a[0, 0]', 'a[0, 1]', 'b[0, 0]', 'b[1, 0]', '×', '×', '+']
    """
    if not isinstance(node, Node) or node.op is None:
        raise UnfoldError("unfold takes the result of an operation: a leaf, or a constant, has nothing inside")
    shape = np.shape(node._raw)
    if 0 in shape:
        raise UnfoldError(f"unfold takes apart one number, and an array of shape {shape} has none")
    index = index if isinstance(index, (tuple, list)) else (index,)
    index = (0,) * len(shape) if np.size(node._raw) == 1 else tuple(map(operator.index, index))
    if len(index) != len(shape) or not all(-n <= i < n for i, n in zip(index, shape, strict=True)):
        raise UnfoldError(f"unfold takes the index of one number of shape {shape}, got {index}: unfold(node, "
                          f"{tuple(n - 1 for n in shape)}) is the last one")
    inside = _inside(node, ops)
    size = sum(np.size(x._raw) for x in {*inside, *(x for n in inside for x in n.inputs if isinstance(x, Node))})
    if size > LARGEST:
        raise UnfoldError(f"{size:,} numbers are too many to take apart one by one ({LARGEST:,} are the most): give "
                          "the model a smaller batch, or go back fewer operations, as in unfold(node, index, ops=1)")
    cells: dict[Node, Array] = {}
    from autograd.draw.model import Graph  # takes long to import

    graph, scope = Graph(node, names), here.scope
    try:
        for part in reversed(walk(node)):
            if part in inside:
                here.scope = part.scope
                cells[part] = _apart(part, [_cells(x, cells, graph) for x in part.inputs])
    finally:
        here.scope = scope
    found = cells[node][index] if shape else cells[node][()]
    if not isinstance(found, Value):
        raise UnfoldError(f"that number depends on no variable: it is {found}")
    if found.op is not None and node in graph.names:
        found.name = _name(graph.names[node], tuple(i % n for i, n in zip(index, shape, strict=True)))
    return found


def _inside(node: Node, ops: int | None) -> set[Node]:
    """The results of operations, up to so many of them back."""
    inside, latest = {node}, [node]
    while latest and (ops is None or ops > 1):
        latest = [x for n in latest for x in n.inputs if isinstance(x, Node) and x.op is not None and x not in inside]
        inside.update(latest)
        ops = None if ops is None else ops - 1
    return inside


def _name(name: str, index: Shape) -> str:
    return name + (f"[{', '.join(map(str, index))}]" if index else "")


def _cells(x: Array, cells: dict[Node, Array], graph: "Graph") -> Array:
    """A node as an array of Values, made when it is first met; a constant as it is."""
    if not isinstance(x, Node):
        return x
    if x not in cells:
        data = np.asarray(x._raw)
        if data.dtype.kind == "c":
            raise UnfoldError("a Value is a real number: complex arrays can't be taken apart")
        from autograd.draw.model import symbol

        known = graph.names.get(x) or (symbol(x) if x.op else None)
        cells[x] = array = np.empty(data.shape, object)
        for index in np.ndindex(data.shape):
            if x.requires_grad or known:
                name = known and _name(known, index)
                array[index] = value = Value(data[index], name=name, requires_grad=x.requires_grad)
                value.scope = x.scope
            else:
                array[index] = float(data[index])
    return cells[x]


def _apart(node: Node, inputs: list[Array]) -> Array:
    """The operation that made `node`, on arrays of Values: an array of Values."""
    op = node.op
    try:
        if op.elementwise:
            each = np.frompyfunc(lambda *numbers: op.function(*numbers, **node.settings), len(inputs), 1)
            found = _array(each(*inputs))
        else:
            written = op.unfolded is not None  # for Values; `forward` gets arrays where it had arrays
            given = [_bare(x) if written or isinstance(of, Value) else x
                     for x, of in zip(inputs, node.inputs, strict=True)]
            settings = {name: x for name, x in node.settings.items() if name != "dtype"}  # a Value has but one
            found = _array((op.unfolded if written else op.compute)(*given, **settings))
    except Exception as error:
        raise _cannot_take_apart(node, f"its function does not work on single numbers ({error})") from error
    _check(node, found)
    return found


def _bare(x: Array) -> Array:
    """What is in an array without axes; any other as it is."""
    return x[()] if isinstance(x, np.ndarray) and not x.ndim else x


def _array(x: Array) -> Array:
    """An object array of what is one, or one number; NumPy may leave arrays without axes in it."""
    array = np.empty(np.shape(x) if isinstance(x, np.ndarray) else (), object)
    for index in np.ndindex(array.shape):
        array[index] = _bare(x[index] if isinstance(x, np.ndarray) else x)
    return array


def _check(node: Node, found: Array) -> None:
    """Never a wrong number: what was taken apart is what the array holds."""
    data = np.asarray(data_of(node))
    if found.shape != data.shape or not all(isinstance(x, (Value, int, float)) for x in found.flat):
        raise _cannot_take_apart(node, "its function gives something else for single numbers")
    numbers = np.array([x.data if isinstance(x, Value) else x for x in found.flat], float).reshape(data.shape)
    scale = float(np.abs(data[np.isfinite(data)]).max(initial=0.0))
    digits = {2: 1e-2, 4: 1e-4}.get(data.dtype.itemsize, 1e-9)
    if not np.allclose(numbers, data, rtol=digits, atol=digits * scale, equal_nan=True):
        raise _cannot_take_apart(node, "its function gives other numbers for them one by one")


def _cannot_take_apart(node: Node, why: str) -> UnfoldError:
    return UnfoldError(f"{node.op.name} can't be taken apart: {why}. Go back fewer operations, as in unfold(node, "
                       "index, ops=1), or give its rule an unfolded= of its own")


taken_apart.register(Node, lambda root, index, names: unfold(root, index, names=names))  # so that draw(unfold=) works
