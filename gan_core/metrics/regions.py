"""How a coloured line drawing fills its regions: evenness inside a region, colour outside the outline, what stays
uncoloured.

A drawing's regions are the connected areas that its lines close. They are found in the drawing, not in its translation,
so a translation cannot change what it is measured on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from gan_core.metrics.colour import chroma, cie76, foreground, lab
from gan_core.metrics.registry import DESCRIPTIVE
from gan_core.metrics.structure import lines, luma
from gan_core.parts import register

INK = 160.0
"""Brightness below which a pixel of a drawing is ink."""
SMALLEST = 40 / 128**2
"""Share of a picture that a region fills at least: less is a gap between strokes."""
COLOURLESS = 6.0
"""Mean chroma, in levels, of pictures that are drawn in black on white."""
LINED = 0.01
"""Share of pixels in lines from which such pictures are line drawings."""
DARKEST = 40.0
"""Brightness below which a colour of a coloured drawing is its outline's."""
COLOURED = 24.0
"""Levels from white that count as a colour."""
ROUNDS = 8
"""Of the two-means fit; it rests after three or four on flat fills."""


@dataclass(frozen=True)
class Regions:
    """What the lines of one drawing close."""

    outside: np.ndarray
    """bool (H, W): what can be reached from the border without crossing a line."""
    inside: list[np.ndarray]
    """bool (H, W) for each closed region, its lines not included."""

    @property
    def enclosed(self) -> np.ndarray:
        """bool (H, W): all closed regions together."""
        return np.any(self.inside, axis=0) if self.inside else np.zeros_like(self.outside)


def are_line_drawings(pictures: Tensor) -> bool:
    """Whether uint8 pictures (N, C, H, W) are lines without colour, as a whole set."""
    return float(chroma(pictures).mean()) < COLOURLESS and float(lines(pictures).float().mean()) > LINED


def regions_of(drawings: Tensor) -> list[Regions]:
    """The regions of each drawing.

    Lines are made one pixel wider on each side, so that the soft edge of a stroke belongs to no region.

    Args:
        drawings: uint8 (N, C, H, W), dark lines on a light ground.
    """
    found: list[Regions] = []
    for ink in (luma(drawings)[:, 0] < INK).cpu().numpy():
        ground = np.logical_not(ndimage.binary_dilation(ink))
        labels: np.ndarray = np.zeros(ink.shape, dtype=np.int32)
        ndimage.label(ground, output=labels)
        border = np.unique(np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1])))
        areas = np.bincount(labels.ravel())
        closed = [
            index for index in range(1, len(areas)) if index not in border and areas[index] >= SMALLEST * labels.size
        ]
        found.append(Regions(np.isin(labels, border[border > 0]), [labels == index for index in closed]))
    return found


@register.metric(
    "unevenness",
    title="Unevenness inside regions",
    summary="How far colours inside a closed region lie from the region's own one or two tones, in levels.",
    tags=("drawings", DESCRIPTIVE),
)
def unevenness(pictures: Tensor, regions: list[Regions]) -> Tensor:
    """Mean distance of a region's pixels to the nearer of its own two tones, weighted by area, float32 (N,).

    The tones are the two means of a two-means fit of the region's colours: a flat fill, or one with a shade, reads near
    0. The distance is Euclidean in RGB, in levels of 255. NaN for a drawing without a closed region.

    Args:
        pictures: uint8 (N, 3, H, W), the coloured drawings.
        regions: of the N drawings.
    """
    values: list[float] = []
    for picture, found in zip(_pixels(pictures), regions, strict=True):
        areas = [int(region.sum()) for region in found.inside]
        each = [_distance_to_two_tones(picture[region]) for region in found.inside]
        values.append(float(np.average(each, weights=areas)) if areas else float("nan"))
    return torch.tensor(values)


@register.metric(
    "bleed",
    title="Colour outside the outline",
    summary="Mean distance from white outside the drawing's outline, in levels.",
    tags=("drawings", DESCRIPTIVE),
)
def bleed(pictures: Tensor, regions: list[Regions]) -> Tensor:
    """Mean distance from white, over channels and over all that a flood from the border reaches, float32 (N,), 0 to
    255.

    NaN where lines cover all of the border.
    """
    values = [
        float(255 - picture[found.outside].mean()) if found.outside.any() else float("nan")
        for picture, found in zip(_pixels(pictures), regions, strict=True)
    ]
    return torch.tensor(values)


