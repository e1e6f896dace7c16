"""Pictures: what they say, that they are the same every time, and that any object with the protocol can be drawn."""

import base64
import collections
import json
import pydoc
import re
import shutil
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path

import graphviz
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nn
from autograd import Tensor, Value, detect_anomaly, draw, explore, gradients
from autograd.draw import explain, render, replay, to_json, to_mermaid
from autograd.draw.themes import SCALE
from autograd.errors import AnomalyError, MissingTool, ReplayError, ShapeError
from autograd.extend import defvjp, primitive

PROGRAMS = list(filter(None, (shutil.which("dot"), render.bundled())))


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
    for word in ("a", "b", "c", "2", "-3", "-6", "data", "grad"):
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


def test_gradients_that_backward_left_are_shown_where_there_are_no_better_ones():
    x = Tensor([1.0, -2.0], name="x")
    y = x * 3
    y.backward([1.0, 7.0])
    source = draw(y).source
    assert ">21<" in source and "those that backward() left" in source and "no gradients" not in source


def test_numbers_of_a_column_end_at_the_same_place():
    root = ET.fromstring(draw(Tensor([[-20.0], [5.0]])).pipe("svg"))
    starts = {t.text: float(t.get("x")) for t in root.iter("{http://www.w3.org/2000/svg}text")}
    assert 8 < starts["5"] - starts["-20"] < 12  # the width of "-2" in 11 points; a longer minus would give 15


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


class FakeSquare(Fake):
    """The square of a fake leaf, which offers a backward pass of its own."""

    class Op:
        symbol = "²"

        def compute(self, x):
            return x * x

    def pull(self, g):
        return [2 * self.inputs[0].data * g]

    def push_back(self, grads, keep):
        grads[self.inputs[0]] = self.pull(grads[self])[0]


def test_roots_of_any_kind_push_their_gradients_back_and_these_add_up():
    leaf = Fake(order=1)
    leaf.data, leaf.name = 3.0, "leaf"
    one, two = FakeSquare(leaf, order=2), FakeSquare(leaf, order=3)
    one.data = two.data = 9.0
    found = {node["name"]: node["gradient"] for node in to_json([one, two, Value(2.0, name="x") * 5])["nodes"]}
    assert found["leaf"] == 12.0 and found["x"] == 5.0
    assert "every rule agrees" in draw([one, two], view="check").source


def test_notebooks_get_html_with_svg_a_png_at_its_size_and_a_line_of_text():
    x = Value(1.0, name="x")
    bundle, metadata = draw(x * 2)._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/png", "text/plain"}
    assert "<svg" in bundle["text/html"] and "<a" not in bundle["text/html"] and bundle["image/png"][:4] == b"\x89PNG"
    width = float(re.search(r'width="([\d.]+)pt"', bundle["text/html"])[1])
    assert 0.9 * width < metadata["image/png"]["width"] < 1.2 * width
    assert 'aria-label="x = 1' in bundle["text/html"]  # what a screen reader says
    assert draw(x * 2)._mime_() == ("text/html", bundle["text/html"])
    assert set(draw(x)._repr_mimebundle_(include=["image/png"])[0]) == {"image/png"}


def test_a_notebook_that_takes_svg_out_of_html_still_shows_the_picture():
    html = draw(Value(1.0, name="x") * 2).html()
    left = ET.fromstring(html)
    (box,) = left
    image, svg = box
    assert image.tag == "img" and svg.tag.endswith("svg") and "font-size:0" in box.get("style")  # the words have no size
    shown = ET.fromstring(base64.b64decode(image.get("src").removeprefix("data:image/svg+xml;base64,")))
    assert [x.text for x in shown.iter(svg.tag[:-3] + "text")] == [x.text for x in svg.iter(svg.tag[:-3] + "text")]


@pytest.mark.parametrize("depth", [0, 1])
def test_a_closed_module_that_holds_a_result_without_a_name_can_be_rendered(depth):
    y = nn.Sequential(nn.Linear(2, 1, rng=0), nn.ReLU())(Tensor([[1.0, 2.0]], name="x"))
    for program in PROGRAMS:
        picture = draw(y, depth=depth)
        picture.program = program
        assert b"<svg" in picture.pipe("svg")


