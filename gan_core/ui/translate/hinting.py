"""Colour hints of the page, which knows places as shares of a picture, as hints in its pixels."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.translate.protocol import ColourHint

if TYPE_CHECKING:
    import numpy as np

    from gan_core.translation import Hint


def hints_of(hints: Sequence[ColourHint], rgb: "np.ndarray") -> "list[Hint]":
    """The hints of a request, in pixels of the picture `rgb`, (H, W, 3)."""
    from gan_core.translation import Hint

    height, width = rgb.shape[:2]
    return [
        Hint(
            min(int(hint.x * width), width - 1),
            min(int(hint.y * height), height - 1),
            hint.colour,
            None if hint.radius is None else hint.radius * min(width, height),
        )
        for hint in hints
    ]


def read_hints(values: Any) -> "list[Any]":
    """The hints of a program's request: a list of `[x, y, "#RRGGBB"]` or `[x, y, [r, g, b]]`, perhaps with a radius.

    Raises:
        InputError: for what is no list.
    """
    if values is None or values == "":
        return []
    if not isinstance(values, list):
        raise InputError('Hints are a list, each [x, y, "#RRGGBB"] or [x, y, "#RRGGBB", radius] in pixels.')
    return values
