"""Names of results: a person's own names wherever a disk can hold them, and never the same name twice."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Container
from pathlib import PurePosixPath

MOST_BYTES = 255
"""Of one file's name, on every usual file system."""
_WINDOWS_LETTERS = dict.fromkeys([*range(32), *map(ord, '<>:"|?*')], "_")
_WINDOWS_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


def safe_name(name: str, *, windows: bool | None = None) -> str:
    """`name` as a file can be called here: its last part, no longer than a disk takes; as it is wherever it can be.

    Quotes, tabs, line breaks and any script stay, except where Windows (by default: if this is one) knows them not.
    """
    last = name.replace("\0", "").replace("\\", "/").rstrip("/").rpartition("/")[2]
    if last in ("", ".", ".."):
        last = "picture"
    if sys.platform == "win32" if windows is None else windows:
        last = last.translate(_WINDOWS_LETTERS).rstrip(". ") or "picture"
        if PurePosixPath(last).stem.partition(".")[0].casefold() in _WINDOWS_DEVICES:
            last = f"_{last}"
    return shortened(last)


def shortened(name: str, most: int = MOST_BYTES) -> str:
    """`name` with as much of its stem as `most` bytes leave beside its ending."""
    if len(os.fsencode(name)) <= most:
        return name
    ending = _ending(name)
    stem = os.fsencode(name.removesuffix(ending))[: most - len(os.fsencode(ending))]
    return stem.decode("utf-8", "ignore") + ending


def free_name(name: PurePosixPath, taken: Container[str]) -> PurePosixPath:
    """`name`, or the first of `name-2`, `name-3` ... whose `name_key` is not taken."""
    free, number, ending = name, 1, _ending(name.name)
    stem = name.name.removesuffix(ending)
    while name_key(free) in taken:
        number += 1
        mark = os.fsencode(f"-{number}{ending}")
        shortened_name = os.fsencode(stem)[: MOST_BYTES - len(mark)]
        free = name.with_name(shortened_name.decode("utf-8", "ignore") + os.fsdecode(mark))
    return free


def _ending(name: str) -> str:
    """What a name ends in, such as `.png`; empty where that is too long to be an ending."""
    ending = PurePosixPath(name).suffix
    return ending if len(ending) <= 20 else ""


def name_key(name: PurePosixPath | str) -> str:
    """What two names share that some disk does not tell apart: capitals (A.png, a.png), and how accents are spelt."""
    return unicodedata.normalize("NFC", str(name)).casefold()
