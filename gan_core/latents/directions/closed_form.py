"""The directions that a generator's first layer amplifies most, in closed form."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from gan_core.latents.directions.vectors import with_settled_signs


def first_weight(network: nn.Module, latent_dim: int) -> Tensor | None:
    """The generator's first layer as a matrix (latent_dim, features); None where it has no such layer.

    What a conditional generator's first layer sees of the class stands behind the latent and is left out.
    """
    inputs = getattr(network, "inputs", latent_dim)
    for module in network.modules():
        if isinstance(module, nn.Linear) and module.in_features == inputs:
            return module.weight.detach().float().cpu().T[:latent_dim]
        if isinstance(module, nn.ConvTranspose2d) and module.in_channels == inputs:
            return module.weight.detach().float().cpu().flatten(1)[:latent_dim]
    return None


def strongest(network: nn.Module, latent_dim: int, count: int) -> Tensor:
    """The directions that the first layer amplifies most, strongest first.

    The closed form of Shen and Zhou 2021 (SeFa): eigenvectors of A A^T for the first layer's matrix A, sorted by
    eigenvalue, with every column of A (what makes one feature) first brought to length 1, as in the authors' code:
    behind our generators' first layers BatchNorm undoes the length anyway. It needs no pictures and takes milliseconds,
    so it works on a network that is still training. A network without such a layer gets the coordinate axes.

    Args:
        network: A generator.
        latent_dim: Numbers in a latent.
        count: Directions wanted; fewer are returned where `latent_dim` is smaller.

    Returns:
        Unit vectors (count, latent_dim).
    """
    count = min(count, latent_dim)
    weight = first_weight(network, latent_dim)
    if weight is None or not bool(weight.isfinite().all()):
        return torch.eye(latent_dim)[:count]
    weight = weight / weight.norm(dim=0, keepdim=True).clamp_min(torch.finfo(weight.dtype).tiny)
    _, vectors = torch.linalg.eigh(weight @ weight.T)  # eigenvalues ascend
    return with_settled_signs(vectors.T.flip(0)[:count].contiguous())
