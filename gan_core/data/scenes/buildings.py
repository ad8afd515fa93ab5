"""What people put into a landscape: a house, a fence, a stack of hay."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import numpy as np

from gan_core.data.scenes import night
from gan_core.data.scenes.canvas import Canvas, Colour, faded, mix
from gan_core.data.scenes.geometry import Array, Fence, House, Stack
from gan_core.data.scenes.palette import Palette

Corners = Callable[[list[tuple[float, float]]], Array]
"""Brings points from a house's own coordinates to the picture's."""

WALLS: tuple[Colour, ...] = ((246, 234, 208), (226, 176, 130), (186, 72, 60), (238, 214, 150), (214, 226, 232))
ROOFS: tuple[Colour, ...] = ((190, 72, 52), (150, 84, 62), (92, 98, 118), (168, 58, 60), (196, 104, 56))
WOOD: tuple[Colour, Colour] = ((168, 126, 84), (116, 82, 56))


def house(canvas: Canvas, place: House, colours: Palette) -> None:
    """A gable and a long side under a tiled roof; in winter a thick round blanket, lit windows and smoke; at
    night lit windows."""
    size = place.size
    pick = int(place.tint * 4.999)
    wall, roof = WALLS[pick], ROOFS[(pick * 3 + 1) % 5]
    if colours.winter:  # a low sun: walls stand out against the snow
        wall = mix(wall, (150, 104, 92), 0.30)

    def at(points: list[tuple[float, float]]) -> Array:
        """From the house's own coordinates (gable 1 wide, side 0.9, y up) to the picture's."""
        corner = np.array(points)
        x = 1.9 - corner[:, 0] if place.flipped else corner[:, 0]
        return np.stack([place.base[0] + size * x, place.base[1] - size * corner[:, 1]], 1)

    canvas.polygon(
        at([(-0.05, -0.05), (1.0, -0.08), (2.15, -0.05), (2.0, 0.05), (0.0, 0.05)]), faded(colours.shadow, 110)
    )
    canvas.polygon(at([(0, 0), (0, 0.62), (0.5, 1.12), (1, 0.62), (1, 0)]), wall)
    canvas.polygon(at([(1, 0), (1, 0.62), (1.9, 0.62), (1.9, 0)]), mix(wall, (90, 70, 90), 0.28))
    _chimney(canvas, at, wall, colours)
    if colours.winter:
        _snowy_roof(canvas, at, size, colours)
    else:
        _tiled_roof(canvas, at, roof)
    glass: Colour = (255, 214, 110) if colours.winter else (120, 176, 210)
    for left, low in ((0.12, 0.30), (1.14, 0.24), (1.54, 0.24)):
        canvas.polygon(
            at(
                [
                    (left - 0.03, low - 0.03),
                    (left - 0.03, low + 0.27),
                    (left + 0.25, low + 0.27),
                    (left + 0.25, low - 0.03),
                ]
            ),
            (250, 248, 242),
        )
        pane = at([(left, low), (left, low + 0.24), (left + 0.22, low + 0.24), (left + 0.22, low)])
        with canvas.shining() if colours.night else contextlib.nullcontext():
            canvas.polygon(pane, night.LAMP if colours.night else glass)
        canvas.stroke(at([(left + 0.11, low), (left + 0.11, low + 0.24)]), 0.025 * size, (250, 248, 242))
        for share, petals in ((0.02, (226, 58, 70)), (0.11, (250, 190, 70)), (0.20, (236, 110, 170))):
            ((x, y),) = at([(left + share, low - 0.05)])
            canvas.ball(x, y, 0.055 * size, colours.snow[0] if colours.winter else petals, 0.8)
    canvas.polygon(at([(0.44, 0), (0.44, 0.46), (0.72, 0.46), (0.72, 0)]), (122, 72, 48))
    canvas.polygon(at([(0.47, 0), (0.47, 0.43), (0.69, 0.43), (0.69, 0)]), (150, 92, 58))
    if colours.night:
        for x, y in at([(0.23, 0.42), (1.25, 0.36), (1.65, 0.36)]):
            night.lamplight(canvas, float(x), float(y), size)
    if colours.winter:
        for x, y in at([(0.0, 0.0), (0.25, -0.02), (0.95, 0.0), (1.3, -0.02), (1.6, 0.0), (1.9, 0.0)]):
            canvas.ball(x, y, 0.16 * size, colours.snow[0], 0.5)


def _chimney(canvas: Canvas, at: Corners, wall: Colour, colours: Palette) -> None:
    canvas.polygon(at([(1.35, 0.8), (1.35, 1.32), (1.53, 1.32), (1.53, 0.8)]), mix((160, 90, 76), wall, 0.2))
    if not colours.winter:
        canvas.polygon(at([(1.32, 1.28), (1.32, 1.36), (1.56, 1.36), (1.56, 1.28)]), (120, 66, 58))
        return
    canvas.polygon(at([(1.31, 1.30), (1.33, 1.42), (1.44, 1.46), (1.55, 1.42), (1.57, 1.30)]), colours.snow[0])
    for index, (x, y) in enumerate(at([(1.48, 1.56), (1.58, 1.74), (1.54, 1.96), (1.70, 2.18)])):
        radius = abs(float(at([(0.07 + 0.03 * index, 0)])[0, 0] - at([(0, 0)])[0, 0]))
        canvas.ball(x, y, radius, (236, 238, 244, 150 - 26 * index), 0.85)


def _tiled_roof(canvas: Canvas, at: Corners, roof: Colour) -> None:
    dark = mix(roof, (40, 20, 30), 0.35)
    canvas.polygon(at([(0.92, 0.54), (0.44, 1.16), (1.5, 1.16), (2.0, 0.54)]), roof)
    for row in range(1, 5):
        share = row / 5
        left, right = 0.92 - 0.48 * share, 2.0 - 0.5 * share
        canvas.stroke(at([(left, 0.54 + 0.62 * share), (right, 0.54 + 0.62 * share)]), 0.004, dark)
    canvas.polygon(at([(-0.08, 0.52), (0.5, 1.10), (1.02, 0.56), (1.08, 0.62), (0.5, 1.22), (-0.14, 0.58)]), dark)


def _snowy_roof(canvas: Canvas, at: Corners, size: float, colours: Palette) -> None:
    snow, shade = colours.snow
    canvas.polygon(at([(0.9, 0.54), (0.42, 1.18), (1.52, 1.18), (2.02, 0.54)]), shade)
    canvas.polygon(
        at([(0.86, 0.62), (0.42, 1.22), (0.52, 1.30), (1.46, 1.30), (1.56, 1.22), (2.06, 0.62)]), mix(snow, shade, 0.40)
    )
    canvas.stroke(at([(0.52, 1.28), (1.46, 1.28)]), 0.06 * size, snow)
    for x, y in at([(0.96 + 0.21 * index, 0.60 - 0.03 * (index % 2)) for index in range(6)]):
        canvas.ball(x, y + 0.02 * size, 0.125 * size, mix(shade, (120, 140, 190), 0.35), 0.75)
        canvas.ball(x, y, 0.125 * size, mix(snow, shade, 0.25), 0.75)
    for index in range(5):  # icicles
        ((x, y),) = at([(1.06 + 0.2 * index, 0.5)])
        canvas.polygon(
            [(x - 0.018 * size, y), (x + 0.018 * size, y), (x, y + (0.10 + 0.05 * (index % 3)) * size)], (214, 232, 246)
        )
    canvas.polygon(
        at(
            [
                (-0.14, 0.50),
                (-0.16, 0.66),
                (0.40, 1.26),
                (0.5, 1.32),
                (0.60, 1.26),
                (1.10, 0.68),
                (1.06, 0.54),
                (0.5, 1.08),
            ]
        ),
        snow,
    )
    canvas.stroke(at([(-0.10, 0.50), (0.5, 1.07), (1.03, 0.55)]), 0.03 * size, shade)


def fence(canvas: Canvas, row: Fence, colours: Palette) -> None:
    """Posts and two rails; in winter a cap on each post and a line of snow on the rails."""
    light, dark = WOOD if not colours.winter else ((138, 112, 92), (98, 78, 70))
    x, foot, height = row.posts[:, 0], row.posts[:, 1], row.posts[:, 2]
    for share in (0.42, 0.74):
        rail = np.stack([x, foot - share * height], 1)
        canvas.stroke(rail, 0.010, dark)
        if colours.winter:
            canvas.stroke(rail - [0, 0.008], 0.009, colours.snow[0])
        else:
            canvas.stroke(rail - [0, 0.002], 0.004, light)
    for px, py, tall in row.posts:
        canvas.polygon([(px - 0.008, py), (px - 0.008, py - tall), (px + 0.008, py - tall), (px + 0.008, py)], dark)
        canvas.polygon([(px - 0.008, py), (px - 0.008, py - tall), (px, py - tall), (px, py)], light)
        if colours.winter:
            canvas.ball(px, py - tall, 0.014, colours.snow[0], 0.75)
            canvas.ball(px, py + 0.002, 0.024, colours.snow[0], 0.42)
        else:
            canvas.polygon([(px - 0.009, py - tall), (px, py - tall - 0.010), (px + 0.009, py - tall)], light)


def stack(canvas: Canvas, heap: Stack, colours: Palette) -> None:
    """A stack of hay; under snow a smooth white heap with a little straw below."""
    (x, y), size = heap.base, heap.size
    canvas.ball(x + 0.2 * size, y, 1.15 * size, faded(colours.shadow, 90), 0.2)
    t = np.linspace(0, np.pi, 14)
    dome = np.stack([x - size * np.cos(t), y - 1.25 * size * np.sin(t) ** 0.8], 1)
    canvas.polygon(dome, (206, 160, 66))
    canvas.polygon(dome * [[0.75, 1]] + [[0.25 * x - 0.12 * size, 0]], (234, 194, 96))
    if colours.winter:
        lump = np.stack([x - 1.08 * size * np.cos(t), y - 0.42 * size - 1.0 * size * np.sin(t) ** 0.8], 1)
        canvas.polygon(lump + 0.05 * size, colours.snow[1])
        for share in (-0.66, -0.1, 0.5):
            canvas.ball(x + share * size, y - 0.42 * size, 0.42 * size, colours.snow[1], 0.6)
            canvas.ball(x + (share - 0.08) * size, y - 0.48 * size, 0.42 * size, colours.snow[0], 0.55)
        canvas.polygon(lump * [[0.8, 1]] + [[0.2 * x - 0.10 * size, 0]], colours.snow[0])
        return
    for index in range(9):
        lean = (index / 4 - 1) * 0.7
        canvas.stroke(
            [(x + lean * size, y - 0.08 * size), (x + 0.6 * lean * size, y - (0.5 + 0.06 * (index % 4)) * size)],
            0.0032,
            (168, 122, 46),
        )
