"""Handwritten digits: `python -m demos.mnist --model lenet --data FOLDER` trains on all of MNIST."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import nn
from autograd import no_grad
from autograd.typing import Array, Seed
from demos.command import Arguments, at_least_one, ending_well
from demos.output import new_figure, save_figure, table


def mlp(rng: Seed = 0) -> nn.Module:
    """784-256-128-10, 235,146 parameters."""
    options = {"dtype": np.float32, "rng": np.random.default_rng(rng)}
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 256, **options), nn.ReLU(), nn.Dropout(0.2, rng=options["rng"]),
        nn.Linear(256, 128, **options), nn.ReLU(), nn.Linear(128, 10, **options),
    )


def lenet(rng: Seed = 0) -> nn.Module:
    """LeNet-5 (LeCun et al., 1998) with ReLU and maximum pooling, 61,706 parameters."""
    options = {"dtype": np.float32, "rng": np.random.default_rng(rng)}
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, **options), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, **options), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.25, rng=options["rng"]), nn.Linear(400, 120, **options), nn.ReLU(),
        nn.Linear(120, 84, **options), nn.ReLU(), nn.Linear(84, 10, **options),
    )


MODELS = {"mlp": mlp, "lenet": lenet}
ENOUGH = {"mlp": 0.98, "lenet": 0.99}  # of all of MNIST's test images


def train(name: str, data: Sequence[tuple[Array, Array]], epochs: int) -> tuple[nn.Module, nn.History]:
    """The model, trained with Adam at a rate that falls by a third each epoch, and what happened."""
    (x, y), test = data
    model = MODELS[name]()
    optimizer = nn.Adam(model.parameters(), lr=2e-3)
    history = nn.fit(model, (x, y), nn.CrossEntropyLoss(), optimizer, epochs=epochs, batch_size=64, validation=test,
                     metrics={"accuracy": nn.accuracy}, schedule=nn.ExponentialLR(optimizer, 0.7))
    return model, history


def show_mistakes(model: nn.Module, x: Array, y: Array, path: Path) -> None:
    """The test images that the model is most sure about, and wrong."""
    model.eval()
    with no_grad():
        p = nn.functional.softmax(model(x), dim=-1).data
    wrong = np.flatnonzero(p.argmax(-1) != y)
    worst = wrong[np.argsort(p.max(-1)[wrong])[::-1]][:8]
    figure, panels = new_figure(8)
    figure.set_size_inches(9, 1.8)
    for panel in panels:
        panel.axis("off")
    for panel, i in zip(panels, worst, strict=False):
        panel.imshow(x[i, 0], cmap="gray_r")
        panel.set_title(f"{y[i]}, taken\nfor {p[i].argmax()} ({p[i].max():.0%})", fontsize=9)
    save_figure(figure, path)


def main(out: Path, name: str = "mlp", folder: Path | None = None, epochs: int | None = None) -> None:
    """A network reads handwritten digits: a small part of MNIST, or all of it (`python -m demos.mnist --help`)."""
    data = [(x[:, None], y) for x, y in nn.load_mnist(folder, dtype=np.float32)]
    enough, epochs = (ENOUGH[name], epochs or 10) if folder else (0.85, epochs or 6)
    print(nn.summary(MODELS[name](), data[0][0][:1]))
    begin = time.perf_counter()
    model, history = train(name, data, epochs)
    seconds = time.perf_counter() - begin
    rows = zip(range(1, epochs + 1), history.loss, history.val_loss, history.val_accuracy, strict=True)
    print(table(["epoch", "loss", "test loss", "test accuracy"], list(rows)))
    print(f"   {len(data[0][0]):,} images, {seconds / epochs:.1f} s an epoch (with the test)")
    save_figure(history.plot(), out / f"mnist-{name}-training.png")
    show_mistakes(model, *data[1], out / f"mnist-{name}-mistakes.png")
    assert history.val_accuracy[-1] > enough, f"test accuracy {history.val_accuracy[-1]:.2%}, expected {enough:.0%}"


@ending_well("python -m demos.mnist")
def program() -> None:
    parser = Arguments(prog="python -m demos.mnist", description=main.__doc__)
    parser.add_argument("--model", choices=MODELS, default="mlp")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the four files of MNIST (default: a small part)")
    parser.add_argument("--download", action="store_true", help="get them from a public mirror first, into FOLDER")
    parser.add_argument("--epochs", type=at_least_one)
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where pictures go (default: out)")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    try:
        if chosen.download:
            nn.load_mnist(chosen.data or "mnist", download=True)
            chosen.data = chosen.data or Path("mnist")
        main(chosen.out, chosen.model, chosen.data, chosen.epochs)
    except nn.serialization.FileError as error:
        parser.error(str(error))


if __name__ == "__main__":
    program()