@register.metric(
    "region-chroma",
    title="Chroma inside regions",
    summary="How colourful closed regions are: largest less smallest channel, in levels; the truth's is best.",
    tags=("drawings", DESCRIPTIVE),
    lower_is_better=False,
)
def region_chroma(pictures: Tensor, regions: list[Regions]) -> Tensor:
    """Mean chroma over the closed regions of each drawing, float32 (N,), 0 to 255; NaN without a closed region."""
    planes = chroma(pictures).cpu().numpy()
    values = [
        float(plane[found.enclosed].mean()) if found.inside else float("nan")
        for plane, found in zip(planes, regions, strict=True)
    ]
    return torch.tensor(values)


@register.metric(
    "uncoloured",
    title="Left uncoloured",
    summary="Share of what the truth colours inside regions that is less than half as far from white.",
    tags=("drawings", DESCRIPTIVE),
)
def uncoloured(pictures: Tensor, truths: Tensor, regions: list[Regions]) -> Tensor:
    """Of the pixels in closed regions that the truth colours, the share that stays nearly white, float32 (N,), 0 to 1.

    Coloured is what is further than `COLOURED` levels from white in one channel; nearly white, what is less than half
    as far as the truth. NaN for a drawing whose truth colours nothing.

    Args:
        pictures, truths: uint8 (N, C, H, W).
        regions: of the N drawings.
    """
    values: list[float] = []
    for picture, truth, found in zip(_from_white(pictures), _from_white(truths), regions, strict=True):
        wanted = (truth > COLOURED) & found.enclosed
        pale = wanted & (picture < truth / 2)
        values.append(float(pale.sum() / wanted.sum()) if wanted.any() else float("nan"))
    return torch.tensor(values)


@register.metric(
    "region-colour-difference",
    title="Colour difference inside regions (CIE 76)",
    summary="Colour difference (CIE 76) to the true counterpart inside closed regions.",
    tags=("drawings",),
)
def region_colour_difference(pictures: Tensor, truths: Tensor, regions: list[Regions]) -> Tensor:
    """Mean CIE 76 over the closed regions of each drawing, float32 (N,); NaN for a drawing without one.

    Args:
        pictures, truths: uint8 (N, 3, H, W).
        regions: of the N drawings.
    """
    values: list[float] = []
    for index, found in enumerate(regions):
        one, other = (lab(side[index : index + 1])[0] for side in (pictures, truths))
        difference = cie76(one, other).cpu().numpy()
        values.append(float(difference[found.enclosed].mean()) if found.inside else float("nan"))
    return torch.tensor(values)


def random_flat_colours(drawings: Tensor, regions: list[Regions], palette: Tensor, seed: int = 0) -> Tensor:
    """The drawings with each closed region in one random colour: what knows the outlines and nothing else.

    Args:
        drawings: uint8 (N, C, H, W).
        regions: of the N drawings.
        palette: uint8 (M, 3) of colours to draw from, see `palette_of`.

    Returns:
        uint8 (N, 3, H, W).
    """
    random = np.random.default_rng(seed)
    colours = palette.cpu().numpy()
    filled = drawings.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).cpu().numpy().copy()
    for picture, found in zip(filled, regions, strict=True):
        light = picture.min(-1) > INK
        for region in found.inside:
            # Up to the ink itself, as a person would fill it: the region ends one pixel before.
            picture[ndimage.binary_dilation(region, np.ones((3, 3))) & light] = colours[random.integers(len(colours))]
    return torch.from_numpy(filled).permute(0, 3, 1, 2).contiguous()


def palette_of(pictures: Tensor, most: int = 20_000) -> Tensor:
    """Up to `most` colours of what coloured drawings show, their lines and their background left out, uint8 (M, 3).

    Args:
        pictures: uint8 (N, 3, H, W).
    """
    shown = foreground(pictures) & ~lines(pictures)[:, 0] & (luma(pictures)[:, 0] >= DARKEST)
    colours = pictures.permute(0, 2, 3, 1)[shown]
    return colours[:: max(1, len(colours) // most)][:most]


def _pixels(pictures: Tensor) -> np.ndarray:
    """float32 (N, H, W, 3)."""
    return pictures.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).float().cpu().numpy()


def _from_white(pictures: Tensor) -> np.ndarray:
    """float32 (N, H, W): how far the channel that is furthest from white is, in levels."""
    return (255 - pictures.float().amin(1)).cpu().numpy()


def _distance_to_two_tones(colours: np.ndarray) -> float:
    """Mean distance of colours (M, 3) to the nearer of their two means, fitted from the darkest and the brightest of
    them."""
    brightness = colours.sum(1)
    tones = colours[[brightness.argmin(), brightness.argmax()]].astype(np.float64)
    for _ in range(ROUNDS):
        nearest = np.linalg.norm(colours[:, None] - tones[None], axis=2).argmin(1)
        for index in (0, 1):
            if (nearest == index).any():
                tones[index] = colours[nearest == index].mean(0)
    return float(np.linalg.norm(colours[:, None] - tones[None], axis=2).min(1).mean())
