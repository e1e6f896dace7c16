"""What an operation leaves behind: `apply` computes it, and makes the node that remembers how.

Recording knows neither Tensor nor Value: the data decide. A float becomes a node of the class that holds floats, an
ndarray one of the class that holds arrays. Each class enters itself in `HOLDERS`: `class Value(Recorded, holds=float)`.

    >>> from autograd import Value
    >>> from autograd.rules.table import TABLE
    >>> x = Value(3.0, name="x")
    >>> y = apply(TABLE[np.multiply], (x, 2.0))  # which is what x * 2.0 and np.multiply(x, 2.0) come to
    >>> y.data, y.op.symbol, y.inputs[0] is x, y.order > x.order
    (6.0, '×', True, True)

Read next: tensor.py and value.py, the two classes.
"""

from typing import Any

import numpy as np
from numpy import ndarray

from autograd.anomaly import check_forward, users_line
from autograd.complaints import with_context
from autograd.context import here, now
from autograd.errors import ForeignObject
from autograd.graph import NO_SETTINGS, Node, next_order, raw
from autograd.memory import EXPOSED, kept, numbers
from autograd.typing import Array, Settings

HOLDERS: dict[type, Any] = {}  # float -> Value, ndarray -> Tensor
NUMERIC = frozenset("biufc")  # the kinds of dtype that a graph computes with
_new = object.__new__  # makes a node without __init__, which checks what users give
PLAIN = {bool, int, float, complex, *(np.dtype(letter).type for letter in "?bhilqBHILQefdFD")}  # NumPy's numbers, too


def apply(op: Any, inputs: tuple[Any, ...], settings: Settings = NO_SETTINGS) -> Any:
    """Compute `op` of `inputs`, and record it if one of them is a variable.

    The result is a Value if the nodes in `inputs` are Values and one real number comes out; otherwise a Tensor, or a
    tuple of them. Raises ShapeError for shapes that do not fit, ForeignObject for what has no place in a graph.
    """
    arrays: list[Array] = []
    variable, plain = False, True  # is one of them a variable, are all constants plain numbers and arrays
    state = now()
    holds: Any = None  # what the nodes hold: floats, all of them; or one at least an ndarray; None without nodes
    for x in inputs:
        if type(x) is ndarray:
            arrays.append(x if not state.recording else x.copy() if x.flags.c_contiguous else kept(x))
            plain = plain and x.dtype.kind in NUMERIC
        elif isinstance(x, Node):
            arrays.append(x._raw if x.arrays is not EXPOSED else kept(x._raw))
            variable = variable or x.requires_grad
            holds = holds if holds is ndarray else type(x._raw)
        else:
            arrays.append(x)
            plain = plain and type(x) in PLAIN
    if not plain:
        inputs = tuple(map(as_constant, inputs))
        arrays = [numbers(x) if isinstance(x, Node) else kept(x) for x in inputs]
    try:
        compute = op.compute if holds is float else op.forward
        data = compute(*arrays, **settings) if settings else compute(*arrays)  # an empty ** takes time
    except (ValueError, TypeError) as error:
        raise with_context(error, op, inputs, settings) from None
    if holds is float:
        if type(data) is not float:
            inputs, arrays, data = _as_floats(inputs, arrays, data)
    elif type(data) is not ndarray and not op.outputs:
        data = np.asarray(data)
    if variable and state.plain and not op.outputs:
        return node_of(HOLDERS[type(data)], op, inputs, arrays, data, settings)
    return _rare(op, inputs, arrays, data, settings, variable)


def _as_floats(inputs: Any, arrays: Any, data: Array) -> tuple[Any, Any, Array]:
    """What went into an op of Values, and came out, as floats, if one real number came out; else as an array."""
    if np.ndim(data) or np.asarray(data).dtype.kind not in "fiub":
        return inputs, arrays, np.asarray(data)
    inputs = tuple([x if isinstance(x, Node) else constant_node(a) if np.ndim(a) else float(a)
                    for x, a in zip(inputs, arrays, strict=True)])
    return inputs, list(map(raw, inputs)), float(data)


def _rare(op: Any, inputs: Any, arrays: Any, data: Array, settings: Settings, variable: bool) -> Any:
    """The rare cases of `apply`: nothing to record, detect_anomaly(), several outputs."""
    if now().anomaly:
        check_forward(data, op, inputs)
    nodes = []
    outputs = zip(op.outputs, map(np.asarray, data), strict=True) if op.outputs else [(op, data)]
    for row, part in outputs:
        if variable and now().recording:
            node = node_of(HOLDERS[type(part)], row, inputs, arrays, part, settings)
        else:
            node = constant_node(part)
        if row.place is not None:
            node.all_outputs = data
        if now().anomaly:
            node.made_at = users_line()
        nodes.append(node)
    if not op.outputs:
        return nodes[0]
    return type(data)(*nodes) if hasattr(data, "_fields") else tuple(nodes)


def node_of(kind: Any, op: Any, inputs: tuple[Any, ...], arrays: Any, data: Array,
            settings: Settings = NO_SETTINGS) -> Any:
    """The node of class `kind` that holds `data`, what `op` gave for `inputs`; `arrays` are those raw, or None.

    Nothing is computed or checked here: that is for `apply`, and for code that has done it already.
    """
    node = _new(kind)
    node.op = op
    node.inputs = inputs
    node.arrays = arrays
    node.settings = settings
    node._raw = data
    node.grad = kind.no_gradient
    node.name = None
    node.scope = here.scope
    node.order = next_order()
    node.requires_grad = True
    return node


def constant_node(data: Array) -> Any:
    """A node that remembers nothing: a result that depends on no variable."""
    node = node_of(HOLDERS[type(data)], None, (), (), data)
    node.requires_grad = False
    return node


def as_constant(x: Any) -> Any:
    """An input as a node, a number or an ndarray; what has no place in a graph is refused."""
    if isinstance(x, (Node, bool, int, float, complex)):
        return x
    if type(x) is not ndarray and not isinstance(x, np.generic):
        if isinstance(x, (np.ma.MaskedArray, np.matrix)):
            raise ForeignObject(f"a {type(x).__name__} would lose its meaning in a graph: pass np.asarray(x)")
        if not (isinstance(x, (list, tuple, range, ndarray)) or hasattr(x, "__array__")):
            raise ForeignObject(f"a node can't meet a {type(x).__name__}, {x!r:.60}: pass a number or an array")
        x = np.asarray(x)
    if x.dtype.kind not in NUMERIC:
        raise ForeignObject(f"a node can't be combined with an array of dtype {x.dtype}: pass numbers, for instance "
                            "x.astype(float); nodes are joined into one array by np.stack")
    return x
