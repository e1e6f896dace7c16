"""Layers and losses on random shapes and options agree with PyTorch: values, gradients, buffers, the state's names."""

import warnings

import numpy as np
import pytest
from cases import our_layers as ours
from cases.layers import LAYERS, LOSSES, layer_case, loss_case

import nn
from autograd import Tensor, gradients
from autograd.extend import Node
from autograd.trees import leaves

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
from oracles import torch_layers as theirs  # noqa: E402

SEEDS = range(24)
pytestmark = pytest.mark.filterwarnings("ignore:.*(padding=.same|reduction).*:UserWarning")


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name):
    for seed in SEEDS:
        args, keywords, inputs = layer_case(name, seed)
        for training in (True, False):
            mine = ours.layer(name, args, keywords, seed)
            peer = theirs.layer(name, args, keywords, mine.state_dict())
            for _ in range(2):  # running statistics move
                expected = theirs.outputs_and_gradients(peer, inputs, training)
                got = ours.outputs_and_gradients(mine, inputs, training)
                assert got.keys() == expected.keys()
                for key in expected:
                    case = f"{name}{args}{keywords} {key}"
                    np.testing.assert_allclose(got[key], expected[key], rtol=1e-10, atol=1e-10, err_msg=case)
            assert list(mine.state_dict()) == list(peer.state_dict())


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name):
    for seed in SEEDS:
        keywords, x, t = loss_case(name, seed)
        expected = theirs.loss(name, keywords, x, t)
        node = Tensor(x)
        y = getattr(nn, name)(**keywords)(node, t)
        np.testing.assert_allclose(y.data, expected[0], rtol=1e-10, atol=1e-10, err_msg=f"{name}{keywords}")
        y.backward(np.ones(y.shape))
        np.testing.assert_allclose(node.grad, expected[1], rtol=1e-10, atol=1e-10, err_msg=f"{name}{keywords}")


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_first_states_and_long_sequences(kind):
    rng = np.random.default_rng(0)
    mine = getattr(nn, kind)(3, 4, num_layers=2, bidirectional=True, rng=0)
    peer = theirs.layer(kind, (3, 4), {"num_layers": 2, "bidirectional": True}, mine.state_dict())
    x, h = rng.normal(size=(40, 2, 3)), [rng.normal(size=(4, 2, 4)) for _ in range(2)]
    given = (h[0], h[1]) if kind == "LSTM" else h[0]
    peers = tuple(map(torch.tensor, given)) if kind == "LSTM" else torch.tensor(given)
    np.testing.assert_allclose(mine(x, given)[0].data, peer(torch.tensor(x), peers)[0].detach().numpy(), atol=1e-12)


def test_erf_is_right_to_the_last_digits():
    x = np.concatenate([np.linspace(-7, 7, 100001), [np.nan, np.inf, -np.inf, 0.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(nn.functional.erf(x), torch.erf(torch.tensor(x)).numpy(), rtol=0, atol=5e-16)


@pytest.mark.parametrize("name", [name for name in LAYERS if name != "Embedding"])
def test_second_derivatives(name):
    for seed in range(8):
        args, keywords, inputs = layer_case(name, seed)
        mine = ours.layer(name, args, keywords, seed)
        peer = theirs.layer(name, args, keywords, mine.state_dict())
        wanted = [Tensor(x) for x in inputs] + mine.parameters()
        outputs = [y for y in leaves(mine(*wanted[: len(inputs)])) if isinstance(y, Node)]
        first = gradients(sum(np.sin(y).sum() for y in outputs), wanted, create_graph=True)
        first = [g for g in first if isinstance(g, Node) and g.requires_grad]
        given = [torch.tensor(x, requires_grad=True) for x in inputs]
        others = given + list(peer.parameters())
        total = sum(torch.sin(y).sum() for y in leaves(peer(*given)))
        expected = torch.autograd.grad(total, others, create_graph=True, allow_unused=True)
        expected = [g for g in expected if g is not None and g.requires_grad]
        if not first or not expected:
            assert not first and not expected
            continue
        second = gradients(sum(np.cos(g).sum() for g in first), wanted)
        expected = torch.autograd.grad(sum(torch.cos(g).sum() for g in expected), others, allow_unused=True)
        for x, got, e in zip(wanted, second, expected, strict=True):
            e = np.zeros(x.shape) if e is None else e.numpy()
            np.testing.assert_allclose(got, e, rtol=1e-8, atol=1e-9, err_msg=f"{name}{args}{keywords}")
