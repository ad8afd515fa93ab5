"""Pictures of any size in bounded memory, with the numbers of the whole-picture pass.

Instance normalisation needs the mean and variance of whole maps. So a picture goes through the network in bands of rows
layer by layer: every band through one normalisation before the next, its statistics summed in float64 over all bands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from gan_core.images import to_uint8
from gan_core.translation.padding import Padded
from gan_core.translation.tiling.layers import UnknownLayer, apply
from gan_core.translation.tiling.passes import Passes
from gan_core.translation.tiling.streams import Buffered, Stream

__all__ = ["WORKING_BYTES", "Buffered", "Passes", "Picture", "Plan", "UnknownLayer", "apply", "plan", "translate"]

WORKING_BYTES = 192 * 2**20
"""Memory for the rows that are on their way through the layers, kept maps not counted."""


class Picture(Stream):
    """The picture itself, `band` rows at a time."""

    def __init__(self, picture: Padded, channels: int, band: int, device: torch.device) -> None:
        super().__init__((channels + picture.extra.channels, *picture.shape))
        self.picture, self.band, self.device = picture, band, device
        self._channels = channels

    def __iter__(self) -> Iterator[Tensor]:
        _, height, _ = self.shape
        for start in range(0, height, self.band):
            rows = self.picture.batch(self._channels, start, min(start + self.band, height))
            yield rows.to(self.device).contiguous(memory_format=torch.channels_last)


@dataclass(frozen=True)
class Plan:
    """How a picture goes through a network in bands."""

    band: int
    """Rows of the picture at a time."""
    bands: int
    work: float
    """Multiplications of all readings together."""
    kept_bytes: int
    """Memory of the kept maps at their most, in float32."""


def plan(
    network: nn.Module, picture: Padded, channels: int, device: torch.device, working_bytes: int = WORKING_BYTES
) -> Plan:
    """Count the work of translating `picture` in bands.

    Args:
        network: In evaluation mode.
        picture: The padded picture.
        channels: Of the picture in the network's input; what the picture has behind them is added.
        device: Where it is computed.
        working_bytes: Memory for the maps of one band.

    Returns:
        Height and number of the bands, multiplications, and bytes of the maps that are kept.

    Raises:
        UnknownLayer: for a network with a layer that has no banded form.
    """
    height, width = picture.shape
    passes = Passes(height * width, height, 1, dry=True)
    result = apply(network, Picture(picture, channels, 1, device), passes)
    for _ in passes.read(result):
        pass
    # Each layer on the way holds what it got and what it gives, 4 bytes a value.
    band = int(min(max(1, working_bytes / (8 * passes.passing / height)), height))
    return Plan(band, -(-height // band), passes.done, 4 * passes.most)


def translate(
    network: nn.Module,
    picture: Padded,
    channels: int,
    device: torch.device,
    plan: Plan,
    progress: Callable[[float], None] | None = None,
) -> np.ndarray:
    """Translate a picture in bands of rows, with the same result as at once.

    Args:
        network: In evaluation mode, perhaps in part in bfloat16.
        picture: The padded picture.
        channels: Of the picture in the network's input; what the picture has behind them is added.
        device: Where it is computed.
        plan: From `plan`, for this network and picture.
        progress: Called with the share of the work done, 0 to 1, many times for each band; it may raise to cancel.

    Returns:
        uint8 (H, W, 3), the size of `picture.rgb`.
    """
    height, width = picture.shape
    passes = Passes(height * width, height, plan.band, progress=progress, total=plan.work)
    result = np.empty((height, width, 3), np.uint8)
    with torch.inference_mode():
        top = 0
        for rows in passes.read(apply(network, Picture(picture, channels, plan.band, device), passes)):
            levels = to_uint8(rows)[0]
            result[top : top + len(levels)] = levels
            top += len(levels)
    return picture.cropped(result)
