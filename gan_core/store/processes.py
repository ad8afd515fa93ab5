"""Whether a process is still the one it was."""

from __future__ import annotations

import os
from pathlib import Path


def started(pid: int) -> str | None:
    """When the process began, in the system's own clock; None where the system does not tell.

    With its number this names a process for good: numbers are used again.
    """
    try:
        # Fields after the command, which is in parentheses and may itself hold spaces: the 22nd is the start time.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def is_running(pid: int, since: str | None = None) -> bool:
    """Whether process `pid` lives, and is the one that began at `since` if that is known."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it lives and belongs to somebody else
    except OSError:
        return False
    return since is None or started(pid) in (None, since)
