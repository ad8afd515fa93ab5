"""Whether colour hints are obeyed: how near the colour is hit, how even its region becomes, what it leaves elsewhere.

Hints are planes (N, 4, H, W), as a network reads them (see `gan_core.translation.hints`): red, green and blue in
[-1, 1] and a mask. A hinted region is a closed region of the drawing in which a hint lies.
"""

from __future__ import annotations

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from gan_core.metrics.regions import Regions, unevenness
from gan_core.parts import register

NEAR = 40.0
"""Levels, as the mean over the channels, within which a colour counts as the hint's."""
FAR = 2 * NEAR
"""Levels from which it does not."""
BORDER = 3
"""Pixels around a hint that may take its colour wherever it lies."""


@register.metric(
    "hint-difference",
    title="Distance to a hint's colour",
    summary="How far the pixels of a colour hint are from its colour, as the mean over the channels, in levels.",
    tags=("drawings",),
)
def hint_difference(pictures: Tensor, hints: Tensor) -> Tensor:
    """Mean absolute difference between the pixels under hints and the hints' colours, float32 (N,), 0 to 255.

    NaN for a picture without a hint.

    Args:
        pictures: uint8 (N, 3, H, W), translated with the hints.
        hints: Planes (N, 4, H, W).
    """
    values = [
        float(_distance(picture, colours)[mask].mean()) if mask.any() else float("nan")
        for picture, colours, mask in _each(pictures, hints)
    ]
    return torch.tensor(values)


@register.metric(
    "hinted-region-difference",
    title="Distance of a region to its hint's colour",
    summary="How far a closed region is from the colour of the hint in it, as the mean over the channels, in levels.",
    tags=("drawings",),
)
def hinted_region_difference(pictures: Tensor, hints: Tensor, regions: list[Regions]) -> Tensor:
    """Mean absolute difference between hinted regions and the mean colour of the hints in each, float32 (N,), 0 to 255.

    A shaded truth is not 0 either: its value is the reference level. NaN for a picture without a hinted region.

    Args:
        pictures: uint8 (N, 3, H, W), translated with the hints.
        hints: Planes (N, 4, H, W).
        regions: Of the N drawings.
    """
    values: list[float] = []
    for (picture, colours, mask), found in zip(_each(pictures, hints), regions, strict=True):
        inside = _hinted(found, mask)
        areas = [int(region.sum()) for region in inside]
        each = [
            float(_distance(picture[region], colours[region & mask].mean(axis=0, keepdims=True)).mean())
            for region in inside
        ]
        values.append(float(np.average(each, weights=areas)) if areas else float("nan"))
    return torch.tensor(values)


@register.metric(
    "hinted-unevenness",
    title="Unevenness inside hinted regions",
    summary="How far colours inside a region with a colour hint lie from the region's own one or two tones, in levels.",
    tags=("drawings",),
)
def hinted_unevenness(pictures: Tensor, hints: Tensor, regions: list[Regions]) -> Tensor:
    """As `unevenness`, of the regions that a hint lies in alone, float32 (N,); NaN for a picture without one.

    Args:
        pictures: uint8 (N, 3, H, W), translated with the hints.
        hints: Planes (N, 4, H, W).
        regions: Of the N drawings.
    """
    masks = (hints[:, 3] > 0.5).cpu().numpy()
    chosen = [Regions(found.outside, _hinted(found, mask)) for found, mask in zip(regions, masks, strict=True)]
    return unevenness(pictures, chosen)


@register.metric(
    "hint-specks",
    title="Hint's colour elsewhere",
    summary="Share of the pixels outside hinted regions that take a hint's colour and have another one without hints.",
    tags=("drawings",),
)
def hint_specks(pictures: Tensor, without: Tensor, hints: Tensor, regions: list[Regions]) -> Tensor:
    """Share of pixels that hints colour where they should not, float32 (N,), 0 to 1.

    Counted outside of hinted regions and of `BORDER` pixels around hints: what is within `NEAR` levels of some hint's
    colour, and further than `FAR` from it in the translation without hints. NaN for a picture without a hint.

    Args:
        pictures: uint8 (N, 3, H, W), translated with the hints.
        without: uint8 (N, 3, H, W), translated without them.
        hints: Planes (N, 4, H, W).
        regions: Of the N drawings.
    """
    values: list[float] = []
    others = _pixels(without)
    for (picture, colours, mask), other, found in zip(_each(pictures, hints), others, regions, strict=True):
        if not mask.any():
            values.append(float("nan"))
            continue
        own: np.ndarray = np.asarray(ndimage.binary_dilation(mask, np.ones((3, 3)), iterations=BORDER))
        for region in _hinted(found, mask):
            # Up to the ink, which a region ends one pixel before.
            own = np.logical_or(own, ndimage.binary_dilation(region, np.ones((3, 3)), iterations=2))
        specks = np.zeros(mask.shape, bool)
        for colour in np.unique(colours[mask].round(), axis=0):
            specks |= (_distance(picture, colour) < NEAR) & (_distance(other, colour) > FAR)
        elsewhere = np.logical_not(own)
        values.append(float(specks[elsewhere].mean()) if elsewhere.any() else 0.0)
    return torch.tensor(values)


def _each(pictures: Tensor, hints: Tensor) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Of each picture: its pixels and the hints' colours, float32 (H, W, 3) in levels, and where hints are."""
    colours = ((hints[:, :3].float() + 1) * 127.5).permute(0, 2, 3, 1).cpu().numpy()
    masks = (hints[:, 3] > 0.5).cpu().numpy()
    return list(zip(_pixels(pictures), colours, masks, strict=True))


def _pixels(pictures: Tensor) -> np.ndarray:
    """float32 (N, H, W, 3)."""
    return pictures.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).float().cpu().numpy()


def _distance(pixels: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Mean absolute difference over the channels, which are last."""
    return np.abs(pixels - colours).mean(axis=-1)


def _hinted(found: Regions, mask: np.ndarray) -> list[np.ndarray]:
    return [region for region in found.inside if (region & mask).any()]
