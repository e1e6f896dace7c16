"""What the programs of the demos share: how they read their arguments, and how they end."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn


class Arguments(argparse.ArgumentParser):
    """A parser that says in one line what is wrong; --help says the rest."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def at_least_one(text: str) -> int:
    """A whole number for an argument."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number, at least 1, not {text!r}")
    return int(text)


@contextmanager
def ending_well(program: str, stopped: str = "stopped") -> Iterator[None]:
    """Let a program end as its user expects: with one line, and no traceback.

    Ctrl-C stops it (exit status 130), and a second one ends it at once: also where a shell started it with SIGINT
    ignored, in the background, and Python would go on ignoring it. What it can't do (write a file, reach an address,
    import a package) ends it with exit status 2.
    """
    def stop(*_: Any) -> NoReturn:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # from now on
        raise KeyboardInterrupt

    here = threading.current_thread() is threading.main_thread()  # which alone may handle signals
    before = signal.signal(signal.SIGINT, stop) if here else None
    try:
        yield
    except KeyboardInterrupt:
        print(stopped, file=sys.stderr)
        raise SystemExit(130) from None
    except BrokenPipeError:  # of `| head`: nobody reads any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except (OSError, ImportError) as error:
        file = isinstance(error, OSError) and error.filename
        said = f"{error.filename}: {error.strerror}" if file else " ".join(str(error).split())
        print(f"{program}: {said}", file=sys.stderr)
        raise SystemExit(2) from None
    finally:
        if here and signal.getsignal(signal.SIGINT) is stop:
            signal.signal(signal.SIGINT, before or signal.SIG_DFL)
