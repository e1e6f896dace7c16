"""What holds in a `with` block, and for whom: threads, generators, tasks, forks."""

import asyncio
import contextlib
import multiprocessing
import threading

import numpy as np
import pytest

from autograd import Tensor, Value, detect_anomaly, grad, gradients, hessian, jvp, no_grad
from autograd.errors import AnomalyError


def recorded():
    return (Tensor([1.0]) * 2).requires_grad and (Value(1.0) + 1).requires_grad and np.exp(Tensor([1.0])).requires_grad


def suspended():
    with no_grad():
        yield recorded()
        yield recorded()
    yield recorded()


def test_a_generator_suspended_in_the_block_leaves_its_caller_recording():
    steps = suspended()
    assert [recorded(), next(steps), recorded(), next(steps), recorded(), next(steps), recorded()] == [
        True, False, True, False, True, True, True]


def test_a_generator_that_is_dropped_in_the_block_leaves_nothing_behind():
    from autograd.context import now
    steps = suspended()
    next(steps)
    del steps
    assert now().plain and not now().blocks


def test_blocks_of_generators_may_end_in_any_order():
    a, b = suspended(), suspended()
    next(a)
    with no_grad():
        next(b)
        assert not recorded()
    assert recorded()
    assert next(a) is False and next(a) is True and recorded()
    assert next(b) is False and next(b) is True and recorded()


def test_a_block_around_a_generator_holds_inside_of_it():
    def plain():
        while True:
            yield recorded()
    steps = plain()
    assert next(steps)
    with no_grad():
        assert not next(steps)
    assert next(steps)


def test_an_exit_stack_in_a_generator_counts_as_the_generator():
    def stacked():
        with contextlib.ExitStack() as stack:
            stack.enter_context(no_grad())
            yield recorded()
    steps = stacked()
    assert not next(steps) and recorded()


def test_anomalies_are_looked_for_by_the_generator_alone():
    def watching():
        with detect_anomaly():
            yield
            Tensor([0.0]) / np.array([0.0])
    steps = watching()
    next(steps)
    with np.errstate(invalid="ignore"):
        assert np.isnan((Tensor([0.0]) / np.array([0.0])).data).all()
        with pytest.raises(AnomalyError):
            next(steps)


def test_decorated_functions_generators_and_coroutines_record_nothing():
    @no_grad()
    def function():
        """Its text."""
        return recorded()

    @no_grad()
    def generator():
        got = yield recorded()
        yield got, recorded()
        return "end"

    @no_grad()
    async def coroutine():
        before = recorded()
        await asyncio.sleep(0)
        return before or recorded()

    @no_grad()
    async def stream():
        yield recorded()
        await asyncio.sleep(0)
        yield recorded()

    async def collect():
        return [x async for x in stream()]

    assert not function() and function.__doc__ == "Its text."
    steps = generator()
    assert next(steps) is False and recorded() and steps.send(7) == (7, False)
    assert not asyncio.run(coroutine())
    assert asyncio.run(collect()) == [False, False] and recorded()


def test_a_task_that_waits_in_the_block_leaves_other_tasks_recording():
    async def inside():
        with no_grad():
            await asyncio.sleep(0.01)
            return recorded()

    async def outside():
        await asyncio.sleep(0)
        return recorded()

    async def both():
        return await asyncio.gather(inside(), outside(), inside(), outside())

    assert asyncio.run(both()) == [False, True, False, True]


def test_what_is_awaited_in_the_block_is_inside():
    async def callee():
        await asyncio.sleep(0)
        return recorded()

    async def caller():
        with no_grad():
            return await callee()

    assert asyncio.run(caller()) is False


def test_a_task_made_in_the_block_is_inside():
    async def child():
        await asyncio.sleep(0)
        return recorded()

    async def parent():
        with no_grad():
            found = await asyncio.gather(child(), asyncio.create_task(child()), asyncio.to_thread(recorded))
        return [*found, await child()]

    assert asyncio.run(parent()) == [False, False, False, True]


def test_threads_record_by_themselves():
    found = []
    with no_grad():
        thread = threading.Thread(target=lambda: found.append(recorded()))
        thread.start()
        thread.join()
    assert found == [True]


def _tell(queue):
    queue.put(recorded())


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_inherits_the_block():
    fork = multiprocessing.get_context("fork")
    queue = fork.SimpleQueue()
    with no_grad():
        process = fork.Process(target=_tell, args=(queue,))
        process.start()
        assert queue.get() is False
        process.join()


def test_one_block_may_be_used_again_and_inside_of_itself():
    block = no_grad()
    with block:
        with block:
            assert not recorded()
        assert not recorded()
    assert recorded()
    with block:
        assert not recorded()


# ---- derivatives and blocks: what torch.func gives -------------------------------------------------------------------
def cube(x):
    return x**3


@pytest.mark.parametrize("derivative, right", [
    (lambda x: grad(cube)(x), 12.0),
    (lambda x: hessian(cube)(x), 12.0),
    (lambda x: jvp(cube, (x,), (1.0,))[1], 12.0),
])
def test_a_derivative_inside_no_grad_is_a_constant_of_what_is_around(derivative, right):
    def f(x):
        with no_grad():
            slope = derivative(x)
        return slope * x

    assert grad(f)(2.0) == right
    with no_grad():
        assert derivative(2.0) == right


def test_no_grad_inside_is_kept_at_every_level():
    def inner(y):
        with no_grad():
            shift = y**2
        return y**3 - shift

    assert grad(grad(inner))(2.0) == 12.0


def test_a_derivative_inside_no_grad_loses_the_variables_that_its_function_closes_over():
    w = Tensor(2.0)
    with no_grad():
        slope = grad(lambda y: y * y * w)(3.0)
    assert slope == 12.0 and isinstance(slope, float)
    slope = grad(lambda y: y * y * w)(3.0)
    assert gradients(slope, w) == 6.0
