"""CycleGAN's ResNet generator (Johnson et al. 2016, Zhu et al. 2017), layer for layer as in its own code base."""

from __future__ import annotations

from torch import Tensor, nn

from gan_core.networks.initialisation import initialise
from gan_core.networks.normalisation import needs_bias, normalisation
from gan_core.networks.registries import announce, one_of, translators, whole_number

UPSAMPLINGS = ("transposed", "resize")


class ResnetBlock(nn.Module):
    """x + conv_block(x), (N, features, H, W) to the same shape; no activation after the sum.

    With dropout the second convolution is conv_block.6 instead of conv_block.5, as in the files of the original.
    """

    def __init__(self, features: int, norm: str, dropout: bool) -> None:
        super().__init__()
        bias = needs_bias(norm)
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(features, features, 3, bias=bias),
            normalisation(norm, features),
            nn.ReLU(inplace=True),
            *([nn.Dropout(0.5)] if dropout else []),
            nn.ReflectionPad2d(1),
            nn.Conv2d(features, features, 3, bias=bias),
            normalisation(norm, features),
        )

    def forward(self, maps: Tensor) -> Tensor:
        return maps + self.conv_block(maps)


def _doubling(upsampling: str, features: int, bias: bool) -> list[nn.Module]:
    """Layers from (N, features, H, W) to (N, features // 2, 2 H, 2 W)."""
    if upsampling == "transposed":
        return [nn.ConvTranspose2d(features, features // 2, 3, 2, 1, output_padding=1, bias=bias)]
    return [nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.Conv2d(features, features // 2, 3, bias=bias)]


@announce(translators, "resnet")
class ResnetGenerator(nn.Module):
    """pictures (N, channels, H, W) -> (N, out_channels, H, W) in [-1, 1]; H and W multiples of 4, at least 8.

    Args:
        channels: of the picture that goes in.
        width: channels at full resolution (`ngf`); four times as many inside the blocks.
        blocks: residual blocks at a quarter of the side; 6 and 9 in the paper.
        norm: "instance" or "batch".
        dropout: 0.5 inside every block.
        out_channels: of the picture that comes out; None for as many as go in.
        upsampling: "transposed" convolutions as in the paper, or "resize": the nearest pixel repeated, then an ordinary
            convolution over a reflected border, which leaves no checkerboard (Odena et al. 2016).

    The rectifiers work in place: no normalisation needs its own output for its gradient, and large pictures need less
    memory and time.
    """

    multiple = 4

    def __init__(
        self,
        channels: int = 3,
        width: int = 64,
        blocks: int = 9,
        norm: str = "instance",
        dropout: bool = False,
        out_channels: int | None = None,
        upsampling: str = "transposed",
    ) -> None:
        super().__init__()
        whole_number("channels", channels, 1, 16)
        out_channels = channels if out_channels is None else whole_number("out_channels", out_channels, 1, 16)
        whole_number("width", width, 1, 512)
        whole_number("blocks", blocks, 0, 64)
        one_of("dropout", dropout, (False, True))
        one_of("upsampling", upsampling, UPSAMPLINGS)
        bias = needs_bias(norm)
        layers: list[nn.Module] = [
            nn.ReflectionPad2d(3),
            nn.Conv2d(channels, width, 7, bias=bias),
            normalisation(norm, width),
            nn.ReLU(inplace=True),
        ]
        for features in (width, 2 * width):
            layers += [
                nn.Conv2d(features, 2 * features, 3, 2, 1, bias=bias),
                normalisation(norm, 2 * features),
                nn.ReLU(inplace=True),
            ]
        layers += [ResnetBlock(4 * width, norm, dropout) for _ in range(blocks)]
        for features in (4 * width, 2 * width):
            layers += [
                *_doubling(upsampling, features, bias),
                normalisation(norm, features // 2),
                nn.ReLU(inplace=True),
            ]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, out_channels, 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)
        initialise(self)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.model(pictures)
