"""The rooms of the house: imports run one way, and importing costs little."""

import subprocess
import sys

import pytest
from house import FLOORS, PATHS, PICTURE, PUBLIC, ROOT, files_of, floors, imported, needs, picture, rooms_there

EVERY_FILE = [file for package in ("autograd", "nn", "demos") for file in (ROOT / package).rglob("*.py")]


@pytest.mark.parametrize("package", FLOORS)
def test_every_room_has_its_place(package):
    listed = {room for floor in floors(package) for room in floor} | (PATHS if package == "autograd" else set())
    assert rooms_there(package) == listed, "tests/house.py says where a room stands: give a new one its place there"


@pytest.mark.parametrize("package", FLOORS)
def test_a_room_imports_only_what_stands_above_it(package):
    above = set()
    for floor in floors(package):
        for room in floor:
            assert needs(package, room) <= above, f"{package}.{room} imports {needs(package, room) - above}"
        above.update(floor)


def test_no_file_imports_itself_in_a_circle():
    names = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in EVERY_FILE}
    waiting = {name: {other for other in imported(file) if other in names} - {name} for name, file in names.items()}
    packages = {name for name, file in names.items() if file.stem == "__init__"}
    for name in packages:  # a package may offer what its own files hold
        waiting[name] = {other for other in waiting[name] if not other.startswith(f"{name}.")}
    while free := [name for name, others in waiting.items() if not others & waiting.keys()]:
        for name in free:
            del waiting[name]
    assert not waiting


def test_drawing_knows_the_graph_alone():
    for file in files_of("autograd", "draw"):
        known = {name.split(".")[1] for name in imported(file)}
        assert known <= {"graph", "errors", "tools", "trees", "typing", "compare", "draw"}, file


def test_only_the_backward_pass_and_the_classes_know_the_fast_paths():
    rooms = {room for floor in floors("autograd") for room in floor}
    assert {room for room in rooms if "fast" in needs("autograd", room)} == {"backward", "tensor", "value"}


def test_recording_and_values_do_not_know_tensors():
    assert not {"tensor", "value"} & needs("autograd", "record") and "tensor" not in needs("autograd", "value")


@pytest.mark.parametrize("package", ["nn", "demos"])
def test_only_public_names_are_used_outside_of_autograd(package):
    for file in (ROOT / package).rglob("*.py"):
        assert {name for name in imported(file) if name.split(".")[0] == "autograd"} <= PUBLIC, file
        assert "._raw" not in file.read_text(encoding="utf-8"), file


def test_the_product_knows_no_tests_and_autograd_not_nn():
    for file in EVERY_FILE:
        packages = {name.split(".")[0] for name in imported(file)}
        allowed = {"autograd": {"autograd"}, "nn": {"autograd", "nn"}, "demos": {"autograd", "nn", "demos"}}
        assert packages <= allowed[file.relative_to(ROOT).parts[0]], file


def test_import_paths_of_the_other_autograd_are_three_lines():
    for name in PATHS:
        for file in files_of("autograd", name):
            code = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
            assert len(code) <= 3 and "compat" in code[0], file


def test_the_picture_of_the_rooms_is_that_of_these_imports():
    titles = {room for floor in floors("autograd") for room in floor}
    assert all(f">{room}<" in PICTURE.read_text(encoding="utf-8") for room in titles), "run python -m tests.house"
    assert picture().source.count("->") >= len(titles) - 3


def test_importing_loads_no_extra_and_no_renderer():
    code = "import autograd, nn, sys; print([m for m in ('graphviz', 'matplotlib', 'tqdm', 'IPython', 'scipy', 'torch', 'jax') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"
