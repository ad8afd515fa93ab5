"""A U-Net that a CPU computes in a few hundredths of a second: narrow, with a normalisation that keeps colours."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from gan_core.networks.registries import width_option
from gan_core.parts import Option, register

MULTIPLES = (1, 2, 4, 6, 8, 8)
"""Channels of each level as multiples of the width; deeper ones keep the last."""
GROUPS = 8
"""Groups of channels that are normalised together, at most."""


def _convolved(before: int, after: int, stride: int = 1) -> nn.Sequential:
    """(N, before, H, W) to (N, after, H / stride, W / stride): convolution, GroupNorm, SiLU."""
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride, 1, bias=False),
        nn.GroupNorm(math.gcd(GROUPS, after), after),
        nn.SiLU(inplace=True),
    )


@register.translator(
    "light-unet",
    title="Light U-Net",
    summary="A narrow U-Net for pairs: fast enough to follow a pen, and it paints flat colours.",
    options={
        "width": width_option(256),
        "levels": Option(
            label="Levels",
            help="Sizes that it works at, each half of the one before.",
            minimum=2,
            maximum=8,
        ),
    },
)
class LightUnet(nn.Module):
    """pictures (N, channels, H, W) -> (N, out_channels, H, W) in [-1, 1]; H and W multiples of 2**(levels - 1).

    One convolution a level on the way down and two on the way up (one at full size, where they cost most), GroupNorm
    and SiLU behind each. The way up repeats the nearest pixel, which leaves no checkerboard (Odena et al. 2016), and puts
    the map of the way down beside it. GroupNorm keeps how strong a channel is against the others of its group, which
    instance normalisation takes away from every channel by itself.

    Args:
        channels: of what goes in: the picture, and what a game puts behind it (colour hints, noise).
        width: channels at full size; 2, 4, 6, 8 and 8 times as many at the levels below.
        levels: sizes that it works at; with 6, a picture of 128 pixels is 4 pixels wide at the lowest.
        out_channels: of the picture that comes out; None for as many as go in.
    """

    def __init__(self, channels: int = 3, width: int = 24, levels: int = 6, out_channels: int | None = None) -> None:
        super().__init__()
        out_channels = channels if out_channels is None else out_channels
        self.multiple = 2 ** (levels - 1)
        widths = [width * MULTIPLES[min(level, len(MULTIPLES) - 1)] for level in range(levels)]
        self.enter = _convolved(channels, width)
        self.downs = nn.ModuleList(_convolved(before, after, 2) for before, after in pairwise(widths))
        self.bottom = _convolved(widths[-1], widths[-1])
        self.enlarge = nn.Upsample(scale_factor=2, mode="nearest")
        self.ups = nn.ModuleList(
            nn.Sequential(_convolved(below + beside, beside), *([_convolved(beside, beside)] if beside > width else []))
            for beside, below in reversed(list(pairwise(widths)))
        )
        self.leave = nn.Sequential(nn.Conv2d(width, out_channels, 3, 1, 1), nn.Tanh())

    def forward(self, pictures: Tensor) -> Tensor:
        maps = self.enter(pictures)
        bridges: list[Tensor] = []
        for down in self.downs:
            bridges.append(maps)
            maps = down(maps)
        maps = self.bottom(maps)
        for up, bridge in zip(self.ups, reversed(bridges), strict=True):
            maps = up(torch.cat([self.enlarge(maps), bridge], 1))
        return self.leave(maps)
