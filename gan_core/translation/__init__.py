"""Translation of real pictures of any size; results have the size of their source."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gan_core.errors import Cancelled

if TYPE_CHECKING:
    from gan_core.translation.picture_files import TranslatedFile, translate_file
    from gan_core.translation.translator import DIRECTIONS, SCALES, Translation, Translator

__all__ = ["DIRECTIONS", "SCALES", "Cancelled", "TranslatedFile", "Translation", "Translator", "translate_file"]


def __getattr__(name: str) -> Any:
    """Import on first use: the catalogue, which is a list, then brings no torch."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    place = "picture_files" if name in ("TranslatedFile", "translate_file") else "translator"
    return getattr(importlib.import_module(f"{__name__}.{place}"), name)
