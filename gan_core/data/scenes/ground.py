"""What grows in the meadow: blades and drifts of flowers; in winter mounds of snow and a few dry stalks."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from gan_core.data.scenes.canvas import Canvas, Colour, faded, mix
from gan_core.data.scenes.geometry import Array, Scene
from gan_core.data.scenes.palette import Palette

FLOWERS: tuple[Colour, ...] = ((226, 58, 58), (252, 214, 70), (250, 250, 252), (236, 120, 180), (130, 92, 210))
HEART: Colour = (250, 206, 64)
MAP_SCALE = 160
"""Pixels a unit of the map of free ground, whatever the picture's size, so that the same flowers grow in each."""


def ground(canvas: Canvas, scene: Scene, colours: Palette) -> None:
    """Cover the foreground meadow, leaving water and path free."""
    rng = np.random.default_rng([scene.seed, 23])
    free = _free_ground(scene)
    if colours.winter:
        for x, y, near in _spots(rng, scene, free, 20):
            size = rng.uniform(0.03, 0.07) * (0.35 + 0.9 * near)
            canvas.ball(x + size * 0.2, y + size * 0.10, size * 1.1, faded(colours.snow[1], 140), 0.26)
            canvas.ball(x, y, size, faded(colours.snow[0], 220), 0.26)
        for x, y, near in _spots(rng, scene, free, 30):
            tall = rng.uniform(0.012, 0.03) * (0.4 + near)
            for lean in rng.uniform(-0.6, 0.6, 3):
                canvas.stroke([(x, y), (x + lean * tall, y - tall)], 0.0022, (150, 124, 92))
        return
    dark = faded(mix(colours.hills[2][1], (24, 84, 40), 0.5), 170)
    light = faded(mix(colours.hills[2][0], (210, 236, 120), 0.5), 170)
    spots = _spots(rng, scene, free, 480)
    shapes = rng.random((len(spots), 3)).tolist()
    for (x, y, near), (size, lean, tone) in zip(spots, shapes, strict=True):
        tall = (0.010 + 0.014 * size) * (0.35 + near)
        canvas.stroke([(x, y), (x + (lean - 0.5) * tall, y - tall)], 0.0028, dark if tone < 0.6 else light)
    for x, y, near in _spots(rng, scene, free, int(rng.integers(5, 11))):
        _flowers(canvas, scene, rng, free, [x, y, near])


def _spots(rng: np.random.Generator, scene: Scene, free: Array, count: int) -> list[list[float]]:
    """Up to `count` places a unit of width on free ground: x, y, and how near it is, 0 to 1."""
    draws = rng.random((int(count * scene.width), 2))
    x, near = draws[:, 0] * scene.width, draws[:, 1] ** 0.8
    start = np.interp(x, scene.hills[-1].x, scene.hills[-1].y) + 0.02
    y = start + (scene.height - start) * near
    return np.stack([x, y, near], 1)[_look_up(free, x, y)].tolist()


def _flowers(canvas: Canvas, scene: Scene, rng: np.random.Generator, free: Array, spot: list[float]) -> None:
    """A drift of flowers of one kind."""
    x, y, near = spot
    petals = FLOWERS[int(rng.integers(len(FLOWERS)))]
    heart = HEART if petals != FLOWERS[1] else (150, 84, 30)
    count = int(rng.integers(6, 16))
    places = rng.normal(size=(count, 2)) * [0.07, 0.025] + [x, y]
    sizes = rng.uniform(0.0055, 0.009, count) * (0.45 + 0.9 * near)
    above = places[:, 1] < np.interp(places[:, 0], scene.hills[-1].x, scene.hills[-1].y) + 0.015
    keep = _look_up(free, places[:, 0], places[:, 1]) & ~above
    for (px, py), size in zip(places[keep].tolist(), sizes[keep].tolist(), strict=True):
        canvas.stroke([(px, py), (px, py - 2.2 * size)], 0.0025, (52, 118, 48))
        if canvas.shows(size, 1.6):
            for angle in np.arange(5) * 2 * np.pi / 5:
                petal = (px + 0.8 * size * np.cos(angle), py - 2.4 * size + 0.8 * size * np.sin(angle))
                canvas.ball(*petal, 0.62 * size, petals)
            canvas.ball(px, py - 2.4 * size, 0.5 * size, heart)
        else:
            canvas.ball(px, py - 2.0 * size, size * 1.25, petals)


def _free_ground(scene: Scene) -> Array:
    """A map, bool (rows, columns), of where there is neither water nor path."""
    taken = Image.new("1", (int(scene.width * MAP_SCALE) + 1, int(scene.height * MAP_SCALE) + 1))
    pen = ImageDraw.Draw(taken)
    if scene.water is not None:
        shore = (scene.water.shore * MAP_SCALE).ravel().tolist()
        pen.polygon(shore, fill=1)
        pen.line([*shore, *shore[:2]], fill=1, width=round(0.022 * MAP_SCALE))
    if scene.path is not None:
        x, y, half = scene.path[:, 0], scene.path[:, 1], scene.path[:, 2] * 0.6
        outline = np.concatenate([np.stack([x - half, y], 1), np.stack([x + half, y], 1)[::-1]])
        pen.polygon((outline * MAP_SCALE).ravel().tolist(), fill=1)
    return ~np.asarray(taken)


def _look_up(free: Array, x: Array, y: Array) -> Array:
    columns = np.clip((x * MAP_SCALE).astype(int), 0, free.shape[1] - 1)
    rows = np.clip((y * MAP_SCALE).astype(int), 0, free.shape[0] - 1)
    return free[rows, columns]
