"""Features of pictures in which a shifted or brighter copy stays near, for searches besides those pixel by pixel."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from gan_core.data import DataSet
from gan_core.metrics.classifier import cached_classifier, classifier_for
from gan_core.metrics.structure import luma

CELLS, ANGLES = 8, 8
CONTRAST = 8.0
"""Levels of 255 below which a gradient counts as noise."""
AT_ONCE = 128


@dataclass(frozen=True, eq=False)
class FeatureExtractor:
    """A named function from pictures to features."""

    name: str
    """Which network, or `outlines`."""
    words: str
    """What it compares, for people."""
    features: Callable[[Tensor], Tensor]
    """uint8 pictures (N, C, H, W) -> float32 (N, F)."""


def extractor_for(
    data: DataSet, *, train: bool = True, progress: Callable[[int, int], None] | None = None
) -> FeatureExtractor | None:
    """The features of this data set's own classifier where its pictures have classes, else `outlines`.

    The classifier is the one that evaluations use, from the cache or trained once (up to half a minute); without
    `train`, None where that is still to be done. A model's discriminator is left out on purpose: it has learned to
    distinguish these very training pictures from others, so that held-out pictures could not be compared by its
    features.
    """
    if data.labels is None or data.held_out_labels is None or len(data.classes) < 2:
        return OUTLINES
    known = classifier_for(data, progress=progress)[0] if train else cached_classifier(data)
    if known is None:
        return None
    words = f"shapes, as a small network sees them that tells the classes of {data.name} apart"
    return FeatureExtractor(known.name, words, known.features_of)


@torch.inference_mode()
def outlines(pictures: Tensor) -> Tensor:
    """Histograms of gradient directions (Dalal and Triggs 2005) of uint8 pictures (N, C, H, W), float32 (N, 512).

    8 x 8 cells of 8 unsigned directions, weighted by the gradient's size and divided by the picture's whole length, so
    that neither brightness nor contrast counts.
    """
    return torch.cat([_outlines(part) for part in pictures.split(AT_ONCE)])


def _outlines(pictures: Tensor) -> Tensor:
    planes = luma(pictures)
    down = planes[..., 2:, 1:-1] - planes[..., :-2, 1:-1]
    right = planes[..., 1:-1, 2:] - planes[..., 1:-1, :-2]
    size = (down.square() + right.square()).sqrt()
    turn = (torch.atan2(down, right) / math.pi * ANGLES) % ANGLES
    # Each gradient is shared between the two directions that it lies between.
    steps = torch.arange(ANGLES, device=pictures.device).view(1, ANGLES, 1, 1)
    apart = (turn - steps).abs()
    share = (1 - torch.minimum(apart, ANGLES - apart)).clamp_min(0)
    cells = adaptive_avg_pool2d(share * size, CELLS).flatten(1)
    return cells / (cells.norm(dim=1, keepdim=True) + CONTRAST)


OUTLINES = FeatureExtractor("outlines", "outlines: where edges lie and which way they run", outlines)
"""For pictures without classes, and until a classifier has been taught."""
