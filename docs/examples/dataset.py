"""A data set of one's own: grey stripes of any direction and width.

python -m gan_core train dcgan --plugin docs/examples/dataset.py --data stripes
"""

import math

import torch

from gan_core import register
from gan_core.data import DataSet

TRAINING, HELD_OUT = 2000, 500


@register.dataset("stripes", title="Stripes", summary="Grey stripes of any direction.", licence="CC0-1.0")
def stripes(size: int, seed: int) -> DataSet:
    """uint8 pictures (N, 1, size, size); the same for the same size and seed."""
    draws = torch.Generator().manual_seed(seed)
    angle, width, shift = torch.rand(3, TRAINING + HELD_OUT, 1, 1, 1, generator=draws)
    places = torch.linspace(-1, 1, size)
    along = places.view(-1, 1) * (math.pi * angle).sin() + places * (math.pi * angle).cos()
    waves = ((3 + 9 * width) * along + 2 * math.pi * shift).sin()
    pictures = ((waves + 1) * 127.5).to(torch.uint8)
    return DataSet("stripes", pictures[:TRAINING], pictures[TRAINING:])
