"""Searches in latent space on threads of their own: one works at a time, watched by the page that asked for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gan_core.errors import Cancelled, InputError
from gan_core.ui.dispatch import sentence_of
from gan_core.ui.explore import background
from gan_core.ui.explore.protocol.projection import (
    Comparison,
    SearchMomentResponse,
    SearchStart,
    SearchUnchangedResponse,
    SearchWaitingResponse,
)

if TYPE_CHECKING:
    import numpy as np

    from gan_core.models.generator import GeneratorModel
    from gan_core.projection.search import Moment
    from gan_core.projection.search_budget import SearchBudget

ABANDONED_SECONDS = 20.0
"""Not asked for so long: the page was closed."""
CURVE_POINTS = 240

WORKING = threading.Lock()
"""Held while a search works; what is measured for comparison waits between two moments."""


class Search:
    """One projection in the background.

    It renders without the lock of the models: their networks are only read. The model is not kept beyond the search, as
    a training has another one every second, and the result does not need it.
    """

    def __init__(self, target: np.ndarray, effort: SearchBudget, seed: int, label: int | None) -> None:
        self.target, self.effort = target, effort
        self._seed, self._label = seed, label
        self.moment: Moment | None = None
        self.number = 0
        """Of the newest moment: a page that has it waits for the next."""
        self.curve: list[tuple[float, float]] = []
        """(seconds, error of the best) over the search."""
        self.seconds = 0.0
        self.working = False
        self.error = ""
        self.stopped = threading.Event()
        self.ended = threading.Event()
        self.asked = time.monotonic()

    def start(self, model: GeneratorModel) -> None:
        """Begin to search among the pictures of `model`."""
        background.begin("project", self._run, model)

    def stop(self) -> None:
        """End with what is there."""
        self.stopped.set()

    def _run(self, model: GeneratorModel) -> None:
        from gan_core.projection.search import project

        try:
            with WORKING:
                self.working = True
                begun = time.monotonic()
                moments = project(model, self.target, self.effort, seed=self._seed, label=self._label)
                for moment in self._watched(moments):
                    self.seconds = time.monotonic() - begun
                    self._note(moment)
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - the page that watches must get a sentence
            self.error = sentence_of(error, "a search in latent space")
        finally:
            self.ended.set()

    def _watched(self, moments: Iterator[Moment]) -> Iterator[Moment]:
        for moment in moments:
            yield moment
            background.check()
            if self.stopped.is_set() or time.monotonic() - self.asked > ABANDONED_SECONDS:
                return

    def _note(self, moment: Moment) -> None:
        best = moment.best.error if self.moment is None else min(moment.best.error, self.curve[-1][1])
        self.curve.append((self.seconds, best))
        if len(self.curve) > CURVE_POINTS:
            self.curve = self.curve[::2] + self.curve[-1:]
        self.moment = moment
        self.number += 1

    def describe(
        self, comparison: Comparison, seen: int | None
    ) -> SearchUnchangedResponse | SearchWaitingResponse | SearchMomentResponse:
        """How far the search is, for a page that has `seen` a moment; encoded by the request, not by the search.

        Raises InputError for a search that failed.
        """
        from gan_core.projection.targets import similarity
        from gan_core.ui.explore.drawing import as_url

        self.asked = time.monotonic()
        moment, number, ended = self.moment, self.number, self.ended.is_set()
        if self.error:
            raise InputError(self.error)
        if number == seen and not ended:
            return SearchUnchangedResponse(number=number, ended=False, same=True, comparison=comparison)
        if moment is None:
            return SearchWaitingResponse(
                number=number, ended=ended, waiting=True, working=self.working, comparison=comparison
            )
        best = moment.best
        alike = similarity(best.picture, self.target)
        return SearchMomentResponse(
            number=number,
            ended=ended,
            phase=moment.phase,
            share=round(moment.share, 4),
            seconds=round(self.seconds, 2),
            error_levels=round(best.error, 3),
            similarity=None if alike is None else round(alike, 4),
            picture=as_url(best.picture),
            vector=[round(number, 5) for number in best.latent.tolist()],
            label=best.label,
            norm=round(float(best.latent.norm()), 2),
            negative=moment.negative,
            curve=[(round(second, 2), round(error, 3)) for second, error in self.curve],
            starts=[
                SearchStart(
                    picture=as_url(start.picture),
                    error=round(start.error, 2),
                    active=start.active,
                    label=start.label,
                    best=start is best,
                )
                for start in moment.starts
            ],
            comparison=comparison,
        )
