"""The page of `explore`, driven in a real browser as a person would; skipped by name where there is none."""

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from autograd.draw.stepper import explore, wrong_order


def write_page(root, path, **options):
    explore(root, path, **options)
    return path


def neuron():
    y = nn.Neuron.of(weights=(-20, -20), bias=1, fused=False)([Value(0, name="x0"), Value(0.02, name="x1")])
    y.name = "NOR"
    return y


def xor():
    model = nn.Sequential(nn.Linear(2, 4, rng=0), nn.ReLU(), nn.Linear(4, 1, rng=1), nn.Sigmoid())
    rows = Tensor([[0, 0], [0, 1], [1, 0], [1, 1.0]], requires_grad=False, name="x")
    return nn.BCELoss()(model(rows), np.array([[0], [1], [1], [0.0]]))


def test_a_page_is_small_whole_and_allows_nothing_from_outside(tmp_path):
    path = tmp_path / "xor.html"
    page = explore(xor(), path)
    text = path.read_text(encoding="utf-8")
    assert text == page.html and len(text) < 500_000 and list(tmp_path.iterdir()) == [path]
    assert "default-src 'none'" in text and "script-src 'sha256-" in text
    assert not re.search(r"<(a|link|img|iframe)\b|\ssrc=|https?://(?!www\.w3\.org/)", text)
    assert 'sandbox="allow-scripts allow-downloads"' in page._repr_html_()


def test_hostile_names_end_neither_the_script_nor_the_page():
    bad = "</script><img src=x onerror=alert(1)>\u2028" + "x" * 100_000
    text = explore(Value(1.0, name=bad) * 2, title=bad).html
    assert text.count("</script>") == 2 and "<img" not in text and len(text) < 100_000
    data = json.loads(re.search(r'id="data">(.*?)</script>', text)[1])
    assert data["nodes"]["n0"]["label"].startswith("</script><img")
    ET.fromstring(re.search(r"<svg.*?</svg>", text, re.DOTALL)[0])


def test_the_wrong_order_counts_paths_twice():
    found = wrong_order()
    assert found["naive"][-1].endswith("6") and found["right"][-1].endswith("4")


@pytest.fixture
def open_page(open_file, tmp_path):
    """Open the page of a graph in a browser."""

    def opened(root, explore=None, **options):
        return open_file(write_page(root, tmp_path / "graph.html", **(explore or {})), **options)

    return opened


def test_stepping_through_both_passes_by_keyboard_alone(open_page):
    page = open_page(neuron())
    seen = [page.screenshot()]
    page.keyboard.press("Home")
    seen.append(page.screenshot())
    assert page.locator("#phase").text_content() == "Before the forward pass"
    page.keyboard.press(".")
    assert "× x0 = -20 × 0 = 0" in page.locator("#step").text_content()
    for _ in range(5):
        page.keyboard.press(".")
    assert "∂NOR / ∂NOR = 1" in page.locator("#step").text_content()
    seen.append(page.screenshot())
    page.emulate_media(color_scheme="dark")
    seen.append(page.screenshot())
    assert len(set(seen)) == 4  # a class sees something else each time
    page.keyboard.press(",")
    assert page.locator("#phase").text_content() == "forward 5 of 5"
    page.keyboard.press("End")
    assert page.locator("#scrub").input_value() == page.locator("#scrub").get_attribute("max")
    for _ in range(40):  # Tab leads to a node, and its explanation
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('node')"):
            break
    assert page.locator("#card h2").text_content()


def test_a_dead_unit_is_told_when_its_numbers_are_there(open_page):
    page = open_page(xor())
    remark = page.locator(".f-bad", has_text="dead")
    page.keyboard.press("Home")
    assert remark.evaluate("(x) => getComputedStyle(x).visibility") == "hidden"
    page.keyboard.press("End")
    assert remark.evaluate("(x) => getComputedStyle(x).visibility") == "visible"


HOST = """<!DOCTYPE html><div style="height:3000px">above</div><div id="here" style="display:none">{frame}</div>
<div style="height:3000px">below</div><script>setTimeout(() => here.style.display = "block", 300)</script>"""


