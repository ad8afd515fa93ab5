"""What an app does for trainings: the queue, the processes that it starts, and their end with it."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gan_core.errors import InputError
from gan_core.ui.app_settings import AppSettings

if TYPE_CHECKING:
    from gan_core.compare.launcher import ComparisonLauncher
    from gan_core.training.launcher import Launcher
    from gan_core.training.scheduler import TrainingQueue
    from gan_core.training.timing_probes import TimingProbes

T = TypeVar("T")


class Trainings:
    """The queue of trainings and what starts them; each is made on first access, as all of them bring torch.

    Args:
        runs_root: The folder of runs.
        settings: Of the app.
    """

    def __init__(self, runs_root: Path, settings: AppSettings) -> None:
        self._runs_root, self._settings = runs_root, settings
        self._lock = threading.RLock()
        self._queue: TrainingQueue | None = None
        self._launcher: Launcher | None = None
        self._comparisons: ComparisonLauncher | None = None
        self._timing_probes: TimingProbes | None = None
        self._preparing: threading.Thread | None = None
        self._closed = False

    @property
    def queue(self) -> TrainingQueue:
        """The queue of trainings."""
        with self._lock:
            if self._queue is None:
                from gan_core.training.scheduler import TrainingQueue

                # Between visitors who do not know each other no training keeps its place for ever: they take turns.
                shared = not self._settings.local
                self._queue = TrainingQueue(self._runs_root, self._settings.max_trainings, shared=shared)
            return self._queue

    @property
    def launcher(self) -> Launcher:
        """Starts trainings in their own processes.

        Raises:
            InputError: when the app is closing.
        """

        def make() -> Launcher:
            from gan_core.training.launcher import Launcher

            return Launcher(self._runs_root, device=self._settings.device, queue=self.queue)

        with self._lock:
            self._launcher = self._open(self._launcher, make)
            return self._launcher

    @property
    def comparisons(self) -> ComparisonLauncher:
        """Starts comparisons in their own processes.

        Raises:
            InputError: when the app is closing.
        """

        def make() -> ComparisonLauncher:
            from gan_core.compare.launcher import ComparisonLauncher

            return ComparisonLauncher(self._runs_root, self.queue)

        with self._lock:
            self._comparisons = self._open(self._comparisons, make)
            return self._comparisons

    @property
    def timing_probes(self) -> TimingProbes:
        """Measures how fast recipes train here, in a process of its own.

        Raises:
            InputError: when the app is closing.
        """

        def make() -> TimingProbes:
            from gan_core.training.timing_probes import TimingProbes

            return TimingProbes(self._settings.device)

        with self._lock:
            self._timing_probes = self._open(self._timing_probes, make)
            return self._timing_probes

    def _open(self, made: T | None, make: Callable[[], T]) -> T:
        """`made`, or a new one: from then on, however the app ends, its runs are asked to stop and save."""
        if self._closed:
            raise InputError("The app is closing; start it again to train.")
        if made is None:
            made = make()
            atexit.register(self.shutdown)
        return made

    def waiting(self) -> int:
        """How many trainings wait in line."""
        from gan_core.runs.queue import tickets

        return len(tickets(self._runs_root))

    def go_on_waiting(self) -> None:
        """Start the queue again with the trainings that waited when the app ended; returns at once."""
        if self.waiting():
            _ = self.launcher, self.comparisons  # made, so that the queue can start both kinds
            threading.Thread(target=self.queue.dispatch, name="waiting trainings", daemon=True).start()

    def prepare(self) -> None:
        """Start, once and in the background, what a first Start or a first picture would otherwise wait for."""
        with self._lock:
            if self._preparing is None and not self._closed:
                self._preparing = threading.Thread(target=self._prepare, name="prepare", daemon=True)
                self._preparing.start()

    def _prepare(self) -> None:
        try:
            self.launcher.warm()  # first: the worker imports torch in its own process while this one imports it here
        except InputError:
            return  # closing already, or a device that does not exist: Start reports it
        import_torch()

    def shutdown(self) -> None:
        """Ask this app's runs to stop and save, when the app ends; safe to call twice."""
        with self._lock:
            self._closed = True
            launcher, self._launcher = self._launcher, None
            comparisons, self._comparisons = self._comparisons, None
            timing_probes, self._timing_probes = self._timing_probes, None
        if timing_probes is not None:
            timing_probes.stop()
        if comparisons is not None:
            comparisons.shutdown()
        if launcher is not None:
            launcher.shutdown()


def import_torch() -> None:
    """Import torch and what stands on it, so that the first Start and the first picture do not wait for it."""
    import gan_core.data
    import gan_core.models.generator
    import gan_core.training.session  # noqa: F401 - what Start checks a recipe with
