"""Generators of the PyTorch-GAN collection, told again from its layer tables: recognised, and computing the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_core.errors import InputError
from gan_core.networks import describe
from gan_core.translation.third_party import read_third_party
from tests.translation.layout_table import Drawing, Weights, normalised


@dataclass(frozen=True)
class CollectedResnet:
    """Of its CycleGAN: `block` for `conv_block`, nearest pixels and a border of zeros on the way up."""

    blocks: int = 2
    width: int = 8
    channels: int = 3

    def ups(self) -> tuple[int, int]:
        return 10 + self.blocks + 1, 10 + self.blocks + 5

    def weights(self, seed: int = 0) -> Weights:
        drawing, w = Drawing("instance", seed), self.width
        drawing.convolution("model.1", w, self.channels, 7, w)
        drawing.convolution("model.4", 2 * w, w, 3, 2 * w)
        drawing.convolution("model.7", 4 * w, 2 * w, 3, 4 * w)
        for block in range(self.blocks):
            for inner in (1, 5):
                drawing.convolution(f"model.{10 + block}.block.{inner}", 4 * w, 4 * w, 3, 4 * w)
        for place, features in zip(self.ups(), (2 * w, w), strict=True):
            drawing.convolution(f"model.{place}", features, 2 * features, 3, features)
        drawing.convolution(f"model.{self.ups()[1] + 4}", self.channels, w, 7, self.channels)
        return drawing.weights

    def forward(self, weights: Weights, maps: Tensor) -> Tensor:
        def flat(maps: Tensor) -> Tensor:
            return normalised(weights, "", maps, "instance")

        def convolved(key: str, maps: Tensor, **options: int) -> Tensor:
            return F.conv2d(maps, weights[f"{key}.weight"], weights[f"{key}.bias"], **options)

        maps = F.relu(flat(convolved("model.1", F.pad(maps, (3, 3, 3, 3), "reflect"))))
        for place in (4, 7):
            maps = F.relu(flat(convolved(f"model.{place}", maps, stride=2, padding=1)))
        for block in range(self.blocks):
            inner = convolved(f"model.{10 + block}.block.1", F.pad(maps, (1, 1, 1, 1), "reflect"))
            inner = convolved(f"model.{10 + block}.block.5", F.pad(F.relu(flat(inner)), (1, 1, 1, 1), "reflect"))
            maps = maps + flat(inner)
        for place in self.ups():
            large = maps.repeat_interleave(2, 2).repeat_interleave(2, 3)
            maps = F.relu(flat(convolved(f"model.{place}", large, padding=1)))
        return convolved(f"model.{self.ups()[1] + 4}", F.pad(maps, (3, 3, 3, 3), "reflect")).tanh()


@dataclass(frozen=True)
class CollectedUnet:
    """Of its pix2pix; DiscoGAN's has biases, DualGAN's scales and shifts and a transposed last convolution."""

    features: tuple[int, ...] = (4, 6, 8, 8)
    channels: int = 3
    out: int = 3
    affine: bool = False
    bias: bool = False
    transposed: bool = False

    def weights(self, seed: int = 0) -> Weights:
        drawing = Drawing("instance-affine" if self.affine else "instance", seed)
        depth = len(self.features)
        for level, (before, after) in enumerate(pairwise((self.channels, *self.features)), start=1):
            drawing.convolution(f"down{level}.model.0", after, before, 4, after if self.bias else 0)
            if 1 < level < depth:
                drawing.normalisation(f"down{level}.model.1", after)
        read = self.features[-1]
        for level, after in enumerate(self.features[-2::-1], start=1):
            drawing.convolution(f"up{level}.model.0", read, after, 4, after if self.bias else 0)
            drawing.normalisation(f"up{level}.model.1", after)
            read = 2 * after
        if self.transposed:
            drawing.convolution("final.0", read, self.out, 4, self.out)
        else:
            drawing.convolution("final.2", self.out, read, 4, self.out)
        return drawing.weights

    def forward(self, weights: Weights, maps: Tensor) -> Tensor:
        norm, depth = "instance-affine" if self.affine else "instance", len(self.features)
        bridges: list[Tensor] = []
        for level in range(1, depth + 1):
            key = f"down{level}.model"
            maps = F.conv2d(maps, weights[f"{key}.0.weight"], weights.get(f"{key}.0.bias"), stride=2, padding=1)
            if 1 < level < depth:
                maps = normalised(weights, f"{key}.1", maps, norm)
            maps = F.leaky_relu(maps, 0.2)
            bridges.append(maps)
        for level in range(1, depth):
            key = f"up{level}.model"
            weight, bias = weights[f"{key}.0.weight"], weights.get(f"{key}.0.bias")
            maps = F.conv_transpose2d(maps, weight, bias, stride=2, padding=1)
            maps = F.relu(normalised(weights, f"{key}.1", maps, norm))
            maps = torch.cat([maps, bridges[depth - 1 - level]], 1)
        if self.transposed:
            return F.conv_transpose2d(maps, weights["final.0.weight"], weights["final.0.bias"], 2, 1).tanh()
        large = F.pad(maps.repeat_interleave(2, 2).repeat_interleave(2, 3), (1, 0, 1, 0))
        return F.conv2d(large, weights["final.2.weight"], weights["final.2.bias"], padding=1).tanh()


LAYOUTS = [
    CollectedResnet(),
    CollectedResnet(blocks=9, width=4),
    CollectedResnet(blocks=0),
    CollectedUnet(),
    CollectedUnet(features=(2, 4, 8, 16, 16, 16, 16, 16)),
    CollectedUnet(channels=1, out=3),
    CollectedUnet(bias=True, features=(4, 8, 16, 16, 16, 16)),
    CollectedUnet(affine=True, transposed=True, features=(4, 8, 16, 16, 16, 16, 16)),
]


def computes(network: torch.nn.Module, layout: CollectedResnet | CollectedUnet, weights: Weights) -> bool:
    side = 2 ** len(layout.features) if isinstance(layout, CollectedUnet) else 32
    pictures = torch.rand(1, layout.channels, side, side, generator=torch.Generator().manual_seed(1)) * 2 - 1
    expected = layout.forward(weights, pictures)
    assert expected.shape[2:] == pictures.shape[2:]
    assert expected.std() > 0.1
    return float((network(pictures) - expected).abs().max()) < 1e-4


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_its_generators_compute_what_they_do_there(layout: CollectedResnet | CollectedUnet, tmp_path: Path) -> None:
    weights = layout.weights()
    torch.save(weights, tmp_path / "generator_0.pth")
    found = read_third_party(tmp_path / "generator_0.pth")
    assert computes(found.networks["AtoB"], layout, weights)
    assert "PyTorch-GAN" in found.sentence or layout == CollectedResnet(blocks=0)
    assert describe(found.networks["AtoB"]).items() >= found.card.network.items()
    assert found.card.size == (256 if isinstance(layout, CollectedResnet) else 2 ** len(layout.features))


def test_its_two_files_are_two_directions(tmp_path: Path) -> None:
    """G_AB_100.pth and G_BA_100.pth, as its scripts call them."""
    layout = CollectedResnet()
    there, back = layout.weights(1), layout.weights(2)
    torch.save(there, tmp_path / "G_AB_100.pth")
    torch.save(back, tmp_path / "G_BA_100.pth")
    assert tuple(read_third_party(tmp_path / "G_BA_100.pth").networks) == ("BtoA",)
    both = read_third_party(tmp_path / "G_AB_100.pth", back=tmp_path / "G_BA_100.pth")
    assert computes(both.networks["AtoB"], layout, there)
    assert computes(both.networks["BtoA"], layout, back)


@pytest.mark.parametrize("prefix", ["module.", "generator.", "G_AB.module."])
def test_under_a_prefix_beside_other_networks(prefix: str, tmp_path: Path) -> None:
    layout = CollectedUnet()
    weights = layout.weights()
    value = {prefix + key: tensor for key, tensor in weights.items()}
    value["discriminator.model.0.weight"] = torch.zeros(4, 6, 4, 4)
    torch.save({"state_dict": value}, tmp_path / "a.ckpt")
    assert computes(read_third_party(tmp_path / "a.ckpt").networks["AtoB"], layout, weights)


def test_a_resnet_for_grey_pictures_is_refused(tmp_path: Path) -> None:
    """It pads by as many pixels as it has channels: what comes out has another size than what goes in."""
    torch.save(CollectedResnet(channels=1).weights(), tmp_path / "a.pth")
    with pytest.raises(InputError, match="PyTorch-GAN's ResNet for pictures of 1 channels"):
        read_third_party(tmp_path / "a.pth")


def test_a_unet_whose_parts_do_not_fit_is_refused(tmp_path: Path) -> None:
    weights = CollectedUnet().weights()
    weights["up2.model.0.weight"] = torch.zeros(8, 6, 4, 4)
    torch.save(weights, tmp_path / "a.pth")
    with pytest.raises(InputError, match=r"up2.model.0.weight has the shape \(8, 6, 4, 4\).* needs \(16, 6, 4, 4\)"):
        read_third_party(tmp_path / "a.pth")
