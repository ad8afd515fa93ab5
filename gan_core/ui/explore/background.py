"""Long work on threads of its own that gives way to sliders and ends with the app."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gan_core.errors import Cancelled
from gan_core.ui.threads import one_thread

NICENESS = 5
PATIENCE = 5.0
"""Seconds that the end of the app waits for work that does not check whether it is to end."""

_closing = threading.Event()
_threads: set[threading.Thread] = set()
_lock = threading.Lock()


def begin(name: str, work: Callable[..., None], *arguments: Any) -> None:
    """Do `work(*arguments)` on a thread of its own; it has to call `check` often, which raises Cancelled when the app
    ends."""

    def run() -> None:
        try:
            with contextlib.suppress(Cancelled), polite():
                work(*arguments)
        finally:
            with _lock:
                _threads.discard(thread)

    thread = threading.Thread(target=run, name=name, daemon=True)
    with _lock:
        _threads.add(thread)
    thread.start()


@contextmanager
def polite() -> Iterator[None]:
    """Torch works on one core, and other threads of this process go first: those that draw what a slider asks for."""
    if sys.platform == "linux":  # elsewhere a niceness is the whole process's
        with contextlib.suppress(OSError):  # not allowed here: it only works less politely
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    with one_thread():
        yield


def check() -> None:
    """Raise Cancelled when the app ends: a thread that is in the middle of torch's work then would take it down."""
    if _closing.is_set():
        raise Cancelled


def end_all() -> None:
    """End all work that was begun and wait for it; new work may begin afterwards."""
    _closing.set()
    with _lock:
        running = list(_threads)
    for thread in running:
        thread.join(PATIENCE)
    _closing.clear()


atexit.register(end_all)
