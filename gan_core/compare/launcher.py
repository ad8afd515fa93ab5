"""Starts comparisons in processes of their own."""

from __future__ import annotations

import subprocess
import time

from gan_core.compare.folder import ComparisonFolder
from gan_core.compare.plan import ComparisonPlan
from gan_core.runs import RunFolder, Status
from gan_core.runs.owners import digest_of
from gan_core.training.worker_launcher import WorkerLauncher


class ComparisonLauncher(WorkerLauncher):
    """Hands folders of comparisons to worker processes, each as one training of the queue."""

    kind = title = "comparison"

    def start(self, plan: ComparisonPlan, name: str | None = None, *, owner: str = "") -> ComparisonFolder:
        """Make a comparison and run it as soon as the queue allows.

        Args:
            plan: Its recipes, and what is the same for all of them.
            name: Of its folder; None chooses a free one.
            owner: The mark of the browser that asks.

        Raises:
            InputError: for a name that is taken, and when too many trainings wait already.
        """
        self.queue.check(digest_of(owner))
        folder = ComparisonFolder.begin(self.runs_root, plan, name)
        self.submit(folder, owner)
        return folder

    def resume(self, folder: ComparisonFolder, *, owner: str = "") -> None:
        """Continue a comparison that was stopped.

        Raises:
            InputError: while it is running, or waits already.
        """
        self.check_can_resume(folder, owner)
        self.submit(folder, owner)

    def hand_over(self, folder: RunFolder) -> None:
        folder.forget_requests()
        with (folder.path / "log.txt").open("ab") as log:
            worker = self.spawn(
                "gan_core.compare.worker",
                str(folder.path.resolve()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        folder.write_status(Status(state="starting", reason="Getting ready.", pid=worker.pid, heartbeat=time.time()))
        self._started[folder.path] = worker
