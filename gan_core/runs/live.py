"""The folder for files of a run that are replaced again and again: in memory, while it trains and there is space."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from pathlib import Path

from gan_core.files import write_atomically

MEMORY = Path("/dev/shm")
OWNER = "run"
"""File in a live folder with the path of the run that it belongs to; readers look there while it exists."""
ROOM = 256 * 2**20
"""Free bytes that the memory folder needs: containers often have 64 MB, which other programs share."""


def live_folder(run: Path) -> Path:
    """The live folder of the run in the folder `run`: the same for the training and for its viewers.

    It is in memory from `open_live_folder` to `close_live_folder`, else the run folder itself.
    """
    folder = _in_memory(run)
    return folder if folder is not None and (folder / OWNER).is_file() else run


def open_live_folder(run: Path) -> Path:
    """Make the live folder of a run that is about to be trained, and remove those of runs that are gone.

    Systems without a memory-backed folder, or with a small or full one, use the run folder, and so do those where
    another user owns the folder of this name.
    """
    folder = _in_memory(run)
    if folder is None:
        return run
    for other in folder.parent.glob(f"*/{OWNER}"):
        with contextlib.suppress(OSError, ValueError):
            if _is_gone(Path(other.read_text(encoding="utf-8"))):
                shutil.rmtree(other.parent, ignore_errors=True)
    try:
        if shutil.disk_usage(MEMORY).free < ROOM:
            raise OSError("too small")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / OWNER).write_text(str(run.resolve()), encoding="utf-8")
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
    return live_folder(run)


def close_live_folder(run: Path, place: Path | None, *keep: str) -> None:
    """Give the memory back: the files named `keep` move into the run folder, where readers then look.

    `place` is what `open_live_folder` answered; without it the place is looked up, which a run that was moved away has
    no more.
    """
    folder = live_folder(run) if place is None else place
    if folder == run or not folder.is_dir():
        return
    for name in keep:
        with contextlib.suppress(OSError):  # a picture less is no reason for a run to fail
            write_atomically(run / name, (folder / name).read_bytes(), durable=False)
    shutil.rmtree(folder, ignore_errors=True)


def _is_gone(run: Path) -> bool:
    """Whether there is no such folder: known, and not only out of reach for the moment."""
    try:
        run.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _in_memory(run: Path) -> Path | None:
    """The place of a run in the memory folder, whether it exists or not; None if this system has no such place."""
    try:
        user = run.stat().st_uid
        home = MEMORY / f"gan-workbench-{user}"
        taken = home.is_symlink() or (home.exists() and home.stat().st_uid != user)
    except OSError:
        return None
    if taken or not hasattr(os, "getuid") or not os.access(MEMORY, os.W_OK):
        return None
    return home / hashlib.sha256(os.fsencode(run.resolve())).hexdigest()[:16]
