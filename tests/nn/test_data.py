"""MNIST: the small part in the package, folders of IDX files, and downloads from a server of our own."""

import gzip
import hashlib
import http.server
import struct
import sys
import threading
import tracemalloc

import numpy as np
import pytest

import nn.data
from autograd.errors import MissingTool
from nn.data import load_mnist, read_idx
from nn.serialization import FileError, read

RNG = np.random.default_rng(0)
DIGITS = {"train": (RNG.integers(256, size=(20, 28, 28)), RNG.integers(10, size=20)), "t10k": (RNG.integers(256, size=(7, 28, 28)), RNG.integers(10, size=7))}


def idx(array):
    array = np.asarray(array, np.uint8)
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def write_folder(folder, packed=False, mark="-"):
    for part, arrays in DIGITS.items():
        for kind, array in zip(("images", "labels"), arrays, strict=True):
            content = idx(array)
            name = f"{part}-{kind}{mark}idx{array.ndim}-ubyte"
            (folder / (name + ".gz" * packed)).write_bytes(gzip.compress(content) if packed else content)


def check_digits(found):
    for (x, y), (images, labels) in zip(found, DIGITS.values(), strict=True):
        np.testing.assert_array_equal(x, images / 255)
        np.testing.assert_array_equal(y, labels)
        assert x.dtype == np.float64 and y.dtype == np.int64


# ---- the small part -------------------------------------------------------------------------------------------------
def test_the_small_part_is_balanced_and_in_range():
    for (x, y), (_, labels), count in zip(load_mnist(), load_mnist(dtype=np.float32), (200, 100), strict=True):
        assert x.shape == (10 * count, 28, 28) and x.dtype == np.float64 and y.dtype == np.int64
        assert np.bincount(y).tolist() == [count] * 10 and y.tolist() == labels.tolist()
        assert x.min() == 0 and x.max() == 1 and 0.1 < x.mean() < 0.16
        assert len({image.tobytes() for image in x}) == len(x) and (y[:-1] > y[1:]).any()
    (x, y), _ = load_mnist(dtype=np.float32)
    assert x.dtype == np.float32 and x.flags.writeable
    for dtype in (int, bool, complex):
        with pytest.raises(TypeError, match="floating"):
            load_mnist(dtype=dtype)
    assert nn.data.SMALL.stat().st_size < 700_000 and all(a.dtype == np.uint8 for a in read(nn.data.SMALL)[0].values())


def test_the_digits_can_be_told_apart():
    (x, y), (x_test, y_test) = load_mnist()
    means = np.stack([x[y == digit].mean(0) for digit in range(10)])
    guess = ((x_test[:, None] - means) ** 2).sum((2, 3)).argmin(1)
    assert (guess == y_test).mean() > 0.7


# ---- folders --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mark", ["-", "."])
@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_of_idx_files(tmp_path, packed, mark):
    write_folder(tmp_path, packed, mark)
    check_digits(load_mnist(tmp_path))
    check_digits(load_mnist(str(tmp_path)))


def test_a_packed_file_may_lack_its_suffix(tmp_path):
    write_folder(tmp_path)
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(gzip.compress(path.read_bytes()))
    check_digits(load_mnist(tmp_path))


def test_files_that_are_missing_or_do_not_fit_each_other(tmp_path):
    with pytest.raises(FileNotFoundError, match="train-images-idx3-ubyte"):
        load_mnist(tmp_path)
    write_folder(tmp_path)
    changes = [
        ("train-images-idx3-ubyte", np.zeros((20, 28, 27)), "images have shape"),
        ("train-images-idx3-ubyte", np.zeros(20), "images have shape"),
        ("t10k-images-idx3-ubyte", np.zeros((8, 28, 28)), "for 8 images"),
        ("t10k-labels-idx1-ubyte", np.zeros((7, 1)), r"labels of shape \(7, 1\)"),
        ("t10k-labels-idx1-ubyte", np.full(7, 10), "one is 10"),
    ]
    for name, array, message in changes:
        path = tmp_path / name
        whole = path.read_bytes()
        path.write_bytes(idx(array))
        with pytest.raises(FileError, match=message) as error:
            load_mnist(tmp_path)
        assert str(tmp_path) in str(error.value)
        path.write_bytes(whole)
    check_digits(load_mnist(tmp_path))


