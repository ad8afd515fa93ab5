"""At which size a picture goes through the network.

| scale     | the network sees                                                                                      |
|-----------|-------------------------------------------------------------------------------------------------------|
| `native`  | the picture at its own size; in bands (see `tiling`) when it is larger than one pass takes              |
| `trained` | the picture squeezed into the square that the network was trained on, as in the paper                   |
| `auto`    | the picture, aspect kept, with its shorter side at the trained side, unless it is within a factor of 1.5 |

A network sees things only at the scale it learned: a drawing that filled its 128-pixel square shows it nothing but thin
strokes at 1000 pixels. So `auto` is what the app and the shell use; a call of the network from Python for a picture
of the right size gets exactly the network's answer with `native`.
"""

from __future__ import annotations

import math
from typing import Any

SCALES = ("auto", "native", "trained")
CLOSE = 1.5
"""Pictures whose shorter side is this close to the trained side (as a factor) are translated as they are."""
LONGEST = 4
"""A small picture is enlarged until its longer side is at most this many trained sides."""
PASS_PIXELS = 2_000_000
"""Most pixels of one pass. A ResNet of width 64 takes about 1.1 GB for them; larger pictures go in bands."""
UNKNOWN_SIDE = 256
"""Trained side of weights that do not say it: the original's default."""


def trained_side(card: Any) -> int:
    """The side in pixels of the squares that the card's network was trained on."""
    recipe = getattr(card, "recipe", None)
    recipe_size = recipe.get("size") if isinstance(recipe, dict) else getattr(recipe, "size", None)
    for side in (getattr(card, "size", None), recipe_size):
        if isinstance(side, int) and side > 0:
            return side
    return UNKNOWN_SIDE


def working_size(width: int, height: int, scale: str, side: int) -> tuple[int, int]:
    """The (width, height) at which one pass translates a picture under `scale` by a network trained on `side`
    pixels."""
    if scale == "trained":
        return side, side
    factor = _auto_factor(width, height, side) if scale == "auto" else 1.0
    factor = min(factor, math.sqrt(PASS_PIXELS / (width * height)))
    if factor == 1.0:
        return width, height
    return max(1, round(width * factor)), max(1, round(height * factor))


def _auto_factor(width: int, height: int, side: int) -> float:
    shorter, longer = sorted((width, height))
    if side / CLOSE <= shorter <= side * CLOSE:
        return 1.0
    if shorter > side:
        return side / shorter
    return max(1.0, min(side / shorter, LONGEST * side / longer))
