"""Hands each visitor of the Lab a process of their own: few at once, one kept warm, none left over when the app ends."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.parts.plugins import worker_arguments

MOST = 4
"""Visitors at once."""
IDLE = 60.0
"""Seconds without a wish after which a visitor's place may be given to another."""
ABSENT = 300.0
"""Seconds without a sign of the page after which its process is ended: it was closed. An open page says that it is `here`
about every 20 seconds."""
HIDDEN = 3600.0
"""The same for a page that said when it was hidden: it is silent until it is looked at again, and means to come back."""
ANSWER_WITHIN = 60.0
"""Seconds; the first answer of a cold process waits for torch to be imported."""


class Worker:
    """One process and the one at a time who talks to it."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(12)
        self.asked = self.heard = time.monotonic()
        self.hidden = False
        self._lock = threading.Lock()
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gan_core.plane.worker", *worker_arguments()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C in the terminal reaches the app, which then ends its processes
            cwd=Path(__file__).parents[2],
        )
        threading.Thread(target=self._listen, name=f"lab {self._process.pid}", daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, wish: dict[str, Any], within: float = ANSWER_WITHIN) -> dict[str, Any]:
        """The process's answer to `wish`; InputError when it has ended or does not answer."""
        with self._lock:
            self.asked = self.heard = time.monotonic()
            self.hidden = False
            try:
                assert self._process.stdin is not None
                self._process.stdin.write(json.dumps(wish) + "\n")
                self._process.stdin.flush()
                line = self._answers.get(timeout=within)
            except queue.Empty:
                self.close()
                line = ""
            except (OSError, ValueError):  # its end of the pipe is closed
                line = ""
        if not line:
            raise InputError("This Lab's training has ended unexpectedly; press Restart to begin again.")
        return json.loads(line)

    def close(self) -> None:
        """End the process. Safe to call twice."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None and not self._process.stdin.closed:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._answers.put(line)
        self._answers.put("")  # whoever waits for an answer hears that there will be none


class WorkerPool:
    """Seats by token. Tokens are made here, so nobody can guess another's."""

    def __init__(self, most: int = MOST, idle: float = IDLE, absent: float = ABSENT, hidden: float = HIDDEN) -> None:
        self.most = most
        self.idle = idle
        self.absent = absent
        self.hidden = hidden
        self._lock = threading.Lock()
        self._seats: dict[str, Worker] = {}
        self._spare: Worker | None = None
        self._closed = False
        self._ended = threading.Event()
        self._usher: threading.Thread | None = None

    def warm(self) -> None:
        """Have a process ready, unless there is one or every place is taken. Returns at once."""
        with self._lock:
            if not self._closed and len(self._seats) < self.most and (self._spare is None or not self._spare.alive):
                self._spare = Worker()

    def ask(self, token: object, wish: Any) -> dict[str, Any]:
        """Pass `wish` on to the visitor's process and return its answer with the visitor's token under `visit`.

        A visitor without a process gets one for a wish to `open` or to name the `choices`; for any other wish the answer
        is `{"gone": True}`: the place was given up, and whoever asks opens anew. InputError when all places are taken.
        The wish `here` only says that the page is still open, and with `hidden` that nobody looks at it from now on; the
        process does not hear of it and sleeps on.
        """
        if not isinstance(wish, dict):
            raise InputError("A wish for the Lab is an object.")
        seat = self._seat(token, new=wish.get("do") in ("open", "choices"))
        if seat is not None and wish.get("do") == "here":
            seat.heard, seat.hidden = time.monotonic(), wish.get("hidden") is True
            return {"visit": seat.token}
        return {"gone": True} if seat is None else {**seat.ask(wish), "visit": seat.token}

    def pids(self) -> list[int]:
        """The processes that there are now, the spare one last."""
        with self._lock:
            spare = [self._spare] if self._spare is not None else []
            return [seat.pid for seat in (*self._seats.values(), *spare) if seat.alive]

    def tidy(self) -> None:
        """End the processes of pages that have not been heard of for `absent` seconds, `hidden` ones for those that said so."""
        with self._lock:
            now = time.monotonic()
            gone = [
                seat
                for seat in self._seats.values()
                if now - seat.heard > (self.hidden if seat.hidden else self.absent)
            ]
            for seat in gone:
                del self._seats[seat.token]
        for seat in gone:
            seat.close()

    def close(self) -> None:
        """End all processes, and start no more. Safe to call twice."""
        self._ended.set()
        with self._lock:
            self._closed = True
            seats = [*self._seats.values(), *([self._spare] if self._spare is not None else [])]
            self._seats, self._spare = {}, None
        for seat in seats:
            seat.close()

    def _seat(self, token: object, *, new: bool) -> Worker | None:
        with self._lock:
            if self._closed:
                raise InputError("The app is closing; start it again to use the Lab.")
            seat = self._seats.get(token) if isinstance(token, str) else None
            if seat is not None and seat.alive:
                return seat
            if seat is not None:
                del self._seats[seat.token]
                seat.close()
            if not new:
                return None
            self._make_room()
            if self._spare is not None and self._spare.alive:
                seat, self._spare = self._spare, None
            else:
                seat = Worker()
            seat.asked = time.monotonic()
            self._seats[seat.token] = seat
            if self._usher is None:
                self._usher = threading.Thread(target=self._tidy_now_and_then, name="lab usher", daemon=True)
                self._usher.start()
            return seat

    def _tidy_now_and_then(self) -> None:
        while not self._ended.wait(self.absent / 10):
            self.tidy()

    def _make_room(self) -> None:
        """Give up whoever has been idle for longest, if there is no place left and that was long."""
        while len(self._seats) >= self.most:
            oldest = min(self._seats.values(), key=lambda seat: seat.asked)
            if oldest.alive and time.monotonic() - oldest.asked < self.idle:
                raise InputError(
                    f"The Lab has room for {self.most} visitors at once and is full now; try again in a minute."
                )
            del self._seats[oldest.token]
            oldest.close()
