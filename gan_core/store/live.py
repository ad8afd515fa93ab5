"""Where the files of a run lie that are replaced again and again: in memory, where the system has a folder for that."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
OWNER = "run"
"""File in a live folder with the path of the run that it belongs to."""


def live_folder(run: Path) -> Path:
    """The live folder of the run in the folder `run`: the same answer for whoever trains it and whoever watches.

    Systems without a memory-backed folder, and ones where somebody else has taken our place in it, use the run
    folder itself.
    """
    try:
        user = run.stat().st_uid
        home = MEMORY / f"gan-workbench-{user}"
        taken = home.is_symlink() or (home.exists() and home.stat().st_uid != user)
    except OSError:
        return run
    if taken or not hasattr(os, "getuid") or not os.access(MEMORY, os.W_OK):
        return run
    return home / hashlib.sha256(os.fsencode(run.resolve())).hexdigest()[:16]


def open_live_folder(run: Path) -> Path:
    """Make the live folder of a run that is about to be trained, and remove those of runs that are no more."""
    folder = live_folder(run)
    if folder == run:
        return folder
    for other in folder.parent.glob(f"*/{OWNER}"):
        try:
            if not Path(other.read_text()).exists():
                shutil.rmtree(other.parent, ignore_errors=True)
        except OSError:
            continue
    folder.mkdir(parents=True, exist_ok=True)
    (folder / OWNER).write_text(str(run.resolve()))
    return folder


def remove_live_folder(run: Path) -> None:
    """Remove the live files of a run; those in the run folder itself go with it."""
    folder = live_folder(run)
    if folder != run:
        shutil.rmtree(folder, ignore_errors=True)
