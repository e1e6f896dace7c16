"""Every picture that these tests make is replayed: computed again from what it shows, and compared."""

import pytest

from autograd.draw import replay
from autograd.draw.picture import Drawing

drawn = Drawing.drawn


def proved(drawing):
    picture = drawn(drawing)
    ops = [node for node in picture.graph.nodes if node.op is not None]
    if all(hasattr(node.op, "compute") and not hasattr(node, "failure") for node in ops):  # fakes, and what failed, can't be
        replay(picture)
    return picture


@pytest.fixture(autouse=True, scope="module")
def every_picture_is_true():
    Drawing.drawn = proved
    yield
    Drawing.drawn = drawn


@pytest.fixture
def an_untrue_picture():
    """For what tests that a picture is found to be untrue."""
    Drawing.drawn = drawn
    yield
    Drawing.drawn = proved
