"""A drawing surface measured in shares of its shorter side, drawn large and averaged down."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[float, ...]
"""Red, green, blue and perhaps alpha, each 0 to 255."""


Light = tuple[tuple[float, float, float, float], ...]
"""How light changes a colour: for red, green and blue the weights of the three channels, and what is added."""


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour `share` of the way from `a` to `b`; both of equal length."""
    return tuple(p + (q - p) * share for p, q in zip(a, b, strict=True))


def faded(colour: Colour, alpha: float) -> Colour:
    """The colour with an alpha of 0 (nothing) to 255 (opaque)."""
    return (*colour[:3], alpha)


class Canvas:
    """RGB picture under construction.

    Shapes are drawn without smoothing at `fineness` times the wanted size; `finished` averages them down, which
    gives smooth edges everywhere at one price.
    """

    def __init__(self, width: int, height: int) -> None:
        self.fineness = 3 if min(width, height) <= 96 else 2
        self.columns, self.rows = width * self.fineness, height * self.fineness
        self.scale = min(self.columns, self.rows)
        self.light: Light | None = None
        """What everything is lit by that does not shine itself; None for daylight, which leaves colours as they are."""
        self.image = Image.new("RGB", (self.columns, self.rows))
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    def finished(self) -> np.ndarray:
        """The picture, uint8 (height, width, 3)."""
        return np.array(self.image.reduce(self.fineness))

    def shows(self, length: float, pixels: float = 0.6) -> bool:
        """Whether a detail of this length would cover at least `pixels` of the finished picture."""
        return length * self.scale >= pixels * self.fineness

    def polygon(self, points: np.ndarray | Sequence[tuple[float, float]], colour: Colour) -> None:
        """Fill the polygon through `points`, (n, 2) in the scene's units, with `colour`, RGB or RGBA in 0 to 255."""
        self.pen.polygon((np.asarray(points) * self.scale).ravel().tolist(), fill=self._ink(colour))

    def ball(self, x: float, y: float, radius: float, colour: Colour, flatness: float = 1.0) -> None:
        """An ellipse around (x, y), `flatness` times as high as wide."""
        s, tall = self.scale, radius * flatness
        self.pen.ellipse(((x - radius) * s, (y - tall) * s, (x + radius) * s, (y + tall) * s), fill=self._ink(colour))

    def stroke(self, points: np.ndarray | Sequence[tuple[float, float]], width: float, colour: Colour) -> None:
        """A line through points; never thinner than one pixel of the large drawing."""
        line = (np.asarray(points) * self.scale).ravel().tolist()
        self.pen.line(line, fill=self._ink(colour), width=max(1, round(width * self.scale)), joint="curve")

    def grid(self, top: int, bottom: int) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates of the pixels in rows `top` to `bottom`: x (1, columns) and y (rows, 1)."""
        x = (np.arange(self.columns, dtype=np.float32)[None] + 0.5) / self.scale
        y = (np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5) / self.scale
        return x, y

    def noise(self, top: int, bottom: int, stretch: tuple[float, float], seed: int) -> np.ndarray:
        """Smooth noise of about -1 to 1 for rows `top` to `bottom`, float32 (rows, columns).

        `stretch` counts grains a unit in x and y; the same seed gives the same noise at every size.
        """
        dx, dy = (seed * 37) % TILE, (seed * 91) % TILE
        spans = [min(TILE, stretch[0] * self.columns / self.scale), min(TILE, stretch[1] * (bottom - top) / self.scale)]
        box = (dx, dy, dx + spans[0], dy + spans[1])
        return np.asarray(_noise_tile().resize((self.columns, bottom - top), Image.Resampling.BICUBIC, box=box))

    def paint(self, colours: np.ndarray, coverage: np.ndarray | Image.Image, left: int, top: int) -> None:
        """Lay colours, float (h, w, 3) of 0 to 255, over the picture where `coverage` (0 to 1, or a mask) says."""
        layer = Image.fromarray(np.clip(self.lit(colours), 0, 255).astype(np.uint8))
        if isinstance(coverage, np.ndarray):
            coverage = Image.fromarray((np.clip(coverage, 0, 1) * 255).astype(np.uint8))
        self.image.paste(layer, (left, top), coverage)

    @contextlib.contextmanager
    def shining(self) -> Iterator[None]:
        """What is drawn inside keeps its colours: it gives light instead of being lit."""
        light, self.light = self.light, None
        try:
            yield
        finally:
            self.light = light

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float, flatness: float = 1.0) -> None:
        """Light around (x, y) that fades to nothing at twice `radius`, added to what is there (screen blending)."""
        left, right = (min(self.columns, max(0, round((x + side * 2 * radius) * self.scale))) for side in (-1, 1))
        tall = 2 * radius * flatness
        top, bottom = (min(self.rows, max(0, round((y + side * tall) * self.scale))) for side in (-1, 1))
        if left >= right or top >= bottom:
            return
        across, down = self.grid(top, bottom)
        distance = ((across[:, left:right] - x) ** 2 + ((down - y) / flatness) ** 2) / radius**2
        share = np.clip(np.exp(-distance) - np.exp(-4.0), 0, 1)[..., None] * strength / 255
        box = (left, top, right, bottom)
        there = np.asarray(self.image.crop(box), dtype=np.float32)
        there = 255 - (255 - there) * (1 - share * np.array(colour[:3], dtype=np.float32))
        self.image.paste(Image.fromarray(np.clip(there, 0, 255).astype(np.uint8)), box[:2])

    def lit(self, colours: np.ndarray) -> np.ndarray:
        """Colours, float (..., 3), as the light shows them."""
        if self.light is None:
            return colours
        weights = np.array(self.light, dtype=np.float32)
        return colours @ weights[:, :3].T + weights[:, 3]

    def _ink(self, colour: Colour) -> tuple[int, ...]:
        if self.light is not None:
            red, green, blue = colour[:3]
            seen = [a * red + b * green + c * blue + d for a, b, c, d in self.light]
            colour = (*(min(value, 255.0) for value in seen), *colour[3:])
        return tuple([int(value + 0.5) for value in colour])


TILE = 256


@functools.cache
def _noise_tile() -> Image.Image:
    """Three octaves of value noise, 2 TILE x 2 TILE, one grain a pixel in the finest."""
    rng = np.random.default_rng(5)
    total = np.zeros((2 * TILE, 2 * TILE), dtype=np.float32)
    for octave, weight in ((1, 0.45), (2, 0.65), (4, 0.9)):
        side = 2 * TILE // octave
        coarse = Image.fromarray(rng.standard_normal((side, side)).astype(np.float32))
        total += weight * np.asarray(coarse.resize((2 * TILE, 2 * TILE), Image.Resampling.BICUBIC))
    return Image.fromarray(np.clip(total / 1.6, -1.4, 1.4))
