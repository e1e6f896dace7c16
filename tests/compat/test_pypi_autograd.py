"""Programs in the style of the users of the PyPI `autograd`: their imports, their idioms, numbers known beforehand."""

import math
from collections import namedtuple

import autograd.numpy.random as npr
import numpy as onp
import pytest

import autograd.numpy as np
from autograd import builtins as ag
from autograd import elementwise_grad as egrad
from autograd import grad, hessian, jacobian, value_and_grad
from autograd.errors import ConversionError, GradcheckError
from autograd.extend import defvjp, primitive
from autograd.misc import const_graph, flatten
from autograd.misc.fixed_points import fixed_point
from autograd.misc.flatten import flatten_func
from autograd.misc.optimizers import adam, rmsprop, sgd
from autograd.numpy.linalg import norm, solve
from autograd.pypi import (
    checkpoint,
    deriv,
    grad_and_aux,
    grad_named,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    jacobian_vector_product,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_jvp_reversemode,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    vector_jacobian_product,
)
from autograd.test_util import check_equivalent, check_grads, check_jvp, check_vjp, combo_check, scalar_close
from autograd.wrap_util import unary_to_nary


@pytest.fixture(autouse=True)
def seed():
    npr.seed(0)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


POINT = onp.array([0.5, -1.0, 2.0])


def rosenbrock_gradient(x):
    g = onp.zeros_like(x)
    g[:-1] += -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    g[1:] += 200 * (x[1:] - x[:-1] ** 2)
    return g


def rosenbrock_hessian(x):
    n = len(x)
    H = onp.zeros((n, n))
    for i in range(n - 1):
        H[i, i] += 1200 * x[i] ** 2 - 400 * x[i + 1] + 2
        H[i + 1, i + 1] += 200
        H[i, i + 1] = H[i + 1, i] = -400 * x[i]
    return H


# ---- the operators --------------------------------------------------------------------------------------------------
def test_gradient_jacobian_and_hessian_of_rosenbrock():
    H, v = rosenbrock_hessian(POINT), onp.array([1.0, -2.0, 0.5])
    onp.testing.assert_allclose(grad(rosenbrock)(POINT), rosenbrock_gradient(POINT))
    onp.testing.assert_allclose(hessian(rosenbrock)(POINT), H)
    onp.testing.assert_allclose(jacobian(grad(rosenbrock))(POINT), H)
    onp.testing.assert_allclose(hessian_vector_product(rosenbrock)(POINT, v), H @ v)
    onp.testing.assert_allclose(hessian_tensor_product(rosenbrock)(POINT, v), H @ v)
    product, gradient = make_hvp(rosenbrock)(POINT)
    onp.testing.assert_allclose(product(v), H @ v)
    onp.testing.assert_allclose(product(-v), -(H @ v))
    onp.testing.assert_allclose(gradient, rosenbrock_gradient(POINT))
    value, gradient = value_and_grad(rosenbrock)(POINT)
    assert value == rosenbrock(POINT) and isinstance(value, float)


def test_products_with_jacobians():
    A, x, v, u = npr.randn(3, 4), npr.randn(4), npr.randn(4), npr.randn(3)
    f = lambda x, A: np.tanh(np.dot(A, x))
    J = (1 - onp.tanh(A @ x) ** 2)[:, None] * A
    onp.testing.assert_allclose(jacobian(f)(x, A), J)
    onp.testing.assert_allclose(make_jvp(f)(x, A)(v)[1], J @ v)
    onp.testing.assert_allclose(make_jvp(f)(x, A)(v)[0], onp.tanh(A @ x))
    onp.testing.assert_allclose(make_jvp_reversemode(f)(x, A)(v), J @ v)
    onp.testing.assert_allclose(jacobian_vector_product(f)(x, A, v), J @ v)
    onp.testing.assert_allclose(vector_jacobian_product(f)(x, A, u), u @ J)
    onp.testing.assert_allclose(tensor_jacobian_product(lambda x, A: np.outer(f(x, A), f(x, A)))(x, A, u)[0], (
        onp.tanh(A @ x)[0] * (u @ J) + (u @ onp.tanh(A @ x)) * J[0]))
    onp.testing.assert_allclose(make_ggnvp(f)(x, A)(v), J.T @ J @ v)
    quartic = lambda y: np.sum(y**4)
    onp.testing.assert_allclose(make_ggnvp(f, quartic)(x, A)(v), J.T @ (12 * onp.tanh(A @ x) ** 2 * (J @ v)))
    pullback, y = make_vjp(f, 1)(x, A)
    onp.testing.assert_allclose(pullback(u), onp.outer(u * (1 - y**2), x))
    both, _ = make_vjp(f, (0, 1))(x, A)
    onp.testing.assert_allclose(both(u)[0], u @ J)
    # and nested in another derivative
    g = grad(lambda x: np.sum(make_vjp(f)(x, A)[0](u) ** 2))(x)
    h = 1e-6
    numeric = [(onp.sum(vector_jacobian_product(f)(x + h * e, A, u) ** 2) - onp.sum(vector_jacobian_product(f)(x - h * e, A, u) ** 2)) / (2 * h) for e in onp.eye(4)]
    onp.testing.assert_allclose(g, numeric, rtol=1e-6)


