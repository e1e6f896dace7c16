"""Weights in files: what is saved comes back, what is damaged or hostile is refused, and nothing is half done."""

import importlib.util
import io
import json
import os
import pickle
import resource
import signal
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nn
from autograd import Tensor, Value
from autograd.errors import AutogradError, ConversionError, MissingTool, ShapeError
from nn.serialization import CHECKSUM, DTYPES, NPZ_DTYPES, RESERVED, FileError, load, read, save

ROOT = Path(__file__).parents[2]
needs_safetensors = pytest.mark.skipif(not importlib.util.find_spec("safetensors"), reason="safetensors is not installed")
both_formats = pytest.mark.parametrize("suffix", [".npz", pytest.param(".safetensors", marks=needs_safetensors)])


class Mixed(nn.Module):
    """Parameters of every kind: layers, float32, a Value, a scalar, a buffer, an empty one."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.layers = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.ReLU(), nn.Linear(4, 2, dtype=np.float32, rng=rng))
        self.value, self.scale, self.none = Value(rng.normal()), Tensor(rng.normal()), Tensor(np.ones((0, 3)))
        self.register_buffer("count", rng.integers(100, size=2))


def bits(state):
    return {name: (x.dtype, x.shape, x.tobytes()) for name, x in state.items()}


def refused(path, match=None, error=FileError, **settings):
    """Loading is an error of this kind that names the file, and leaves a model as it was."""
    model = Mixed(0)
    before = bits(model.state_dict())
    with pytest.raises(error, match=match) as found:
        load(path, into=model, **settings)
    assert str(path) in str(found.value)
    assert bits(model.state_dict()) == before
    return found.value


# ---- round trips ----------------------------------------------------------------------------------------------------
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)


@both_formats
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_names_dtypes_shapes_and_bits_come_back(suffix, tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / f"round_trip{suffix}"
    names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20).filter(lambda n: n != RESERVED)
    dtypes = sorted(NPZ_DTYPES if suffix == ".npz" else DTYPES.values())
    state = data.draw(st.dictionaries(names, st.sampled_from(dtypes).flatmap(lambda d: hnp.arrays(d, SHAPES)), max_size=4))
    metadata = data.draw(st.dictionaries(names, names, max_size=3))
    save(state, path, metadata=metadata)
    arrays, strings = read(path)
    assert bits(arrays) == bits(state) and strings == metadata
    assert all(x.flags.writeable and x.flags.c_contiguous for x in arrays.values())


@both_formats
def test_arrays_in_odd_layouts_are_saved_as_plain_ones(suffix, tmp_path):
    x = np.arange(24.0).reshape(4, 6)
    odd = {"strided": x[::2, ::-3], "transposed": x.T, "big-endian": x.astype(">f8"), "broadcast": np.broadcast_to(2.0, (3, 2)), "scalar": 1.5, "half": x.astype(np.float16)}
    save(odd, tmp_path / f"a{suffix}")
    for name, y in load(tmp_path / f"a{suffix}").items():
        np.testing.assert_array_equal(y, odd[name])
        assert y.dtype.isnative and y.dtype == np.asarray(odd[name]).dtype.newbyteorder("=")
        y[...] = 0
    save({}, tmp_path / f"none{suffix}")
    assert read(tmp_path / f"none{suffix}") == ({}, {})


@both_formats
def test_a_model_and_what_strict_means(suffix, tmp_path):
    model, twin, path = Mixed(1), Mixed(2), tmp_path / f"model{suffix}"
    save(model, path, metadata={"epoch": "7"})
    assert bits(load(str(path), into=twin)) == bits(model.state_dict()) == bits(twin.state_dict())
    assert read(path)[1] == {"epoch": "7"} and type(twin.value.data) is float
    save({**model.state_dict(), "more": np.ones(2)}, path)
    with pytest.raises(ShapeError, match="unknown") as error:
        load(path, into=twin)
    assert error.value.__notes__ == [f"in the file {path}"]
    load(path, into=twin, strict=False)
    save({"scale": np.float64(3), "unknown": np.ones(1)}, path)
    load(path, into=twin, strict=False)
    assert twin.scale.item() == 3.0
    save({**model.state_dict(), "scale": np.ones(2)}, path)
    with pytest.raises(ShapeError, match="scale has shape"):
        load(path, into=twin, strict=False)
    save({**model.state_dict(), "scale": np.complex64(1)}, path)
    refused(path, "complex64")


def test_what_numpy_saved_loads(tmp_path):
    x = np.arange(6.0).reshape(2, 3)
    np.savez_compressed(tmp_path / "a.npz", x=x.astype(">f4"), y=np.asfortranarray(x), z=np.zeros(5_000_000))
    arrays = load(tmp_path / "a.npz")
    np.testing.assert_array_equal(arrays["x"], x)
    np.testing.assert_array_equal(arrays["y"], x)
    assert arrays["x"].dtype == np.float32 and arrays["y"].flags.c_contiguous and not arrays["z"].any()
    with open(tmp_path / "b.npz", "wb") as out, zipfile.ZipFile(out, "w") as archive, archive.open("x.npy", "w") as member:
        np.lib.format.write_array(member, x, version=(2, 0))
    np.testing.assert_array_equal(load(tmp_path / "b.npz")["x"], x)
    save({"x": x}, tmp_path / "c.npz", metadata={"a": "b"})
    with np.load(tmp_path / "c.npz") as found:
        np.testing.assert_array_equal(found["x"], x)


@needs_safetensors
def test_what_others_saved_as_safetensors_loads(tmp_path):
    import safetensors.numpy as library

    path = tmp_path / "a.safetensors"
    library.save_file({"x": np.ones(3, np.float16)}, path, metadata={"format": "pt"})
    assert read(path)[1] == {"format": "pt"} and load(path)["x"].dtype == np.float16
    save({"x": np.arange(3.0)}, path)
    np.testing.assert_array_equal(library.load_file(path)["x"], np.arange(3.0))


@needs_safetensors
def test_bfloat16_becomes_float32_and_other_small_floats_are_refused(tmp_path):
    numbers = np.array([1.0, -2.5, np.inf, 3.0e38, 0.0], np.float32)
    upper = (numbers.view(np.uint32) >> 16).astype("<u2")
    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors_file({"x": {"dtype": "BF16", "shape": [5], "data_offsets": [0, 10]}}, upper.tobytes()))
    x = load(path)["x"]
    np.testing.assert_array_equal(x, (upper.astype(np.uint32) << 16).view(np.float32))
    assert x.dtype == np.float32 and x.flags.writeable and x[1] == -2.5
    for dtype in ("F8_E4M3", "F8_E5M2"):
        path.write_bytes(safetensors_file({"x": {"dtype": dtype, "shape": [2], "data_offsets": [0, 2]}}, b"ab"))
        refused(path, "which NumPy lacks")


@both_formats
def test_a_bool_is_true_or_false_whatever_its_byte(suffix, tmp_path):
    path = tmp_path / f"a{suffix}"
    if suffix == ".npz":
        path.write_bytes(npz_file(npy_file({"descr": "|b1", "fortran_order": False, "shape": (3,)}, b"\0\1\x02")))
    else:
        path.write_bytes(safetensors_file({"x": {"dtype": "BOOL", "shape": [3], "data_offsets": [0, 3]}}, b"\0\1\x02"))
    assert load(path)["x"].view(np.uint8).tolist() == [0, 1, 1]


# ---- errors ---------------------------------------------------------------------------------------------------------
@both_formats
def test_what_cannot_be_saved_leaves_the_old_file(suffix, tmp_path):
    path = tmp_path / f"a{suffix}"
    save({"x": np.ones(2)}, path)
    long = np.zeros(2, "datetime64[s]") if np.dtype(np.longdouble).itemsize == 8 else np.zeros(2, np.longdouble)
    for wrong in (np.array([None]), np.array(["a"]), np.zeros(2, "i4,f4"), long):
        with pytest.raises(FileError, match="cannot hold 'x', whose dtype"):
            save({"x": wrong}, path)
    for name in (RESERVED, "\ud800", *(["a\0b", "a" * 2**16] if suffix == ".npz" else [])):
        with pytest.raises(FileError, match="under the name"):
            save({name: np.ones(1)}, path)
    with pytest.raises(TypeError, match="names are strings"):
        save({1: np.ones(1)}, path)
    with pytest.raises(ConversionError):
        save({"x": Tensor(1.0)}, path)
    for metadata in ({"epoch": 3}, {3: "epoch"}):
        with pytest.raises(TypeError, match="strings"):
            save({}, path, metadata=metadata)
    with pytest.raises(FileNotFoundError):
        save({}, tmp_path / "none" / path.name)
    assert os.listdir(tmp_path) == [path.name] and load(path)["x"].tolist() == [1, 1]
    if suffix == ".safetensors":
        with pytest.raises(FileError, match=r"a \.npz file can"):
            save({"x": np.ones(1, complex)}, path)


def test_other_suffixes_missing_files_and_the_missing_library(tmp_path, monkeypatch):
    for name in ("a.pt", "a", "a.npz.tmp", ".npz"):
        for work in (lambda p: save({}, p), load, read):
            with pytest.raises(FileError, match=r"\.safetensors or \.npz"):
                work(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.npz")
    monkeypatch.setitem(sys.modules, "safetensors", None)
    for work in (lambda p: save({}, p), load):
        with pytest.raises(MissingTool, match=r"pip install safetensors .*\[files\]"):
            work(tmp_path / "a.safetensors")
    assert issubclass(FileError, AutogradError) and issubclass(FileError, ValueError) and not os.listdir(tmp_path)


@needs_safetensors
def test_a_flipped_bit_in_the_numbers_is_found(tmp_path):
    path = tmp_path / "a.safetensors"
    save({"x": np.arange(100.0), "y": np.ones(3, np.int8)}, path)
    whole = path.read_bytes()
    start = 8 + int.from_bytes(whole[:8], "little")
    for i in range(start, len(whole), 7):
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 4]) + whole[i + 1 :])
        with pytest.raises(FileError, match="checksum"):
            load(path)


# ---- whole or not at all --------------------------------------------------------------------------------------------
LOOP = """
import sys, numpy as np
from nn.serialization import save
for i in range(1_000_000):
    save({"x": np.full(200_000, i % 7), "y": np.full((3, 3), i % 7)}, sys.argv[1])
    if i == 0:
        print("saved", flush=True)
