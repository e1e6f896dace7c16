"""Properties that hold whatever the shapes: found by Hypothesis, which looks for the smallest shape that breaks one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd import Tensor, grad, jvp, vjp

BINARY = [np.add, np.subtract, np.multiply, np.divide, np.power, np.arctan2, np.hypot, np.logaddexp, np.maximum]
REDUCE = [np.sum, np.mean, np.var, np.prod, np.max, np.median]
few = settings(max_examples=60, deadline=None)


def numbers(shape, seed):
    return np.random.default_rng(seed).permutation(int(np.prod(shape)) or 1)[: int(np.prod(shape))].reshape(shape) / 3 + 0.5


@few
@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0), st.sampled_from(BINARY), st.integers(0, 9))
def test_the_gradient_of_a_broadcast_operand_has_its_shape_and_is_the_transpose_of_the_tangent(shapes, f, seed):
    a, b = (numbers(s, seed + i) for i, s in enumerate(shapes.input_shapes))
    y, pullback = vjp(f, a, b)
    assert np.shape(y) == shapes.result_shape
    g = numbers(shapes.result_shape, seed + 2)
    ga, gb = pullback(g if g.shape else float(g))
    assert np.shape(ga) == a.shape and np.shape(gb) == b.shape
    tangent = jvp(f, (a, b), (np.ones_like(a), -np.ones_like(b)))[1]
    np.testing.assert_allclose(np.sum(g * tangent), np.sum(ga) - np.sum(gb), rtol=1e-9, atol=1e-9)


@few
@given(hnp.array_shapes(min_dims=1, max_dims=3, max_side=3), st.data())
def test_reductions_over_any_axes(shape, data):
    f = data.draw(st.sampled_from(REDUCE))
    axes = data.draw(st.sets(st.integers(-len(shape), len(shape) - 1), max_size=len(shape)))
    axes = tuple({a % len(shape): a for a in axes}.values()) or None
    keepdims = data.draw(st.booleans())
    x = numbers(shape, 3)
    np.testing.assert_allclose(f(Tensor(x), axis=axes, keepdims=keepdims).data, f(x, axis=axes, keepdims=keepdims))
    g = grad(lambda x: np.sum(f(x, axis=axes, keepdims=keepdims)))(x)
    h = 1e-6 * numbers(shape, 4)
    moved = np.sum(f(x + h, axis=axes, keepdims=keepdims)) - np.sum(f(x - h, axis=axes, keepdims=keepdims))
    np.testing.assert_allclose(np.sum(g * h) * 2, moved, rtol=1e-5, atol=1e-9)


@few
@given(hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), st.data())
def test_the_gradient_of_an_indexed_sum_counts_how_often_each_element_was_taken(shape, data):
    index = data.draw(hnp.basic_indices(shape, allow_newaxis=True) | hnp.integer_array_indices(shape))
    x = numbers(shape, 1)
    counts = np.zeros(shape)
    np.add.at(counts, index, 1.0)
    np.testing.assert_array_equal(grad(lambda x: np.sum(x[index]))(x), counts)
    np.testing.assert_array_equal(Tensor(x)[index].data, x[index])
