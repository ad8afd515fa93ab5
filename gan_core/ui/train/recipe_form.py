"""From the form of the Train tab to a recipe, and the texts of its cards; plain functions, independent of gradio."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.recipes import PARTS, PRESETS, Recipe
from gan_core.ui.train.part_options import PLAIN_SETTINGS
from gan_core.ui.train.protocol import HowLong

OWN = "own"
"""The data choice that means: the pictures dropped or the folder named below."""
TITLES = {
    "dcgan": "DCGAN",
    "gan": "Classic GAN",
    "cyclegan": "CycleGAN",
    "fastcut": "FastCUT",
    "pix2pix": "Pix2pix",
    "conditional": "Conditional DCGAN",
    "small-data": "Few pictures",
    "gcdg": "GCDG",
    "gcodg": "G-CoDG",
    "sgg": "SGG",
    "gda": "GDA",
    "cggan": "CG-GAN",
    "dcgan-2016": "DCGAN as in 2016",
    "wgan": "WGAN",
    "wgan-gp": "WGAN-GP",
    "lsgan": "LSGAN",
    "hinge": "Hinge with spectral norm",
    "relativistic": "Relativistic, R1 and R2",
    "gcodg-printed": "G-CoDG as printed",
    "gda-printed": "GDA as printed",
}
KINDS_OF_PAIRS = (
    (
        "edges",
        "Lines to picture",
        "Lines are drawn along the edges of every picture; it learns to paint the picture from them.",
    ),
    ("grey", "Grey to colour", "Every picture without its colours; it learns to colour it."),
    ("blur", "Blurred to sharp", "Every picture out of focus; it learns to sharpen it."),
    ("small", "Small to large", "Every picture at a quarter of its size; it learns to enlarge it."),
    ("season", "Summer to winter", "Drawn landscapes, each in both seasons (from scenes-winter: winter to summer)."),
    (
        "side-by-side",
        "Two halves of one picture",
        "Own pictures that hold what goes in on the left and what is to come out on the right.",
    ),
    (
        "",
        "Two folders with equal names",
        "Own pictures: both of a pair have the same file name, in two folders of one folder or zip, or in two.",
    ),
)
"""How pairs are made: value (empty where they lie in folders), label, and what it means."""
CONTROLS = "Known not to work"
GROUPS: dict[str, tuple[str, ...]] = {
    "Start here": ("dcgan", "gan", "cyclegan", "fastcut", "pix2pix"),
    "Classic": ("dcgan-2016", "wgan", "lsgan"),
    "Conjugate directions and gradients": ("gcdg", "gcodg", "sgg", "gda", "cggan"),
    "Regularised": ("wgan-gp", "hinge"),
    "Modern": ("small-data", "relativistic", "conditional"),
}
"""Presets by group; those marked as negative controls come last, and what no group names goes to "More"."""
HOW_LONG: tuple[HowLong, ...] = ("Minutes", "Steps", "No limit")
MINUTES = {"adversarial": 5.0, "cycle": 30.0, "contrastive": 15.0, "paired": 15.0}
KEYS = ("objective", "penalty", "solver", "generator_optimizer", "generator")
"""Parts that a card names in one line."""


def groups() -> list[dict[str, Any]]:
    """The cards by group: `{"title", "cards": [{"name", "title", "summary", "origin", "differs", "parts", "control",
    "translates"}]}`."""
    named = {name for names in GROUPS.values() for name in names}
    controls = tuple(name for name, recipe in PRESETS.items() if recipe.negative_control)
    rest = tuple(name for name in PRESETS if name not in named and name not in controls)
    found = {**GROUPS, "More": rest, CONTROLS: controls}
    return [
        {"title": title, "cards": [_card(PRESETS[name]) for name in names if name in PRESETS]}
        for title, names in found.items()
        if any(name in PRESETS for name in names)
    ]


def _card(recipe: Recipe) -> dict[str, Any]:
    parts = [getattr(recipe, key) for key in KEYS]
    return {
        "name": recipe.name,
        "title": TITLES.get(recipe.name, recipe.name),
        "summary": recipe.summary,
        "origin": recipe.origin,
        "differs": recipe.differs,
        "control": recipe.negative_control,
        "translates": recipe.is_translation,
        "parts": " · ".join([*(part.name for part in parts if part), f"{recipe.size} px"]),
    }


def presets() -> dict[str, dict[str, Any]]:
    """Every preset as JSON: what the settings behind "Advanced" begin with."""
    return {name: recipe.to_json() for name, recipe in PRESETS.items()}


def minutes() -> dict[str, float]:
    """How long a training of each preset usually is."""
    return {name: MINUTES[recipe.game.name] for name, recipe in PRESETS.items()}


def kinds_of_pairs() -> list[dict[str, str]]:
    """The choice of how pairs are made, as the form offers it."""
    return [{"value": value, "label": label, "words": words} for value, label, words in KINDS_OF_PAIRS]


def paired_presets() -> dict[str, dict[str, Any]]:
    """The presets that learn from pairs, as JSON."""
    return {name: recipe.to_json() for name, recipe in PRESETS.items() if recipe.is_paired}


def make_recipe(
    name: str,
    data: str,
    data_b: str | None,
    how: HowLong,
    number: float | None,
    settings: Mapping[str, Any] | None = None,
    start_from: str = "",
    runs_root: Path | None = None,
) -> Recipe:
    """The recipe that the form describes.

    Args:
        name: of the preset.
        data: the pictures, of domain A where there are two.
        data_b: of domain B; None where there is none, or `data` holds both.
        how: unit of the length.
        number: so many minutes or steps; None without a limit, and while nothing is typed.
        settings: what differs from the preset, by the keys of `Recipe.with_settings`.
        start_from: the model that the weights come from, whose networks the recipe gets; empty for none.
        runs_root: folder of the runs, in which that model may be.

    Raises:
        InputError: for an unknown preset or model, and for settings or lengths that a recipe cannot have.
    """
    recipe = with_form_settings(name, settings or {})
    changes: dict[str, Any] = {"data": data, **_length(how, number)}
    if recipe.is_translation:
        changes["data_b"] = data_b
    recipe = recipe.replace(**changes)
    if not start_from:
        return recipe
    from gan_core.training.start_weights import fitted  # imports torch

    return fitted(recipe, start_from, settings or {}, runs_root)[0]


def with_form_settings(name: str, settings: Mapping[str, Any]) -> Recipe:
    """The preset `name` with `settings` of the form.

    Only what the form shows may be set: pictures are chosen elsewhere.

    Raises:
        InputError: for another setting, and for a value that it cannot have.
    """
    allowed = {*PARTS, "augmentation", *(key for key, *_ in PLAIN_SETTINGS)}
    for key in settings:
        if key.partition(".")[0] not in allowed:
            raise InputError(f"{key!r} is no setting of this form.")
    return Recipe.named(name).with_settings(dict(settings))


def _length(how: HowLong, number: float | None) -> dict[str, Any]:
    if how == "No limit":
        return {"steps": None, "minutes": None}
    if number is None or not number > 0:
        raise InputError(f"For how long is a number of {how.lower()} above 0.")
    return {"steps": None, "minutes": float(number)} if how == "Minutes" else {"steps": int(number), "minutes": None}
