"""Every promised error: its type, what it also is, and that it names what, the shapes and the next step."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import (
    Tensor,
    Value,
    detect_anomaly,
    errors,
    grad,
    gradcheck,
    gradients,
    hessian,
    jacobian,
    jvp,
    no_grad,
    vjp,
)

W = Tensor(np.ones((2, 3)), name="W")
V = Value(2.0, name="v")


class Foreign:
    pass


CASES = {
    "shapes that do not broadcast": (lambda: W + np.ones(2), errors.ShapeError, ValueError, r"'W'.*\(2, 3\).*\(2,\).*broadcast"),
    "matmul": (lambda: W @ np.ones((2, 2)), errors.ShapeError, ValueError, r"matmul.*'W'.*\(2, 3\).*\(2, 2\)"),
    "concatenate": (lambda: np.concatenate([W, np.ones((1, 2))]), errors.ShapeError, ValueError, r"concatenate.*\(1, 2\)"),
    "reshape": (lambda: W.reshape(4), errors.ShapeError, ValueError, r"\(2, 3\)"),
    "einsum": (lambda: np.einsum("ij,jk", W, np.ones((2, 2))), errors.ShapeError, ValueError, "einsum"),
    "integer asked for a gradient": (lambda: grad(lambda x: x * x)(3), errors.NotDifferentiable, TypeError, r"integer.*3\.0"),
    "integer array": (lambda: grad(np.sum)(np.arange(3)), errors.NotDifferentiable, TypeError, "astype"),
    "integer dtype": (lambda: Tensor([1, 2], dtype=int), errors.NotDifferentiable, TypeError, "requires_grad"),
    "string argument": (lambda: grad(lambda x: x)("a"), errors.NotDifferentiable, TypeError, "str"),
    "no such argument": (lambda: grad(lambda x: x, 1)(2.0), errors.NotDifferentiable, TypeError, "argument 1"),
    "non-scalar root": (lambda: (W * 2).backward(), errors.NotScalar, RuntimeError, r"\(2, 3\).*\.sum\(\)"),
    "non-scalar grad": (lambda: grad(np.sin)(np.ones(3)), errors.NotScalar, ValueError, r"\(3,\).*jacobian"),
    "complex grad": (lambda: grad(np.sum)(np.ones(2) + 1j), errors.NotScalar, ValueError, "complex"),
    "wrong-shaped seed": (lambda: (W * 2).backward(np.ones(3)), errors.SeedError, ValueError, r"\(3,\).*\(2, 3\)"),
    "too few seeds": (lambda: gradients([W * 1, W * 2], W, [np.ones((2, 3))]), errors.SeedError, ValueError, "1 seeds for 2"),
    "seed of strings": (lambda: (W * 2).backward("abc"), errors.ForeignObject, TypeError, "seed"),
    "tangent shape": (lambda: jvp(np.sin, (np.ones(2),), (np.ones(3),)), errors.SeedError, ValueError, r"\(3,\).*\(2,\)"),
    "vjp seeds": (lambda: vjp(lambda x: (x, x), 1.0)[1](1.0), errors.SeedError, ValueError, "1 gradients for 2"),
    "np.array": (lambda: np.array(W), errors.ConversionError, TypeError, r"'W'.*x\.data"),
    "np.asarray": (lambda: np.asarray(V), errors.ConversionError, TypeError, r"'v'.*x\.item\(\)"),
    "array of nodes": (lambda: np.array([V, V]), errors.ConversionError, TypeError, "np.stack"),
    "object array": (lambda: np.array([W, W], dtype=object), errors.ConversionError, TypeError, "np.stack"),
    "float": (lambda: float(V), errors.ConversionError, TypeError, r"x\.item\(\)"),
    "int": (lambda: int(Tensor(2.0)), errors.ConversionError, TypeError, r"x\.item\(\)"),
    "Tensor of a result": (lambda: Tensor(W * 2), errors.ConversionError, TypeError, "multiply"),
    "copy of a result": (lambda: copy.deepcopy(W * 2), errors.ConversionError, TypeError, "copy"),
    "out=": (lambda: np.add(W, 1, out=np.ones((2, 3))), errors.ConversionError, TypeError, "out="),
    "in place on an array": (lambda: np.ones((2, 3)).__iadd__(W), errors.ConversionError, TypeError, "out="),
    "setitem": (lambda: W.__setitem__(0, 1.0), errors.ModifiedInPlace, RuntimeError, r"\.at\[0\]\.set"),
    "sort in place": (lambda: W.sort(), errors.ModifiedInPlace, RuntimeError, "np.sort"),
    "no rule": (lambda: np.frexp(W), errors.NoRule, NotImplementedError, "frexp.*defvjp"),
    "no rule for an argument": (lambda: np.sum(W, initial=Tensor(1.0)), errors.NoRule, TypeError, "initial"),
    "no rule for a mode": (lambda: np.pad(W, 1, mode="empty"), errors.NoRule, TypeError, "empty"),
    "ufunc where": (lambda: np.add(W, 1, where=False), errors.NoRule, TypeError, "np.where"),
    "ufunc method": (lambda: np.subtract.reduce(W), errors.NoRule, TypeError, "reduce"),
    "foreign operand": (lambda: W + Foreign(), errors.ForeignObject, TypeError, "Foreign"),
    "None": (lambda: W * None, errors.ForeignObject, TypeError, "None"),
    "string operand": (lambda: V + "a", errors.ForeignObject, TypeError, "'a'"),
    "object dtype": (lambda: W * np.array([1, "a", None], dtype=object), errors.ForeignObject, TypeError, "object"),
    "masked array": (lambda: W * np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0]), errors.ForeignObject, TypeError, "Masked"),
    "foreign root": (lambda: gradients(Foreign(), W), errors.ForeignObject, TypeError, "Foreign"),
    "array as root": (lambda: gradients([np.ones(2)], [W]), errors.ForeignObject, TypeError, "ndarray"),
    "Tensor of strings": (lambda: Tensor(["a"]), errors.ForeignObject, TypeError, "'a'"),
    "constant as input": (lambda: gradients(W.sum(), Tensor(1.0, requires_grad=False)), errors.NotAVariable, RuntimeError, "requires_grad"),
    "backward of a constant": (lambda: W.detach().sum().backward(), errors.NotAVariable, RuntimeError, "no variable"),
    "data of another shape": (lambda: setattr(Tensor(np.ones(2)), "data", np.ones(3)), errors.ShapeError, ValueError, r"\(3,\)"),
    "not a function": (lambda: grad(3.0), errors.NotDifferentiable, TypeError, "function"),
    "arguments in the wrong place": (lambda: grad(np.sin, np.ones(3)), errors.NotDifferentiable, TypeError, "argnum"),
    "an output that is no number": (lambda: grad(lambda x: "a")(1.0), errors.NotDifferentiable, TypeError, "str"),
    "an integer output": (lambda: grad(lambda x: 3)(1.0), errors.NotDifferentiable, TypeError, "int64 .*no derivative"),
    "a boolean output": (lambda: grad(lambda x: np.allclose(x, x))(np.ones(2)), errors.NotDifferentiable, TypeError, "bool"),
    "copy of grad's own variable": (lambda: grad(lambda x: copy.deepcopy(x).sum())(np.ones(2)), errors.ConversionError, TypeError, "copy"),
    "gradcheck of integers": (lambda: gradcheck(np.sin, 3), errors.NotDifferentiable, TypeError, "input 0"),
    "loss shapes": (lambda: nn.MSELoss()(np.ones((4, 1)), np.ones(4)), errors.ShapeError, ValueError, r"\(4, 1\).*\(4,\)"),
    "neuron inputs": (lambda: nn.Neuron(2)([1.0]), errors.ShapeError, ValueError, "2 weights"),
    "optimiser of nothing": (lambda: nn.SGD([np.ones(2)]), errors.ForeignObject, TypeError, "SGD"),
    "typo": (lambda: nn.Linear(1, 1).wieght, errors.AutogradError, AttributeError, "'weight'"),
}


@pytest.mark.parametrize("name", CASES)
def test_error(name):
    act, kind, also, message = CASES[name]
    with pytest.raises(kind, match=message) as caught:
        act()
    assert isinstance(caught.value, errors.AutogradError) and isinstance(caught.value, also)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda x: np.log(x - 1), r"log made the first infinity, at .*test_errors\.py:\d+"),
        (lambda x: np.sqrt(-x), r"sqrt made the first NaN, at .*test_errors\.py:\d+.*in \[-"),
        (lambda x: x * np.array([np.nan, 1.0]), "NaN came in with the data"),
        (lambda x: x / (x - x), "divide made the first infinity"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_detect_anomaly_names_the_op_and_the_line(make, message):
    with detect_anomaly(), pytest.raises(errors.AnomalyError, match=message):
        make(Tensor([1.0, 2.0], name="x"))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_detect_anomaly_in_the_backward_pass():
    with detect_anomaly():
        y = np.sqrt(Tensor([0.0, 4.0])).sum()
        with pytest.raises(errors.AnomalyError, match=r"backward pass of 'sqrt' made the first infinity.*test_errors\.py:\d+"):
            y.backward()
    with no_grad():
        assert not (W * 2).requires_grad


def test_singular_matrices_keep_numpys_error_and_say_where():
    with pytest.raises(np.linalg.LinAlgError) as caught:
        np.linalg.inv(Tensor(np.ones((2, 2)), name="A"))
    assert "'A'" in caught.value.__notes__[0]


def test_leaves_can_be_copied_and_pickled():
    for leaf in (W, V):
        for twin in (copy.deepcopy(leaf), pickle.loads(pickle.dumps(leaf))):
            np.testing.assert_array_equal(twin.data, leaf.data)
            assert twin.name == leaf.name and twin.requires_grad and twin is not leaf


def test_hessian_and_jacobian_of_nothing_are_zero():
    assert jacobian(lambda x: np.ones(2))(1.0).tolist() == [0.0, 0.0]
    assert hessian(lambda x: 3.0 * x)(1.0) == 0.0


def test_what_reads_one_triangle_of_a_matrix_is_refused_where_the_rule_is_for_all_of_it():
    for function in (np.linalg.pinv, np.linalg.svd):
        with pytest.raises(errors.NoRule, match="hermitian=True"):
            function(Tensor(np.eye(2)), hermitian=True)
