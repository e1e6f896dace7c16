"""Weights in files: `.safetensors` (PyTorch reads them, too) and NumPy's `.npz`. Nothing is pickled, nothing is run.

A file may come from anywhere: what it claims is checked against its size before memory is taken, and whatever is wrong
with it is one error, `FileError`.
"""

import hashlib
import json
import math
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from autograd.errors import AutogradError
from autograd.tools import extra, write_atomically
from autograd.typing import Array, ArrayLike
from nn.module import Module

Arrays = dict[str, np.ndarray[Any, Any]]

DTYPES = {
    "BOOL": "bool", "I8": "int8", "I16": "int16", "I32": "int32", "I64": "int64", "U8": "uint8", "U16": "uint16",
    "U32": "uint32", "U64": "uint64", "F16": "float16", "F32": "float32", "F64": "float64", "C64": "complex64",
}
"""The dtypes of safetensors that NumPy has, and their names there."""

NPZ_DTYPES = {*DTYPES.values(), "complex128"}

RESERVED = "__metadata__"  # safetensors' own name for what is not an array; the same is used in .npz
CHECKSUM = "norgrad.blake2b"  # among the metadata of a .safetensors; a .npz has zip's own checksums
HEADER = 130  # bytes around the numbers of a part of a .npz, but for its name: fewer than another part would take
FACTOR, SLACK = 1000, 2**26  # a compressed file may hold 1000 times its size (zeros alone reach 1032), or 64 MiB


class FileError(AutogradError, ValueError):
    """A file that is damaged, foreign or hostile, or a name or array that its format cannot hold."""


# ---- the public functions -------------------------------------------------------------------------------------------
def save(model_or_state: Module | Mapping[str, ArrayLike], path: str | os.PathLike[str], *,
         metadata: Mapping[str, str] | None = None) -> None:
    """Write the numbers of a model, or a dict of arrays by name; the suffix says how: .safetensors or .npz.

    metadata  strings to keep with them

    The old file stays until the new one is whole on the disk. What is not native in byte order, or not contiguous,
    is written as if it were. A .safetensors also gets a checksum of all numbers and strings.

    Raises FileError for another suffix, for a dtype that is not of numbers and for a name that the format cannot hold,
    OSError as `open` does, and MissingTool for a .safetensors without the library of that name.

    >>> import nn, tempfile
    >>> model, twin = nn.Linear(2, 1, rng=0), nn.Linear(2, 1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(model, f"{folder}/weights.npz")
    ...     sorted(load(f"{folder}/weights.npz", into=twin))
    ['bias', 'weight']
    >>> bool((twin.weight.data == model.weight.data).all())
    True
    """
    file, suffix = Path(path), _suffix(path)
    state = model_or_state.state_dict() if isinstance(model_or_state, Module) else model_or_state
    strings = dict(metadata or {})
    if not all(isinstance(text, str) for pair in strings.items() for text in pair):
        raise TypeError(f"metadata is a dict of strings by name, got {strings!r}")
    arrays = {name: _native(file, suffix, name, x) for name, x in state.items()}
    if suffix == ".npz":
        write_atomically(file, lambda out: _write_npz(out, arrays, strings))
    else:
        write_atomically(file, _packed(file, arrays, strings))


def load(path: str | os.PathLike[str], into: Module | None = None, strict: bool = True, *,
         max_bytes: int = 2**33) -> Arrays:
    """The arrays of a file by name, each writable; with a model given, they are put into it, too.

    into       the model: `load_state_dict(arrays, strict)` is called; after any error it is as it was
    max_bytes  how much a compressed file may unpack to

    Raises FileError for a file that cannot be trusted or has not numbers of the model's kind, ShapeError if names or
    shapes are not the model's, OSError as `open` does (FileNotFoundError, say), and MissingTool as `save` does.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save({"scale": 2.0}, f"{folder}/a.npz")
    ...     load(f"{folder}/a.npz")
    {'scale': array(2.)}
    """
    arrays, _ = read(path, max_bytes=max_bytes)
    if into is not None:
        try:
            into.load_state_dict(arrays, strict)
        except TypeError as error:
            raise FileError(f"{path}: {error}") from error
        except AutogradError as error:
            error.add_note(f"in the file {path}")
            raise
    return arrays


