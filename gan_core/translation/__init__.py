"""Translating real pictures: own size in, own size out."""

from gan_core.errors import Cancelled
from gan_core.translation.files import TranslatedFile, translate_file
from gan_core.translation.translator import DIRECTIONS, SCALES, Translation, Translator

__all__ = ["DIRECTIONS", "SCALES", "Cancelled", "TranslatedFile", "Translation", "Translator", "translate_file"]
