"""What the form of the Train tab offers behind "Advanced": read from the registries' signatures, in the words of part_words. No gradio."""

from __future__ import annotations

import inspect
from typing import Any

from gan_core.parts import PLAIN, Registry
from gan_core.recipes.recipe import SCHEDULES
from gan_core.ui.train.part_words import OPTIONS, SENTENCES, sentence

GIVEN = ("latent_dim", "size", "channels", "out_channels", "classes", "features_in", "features_out")
"""What a network is told by the recipe itself."""
OF_OLD_FILES = ("bias", "padding")
"""What only networks from other people's files need."""
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
WORDS: dict[str, tuple[str, ...]] = {
    "alternating.order": ("discriminator-first", "generator-first"),
    "alternating.batches": ("shared", "disjoint", "blocks"),
    "extragradient.batches": ("shared", "disjoint"),
    "optimistic.order": ("simultaneous", "discriminator-first", "generator-first"),
    "lookahead.inner": ("alternating", "simultaneous", "extragradient", "optimistic"),
    "coupled.mode": ("cooperative", "contrastive"),
    "cg.rule": ("prp", "fr", "hs", "dy", "hz", "hs-dy", "fr-prp", "gd"),
    "cg.restart": ("descent", "powell", "none"),
    "cg.preconditioner": ("none", "adam"),
    "cg.rate": ("constant", "inverse-sqrt", "step"),
    "dcgan.norm": ("batch", "none"),
    "patch.norm": ("instance", "batch"),
    "pixel.norm": ("instance", "batch"),
    "resnet.norm": ("instance", "batch"),
    "resnet.upsampling": ("transposed", "resize", "blur"),
    "resnet.downsampling": ("strided", "blur"),
    "unet.norm": ("instance", "batch"),
    "cycle.cycle_distance": ("l1", "l2"),
    **dict.fromkeys(
        ("adversarial.diffaugment", "cycle.diffaugment", "contrastive.diffaugment"),
        (
            "none",
            "colour",
            "translation",
            "cutout",
            "colour,translation",
            "colour,cutout",
            "translation,cutout",
            "colour,translation,cutout",
        ),
    ),
    "cycle.form": ("corrected", "printed-000", "printed-004"),
}
"""Words that an option takes, by part and option; other options of words are a line to write in."""
CHOICES = {"schedule": SCHEDULES}
"""Words that a plain setting takes."""
PLAIN_SETTINGS: tuple[tuple[str, str, str, str], ...] = (
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
    ("conditional", "Tell the players the class", "bool", "Needs pictures with labels."),
    ("deterministic", "Deterministic", "bool", "Computes in float32 only, so that the same numbers come again."),
)


def spec() -> dict[str, Any]:
    """Everything the form offers, as JSON: plain settings, augmentations, and parts with their options by kind of game."""
    from gan_core.data.augmentation import augmentations
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
    parts = {kind: _parts(kind, registry) for kind, registry in common.items()}
    return {
        "plain": [
            {"key": key, "label": label, "type": type_, "help": explained, "choices": list(CHOICES.get(key, ()))}
            for key, label, type_, explained in PLAIN_SETTINGS
        ],
        "augmentations": [{"name": name, "sentence": sentence("augmentation", name)} for name in augmentations],
        "titles": TITLES,
        "optional": OPTIONAL,
        "parts": {
            kind: {**parts, "generator": _parts("generator", makers), "game": [_part("game", games, kind)]}
            for kind, makers in (("adversarial", generators), ("cycle", translators), ("contrastive", translators))
        },
    }


def _parts(kind: str, registry: Registry[Any]) -> list[dict[str, Any]]:
    """The parts that can work on pictures: those that part_words knows."""
    known = SENTENCES["optimizer" if kind.endswith("optimizer") else kind]
    return [_part(kind, registry, name) for name in registry if name in known]


def _part(kind: str, registry: Registry[Any], name: str) -> dict[str, Any]:
    part = registry[name]
    options = [_option(name, parameter) for parameter in inspect.signature(part).parameters.values()]
    found: dict[str, Any] = {
        "name": name,
        "sentence": sentence(kind, name),
        "options": [option for option in options if option is not None],
    }
    if registry.kind == "objective":
        found["warning"] = part().negative_control
    return found


def _option(part: str, parameter: inspect.Parameter) -> dict[str, Any] | None:
    """An option that a person may set; None for what the program gives."""
    if parameter.kind not in (parameter.KEYWORD_ONLY, parameter.POSITIONAL_OR_KEYWORD):
        return None
    if parameter.default is parameter.empty or parameter.name in (*GIVEN, *OF_OLD_FILES):
        return None
    annotation = parameter.annotation
    kinds = str(getattr(annotation, "__name__", annotation)).replace(" ", "").split("|")
    if not all(kind in PLAIN for kind in kinds):
        return None
    label, explained = OPTIONS[f"{part}.{parameter.name}"]
    return {
        "name": parameter.name,
        "label": label,
        "help": explained,
        "type": kinds[0],
        "default": parameter.default,
        "choices": list(WORDS.get(f"{part}.{parameter.name}", ())),
    }
