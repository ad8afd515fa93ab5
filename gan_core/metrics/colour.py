"""Perceptual colour: CIE Lab, the colour difference CIEDE2000, chroma, and where a picture shows something at all."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from gan_core.parts import register

SRGB_TO_XYZ = ((0.412453, 0.357580, 0.180423), (0.212671, 0.715160, 0.072169), (0.019334, 0.119193, 0.950227))
"""Linear sRGB to CIE XYZ, ITU-R BT.709 primaries."""
WHITE = (0.95047, 1.0, 1.08883)
"""XYZ of illuminant D65, 2 degree observer."""
NEAR = 8.0
"""Levels within which a pixel counts as background."""
PLAIN = 0.9
"""Share of the pixels of the border that are of one colour where a picture lies on a plain background."""
BATCH = 32
"""Pictures that are compared at once: the formula keeps some thirty planes of each."""


def lab(pictures: Tensor) -> Tensor:
    """CIE L*a*b* (D65, 2 degrees) of sRGB pictures.

    Args:
        pictures: uint8 (N, 3, H, W), or (N, 1, H, W) for greys.

    Returns:
        float64 (N, 3, H, W): L* from 0 to 100, a* and b* within about -110 and 110.
    """
    values = pictures.double().expand(-1, 3, -1, -1) / 255
    linear = torch.where(values > 0.04045, ((values + 0.055) / 1.055) ** 2.4, values / 12.92)
    matrix = torch.tensor(SRGB_TO_XYZ, dtype=torch.float64, device=pictures.device)
    white = torch.tensor(WHITE, dtype=torch.float64, device=pictures.device).view(1, 3, 1, 1)
    xyz = torch.einsum("ij,njhw->nihw", matrix, linear) / white
    x, y, z = torch.where(xyz > 0.008856, xyz.clamp(min=1e-12) ** (1 / 3), 7.787 * xyz + 16 / 116).unbind(1)
    return torch.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), dim=1)


def ciede2000(colours: Tensor, others: Tensor) -> Tensor:
    """The colour difference CIEDE2000 (CIE 142-2001) of L*a*b* colours, with kL = kC = kH = 1.

    The steps and the numbers in the comments are those of Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference
    Formula: Implementation Notes, Supplementary Test Data, and Mathematical Observations", 2005.

    Args:
        colours, others: (..., 3, H, W) of equal shapes, from `lab`.

    Returns:
        (..., H, W): 0 for equal colours; about 1 is just noticeable, black and white are 100 apart.
    """
    lightness_1, a_1, b_1 = colours.unbind(-3)
    lightness_2, a_2, b_2 = others.unbind(-3)
    mean_chroma = (torch.hypot(a_1, b_1) + torch.hypot(a_2, b_2)) / 2
    stretch = 1.5 - 0.5 * torch.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7))  # 1 + G, (4)
    chroma_1, chroma_2 = torch.hypot(stretch * a_1, b_1), torch.hypot(stretch * a_2, b_2)  # (6)
    hue_1, hue_2 = (torch.atan2(b, stretch * a) for a, b in ((a_1, b_1), (a_2, b_2)))  # (7), here from -pi to pi
    grey = chroma_1 * chroma_2 == 0
    turn = torch.remainder(hue_2 - hue_1 + math.pi, 2 * math.pi) - math.pi  # (10): the shorter way round
    turn = torch.where(turn == -math.pi, math.pi, turn)
    turn = torch.where(grey, 0, turn)
    difference_l, difference_c = lightness_2 - lightness_1, chroma_2 - chroma_1  # (8), (9)
    difference_h = 2 * torch.sqrt(chroma_1 * chroma_2) * torch.sin(turn / 2)  # (11)

    mean_l, mean_c = (lightness_1 + lightness_2) / 2, (chroma_1 + chroma_2) / 2  # (12), (13)
    mean_hue = torch.where(grey, hue_1 + hue_2, hue_1 + turn / 2)  # (14)
    weight = (
        1
        - 0.17 * torch.cos(mean_hue - math.radians(30))
        + 0.24 * torch.cos(2 * mean_hue)
        + 0.32 * torch.cos(3 * mean_hue + math.radians(6))
        - 0.20 * torch.cos(4 * mean_hue - math.radians(63))
    )  # T, (15)
    degrees = torch.rad2deg(torch.remainder(mean_hue, 2 * math.pi))
    rotation = math.radians(30) * torch.exp(-(((degrees - 275) / 25) ** 2))  # (16)
    crossing = -2 * torch.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)) * torch.sin(2 * rotation)  # (17), (21)
    scale_l = 1 + 0.015 * (mean_l - 50) ** 2 / torch.sqrt(20 + (mean_l - 50) ** 2)  # (18)
    scale_c, scale_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * weight  # (19), (20)
    of_l, of_c, of_h = difference_l / scale_l, difference_c / scale_c, difference_h / scale_h
    return torch.sqrt((of_l**2 + of_c**2 + of_h**2 + crossing * of_c * of_h).clamp(min=0))  # (22)


def cie76(colours: Tensor, others: Tensor) -> Tensor:
    """The colour difference CIE 1976: the Euclidean distance of L*a*b* colours (..., 3, H, W), as (..., H, W)."""
    return (colours - others).norm(dim=-3)


def foreground(pictures: Tensor) -> Tensor:
    """Where pictures show something, bool (N, H, W).

    A picture lies on a plain background where nine tenths of its border are within `NEAR` levels of the border's median
    colour; what is further from that colour is its foreground. All of any other picture is.

    Args:
        pictures: uint8 (N, C, H, W).
    """
    values = pictures.float()
    border = torch.cat((values[..., 0, :], values[..., -1, :], values[..., :, 0], values[..., :, -1]), dim=-1)
    colour = border.median(dim=-1).values
    plain = ((border - colour[..., None]).abs().amax(1) <= NEAR).float().mean(1) >= PLAIN
    shown = (values - colour[..., None, None]).abs().amax(1) > NEAR
    return shown | ~plain[:, None, None]


def chroma(pictures: Tensor) -> Tensor:
    """The difference between the largest and the smallest channel of every pixel, float32 (N, H, W), 0 to 255.

    Args:
        pictures: uint8 (N, C, H, W).
    """
    values = pictures.float()
    return values.amax(1) - values.amin(1)


@register.metric(
    "colour-difference",
    title="Colour difference (CIEDE2000)",
    summary="Colour difference (CIEDE2000) to the true counterpart, where either of them shows something.",
    tags=("pairs",),
)
def colour_difference(pictures: Tensor, truths: Tensor) -> Tensor:
    """Mean CIEDE2000 of each pair where one of both shows something (see `foreground`), float32 (N,).

    NaN for a pair of empty pictures. A white background that is kept tells nothing and is not counted.

    Args:
        pictures, truths: uint8 (N, C, H, W).
    """
    means: list[Tensor] = []
    for one, other in zip(pictures.split(BATCH), truths.split(BATCH), strict=True):
        shown = foreground(one) | foreground(other)
        difference = ciede2000(lab(one), lab(other)) * shown
        means.append(difference.flatten(1).sum(1) / shown.flatten(1).sum(1))
    return torch.cat(means).float()
