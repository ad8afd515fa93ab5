"""Files that are either the old one or the new one, never half of one."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any


def write_atomically(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write `data` under a temporary name beside `path`, then rename.

    `durable` waits until the disk has it (flush and fsync), for what must survive a power cut; what is replaced every
    second need not.
    """
    path = Path(path)
    # Two threads may write the same file at once: each has a name of its own, and the last to finish wins.
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


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
