"""MNIST: a small part that comes with the package, the whole from a folder, or downloaded once."""

import gzip
import math
import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from autograd.tools import extra
from autograd.typing import Array, DTypeLike
from nn.serialization import FileError, read

Split = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]

MIRROR = "https://storage.googleapis.com/cvdf-datasets/mnist/"
CHECKSUMS = {  # SHA-256 of the four files as published, packed
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
SMALL = Path(__file__).with_name("mnist_small.npz")  # made by tests/nn/make_mnist_small.py
LARGEST = 2**30  # bytes in one file: more than ten times what MNIST has


def load_mnist(path: str | os.PathLike[str] | None = None, *, download: bool = False,
               dtype: DTypeLike = np.float64) -> tuple[Split, Split]:
    """MNIST's handwritten digits: ((x_train, y_train), (x_test, y_test)).

    x  images (N, 28, 28), of the floating dtype, from 0 (paper) to 1 (ink)
    y  labels (N,), int64, from 0 to 9

    Without arguments: 2,000 images to train and 1,000 to test, which come with the package, 200 and 100 of each digit.
    With a path: all, from a folder with the four files of MNIST, packed by gzip or not. With download=True: all, from
    a public mirror, into that folder, or into $NORGRAD_DATA, or else into the user's cache; but only once.

    Raises FileNotFoundError for a file that is not there, FileError for one that is damaged or not MNIST's, and
    MissingTool if a download needs `pip install pooch tqdm`.

    >>> (x, y), (x_test, y_test) = load_mnist()
    >>> x.shape, x_test.shape, y[:5].tolist()
    ((2000, 28, 28), (1000, 28, 28), [5, 0, 4, 1, 9])
    """
    dtype = np.dtype(dtype)
    if dtype.kind != "f":
        raise TypeError(f"the images are numbers from 0 to 1, of a floating dtype, got {dtype}")
    if path is None and not download:
        arrays, _ = read(SMALL)
        train, test = [(_ink(arrays[f"x_{part}"], dtype), arrays[f"y_{part}"].astype(np.int64))
                       for part in ("train", "test")]
        return train, test
    folder = _downloaded(path) if download else Path(path or "")
    return _split(folder, "train", dtype), _split(folder, "t10k", dtype)


def _ink(images: Array, dtype: DTypeLike) -> Array:
    x = images.astype(dtype)
    x /= 255
    return x


def _split(folder: Path, part: str, dtype: DTypeLike) -> Split:
    images_file, labels_file = _found(folder, f"{part}-images", 3), _found(folder, f"{part}-labels", 1)
    images, labels = read_idx(images_file), read_idx(labels_file)
    if images.shape[1:] != (28, 28):
        raise FileError(f"{images_file}: MNIST's images have shape (N, 28, 28), these {images.shape}")
    if labels.shape != images.shape[:1]:
        raise FileError(f"{labels_file}: labels of shape {labels.shape}, for {len(images)} images")
    if labels.max(initial=0) > 9:
        raise FileError(f"{labels_file}: labels go from 0 to 9, but one is {labels.max()}")
    return _ink(images, dtype), labels.astype(np.int64)


def _found(folder: Path, stem: str, axes: int) -> Path:
    names = [f"{stem}{mark}idx{axes}-ubyte{end}" for mark in "-." for end in ("", ".gz")]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"{folder} has no file {' or '.join(names)}")


def read_idx(path: str | os.PathLike[str]) -> np.ndarray[Any, Any]:
    """The array of an IDX file of bytes (MNIST's format), packed by gzip or not: uint8, of the shape it says.

    Two zero bytes, the type (8: unsigned bytes), the number of axes, the length of each in four bytes, the numbers.

    Raises FileError if the file is anything else, is cut short or goes on, and OSError as `open` does.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "two-idx1-ubyte").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]))
    ...     read_idx(Path(folder, "two-idx1-ubyte"))
    array([7, 9], dtype=uint8)
    """
    with open(path, "rb") as file:
        try:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            return _parsed(gzip.GzipFile(fileobj=file) if packed else file)
        except Exception as error:  # of gzip and zlib there are many
            raise FileError(f"{path}: {error}") from error


def _parsed(stream: BinaryIO | gzip.GzipFile) -> np.ndarray[Any, Any]:
    start = stream.read(4)
    if len(start) < 4 or start[:3] != b"\0\0\x08":
        raise ValueError(f"it is no IDX file of unsigned bytes: it starts with {start!r}")
    lengths = stream.read(4 * start[3])
    if len(lengths) < 4 * start[3]:
        raise ValueError(f"it ends within its header of {start[3]} axes")
    shape = tuple(np.frombuffer(lengths, ">u4").tolist())
    size = math.prod(shape)
    if size > LARGEST:
        raise ValueError(f"it claims the shape {shape}, more than {LARGEST:,} bytes")
    data = bytearray()  # it grows with what is there, not with what is claimed
    while block := stream.read(min(2**20, size + 1 - len(data))):
        data += block
    if len(data) != size:
        what = "goes on after" if len(data) > size else f"ends {size - len(data):,} bytes before"
        raise ValueError(f"it {what} the last of its numbers, of shape {shape}")
    return np.frombuffer(data, np.uint8).reshape(shape)


def _downloaded(path: str | os.PathLike[str] | None) -> Path:
    """The folder of the four files, those that were not there downloaded by pooch."""
    pooch, _ = (extra(name, "downloads need", "data") for name in ("pooch", "tqdm"))  # tqdm draws the bar
    store = pooch.create(path=path or pooch.os_cache("norgrad"), env=None if path else "NORGRAD_DATA", base_url=MIRROR,
                         registry={name: f"sha256:{digest}" for name, digest in CHECKSUMS.items()})
    for name in CHECKSUMS:
        try:
            store.fetch(name, progressbar=True)
        except ValueError as error:
            raise FileError(f"{MIRROR}{name}: {error}") from error
    return Path(store.abspath)
