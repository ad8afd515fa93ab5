"""The U-Net generators of the PyTorch-GAN collection (its pix2pix, DiscoGAN and DualGAN), as in its own files.

Another network than the original's `unet`: every level is a module of its own, maps are normalised before they go over
a bridge, and (but in DualGAN) the last enlargement repeats pixels instead of a transposed convolution. For files of
others only: it can be trained too, but has nothing that `unet` lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from gan_core.errors import InputError
from gan_core.networks.initialisation import initialise
from gan_core.networks.normalisation import normalisation
from gan_core.networks.registries import BIAS, norm_option, whole_number
from gan_core.parts import Option, register

SLOPE = 0.2
FEATURES = (64, 128, 256, 512, 512, 512, 512, 512)


class Down(nn.Module):
    """(N, before, H, W) -> (N, after, H / 2, W / 2)."""

    def __init__(self, before: int, after: int, norm: str | None, bias: bool) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(before, after, 4, 2, 1, bias=bias)]
        if norm is not None:
            layers.append(normalisation(norm, after))
        self.model = nn.Sequential(*layers, nn.LeakyReLU(SLOPE))

    def forward(self, maps: Tensor) -> Tensor:
        return self.model(maps)


class Up(nn.Module):
    """(N, before, H, W) -> (N, after, 2 H, 2 W)."""

    def __init__(self, before: int, after: int, norm: str, bias: bool) -> None:
        super().__init__()
        self.model = nn.Sequential(
            nn.ConvTranspose2d(before, after, 4, 2, 1, bias=bias), normalisation(norm, after), nn.ReLU(inplace=True)
        )

    def forward(self, maps: Tensor) -> Tensor:
        return self.model(maps)


@register.translator(
    "unet-pytorch-gan",
    title="U-Net of PyTorch-GAN",
    summary="The U-Net of the PyTorch-GAN collection, for models that were trained with it.",
    tags=("import",),
    options={
        "norm": norm_option("instance", "instance-affine"),
        "bias": BIAS,
        "last": Option(
            label="Last enlargement",
            help="Pixels repeated and convolved, or a transposed convolution (DualGAN).",
            choices=("resize", "transposed"),
        ),
    },
)
class PytorchGanUnet(nn.Module):
    """pictures (N, channels, H, W) -> (N, out_channels, H, W) in [-1, 1]; H and W multiples of 2**len(features).

    Args:
        channels: of the picture that goes in.
        features: channels behind every halving; None for those of the collection's pix2pix.
        norm: instance or instance-affine; the first and the last halving have none.
        bias: of the convolutions before a normalisation; the collection's DiscoGAN has them.
        last: "resize": pixels repeated, then a convolution over zeros; "transposed": a transposed convolution
            (DualGAN).
        out_channels: of the picture that comes out; None for as many as go in.

    The dropout of the original is left out: it has no weights and is idle when translating.
    """

    def __init__(
        self,
        channels: int = 3,
        features: Sequence[int] | None = None,
        norm: str = "instance",
        bias: bool = False,
        last: str = "resize",
        out_channels: int | None = None,
    ) -> None:
        super().__init__()
        out_channels = channels if out_channels is None else out_channels
        features = FEATURES if features is None else features
        if not isinstance(features, (list, tuple)) or not 2 <= len(features) <= 10:
            raise InputError(f"features is a list of 2 to 10 numbers of channels, not {features!r}.")
        for count in features:
            whole_number("features", count, 1, 4096)
        self.depth = len(features)
        self.multiple = 2**self.depth
        for level, (before, after) in enumerate(pairwise((channels, *features)), start=1):
            bare = level in (1, self.depth)
            self.add_module(f"down{level}", Down(before, after, None if bare else norm, bias))
        read = features[-1]
        for level, after in enumerate(reversed(features[:-1]), start=1):
            self.add_module(f"up{level}", Up(read, after, norm, bias))
            read = 2 * after  # its own maps, and those of the bridge beside them
        if last == "resize":
            enlarging: list[nn.Module] = [
                nn.Upsample(scale_factor=2),
                nn.ZeroPad2d((1, 0, 1, 0)),
                nn.Conv2d(read, out_channels, 4, padding=1),
            ]
        else:
            enlarging = [nn.ConvTranspose2d(read, out_channels, 4, 2, 1)]
        self.final = nn.Sequential(*enlarging, nn.Tanh())
        initialise(self)

    @property
    def downs(self) -> list[Any]:
        """The halving blocks, from the picture inwards."""
        return [self.get_submodule(f"down{level}") for level in range(1, self.depth + 1)]

    @property
    def ups(self) -> list[Any]:
        """The doubling blocks, from the innermost outwards."""
        return [self.get_submodule(f"up{level}") for level in range(1, self.depth)]

    def forward(self, pictures: Tensor) -> Tensor:
        bridges: list[Tensor] = []
        maps = pictures
        for down in self.downs:
            maps = down(maps)
            bridges.append(maps)
        for up, bridge in zip(self.ups, reversed(bridges[:-1]), strict=True):
            maps = torch.cat([up(maps), bridge], 1)
        return self.final(maps)
