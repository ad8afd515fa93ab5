"""CycleGAN's ResNet generator (Johnson et al. 2016, Zhu et al. 2017), layer for layer as in its own code base.

What others changed in it since is an argument, so that every file of theirs can be rebuilt: see `ResnetGenerator`.
"""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor, nn

from gan_core.networks.antialiased import BlurDown, BlurUp
from gan_core.networks.initialisation import initialise
from gan_core.networks.normalisation import NORMS, needs_bias, normalisation
from gan_core.networks.registries import BIAS, norm_option, width_option
from gan_core.parts import Option, register


class ResnetBlock(nn.Module):
    """x + conv_block(x), (N, features, H, W) to the same shape; no activation after the sum.

    The convolutions are conv_block.1 and .5, with dropout .1 and .6, as in the files of the original; where the border
    is zeros no layer makes it, and they are .0 and .3 (with dropout .4).
    """

    def __init__(self, features: int, norm: str, dropout: bool, bias: bool, padding: str) -> None:
        super().__init__()
        self.conv_block = nn.Sequential(
            *_bordered(features, features, 3, bias, padding),
            normalisation(norm, features),
            nn.ReLU(inplace=True),
            *([nn.Dropout(0.5)] if dropout else []),
            *_bordered(features, features, 3, bias, padding),
            normalisation(norm, features),
        )

    def forward(self, maps: Tensor) -> Tensor:
        return maps + self.conv_block(maps)


