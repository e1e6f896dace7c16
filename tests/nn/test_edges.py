"""Numbers at the edge of what layers and losses take: infinite, NaN, too large for half precision, or none at all.

The right numbers are mathematics' or PyTorch's; where PyTorch gives NaN for what has a limit, they are the limit.
"""

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd import Tensor, elementwise_grad, gradients
from autograd.errors import AutogradError, ShapeError

inf, nan = np.inf, np.nan


def same(got, right, tol=1e-6):
    got = got.data if isinstance(got, Tensor) else np.asarray(got)
    np.testing.assert_allclose(got.astype(float), right, rtol=tol, atol=tol)


def pulled(f, x, dtype=float):
    """The gradient of the sum of f(x)."""
    node = Tensor(np.array(x, dtype))
    y = f(node)
    (g,) = gradients(y, [node], np.ones(y.shape, y.dtype))
    assert g.dtype == node.dtype
    return g


# ---- activations ----------------------------------------------------------------------------------------------------
def test_half_precision_has_room_for_the_sum_of_a_softmax():
    x = np.zeros((1, 70000), np.float16)
    assert F.softmax(x).dtype == F.log_softmax(x).dtype == F.cross_entropy(x, np.array([0])).dtype == np.float16
    same(F.softmax(x)[0].astype(float) * 70000, 1, 5e-3)
    same(F.log_softmax(x)[0, 0], -np.log(70000), 5e-3)
    same(F.cross_entropy(x, np.array([0])), np.log(70000), 5e-3)
    same(pulled(lambda x: F.cross_entropy(x, np.array([0])), x, np.float16)[0, :2], [-1, 1 / 70000], 5e-3)


ENDS = {  # value and slope far to the left and to the right
    "relu": (F.relu, 0, 0, 1), "elu": (F.elu, -1, 0, 1), "silu": (F.silu, 0, 0, 1), "gelu": (F.gelu, 0, 0, 1),
    "tanh form": (lambda x: F.gelu(x, approximate="tanh"), 0, 0, 1), "softplus": (F.softplus, 0, 0, 1),
    "leaky": (F.leaky_relu, None, 0.01, 1), "hardtanh": (F.hardtanh, -1, 0, 0), "sigmoid": (F.sigmoid, 0, 0, 0),
}


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("dtype, large", [(np.float16, 1e4), (np.float32, 1e30), (float, 1e300), (float, inf)])
def test_activations_far_out_are_their_limits(name, dtype, large):
    f, left, *slopes = ENDS[name]
    x = np.array([-large, large], dtype)
    y = f(Tensor(x)).data
    assert y.dtype == dtype
    same(pulled(f, x, dtype), slopes, 1e-3)
    assert left is None or y[0] == left
    assert y[1] == (1 if name in ("hardtanh", "sigmoid") else x[1])
    if large < inf and name != "gelu":
        same(elementwise_grad(elementwise_grad(f))(x), [0, 0], 1e-3)


@pytest.mark.parametrize("x", [-0.5, 0.5, 88.0, -88.0])
def test_the_second_derivative_of_gelu_in_half_precision(x):
    f = elementwise_grad(elementwise_grad(lambda x: F.gelu(x, approximate="tanh")))
    same(f(np.float16([x])), f(np.array([x])), 2e-3)


def test_hardtanh_passes_gradients_to_nan():
    same(pulled(F.hardtanh, [nan, 0.5, 2.0]), [1, 1, 0])


def test_softmax_takes_integers_and_nothing():
    same(F.softmax(np.array([[1, 1]])), [[0.5, 0.5]])
    same(F.log_softmax([True, True]), np.log([0.5, 0.5]))
    assert F.softmax(np.zeros((2, 0))).shape == F.log_softmax(np.zeros((0, 2))).T.shape[:1] + (0,) == (2, 0)
    same(F.softmax(np.array([-inf, 0.0, 0.0])), [0, 0.5, 0.5])


def test_gelu_knows_its_forms():
    with pytest.raises(ValueError, match="'none' or 'tanh', got 'tan'"):
        F.gelu(1.0, approximate="tan")


