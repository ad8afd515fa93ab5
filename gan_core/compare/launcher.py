"""Starts races in processes of their own, and asks them to stop and save when the app ends."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from gan_core.compare.folder import ComparisonFolder
from gan_core.compare.plan import ComparisonPlan
from gan_core.errors import InputError
from gan_core.parts.plugins import worker_arguments
from gan_core.runs import RunFolder, Status
from gan_core.runs.owners import add_owner, digest_of
from gan_core.training.scheduler import TrainingQueue


class ComparisonLauncher:
    """Hands race folders to worker processes, each as one training of `queue`; all else goes through the folders."""

    def __init__(self, runs_root: Path, queue: TrainingQueue | None = None) -> None:
        self.runs_root = Path(runs_root)
        self.queue = queue or TrainingQueue(self.runs_root)
        self.queue.starters["race"] = lambda folder: self._hand_over(folder)
        self._started: dict[Path, subprocess.Popen[bytes]] = {}

    def start(self, plan: ComparisonPlan, name: str | None = None, *, owner: str = "") -> ComparisonFolder:
        """Make a race and hold it as soon as there is a place. Raises InputError for a name that is taken."""
        self.queue.check(digest_of(owner))
        folder = ComparisonFolder.begin(self.runs_root, plan, name)
        add_owner(folder.path, owner)
        self.queue.submit(folder, digest_of(owner))
        return folder

    def resume(self, folder: ComparisonFolder, *, owner: str = "") -> None:
        """Let a race that was stopped go on. Raises InputError while it is being held, or waits already."""
        folder.check_idle()
        if folder.status().state == "waiting":
            raise InputError(f"The race {folder.name} waits already; it goes on by itself.")
        self.queue.check(digest_of(owner))
        add_owner(folder.path, owner)
        self.queue.submit(folder, digest_of(owner))

    def shutdown(self, patience: float = 20.0) -> None:
        """Ask the races started here to stop and save, and wait for them."""
        self.queue.close()
        going = {path: process for path, process in self._started.items() if process.poll() is None}
        for path, process in going.items():
            try:
                ComparisonFolder(path).wish("stop")
            except InputError:  # a folder that takes no request, or is gone: the system asks instead
                process.terminate()
        deadline = time.monotonic() + patience
        for process in going.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.terminate()

    def _hand_over(self, folder: RunFolder) -> None:
        folder.forget_wishes()
        with (folder.path / "log.txt").open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "gan_core.compare.worker", str(folder.path.resolve()), *worker_arguments()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=Path(__file__).parents[2],
            )
        folder.write_status(Status(state="starting", reason="Getting ready.", pid=worker.pid, heartbeat=time.time()))
        self._started[folder.path] = worker
        threading.Thread(target=self._await, args=(worker,), name=f"race {worker.pid}", daemon=True).start()

    def _await(self, worker: subprocess.Popen[bytes]) -> None:
        worker.wait()
        self.queue.wake()
