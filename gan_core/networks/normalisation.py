"""Normalisation layers by name."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_core.networks.registries import one_of

NORMS = ("instance", "batch", "none", "instance-affine")
"""`instance-affine` has a scale and a shift for each channel, as few files do; `batch` is also what SyncBatchNorm's
files hold."""


class InstanceNorm(nn.InstanceNorm2d):
    """Instance normalisation (Ulyanov et al. 2016), without parameters unless `affine`; the numbers of torch's, sooner.

    torch's own turns a channels_last map into a contiguous one, and every convolution behind it pays for turning it
    back. On a CPU the same statistics come from kernels that keep the layout: BatchNorm of one sample at a time for
    channels_last (GroupNorm's backward pass is 20 times slower there), GroupNorm with one group a channel otherwise.
    All take their sums in float32, whatever the type of the map.
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  (the base class names it)
        if input.device.type != "cpu":
            return super().forward(input)
        weight, bias = self.weight, self.bias
        if input.is_contiguous() or not input.is_contiguous(memory_format=torch.channels_last):
            return F.group_norm(input, self.num_features, weight, bias, self.eps)
        samples = [
            F.batch_norm(sample, None, None, weight, bias, training=True, eps=self.eps) for sample in input.split(1)
        ]
        return samples[0] if len(samples) == 1 else torch.cat(samples)


def normalisation(norm: Any, channels: int) -> nn.Module:
    """The normalisation layer called `norm` for a map with `channels` channels."""
    one_of("norm", norm, NORMS)
    if norm == "batch":
        return nn.BatchNorm2d(channels)
    return nn.Identity() if norm == "none" else InstanceNorm(channels, affine=norm == "instance-affine")


def needs_bias(norm: Any) -> bool:
    """Whether a convolution before `norm` has a bias in the original's files: only before instance normalisation."""
    return norm in ("instance", "instance-affine")
