"""DCGAN (Radford et al. 2016): a generator of transposed convolutions and its mirror image."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_core.errors import InputError
from gan_core.networks.attention import ATTENTION, EXCITATION, BetweenStages, through
from gan_core.networks.initialisation import initialise
from gan_core.networks.players import Discriminator, Generator
from gan_core.networks.registries import norm_option, width_option
from gan_core.parts import register

STARTS = {28: (7, 2), 32: (4, 3), 64: (4, 4), 128: (4, 5)}
"""Side of the picture -> side of the first map, and how often it is doubled."""
SLOPE = 0.2


def start(name: str, size: int, channels: int) -> tuple[int, int]:
    """Side in pixels of the smallest feature map, and number of doublings from there, for pictures of `size` x `size`.

    Raises:
        InputError: for another `size` or number of `channels` than the players called `name` take.
    """
    if size not in STARTS:
        *most, last = map(str, STARTS)
        raise InputError(
            f"The {name} networks see pictures with sides of {', '.join(most)} or {last} pixels, not {size!r}."
        )
    if channels not in (1, 3):
        raise InputError(f"The {name} networks see grey or colour pictures (channels 1 or 3), not {channels} channels.")
    return STARTS[size]


def _is_channels_last(maps: Tensor) -> bool:
    return maps.is_contiguous(memory_format=torch.channels_last) and not maps.is_contiguous()


class _Project(nn.ConvTranspose2d):
    """A transposed convolution of vectors (N, Z, 1, 1) to maps (N, C, k, k), written as the matrix product it is.

    The parameters are those of the convolution; on this shape its general kernel takes two to six times as long on a
    CPU. The maps have the layout of the weights.
    """

    def forward(self, input: Tensor, output_size: list[int] | None = None) -> Tensor:  # noqa: A002  (torch's name)
        vectors, side = input.flatten(1), self.kernel_size[0]
        if _is_channels_last(self.weight):
            maps = vectors @ self.weight.permute(0, 2, 3, 1).flatten(1)
            return maps.unflatten(1, (side, side, self.out_channels)).permute(0, 3, 1, 2)
        return (vectors @ self.weight.flatten(1)).unflatten(1, (self.out_channels, side, side))


class _Collect(nn.Conv2d):
    """A convolution of maps (N, C, k, k) to vectors (N, Z, 1, 1), written as a matrix product; mirrors `_Project`."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  (torch's name)
        maps, weight = input, self.weight
        if _is_channels_last(maps):
            maps, weight = maps.permute(0, 2, 3, 1), weight.permute(0, 2, 3, 1)
        return F.linear(maps.flatten(1), weight.flatten(1), self.bias)[:, :, None, None]


@register.generator(
    "dcgan",
    title="DCGAN",
    summary="Grows the picture from small to large through convolutions.",
    options={"width": width_option(1024), "attention": ATTENTION, "skip_excitation": EXCITATION},
)
class DCGANGenerator(Generator):
    """latents (N, latent_dim) -> pictures (N, channels, size, size) in [-1, 1].

    `width` is the number of channels before the last layer, doubled for every halving of the side. At size 64 with
    width 64 the layers and their names are those of PyTorch's DCGAN example (3,576,704 parameters). `attention` and
    `skip_excitation` add what `BetweenStages` describes.
    """

    def __init__(
        self,
        latent_dim: int = 100,
        size: int = 64,
        channels: int = 3,
        width: int = 64,
        classes: int = 0,
        attention: int = 0,
        skip_excitation: bool = False,
    ) -> None:
        super().__init__(latent_dim, classes)
        side, doublings = start("dcgan", size, channels)
        self.image_shape = (channels, size, size)
        features = width * 2 ** (doublings - 1)
        layers: list[nn.Module] = [
            _Project(self.inputs, features, side, bias=False),
            nn.BatchNorm2d(features),
            nn.ReLU(),
        ]
        stages = [(side, features)]
        for stage in range(1, doublings):
            layers += [
                nn.ConvTranspose2d(features, features // 2, 4, 2, 1, bias=False),
                nn.BatchNorm2d(features // 2),
                nn.ReLU(),
            ]
            features //= 2
            stages.append((side * 2**stage, features))
        layers += [nn.ConvTranspose2d(features, channels, 4, 2, 1, bias=False), nn.Tanh()]
        self.main = nn.Sequential(*layers)
        self.between = BetweenStages("dcgan", stages, attention, excitation=skip_excitation)
        self._ends = [3 * stage + 2 for stage in range(doublings)]
        initialise(self)

    def paint(self, inputs: Tensor) -> Tensor:
        return through(self.main, self._ends, self.between, inputs[:, :, None, None])


@register.discriminator(
    "dcgan",
    title="DCGAN",
    summary="The convolutional generator mirrored: from large to small.",
    options={"width": width_option(1024), "norm": norm_option("batch", "none"), "attention": ATTENTION},
)
class DCGANDiscriminator(Discriminator):
    """pictures (N, channels, size, size) -> logits (N,); the generator mirrored, with LeakyReLU 0.2.

    `norm` is "batch" (all but the first convolution, as in the paper) or "none" (what gradient penalties and
    per-sample arguments ask for; the convolutions then have a bias). `attention` adds self-attention to the maps of
    that side.
    """

    def __init__(
        self,
        size: int = 64,
        channels: int = 3,
        width: int = 64,
        norm: str = "batch",
        classes: int = 0,
        attention: int = 0,
    ) -> None:
        super().__init__()
        side, halvings = start("dcgan", size, channels)
        batch = norm == "batch"
        layers: list[nn.Module] = [nn.Conv2d(channels, width, 4, 2, 1, bias=not batch), nn.LeakyReLU(SLOPE)]
        features = width
        stages, self._ends = [(size // 2, features)], [1]
        for stage in range(2, halvings + 1):
            layers.append(nn.Conv2d(features, features * 2, 4, 2, 1, bias=not batch))
            features *= 2
            if batch:
                layers.append(nn.BatchNorm2d(features))
            layers.append(nn.LeakyReLU(SLOPE))
            stages.append((size // 2**stage, features))
            self._ends.append(len(layers) - 1)
        layers.append(_Collect(features, 1, side, bias=not batch))
        self.main = nn.Sequential(*layers)
        self.between = BetweenStages("dcgan", stages, attention)
        initialise(self)
        self.project(classes, features * side * side)

    def see(self, samples: Tensor) -> Tensor:
        *hidden, _ = self.main
        return through(hidden, self._ends, self.between, samples)

    def score(self, hidden: Tensor) -> Tensor:
        return self.main[-1](hidden).flatten()
