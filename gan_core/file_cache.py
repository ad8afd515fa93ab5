"""A cache of what was read from files, valid while a file is unchanged."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from gan_core.errors import InputError

T = TypeVar("T")

Version = tuple[int, int, int, int]


def version_of(path: Path) -> Version:
    """A value that changes whenever `path` is written or replaced, found without opening it.

    Returns:
        Modification and change time in nanoseconds, size in bytes, and inode.

    Raises:
        OSError: if there is no such file.
    """
    status = path.stat()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


class FileCache(Generic[T]):
    """Results of reading files, the last `limit` of them; a file that was refused is not read again either."""

    def __init__(self, limit: int = 4096) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._held: OrderedDict[Path, tuple[Version, T | InputError]] = OrderedDict()

    def get(self, path: Path, read: Callable[[Path], T]) -> T:
        """The result of `read(path)`, from the cache while the file is unchanged.

        Args:
            path: The file; its version (`version_of`) decides whether it is read again.
            read: Called with `path`. Its InputError is cached and raised again; other errors pass and are not cached.
        """
        try:
            version = version_of(path)
        except (OSError, ValueError):
            return read(path)  # which says what is wrong
        with self._lock:
            held = self._held.get(path)
            if held is not None and held[0] == version:
                self._held.move_to_end(path)
                return _given(held[1])
        found: T | InputError
        try:
            found = read(path)
        except InputError as error:
            if _is_of_the_disk(error):
                raise  # a disk or a share that fails now may be there again in a moment
            found = error
        with self._lock:
            # The version of before it was read: what has been replaced meanwhile is read again the next time.
            self._held[path] = (version, found)
            self._held.move_to_end(path)
            while len(self._held) > self._limit:
                self._held.popitem(last=False)
        return _given(found)


def _is_of_the_disk(error: BaseException | None) -> bool:
    """Whether an error of the system is what this one began with."""
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__ or error.__context__
    return error is not None


def _given(found: T | InputError) -> T:
    if isinstance(found, InputError):
        raise type(found)(str(found))
    return found
