"""Pictures: what they say, that they are the same every time, and that any object with the protocol can be drawn."""

import re
import sys
import xml.etree.ElementTree as ET

import graphviz
import numpy as np
import pytest

import nn
from autograd import Tensor, Value, draw
from autograd.draw import render
from autograd.errors import MissingTool


def texts(picture):
    svg = picture.pipe("svg", encoding="utf-8")
    return [t.text for t in ET.fromstring(svg.split("\n", 3)[3] if svg.startswith("<?xml") else svg).iter("{http://www.w3.org/2000/svg}text")]


def test_a_picture_shows_op_name_value_and_gradient():
    a, b = Value(2.0, name="a"), Value(-3.0, name="b")
    c = a * b
    c.name = "c"
    c.backward()
    picture = draw(c)
    assert isinstance(picture, graphviz.Digraph)
    shown = texts(picture)
    for word in ("a", "b", "c", "2", "−3", "−6", "data", "grad"):
        assert word in " ".join(shown).split()
    assert any("×" in t for t in shown)
    assert not any("grad" in t for t in texts(draw(c, gradients=False)))


def test_gradients_of_inner_nodes_need_no_backward_and_leave_no_trace():
    x = Value(3.0, name="x")
    y = x * x
    z = y * 2.0
    source = draw(z).source
    assert "∂ 3" in source and "← 6" in source  # d(x·x)/dx by each of its two inputs, and 2 × 3
    assert "= 6 + 6" in source  # the gradient of x as the sum of what arrives
    assert x.grad == y.grad == z.grad == 0.0


def test_a_result_of_many_numbers_says_why_there_are_no_gradients_and_takes_a_seed():
    x = Tensor([1.0, 2.0], name="x")
    assert "not one number" in draw(x * x).source
    picture = draw(x * x, seed=[1.0, 10.0])
    assert {"2", "40"} <= set(texts(picture))


def test_the_same_graph_gives_the_same_text_and_x_times_x_has_two_edges():
    def graph():
        x = Tensor([1.0, 2.0], name="x")
        return draw((x * x).sum()).source

    assert graph() == graph()
    assert graph().count("n0 -> n1") == 2


def test_names_cannot_break_a_picture():
    x = Tensor([1.0], name='<b>&"{}|\\n')
    assert any("<b>&" in t for t in texts(draw(x * 2)))


def test_many_numbers_are_summarised_and_parameters_carry_their_paths():
    model = nn.Sequential(nn.Linear(10, 5, rng=0), nn.ReLU(), nn.Linear(5, 1, rng=0))
    source = draw(model(np.ones((3, 10)))).source
    for word in ("0.weight", "0.bias", "2.weight", "5×10 float64", "3×10 float64"):
        assert word in source


class Fake:
    """Anything with these attributes is a node."""

    class Op:
        symbol = "made up"

    def __init__(self, *inputs, order=0):
        self.op, self.inputs, self.order = self.Op() if inputs else None, inputs, order
        self.settings, self.data, self.grad, self.name, self.scope = {}, 1.0, None, None, ()


def test_any_object_with_the_protocol_can_be_drawn():
    leaf = Fake(order=1)
    source = draw(Fake(leaf, 2.0, order=2)).source
    assert "made up" in source and re.search(r"n0 -> n1", source)


def test_notebooks_get_svg():
    bundle = draw(Value(1.0) * 2)._repr_mimebundle_()
    assert "<svg" in bundle["image/svg+xml"]


def test_without_any_renderer_the_error_says_how_to_get_one(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert b"<svg" in draw(Value(1.0)).pipe("svg")  # the bundled program
    monkeypatch.setattr(render, "bundled", lambda: None)
    with pytest.raises(MissingTool, match="pip install graphviz-pure"):
        draw(Value(1.0)).pipe("svg")
    assert sys.modules["graphviz"].backend.dot_command.DOT_BINARY.name == "dot"