def test_named_several_and_auxiliary():
    f = lambda a, b=2.0, *rest, c=1.0: a * b**2 + sum(rest) * a + c**3
    assert grad_named(f, "b")(3.0, 5.0) == 30.0
    assert grad(f, argnum=(0, 1))(3.0, 5.0) == (25.0, 30.0)
    assert multigrad_dict(f)(3.0, 5.0, 7.0, c=2.0) == {"a": 32.0, "b": 30.0, "rest": (3.0,), "c": 12.0}
    assert list(multigrad_dict(f)(3.0)) == ["a", "b", "rest", "c"]
    gradient, aux = grad_and_aux(lambda x: (np.sum(x**2), {"x": x + 1}))(POINT)
    onp.testing.assert_allclose(gradient, 2 * POINT)
    onp.testing.assert_array_equal(aux["x"], POINT + 1)
    assert type(aux["x"]) is onp.ndarray


def test_deriv_and_holomorphic_grad():
    assert deriv(np.sin)(0.5) == pytest.approx(math.cos(0.5))
    onp.testing.assert_allclose(deriv(deriv(np.sin))(POINT), -onp.sin(POINT))
    onp.testing.assert_allclose(deriv(lambda x: np.outer(x, x))(onp.array([2.0, 3.0])), [[4.0, 5.0], [5.0, 6.0]])
    z = 0.3 + 0.7j
    assert holomorphic_grad(lambda z: z**3 * np.exp(z))(z) == pytest.approx((3 * z**2 + z**3) * onp.exp(z))
    assert deriv(lambda z: z**3)(z) == pytest.approx(3 * z**2)


def test_tanh_to_the_fifth_derivative():
    def tanh(x):
        y = np.exp(-2.0 * x)
        return (1.0 - y) / (1.0 + y)

    x = np.linspace(-3, 3, 31)
    t = onp.tanh(x)
    s = 1 - t**2
    known = [t, s, -2 * t * s, s * (6 * t**2 - 2), s * t * (16 - 24 * t**2), s * (120 * t**4 - 120 * t**2 + 16)]
    f = tanh
    for expected in known:
        onp.testing.assert_allclose(f(x), expected, atol=1e-12)
        f = egrad(f)


def test_taylor_series_with_data_dependent_stop():
    def sine(x):
        term = total = x
        for i in range(1000):
            term = -term * x**2 / ((2 * i + 3) * (2 * i + 2))
            total = total + term
            if np.abs(term) < 1e-17:
                break
        return total

    assert sine(1.2) == pytest.approx(math.sin(1.2))
    assert grad(sine)(1.2) == pytest.approx(math.cos(1.2))
    assert grad(grad(sine))(1.2) == pytest.approx(-math.sin(1.2))


def test_const_graph_gives_what_the_function_gives():
    f = const_graph(lambda x, y, z: grad(lambda x: np.sin(x) * z)(x * y), z=2.0)
    assert f(0.5, 3.0) == pytest.approx(2 * math.cos(1.5)) and f(0.1, 2.0) == pytest.approx(2 * math.cos(0.2))
    assert grad(f)(0.5, 3.0) == pytest.approx(-6 * math.sin(1.5))


