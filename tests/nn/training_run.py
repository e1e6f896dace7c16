"""A training run with everything in it that has a state.

    python training_run.py CHECKPOINT OUT EPOCHS        # goes on from CHECKPOINT, if that is there

Run by test_training.py, which kills it. It prints the number of every step.
"""

import sys

import numpy as np

import nn


def model_and_data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 4))
    y = (x.sum(axis=1) > 0).astype(int)
    model = nn.Sequential(nn.Linear(4, 8, rng=1), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3, rng=2),
                          nn.Linear(8, 2, rng=3))
    return model, x, y


def run(checkpoint, callbacks=(), epochs=6, **options):
    model, x, y = model_and_data()
    optimizer = nn.Adam(model.parameters(), lr=0.01, amsgrad=True)
    history = nn.fit(model, (x, y), nn.CrossEntropyLoss(), optimizer, epochs=epochs, batch_size=8, rng=4,
                     validation=(x[:20], y[:20]), metrics={"accuracy": nn.accuracy}, clip_norm=1.0,
                     schedule=nn.ExponentialLR(optimizer, 0.9), checkpoint=checkpoint, checkpoint_every=1, resume=True,
                     callbacks=callbacks, progress=False, **options)
    return model, history


def everything(model, history):
    """All numbers that a run ends with."""
    return {**model.state_dict(), **{f"history {k}": np.array(v) for k, v in history.epochs.items()},
            **{f"norms {k}": np.array(v) for k, v in history.steps["gradient_norm"].items()}}


if __name__ == "__main__":
    def tell(run):
        print(run.step, flush=True)

    tell.on_step = True
    np.savez(sys.argv[2], **everything(*run(sys.argv[1], [tell], epochs=int(sys.argv[3]))))
