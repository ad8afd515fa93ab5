"""Principal components of what a generator computes early on, carried back to its latent space (GANSpace)."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gan_core.latents.directions.vectors import with_settled_signs

STAGE = 2
"""What enters the third layer with weights is looked at: what enters the second one is so nearly linear in the latent
that its components are those of the closed form."""
SEED = 20
FEWEST, MOST = 512, 1024
"""Latents that are looked at."""
NUMBERS = 2**22
"""About how many activations are looked at: large layers are looked at with fewer latents."""
BATCH = 128
FEW_PER_CLASS = 16
LEAST_LINEAR = 0.2
"""A component of which the latent explains less than this share linearly has no direction of its own."""


@dataclass(frozen=True)
class Components:
    """Main variations of a generator, those that vary most first."""

    directions: Tensor
    """Unit vectors (K, latent_dim)."""
    explained: Tensor
    """Share of the activations' variance that each component has, (K,)."""
    linear: Tensor
    """Share of each component's variance that a linear function of the latent explains, (K,)."""
    samples: int


class _ReachedError(Exception):
    """The network has come to the layer of interest; the rest need not be computed."""


def principal_components(network: nn.Module, latent_dim: int, count: int) -> Components:
    """Up to `count` main variations of `network`.

    Härkönen et al. 2020: principal components of the activations x of an early layer over latents z ~ N(0, I); a
    component u is carried to latent space by least squares, d = argmin |z - d <u, x - mean>|^2, as they do for BigGAN.
    The latents are fixed, come in pairs z and -z, and are whitened, so that their own sampling noise does not enter d.
    Of a conditional generator classes are drawn in turn and each class's mean is taken out: the components say what
    varies within a class, not what tells classes apart. Components that hardly depend on z linearly have no direction
    and are left out, so fewer than `count` may come back; one always does.

    The network itself is not touched: a copy of it works, so that pictures can be drawn meanwhile.
    """
    watched = copy.deepcopy(network).eval()
    stage = _stage(watched, latent_dim)
    features = _activations(watched, stage, torch.zeros(2, latent_dim), None).shape[1]
    latents = _latents(latent_dim, max(FEWEST, min(MOST, NUMBERS // features)))
    count = min(count, latent_dim)
    classes = min(int(getattr(network, "classes", 0)), max(1, len(latents) // FEW_PER_CLASS))
    # Both latents of a pair are drawn as the same class.
    labels = (torch.arange(len(latents) // 2) % classes).repeat(2) if classes else None
    activations = _activations(watched, stage, latents, labels)
    for label in range(max(1, classes)):
        chosen = slice(None) if labels is None else labels == label
        activations[chosen] -= activations[chosen].mean(0)
    axes, variances = principal_axes(activations, count)
    scores = activations @ axes.T
    carried = scores.T @ latents / len(latents)
    linear = carried.square().sum(1) / scores.square().mean(0).clamp_min(torch.finfo(torch.float32).tiny)
    total = activations.square().sum().clamp_min(torch.finfo(torch.float32).tiny)
    kept = linear >= min(LEAST_LINEAR, float(linear.max()))
    directions = torch.nn.functional.normalize(carried[kept], dim=1)
    return Components(
        with_settled_signs(directions), variances[kept] * len(activations) / total, linear[kept], len(latents)
    )


def principal_axes(centred: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The first `count` principal axes (count, F) of centred rows (N, F), orthonormal, and their variances (count,).

    From the eigenvectors of the smaller of X X^T / N and X^T X / N: of thousands of components a few are wanted, and a
    whole singular value decomposition takes ten times as long.
    """
    rows, columns = centred.shape
    wide = columns > rows
    products = centred @ centred.T if wide else centred.T @ centred
    variances, vectors = torch.linalg.eigh(products / rows)  # ascending
    variances, axes = variances.flip(0)[:count].clamp_min(0), vectors.T.flip(0)[:count]
    return torch.nn.functional.normalize(axes @ centred, dim=1) if wide else axes, variances


def _latents(latent_dim: int, samples: int) -> Tensor:
    """`samples` latents or the few more that whitening needs, (N, latent_dim): z and -z, with covariance I exactly."""
    half = torch.randn(max(samples // 2, 2 * latent_dim), latent_dim, generator=torch.Generator().manual_seed(SEED))
    left, _, right = torch.linalg.svd(half.double(), full_matrices=False)
    half = (left @ right * len(half) ** 0.5).float()
    return torch.cat([half, -half])


def _stages(module: nn.Module) -> Iterator[nn.Module]:
    """The parts of a network that have linear layers; what is only a row of parts is taken apart."""
    for child in module.children():
        if isinstance(child, nn.Sequential):
            yield from _stages(child)
        elif any(isinstance(part, (nn.Linear, nn.modules.conv._ConvNd)) for part in child.modules()):
            yield child


def _stage(network: nn.Module, latent_dim: int) -> nn.Module | None:
    """The part whose input is looked at, the `STAGE`th that is computed or the last; None is the picture itself."""
    order: list[nn.Module] = []
    hooks = [part.register_forward_pre_hook(lambda part, _: order.append(part)) for part in _stages(network)]
    with torch.no_grad():
        network(torch.zeros(2, latent_dim, device=_device(network)))
    for hook in hooks:
        hook.remove()
    return order[min(STAGE, len(order) - 1)] if len(order) > 1 else None


@torch.no_grad()  # inference tensors could not be centred in place
def _activations(network: nn.Module, stage: nn.Module | None, latents: Tensor, labels: Tensor | None) -> Tensor:
    """What enters `stage` for each of `latents` (N, latent_dim), float32 (N, features) on the CPU."""
    seen: list[Tensor] = []

    def look(_: nn.Module, inputs: tuple[Any, ...]) -> None:
        seen.append(inputs[0])
        raise _ReachedError

    hook = None if stage is None else stage.register_forward_pre_hook(look)
    device = _device(network)
    parts = []
    for start in range(0, len(latents), BATCH):
        batch = slice(start, start + BATCH)
        labels_given = () if labels is None else (labels[batch].to(device),)
        with contextlib.suppress(_ReachedError):
            seen.append(network(latents[batch].to(device), *labels_given))
        parts.append(seen.pop().flatten(1).float().cpu())
    if hook is not None:
        hook.remove()
    return torch.cat(parts)


def _device(network: nn.Module) -> torch.device:
    return next((weight.device for weight in network.parameters()), torch.device("cpu"))
