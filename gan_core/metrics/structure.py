"""Structural similarity of translations to their targets, and how much of a drawing's lines they keep."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import conv2d, max_pool2d

from gan_core.metrics.registry import DESCRIPTIVE
from gan_core.parts import register

LUMA = (0.299, 0.587, 0.114)
"""ITU-R BT.601."""
WINDOW, SIGMA = 11, 1.5
K1, K2 = 0.01, 0.03
DARKER = 64.0
"""Levels by which a line of a drawing is darker than what it is drawn on; half as much still is a line when
translated."""
WIDEST = 0.05
"""Width of the widest line, as a share of the picture's side: 6 pixels of 128."""


def luma(pictures: Tensor) -> Tensor:
    """Brightness of uint8 pictures (N, C, H, W), float32 (N, 1, H, W) from 0 to 255."""
    if pictures.shape[1] == 1:
        return pictures.float()
    return (pictures.float() * torch.tensor(LUMA, device=pictures.device).view(1, 3, 1, 1)).sum(1, keepdim=True)


@register.metric(
    "paired-ssim",
    title="Structural similarity (SSIM)",
    summary="Structural similarity to the true counterpart.",
    tags=("pairs",),
    lower_is_better=False,
)
def structural_similarity(pictures: Tensor, others: Tensor) -> Tensor:
    """SSIM of Wang et al. 2004 of each pair, float32 (N,), 1 for equal pictures.

    Of the luma, with their Gaussian window of 11 x 11 (standard deviation 1.5), K1 = 0.01, K2 = 0.03, and the mean over
    all places where the window fits. Raises ValueError for other shapes and for sides below 11.

    Args:
        pictures, others: uint8 (N, C, H, W).
    """
    if pictures.shape != others.shape or min(pictures.shape[2:]) < WINDOW:
        raise ValueError(
            f"Pairs of one shape and sides of {WINDOW} at least are compared, not {tuple(pictures.shape)}."
        )
    place = torch.arange(WINDOW, dtype=torch.float64) - WINDOW // 2
    bell = torch.exp(-(place**2) / (2 * SIGMA**2))
    window = torch.outer(bell, bell)[None, None] / bell.sum() ** 2
    # In double precision: a variance is the small difference of two large numbers.
    first, second = luma(pictures).double(), luma(others).double()

    def mean(planes: Tensor) -> Tensor:
        return conv2d(planes, window.to(planes.device))

    mean_a, mean_b = mean(first), mean(second)
    var_a, var_b = mean(first * first) - mean_a**2, mean(second * second) - mean_b**2
    covariance = mean(first * second) - mean_a * mean_b
    c1, c2 = (K1 * 255) ** 2, (K2 * 255) ** 2
    similarity = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    similarity /= (mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2)
    return similarity.flatten(1).mean(1).float()


def lines(pictures: Tensor, darker: float = DARKER) -> Tensor:
    """Where dark lines are, bool (N, 1, H, W), in uint8 pictures (N, C, H, W).

    A line is what a morphological closing wider than it fills, and darker than the filling by `darker` levels (the
    black top-hat transform): strokes and outlines, not dark areas.
    """
    planes = luma(pictures)
    side = 2 * max(1, round(min(planes.shape[2:]) * WIDEST / 2)) + 1

    def widened(values: Tensor) -> Tensor:
        return max_pool2d(values, side, stride=1, padding=side // 2)

    closed = -widened(-widened(planes))
    return closed - planes > darker


@register.metric(
    "lines-kept",
    title="Lines kept",
    summary="Share of the drawing's lines that the translation still has (doing nothing keeps them all).",
    tags=("pairs", DESCRIPTIVE),
    lower_is_better=False,
)
def lines_kept(pictures: Tensor, translations: Tensor) -> Tensor:
    """Share of each picture's line pixels that the translation still has within one pixel, float32 (N,).

    NaN for a picture that has none. Doing nothing keeps them all, so the number means something only beside a distance
    to the domain that the translation should land in.
    """
    before = lines(pictures)
    after = max_pool2d(lines(translations, DARKER / 2).float(), 3, stride=1, padding=1) > 0
    return (before & after).flatten(1).sum(1) / before.flatten(1).sum(1)
