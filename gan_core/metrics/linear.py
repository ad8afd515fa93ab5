"""A linear model of pictures: what a generator has to beat."""

from __future__ import annotations

import torch
from torch import Tensor

COMPONENTS = 64
LEARNS_FROM = 4_000
"""Pictures that it is fitted to, at most."""


def linear_samples(pictures: Tensor, count: int, seed: int = 0, components: int = COMPONENTS) -> Tensor:
    """Pictures of the normal distribution with the mean and the `components` largest principal components of
    `pictures`.

    The best that a generator without a hidden layer can draw: right in colours and rough shapes, a blend in all else.

    Args:
        pictures: uint8 (N, C, H, W).
        count: how many to draw.
        seed: of the draw.

    Returns:
        uint8 (count, C, H, W).
    """
    draws = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(len(pictures), generator=draws)[:LEARNS_FROM]
    known = pictures[chosen].flatten(1).float()
    mean = known.mean(0)
    rank = min(components, len(known), known.shape[1])
    # A randomised decomposition with a basis of its own: torch's draws from the global random state.
    centred = known - mean
    basis = centred @ (centred.T @ torch.randn(len(known), rank, generator=draws))
    basis = torch.linalg.qr(centred @ (centred.T @ basis)).Q
    _, scale, directions = torch.linalg.svd(basis.T @ centred, full_matrices=False)
    latents = torch.randn(count, len(scale), generator=draws) * scale / max(1, len(known) - 1) ** 0.5
    drawn = mean + latents @ directions
    return drawn.round().clamp(0, 255).to(torch.uint8).reshape(count, *pictures.shape[1:])
