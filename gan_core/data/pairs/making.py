"""Inputs that are made from the pictures that they are to be turned into: lines, grey, blurred and small ones.

Every function takes uint8 pictures (N, C, H, W) and gives uint8 of the same shape, the same for the same pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_core.data.dataset import grey as luma
from gan_core.images.morphology import largest_around, smallest_around

BATCH = 64
"""Pictures that are worked on at once."""
SLIGHT, STRONG = 0.7, 1.2
"""Blur before lines are looked for, standard deviations in pixels: of drawn pictures, and of those full of detail."""
EDGE = 45.0
"""Levels that the channels of neighbouring pixels differ by at the edges of drawn pictures."""
FAINTEST = 10.0
"""Least difference that counts as a line in a picture that has hardly any of `EDGE`."""
MOST_LINES, FEWEST_LINES = 0.24, 0.03
"""Share of the pixels in lines beyond which the threshold follows the picture, so that a photograph full of detail is
not all black and a pale one not all white."""
PLAIN, SAME = 0.35, 4.0
"""Share of the pixels that differ by less than `SAME` levels from their neighbours where a picture counts as drawn,
however many lines it has (drawings: 0.4 and more, photographs full of detail: 0.2 at most)."""
BLUR = 1 / 32
"""Standard deviation of `blurred` as a share of the side."""
SHRINKING = 4
"""How many times smaller `small` is, before it is enlarged again."""


def edges(pictures: Tensor) -> Tensor:
    """Black lines on white where colours change.

    The largest morphological gradient of the channels (largest less smallest value within 3 x 3 pixels) after a slight
    blur, above `EDGE`. Of a photograph with more than `MOST_LINES` of its pixels above that only the strongest changes
    after a stronger blur stay, thinned to their ridges; of a picture with fewer than `FEWEST_LINES` those of at least
    half of the strongest, and above `FAINTEST`.
    """
    strength = _gradient(pictures, SLIGHT)
    count = len(pictures)
    flat = strength.flatten(1)
    limit = flat.new_full((count, 1), EDGE)
    share = (flat > EDGE).float().mean(1, keepdim=True)
    strongest = torch.quantile(flat, 1 - FEWEST_LINES, dim=1, keepdim=True)
    limit = torch.where(share < FEWEST_LINES, (strongest / 2).clamp(FAINTEST, EDGE), limit)
    lines = strength > limit.view(-1, 1, 1, 1)
    full = (share[:, 0] > MOST_LINES) & ((flat < SAME).float().mean(1) < PLAIN)
    if full.any():
        lines[full] = _strongest_ridges(pictures[full])
    return torch.where(lines, 0, 255).to(torch.uint8).expand_as(pictures).contiguous()


def _strongest_ridges(pictures: Tensor) -> Tensor:
    """bool (N, 1, H, W): the ridges of the gradient, as many as fill `MOST_LINES` / 2 of each picture."""
    strength = _gradient(pictures, STRONG)
    around = F.avg_pool2d(F.pad(strength, (2, 2, 2, 2), mode="replicate"), 5, 1)
    ridge = strength * (strength >= 1.1 * around)
    limit = torch.quantile(ridge.flatten(1), 1 - MOST_LINES / 2, dim=1).clamp_min(FAINTEST)
    return ridge > limit.view(-1, 1, 1, 1)


def grey(pictures: Tensor) -> Tensor:
    """The pictures without colour: ITU-R BT.601 luma in every channel."""
    return pictures.clone() if pictures.shape[1] == 1 else luma(pictures).expand_as(pictures).contiguous()


def blurred(pictures: Tensor) -> Tensor:
    """The pictures out of focus: a Gaussian of a standard deviation of `BLUR` of the side, at least one pixel."""
    return _levels(gaussian(pictures.float(), max(1.0, pictures.shape[-1] * BLUR)))


def small(pictures: Tensor) -> Tensor:
    """The pictures shrunk to a quarter of the side (means of areas), and enlarged again (bicubic)."""
    side = pictures.shape[-1]
    shrunk = F.interpolate(pictures.float(), max(1, side // SHRINKING), mode="area")
    return _levels(F.interpolate(shrunk, side, mode="bicubic", align_corners=False))


MADE: dict[str, Callable[[Tensor], Tensor]] = {"edges": edges, "grey": grey, "blur": blurred, "small": small}
"""By the kind of pairs: how the input is made from the truth."""


def make(kind: str, pictures: Tensor) -> Tensor:
    """The inputs of pairs.

    Args:
        kind: One of `MADE`.
        pictures: The truths, uint8 (N, C, H, W).

    Returns:
        uint8 of the same shape.
    """
    return torch.cat([MADE[kind](part) for part in pictures.split(BATCH)])


def gaussian(pictures: Tensor, deviation: float) -> Tensor:
    """Pictures, float (N, C, H, W), blurred by a Gaussian of `deviation` pixels over a mirrored border."""
    side = min(pictures.shape[-2:])
    radius = min(math.ceil(3 * deviation), side - 1)
    steps = torch.arange(-radius, radius + 1, dtype=pictures.dtype, device=pictures.device)
    weights = torch.exp(-((steps / deviation) ** 2) / 2)
    weights = (weights / weights.sum()).view(1, 1, -1)
    channels = pictures.shape[1]
    across = weights.unsqueeze(2).expand(channels, 1, 1, -1)
    padded = F.pad(pictures, (radius, radius, radius, radius), mode="reflect")
    return F.conv2d(F.conv2d(padded, across, groups=channels), across.transpose(2, 3), groups=channels)


def _gradient(pictures: Tensor, deviation: float) -> Tensor:
    """The largest difference of a channel within 3 x 3 pixels after a blur, in levels, float32 (N, 1, H, W)."""
    soft = gaussian(pictures.float(), deviation)
    return (largest_around(soft, 1) - smallest_around(soft, 1)).amax(1, keepdim=True)


def _levels(pictures: Tensor) -> Tensor:
    return pictures.round().clamp(0, 255).to(torch.uint8)
