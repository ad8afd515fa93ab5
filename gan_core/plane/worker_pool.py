"""Processes for the visitors of the Lab, one each: few at once, one kept warm, none left over when the app ends."""

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
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.parts.plugins import worker_arguments

MOST = 4
"""Visitors at once."""
IDLE = 60.0
"""Seconds without a request after which a visitor's process may be ended for another visitor."""
ABSENT = 300.0
"""Seconds without a sign of the page after which its process is ended: it was closed. An open page says that it is
`here` about every 20 seconds."""
HIDDEN = 3600.0
"""The same for a page that said when it was hidden: it is silent until it is shown again."""
ANSWER_WITHIN = 60.0
"""Seconds; the first answer of a cold process waits for torch to be imported."""


class Worker:
    """One process, which answers one request at a time."""

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
        """Whether the process is running."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def ask(self, request: Mapping[str, Any], within: float = ANSWER_WITHIN) -> dict[str, Any]:
        """The process's response to `request`, awaited for at most `within` seconds.

        Raises:
            InputError: for what the process refuses, and when it has ended or does not answer.
        """
        with self._lock:
            self.asked = self.heard = time.monotonic()
            self.hidden = False
            try:
                assert self._process.stdin is not None
                self._process.stdin.write(json.dumps(request) + "\n")
                self._process.stdin.flush()
                line = self._answers.get(timeout=within)
            except queue.Empty:
                self.close()
                line = ""
            except (OSError, ValueError):  # its end of the pipe is closed
                line = ""
        if not line:
            raise InputError("This Lab's training has ended unexpectedly; press Restart to begin again.")
        response = json.loads(line)
        if "error" in response:
            raise InputError(response["error"])
        return response

    def close(self) -> None:
        """End the process; safe to call twice."""
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
        self._answers.put("")  # ends a pending `ask`


class WorkerPool:
    """Workers by token; tokens are random, so that no visitor can guess another's."""

    def __init__(self, most: int = MOST, idle: float = IDLE, absent: float = ABSENT, hidden: float = HIDDEN) -> None:
        self.most = most
        self.idle = idle
        self.absent = absent
        self.hidden = hidden
        self._lock = threading.Lock()
        self._workers: dict[str, Worker] = {}
        self._spare: Worker | None = None
        self._closed = False
        self._ended = threading.Event()
        self._reaper: threading.Thread | None = None

    def warm(self) -> None:
        """Start a spare process, unless there is one or every worker is taken; returns at once."""
        with self._lock:
            if not self._closed and len(self._workers) < self.most and (self._spare is None or not self._spare.alive):
                self._spare = Worker()

    def ask(self, token: str | None, request: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """Pass `request` on to the visitor's process.

        Returns:
            The visitor's token, and the response. A visitor without a process gets one for a request to `open` or to name
            the `choices`; for any other request None: the process was ended, and the page opens anew.

        Raises:
            InputError: for what the process refuses, and when all workers are taken.
        """
        worker = self._worker(token, new=request["do"] in ("open", "choices"))
        return None if worker is None else (worker.token, worker.ask(request))

    def stay(self, token: str, *, hidden: bool) -> bool:
        """Note that the visitor's page is still open, `hidden` if it is not visible from now on; its process sleeps on.

        Returns:
            Whether the visitor has a process.
        """
        worker = self._worker(token, new=False)
        if worker is not None:
            worker.heard, worker.hidden = time.monotonic(), hidden
        return worker is not None

    def pids(self) -> list[int]:
        """Numbers of the running processes, the spare one last."""
        with self._lock:
            spare = [self._spare] if self._spare is not None else []
            return [worker.pid for worker in (*self._workers.values(), *spare) if worker.alive]

    def tidy(self) -> None:
        """End the processes of pages that have not been heard of for `absent` seconds, `hidden` ones for those that
        said so."""
        with self._lock:
            now = time.monotonic()
            gone = [
                worker
                for worker in self._workers.values()
                if now - worker.heard > (self.hidden if worker.hidden else self.absent)
            ]
            for worker in gone:
                del self._workers[worker.token]
        for worker in gone:
            worker.close()

    def close(self) -> None:
        """End all processes, and start no more; safe to call twice."""
        self._ended.set()
        with self._lock:
            self._closed = True
            workers = [*self._workers.values(), *([self._spare] if self._spare is not None else [])]
            self._workers, self._spare = {}, None
        for worker in workers:
            worker.close()

    def _worker(self, token: str | None, *, new: bool) -> Worker | None:
        with self._lock:
            if self._closed:
                raise InputError("The app is closing; start it again to use the Lab.")
            worker = self._workers.get(token) if token is not None else None
            if worker is not None and worker.alive:
                return worker
            if worker is not None:
                del self._workers[worker.token]
                worker.close()
            if not new:
                return None
            self._end_idlest()
            if self._spare is not None and self._spare.alive:
                worker, self._spare = self._spare, None
            else:
                worker = Worker()
            worker.asked = time.monotonic()
            self._workers[worker.token] = worker
            if self._reaper is None:
                self._reaper = threading.Thread(target=self._tidy_now_and_then, name="lab reaper", daemon=True)
                self._reaper.start()
            return worker

    def _tidy_now_and_then(self) -> None:
        while not self._ended.wait(self.absent / 10):
            self.tidy()

    def _end_idlest(self) -> None:
        """End the worker that has been idle for longest, if all are taken and it was idle for `idle` seconds."""
        while len(self._workers) >= self.most:
            oldest = min(self._workers.values(), key=lambda worker: worker.asked)
            if oldest.alive and time.monotonic() - oldest.asked < self.idle:
                raise InputError(
                    f"The Lab serves {self.most} visitors at once, and all places are taken; try again in a minute."
                )
            del self._workers[oldest.token]
            oldest.close()
