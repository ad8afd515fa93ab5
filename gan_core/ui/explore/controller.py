"""What all panels of Explore share: which models there are, the model and latent of a request, and drawing them."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.explore.protocol import GeneratorChoice, LatentRequest
from gan_core.ui.jobs import Jobs
from gan_core.ui.model_store import ModelStore
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from gan_core.latents.directions import Directions
    from gan_core.latents.follower import Follower
    from gan_core.latents.history import History
    from gan_core.latents.spec import LatentSpec
    from gan_core.models import ModelEntry
    from gan_core.models.generator import GeneratorModel
    from gan_core.runs import RunFolder
    from gan_core.runs.bookmarks import Bookmarks

LIVE = "live:"
GROUPS = ("Training now", "Ready to explore", "Own runs", "Runs of comparisons")
"""Of the list of models, in this order."""
CHUNK = 2
"""Pictures of many that are drawn at a time; between two chunks a slider's picture may go first."""


@dataclass(frozen=True, eq=False)
class LatentView:
    """A latent in a model, as a request means it."""

    name: str
    model: GeneratorModel
    version: str
    """Of the weights: those of a training change."""
    step: int | None
    """The kept moment; None for the newest weights."""
    spec: LatentSpec
    latent: Tensor
    """float32 (latent_dim,)."""
    weights: Tensor | None
    """How much of each class is drawn, float32 (classes,); None for a model without classes."""


