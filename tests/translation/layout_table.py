"""The generators of CycleGAN, pix2pix and CUT told again from their published layer tables: weights by key, and what
they compute in evaluation mode. Nothing here uses this project's networks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

Weights = dict[str, Tensor]


class Drawing:
    """Random weights under the keys of the files."""

    def __init__(self, norm: str, seed: int = 0) -> None:
        self.norm = norm
        self.weights: Weights = {}
        self.random = torch.Generator().manual_seed(seed)

    def convolution(self, key: str, first: int, second: int, kernel: int, bias: int) -> None:
        """A weight (first, second, kernel, kernel) and, unless `bias` is 0, as many biases."""
        deviation = 1.5 / math.sqrt(max(first, second) * kernel * kernel)
        self.weights[f"{key}.weight"] = deviation * self._normal(first, second, kernel, kernel)
        if bias:
            self.weights[f"{key}.bias"] = 0.2 * self._normal(bias)

    def normalisation(self, key: str, channels: int) -> None:
        if self.norm in ("batch", "instance-affine"):
            self.weights[f"{key}.weight"] = 1 + 0.2 * self._normal(channels)
            self.weights[f"{key}.bias"] = 0.2 * self._normal(channels)
        if self.norm in ("batch", "instance-2018", "instance-2019"):
            self.weights[f"{key}.running_mean"] = 0.2 * self._normal(channels)
            self.weights[f"{key}.running_var"] = 1 + self._normal(channels).square()
        if self.norm in ("batch", "instance-2019"):
            self.weights[f"{key}.num_batches_tracked"] = torch.tensor(1234)

    def blur(self, key: str, channels: int, row: tuple[int, ...], gain: float) -> None:
        square = torch.tensor([[one * other for one in row] for other in row], dtype=torch.float32)
        self.weights[f"{key}.filt"] = gain * square[None, None].expand(channels, 1, -1, -1).clone() / square.sum()

    def _normal(self, *shape: int) -> Tensor:
        return torch.randn(*shape, generator=self.random)


def normalised(weights: Weights, key: str, maps: Tensor, norm: str) -> Tensor:
    if norm == "none":
        return maps
    if norm == "batch":
        statistics = weights[f"{key}.running_mean"], weights[f"{key}.running_var"]
        return F.batch_norm(maps, *statistics, weights[f"{key}.weight"], weights[f"{key}.bias"])
    mean = maps.mean((2, 3), keepdim=True)
    variance = maps.var((2, 3), keepdim=True, unbiased=False)
    flat = (maps - mean) / (variance + 1e-5).sqrt()
    if norm != "instance-affine":
        return flat
    return flat * weights[f"{key}.weight"][:, None, None] + weights[f"{key}.bias"][:, None, None]


@dataclass(frozen=True)
class Resnet:
    blocks: int = 6
    width: int = 8
    channels: int = 3
    out: int = 3
    norm: str = "instance"
    """instance, instance-2018 and instance-2019 (with idle statistics), batch, none, instance-affine."""
    dropout: bool = False
    blur_down: bool = False
    blur_up: bool = False
    old: bool = False
    """The network of early 2017: borders of zeros, biases everywhere."""
    resize: bool = False

    @property
    def bias(self) -> bool:
        return self.old or self.norm.startswith("instance")

    def layers(self) -> Iterator[tuple[int, str, int, int]]:
        """(index, kind, channels in, channels out), the padding and rectifiers that have no keys left out."""
        w, n = self.width, 0 if self.old else 1
        yield n, "ends", self.channels, w
        n += 3
        for features in (w, 2 * w):
            yield n, "down", features, 2 * features
            n += 4 if self.blur_down else 3
        for _ in range(self.blocks):
            yield n, "block", 4 * w, 4 * w
            n += 1
        for features in (4 * w, 2 * w):
            n += 1 if self.blur_up else 2 if self.resize else 0
            yield n, "up", features, features // 2
            n += 3
        yield n if self.old else n + 1, "last", w, self.out

    def in_block(self) -> tuple[int, int]:
        first = 0 if self.old else 1
        return first, first + (3 if self.old else 4) + self.dropout

    def weights(self, seed: int = 0) -> Weights:
        drawing = Drawing(self.norm, seed)
        for n, kind, before, after in self.layers():
            key, bias = f"model.{n}", after if self.bias else 0
            if kind == "block":
                for inner in self.in_block():
                    drawing.convolution(f"{key}.conv_block.{inner}", before, after, 3, bias)
                    drawing.normalisation(f"{key}.conv_block.{inner + 1}", after)
                continue
            if kind == "up" and self.blur_up:
                drawing.blur(f"model.{n - 1}", before, (1, 3, 3, 1), 4.0)
            if kind == "up" and not (self.blur_up or self.resize):
                drawing.convolution(key, before, after, 3, bias)  # a transposed convolution: in, out
            else:
                kernel = 7 if kind in ("ends", "last") else 3
                drawing.convolution(key, after, before, kernel, after if kind == "last" else bias)
            if kind != "last":
                drawing.normalisation(f"model.{n + 1}", after)
            if kind == "down" and self.blur_down:
                drawing.blur(f"model.{n + 3}", after, (1, 2, 1), 1.0)
        return drawing.weights

    def forward(self, weights: Weights, maps: Tensor) -> Tensor:
        for n, kind, _, _ in self.layers():
            key = f"model.{n}"
            if kind == "block":
                first, second = self.in_block()
                inner = self._same(weights, f"{key}.conv_block.{first}", maps, 1)
                inner = F.relu(normalised(weights, f"{key}.conv_block.{first + 1}", inner, self.norm))
                inner = self._same(weights, f"{key}.conv_block.{second}", inner, 1)
                maps = maps + normalised(weights, f"{key}.conv_block.{second + 1}", inner, self.norm)
                continue
            weight, bias = weights[f"{key}.weight"], weights.get(f"{key}.bias")
            if kind in ("ends", "last"):
                maps = self._same(weights, key, maps, 3)
            elif kind == "down":
                maps = F.conv2d(maps, weight, bias, stride=1 if self.blur_down else 2, padding=1)
            elif self.blur_up:
                filt = weights[f"model.{n - 1}.filt"]
                bordered = F.pad(maps, (1, 1, 1, 1), "replicate")
                large = F.conv_transpose2d(bordered, filt, stride=2, padding=2, groups=maps.shape[1])
                maps = F.conv2d(large[:, :, 1:-1, 1:-1], weight, bias, padding=1)
            elif self.resize:
                large = maps.repeat_interleave(2, 2).repeat_interleave(2, 3)
                maps = F.conv2d(F.pad(large, (1, 1, 1, 1), "reflect"), weight, bias)
            else:
                maps = F.conv_transpose2d(maps, weight, bias, stride=2, padding=1, output_padding=1)
            if kind == "last":
                return maps.tanh()
            maps = F.relu(normalised(weights, f"model.{n + 1}", maps, self.norm))
            if kind == "down" and self.blur_down:
                filt = weights[f"model.{n + 3}.filt"]
                maps = F.conv2d(F.pad(maps, (1, 1, 1, 1), "reflect"), filt, stride=2, groups=maps.shape[1])
        raise AssertionError("the table has a last layer")

    def _same(self, weights: Weights, key: str, maps: Tensor, border: int) -> Tensor:
        bordered = F.pad(maps, (border,) * 4, "constant" if self.old else "reflect")
        return F.conv2d(bordered, weights[f"{key}.weight"], weights.get(f"{key}.bias"))


@dataclass(frozen=True)
class Unet:
    downs: int = 7
    width: int = 2
    channels: int = 3
    out: int = 3
    norm: str = "instance"
    bias_always: bool = False

    def features(self) -> list[int]:
        return [self.width * min(2**depth, 8) for depth in range(self.downs)]

    def weights(self, seed: int = 0) -> Weights:
        drawing, features = Drawing(self.norm, seed), self.features()
        bias = self.bias_always or self.norm.startswith("instance")
        drawing.convolution("model.model.0", features[0], self.channels, 4, features[0] if bias else 0)
        drawing.convolution("model.model.3", 2 * features[0], self.out, 4, self.out)
        place = "model.model.1.model"
        for outer, inner in pairwise(features[:-1]):
            drawing.convolution(f"{place}.1", inner, outer, 4, inner if bias else 0)
            drawing.normalisation(f"{place}.2", inner)
            drawing.convolution(f"{place}.5", 2 * inner, outer, 4, outer if bias else 0)
            drawing.normalisation(f"{place}.6", outer)
            place += ".3.model"
        drawing.convolution(f"{place}.1", features[-1], features[-2], 4, features[-1] if bias else 0)
        drawing.convolution(f"{place}.3", features[-1], features[-2], 4, features[-2] if bias else 0)
        drawing.normalisation(f"{place}.4", features[-2])
        return drawing.weights

    def forward(self, weights: Weights, pictures: Tensor) -> Tensor:
        def down(key: str, maps: Tensor) -> Tensor:
            return F.conv2d(maps, weights[f"{key}.weight"], weights.get(f"{key}.bias"), stride=2, padding=1)

        def up(key: str, maps: Tensor) -> Tensor:
            weight, bias = weights[f"{key}.weight"], weights.get(f"{key}.bias")
            return F.conv_transpose2d(F.relu(maps), weight, bias, stride=2, padding=1)

        def level(place: str, maps: Tensor, depth: int) -> Tensor:
            # The original rectifies in place, before the maps go over the bridge.
            maps = F.leaky_relu(maps, 0.2)
            inner = down(f"{place}.1", maps)
            if depth == self.downs - 1:
                back = normalised(weights, f"{place}.4", up(f"{place}.3", inner), self.norm)
            else:
                inner = normalised(weights, f"{place}.2", inner, self.norm)
                inner = level(f"{place}.3.model", inner, depth + 1)
                back = normalised(weights, f"{place}.6", up(f"{place}.5", inner), self.norm)
            return torch.cat([maps, back], 1)

        maps = down("model.model.0", pictures)
        return up("model.model.3", level("model.model.1.model", maps, 1)).tanh()
