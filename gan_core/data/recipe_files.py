"""Recipes by name: a preset, or a JSON file, which may give paths of pictures relative to itself."""

from __future__ import annotations

from pathlib import Path

from gan_core.data import with_lasting_data
from gan_core.paths import expanded, is_file
from gan_core.recipes import PRESETS, Recipe


def chosen_recipe(name: str) -> Recipe:
    """The preset `name`, or the recipe in the JSON file `name`.

    Raises:
        InputError: if there is neither, and for a file that is no recipe.
    """
    if name in PRESETS:
        return PRESETS[name]
    path = expanded(name)
    if is_file(path) or name.lower().endswith(".json"):
        return with_lasting_data(Recipe.from_file(path), beside=Path(path).parent)
    return Recipe.named(name)
