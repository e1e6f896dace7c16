"""What may differ from thread to thread: whether operations are recorded and checked, and which modules run."""

import threading
from contextlib import ContextDecorator
from typing import Any


class _ThreadState(threading.local):
    """What may differ from thread to thread. `plain` is the one flag that the fast path reads."""

    recording = True  # False inside no_grad()
    anomaly = False  # True inside detect_anomaly()
    plain = True  # recording and not anomaly
    scope: tuple[tuple[str, str], ...] = ()


thread = _ThreadState()


class thread_flags(ContextDecorator):
    """Set flags of this thread for the length of a `with` block, or of a decorated function."""

    def __init__(self, **flags: bool):
        self._flags = flags
        self._before: list[tuple[bool, bool]] = []

    def __enter__(self) -> "thread_flags":
        self._before.append((thread.recording, thread.anomaly))
        self._set(**self._flags)
        return self

    def __exit__(self, *exc: Any) -> None:
        recording, anomaly = self._before.pop()
        self._set(recording, anomaly)

    def _recreate_cm(self) -> "thread_flags":  # a decorated function gets a fresh block on every call, in every thread
        return thread_flags(**self._flags)

    @staticmethod
    def _set(recording: bool | None = None, anomaly: bool | None = None) -> None:
        thread.recording = thread.recording if recording is None else recording
        thread.anomaly = thread.anomaly if anomaly is None else anomaly
        thread.plain = thread.recording and not thread.anomaly


def no_grad() -> thread_flags:
    """A `with` block (or decorator) in which this thread records nothing: results are constants.

    >>> from autograd import Tensor, no_grad
    >>> x = Tensor([1.0, 2.0])
    >>> with no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """
    return thread_flags(recording=False)


def detect_anomaly() -> thread_flags:
    """A `with` block in which every operation, forward and backward, is checked for NaN and infinity.

    The first one that makes such a number out of finite ones raises `AnomalyError`, which names it and the line
    of your code that called it. Slow: for finding a fault, not for training.

    >>> import numpy as np
    >>> from autograd import Tensor, detect_anomaly
    >>> with detect_anomaly():
    ...     Tensor([1.0, 0.0]) * 2
    Tensor([2., 0.], op='×')
    """
    return thread_flags(anomaly=True)