SETTINGS = {
    "leaky_relu": lambda x, o: F.leaky_relu(x, o), "elu": lambda x, o: F.elu(x, alpha=o),
    "softplus": lambda x, o: F.softplus(x, beta=o, threshold=o), "hardtanh": lambda x, o: F.hardtanh(x, -o, o),
    "dropout": lambda x, o: F.dropout(x, o, rng=0), "layer_norm": lambda x, o: F.layer_norm(x, [3], eps=o),
    "rms_norm": lambda x, o: F.rms_norm(x, [3], eps=o), "group_norm": lambda x, o: F.group_norm(x, 1, eps=o),
    "batch_norm": lambda x, o: F.batch_norm(x, *np.ones((2, 3), np.float32), eps=o),
    "BatchNorm1d": lambda x, o: nn.BatchNorm1d(3, eps=o, momentum=o, dtype="float32")(x),
    "PReLU": lambda x, o: nn.PReLU(init=o, dtype="f4")(x),
    "huber_loss": lambda x, o: F.huber_loss(x, x * 2, delta=o), "smooth_l1": lambda x, o: F.smooth_l1_loss(x, x * 2, beta=o),
    "hinge_embedding": lambda x, o: F.hinge_embedding_loss(x, np.ones((2, 3)), margin=o),
    "label_smoothing": lambda x, o: F.cross_entropy(x, [0, 1], label_smoothing=o),
    "class weights": lambda x, o: F.cross_entropy(x, [0, 1], weight=[1, 2, o]),
    "nll": lambda x, o: F.nll_loss(x, [0, 1], weight=np.array([1, 2, o])),
    "pos_weight": lambda x, o: F.binary_cross_entropy_with_logits(x, np.ones((2, 3), "f4"), weight=o, pos_weight=[1, 2, o]),
    "LSTM": lambda x, o: nn.LSTM(3, 2, num_layers=2, dropout=o, dtype="float32", rng=0)(x)[0],
}


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("option", [np.float64(0.3), np.array(0.3)])
def test_numbers_of_numpy_as_settings_leave_the_dtype(name, option):
    x = np.float32([[1, -2, 3], [0.5, 0, -1]])
    right = SETTINGS[name](Tensor(x), 0.3)
    for given in (Tensor(x), x):
        y = SETTINGS[name](given, option)
        assert y.dtype == np.float32
        same(y, right.data)


# ---- dropout --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_all_dropped_is_zero(dtype):
    x = np.array([1, inf, nan], dtype)
    for f in (lambda x: F.dropout(x, 1.0), nn.Dropout(1, rng=0), nn.ensemble(lambda rng: nn.Dropout(1.0, rng), 2)):
        y = f(Tensor(x))
        assert y.dtype == dtype and not y.data.any()
        assert not pulled(f, x, dtype).any()
    lstm = nn.LSTM(2, 2, num_layers=2, dropout=1.0, rng=0, dtype=dtype)
    assert np.isfinite(lstm(np.ones((2, 1, 2), dtype))[0].data).all()


def test_what_is_dropped_has_no_say():
    x = np.where(F.dropout(np.ones(20), 0.5, rng=0) > 0, 1.0, inf)
    same(F.dropout(Tensor(x), 0.5, rng=0), np.where(x == 1, 2.0, 0))


# ---- windows --------------------------------------------------------------------------------------------------------
def test_averages_of_windows_that_hold_no_infinity():
    x = np.ones((1, 3, 6))
    x[0, 0, 0], x[0, 0, 2], x[0, 2, 5], x[0, 1, 5] = inf, nan, inf, -inf
    same(F.avg_pool2d(Tensor(x), (1, 2)), [[[inf, nan, 1], [1, 1, -inf], [1, 1, inf]]])
    same(F.avg_pool2d(x, 3), [[[nan, nan]]])
    same(F.avg_pool2d(x, (3, 1), stride=1, padding=(1, 0), count_include_pad=False)[0, 0], [inf, 1, nan, 1, 1, -inf])
    same(F.adaptive_avg_pool2d(x, (None, 3)), [[[inf, nan, 1], [1, 1, -inf], [1, 1, inf]]])
    same(F.avg_pool2d(x[:, 1:2], (1, 2), divisor_override=1), [[[2, 2, -inf]]])
    node = Tensor(np.ones((1, 1, 4)))
    (g,) = gradients(F.avg_pool2d(node, (1, 2)), [node], np.array([[[inf, 1]]]))
    same(g, [[[inf, inf, 0.5, 0.5]]])


def test_averages_of_integers_and_of_half_precision():
    same(F.avg_pool2d(np.array([[[1, 2], [3, 4]]]), 2), [[[2.5]]])  # as PyTorch refuses to give
    y = F.avg_pool2d(np.full((1, 2, 2), 6e4, np.float16), 2, divisor_override=4)
    assert y.dtype == np.float16
    same(y, [[[6e4]]], 1e-3)


