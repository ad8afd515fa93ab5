"""Following a file that a training replaces again and again, without ever waiting for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from gan_core.errors import InputError

T = TypeVar("T")


class Follower(Generic[T]):
    """The newest readable content of `path`, read again in the background whenever the file has been replaced.

    Only the first read is waited for. A later one happens beside the drawing, so that a slider never stutters because
    a training has just written new weights; a file that cannot be read then (it may just be going away) leaves the
    last content in place.
    """

    def __init__(self, path: Path, load: Callable[[Path], T]) -> None:
        self.path = path
        self._load = load
        self._lock = threading.Lock()
        self._held: tuple[int, T] | None = None
        self._reading: threading.Thread | None = None

    def newest(self) -> tuple[T, int]:
        """The content, and its version: the file's modification time in ns.

        Raises:
            InputError: if there is no file, and if it cannot be read the first time.
        """
        version = self._version()
        with self._lock:
            if self._held is None:
                self._held = (version, self._load(self.path))
            elif self._held[0] != version and (self._reading is None or not self._reading.is_alive()):
                self._reading = threading.Thread(target=self._read, name=f"follow {self.path.name}", daemon=True)
                self._reading.start()
            held = self._held
        return held[1], held[0]

    def settle(self) -> None:
        """Wait for a read in the background, if there is one."""
        reading = self._reading
        if reading is not None:
            reading.join()

    def _version(self) -> int:
        try:
            return self.path.stat().st_mtime_ns
        except OSError as error:
            raise InputError(
                f"{self.path.parent.name} has no live weights (any more); choose another model."
            ) from error

    def _read(self) -> None:
        try:
            version = self._version()
            content = self._load(self.path)
        except InputError:
            return
        with self._lock:
            self._held = (version, content)
