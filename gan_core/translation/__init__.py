"""Translating real pictures: own size in, own size out."""

from gan_core.translation.files import TranslatedFile, encode_like, translate_file
from gan_core.translation.translator import DIRECTIONS, SCALES, Translation, Translator

__all__ = ["DIRECTIONS", "SCALES", "TranslatedFile", "Translation", "Translator", "encode_like", "translate_file"]
