"""The U-Net generator of pix2pix and CycleGAN (Isola et al. 2017), layer for layer as in its own code base."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from gan_core.networks.initialisation import initialise
from gan_core.networks.normalisation import NORMS, needs_bias, normalisation
from gan_core.networks.registries import BIAS, norm_option, width_option
from gan_core.parts import Option, register

SLOPE = 0.2


class SkipBlock(nn.Module):
    """Halves the side, runs `inner`, doubles the side, and puts the result beside its own input.

    (N, outer, H, W) -> (N, 2 * outer, H, W). The original rectifies its input in place, so that its skip carries the
    rectified maps; the layer that reads the skip applies ReLU first, and relu(leaky_relu(x)) = relu(x), so the results
    agree.
    """

    def __init__(
        self, outer: int, features: int, inner: SkipBlock | None, norm: str, dropout: bool, bias: bool
    ) -> None:
        super().__init__()
        down: list[nn.Module] = [nn.LeakyReLU(SLOPE), nn.Conv2d(outer, features, 4, 2, 1, bias=bias)]
        if inner is not None:
            down += [normalisation(norm, features), inner]
        read = features if inner is None else 2 * features
        up = [nn.ReLU(), nn.ConvTranspose2d(read, outer, 4, 2, 1, bias=bias), normalisation(norm, outer)]
        self.model = nn.Sequential(*down, *up, *([nn.Dropout(0.5)] if dropout else []))

    def forward(self, maps: Tensor) -> Tensor:
        return torch.cat([maps, self.model(maps)], dim=1)


class OutermostBlock(nn.Module):
    """Like `SkipBlock`, from picture to picture: no rectifier before, no skip around, tanh behind."""

    def __init__(self, channels: int, out_channels: int, features: int, inner: SkipBlock, bias: bool) -> None:
        super().__init__()
        self.model = nn.Sequential(
            nn.Conv2d(channels, features, 4, 2, 1, bias=bias),
            inner,
            nn.ReLU(),
            nn.ConvTranspose2d(2 * features, out_channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures (N, C, H, W) to pictures of the same height and width, in [-1, 1]."""
        return self.model(pictures)


@register.translator(
    "unet",
    title="U-Net",
    summary="Shrinks and enlarges, with bridges that keep fine detail; the size must be divisible by two for each level.",
    options={
        "width": width_option(512),
        "downs": Option(
            label="Levels",
            help="How often the picture is halved and doubled again.",
            minimum=2,
            maximum=10,
        ),
        "norm": norm_option("instance", "batch", unlisted=NORMS),
        "dropout": Option(label="Dropout", help="Leaves out half of the numbers in the inner levels at random."),
        "bias": BIAS,
    },
)
class UnetGenerator(nn.Module):
    """pictures (N, channels, H, W) -> (N, out_channels, H, W) in [-1, 1]; H and W multiples of 2**downs.

    Args:
        channels: of the picture that goes in.
        width: channels after the first halving (`ngf`); doubled with every further one up to eight times.
        downs: how often the side is halved; 8 is the original's unet_256, 7 its unet_128.
        norm: one of `normalisation.NORMS`.
        dropout: 0.5 in the inner blocks that have eight times the width on both sides.
        out_channels: of the picture that comes out; None for as many as go in.
        bias: of the convolutions before a normalisation; None for what the original does with this `norm`. The first
            files, of early 2017, have biases before BatchNorm too.
    """

    def __init__(
        self,
        channels: int = 3,
        width: int = 64,
        downs: int = 8,
        norm: str = "instance",
        dropout: bool = False,
        out_channels: int | None = None,
        bias: bool | None = None,
    ) -> None:
        super().__init__()
        out_channels = channels if out_channels is None else out_channels
        bias = needs_bias(norm) if bias is None else bias
        self.multiple = 2**downs
        features = [width * min(2**depth, 8) for depth in range(downs)]
        block = None
        for depth in reversed(range(1, downs)):
            drops = dropout and block is not None and features[depth - 1] == features[depth]
            block = SkipBlock(features[depth - 1], features[depth], block, norm, drops, bias)
        assert block is not None
        self.model = OutermostBlock(channels, out_channels, width, block, bias)
        initialise(self)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.model(pictures)
