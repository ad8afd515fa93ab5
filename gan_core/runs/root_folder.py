"""Whether runs can be kept in a folder, known before a training starts."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from gan_core.errors import InputError

HINT = "choose a folder of yours with --runs FOLDER"


def runs_problem(root: Path | str, *, probe: bool = True) -> str:
    """Why no run can be made below `root`, in one sentence; empty where one can.

    `root` need not exist yet. `probe` writes a file and removes it again, as access rights do not show that a disk is
    read-only.

    Raises:
        InputError: where `root` can be no folder: it is a file, or lies below one.
    """
    root = Path(root)
    if "\0" in str(root):
        raise InputError(f"{str(root)!r} is no name of a folder; {HINT}.")
    try:
        if not root.is_dir():
            return _not_there(root)
        os.listdir(root)
        if not os.access(root, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if probe:
            descriptor, written = tempfile.mkstemp(prefix=".write-", dir=root)
            os.close(descriptor)
            os.unlink(written)
    except NotADirectoryError:
        raise InputError(f"{root} lies below a file; {HINT}.") from None
    except OSError as error:
        return f"Nothing can be trained: the folder {root} cannot be used ({error.strerror or error}); {HINT}."
    return ""


def _not_there(root: Path) -> str:
    if os.path.lexists(root) and not root.is_symlink():
        raise InputError(f"{root} is a file; {HINT}.")
    parent = next((path for path in root.absolute().parents if path.exists()), Path("/"))
    if not parent.is_dir():
        raise InputError(f"{root} lies below the file {parent}; {HINT}.")
    if not os.access(parent, os.W_OK | os.X_OK):
        return f"Nothing can be trained: the folder {root} cannot be made in {parent} (Permission denied); {HINT}."
    return ""
