"""Small networks that read features of patches, for the contrastive game (CUT, Park et al. 2020)."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from gan_core.errors import InputError
from gan_core.networks.initialisation import STANDARD_DEVIATION


class PatchHeads(nn.Module):
    """For every layer that is read a fully connected network with one hidden layer: (N, P, channels) -> (N, P, width).

    The paper's have 256 units on networks whose deepest layer has 256 channels: as many as that here.

    Args:
        channels: of the maps of every layer that is read.
    """

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.channels = channels
        width = max(channels)
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Linear(each, width), nn.ReLU(inplace=True), nn.Linear(width, width)) for each in channels
        )
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, 0.0, STANDARD_DEVIATION)
                nn.init.zeros_(module.bias)

    def forward(self, *patches: Tensor) -> tuple[Tensor, ...]:
        """Features of patches by layer, in the order of `channels`."""
        return tuple(layer(each) for layer, each in zip(self.layers, patches, strict=True))


def build_heads(translator: nn.Module) -> PatchHeads:
    """Heads for a translator network whose features can be read.

    Raises:
        InputError: for a network without `features`.
    """
    taps: Any = getattr(translator, "taps", None)
    if not taps:
        name = getattr(translator, "description", {"name": type(translator).__name__})["name"]
        raise InputError(
            f"The contrastive game compares features inside the translator, and the network {name!r} shows none: "
            "choose generator=resnet, or the game cycle."
        )
    return PatchHeads(tuple(taps.values()))
