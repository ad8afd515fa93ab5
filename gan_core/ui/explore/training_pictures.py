"""The pictures that a model learned from: found by its card, or where a person says that they are; the last two are
kept."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.errors import InputError
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.explore.controller import LIVE, ExploreController
from gan_core.ui.explore.protocol.memorization import TrainingPicturesRequest
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.uploads import keep_upload

if TYPE_CHECKING:
    from gan_core.cards import Card
    from gan_core.data import DataSet
    from gan_core.data.dataset import Progress
    from gan_core.models.generator import GeneratorModel

SETS_IN_MEMORY = 2

Key = tuple[str, int, int, str]
"""Source, side, channels, seed: what a data set depends on."""


class TrainingPictures:
    """One per controller: `training_pictures_of`."""

    def __init__(self, runs: RunLibrary, settings: AppSettings) -> None:
        self._runs, self._app_settings = runs, settings
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._sources: dict[str, str] = {}
        self._sets: OrderedDict[Key, DataSet] = OrderedDict()

    def key(self, name: str, card: Card) -> Key:
        """What the pictures of a model depend on; cheap."""
        source = self._sources.get(_plain(name)) or str(card.recipe.get("data") or "")
        return source, card.size, card.channels, str(card.recipe.get("seed", card.seed))

    def get(self, name: str, model: GeneratorModel, progress: Progress | None = None) -> DataSet:
        """The data set of a model, loaded if it has to be.

        Raises:
            InputError: where it is not on this machine.
        """
        from gan_core.memorization.neighbours import training_data

        key = self.key(name, model.card)
        with self._loading:
            with self._lock:
                known = self._sets.get(key)
            if known is None:
                known = training_data(model.card, self._sources.get(_plain(name)), progress)
            with self._lock:
                self._sets[key] = known
                self._sets.move_to_end(key)
                while len(self._sets) > SETS_IN_MEMORY:
                    self._sets.popitem(last=False)
        return known

    def choose(self, request: TrainingPicturesRequest) -> None:
        """Remember where the pictures of a model are: in a folder of this machine, or in uploaded files.

        Raises InputError for a folder when others than this machine can reach the app.
        """
        from gan_core.data import place_of
        from gan_core.data.files import list_files
        from gan_core.ui.uploads import uploaded

        folder = request.folder.strip()
        if folder and not self._app_settings.local:
            raise InputError("Folders of the server's own disk are not opened from elsewhere: drop a zip instead.")
        if folder:
            source = str(place_of(Path(folder)))
        else:
            files = [uploaded(path, use="compared") for path in request.files]
            source = keep_upload(self._runs, [str(file) for file in files])
        list_files(Path(source))  # or the sentence that says what is wrong with it
        self._sources[_plain(request.model)] = source


_SHARED: weakref.WeakKeyDictionary[ExploreController, TrainingPictures] = weakref.WeakKeyDictionary()


def training_pictures_of(controller: ExploreController) -> TrainingPictures:
    """The training pictures that all panels share."""
    return _SHARED.setdefault(controller, TrainingPictures(controller.runs, controller.settings))


def _plain(name: str) -> str:
    """A run and its best and live states learned from the same pictures."""
    return name.removeprefix(LIVE).removeprefix("runs/").removesuffix("/best")