def _bordered(before: int, after: int, kernel: int, bias: bool, padding: str) -> list[nn.Module]:
    """A convolution that keeps height and width, its border reflected or zeros."""
    if padding == "zero":
        return [nn.Conv2d(before, after, kernel, padding=kernel // 2, bias=bias)]
    return [nn.ReflectionPad2d(kernel // 2), nn.Conv2d(before, after, kernel, bias=bias)]


def _halving(downsampling: str, features: int, norm: str, bias: bool) -> list[nn.Module]:
    """Layers from (N, features, H, W) to (N, 2 * features, H // 2, W // 2)."""
    after = 2 * features
    stride = 2 if downsampling == "strided" else 1
    layers = [
        nn.Conv2d(features, after, 3, stride, 1, bias=bias),
        normalisation(norm, after),
        nn.ReLU(inplace=True),
    ]
    return layers if downsampling == "strided" else [*layers, BlurDown(after)]


def _doubling(upsampling: str, features: int, norm: str, bias: bool) -> list[nn.Module]:
    """Layers from (N, features, H, W) to (N, features // 2, 2 H, 2 W)."""
    after = features // 2
    if upsampling == "transposed":
        layers: list[nn.Module] = [nn.ConvTranspose2d(features, after, 3, 2, 1, output_padding=1, bias=bias)]
    elif upsampling == "resize":
        layers = [nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.Conv2d(features, after, 3, bias=bias)]
    elif upsampling == "resize-zero":
        layers = [nn.Upsample(scale_factor=2), nn.Conv2d(features, after, 3, padding=1, bias=bias)]
    else:
        layers = [BlurUp(features), nn.Conv2d(features, after, 3, padding=1, bias=bias)]
    return [*layers, normalisation(norm, after), nn.ReLU(inplace=True)]


@register.translator(
    "resnet",
    title="ResNet",
    summary="Translates through a chain of residual blocks, as in the CycleGAN paper.",
    options={
        "width": width_option(512),
        "blocks": Option(label="Blocks", help="Residual blocks in the middle.", minimum=0, maximum=64),
        "norm": norm_option("instance", "batch", unlisted=NORMS),
        "dropout": Option(label="Dropout", help="Leaves out half of the numbers in the blocks at random."),
        "upsampling": Option(
            label="Enlarging",
            help="How pictures grow back: transposed as in the paper; resize and blur leave no checkerboard.",
            choices=("transposed", "resize", "blur"),
            unlisted=("resize-zero",),
        ),
        "downsampling": Option(
            label="Shrinking",
            help="How pictures are made smaller inside: strided as in the paper; blur keeps fine patterns from flickering.",
            choices=("strided", "blur"),
        ),
        "bias": BIAS,
        "padding": Option(
            label="Border", help="What lies around the picture.", choices=("reflect", "zero"), tags=("import",)
        ),
    },
)
class ResnetGenerator(nn.Module):
    """pictures (N, channels, H, W) -> (N, out_channels, H, W) in [-1, 1]; H and W multiples of 4, at least 8.

    Args:
        channels: of the picture that goes in.
        width: channels at full resolution (`ngf`); four times as many inside the blocks.
        blocks: residual blocks at a quarter of the side; 6 and 9 in the paper.
        norm: one of `normalisation.NORMS`.
        dropout: 0.5 inside every block.
        out_channels: of the picture that comes out; None for as many as go in.
        upsampling: "transposed" convolutions as in the paper; "resize": the nearest pixel repeated, then an ordinary
            convolution over a reflected border, which leaves no checkerboard (Odena et al. 2016); "resize-zero": the
            same over a border of zeros, as the PyTorch-GAN collection has it; "blur": CUT's.
        downsampling: "strided" convolutions as in the paper, or CUT's "blur".
        bias: of the convolutions before a normalisation; None for what the original does with this `norm`. The first
            files, of early 2017, have biases before BatchNorm too.
        padding: "reflect", or "zero" as in the first files.

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
        downsampling: str = "strided",
        bias: bool | None = None,
        padding: str = "reflect",
    ) -> None:
        super().__init__()
        out_channels = channels if out_channels is None else out_channels
        bias = needs_bias(norm) if bias is None else bias
        layers: list[nn.Module] = [
            *_bordered(channels, width, 7, bias, padding),
            normalisation(norm, width),
            nn.ReLU(inplace=True),
        ]
        for features in (width, 2 * width):
            layers += _halving(downsampling, features, norm, bias)
        layers += [ResnetBlock(4 * width, norm, dropout, bias, padding) for _ in range(blocks)]
        for features in (4 * width, 2 * width):
            layers += _doubling(upsampling, features, norm, bias)
        layers += [*_bordered(width, out_channels, 7, True, padding), nn.Tanh()]
        self.model = nn.Sequential(*layers)
        initialise(self)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.model(pictures)

    @property
    def taps(self) -> dict[int, int]:
        """Layers whose outputs the contrastive game compares, with the number of channels of each.

        Those of Park et al. 2020 (section 4): the picture itself (padded), what both halvings convolve, the first block
        and the one in the middle; of 9 blocks the first and the fifth. None of these maps is changed in place later.
        """
        layers = dict(enumerate(self.model))
        convolutions = [(index, layer) for index, layer in layers.items() if isinstance(layer, nn.Conv2d)]
        blocks = [index for index, layer in layers.items() if isinstance(layer, ResnetBlock)]
        taps = {0: convolutions[0][1].in_channels} if isinstance(layers[0], nn.ReflectionPad2d) else {}
        taps |= {index: layer.out_channels for index, layer in convolutions[1:3]}
        return taps | dict.fromkeys(blocks[:1] + blocks[len(blocks) // 2 :][:1], convolutions[2][1].out_channels)

    @property
    def last(self) -> int:
        """The layer whose map is the translation itself."""
        return len(self.model) - 1

    def features(self, pictures: Tensor, taps: Iterable[int]) -> tuple[Tensor, ...]:
        """The maps (N, channels, h, w) behind the layers `taps`, in rising order; what lies behind the last is not
        computed."""
        wanted = set(taps)
        maps, found = pictures, []
        for index, layer in enumerate(self.model[: max(wanted) + 1]):
            maps = layer(maps)
            if index in wanted:
                found.append(maps)
        return tuple(found)
