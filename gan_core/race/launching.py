"""Starts races in processes of their own, and asks them to stop and save when the app ends."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from gan_core.race.folder import RaceFolder
from gan_core.race.plan import Plan
from gan_core.store import Status


class RaceLauncher:
    """Hands race folders to worker processes; everything else goes through the folders."""

    def __init__(self, runs_root: Path) -> None:
        self.runs_root = Path(runs_root)
        self._started: dict[Path, subprocess.Popen[bytes]] = {}

    def start(self, plan: Plan, name: str | None = None) -> RaceFolder:
        """Make a race and begin to hold it. Raises InputError for a name that is taken."""
        folder = RaceFolder.begin(self.runs_root, plan, name)
        self._hand_over(folder)
        return folder

    def resume(self, folder: RaceFolder) -> None:
        """Let a race that was stopped go on. Raises InputError while it is being held."""
        folder.check_idle()
        self._hand_over(folder)

    def shutdown(self, patience: float = 20.0) -> None:
        """Ask the races started here to stop and save, and wait for them."""
        going = {path: process for path, process in self._started.items() if process.poll() is None}
        for path in going:
            RaceFolder(path).wish("stop")
        deadline = time.monotonic() + patience
        for process in going.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.terminate()

    def _hand_over(self, folder: RaceFolder) -> None:
        folder.forget_wishes()
        with (folder.path / "log.txt").open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "gan_core.race.worker", str(folder.path.resolve())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=Path(__file__).parents[2],
            )
        folder.write_status(Status(state="starting", reason="Getting ready.", pid=worker.pid, heartbeat=time.time()))
        self._started[folder.path] = worker
        threading.Thread(target=worker.wait, name=f"waiting for race {worker.pid}", daemon=True).start()
