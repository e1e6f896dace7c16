"""What lies outside: optional packages, and files that are written whole or not at all."""

import importlib
import os
from collections.abc import Callable
from typing import Any, BinaryIO

from autograd.errors import MissingTool


def extra(module: str, what: str, name: str) -> Any:
    """The module of an optional package; MissingTool, where that is not installed, says how to get it.

    what  who needs it, and a verb: "plots need"
    name  the extra's: "train"

    >>> extra("math", "nobody needs", "none").pi
    3.141592653589793
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.split(".")[0]  # on an index it is called as it is imported; norgrad is on none
        raise MissingTool(f"{what} {package}: pip install {package} (or, in norgrad's checkout, "
                          f"pip install -e '.[{name}]')") from error


def write_atomically(path: str | os.PathLike[str], content: bytes | Callable[[BinaryIO], Any]) -> None:
    """Write a file whole or not at all: `content` is its bytes, or a function that writes them to a binary file.

    They go to a temporary file in the same folder, which takes the place of `path` when it is safe on the disk. After
    an error or Ctrl-C the temporary file is gone; after a power cut or `kill -9` it may be left, and is called
    `.saving-*.tmp`: `clear_the_way` removes it.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(f"{folder}/a.txt", b"all of it")
    ...     os.listdir(folder)
    ['a.txt']
    """
    from pathlib import Path  # takes long to import

    target = Path(os.path.realpath(path))  # a link stays a link
    if target.is_dir():
        raise IsADirectoryError(f"{os.fspath(path)!r} is a folder: give the name of a file")
    temporary = target.parent / f"{_start(target.name)}{os.urandom(8).hex()}.tmp"
    try:
        with open(temporary, "xb") as out:
            if callable(content):
                content(out)
            else:
                out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            os.chmod(temporary, target.stat().st_mode & 0o7777)
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if hasattr(os, "O_DIRECTORY"):  # Windows cannot sync a folder
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def clear_the_way(path: str | os.PathLike[str]) -> None:
    """Make sure that `write_atomically(path, …)` can work, and remove what killed processes that did so have left.

    Nobody else may be writing this file now. Raises OSError if the folder is not there or can't be written to, or if
    the path is that of a folder.

    >>> clear_the_way("/no/such/folder/a.txt")
    Traceback (most recent call last):
    FileNotFoundError: [Errno 2] No such file or directory: '/no/such/folder'
    """
    folder, name = os.path.split(os.path.realpath(path))
    if os.path.isdir(path):
        raise IsADirectoryError(f"{path} is a folder, not a file")
    for other in os.listdir(folder):
        if other.startswith(_start(name)) and other.endswith(".tmp"):
            os.unlink(os.path.join(folder, other))
    trial = os.path.join(folder, f"{_start(name)}{os.urandom(8).hex()}.tmp")
    open(trial, "xb").close()
    os.unlink(trial)


def _start(name: str) -> str:
    """How the names of the temporary files start that are to become the file of this name."""
    from zlib import crc32

    return f".saving-{crc32(os.fsencode(name)):08x}-"


__all__ = ["clear_the_way", "extra", "write_atomically"]
