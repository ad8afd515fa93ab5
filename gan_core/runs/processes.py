"""Whether a process is still the one it was."""

from __future__ import annotations

import contextlib
import functools
import os
import socket
import sys
import time
from pathlib import Path

GONE = ("Z", "X")
"""States of a process that has ended but whose parent has not asked how: it has a number and does nothing any more."""


@functools.cache
def machine() -> str:
    """Names where numbers of processes are those that this process sees: this machine, or this container on it."""
    try:
        space = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        space = 0
    return f"{socket.gethostname()} {space}"


def started(pid: int) -> str | None:
    """When the process began, in the system's own clock; None where the system does not tell.

    With its number this names a process for good: numbers are used again.
    """
    fields = _fields(pid)
    return fields[19] if fields else None


def began(pid: int) -> float | None:
    """The same as Unix time, to about a second; None where the system does not tell."""
    ticks = started(pid)
    if ticks is None:
        return None
    with contextlib.suppress(OSError, ValueError, IndexError):
        up = float(Path("/proc/uptime").read_text().split()[0])
        return time.time() - up + int(ticks) / os.sysconf("SC_CLK_TCK")
    return None


def is_running(pid: int, since: str | None = None) -> bool:
    """Whether process `pid` lives, and is the one that began at `since` if that is known."""
    if pid <= 0 or not _exists(pid):
        return False
    fields = _fields(pid)
    if fields is None:
        return True
    return fields[0] not in GONE and since in (None, fields[19])


def _fields(pid: int) -> list[str] | None:
    """What Linux says of a process, from its state on; None elsewhere and when it is gone."""
    try:
        # The command comes before, in parentheses, and may itself hold spaces and parentheses.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return fields if len(fields) > 19 else None


def _exists(pid: int) -> bool:
    if sys.platform == "win32":
        return _exists_on_windows(pid)  # os.kill(pid, 0) would interrupt it there
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True  # it lives and belongs to somebody else
    except (OSError, OverflowError):
        return False
    return True


def _exists_on_windows(pid: int) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    query_limited_information, still_active = 0x1000, 259
    handle = ctypes.windll.kernel32.OpenProcess(query_limited_information, False, pid)
    if not handle:
        return False
    code = ctypes.c_ulong()
    ctypes.windll.kernel32.GetExitCodeProcess(handle, ctypes.byref(code))
    ctypes.windll.kernel32.CloseHandle(handle)
    return code.value == still_active
