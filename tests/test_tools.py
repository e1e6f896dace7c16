"""Optional packages, and files that are written whole or not at all (killed processes: tests/nn/test_training.py)."""

import pytest

from autograd.errors import MissingTool
from autograd.tools import clear_the_way, extra, write_atomically


def test_a_missing_package_is_asked_for_by_its_extra():
    with pytest.raises(MissingTool, match=r"plots need nosuchpackage: pip install 'norgrad\[train\]'"):
        extra("nosuchpackage.inner", "plots need", "train")


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
