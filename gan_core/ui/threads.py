"""How many cores the server's own torch work takes, and whose turn it is."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType


@functools.cache
def _usual() -> int:
    import torch

    return torch.get_num_threads()


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch works on one core inside: for pictures of milliseconds, for which a second core costs more than it brings.

    A training beside the server keeps the other core, and nothing waits for it. Afterwards the usual number is back,
    so that a translation, which takes seconds, can use them all.
    """
    import torch

    usual = _usual()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


class PriorityLock:
    """A lock with two queues: `with lock:` for requests that a user waits for, `with lock.patient():` for long work in
    pieces.

    Between two pieces all of the first queue go first: a plain lock would often go straight back to the thread that has
    just released it. Not reentrant.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._taken = False
        self._urgent = 0

    def __enter__(self) -> None:
        with self._changed:
            self._urgent += 1
            self._changed.wait_for(lambda: not self._taken)
            self._urgent -= 1
            self._taken = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._taken = False
            self._changed.notify_all()

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Hold the lock once it is free and the first queue is empty."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken and not self._urgent)
            self._taken = True
        try:
            yield
        finally:
            self.__exit__(None, None, None)
