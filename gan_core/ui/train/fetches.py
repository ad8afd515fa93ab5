"""Downloads of data sets for the Train tab: in the background, each once, followed by any number of pages."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from gan_core.errors import Cancelled, InputError
from gan_core.fetching import Bytes, progress_in_words
from gan_core.ui.dispatch import sentence_of
from gan_core.ui.protocol import EmptyResponse, server_function
from gan_core.ui.train.protocol import FetchProgressResponse, FetchRequest

FOLLOWED = 5.0
"""Seconds since a page has last asked how far a download is, after which the page counts as gone."""
CLOSING = 2.0
"""Seconds to wait for downloads to end when the app does."""


@dataclass
class Fetch:
    """One download, followed by any number of pages."""

    name: str
    state: Literal["running", "done", "failed", "cancelled"] = "running"
    error: str = ""
    done: int = 0
    total: int = 0
    followers: dict[str, float] = field(default_factory=dict[str, float])
    """When the pages that follow it have last asked, by their tokens."""
    unwanted: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def progress(self, done: int, total: int) -> None:
        """The callback of the download.

        Raises:
            Cancelled: when no page follows it any more.
        """
        if self.unwanted.is_set():
            raise Cancelled
        self.done, self.total = done, total


class Fetches:
    """The downloads of an app."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fetches: dict[str, Fetch] = {}
        self._closed = False

    def begin(self, name: str) -> bool:
        """Download the data set `name` in the background, unless that goes on already; False where it is on this
        machine."""
        from gan_core.data import SOURCES

        known = SOURCES.get(name)
        if known is None or known.remote is None or known.remote.is_here():
            return False
        with self._lock:
            fetch = self._fetches.get(name)
            if self._closed or (fetch is not None and fetch.state == "running" and not fetch.unwanted.is_set()):
                return True
            fetch = self._fetches[name] = Fetch(name)
            fetch.thread = threading.Thread(
                target=self._run, args=(fetch, known.remote), name=f"fetch {name}", daemon=True
            )
            fetch.thread.start()
        return True

    def _run(self, fetch: Fetch, remote: Any) -> None:
        try:
            remote.fetch(fetch.progress)
            fetch.state = "done"
        except Cancelled:
            fetch.state = "cancelled"
        except Exception as error:  # noqa: BLE001 - the pages that follow it must hear of anything
            fetch.error, fetch.state = sentence_of(error, f"fetching {fetch.name}"), "failed"

    @server_function
    def fetch_progress(self, request: FetchRequest) -> FetchProgressResponse:
        """How far the download of a data set is."""
        fetch = self._known(request)
        fetch.followers[request.page] = time.monotonic()
        words = f"Fetching {fetch.name}: {progress_in_words(Bytes(fetch.done), Bytes(fetch.total))}"
        share = fetch.done / fetch.total if fetch.total else 0.0
        return FetchProgressResponse(state=fetch.state, share=share, words=words, reason=fetch.error)

    @server_function
    def fetch_cancel(self, request: FetchRequest) -> EmptyResponse:
        """The page does not wait for the data set any more: the download ends unless another page follows it."""
        fetch = self._known(request)
        fetch.followers.pop(request.page, None)
        if not any(time.monotonic() - last < FOLLOWED for last in fetch.followers.values()):
            fetch.unwanted.set()
        return EmptyResponse()

    def close(self) -> None:
        """End all downloads; nothing of them stays behind."""
        with self._lock:
            self._closed = True
            fetches = list(self._fetches.values())
        for fetch in fetches:
            fetch.unwanted.set()
        for fetch in fetches:
            if fetch.thread is not None:
                fetch.thread.join(CLOSING)

    def _known(self, request: FetchRequest) -> Fetch:
        with self._lock:
            fetch = self._fetches.get(request.dataset)
        if fetch is None:
            raise InputError("This data set is not being fetched: choose it again.")
        return fetch