def test_without_any_renderer_the_error_says_how_to_get_one(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert b"<svg" in draw(Value(1.0)).pipe("svg")  # the bundled program
    monkeypatch.setattr(render, "bundled", lambda: None)
    with pytest.raises(MissingTool, match="pip install graphviz-pure"):
        draw(Value(1.0)).pipe("svg")
    assert sys.modules["graphviz"].backend.dot_command.DOT_BINARY.name == "dot"


def test_a_renderer_can_be_named_and_pdf_is_refused_by_the_bundled_one():
    picture = draw(Value(1.0))
    picture.program = "no such program"
    with pytest.raises(MissingTool, match="no such program"):
        picture.pipe("svg")
    picture.program = render.bundled()
    assert picture.pipe("svg")
    with pytest.raises(MissingTool, match="not PDF"):
        picture.pipe("pdf")


# ---- names from outside ----------------------------------------------------------------------------------------------
HOSTILE = ['"', "{a|b}", "\n\r\t", "\x00\x1b[31m", "x" * 200_000, "</script>", "<img onerror=alert(1)>", "]]>",
           "javascript:alert(1)", '"]; b [URL="http://x"', "<<b>x</b>>", "&lt;&#x3c;", "\\N\\G\\", "ש‮abc", "👩‍👩‍👧", "\ud800",
           "]", "a -> b", "%%{init}%%", "\\text{$x$}", "--> n9"]
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(), st.text(st.sampled_from('<>&"\'\\{}|[]();=-/!a \n')),
                  st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=4).map("".join))


def check_markup(text):
    """Valid XML, of which every element and attribute is one that Graphviz or we write."""
    root = ET.fromstring(re.sub(r"^.*?(?=<(svg|div))", "", text, count=1, flags=re.DOTALL))
    for element in root.iter():
        assert element.tag.split("}")[-1] in {"div", "svg", "g", "title", "polygon", "path", "text", "polyline", "a", "ellipse", "img"}
        assert not any("href" in key or key.lower().startswith("on") for key in element.attrib)
    return root


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(NAMES, min_size=40, max_size=40))
def test_hostile_names_stay_text_in_every_format(names):
    total = Value(0.0, name=names[0])
    for name in names[1:]:
        total = total + Value(1.0, name=name)
    total.scope = ((names[1], names[2]), (names[3], names[4]))
    picture = draw(total, names={names[5]: total})
    for program in PROGRAMS:
        picture.program = program
        check_markup(picture.pipe("svg").decode())
    root = check_markup(picture.html())
    assert len([e for e in root.iter() if e.get("class") == "node"]) == 79
    assert replay(picture) == 39  # no name is taken for an arrow
    mermaid = to_mermaid(total)
    assert not set(re.sub(r"#\d+;", "", "".join(re.findall(r'"(.*?)"', mermaid)))) & set('<>&{}[]|\n"')
    assert len(mermaid.splitlines()) == 1 + 79 + 78
    assert json.loads(json.dumps(to_json(total)))["schema"]


@pytest.mark.parametrize("name", ["a<b & c>", "\\N", "\\G\\T", "a\\", "&lt;&#1;&amp;", "{x|<f0>y}", '"q"', "]]>", "𝒙 😀", "'"])
def test_a_name_is_shown_letter_by_letter_in_boxes_and_tooltips(name):  # Graphviz fills in \\N and entities
    picture = draw(Value(1.0, name=name))
    for program in PROGRAMS:
        picture.program = program
        assert name in texts(picture)
        said = [e.get("aria-label") for e in ET.fromstring(picture.html()).iter() if e.get("class") == "node"]
        assert said == [f"{name} = 1, a result The gradient that arrives here is 1."]


@pytest.mark.parametrize("name", ["a<b", "$x$", "$$", "a_1^2", "{}%#&~", "\\frac{1}{2}", "*b* _i_ `c`", "[a](http://b)", "1. a", "# a"])
def test_a_name_stays_text_in_a_notebook_s_words_and_formulas(name):
    c = Value(2.0, name=name) * 3
    *words, formula = explain(c)._repr_markdown_().split("\n\n")
    for said, written in zip(explain(c).splitlines(), words, strict=True):
        block = ET.fromstring(written)  # a block of HTML is not read as Markdown
        assert block.tag == "p" and "".join(block.itertext()) == said
        assert not any("$" in text or "\\" in text for text in block.itertext() if len(text) > 1)  # not as formulas
    assert formula.startswith(r"$$\begin{aligned}") and formula.endswith(r"\end{aligned}$$") and "<" not in formula
    inside = formula[2:-2]
    assert not re.search(r"(?<!\\)[$%#]", inside)  # nothing ends the formula, or starts a comment in it
    assert all(not set(text) & set("\\^~<>{}$&#%_") for text in re.findall(r"\\text\{(.*?)\}", inside))