def test_the_largest_of_a_window_with_nan():
    same(F.max_pool2d(np.array([[[nan, 1], [2, 3.0]]]), 2), [[[nan]]])
    same(pulled(lambda x: F.max_pool2d(x, (1, 2)), [[[1, nan, 2.0, 3]]]), [[[0, 1, 0, 1]]])
    node = Tensor(np.array([[[1.0, 2.0]]]))
    same(gradients(F.max_pool2d(node, (1, 2)), [node], np.array([[[inf]]]))[0], [[[0, inf]]])


def test_sizes_of_windows():
    x = np.arange(16.0).reshape(1, 4, 4)
    right = F.max_pool2d(x, 2)
    for size in (np.int64(2), [2, 2], np.array([2, 2]), np.array(2), (2,)):
        same(F.max_pool2d(x, size, stride=size), right)
        same(nn.MaxPool2d(size)(x), right)
        assert nn.Conv2d(1, 1, size, stride=size, rng=0)(x).shape == (1, 2, 2)
    assert nn.Conv1d(1, 1, np.array([2]), padding=np.int64(1), dilation=np.array(1), rng=0)(x[:, 0]).shape == (1, 5)
    assert F.adaptive_avg_pool2d(x, np.int64(1)).shape == F.adaptive_avg_pool2d(x, np.array([1, 1])).shape == (1, 1, 1)
    for f in (lambda: F.max_pool2d(x, 2.0), lambda: F.max_pool2d(x, 2, padding="same"), lambda: nn.Conv2d(1, 1, (1, 1.5)),
              lambda: F.conv1d(x, np.ones((1, 4, 2)), stride=[1, 2]), lambda: F.adaptive_avg_pool2d(x, -1),
              lambda: F.adaptive_avg_pool2d(x, (1, 2, 3)), lambda: nn.Conv2d(1, 1, 2, padding=-1),
              lambda: F.conv2d(x, np.ones((1, 1, 2, 2)), padding="sane"), lambda: F.avg_pool2d(x, 2, divisor_override=0)):
        with pytest.raises((ValueError, TypeError)) as info:
            f()
        assert "\n" not in str(info.value)
    with pytest.raises(ShapeError, match="smaller than the kernel"):
        nn.Conv1d(4, 1, 9, rng=0)(x[0])
    with pytest.raises(ShapeError, match="nothing to average"):
        F.adaptive_avg_pool2d(x[:, :0], 2)


# ---- norms ----------------------------------------------------------------------------------------------------------
HALF = np.float16([[300, -300, 300, 0], [-150, 20, 10, 0], [1, 2, 3, 4]])
NORMS = {
    "LayerNorm": lambda dtype: nn.LayerNorm(4, dtype=dtype), "RMSNorm": lambda dtype: nn.RMSNorm(4, eps=1e-3, dtype=dtype),
    "GroupNorm": lambda dtype: nn.GroupNorm(2, 4, dtype=dtype), "BatchNorm1d": lambda dtype: nn.BatchNorm1d(4, dtype=dtype),
}


@pytest.mark.parametrize("name", NORMS)
@pytest.mark.parametrize("dtype, factor", [(np.float16, 1), (np.float32, 1e30), (float, 1e200), (float, 1e305)])
def test_norms_of_numbers_whose_squares_overflow(name, dtype, factor):
    seed = np.cos(np.arange(12.0)).reshape(3, 4)
    found = []
    for kind, unit in ((dtype, factor), (float, 1)):
        x = HALF.astype(kind) * kind(unit)
        layer, node = NORMS[name](kind), Tensor(x)
        y = layer(node)
        g, weight = gradients(y, [node, layer.weight], seed.astype(kind))
        assert y.dtype == g.dtype == weight.dtype == kind
        found.append([y.data, g.astype(float) * unit, weight])
    kept = slice(None) if factor == 1 or name == "BatchNorm1d" else slice(2)  # of small numbers eps is a part
    (y, g, weight), (right, of_x, of_weight) = found
    tol = 2e-3 if dtype == np.float16 else 1e-3 if name == "RMSNorm" else 1e-4
    same(y[kept], right[kept], tol)
    same(g[kept], of_x[kept], tol)
    if kept == slice(None):
        same(weight, of_weight, tol)


