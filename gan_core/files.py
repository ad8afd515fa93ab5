"""Files that are written completely or not at all."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PATIENCE = 1.0
"""Seconds that a replacement waits for a reader: Windows refuses to replace a file that another program has open."""
DRAFT = re.compile(r"\.(?P<name>.+)\.(?P<pid>[0-9]{1,10})-(?P<thread>[0-9]{1,20})", re.DOTALL)
"""What a file is called while it is written: the name that it will have, and who writes it."""
ABANDONED = 3600.0
"""Seconds without a write after which a draft counts as abandoned, whatever is known of its process."""
JSON_LIMIT = 16 * 2**20
"""Bytes of the largest JSON file that is read."""


def write_atomically(
    path: Path, data: bytes, *, durable: bool = True, check: Callable[[Path], None] | None = None
) -> None:
    """Write `data` under a temporary name beside `path`, then rename.

    Args:
        path: The file; an existing one is replaced.
        data: Its content.
        durable: Wait until the disk has it (flush and fsync), for what must survive a power cut. Without it, on Windows
            a file that a reader holds open is left as it was.
        check: May read the temporary file and raise, before it becomes `path`.

    Raises:
        OSError: if it cannot be written.
    """
    path = Path(path)
    temporary = _temporary(path)
    try:
        with temporary.open("wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        if check is not None:
            check(temporary)
        try:
            _replace(temporary, path)
        except PermissionError:
            if durable or not _readers_block():
                raise
            temporary.unlink(missing_ok=True)
    except BaseException:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            temporary.unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(path.parent)


@contextlib.contextmanager
def draft_beside(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` to write to bit by bit; it becomes `path` when the block ends without an error."""
    temporary = _temporary(path)
    for old in drafts_in(path.parent):
        with contextlib.suppress(OSError):
            if _named(old) == _short(path.name) and time.time() - old.stat().st_mtime > ABANDONED:
                old.unlink()
    try:
        yield temporary
        _replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def append_line(path: Path, line: bytes) -> None:
    """Add `line` (without its newline) to a file of lines, which is created if need be.

    It begins on a line of its own even if a killed process has left half a line. What cannot be written whole is taken
    back.

    Raises:
        OSError: if it cannot be written.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o644)
    try:
        size = os.lseek(descriptor, 0, os.SEEK_END)
        if size:
            os.lseek(descriptor, size - 1, os.SEEK_SET)
            if os.read(descriptor, 1) != b"\n":
                line = b"\n" + line
        rest = memoryview(line + b"\n")
        try:
            while rest:  # a disk that fills up or a signal may cut a write short
                rest = rest[os.write(descriptor, rest) :]
        except OSError:
            if len(rest) <= len(line):
                with contextlib.suppress(OSError):
                    os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)


def drafts_in(folder: Path) -> list[Path]:
    """Files in `folder` that are being written, or were when their process ended; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return [folder / entry.name for entry in entries if entry.name[:1] == "." and DRAFT.fullmatch(entry.name)]
    except OSError:
        return []


def _named(draft: Path) -> str:
    found = DRAFT.fullmatch(draft.name)
    return found["name"] if found else ""


def _temporary(path: Path) -> Path:
    # Two threads may write the same file at once: each has a name of its own, and the last to finish wins.
    return path.with_name(f".{_short(path.name)}.{os.getpid()}-{threading.get_ident()}")


def _short(name: str) -> str:
    """As much of a file's name as leaves space for what a draft adds to it: a name has 255 bytes at most."""
    return os.fsdecode(os.fsencode(name)[:200]) if len(os.fsencode(name)) > 200 else name


def _replace(temporary: Path, path: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            temporary.replace(path)
            return
        except PermissionError:
            if not _readers_block() or time.monotonic() >= deadline:
                raise
        time.sleep(0.02)


def _sync_folder(folder: Path) -> None:
    """Let the disk have the new name too. Some systems cannot do that with a folder; the file itself is safe."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _readers_block() -> bool:
    """Whether this system refuses to replace an open file."""
    return sys.platform == "win32"


def cache_folder() -> Path:
    """Folder for what can be computed or downloaded again: $GAN_WORKBENCH_CACHE, else the user's cache folder."""
    chosen = os.environ.get("GAN_WORKBENCH_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("gan-workbench", appauthor=False, opinion=False)


def write_json(path: Path, value: Any, *, durable: bool = True) -> None:
    """Write `value` as indented JSON, atomically."""
    write_atomically(path, (json.dumps(value, indent=2) + "\n").encode(), durable=durable)


def read_json(path: Path, limit: int = JSON_LIMIT) -> Any:
    """The value in the JSON file `path` (UTF-8, with or without a byte order mark) of at most `limit` bytes.

    Raises:
        OSError: where it cannot be read or is no regular file (reading a pipe could block for ever).
        ValueError: for what is no JSON, or is too long.
    """
    with open(path, "rb", opener=open_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"longer than {limit:,} bytes")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def open_without_waiting(path: str, flags: int) -> int:
    """An `opener` for `open` that does not wait for the writer of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
