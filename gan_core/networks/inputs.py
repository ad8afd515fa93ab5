"""What translators read besides the picture: colour hints and noise, behind the picture's channels.

    [ picture, C | hint colour, 3, in [-1, 1], 0 where none | hint mask, 1, 0 or 1 | noise, K, each constant ]

`Card.inputs` and `Recipe.inputs` say which of them there are: `{"hints": True, "noise": 8}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

HINT_CHANNELS = 4
"""Channels of colour hints: red, green and blue in [-1, 1], 0 where there is none, and a mask of 0 and 1."""


def extra_channels(inputs: Mapping[str, Any]) -> int:
    """Channels that a translator with these inputs takes behind those of the picture."""
    return (HINT_CHANNELS if inputs.get("hints") else 0) + int(inputs.get("noise", 0))


def translator_input(
    pictures: Tensor, inputs: Mapping[str, Any], hints: Tensor | None = None, noise: Tensor | None = None
) -> Tensor:
    """What a translator with these inputs reads.

    Args:
        pictures: (N, C, H, W) in [-1, 1].
        inputs: What it takes besides them; `hints` and `noise` that it does not take are left out.
        hints: (N, 4, H, W); None for no hints.
        noise: (N, K); None for zeros, which give the mean answer.

    Returns:
        (N, C + `extra_channels`, H, W) of the type of `pictures`; `pictures` themselves where there are no others.
    """
    parts = [pictures]
    count, _, height, width = pictures.shape
    if inputs.get("hints"):
        parts.append(pictures.new_zeros(count, HINT_CHANNELS, height, width) if hints is None else hints)
    if channels := int(inputs.get("noise", 0)):
        drawn = pictures.new_zeros(count, channels) if noise is None else noise
        parts.append(drawn[:, :, None, None].expand(-1, -1, height, width))
    if len(parts) == 1:
        return pictures
    return torch.cat(parts, 1).contiguous(memory_format=torch.channels_last)
