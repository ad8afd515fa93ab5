"""The light U-Net: its widths, and what a translation needs of it."""

from __future__ import annotations

import pytest
import torch

from gan_core.errors import InputError
from gan_core.networks import build_translator, describe, extra_channels, rebuild, translator_input, translators
from gan_core.recipes import Part, Recipe
from gan_core.translation.inference import FastNetwork
from gan_core.translation.passes import has_bands, through
from tests.networks.counting import on_paper

HINTED = Part("paired", {"hints": True, "noise": 2})


def test_the_levels_are_1_2_4_6_8_and_8_times_as_wide() -> None:
    network = on_paper("translator", "light-unet")
    convolutions = [each for each in network.modules() if isinstance(each, torch.nn.Conv2d)]
    assert [each.out_channels for each in convolutions[:6]] == [24, 48, 96, 144, 192, 192]
    assert [each.stride[0] for each in convolutions[:6]] == [1, 2, 2, 2, 2, 2]
    assert network.multiple == 32
    assert all(
        each.num_channels % each.num_groups == 0 for each in network.modules() if isinstance(each, torch.nn.GroupNorm)
    )


@pytest.mark.parametrize("name", ["light-unet", "unet", "resnet"])
def test_translators_take_hints_and_noise_behind_the_picture(name: str) -> None:
    options = {
        "light-unet": {"width": 4, "levels": 3},
        "unet": {"width": 4, "downs": 3},
        "resnet": {"width": 4, "blocks": 1},
    }
    recipe = Recipe(name="a", game=HINTED, generator=Part(name, options[name]), size=16)
    assert recipe.inputs == {"hints": True, "noise": 2}
    assert extra_channels(recipe.inputs) == 6
    network = build_translator(recipe, 3)
    pictures = torch.rand(2, 3, 16, 16) * 2 - 1
    made = network(translator_input(pictures, recipe.inputs))
    assert made.shape == pictures.shape
    again = rebuild("translator", describe(network))
    assert {key: value.shape for key, value in again.state_dict().items()} == {
        key: value.shape for key, value in network.state_dict().items()
    }


def test_what_a_translator_reads_stands_in_the_order_of_the_contract() -> None:
    pictures, hints = torch.rand(2, 3, 4, 4), torch.rand(2, 4, 4, 4)
    noise = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    read = translator_input(pictures, {"hints": True, "noise": 2}, hints, noise)
    assert read.shape == (2, 9, 4, 4)
    assert torch.equal(read[:, :3], pictures)
    assert torch.equal(read[:, 3:7], hints)
    assert torch.equal(read[:, 7:], noise[:, :, None, None].expand(-1, -1, 4, 4))
    assert not translator_input(pictures, {"hints": True, "noise": 2})[:, 3:].any()
    assert translator_input(pictures, {}) is pictures
    assert translator_input(pictures, {"noise": 1}, hints).shape == (2, 4, 4, 4)


def test_an_unpaired_game_has_no_further_inputs() -> None:
    assert Recipe(name="a", game=Part("cycle", {"hints": True})).inputs == {}
    assert Recipe(name="a", game=Part("paired")).inputs == {}


def test_a_size_that_cannot_be_halved_often_enough_is_refused() -> None:
    recipe = Recipe.named("pix2pix").replace(size=48, generator=Part("light-unet", {"levels": 6}))
    with pytest.raises(InputError, match="multiples of 32 pixels"):
        build_translator(recipe, 3)


def test_a_picture_goes_through_it_at_once() -> None:
    torch.manual_seed(0)
    network = translators.build("light-unet", width=4, levels=3).eval()
    fast = FastNetwork(network, torch.device("cpu"))
    assert not has_bands(fast)  # GroupNorm looks at the whole map
    picture = torch.randint(0, 256, (10, 14, 3), dtype=torch.uint8).numpy()
    translated, bands = through(fast, picture)
    assert translated.shape == picture.shape
    assert bands == 1
