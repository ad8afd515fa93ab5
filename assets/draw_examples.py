"""Draws the example pictures of the Translate tab: `python assets/draw_examples.py`. They are ours, under the MIT licence.

A picture is called by the domain it shows, a dash, and what is on it. The doodles imitate a felt pen on white paper: one
round black stroke, a little unsteady. The emoji are flat shapes on white. The scenes have seeds that no data set uses for
training.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parents[1]))

from gan_core.data.scenes import render
from gan_core.images import encode_png

FOLDER = Path(__file__).parent / "examples"
SIDE, FINENESS = 256, 4
STROKE = 2.3
"""Width of the pen in percent of the side, as in the drawings that the doodle translator learned from."""
WOBBLE = 0.22
"""How far the pen strays, in percent of the side."""
SCENES = {
    "summer-lake": (5000, 512, 384),
    "summer-valley": (5022, 512, 384),
    "winter-pond": (5011, 512, 384),
    "winter-village": (5009, 512, 384),
    "winter-wood": (5109, 384, 512),
    "day-cottage": (5210, 512, 384),
    "night-lake": (5216, 512, 384),
}
"""Seed, width and height."""

Point = tuple[float, float]


class Sheet:
    """White paper of 100 x 100 units and a round black pen with a slightly unsteady hand."""

    def __init__(self, seed: int) -> None:
        self.image = Image.new("L", (SIDE * FINENESS, SIDE * FINENESS), 255)
        self.pen = ImageDraw.Draw(self.image)
        self.unit = SIDE * FINENESS / 100
        self.rng = np.random.default_rng(seed)

    def curve(self, *points: Point, closed: bool = False) -> None:
        """A smooth line through the points (Catmull-Rom)."""
        knots = np.array(points)
        around = (
            np.concatenate([knots[-1:], knots, knots[:2]])
            if closed
            else np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
        )
        t = np.linspace(0, 1, 24, endpoint=False)[:, None]
        parts = []
        for a, b, c, d in zip(around, around[1:], around[2:], around[3:], strict=False):
            cubic = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
            parts.append(cubic / 2)
        self._ink(np.concatenate([*parts, around[-2:-1]]))

    def lines(self, *points: Point, closed: bool = False) -> None:
        """Straight lines from point to point."""
        corners = np.array([*points, points[0]] if closed else points)
        steps = np.linspace(0, len(corners) - 1, 24 * (len(corners) - 1) + 1)
        self._ink(np.stack([np.interp(steps, range(len(corners)), corners[:, axis]) for axis in (0, 1)], 1))

    def circle(
        self, x: float, y: float, radius: float, flatness: float = 1.0, start: float = 0, stop: float = 360
    ) -> None:
        """An arc from `start` to `stop` degrees, clockwise from the right."""
        turn = np.radians(np.linspace(start, stop, 72))
        self._ink(np.stack([x + radius * np.cos(turn), y + radius * flatness * np.sin(turn)], 1))

    def dot(self, x: float, y: float, radius: float) -> None:
        box = np.array([x - radius, y - radius, x + radius, y + radius]) * self.unit
        self.pen.ellipse(box.tolist(), fill=0)

    def _ink(self, line: np.ndarray) -> None:
        """Draw along a dense line; the hand strays slowly, and returns where a line closes."""
        length = len(line)
        fade = np.sin(np.linspace(0, np.pi, length))[:, None]
        phase, speed = self.rng.uniform(0, 6.28, (2, 2)), self.rng.uniform(0.06, 0.13, 2)
        stray = sum(np.sin(np.arange(length)[:, None] * speed[k] + phase[k]) for k in (0, 1))
        path = (line + WOBBLE * fade * stray) * self.unit
        radius = STROKE / 2 * self.unit
        self.pen.line(path.ravel().tolist(), fill=0, width=round(2 * radius))
        for x, y in path:  # round joints and ends
            self.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)

    def save(self, name: str) -> None:
        grey = np.array(self.image.reduce(FINENESS))
        (FOLDER / f"doodle-{name}.png").write_bytes(encode_png(np.repeat(grey[..., None], 3, 2)))


def apple(sheet: Sheet) -> None:
    sheet.curve(
        (50, 34), (40, 29), (27, 31), (18, 43), (18, 60), (27, 78), (39, 87), (50, 84),
        (61, 87), (73, 78), (82, 60), (82, 43), (73, 31), (60, 29), closed=True,
    )  # fmt: skip
    sheet.curve((50, 34), (50, 25), (54, 15))
    sheet.curve((54, 24), (62, 13), (76, 13), (72, 23), (54, 24))
    sheet.curve((28, 45), (26, 53), (28, 61))


def house(sheet: Sheet) -> None:
    sheet.lines((12, 50), (50, 17), (88, 50))
    sheet.lines((21, 44), (21, 84), (79, 84), (79, 44))
    sheet.lines((66, 29), (66, 18), (75, 18), (75, 37))
    sheet.lines((43, 84), (43, 60), (57, 60), (57, 84))
    sheet.dot(53.5, 72, 1.5)
    for left in (27, 64):
        sheet.lines((left, 55), (left + 10, 55), (left + 10, 66), (left, 66), closed=True)
        sheet.lines((left + 5, 55), (left + 5, 66))


def cat(sheet: Sheet) -> None:
    sheet.curve((24, 40), (20, 58), (29, 76), (50, 84), (71, 76), (80, 58), (76, 40))
    sheet.lines((24, 40), (22, 15), (41, 29))
    sheet.lines((76, 40), (78, 15), (59, 29))
    sheet.curve((41, 29), (50, 27), (59, 29))
    sheet.dot(37, 52, 3)
    sheet.dot(63, 52, 3)
    sheet.lines((46.5, 61), (53.5, 61), (50, 65), closed=True)
    sheet.curve((50, 65), (48, 71), (42, 72), (39, 69))
    sheet.curve((50, 65), (52, 71), (58, 72), (61, 69))
    for sign in (-1, 1):
        sheet.lines((50 + sign * 22, 62), (50 + sign * 40, 58))
        sheet.lines((50 + sign * 22, 67), (50 + sign * 40, 69))


def fish(sheet: Sheet) -> None:
    sheet.curve((70, 50), (58, 35), (40, 30), (22, 36), (11, 50), (22, 64), (40, 70), (58, 65), (70, 50))
    sheet.curve((70, 50), (80, 38), (90, 33), (87, 50), (90, 67), (80, 62), (70, 50))
    sheet.curve((34, 31), (45, 18), (56, 21), (56, 34))
    sheet.curve((40, 70), (46, 80), (54, 79), (53, 67))
    sheet.curve((31, 34), (37, 50), (31, 66))
    sheet.dot(22, 46, 2.6)
    for x, y in ((46, 43), (46, 57), (57, 50)):
        sheet.circle(x - 4, y, 5, 1.0, -65, 65)


def flower(sheet: Sheet) -> None:
    for petal in range(6):
        angle = np.radians(60 * petal - 90)
        x, y = 50 + 16.5 * np.cos(angle), 35 + 16.5 * np.sin(angle)
        sheet.circle(float(x), float(y), 9.2, 1.0, 60 * petal - 90 - 112, 60 * petal - 90 + 112)
    sheet.circle(50, 35, 8)
    sheet.curve((50, 61), (51, 76), (50, 92))
    sheet.curve((50.5, 84), (58, 72), (73, 69), (69, 82), (50.5, 86))
    sheet.curve((50, 80), (43, 68), (29, 66), (33, 78), (50, 82))


def mug(sheet: Sheet) -> None:
    sheet.circle(45, 36, 24, 0.28)
    sheet.curve((21, 36), (22, 58), (26, 80), (34, 87), (45, 88), (56, 87), (64, 80), (68, 58), (69, 36))
    sheet.curve((68, 46), (80, 42), (88, 52), (84, 66), (66, 72))
    sheet.curve((67, 54), (75, 51), (79, 56), (76, 62), (67, 65))
    for x in (37, 52):
        sheet.curve((x, 24), (x - 4, 19), (x + 2, 13), (x - 2, 7))


class Flat:
    """White ground of 100 x 100 units and flat shapes on it."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (SIDE * FINENESS, SIDE * FINENESS), "#ffffff")
        self.pen = ImageDraw.Draw(self.image)
        self.unit = SIDE * FINENESS / 100

    def disc(self, x: float, y: float, across: float, down: float, colour: str) -> None:
        """An ellipse by its middle and its two radii."""
        box = np.array([x - across, y - down, x + across, y + down]) * self.unit
        self.pen.ellipse(box.tolist(), fill=colour)

    def shape(self, colour: str, *points: Point) -> None:
        self.pen.polygon((np.array(points) * self.unit).ravel().tolist(), fill=colour)

    def bar(self, left: float, top: float, right: float, bottom: float, round_: float, colour: str) -> None:
        """A rectangle with round corners."""
        box = (np.array([left, top, right, bottom]) * self.unit).tolist()
        self.pen.rounded_rectangle(box, round_ * self.unit, fill=colour)

    def save(self, name: str) -> None:
        (FOLDER / f"emoji-{name}.png").write_bytes(encode_png(np.array(self.image.reduce(FINENESS))))