def read(path: str | os.PathLike[str], *, max_bytes: int = 2**33) -> tuple[Arrays, dict[str, str]]:
    """The arrays of a file by name, and the strings saved with them; errors as for `load`.

    Files of others will do. bfloat16, which NumPy lacks, becomes float32, which holds the same numbers.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save({"scale": 2.0}, f"{folder}/a.npz", metadata={"unit": "mm"})
    ...     read(f"{folder}/a.npz")
    ({'scale': array(2.)}, {'unit': 'mm'})
    """
    file, suffix = Path(path), _suffix(path)
    library = None if suffix == ".npz" else _safetensors()
    with open(file, "rb") as stream:
        try:
            if library is None:
                return _read_npz(stream, max_bytes)
            return _unpacked(library, stream.read())
        except Exception as error:  # whatever a hostile file makes the parsers raise
            raise FileError(f"{path}: {str(error) or type(error).__name__}") from error


# ---- what both formats share ----------------------------------------------------------------------------------------
def check_path(path: str | os.PathLike[str]) -> None:
    """Raise what `save` would raise of this path, however good the numbers are."""
    if _suffix(path) == ".safetensors":
        _safetensors()


def _suffix(path: str | os.PathLike[str]) -> str:
    suffix = Path(path).suffix.lower()
    if suffix not in (".safetensors", ".npz"):
        raise FileError(f"{path}: weights are kept in .safetensors or .npz files, by the suffix, not in {suffix!r}")
    return suffix


def _native(path: Path, suffix: str, name: object, x: ArrayLike) -> Array:
    """x as an array that is contiguous and native in byte order, if `path` can hold it under this name."""
    if not isinstance(name, str):
        raise TypeError(f"names are strings, got {name!r}")
    if name == RESERVED or not _is_possible(name, suffix):
        raise FileError(f"{path}: a {suffix} file cannot hold an array under the name {name[:80]!r}")
    array = np.asarray(x)
    if array.dtype.name not in (DTYPES.values() if suffix == ".safetensors" else NPZ_DTYPES):
        hint = ": a .npz file can" if array.dtype.name in NPZ_DTYPES else ""
        raise FileError(f"{path}: a {suffix} file cannot hold {name!r}, whose dtype is {array.dtype}{hint}")
    return array.astype(array.dtype.newbyteorder("="), order="C", copy=False)