class ExploreController:
    """The models, directions and histories that the panels of Explore share; one per app."""

    def __init__(self, runs: RunLibrary, store: ModelStore, settings: AppSettings) -> None:
        self.runs, self.store, self.settings = runs, store, settings
        self.jobs = Jobs()
        """The long work of all panels."""
        self._lock = threading.Lock()
        self._paths: dict[str, Path] = {}
        self._origins: dict[str, str] = {}
        self._followers: dict[str, Follower[Any]] = {}
        self._directions: dict[str, tuple[GeneratorModel, Directions]] = {}
        self._histories: dict[str, History] = {}
        self.drafts: dict[str, dict[str, list[float]]] = {}
        """By model, directions that have no name yet: their ids begin with `directions.catalogue.DRAFT`."""

    # Which models -------------------------------------------------------------------------------------------------

    def models(self) -> list[GeneratorChoice]:
        """Generators that can be explored: trainings going on first, then shipped ones, own runs, the runs of
        comparisons."""
        from gan_core.models.histories import beside

        listed, paths, runs = [], {}, self.runs.all()
        compared = {run.name for run in runs if run.comparison()}
        for run in runs:
            if run.status().is_active and run.live_weights.exists() and _trains_generator(run):
                name = LIVE + run.name
                paths[name] = run.live_weights
                group = GROUPS[3 if run.name in compared else 0]
                listed.append(GeneratorChoice(id=name, label=f"{run.name} (training now)", group=group))
        entries = self.store.entries("generator")
        for entry in entries:
            listed.append(GeneratorChoice(id=entry.name, label=entry.name, group=GROUPS[_group(entry, compared)]))
        paths |= {entry.name: Path(entry.path) for entry in entries}
        with self._lock:
            self._paths = paths
            self._origins = {entry.name: entry.origin for entry in entries}
            for table in (self._followers, self._directions, self._histories):
                for gone in set(table) - set(paths):
                    del table[gone]
        # Those with a history come first within their group: everything can be tried with them.
        with_history = {entry.name for entry in entries if beside(Path(entry.path)).exists()}
        return sorted(listed, key=lambda item: (GROUPS.index(item.group), item.id not in with_history))

    def newest_runs(self, owner: str | None) -> list[str]:
        """Names of the runs of `owner` (None for everybody's), newest first, without those of comparisons."""
        from gan_core.runs.owners import is_owner

        runs = [run for run in self.runs.all() if owner is None or is_owner(run.path, owner)]
        return [run.name for run in runs if not run.comparison()]

    def path(self, name: str) -> Path:
        """The file of the model `name`.

        Raises:
            InputError: for a name that no model to explore has.
        """
        if not name:
            raise InputError("Choose a model first.")
        if name not in self._paths:
            self.models()
        with self._lock:
            if name not in self._paths:
                raise InputError(unknown("model to explore", name, self._paths))
            return self._paths[name]

    def run(self, name: str) -> RunFolder | None:
        """The run whose model `name` is; None for shipped and imported models.

        Raises:
            InputError: for a run that does not exist any more.
        """
        if name.startswith(LIVE):
            return self.runs.find(name.removeprefix(LIVE))
        return self.runs.find(name.split("/")[1]) if name.startswith("runs/") else None

    def bookmarks(self, name: str) -> Bookmarks:
        """The favourites, directions and paths kept with the model: in its run, else beside the runs."""
        from gan_core.runs.bookmarks import Bookmarks
        from gan_core.runs.folder import KEPT

        self.path(name)  # no other names: they become folders
        run = self.run(name)
        if run is not None:
            return Bookmarks(run.path / "kept")
        return Bookmarks(self.runs.root / KEPT / name.replace("/", "-"))

    # Models and latents -------------------------------------------------------------------------------------------

    def model(self, name: str, step: int | None = None) -> tuple[GeneratorModel, str]:
        """The generator called `name`, as it is now or as of a kept `step`, and the version of its weights.

        Raises InputError for a model or moment that is not there (any more).
        """
        path = self.path(name)
        if step is not None:
            return self.history_of(name).at(step), f"step {step}"
        if not name.startswith(LIVE):
            return self.store.cached(path, lambda: self._load(path)), "0"
        from gan_core.latents.follower import Follower

        if not path.exists() and (saved := self.runs.find(name.removeprefix(LIVE)).model).exists():
            path = saved  # the training has just ended: its model is what its live weights were
        with self._lock:
            follower = self._followers.get(name)
            if follower is None or follower.path != path:
                follower = self._followers[name] = Follower(path, self._load)
        model, version = follower.newest()
        return model, str(version)

    def _load(self, path: Path) -> GeneratorModel:
        """The generator in a file."""
        from gan_core.models import load_model
        from gan_core.models.generator import GeneratorModel

        model = load_model(path, device=self.store.device)
        if not isinstance(model, GeneratorModel):
            raise InputError(f"{path.name} translates pictures; choose it on the Translate tab.")
        return model

    def history(self, name: str) -> History | None:
        """The kept moments of the model's training; None if there are none, or none that can be read."""
        try:
            history = self.history_of(name)
            return history if history.steps() else None
        except InputError:  # the Time panel shows what is wrong; the model itself can be explored
            return None

    def history_of(self, name: str) -> History:
        """The history of the model `name`, empty or not.

        Raises:
            InputError: for a history that is cut short or belongs to another model.
        """
        from gan_core.latents.history import History

        path = self.path(name)
        with self._lock:
            known = self._histories.get(name)
        if known is None:
            run = self.run(name)
            known = History(run if run is not None else path, device=self.store.device)
            with self._lock:
                self._histories[name] = known
        return known

    def directions(self, name: str, model: GeneratorModel) -> Directions:
        """The directions by their ids of `model`, the newest state of `name`: they hold at every step of its history.

        A training keeps those that it had when they were first asked for, so that a slider means the same from one
        second to the next.
        """
        from gan_core.latents.directions import Directions

        if (directions := self._known_directions(name, model)) is not None:
            return directions
        in_memory = self.store.in_memory()
        with self._lock:
            if (directions := self._known_directions(name, model)) is not None:
                return directions
            # Directions keep their model: those of one that has left memory are not asked for again and would keep it.
            for other, (theirs, _) in list(self._directions.items()):
                if not other.startswith(LIVE) and not any(theirs is each for each in in_memory):
                    del self._directions[other]
            bookmarks = self.bookmarks
            drafts = self.drafts.setdefault(name, {})
            directions = Directions(model, lambda: _vectors(bookmarks(name)) | drafts)
            self._directions[name] = (model, directions)
        return directions

    def _known_directions(self, name: str, model: GeneratorModel) -> Directions | None:
        known = self._directions.get(name)
        if known is None:
            return None
        first, directions = known
        continued = name.startswith(LIVE) and first.latent_dim == model.latent_dim
        return directions if first is model or continued else None

    def directions_of(self, view: LatentView) -> Directions:
        """The directions of a view's model: those of its newest weights, whatever moment is shown."""
        return self.directions(view.name, view.model if view.step is None else self.model(view.name)[0])

    def renew_directions(self, name: str) -> None:
        """The next directions of `name` are those of its newest weights."""
        with self._lock:
            self._directions.pop(name, None)

    def view(self, request: LatentRequest) -> LatentView:
        """The latent that a request means, with its model.

        Raises:
            InputError: for a model, moment, direction or class that does not exist.
        """
        return self.view_of(request.model, request.step, request.latent.spec())

    def view_of(self, name: str, step: int | None = None, spec: LatentSpec | None = None) -> LatentView:
        """The latent `spec`, by default that of seed 0, in the model called `name` as of a kept `step`; raises as
        `view`."""
        from gan_core.latents.spec import LatentSpec

        model, version = self.model(name, step)
        spec = LatentSpec() if spec is None else spec
        # Directions are those of the newest weights, whatever moment is shown.
        newest = model if step is None else self.model(name)[0]
        latent = spec.latent(model.latent_dim, self.directions(name, newest) if spec.amounts else {})
        return LatentView(name, model, version, step, spec, latent, spec.class_weights(len(model.classes)))

    def latents(self, view: LatentView, specs: list[LatentSpec]) -> tuple[Tensor, Tensor | None]:
        """Several latents (N, latent_dim) in the model of a view, and their class weights (N, classes)."""
        import torch

        directions = self.directions_of(view)
        latents = torch.stack([spec.latent(view.model.latent_dim, directions) for spec in specs])
        weights = [spec.class_weights(len(view.model.classes)) for spec in specs]
        return latents, torch.stack([each for each in weights if each is not None]) if view.model.classes else None

    # Drawing ------------------------------------------------------------------------------------------------------

    def draw(self, view: LatentView) -> np.ndarray:
        """The one picture that is waited for, uint8 (H, W, 3)."""
        with self.store.drawing, one_thread():
            return view.model.render(view.latent[None], None if view.weights is None else view.weights[None])[0]

    def render(
        self, model: GeneratorModel, latents: Tensor, weights: Tensor | None = None, chunk: int = CHUNK
    ) -> np.ndarray:
        """Many pictures, uint8 (N, H, W, 3), a few at a time; between them the picture of a slider is drawn first.

        `weights`, (N, classes) or one row for all, are for a model with classes.
        """
        import numpy as np

        if weights is not None and weights.ndim == 1:
            weights = weights.expand(len(latents), -1)
        pictures = []
        for start in range(0, len(latents), chunk):
            part = slice(start, start + chunk)
            with self.store.drawing.patient(), one_thread():
                pictures.append(model.render(latents[part], None if weights is None else weights[part]))
        return np.concatenate(pictures)


def _group(entry: ModelEntry, compared: set[str]) -> int:
    if entry.origin != "run":
        return 1
    return 3 if entry.name.split("/")[1] in compared else 2


def _vectors(bookmarks: Bookmarks) -> dict[str, Any]:
    """The kept directions; every picture along one of them needs them, so the file is read once a change."""
    return _vectors_as_of(bookmarks.folder, bookmarks.version("directions"))


@functools.lru_cache(maxsize=32)
def _vectors_as_of(folder: Path, version: tuple[int, ...]) -> dict[str, Any]:
    from gan_core.runs.bookmarks import Bookmarks

    if not version:
        return {}
    return {
        each["name"]: each["vector"]
        for each in Bookmarks(folder).read("directions")
        if isinstance(each.get("vector"), list)
    }


def _trains_generator(run: RunFolder) -> bool:
    """Whether the run trains a generator (and can be read at all)."""
    try:
        return not run.recipe().is_translation
    except InputError:
        return False
