"""Run the study on any `concurrent.futures.Executor`: stopped and resumed, with nothing lost and nothing done twice."""

import contextlib
import hashlib
import json
import math
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice, pairwise
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

from autograd.tools import extra
from demos.study.configurations import Configuration
from demos.study.training import VERSION, Tally, tally, train

CHUNK, CHUNK_OF_LARGE = 1000, 50  # starts in a unit of work: many enough to be fast, few enough for a cache
AHEAD = 64  # units given out at a time: few enough that Ctrl-C need not cancel thousands
# For the environment of Dask's workers, which otherwise hand memory back to the system at every step, and fetch it anew
# page by page: that takes nearly twice the time.
MEMORY = {"MALLOC_TRIM_THRESHOLD_": "1073741824", "MALLOC_MMAP_THRESHOLD_": "1073741824"}
RETRIES = 3  # of a unit whose worker died


class Unit(NamedTuple):
    """Work for one worker: some starts of a configuration. What comes out depends on nothing else."""

    configuration: Configuration
    first: int
    end: int
    seed: int

    @property
    def name(self) -> str:
        """What it is called in the journal."""
        text = json.dumps([VERSION, self.configuration.settings, self.first, self.end, self.seed], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    @property
    def cost(self) -> int:
        """About how long it takes, if none of its starts learns: what a step costs by itself, and for each weight."""
        weights = sum(a * b for a, b in pairwise([2, *self.configuration.hidden, 1]))
        return self.configuration.steps * (40_000 + weights * (self.end - self.first))

    def run(self) -> Tally:
        """How its starts ended: see `tally`."""
        return tally(train(self.configuration, range(self.first, self.end), self.seed))


def units_of(configurations: Iterable[Configuration], starts: int, seed: int) -> list[Unit]:
    """All the work. The costly units come first: no worker is left with one at the end. Units that cost about the same
    are in random order: what is done says how long the rest will take.
    """
    chunks = {c: CHUNK if math.prod(c.hidden) < 1000 else CHUNK_OF_LARGE for c in configurations}
    units = [Unit(c, first, min(first + chunk, starts), seed)
             for c, chunk in chunks.items() for first in range(0, starts, chunk)]
    return sorted(units, key=lambda unit: (-round(math.log2(unit.cost)), unit.name))


def run_unit(unit: Unit) -> Tally:
    """`unit.run()`, as a function that can be sent to another process; one thread is enough for small matrices."""
    with extra("threadpoolctl", "the study needs", "study").threadpool_limits(1):
        return unit.run()


class Journal:
    """What is done, one line of JSON a unit. A line that a kill cut short is thrown away when the file is opened.

    A file of something else is not touched: OSError.
    """

    def __init__(self, path: Path):
        self.path = path
        self.done: dict[str, Tally] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("a+b")
        self.file.seek(0)
        whole = 0
        for line in self.file.read().split(b"\n")[:-1]:  # what follows the last newline was cut short
            try:
                entry = json.loads(line)
                self.done[entry["unit"]] = entry["ended"]
            except (ValueError, TypeError, KeyError):
                self.file.close()
                raise OSError(f"{path} is no journal of the study: move it away, or choose another --out") from None
            whole += len(line) + 1
        self.file.truncate(whole)

    def write(self, unit: Unit, ended: Tally) -> None:
        """Put a unit's result safely on the disk."""
        self.done[unit.name] = ended
        self.file.write(json.dumps({"unit": unit.name, "ended": ended}).encode() + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def close(self) -> None:
        self.file.close()


def run(units: list[Unit], journal: Journal, executor: Executor | Callable[[], Executor],
        progress: bool | None = None, ahead: int = AHEAD) -> None:
    """Do all units that the journal has not got, on an executor; the journal then has them all.

    executor  any `concurrent.futures.Executor`, which is left running; or a function that makes one, which is called
              again if the pool breaks because a worker died
    ahead     how many units are given out at a time: at least two for each worker

    Ctrl-C stops: what is done stays in the journal, and the next run goes on from there.
    """
    waiting = [unit for unit in units if unit.name not in journal.done]
    make = None if isinstance(executor, Executor) else executor
    with _bar(units, waiting, progress) as tick:
        broken = 0
        while waiting:
            others = multiprocessing.active_children()
            pool: Any = make() if make is not None else executor
            running: dict[Future[Any], Unit] = {}
            try:
                _drain(waiting, pool, running, journal, tick, ahead)
            except BrokenProcessPool:  # a worker died: what it was doing is done again, in a new pool
                broken += 1
                if make is None or broken > RETRIES:
                    raise
            except BaseException:  # Ctrl-C: what is being done is given up
                if make is not None:
                    for child in {*multiprocessing.active_children()}.difference(others):
                        child.kill()
                for future in running if make is None else ():
                    future.cancel()
                raise
            finally:
                if make is not None:
                    pool.shutdown(wait=False)
            waiting = [unit for unit in waiting if unit.name not in journal.done]


def _drain(units: list[Unit], pool: Executor, running: dict[Future[Any], Unit], journal: Journal,
           tick: Callable[[Unit], None], ahead: int) -> None:
    """Keep the pool busy until all units are done, or one fails; `running` has those that were given out."""
    rest = iter(units)
    over: SimpleQueue[Future[Any]] = SimpleQueue()

    def more(room: int) -> None:
        for unit in islice(rest, room):
            with _undisturbed():
                future = pool.submit(run_unit, unit)
            running[future] = unit
            future.add_done_callback(over.put)

    more(ahead)
    while running:
        future = over.get()
        unit = running.pop(future)
        journal.write(unit, future.result())
        tick(unit)
        more(1)


def processes(workers: int) -> Callable[[], Executor]:
    """Pools of so many processes on this machine."""
    return lambda: ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_serve)


def _serve() -> None:
    """A worker leaves Ctrl-C to the process that gives it work, and ends with it, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def end() -> None:
        multiprocessing.parent_process().join()  # type: ignore[union-attr]
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Processes that are started in here leave Ctrl-C alone from their first moment: before they can say so."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _bar(units: list[Unit], waiting: list[Unit], progress: bool | None) -> Iterator[Callable[[Unit], None]]:
    """A bar that estimates by what the units cost, and shows how many are left."""
    if progress is False:
        yield lambda unit: None
        return
    whole, rest = (sum(unit.cost for unit in found) for found in (units, waiting))
    left = len(waiting)
    tqdm = extra("tqdm.auto", "the study needs", "study").tqdm
    with tqdm(total=whole, initial=whole - rest, smoothing=0.05,
              bar_format="{l_bar}{bar}| {elapsed}<{remaining}{postfix}") as bar:
        def tick(unit: Unit) -> None:
            nonlocal left
            left -= 1
            bar.set_postfix_str(f"{left} units to do", refresh=False)
            bar.update(unit.cost)

        yield tick
