"""Whether a process is still the same one, and the machine on which its number is valid."""

from __future__ import annotations

import functools
import os
import socket

import psutil

GONE = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
"""States of a process that has ended but whose parent has not asked how: it has a number and does nothing any more."""
TICKS = 100
"""Parts of a second in which the start of a process is written: those of Linux, so that locks of all versions agree."""
TOLERANCE = 100
"""Ticks by which two readings of one start may differ where the clock was set in between. No number is used again so
soon."""
NOT_THERE = (psutil.NoSuchProcess, OverflowError, ValueError, TypeError)


@functools.cache
def machine() -> str:
    """Identifies the machine, or the container on it, in which process numbers are those that this process sees."""
    try:
        namespace = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        namespace = 0
    return f"{socket.gethostname()} {namespace}"


def started(pid: int) -> str | None:
    """When the process began, in hundredths of a second since the machine started; None where the system does not say.

    With its number this identifies a process: numbers are used again. Counted from the start of the machine, so that
    setting the clock changes nothing.
    """
    try:
        boot = psutil.boot_time()  # first: psutil adds the one that it read last to what it says of a process
        return str(round((psutil.Process(pid).create_time() - boot) * TICKS))
    except (psutil.Error, *NOT_THERE, OSError):
        return None


def began(pid: int) -> float | None:
    """When the process began as Unix time, to about a second; None where the system does not say."""
    try:
        return psutil.Process(pid).create_time()
    except (psutil.Error, *NOT_THERE, OSError):
        return None


def is_running(pid: int, since: str | None = None) -> bool:
    """Whether process `pid` lives, and is the one that began at `since` (see `started`) if that is known."""
    if pid <= 0:
        return False
    try:
        if psutil.Process(pid).status() in GONE:
            return False
    except NOT_THERE:
        return False
    except (psutil.Error, OSError):
        return True  # it is there and belongs to another user
    found = started(pid)
    if since is None or found is None:
        return True
    try:
        return abs(int(found) - int(since)) <= TOLERANCE
    except ValueError:
        return False
