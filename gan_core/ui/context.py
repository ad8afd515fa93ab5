"""What all tabs share: where runs lie, the launcher of trainings, the models in memory."""

from __future__ import annotations

import atexit
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.ui.threads import PriorityLock

if TYPE_CHECKING:
    from gan_core.compare.folder import ComparisonFolder
    from gan_core.compare.launcher import ComparisonLauncher
    from gan_core.file_cache import Version
    from gan_core.models import ModelCatalog, ModelEntry
    from gan_core.models.generator import GeneratorModel
    from gan_core.runs import RunFolder
    from gan_core.training.launcher import Launcher
    from gan_core.training.scheduler import TrainingQueue
    from gan_core.training.timing_probes import TimingProbes
    from gan_core.translation.translator import Translator
    from gan_core.ui.train.fetches import Fetches

MODELS_IN_MEMORY = 6
"""States of a run that a process works on."""


class Context:
    """What the tabs of one app share.

    Importing and making it is cheap: torch is imported by `prepare`, or at its first use.

    Args:
        runs_root: The folder of runs; None for the default one.
        device: `auto`, `cpu`, `cuda` or `mps`.
        local: Whether only this machine can reach the app; paths of the server's own disk are accepted only then.
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
        self._runs_root = Path(runs_root) if runs_root is not None else None
        self.device = device
        self.local = local
        self.max_trainings = max_trainings
        self.model_lock = PriorityLock()
        """Held while a model of the cache draws: one drawing at a time keeps the server's torch work predictable."""
        self._lock = threading.RLock()
        self._models_lock = threading.Lock()
        self._queue: TrainingQueue | None = None
        self._launcher: Launcher | None = None
        self._comparisons: ComparisonLauncher | None = None
        self._trials: TimingProbes | None = None
        self._models: OrderedDict[Path, tuple[Version, Any]] = OrderedDict()
        self._catalog: ModelCatalog | None = None
        self._fetches: Fetches | None = None
        self._preparing: threading.Thread | None = None
        self._closed = False
        self._ended = threading.Event()

    # Runs ---------------------------------------------------------------------------------------------------------

    @property
    def runs_root(self) -> Path:
        """The folder of all runs."""
        if self._runs_root is None:
            from gan_core.runs import default_root

            self._runs_root = Path(default_root())
        return self._runs_root

    def runs(self) -> list[RunFolder]:
        """All runs, newest first."""
        from gan_core.runs import list_runs

        return list_runs(self.runs_root)

    def run(self, name: str) -> RunFolder:
        """The run called `name`, written with or without `runs/`.

        Raises:
            InputError: for a name that no run's folder has.
        """
        from gan_core.runs.folder import NAME, RunFolder, is_reserved

        name = str(name).removeprefix("runs/")
        named = NAME.fullmatch(name) and not is_reserved(name)
        if not named or not os.path.isfile(self.runs_root / name / "recipe.json"):
            raise InputError(unknown("run", name, [run.name for run in self.runs()]))
        return RunFolder(self.runs_root / name)

    def active_run(self) -> RunFolder | None:
        """The newest run that is being trained, by this app or elsewhere."""
        return next((run for run in self.runs() if run.status().is_active), None)

    # Trainings ----------------------------------------------------------------------------------------------------

    @property
    def queue(self) -> TrainingQueue:
        """The queue of trainings; made on first access."""
        with self._lock:
            if self._queue is None:
                from gan_core.training.scheduler import TrainingQueue

                # Between visitors who do not know each other no training keeps its place for ever: they take turns.
                self._queue = TrainingQueue(self.runs_root, self.max_trainings, shared=not self.local)
            return self._queue

    @property
    def launcher(self) -> Launcher:
        """Starts trainings in their own processes; made on first access.

        Raises:
            InputError: when the app is closing.
        """
        with self._lock:
            if self._closed:
                raise InputError("The app is closing; start it again to train.")
            if self._launcher is None:
                from gan_core.training.launcher import Launcher

                self._launcher = Launcher(self.runs_root, device=self.device, queue=self.queue)
                atexit.register(self.shutdown)  # however the app ends, its runs are asked to stop and save
            return self._launcher

    @property
    def comparisons(self) -> ComparisonLauncher:
        """Starts comparisons in their own processes; made on first access.

        Raises:
            InputError: when the app is closing.
        """
        with self._lock:
            if self._closed:
                raise InputError("The app is closing; start it again to compare recipes.")
            if self._comparisons is None:
                from gan_core.compare.launcher import ComparisonLauncher

                self._comparisons = ComparisonLauncher(self.runs_root, self.queue)
                atexit.register(self.shutdown)
            return self._comparisons

    @property
    def trials(self) -> TimingProbes:
        """Measures how fast recipes train here, in a process of its own; made on first access.

        Raises:
            InputError: when the app is closing.
        """
        with self._lock:
            if self._closed:
                raise InputError("The app is closing; start it again to measure.")
            if self._trials is None:
                from gan_core.training.timing_probes import TimingProbes

                self._trials = TimingProbes(self.device)
                atexit.register(self.shutdown)
            return self._trials

    @property
    def fetches(self) -> Fetches:
        """Downloads of data sets; made on first access."""
        from gan_core.ui.train.fetches import Fetches

        with self._lock:
            if self._fetches is None:
                self._fetches = Fetches()
            return self._fetches

    def comparison(self, name: str) -> ComparisonFolder:
        """The comparison called `name`.

        Raises:
            InputError: for a name that no comparison's folder has.
        """
        from gan_core.compare.folder import ComparisonFolder, list_comparisons
        from gan_core.runs.folder import NAME, is_reserved

        named = NAME.fullmatch(str(name)) and not is_reserved(str(name))
        if not named or not os.path.isfile(self.runs_root / str(name) / "race.json"):
            known = [comparison.name for comparison in list_comparisons(self.runs_root)]
            raise InputError(unknown("comparison", str(name), known))
        return ComparisonFolder(self.runs_root / str(name))

    def go_on_waiting(self) -> None:
        """Start the queue again with the trainings that waited when the app ended; returns at once."""
        from gan_core.runs.queue import tickets

        if tickets(self.runs_root):
            _ = self.launcher, self.comparisons  # made, so that the queue can start both kinds
            threading.Thread(target=self.queue.dispatch, name="waiting trainings", daemon=True).start()

    def waiting(self) -> str:
        """How many trainings wait in line, in words; empty if none does."""
        from gan_core.runs.queue import tickets

        count = len(tickets(self.runs_root))
        return "" if not count else "1 training is" if count == 1 else f"{count} trainings are"

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
        self._import_models()

    def import_models(self) -> None:
        """Import torch and what stands on it in the background, so that the first picture does not wait for it."""
        threading.Thread(target=self._import_models, name="import", daemon=True).start()

    def _import_models(self) -> None:
        import gan_core.data
        import gan_core.models.generator
        import gan_core.training.session  # noqa: F401 - what Start checks a recipe with

    def sweep_drafts(self) -> None:
        """Remove, in the background, what killed processes have left half-written."""
        threading.Thread(target=self._sweep_drafts, name="sweep", daemon=True).start()

    def _sweep_drafts(self) -> None:
        from gan_core.models.catalog import imported_folder, pretrained_folder
        from gan_core.runs.drafts import SHARED_AGE, sweep, sweep_all, sweep_draft_folders
        from gan_core.runs.folder import UPLOADS

        for _ in range(2):  # again when those are old enough that another machine might have been writing just now
            sweep_all(self.runs_root)
            sweep(pretrained_folder(), least_age=SHARED_AGE)
            for folder in (imported_folder(self.runs_root), self.runs_root / UPLOADS):
                sweep_draft_folders(folder)
            if self._ended.wait(SHARED_AGE + 1):
                return

    def shutdown(self) -> None:
        """Ask this app's runs to stop and save, when the app ends; safe to call twice."""
        self._ended.set()
        with self._lock:
            self._closed = True
            launcher, self._launcher = self._launcher, None
            comparisons, self._comparisons = self._comparisons, None
            trials, self._trials = self._trials, None
            fetches = self._fetches
        if fetches is not None:
            fetches.close()
        if trials is not None:
            trials.stop()
        if comparisons is not None:
            comparisons.shutdown()
        if launcher is not None:
            launcher.shutdown()

    # Models -------------------------------------------------------------------------------------------------------

    @property
    def catalog(self) -> ModelCatalog:
        """Shipped models, imported ones and those of runs; opens only files that have changed."""
        from gan_core.models import ModelCatalog

        with self._lock:
            if self._catalog is None:
                self._catalog = ModelCatalog(self.runs_root)
            return self._catalog

    def models(self, kind: str | None = None) -> list[ModelEntry]:
        """Shipped models and those of runs; `kind` is `generator`, `translator` or None for both."""
        return [entry for entry in self.catalog.entries() if kind in (None, entry.kind)]

    def model(self, name: str) -> GeneratorModel | Translator:
        """The model that `models` lists under `name`, from memory if its file has not changed.

        Raises:
            InputError: for an unknown name, and for a file that cannot be loaded.
        """
        entry = self.catalog.find(name)
        if entry is None:
            raise InputError(unknown("model", str(name)[:100], [entry.name for entry in self.models()]))
        return self.model_file(entry.path)

    def model_file(self, path: Path) -> GeneratorModel | Translator:
        """The model in the file `path` (also a run's `live_weights`); the last few used stay in memory.

        Raises InputError when the file cannot be read. `path` must not come from a browser.
        """
        from gan_core.models import load_model

        return self.cached(path, lambda: load_model(path, device=self.device))

    def cached(self, path: Path, load: Callable[[], Any]) -> Any:
        """The result of `load()`, from memory while the file `path` has not changed.

        Raises:
            InputError: if the file does not exist any more.
        """
        from gan_core.file_cache import version_of

        try:
            version = version_of(path)
        except OSError as error:
            raise InputError(f"{path.name} is not there (any more); choose another model.") from error
        with self._models_lock:
            held = self._models.get(path)
            if held is None or held[0] != version:
                held = (version, load())
            self._models[path] = held
            self._models.move_to_end(path)
            while len(self._models) > MODELS_IN_MEMORY:
                self._models.popitem(last=False)
        return held[1]

    def in_memory(self) -> list[Any]:
        """What `cached` holds now; results of models that are not among them can be dropped."""
        with self._models_lock:
            return [held for _, held in self._models.values()]

    # The machine --------------------------------------------------------------------------------------------------

    def device_line(self) -> str:
        """The device in words, such as `CPU, 2 threads, bfloat16`."""
        from gan_core.devices import choose, describe

        return describe(choose(self.device))
