"""The settings behind "Advanced": plain ones, and the parts as they describe themselves; independent of gradio."""

from __future__ import annotations

from typing import Any, Literal

from gan_core.parts import PartInfo, Registry
from gan_core.recipes.game_kinds import DIRECTION_NAMES, PAIRED, PAIRS
from gan_core.recipes.recipe import SCHEDULES
from gan_core.ui.protocol import PartOffer, PartOption
from gan_core.ui.train.protocol import AugmentationOffer, SettingOffer, SettingsOfferResponse

NOT_FOR_PICTURES = ("points", "one-player", "import")
"""Tags of parts that cannot be trained on pictures, or are only meant for models from elsewhere."""
TITLES = {
    "objective": "Objective",
    "penalty": "Penalty",
    "solver": "Order of play",
    "generator_optimizer": "Generator's optimizer",
    "discriminator_optimizer": "Discriminator's optimizer",
    "generator": "Generator",
    "discriminator": "Discriminator",
    "initialisation": "First weights",
    "game": "Game",
}
OPTIONAL = {"penalty": "none", "initialisation": "as the networks do"}
"""Parts that may be left out, and what that is called."""
CHOICES = {"schedule": SCHEDULES, "pairs": PAIRS}
"""Words that a plain setting takes."""
PLAIN_SETTINGS: tuple[tuple[str, str, Literal["int", "float", "bool", "str"], str], ...] = (
    ("seed", "Seed", "int", "The same seed gives the same training."),
    ("size", "Size in pixels", "int", "Side of the pictures; networks say which sides they can draw."),
    ("batch_size", "Batch size", "int", "Pictures that a step looks at."),
    ("latent_dim", "Latent numbers", "int", "How many random numbers a picture is drawn from."),
    ("ema_half_life", "Averaging, images", "int", "Half-life of the averaged weights that are shown and saved."),
    ("decay_start", "Rates fall from step", "int", "Empty keeps the learning rates constant."),
    ("decay_steps", "… within steps", "int", "How long the learning rates take to fall to zero."),
    ("schedule", "Learning rates", "str", "They stay constant, or fall in a line to zero over the second half."),
    ("stop_loss", "Stop below loss", "float", "Ends when the generator's mean loss is below this."),
    ("stop_change", "Stop below change", "float", "Ends when weights change by less than this share a step."),
    (
        "stop_average_change",
        "Stop when it rests",
        "float",
        "Ends when the averaged weights change by less than this share while “Averaging, images” are seen.",
    ),
    ("class_column", "Classes from column", "str", "Of the table beside the pictures; empty: their folders."),
    ("conditional", "Tell the players the class", "bool", "Needs pictures with labels."),
    ("pairs", "Pairs", "str", "How pairs are made; nothing where they lie in two folders with equal file names."),
    ("deterministic", "Deterministic", "bool", "Computes in float32 only, so that the same numbers come again."),
)

ELSEWHERE = ("pairs",)
"""Plain settings that have a place of their own in the form."""


def spec() -> SettingsOfferResponse:
    """Everything the form offers: plain settings, augmentations, and parts with their options by kind of game."""
    from gan_core.data.augmentation import INPUT_ALONE, augmentations
    from gan_core.games import games
    from gan_core.networks.initialisation import initialisations
    from gan_core.networks.registries import discriminators, generators, translators
    from gan_core.objectives import objectives
    from gan_core.optimizers import optimizers
    from gan_core.penalties import penalties
    from gan_core.solvers import solvers

    common: dict[str, Registry[Any]] = {
        "objective": objectives,
        "penalty": penalties,
        "solver": solvers,
        "generator_optimizer": optimizers,
        "discriminator_optimizer": optimizers,
        "discriminator": discriminators,
        "initialisation": initialisations,
    }
    parts = {field: _parts(registry) for field, registry in common.items()}
    of_new, of_translated = _parts(generators), _parts(translators)
    plain = [
        SettingOffer(
            key=key,
            label=label,
            type=type_,
            help=explained,
            choices=list(CHOICES.get(key, ())),
            elsewhere=key in ELSEWHERE,
        )
        for key, label, type_, explained in PLAIN_SETTINGS
    ]
    return SettingsOfferResponse(
        plain=plain,
        augmentations=[
            AugmentationOffer(name=each.name, sentence=each.summary, paired=INPUT_ALONE in each.tags)
            for each in augmentations.infos()
        ],
        paired=[game.name for game in games.infos() if PAIRED in game.tags],
        titles=TITLES,
        optional=OPTIONAL,
        parts={
            game.name: {
                **parts,
                "generator": of_translated if directions_of(game) else of_new,
                "game": [part_offer(each) for each in games.infos() if kind_of(each) == kind_of(game)],
            }
            for game in games.infos()
        },
    )


def directions_of(game: PartInfo) -> frozenset[str]:
    """The directions that a game translates; empty for a game of new pictures."""
    return game.tags & set(DIRECTION_NAMES)


def kind_of(game: PartInfo) -> frozenset[str]:
    """What a game needs of its data: one kind of pictures, two, or pairs.

    A recipe's game is exchanged within a kind.
    """
    return game.tags & {*DIRECTION_NAMES, PAIRED}


def _parts(registry: Registry[Any]) -> list[PartOffer]:
    return [part_offer(info) for info in registry.infos(without=NOT_FOR_PICTURES)]


def part_offer(info: PartInfo) -> PartOffer:
    """A part with those of its options that a form can set."""
    from gan_core.objectives import negative_control

    options = [PartOption(**option.to_json()) for option in info.options.values() if option.types and not option.tags]
    warning = {"warning": negative_control(info.name)} if info.kind == "objective" else {}
    return PartOffer(name=info.name, title=info.title, summary=info.summary, options=options, **warning)