def test_norms_of_half_precision():
    x = HALF[0]
    same(nn.LayerNorm(4, dtype=np.float16)(x), [0.9043, -1.508, 0.9043, -0.3015], 1e-3)
    same(nn.RMSNorm(4, dtype=np.float16)(x), [1.154, -1.154, 1.154, 0], 1e-3)


def test_running_statistics_keep_dtype_and_size():
    layer = nn.BatchNorm1d(2, dtype=np.float16)
    layer(np.float16([[300, 1], [-300, 2], [0, 3]]))
    assert layer.running_mean.dtype == layer.running_var.dtype == np.float16
    same(layer.running_var, [9000.9, 1.0], 1e-3)
    layer = nn.BatchNorm1d(1, momentum=1.0, dtype=np.float32)
    layer(np.float32([[1.5e19], [-1.5e19]] * 5))  # the variance is a float32, the sum of squares is not
    same(layer.running_var / 1e38, [2.5], 1e-5)
    layer = nn.BatchNorm1d(1, dtype=np.float32)
    layer(np.array([[1.0], [2.0]]))
    assert layer.running_mean.dtype == np.float32


def test_norms_of_nothing():
    for layer, x in ((nn.BatchNorm1d(3), np.zeros((0, 3))), (nn.BatchNorm2d(3), np.zeros((2, 3, 0, 2))),
                     (nn.LayerNorm(3), np.zeros((0, 3))), (nn.GroupNorm(3, 3), np.zeros((0, 3, 2))),
                     (nn.GroupNorm(1, 3), np.zeros((2, 3, 0))), (nn.RMSNorm(3), np.zeros((0, 3)))):
        node = Tensor(x)
        y = layer(node)
        g, weight = gradients(y.sum(), [node, layer.weight])
        assert y.shape == g.shape == x.shape and not weight.any()
        for buffer in vars(layer).get("_buffers", ()):
            same(getattr(layer, buffer), 1.0 if buffer == "running_var" else 0.0)
    with pytest.raises(ShapeError, match="a batch of one has no variance"):
        F.batch_norm(np.ones((1, 3)), None, None, training=True)
    with pytest.raises(ShapeError, match="no 0 equal groups"):
        F.group_norm(np.ones((1, 3)), 0)


# ---- losses ---------------------------------------------------------------------------------------------------------
LOST = [[inf, 0.0], [nan, nan], [0.0, -1.0]]


@pytest.mark.parametrize("settings", [{}, {"label_smoothing": 0.3}, {"weight": [3.0, 2.0]}, {"reduction": "sum"}])
def test_ignored_rows_have_no_say(settings):
    target = np.array([-100, -100, 1])
    for f in (F.cross_entropy, F.nll_loss) if "label_smoothing" not in settings else (F.cross_entropy,):
        same(f(np.array(LOST), target, **settings), f(np.array(LOST[2:]), target[2:], **settings))
        g = pulled(lambda x, f=f: f(x, target, **settings), LOST)
        same(g, [[0, 0], [0, 0], pulled(lambda x, f=f: f(x, target[2:], **settings), LOST[2:])[0]])

    # in an ensemble one member ignores what another does not
    both, targets = np.stack([LOST, np.ones((3, 2))]), np.array([target, [0, 1, 0]])
    each = nn.ensemble(lambda rng: nn.Identity(), 2).each(nn.CrossEntropyLoss(**settings))
    same(each(both, targets), [F.cross_entropy(both[i], targets[i], **settings) for i in range(2)])
    alone = pulled(lambda x: F.cross_entropy(x, target, **settings), LOST)
    same(pulled(lambda x: each(x, targets), both)[0], alone)


def test_classes_that_weigh_nothing_have_no_say():
    x, weight = [[-inf, 0.0, 1.0], [2.0, 1.0, 0.0]], [0.0, 1.0, 1.0]
    target = np.array([0, 1])
    for f in (F.cross_entropy, F.nll_loss):
        same(f(np.array(x), target, weight), f(np.array(x[1:]), target[1:]))
        same(pulled(lambda x, f=f: f(x, target, weight), x)[0], [0, 0, 0])
    right = np.log(1 + np.e)
    same(F.cross_entropy(np.array(x[:1]), np.array([[0.0, 1.0, 0.0]])), right)  # of no probability, and given none
    same(F.cross_entropy(np.array(x[:1]), np.array([[0.5, 1.0, 0.0]]), weight), right)


