"""Draws the example pictures of the Translate tab: `python assets/examples/draw.py`. They are ours, under the MIT licence.

A picture is called by the domain it shows, a dash, and what is on it.
"""

import math
from pathlib import Path

from PIL import Image, ImageDraw

from gan_core.data.scenes import render

HERE = Path(__file__).parent
SIDE, SHARP = 384, 4
STROKE = 2.3  # percent of the side, as in the drawings that the translator learned from
SCENES = {"summer-valley": (7, False), "summer-lake": (12, False), "winter-pond": (21, True)}

Point = tuple[float, float]


class Sheet:
    """White paper of 100 x 100 units and a round black pen."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (SIDE * SHARP, SIDE * SHARP), "white")
        self.draw = ImageDraw.Draw(self.image)
        self.unit = SIDE * SHARP / 100

    def line(self, *points: Point, closed: bool = False) -> None:
        path = [(x * self.unit, y * self.unit) for x, y in (*points, *points[:1] * closed)]
        self.draw.line(path, "black", round(STROKE * self.unit), joint="curve")
        for end in path:
            self._dot(end, STROKE / 2)

    def arc(self, x: float, y: float, rx: float, ry: float, start: float = 0, stop: float = 360) -> None:
        turn = [math.radians(start + (stop - start) * step / 90) for step in range(91)]
        self.line(*((x + rx * math.cos(t), y + ry * math.sin(t)) for t in turn))

    def dot(self, x: float, y: float, radius: float) -> None:
        self._dot((x * self.unit, y * self.unit), radius)

    def _dot(self, centre: Point, radius: float) -> None:
        x, y, r = *centre, radius * self.unit
        self.draw.ellipse((x - r, y - r, x + r, y + r), "black")

    def save(self, name: str) -> None:
        self.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(HERE / f"doodle-{name}.png", optimize=True)


def house() -> None:
    sheet = Sheet()
    sheet.line((20, 46), (20, 84), (80, 84), (80, 46))
    sheet.line((12, 50), (50, 16), (88, 50))
    sheet.line((66, 29), (66, 18), (75, 18), (75, 38))
    sheet.line((42, 84), (42, 60), (58, 60), (58, 84))
    sheet.line((27, 56), (36, 56), (36, 66), (27, 66), closed=True)
    sheet.line((64, 56), (73, 56), (73, 66), (64, 66), closed=True)
    sheet.save("house")


def mug() -> None:
    sheet = Sheet()
    sheet.line((24, 34), (27, 78), (34, 84), (60, 84), (67, 78), (70, 34))
    sheet.arc(47, 34, 23, 7)
    sheet.arc(71, 55, 14, 14, -84, 96)
    sheet.arc(71, 55, 7, 7, -80, 92)
    for x in (38, 55):
        sheet.line((x, 22), (x - 3, 17), (x + 2, 12), (x - 1, 7))
    sheet.save("mug")


def fish() -> None:
    sheet = Sheet()
    sheet.arc(44, 50, 30, 20)
    sheet.line((72, 43), (90, 32), (86, 50), (90, 68), (72, 57))
    sheet.line((38, 31), (50, 20), (58, 33))
    sheet.arc(32, 50, 11, 22, -62, 62)
    sheet.dot(27, 45, 2.2)
    sheet.arc(52, 52, 8, 7, -70, 70)
    sheet.arc(62, 50, 6, 6, -70, 70)
    sheet.save("fish")


def flower() -> None:
    sheet = Sheet()
    for petal in range(6):
        turn = math.radians(60 * petal - 90)
        sheet.arc(50 + 17 * math.cos(turn), 34 + 17 * math.sin(turn), 9, 9, 60 * petal - 90 - 118, 60 * petal - 90 + 118)
    sheet.arc(50, 34, 8, 8)
    sheet.line((50, 62), (50, 92))
    sheet.arc(62, 76, 12, 6)
    sheet.arc(38, 82, 12, 6)
    sheet.save("flower")


def main() -> None:
    for draw in (house, mug, fish, flower):
        draw()
    for name, (seed, winter) in SCENES.items():
        Image.fromarray(render(seed, winter, 720, 480)).save(HERE / f"{name}.jpg", quality=90)


if __name__ == "__main__":
    main()
