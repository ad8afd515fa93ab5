"""Paths that users give: `~` is expanded, and what cannot be read is reported in a sentence."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

from gan_core.errors import InputError
from gan_core.files import open_without_waiting


def expanded(path: str | Path) -> Path:
    """`path` with `~` and `~user` written out.

    Raises:
        InputError: for an unknown user, and for a path with a NUL.
    """
    text = str(path)
    if "\0" in text:
        raise InputError(f"{text!r} is no path: it holds a NUL, which no path may hold.")
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise InputError(f"{text} cannot be found: this system knows no home folder of that user.") from error


def status_of(path: str | Path) -> os.stat_result | None:
    """The status of what lies at `path`, links followed; None where nothing does.

    `Path.exists` raises PermissionError below a folder that may not be entered, and is False for a NUL; this tells the
    two apart.

    Raises:
        InputError: where the status may not be read, and for a path with a NUL.
    """
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return None  # longer than anything can be that is there
        raise InputError(unreadable(path, error)) from error
    except ValueError as error:  # a NUL in it, or a lone surrogate
        raise InputError(f"{str(path)!r} is no path: it holds a character that no path may hold.") from error


def exists(path: str | Path) -> bool:
    """Whether there is something at `path`; raises InputError where the status may not be read."""
    return status_of(path) is not None


def is_folder(path: str | Path) -> bool:
    """Whether there is a folder at `path`; raises InputError where the status may not be read."""
    status = status_of(path)
    return status is not None and stat.S_ISDIR(status.st_mode)


def is_file(path: str | Path) -> bool:
    """Whether there is a regular file at `path`; raises InputError where the status may not be read."""
    status = status_of(path)
    return status is not None and stat.S_ISREG(status.st_mode)


def unreadable(path: str | Path, error: OSError) -> str:
    """The error message for a path that may not be read."""
    reason = error.strerror or type(error).__name__
    what = "ask its owner, or choose another" if isinstance(error, PermissionError) else "choose another"
    return f"{path} may not be read ({reason}): {what}."


TITLES = ".sets"
"""Folder beside uploaded picture sets; `NAME.json` in it holds the title of the set in the folder `NAME`."""
LONGEST_TITLE = 60


def title_of(source: str | Path) -> str:
    """The name to show for a picture source.

    Args:
        source: name of a data set, or path of a folder or zip.

    Returns:
        The title that is kept for an uploaded set (see `TITLES`), else the last part of the path.
    """
    path = Path(source)
    # An uploaded zip lies alone in the folder of its set.
    folders = (path, path.parent) if path.suffix.lower() == ".zip" else (path,)
    for folder in folders if path.is_absolute() else ():
        try:
            kept = json.loads((folder.parent / TITLES / f"{folder.name}.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            continue
        title = kept.get("title") if isinstance(kept, dict) else None
        if isinstance(title, str) and title.strip():
            return " ".join(title.split())[:LONGEST_TITLE]
    return path.name or str(source)


def check_folder(path: str | Path) -> None:
    """Raise InputError for what is no folder, or cannot be listed; a path at which nothing lies is accepted."""
    status = status_of(path)
    if status is None:
        return
    if not stat.S_ISDIR(status.st_mode):
        raise InputError(f"{path} is a file; a folder is meant.")
    try:
        with os.scandir(path):
            pass
    except OSError as error:
        raise InputError(unreadable(path, error)) from error


def check_readable(path: str | Path) -> None:
    """Raise InputError for a file that may not be opened."""
    try:
        with open(path, "rb", opener=open_without_waiting):
            pass
    except OSError as error:
        raise InputError(unreadable(path, error)) from error
