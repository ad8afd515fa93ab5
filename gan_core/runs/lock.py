"""The lock of a run folder, so that two processes never train in one folder.

`lock` names the process, the machine and the folder itself: a copy of the folder is free, and one that was moved is
still held.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from gan_core.errors import InputError
from gan_core.files import write_json
from gan_core.records import Count, read_record
from gan_core.runs.processes import is_running, machine, started

SILENCE = 30.0
"""Seconds without a heartbeat after which a training elsewhere, or one that is starting without a lock, counts as
gone."""
GUARD_PATIENCE = 10.0
"""Seconds to wait for the moment in which another process takes the lock."""
LONG_SILENCE = 600.0
"""The same for a process of which the system does not tell when it began, so that its number may be reused."""


@dataclass(frozen=True)
class LockRecord:
    """The content of the lock."""

    pid: int = 0
    started: str | None = None
    machine: str = ""
    path: str = ""
    """The folder, as an absolute path."""
    device: Count = 0
    inode: Count = 0
    """The folder, as the file system numbers it: the same wherever it is moved, another for a copy. 0 where unknown."""


_LEFT: set[LockRecord] = set()
"""Locks that this process has let go of and could not remove."""


class RunLock:
    """The lock of one run; cheap to make, reads the file on every call."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._path = run / "lock"

    @contextmanager
    def held(self) -> Iterator[LockRecord]:
        """Hold the run for this process.

        Raises:
            InputError: if another living process holds it.
            OSError: where the folder takes no lock.
        """
        with _alone_in(self._run):
            owner = self.owner()
            if owner is not None:
                raise InputError(
                    f"The run {self._run.name} is being trained by process {owner}; stop or pause it there."
                )
            # Replaces the lock of a process that is gone; never seen without its content.
            mine = self._mine()
            _LEFT.discard(mine)
            write_json(self._path, asdict(mine))
        try:
            yield mine
        finally:
            if self.is_gone(mine):  # another run's lock may lie at its old place
                _LEFT.add(mine)
            else:
                try:
                    self._path.unlink(missing_ok=True)
                except OSError:
                    _LEFT.add(mine)

    def owner(self) -> int | None:
        """The living process that holds the run."""
        record = read_record(LockRecord, self._path)
        held = record.value
        if held.pid <= 0 or not self._names_this_folder(held):
            return None
        if held in _LEFT:
            return None
        silence = time.time() - _modified(self._run / "status.json")
        if held.machine and held.machine != machine():  # its number says nothing here
            return held.pid if silence <= SILENCE else None
        if not is_running(held.pid, held.started):
            return None
        return held.pid if held.started is not None or silence <= LONG_SILENCE else None

    def is_of_this_machine(self) -> bool:
        """Whether the process that the lock names, if there is a lock, would be seen here if it lived."""
        return read_record(LockRecord, self._path).value.machine in ("", machine())

    def pid(self) -> int | None:
        """The process that the lock names, living or not."""
        return read_record(LockRecord, self._path).value.pid or None

    def is_gone(self, mine: LockRecord) -> bool:
        """Whether the folder that was locked with `mine` is no longer at this path: moved, deleted, or another's
        now."""
        record = read_record(LockRecord, self._path)
        if record.wrong is not None:
            return False  # a disk that fails is no folder that has gone
        if record.there:
            return (record.value.pid, record.value.machine) != (mine.pid, mine.machine)
        try:
            status = self._run.stat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return (status.st_dev, status.st_ino) != (mine.device, mine.inode)  # else only the lock was removed

    def _mine(self) -> LockRecord:
        status = self._run.stat()
        place = os.path.abspath(self._run)
        return LockRecord(os.getpid(), started(os.getpid()), machine(), place, status.st_dev, status.st_ino)

    def _names_this_folder(self, held: LockRecord) -> bool:
        if not held.inode:
            return True  # a lock of an earlier version, or a file system without numbers
        with suppress(OSError):
            status = self._run.stat()
            return (status.st_dev, status.st_ino) == (held.device, held.inode) or held.path == os.path.abspath(
                self._run
            )
        return False


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes from taking the same lock over at the same moment; held for an instant only.

    Some network folders know no locks; without, two takeovers within a millisecond stay possible. Raises OSError where
    nothing can be written in the folder.
    """
    path = folder / "guard"
    path.touch()
    guard = FileLock(path, poll_interval=0.01, thread_local=False)
    held = False
    with suppress(NotImplementedError, OSError):  # no locks there, or a lock service that does not respond in time
        guard.acquire(timeout=GUARD_PATIENCE)
        held = True
    try:
        yield
    finally:
        if held:
            guard.release()


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
