"""Downloads with progress in bytes: cancelled at once, and complete or absent, never partial."""

from __future__ import annotations

import hashlib
import http.client
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from gan_core.files import draft_beside
from gan_core.version import __version__

PATIENCE = 5.0
"""Seconds to wait for an answer, name look-up included."""
TRANSFER_PATIENCE = 30.0
"""Seconds without a byte after which a transfer has failed."""
INTERVAL = 0.1
"""Seconds between calls of `progress` while nothing arrives: how soon a transfer is given up."""
PIECE = 2**16
AHEAD = 16
"""Pieces that may wait to be written."""

FetchProgress = Callable[[int, int], None]
"""Called with (bytes so far, bytes in all); the second is 0 where the server does not say. What it raises ends the transfer."""


Observer = Callable[[str, int, int], None]
"""Called with (what is fetched, bytes so far, bytes in all)."""


class Bytes(int):
    """A count of bytes, where other counts of the same progress callback are of pictures."""


def progress_in_words(done: int, total: int) -> str:
    """`3.2 of 11.6 MB` for `Bytes`, `3,000 of 60,000` for other counts."""
    if isinstance(total, Bytes):
        return f"{done / 1e6:.1f} of {total / 1e6:.1f} MB" if total else f"{done / 1e6:.1f} MB"
    return f"{done:,} of {total:,}"


_observers: list[Observer] = []


@contextmanager
def observed(observer: Observer) -> Iterator[None]:
    """Within the block, call `observer` for everything that this process fetches, such as for a progress bar."""
    _observers.append(observer)
    try:
        yield
    finally:
        _observers.remove(observer)


def notify(name: str, done: int, total: int) -> None:
    """Tell the observers how far the download of `name` is, in bytes."""
    for observer in _observers:
        observer(name, done, total)


class TransferError(Exception):
    """The file could not be downloaded, or has another content than expected."""


class SilentError(TransferError):
    """The server does not answer; another address of the same network is unlikely to."""


def fetch(addresses: Sequence[str], path: Path, md5: str, progress: FetchProgress) -> None:
    """Download a file.

    Nothing is left behind where that fails or is given up: the file is renamed to `path` when it is complete.

    Args:
        addresses: URLs of the file, tried in this order.
        path: where it is wanted, in a folder that exists.
        md5: hexadecimal digest of its bytes.
        progress: called at least every `INTERVAL` seconds, in the thread that called `fetch`.

    Raises:
        TransferError: no address has it, with the last one's reason.
        OSError: it cannot be written.
    """
    failure: TransferError = TransferError("there is no address")
    for address in addresses:
        try:
            with draft_beside(path) as draft:
                _transfer(address, draft, md5, progress)
            return
        except SilentError:
            raise
        except TransferError as error:
            failure = error
    raise failure


def _transfer(address: str, target: Path, md5: str, progress: FetchProgress) -> None:
    digest, so_far, total = hashlib.md5(usedforsecurity=False), 0, 0
    with _receiving(address) as (arrived, lengths), target.open("wb") as file:
        for piece in arrived:
            file.write(piece)
            digest.update(piece)
            so_far += len(piece)
            total = lengths[0] if lengths else 0
            progress(so_far, total)
    if so_far < total:
        raise TransferError(f"{address} was cut after {so_far:,} of {total:,} bytes")
    if digest.hexdigest() != md5:
        raise TransferError(f"{address} holds another file")


class _Unwanted(Exception):  # noqa: N818 - not seen outside of this module
    """Ends the receiving thread: its pieces are not needed any more."""


@contextmanager
def _receiving(address: str) -> Iterator[tuple[Iterator[bytes], list[int]]]:
    """The pieces of what is at `address`, empty ones while nothing comes; and its length, once that is known.

    They are received by a thread of its own: neither a name look-up nor a read can be interrupted, but both can be left.
    """
    pieces: queue.Queue[bytes | Exception | None] = queue.Queue(AHEAD)
    unwanted, lengths = threading.Event(), list[int]()

    def put(piece: bytes | Exception | None) -> None:
        while not unwanted.is_set():
            with suppress(queue.Full):
                pieces.put(piece, timeout=INTERVAL)
                return
        raise _Unwanted

    def receive() -> None:
        request = urllib.request.Request(address, headers={"User-Agent": f"gan-workbench/{__version__}"})
        with suppress(_Unwanted):
            try:
                with urllib.request.urlopen(request, timeout=TRANSFER_PATIENCE) as answer:
                    lengths.append(answer.length or 0)
                    put(b"")
                    while piece := answer.read1(PIECE):
                        put(piece)
                put(None)
            except (OSError, ValueError, http.client.HTTPException) as error:
                if isinstance(error, urllib.error.HTTPError):
                    error.close()
                put(error)

    def arrived() -> Iterator[bytes]:
        heard = time.monotonic()
        while True:
            try:
                piece = pieces.get(timeout=INTERVAL)
            except queue.Empty:
                if time.monotonic() - heard > (TRANSFER_PATIENCE if lengths else PATIENCE):
                    raise SilentError(f"{address} does not answer") from None
                yield b""
                continue
            heard = time.monotonic()
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise TransferError(f"{address}: {piece}") from piece
            yield piece

    threading.Thread(target=receive, name=f"fetch {address}", daemon=True).start()
    try:
        yield arrived(), lengths
    finally:
        unwanted.set()