def test_checkpoint_recomputes_and_agrees():
    calls = []

    def block(params, x):
        calls.append(1)
        return np.tanh(np.dot(x, params["w"]) + params["b"])

    saved = checkpoint(block)
    params = {"w": npr.randn(3, 3), "b": npr.randn(3)}
    x = npr.randn(2, 3)
    loss = lambda f: lambda p, x: np.sum(f(p, f(p, x)) ** 2)
    expected = grad(loss(block), (0, 1))(params, x)
    calls.clear()
    got = grad(loss(saved), (0, 1))(params, x)
    assert len(calls) == 4
    for a, b in zip(flatten(got)[0], flatten(expected)[0], strict=True):
        assert a == pytest.approx(b)
    check_grads(saved, 1, modes=["rev"])(params, x)
    onp.testing.assert_allclose(hessian(loss(saved), 1)(params, x), hessian(loss(block), 1)(params, x), atol=1e-10)
    onp.testing.assert_array_equal(saved(params, x), block(params, x))


def test_fixed_point_is_differentiated_implicitly():
    def newton(a):
        return lambda x: 0.5 * (x + a / x)

    def root(a):
        return fixed_point(newton, a, np.ones_like(onp.asarray(1.0)), lambda x, y: np.max(np.abs(x - y)), 1e-13)

    assert root(2.0) == pytest.approx(math.sqrt(2))
    assert grad(root)(2.0) == pytest.approx(0.5 / math.sqrt(2))
    assert grad(grad(root))(2.0) == pytest.approx(-0.25 / 2**1.5)


# ---- containers -----------------------------------------------------------------------------------------------------
def test_gradients_have_the_form_of_containers():
    Params = namedtuple("Params", "w rest")
    p = Params(onp.array([1.0, 2.0]), {"b": 3.0, "more": [onp.array([[4.0]]), (5.0,)]})
    g = grad(lambda p: np.sum(p.w**2) * p.rest["b"] + np.sum(p.rest["more"][0]) * p.rest["more"][1][0])(p)
    assert isinstance(g, Params) and g.rest["b"] == 5.0 and g.rest["more"][1] == (4.0,)
    onp.testing.assert_array_equal(g.w, [6.0, 12.0])
    onp.testing.assert_array_equal(g.rest["more"][0], [[5.0]])


def test_builtins_look_through_nodes():
    seen = []

    def f(x):
        seen.append((ag.isinstance(x, onp.ndarray), ag.isinstance(x, (ag.tuple, ag.list)), ag.type(x) is onp.ndarray))
        pair = ag.tuple((x, 2 * x))
        table = ag.dict(a=pair[0], b=ag.list([pair[1]]))
        assert ag.isinstance(pair, ag.tuple) and ag.isinstance(table, ag.dict)
        return np.sum(table["a"] * table["b"][0])

    onp.testing.assert_allclose(grad(f)(POINT), 4 * POINT)
    assert seen == [(True, False, True)]
    assert grad(lambda x: x * 2 if ag.isinstance(x, float) else x * 5)(1.0) == 2.0


def test_flatten_there_and_back():
    value = {"b": [onp.ones((2, 3)), 7.0], "a": (onp.arange(2.0), {}), "c": onp.array(5.0)}
    vector, unflatten = flatten(value)
    onp.testing.assert_array_equal(vector, [0, 1, 1, 1, 1, 1, 1, 1, 7, 5])  # in the order of the keys
    back = unflatten(vector * 2)
    assert list(back) == ["b", "a", "c"] and back["b"][1] == 14.0 and back["a"][1] == {} and back["b"][0].shape == (2, 3)
    # both ways inside a derivative
    g = grad(lambda v: np.sum(unflatten(v)["b"][0]) * unflatten(v)["c"])(vector)
    onp.testing.assert_array_equal(g, [0, 0, 5, 5, 5, 5, 5, 5, 0, 6])
    g = grad(lambda p: np.sum(flatten(p)[0] ** 2))(value)
    assert g["b"][1] == 14.0 and g["a"][1] == {}
    f, _, x = flatten_func(lambda p: {"y": p["a"][0] * 2}, value)
    onp.testing.assert_array_equal(f(x), [0, 2])
    assert flatten([])[0].shape == (0,)
    complex_vector, back = flatten([1.0, 2.0j])
    assert back(complex_vector) == [1.0, 2.0j] and not onp.iscomplexobj(back(complex_vector)[0])


