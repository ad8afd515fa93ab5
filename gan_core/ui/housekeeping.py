"""What the server does once a minute beside its answers."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable

log = logging.getLogger(__name__)

MINUTE = 60.0
"""Seconds."""


@contextlib.asynccontextmanager
async def every_minute(*tasks: Callable[[], object]) -> AsyncIterator[None]:
    """Do `tasks` one after the other on a thread of their own, every minute for as long as the block lasts."""
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(MINUTE):
            for task in tasks:
                try:
                    task()
                except Exception:
                    log.exception("housekeeping failed")  # the next minute tries again

    threading.Thread(target=work, name="housekeeping", daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def release_freed_memory() -> bool:
    """Return memory that this process has freed to the system; False where this C library cannot.

    glibc keeps what is freed: every thread allocates from one of several heaps, a heap shrinks only at its end, and
    once a large block was freed blocks of up to 32 MiB come from the heaps too. After ten translations of 12 megapixels
    that was 145 of 1,190 MiB. Other allocators return pages by themselves.
    """
    trim = _malloc_trim()
    if trim is None:
        return False
    trim(0)
    return True


@functools.cache
def _malloc_trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except AttributeError:  # musl has none
        return None
    trim.argtypes, trim.restype = [ctypes.c_size_t], ctypes.c_int
    return trim
