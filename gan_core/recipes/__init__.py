"""Recipes: a whole training described as data, and the named presets."""

from gan_core.recipes.game_kinds import DIRECTIONS, PAIRS
from gan_core.recipes.presets import PRESETS
from gan_core.recipes.recipe import PARTS, SCHEMA, TEXT_FIELDS, WORDS, Part, Recipe
from gan_core.recipes.values import parse_value

__all__ = ["DIRECTIONS", "PAIRS", "PARTS", "PRESETS", "SCHEMA", "TEXT_FIELDS", "WORDS", "Part", "Recipe", "parse_value"]
