"""Files that a killed process left half-written (`.NAME.PID-THREAD`), found and removed."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path

from gan_core.files import ABANDONED, DRAFT, cache_folder, drafts_in
from gan_core.runs.folder_names import KEPT, MODELS, is_reserved
from gan_core.runs.lock import RunLock
from gan_core.runs.processes import began, is_running

WRITTEN_IN = ("checkpoints", "keyframes", "own", "kept")
"""Folders of a run in which files are written, beside the run's own."""
DRAFT_FOLDER = ".draft-"
"""How a folder begins in which several files are made ready before they are moved to their place."""
SHARED_AGE = 600.0
"""Seconds for which a draft is left alone where another machine may be writing it."""

SLACK = 2.0
"""Seconds by which a file's time and a process's may differ."""


def sweep(*folders: Path, least_age: float = 0.0) -> list[Path]:
    """Remove the drafts in `folders` that no process is writing; return their paths.

    A draft is abandoned if its process has ended or has started after the draft was last written (process numbers are
    used again), or has not written for an hour. Processes of another machine that shares the folder look ended:
    `least_age` is for how many seconds a draft must not have been written, and is 0 only where no other machine writes.
    """
    return [draft for folder in folders for draft in drafts_in(folder) if _removed(draft, least_age)]


def sweep_run(run: Path) -> list[Path]:
    """Remove abandoned drafts from the folder of a run; return their paths.

    Where it is trained now, perhaps on another machine, drafts have to be an hour old.
    """
    lock = RunLock(run)
    idle = lock.owner() is None and lock.is_of_this_machine()
    return sweep(run, *(run / name for name in WRITTEN_IN), least_age=0.0 if idle else ABANDONED)


def sweep_all(root: Path) -> list[Path]:
    """Sweep everything in which this program writes: the runs and comparisons below `root`, what lies beside them, the
    cache."""
    found: list[Path] = []
    for folder in _folders_in(root):
        if not is_reserved(folder.name):
            found += sweep_run(folder)
    cache = cache_folder()
    beside = [root, root / MODELS, root / KEPT, *_folders_in(root / KEPT)]
    return found + sweep(*beside, cache, *_folders_in(cache), least_age=SHARED_AGE)


def sweep_draft_folders(parent: Path, least_age: float = SHARED_AGE) -> list[Path]:
    """Remove the folders `.draft-...` in `parent` in which nothing has been written for `least_age` seconds."""
    found: list[Path] = []
    for folder in _folders_in(parent):
        if folder.name.startswith(DRAFT_FOLDER):
            with contextlib.suppress(OSError):
                newest = max(path.lstat().st_mtime for path in [folder, *folder.rglob("*")])
                if time.time() - newest >= least_age:
                    shutil.rmtree(folder)
                    found.append(folder)
    return found


def _folders_in(parent: Path) -> list[Path]:
    with contextlib.suppress(OSError), os.scandir(parent) as entries:
        return [parent / entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    return []


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
