"""A run's keyframes as one animated GIF."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from gan_core.errors import InputError

MOST_FRAMES = 160
SIDE = 512
"""Longer side in pixels that small grids are enlarged to, by whole factors."""
FRAME_MS, LAST_MS = 110, 1800


def animate(pictures: Sequence[Path]) -> bytes:
    """The picture files, in this order, as a looping GIF that rests on the last.

    Raises:
        InputError: for fewer than two.
    """
    if len(pictures) < 2:
        raise InputError("A time-lapse needs at least two key frames; let the run go on a little longer.")
    if len(pictures) > MOST_FRAMES:
        step = (len(pictures) - 1) / (MOST_FRAMES - 1)
        pictures = [pictures[round(i * step)] for i in range(MOST_FRAMES)]
    frames = []
    for path in pictures:
        with Image.open(path) as picture:
            factor = max(1, SIDE // max(picture.size))
            size = (picture.width * factor, picture.height * factor)
            frames.append(picture.convert("RGB").resize(size, Image.Resampling.NEAREST))
    file = io.BytesIO()
    frames[0].save(
        file,
        format="GIF",
        save_all=True,
        append_images=frames[1:],
        duration=[FRAME_MS] * (len(frames) - 1) + [LAST_MS],
        loop=0,
    )
    return file.getvalue()
