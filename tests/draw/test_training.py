"""The page of `explore_training`, and what `fit` and `Recording` keep for it."""

import base64
import json
import re

import numpy as np
import pytest

import nn
from autograd import explore_training, no_grad
from autograd.errors import AutogradError

X, T = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])


def network(hidden=4):
    return nn.Sequential(nn.Linear(2, hidden, rng=0), nn.ReLU(), nn.Linear(hidden, 1, rng=1))


def trained(model, epochs=100, loss=None, lr=0.1, **options):
    return nn.fit(model, (X, T), loss or nn.MSELoss(), nn.SGD(model.parameters(), lr=lr), epochs=epochs, **options)


def data_of(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page.html, re.DOTALL)[1])


def test_the_last_moment_is_the_model_and_the_first_is_its_start():
    model = network()
    start = model.state_dict()
    frames = trained(model).moments()["frames"]
    assert (frames[0]["step"], frames[-1]["step"]) == (0, 100)
    np.testing.assert_array_equal(frames[0]["weights"][0]["weight"], start["0.weight"])
    np.testing.assert_array_equal(frames[-1]["weights"][1]["bias"], model.state_dict()["2.bias"])
    with no_grad():
        np.testing.assert_array_equal(frames[-1]["output"], model(X).data)
    rows, columns, _ = frames[-1]["surface"].shape
    assert rows == columns > 20


def test_the_loss_of_a_moment_is_that_of_its_numbers():
    model = network()
    for frame in trained(model).moments()["frames"][:-1]:
        assert frame["loss"] == pytest.approx(np.mean((frame["output"] - T) ** 2))


def test_dead_units_are_those_that_are_off_for_all_the_data():
    model = network()
    model[0].bias.data = np.array([-9.0, 0.5, 0.5, 0.5])
    history = trained(model, epochs=5, lr=1e-3)
    on = history.moments()["frames"][0]["on"]
    assert on[0][0] == 0 and np.all(on[0][1:] > 0) and on[1] is None
    assert data_of(explore_training(history))["frames"][0]["dead"] == 1


@pytest.mark.parametrize("epochs", [1, 59, 60, 61, 1000])
def test_runs_of_any_length_keep_few_moments_evenly_spread(epochs):
    steps = [frame["step"] for frame in trained(network(), epochs=epochs).moments()["frames"]]
    assert steps[0] == 0 and steps[-1] == epochs and len(steps) <= 62
    assert len(set(np.diff(steps[:-1]))) <= 1


def test_a_loop_of_values_is_recorded_too():
    model = nn.MLP(2, [3, 1], rng=0)
    optimizer, recording = nn.SGD(model.parameters(), lr=0.05), nn.Recording(model, X, T)
    for _ in range(200):
        optimizer.zero_grad()
        loss = sum((model(row) - t[0]) ** 2 for row, t in zip(X, T, strict=True))
        loss.backward()
        optimizer.step()
        recording.step(loss)
    moments = recording.moments()
    assert [x.split(" · ")[1] for x in moments["layers"]] == ["Layer", "Layer"]
    assert len(moments["frames"]) <= 61 and moments["frames"][-1]["step"] == 200
    assert moments["frames"][-1]["weights"][0]["weight"].shape == (3, 2)
    np.testing.assert_allclose(moments["frames"][-1]["output"][:, 0], [model(row).data for row in X])


def test_looking_back_leaves_the_model_and_its_graph_alone():
    model = network()
    history = trained(model, epochs=3)
    loss = nn.MSELoss()(model(X), T)
    history.moments()
    loss.backward()  # raises ModifiedInPlace if a parameter was touched
    assert model.training


def test_a_surface_is_written_as_bytes_around_the_level_of_a_logit():
    model = network()
    history = trained(model, epochs=3, loss=nn.BCEWithLogitsLoss())
    moments, data = history.moments(), data_of(explore_training(history))
    shades = np.frombuffer(base64.b64decode(data["frames"][-1]["surface"]), np.uint8)
    surface = moments["frames"][-1]["surface"].ravel()
    assert moments["level"] == 0 and np.all((shades > 127) <= (surface > 0)) and np.all((shades < 127) <= (surface < 0))
    right = np.sum((moments["frames"][-1]["output"] > 0) == (T > 0.5))
    assert data["frames"][-1]["right"] == right


