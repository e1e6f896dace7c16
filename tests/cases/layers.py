"""Layers and losses with random options and shapes, drawn from a seed: PyTorch and norgrad are asked the same."""

from pathlib import Path

import numpy as np

PATH = Path(__file__).parents[1] / "oracles/data/layers.npz"  # PyTorch's answers
STORED = range(3)  # the seeds that it has
REDUCTIONS = ["mean", "sum", "none"]


def _one_of(rng, values):
    return values[rng.integers(len(values))]


def _options(rng, **choices):
    return {name: _one_of(rng, values) for name, values in choices.items()}


def _conv(rng, axes):
    kernel, dilation = rng.integers(1, 4, axes).tolist(), rng.integers(1, 3, axes).tolist()
    groups = int(rng.choice([1, 1, 2]))
    padding = _one_of(rng, [rng.integers(0, 3, axes).tolist(), "valid", "same"])
    stride = [1] * axes if padding == "same" else rng.integers(1, 3, axes).tolist()
    size = (rng.integers(7, 10, axes)).tolist()
    channels = 2 * groups
    batch = _one_of(rng, [(), (1,), (3,)])
    square = axes == 1 or rng.random() < 0.3
    keywords = {"stride": stride, "padding": padding, "dilation": dilation}
    if axes == 1:
        keywords = {name: x if isinstance(x, str) else x[0] for name, x in keywords.items()}
    keywords = {"kernel_size": kernel[0] if square else kernel, **keywords, "groups": groups,
                "bias": bool(rng.integers(2))}
    return (channels, 2 * groups), keywords, [rng.normal(size=(*batch, channels, *size))]


