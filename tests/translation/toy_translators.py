"""Translators whose answers are known, and pictures for them."""

import numpy as np
import torch
from torch import nn

from gan_core.devices import Arithmetic
from gan_core.networks import translators
from gan_core.translation import Translator

EXACT = Arithmetic(torch.device("cpu"), False, 1)


class Card:
    size = 32


class Inverse(nn.Module):
    """The photographic negative: a translator whose answer is known for every pixel."""

    multiple = 4

    def __init__(self, channels: int = 3) -> None:
        super().__init__()
        self.layer = nn.Conv2d(channels, channels, 1, bias=False)
        nn.init.zeros_(self.layer.weight)
        with torch.no_grad():
            self.layer.weight[range(channels), range(channels)] = -1.0

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        assert pictures.shape[2] % self.multiple == 0
        assert pictures.shape[3] % self.multiple == 0
        return self.layer(pictures)


def inverse(channels: int = 3) -> Translator:
    return Translator({"AtoB": Inverse(channels), "BtoA": Inverse(channels)}, Card(), arithmetic=EXACT)


def resnet(seed: int = 0, **options) -> nn.Module:
    torch.manual_seed(seed)
    return translators.build("resnet", channels=3, width=8, blocks=1, **options)


def noise(height: int, width: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(height * 1000 + width).integers(0, 256, (height, width, channels), dtype=np.uint8)


class HintedCard(Card):
    """Of a translator that takes colour hints and `noise` channels of noise."""

    def __init__(self, noise: int = 0, hints: bool = True) -> None:
        self.inputs = {"hints": hints, "noise": noise}


def painter(noise: int = 0) -> Translator:
    """Keeps every pixel but those with a hint, which take its colour; each channel of noise is added to one colour.

    It is exact: relu(p + 1 - 3 m + n) + relu(h + 2 m - 1) - 1 for picture p, noise n, hint h and mask m.
    """
    first, second = nn.Conv2d(7 + noise, 6, 1), nn.Conv2d(6, 3, 1)
    for layer in (first, second):
        nn.init.zeros_(layer.weight)
    with torch.no_grad():
        for colour in range(3):
            first.weight[colour, colour] = 1
            first.weight[colour, 6] = -3 if not noise else -30  # no noise outweighs it
            first.weight[3 + colour, 3 + colour] = 1
            first.weight[3 + colour, 6] = 2
            second.weight[colour, [colour, 3 + colour]] = 1
        for channel in range(noise):
            first.weight[channel % 3, 7 + channel] = 1
        assert first.bias is not None
        assert second.bias is not None
        first.bias[:] = torch.tensor([1.0] * 3 + [-1.0] * 3)
        second.bias[:] = -1
    return Translator({"AtoB": nn.Sequential(first, nn.ReLU(), second)}, HintedCard(noise), arithmetic=EXACT)


def painting_network(noise: int = 0) -> nn.Module:
    """A network that can be saved: around a hint in pure colours it paints them, elsewhere it keeps the picture, at a
    quarter of its sides. Noise is added to the colours."""
    options = {"out_channels": 3, "width": 6, "blocks": 0, "norm": "none", "bias": True}
    network = translators.build("resnet", channels=7 + noise, **options)
    convolutions = [layer for layer in network.modules() if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d))]
    first, *inner, last = convolutions
    with torch.no_grad():
        for layer in convolutions:
            layer.weight.zero_()
            assert layer.bias is not None
            layer.bias.zero_()
        assert first.bias is not None
        assert last.bias is not None
        first.bias[:3], last.bias[:] = 1, -2
        for colour in range(3):
            first.weight[colour, colour, 3, 3] = 1
            first.weight[colour, 6] = -30  # seven pixels wide: what is reduced afterwards sees it
            first.weight[3 + colour, 3 + colour] = 1
            first.weight[3 + colour, 6] = 1
            last.weight[colour, [colour, 3 + colour], 3, 3] = 2
        for channel in range(noise):
            first.weight[channel % 3, 7 + channel, 3, 3] = 1
        for layer in inner:
            nearest = torch.tensor([0.0, 1.0, 1.0]) if isinstance(layer, nn.ConvTranspose2d) else torch.eye(3)[1]
            for feature in range(6):
                layer.weight[feature, feature] = torch.outer(nearest, nearest)
    return network.eval()
