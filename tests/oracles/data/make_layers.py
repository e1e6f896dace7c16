"""Write layers.npz, PyTorch's numbers for the cases of cases/layers.py.

    PYTHONPATH=tests python -m oracles.data.make_layers

Needs PyTorch; the tests that read the file do not.
"""

import numpy as np
from cases import our_layers as ours
from cases.layers import LAYERS, LOSSES, PATH, STORED, layer_case, loss_case
from oracles import torch_layers as theirs


def main():
    found = {}
    for name in LAYERS:
        for seed in STORED:
            args, keywords, inputs = layer_case(name, seed)
            state = ours.filled(ours.layer(name, args, keywords, seed)).state_dict()
            answers = theirs.outputs_and_gradients(theirs.layer(name, args, keywords, state), inputs, training=True)
            found |= {f"{name}/{seed}/{key}": x for key, x in answers.items()}
    for name in LOSSES:
        for seed in STORED:
            value, gradient = theirs.loss(name, *loss_case(name, seed))
            found |= {f"{name}/{seed}/value": value, f"{name}/{seed}/gradient": gradient}
    np.savez_compressed(PATH, **found)
    print(f"{len(found)} arrays, {PATH.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
