"""What a translator shows of its inside, and the heads that read it."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from gan_core.errors import InputError
from gan_core.networks.heads import build_heads
from gan_core.networks.resnet import ResnetGenerator
from gan_core.networks.unet import UnetGenerator


@pytest.mark.parametrize(
    ("options", "layers"),
    [
        ({"blocks": 9}, [0, 4, 7, 10, 14]),
        ({"blocks": 9, "downsampling": "blur", "upsampling": "blur"}, [0, 4, 8, 12, 16]),  # as CUT's own code has them
        ({"blocks": 1}, [0, 4, 7, 10]),
        ({"blocks": 0}, [0, 4, 7]),
        ({"blocks": 2, "padding": "zero"}, [3, 6, 9, 10]),
    ],
)
def test_features_are_the_maps_on_the_way_to_the_translation(options: dict[str, Any], layers: list[int]) -> None:
    network = ResnetGenerator(width=2, **options)
    assert list(network.taps) == layers
    pictures = torch.rand(2, 3, 16, 16)
    *features, translation = network.features(pictures, (*network.taps, network.last))
    assert torch.equal(translation, network(pictures))
    assert [maps.shape[1] for maps in features] == list(network.taps.values())
    for index, maps in zip(layers, features, strict=True):  # and none of them was changed by the layers behind it
        assert torch.equal(maps, network.model[: index + 1](pictures))


def test_heads_have_a_network_for_every_layer() -> None:
    network = ResnetGenerator(width=4, blocks=2)
    heads = build_heads(network)
    patches = [torch.rand(2, 5, channels) for channels in network.taps.values()]
    read = heads(*patches)
    assert [each.shape for each in read] == [(2, 5, 16)] * len(patches)
    changed = heads(*patches[:-1], patches[-1] + 1)
    assert [torch.equal(a, b) for a, b in zip(read, changed, strict=True)] == [True] * (len(patches) - 1) + [False]


def test_a_network_that_shows_nothing_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"'unet' shows none: choose generator=resnet, or the game cycle\."):
        build_heads(UnetGenerator(width=2, downs=2))