# ---- structure -------------------------------------------------------------------------------------------------------
class Block(nn.Module):
    def __init__(self, rng):
        self.inner = nn.Linear(3, 3, rng=rng)

    def forward(self, x):
        return x + np.tanh(self.inner(x))


class Net(nn.Module):
    def __init__(self, blocks=5):
        self.blocks = [Block(i) for i in range(blocks)]
        self.head = nn.Linear(3, 1, rng=0)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x).sum()


@pytest.fixture
def y():
    return Net()(Tensor(np.ones((2, 3)), name="x"))


def titles(picture):
    return [item.title for item in picture.folded.items if item.folded]


def test_modules_are_boxes_and_close_by_depth_name_class_pattern_or_predicate(y):
    assert draw(y).source.count("subgraph") == 12
    assert titles(draw(y, depth=0)) == ["Net"]
    assert titles(draw(y, depth=1)) == [*(f"blocks.{i} · Block" for i in range(5)), "head · Linear"]
    assert titles(draw(y, collapse="blocks.3")) == ["blocks.3 · Block"]
    assert len(titles(draw(y, collapse=nn.Linear))) == 6
    assert len(titles(draw(y, collapse="blocks.*"))) == 5
    assert titles(draw(y, depth=1, expand=["head", lambda path, kind: path.endswith("0")])) == [
        "blocks.0.inner · Linear", *(f"blocks.{i} · Block" for i in range(1, 5))]
    for picture in (draw(y), draw(y, depth=0), draw(y, depth=1), draw(y, collapse="head"), draw(y, modules=False)):
        assert replay(picture) == 17


def test_repeated_blocks_are_drawn_once_with_their_count_and_a_loop(y):
    picture = draw(y, rolled=True)
    assert "blocks.0 · Block × 5" in picture.source and "× 5" in picture.source
    assert [edge.count for edge in picture.folded.edges() if edge.loop] == [4, 4]
    assert len(picture.folded.items) < 12
    assert replay(picture) == 17


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_a_recurrent_network_is_rolled_up_to_one_step(kind):
    output, _ = kind(3, 4, fused=False, rng=0)(np.ones((10, 2, 3)))
    rolled, unrolled = draw(output.sum(), rolled=True), draw(output.sum(), rolled=False, budget=None)
    assert len(rolled.folded.items) < len(unrolled.folded.items) / 3
    assert any(edge.loop for edge in rolled.folded.edges()) and "× 10" in rolled.source
    assert replay(rolled) == replay(unrolled)


def test_parameters_inputs_constants_ops_and_results_differ_in_shape():
    model = nn.Linear(2, 1, rng=0)
    source = draw((model(Tensor([[1.0, 2.0]], name="x")) * 2).sum()).source
    for look in ("shape=note", "shape=tab", "rounded", "dashed", "peripheries=2"):
        assert look in source


def test_names_of_the_users_variables():
    model, x = nn.Linear(2, 1, rng=0), Tensor([[1.0, 2.0]])
    loss = model(x).sum()
    source = draw(loss, names=locals()).source
    for name in ("<b>loss</b>", "<b>model.weight</b>", "<b>x</b>"):
        assert name in source


def test_views_and_constants_can_be_left_out():
    x = Tensor(np.ones((2, 3)), name="x")
    y = (x.T[1:] * 2).sum()
    picture = draw(y, views=False, constants=False)
    assert [item.first.op.symbol for item in picture.folded.items if item.first.op] == ["×", "sum"]
    assert replay(picture) == 4 and "c1 ->" not in picture.source
    assert replay(draw(y)) == 4


# ---- size ------------------------------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's count of memory: ru_maxrss has the parent's in it")
def test_a_hundred_thousand_nodes_take_two_seconds_and_half_a_gigabyte():
    code = """if True:
        import re, time
        from autograd import Value, draw
        x = Value(1.0)
        for _ in range(50_000):
            x = x * 1.0001 + 0.1
        def took():
            begin = time.process_time()
            picture = draw(x)
            assert len(picture.folded.items) <= 200
            return time.process_time() - begin
        print(min(took() for _ in range(3)), int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024)
    """
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, found.stdout.split())
    assert seconds < 2 and megabytes < 500


