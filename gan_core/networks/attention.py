"""Self-attention and skip-layer excitation: what the convolutional players may have between their layers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_core.errors import InputError
from gan_core.networks.initialisation import draw_normal
from gan_core.parts import Option

POOLED = 4
"""Side of the map from which an excitation reads its weights."""
SLOPE = 0.1

ATTENTION = Option(
    label="Self-attention",
    help="Side of the feature map, in pixels, on which every place looks at all others; 0 is off. 16 is usual at 64 pixels.",
    minimum=0,
    maximum=64,
)
EXCITATION = Option(
    label="Skip-layer excitation",
    help="Whether small feature maps weigh the channels of large ones: helps with few pictures, and costs little.",
)


class SelfAttention(nn.Module):
    """maps (N, C, h, w) -> the same shape: maps + gamma * attention (SAGAN, Zhang et al. 2019, eq. 1 to 3).

    Every place sums the values of all places, weighted by the softmax of its query's products with their keys. As in
    the authors' code keys and values are those of the maps at half the side (the largest of 2 x 2 places), and queries
    and keys have C / 8 channels, values C / 2. gamma begins at 0, so that a fresh layer is the identity.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        small, half = max(1, channels // 8), max(1, channels // 2)
        self.query = nn.Conv2d(channels, small, 1, bias=False)
        self.key = nn.Conv2d(channels, small, 1, bias=False)
        self.value = nn.Conv2d(channels, half, 1, bias=False)
        self.leave = nn.Conv2d(half, channels, 1, bias=False)
        self.gamma = nn.Parameter(torch.zeros(()))
        for layer in (self.query, self.key, self.value, self.leave):
            draw_normal(layer.weight, 0.0, layer.in_channels**-0.5)

    def forward(self, maps: Tensor) -> Tensor:
        query = _places(self.query(maps))
        key, value = (_places(F.max_pool2d(layer(maps), 2)) for layer in (self.key, self.value))
        # Written out: torch's fused attention has no second derivatives, which R1 needs.
        weights = (query @ key.transpose(1, 2)).softmax(2)
        found = (weights.to(value.dtype) @ value).transpose(1, 2).unflatten(2, maps.shape[2:])
        return maps + (self.gamma * self.leave(found)).to(maps.dtype)


def _places(maps: Tensor) -> Tensor:
    """Maps (N, C, h, w) as one row for each place, (N, h w, C)."""
    return maps.flatten(2).transpose(1, 2)


class SkipExcitation(nn.Module):
    """(small maps (N, C, s, s), large maps (N, D, h, w)) -> the large maps, each channel times a weight in (0, 1).

    Skip-layer excitation (FastGAN, Liu et al. 2021, eq. 1): the small maps are pooled to 4 x 4, a 4 x 4 convolution
    makes one number a channel of them, and after LeakyReLU a 1 x 1 convolution and a sigmoid give the weights. Maps
    whose side is no multiple of 4 are read whole.

    Args:
        small: Channels of the small maps.
        large: Channels of the large maps.
        side: Of the small maps, in pixels.
    """

    def __init__(self, small: int, large: int, side: int) -> None:
        super().__init__()
        self.pooling = side // POOLED if side % POOLED == 0 else 1
        self.read = nn.Conv2d(small, large, side // self.pooling, bias=False)
        self.weigh = nn.Conv2d(large, large, 1, bias=False)
        draw_normal(self.read.weight, 0.0, self.read.weight[0].numel() ** -0.5)
        draw_normal(self.weigh.weight, 0.0, large**-0.5)

    def forward(self, small: Tensor, large: Tensor) -> Tensor:
        pooled = F.avg_pool2d(small, self.pooling) if self.pooling > 1 else small
        return large * self.weigh(F.leaky_relu(self.read(pooled), SLOPE)).sigmoid()


class BetweenStages(nn.Module):
    """The attention and the excitations of a network, which calls `after` with the maps of every stage in turn.

    Excitations lead from the maps of the first half of the stages to those of the second half, in order: at 64 pixels
    from 4 x 4 to 16 x 16 and from 8 x 8 to 32 x 32.

    Args:
        name: Of the network, for messages.
        stages: Side in pixels and channels of the maps of every stage, in the order of computation.
        attention: Side of the maps that get self-attention; 0 for none.
        excitation: Whether there is skip-layer excitation.

    Raises:
        InputError: for a side that no stage's maps have.
    """

    def __init__(
        self, name: str, stages: Sequence[tuple[int, int]], attention: int = 0, *, excitation: bool = False
    ) -> None:
        super().__init__()
        sides = [side for side, _ in stages]
        if attention and attention not in sides:
            *most, last = map(str, sorted(sides))
            raise InputError(
                f"attention is the side of a feature map of the {name} network: 0 (off), {', '.join(most)} or {last} at "
                f"this size, not {attention}."
            )
        self._attended = sides.index(attention) if attention else -1
        self.attention = SelfAttention(stages[self._attended][1]) if attention else None
        self._distance = (len(stages) + 1) // 2
        pairs = zip(stages, stages[self._distance :], strict=False) if excitation else ()
        self.excitations = nn.ModuleList(SkipExcitation(low[1], high[1], low[0]) for low, high in pairs)

    def after(self, stage: int, maps: Tensor, earlier: list[Tensor]) -> Tensor:
        """The maps (N, C, h, w) that follow on stage number `stage`; `earlier` is filled with those of all stages."""
        if self.attention is not None and stage == self._attended:
            maps = self.attention(maps)
        if self.excitations:
            earlier.append(maps)
            if stage >= self._distance:
                maps = self.excitations[stage - self._distance](earlier[stage - self._distance], maps)
        return maps


def through(layers: Iterable[nn.Module], ends: Sequence[int], between: BetweenStages, maps: Tensor) -> Tensor:
    """Maps through all of `layers`, and through `between` after each layer whose index is in `ends`, one a stage."""
    earlier: list[Tensor] = []
    for index, layer in enumerate(layers):
        maps = layer(maps)
        if index in ends:
            maps = between.after(ends.index(index), maps, earlier)
    return maps
