"""Files that are either the old one or the new one, never half of one."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PATIENCE = 1.0
"""Seconds that a replacement waits for a reader: Windows refuses to replace a file that somebody has open."""


def write_atomically(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write `data` under a temporary name beside `path`, then rename.

    `durable` waits until the disk has it (flush and fsync), for what must survive a power cut; what is replaced every
    second need not, and is left as it was if a reader on Windows does not let go of it.
    """
    path = Path(path)
    temporary = _temporary(path)
    try:
        with temporary.open("wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        try:
            _replace(temporary, path)
        except PermissionError:
            if durable or not _readers_block():
                raise
            temporary.unlink(missing_ok=True)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def draft_beside(path: Path) -> Iterator[Path]:
    """A place beside `path` for somebody who writes a file bit by bit; becomes `path` when the block ends well."""
    temporary = _temporary(path)
    try:
        yield temporary
        _replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    # Two threads may write the same file at once: each has a name of its own, and the last to finish wins.
    return path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")


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


def _readers_block() -> bool:
    """Whether this system refuses to replace an open file."""
    return sys.platform == "win32"


def cache_folder() -> Path:
    """Where this project keeps what it can make again: `GAN_WORKBENCH_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("GAN_WORKBENCH_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "gan-workbench"


def write_json(path: Path, value: Any, *, durable: bool = True) -> None:
    """Write `value` as indented JSON, atomically."""
    write_atomically(path, (json.dumps(value, indent=2) + "\n").encode(), durable=durable)