def test_a_chain_of_50000_and_sixty_doublings_are_drawn_without_recursion():
    x = Tensor(1.0, name="x")
    y = x
    for _ in range(50_000):
        y = y * 1.0001
    picture = draw(y)
    assert len(picture.folded.items) < 200 and "too many to read" in picture.source
    z = Value(1.0)
    for _ in range(60):
        z = z + z
    assert f"{2.0**60:.4g}" in draw(z).source


def test_a_large_graph_without_modules_keeps_its_ends_within_the_budget():
    rng, values = np.random.default_rng(0), [Value(float(i), name=f"v{i}") for i in range(10)]
    while len(values) < 3000:
        a, b = (values[i] for i in rng.integers(max(0, len(values) - 50), len(values), 2))
        values.append([lambda a, b: a + b * 0.1, lambda a, b: a * 0.5, lambda a, b: (a - b).tanh()][rng.integers(3)](a, b))
    picture = draw(sum(values[-20:]))
    assert picture.source.count("fillcolor") < 250
    assert re.search(r"… [\d,]+ operations", picture.source)
    assert replay(picture) > 2000


def test_an_op_of_thousands_of_inputs_gathers_them():
    picture = draw(np.stack([Tensor(float(i)) for i in range(5000)]).sum())
    assert len(picture.folded.items) < 200 and "× 5000" in picture.source
    picture = draw(nn.Neuron(2500, rng=0)([Value(1.0) for _ in range(2500)]))
    assert len(picture.folded.items) < 200 and "… 2,500 inputs" in picture.source


# ---- meaning ---------------------------------------------------------------------------------------------------------
def test_the_check_view_names_the_wrong_rule():
    @primitive
    def cube(x):
        return x * x * x

    defvjp(cube, lambda y, x: lambda g: g * 3 * x)  # wrong: 3x in place of 3x²
    x = Tensor([2.0, 0.5], name="x")
    source = draw(np.tanh(cube(x)).sum(), view="check").source
    assert source.count("WRONG RULE") == 1 and "the rule of cube for input 0 is wrong" in source
    assert "every rule agrees" in draw(np.tanh(x).sum(), view="check").source


@pytest.mark.parametrize("f", [nn.functional.relu, np.abs, lambda x: np.max(np.stack([x, 2 * x]), axis=0)])
def test_the_check_view_takes_no_kink_for_a_wrong_rule(f):
    assert "every rule agrees" in draw(f(Tensor([0.0, 1.0, -2.0, 0.0])).sum(), view="check").source


@pytest.mark.parametrize("f", [np.sqrt, np.cbrt, np.arcsin])
def test_the_check_view_takes_no_infinite_slope_for_a_wrong_rule(f):
    with np.errstate(divide="ignore"):
        assert "every rule agrees" in draw(f(Tensor([0.0, 1.0])).sum(), view="check").source


def test_nan_dead_and_saturated_units_are_marked():
    x = Tensor([[-1.0, 2.0]], name="x")
    with np.errstate(invalid="ignore"):
        source = draw(np.log(x).sum()).source
    assert "NaN" in source and "the first NaN: log" in source
    assert "1 of 2 units off or dead" in draw(nn.ReLU()(x).sum()).source  # one row can't tell
    two = Tensor([[-1.0, 2.0], [-3.0, -1.0]])
    assert "1 of 2 units dead" in draw(nn.ReLU()(two).sum()).source
    assert "2 of 2 saturated" in draw(np.tanh(x * 100).sum()).source


def test_the_gradient_view_has_a_scale_and_a_legend():
    x = Tensor([1.0, 2.0], name="x")
    picture = draw((np.exp(x) * 1e-3).sum(), view="gradients")
    assert "|gradient|" in picture.source and SCALE[0] in picture.source and SCALE[-1] in picture.source


def test_second_derivatives_are_drawn_by_the_same_call():
    x = Tensor(0.5, name="x")
    (g,) = gradients([np.tanh(x)], [x], create_graph=True)
    assert replay(draw(g)) > 2


