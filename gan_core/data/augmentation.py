"""Small changes to real pictures that leave them real pictures, so that a small data set lasts longer.

Each augmentation is a function (pictures, generator) -> pictures: float (N, C, H, W) in [-1, 1] on any device, random
numbers from a generator on the CPU or on the same device. Every picture gets its own change; there is no loop over
them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F

from gan_core.images.morphology import largest_around, smallest_around
from gan_core.parts import Registry, register, registry

Augmentation = Callable[[torch.Tensor, torch.Generator], torch.Tensor]

augmentations: Registry[Augmentation] = registry("augmentation")

ENLARGEMENT = 286 / 256
"""Random crops are cut from a picture this much larger, as in CycleGAN (Zhu et al. 2017, appendix 7.1)."""
ROTATION = math.radians(10)
SCALE = 1.12
BRIGHTNESS, CONTRAST, SATURATION = 0.1, 0.1, 0.1

INPUT_ALONE = "input-alone"
"""Tag of augmentations that change the input of a pair and leave its truth: of paired trainings only."""
THINNING = 2
"""How many pixels lines are thinned by before they are drawn anew."""
GAPS = 0.004
"""Largest share of places at which a gap begins."""


@register.augmentation("flip", title="Mirror", summary="Mirrors every second picture.")
def flip(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Mirror left and right, every second picture on average."""
    chosen = _uniform(pictures, 1, generator)[:, 0] < 0.5
    return torch.where(chosen.view(-1, 1, 1, 1), pictures.flip(-1), pictures)


