"""Sky, mountains, hills, water and paths."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from gan_core.data.scenes import night
from gan_core.data.scenes.canvas import Canvas, Colour, faded, mix
from gan_core.data.scenes.geometry import Array, Ridge, Scene, Water
from gan_core.data.scenes.palette import Palette


def sky(canvas: Canvas, scene: Scene, colours: Palette) -> None:
    """A gradient, the sun with its glow, and clouds: heaps in summer, long veils in winter; at night stars and a
    moon."""
    horizon = float(scene.hills[0].y.mean())
    bottom = min(canvas.rows, int((float(scene.hills[0].y.max()) + 0.02) * canvas.scale) + 1)
    x, y = canvas.grid(0, bottom)
    stops = np.array(colours.sky, dtype=np.float32)
    position = np.clip(y / horizon, 0, 1)[..., 0]
    gradient = np.stack([np.interp(position, (0, 0.55, 1), stops[:, channel]) for channel in range(3)], 1)[:, None]
    sun_x, sun_y = sun_place(scene, colours)
    distance = np.hypot(x - sun_x, y - sun_y)
    reach = 0.30 if colours.winter else 0.22
    glow = 0.75 * np.exp(-((distance / reach) ** 2)) + 0.35 * np.exp(-distance / 0.5) * (0.5 + 0.5 * scene.mood)
    picture = gradient + np.clip(glow, 0, 1)[..., None] * (np.array(colours.glow, dtype=np.float32) - gradient)
    canvas.paint(picture, np.ones(distance.shape, np.float32), 0, 0)
    if colours.night:
        night.stars(canvas, scene, horizon)
        night.moon(canvas, sun_x, sun_y, colours)
    else:
        radius = 0.042 if colours.winter else 0.055
        canvas.ball(sun_x, sun_y, radius * 1.35, faded(colours.sun, 70))
        canvas.ball(sun_x, sun_y, radius, colours.sun)
    for puffs in scene.clouds:
        _cloud(canvas, puffs, colours)


def sun_place(scene: Scene, colours: Palette) -> tuple[float, float]:
    """Where the sun stands: low in winter; at night where the moon stands, on the other side."""
    x, y = scene.sun
    if colours.night:
        return scene.width - x, max(0.09, 0.85 * y)
    return (x, 0.45 * y + 0.42 * float(scene.hills[0].y.min())) if colours.winter else (x, y)


def _cloud(canvas: Canvas, puffs: Array, colours: Palette) -> None:
    middle, base = float(puffs[:, 0].mean()), float(puffs[:, 1].max() + puffs[:, 2].max() * 0.4)
    if colours.winter:  # the same cloud, pulled wide and flat
        puffs = np.stack([middle + (puffs[:, 0] - middle) * 1.9, base - (base - puffs[:, 1]) * 0.35, puffs[:, 2]], 1)
    flat = 0.34 if colours.winter else 1.0
    reach = 1.9 if colours.winter else 1.0
    low = np.array([(puffs[:, 0] - puffs[:, 2] * reach).min(), (puffs[:, 1] - puffs[:, 2] * flat).min()]) - 0.03
    high = np.array([(puffs[:, 0] + puffs[:, 2] * reach).max(), base]) + 0.03
    left, top = (int(value) for value in np.floor(low * canvas.scale))
    width, height = (int(value) for value in np.ceil((high - low) * canvas.scale))
    mask = Image.new("L", (width, height))
    pen = ImageDraw.Draw(mask)
    for x, y, radius in puffs:
        wide, tall = radius * reach, radius * flat
        box = ((x - wide, y - tall), (x + wide, min(base, y + tall)))
        (x0, y0), (x1, y1) = ((px * canvas.scale - left, py * canvas.scale - top) for px, py in box)
        pen.ellipse((x0, y0, x1, max(y0 + 1, y1)), fill=190 if colours.winter else 250)
    blur = (0.016 if colours.winter else 0.006) * canvas.scale
    mask = mask.filter(ImageFilter.GaussianBlur(blur))
    share = np.linspace(0, 1, height, dtype=np.float32)[:, None, None] ** 1.5
    lit, shaded = (np.array(value, dtype=np.float32) for value in colours.cloud)
    canvas.paint(np.broadcast_to(lit + share * (shaded - lit), (height, width, 3)), mask, left, top)


def mountain(canvas: Canvas, ridge: Ridge, colours: Palette, layer: int, seed: int) -> None:
    """Draw a ridge of faceted rock, lit from one side, with snow on its tops; in winter it covers nearly everything."""
    top = max(0, int((ridge.y.min() - 0.01) * canvas.scale))
    bottom = min(canvas.rows, int((ridge.y.max() + 0.30) * canvas.scale))
    x, y = canvas.grid(top, bottom)
    edge = np.interp(x[0], ridge.x, ridge.y).astype(np.float32)
    depth = y - edge
    grain = canvas.noise(top, bottom, (26, 26), seed + layer)
    # The facet that a pixel belongs to starts at the edge a little to the side, so borders run down at a slant.
    slope = np.gradient(ridge.y, ridge.x)
    facet = np.interp(x - 0.45 * depth + 0.012 * grain, ridge.x, slope)
    shade = np.clip(facet * 1.2 + 0.5, 0, 1)[..., None]
    rock_lit, rock_dark = (np.array(value, dtype=np.float32) for value in colours.mountain)
    snow_lit, snow_dark = (np.array(value, dtype=np.float32) for value in colours.mountain_snow)
    line = (0.16 if colours.winter else 0.05 - 0.03 * layer) + 0.035 * grain - 0.35 * (edge - edge.min())
    snow = np.clip((line - depth) * 60, 0, 1)[..., None]
    if colours.winter:
        bare = np.clip((grain + 0.8 * facet - 0.75) * 4, 0, 1)[..., None]
        snow = np.maximum(snow, 0.7) * (1 - 0.8 * bare)
    rock = rock_lit + shade * (rock_dark - rock_lit)
    picture = rock + snow * (snow_lit + shade * (snow_dark - snow_lit) - rock)
    haze = np.clip(depth / 0.34, 0, 1)[..., None] * 0.75 + (0.18 if layer == 0 else 0.05)
    picture = picture + np.clip(haze, 0, 1) * (np.array(colours.haze, dtype=np.float32) - picture)
    canvas.paint(picture, depth * canvas.scale + 0.5, 0, top)


def hill(canvas: Canvas, ridge: Ridge, colours: Palette, layer: int, seed: int) -> None:
    """A meadow with darker and lighter patches; in winter a blanket of snow whose edge is rounder and higher."""
    edge_y = snowy_edge(ridge) if colours.winter else ridge.y
    top = max(0, int((edge_y.min() - 0.01) * canvas.scale))
    x, y = canvas.grid(top, canvas.rows)
    edge = np.interp(x[0], ridge.x, edge_y).astype(np.float32)
    depth = y - edge
    reach = (0.14, 0.24, 0.55)[layer]
    share = np.clip(depth / reach, 0, 1)[..., None]
    light, dark = (np.array(value, dtype=np.float32) for value in colours.hills[layer])
    picture = light + share * (dark - light)
    waves = canvas.noise(top, canvas.rows, (5, 22), seed + 11 * layer)
    if colours.winter:
        drift = np.clip(waves * 1.3, -1, 1)[..., None]
        shaded = np.array(colours.snow[1], dtype=np.float32)
        picture = picture + np.clip(drift, 0, 1) * 0.42 * (shaded - picture) + np.clip(-drift, 0, 1) * 7
        picture = picture + np.exp(-np.clip(depth, 0, None) / 0.008)[..., None] * (255 - picture) * 0.6
    else:
        grain = canvas.noise(top, canvas.rows, (70, 110), seed + 3 + layer)
        picture = picture * (1 + 0.10 * np.clip(waves, -1, 1)[..., None]) * (1 + 0.045 * grain[..., None])
        picture = picture + np.exp(-np.clip(depth, 0, None) / 0.010)[..., None] * np.array([26, 24, 4], np.float32)
    canvas.paint(picture, depth * canvas.scale + 0.5, 0, top)


def snowy_edge(ridge: Ridge) -> Array:
    """The edge of a hill under deep snow: raised, and swelling in soft cushions."""
    return ridge.y - 0.012 - 0.007 * np.abs(np.sin(ridge.x * 17 + ridge.y[0] * 40))


def water(canvas: Canvas, lake: Water, colours: Palette, seed: int, moon_x: float = 0.0) -> None:
    """Rippled water with light on it; in winter ice with cracks and blown snow, between cushions of snow; at night the
    moon, which stands at `moon_x`, glitters on it."""
    shore = lake.shore
    bank: Colour = mix(colours.hills[2][1], (70, 60, 40), 0.45) if not colours.winter else colours.snow[1]
    middle = shore.mean(0)
    if lake.is_river:
        outwards = np.sign(shore - shore[::-1])[:, :1]  # away from the same place on the other bank
        canvas.polygon(shore + outwards * [[0.008, 0]], bank)
    else:
        canvas.polygon(middle + (shore - middle) * 1.03 - [0, 0.004], bank)
    left, top = (max(0, int(value)) for value in np.floor(shore.min(0) * canvas.scale))
    right = min(canvas.columns, int(shore[:, 0].max() * canvas.scale) + 1)
    bottom = min(canvas.rows, int(shore[:, 1].max() * canvas.scale) + 1)
    if right <= left or bottom <= top:
        return
    share = np.linspace(0, 1, bottom - top, dtype=np.float32)[:, None, None]
    far, near = (np.array(value, dtype=np.float32) for value in colours.water)
    picture = far + share**0.8 * (near - far)
    if colours.winter:
        blown = canvas.noise(top, bottom, (9, 30), seed + 5)[:, left:right, None]
        picture = picture + np.clip(blown * 1.6 - 0.15, 0, 0.85) * (
            np.array(colours.snow[0], dtype=np.float32) - picture
        )
    else:
        ripple = canvas.noise(top, bottom, (16, 190), seed + 5)[:, left:right, None]
        picture = picture + np.clip(ripple - 0.2, 0, 1) * 60 - np.clip(-ripple - 0.2, 0, 1) * 40
    surface = Image.fromarray(np.clip(canvas.lit(picture), 0, 255).astype(np.uint8))
    if colours.winter:
        _cracks(canvas, surface, lake, left, top)
    if colours.night:
        night.glitter(canvas, surface, lake, moon_x, left, top, seed)
    mask = Image.new("L", surface.size)
    ImageDraw.Draw(mask).polygon((shore * canvas.scale - [left, top]).ravel().tolist(), fill=255)
    canvas.image.paste(surface, (left, top), mask)
    _bank(canvas, lake, colours, seed)


def _cracks(canvas: Canvas, surface: Image.Image, lake: Water, left: int, top: int) -> None:
    pen = ImageDraw.Draw(surface, "RGBA")
    width = max(1, round(0.004 * canvas.scale))
    for line in lake.cracks:
        points = line * canvas.scale - [left, top]
        pen.line((points + np.array([0, width])).ravel().tolist(), fill=(96, 136, 172, 170), width=width)
        pen.line(points.ravel().tolist(), fill=(248, 252, 255, 230), width=width)


def _bank(canvas: Canvas, lake: Water, colours: Palette, seed: int) -> None:
    """Reeds and stones along the shore; in winter cushions of snow that reach over the ice."""
    rng = np.random.default_rng([seed, 21])
    near = 0.45 + 0.75 * np.clip((lake.shore[:, 1] - 0.5) / 0.5, 0, 1)
    sizes = rng.uniform(0.008, 0.020, len(near)) * near
    if colours.winter:
        wide = sizes * rng.choice([1.3, 1.9, 3.0], len(sizes))
        drop = 0.28 * sizes
        for colour, lift in ((colours.snow[1], 0.0), (colours.snow[0], 1.0)):  # all undersides first: one soft rim
            for (x, y), radius, low in zip(lake.shore, wide, drop, strict=True):
                canvas.ball(x, y + low * (1 - lift), radius, colour, 0.36)
        return
    for (x, y), size in zip(lake.shore, sizes, strict=True):
        if rng.random() < 0.22:
            canvas.ball(x, y, size * 0.8, (128, 132, 134), 0.6)
            canvas.ball(x - 0.2 * size, y - 0.2 * size, size * 0.5, (176, 178, 174), 0.6)
        elif rng.random() < 0.45:
            for lean in rng.uniform(-0.012, 0.012, 4):
                tip = (x + lean, y - size * rng.uniform(1.6, 3.0))
                canvas.stroke([(x + lean * 0.4, y), tip], 0.0035, (46, 112, 54))
                if canvas.shows(0.004, 1.0):
                    canvas.stroke([tip, (tip[0], tip[1] + 0.008)], 0.006, (112, 72, 42))


def path(canvas: Canvas, line: Array, colours: Palette, seed: int) -> None:
    """Sand with stones in summer; in winter a shallow trough with footprints."""
    x, y, half = line[:, 0], line[:, 1], line[:, 2] / 2
    outline = np.concatenate([np.stack([x - half, y], 1), np.stack([x + half, y], 1)[::-1]])
    rng = np.random.default_rng([seed, 22])
    if not colours.winter:
        canvas.polygon(outline + np.array([0, 0.004]), (150, 118, 74))
        canvas.polygon(outline, (222, 192, 138))
        for _ in range(60):
            spot = int(rng.integers(0, len(x)))
            where = x[spot] + rng.uniform(-0.9, 0.9) * half[spot]
            tone = rng.choice([178, 240])
            if canvas.shows(half[spot] * 0.16):
                canvas.ball(
                    where,
                    y[spot] + rng.uniform(-0.01, 0.01),
                    half[spot] * 0.13,
                    (tone, tone * 0.86, tone * 0.64, 190),
                    0.6,
                )
        return
    canvas.polygon(outline, faded(colours.snow[1], 130))
    canvas.polygon(outline + np.array([0.004, 0.003]), faded(colours.snow[0], 120))
    for index in range(len(x) * 2):
        spot = index / 2
        size = float(np.interp(spot, np.arange(len(x)), half)) * 0.2
        foot_x = float(np.interp(spot, np.arange(len(x)), x)) + (1.6 if index % 2 else -1.6) * size
        canvas.ball(foot_x, float(np.interp(spot, np.arange(len(x)), y)), size, faded(colours.shadow, 150), 0.75)