def test_replay_finds_a_number_that_is_not_what_the_graph_computes(an_untrue_picture):
    x = Tensor([1.0, 2.0], name="x")
    y = (x * 3).sum()
    picture = draw(y)
    assert replay(picture) == 2
    x.data = [5.0, 2.0]
    with pytest.raises(ReplayError, match="computed from what it is drawn with"):
        replay(picture)
    assert "no gradients" in draw(y).source  # and the picture says so
    with pytest.raises(ReplayError, match="computed from what it is drawn with"):
        replay(draw(y))
    wrong = draw(np.tanh(x).sum())
    wrong.body[:] = [line for line in wrong.body if "n0 -> n1" not in line]
    with pytest.raises(ReplayError, match="arrows"):
        replay(wrong)


def test_explain_says_the_chain_rule_with_numbers():
    a, b = Value(2.0, name="a"), Value(-3.0, name="b")
    c = a * b + a
    said = explain(a, c)
    assert "-3 + 1" in said or "1 + -3" in said
    assert r"\frac{\partial" in explain(c).latex


def test_json_holds_nodes_edges_and_scopes(y):
    found = json.loads(json.dumps(to_json(y)))
    assert {node["kind"] for node in found["nodes"]} == {"input", "parameter", "op", "result"}
    assert found["scopes"][0] == {"path": "", "class": "Net", "outer": None, "level": 0}
    assert len(found["nodes"]) == 17 + 13
    assert found["nodes"][-1]["gradient"] == 1.0


# ---- a graph when something breaks -----------------------------------------------------------------------------------
def test_an_error_carries_the_graph_up_to_the_op_that_failed():
    x, w = Tensor(np.ones((2, 3)), name="x"), Tensor(np.ones((4, 5)), name="w")
    with pytest.raises(ShapeError) as caught:
        np.tanh(x) @ w
    source = draw(caught.value).source
    assert "shapes do not fit: (2, 3) and (4, 5)" in source and "tanh" in source and "<b>w</b>" in source
    assert draw(caught.value).pipe("svg")


def test_an_anomaly_is_drawn_with_the_line_that_made_it():
    x = Tensor([1.0, -1.0], name="x")
    with pytest.raises(AnomalyError) as caught, detect_anomaly(), np.errstate(invalid="ignore"):
        np.log(x * 2)
    source = draw(caught.value).source
    assert "made the first NaN" in source and "test_draw.py:" in source and "×" in source
    with pytest.raises(np.linalg.LinAlgError) as caught:
        np.linalg.inv(Tensor(np.zeros((2, 2)), name="singular"))
    assert "<b>singular</b>" in draw(caught.value).source


@pytest.mark.parametrize("model, x", [
    (nn.Sequential(nn.Linear(2, 3, rng=0), nn.Conv2d(1, 2, 3, rng=0)), Tensor(np.ones((4, 2)), name="x")),
    (nn.Sequential(nn.Neuron(3, rng=0)), [Value(1.0, name="x"), Value(2.0)]),
    (nn.Sequential(nn.Linear(2, 3, rng=0), nn.LSTM(2, 2, rng=0)), Tensor(np.ones((4, 2)), name="x")),
])
def test_what_a_layer_asks_of_its_inputs_is_drawn_where_it_failed(model, x):
    with pytest.raises(ShapeError) as caught:
        model(x)
    source = draw(caught.value).source
    layer = type(list(model.modules())[-1]).__name__
    assert f"<td colspan=\"2\">{layer}</td>" in source and "<b>x</b>" in source and "Sequential" in source


def test_a_closed_module_that_holds_the_result_shows_it():
    y = nn.Sequential(nn.Linear(2, 1, rng=0), nn.ReLU())(Tensor([[1.0, 2.0]], name="x"))
    y.name = "answer"
    picture = draw(y, depth=0)
    assert "<b>answer</b>" in picture.source and f"{y.item():.4g}" in picture.source
    assert "on the edges" not in picture.source and "on the edges" in draw(Value(2.0) * 3).source


# ---- shape on the page -----------------------------------------------------------------------------------------------
def test_a_long_graph_is_drawn_from_top_to_bottom_and_a_wide_one_from_left_to_right():
    x = Tensor(np.ones(3), name="x")
    y = x
    for f in [np.tanh, np.sin, np.cos, np.exp] * 4:
        y = f(y)
    assert "rankdir=TB" in draw(y.sum()).source and "rankdir=LR" in draw(y.sum(), direction="LR").source
    assert "rankdir=LR" in draw(sum(np.tanh(x) * i for i in range(8)).sum()).source


