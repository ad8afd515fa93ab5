"""How networks draw the pictures that are measured."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from gan_core.data import DataSet
from gan_core.images import to_float, to_levels
from gan_core.metrics.evaluator import DrawPictures
from gan_core.models.generator import latents_for_seed
from gan_core.networks import translator_input

BATCH = 100


def generator_samples(
    network: nn.Module, latent_dim: int, device: torch.device, data: DataSet | None = None
) -> DrawPictures:
    """`network` (latents -> float pictures) as the function that an evaluator calls.

    A conditional network is given classes as often as they are among the pictures of `data`: see `labels_for_seed`.
    """

    @torch.inference_mode()
    def draw(count: int, seed: int) -> Tensor:
        latents = latents_for_seed(seed, count, latent_dim)
        labels = labels_for_seed(network, data, count, seed)
        parts = [
            to_levels(network(part.to(device), *_given(labels, index, device))).cpu()
            for index, part in enumerate(latents.split(BATCH))
        ]
        return torch.cat(parts)

    return draw


def labels_for_seed(network: nn.Module, data: DataSet | None, count: int, seed: int) -> Tensor | None:
    """The classes that `drawing` asks of a conditional network, int64 (count,): those of random pictures of `data`.

    None for a network without classes, and where the data have none: it then draws all in turn.
    """
    if not getattr(network, "classes", 0) or data is None or data.labels is None:
        return None
    chosen = torch.randint(len(data.labels), (count,), generator=torch.Generator().manual_seed(seed))
    return data.labels[chosen]


@torch.inference_mode()
def translated_samples(
    network: nn.Module,
    pictures: Tensor,
    device: torch.device,
    at_once: int = 8,
    inputs: Mapping[str, Any] = MappingProxyType({}),
    hints: Tensor | None = None,
) -> Tensor:
    """uint8 pictures (N, C, H, W) through a translator's network, as uint8 on the CPU.

    Args:
        network: Of one direction.
        pictures: On any device.
        device: Where the network lives.
        at_once: Pictures in a batch.
        inputs: What the network takes besides the picture: `Card.inputs`.
        hints: Colour hints (N, 4, H, W) as it reads them; None for none.

    Returns:
        uint8 (N, C, H, W) on the CPU; the mean answer of a network that takes noise.
    """
    parts: list[Tensor] = []
    for start in range(0, len(pictures), at_once):
        part = to_float(pictures[start : start + at_once].to(device))
        given = None if hints is None else hints[start : start + at_once].to(device)
        parts.append(to_levels(network(translator_input(part, inputs, given))).cpu())
    return torch.cat(parts)


def _given(labels: Tensor | None, index: int, device: torch.device) -> tuple[Tensor, ...]:
    return () if labels is None else (labels[index * BATCH : (index + 1) * BATCH].to(device),)
