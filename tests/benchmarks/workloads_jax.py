"""JAX: every step is one compiled function. A loop is `lax.scan`: unrolled, it would take minutes to compile."""

import functools
import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import problems

jax.config.update("jax_enable_x64", True)


def forward(params, x):
    for w, b in params[:-1]:
        x = jax.nn.relu(x @ w.T + b)
    w, b = params[-1]
    return x @ w.T + b


def squared(params, x, target):
    return jnp.mean((forward(params, x) - target) ** 2)


def cross_entropy(params, x, classes):
    scores = jax.nn.log_softmax(forward(params, x))
    return -jnp.mean(scores[jnp.arange(len(classes)), classes])


@functools.partial(jax.jit, static_argnums=0)
def update(loss_of, rate, params, x, target):
    loss, grads = jax.value_and_grad(loss_of)(params, x, target)
    return loss, jax.tree.map(lambda p, g: p - rate * g, params, grads)


def trained(loss_of, rate, x, target, numbers):
    x, target = jnp.asarray(x), jnp.asarray(target)
    params = [(jnp.asarray(w), jnp.asarray(b)) for w, b in zip(numbers[::2], numbers[1::2])]  # noqa: B905
    rate = params[0][0].dtype.type(rate)

    def step():
        nonlocal params
        loss, params = update(loss_of, rate, params, x, target)
        return loss

    return step


def scanned(first, following, length):
    def loop(x):
        return jax.lax.scan(lambda y, _: (following(y, x), None), first(x), length=length)[0]

    compiled = jax.jit(jax.value_and_grad(loop))
    return lambda: lambda: sum(compiled(0.5))


VERSION = jax.__version__
WORKLOADS = {
    "xor": lambda: trained(squared, problems.XOR_RATE, *problems.xor()),
    "mnist": lambda: trained(cross_entropy, problems.MNIST_RATE, *problems.mnist()),
    "chain": scanned(lambda x: x, lambda y, x: y * problems.FACTOR + problems.TERM, problems.LENGTH),
    "fan": scanned(lambda x: x * problems.FACTOR, lambda y, x: y + x * problems.FACTOR, problems.LENGTH - 1),
}
