"""The models that an app can show, the last few of them in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.file_cache import version_of
from gan_core.parts import unknown
from gan_core.ui.threads import PriorityLock

if TYPE_CHECKING:
    from gan_core.file_cache import Version
    from gan_core.models import ModelCatalog, ModelEntry
    from gan_core.models.generator import GeneratorModel
    from gan_core.translation.translator import Translator

MODELS_IN_MEMORY = 6


class ModelStore:
    """Shipped models, imported ones and those of runs.

    Making it is cheap: torch is imported at its first use.

    Args:
        runs_root: The folder of runs, which holds imported models too.
        device: `auto`, `cpu`, `cuda` or `mps`.
    """

    def __init__(self, runs_root: Path, device: str = "auto") -> None:
        self.runs_root = runs_root
        self.device = device
        self.drawing = PriorityLock()
        """Held while a model draws: one drawing at a time keeps the server's torch work predictable."""
        self._lock = threading.Lock()
        self._catalog_lock = threading.Lock()
        self._held: OrderedDict[Path, tuple[Version, Any]] = OrderedDict()
        self._catalog: ModelCatalog | None = None

    @property
    def catalog(self) -> ModelCatalog:
        """Of all models; opens only files that have changed."""
        from gan_core.models import ModelCatalog

        with self._catalog_lock:
            if self._catalog is None:
                self._catalog = ModelCatalog(self.runs_root)
            return self._catalog

    def entries(self, kind: str | None = None) -> list[ModelEntry]:
        """All models; `kind` is `generator`, `translator` or None for both."""
        return [entry for entry in self.catalog.entries() if kind in (None, entry.kind)]

    def load(self, name: str) -> GeneratorModel | Translator:
        """The model that `entries` lists under `name`, from memory if its file has not changed.

        Raises:
            InputError: for an unknown name, and for a file that cannot be loaded.
        """
        entry = self.catalog.find(name)
        if entry is None:
            raise InputError(unknown("model", str(name)[:100], [entry.name for entry in self.entries()]))
        return self.load_file(entry.path)

    def load_file(self, path: Path) -> GeneratorModel | Translator:
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
        try:
            version = version_of(path)
        except OSError as error:
            raise InputError(f"{path.name} is not there (any more); choose another model.") from error
        with self._lock:
            held = self._held.get(path)
            if held is None or held[0] != version:
                held = (version, load())
            self._held[path] = held
            self._held.move_to_end(path)
            while len(self._held) > MODELS_IN_MEMORY:
                self._held.popitem(last=False)
        return held[1]

    def in_memory(self) -> list[Any]:
        """What `cached` holds now; results of models that are not among them can be dropped."""
        with self._lock:
            return [held for _, held in self._held.values()]
