"""Which browser started a run: random marks that browsers make for themselves, kept in the run folder as hashes.

A mark is no login. It tells the page that started a run from all others, so that no other visitor's run is stopped by
accident.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from gan_core.files import write_json
from gan_core.records import read_record

MARK = re.compile(r"[A-Za-z0-9-]{16,64}")
FILE = "owner.json"


@dataclass
class _Owners:
    """What the file holds."""

    owners: tuple[str, ...] = ()


def digest_of(mark: object) -> str:
    """The hash under which a run knows the browser with this mark; empty for what is no mark."""
    text = mark if isinstance(mark, str) else ""
    return hashlib.sha256(text.encode()).hexdigest() if MARK.fullmatch(text) else ""


def owners_of(folder: Path) -> tuple[str, ...]:
    """Hashes of the browsers that started the run or let it go on, the last one last; none for a run of the shell."""
    return read_record(_Owners, folder / FILE).value.owners


def add_owner(folder: Path, mark: object) -> None:
    """Record that the browser with this mark started the run; an invalid mark changes nothing."""
    digest = digest_of(mark)
    if digest:
        others = [each for each in owners_of(folder) if each != digest]
        write_json(folder / FILE, {"owners": [*others, digest]})


def is_owner(folder: Path, mark: object) -> bool:
    """Whether the browser with this mark started the run or let it go on."""
    digest = digest_of(mark)
    return bool(digest) and digest in owners_of(folder)