def test_in_a_notebook_s_frame_it_fits_once_it_is_shown_and_lets_the_wheel_pass(open_file, tmp_path):
    path = tmp_path / "host.html"
    path.write_text(HOST.format(frame=explore(xor())._repr_html_()), encoding="utf-8")
    page = open_file(path)
    page.wait_for_timeout(600)
    page.locator("iframe").scroll_into_view_if_needed()
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame.evaluate("fit(), k") == frame.evaluate("k") > 0.2
    box = page.locator("iframe").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 300)
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > before and frame.evaluate("k") < 2
    frame.locator("#stage").click(position={"x": 20, "y": 20})
    zoomed = frame.evaluate("k")
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(300)
    assert frame.evaluate("k") > zoomed


def test_hidden_answers_are_revealed_on_a_click(open_page):
    page = open_page(neuron(), explore={"hide_answers": True})
    page.click("#next")
    assert page.locator("#step .answer").text_content() == "?"
    page.click("#step .answer")
    assert page.locator("#step .answer").text_content() == "0"


def test_playing_goes_on_by_itself_and_the_wrong_order_ends_at_six(open_page):
    page = open_page(neuron())
    page.click("#play")
    page.locator("#phase", has_text="forward 1 of 5").wait_for(timeout=5000)
    page.click("#play")
    page.click("#order summary")
    for _ in range(8):
        page.click("#compare")
        if page.locator("#verdict").text_content():
            break
    assert "dc/da = 6. In order it is 4" in page.locator("#verdict").text_content()


def test_modules_close_and_open_search_finds_and_themes_change(open_page):
    page = open_page(xor(), color_scheme="dark")
    shown = page.locator(".node:not(.gone)").count()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator('.cluster[data-id="s1"]').focus()
    page.keyboard.press("Enter")
    assert page.locator(".node:not(.gone)").count() < shown and page.locator(".cover").count() == 1
    page.keyboard.press("Enter")
    assert page.locator(".node:not(.gone)").count() == shown and page.locator(".cover").count() == 0
    page.keyboard.press("t")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    page.keyboard.press("/")
    page.keyboard.type("relu")
    assert "2 found" in page.locator("#found").text_content()
    page.keyboard.press("Enter")
    assert "linear" in page.locator("#card h2").text_content().lower() + page.locator("#card").text_content().lower()


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_shown_picture_is_exported(open_page, tmp_path, kind):
    page = open_page(neuron())
    with page.expect_download() as download:
        page.click(f"#{kind}")
    file = tmp_path / "exported"
    download.value.save_as(file)
    if kind == "png":
        assert file.read_bytes()[:4] == b"\x89PNG"
    else:
        assert "var(" not in ET.tostring(ET.parse(file).getroot(), encoding="unicode")


def test_a_page_loads_in_a_second_and_a_step_takes_less_than_50_ms(open_page):
    page = open_page(xor())
    assert page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") < 1000
    took = page.evaluate("(() => { const t = performance.now(); for (let i = 0; i < 9; i++) go(i); return performance.now() - t })()")
    assert took / 9 < 50


@pytest.mark.slow
def test_a_graph_of_2000_nodes_follows_the_pointer_at_30_frames_a_second(open_page):
    model = nn.MLP(8, [56, 26, 1], rng=0)
    for module in model.modules():
        if isinstance(module, nn.Neuron):
            module.fused = False
    page = open_page(model([Value(float(i)) for i in range(8)]), explore={"budget": 20_000})
    assert page.evaluate("nodes.size") > 2000
    page.mouse.move(450, 600)
    page.mouse.down()
    page.mouse.move(460, 600)
    page.evaluate("() => { globalThis.frames_ = []; const t = () => { frames_.push(performance.now()); requestAnimationFrame(t) }; t() }")
    for i in range(100):
        page.mouse.move(460 + 2 * i, 600)
    frames, at = page.evaluate("[frames_, x]")
    page.mouse.up()
    assert page.locator("#map").is_visible() and page.locator("#map .dot").count() > 2000
    page.locator("#map").click(position={"x": 5, "y": 60})
    assert page.evaluate("x") > at  # the left end came into the middle
    assert at > 200  # it did move
    assert (len(frames) - 1) / (frames[-1] - frames[0]) * 1000 > 30
