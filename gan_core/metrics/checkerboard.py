"""How much of a checkerboard lies over pictures: what uneven enlarging leaves behind (Odena et al. 2016)."""

from __future__ import annotations

import torch
from torch import Tensor

PERIODS = (2, 4)
"""In pixels: of the pattern of the last doubling of the side, and of the one before."""
AROUND = 3
"""Frequencies either way that a peak is compared with."""


def checkerboard(pictures: Tensor) -> float:
    """Mean power of lightness at the frequencies of a checkerboard over that of the frequencies around; 1 is none.

    A stride of two repeats its pattern every 2 pixels, two of them every 4: peaks at 1/2 and 1/4 of a pixel's frequency
    both ways. Comparing with the neighbourhood leaves out how rough the pictures are; what varies along one axis alone
    is left out because straight edges do that too. Powers are averaged over the pictures, under a Hann window.

    Args:
        pictures: uint8 (N, C, H, W), H and W multiples of 4 and at least 32. Compare with real pictures of the domain.
    """
    height, width = pictures.shape[2:]
    if height % 4 or width % 4 or min(height, width) < 32:
        raise ValueError(f"Sides are multiples of 4 and at least 32 pixels, not {height} x {width}.")
    lightness = pictures.double().mean(1)
    lightness = lightness - lightness.mean((1, 2), keepdim=True)
    window = torch.hann_window(height, dtype=torch.float64)[:, None] * torch.hann_window(width, dtype=torch.float64)
    power = torch.fft.fft2(lightness * window).abs().square().mean(0)
    ratios: list[Tensor] = []
    for down in PERIODS:
        for across in PERIODS:
            row, column = height // down, width // across
            rows = torch.arange(row - AROUND, row + AROUND + 1) % height
            columns = torch.arange(column - AROUND, column + AROUND + 1) % width
            around = power[rows][:, columns]
            # Under the window a peak is three frequencies wide either way: those beside it are no background.
            apart = torch.ones_like(around, dtype=torch.bool)
            apart[AROUND - 1 : AROUND + 2, AROUND - 1 : AROUND + 2] = False
            ratios.append(power[row, column] / around[apart].mean().clamp_min(1e-12))
    return float(torch.stack(ratios).mean())
