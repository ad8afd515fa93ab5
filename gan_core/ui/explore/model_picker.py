"""Choosing a model: the list, each with pictures of its own, and what one should know of the chosen one."""

from __future__ import annotations

from gan_core.errors import InputError
from gan_core.reference_levels import brief
from gan_core.ui.explore.controller import GROUPS, LIVE, ExploreController
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.protocol import (
    GeneratorRequest,
    GeneratorResponse,
    GeneratorsRequest,
    GeneratorsResponse,
    GridCellRequest,
    Latent,
    LatentDirection,
    LatentResponse,
    Refusal,
    Samples,
    SamplesRequest,
    SamplesResponse,
)
from gan_core.ui.protocol import server_function

SAMPLES = 4
"""Pictures that a model is shown with in the list."""


class ModelPicker:
    """The server functions of the list of models."""

    def __init__(self, controller: ExploreController) -> None:
        self._controller = controller

    @server_function
    def models(self, request: GeneratorsRequest) -> GeneratorsResponse:
        """What can be explored, and what a page that shows none begins with.

        That is the newest run of the browser that asks (on a local app every run is its own), else the first shipped
        model.
        """
        models = self._controller.models()
        known = {each.id for each in models}
        runs = self._controller.newest_runs(None if self._controller.settings.local else request.owner or "")
        ids = (name for run in runs for name in (LIVE + run, f"runs/{run}") if name in known)
        shipped = (each.id for each in models if each.group == GROUPS[1])
        first = next(ids, None) or next(shipped, None) or (models[0].id if models else "")
        return GeneratorsResponse(models=models, first=first)

    @server_function
    def cell(self, request: GridCellRequest) -> LatentResponse:
        """Where the picture at a point of the live grid of a run lies.

        The response has the step of the grid if its weights are kept, else the nearest that is. Raises InputError for a
        model that is no run's.
        """
        from gan_core.latents.spec import LatentSpec
        from gan_core.training.preview import fixed_latents

        generator, _ = self._controller.model(request.model)
        run = self._controller.run(request.model)
        if run is None:
            raise InputError("Only a run has a live picture; choose one of the list.")
        fixed = fixed_latents(run.recipe().seed, generator.latent_dim, len(generator.classes))
        number = fixed.cell(request.x, request.y)
        label = None if fixed.labels is None else int(fixed.labels[number])
        spec = LatentSpec(kind="vector", vector=tuple(fixed.latents[number].tolist()), label=label)
        history = self._controller.history(request.model)
        kept = None if request.step is None or history is None else history.nearest(request.step)
        words = f"This is picture {number + 1} of the grid of {run.name}" + (f", at step {kept:,}." if kept else ".")
        return LatentResponse(model=request.model, latent=Latent.of(spec), step=kept, words=words)

    @server_function
    def samples(self, request: SamplesRequest) -> SamplesResponse:
        """Pictures of the first seeds of several models; a model that cannot be read has its sentence."""
        found: dict[str, Samples | Refusal] = {}
        for name in request.models:
            try:
                found[name] = self._samples(name)
            except InputError as error:
                found[name] = Refusal(error=str(error))
        return SamplesResponse(samples=found)

    def _samples(self, name: str) -> Samples:
        import torch

        from gan_core.images import grid
        from gan_core.models.generator import latents_for_seed

        model, _ = self._controller.model(name)
        weights = torch.eye(len(model.classes))[torch.arange(SAMPLES) % len(model.classes)] if model.classes else None
        pictures = self._controller.render(model, latents_for_seed(0, SAMPLES, model.latent_dim), weights)
        card = model.card
        words = [f"{card.size} x {card.size}", "colour" if card.channels == 3 else "grey"]
        words += [f"{len(model.classes)} classes"] if model.classes else []
        words += [f"{card.steps:,} steps"] if card.steps else []
        words += [measured] if (measured := brief(card.metrics)) else []
        return Samples(picture=as_url(grid(pictures, columns=SAMPLES)), title=card.title, words=" · ".join(words))

    @server_function
    def facts(self, request: GeneratorRequest) -> GeneratorResponse:
        """What the panels need to know of one model."""
        name = request.model
        model, version = self._controller.model(name)
        history, run = self._controller.history(name), self._controller.run(name)
        return GeneratorResponse(
            model=name,
            version=version,
            latent_dim=model.latent_dim,
            size=model.card.size,
            channels=model.card.channels,
            classes=list(model.classes),
            title=model.card.title,
            data=model.card.data,
            trained=model.card.steps,
            live=name.startswith(LIVE),
            run=None if run is None else run.name,
            steps=[] if history is None else history.steps(),
            directions=[LatentDirection(**each) for each in self._controller.directions(name, model).list()],
        )
