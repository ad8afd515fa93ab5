"""Augmentations of real pictures: batched, on the pictures' device, drawn from a generator of their own."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from gan_core.registry import Registry

augmentations: Registry[Callable[[Tensor, torch.Generator], Tensor]] = Registry("augmentation")


@augmentations.register("flip")
def flip(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Mirror half of the pictures (N, C, H, W), left to right. Not for letters and digits."""
    mirrored = torch.rand(len(pictures), generator=generator).to(pictures.device) < 0.5
    return torch.where(mirrored[:, None, None, None], pictures.flip(3), pictures)
