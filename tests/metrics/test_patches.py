from __future__ import annotations

import pytest
import torch

from gan_core.metrics.patches import ColourMap, mean_absolute_difference, relative, sliced_wasserstein


def noise(seed: int, low: int = 0, high: int = 200) -> torch.Tensor:
    draws = torch.Generator().manual_seed(seed)
    return torch.randint(low, high, (24, 3, 32, 32), dtype=torch.uint8, generator=draws)


def test_a_set_is_as_near_to_itself_as_sampling_allows_and_brightness_counts() -> None:
    floor = sliced_wasserstein(noise(0), noise(1))
    near = sliced_wasserstein(noise(0), noise(1) + 2)
    far = sliced_wasserstein(noise(0), noise(1) + 40)
    assert floor < 3
    assert far == pytest.approx(40, rel=0.25)
    assert floor < near < far


def test_texture_counts_where_the_palette_is_the_same() -> None:
    """The same pixels in another order: no colour statistics differ, but no patch is the same."""
    stripes = (torch.arange(32) // 4 % 2 * 200).to(torch.uint8).expand(24, 3, 32, 32).contiguous()
    shuffled = stripes.flatten(2)[:, :, torch.randperm(32 * 32, generator=torch.Generator().manual_seed(0))]
    assert sliced_wasserstein(stripes, shuffled.view_as(stripes)) > 5 * sliced_wasserstein(stripes, stripes)


def test_it_is_the_same_for_the_same_seed_and_refuses_other_shapes() -> None:
    assert sliced_wasserstein(noise(0), noise(1), seed=3) == sliced_wasserstein(noise(0), noise(1), seed=3)
    with pytest.raises(ValueError, match="one shape"):
        sliced_wasserstein(noise(0), noise(0)[:, :, :16])


def test_a_colour_map_repairs_colours_and_cannot_repair_shapes() -> None:
    pictures = noise(0)
    inverted = 255 - pictures
    assert mean_absolute_difference(ColourMap(pictures, inverted)(noise(2)), 255 - noise(2)).max() < 0.02
    mirrored = pictures.flip(3)
    mapped = ColourMap(pictures, mirrored)(pictures)
    assert mean_absolute_difference(mapped, mirrored).min() > 0.1


def test_relative_distance() -> None:
    assert relative(10, 10, 2) == 0
    assert relative(2, 10, 2) == 1
    assert relative(6, 10, 2) == pytest.approx(0.5)