def test_what_can_not_be_drawn_is_left_out_and_the_rest_still_plays():
    images, labels = np.random.default_rng(0).normal(size=(6, 1, 4, 4)), np.array([0, 1, 2, 0, 1, 2])
    model = nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3, rng=0))
    history = nn.fit(model, (images, labels), nn.CrossEntropyLoss(), nn.SGD(model.parameters(), lr=0.1), epochs=4)
    data = data_of(explore_training(history))
    assert data["columns"] == [] and data["bounds"] is None and data["classes"] == 3
    assert all(frame["right"] is not None for frame in data["frames"])


def test_a_run_that_blew_up_is_still_a_page():
    model = network()
    with pytest.warns(RuntimeWarning), np.errstate(all="ignore"):
        history = trained(model, lr=1e200)
        data = data_of(explore_training(history))
    assert history.stopped and np.isfinite(data["frames"][-1]["weights"][0][0][0])  # fit has gone back to finite numbers


def test_what_was_not_recorded_says_how_to_record_it():
    with pytest.raises(AutogradError, match="record=True"):
        explore_training(trained(network(), record=False))
    with pytest.raises(TypeError, match="or an nn"):
        explore_training([1.0, 2.0])
    with pytest.raises(TypeError, match="two arrays"):
        model = network()
        nn.fit(model, [(X, T)], nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1), record=True)
    with pytest.raises(ValueError, match="at least 2"):
        nn.Recording(network(), X, T, frames=1)


def test_a_model_of_more_than_a_thousand_parameters_is_recorded_on_request_alone():
    assert trained(network(400), epochs=1).recording is None
    assert len(trained(network(400), epochs=1, record=True).moments()["frames"]) == 2


class Fake:
    """Something that is played and knows nothing of nn."""

    def moments(self):
        frame = {"step": 0, "loss": 1.0, "weights": [{"weight": np.ones((1, 2)), "bias": np.zeros(1)}], "on": [None],
                 "output": np.zeros((2, 1)), "surface": np.zeros((3, 3, 1))}
        return {"frames": [frame], "layers": ["</script><img src=x onerror=alert(1)>"], "inputs": np.eye(2),
                "targets": np.array([0, 1]), "bounds": (0, 1, 0, 1)}


def test_anything_with_moments_is_played_and_names_stay_text(tmp_path, open_file):
    path = tmp_path / "fake.html"
    text = explore_training(Fake(), path, title="</title><script>alert(1)</script>").html
    assert text.count("</script>") == 2 and "<img" not in text
    page = open_file(path)
    assert "after 0 steps" in page.text_content("#said")
    assert page.locator("img").count() == 0


def test_a_run_is_played_by_keyboard_and_by_slider(tmp_path, open_file):
    path = tmp_path / "xor.html"
    model = network(8)
    explore_training(trained(model, epochs=600), path, title="XOR")
    page = open_file(path)
    assert "after 600 steps" in page.text_content("#said")
    last = page.evaluate("$('surface').toDataURL()")
    page.keyboard.press("Home")
    assert "after 0 steps · loss" in page.text_content("#said")
    assert page.evaluate("$('surface').toDataURL()") != last
    page.keyboard.press(".")
    assert "after 11 steps" in page.text_content("#said")
    page.locator("#scrub").fill("30")
    at = page.text_content("#said")
    page.keyboard.press("Home")
    page.click("#play")
    page.locator("#said", has_text="after 22 steps").wait_for(timeout=5000)
    page.click("#play")
    assert at != page.text_content("#said")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("t")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    took = page.evaluate("(() => { const t = performance.now(); for (let i = 0; i < 20; i++) go(i); return performance.now() - t })()")
    assert took / 20 < 50
    assert path.stat().st_size < 500_000
