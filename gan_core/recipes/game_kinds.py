"""What games need of their data and make of it, known without importing torch.

Games say the same by their tags, those of plugins by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gan_core.parts import registry

DIRECTION_NAMES = ("AtoB", "BtoA")
PAIRED = "paired"
"""Tag of games that learn from pairs."""
PAIRS = ("edges", "grey", "blur", "small", "side-by-side", "season")
"""How the pairs of a paired translation are made: see `gan_core.data.pairs`."""
DIRECTIONS: dict[str, tuple[str, ...]] = {
    "cycle": ("AtoB", "BtoA"),
    "contrastive": ("AtoB",),
    "paired": ("AtoB",),
}
"""The games of this package that end in a translator, and which ways it translates."""


def directions_of(game: str) -> tuple[str, ...]:
    """The directions that a game trains, `AtoB` and `BtoA`; empty for a generator from latents."""
    if game in DIRECTIONS:
        return DIRECTIONS[game]
    found = registry("game").peek(game)
    return tuple(name for name in DIRECTION_NAMES if found is not None and name in found.tags)


def learns_from_pairs(game: str) -> bool:
    """Whether it is known in a game what a picture is to be turned into."""
    if game in DIRECTIONS:
        return game == PAIRED
    found = registry("game").peek(game)
    return found is not None and PAIRED in found.tags


def translator_inputs(options: Mapping[str, Any]) -> dict[str, Any]:
    """What the translators of a paired game with these options take besides the picture, as `Card.inputs` says it."""
    hints, noise = options.get("hints") is True, options.get("noise", 0)
    channels = noise if isinstance(noise, int) and not isinstance(noise, bool) and noise > 0 else 0
    return ({"hints": True} if hints else {}) | ({"noise": channels} if channels else {})