@pytest.mark.parametrize(("optimizer", "settings"), [(sgd, {"step_size": 0.2}), (rmsprop, {"step_size": 0.05}), (adam, {"step_size": 0.1})])
def test_optimizers_find_the_minimum_and_call_back(optimizer, settings):
    seen = []
    objective = lambda p, i: np.sum((p["x"] - 3.0) ** 2) + (p["y"][0] + 1) ** 2
    start = {"x": onp.zeros(2), "y": [2.0]}
    best = optimizer(grad(objective), start, callback=lambda p, i, g: seen.append((i, objective(p, i), g["y"][0])), num_iters=250, **settings)
    onp.testing.assert_allclose(best["x"], [3.0, 3.0], atol=0.05)
    assert best["y"][0] == pytest.approx(-1, abs=0.05) and seen[0] == (0, 27.0, 6.0) and len(seen) == 250
    assert start["y"] == [2.0]


def test_optimizers_first_steps_by_hand():
    g = lambda x, i: onp.array([2.0])
    onp.testing.assert_allclose(sgd(g, onp.array([1.0]), None, 2, 0.1, 0.9), 1 - 0.1 * 0.2 - 0.1 * (0.9 * 0.2 + 0.2))
    onp.testing.assert_allclose(rmsprop(g, onp.array([1.0]), None, 1, 0.1, 0.9), 1 - 0.2 / (math.sqrt(1.3) + 1e-8))
    onp.testing.assert_allclose(adam(g, onp.array([1.0]), None, 2, 0.001), 1 - 0.002, rtol=1e-9)


def test_meta_gradient_through_sgd():
    train = lambda rate: sgd(grad(lambda x, i: np.sum(x**2)), onp.array([1.0]), num_iters=2, step_size=rate, mass=0.0)
    # two steps of x -= rate · 2x
    assert grad(lambda rate: np.sum(train(rate)))(0.1) == pytest.approx(-4 * (1 - 0.2))


# ---- models ---------------------------------------------------------------------------------------------------------
def test_logistic_regression():
    inputs = np.array([[0.52, 1.12, 0.77], [0.88, -1.08, 0.15], [0.52, 0.06, -1.30], [0.74, -2.49, 1.39]])
    targets = np.array([True, True, False, True])

    def loss(weights):
        p = 0.5 * (np.tanh(np.dot(inputs, weights) / 2) + 1)
        return -np.sum(np.log(p * targets + (1 - p) * (1 - targets)))

    weights = np.zeros(3)
    onp.testing.assert_allclose(grad(loss)(weights), inputs.T @ (0.5 - targets))
    check_grads(loss, modes=["rev"])(weights)
    before = loss(weights)
    for _ in range(100):
        weights -= 0.1 * grad(loss)(weights)
    p = 1 / (1 + onp.exp(-inputs @ weights))
    onp.testing.assert_allclose(grad(loss)(weights), inputs.T @ (p - targets))
    assert loss(weights) < before / 3


def test_a_neural_network_learns_a_sine_with_adam():
    def init(sizes, scale, rs):
        return [(rs.randn(m, n) * scale, rs.randn(n) * scale) for m, n in zip(sizes[:-1], sizes[1:], strict=True)]

    def predict(params, inputs):
        for W, b in params:
            outputs = np.dot(inputs, W) + b
            inputs = np.tanh(outputs)
        return outputs

    x = np.linspace(-2, 2, 20)[:, None]
    y = np.sin(2 * x)

    def objective(params, t):
        flat, _ = flatten(params)
        return np.mean((predict(params, x) - y) ** 2) + 1e-6 * np.dot(flat, flat)

    params = init([1, 12, 1], 0.5, npr.RandomState(0))
    check_grads(objective, 0, modes=["rev"], order=1)(params, 0)
    trained = adam(grad(objective), params, step_size=0.03, num_iters=250)
    assert objective(trained, 0) < 0.03 * objective(params, 0)
    assert type(trained[0]) is tuple and trained[0][0].shape == (1, 12)


