"""What the server does beside its answers: once a minute, and once after it has started."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

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


def sweep_drafts(runs_root: Path, ended: threading.Event) -> None:
    """Remove what killed processes have left half-written below `runs_root` and beside the shipped models.

    Twice: the second time, unless the app has `ended` meanwhile, when those are old enough that another machine might
    have been writing just now.
    """
    from gan_core.models.catalog import imported_folder, pretrained_folder
    from gan_core.runs.drafts import SHARED_AGE, sweep, sweep_all, sweep_draft_folders
    from gan_core.runs.folder import UPLOADS

    for _ in range(2):
        sweep_all(runs_root)
        sweep(pretrained_folder(), least_age=SHARED_AGE)
        for folder in (imported_folder(runs_root), runs_root / UPLOADS):
            sweep_draft_folders(folder)
        if ended.wait(SHARED_AGE + 1):
            return


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