"""


def kill_while_saving(path, times):
    rng = np.random.default_rng(0)
    for _ in range(times):
        with subprocess.Popen([sys.executable, "-c", LOOP, str(path)], stdout=subprocess.PIPE, cwd=ROOT) as process:
            assert process.stdout.readline() == b"saved\n"
            time.sleep(rng.uniform(0, 0.03))
            process.send_signal(signal.SIGKILL)
        arrays = load(path)
        assert len(arrays["x"]) == 200_000 and np.unique(np.concatenate([arrays["x"], arrays["y"].ravel()])).size == 1
    left = [p for p in path.parent.iterdir() if p != path]
    for p in left:
        with pytest.raises(FileError, match="by the suffix"):
            load(p)


@both_formats
def test_a_killed_process_leaves_a_whole_file(suffix, tmp_path):
    kill_while_saving(tmp_path / f"a{suffix}", 5)


@pytest.mark.slow
@both_formats
def test_fifty_killed_processes_leave_a_whole_file(suffix, tmp_path):
    kill_while_saving(tmp_path / f"a{suffix}", 50)


# ---- hostile files --------------------------------------------------------------------------------------------------
def safetensors_file(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def npy_file(header, data=b"", version=b"\1\0"):
    text = header if isinstance(header, bytes) else repr(header).encode()
    return b"\x93NUMPY" + version + struct.pack("<H" if version == b"\1\0" else "<I", len(text)) + text + data


def npz_file(*members, names=("x.npy",), method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, member in zip(names, members, strict=True):
            archive.writestr(zipfile.ZipInfo(name), member, method)
    return out.getvalue()


def with_claim(npz, size, compressed=None):
    """The same zip, claiming that its only member unpacks to so many bytes."""
    local, central = npz.index(b"PK\3\4"), npz.index(b"PK\1\2")
    changed = bytearray(npz)
    for at in (local + 22, central + 24):
        changed[at : at + 4] = struct.pack("<I", size)
    if compressed is not None:
        for at in (local + 18, central + 20):
            changed[at : at + 4] = struct.pack("<I", compressed)
    return bytes(changed)


class Payload:
    """A pickle that makes a folder."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def hostile_npz(payload):
    f8 = {"descr": "<f8", "fortran_order": False, "shape": (3,)}
    three = npy_file(f8, b"\0" * 24)
    objects = io.BytesIO()
    np.save(objects, np.array([Payload(payload)], dtype=object), allow_pickle=True)
    bomb = npz_file(npy_file(f8 | {"shape": (25 * 2**20,)}, bytes(200 * 2**20)), method=zipfile.ZIP_DEFLATED)
    many = npz_file(*[npy_file(f8 | {"shape": (2**20,)}, bytes(2**23))] * 40, names=[f"{i}.npy" for i in range(40)], method=zipfile.ZIP_DEFLATED)
    shapes = [(2**60,), (2**31, 2**31), (-3,), (-1, -3), (3, 1, 2), (), (4,), (2,), [3], 3, (3.0,), ("3",), None, (0, 2**63), (1,) * 70 + (3,), (2**70,), (True, 3, None)]
    dtypes = ["|O", "O", "<f2", "<U6", "|S8", "<M8[s]", "<f16", "<c32", "|V8", "<q9", "nonsense", "", 3, None, [("a", "<f4"), ("b", "<f4")], "f4,f4", [("a", "O")], {"names": ["a"], "formats": ["O"]}, "object", "<f8\0", "(2,)<f4"]
    headers = [b"", b"{", b"(" * 5000, b"-" * 9000, b"[" * 100 + b"]" * 100, b"1" * 9000, b"{'descr': '<f8'}", b"__import__('os').mkdir('x')", b"{'a\\d': 1}", b"\xff" * 50, b" " * 20000 + repr(f8).encode(), repr(f8 | {"more": 1}).encode(), b"\0" * 10, b"{'descr': '<f8', 'fortran_order': 1, 'shape': (3,), }", b"{'descr': '<f8', 'fortran_order': False, 'shape': (3L,4L), }"]
    encrypted = bytearray(npz_file(three))
    encrypted[encrypted.index(b"PK\1\2") + 8] |= 1
    strange = bytearray(npz_file(three))
    strange[strange.index(b"PK\1\2") + 10] = 97
    moved = bytearray(npz_file(three))
    struct.pack_into("<I", moved, moved.index(b"PK\1\2") + 42, 2**31)
    return [
        pickle.dumps(Payload(payload)), npz_file(objects.getvalue()), npz_file(pickle.dumps(Payload(payload))),
        npz_file(npy_file(f8 | {"descr": "|O", "shape": ()}, pickle.dumps(Payload(payload)))),
        npz_file(pickle.dumps(Payload(payload)), names=["archive/data.pkl"]), bomb, many,
        *(npz_file(npy_file(f8 | {"shape": s}, b"\0" * 24)) for s in shapes),
        *(npz_file(npy_file(f8 | {"descr": d}, b"\0" * 24)) for d in dtypes),
        *(npz_file(npy_file(h, b"\0" * 24)) for h in headers),
        *(npz_file(npy_file(f8, b"\0" * 24, version=v)) for v in (b"\2\0", b"\3\0", b"\0\0", b"\xff\xff")),
        npz_file(b"\x93NUMPY\2\0\xff\xff\xff\xff{}"), npz_file(b"\x93NUMPY\1\0\xff\xff{}"), npz_file(b""), npz_file(b"\x93NUM"),
        with_claim(npz_file(three), 2**32 - 2), with_claim(npz_file(three, method=zipfile.ZIP_DEFLATED), 2**27),
        with_claim(npz_file(npy_file(f8 | {"shape": (2**29 - 1000,)}, b"\0" * 24)), 2**32 - 2, 2**32 - 2),
        npz_file(three, three, names=["x.npy", "y.npy"]).replace(b"y.npy", b"x.npy"), npz_file(three, three, names=["x.npy", "y"]), npz_file(three, names=["x.txt"]), npz_file(three, names=["../../x"]),
        npz_file(three, method=zipfile.ZIP_BZIP2), npz_file(three, method=zipfile.ZIP_LZMA), bytes(encrypted), bytes(strange), bytes(moved),
        npz_file(npy_file({"descr": "<U4", "fortran_order": False, "shape": ()}, b"\xff" * 16), names=[f"{RESERVED}.npy"]),
        npz_file(npy_file({"descr": "<U2", "fortran_order": False, "shape": ()}, "[]".encode("utf-32-le")), names=[f"{RESERVED}.npy"]),
        npz_file(npy_file(f8, b"\0" * 24), names=[f"{RESERVED}.npy"]), npz_file(*[three] * 2000, names=[f"{i}.npy" for i in range(2000)]),
    ]


