"""The distributions of the Lab's points: named ones, and strokes that a user drew."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gan_core.data import points
from gan_core.data.points import Distribution
from gan_core.errors import InputError
from gan_core.parts import is_number

VIEW = 3.2
"""Half the side of the square that is looked at, around the origin."""
DRAWN = "drawn"
"""The name of the distribution that is made of strokes."""
SPACING = 0.04
"""Distance between bells along a stroke: a stroke drawn fast weighs as much as one drawn slowly."""
PIECE = 0.8
"""Length of stroke that counts as one mode of a drawn distribution."""
MOST_STROKES = 200
MOST_POINTS = 20_000
SMALLEST, LARGEST = 0.02, 0.5
"""Standard deviations that may be chosen for the bells of a drawing."""

Strokes = tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, eq=False)
class Target:
    """A distribution, and which of its centres make up one mode."""

    distribution: Distribution
    groups: Tensor | None = None
    """int64 (centres,): the mode of each centre; None where every centre is one."""

    @property
    def modes(self) -> int | None:
        """How many modes there are to cover; None for a curve."""
        if self.distribution.centres is None:
            return None
        return len(self.distribution.centres) if self.groups is None else int(self.groups.max()) + 1


@functools.lru_cache(maxsize=8)
def target(name: str, strokes: Strokes, deviation: float) -> Target:
    """The distribution called `name`, which may be `DRAWN`; `strokes` and `deviation` matter only for that.

    The same object whenever asked for the same, so that identity tells whether it changed.
    """
    return drawn(strokes, deviation) if name == DRAWN else Target(points.get(name))


def drawn(strokes: Strokes, deviation: float) -> Target:
    """Equal bells of the given standard deviation along the strokes, `SPACING` apart; a single dot is one bell.

    InputError for an empty drawing, one that is too large, or one that leaves the view.
    """
    centres: list[tuple[float, float]] = []
    groups: list[int] = []
    mode = -1
    for stroke in check_strokes(strokes):
        since = PIECE  # every stroke begins a mode of its own
        for place in _spaced(stroke):
            if since >= PIECE - 1e-9:
                mode, since = mode + 1, 0.0
            centres.append(place)
            groups.append(mode)
            since += SPACING
    if not SMALLEST <= deviation <= LARGEST:
        raise InputError(f"The width of the brush is {SMALLEST} to {LARGEST}, not {deviation}.")
    middles = torch.tensor(centres)
    summary = "Drawn by hand"
    return Target(
        Distribution(DRAWN, summary, points.mixture(middles, deviation), middles, deviation), torch.tensor(groups)
    )


def check_strokes(strokes: Any) -> Strokes:
    """`strokes` as the browser sends them, [[[x, y], ...], ...], or InputError."""
    if not isinstance(strokes, (list, tuple)) or not all(isinstance(stroke, (list, tuple)) for stroke in strokes):
        raise InputError("A drawing is a list of strokes, and a stroke a list of points [x, y].")
    kept = [stroke for stroke in strokes if stroke]
    if not kept:
        raise InputError("Nothing is drawn yet: draw at least one dot in the plane.")
    if len(kept) > MOST_STROKES or sum(map(len, kept)) > MOST_POINTS:
        raise InputError(f"A drawing has at most {MOST_STROKES} strokes and {MOST_POINTS} points; this one has more.")
    return tuple(tuple(_checked_point(point) for point in stroke) for stroke in kept)


def _checked_point(point: Any) -> tuple[float, float]:
    if not (isinstance(point, (list, tuple)) and len(point) == 2 and all(map(is_number, point))):
        raise InputError(f"A point of a drawing is two numbers [x, y], not {point!r}.")
    x, y = point
    if abs(x) > VIEW or abs(y) > VIEW:
        raise InputError(f"A drawing stays between -{VIEW} and {VIEW} in both directions; [{x}, {y}] lies outside.")
    return float(x), float(y)


def _spaced(stroke: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Places `SPACING` apart along the broken line, its beginning first."""
    places, left = [stroke[0]], SPACING
    for (x0, y0), (x1, y1) in itertools.pairwise(stroke):
        length = math.hypot(x1 - x0, y1 - y0)
        along = left
        while along <= length + 1e-9:
            share = along / length
            places.append((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
            along += SPACING
        left = along - length
    return places
