"""The methods of a Tensor: PyTorch's names where NumPy has no other meaning for them, and what is said of the others."""

import copy
import sys

import numpy as np
import pytest

from autograd import Tensor, Value, errors, gradcheck, gradients
from autograd.graph import Node

A = np.array([[0.5, -2.0, 3.0], [1.5, 0.25, -1.0]])
P = abs(A) + 0.2
PLACES = np.array([[0], [2]])

# what a program in PyTorch writes, and what it means in NumPy
METHODS = {
    "view": (lambda t: t.view(3, 2), lambda a: a.reshape(3, 2)), "view tuple": (lambda t: t.view((-1,)), lambda a: a.reshape(-1)),
    "view_as": (lambda t: t.view_as(np.ones(6)), lambda a: a.reshape(6)), "unsqueeze": (lambda t: t.unsqueeze(1), lambda a: a[:, None]),
    "unsqueeze dim": (lambda t: t.unsqueeze(dim=-1), lambda a: a[..., None]), "permute": (lambda t: t.permute(1, 0), lambda a: a.T),
    "permute tuple": (lambda t: t.permute((1, 0)), lambda a: a.T), "t": (lambda t: t.t(), lambda a: a.T),
    "mm": (lambda t: t.mm(t.t()), lambda a: a @ a.T), "matmul": (lambda t: t.matmul(t.T), lambda a: a @ a.T),
    "mv": (lambda t: t.mv(np.ones(3)), lambda a: a.sum(1)), "bmm": (lambda t: t[None].bmm(t.T[None]), lambda a: (a @ a.T)[None]),
    "pow": (lambda t: t.pow(3), lambda a: a**3), "clamp": (lambda t: t.clamp(min=-1.2), lambda a: a.clip(-1.2)),
    "clamp both": (lambda t: t.clamp(-1.2, 1.2), lambda a: a.clip(-1.2, 1.2)), "norm": (lambda t: t.norm(), lambda a: (a**2).sum() ** 0.5),
    "norm 1": (lambda t: t.norm(p=1, dim=1, keepdim=True), lambda a: abs(a).sum(1, keepdims=True)),
    "softmax": (lambda t: t.softmax(dim=1), lambda a: np.exp(a) / np.exp(a).sum(1, keepdims=True)),
    "log_softmax": (lambda t: t.log_softmax(-1), lambda a: a - np.log(np.exp(a).sum(1, keepdims=True))),
    "logsumexp": (lambda t: t.logsumexp(dim=0), lambda a: np.log(np.exp(a).sum(0))), "clone": (lambda t: t.clone(), lambda a: a),
    "sum": (lambda t: t.sum(dim=1, keepdim=True), lambda a: a.sum(1, keepdims=True)), "mean": (lambda t: t.mean(dim=0), lambda a: a.mean(0)),
    "cumsum": (lambda t: t.cumsum(dim=1), lambda a: a.cumsum(1)), "squeeze": (lambda t: t[None].squeeze(dim=0), lambda a: a),
    "flatten": (lambda t: t[None].flatten(1), lambda a: a.reshape(1, -1)), "flatten end": (lambda t: t[None].flatten(end_dim=1), lambda a: a),
    "flatten F": (lambda t: t.flatten("F"), lambda a: a.flatten("F")), "flatten 0-d": (lambda t: t[0, 0].flatten(), lambda a: a[0, :1]),
    "expand": (lambda t: t.expand(4, -1, 3), lambda a: np.broadcast_to(a, (4, 2, 3))), "unflatten": (lambda t: t.unflatten(1, (3, 1)), lambda a: a[..., None]),
    "masked_fill": (lambda t: t.masked_fill(t < 0, 9.0), lambda a: np.where(a < 0, 9.0, a)), "masked_select": (lambda t: t.masked_select(t > 0), lambda a: a[a > 0]),
    "gather": (lambda t: t.gather(1, PLACES), lambda a: np.take_along_axis(a, PLACES, 1)), "gather less": (lambda t: t.gather(1, PLACES[:1]), lambda a: a[:1, :1]),
    "index_select": (lambda t: t.index_select(1, [2, 2]), lambda a: a[:, [2, 2]]), "chunk": (lambda t: t.chunk(2, dim=1)[1], lambda a: a[:, 2:]),
    "split": (lambda t: t.split(2, dim=1)[1], lambda a: a[:, 2:]), "split list": (lambda t: t.split([1, 2], 1)[1], lambda a: a[:, 1:]),
    "unbind": (lambda t: t.unbind(1)[2], lambda a: a[:, 2]), "narrow": (lambda t: t.narrow(1, 1, 2), lambda a: a[:, 1:]), "select": (lambda t: t.select(0, 1), lambda a: a[1]),
    "where": (lambda t: t.where(t > 0, 0.0), lambda a: np.where(a > 0, a, 0)), "outer": (lambda t: t[0].outer(t[1]), lambda a: np.outer(a[0], a[1])),
    "arithmetic": (lambda t: t.add(1).mul(t).sub(2).div(3).neg(), lambda a: -((a + 1) * a - 2) / 3), "atan2": (lambda t: t.atan2(2.0), lambda a: np.arctan2(a, 2)),
    "to": (lambda t: t.to(np.float64).to("cpu").cpu().contiguous(), lambda a: a), "double": (lambda t: t.double(), lambda a: a),
    "amax": (lambda t: t.amax(dim=1, keepdim=True), lambda a: a.max(1, keepdims=True)), "amin": (lambda t: t.amin(), np.min),
    "addmm": (lambda t: t.addmm(t, np.eye(3)), lambda a: a + a), "clamp_min": (lambda t: t.clamp_min(-1.2), lambda a: a.clip(-1.2)),
    "clamp_max": (lambda t: t.clamp_max(1.2), lambda a: a.clip(None, 1.2)), "lerp": (lambda t: t.lerp(1.0, 0.25), lambda a: 0.75 * a + 0.25),
    "frac": (lambda t: t.mul(1.3).frac(), lambda a: np.fmod(a * 1.3, 1)), "take_along_dim": (lambda t: t.take_along_dim(PLACES, 1), lambda a: np.take_along_axis(a, PLACES, 1)),
    "roll": (lambda t: t.roll(shifts=1, dims=1), lambda a: np.roll(a, 1, 1)), "quantile": (lambda t: t.quantile(0.3, dim=1), lambda a: np.quantile(a, 0.3, 1)),
    "square": (lambda t: t.square(), np.square), "flip": (lambda t: t.flip(dims=(0,)), lambda a: a[::-1]), "swapdims": (lambda t: t.swapdims(0, 1), lambda a: a.T),
}


