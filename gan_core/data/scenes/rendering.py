"""One scene in one season, or at night, painted back to front."""

from __future__ import annotations

import numpy as np

from gan_core.data.scenes import buildings, ground, land, plants
from gan_core.data.scenes import night as nights
from gan_core.data.scenes.canvas import Canvas
from gan_core.data.scenes.composition import compose
from gan_core.data.scenes.geometry import Conifer, Fence, House, Scene, Stack, Tree
from gan_core.data.scenes.palette import MOONLIGHT, Palette, night_palette, palette

VERSION = 1
"""Goes up whenever a picture changes, so that stored ones are drawn again."""


def render(seed: int, winter: bool, width: int, height: int | None = None, *, night: bool = False) -> np.ndarray:
    """Draw the landscape of `seed` in summer or winter, or on a summer night; all show the same place.

    Args:
        seed: Chooses the arrangement, together with the aspect ratio; the size does not change it.
        winter: The season.
        width: In pixels.
        height: In pixels; None: as many as `width`.
        night: A summer night; `winter` is then not looked at.

    Returns:
        uint8 (height, width, 3).
    """
    height = height or width
    shorter = min(width, height)
    scene = compose(seed, width / shorter, height / shorter)
    colours = night_palette(scene.mood) if night else palette(winter, scene.mood)
    canvas = Canvas(width, height)
    land.sky(canvas, scene, colours)
    canvas.light = MOONLIGHT if night else None
    for layer, ridge in enumerate(scene.mountains):
        land.mountain(canvas, ridge, colours, layer, seed)
    for layer, ridge in enumerate(scene.hills):
        land.hill(canvas, ridge, colours, layer, seed)
        if layer < len(scene.groves):
            plants.grove(canvas, scene.groves[layer], colours, layer)
    if night:
        nights.far_lights(canvas, scene)
        nights.mist(canvas, scene)
    if scene.path is not None:
        land.path(canvas, scene.path, colours, seed)
    if scene.water is not None:
        land.water(canvas, scene.water, colours, seed, land.sun_place(scene, colours)[0])
    ground.ground(canvas, scene, colours)
    for thing in scene.things:
        _draw(canvas, thing, colours, seed)
    if colours.winter:
        _snowfall(canvas, scene)
    if night:
        nights.fireflies(canvas, scene)
    return canvas.finished()


def _draw(canvas: Canvas, thing: Tree | Conifer | House | Fence | Stack, colours: Palette, seed: int) -> None:
    match thing:
        case Tree():
            plants.tree(canvas, thing, colours, seed)
        case Conifer():
            plants.conifer(canvas, thing, colours)
        case House():
            buildings.house(canvas, thing, colours)
        case Fence():
            buildings.fence(canvas, thing, colours)
        case Stack():
            buildings.stack(canvas, thing, colours)


def _snowfall(canvas: Canvas, scene: Scene) -> None:
    """Flakes in the air, the near ones larger; some days it snows hard, some hardly."""
    rng = np.random.default_rng([scene.seed, 41])
    count = int(rng.integers(25, 110) * scene.width * scene.height)
    for x, y, near in rng.random((count, 3)):
        radius = 0.0028 + 0.0048 * near**3
        canvas.ball(x * scene.width, y * scene.height, radius, (255, 255, 255, 150 + 80 * near))
