"""Makes nn/mnist_small.npz from the four files of MNIST: python tests/nn/make_mnist_small.py FOLDER.

The first 200 training and 100 test images of each digit, in the order of the files. Run twice, it gives the same bytes.
"""

import sys
from pathlib import Path

import numpy as np

from nn.data import SMALL, _found, read_idx
from nn.serialization import write_atomically


def first_of_each(folder, part, count):
    labels = read_idx(_found(folder, f"{part}-labels", 1))
    chosen = np.sort(np.concatenate([np.flatnonzero(labels == digit)[:count] for digit in range(10)]))
    return read_idx(_found(folder, f"{part}-images", 3))[chosen], labels[chosen]


def main(folder):
    (x_train, y_train), (x_test, y_test) = first_of_each(folder, "train", 200), first_of_each(folder, "t10k", 100)
    write_atomically(SMALL, lambda out: np.savez_compressed(out, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test))
    print(f"wrote {SMALL}: {SMALL.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