def smile(flat: Flat) -> None:
    flat.disc(50, 50, 42, 42, "#ffcc4d")
    turn = np.radians(np.linspace(0, 180, 60))
    flat.shape("#664500", *((50 + 26 * float(np.cos(t)), 56 + 23 * float(np.sin(t))) for t in turn))
    flat.shape("#ffffff", (26, 56), (74, 56), (72.5, 62), (27.5, 62))
    for x in (35, 65):
        flat.disc(x, 38, 5.5, 8, "#664500")


def heart(flat: Flat) -> None:
    turn = np.radians(np.linspace(0, 360, 240))
    across = 16 * np.sin(turn) ** 3
    down = 13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn) - np.cos(4 * turn)
    flat.shape("#dd2e44", *zip((50 + 2.6 * across).tolist(), (47 - 2.6 * down).tolist(), strict=True))


def mushroom(flat: Flat) -> None:
    flat.bar(37, 50, 63, 92, 10, "#f4e3cf")
    turn = np.radians(np.linspace(180, 360, 90))
    flat.shape("#d6303c", *((50 + 43 * float(np.cos(t)), 58 + 48 * float(np.sin(t))) for t in turn))
    flat.disc(50, 58, 43, 6, "#d6303c")
    for x, y, size in ((50, 28, 8), (28, 43, 6.5), (71, 42, 7), (49, 51, 5)):
        flat.disc(x, y, size, size, "#ffffff")


