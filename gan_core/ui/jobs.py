"""Work that takes a while: how far it is, and how it is cancelled."""

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gan_core.errors import Cancelled, InputError
from gan_core.ui.protocol import EmptyResponse, JobRequest, JobResponse, server_function

MOST_JOBS = 200
CHECK_SECONDS = 0.1
"""How long a waiting job goes without checking whether it was cancelled."""


class Job:
    """One piece of work that a browser named."""

    def __init__(self) -> None:
        self.share = 0.0
        self.cancelled = threading.Event()

    def check(self) -> None:
        """Raise Cancelled when the job was cancelled."""
        if self.cancelled.is_set():
            raise Cancelled

    def progress(self, share: float) -> None:
        """Note the share done, 0 to 1; the callback that long work calls."""
        self.check()
        self.share = share


class Jobs:
    """The last few jobs by name; a job may be cancelled before it begins, as requests overtake each other.

    `job_progress` and `job_cancel` are server functions for every tab.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._working: dict[str, threading.Lock] = {}

    def job(self, name: Any) -> Job:
        """The job called `name`, made if need be; without a name, a new one that is not listed."""
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
        """Hold the machine for work of seconds: one piece of a `kind` at a time, so that memory and time are
        predictable.

        Raises Cancelled while waiting or later, and an InputError when the machine's memory ends.
        """
        with self._lock:
            machine = self._working.setdefault(kind, threading.Lock())
        while not machine.acquire(timeout=CHECK_SECONDS):
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

    @server_function
    def job_progress(self, request: JobRequest) -> JobResponse:
        """How far the job is."""
        return JobResponse(share=self.job(request.job).share)

    @server_function
    def job_cancel(self, request: JobRequest) -> EmptyResponse:
        """Cancel the job, also one that has not begun."""
        self.job(request.job).cancelled.set()
        return EmptyResponse()


def cancellable(function: Callable[[Any, dict[str, Any]], dict[str, Any]]) -> Callable[[Any, Any], dict[str, Any]]:
    """Wrap a server function (a method) so that cancelled work is an answer and no error."""

    @functools.wraps(function)
    def answer(self: Any, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return function(self, request)
        except Cancelled:
            return {"cancelled": True}

    return answer
