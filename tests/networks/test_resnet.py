"""The ResNet translator against the key names and shapes of the original's files."""

from __future__ import annotations

import pytest
import torch

from gan_core.errors import InputError
from gan_core.networks import translators
from gan_core.networks.normalisation import InstanceNorm
from tests.networks.counting import on_paper, parameters, shapes


@pytest.mark.parametrize(
    ("arguments", "count", "keys"),
    [
        ({"blocks": 9}, 11_378_179, 48),
        ({"blocks": 6}, 7_837_699, 36),
        ({"blocks": 9, "norm": "batch", "dropout": True}, 11_383_427, 140),
        ({"blocks": 6, "width": 32}, 1_965_059, 36),
        ({"blocks": 6, "width": 16}, 494_083, 36),
        ({"blocks": 9, "width": 32}, 2_850_563, 48),
        ({"blocks": 9, "width": 16}, 715_651, 48),
    ],
)
def test_counts_are_those_of_the_original(arguments: dict, count: int, keys: int) -> None:
    network = on_paper("translator", "resnet", **arguments)
    assert parameters(network) == count
    assert len(network.state_dict()) == keys


def test_keys_and_shapes_are_those_of_the_original() -> None:
    expected: dict[str, tuple[int, ...]] = {}

    def layer(name: str, out: int, *rest: int, transposed: bool = False) -> None:
        expected[f"{name}.weight"] = (out, *rest)
        expected[f"{name}.bias"] = (rest[0] if transposed else out,)

    layer("model.1", 64, 3, 7, 7)
    layer("model.4", 128, 64, 3, 3)
    layer("model.7", 256, 128, 3, 3)
    for block in range(10, 19):
        layer(f"model.{block}.conv_block.1", 256, 256, 3, 3)
        layer(f"model.{block}.conv_block.5", 256, 256, 3, 3)
    layer("model.19", 256, 128, 3, 3, transposed=True)
    layer("model.22", 128, 64, 3, 3, transposed=True)
    layer("model.26", 3, 64, 7, 7)
    assert shapes(on_paper("translator", "resnet")) == expected


def test_dropout_moves_the_second_convolution() -> None:
    keys = set(on_paper("translator", "resnet", dropout=True).state_dict())
    assert "model.10.conv_block.6.weight" in keys
    assert "model.10.conv_block.5.weight" not in keys


def test_batch_norm_takes_the_place_of_biases() -> None:
    keys = set(on_paper("translator", "resnet", norm="batch").state_dict())
    assert {"model.2.running_mean", "model.10.conv_block.2.weight", "model.26.bias"} <= keys
    assert not {"model.1.bias", "model.10.conv_block.1.bias", "model.19.bias"} & keys


def test_resizing_takes_two_more_places_each_time() -> None:
    """nn.Upsample, padding and convolution where one transposed convolution stood, as users of the original write it."""
    found = shapes(on_paper("translator", "resnet", blocks=6, upsampling="resize"))
    assert found["model.18.weight"] == (128, 256, 3, 3)
    assert found["model.23.weight"] == (64, 128, 3, 3)
    assert found["model.27.weight"] == (3, 64, 7, 7)
    assert len(found) == 36


def test_keys_of_cut() -> None:
    """An antialiased halving has one layer more behind it, a doubling one layer before it."""
    found = shapes(on_paper("translator", "resnet", upsampling="blur", downsampling="blur"))
    assert found["model.4.weight"] == (128, 64, 3, 3)
    assert found["model.7.filt"] == (128, 1, 3, 3)
    assert found["model.8.weight"] == (256, 128, 3, 3)
    assert found["model.11.filt"] == (256, 1, 3, 3)
    assert found["model.20.conv_block.5.weight"] == (256, 256, 3, 3)
    assert found["model.21.filt"] == (256, 1, 4, 4)
    assert found["model.22.weight"] == (128, 256, 3, 3)
    assert found["model.25.filt"] == (128, 1, 4, 4)
    assert found["model.26.weight"] == (64, 128, 3, 3)
    assert found["model.30.weight"] == (3, 64, 7, 7)
    assert len(found) == 52
    assert parameters(on_paper("translator", "resnet", upsampling="blur", downsampling="blur")) == 11_378_179


def test_keys_of_the_first_files() -> None:
    """Zeros around every convolution: no layer for the border, so that all indices are smaller; biases before BatchNorm."""
    found = shapes(on_paper("translator", "resnet", blocks=6, norm="batch", bias=True, padding="zero"))
    assert {"model.0.bias", "model.9.conv_block.0.bias", "model.9.conv_block.3.bias", "model.21.weight"} <= set(found)
    assert found["model.1.running_mean"] == (64,)


def test_resizing_leaves_no_checkerboard() -> None:
    """Maps that are the same everywhere stay so: a transposed convolution adds more terms at every second pixel."""
    even = {}
    for upsampling in ("transposed", "resize"):
        torch.manual_seed(0)
        network = translators.build("resnet", width=2, blocks=0, upsampling=upsampling)
        doubling = [layer for layer in network.model if not isinstance(layer, InstanceNorm)][6:-3]
        maps = torch.nn.Sequential(*doubling)(torch.ones(1, 8, 6, 6))
        even[upsampling] = torch.allclose(maps[..., 2:-2, 2:-2], maps[..., 4:5, 4:5].expand(1, 2, 20, 20), atol=1e-7)
    assert even == {"transposed": False, "resize": True}


def test_more_channels_in_than_out(device: torch.device) -> None:
    network = translators.build("resnet", channels=4, out_channels=1, width=4, blocks=1).to(device)
    assert network(torch.randn(1, 4, 16, 8, device=device)).shape == (1, 1, 16, 8)


@pytest.mark.parametrize("shape", [(1, 3, 8, 8), (2, 3, 16, 12)])
def test_shape_and_range(shape: tuple[int, ...], device: torch.device) -> None:
    network = translators.build("resnet", width=4, blocks=1).to(device)
    pictures = network(torch.randn(shape, device=device))
    assert pictures.shape == shape
    assert pictures.abs().max() <= 1
    assert network.multiple == 4


@pytest.mark.parametrize(
    "options",
    [
        {"width": 0},
        {"width": 10**9},
        {"blocks": -1},
        {"blocks": "9"},
        {"norm": "layer"},
        {"dropout": 1},
        {"upsampling": "bicubic"},
        {"out_channels": 0},
    ],
)
def test_bad_options_are_refused_in_a_sentence(options: dict) -> None:
    with pytest.raises(InputError, match=next(iter(options))):
        translators.build("resnet", **options)