def frog(flat: Flat) -> None:
    for x in (28, 72):
        flat.disc(x, 30, 17, 17, "#5c913b")
    flat.disc(50, 57, 43, 34, "#77b255")
    for x in (28, 72):
        flat.disc(x, 30, 11, 11, "#ffffff")
        flat.disc(x, 30, 6.5, 6.5, "#292f33")
    turn = np.radians(np.linspace(15, 165, 60))
    outer = [(50 + 30 * float(np.cos(t)), 56 + 19 * float(np.sin(t))) for t in turn]
    inner = [(50 + 29 * float(np.cos(t)), 55 + 15 * float(np.sin(t))) for t in turn[::-1]]
    flat.shape("#3e721d", *outer, *inner)
    for x in (44, 56):
        flat.disc(x, 50, 1.8, 1.4, "#3e721d")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for draw in (smile, heart, mushroom, frog):
        flat = Flat()
        draw(flat)
        flat.save(draw.__name__)
    for seed, draw in enumerate((apple, house, cat, fish, flower, mug)):
        sheet = Sheet(seed)
        draw(sheet)
        sheet.save(draw.__name__)
    for name, (seed, width, height) in SCENES.items():
        domain = name.partition("-")[0]
        picture = Image.fromarray(render(seed, domain == "winter", width, height, night=domain == "night"))
        picture.save(FOLDER / f"{name}.jpg", quality=90, optimize=True)


if __name__ == "__main__":
    main()
