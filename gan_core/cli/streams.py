"""The shell's streams: printing never fails for a character, a closed stream or a reader who has left."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from typing import TextIO

PATH_ERRORS = frozenset(
    (
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EEXIST),
        *(errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP),
    )
)
"""What is wrong with a named path; other errors of the system are failures of the work."""


def ready_streams() -> None:
    """Let stdout and stderr take every text.

    A character that a stream's encoding lacks (`PYTHONIOENCODING=ascii`, cp1252, a name of the disk that is no text) is
    written as its escape; a stream that was closed before we began swallows what it gets.
    """
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        if stream is None or stream.closed:
            # Opened in any case: the number of the closed stream must not go to the next file that is written.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - stays open to the end
        elif isinstance(stream, io.TextIOWrapper):  # not where a test or a notebook has put something else in its place
            stream.reconfigure(errors="backslashreplace")


def discard_output() -> None:
    """Let what is still to be written to stdout vanish, if it has no reader: else Python complains when it ends."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        return
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def refusal(error: OSError) -> str:
    """What the system refuses, in one sentence."""
    reason = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        return f"The system refuses: {reason}."
    advice = ": ask its owner, or choose another" if isinstance(error, PermissionError) else ""
    return f"{error.filename} cannot be used ({reason}){advice}."
