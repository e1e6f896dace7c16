"""`python -m demos` runs the demos, `python -m demos NAME` one of them, `python -m demos study` the study of XOR."""

import importlib
import sys
import time
from pathlib import Path

from demos.command import Arguments, ending_well

DEMOS = ("nor", "xor", "gates", "identity", "shortcut", "mesh", "landscape", "circuits", "parity", "mnist", "residual",
         "attention", "primitive")  # each is a file with a `main`


@ending_well("python -m demos")
def main() -> None:
    parser = Arguments(prog="python -m demos", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=f"which to run: {', '.join(DEMOS)}, or study, alone (default: all but study)")
    parser.add_argument("--list", action="store_true", help="list the demos and exit")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where pictures go (default: out)")
    if sys.argv[1:2] == ["study"]:  # has options of its own, and takes minutes
        from demos.study.__main__ import main as study

        return study(sys.argv[2:])
    chosen = parser.parse_args()
    if "study" in chosen.names:
        parser.error("study has options of its own, and comes first: python -m demos study --help")
    chosen.names = [name for name in chosen.names if name != "all"]
    unknown = [name for name in chosen.names if name not in DEMOS]
    if unknown:
        parser.error(f"no demo is called {unknown[0]!r}: there are {', '.join(DEMOS)}")
    for name in chosen.names or DEMOS:
        run = importlib.import_module(f"demos.{name}").main
        summary = run.__doc__.splitlines()[0]
        if chosen.list:
            print(f"{name:10} {summary}")
            continue
        print(f"== {name}: {summary}")
        begin = time.perf_counter()
        chosen.out.mkdir(parents=True, exist_ok=True)
        run(chosen.out)
        print(f"   done in {time.perf_counter() - begin:.1f} s\n")
    if chosen.list:
        print(f"{'study':10} Can a ReLU network learn XOR? Every claim measured, in minutes; --help says how.")


if __name__ == "__main__":
    main()
