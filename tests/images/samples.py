"""Small pictures whose every pixel is known, and their files."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The file of `image` in the format `kind`, by Pillow's name."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def gradient(height: int = 12, width: int = 17) -> np.ndarray:
    """uint8 (H, W, 3) that grows from top to bottom in red and from left to right in green."""
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows * 15 % 256, columns * 12 % 256, (rows + columns) % 256], -1).astype(np.uint8)
