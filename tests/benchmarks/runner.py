"""Races norgrad against its peers, each in its own process, and prints how many times their time it takes.

    python -m tests.benchmarks                        # every workload, every peer whose environment is there
    python -m tests.benchmarks xor --peers numpy
    python -m tests.benchmarks --install torch jax    # make .venv-bench/torch and .venv-bench/jax

Every round runs each contestant once, in shuffled order, so that what disturbs the machine disturbs all alike; a
ratio is taken within a round. Before anything is timed, all must have computed the same numbers.
"""

import argparse
import json
import math
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .environments import DEFAULT, HERE, NAMES, PACKAGES, environ_of, install, python_of

# workload: (what norgrad runs in it, steps before the losses are compared, how far they may differ)
WORKLOADS = {
    "xor": (["xor", "xor-tensor"], 20, 1e-6),
    "mlp-scalar": (["mlp-scalar"], 5, 1e-6),
    "mnist": (["mnist"], 5, 1e-3),
    "mlp-epoch": (["mlp-epoch"], 1, 0.1),  # 938 steps in float32: they go apart a little
    "lenet-epoch": (["lenet-epoch"], 1, 0.1),
    "lstm": (["lstm"], 5, 1e-3),
    "batch-norm": (["batch-norm"], 5, 1e-3),
    "chain": (["chain", "chain-value"], 1, 1e-6),
    "fan": (["fan", "fan-value"], 1, 1e-6),
    "import": (["import"], 0, 0),
}
IMPORTS = {
    "norgrad": "autograd, nn", "numpy": "numpy", "torch": "torch", "jax": "jax, jax.numpy",
    "autograd": "autograd, autograd.numpy", "mygrad": "mygrad", "micrograd": "micrograd.engine, micrograd.nn",
}
SECONDS = 0.1
IMPORT_SECONDS = 0.4
PAUSE = 0.1  # until the threads of the contestant before have stopped waiting for more: OpenBLAS's do so busily

Times = dict[str, list[float]]  # who: the time of one step, in each round


