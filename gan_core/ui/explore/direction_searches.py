"""Long work on directions: the search for attributes, and when in a training the directions settled."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.explore.controller import LIVE, ExploreController
from gan_core.ui.explore.protocol.directions import (
    AttributesRequest,
    AttributesResponse,
    StabilityLine,
    StabilityRequest,
    StabilityResponse,
)
from gan_core.ui.jobs import Job
from gan_core.ui.protocol import CancelledResponse, server_function
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    from torch import Tensor

    from gan_core.data import DataSet
    from gan_core.latents.directions import Directions
    from gan_core.latents.directions.attributes import Render
    from gan_core.latents.directions.readers import AttributeReader
    from gan_core.models.generator import GeneratorModel

READING = 0.6
"""Share of a search for attributes that learning to read them takes; the rest is drawing pictures to read."""
PIECE = 0.01
"""Seconds that drawing for a search takes at a time; between two pieces a slider's picture may go first."""
MOST_MOMENTS = 40
"""Kept moments that directions are computed at, evenly in log-time."""
FEW_SAMPLES = 512
"""Pictures that attributes are read from at every moment."""


class DirectionSearches:
    """The server functions of long work on directions."""

    def __init__(self, controller: ExploreController) -> None:
        self._controller = controller

    def functions(self) -> list[Callable[..., Any]]:
        """The server functions of this panel."""
        return [self.directions_attributes, self.directions_course]

    # Attributes ---------------------------------------------------------------------------------------------------

    @server_function
    def directions_attributes(self, request: AttributesRequest) -> AttributesResponse | CancelledResponse:
        """Look for the attributes of a model's pictures; afterwards they are among its directions.

        First for what is read in seconds. The response then says whether its pictures have classes, which are looked
        for in a second request: a classifier may have to be trained.
        """
        from gan_core.latents.directions.attributes import find_attributes

        name, classes = request.model, request.classes
        model, _ = self._controller.model(name)
        job = self._controller.jobs.job(request.job)
        with self._controller.jobs.working(job, "search of directions"), one_thread():
            data, words = self._data(name, model, job)
            more = data is not None and data.labels is not None and len(data.classes) > 1 and not model.classes
            found = find_attributes(
                model,
                self._readers(data, model, job, quick=not classes, classes=classes and more),
                self._render(model),
                lambda share: job.progress(READING + share * (1 - READING)),
            )
        directions = self._controller.directions(name, model)
        names = {each.name for each in found}
        others = [each for each in directions.attributes or () if each.name not in names]
        directions.learn([*others, *found] if classes else [*found, *others])
        self._keep(name, directions)
        return AttributesResponse(words=words, more=more and not classes)

    def has_table(self, name: str) -> bool:
        """Whether the pictures of a training that is over have a table: then attributes are looked for unasked."""
        from gan_core.data.tables import has_table

        run = self._controller.run(name)
        if run is None or name.startswith(LIVE) or run.status().is_active:
            return False
        return has_table(run.recipe().data)

    def _keep(self, name: str, directions: Directions) -> None:
        """Write what was found into the model's file, where that is one of a training that is over: the file then has
        the directions wherever it is opened, without the pictures."""
        from gan_core.latents.directions.stored import store

        run = self._controller.run(name)
        if run is None or name.startswith(LIVE) or run.status().is_active:
            return
        with suppress(OSError, InputError):  # they stay in the cache of this machine
            store(self._controller.path(name), directions.attributes or ())

    def _readers(
        self, data: DataSet | None, model: GeneratorModel, job: Job, quick: bool, classes: bool
    ) -> list[AttributeReader]:
        from gan_core.latents.directions.readers import class_reader, quick_readers

        def progress(share: float) -> None:
            job.progress(share * READING)

        within = bool(model.classes)
        readers = quick_readers(data, model.card.channels, progress, within=within) if quick else []
        return [*readers, class_reader(data, progress)] if classes and data is not None else readers

    def _render(self, model: GeneratorModel) -> Render:
        """Draws many pictures of a model, in pieces of about `PIECE` seconds."""
        chunk = 1

        def render(latents: Tensor, weights: Tensor | None) -> Any:
            nonlocal chunk
            start = time.perf_counter()
            pictures = self._controller.render(model, latents, weights, chunk)
            chunk = max(1, int(PIECE * len(latents) / (time.perf_counter() - start)))
            return pictures

        return render

    def _data(self, name: str, model: GeneratorModel, job: Job) -> tuple[DataSet | None, str]:
        """What the model learnt from, if that is here, and a sentence if it is not.

        Of a run its recipe says so. The card of a file from elsewhere may name a data set of this project, but no
        folder of this machine.
        """
        from gan_core import data

        run = self._controller.run(name)
        source = model.card.data if run is None else run.recipe().data
        if not source or (run is None and source not in data.SOURCES):
            return None, "What this model learnt from is not here, so only what any picture shows was looked for."
        card = model.card
        try:
            found = data.load(
                source,
                size=card.size,
                channels=card.channels,
                class_column=data.class_column_for(source, card.recipe.get("class_column")),
                progress=lambda done, total: job.check(),
            )
        except InputError as error:
            return None, f"Only what any picture shows was looked for: {error}"
        if found.labels is None and not found.attributes:
            return found, "Its pictures have no labels, so only what any picture shows was looked for."
        return found, ""

    # Over the training --------------------------------------------------------------------------------------------

    @server_function
    def directions_course(self, request: StabilityRequest) -> StabilityResponse | CancelledResponse:
        """How near the directions of a kind were to their final form at every kept moment of a training.

        Raises:
            InputError: for a model without a history.
        """
        from gan_core.latents.directions.stability import STABLE, stability_curve
        from gan_core.runs.keyframes import spread

        name = request.model
        model, _ = self._controller.model(name)
        job = self._controller.jobs.job(request.job)
        history = self._controller.history(name)
        if history is None:
            raise InputError(f"No moments of {name} were kept, so nothing can be said of when a direction settled.")
        steps = spread(history.steps(), MOST_MOMENTS)
        with self._controller.jobs.working(job, "search of directions"), one_thread():
            names, final, find = self._kind(request.kind, name, model, job)
            found = stability_curve(
                final, steps, history.at, find, ordered=request.kind == "attribute", progress=job.progress
            )
        lines = [
            StabilityLine(
                name=title,
                cosines=[round(value, 3) for value in found.cosines[:, index].tolist()],
                since=found.since(index),
            )
            for index, title in enumerate(names)
        ]
        return StabilityResponse(steps=steps, lines=lines, baseline=round(found.floor, 3), stable=STABLE)

    def _kind(
        self, kind: str, name: str, model: GeneratorModel, job: Job
    ) -> tuple[list[str], Tensor, Callable[[GeneratorModel], Tensor]]:
        """Names and final directions (K, latent_dim) of a kind, and how they are found in another moment's model."""
        import torch

        from gan_core.latents.directions.attributes import find_attributes
        from gan_core.latents.directions.catalogue import COUNT, TITLES
        from gan_core.latents.directions.closed_form import strongest
        from gan_core.latents.directions.components import principal_components

        finders: dict[str, Callable[[GeneratorModel], Tensor]] = {
            "sefa": lambda each: strongest(each.network, each.latent_dim, COUNT),
            "pca": lambda each: principal_components(each.network, each.latent_dim, COUNT).directions,
        }
        if kind in finders:  # of the newest weights: a training's sliders may be older
            final = finders[kind](model)
            return [f"{TITLES[kind]} {index + 1}" for index in range(len(final))], final, finders[kind]
        known = [each for each in self._controller.directions(name, model).attributes or () if each.found]
        if not known:
            raise InputError("Look for the attributes of this model first.")
        data, _ = self._data(name, model, job)
        kinds = {each.kind for each in known}
        classes = "class" in kinds and data is not None and data.labels is not None
        readers = self._readers(data, model, job, quick=bool(kinds - {"class"}), classes=classes)
        read = {name for reader in readers for name in reader.names}
        known = [each for each in known if each.name in read]  # those of a file need pictures that may not be here
        if not known:
            raise InputError("The pictures that these attributes were read with are not here.")

        def find(each: GeneratorModel) -> Tensor:
            found = {}
            rendered = find_attributes(each, readers, self._render(each), lambda _: job.check(), FEW_SAMPLES)
            for attribute in rendered:
                found[attribute.name] = torch.tensor(attribute.vector or [0.0] * each.latent_dim)
            return torch.stack([found[attribute.name] for attribute in known])

        # Not the sliders' own ones, found from more pictures: those of the newest weights would be unlike them by chance.
        return [each.name for each in known], find(model), find
