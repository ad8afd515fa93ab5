"""Pictures padded to sides that a network accepts, with the channels that it reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gan_core.images import to_float
from gan_core.translation.hints import NO_PLANES, ExtraPlanes

SMALLEST_SIDE = 8
"""Two residual paddings of the ResNet at a quarter of the side need two pixels there."""
GREY_WEIGHTS = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601, as Pillow's "L"


@dataclass(frozen=True, eq=False)
class Padded:
    """A uint8 picture `rgb` (H, W, 3) mirrored around its borders until the network accepts its sides.

    Sides that fit are not padded at all: instance statistics then are those of the picture alone.
    """

    rgb: np.ndarray
    rows: np.ndarray
    """For each row that the network sees, the row of the picture that it is; `columns` likewise."""
    columns: np.ndarray
    top: int
    left: int
    extra: ExtraPlanes = NO_PLANES
    """What the network reads behind the picture, at the size of `rgb`; padded like it."""

    @classmethod
    def of(cls, rgb: np.ndarray, multiple: int, extra: ExtraPlanes = NO_PLANES) -> Padded:
        """Pad `rgb`, uint8 (H, W, 3), so that both sides are multiples of `multiple` pixels; `extra` likewise."""
        (rows, top), (columns, left) = (_mirrored(side, multiple) for side in rgb.shape[:2])
        return cls(rgb, rows, columns, top, left, extra)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width as the network sees them."""
        return len(self.rows), len(self.columns)

    def batch(self, channels: int, start: int = 0, stop: int | None = None) -> Tensor:
        """Rows `start` to `stop` for the network: float32 (1, channels, rows, width) in [-1, 1]; grey for one
        channel.

        The planes of `extra` follow.
        """
        part = self.rgb[self.rows[start:stop]][:, self.columns]
        if channels == 1:
            part = np.rint(part @ GREY_WEIGHTS).astype(np.uint8)[..., None]
        picture = to_float(torch.from_numpy(part).permute(2, 0, 1)[None])
        if not self.extra.channels:
            return picture
        planes = self.extra.rows(self.rows[start:stop], self.columns)
        return torch.cat([picture, torch.from_numpy(planes)[None]], dim=1)

    def cropped(self, pictures: np.ndarray) -> np.ndarray:
        """The part of `pictures` (height, width, 3) without the padding."""
        height, width = self.rgb.shape[:2]
        return pictures[self.top : self.top + height, self.left : self.left + width]


def _mirrored(side: int, multiple: int) -> tuple[np.ndarray, int]:
    """Indices that make `side` an accepted one, and how many of them lie before the first pixel."""
    missing = max(-(-side // multiple) * multiple, SMALLEST_SIDE) - side
    before = missing // 2
    # numpy's reflection goes back and forth as often as it must, and repeats a single pixel, so 1 x 1 works too.
    return np.pad(np.arange(side), (before, missing - before), "reflect"), before
