"""Optional packages, and files that are written whole or not at all (killed processes: tests/nn/test_training.py)."""

import re
import tomllib
from pathlib import Path

import pytest

from autograd.errors import MissingTool
from autograd.tools import clear_the_way, extra, write_atomically

ROOT = Path(__file__).parents[1]


def test_a_missing_package_is_asked_for_by_its_name():
    with pytest.raises(MissingTool, match=r"plots need nosuchpackage: pip install nosuchpackage \(or, .* -e '\.\[train\]'\)"):
        extra("nosuchpackage.inner", "plots need", "train")


def test_what_errors_say_to_install_is_there_under_that_name_in_that_extra():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]

    def packages(name):
        for requirement in extras[name]:
            inner = re.match(r"norgrad\[(.*)\]", requirement)
            yield from (x for part in inner[1].split(",") for x in packages(part)) if inner else [re.split(r"[><=]", requirement)[0]]

    found = 0
    for file in (file for package in ("autograd", "nn", "demos") for file in (ROOT / package).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        assert "norgrad[" not in text, f"{file}: no index has norgrad, so pip would not find its extras"
        for module, name in re.findall(r'[^>] extra\("([\w.]+)", "[^"]+", "(\w+)"\)', text):
            assert module.split(".")[0] in packages(name), f"{file}: {module} is not in [{name}]"
            found += 1
    assert found > 8


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.bin"
    for error in (OSError("disk full"), KeyboardInterrupt()):

        def write(out, error=error):
            out.write(b"half")
            raise error

        for old in (None, b"old"):
            if old:
                path.write_bytes(old)
            with pytest.raises(type(error)):
                write_atomically(path, write)
            assert [p.read_bytes() for p in tmp_path.iterdir()] == ([old] if old else [])
            path.unlink(missing_ok=True)
    write_atomically(path, lambda out: out.write(b"new"))
    assert path.read_bytes() == b"new"


def test_a_folder_is_not_written_over(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError, match=r"folder. is a folder"):
        write_atomically(tmp_path / "folder", b"new")
    assert [p.name for p in tmp_path.rglob("*")] == ["folder"]


def test_permissions_and_links_stay(tmp_path):
    target, link = tmp_path / "a.npz", tmp_path / "latest.npz"
    write_atomically(target, b"1")
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert target.stat().st_mode == plain.stat().st_mode
    target.chmod(0o640)
    link.symlink_to(target)
    write_atomically(link, b"2")
    assert link.is_symlink() and target.read_bytes() == b"2" and target.stat().st_mode & 0o777 == 0o640


def test_the_way_is_cleared_of_ones_own_leftovers_alone(tmp_path):
    path = tmp_path / "a.bin"

    def look(out):
        own = [p.name for p in tmp_path.iterdir() if p != path]
        for kept in (*own, ".saving-x.tmp", own[0][:-4]):
            (tmp_path / kept).write_bytes(b"")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, look)
    left = next(p for p in tmp_path.iterdir() if p.name not in (".saving-x.tmp",))
    (left.parent / (left.name + ".tmp")).write_bytes(b"")  # as a killed process leaves it
    clear_the_way(tmp_path / "b.bin")
    assert len(list(tmp_path.iterdir())) == 3
    clear_the_way(path)
    assert {p.name for p in tmp_path.iterdir()} == {".saving-x.tmp", left.name}
    for wrong, kind in ((tmp_path, IsADirectoryError), (tmp_path / "none" / "a", FileNotFoundError)):
        with pytest.raises(kind):
            clear_the_way(wrong)
