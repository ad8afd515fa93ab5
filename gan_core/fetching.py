"""Downloads with progress in bytes: cancelled at once, and complete or absent under their name, never partial."""

from __future__ import annotations

import hashlib
import http.client
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
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
"""Called with (bytes so far, bytes in all); the second is 0 where the server does not say. What it raises ends the
transfer."""


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


class CutError(TransferError):
    """The connection ended before the file did."""

    def __init__(self, address: str, done: int, total: int) -> None:
        super().__init__(f"{address} was cut after {done:,} of {total:,} bytes")
        self.done, self.total = done, total


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
                _transfer(address, draft, progress)
                with draft.open("rb") as file:
                    if hashlib.file_digest(file, _md5).hexdigest() != md5:
                        raise TransferError(f"{address} holds another file")
            return
        except SilentError:
            raise
        except TransferError as error:
            failure = error
    raise failure


def fetch_resumable(address: str, path: Path, progress: FetchProgress) -> None:
    """Download a file of unknown content, and go on where an earlier call ended.

    Until it is complete, what has arrived is kept beside it as NAME.part, and in NAME.part.tag to which version of the
    server's file it belongs. Another version, and a server that sends whole files only, begin anew.

    Args:
        address: URL of the file.
        path: where it is wanted, in a folder that exists.
        progress: called as by `fetch`, at first with what is there already.

    Raises:
        TransferError: it did not come; what has arrived is kept.
        OSError: it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    tag = path.with_name(f"{part.name}.tag")
    try:
        _transfer(address, part, progress, tag, TRANSFER_PATIENCE)
    except TransferError as error:
        if not isinstance(error.__cause__, urllib.error.HTTPError) or error.__cause__.code != 416:
            raise
        tag.unlink(missing_ok=True)  # not satisfiable: what is there is no beginning of the file
        _transfer(address, part, progress, tag, TRANSFER_PATIENCE)
    part.replace(path)
    tag.unlink(missing_ok=True)


def _md5() -> hashlib._Hash:
    return hashlib.md5(usedforsecurity=False)


def _transfer(
    address: str, target: Path, progress: FetchProgress, tag: Path | None = None, patience: float | None = None
) -> None:
    """Bring `target` to its full length; it is begun anew unless the file `tag` names the version that the server
    has."""
    version = tag.read_text(encoding="utf-8") if tag and tag.is_file() and target.is_file() else ""
    so_far, total = target.stat().st_size if version else 0, 0
    headers = {"Range": f"bytes={so_far}-", "If-Range": version} if so_far else {}
    with _receiving(address, headers, patience) as (arrived, responses), ExitStack() as stack:
        file = None
        for piece in arrived:
            if file is None and responses:
                status, said = responses[0].status, responses[0].headers
                if status != 206 or not said.get("Content-Range", "").startswith(f"bytes {so_far}-"):
                    so_far = 0
                length = said.get("Content-Length", "")
                total = so_far + int(length) if length.isdigit() else 0
                if tag is not None:
                    tag.write_text(said.get("ETag") or said.get("Last-Modified") or "", encoding="utf-8")
                progress(so_far, total)  # before anything is written: it may refuse the size
                file = stack.enter_context(target.open("ab" if so_far else "wb"))
            if file is not None:
                file.write(piece)
            so_far += len(piece)
            progress(so_far, total)
    if so_far < total:
        raise CutError(address, so_far, total)


class _Unwanted(Exception):  # noqa: N818 - not seen outside of this module
    """Ends the receiving thread: its pieces are not needed any more."""


@contextmanager
def _receiving(
    address: str, headers: Mapping[str, str], patience: float | None
) -> Iterator[tuple[Iterator[bytes], list[http.client.HTTPResponse]]]:
    """The pieces of what is at `address`, empty ones while nothing comes; and the response, once it is there.

    They are received by a thread of its own: neither a name look-up nor a read can be interrupted, but both can be
    left.

    Args:
        address: URL of the file.
        headers: of the request, beside our own.
        patience: seconds to wait for the response; None for `PATIENCE`.
    """
    pieces: queue.Queue[bytes | Exception | None] = queue.Queue(AHEAD)
    unwanted, responses = threading.Event(), list[http.client.HTTPResponse]()

    def put(piece: bytes | Exception | None) -> None:
        while not unwanted.is_set():
            with suppress(queue.Full):
                pieces.put(piece, timeout=INTERVAL)
                return
        raise _Unwanted

    def receive() -> None:
        request = urllib.request.Request(address, headers={"User-Agent": f"gan-workbench/{__version__}", **headers})
        with suppress(_Unwanted):
            try:
                with urllib.request.urlopen(request, timeout=TRANSFER_PATIENCE) as answer:
                    responses.append(answer)
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
                waiting = PATIENCE if patience is None else patience
                if time.monotonic() - heard > (TRANSFER_PATIENCE if responses else waiting):
                    raise SilentError(f"{address} does not answer") from None
                yield b""
                continue
            heard = time.monotonic()
            if piece is None:
                return
            if isinstance(piece, TimeoutError):  # the socket noticed it before we did
                raise SilentError(f"{address} does not answer")
            if isinstance(piece, Exception):
                raise TransferError(f"{address}: {piece}") from piece
            yield piece

    threading.Thread(target=receive, name=f"fetch {address}", daemon=True).start()
    try:
        yield arrived(), responses
    finally:
        unwanted.set()
