"""What shines at night: stars, the moon and its path on the water, lit windows, lights far off, fireflies; and mist."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from gan_core.data.scenes.canvas import Canvas, Colour
from gan_core.data.scenes.geometry import Scene, Water
from gan_core.data.scenes.palette import Palette

STARLIGHT: tuple[Colour, ...] = ((255, 255, 255), (206, 222, 255), (255, 232, 200))
LAMP: Colour = (255, 206, 112)
FIREFLY: Colour = (226, 250, 130)
MIST: Colour = (206, 222, 236)


def stars(canvas: Canvas, scene: Scene, horizon: float) -> None:
    """Many faint stars and a few bright ones, thicker along a pale band across the sky."""
    rng = np.random.default_rng([scene.seed, 51])
    bottom = min(canvas.rows, int(horizon * canvas.scale) + 1)
    x, y = canvas.grid(0, bottom)
    slope, middle = rng.uniform(-0.55, 0.55), horizon * rng.uniform(0.2, 0.6)
    across = y - middle - slope * (x - scene.width / 2)
    grain = canvas.noise(0, bottom, (14, 14), scene.seed + 9)
    band = np.exp(-((across / 0.10) ** 2)) * np.clip(0.55 + 0.6 * grain, 0, 1.2) * 30
    there = np.asarray(canvas.image.crop((0, 0, canvas.columns, bottom)), dtype=np.float32)
    there += (band * np.clip(1 - y / horizon, 0, 1))[..., None] * np.array([0.75, 0.85, 1.0], dtype=np.float32)
    canvas.image.paste(Image.fromarray(np.clip(there, 0, 255).astype(np.uint8)), (0, 0))
    count = int(230 * scene.width * horizon / 0.45)
    for px, py, bright, tint in rng.random((count, 4)):
        sky_x, sky_y = px * scene.width, py * horizon
        near = np.exp(-(((sky_y - middle - slope * (sky_x - scene.width / 2)) / 0.12) ** 2))
        if rng.random() > 0.45 + 0.55 * near:
            continue
        fade = 1 - 0.75 * py**2
        colour = STARLIGHT[int(tint * 2.999)]
        canvas.ball(sky_x, sky_y, 0.0016 + 0.0034 * bright**6, (*colour, (70 + 180 * bright**2) * fade))
        if bright > 0.975:
            canvas.glow(sky_x, sky_y, 0.011, colour, 0.5 * fade)


def moon(canvas: Canvas, x: float, y: float, colours: Palette) -> None:
    """A full moon with its seas."""
    radius = 0.050
    canvas.glow(x, y, 3.4 * radius, colours.glow, 0.55)
    canvas.glow(x, y, 1.5 * radius, (255, 246, 220), 0.60)
    canvas.ball(x, y, radius, colours.sun)
    for dx, dy, size in ((-0.34, -0.28, 0.34), (0.20, -0.38, 0.22), (-0.12, 0.22, 0.26), (0.42, 0.12, 0.18)):
        canvas.ball(x + dx * radius, y + dy * radius, size * radius, (208, 206, 196, 150))


def glitter(canvas: Canvas, surface: Image.Image, lake: Water, moon_x: float, left: int, top: int, seed: int) -> None:
    """The moon's path on the water: dashes that grow and spread towards the viewer.

    Args:
        surface: The water's picture, whose upper left corner lies at (`left`, `top`) of the canvas, in pixels.
    """
    rng = np.random.default_rng([seed, 52])
    pen = ImageDraw.Draw(surface, "RGBA")
    high, low = float(lake.shore[:, 1].min()), float(lake.shore[:, 1].max())
    for share in np.sort(rng.random(int(380 * (low - high)) + 24)):
        y = high + share * (low - high)
        x = moon_x + rng.normal() * (0.018 + 0.075 * share)
        length = (0.007 + 0.030 * share) * rng.uniform(0.5, 1.3)
        alpha = int(rng.uniform(60, 215))
        ends = np.array([[x - length, y], [x + length, y]]) * canvas.scale - [left, top]
        width = max(1, round((0.0016 + 0.0030 * share) * canvas.scale))
        pen.line(ends.ravel().tolist(), fill=(246, 240, 208, alpha), width=width)


def mist(canvas: Canvas, scene: Scene) -> None:
    """A veil that lies in the valleys before the far hills."""
    base = float(scene.hills[1].y.mean())
    top, bottom = (min(canvas.rows, max(0, int((base + side) * canvas.scale))) for side in (-0.055, 0.075))
    if top >= bottom:
        return
    _, y = canvas.grid(top, bottom)
    thick = np.exp(-(((y - base - 0.012) / 0.026) ** 2))
    grain = canvas.noise(top, bottom, (6, 40), scene.seed + 17)
    colour = np.broadcast_to(np.array(MIST, dtype=np.float32), (bottom - top, canvas.columns, 3))
    canvas.paint(colour, np.clip(thick * (0.30 + 0.45 * grain), 0, 0.6), 0, top)


def far_lights(canvas: Canvas, scene: Scene) -> None:
    """Lit windows, too far away for their walls to be seen."""
    rng = np.random.default_rng([scene.seed, 53])
    for hill, most in ((scene.hills[0], 4), (scene.hills[1], 3)):
        middle = rng.uniform(0.1, 0.9) * scene.width
        for _ in range(int(rng.integers(0, most + 1))):
            x = middle + rng.normal() * 0.07
            y = hill.at(x) + rng.uniform(0.012, 0.040)
            with canvas.shining():
                canvas.ball(x, y, 0.0042, LAMP)
            canvas.glow(x, y, 0.016, LAMP, 0.6)


def lamplight(canvas: Canvas, x: float, y: float, size: float) -> None:
    """The light that a window throws: a halo around (x, y), and a pool on the ground below."""
    canvas.glow(x, y, 0.28 * size, LAMP, 0.60)
    canvas.glow(x, y + 0.52 * size, 0.46 * size, (255, 176, 84), 0.42, 0.32)


def fireflies(canvas: Canvas, scene: Scene) -> None:
    """Points of light over the meadow, the near ones larger."""
    rng = np.random.default_rng([scene.seed, 54])
    meadow = scene.hills[-1]
    for px, py in rng.random((int(rng.integers(5, 18) * scene.width), 2)):
        x = px * scene.width
        ground = meadow.at(x)
        y = ground - 0.02 + (scene.height - ground) * py
        size = 0.0026 + 0.0030 * py
        canvas.glow(x, y, 5.5 * size, FIREFLY, 0.65)
        with canvas.shining():
            canvas.ball(x, y, size, (246, 255, 190))
