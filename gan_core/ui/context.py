"""The services of one app, from which each tab takes those that it needs."""

from __future__ import annotations

import threading
from pathlib import Path

from gan_core.ui.app_settings import AppSettings
from gan_core.ui.housekeeping import sweep_drafts
from gan_core.ui.model_store import ModelStore
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.train.fetches import Fetches
from gan_core.ui.trainings import Trainings


class Context:
    """The services of one app.

    Making it is cheap: torch is imported when a service needs it.

    Args:
        runs_root: The folder of runs; None for the default one.
        device: `auto`, `cpu`, `cuda` or `mps`.
        local: Whether only this machine can reach the app.
        max_trainings: How many trainings run at once, the others wait; None: chosen by this machine's cores.
    """

    def __init__(
        self,
        runs_root: Path | str | None = None,
        device: str = "auto",
        *,
        local: bool = True,
        max_trainings: int | None = None,
    ) -> None:
        self.settings = AppSettings(device, local, max_trainings)
        self.runs = RunLibrary(runs_root)
        self.models = ModelStore(self.runs.root, device)
        self.trainings = Trainings(self.runs.root, self.settings)
        self.fetches = Fetches()
        self._ended = threading.Event()

    def sweep_drafts(self) -> None:
        """Remove, in the background, what killed processes have left half-written."""
        threading.Thread(target=sweep_drafts, args=(self.runs.root, self._ended), name="sweep", daemon=True).start()

    def shutdown(self) -> None:
        """End what goes on in the background; the app's runs are asked to stop and save.

        Safe to call twice.
        """
        self._ended.set()
        self.fetches.close()
        self.trainings.shutdown()