def _pool(rng, **more):
    kernel = rng.integers(1, 4, 2).tolist()
    padding = [k // 2 * int(rng.integers(2)) for k in kernel]
    keywords = {"kernel_size": kernel, "padding": padding, "ceil_mode": bool(rng.integers(2)), **more}
    if rng.integers(2):
        keywords["stride"] = rng.integers(1, 4, 2).tolist()
    batch = _one_of(rng, [(), (3,)])
    return (), keywords, [rng.normal(size=(*batch, 2, *rng.integers(6, 10, 2)))]


def _recurrent(rng, **more):
    keywords = {"num_layers": int(rng.integers(1, 3))}
    keywords |= {name: bool(rng.integers(2)) for name in ("bias", "batch_first", "bidirectional")} | more
    shape = (int(rng.integers(1, 6)), int(rng.integers(1, 4)), 3)
    return (3, 4), keywords, [rng.normal(size=shape if rng.integers(3) else shape[1:])]


def _elementwise(**choices):
    def draw(rng):
        shape = _one_of(rng, [(), (3,), (2, 3), (2, 3, 4)])
        return (), _options(rng, **choices), [rng.normal(size=shape) * 3]

    return draw


def _along(rng):
    shape = _one_of(rng, [(3,), (2, 3), (2, 3, 4)])
    return (), {"dim": int(rng.integers(-len(shape), len(shape)))}, [rng.normal(size=shape)]


def _batch_norm(rng, shapes):
    shape = _one_of(rng, shapes)
    options = _options(rng, momentum=[0.1, 0.3, None], affine=[True, False], eps=[1e-5, 1e-2],
                       track_running_stats=[True, True, False])
    return (shape[1],), options, [rng.normal(size=shape) * 2 + 1]


def _last_axes(rng):
    shape = _one_of(rng, [(4, 3), (2, 4, 3), (3,)])
    count = int(rng.integers(1, len(shape) + 1))
    options = _options(rng, eps=[1e-5, 1e-2], elementwise_affine=[True, False])
    return (list(shape[-count:]),), options, [rng.normal(size=shape)]


def _normal_of(rng, *shapes):
    """The inputs of a layer that takes one, in one of these shapes."""
    return [rng.normal(size=_one_of(rng, shapes))]


LAYERS = {
    "Linear": lambda r: ((3, 2), _options(r, bias=[True, False]), _normal_of(r, (3,), (4, 3), (2, 4, 3))),
    "Bilinear": lambda r: ((3, 2, 4), _options(r, bias=[True, False]), [r.normal(size=(5, 3)), r.normal(size=(5, 2))]),
    "Embedding": lambda r: ((6, 3), _options(r, padding_idx=[None, 2, -1]),
                            [r.integers(0, 6, _one_of(r, [(4,), (2, 3)]))]),
    "ReLU": _elementwise(),
    "LeakyReLU": _elementwise(negative_slope=[0.01, 0.3]),
    "ELU": _elementwise(alpha=[1.0, 0.5]),
    "SELU": _elementwise(),
    "GELU": _elementwise(approximate=["none", "tanh"]),
    "SiLU": _elementwise(),
    "Sigmoid": _elementwise(),
    "Tanh": _elementwise(),
    "Softplus": _elementwise(beta=[1.0, 2.0], threshold=[20.0, 1.0]),
    "Hardtanh": _elementwise(min_val=[-1.0, -0.5], max_val=[1.0, 2.0]),
    "PReLU": lambda r: ((), {"num_parameters": int(r.choice([1, 3])), "init": 0.1},
                        _normal_of(r, (2, 3), (2, 3, 4), (2, 3, 2, 2))),
    "Softmax": _along,
    "LogSoftmax": _along,
    "Dropout": lambda r: ((), {"p": 0.0}, [r.normal(size=(3, 2))]),
    "Identity": _elementwise(),
    "Flatten": lambda r: ((), _options(r, start_dim=[0, 1, 2], end_dim=[-1, 2]), [r.normal(size=(2, 3, 4, 2))]),
    "BatchNorm1d": lambda r: _batch_norm(r, [(4, 3), (2, 3, 5)]),
    "BatchNorm2d": lambda r: _batch_norm(r, [(3, 2, 4, 5)]),
    "LayerNorm": _last_axes,
    "RMSNorm": _last_axes,
    "GroupNorm": lambda r: ((int(r.choice([1, 2, 4])), 4), _options(r, affine=[True, False]),
                            _normal_of(r, (2, 4), (2, 4, 3), (2, 4, 3, 2))),
    "Conv1d": lambda r: _conv(r, 1),
    "Conv2d": lambda r: _conv(r, 2),
    "MaxPool2d": lambda r: _pool(r, dilation=int(r.integers(1, 3))),
    "AvgPool2d": lambda r: _pool(r, **_options(r, count_include_pad=[False, True], divisor_override=[None, 3])),
    "AdaptiveAvgPool2d": lambda r: ((), _options(r, output_size=[1, 3, [2, None], [5, 7]]),
                                    _normal_of(r, (2, 5, 7), (2, 2, 5, 7))),
    "RNN": lambda r: _recurrent(r, **_options(r, nonlinearity=["tanh", "relu"])),
    "LSTM": _recurrent,
    "GRU": _recurrent,
}


def _numbers(target):
    def draw(rng, **choices):
        shape = _one_of(rng, [(4,), (3, 2), (2, 3, 2)])
        return _options(rng, reduction=REDUCTIONS, **choices), rng.normal(size=shape), target(rng, shape)

    return draw


def _normal(rng, shape):
    return rng.normal(size=shape)


def _sign(rng, shape):
    return rng.choice([-1.0, 1.0], shape)


def _with_logits(rng):
    options, x, t = _numbers(lambda r, s: r.random(s))(rng)
    if rng.integers(2):
        options["pos_weight"] = rng.random(x.shape[-1]) * 3
    if rng.integers(2):
        options["weight"] = rng.random(x.shape)
    return options, x * 5, t


def _probabilities(rng):
    options, x, t = _numbers(lambda r, s: r.choice([0.0, 1.0, 0.3], s))(rng)
    if rng.integers(2):
        options["weight"] = rng.random(x.shape)
    return options, rng.random(x.shape), t


def _cross_entropy(rng):
    shape = _one_of(rng, [(4,), (5, 4), (3, 4, 2), (2, 4, 3, 2)])
    options = _options(rng, reduction=REDUCTIONS, label_smoothing=[0.0, 0.2], ignore_index=[-100, 1])
    if rng.integers(2):
        options["weight"] = rng.random(4) + 0.1  # of each class
    x, numbers = rng.normal(size=shape) * 2, (*shape[:1], *shape[2:]) if len(shape) > 1 else ()
    if rng.integers(3) == 0:
        p = rng.random(shape)
        del options["ignore_index"]
        return options, x, p / p.sum(min(1, len(shape) - 1), keepdims=True)
    target = rng.integers(0, 4, numbers)
    if options["ignore_index"] == 1 and np.all(target == 1):
        target = target * 0
    return options, x, target


def _nll(rng):
    options, x, target = _cross_entropy(rng)
    options.pop("label_smoothing")
    if target.dtype.kind == "f":
        x, target = x[:4] if x.ndim == 1 else x, np.argmax(target, axis=min(1, x.ndim - 1))
    return options, x, target


def _kl(rng):
    log = bool(rng.integers(2))
    t = rng.random((3, 4))
    t = np.log(t) if log else t * (t > 0.2)
    options = _options(rng, reduction=[*REDUCTIONS, "batchmean"], log_target=[log])
    return options, np.log(rng.random((3, 4))), t


LOSSES = {
    "MSELoss": lambda r: _numbers(_normal)(r),
    "L1Loss": lambda r: _numbers(_normal)(r),
    "SmoothL1Loss": lambda r: _numbers(_normal)(r, beta=[1.0, 0.3, 0.0]),
    "HuberLoss": lambda r: _numbers(_normal)(r, delta=[1.0, 0.3]),
    "BCELoss": _probabilities,
    "BCEWithLogitsLoss": _with_logits,
    "CrossEntropyLoss": _cross_entropy,
    "NLLLoss": _nll,
    "KLDivLoss": _kl,
    "HingeEmbeddingLoss": lambda r: _numbers(_sign)(r, margin=[1.0, 0.5]),
}


def layer_case(name, seed):
    """The arguments, keywords and inputs of a layer."""
    return LAYERS[name](np.random.default_rng([seed, sum(map(ord, name))]))


def loss_case(name, seed):
    """The keywords, input and target of a loss."""
    return LOSSES[name](np.random.default_rng([seed, sum(map(ord, name))]))


def seeds_of_outputs(outputs):
    """A fixed array of each output's shape, to start the backward pass from."""
    return [np.cos(np.arange(np.size(y)) + i).reshape(np.shape(y)) for i, y in enumerate(outputs)]
