"""Halving and doubling the side of maps without aliasing (Zhang 2019, "Making Convolutional Networks Shift-Invariant
Again"), with the filters, borders and key names (`filt`) of CUT's generator (Park et al. 2020)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

DOWN_TAPS = (1.0, 2.0, 1.0)
UP_TAPS = (1.0, 3.0, 3.0, 1.0)


def binomial_filter(taps: tuple[float, ...], channels: int, gain: float = 1.0) -> Tensor:
    """The outer product of `taps` with itself, its sum made `gain`, once for each channel: (channels, 1, k, k)."""
    row = torch.tensor(taps)
    square = torch.outer(row, row)
    return (gain * square / square.sum()).repeat(channels, 1, 1, 1)


class BlurDown(nn.Module):
    """(N, channels, H, W) -> (N, channels, ceil(H/2), ceil(W/2)): blurred with 1 2 1 over a reflected border, every
    second pixel kept.

    `filt` (channels, 1, 3, 3) is a buffer, so that a file's own filter is what is used.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.filt: Tensor
        self.register_buffer("filt", binomial_filter(DOWN_TAPS, channels))

    def forward(self, maps: Tensor) -> Tensor:
        return F.conv2d(F.pad(maps, (1, 1, 1, 1), "reflect"), self.filt, stride=2, groups=maps.shape[1])


class BlurUp(nn.Module):
    """(N, channels, H, W) -> (N, channels, 2H, 2W): every pixel spread by 1 3 3 1 over a repeated border.

    `filt` (channels, 1, 4, 4) is a buffer that sums to 4: each result is the mean of the pixels around it, in
    proportions 9 : 3 : 3 : 1.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.filt: Tensor
        self.register_buffer("filt", binomial_filter(UP_TAPS, channels, gain=4.0))

    def forward(self, maps: Tensor) -> Tensor:
        bordered = F.pad(maps, (1, 1, 1, 1), "replicate")
        spread = F.conv_transpose2d(bordered, self.filt, stride=2, padding=2, groups=maps.shape[1])
        return spread[:, :, 1:-1, 1:-1]
