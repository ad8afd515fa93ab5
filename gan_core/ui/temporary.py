"""The app's own folder for uploads and results: removed at its end, and after a kill by the next app that starts."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
from pathlib import Path

from gan_core.runs.processes import is_running, machine, started

MARK = re.compile(r"app-(?P<machine>[0-9a-f]{8})-(?P<pid>\d+)-(?P<since>\d+)-.+")
"""The owner of a folder in its name: there is no moment at which a folder lies there without it."""
STALE_SECONDS = 24 * 3600
"""After which a folder is removed whose owner cannot be asked: that of another machine which shares this home."""


def temporary_folder() -> Path:
    """An empty folder, removed when this process ends; those of killed apps are removed now."""
    parents = [_cache() / "gan-workbench" / "uploads", Path(tempfile.gettempdir()) / f"gan-workbench-{_user()}"]
    for parent in parents:
        try:
            parent.mkdir(parents=True, exist_ok=True)
            if not _is_ours(parent):
                continue
            sweep_folders(parent)
            folder = Path(tempfile.mkdtemp(prefix=_mark(), dir=parent))
        except (OSError, RuntimeError):  # no home folder, or one that cannot be written, as in some containers
            continue
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return folder
    folder = Path(tempfile.mkdtemp(prefix="gan-workbench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def sweep_folders(parent: Path) -> list[Path]:
    """Remove the folders in `parent` whose app has ended without removing them.

    Returns:
        The removed folders.
    """
    removed: list[Path] = []
    for folder in sorted(parent.iterdir()):
        with contextlib.suppress(OSError):
            if folder.is_dir() and not folder.is_symlink() and not _in_use(folder):
                shutil.rmtree(folder, ignore_errors=True)
                removed.append(folder)
    return removed


def _in_use(folder: Path) -> bool:
    mark = MARK.fullmatch(folder.name)
    if mark is not None and mark["machine"] == _machine():
        return is_running(int(mark["pid"]), mark["since"] if mark["since"] != "0" else None)
    return time.time() - folder.stat().st_mtime <= STALE_SECONDS


def _mark() -> str:
    return f"app-{_machine()}-{os.getpid()}-{started(os.getpid()) or 0}-"


def _machine() -> str:
    return hashlib.sha256(machine().encode()).hexdigest()[:8]


def _is_ours(folder: Path) -> bool:
    """Whether `folder` belongs to this user: in a folder for all, another user may have taken its name first."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "user"
