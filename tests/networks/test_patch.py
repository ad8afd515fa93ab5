"""The patch discriminators against the key names and shapes of the original's files."""

from __future__ import annotations

import pytest
import torch

from gan_core.errors import InputError
from gan_core.networks import discriminators
from tests.networks.counting import on_paper, parameters, shapes


@pytest.mark.parametrize(
    ("name", "arguments", "count"),
    [("patch", {}, 2_764_737), ("patch", {"layers": 5}, 11_154_369), ("pixel", {}, 8_705)],
)
def test_counts_are_those_of_the_original(name: str, arguments: dict, count: int) -> None:
    assert parameters(on_paper("discriminator", name, **arguments)) == count


def test_keys_and_shapes_are_those_of_the_original() -> None:
    found = shapes(on_paper("discriminator", "patch"))
    weights = {key: shape for key, shape in found.items() if key.endswith("weight")}
    assert weights == {
        "model.0.weight": (64, 3, 4, 4),
        "model.2.weight": (128, 64, 4, 4),
        "model.5.weight": (256, 128, 4, 4),
        "model.8.weight": (512, 256, 4, 4),
        "model.11.weight": (1, 512, 4, 4),
    }
    assert set(found) - set(weights) == {key.replace("weight", "bias") for key in weights}
    assert set(shapes(on_paper("discriminator", "pixel"))) == {
        f"net.{index}.{kind}" for index in (0, 2, 5) for kind in ("weight", "bias")
    }


@pytest.mark.parametrize(
    ("layers", "size", "side"), [(3, 256, 30), (3, 64, 6), (3, 24, 1), (1, 6, 1), (2, 12, 1), (4, 48, 1)]
)
def test_map_of_logits(layers: int, size: int, side: int) -> None:
    network = discriminators.build("patch", size=size, channels=1, width=2, layers=layers)
    assert network(torch.randn(2, 1, size, size)).shape == (2, 1, side, side)


def test_pixel_judges_every_pixel() -> None:
    assert discriminators.build("pixel", size=9, width=2)(torch.randn(2, 3, 9, 9)).shape == (2, 1, 9, 9)


def test_a_picture_smaller_than_a_patch_is_refused() -> None:
    with pytest.raises(InputError, match="at least 24 pixels, not 16"):
        discriminators.build("patch", size=16)