def hostile_safetensors(payload):
    x = {"dtype": "F64", "shape": [3], "data_offsets": [0, 24]}
    zeros = b"\0" * 24
    text = json.dumps(x)
    changes = [
        {"shape": [2**60]}, {"shape": [2**31, 2**31, 2**31]}, {"shape": [-3]}, {"shape": []}, {"shape": [4]}, {"shape": 3}, {"shape": None},
        {"shape": [3.0]}, {"shape": [2**70]}, {"shape": ["3"]}, {"shape": [0, 2**62]}, {"shape": [1] * 70 + [3]}, {"shape": [True, 3]},
        {"data_offsets": [0, 2**62]}, {"data_offsets": [-24, 0]}, {"data_offsets": [24, 0]}, {"data_offsets": [8, 32]}, {"data_offsets": [0]},
        {"data_offsets": None}, {"data_offsets": [0, 10**10], "shape": [10**10 // 8]}, {"dtype": "F32"}, {"dtype": "f64"}, {"dtype": "O"},
        {"dtype": 3}, {"dtype": None}, {"dtype": "F128"}, {"dtype": "object"}, {"more": 1}, {"data_offsets": [0, 24, 48]},
        {"shape": [0, 2**62], "data_offsets": [0, 0]}, {"shape": [2**63, 2**63], "data_offsets": [0, 0]},
    ]
    return [
        pickle.dumps(Payload(payload)), safetensors_file(pickle.dumps(Payload(payload))), safetensors_file({"x": x}, pickle.dumps(Payload(payload))),
        *(safetensors_file({"x": x | change}, zeros) for change in changes), *(safetensors_file({"x": x | change}) for change in changes),
        safetensors_file({"x": x, "y": x}, zeros), safetensors_file({"x": x, "y": x | {"data_offsets": [8, 32]}}, zeros + b"\0" * 8),
        safetensors_file(f'{{"x": {text}, "x": {text}}}'.encode(), zeros), safetensors_file(f'{{"x": {{"dtype": "F32", {text[1:]}}}'.encode(), zeros),
        safetensors_file(b'{"x":' * 100_000 + b"1" + b"}" * 100_000), safetensors_file(b"[" * 1_000_000), safetensors_file(b"[]"), safetensors_file(b"null"),
        safetensors_file(b""), safetensors_file(b"{"), safetensors_file(b"{}x"), safetensors_file(b"\xff\xfe"), safetensors_file(b'{"\\ud800": 1}'),
        safetensors_file({"x": x}, zeros + b"\0"), safetensors_file({"x": x}, zeros[:-1]), safetensors_file({"x": None}), safetensors_file({"x": []}),
        safetensors_file({RESERVED: {"a": 1}}), safetensors_file({RESERVED: 1}), safetensors_file({RESERVED: {CHECKSUM: "0"}, "x": x}, zeros),
        safetensors_file(b'{"__metadata__": {"a": "1", "a": "2"}, "x": %s}' % text.encode(), zeros), safetensors_file(b'{"x": NaN}'), safetensors_file(b"1e999999"),
        struct.pack("<Q", 2**63) + b"{}", struct.pack("<Q", 2**64 - 1) + b"{}", struct.pack("<Q", 99_999_999) + b"{}", b"\0" * 7, b"\0" * 8, b"\xff" * 1000,
        safetensors_file(b"{" + b", ".join(b'"%d": %s' % (i, text.encode()) for i in range(20_000)) + b"}", zeros),
    ]


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\2\0\1H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"


@both_formats
def test_hostile_files_are_refused_without_memory_or_harm(suffix, tmp_path):
    payload, path = tmp_path / "harm", tmp_path / f"a{suffix}"
    files = [b"", b"\0", PNG, *(hostile_npz if suffix == ".npz" else hostile_safetensors)(payload)]
    tracemalloc.start()
    try:
        for i, content in enumerate(files):
            path.write_bytes(content)
            start = time.perf_counter()
            tracemalloc.reset_peak()
            model = Mixed(0)
            before, used = bits(model.state_dict()), tracemalloc.get_traced_memory()[0]
            with pytest.raises((FileError, ShapeError)) as error:
                load(path, into=model)
            assert tracemalloc.get_traced_memory()[1] - used < 100e6, (i, content[:100])
            assert time.perf_counter() - start < 3, (i, content[:100])
            assert isinstance(error.value, ShapeError) or (str(path) in str(error.value) and error.value.__cause__), i
            assert bits(model.state_dict()) == before
    finally:
        tracemalloc.stop()
    assert not payload.exists() and not Path("x").exists()


def test_a_name_that_stands_twice(tmp_path):
    path, three = tmp_path / "a.npz", npy_file({"descr": "<f8", "fortran_order": False, "shape": (3,)}, b"\0" * 24)
    path.write_bytes(npz_file(three, three, names=["x.npy", "y.npy"]).replace(b"y.npy", b"x.npy"))
    refused(path, "there twice")
    if importlib.util.find_spec("safetensors"):
        text = json.dumps({"x": {"dtype": "F64", "shape": [3], "data_offsets": [0, 24]}})
        path = tmp_path / "a.safetensors"
        path.write_bytes(safetensors_file(f"{text[:-1]}, {text[1:]}".encode(), b"\0" * 24))
        refused(path, "stands twice")


def test_limits_of_compressed_files(tmp_path):
    path, x = tmp_path / "a.npz", np.zeros(2**18)
    np.savez_compressed(path, x=x)
    assert load(path)["x"].size == 2**18
    refused(path, "max_bytes", max_bytes=2**20)
    np.savez(path, x=x)
    assert load(path, max_bytes=0)["x"].size == 2**18  # it takes no more memory than disk
    whole = path.read_bytes()
    path.write_bytes(whole[:1000] + b"\1" + whole[1001:])
    refused(path, "CRC")


# ---- fuzz -----------------------------------------------------------------------------------------------------------
def mutated(rng, whole, start):
    """The file with one of many things wrong, and whether it is no more than one flipped bit."""
    content, kind = bytearray(whole), rng.integers(8)
    at = int(rng.integers(len(content) if rng.random() < 0.5 else start))  # half of the time in the header
    if kind < 3:
        for _ in range((1, 1, int(rng.integers(2, 20)))[kind]):
            content[at] ^= 1 << int(rng.integers(8))
            at = int(rng.integers(len(content)))
    elif kind == 3:
        del content[at:]
    elif kind == 4:
        content[at:at] = rng.bytes(int(rng.integers(1, 20)))
    elif kind == 5:
        del content[at : at + int(rng.integers(1, 20))]
    elif kind == 6:
        content[at : at + 8] = struct.pack("<Q", int(rng.choice([0, 1, 255, 2**16, 2**31, 2**32 - 1, 2**40, 2**63])))
    else:  # a number in the text of a header becomes another, a word another word
        pieces = [b"4", b"3", b"2", b"0", b"F64", b"F32", b"I64", b"<f8", b"<f4", b"shape", b"dtype", b"descr", b"data_offsets", b"weight", b"[", b"]", b"(", b")", b",", b":", b"{", b"}", b'"', b"'", b"False"]
        news = [b"-1", b"99999999999", b"0", b"1e3", b"true", b"null", b"|O ", b"BF16", b"F32", b">f8", b"<f2", b"weight", b"", b"[[[[", b"\0", b"\xff", b"3", b"4", b"True"]
        old, new = pieces[rng.integers(len(pieces))], news[rng.integers(len(news))]
        content = content.replace(old, new, int(rng.integers(1, 4)))
        if whole[:2] != b"PK":  # make the length right again, so that the change is seen
            n = int.from_bytes(whole[:8], "little") + len(content) - len(whole)
            content[:8] = struct.pack("<Q", max(n, 0))
    return bytes(content), kind < 2


def fuzz(suffix, folder, count):
    rng = np.random.default_rng(5)
    path, saved, seen = folder / f"fuzz{suffix}", Mixed(1), {True: 0, False: 0}
    save(saved, path, metadata={"epoch": "3"})
    whole, right = path.read_bytes(), bits(saved.state_dict())
    start = len(whole) if suffix == ".npz" else 8 + int.from_bytes(whole[:8], "little")
    model = Mixed(0)
    first = model.state_dict()
    before, memory = bits(first), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for i in range(count):
        content, one_bit = mutated(rng, whole, start)
        path.write_bytes(content)
        began = time.perf_counter()
        try:
            arrays = load(path, into=model)
        except (FileError, ShapeError):
            assert bits(model.state_dict()) == before, i
            seen[False] += 1
        else:
            state = model.state_dict()
            assert arrays.keys() == state.keys() and all(state[k].shape == first[k].shape for k in state), i
            assert all(state[k].tobytes() == arrays[k].astype(state[k].dtype).tobytes() for k in state), i
            assert bits(arrays) == right or not (one_bit or content == whole), i
            model.load_state_dict(first)
            seen[True] += 1
        assert time.perf_counter() - began < 5, i
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 200_000  # KiB on Linux
    assert seen[False] > count / 2 and seen[True] > 0
    return seen


@both_formats
def test_a_thousand_damaged_files(suffix, tmp_path):
    fuzz(suffix, tmp_path, 1000)


@pytest.mark.slow
@both_formats
def test_ten_thousand_damaged_files(suffix, tmp_path):
    fuzz(suffix, tmp_path, 10_000)
