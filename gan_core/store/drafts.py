"""Files that a killed process left half-written (`.NAME.PID-THREAD`), found and removed."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from gan_core.files import ABANDONED, DRAFT, drafts_in
from gan_core.store.processes import began, is_running

SLACK = 2.0
"""Seconds by which a file's time and a process's may differ."""


def sweep(*folders: Path, least_age: float = 0.0) -> list[Path]:
    """Remove the drafts in `folders` that nobody is writing; returns them.

    Nobody is where the process has gone, or has begun after the draft was last written (numbers are used again), or has
    not written for an hour. Processes of another machine that shares the folder look gone: `least_age` is how many
    seconds a draft has to be left alone by them, and is 0 only where nobody else can be writing.
    """
    return [draft for folder in folders for draft in drafts_in(folder) if _removed(draft, least_age)]


def _removed(draft: Path, least_age: float) -> bool:
    found = DRAFT.fullmatch(draft.name)
    with contextlib.suppress(OSError):
        written = draft.lstat().st_mtime
        age = time.time() - written
        pid = int(found["pid"]) if found else 0
        if age > ABANDONED or (age >= least_age and not _may_write(pid, written)):
            draft.unlink()
            return True
    return False


def _may_write(pid: int, written: float) -> bool:
    """Whether the process `pid` may be the one that wrote a draft at the Unix time `written`."""
    if not is_running(pid):
        return False
    since = began(pid)
    return since is None or since <= written + SLACK