@pytest.mark.parametrize("name", METHODS)
def test_pytorchs_methods_mean_what_they_say_and_are_recorded(name):
    method, numpys = METHODS[name]
    y = method(Tensor(A))
    np.testing.assert_allclose(y.data, numpys(A), rtol=1e-14)
    assert y.shape == np.shape(numpys(A)) and y.requires_grad
    gradcheck(lambda x: method(x if isinstance(x, Tensor) else Tensor(x, False)), A)


def test_each_method_has_words_for_help():
    for name in dir(Tensor(P)):
        method = getattr(Tensor, name)
        if callable(method) and not name.startswith("_"):
            assert method.__doc__.strip() and method.__name__ in (name, *dir(np)), name


def test_functions_of_one_number_are_numpys_under_pytorchs_names():
    for name, function in {"acos": np.arccos, "asinh": np.arcsinh, "ceil": np.ceil, "exp2": np.exp2, "isnan": np.isnan, "log1p": np.log1p,
                           "reciprocal": np.reciprocal, "rsqrt": lambda a: 1 / np.sqrt(a), "sign": np.sign, "sinc": np.sinc, "trunc": np.trunc}.items():
        got = getattr(Tensor(P / 4), name)()
        np.testing.assert_allclose(got.data if isinstance(got, Node) else got, function(P / 4), rtol=1e-15)