@pytest.mark.parametrize("wrong, said", [(3.0, "got float"), (None, "got NoneType"), (np.ones(3), "got ndarray"),
                                         ([], "got list"), (nn.Linear(2, 1, rng=0), r"draw\(model\(x\)\)")])
def test_what_is_no_node_is_refused_with_a_hint(wrong, said):
    with pytest.raises(TypeError, match=said):
        draw(wrong)


def test_settings_show_no_addresses():
    model = nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.MaxPool2d(2))
    text = draw(model(Tensor(np.ones((1, 1, 6, 6)), name="x"))).source
    assert "grid=2×2 by 2" in text and "object" not in text and "0x" not in text


def test_names_are_functions_whatever_was_imported_before():
    code = ("from autograd import Value, draw; draw(Value(2.0) * 3); import sys; package = sys.modules['autograd.draw']\n"
            "assert all(type(getattr(package, name)).__name__ == 'function' for name in package.__all__)\n"
            "import autograd.draw.explore, autograd\n"
            "assert type(autograd.explore).__name__ == type(autograd.draw).__name__ == 'function'")
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


# ---- what a model gives ----------------------------------------------------------------------------------------------
def test_nested_outputs_are_drawn_and_called_by_their_keys():
    output, (h, c) = nn.LSTM(2, 2, rng=0)(np.ones((2, 1, 2)))
    picture = draw((output, (h, c)))
    assert picture.graph.roots == [output, h, c] and replay(picture) == replay([output, h, c])
    source = draw({"output": output, "state": [h, c], "steps": 2, "mask": None}).source
    assert all(f"<b>{name}</b>" in source for name in ("output", "state.0", "state.1"))
    point = collections.namedtuple("Point", "x y")(Value(1.0, name="own") * 2, np.ones(3))
    assert len(draw([point]).graph.roots) == 1
    assert len(to_json({"a": h, "b": (c,)})["nodes"]) == len(to_json([h, c])["nodes"])


@pytest.mark.parametrize("wrong", [None, 3, [], {}, [1, 2], ["x"], [Value(1.0), "x"], Value, np.ones(2)])
def test_what_holds_no_node_is_refused(wrong):
    with pytest.raises(TypeError, match="takes a node"):
        draw(wrong)


# ---- what an op really gives -----------------------------------------------------------------------------------------
EDGES = {
    "a fraction's power of a negative number": lambda: Value(-8.0) ** (1 / 3), "the same, swapped": lambda: (-8.0) ** Value(1 / 3),
    "a power of 0": lambda: Value(0.0) ** -1.0, "0 / 0": lambda: Value(0.0) / 0.0, "overflow": lambda: np.exp(Value(1e4)),
    "a float beside float32": lambda: np.log(Value(-0.0) + 3) * Tensor(np.ones(2, np.float32)),
    "a NumPy scalar beside float32": lambda: (Value(-8.0) ** (1 / 3) + Tensor(np.ones(2, np.float32)) / 3) / 7,
    "NaN and infinity": lambda: Tensor([np.nan, np.inf, -np.inf, -0.0]) * 0, "empty": lambda: np.sum(Tensor(np.zeros((0, 3))), axis=1),
    "float16": lambda: np.tanh(Tensor(np.linspace(0, 1, 9, dtype=np.float16))).mean(), "0-d": lambda: Tensor(2.0) * 3,
    "complex": lambda: Tensor([1e308 + 1e308j, complex(np.nan, np.inf)]) * 1j, "many complex": lambda: Tensor(np.ones((9, 9)) * 1j) * 2j,
    "longdouble": lambda: Tensor(np.ones(2, np.longdouble)) / 3, "dtype=": lambda: np.add(Tensor([0.1]), 1, dtype=np.float32),
    "one of several outputs": lambda: np.linalg.svd(Tensor(np.eye(2)))[1], "huge": lambda: Tensor(np.full((9, 9), 1.7e308)) * 1,
    "a huge integer": lambda: Value(1.0) * 10**30 + 2**64, "booleans": lambda: Tensor([1.0, 2.0]) * np.array([True, False]),
    "a leaf": lambda: Tensor([1.0]), "a constant": lambda: Value(1.0, requires_grad=False), "twenty axes": lambda: Tensor(np.zeros((1,) * 20)) * 2,
}


