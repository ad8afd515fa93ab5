"""A distance between two sets of pictures that needs no network: sliced Wasserstein of their patches."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

PATCH = 7
DIRECTIONS = 128
PATCHES = 8_192
SMALLEST = 16
"""Side of the coarsest level of the pyramid, in pixels."""


def sliced_wasserstein(pictures: Tensor, others: Tensor, *, seed: int = 0) -> float:
    """Mean sliced Wasserstein-1 distance of 7 x 7 colour patches over the levels of a pyramid, in grey levels (0 to 255).

    After Karras et al. 2018, section 5, on colours as they are: patches are not normalised, so a wrong palette counts.
    On every level 8,192 patches of each set are drawn, projected on 128 random directions, sorted, and compared; the
    distance of a direction is divided by its mean over unit steps of all pixels, so that sets which differ by one grey
    level everywhere are about 1 apart. The floor is what two halves of one set give: ask for it with the same counts.

    Args:
        pictures, others: uint8 (N, C, H, W), N may differ, sides may not.
    """
    if pictures.shape[1:] != others.shape[1:]:
        raise ValueError(f"Pictures of one shape are compared, not {pictures.shape[1:]} and {others.shape[1:]}.")
    draws = torch.Generator().manual_seed(seed)
    levels = [pictures.float(), others.float()]
    distances: list[float] = []
    while True:
        channels, side = levels[0].shape[1], min(levels[0].shape[2:])
        directions = torch.randn(channels * PATCH * PATCH, DIRECTIONS, generator=draws)
        directions /= directions.norm(dim=0)
        unit = directions.sum(0).abs().mean()
        projected = [(_patches(level, draws) @ directions).sort(dim=0).values for level in levels]
        distances.append(((projected[0] - projected[1]).abs().mean() / unit).item())
        if side // 2 < SMALLEST:
            return sum(distances) / len(distances)
        levels = [avg_pool2d(level, 2) for level in levels]


def _patches(pictures: Tensor, draws: torch.Generator) -> Tensor:
    """`PATCHES` random patches of pictures (N, C, H, W), as rows (PATCHES, C * 49)."""
    count, _, height, width = pictures.shape
    number = torch.randint(count, (PATCHES,), generator=draws)
    top = torch.randint(height - PATCH + 1, (PATCHES,), generator=draws)
    left = torch.randint(width - PATCH + 1, (PATCHES,), generator=draws)
    # A view of all windows costs nothing; indexing copies only the chosen ones.
    windows = pictures.unfold(2, PATCH, 1).unfold(3, PATCH, 1)
    return windows[number, :, top, left].flatten(1)


def mean_absolute_difference(pictures: Tensor, others: Tensor) -> Tensor:
    """Mean |a - b| of each pair of uint8 pictures (N, C, H, W), as a share of the full range (0 to 1); float32 (N,)."""
    return (pictures.float() - others.float()).abs().flatten(1).mean(1) / 255


class ColourMap:
    """The best map of single colours: what a translation is worth that looks at no neighbours.

    Fitted on true pairs, which no unpaired training has: every colour, in cells of 256 / `cells` levels a channel, goes to the
    mean colour found there; cells that no pixel fell into, to that of a linear fit.
    """

    def __init__(self, pictures: Tensor, truths: Tensor, cells: int = 16) -> None:
        self.cells = cells
        sources = pictures.permute(0, 2, 3, 1).reshape(-1, 3)
        targets = truths.permute(0, 2, 3, 1).reshape(-1, 3).float()
        ones = torch.ones(cells**3, 1)
        centres = (torch.cartesian_prod(*[torch.arange(cells)] * 3).float() + 0.5) * 256 / cells
        sample = slice(None, None, max(1, len(sources) // 200_000))
        inputs = torch.cat([sources[sample].float(), torch.ones(len(sources[sample]), 1)], dim=1)
        linear = torch.linalg.lstsq(inputs, targets[sample]).solution
        self.table = (torch.cat([centres, ones], dim=1) @ linear).clamp(0, 255)
        index = self._index(sources)
        count = torch.bincount(index, minlength=cells**3)
        sums = torch.zeros(cells**3, 3).index_add_(0, index, targets)
        filled = count > 0
        self.table[filled] = sums[filled] / count[filled, None]

    def __call__(self, pictures: Tensor) -> Tensor:
        """Map uint8 pictures (N, 3, H, W)."""
        count, _, height, width = pictures.shape
        flat = self._index(pictures.permute(0, 2, 3, 1).reshape(-1, 3))
        mapped = self.table[flat].round().to(torch.uint8)
        return mapped.reshape(count, height, width, 3).permute(0, 3, 1, 2).contiguous()

    def _index(self, colours: Tensor) -> Tensor:
        cell = colours.long() * self.cells // 256
        return (cell[:, 0] * self.cells + cell[:, 1]) * self.cells + cell[:, 2]


def relative(value: float, nothing: float, floor: float) -> float:
    """How far `value` has come from doing nothing (0) to the floor (1)."""
    return (nothing - value) / (nothing - floor) if not math.isclose(nothing, floor) else 1.0
