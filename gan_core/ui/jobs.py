"""Work that takes a while: how far it is, and how it is cancelled."""

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gan_core.errors import Cancelled, InputError

MOST_JOBS = 200
LOOK_SECONDS = 0.1
"""How long a waiting job goes without looking whether it is still wanted."""


class Job:
    """One piece of work that a browser named."""

    def __init__(self) -> None:
        self.share = 0.0
        self.unwanted = threading.Event()

    def check(self) -> None:
        """Raise Cancelled when nobody wants the work any more."""
        if self.unwanted.is_set():
            raise Cancelled

    def progress(self, share: float) -> None:
        """Note the share done, 0 to 1; the callback that long work calls."""
        self.check()
        self.share = share


class Jobs:
    """The last few jobs by their names. A job may be cancelled before it begins: requests overtake each other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._working: dict[str, threading.Lock] = {}

    def job(self, name: Any) -> Job:
        """The job called `name`; a new one of nobody's without a name."""
        if not name:
            return Job()
        with self._lock:
            job = self._jobs.setdefault(str(name)[:64], Job())
            self._jobs.move_to_end(str(name)[:64])  # what is still asked for is not forgotten
            while len(self._jobs) > MOST_JOBS:
                self._jobs.popitem(last=False)
            return job

    @contextmanager
    def working(self, job: Job, kind: str = "") -> Iterator[None]:
        """Hold the machine for work of seconds: one piece of a `kind` at a time, so that memory and time are predictable.

        Raises Cancelled while waiting or later, and an InputError when the machine's memory ends.
        """
        with self._lock:
            machine = self._working.setdefault(kind, threading.Lock())
        while not machine.acquire(timeout=LOOK_SECONDS):
            job.check()
        try:
            job.check()
            yield
        except MemoryError as error:
            raise InputError(
                "The memory of this machine is not enough for this: choose a smaller size, or less at once."
            ) from error
        finally:
            machine.release()

    def job_progress(self, wish: dict[str, Any]) -> dict[str, Any]:
        """How far the job is."""
        return {"share": self.job(wish.get("job")).share}

    def job_cancel(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Nobody wants the job any more."""
        self.job(wish.get("job")).unwanted.set()
        return {}


def cancellable(function: Callable[[Any, dict[str, Any]], dict[str, Any]]) -> Callable[[Any, Any], dict[str, Any]]:
    """Wrap a server function (a method) so that cancelled work is an answer and no error."""

    @functools.wraps(function)
    def answer(self: Any, wish: dict[str, Any]) -> dict[str, Any]:
        try:
            return function(self, wish)
        except Cancelled:
            return {"cancelled": True}

    return answer
