"""Colour hints and noise: what a translator may take besides the picture.

The network of such a translator reads more channels than a picture has:

    [ picture, C | hint colour, 3, in [-1, 1], 0 where none | hint mask, 1, 0 or 1 | noise, K, each constant ]

The model's card says which of them there are (`Card.inputs`). Hints are given in pixels of the picture; each colours a
square around its position, as the hints of the training did, in the picture as the network sees it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_core.errors import InputError

MOST_HINTS = 300
"""Hints of one picture; a stroke of the pen takes one for each of its widths."""
RADIUS = 0.024
"""Of a hint that does not say it, as a share of the picture's shorter side: 3 pixels of 128."""
PLANES = 4
"""Channels that hints take: red, green, blue, and where they are."""
LARGEST_SEED = 2**63 - 1
REFUSAL = "This model takes no colour hints: its card would say so. Leave them out, or choose another model."


@dataclass(frozen=True)
class Hint:
    """A colour that a place of the translation is to take.

    Args:
        x: Column of the picture's pixel, from 0 at the left; a fraction lies within that pixel.
        y: Row, from 0 at the top.
        colour: Red, green and blue, whole numbers from 0 to 255.
        radius: Half the side of the coloured square, in pixels of the picture; None for `RADIUS` of its shorter side.
    """

    x: float
    y: float
    colour: tuple[int, int, int]
    radius: float | None = None


AnyHint = Hint | Sequence[Any]
"""A hint, or `(x, y, (r, g, b))`, or `(x, y, (r, g, b), radius)`."""