@register.augmentation("crop", title="Crop", summary="Enlarges a little and cuts out a random place.")
def crop(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Enlarge by 286/256 and cut out the old size at a random place."""
    share = 1 / ENLARGEMENT
    place = (2 * _uniform(pictures, 2, generator) - 1) * (1 - share)
    return _look(pictures, torch.eye(2, device=pictures.device).expand(len(pictures), 2, 2) * share, place)


@register.augmentation(
    "jitter",
    title="Jitter",
    summary="Enlarges a little and cuts out a random place in whole pixels, as CycleGAN does, so that all pictures stay "
    "equally sharp.",
)
def jitter(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Enlarge to 286/256 of the size (bicubic, whole pixels) and cut out the old size at a random whole pixel.

    The random jitter of pix2pix (Isola et al. 2017, appendix 6.2) and CycleGAN, in proportion to the size: 64 pixels
    become 72 and 64 again. Unlike `crop` no picture is moved by parts of a pixel, so that all are equally sharp.
    """
    height, width = pictures.shape[-2:]
    large = [max(side + 1, round(side * ENLARGEMENT)) for side in (height, width)]
    enlarged = F.interpolate(pictures.float(), large, mode="bicubic", align_corners=False).clamp(-1, 1)
    room = torch.tensor([large[0] - height + 1, large[1] - width + 1])
    places = (torch.rand(len(pictures), 2, generator=generator, device=generator.device).cpu() * room).long().tolist()
    cut = [each[:, top : top + height, left : left + width] for each, (top, left) in zip(enlarged, places, strict=True)]
    result = torch.stack(cut).to(pictures.dtype)
    if pictures.is_contiguous(memory_format=torch.channels_last):
        return result.contiguous(memory_format=torch.channels_last)
    return result


@register.augmentation("rotate", title="Turn", summary="Turns by up to 10 degrees either way.")
def rotate(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Turn by up to 10 degrees either way, the corners filled with what lies inside the edge, mirrored."""
    angle = (2 * _uniform(pictures, 1, generator)[:, 0] - 1) * ROTATION
    cos, sin = torch.cos(angle), torch.sin(angle)
    return _look(pictures, torch.stack([cos, -sin, sin, cos], 1).view(-1, 2, 2))


@register.augmentation("scale", title="Scale", summary="Enlarges or shrinks by up to 12 %.")
def scale(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Enlarge or shrink by up to 12 % around the middle, a border filled with what lies inside the edge, mirrored."""
    exponent = 2 * _uniform(pictures, 1, generator) - 1
    factor = torch.exp(exponent * math.log(SCALE)).view(-1, 1, 1)
    return _look(pictures, torch.eye(2, device=pictures.device) * factor)


@register.augmentation("colour", title="Colour", summary="Changes brightness, contrast and saturation a little.")
def colour(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Brightness by up to 5 % of the range either way, contrast and saturation by up to 10 %.

    Little, because generated pictures are compared with these: a generator learns the changed colours too. Where more
    is needed, the option `diffaugment` of the games changes what discriminators see, and leaks nothing.
    """
    drawn = 2 * _uniform(pictures, 3, generator).view(-1, 3, 1, 1, 1) - 1
    contrast, saturation, brightness = (
        1 + CONTRAST * drawn[:, 0],
        1 + SATURATION * drawn[:, 1],
        BRIGHTNESS * drawn[:, 2],
    )
    changed = pictures.float()
    middle = changed.mean((1, 2, 3), keepdim=True)
    changed = middle + (changed - middle) * contrast
    grey = changed.mean(1, keepdim=True)
    changed = grey + (changed - grey) * saturation + brightness
    return changed.clamp(-1, 1).to(pictures.dtype)


@register.augmentation(
    "line-jitter",
    title="Lines thin and thick",
    summary="For line drawings as inputs: draws lines thinner or thicker and leaves small gaps, as hands do.",
    tags=(INPUT_ALONE,),
)
def line_jitter(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Dark lines on a light ground in another thickness, with small gaps.

    A quarter of the drawings keep their lines. The others are thinned by two pixels, where that leaves a line, and drawn
    1, 2 or 3 pixels thick. Half of all get gaps of 3 pixels, at up to `GAPS` of all places, in the ground's colour.
    """
    drawn = _uniform(pictures, 3, generator)
    thickness = (drawn[:, 0] * 4).long().view(-1, 1, 1, 1)
    thin = pictures.float()
    for offset in range(THINNING):
        thin = _thinned(thin, offset)
    double, triple = smallest_around(thin, 0, 1), smallest_around(thin, 1)
    changed = torch.where(thickness == 1, thin, pictures.float())
    changed = torch.where(thickness == 2, double, changed)
    changed = torch.where(thickness == 3, triple, changed)
    places = torch.rand(len(pictures), 1, *pictures.shape[2:], generator=generator, device=generator.device)
    often = (GAPS * drawn[:, 1] * (drawn[:, 2] < 0.5)).view(-1, 1, 1, 1)
    gaps = largest_around((places.to(pictures.device) < often).float(), 1) > 0
    ground = largest_around(changed, 4)
    return torch.where(gaps, ground, changed).to(pictures.dtype)


def _thinned(pictures: torch.Tensor, offset: int) -> torch.Tensor:
    """Dark lines one pixel thinner, at the upper left (0) or the lower right (1); those of one pixel stay."""
    thinner = largest_around(pictures, offset, 1 - offset)
    drawn_again = smallest_around(thinner, 1 - offset, offset)
    # What thinning takes away for good, though it is drawn again at its old place, was a line of one pixel.
    return torch.where(drawn_again - pictures > 0.5, pictures, thinner)


def _uniform(pictures: torch.Tensor, columns: int, generator: torch.Generator) -> torch.Tensor:
    """float32 (N, columns) in [0, 1) on the pictures' device, drawn where the generator lives."""
    draws = torch.rand(len(pictures), columns, generator=generator, device=generator.device)
    return draws.to(pictures.device)


def _look(pictures: torch.Tensor, matrix: torch.Tensor, shift: torch.Tensor | None = None) -> torch.Tensor:
    """Sample each picture through its own map: matrix (N, 2, 2) and shift (N, 2), in coordinates where a picture is 2
    wide."""
    if shift is None:
        shift = torch.zeros(len(pictures), 2, device=pictures.device)
    maps = torch.cat([matrix, shift.unsqueeze(2)], 2)
    points = F.affine_grid(maps, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures.float(), points, padding_mode="reflection", align_corners=False).to(pictures.dtype)
