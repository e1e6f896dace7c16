"""What belongs to the running context (a thread, an asyncio task): whether operations are recorded, which modules run.

    >>> from autograd import Tensor
    >>> with no_grad():
    ...     now().recording, now().plain
    (False, False)
    >>> now().recording, now().plain
    (True, True)

A context variable is read in a third of the time that an attribute of a `threading.local` takes.
"""

import inspect
import sys
from _thread import _local  # threading.local, without the import
from contextvars import ContextVar
from functools import wraps
from types import FrameType
from typing import Any

# a task has a context of its own, of which the tasks that it makes have a copy; a generator runs in that of its caller
_GENERATOR = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR


class _Block:
    """A `with` block that is open."""

    def __init__(self, manager: "flags", owner: FrameType | None):
        self.manager = manager
        self.owner = owner  # the generator that it stands in, if any: it may be suspended in the block

    def runs(self) -> bool:
        """Whether the code that runs now stands inside of the block: a suspended owner has left the stack."""
        frame: FrameType | None = sys._getframe(1) if self.owner else None
        while frame is not None and frame is not self.owner:
            frame = frame.f_back
        return frame is self.owner


class _State:
    """The open blocks, outermost first, and what they come to. `plain` is the one flag that the fast path reads."""

    def __init__(self, blocks: tuple[_Block, ...] = ()):
        self.blocks = blocks
        self.recording = self._flag("recording", True)  # False inside no_grad()
        self.anomaly = self._flag("anomaly", False)  # True inside detect_anomaly()
        self.plain = self.recording and not self.anomaly

    def _flag(self, name: str, default: bool) -> bool:
        return next((b.manager.changes[name] for b in reversed(self.blocks) if name in b.manager.changes and b.runs()),
                    default)


class _OfGenerators(_State):
    """The same where a block stands in a generator: whether that runs is seen when a flag is read."""

    plain: Any = False  # look it up

    def __init__(self, blocks: tuple[_Block, ...]):
        self.blocks = blocks

    recording: Any = property(lambda self: self._flag("recording", True))
    anomaly: Any = property(lambda self: self._flag("anomaly", False))


_state: ContextVar[_State] = ContextVar("autograd's flags", default=_State())  # noqa: B039 (it is never changed)
now = _state.get


class _Here(_local):
    """The modules that run in this thread. A call of a module is never suspended: no context variable is needed."""

    scope: tuple[tuple[str, str], ...] = ()


here = _Here()


class flags:
    """Change flags for the length of a `with` block, or of a decorated function, generator or coroutine."""

    def __init__(self, **changes: bool):
        self.changes = changes

    def __enter__(self) -> "flags":
        frame: FrameType | None = sys._getframe(1)
        while frame and frame.f_globals.get("__name__") == "contextlib":  # an ExitStack enters for another
            frame = frame.f_back
        owner = frame if frame and frame.f_code.co_flags & _GENERATOR else None
        _open((*now().blocks, _Block(self, owner)))
        return self

    def __exit__(self, *exc: Any) -> None:
        blocks = list(now().blocks)
        for i in reversed(range(len(blocks))):
            if blocks[i].manager is self:  # not always the last: generators end in any order
                del blocks[i]
                break
        _open(tuple(blocks))

    def __call__(self, function: Any) -> Any:
        """Decorate `function`: each of its calls has a block of its own."""

        def call(*args: Any, **kwargs: Any) -> Any:
            with flags(**self.changes):
                return function(*args, **kwargs)

        def generate(*args: Any, **kwargs: Any) -> Any:
            with flags(**self.changes):
                return (yield from function(*args, **kwargs))

        async def wait(*args: Any, **kwargs: Any) -> Any:
            with flags(**self.changes):
                return await function(*args, **kwargs)

        async def generate_waiting(*args: Any, **kwargs: Any) -> Any:
            with flags(**self.changes):
                async for item in function(*args, **kwargs):
                    yield item

        return wraps(function)(generate if inspect.isgeneratorfunction(function) else wait
                               if inspect.iscoroutinefunction(function) else generate_waiting
                               if inspect.isasyncgenfunction(function) else call)


def _open(blocks: tuple[_Block, ...]) -> None:
    _state.set(_OfGenerators(blocks) if any(b.owner for b in blocks) else _State(blocks))


def no_grad() -> flags:
    """A `with` block (or decorator) in which nothing is recorded: results are constants.

    It holds for the code that runs inside of it, and for the asyncio tasks that this makes: a generator or a task that
    is suspended in the block leaves its caller, and other tasks, recording. Another thread records, unless it was
    given this one's context.

    >>> from autograd import Tensor, no_grad
    >>> x = Tensor([1.0, 2.0])
    >>> with no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """
    return flags(recording=False)


def detect_anomaly() -> flags:
    """A `with` block in which every operation, forward and backward, is checked for NaN and infinity.

    The first one that makes such a number out of finite ones raises `AnomalyError`, which names it and the line
    of your code that called it. Slow: for finding a fault, not for training.

    >>> import numpy as np
    >>> from autograd import Tensor, detect_anomaly
    >>> with detect_anomaly():
    ...     Tensor([1.0, 0.0]) * 2
    Tensor([2., 0.], op='×')
    """
    return flags(anomaly=True)
