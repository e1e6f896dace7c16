"""What a study of a billion networks would take: measured here, and written to demos/BILLION.md.

    python -m demos.study.scale
"""

import json
import os
import platform
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from autograd.tools import extra, write_atomically
from demos.command import Arguments, ending_well
from demos.output import saved
from demos.study.configurations import Configuration, all_configurations
from demos.study.results import rows_of
from demos.study.running import AHEAD, CHUNK, MEMORY, Journal, Unit, processes, run, units_of

PAGE = Path(__file__).parents[1] / "BILLION.md"
BILLION, WORKERS, TASKS = 10**9, (1, 2, 4), 2000


def sample() -> list[Unit]:
    """A twentieth of the study's configurations, evenly spread, with all of their starts."""
    return units_of(sorted(all_configurations(), key=lambda c: c.key)[::20], CHUNK, seed=0)


def pool(workers: int) -> Executor:
    """Processes of this machine."""
    return processes(workers)()


@contextmanager
def cluster(workers: int) -> Iterator[Executor]:
    """A Dask cluster of processes on this machine."""
    distributed = extra("distributed", "the study needs", "study")
    os.environ.update(MEMORY)  # which they inherit
    options = {"n_workers": workers, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options) as found, distributed.Client(found) as client:
        yield client.get_executor(pure=False)


def seconds_for(units: list[Unit], executor: Executor, folder: Path) -> tuple[float, Journal]:
    """How long they take, on workers that have imported everything."""
    idle = [Unit(Configuration(steps=0), i, i + 1, 0) for i in range(16)]
    run(idle, Journal(folder / "idle"), executor, progress=False)
    journal = Journal(folder / "journal")
    begin = time.perf_counter()
    run(units, journal, executor, progress=len(units) < TASKS)
    return time.perf_counter() - begin, journal


def measure() -> dict[str, Any]:
    """Everything that the page says in numbers."""
    units = sample()
    starts = sum(unit.end - unit.first for unit in units)
    found: dict[str, Any] = {"units": len(units), "starts": starts}
    for kind in (pool, cluster):
        for workers in WORKERS:
            with tempfile.TemporaryDirectory() as folder, kind(workers) as executor:
                seconds, journal = seconds_for(units, executor, Path(folder))
                found[kind.__name__, workers] = starts / seconds
                journal.close()
    small = [Unit(Configuration(steps=0), i, i + 1, 1) for i in range(TASKS)]
    with tempfile.TemporaryDirectory() as folder, cluster(1) as executor:
        found["task"] = seconds_for(small, executor, Path(folder))[0] / TASKS
    with tempfile.TemporaryDirectory() as folder:
        found |= _journal(units, journal, Path(folder))
    return found


def _journal(units: list[Unit], filled: Journal, folder: Path) -> dict[str, float]:
    """What a unit costs the one process that gives out the work: time and room on disk, room in memory."""
    again = Journal(folder / "journal")
    begin = time.perf_counter()
    for unit in units:
        again.write(unit, filled.done[unit.name])
    written = (time.perf_counter() - begin) / len(units)
    again.close()
    tracemalloc.start()
    kept = Journal(folder / "journal")
    memory = tracemalloc.get_traced_memory()[0] / len(units)
    tracemalloc.stop()
    kept.close()
    begin = time.perf_counter()
    rows_of(units, kept)
    return {"write": written, "memory": memory, "disk": (folder / "journal").stat().st_size / len(units),
            "merge": (time.perf_counter() - begin) / len(units)}


def page(m: dict[str, Any]) -> str:
    """The page, in Markdown."""
    rows = "\n".join(f"| {n} | {m['pool', n]:,.0f} | {m['cluster', n]:,.0f} |" for n in WORKERS)
    core = m["pool", 1]  # networks a second
    mean = m["starts"] / m["units"]  # networks in a unit
    units, core_hours = BILLION / mean, BILLION / core / 3600
    task = m["task"]
    most = 1 / task  # units a second that one process can give out and take in
    cores = most * mean / core  # that it can keep busy
    lines = [f"| {n:,} | {-(-n // 16):,} | {core_hours / n:,.2f} h | {max(mean, n * core / most):,.0f} |"
             for n in (2, 100, 1000, 10_000)]
    per_configuration = BILLION / len(all_configurations())
    half = 100 * 1.96 * (0.25 / per_configuration) ** 0.5
    return f"""# A study of a billion networks

Written by `python -m demos.study.scale`, which measures what follows: {os.cpu_count()} cores ({platform.machine()}), Python
{platform.python_version()}, NumPy {np.__version__}. The times are those of one run on one machine that others may share: take
them for their size.

## Measured

Networks trained to their end in a second, of every twentieth configuration of the default study ({m['starts']:,} networks in
{m['units']} units of work), with their results on disk:

| workers | processes | Dask, worker processes |
|---|---|---|
{rows}

More workers than cores add nothing. Dask's workers were started with
`{' '.join(f'{name}={value}' for name, value in MEMORY.items())}`: without it they hand memory back
to the system at every step, and take nearly twice the time.

A unit of work costs the one process that gives it out {1000 * task:.1f} ms in all, over Dask, of which its line in the journal, safe
on disk, is {1000 * m['write']:.1f} ms. The line is {m['disk']:,.0f} bytes, and
{m['memory']:,.0f} bytes in memory; adding it to the results takes {1000 * m['merge']:.2f} ms.

## Reckoned from that

One core trains {core:,.0f} networks a second, so a billion take {core_hours:,.0f} core hours, in {units:,.0f} units of
{mean:,.0f} networks:

| cores | machines of 16 | time | networks in a unit, at the least |
|---|---|---|---|
{chr(10).join(lines)}

For that, each configuration would get {per_configuration:,.0f} starts in place of 1,000, and a rate of 50 % an interval of
± {half:.2f} points in place of ± 3.1.

## Where it would break first

1. **The process that gives out the work.** At {1000 * task:.1f} ms a unit it gives out and takes in {most:,.0f} a second: that
   keeps some {cores:,.0f} cores busy. From there on more machines add nothing, unless the units are larger (`CHUNK` in
   `running.py`): the last column above says how large.
2. **Its memory.** It holds the counts of every unit until the end: {units * m['memory'] / 2**30:,.1f} GiB for a billion
   networks. Larger units help here, too; so would adding up as they arrive.
3. **The journal.** {units * m['disk'] / 2**30:,.1f} GiB in one file, which is read when a run goes on. Slow, and no danger.
4. **Not the workers.** A unit depends on nothing but its own seed: one that dies costs the units it had, and no result
   changes. `run` has {AHEAD} units given out at a time, on Dask at least two for each worker.
"""


@ending_well("python -m demos.study.scale")
def main() -> None:
    Arguments(prog="python -m demos.study.scale", description=__doc__.splitlines()[0]).parse_args()
    found = measure()
    write_atomically(PAGE, page(found).encode())
    json.dump({str(key): value for key, value in found.items()}, sys.stdout, indent=2)
    saved(PAGE)


if __name__ == "__main__":
    main()