class Worker:
    """The process of one contestant."""

    def __init__(self, contestant: str, envs: Path):
        self.contestant, self.python, self.environ = contestant, python_of(contestant, envs), environ_of(contestant)
        self.process = subprocess.Popen(
            [self.python, HERE / "worker.py", contestant], env=self.environ, cwd=tempfile.gettempdir(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        hello = self.reply()
        self.workloads, self.version = [*hello["workloads"], "import"], hello["version"]

    def reply(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.contestant}: its process ended (see above); {self.python}")
        return json.loads(line)

    def ask(self, **request: object) -> dict:
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return self.reply()

    def time(self, workload: str) -> float:
        if workload == "import":
            return self.time_of_import()
        time.sleep(PAUSE)
        return self.ask(workload=workload, seconds=SECONDS)["per_call"]

    def time_of_import(self) -> float:
        """A fresh process that imports it, less one that does nothing: the median of some pairs."""
        found, start = [], time.perf_counter()
        while not found or time.perf_counter() - start < IMPORT_SECONDS:
            found.append(self.run(f"import {IMPORTS[self.contestant]}") - self.run("pass"))
        return statistics.median(found)

    def run(self, code: str) -> float:
        start = time.perf_counter()
        subprocess.run([self.python, "-c", code], env=self.environ, cwd=tempfile.gettempdir(), check=True)
        return time.perf_counter() - start

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def check(workload: str, entries: list[tuple[Worker, str]]) -> None:
    """All contestants compute the same; this warms them up too, and lets JAX compile."""
    _, steps, tolerance = WORKLOADS[workload]
    if workload == "import":
        for worker, _ in entries:
            worker.run(f"import {IMPORTS[worker.contestant]}")
        return
    losses = {(w.contestant, name): w.ask(workload=name, steps=steps)["loss"] for w, name in entries}
    first = losses["norgrad", entries[0][1]]
    for who, loss in losses.items():
        if not math.isclose(loss, first, rel_tol=tolerance, abs_tol=tolerance):
            raise SystemExit(f"{workload}: {who} has a loss of {loss} after {steps} steps, norgrad one of {first}")


def race(workloads: list[str], workers: dict[str, Worker], rounds: int) -> dict[str, tuple[Times, Times]]:
    """Workload: the times of what norgrad runs in it, and of each peer."""
    entries = {
        workload: [(workers["norgrad"], name) for name in WORKLOADS[workload][0]]
        + [(w, workload) for w in workers.values() if w.contestant != "norgrad" and workload in w.workloads]
        for workload in workloads
    }
    for workload in workloads:
        check(workload, entries[workload])
    times = {workload: {(w.contestant, name): [] for w, name in entries[workload]} for workload in workloads}
    for i in range(rounds):
        start = time.perf_counter()
        for workload in workloads:
            for worker, name in random.sample(entries[workload], len(entries[workload])):
                times[workload][worker.contestant, name].append(worker.time(name))
        print(f"round {i + 1} of {rounds}: {time.perf_counter() - start:.1f} s", file=sys.stderr)
    return {
        workload: (
            {name: t for (who, name), t in found.items() if who == "norgrad"},
            {who: t for (who, _), t in found.items() if who != "norgrad"},
        )
        for workload, found in times.items()
    }


def cell(ours: list[float], theirs: list[float]) -> str:
    """The median of the ratios of all rounds, and their quartiles."""
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    low, middle, high = statistics.quantiles(ratios, method="inclusive") if len(ratios) > 1 else ratios * 3
    low, middle, high = (f"{x:#.2g}" if x < 9.95 else f"{x:.0f}" for x in (low, middle, high))
    return f"{middle} [{low}–{high}]"


def unit(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def show(times: dict[str, tuple[Times, Times]], workers: dict[str, Worker], rounds: int) -> None:
    peers = [p for p in NAMES if p in workers]
    table = [["norgrad / peer", *(NAMES[p] for p in peers)]]
    for ours, theirs in times.values():
        for name, mine in ours.items():
            table.append([name, *(cell(mine, theirs[p]) if p in theirs else "" for p in peers)])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    print(f"norgrad's time divided by the peer's: median of {rounds} rounds [quartiles]. Below 1, norgrad is faster.\n"
          "Far apart, they tell of a busy machine; mnist, which runs on all cores, suffers most from that.\n")
    for row in table:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    print(f"\nBare times (medians), on {platform.machine()}, Python {platform.python_version()}, "
          + ", ".join(f"{w.contestant} {w.version}" for w in workers.values()) + ":")
    for workload, (ours, theirs) in times.items():
        medians = {name if name != workload else "norgrad": t for name, t in ours.items()} | theirs
        print(f"  {workload}: " + ", ".join(f"{who} {unit(statistics.median(t))}" for who, t in medians.items()))


def arguments(argv: list[str] | None) -> argparse.Namespace:
    about = __doc__.split("\n\n")
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description=about[0], epilog=about[-1])
    parser.add_argument("workloads", nargs="*", metavar="workload", help=", ".join(WORKLOADS))
    parser.add_argument("--rounds", type=int, default=7, metavar="N")
    parser.add_argument("--peers", nargs="+", choices=NAMES, default=list(NAMES), metavar="PEER", help=", ".join(NAMES))
    parser.add_argument("--envs", type=Path, default=DEFAULT, metavar="DIR",
                        help="the directory of the peers' virtual environments, each named after its peer")
    parser.add_argument("--install", nargs="*", choices=PACKAGES, metavar="PEER",
                        help="make the environments of these peers (of all) there, and do nothing else. With "
                             "PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu PyTorch's is a small one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the times of every round there")
    args = parser.parse_args(argv)
    known = {name: workload for workload, (names, _, _) in WORKLOADS.items() for name in names}  # xor-tensor: xor
    for name in args.workloads:
        if name not in known:
            parser.error(f"no workload {name!r}: there are {', '.join(WORKLOADS)}")
    args.workloads = list(dict.fromkeys(known[name] for name in args.workloads or known))
    if args.rounds < 1:
        parser.error("--rounds must be at least 1")
    return args


def main(argv: list[str] | None = None) -> None:
    args = arguments(argv)
    if args.install is not None:
        return install(args.install or list(PACKAGES), args.envs)
    there = [p for p in NAMES if p in args.peers and python_of(p, args.envs).exists()]
    workers = {name: Worker(name, args.envs) for name in ["norgrad", *there]}
    times = race(args.workloads, workers, args.rounds)
    for worker in workers.values():
        worker.close()
    show(times, workers, args.rounds)
    envs = "" if args.envs == DEFAULT else f" --envs {args.envs}"
    for peer in args.peers:
        if peer not in workers:
            print(f"skipped {peer}: no environment {args.envs / peer}. To make it: "
                  f"python -m tests.benchmarks --install {peer}" + envs)
    if args.json:
        found = {workload: ours | theirs for workload, (ours, theirs) in times.items()}
        args.json.write_text(json.dumps({"versions": {k: w.version for k, w in workers.items()}, "seconds": found}))
