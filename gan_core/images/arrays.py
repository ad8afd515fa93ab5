"""Conversions between pictures as arrays and batches as tensors, grids, and resizing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import torch  # imported where it is used: lists of formats and decoding do without it


def to_levels(batch: torch.Tensor) -> torch.Tensor:
    """A batch of a network, float in [-1, 1], as uint8 of the same shape and device.

    Values are rounded to the nearest of the 256 levels, not cut off.
    """
    import torch

    return ((batch.detach().float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def to_uint8(batch: torch.Tensor) -> np.ndarray:
    """A batch of a network, float (N, C, H, W) in [-1, 1], as uint8 pictures (N, H, W, 3); grey is repeated."""
    return to_levels(batch).expand(-1, 3, -1, -1).permute(0, 2, 3, 1).contiguous().cpu().numpy()


def to_float(pictures: torch.Tensor) -> torch.Tensor:
    """uint8 pictures as float32 in [-1, 1], same shape and device: 0 becomes -1, 255 becomes 1."""
    import torch

    return pictures.to(torch.float32).mul_(1 / 127.5).sub_(1)


def grid(pictures: np.ndarray, columns: int | None = None, padding: int = 2, background: int = 255) -> np.ndarray:
    """Lay pictures side by side, row by row.

    Args:
        pictures: uint8 (N, H, W, C).
        columns: Pictures in a row; None makes the grid as square as it can be.
        padding: Pixels between pictures; there are none around them.
        background: Value of these pixels, 0 to 255.

    Returns:
        One picture, uint8 (height, width, C).

    Raises:
        ValueError: for no pictures.
    """
    count, height, width, channels = pictures.shape
    if count == 0:
        raise ValueError("A grid needs at least one picture.")
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    cell_height, cell_width = height + padding, width + padding
    sheet = np.full((rows * cell_height, columns * cell_width, channels), background, dtype=np.uint8)
    for index, picture in enumerate(pictures):
        top, left = index // columns * cell_height, index % columns * cell_width
        sheet[top : top + height, left : left + width] = picture
    return sheet[: rows * cell_height - padding, : columns * cell_width - padding]


def composite(rgb: np.ndarray, alpha: np.ndarray, background: int = 255) -> np.ndarray:
    """Colours, uint8 (H, W, 3), with straight alpha, uint8 (H, W), laid over a plain background; uint8 (H, W, 3)."""
    shares = alpha[..., None].astype(np.uint16)
    return ((rgb * shares + background * (255 - shares) + 127) // 255).astype(np.uint8)


def resize_square(picture: np.ndarray, size: int) -> np.ndarray:
    """The largest centred square of a picture, resized with antialiasing.

    Args:
        picture: uint8 (H, W) or (H, W, C).
        size: Side of the result in pixels.

    Returns:
        uint8 (size, size) or (size, size, C).
    """
    height, width = picture.shape[:2]
    side = min(height, width)
    left, top = (width - side) // 2, (height - side) // 2
    square = np.ascontiguousarray(picture[top : top + side, left : left + side])
    if side == size:
        return square
    filter_ = Image.Resampling.LANCZOS if side > size else Image.Resampling.BICUBIC
    return np.array(Image.fromarray(square).resize((size, size), filter_))
