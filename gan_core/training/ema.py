"""The moving average of a network's weights: what previews, keyframes and exported models show."""

from __future__ import annotations

import copy

import torch
from torch import nn


class EMA:
    """An exponential moving average of a network (EMA), with a half-life counted in images.

    The half-life is never longer than 5 % of the images seen, so that a young run is shown as it is and not as it
    began (StyleGAN2's `ema_rampup`). Buffers are copied: BatchNorm statistics are averages already.
    """

    RAMP_UP = 0.05

    def __init__(self, network: nn.Module, half_life: int) -> None:
        self.half_life = half_life
        self.images_before = 0
        """Images that the first weights had been averaged over, where they come from another training: they count as
        seen, else the average would forget them in its first steps."""
        self.network = copy.deepcopy(network).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, network: nn.Module, images: int, batch_size: int) -> None:
        """Move towards `network`, `images` having been seen in all, `batch_size` of them since the last update."""
        half_life = min(self.half_life, self.RAMP_UP * (self.images_before + images))
        decay = 0.5 ** (batch_size / half_life) if half_life > 0 else 0.0
        # One fused kernel list instead of a Python loop over parameters.
        torch._foreach_lerp_(  # pyright: ignore[reportPrivateImportUsage]
            list(self.network.parameters()), list(network.parameters()), 1.0 - decay
        )
        for mine, theirs in zip(self.network.buffers(), network.buffers(), strict=True):
            mine.copy_(theirs)
