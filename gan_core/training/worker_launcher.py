"""What starts worker processes for the folders that wait in line, and ends them with the app."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from gan_core.errors import InputError
from gan_core.parts.plugins import worker_arguments
from gan_core.runs.folder import RunFolder
from gan_core.runs.owners import add_owner, digest_of
from gan_core.training.scheduler import TrainingQueue

ROOT = Path(__file__).parents[2]
"""Where workers run, so that they import the package that the app was started from."""


class WorkerLauncher(ABC):
    """Hands folders of one kind to worker processes, as many at once as `queue` allows.

    Everything else goes through the folders: a worker is asked to stop in its folder's control.json.
    """

    kind: ClassVar[str]
    """`run` or `comparison`: by which the queue knows what starts a folder."""
    title: ClassVar[str]
    """What a sentence calls one."""

    def __init__(self, runs_root: Path, queue: TrainingQueue | None = None) -> None:
        self.runs_root = Path(runs_root)
        self.queue = queue or TrainingQueue(self.runs_root)
        self.queue.starters[self.kind] = lambda folder: self.hand_over(folder)
        self._started: dict[Path, subprocess.Popen[Any]] = {}

    @abstractmethod
    def hand_over(self, folder: RunFolder) -> None:
        """Let a worker process begin on `folder` now.

        Raises:
            OSError: if it cannot be started.
        """

    def check_can_resume(self, folder: RunFolder, owner: str) -> None:
        """Raise InputError where `folder` is at work, waits already, or may not even wait."""
        folder.check_idle()
        if folder.status().state == "waiting":
            raise InputError(f"The {self.title} {folder.name} waits already; it goes on by itself.")
        self.queue.check(digest_of(owner))

    def submit(self, folder: RunFolder, owner: str) -> None:
        """Queue `folder` for `owner`, the mark of the browser that asks; it begins at once if there is capacity."""
        add_owner(folder.path, owner)
        self.queue.submit(folder, digest_of(owner))

    def spawn(self, module: str, *arguments: str, **options: Any) -> subprocess.Popen[Any]:
        """Start `python -m module arguments`; the queue is told when it ends.

        A session of its own: Ctrl-C in the terminal reaches the app, which then asks its runs to stop and save.
        """
        command = [sys.executable, "-m", module, *arguments, *worker_arguments()]
        worker = subprocess.Popen(command, start_new_session=True, cwd=ROOT, **options)
        # Waited for at once: a process that nothing waits for keeps its number and seems to live on.
        name = f"{self.kind} worker {worker.pid}"
        threading.Thread(target=self._await, args=(worker,), name=name, daemon=True).start()
        return worker

    def shutdown(self, *, keep: bool = False, patience: float = 20.0) -> None:
        """Start nothing any more; ask what was started here to stop and save, and wait for it, unless `keep`."""
        self.queue.close()
        if keep:
            return
        running = {path: process for path, process in self._started.items() if process.poll() is None}
        for path, process in running.items():
            try:
                RunFolder(path).request("stop")
            except InputError:  # a folder that takes no request, or is gone: the system asks instead
                process.terminate()
        deadline = time.monotonic() + patience
        for process in running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # On POSIX again a request to stop and save. Windows knows no such request: it ends the worker at once,
                # and what was learned since the newest checkpoint is lost.
                process.terminate()

    def _await(self, worker: subprocess.Popen[Any]) -> None:
        worker.wait()
        self.queue.wake()
