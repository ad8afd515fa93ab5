"""Digits drawn by this project: endless, labelled, and ready in half a second."""

from __future__ import annotations

import functools
import math

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from gan_core.data.dataset import DataSet, Progress
from gan_core.parts import register

TRAINING, HELD_OUT = 12_000, 2_000
STROKES = (0, 2, 4, 6, 8, 11)
"""Widths by which the pen goes over the outline, in pixels of the drawing."""
DRAWING, FONT_SIZE = 256, 200
"""Side of the drawing of each digit in pixels, and the font's size on it."""
FINENESS = 1.7
"""Font size of a master, in heights of the largest digit of a picture (a digit is about 0.7 of its font size high)."""
HEIGHT = (0.54, 0.74)
"""Height of a digit as a share of the picture."""
ROTATION = math.radians(18)
SHIFT = 0.05
"""Largest shift from the middle, as a share of the picture."""
LICENCE = "MIT (drawn by this project with Pillow's built-in font)"


def first(size: int, seed: int, most: int) -> tuple[torch.Tensor, int, int]:
    """The first `most` digits of the set, and how many it holds to learn from and held out."""
    training, held_out = _counts(size)
    pictures, _, _ = draw(training + held_out, size, torch.Generator().manual_seed(seed), only=min(most, training))
    return pictures, training, held_out


@register.dataset(
    "glyphs",
    title="Glyphs",
    summary="Digits 0 to 9 in random size, place, slant and stroke.",
    licence=LICENCE,
    tags=("drawn",),
    first=first,
)
def build(*, size: int, channels: int | None = None, seed: int = 0, progress: Progress | None = None) -> DataSet:
    """12,000 labelled digits and 2,000 held out, grey, light on dark; the same for the same `size` and `seed`."""
    return _cached(size, seed)


@functools.lru_cache(maxsize=4)
def _cached(size: int, seed: int) -> DataSet:
    training, held_out = _counts(size)
    pictures, labels, factors = draw(training + held_out, size, torch.Generator().manual_seed(seed))
    return DataSet(
        name="glyphs",
        pictures=pictures[:training],
        held_out=pictures[training:],
        labels=labels[:training],
        held_out_labels=labels[training:],
        classes=tuple("0123456789"),
        attributes={name: values[:training] for name, values in factors.items()},
        held_out_attributes={name: values[training:] for name, values in factors.items()},
        licence=LICENCE,
    )


def _counts(size: int) -> tuple[int, int]:
    """Digits to learn from and held out. Above 256 pixels there are fewer, so that they stay below 1 GB."""
    share = min(1.0, (256 / size) ** 2)
    return int(TRAINING * share), int(HELD_OUT * share)


def draw(
    count: int, size: int, generator: torch.Generator, *, only: int | None = None
) -> tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor]]:
    """`count` digits as uint8 (count, 1, size, size) with their values, int64 (count,); all ten equally often.

    The third answer is what each was drawn with, by name, float32 (count,): `slant` in degrees, leaning to the right
    above 0; `thickness`, the width of the pen and `height` of the digit as shares of the picture; `left-right` and
    `up-down`, how far its middle lies right of and below the picture's, as shares too.

    Each picture looks at one of 60 master drawings through its own affine map. A master is about as fine as the
    picture, so that one smooth look-up a pixel is enough: about 20 microseconds for a picture of 32 x 32. With `only`,
    the first so many of them are drawn and the others left out.
    """
    labels = (torch.arange(count) % 10)[torch.randperm(count, generator=generator)]
    strokes = torch.randint(len(STROKES), (count,), generator=generator)
    uniform = torch.rand(count, 4, generator=generator).numpy()
    if only is not None:
        labels, strokes, uniform, count = labels[:only], strokes[:only], uniform[:only], min(only, count)
    height = HEIGHT[0] + (HEIGHT[1] - HEIGHT[0]) * uniform[:, 0]
    angle = ROTATION * (2 * uniform[:, 1] - 1)
    middle = size / 2 + SHIFT * size * (2 * uniform[:, 2:] - 1)  # where the middle of the digit comes to lie
    masters, digit_heights = _masters(size)
    side = masters[0][0].width
    chosen = digit_heights[labels.numpy(), strokes.numpy()]
    zoom = chosen / (height * size)  # master pixels in a picture pixel
    cos, sin = zoom * np.cos(angle), zoom * np.sin(angle)
    start_x = side / 2 - cos * middle[:, 0] - sin * middle[:, 1]
    start_y = side / 2 + sin * middle[:, 0] - cos * middle[:, 1]
    maps = np.stack([cos, sin, start_x, -sin, cos, start_y], 1)
    pictures = np.empty((count, 1, size, size), dtype=np.uint8)
    for index, (digit, stroke, map_) in enumerate(zip(labels.tolist(), strokes.tolist(), maps.tolist(), strict=True)):
        master = masters[digit][stroke]
        pictures[index, 0] = master.transform((size, size), Image.Transform.AFFINE, map_, Image.Resampling.BILINEAR)
    factors = {
        "slant": np.degrees(angle),
        "thickness": np.array(STROKES)[strokes.numpy()] * side / DRAWING / zoom / size,
        "height": height,
        "left-right": middle[:, 0] / size - 0.5,
        "up-down": middle[:, 1] / size - 0.5,
    }
    named = {name: torch.from_numpy(values).float() for name, values in factors.items()}
    return torch.from_numpy(pictures), labels, named


@functools.lru_cache(maxsize=4)
def _masters(size: int) -> tuple[list[list[Image.Image]], np.ndarray]:
    """Every digit in every stroke, centred, for pictures of `size` pixels; and the digits' heights in master pixels."""
    font = ImageFont.load_default(size=FONT_SIZE)
    side = round(FINENESS * HEIGHT[1] * size * DRAWING / FONT_SIZE)
    heights = np.zeros((10, len(STROKES)))
    masters: list[list[Image.Image]] = []
    for digit in range(10):
        masters.append([])
        for column, stroke in enumerate(STROKES):
            image = Image.new("L", (DRAWING, DRAWING))
            pen = ImageDraw.Draw(image)
            left, top, right, bottom = pen.textbbox((0, 0), str(digit), font=font, stroke_width=stroke)
            place = ((DRAWING - left - right) / 2, (DRAWING - top - bottom) / 2)
            pen.text(place, str(digit), fill=255, font=font, stroke_width=stroke)
            masters[digit].append(image.resize((side, side), Image.Resampling.LANCZOS))
            heights[digit, column] = (bottom - top) * side / DRAWING
    return masters, heights
