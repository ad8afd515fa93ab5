"""Trees with leaves, conifers and distant woods, in leaf and under snow."""

from __future__ import annotations

import numpy as np

from gan_core.data.scenes.canvas import Canvas, Colour, faded, mix
from gan_core.data.scenes.geometry import Array, Conifer, Tree
from gan_core.data.scenes.palette import Palette


def tree(canvas: Canvas, plant: Tree, colours: Palette, seed: int) -> None:
    """A crown of leaves in summer; in winter the bare branches with snow lying on them."""
    _shadow(canvas, plant.base, plant.height * (0.30 if not colours.winter else 0.20), colours)
    _branches(canvas, plant, colours)
    if colours.winter:
        _snow_on_branches(canvas, plant, colours)
    else:
        _leaves(canvas, plant, colours, seed)


def _shadow(canvas: Canvas, base: tuple[float, float], radius: float, colours: Palette) -> None:
    canvas.ball(base[0] + radius * 0.35, base[1] + radius * 0.04, radius, faded(colours.shadow, 70), 0.2)
    canvas.ball(base[0] + radius * 0.2, base[1] + radius * 0.02, radius * 0.7, faded(colours.shadow, 60), 0.2)


def _branches(canvas: Canvas, plant: Tree, colours: Palette) -> None:
    lit, dark = colours.bark
    for x0, y0, x1, y1, width, level in plant.branches:
        if level > 2 and not colours.winter:
            continue
        ink = mix(dark, lit, 0.25 if level < 2 else 0.5)
        if level == 0:  # the trunk widens towards the ground
            half = width / 2
            foot = [
                (x0 - 1.5 * half, y0 + 0.01),
                (x1 - 0.8 * half, y1),
                (x1 + 0.8 * half, y1),
                (x0 + 1.5 * half, y0 + 0.01),
            ]
            canvas.polygon(foot, dark)
            canvas.polygon([*foot[:2], (x1 - 0.1 * half, y1), (x0 - 0.3 * half, y0 + 0.01)], lit)
        else:
            canvas.stroke([(x0, y0), (x1, y1)], max(width, 0.0030), ink)


def _snow_on_branches(canvas: Canvas, plant: Tree, colours: Palette) -> None:
    snow = colours.snow[0]
    for x0, y0, x1, y1, width, level in plant.branches:
        leaning = abs(x1 - x0) / (abs(x1 - x0) + abs(y1 - y0) + 1e-6)
        if level == 0 or leaning < 0.22 or (level > 3 and not canvas.shows(width, 0.5)):
            continue
        thick = max(0.55 * width, 0.0028)
        lift = 0.5 * width + 0.3 * thick
        start, end = 0.12, 0.88
        points = [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t - lift) for t in (start, 0.5, end)]
        canvas.stroke(points, thick, snow)
        if level <= 2:  # a cushion in the fork
            canvas.ball(x1, y1 - lift * 0.6, 1.1 * thick, snow, 0.8)
    x, y = plant.base
    canvas.ball(x, y + 0.012, plant.height * 0.085, colours.snow[1], 0.36)
    canvas.ball(x - 0.004, y + 0.008, plant.height * 0.080, snow, 0.34)


def _leaves(canvas: Canvas, plant: Tree, colours: Palette, seed: int) -> None:
    """Balls of leaves in four tones, lit from the upper left, with dabs of leaves where they are large enough to
    show."""
    rng = np.random.default_rng([seed, int(plant.base[0] * 1e4) & 0xFFFF, 31])
    green = mix((70, 150, 62), (128, 168, 50), plant.tint)
    tones = (mix(green, (14, 56, 46), 0.55), mix(green, (20, 80, 50), 0.22), green, mix(green, (214, 232, 110), 0.42))
    balls = plant.leaves
    for x, y, radius in balls:
        canvas.ball(x + 0.10 * radius, y + 0.16 * radius, radius * 1.04, tones[0])
    for x, y, radius in balls:
        canvas.ball(x, y, radius * 0.94, tones[1])
    for x, y, radius in balls[1:]:
        canvas.ball(x - 0.16 * radius, y - 0.18 * radius, radius * 0.70, tones[2])
    for x, y, radius in balls[1:]:
        canvas.ball(x - 0.30 * radius, y - 0.34 * radius, radius * 0.36, faded(tones[3], 190))
    leaf = plant.height * 0.018
    if canvas.shows(leaf, 0.7):
        # Dabs at the rims break the circles; dabs inside give texture. The larger the picture, the more of them show.
        count = 9 if not canvas.shows(leaf, 1.6) else 26
        for x, y, radius in balls:
            angle, out = rng.uniform(0, 2 * np.pi, count), rng.uniform(0.15, 1.06, count)
            for a, r in zip(angle, out, strict=True):
                lit = -(np.cos(a) + np.sin(a)) * 0.5 * r
                pick = int(np.clip(1.9 + 1.5 * lit + rng.uniform(-0.6, 0.6), 0, 3))
                canvas.ball(
                    x + r * radius * np.cos(a),
                    y + r * radius * np.sin(a),
                    leaf * rng.uniform(0.6, 1.1),
                    tones[pick],
                    0.75,
                )
    if plant.fruit:
        for x, y, radius in balls[1:]:
            canvas.ball(x + 0.3 * radius, y + 0.25 * radius, max(0.022 * plant.height, 0.005), (214, 52, 46))


