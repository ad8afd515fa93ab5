"""The runs and their states, read anew only where files have changed, as pages ask for them all the time."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.errors import InputError
from gan_core.runs.owners import FILE, owners_of
from gan_core.runs.status import ACTIVE

if TYPE_CHECKING:
    from gan_core.runs import RunFolder

FILES = ("recipe.json", "status.json", FILE, "racer.json")
"""What an entry depends on."""


@dataclass(frozen=True)
class RunEntry:
    """One run as a list shows it."""

    name: str
    state: str
    comparison: str
    """The comparison that it is a trial of; empty for other runs."""
    owners: tuple[str, ...]
    endless: bool
    """Without a limit of steps or minutes."""
    born: float

    @property
    def is_going(self) -> bool:
        """Whether the run is being trained, or waits to be."""
        return self.state in (*ACTIVE, "waiting")


class RunList:
    """The runs below `root`, newest first."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._known: dict[Path, tuple[tuple[int, ...], RunEntry | None]] = {}

    def entries(self) -> list[RunEntry]:
        """All runs; a run whose files are as they were is not read again, unless it is going on."""
        with self._lock:
            known: dict[Path, tuple[tuple[int, ...], RunEntry | None]] = {}
            for path in self._folders():
                version = tuple(_changed(path / name) for name in FILES)
                held = self._known.get(path)
                if held is None or held[0] != version or (held[1] is not None and held[1].state in ACTIVE):
                    held = (version, self._read(path))
                known[path] = held
            self._known = known
            found = [entry for _, entry in known.values() if entry is not None]
        return sorted(found, key=lambda entry: (entry.born, entry.name), reverse=True)

    def _folders(self) -> list[Path]:
        from gan_core.runs.folder import is_reserved

        try:
            with os.scandir(self.root) as entries:
                names = [entry.name for entry in entries if entry.is_dir() and not is_reserved(entry.name)]
        except OSError:
            return []
        return [self.root / name for name in names]

    def _read(self, path: Path) -> RunEntry | None:
        from gan_core.runs import RunFolder

        run: RunFolder = RunFolder(path)
        try:
            recipe = run.recipe()
            endless = recipe.steps is None and recipe.minutes is None
            return RunEntry(path.name, run.status().state, run.comparison(), owners_of(path), endless, run.born())
        except (InputError, OSError):
            return None


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
