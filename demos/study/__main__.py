"""`python -m demos study`: run the study, and write its results and its report."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograd.errors import MissingTool
from autograd.tools import extra
from demos.command import Arguments, at_least_one, ending_well
from demos.study.configurations import QUICK_STARTS, STARTS, Configuration, all_configurations, tables
from demos.study.curves import write_curves
from demos.study.results import rows_of, write_results
from demos.study.running import AHEAD, MEMORY, RETRIES, Journal, processes, run, units_of

ENDING_WELL = ending_well("python -m demos study", "stopped: the same command goes on from here")


def quick(configurations: list[Configuration]) -> list[Configuration]:
    """Those that the answer and most of the verdicts rest on."""
    wanted = tables()
    mistakes = ("none", "sigmoid slope", "no slope", "wrong sign", "clipped output", "last row left out",
                "last target wrong")
    chosen = {*(c for c in wanted["width"] if c.activation == "relu"), *wanted["adam"], *wanted["shortcut"],
              *(c for c in wanted["adam rate"] if c.hidden == (4,) and c.gate == "XOR"),
              *(c for c in wanted["mistake"] if c.hidden == (4,) and c.mistake in mistakes)}
    return [c for c in configurations if c in chosen]


@ENDING_WELL
def main(arguments: Sequence[str] | None = None) -> None:
    parser = Arguments(prog="python -m demos study", description=__doc__)
    parser.add_argument("--quick", action="store_true",
                        help=f"under a minute: a part of the configurations, {QUICK_STARTS} starts")
    parser.add_argument("--starts", type=at_least_one, metavar="N",
                        help=f"fresh starts a configuration (default: {STARTS})")
    parser.add_argument("--seed", type=int, default=0, metavar="N",
                        help="from which all random numbers come (default: 0)")
    parser.add_argument("--workers", type=at_least_one, default=os.cpu_count() or 1, metavar="N",
                        help="processes on this machine (default: one for each core)")
    parser.add_argument("--dask", metavar="ADDRESS",
                        help="the scheduler of a Dask cluster to run on instead; its workers are fastest started with "
                        + " ".join(f"{name}={value}" for name, value in MEMORY.items()))
    parser.add_argument("--out", type=Path, default=Path("out/study"), metavar="DIR",
                        help="where results, journal and report go; a run that was stopped goes on from there")
    parser.add_argument("--report-only", action="store_true", help="write the report again, from the results there")
    chosen = parser.parse_args(arguments)
    if chosen.seed < 0:
        parser.error("argument --seed: 0 or more")
    if chosen.dask == "":
        parser.error("argument --dask: an address, such as tcp://127.0.0.1:8786")
    for module in ("pyarrow", "tqdm", "matplotlib", "threadpoolctl"):  # before anything is run
        extra(module, "the study needs", "study")
    starts = (QUICK_STARTS if chosen.quick else STARTS) if chosen.starts is None else chosen.starts
    if not chosen.report_only:
        study(chosen, starts)
    from demos.study.report import write_report

    for path in write_report(chosen.out):
        print(f"wrote {path}")


@ENDING_WELL
def study(chosen: Any, starts: int) -> None:
    configurations = quick(all_configurations()) if chosen.quick else all_configurations()
    units = units_of(configurations, starts, chosen.seed)
    distributed = extra("distributed", "--dask needs", "study") if chosen.dask else None
    journal = Journal(chosen.out / "journal.jsonl")
    done = sum(unit.name in journal.done for unit in units)
    print(f"{len(configurations)} configurations, {starts} starts each: {len(units)} units of work"
          + (f", {done} of them done already" if done else ""))
    begin = time.perf_counter()
    try:
        if chosen.dask:
            try:
                client = distributed.Client(chosen.dask)
            except (OSError, ValueError) as error:
                raise ConnectionError(f"no Dask scheduler answers at {chosen.dask}: {error}") from None
            with client:
                ahead = max(AHEAD, 2 * sum(client.nthreads().values()))
                run(units, journal, client.get_executor(pure=False, retries=RETRIES), ahead=ahead)
        else:
            run(units, journal, processes(chosen.workers))
    except ModuleNotFoundError as error:
        raise MissingTool(f"a worker has no module {error.name!r}: where workers run, pip install -e '.[study]' in a "
                          "checkout of norgrad, and start them there, or with it on PYTHONPATH") from error
    finally:
        journal.close()
    seconds = time.perf_counter() - begin
    if done < len(units):
        print(f"{seconds:.0f} s, {(len(units) - done) / seconds:.2f} units a second")
    settings = {"seed": chosen.seed, "starts": starts, "quick": chosen.quick, "configurations": len(configurations)}
    write_results(rows_of(units, journal), chosen.out, settings)
    write_curves(chosen.out, chosen.seed)
    print(f"wrote {chosen.out / 'results.csv'}, results.parquet and curves.csv")


if __name__ == "__main__":
    main()