def conifer(canvas: Canvas, plant: Conifer, colours: Palette) -> None:
    """Tiers of drooping boughs; in winter each carries a cap of snow with a lobed edge."""
    (x, y), height = plant.base, plant.height
    _shadow(canvas, plant.base, height * 0.24, colours)
    half = 0.028 * height
    canvas.polygon(
        [(x - half, y + 0.006), (x - half, y - 0.2 * height), (x + half, y - 0.2 * height), (x + half, y + 0.006)],
        colours.bark[1],
    )
    green: Colour = mix(mix((34, 104, 68), (58, 124, 60), plant.tint), (44, 84, 92), 0.55 if colours.winter else 0.0)
    lit, dark = mix(green, (150, 200, 110), 0.28 if not colours.winter else 0.08), mix(green, (8, 36, 44), 0.42)
    for tier in range(plant.tiers):
        share = tier / plant.tiers  # 0 at the lowest tier
        foot = y - height * (0.10 + 0.70 * share)
        tip = foot - height * (0.38 - 0.12 * share)
        wide = 0.29 * height * (1 - share) ** 0.8 + 0.035 * height
        middle = x + plant.lean * share * height
        edge = _boughs(middle, foot, wide, 4 if tier % 2 else 5, 0.045 * height)
        if tier:  # the shade that a tier throws on the one below
            canvas.polygon(
                [(middle, tip), *((px, py + 0.022 * height) for px, py in edge)], mix(dark, (4, 24, 32), 0.45)
            )
        canvas.polygon([(middle, tip), *edge], dark)
        canvas.polygon([(middle, tip), *[point for point in edge if point[0] <= middle + 0.1 * wide]], green)
        if not colours.winter:
            canvas.polygon([(middle, tip), *[point for point in edge if point[0] <= middle - 0.35 * wide]], lit)
        else:
            _cap(canvas, middle, tip, foot, wide, colours)
    if colours.winter:
        canvas.ball(x, y + 0.008, 0.15 * height, colours.snow[1], 0.25)
        canvas.ball(x - 0.004, y + 0.005, 0.14 * height, colours.snow[0], 0.22)


def _boughs(middle: float, foot: float, wide: float, count: int, droop: float) -> list[tuple[float, float]]:
    """The lower edge of a tier, left to right: `count` pointed boughs, the outer ones hanging higher."""
    points = []
    for index in range(2 * count + 1):
        t = index / count - 1
        rise = droop * (0.9 * t * t)
        points.append((middle + wide * t, foot - rise + (droop if index % 2 else 0.0) * 0.8))
    return points


def _cap(canvas: Canvas, middle: float, tip: float, foot: float, wide: float, colours: Palette) -> None:
    """Snow over the upper part of a tier, thick and round at its lower edge."""
    reach, low = 0.80 * wide, tip + 0.74 * (foot - tip)
    lobes = [(middle - reach * 0.64, 0.30), (middle - reach * 0.1, 0.38), (middle + reach * 0.52, 0.30)]
    canvas.polygon([(middle, tip - 0.004), (middle - reach, low), (middle + reach, low)], colours.snow[1])
    for x, size in lobes:
        canvas.ball(x, low, reach * size, colours.snow[1], 0.62)
    canvas.polygon(
        [(middle, tip - 0.004), (middle - reach, low - 0.004), (middle + reach * 0.45, low - 0.004)], colours.snow[0]
    )
    for x, size in lobes[:2]:
        canvas.ball(x, low - 0.006, reach * size * 0.92, colours.snow[0], 0.58)


def grove(canvas: Canvas, plants: Array, colours: Palette, layer: int) -> None:
    """A distant wood: small round crowns or pointed conifers; in winter bare fans and white-shouldered points."""
    haze = (0.42, 0.18)[layer]
    for index, (x, y, height, is_conifer) in enumerate(plants):
        tone = 0.25 * ((index * 7) % 5) / 5
        if is_conifer:
            green: Colour = mix((40, 102, 74), (74, 128, 70), tone * 3) if not colours.winter else (72, 98, 110)
            green = mix(green, colours.hills[layer][0], haze)
            for share in (0.0, 0.34):
                foot, wide = y - share * height, height * 0.27 * (1 - share)
                canvas.polygon([(x - wide, foot), (x, foot - 0.66 * height), (x + wide, foot)], green)
                if colours.winter:
                    top = foot - 0.66 * height
                    canvas.polygon(
                        [(x - 0.62 * wide, foot - 0.24 * height), (x, top), (x + 0.3 * wide, foot - 0.30 * height)],
                        colours.snow[0],
                    )
        elif colours.winter:
            ink = mix((112, 98, 104), colours.hills[layer][0], haze * 0.7)
            for lean in (-0.42, -0.2, 0.0, 0.22, 0.4):
                canvas.stroke(
                    [(x, y - 0.25 * height), (x + lean * height, y - height * (0.95 - abs(lean) * 0.6))], 0.003, ink
                )
            canvas.stroke([(x, y), (x, y - 0.4 * height)], 0.006, ink)
            canvas.ball(x, y, 0.2 * height, colours.snow[0], 0.4)
        else:
            green = mix(mix((74, 146, 66), (126, 170, 66), tone * 4), colours.hills[layer][0], haze * 0.8)
            canvas.ball(x, y - 0.45 * height, 0.46 * height, mix(green, (20, 70, 50), 0.35))
            canvas.ball(x - 0.06 * height, y - 0.52 * height, 0.38 * height, green)
            canvas.ball(x - 0.14 * height, y - 0.62 * height, 0.18 * height, mix(green, (230, 240, 150), 0.3))
