"""Choosing a model: the list, each with pictures of its own, and what one should know of the chosen one."""

from __future__ import annotations

from typing import Any

from gan_core.errors import InputError
from gan_core.ui.exploring.desk import LIVE, Desk
from gan_core.ui.exploring.drawing import as_url

FACES = 4
"""Pictures of its own that a model is shown with in the list."""
MOST_FACES = 12
"""Models whose pictures one request asks for."""


class Choosing:
    """Every public method takes one object from the browser and answers with one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def models(self, _: Any = None) -> dict[str, Any]:
        """What can be explored: `id`, `label` and `group` of each."""
        return {"models": self._desk.models()}

    def faces(self, wish: Any) -> dict[str, Any]:
        """Pictures of the first seeds of the models named in `models`; a model that cannot be read has its sentence."""
        from gan_core.images import grid
        from gan_core.models import latents_for_seed

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
