"""Translation of real pictures of any size; results have the size of their source."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gan_core.errors import Cancelled

if TYPE_CHECKING:
    from gan_core.translation.hints import Hint
    from gan_core.translation.picture_files import TranslatedFile, translate_file
    from gan_core.translation.translator import DIRECTIONS, SCALES, Translation, Translator

__all__ = ["DIRECTIONS", "SCALES", "Cancelled", "Hint", "TranslatedFile", "Translation", "Translator", "translate_file"]


def __getattr__(name: str) -> Any:
    """Import on first use: the catalogue, which is a list, then brings no torch."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    modules = {"Hint": "hints", "TranslatedFile": "picture_files", "translate_file": "picture_files"}
    return getattr(importlib.import_module(f"{__name__}.{modules.get(name, 'translator')}"), name)