@pytest.mark.parametrize("f", [F.cross_entropy, F.nll_loss, lambda x, t: F.cross_entropy(x, t, label_smoothing=0.1)])
def test_of_nothing_but_ignored_the_mean_is_nan_and_the_gradient_zero(f):
    target = np.array([-100, -100])
    assert np.isnan(f(np.ones((2, 3)), target))
    assert not pulled(lambda x: f(x, target), np.ones((2, 3))).any()


def test_softmax_in_a_gradient_is_not_rounded_by_the_size_of_logits():
    target = np.array([2])
    f = lambda x: F.cross_entropy(x, target)
    for x, dtype, tol in (([300, 301, 0], np.float16, 1e-3), ([1e6, 1e6 + 1, 0], np.float32, 1e-6),
                          ([1e15, 0, -1e15], np.float32, 1e-6), ([0, -inf, -inf], float, 1e-6)):
        p = F.softmax(np.array([x], float))
        same(pulled(f, [x], dtype), p - [[0, 0, 1]], tol)


def test_binary_cross_entropy_at_the_ends():
    for x, t, right, slope in ((inf, 1, 0, 0), (-inf, 0, 0, 0), (inf, 0, inf, 1), (-inf, 1, inf, -1), (inf, 0.25, inf, 0.75),
                               (1e30, 1, 0, 0), (-1e30, 1, 1e30, -1)):
        for settings in ({}, {"pos_weight": 1.0}):
            f = lambda x, t=t, s=settings: F.binary_cross_entropy_with_logits(x, np.array([t]), "sum", **s)
            same(f(np.array([x])), right)
            same(pulled(f, [x]), [slope])
    same(F.binary_cross_entropy_with_logits(np.array([1.0]), np.array([True])), np.log1p(np.exp(-1)))
    for dtype in (np.float16, np.float32):
        same(pulled(lambda x: F.binary_cross_entropy(x, np.ones(2, x.dtype)), [1, 0.5], dtype), [0, -1])
    same(F.binary_cross_entropy(np.array([0.0, 0.5]), np.ones(2), weight=np.array([0.0, 1.0])), np.log(2) / 2)


def test_what_weighs_nothing_may_be_infinite():
    x, weight = np.array([inf, nan, 1.0]), np.array([0.0, 0.0, 2.0])
    right = F.binary_cross_entropy_with_logits(np.array([1.0]), np.array([0.0]), "sum", weight=2.0)
    f = lambda x: F.binary_cross_entropy_with_logits(x, np.zeros(3), "sum", weight=weight)
    same(f(x), right)
    same(pulled(f, [inf, 2.0, 1.0]), [0, 0, 2 * F.sigmoid(1.0)])


def test_divergence_from_the_impossible():
    same(F.kl_div(np.array([-inf, -1.0]), np.array([0.0, 1.0]), "sum"), 1.0)
    same(F.kl_div(np.array([-inf, -1.0]), np.array([-inf, 0.0]), "sum", log_target=True), 1.0)
    same(pulled(lambda x: F.kl_div(x, np.array([0.0, 1.0])), [-inf, -1.0]), [0, -0.5])
    same(pulled(lambda t: F.kl_div(np.array([-2.0, -1.0]), t, "sum"), [0.0, 1.0]), [2.0, 2.0])  # of target 0 too
    with np.errstate(invalid="ignore"):
        assert np.isnan(F.kl_div(np.array([0.0]), np.array([-1.0])))


@pytest.mark.parametrize("dtype, large", [(np.float16, 3e2), (np.float32, 3e19), (float, 3e154)])
def test_squares_that_overflow_where_their_mean_does_not(dtype, large):
    x = np.zeros(16, dtype)
    x[0] = large
    loss = F.mse_loss(Tensor(x), np.zeros(16, dtype))
    assert loss.dtype == dtype
    same(loss.data.astype(float) / large / large, 1 / 16, 1e-3)
    each = nn.ensemble(lambda rng: nn.Identity(), 2).each(nn.MSELoss())
    same(each(np.stack([x, x * 0 + 1]), x * 0).astype(float), [loss.data, 1], 1e-3)
    same(F.huber_loss(x, np.zeros(16, dtype), "sum"), dtype(large) - dtype(0.5), 1e-3)  # squares nothing large


