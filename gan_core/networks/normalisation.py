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

    `F.instance_norm` is used on no device: on CUDA its gradients are wrong where N is 1 and the gradient that comes
    back lies in another layout than the map (torch 2.x; 5.2 off in float64). GroupNorm with one group a channel is
    the same function, and right everywhere.

    On a CPU a channels_last map goes through BatchNorm one sample at a time: the same statistics from kernels that keep
    the layout, which every convolution behind would pay for turning back (GroupNorm's backward pass is 20 times slower
    there). All take their sums in float32 at least, whatever the type of the map.
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  (the base class names it)
        """Normalise every channel of every sample on its own: (N, C, H, W) to the same shape.

        Channels-last batches on a CPU are normalised one sample at a time, which keeps their memory format.
        """
        weight, bias = self.weight, self.bias
        channels_last = not input.is_contiguous() and input.is_contiguous(memory_format=torch.channels_last)
        if input.device.type != "cpu" or not channels_last:
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
