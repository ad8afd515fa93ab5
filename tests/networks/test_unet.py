"""The U-Net translator against the key names and shapes of the original's files."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from gan_core.networks import translators
from tests.networks.counting import on_paper, parameters, shapes


@pytest.mark.parametrize(("downs", "count", "keys"), [(8, 54_409_603, 32), (7, 41_825_667, 28)])
def test_counts_are_those_of_the_original(downs: int, count: int, keys: int) -> None:
    network = on_paper("translator", "unet", downs=downs)
    assert parameters(network) == count
    assert len(network.state_dict()) == keys
    assert network.multiple == 2**downs


def test_keys_and_shapes_are_those_of_the_original() -> None:
    widths = [64, 128, 256, 512, 512, 512, 512, 512]
    expected: dict[str, tuple[int, ...]] = {
        "model.model.0.weight": (64, 3, 4, 4),
        "model.model.0.bias": (64,),
        "model.model.3.weight": (128, 3, 4, 4),
        "model.model.3.bias": (3,),
    }
    prefix = "model.model.1.model"
    for outer, inner in pairwise(widths[:-1]):
        expected[f"{prefix}.1.weight"] = (inner, outer, 4, 4)
        expected[f"{prefix}.1.bias"] = (inner,)
        expected[f"{prefix}.5.weight"] = (2 * inner, outer, 4, 4)
        expected[f"{prefix}.5.bias"] = (outer,)
        prefix += ".3.model"
    for key in ("1", "3"):
        expected[f"{prefix}.{key}.weight"] = (512, 512, 4, 4)
        expected[f"{prefix}.{key}.bias"] = (512,)
    assert shapes(on_paper("translator", "unet")) == expected


def test_dropout_sits_in_the_inner_blocks_alone() -> None:
    network = on_paper("translator", "unet", dropout=True)
    dropouts = [name for name, module in network.named_modules() if isinstance(module, torch.nn.Dropout)]
    assert len(dropouts) == 3  # num_downs - 5, as in the original
    assert set(network.state_dict()) == set(on_paper("translator", "unet").state_dict())


def test_shape_and_range(device: torch.device) -> None:
    network = translators.build("unet", width=4, downs=3).to(device)
    pictures = network(torch.randn(2, 3, 16, 8, device=device))
    assert pictures.shape == (2, 3, 16, 8)
    assert pictures.abs().max() <= 1


def test_a_picture_of_the_smallest_side_passes() -> None:
    assert translators.build("unet", width=2, downs=4)(torch.randn(1, 3, 16, 16)).shape == (1, 3, 16, 16)


def test_more_channels_out_than_in() -> None:
    network = translators.build("unet", channels=1, out_channels=3, width=2, downs=3)
    assert network(torch.randn(1, 1, 8, 16)).shape == (1, 3, 8, 16)
