"""Values of settings that are given as text."""

from __future__ import annotations

import json
from typing import Any

NOTHING = ("none", "null", "nil")
CONSTANTS = {"True": True, "False": False, "None": None}
"""As Python writes them."""


def parse_value(text: str) -> Any:
    """A setting from the shell: JSON where it reads as JSON (`64`, `0.5`, `true`, `null`), else the text itself."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