def _is_possible(name: str, suffix: str) -> bool:
    """Whether it is UTF-8 and, in a zip, as long as may be and not changed (at a zero byte; at \\ on Windows)."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return False
    return suffix != ".npz" or (length < 2**16 - 4 and zipfile.ZipInfo(name).filename == name)


def _check_text(strings: object) -> dict[str, str]:
    if not isinstance(strings, dict) or not all(isinstance(text, str) for text in strings.values()):
        raise ValueError(f"{RESERVED} is not a dict of strings")
    return strings


def _true_or_false(x: Array) -> Array:
    """x, whose bools are made 0 or 1: NumPy keeps any other byte of a file, and then counts wrongly."""
    return np.not_equal(x.view(np.uint8), 0, out=x) if x.dtype == bool else x


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For json: a dict of the pairs, if no name comes twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in the header")
    return found


# ---- .safetensors ---------------------------------------------------------------------------------------------------
def _safetensors() -> Any:
    extra("safetensors.numpy", ".safetensors files need", "files")
    return extra("safetensors", ".safetensors files need", "files")


def _packed(path: Path, arrays: Arrays, strings: dict[str, str]) -> bytes:
    library: Any = _safetensors()
    try:
        return library.numpy.save(arrays, {**strings, CHECKSUM: _checksum(arrays, strings)})
    except Exception as error:
        raise FileError(f"{path}: {error}") from error


def _unpacked(library: Any, data: bytes) -> tuple[Arrays, dict[str, str]]:
    parts = library.deserialize(data)  # which checks that sizes, offsets and the file's length all agree
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")], object_pairs_hook=unique)
    strings = _check_text(header.get(RESERVED) or {})
    arrays = {name: _true_or_false(_array(name, **part)) for name, part in parts}
    if strings.pop(CHECKSUM, None) not in (None, _checksum(arrays, strings), _checksum(arrays, {})):
        raise ValueError("the numbers or strings are not those that were saved: their checksum differs")
    return arrays, strings


def _array(name: str, dtype: str, shape: list[int], data: bytearray) -> Array:
    if dtype == "BF16":  # the upper half of a float32
        wide = np.frombuffer(data, "<u2").astype(np.uint32) << np.uint32(16)
        return wide.view(np.float32).reshape(shape)
    if dtype not in DTYPES:
        raise ValueError(f"{name!r} is {dtype}, which NumPy lacks")
    return np.frombuffer(data, DTYPES[dtype]).reshape(shape)


def _checksum(arrays: Arrays, strings: dict[str, str]) -> str:
    """Of the names, dtypes, shapes and numbers, whatever the order of the names, and of the strings, if there are any.

    (In files of former versions it is of the arrays alone.)
    """
    total = hashlib.blake2b(digest_size=16)
    for name, x in sorted(arrays.items()):
        total.update(json.dumps([name, x.dtype.name, x.shape]).encode())
        total.update(x.reshape(-1).view(np.uint8).data)
    if strings:
        total.update(json.dumps(strings, sort_keys=True).encode())
    return total.hexdigest()


# ---- .npz: a zip of .npy files --------------------------------------------------------------------------------------
def _write_npz(out: BinaryIO, arrays: Arrays, strings: dict[str, str]) -> None:
    everything = {**arrays, RESERVED: np.array(json.dumps(strings))} if strings else arrays
    with zipfile.ZipFile(out, "w") as archive:
        for name, x in everything.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, x, allow_pickle=False)


def _read_npz(stream: BinaryIO, max_bytes: int) -> tuple[Arrays, dict[str, str]]:
    size = os.fstat(stream.fileno()).st_size
    arrays: Arrays = {}
    with zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
        total = sum(member.file_size for member in members)
        if total > max(size, min(max_bytes, max(FACTOR * size, SLACK))):
            raise ValueError(f"its {size:,} bytes claim to hold {total:,}: more than is credible, or than max_bytes")
        here = 0
        for member in sorted(members, key=lambda x: x.header_offset):
            if member.header_offset - here > HEADER:
                break
            here = member.header_offset + member.compress_size + len(member.filename.encode())
        if archive.start_dir - here > HEADER:
            raise ValueError(f"there is something at byte {here:,} that is not in its directory")
        for member in members:
            name = member.filename.removesuffix(".npy")
            if name == member.filename:
                raise ValueError(f"{name!r} is not a .npy")
            if name in arrays:
                raise ValueError(f"{name!r} is there twice")
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 1:
                raise ValueError(f"{member.filename!r} is compressed by an unknown method, or encrypted")
            with archive.open(member) as content:
                arrays[name] = _read_npy(content, name, member.file_size)
    text = arrays.pop(RESERVED, None)
    return arrays, {} if text is None else _check_text(json.loads(text.item(), object_pairs_hook=unique))


def _read_npy(content: Any, name: str, size: int) -> Array:
    """The array of one .npy file of `size` bytes."""
    version = np.lib.format.read_magic(content)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"{name!r} is of .npy version {version}")
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read_header(content)
    text = name == RESERVED and dtype.kind == "U" and shape == ()
    if dtype.name not in NPZ_DTYPES and not text:
        raise ValueError(f"{name!r} is of dtype {dtype}: only numbers are read")
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != size - content.tell():
        raise ValueError(f"{name!r} has shape {shape} and dtype {dtype}, and {size - content.tell()} bytes")
    numbers = np.empty(math.prod(shape), dtype)
    left = numbers.view(np.uint8).data
    while left:
        n = content.readinto(left[: 2**20])
        if not n:
            raise ValueError(f"{name!r} is cut short")
        left = left[n:]
    if content.read(1):  # zipfile checks the CRC only when the end is read
        raise ValueError(f"{name!r} does not end")
    numbers = numbers.reshape(shape, order="F" if fortran else "C")
    return _true_or_false(numbers.astype(dtype.newbyteorder("="), order="C", copy=False))
