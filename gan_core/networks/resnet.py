"""CycleGAN's ResNet generator (Johnson et al. 2016, Zhu et al. 2017), layer for layer as in its own code base."""

from __future__ import annotations

from torch import Tensor, nn

from gan_core.networks.initialisation import initialise
from gan_core.networks.normalisation import needs_bias, normalisation
from gan_core.networks.registries import announce, one_of, translators, whole_number


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


@announce(translators, "resnet")
class ResnetGenerator(nn.Module):
    """pictures (N, channels, H, W) -> pictures of the same shape in [-1, 1]; H and W multiples of 4, at least 8.

    Args:
        channels: of the picture, in and out.
        width: channels at full resolution (`ngf`); four times as many inside the blocks.
        blocks: residual blocks at a quarter of the side; 6 and 9 in the paper.
        norm: "instance" or "batch".
        dropout: 0.5 inside every block.

    The rectifiers work in place: no normalisation needs its own output for its gradient, and large pictures need less
    memory and time.
    """

    multiple = 4

    def __init__(
        self, channels: int = 3, width: int = 64, blocks: int = 9, norm: str = "instance", dropout: bool = False
    ) -> None:
        super().__init__()
        whole_number("channels", channels, 1, 16)
        whole_number("width", width, 1, 512)
        whole_number("blocks", blocks, 0, 64)
        one_of("dropout", dropout, (False, True))
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
                nn.ConvTranspose2d(features, features // 2, 3, 2, 1, output_padding=1, bias=bias),
                normalisation(norm, features // 2),
                nn.ReLU(inplace=True),
            ]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, channels, 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)
        initialise(self)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.model(pictures)
