"""Choosing a model: the list, each with pictures of its own, and what one should know of the chosen one."""

from __future__ import annotations

from typing import Any

from gan_core.errors import InputError
from gan_core.parts import is_number
from gan_core.ui.explore.controller import GROUPS, LIVE, ExploreController
from gan_core.ui.explore.drawing import as_url

FACES = 4
"""Pictures of its own that a model is shown with in the list."""
MOST_FACES = 12
"""Models whose pictures one request asks for."""


class ModelPicker:
    """Every public method takes one object from the browser and answers with one."""

    def __init__(self, desk: ExploreController) -> None:
        self._desk = desk

    def models(self, wish: Any = None) -> dict[str, Any]:
        """What can be explored: `id`, `label` and `group` of each; and `first`, what a page that has none begins with.

        That is the newest run of whoever asks (`owner` is the browser's mark; on a local app every run is), else the
        first shipped model.
        """
        models = self._desk.models()
        known = {each["id"] for each in models}
        owner = wish.get("owner") if isinstance(wish, dict) else None
        runs = self._desk.newest_runs(None if self._desk.context.local else owner or "")
        ids = (name for run in runs for name in (LIVE + run, f"runs/{run}") if name in known)
        shipped = (each["id"] for each in models if each["group"] == GROUPS[1])
        return {
            "models": models,
            "first": next(ids, None) or next(shipped, None) or (models[0]["id"] if models else ""),
        }

    def cell(self, wish: Any) -> dict[str, Any]:
        """Where the picture at `x`, `y` (shares of its width and height) of the live grid of the run of `model` lies.

        `step` is the moment that the grid shows, or None for the newest. The answer has `latent`, `model`, the `step`
        if its weights are kept, else the nearest that is, and `words`. Raises InputError for a model that is no run's.
        """
        from gan_core.latents.spec import LatentSpec
        from gan_core.training.preview import fixed_latents

        name = wish.get("model") if isinstance(wish, dict) else None
        generator, _ = self._desk.model(name)
        run = self._desk.run(str(name))
        if run is None:
            raise InputError("Only a run has a live picture; choose one of the list.")
        recipe, step = run.recipe(), wish.get("step")
        at = [float(value) for axis in ("x", "y") if is_number(value := wish.get(axis)) and 0 <= value <= 1]
        if len(at) != 2:
            raise InputError("A place of the live picture is two numbers from 0 to 1.")
        if step is not None and (isinstance(step, bool) or not isinstance(step, int)):
            raise InputError(f"A training step is a whole number, not {step!r}.")
        fixed = fixed_latents(recipe.seed, generator.latent_dim, len(generator.classes))
        number = fixed.cell(*at)
        label = None if fixed.labels is None else int(fixed.labels[number])
        place = LatentSpec(kind="vector", vector=tuple(fixed.latents[number].tolist()), label=label)
        history = self._desk.history(str(name))
        kept = None if step is None or history is None else history.nearest(step)
        words = f"This is picture {number + 1} of the grid of {run.name}" + (f", at step {kept:,}." if kept else ".")
        return {"model": name, "latent": place.to_json(), "step": kept, "words": words}

    def faces(self, wish: Any) -> dict[str, Any]:
        """Pictures of the first seeds of the models named in `models`; a model that cannot be read has its sentence."""
        from gan_core.images import grid
        from gan_core.models.generator import latents_for_seed

        names = wish.get("models") if isinstance(wish, dict) else None
        if not isinstance(names, list) or len(names) > MOST_FACES or not all(isinstance(name, str) for name in names):
            raise InputError(f"Pictures of up to {MOST_FACES} models are drawn at a time, by their names.")
        found: dict[str, Any] = {}
        for name in names:
            try:
                model, _ = self._desk.model(name)
                weights = None
                if model.classes:
                    import torch

                    weights = torch.eye(len(model.classes))[torch.arange(FACES) % len(model.classes)]
                pictures = self._desk.render(model, latents_for_seed(0, FACES, model.latent_dim), weights)
            except InputError as error:
                found[name] = {"error": str(error)}
                continue
            card = model.card
            words = [f"{card.size} x {card.size}", "colour" if card.channels == 3 else "grey"]
            words += [f"{len(model.classes)} classes"] if model.classes else []
            words += [f"{card.steps:,} steps"] if card.steps else []
            found[name] = {
                "picture": as_url(grid(pictures, columns=FACES)),
                "title": card.title,
                "words": " · ".join(words),
            }
        return {"faces": found}

    def facts(self, wish: Any) -> dict[str, Any]:
        """What the panels need to know of one model."""
        name = wish.get("model") if isinstance(wish, dict) else None
        model, version = self._desk.model(name)
        name = str(name)
        history, run = self._desk.history(name), self._desk.run(name)
        return {
            "model": name,
            "version": version,
            "latent_dim": model.latent_dim,
            "size": model.card.size,
            "channels": model.card.channels,
            "classes": list(model.classes),
            "title": model.card.title,
            "data": model.card.data,
            "trained": model.card.steps,
            "live": name.startswith(LIVE),
            "run": None if run is None else run.name,
            "steps": [] if history is None else history.steps(),
            "directions": self._desk.directions(name, model).list(),
        }