def test_softmax_and_logsumexp_by_hand():
    def logsumexp(x, axis, keepdims=False):
        top = np.max(x, axis=axis, keepdims=True)
        out = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
        return out if keepdims else np.squeeze(out, axis)

    logits, labels = npr.randn(4, 3), onp.array([0, 2, 1, 2])
    loss = lambda z: -np.mean((z - logsumexp(z, 1, keepdims=True))[np.arange(4), labels])
    p = onp.exp(logits) / onp.exp(logits).sum(1, keepdims=True)
    onp.testing.assert_allclose(grad(loss)(logits), (p - onp.eye(3)[labels]) / 4)


def test_rnn_through_time():
    params = {"change": 0.5 * npr.randn(2 + 3 + 1, 3), "init": npr.randn(1, 3), "predict": npr.randn(4, 2)}
    sequence = npr.randn(5, 4, 2)

    def concat_and_multiply(weights, *args):
        cat_state = np.hstack((*args, np.ones((args[0].shape[0], 1))))
        return np.dot(cat_state, weights)

    def loss(params, inputs):
        hiddens = np.repeat(params["init"], inputs.shape[1], axis=0)
        total = 0.0
        for x in inputs:
            total = total + np.sum((concat_and_multiply(params["predict"], hiddens) - x) ** 2)
            hiddens = np.tanh(concat_and_multiply(params["change"], x, hiddens))
        return total / inputs.size

    check_grads(loss, 0, modes=["rev"], order=1)(params, sequence)
    g = flatten(grad(loss)(params, sequence))[0]
    trained = sgd(lambda p, i: grad(loss)(p, sequence), params, num_iters=20, step_size=0.05)
    assert loss(trained, sequence) < loss(params, sequence) and onp.isfinite(g).all()


def test_gaussian_process_likelihood():
    X, y = npr.randn(6, 2), npr.randn(6)

    def kernel(log_scales, x, z):
        diffs = np.expand_dims(x / np.exp(log_scales), 1) - np.expand_dims(z / np.exp(log_scales), 0)
        return np.exp(-0.5 * np.sum(diffs**2, axis=2))

    def log_likelihood(params):
        K = kernel(params[1:], X, X) + np.exp(params[0]) * np.eye(len(y))
        return -0.5 * np.dot(y, solve(K, y)) - 0.5 * np.linalg.slogdet(K)[1]

    def by_cholesky(params):
        K = kernel(params[1:], X, X) + np.exp(params[0]) * np.eye(len(y))
        L = np.linalg.cholesky(K)
        return -0.5 * np.sum(solve(L, y) ** 2) - np.sum(np.log(np.diag(L)))

    params = onp.array([-1.0, 0.2, -0.3])
    # d/dθ = ½ aᵀ K' a - ½ tr(K⁻¹ K'), with a = K⁻¹ y; for the noise K' = noise · I
    K = kernel(params[1:], X, X) + onp.exp(-1.0) * onp.eye(6)
    a, inverse = onp.linalg.solve(K, y), onp.linalg.inv(K)
    g = grad(log_likelihood)(params)
    assert g[0] == pytest.approx(onp.exp(-1.0) * (0.5 * a @ a - 0.5 * onp.trace(inverse)))
    onp.testing.assert_allclose(g, grad(by_cholesky)(params))
    check_grads(log_likelihood, modes=["rev"])(params)


def test_ode_by_euler():
    def solution(rate, start, steps=200, t=1.0):
        x = start
        for _ in range(steps):
            x = x + t / steps * np.array([x[1], -rate * x[0]])
        return x

    start, n = onp.array([1.0, 0.0]), 200
    step = lambda rate: onp.array([[1.0, 1 / n], [-rate / n, 1.0]])
    onp.testing.assert_allclose(jacobian(solution, 1)(2.0, start), onp.linalg.matrix_power(step(2.0), n))
    got, h = jacobian(solution)(2.0, start), 1e-5
    powers = [onp.linalg.matrix_power(step(2.0 + s), n) @ start for s in (h, -h)]
    onp.testing.assert_allclose(got, (powers[0] - powers[1]) / (2 * h), rtol=1e-7)


