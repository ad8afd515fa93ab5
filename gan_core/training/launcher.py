"""Starts trainings as processes of their own, one kept warm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any

from gan_core.recipes import Recipe
from gan_core.runs.folder import RunFolder, Status
from gan_core.runs.owners import add_owner, digest_of
from gan_core.runs.probe_images import ProbeImages
from gan_core.training.scheduler import TrainingQueue
from gan_core.training.worker_launcher import WorkerLauncher

REWARM = 20.0
"""Seconds after a start until the next spare worker is made ready: its imports must not slow the first pictures."""
REMEMBERED = 100
"""Requests to start that are known again when they come twice."""


class Launcher(WorkerLauncher):
    """Hands run folders to worker processes, of which one waits ready."""

    kind = title = "run"

    def __init__(self, runs_root: Path, device: str = "auto", queue: TrainingQueue | None = None) -> None:
        super().__init__(runs_root, queue)
        self.device = device
        self._lock = threading.Lock()
        self._start_lock = threading.Lock()
        self._known: OrderedDict[str, str] = OrderedDict()
        """Names of runs by the request that started them."""
        self._spare: subprocess.Popen[Any] | None = None
        self._closed = False

    def warm(self) -> None:
        """Start a spare worker, unless there is one already; returns at once."""
        with self._lock:
            if not self._closed and (self._spare is None or self._spare.poll() is not None):
                self._spare = self._spawn()

    def start(
        self,
        recipe: Recipe,
        name: str | None = None,
        own: ProbeImages | None = None,
        *,
        owner: str = "",
        token: str = "",
    ) -> RunFolder:
        """Create a run and train it as soon as the queue allows.

        The same recipe asked for again with the same `token` (a double click, a request that was sent twice) is the
        same run.

        Args:
            recipe: What to train.
            name: Of the run; None makes one.
            own: Probe images, which become the run's own before its first step, so that every keyframe has them.
            owner: The mark of the browser that asks.
            token: Identifies the request; empty for none.

        Raises:
            InputError: for a recipe that cannot be trained, and when too many trainings wait already.
        """
        from gan_core.training import session  # imports torch; `warm` must not wait for that

        request = json.dumps([owner, token, recipe.to_json()]) if token else ""
        with self._start_lock:
            known = self.runs_root / self._known.get(request, "")
            if request in self._known and (known / "recipe.json").exists():
                return RunFolder(known)
            self.queue.check(digest_of(owner))
            folder = session.create(recipe, self.runs_root, name)
            add_owner(folder.path, owner)
            if own is not None:
                folder.own.take(own)
            self.queue.submit(folder, digest_of(owner))
            if request:
                self._known[request] = folder.name
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return folder

    def resume(
        self, folder: RunFolder, steps: int | None = None, minutes: float | None = None, *, owner: str = ""
    ) -> None:
        """Let an ended run go on, for longer if asked to, as soon as there is a place.

        Raises InputError while it is being trained, or waits already.
        """
        from gan_core.training import session

        with self._start_lock:
            self.check_can_resume(folder, owner)
            session.extend(folder, steps, minutes)
            self.submit(folder, owner)

    def shutdown(self, *, keep: bool = False, patience: float = 20.0) -> None:
        """End the spare worker; ask the runs started here to stop and save, and wait for them, unless `keep`."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, None
        self.queue.close()
        if spare is not None:
            spare.kill()
            spare.wait()
            if spare.stdin is not None:
                spare.stdin.close()
        super().shutdown(keep=keep, patience=patience)

    def hand_over(self, folder: RunFolder) -> None:
        with self._lock:
            worker, self._spare = self._spare, None
            if worker is None or worker.poll() is not None:
                worker = self._spawn()
            folder.write_status(Status(state="starting", pid=worker.pid, heartbeat=time.time()))
            assert worker.stdin is not None
            worker.stdin.write(f"{folder.path.resolve()}\n")
            worker.stdin.close()
            self._started[folder.path] = worker
        timer = threading.Timer(REWARM, self.warm)
        timer.daemon = True
        timer.start()

    def _spawn(self) -> subprocess.Popen[Any]:
        # Both ends of the pipe write a path as file names are written, whatever the encoding of texts is.
        encoding, errors = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
        return self.spawn(
            "gan_core.training.worker",
            "--warm",
            "--device",
            self.device,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            encoding=encoding,
            errors=errors,
            env={**os.environ, "PYTHONIOENCODING": f"{encoding}:{errors}"},
        )
