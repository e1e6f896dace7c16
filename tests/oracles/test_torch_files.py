"""Weights go to PyTorch and back by .safetensors, and the models compute the same."""

import numpy as np
import pytest

import nn
from nn.serialization import load, save

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
theirs = pytest.importorskip("safetensors.torch", reason="safetensors is not installed")


def mlp(nn):
    return nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 7, bias=False), nn.ReLU(), nn.Linear(7, 3))


def lenet(nn):
    """LeNet-5."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


MODELS = {  # name: the model, of our modules (nn) or of PyTorch's (torch.nn), and an input's shape
    "MLP": (mlp, (6, 5)),
    "LeNet": (lenet, (3, 1, 28, 28)),
    "batch norm": (lambda nn: nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3)), (4, 2, 6, 6)),
    "LSTM": (lambda nn: nn.LSTM(5, 4, num_layers=2, bidirectional=True), (7, 3, 5)),
    "GRU": (lambda nn: nn.GRU(5, 4, batch_first=True), (3, 7, 5)),
}


def first(outputs):
    """A recurrent layer gives its states, too."""
    return outputs[0] if isinstance(outputs, tuple) else outputs


def check_same(ours, other, shape):
    x = np.random.default_rng(0).normal(size=shape)
    with torch.no_grad():
        expected = first(other(torch.from_numpy(x))).numpy()
    np.testing.assert_allclose(first(ours(x)).data, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_our_weights_in_pytorch(name, tmp_path):
    make, shape = MODELS[name]
    ours, other, path = make(nn).eval(), make(torch.nn).double().eval(), tmp_path / "model.safetensors"
    save(ours, path, metadata={"epoch": "1"})
    other.load_state_dict(theirs.load_file(path), strict=True)
    check_same(ours, other, shape)


@pytest.mark.parametrize("name", MODELS)
def test_pytorchs_weights_in_ours(name, tmp_path):
    make, shape = MODELS[name]
    ours, other, path = make(nn).eval(), make(torch.nn).double().eval(), tmp_path / "model.safetensors"
    theirs.save_file(other.state_dict(), path, metadata={"format": "pt"})
    load(path, into=ours)
    check_same(ours, other, shape)


def test_bfloat16_comes_back_as_float32_exactly(tmp_path):
    x = torch.randn(100, generator=torch.Generator().manual_seed(0)).bfloat16()
    theirs.save_file({"x": x}, tmp_path / "a.safetensors")
    np.testing.assert_array_equal(load(tmp_path / "a.safetensors")["x"], x.float().numpy())