def test_fluid_with_roll():
    def project(vx, vy):
        p = np.zeros(vx.shape)
        div = -0.5 * (np.roll(vx, -1, axis=1) - np.roll(vx, 1, axis=1) + np.roll(vy, -1, axis=0) - np.roll(vy, 1, axis=0))
        for _ in range(5):
            p = (div + np.roll(p, 1, axis=1) + np.roll(p, -1, axis=1) + np.roll(p, 1, axis=0) + np.roll(p, -1, axis=0)) / 4.0
        return vx - 0.5 * (np.roll(p, -1, axis=1) - np.roll(p, 1, axis=1)), vy - 0.5 * (np.roll(p, -1, axis=0) - np.roll(p, 1, axis=0))

    def advect(f, vx, vy):
        rows, cols = f.shape
        ys, xs = np.meshgrid(np.arange(rows), np.arange(cols), indexing="ij")
        x, y = (xs - vx).ravel(), (ys - vy).ravel()
        left, top = np.floor(x).astype(int), np.floor(y).astype(int)
        right, down = x - left, y - top
        left, nextx, top, nexty = left % cols, (left + 1) % cols, top % rows, (top + 1) % rows
        flat = (1 - right) * ((1 - down) * f[top, left] + down * f[nexty, left])
        flat = flat + right * ((1 - down) * f[top, nextx] + down * f[nexty, nextx])
        return np.reshape(flat, (rows, cols))

    smoke, target = npr.rand(5, 6), npr.rand(5, 6)

    def loss(v):
        vx, vy = np.reshape(v, (2, 5, 6))
        now = smoke
        for _ in range(3):
            vx, vy = advect(vx, vx, vy), advect(vy, vx, vy)
            vx, vy = project(vx, vy)
            now = advect(now, vx, vy)
        return np.mean((now - target) ** 2)

    check_grads(loss, modes=["rev"], order=1)(0.3 * npr.randn(60))


def test_complex_fourier_losses():
    x, target = npr.randn(8), npr.randn(8)
    spectrum = lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2)
    onp.testing.assert_allclose(grad(spectrum)(x), 16 * x)  # Parseval
    filtered = lambda w: np.sum((np.real(np.fft.ifft(np.fft.fft(x) * w)) - target) ** 2)
    check_grads(filtered, modes=["rev"])(npr.randn(8) + 1j * npr.randn(8))
    z = 1.0 + 2.0j
    assert grad(lambda z: np.real(z * np.conj(z)))(z) == pytest.approx(2 * onp.conj(z))
    check_grads(lambda x: np.abs(np.fft.rfft2(np.reshape(x, (2, 4)))))(x)


def test_mixture_model_in_unconstrained_coordinates():
    data = npr.randn(12, 2)

    def unpack(p):
        logits = np.concatenate([p["mix"], np.zeros(1)])
        L = np.tril(p["chol"], -1) + np.array([np.diag(np.exp(np.diag(c))) for c in p["chol"]])
        return logits - np.log(np.sum(np.exp(logits))), p["mean"], L

    def loglike(p):
        total = []
        for w, mean, L in zip(*unpack(p), strict=True):
            z = np.linalg.solve(L, (data - mean).T)
            total.append(w - 0.5 * np.sum(z**2, axis=0) - np.sum(np.log(np.diag(L))))
        return np.sum(np.logaddexp(*total))

    check_grads(loglike, modes=["rev"])({"mix": npr.randn(1), "mean": npr.randn(2, 2), "chol": npr.randn(2, 2, 2)})


