"""The objects of a landscape as geometry.

Lengths are shares of the picture's shorter side; x runs to the right from 0 to `Scene.width`, y downwards from 0 to
`Scene.height`, so that the shorter of the two is 1. Seasons, colours and pixels are left to the modules that draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray
Point = tuple[float, float]


@dataclass(frozen=True)
class Ridge:
    """The upper edge of a hill or mountain, left to right."""

    x: Array
    y: Array
    jagged: bool

    def at(self, x: float) -> float:
        """Height of the edge over x."""
        return float(np.interp(x, self.x, self.y))


@dataclass(frozen=True)
class Water:
    """A lake (a closed shore) or a river (two banks, joined to a closed shore)."""

    shore: Array
    """Points (n, 2)."""
    is_river: bool
    cracks: tuple[Array, ...]
    """Lines (m, 2) in which its ice breaks; parts beyond the shore are never drawn."""


@dataclass(frozen=True)
class Tree:
    """A tree with leaves: branches as (x0, y0, x1, y1, width, level), and the balls of leaves around their ends."""

    base: Point
    height: float
    branches: Array
    leaves: Array
    """(n, 3): x, y, radius."""
    tint: float
    """0 to 1, chooses among greens."""
    fruit: bool


@dataclass(frozen=True)
class Conifer:
    """A conifer: foot, height, number of tiers of branches, slant, and shade of green (0 to 1)."""

    base: Point
    height: float
    tiers: int
    lean: float
    tint: float


@dataclass(frozen=True)
class House:
    """A house of one storey with a gable."""

    base: Point
    """Left lower corner of the gable wall."""
    size: float
    tint: float
    flipped: bool


@dataclass(frozen=True)
class Fence:
    """A wooden fence."""

    posts: Array
    """(n, 3): x and y of the foot, height."""


@dataclass(frozen=True)
class Stack:
    """A stack of hay, and under snow a round white heap."""

    base: Point
    size: float


Thing = Tree | Conifer | House | Fence | Stack


@dataclass(frozen=True)
class Scene:
    """A landscape as geometry; its shorter side has length 1, and y points downwards."""

    seed: int
    width: float
    height: float
    mood: float
    """0 is a clear noon, 1 a golden evening."""
    sun: Point
    clouds: tuple[Array, ...]
    """Each (n, 3): x, y, radius of its puffs."""
    mountains: tuple[Ridge, ...]
    hills: tuple[Ridge, ...]
    """Far to near; the last one is the meadow in the foreground."""
    groves: tuple[Array, ...]
    """Small distant trees on each hill but the last: (n, 4): x, y, height, and whether it is a conifer."""
    water: Water | None
    path: Array | None
    """Middle line and width of a path: (n, 3)."""
    things: tuple[Thing, ...]
    """Back to front."""
