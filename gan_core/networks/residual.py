"""Residual players without normalisation, after R3GAN (Huang et al. 2024), small enough for a CPU.

Taken over: residual blocks of two 1 x 1 convolutions around a 3 x 3 one, LeakyReLU, no normalisation anywhere,
resampling by bilinear interpolation, Fixup's scaled first weights (Zhang et al. 2019). Left out: grouped convolutions
(their second derivatives, which R1 and R2 need, run group by group on a CPU) and the wide inverted bottleneck: here the
middle is narrower than the block, so that a step costs about what one of `dcgan` does.
"""

from __future__ import annotations

import math

import torch.nn.functional as F
from torch import Tensor, nn

from gan_core.networks.attention import ATTENTION, EXCITATION, BetweenStages, through
from gan_core.networks.dcgan import start
from gan_core.networks.initialisation import draw_normal
from gan_core.networks.players import Discriminator, Generator
from gan_core.networks.registries import width_option
from gan_core.parts import Option, register

SLOPE = 0.2
GAIN = math.sqrt(2 / (1 + SLOPE**2))
"""What keeps the size of a signal through a LeakyReLU (He et al. 2015)."""
QUIET = 0.1
"""First weights of a block's last convolution, as a share of the usual: a block begins near the identity. Not zero as
Fixup has it, because spectral normalisation divides by the norm of the weights."""


def _draw(layer: nn.Conv2d | nn.Linear, gain: float) -> None:
    draw_normal(layer.weight, 0.0, gain / math.sqrt(layer.weight[0].numel()))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


class Block(nn.Module):
    """maps (N, C, h, w) -> the same shape: x + narrow(x).

    `depth` is the number of blocks in the network; the first weights shrink with it so that the signal does not grow
    (Fixup: depth^(-1 / (2m - 2)) for the m = 3 convolutions of a branch).
    """

    def __init__(self, features: int, depth: int) -> None:
        super().__init__()
        narrow = max(1, features // 2)
        self.enter = nn.Conv2d(features, narrow, 1)
        self.middle = nn.Conv2d(narrow, narrow, 3, 1, 1)
        self.leave = nn.Conv2d(narrow, features, 1, bias=False)
        _draw(self.enter, GAIN * depth**-0.25)
        _draw(self.middle, GAIN * depth**-0.25)
        _draw(self.leave, QUIET)

    def forward(self, maps: Tensor) -> Tensor:
        inner = F.leaky_relu(self.enter(F.leaky_relu(maps, SLOPE)), SLOPE)
        return maps + self.leave(F.leaky_relu(self.middle(inner), SLOPE))


def _change(before: int, after: int) -> nn.Conv2d:
    """A 1 x 1 convolution to another number of channels."""
    layer = nn.Conv2d(before, after, 1, bias=False)
    _draw(layer, 1.0)
    return layer


OPTIONS = {
    "width": width_option(1024),
    "blocks": Option(
        label="Blocks",
        help="Residual blocks at each size of the picture.",
        minimum=1,
        maximum=8,
    ),
    "attention": ATTENTION,
}


@register.generator(
    "residual",
    title="Residual",
    summary="Convolutions with shortcuts, no normalisation; the modern baseline.",
    options=OPTIONS | {"skip_excitation": EXCITATION},
)
class ResidualGenerator(Generator):
    """latents (N, latent_dim) -> pictures (N, channels, size, size) in [-1, 1].

    `width` is the number of channels at half the side, doubled for every halving; `blocks` stand at every side but the
    picture's own. `attention` and `skip_excitation` add what `BetweenStages` describes.
    """

    def __init__(
        self,
        latent_dim: int = 100,
        size: int = 64,
        channels: int = 3,
        width: int = 64,
        blocks: int = 1,
        classes: int = 0,
        attention: int = 0,
        skip_excitation: bool = False,
    ) -> None:
        super().__init__(latent_dim, classes)
        side, doublings = start("residual", size, channels)
        self.image_shape = (channels, size, size)
        features = width * 2 ** (doublings - 1)
        self.first = nn.Linear(self.inputs, features * side * side)
        self.unflatten = nn.Unflatten(1, (features, side, side))
        _draw(self.first, 1.0)
        layers: list[nn.Module] = [Block(features, blocks * doublings) for _ in range(blocks)]
        stages, self._ends = [(side, features)], [len(layers) - 1]
        for stage in range(1, doublings):
            # Fewer channels first: what is enlarged is then half as much.
            layers += [_change(features, features // 2), nn.Upsample(scale_factor=2, mode="bilinear")]
            features //= 2
            layers += [Block(features, blocks * doublings) for _ in range(blocks)]
            stages.append((side * 2**stage, features))
            self._ends.append(len(layers) - 1)
        self.body = nn.Sequential(*layers)
        self.between = BetweenStages("residual", stages, attention, excitation=skip_excitation)
        # The picture's own side is made of 2 x 2 pixels a place: an enlargement that the convolution itself learns.
        self.last = nn.Conv2d(features, channels * 4, 3, 1, 1)
        _draw(self.last, 1.0)

    def paint(self, inputs: Tensor) -> Tensor:
        maps = through(self.body, self._ends, self.between, self.unflatten(self.first(inputs)))
        return F.pixel_shuffle(self.last(F.leaky_relu(maps, SLOPE)), 2).tanh()


@register.discriminator(
    "residual", title="Residual", summary="Convolutions with shortcuts, no normalisation.", options=OPTIONS
)
class ResidualDiscriminator(Discriminator):
    """pictures (N, channels, size, size) -> logits (N,); the generator mirrored.

    The last maps are weighted place by place and summed, channel by channel (R3GAN's discriminative basis), to the
    features (N, F) from which the score is a linear function. `attention` adds self-attention to the maps of that side.
    """

    def __init__(
        self,
        size: int = 64,
        channels: int = 3,
        width: int = 64,
        blocks: int = 1,
        classes: int = 0,
        attention: int = 0,
    ) -> None:
        super().__init__()
        side, halvings = start("residual", size, channels)
        self.first = nn.Conv2d(channels, width, 4, 2, 1)
        _draw(self.first, 1.0)
        features = width
        layers: list[nn.Module] = [Block(features, blocks * halvings) for _ in range(blocks)]
        stages, self._ends = [(size // 2, features)], [len(layers) - 1]
        for stage in range(2, halvings + 1):
            # Halving by bilinear interpolation is the mean over 2 x 2 pixels.
            layers += [nn.AvgPool2d(2), _change(features, features * 2)]
            features *= 2
            layers += [Block(features, blocks * halvings) for _ in range(blocks)]
            stages.append((size // 2**stage, features))
            self._ends.append(len(layers) - 1)
        self.body = nn.Sequential(*layers)
        self.between = BetweenStages("residual", stages, attention)
        self.basis = nn.Conv2d(features, features, side, groups=features)
        self.last = nn.Linear(features, 1)
        _draw(self.basis, 1.0)
        _draw(self.last, 1.0)
        self.project(classes, features)

    def see(self, samples: Tensor) -> Tensor:
        maps = through(self.body, self._ends, self.between, self.first(samples))
        return F.leaky_relu(self.basis(F.leaky_relu(maps, SLOPE)), SLOPE).flatten(1)

    def score(self, hidden: Tensor) -> Tensor:
        return self.last(hidden).squeeze(1)
