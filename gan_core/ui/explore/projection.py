"""The nearest latent to any picture, watched while it is searched, compared with what real pictures reach."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.explore import background
from gan_core.ui.explore.controller import LIVE, ExploreController
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.panel import Panel
from gan_core.ui.explore.protocol.projection import (
    MOST_SEED,
    Comparison,
    ErrorSummary,
    ProjectionRequest,
    ProjectionResponse,
    SearchMomentResponse,
    SearchRequest,
    SearchStateRequest,
    SearchUnchangedResponse,
    SearchWaitingResponse,
    StoppedResponse,
)
from gan_core.ui.explore.search_job import WORKING, Search
from gan_core.ui.explore.training_pictures import training_pictures_of
from gan_core.ui.protocol import server_function
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np

    from gan_core.models.generator import GeneratorModel
    from gan_core.projection.recovery import Recovery

SECONDS = 8.0
"""What a search is planned to take."""
SUMMARIES = ("held_out_summary", "own_summary")
MOST_SEARCHES = 16


class Measurement:
    """What the same effort reaches on held-out pictures and on the model's own, measured in the background."""

    def __init__(self) -> None:
        self.known: Recovery | None = None
        self.at: int | None = None
        """Of a training that goes on: the step of the weights that were measured."""
        self.missing = ""
        """Why there are no held-out pictures."""
        self.ended = False

    def describe(self) -> Comparison:
        """As the page gets it."""
        known, more = self.known, {}
        if known is not None:
            values = known.to_json()
            summaries = {name: ErrorSummary(**values[name]) for name in SUMMARIES if name in values}
            more = {"held_out": list(known.held_out), "own": list(known.own), **summaries}
            more |= {"total": known.total, "complete": known.complete}
        return Comparison(at=self.at, missing=self.missing, ended=self.ended, **more)


class ProjectionPanel(Panel):
    """The server functions of searches for pictures."""

    name, title, files = "project", "My picture", ("projection",)

    def __init__(self, controller: ExploreController) -> None:
        super().__init__(controller)
        self._pictures = training_pictures_of(controller)
        self._lock = threading.Lock()
        self._searches: OrderedDict[str, Search] = OrderedDict()
        self._measurements: OrderedDict[tuple[Any, ...], Measurement] = OrderedDict()
        self._of_search: dict[str, tuple[Any, ...]] = {}

    def functions(self) -> list[Callable[..., Any]]:
        """The server functions of this panel."""
        return [self.project_start, self.project_progress, self.project_stop]

    @server_function
    def project_start(self, request: ProjectionRequest) -> ProjectionResponse:
        """Begin to search the latent of a picture."""
        name, starts = request.model, request.starts
        model, version = self._controller.model(name, request.step)
        target, notes = self._target(model, request)
        with one_thread():
            if name.startswith(LIVE) and request.step is None:
                version = f"{model.card.steps:.0e}"  # measured anew when the first digit of its steps has changed
            key = (name, version, request.step, self._data_name(name, model), starts)
            measurement = self._measurement_for(key, name, model)
            from gan_core.projection.search_budget import budget_for

            known = measurement.known
            effort = known.effort if known is not None else budget_for(model, SECONDS, starts)
        label = None if request.label is None else model.label(request.label)
        search = Search(target, effort, request.seed, label)
        job = secrets.token_hex(8)
        with self._lock:
            self._searches[job] = search
            self._of_search[job] = key
            while len(self._searches) > MOST_SEARCHES:
                gone, old = self._searches.popitem(last=False)
                del self._of_search[gone]
                old.stop()
        if (before := self._searches.get(request.before)) is not None:
            before.stop()
        search.start(model)
        background.begin("projections for comparison", self._measure, key, name, search, model)
        return ProjectionResponse(job=job, target=as_url(target), side=target.shape[0], notes=list(notes))

    @server_function
    def project_progress(
        self, request: SearchStateRequest
    ) -> SearchUnchangedResponse | SearchWaitingResponse | SearchMomentResponse:
        """The newest moment of a search, and what is known for comparison; a moment already seen is not sent again."""
        search = self._search(request.job)
        return search.describe(self._measurements[self._of_search[request.job]].describe(), request.seen)

    @server_function
    def project_stop(self, request: SearchRequest) -> StoppedResponse:
        """End a search; what it has found stays."""
        self._search(request.job).stop()
        return StoppedResponse(stopped=True)

    def _search(self, job: str) -> Search:
        with self._lock:
            if job not in self._searches:
                raise InputError("This search is not kept any more; start it again.")
            return self._searches[job]

    def _target(self, model: GeneratorModel, request: ProjectionRequest) -> tuple[np.ndarray, tuple[str, ...]]:
        """What is searched for, uint8 (H, W, 3), and what to say about its conversion."""
        from gan_core.images import decode, to_float, to_uint8
        from gan_core.models.generator import latents_for_seed
        from gan_core.projection.targets import target_for
        from gan_core.ui.uploads import uploaded

        number = request.number
        if request.source == "held_out":
            held_out = self._pictures.get(request.model, model).held_out
            index = (number * 7919) % len(held_out)
            return to_uint8(to_float(held_out[index : index + 1]))[0], ()
        if request.source == "own":
            latent = latents_for_seed(MOST_SEED + 1 + number, 1, model.latent_dim)
            weights = None
            if model.classes:
                import torch

                weights = torch.eye(len(model.classes))[number % len(model.classes)]
            return self._controller.render(model, latent, weights)[0], ()
        path = uploaded(request.path, use="searched for")
        picture = decode(path, name=Path(request.name or path.name).name)
        return target_for(model, picture, negative=request.negative), picture.notes

    # For comparison -----------------------------------------------------------------------------------------------

    def _data_name(self, name: str, model: GeneratorModel) -> str:
        return " ".join(map(str, self._pictures.key(name, model.card)))

    def _measurement_for(self, key: tuple[Any, ...], name: str, model: GeneratorModel) -> Measurement:
        """What is known for comparison with a search of this model; from the disk if it was measured before."""
        from gan_core.projection.recovery import remembered

        with self._lock:
            known = self._measurements.get(key)
            if known is None:
                known = self._measurements[key] = Measurement()
                while len(self._measurements) > MOST_SEARCHES:
                    oldest = next(iter(self._measurements))
                    if oldest in self._of_search.values():
                        break
                    del self._measurements[oldest]
        if known.known is None:
            known.known = remembered(model, key[-1], self._data_name(name, model))
            known.ended = known.known is not None
        return known

    def _measure(self, key: tuple[Any, ...], name: str, search: Search, model: GeneratorModel) -> None:
        """After the search: the same effort on held-out pictures and on the model's own, giving way to every search."""
        from gan_core.projection.recovery import measure_recovery, remember

        measurement = self._measurements[key]
        while not search.ended.wait(0.1):
            background.check()
        with self._lock:
            if measurement.ended or measurement.known is not None or search.moment is None:
                return
            from gan_core.projection.recovery import Recovery

            measurement.known = Recovery(effort=search.effort)
            measurement.at = model.card.steps if name.startswith(LIVE) else None
        held_out = None
        try:
            held_out = self._pictures.get(name, model).held_out
        except InputError as error:
            measurement.missing = str(error)
        for _, known in measure_recovery(model, held_out, search.effort):
            measurement.known = known
            background.check()
            while WORKING.locked():
                time.sleep(0.05)
                background.check()
        if held_out is not None and measurement.known is not None:
            remember(model, key[-1], self._data_name(name, model), measurement.known)
        measurement.ended = True
