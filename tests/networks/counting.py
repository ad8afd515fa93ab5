"""Helpers of the network tests."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from gan_core.networks import rebuild


def on_paper(kind: str, name: str, **arguments: Any) -> nn.Module:
    """A network without weights (meta device), so that 54 million parameters cost nothing."""
    with torch.device("meta"):
        return rebuild(kind, {"name": name, **arguments})


def parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def shapes(network: nn.Module) -> dict[str, tuple[int, ...]]:
    return {key: tuple(value.shape) for key, value in network.state_dict().items()}