def test_numbers_of_another_type():
    t = Tensor(A)
    assert t.float().dtype == np.float32 and t.half().dtype == np.float16 and t.type(np.float32).dtype == np.float32
    assert t.long().tolist() == A.astype(int).tolist() and t.bool().dtype == bool and t.int().dtype == np.int32
    assert t.eq(0.5).tolist() == (A == 0.5).tolist() and t.argmax(dim=1).tolist() == [2, 0]


def test_what_is_asked_of_the_numbers_is_a_plain_answer():
    t = Tensor(A)
    assert (t.ndimension(), t.nelement(), t.element_size(), t.is_floating_point()) == (2, 6, 8, True)
    assert t.count_nonzero() == 6 and t.isclose(A).all() and t.allclose(A) and not t.half().allclose(A + 1) and t.less(0).sum() == 2


def test_size_is_numpys_number_and_pytorchs_method():
    t = Tensor(A)
    assert t.size == 6 and t.size() == (2, 3) and t.size(-1) == 3 and t.numel() == 6 and t.dim() == 2
    assert np.zeros(t.size).shape == (6,) and f"{t.size}" == "6" and type(copy.deepcopy(t.size)) is int


def test_a_leaf_becomes_a_constant_and_a_variable_again():
    t = Tensor(A)
    assert t.requires_grad_(False) is t and not (t * 2).requires_grad and (t.requires_grad_() * 2).requires_grad
    with pytest.raises(errors.NotAVariable, match="detach"):
        (t * 2).requires_grad_(False)
    with pytest.raises(errors.NotDifferentiable, match="astype"):
        Tensor([1, 2], requires_grad=False).requires_grad_()


@pytest.mark.parametrize("ask, words", [
    (lambda t: t.max(dim=1), r"t\.max\(axis=…\).*argmax"), (lambda t: t.std(dim=0), "ddof=1"), (lambda t: t.view(np.int64), "astype"),
    (lambda t: t.split([1, 1], 1), "do not add up"),
])
def test_what_a_tensor_has_not_got_is_refused_with_what_to_write(ask, words):
    with pytest.raises(errors.AutogradError, match=words):
        ask(Tensor(A))


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(Tensor(A), "add_") and not hasattr(Value(1.0), "dtype") and getattr(Value(1.0), "shape", None) is None
    with pytest.raises(AttributeError, match="'cumsum'" if sys.version_info >= (3, 12) else "'cumsm'"):  # Python asks: did you mean
        Tensor(A).cumsm()


def test_dir_has_what_is_public_and_not_what_only_the_engine_needs():
    names = dir(Tensor(A))
    assert {"data", "grad", "op", "unsqueeze", "clamp", "at", "T", "size"} <= set(names)
    assert not {"all_outputs", "arrays", "made_at", "no_gradient"} & set(names)


def test_softmax_and_logsumexp_do_not_overflow():
    big = Tensor([1000.0, 1000.0, -np.inf])
    np.testing.assert_allclose(big.softmax(0).data, [0.5, 0.5, 0])
    assert big.logsumexp(0).item() == 1000 + np.log(2) and Tensor([-np.inf]).detach().requires_grad is False
    np.testing.assert_allclose(gradients(big.logsumexp(0), big), [0.5, 0.5, 0])


def test_softmax_of_half_precision_has_room_for_its_sum():
    t = Tensor(np.zeros(70000, np.float16))
    for y, right in ((t.softmax(0), 1 / 70000), (t.log_softmax(0), -np.log(70000)), (t.logsumexp(0), np.log(70000))):
        assert y.dtype == np.float16
        np.testing.assert_allclose(y.data.astype(float), right, rtol=5e-3)
