"""The quota of all uploads together, and the removal of unused ones."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.types import Message, Receive

from gan_core.errors import InputError

VARIABLE = "GAN_WORKBENCH_UPLOAD_QUOTA"
QUOTA = 8 * 2**30
"""Bytes of all uploads that lie there at once, unless the variable says otherwise."""
RESULTS = "made"
"""Folder of results beside the uploads; `downloads` limits it by itself."""
LOOK_AGAIN = 8 * 2**20
"""Bytes after which an upload that does not announce its length is compared with the quota again."""
UNITS = {"": 1, "b": 1, "kb": 2**10, "mb": 2**20, "gb": 2**30, "tb": 2**40}

CUT_OFF_SECONDS = 5 * 60
"""Without a new byte, after which an upload that was never finished is removed."""
UNUSED_SECONDS = 10 * 60
"""After which a file that was uploaded and then not used for anything is removed."""
KEPT_SECONDS = 6 * 3600
"""After the last use of one that was."""


class OverQuota(Exception):  # noqa: N818 - a response, not an error
    """An upload that exceeds the quota; the message is a sentence for users."""


def quota_bytes(text: str | None = None) -> int:
    """The quota in bytes that `text` or the environment states, such as `500mb` or `8gb`.

    Raises:
        InputError: for anything else.
    """
    given = text if text is not None else os.environ.get(VARIABLE, "")
    if not given.strip():
        return QUOTA
    lowered = given.strip().lower()
    number = lowered.rstrip("tgmkb ")
    unit = lowered[len(number) :].strip()
    if not number.isdecimal() or unit not in UNITS or int(number) * UNITS[unit] < 1:
        raise InputError(f"A quota for uploads is a number of bytes such as 500mb or 8gb, not {given!r}.")
    return int(number) * UNITS[unit]


def in_words(size: int) -> str:
    """A number of bytes for people."""
    for unit in ("gb", "mb", "kb"):
        if size >= UNITS[unit]:
            return f"{size / UNITS[unit]:.1f}".removesuffix(".0") + f" {unit.upper()}"
    return f"{size} bytes"


@dataclass
class _Claim:
    """Bytes that one upload has announced and not written yet."""

    size: int = 0


class UploadQuota:
    """Counts what lies in the folder of uploads and what is on its way there."""

    def __init__(self, folder: Path | str, limit: int = QUOTA) -> None:
        self.folder, self.limit = Path(folder), limit
        self._deciding, self._lock = threading.Lock(), threading.Lock()  # the second is never held for long
        self._coming = 0

    def stored(self) -> int:
        """Bytes of all uploads that lie there, finished or not."""
        total = 0
        for parent, folders, files in os.walk(self.folder):
            if Path(parent) == self.folder and RESULTS in folders:
                folders.remove(RESULTS)
            for name in files:
                with contextlib.suppress(OSError):
                    total += os.stat(os.path.join(parent, name)).st_size
        return total

    def _take(self, claim: _Claim, more: int) -> None:
        """Reserve `more` bytes.

        Counting and reserving are one step: two uploads at once must not both get the space that is left for one.

        Raises:
            OverQuota: where they do not fit beside what is stored and reserved.
        """
        if more > self.limit:
            raise OverQuota(f"This upload is too large: all uploads together may take {in_words(self.limit)}.")
        with self._deciding:
            with self._lock:
                coming = self._coming
            there = self.stored() + coming  # what is written between the two is counted twice rather than not at all
            if there + more > self.limit:
                raise OverQuota(
                    f"There is no room for this upload: all uploads together may take {in_words(self.limit)}, and "
                    f"{in_words(there)} are taken. Unused ones are removed within minutes."
                )
            with contextlib.suppress(OSError):
                if coming + more > shutil.disk_usage(self.folder).free:
                    raise OverQuota("There is no room for this upload: the disk of this machine is full.")
            self._claim(claim, more)

    def _claim(self, claim: _Claim, more: int) -> None:
        with self._lock:
            claim.size += more
            self._coming += more

    @contextlib.asynccontextmanager
    async def counted(self, headers: Headers, receive: Receive) -> AsyncIterator[Receive]:
        """`receive` for one upload, which raises OverQuota as soon as the upload exceeds the quota."""
        length = headers.get("content-length", "")
        claim, arrived, unseen = _Claim(), 0, 0

        async def counted() -> Message:
            nonlocal arrived, unseen
            self._claim(claim, -arrived)  # a call for more means that the last piece was written: it lies in the folder
            arrived = 0
            message = await receive()
            size = len(message.get("body", b""))
            arrived = min(size, claim.size)
            unseen += size - arrived
            if unseen >= LOOK_AGAIN or (unseen and not message.get("more_body")):
                await anyio.to_thread.run_sync(self._take, claim, unseen)
                arrived, unseen = arrived + unseen, 0
            return message

        try:
            await anyio.to_thread.run_sync(self._take, claim, int(length) if length.isdecimal() else 0)
            yield counted
        finally:
            self._claim(claim, -claim.size)


class Uses:
    """Which uploads were used, and when last (the file's own times, so that all processes agree)."""

    def __init__(self) -> None:
        self._used: set[Path] = set()
        self._lock = threading.Lock()

    def mark(self, file: Path) -> None:
        """`file` is used now."""
        with contextlib.suppress(OSError):
            os.utime(file)
        with self._lock:
            self._used.add(file)

    def kept(self, file: Path, now: float) -> bool:
        """Whether `file` may still be needed.

        Raises:
            OSError: if it does not exist.
        """
        status = file.stat()
        idle = now - max(status.st_atime, status.st_mtime)
        return idle < (KEPT_SECONDS if file in self else UNUSED_SECONDS)

    def forget_removed(self) -> None:
        """Drop the files that do not exist any more."""
        with self._lock:
            self._used = {file for file in self._used if os.path.exists(file)}

    def __contains__(self, file: Path) -> bool:
        with self._lock:
            return file in self._used


USES = Uses()


def sweep(folder: Path, finished: set[str], now: float | None = None, uses: Uses = USES) -> list[Path]:
    """Remove unneeded uploads: cut-off ones, and `finished` ones that are not used.

    Gradio writes an upload as `tmp...` in the folder itself and moves it into a folder of its own at the end.
    `finished` is its set of those that arrived whole, which it only adds to: the names of removed files are taken out
    of it.

    Returns:
        The removed files.
    """
    now = time.time() if now is None else now
    removed: list[Path] = []
    for draft in folder.glob("tmp*"):
        with contextlib.suppress(OSError):
            if draft.is_file() and now - draft.stat().st_mtime > CUT_OFF_SECONDS:
                draft.unlink()
                removed.append(draft)
    for name in list(finished):
        file = Path(name)
        with contextlib.suppress(OSError):
            if not uses.kept(file.resolve(), now):
                finished.discard(name)  # before the file goes: a new upload of the same file adds its name after that
                try:
                    file.unlink()
                except OSError:
                    finished.add(name)
                    raise
                removed.append(file)
                file.parent.rmdir()  # not while another file of the same content lies there
    uses.forget_removed()
    return removed