@dataclass(frozen=True, eq=False)
class ExtraPlanes:
    """What the network reads behind the channels of one picture."""

    height: int
    width: int
    takes_hints: bool
    marked: np.ndarray | None
    """uint8 (height, width, 4): colours of the hints, and 255 where there is one; None for none."""
    noise: np.ndarray
    """float32 (K,)."""

    @property
    def channels(self) -> int:
        """How many there are."""
        return PLANES * self.takes_hints + len(self.noise)

    def rows(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """The planes at some rows and columns of the picture, float32 (channels, len(rows), len(columns))."""
        parts: list[np.ndarray] = []
        shape = len(rows), len(columns)
        if self.takes_hints and self.marked is None:
            parts.append(np.zeros((PLANES, *shape), np.float32))
        elif self.takes_hints and self.marked is not None:
            parts.append(_as_planes(self.marked[rows][:, columns]))
        parts.append(np.broadcast_to(self.noise[:, None, None], (len(self.noise), *shape)))
        return np.concatenate(parts)


NO_PLANES = ExtraPlanes(0, 0, False, None, np.zeros(0, np.float32))


@dataclass(frozen=True)
class ExtraInputs:
    """What a translator takes besides the picture."""

    hints: bool = False
    noise: int = 0
    """Channels of noise."""

    @classmethod
    def of(cls, card: Any) -> ExtraInputs:
        """What a card says of it; a card that does not speak of it has nothing."""
        inputs: Mapping[str, Any] = getattr(card, "inputs", None) or {}
        return cls(bool(inputs.get("hints", False)), int(inputs.get("noise", 0)))

    @property
    def channels(self) -> int:
        """Channels behind those of the picture."""
        return PLANES * self.hints + self.noise

    def describe(self) -> str:
        """What is taken besides the picture, in words; empty for nothing."""
        words = ["colour hints"] * self.hints
        if self.noise:
            words.append(f"noise ({self.noise} channel{'s' * (self.noise > 1)})")
        return " and ".join(words)

    def check(self, hints: Sequence[AnyHint], seed: int | None) -> None:
        """Refuse what the model does not take.

        Raises:
            InputError: for hints or a seed that the model has no input for, and for a seed that is no whole number
                from 0.
        """
        if len(hints) and not self.hints:
            raise InputError(REFUSAL)
        if seed is None:
            return
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed <= LARGEST_SEED:
            raise InputError(f"The seed of a translation is a whole number from 0, not {seed!r}.")
        if not self.noise:
            raise InputError("This model takes no noise, so it has one result for each picture: leave the seed out.")

    def planes(
        self,
        size: tuple[int, int],
        working_size: tuple[int, int],
        hints: Sequence[AnyHint] = (),
        seed: int | None = None,
    ) -> ExtraPlanes:
        """The planes for one picture.

        Args:
            size: (width, height) of the picture, in whose pixels hints are given.
            working_size: (width, height) at which the network sees it.
            hints: Colours that are asked for.
            seed: Of the noise, which is normal, one number a channel; None for 0: the mean answer.

        Returns:
            The planes at `working_size`.

        Raises:
            InputError: for what the model does not take, and for hints that cannot be used.
        """
        self.check(hints, seed)
        width, height = working_size
        if not self.channels:
            return NO_PLANES
        numbers = np.zeros(self.noise, np.float32)
        if seed is not None:
            numbers = np.random.default_rng(seed).standard_normal(self.noise, dtype=np.float32)
        marked = _marked(read_hints(hints, size), size, working_size) if len(hints) else None
        return ExtraPlanes(height, width, self.hints, marked, numbers)


def hint_planes(hints: Sequence[AnyHint], size: tuple[int, int], working_size: tuple[int, int]) -> np.ndarray:
    """Draw hints as a network reads them.

    Args:
        hints: Later ones lie over earlier ones.
        size: (width, height) of the picture, in whose pixels they are given.
        working_size: (width, height) at which the network sees it.

    Returns:
        float32 (4, height, width) at the working size: red, green and blue in [-1, 1], 0 where there is no hint, and
        1 where there is one.

    Raises:
        InputError: for hints that cannot be used.
    """
    return _as_planes(_marked(read_hints(hints, size), size, working_size))


def read_hints(hints: Sequence[AnyHint], size: tuple[int, int]) -> list[Hint]:
    """Check hints.

    Args:
        hints: Hints, or tuples with their values.
        size: (width, height) of the picture that they belong to.

    Returns:
        The hints, whose numbers are plain ones.

    Raises:
        InputError: for too many, a position outside of the picture, what is no colour, and what is no number.
    """
    if len(hints) > MOST_HINTS:
        raise InputError(f"A picture takes at most {MOST_HINTS} colour hints, not {len(hints):,}.")
    return [_read(hint, size) for hint in hints]


def scaled_hints(hints: Sequence[AnyHint], size: tuple[int, int], to: tuple[int, int]) -> list[Hint]:
    """Hints of a picture, for the same picture at another size.

    Args:
        hints: In pixels of the picture.
        size: Its (width, height).
        to: The other (width, height).

    Returns:
        The hints in pixels of the other size.

    Raises:
        InputError: for hints that cannot be used.
    """
    across, down = to[0] / size[0], to[1] / size[1]
    found: list[Hint] = []
    for hint in read_hints(hints, size):
        # From the middle of a pixel to where that middle lies, still within the picture.
        x = min((math.floor(hint.x) + 0.5) * across, to[0] - 0.5)
        y = min((math.floor(hint.y) + 0.5) * down, to[1] - 0.5)
        radius = None if hint.radius is None else hint.radius * min(across, down)
        found.append(Hint(max(x, 0.0), max(y, 0.0), hint.colour, radius))
    return found


def parse_hint(text: str) -> Hint:
    """Read a hint as the shell has it, `X,Y,#RRGGBB` or `X,Y,#RRGGBB,RADIUS`.

    Args:
        text: What was typed.

    Returns:
        The hint; whether it lies within the picture is checked where the picture is known.

    Raises:
        InputError: for anything else.
    """
    parts = [part.strip() for part in text.split(",")]
    try:
        if len(parts) not in (3, 4):
            raise ValueError(text)
        x, y, *radius = (float(part) for part in (*parts[:2], *parts[3:]))
        return Hint(x, y, parse_colour(parts[2]), *radius)
    except ValueError:
        raise InputError(
            f"A hint is X,Y,#RRGGBB or X,Y,#RRGGBB,RADIUS, such as 40,60,#e03131; {text!r} is none."
        ) from None


def parse_colour(text: str) -> tuple[int, int, int]:
    """Read `#RRGGBB`.

    Raises:
        InputError: for anything else.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise InputError(f"A colour is #RRGGBB, such as #e03131, not {text!r}.")
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


def _read(hint: AnyHint, size: tuple[int, int]) -> Hint:
    if isinstance(hint, Hint):
        values: Sequence[Any] = (hint.x, hint.y, hint.colour, hint.radius)
    elif isinstance(hint, Sequence) and not isinstance(hint, str) and len(hint) in (3, 4):
        values = (*hint, None)[:4]
    else:
        raise InputError(f"A colour hint is (x, y, (r, g, b)) or (x, y, (r, g, b), radius), not {_shown(hint)}.")
    x, y = (_number(value, name) for value, name in zip(values, ("x", "y"), strict=False))
    width, height = size
    if not (0 <= x < width and 0 <= y < height):
        raise InputError(
            f"A colour hint at ({x:g}, {y:g}) lies outside of the picture, which has {width} x {height} pixels."
        )
    radius = None if values[3] is None else _number(values[3], "radius")
    if radius is not None and radius < 0:
        raise InputError(f"The radius of a colour hint is a number of pixels from 0, not {radius:g}.")
    return Hint(x, y, _colour(values[2]), radius)


def _number(value: Any, name: str) -> float:
    kind = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    try:
        number = float(value) if kind else math.nan
    except OverflowError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"The {name} of a colour hint is a finite number, not {_shown(value)}.")
    return number


def _colour(value: Any) -> tuple[int, int, int]:
    if isinstance(value, str):
        return parse_colour(value)
    levels = list(value) if isinstance(value, (Sequence, np.ndarray)) else []
    whole = all(isinstance(level, (int, np.integer)) and not isinstance(level, bool) for level in levels)
    if len(levels) != 3 or not whole or not all(0 <= level <= 255 for level in levels):
        raise InputError(
            f"The colour of a hint is red, green and blue, whole numbers from 0 to 255, not {_shown(value)}."
        )
    red, green, blue = (int(level) for level in levels)
    return red, green, blue


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _marked(hints: Iterable[Hint], size: tuple[int, int], working_size: tuple[int, int]) -> np.ndarray:
    """The hints as uint8 (height, width, 4) at the working size; 255 in the last channel where there is one."""
    width, height = working_size
    marked = np.zeros((height, width, PLANES), np.uint8)
    across, down = width / size[0], height / size[1]
    for hint in hints:
        radius = RADIUS * min(size) if hint.radius is None else hint.radius
        rows = _span((math.floor(hint.y) + 0.5) * down, radius * down, height)
        columns = _span((math.floor(hint.x) + 0.5) * across, radius * across, width)
        marked[rows, columns] = (*hint.colour, 255)
    return marked


def _span(middle: float, radius: float, side: int) -> slice:
    """The pixels whose middles are at most `radius` from `middle`, and in any case the one that `middle` lies in."""
    own = min(max(math.floor(middle), 0), side - 1)
    first = max(min(math.ceil(middle - radius - 0.5), own), 0)
    last = min(max(math.floor(middle + radius - 0.5), own), side - 1)
    return slice(first, last + 1)


def _as_planes(marked: np.ndarray) -> np.ndarray:
    """uint8 (h, w, 4) to float32 (4, h, w): colours in [-1, 1] where there is a hint, 0 elsewhere; 0 or 1."""
    planes = marked.transpose(2, 0, 1).astype(np.float32)
    planes[3] /= 255
    planes[:3] = (planes[:3] / 127.5 - 1) * planes[3]
    return planes
