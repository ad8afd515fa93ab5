"""The last few translations, kept so that a view, another strength or the way back costs no second pass."""

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gan_core.ui.jobs import Job, Jobs
from gan_core.ui.model_store import ModelStore
from gan_core.ui.translate.hinting import hints_of
from gan_core.ui.translate.protocol import TranslationRequest
from gan_core.ui.translate.sources import source_of
from gan_core.ui.translate.translators import translator_of

if TYPE_CHECKING:
    import numpy as np

    from gan_core.translation import TranslatedFile, Translation, Translator

MOST_RESULTS = 16
"""Translations that are kept: every page that is open asks for its last one or two again."""
HELD_BYTES = 400_000_000
"""About five translations of 12 megapixels; the newest one is always kept."""


@dataclass(eq=False)
class Result:
    """One translated picture, and the way back once it was asked for."""

    file: "TranslatedFile"
    translator: "Translator"
    direction: str
    scale: str
    back: "Translation | None" = None

    @property
    def before(self) -> "np.ndarray":
        """The picture as the network saw it, on white; uint8 (H, W, 3)."""
        return self.file.source.composited()

    @property
    def bytes(self) -> int:
        """Memory of its pictures in bytes."""
        pictures = (
            self.file.source.rgb,
            self.file.source.alpha,
            self.file.translation.rgb,
            self.back and self.back.rgb,
        )
        return sum(picture.nbytes for picture in pictures if picture is not None)

    def data(self, strength: float | None = None) -> "bytes":
        """The file's bytes, at a strength from 0 (the picture) to 1 (the translation, also for None)."""
        from gan_core.translation.views import blend

        if strength is None or strength == 1:
            return self.file.data
        translation = self.file.translation
        # Colours under transparency are the source's own on one side and seen on white on the other: both are unseen.
        mixed = blend(self.before, translation.rgb, strength)
        return self.file.encoded(dataclasses.replace(translation, rgb=mixed))


class Results:
    """Translates what a request names, unless it was translated a moment ago."""

    def __init__(self, store: ModelStore, jobs: Jobs) -> None:
        self._store, self._jobs = store, jobs
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, Result] = OrderedDict()

    def get(self, request: TranslationRequest) -> Result:
        """The translation that a request names, from memory or made now.

        Raises:
            InputError: for a picture or model that cannot be used.
            Cancelled: when its job was cancelled.
        """
        translator = translator_of(self._store, request.model)
        key = (request.source, request.model, request.direction, request.scale, tuple(request.hints), request.seed)
        with self._lock:
            held = self._held.get(key)
            if held is not None and held.translator is translator:  # a run's model may have been trained on meanwhile
                self._held.move_to_end(key)
                return held
        job = self._jobs.job(request.job)
        with self._jobs.working(job):
            made = self._translate(translator, request, job)
        with self._lock:
            self._held[key] = made
            self._held.move_to_end(key)  # an older one under this key may have been among the oldest
        self._evict()
        return made

    def cycled(self, request: TranslationRequest) -> "tuple[Result, Translation]":
        """The translation, and the translation of that back.

        Raises:
            InputError: for a translator of one direction.
        """
        from gan_core.errors import InputError

        made = self.get(request)
        back = made.translator.back(made.direction)
        if back is None:
            raise InputError("This translator knows one direction only: there is no way back to compare with.")
        if made.back is None:
            job = self._jobs.job(request.job)
            with self._jobs.working(job):
                rgb = made.file.translation.rgb
                made.back = made.translator.run(rgb, back, scale=made.scale, progress=job.progress)
            self._evict()
        return made, made.back

    def _translate(self, translator: "Translator", request: TranslationRequest, job: Job) -> Result:
        from gan_core.images import decode
        from gan_core.translation import translate_file

        source, name = source_of(request.source)
        direction, scale = request.direction, request.scale
        picture = decode(source, name=name)
        file = translate_file(
            translator,
            picture,
            direction,
            name=name,
            scale=scale,
            hints=hints_of(request.hints, picture.rgb),
            seed=request.seed,
            progress=job.progress,
        )
        return Result(file, translator, direction, scale)

    def _evict(self) -> None:
        """Drop what cannot be asked for again, then the least recently used; the newest one always stays.

        A result keeps its translator, so those of one that has left memory (or was read anew) would keep its weights.
        """
        in_memory = self._store.in_memory()
        with self._lock:
            for key in list(self._held)[:-1]:
                if not any(self._held[key].translator is model for model in in_memory):
                    del self._held[key]
            total = sum(result.bytes for result in self._held.values())
            while len(self._held) > 1 and (len(self._held) > MOST_RESULTS or total > HELD_BYTES):
                _, oldest = self._held.popitem(last=False)
                total -= oldest.bytes
