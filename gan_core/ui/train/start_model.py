"""The model that a training of the form starts from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.recipes import PRESETS
from gan_core.ui.model_store import ModelStore
from gan_core.ui.protocol import server_function
from gan_core.ui.train.protocol import StartModelRequest, StartModelResponse

if TYPE_CHECKING:
    from gan_core.cards import Card

LIVE = "live:"
"""How Explore names the newest weights of a training; what is gone on from is its newest checkpoint."""


PRESET_OF = {"cycle": "cyclegan", "contrastive": "fastcut", "paired": "pix2pix"}
"""The preset of a translator by the game that it was trained in."""


def start_text(models: ModelStore, name: str) -> str:
    """What `Recipe.start_from` calls the model that a page names; empty for none.

    Raises:
        InputError: for what is not in the lists of models: a page names no paths.
    """
    if not name:
        return ""
    name = f"runs/{name.removeprefix(LIVE)}" if name.startswith(LIVE) else name
    stem, at, step = name.rpartition("@")
    known = stem if at and step.isascii() and step.isdecimal() else name
    if models.catalog.find(known) is None:
        raise InputError(unknown("model", known[:100], [entry.name for entry in models.entries()]))
    return name


class StartModels:
    """The server function of the field in the form."""

    def __init__(self, models: ModelStore) -> None:
        self.models = models

    @server_function
    def start_model(self, request: StartModelRequest) -> StartModelResponse:
        """What a training that starts from this model is.

        Raises:
            InputError: for a model that is not there, or whose weights cannot be started from.
        """
        from gan_core.training.start_source import find_source

        name = start_text(self.models, request.model)
        if not name:
            raise InputError("Choose a model to start from.")
        source = find_source(name, self.models.runs_root)
        words = [source.card.title or name, f"{source.card.size} px"]
        words += [f"{len(source.card.classes)} classes"] if source.card.classes else []
        words += [f"{source.card.steps:,} steps"] if source.card.steps else []
        if source.discriminator is None:
            words.append("without a discriminator, which begins anew")
        return StartModelResponse(
            model=name,
            recipe=fitting_recipe(source.card),
            translates=source.card.kind == "translator",
            sentence=f"{' · '.join(words)}.",
        )


def fitting_recipe(card: Card) -> str:
    """The preset that a training from this model's weights begins with: the model's own, where it has one."""
    translates = card.kind == "translator"
    own = PRESETS.get(str(card.recipe.get("name")))
    if own is not None and own.is_translation == translates and not own.negative_control:
        return own.name
    if translates:
        game = card.recipe.get("game")
        name = PRESET_OF.get(str(game.get("name")) if isinstance(game, Mapping) else "", "cyclegan")
        return name if name in PRESETS else "cyclegan"
    return "conditional" if card.classes else "dcgan"