def test_damaged_idx_files(tmp_path):
    path, whole = tmp_path / "a-idx3-ubyte", idx(np.ones((2, 3, 4)))
    packed = gzip.compress(whole)
    wrong = {
        b"": "no IDX file", b"\0\0\x08": "no IDX file", b"\x89PNG\r\n": "no IDX file", b"\0\0\x0d\x01" + whole[4:]: "no IDX file",
        whole[:10]: "ends within its header", b"\0\0\x08\xff": "ends within its header", whole[:-1]: "ends 1 bytes before", whole + b"\0": "goes on after",
        whole[:4] + struct.pack(">3I", 2**32 - 1, 2**32 - 1, 1): "claims the shape", whole[:4] + struct.pack(">3I", 1000, 1000, 1000) + b"\1": "ends 999,999,999 bytes",
        whole[:4] + struct.pack(">3I", 0, 2**32 - 1, 0): None, b"\0\0\x08\x50" + struct.pack(">80I", *[1] * 80) + b"\1": "dimension",
        packed[:-9]: "end-of-stream", packed[:5]: "end-of-stream", packed[:2]: "end-of-stream", packed[:-8] + b"\0" * 8: "CRC", packed + b"more": "gzip",
        packed[:12] + b"\xff\xff" + packed[14:]: "rror", gzip.compress(whole + b"\0"): "goes on after", gzip.compress(whole[:4] + bytes([0, 0, 0, 9]) * 3): "ends 729 bytes",
        gzip.compress(whole + bytes(10**8)): "goes on after",
    }
    tracemalloc.start()
    for content, message in wrong.items():
        path.write_bytes(content)
        if message is None:
            assert read_idx(path).shape == (0, 2**32 - 1, 0)
            continue
        with pytest.raises(FileError, match=message) as error:
            read_idx(path)
        assert str(path) in str(error.value) and error.value.__cause__
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()
    path.write_bytes(packed)
    assert read_idx(path).tolist() == np.ones((2, 3, 4)).tolist()
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "none")


# ---- downloads ------------------------------------------------------------------------------------------------------
@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A server on this machine with four small files, and a list of what was asked of it."""
    pytest.importorskip("pooch")
    folder = tmp_path / "server"
    folder.mkdir()
    write_folder(folder, packed=True)
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args):
            asked.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setattr(nn.data, "MIRROR", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.setattr(nn.data, "CHECKSUMS", {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()})
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("NORGRAD_DATA", str(tmp_path / "cache"))
        yield folder, asked
        server.shutdown()
        thread.join()


def test_a_download_happens_once(mirror, tmp_path):
    _, asked = mirror
    check_digits(load_mnist(download=True))
    assert len(asked) == 4 and len(list((tmp_path / "cache").iterdir())) == 4
    check_digits(load_mnist(download=True))
    assert len(asked) == 4
    check_digits(load_mnist(tmp_path / "mine", download=True))
    assert len(asked) == 8 and len(list((tmp_path / "mine").iterdir())) == 4
    check_digits(load_mnist(tmp_path / "mine"))


def test_a_download_with_a_wrong_checksum_is_refused_and_not_kept(mirror, tmp_path):
    folder, asked = mirror
    name = "t10k-labels-idx1-ubyte.gz"
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole + b"\0")
    with pytest.raises(FileError, match=name):
        load_mnist(download=True)
    assert not (tmp_path / "cache" / name).exists()
    (folder / name).write_bytes(whole)
    check_digits(load_mnist(download=True))
    (tmp_path / "cache" / name).write_bytes(b"damaged since")
    check_digits(load_mnist(download=True))  # fetched again
    assert asked.count(f"/{name}") == 3


def test_a_file_that_the_mirror_lacks(mirror, tmp_path):
    folder, _ = mirror
    (folder / "train-images-idx3-ubyte.gz").unlink()
    with pytest.raises(OSError, match="404"):
        load_mnist(download=True)


@pytest.mark.parametrize("package", ["pooch", "tqdm"])
def test_without_the_library_the_error_names_the_extra(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingTool, match=r"pip install \w+ .*\[data\]"):
        load_mnist(download=True)
