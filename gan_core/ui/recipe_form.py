"""From the form of the Train tab to a recipe, and back to the form's defaults. Plain functions, no gradio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gan_core.errors import InputError
from gan_core.recipes import PRESETS, Recipe

OWN = "own"
"""The data choice that means: the pictures dropped or the folder named below."""
TITLES = {"dcgan": "DCGAN", "gan": "Classic GAN", "cyclegan": "CycleGAN"}
HOW_LONG = ("Minutes", "Steps", "No limit")
MINUTES = {"adversarial": 5.0, "cycle": 30.0}
OBJECTIVES = ("non-saturating", "minimax", "least-squares")
PENALTIES = ("none", "r1", "r2")
SIZES = (28, 32, 64, 128, 256)


def cards() -> list[tuple[str, str, str]]:
    """(name, title, one line) of each preset, for its card."""
    return [(name, TITLES.get(name, name), recipe.summary) for name, recipe in PRESETS.items()]


def advanced(recipe: Recipe) -> dict[str, Any]:
    """What the settings behind "Advanced" show for a recipe."""
    return {
        "seed": recipe.seed,
        "size": recipe.size,
        "batch_size": recipe.batch_size,
        "generator_rate": recipe.generator_optimizer.options.get("learning_rate"),
        "discriminator_rate": recipe.discriminator_optimizer.options.get("learning_rate"),
        "objective": recipe.objective.name,
        "penalty": recipe.penalty.name if recipe.penalty else "none",
        "gamma": recipe.penalty.options.get("gamma", 1.0) if recipe.penalty else 1.0,
        "width": recipe.generator.options.get("width") or recipe.generator.options.get("hidden") or 0,
        "deterministic": recipe.deterministic,
    }


def make_recipe(
    name: str, data: str, data_b: str | None, length: Mapping[str, Any], values: Mapping[str, Any]
) -> Recipe:
    """The recipe that the form describes.

    `length` is {"how": one of HOW_LONG, "number": ...}; `values` has the keys of `advanced`, of which only those that
    differ from the preset are applied. Raises InputError with a sentence for what cannot be.
    """
    recipe = Recipe.named(name)
    default = advanced(recipe)
    changed = {key: value for key, value in values.items() if value is not None and value != default[key]}
    settings: dict[str, Any] = {"data": data, **_length(length)}
    if recipe.is_translation:
        settings["data_b"] = data_b
    for key in ("seed", "size", "batch_size"):
        if key in changed:
            settings[key] = _whole(key.replace("_", " "), changed[key])
    for player in ("generator", "discriminator"):
        if f"{player}_rate" in changed:
            settings[f"{player}_optimizer.learning_rate"] = _rate(player, changed[f"{player}_rate"])
    if "objective" in changed:
        settings["objective"] = changed["objective"]
    if changed.get("deterministic") is not None:
        settings["deterministic"] = bool(changed["deterministic"])
    penalty = values.get("penalty") or "none"
    if penalty == "none":
        settings["penalty"] = None
    elif "penalty" in changed or "gamma" in changed:
        settings |= {"penalty": penalty, "penalty.gamma": float(values.get("gamma") or 1.0)}
    if "width" in changed:
        option = "hidden" if "hidden" in recipe.generator.options or recipe.generator.name == "mlp784" else "width"
        width = _whole("network width", changed["width"])
        if width:
            settings |= {f"generator.{option}": width, f"discriminator.{option}": width}
    return recipe.with_settings(settings)


def _length(length: Mapping[str, Any]) -> dict[str, Any]:
    how, number = length["how"], length.get("number")
    if how == "No limit":
        return {"steps": None, "minutes": None}
    if number is None or not number > 0:
        raise InputError(f"For how long is a number of {how.lower()} above 0.")
    return {"steps": None, "minutes": float(number)} if how == "Minutes" else {"steps": int(number), "minutes": None}


def _whole(what: str, value: Any) -> int:
    if value != int(value):
        raise InputError(f"The {what} is a whole number, not {value}.")
    return int(value)


def _rate(player: str, value: float) -> float:
    if not 0 < value <= 1:
        raise InputError(f"The {player}'s learning rate is above 0 and at most 1, not {value}.")
    return float(value)