# ---- autograd.numpy -------------------------------------------------------------------------------------------------
def test_arrays_of_nodes():
    f = lambda x: np.sum(np.array([[x, x**2], [1.0, np.sin(x)]]) * np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert grad(f)(0.5) == pytest.approx(1 + 2 + 4 * math.cos(0.5))
    rotation = lambda t: np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    onp.testing.assert_allclose(jacobian(rotation)(0.3), [[-math.sin(0.3), -math.cos(0.3)], [math.cos(0.3), -math.sin(0.3)]])
    onp.testing.assert_allclose(egrad(lambda x: np.array([x[::-1], x]))(POINT), [2.0] * 3)
    rows = lambda x: np.array([row * i for i, row in enumerate(x)])
    onp.testing.assert_allclose(egrad(rows)(onp.ones((3, 2))), [[0, 0], [1, 1], [2, 2]])
    assert grad(lambda x: np.array(x, ndmin=2).shape[1] * x)(1.0) == 1.0
    assert egrad(lambda x: np.array([x, x], dtype=np.float32))(1.0) == 2.0


def test_reductions_of_lists_of_nodes():
    for f, slope in [(np.sum, 3.0), (np.mean, 1.5), (np.max, 2.0), (np.prod, 2 * 4.0 * 1.5), (norm, (1.5 + 6.0) / math.hypot(1.5, 3.0))]:
        assert grad(lambda x, f=f: f([x, 2 * x]) if f is not np.prod else f([2 * x, 2 * x]))(1.5) == pytest.approx(slope)
    assert grad(lambda x: np.var((x, x + 2)))(0.0) == 0.0
    assert grad(lambda x: np.dot([x, x**2], [3.0, 4.0]))(2.0) == 19.0
    onp.testing.assert_array_equal(egrad(lambda x: np.append(x, [x[0], 1.0]))(POINT), [2, 1, 1])


def test_joining_with_indices():
    w = onp.arange(1.0, 10.0)
    onp.testing.assert_array_equal(grad(lambda x: np.dot(np.r_[x, 1:4, x[0], x[1:]], w))(POINT), [8, 10, 12])
    onp.testing.assert_array_equal(egrad(lambda x: np.c_[x, x**2, onp.ones((3, 2))])(POINT), 1 + 2 * POINT)
    onp.testing.assert_array_equal(np.r_[1:3, 5], [1, 2, 5])
    onp.testing.assert_array_equal(np.c_[[1, 2], [3, 4]], [[1, 3], [2, 4]])


def test_the_namespace():
    space = {}
    exec("from autograd.numpy import *", space)
    assert space["sin"] is onp.sin and space["pi"] == math.pi and space["array"] is np.array and space["sum"] is np.sum
    assert np.linalg.norm is norm and np.linalg.solve is solve
    assert np.linalg.LinAlgError is onp.linalg.LinAlgError and np.random is onp.random and np.fft is onp.fft
    assert np.float64 is onp.float64 and np.newaxis is None
    onp.testing.assert_array_equal(grad(lambda d: np.sum(np.make_diagonal(d, axis1=-1, axis2=-2) * onp.ones((3, 3))))(POINT), [1, 1, 1])
    onp.testing.assert_array_equal(egrad(lambda x: np.where(condition=x > 0, y=x, x=x**2))(POINT), [1, 1, 4])
    assert grad(lambda x: np.sum(np.full((2, 3), x)))(1.0) == 6.0
    assert grad(lambda x: x * 2 if np.isscalar(x) else x * 3)(1.0) == 2.0 and not np.isscalar(POINT)


def test_nothing_is_detached_in_silence():
    filled = onp.zeros(3)
    for wrong in (lambda x: float(x), lambda x: onp.array([x, x]), lambda x: math.exp(x), lambda x: onp.zeros(1) + onp.asarray(x)):
        with pytest.raises(ConversionError):
            grad(wrong)(1.0)
    with pytest.raises(ValueError):  # NumPy's own, caused by ours
        grad(lambda x: filled.__setitem__(0, x))(1.0)
    with pytest.raises(RuntimeError, match=r"\.at\["):
        grad(lambda x: x.__setitem__(0, 1.0))(POINT)
    assert not filled.any()
    with pytest.raises(TypeError):
        grad(lambda x: x)(3)


# ---- primitives and checks ------------------------------------------------------------------------------------------
@primitive
def logsumexp(x):
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


def logsumexp_vjp(ans, x):
    x_shape = x.shape
    return lambda g: np.full(x_shape, g) * np.exp(x - np.full(x_shape, ans))


defvjp(logsumexp, logsumexp_vjp)


def test_a_primitive_of_ones_own():
    f = lambda y: np.sum(logsumexp(y**2))
    y = npr.randn(5)
    onp.testing.assert_allclose(grad(f)(y), 2 * y * onp.exp(y**2) / onp.exp(y**2).sum())
    check_grads(f, modes=["rev"])(y)
    check_grads(f, modes=["fwd", "rev"])(y)


def test_primitives_with_several_arguments_and_none():
    @primitive
    def scaled(k, x, y):
        return k * x * y**2

    defvjp(scaled, None, lambda ans, k, x, y: lambda g: g * k * y**2, lambda ans, k, x, y: lambda g: g * k * x * 2 * y)
    assert grad(scaled, (1, 2))(3, 5.0, 7.0) == (147.0, 210.0)

    @primitive
    def other(x, y):
        return x - y

    defvjp(other, lambda ans, x, y: lambda g: -g, argnums=(1,))
    assert grad(other, 1)(1.0, 2.0) == -1.0
    with pytest.raises(NotImplementedError):
        grad(other)(1.0, 2.0)


def test_checks_pass_and_fail():
    check_vjp(lambda p: p["a"] ** 2 * p["b"], {"a": POINT, "b": 2.0})
    check_jvp(lambda p: (p[0] * p[1], p[0]), (POINT, 2.0))
    check_grads(lambda x, y: x * np.exp(y), argnum=[0, 1], modes=["fwd"], order=3)(0.5, POINT)
    combo_check(np.sum, (0,), modes=["rev"])([POINT, onp.ones((2, 2))], axis=[None, 0], keepdims=[True, False])

    @primitive
    def cube(x):
        return x**3

    defvjp(cube, lambda ans, x: lambda g: g * 3.01 * x**2)
    with pytest.raises(GradcheckError, match=r"\(VJP\) check of cube failed"):
        check_grads(cube, modes=["rev"])(2.0)
    with pytest.raises(AssertionError, match=r"\(JVP\) check of cube failed"):
        check_grads(cube, modes=["fwd"])(2.0)
    with pytest.raises(ValueError, match="modes"):
        check_grads(cube, modes=["forward"])(2.0)


def test_its_names_can_be_imported_but_are_not_offered():
    import autograd
    from autograd.compat import operators

    for name in [*operators.__all__, "tuple", "isinstance"]:
        assert getattr(autograd, name) is not None
        assert name not in autograd.__all__ and name not in dir(autograd)
    with pytest.raises(AttributeError, match="module 'autograd' has no attribute 'nosuch'"):
        autograd.nosuch


# ---- its test tools -------------------------------------------------------------------------------------------------
def test_results_are_compared_with_their_containers_and_shapes():
    check_equivalent({"a": [1.0, onp.ones(2)]}, {"a": [1.0 + 1e-8, onp.ones(2)]})
    assert scalar_close(1.0, 1.0 + 1e-7) and not scalar_close(1.0, 1.01)
    for other in ((1.0,), [2.0], [onp.ones(1)]):
        with pytest.raises(AssertionError):
            check_equivalent([1.0], other)


def test_an_operator_of_their_own_takes_any_argument():
    twice = unary_to_nary(lambda f, x: 2 * f(x))
    assert twice(lambda a, b: a - b, 1)(5.0, 3.0) == 4.0


def test_large_outputs_do_not_hide_how_small_ones_change():
    check_vjp(np.exp, onp.array([20.0, 0.5]))
    check_vjp(lambda x: np.stack([1e9 * x[0] ** 3, x[1] ** 3]), onp.array([2.0, 0.2]))


def test_scipy_under_its_names():
    pytest.importorskip("scipy.special", reason="needs SciPy: pip install 'norgrad[scipy]'")
    import autograd.scipy.stats.norm as norm
    from autograd.scipy import linalg, special, stats

    data = onp.array([0.5, -1.0, 2.0])
    fit = lambda mean, log_scale: np.sum(norm.logpdf(data, mean, np.exp(log_scale)))
    assert stats.norm is norm and special.logsumexp(data) > 2.0
    check_grads(fit, (0, 1))(0.3, 0.2)
    check_grads(lambda a: np.trace(linalg.expm(a)))(onp.array([[0.1, 0.2], [0.3, 0.4]]))