def test_means_over_more_than_half_precision_counts_to():
    x, t = np.zeros((70000, 2), np.float16), np.zeros(70000, int)
    for f in (F.cross_entropy, F.nll_loss):
        for settings in ({"weight": [1.0, 1.0]}, {"ignore_index": 1}):
            target = np.where(np.arange(70000) == 0, 1, t) if "ignore_index" in settings else t
            right = np.log(2) if f is F.cross_entropy else 0.0
            y = f(x, target, **settings)
            assert y.dtype == np.float16
            same(y, right, 1e-3)
            slope = pulled(lambda x, f=f, t=target, s=settings: f(x, t, **s), x, np.float16)[5, 0].astype(float)
            same(slope * 70000, -0.5 if f is F.cross_entropy else -1, 0.01)


def test_class_weights_are_one_for_each_class():
    for f in (F.cross_entropy, F.nll_loss):
        with pytest.raises(ShapeError, match=r"3 classes need weights of shape \(3,\), got \(4,\)"):
            f(np.zeros((1, 3)), [0], weight=np.ones(4))
    same(F.cross_entropy(np.zeros((2, 0)), np.zeros((2, 0)), label_smoothing=0.1, reduction="none"), [0, 0])


# ---- sequences, names -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_sequences_without_a_step(kind):
    for x, first in ((np.ones((0, 1, 2)), False), (np.ones((1, 0, 2)), True), (np.ones((0, 2)), False)):
        with pytest.raises(ShapeError, match="sequences of length 0"):
            kind(2, 3, batch_first=first, rng=0)(x)
    assert kind(2, 3, rng=0)(np.ones((4, 0, 2)))[0].shape == (4, 0, 3)
    for settings in ({"hidden_size": 0}, {"num_layers": 0}, {"dropout": 2.0}):
        with pytest.raises(ValueError, match="at least"):
            kind(2, **{"hidden_size": 3, **settings})
    with pytest.raises(ShapeError):
        nn.LSTM(2, 3, rng=0)(np.ones((4, 1, 2)), np.zeros((1, 1, 3)))


@pytest.mark.parametrize("name", ["training", "forward", "parameters", "stacked", "_order", "a.b", "", 0])
def test_names_that_stand_for_something_else(name):
    for kind in (nn.Sequential, nn.ModuleDict):
        with pytest.raises(KeyError) as info:
            kind({name: nn.ReLU()})
        assert isinstance(info.value, AutogradError) and repr(name) in str(info.value)
    kept = nn.ModuleDict({"a": nn.ReLU()})
    with pytest.raises(ValueError, match="ModuleDict"):
        kept[name] = nn.ReLU()
    assert kept.keys() == ["a"]


def test_numbers_for_other_channels_are_not_spread_out():
    x = np.ones((2, 1))
    for f in (lambda: F.prelu(x, np.ones(3)), lambda: nn.GroupNorm(1, 3)(x), lambda: F.layer_norm(x, [1], np.ones(3)),
              lambda: F.batch_norm(x, np.zeros(3), np.ones(3)), lambda: F.rms_norm(x, [1], np.ones((2, 1))),
              lambda: F.kl_div(1.0, 1.0, "batchmean")):
        with pytest.raises(ShapeError):
            f()


def test_appended_modules_replace_none():
    model = nn.Sequential(nn.Linear(1, 2, rng=0), nn.ReLU(), nn.Linear(2, 1, rng=0))[1:]
    model.append(nn.Tanh())
    assert [type(m).__name__ for m in model] == ["ReLU", "Linear", "Tanh"]
    with pytest.raises(TypeError, match="ModuleList holds modules, got 3"):
        nn.ModuleList([3])
    with pytest.raises(TypeError, match="ModuleDict holds modules"):
        nn.ModuleDict({"a": np.tanh})


def test_single_numbers_and_empty_batches():
    assert nn.Flatten(0)(Tensor(3.0)).shape == nn.Flatten(0)(np.float32(3)).shape == (1,)
    conv = nn.ensemble(lambda rng: nn.Conv2d(2, 4, 3, groups=2, rng=rng), 2, rng=0)
    assert conv(np.zeros((0, 2, 5, 5))).shape == (2, 0, 4, 3, 3)


def test_products_of_three_in_half_precision():
    layer = nn.Bilinear(1, 1, 1, bias=False, dtype=np.float16, rng=0)
    layer.weight.data = np.float16([[[1e-3]]])
    x = Tensor(np.float16([[3000]]))
    y = layer(x, np.float16([[3000]]))
    assert y.dtype == np.float16
    same(y, [[9000]], 1e-3)
    same(gradients(y, [layer.weight], np.float16([[1e-3]]))[0], [[[9000]]], 1e-2)