@pytest.mark.parametrize("make", EDGES.values(), ids=EDGES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_at_the_edges_a_true_picture_is_called_true_and_every_look_can_be_drawn(make):
    y = make()
    assert replay(y) == sum(node.op is not None for node in draw(y).graph.nodes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for look in ({"view": "gradients"}, {"view": "check"}, {"contributions": True, "derivatives": True, "thumbnails": True, "seed": 1.0}):
            ET.fromstring(draw(y, **look).pipe("svg"))
        json.dumps(to_json(y, seed=1.0), allow_nan=False)
        assert explain(y).latex and to_mermaid(y)


def test_a_false_picture_of_complex_or_huge_numbers_is_called_false():
    for x in (Tensor([1 + 1j]), Tensor([1e308 + 1e308j])):
        y = x * 1j
        x.data = x.data * 0.5
        with pytest.raises(ReplayError, match="Was one of its inputs changed"):
            replay(y)


def test_a_graph_of_which_a_result_was_overwritten_is_drawn_and_called_false(an_untrue_picture):
    y = Tensor([1.0, 2.0]) * 2
    z = y * 3
    y.data = np.array([5.0, 5.0])
    assert draw(z, view="check").pipe("svg")
    with pytest.raises(ReplayError, match="was changed after"):
        replay(z)


# ---- files -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["-x", "--help", "-Tpng", "two words", "it's \"so\"", "größe 図", "no.suffix.", ".hidden", "*", "new/-folder/x"])
def test_a_picture_is_written_under_any_name(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    picture = draw(Value(1.0, name="x"))
    for program in PROGRAMS:
        picture.program = program
        path = picture.render(name, format="svg")
        assert path == name + ".svg" and b"</svg>" in Path(path).read_bytes()
        assert Path(name).read_text(encoding="utf-8") == picture.source  # as graphviz does
    made = picture.render(outfile=f"{name}2.png", cleanup=True)
    assert made == f"{name}2.png" and Path(made).read_bytes().startswith(b"\x89PNG")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3


def test_what_can_t_be_written_leaves_no_stray_file(tmp_path):
    picture = draw(Value(1.0))
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    for error, call in ((IsADirectoryError, {"filename": tmp_path / "folder", "format": "svg"}),
                        (IsADirectoryError, {"outfile": tmp_path / "folder", "format": "svg", "cleanup": True}),
                        (OSError, {"filename": tmp_path / "file/x", "format": "svg"}),
                        (ValueError, {"filename": tmp_path / "new/x", "format": "nonsense"}),
                        (ValueError, {"outfile": tmp_path / "x.gv"}), (ValueError, {"filename": "", "format": "svg"})):
        with warnings.catch_warnings(), pytest.raises(error):
            warnings.simplefilter("ignore")  # graphviz warns of a suffix
            picture.render(**call)
        assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "folder"]
    with pytest.raises(IsADirectoryError, match=r"folder. is a folder"):
        explore(Value(1.0) * 2, tmp_path / "folder")
    picture.render(tmp_path / "file", format="svg", cleanup=True)
    assert (tmp_path / "file").read_text() == "mine"  # nothing that was there before is taken away


# ---- what is found where ---------------------------------------------------------------------------------------------
def test_help_and_dir_list_what_is_public_and_nothing_else():
    import autograd

    assert dir(autograd) == sorted(autograd.__all__) and all(hasattr(autograd, name) for name in dir(autograd))
    text = pydoc.plain(pydoc.render_doc(autograd))
    functions = re.findall(r"^    (\w+)\(", text[text.index("\nFUNCTIONS") :], re.MULTILINE)
    classes = set(re.findall(r"^    class (\w+)\(", text, re.MULTILINE))
    assert {*functions} | classes | {"errors"} == set(autograd.__all__)
    assert "draw.explain" in pydoc.render_doc(autograd.draw)


def test_the_functions_of_the_package_are_found_on_draw_with_their_help():
    from autograd.draw import drawing

    for name in sys.modules["autograd.draw"].__all__[1:]:
        assert getattr(draw, name) is getattr(drawing, name)
        assert f"draw.{name}" in draw.__doc__ and len(getattr(draw, name).__doc__) > 200
    assert draw.explain(Value(2.0, name="a") * 3).startswith("a × 3 = 2 × 3 = 6")
