"""Discriminators of patches (PatchGAN, Isola et al. 2017), layer for layer as in CycleGAN's code base."""

from __future__ import annotations

from torch import Tensor, nn

from gan_core.errors import InputError
from gan_core.networks.initialisation import initialise
from gan_core.networks.normalisation import NORMS, needs_bias, normalisation
from gan_core.networks.registries import norm_option, width_option
from gan_core.parts import Option, register

SLOPE = 0.2


NORM = norm_option("instance", "batch", unlisted=NORMS)


@register.discriminator(
    "patch",
    title="Patches (PatchGAN)",
    summary="Judges patches of the picture one by one, as in CycleGAN.",
    options={
        "width": width_option(512),
        "layers": Option(label="Layers", help="More layers judge larger patches.", minimum=1, maximum=6),
        "norm": NORM,
    },
)
class PatchDiscriminator(nn.Module):
    """pictures (N, channels, H, W) -> a map of logits (N, 1, h, w), each for one patch of the picture.

    Args:
        size: side of the pictures in training, if known: refused where no patch would fit.
        channels: of the picture.
        width: channels after the first layer (`ndf`).
        layers: halvings of the side; 3 scores patches of 70 x 70 pixels.
        norm: "instance" or "batch"; the first layer has none.
    """

    def __init__(
        self, size: int | None = None, channels: int = 3, width: int = 64, layers: int = 3, norm: str = "instance"
    ) -> None:
        super().__init__()
        smallest = 3 * 2**layers
        if size is not None and size < smallest:
            raise InputError(
                f"A patch discriminator with {layers} layers needs pictures of at least {smallest} pixels, not {size}."
            )
        bias = needs_bias(norm)
        modules: list[nn.Module] = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(SLOPE)]
        before = width
        for depth in range(1, layers + 1):
            features = width * min(2**depth, 8)
            stride = 2 if depth < layers else 1
            modules += [
                nn.Conv2d(before, features, 4, stride, 1, bias=bias),
                normalisation(norm, features),
                nn.LeakyReLU(SLOPE),
            ]
            before = features
        self.model = nn.Sequential(*modules, nn.Conv2d(before, 1, 4, 1, 1))
        initialise(self)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.model(pictures)


@register.discriminator(
    "pixel",
    title="Pixels",
    summary="Judges every pixel by itself.",
    options={"width": width_option(512), "norm": NORM},
)
class PixelDiscriminator(nn.Module):
    """pictures (N, channels, H, W) -> logits (N, 1, H, W), each for one pixel (a patch of 1 x 1)."""

    def __init__(self, size: int | None = None, channels: int = 3, width: int = 64, norm: str = "instance") -> None:
        super().__init__()
        bias = needs_bias(norm)
        self.net = nn.Sequential(
            nn.Conv2d(channels, width, 1),
            nn.LeakyReLU(SLOPE),
            nn.Conv2d(width, 2 * width, 1, bias=bias),
            normalisation(norm, 2 * width),
            nn.LeakyReLU(SLOPE),
            nn.Conv2d(2 * width, 1, 1, bias=bias),
        )
        initialise(self)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.net(pictures)
