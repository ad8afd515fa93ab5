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
