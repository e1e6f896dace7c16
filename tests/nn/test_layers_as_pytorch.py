"""Layers and losses give the numbers that PyTorch gave (oracles/data/layers.npz), where PyTorch is not installed."""

import numpy as np
import pytest
from cases import our_layers as ours
from cases.layers import LAYERS, LOSSES, PATH, STORED, layer_case, loss_case

import nn
from autograd import Tensor, gradients

DATA = dict(np.load(PATH))


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name):
    for seed in STORED:
        args, keywords, inputs = layer_case(name, seed)
        got = ours.outputs_and_gradients(ours.filled(ours.layer(name, args, keywords, seed)), inputs, training=True)
        assert len(got) == sum(key.startswith(f"{name}/{seed}/") for key in DATA)
        for key, x in got.items():
            np.testing.assert_allclose(x, DATA[f"{name}/{seed}/{key}"], rtol=1e-10, atol=1e-10, err_msg=key)


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name):
    for seed in STORED:
        keywords, x, t = loss_case(name, seed)
        node = Tensor(x)
        y = getattr(nn, name)(**keywords)(node, t)
        np.testing.assert_allclose(y.data, DATA[f"{name}/{seed}/value"], rtol=1e-10, atol=1e-10)
        (gradient,) = gradients(y, [node], np.ones(y.shape))
        np.testing.assert_allclose(gradient, DATA[f"{name}/{seed}/gradient"], rtol=1e-10, atol=1e-10)
