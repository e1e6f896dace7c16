"""Random programs agree with JAX in value, gradient and Hessian-vector product."""

import numpy as np
import pytest
from cases.programs import STEPS, check_close, program

from autograd import grad, hvp, value_and_grad

jax = pytest.importorskip("jax", reason="JAX is not installed")
jax.config.update("jax_enable_x64", True)
jnp = jax.numpy


def compare(seed, *names):
    chosen, run, x, y, v = program(seed, *names)
    ours = lambda x, y: run(np, x, y)
    peers = lambda x, y: run(jnp, x, y)
    value, (gx, gy) = value_and_grad(ours, (0, 1))(x, y)
    peer_value, (px, py) = jax.value_and_grad(peers, (0, 1))(x, y)
    second = hvp(lambda x: ours(x, y))(x, v)
    peer_second = jax.jvp(jax.grad(lambda x: peers(x, y)), (x,), (v,))[1]
    for got, expected in ((value, peer_value), (gx, px), (gy, py), (second, peer_second)):
        check_close(got, expected, chosen)


@pytest.mark.parametrize("name", STEPS)
def test_every_step(name):
    compare(1, (name,))


@pytest.mark.parametrize("seed", range(100))
def test_random_programs(seed):
    compare(seed)


def test_complex_gradients_follow_jaxs_convention():
    z = np.array([1 + 2j, -0.5 + 0.3j])
    f = lambda m: lambda z: m.sum(m.abs(m.exp(z) * m.conj(z)) ** 2 + m.real(z**3) - m.angle(z))
    np.testing.assert_allclose(grad(f(np))(z), jax.grad(f(jnp))(z), rtol=1e-12)
