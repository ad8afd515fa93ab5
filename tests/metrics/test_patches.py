from __future__ import annotations

import pytest
import torch

from gan_core.metrics.patches import (
    ColourMap,
    debiased_sliced_wasserstein,
    mean_absolute_difference,
    sliced_wasserstein,
)


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


PATCHES = 1_024
"""Enough here, and eight times as fast."""


def blotches(seed: int, count: int = 40) -> torch.Tensor:
    """Pictures that differ from each other, as real ones do: a colour of their own, a brighter square, noise."""
    draws = torch.Generator().manual_seed(seed)
    pictures = torch.randint(40, 160, (count, 3, 1, 1), generator=draws).expand(-1, -1, 16, 16).clone()
    pictures[:, :, 4:12, 4:12] += torch.randint(0, 60, (count, 3, 1, 1), generator=draws)
    return (pictures + torch.randint(0, 20, pictures.shape, generator=draws)).to(torch.uint8)


def debiased(one: torch.Tensor, other: torch.Tensor, seed: int = 0) -> float:
    return debiased_sliced_wasserstein(one, other, seed=seed, patches=PATCHES)


def test_debiased_independent_draws_of_one_distribution_are_nothing_apart() -> None:
    """Over 40 pairs of halves the mean is 0 within three of its standard errors, where the plain distance never is."""
    values = torch.tensor([debiased(*blotches(seed, 80).split(40), seed) for seed in range(40)])
    assert abs(float(values.mean())) < 3 * float(values.std()) / 40**0.5
    assert (values < 0).any()
    plain = [sliced_wasserstein(*blotches(seed, 80).split(40), seed=seed, patches=PATCHES) for seed in range(3)]
    assert min(plain) > 3 * float(values.std())
    itself = debiased(blotches(0), blotches(0))
    assert itself < float(values.std())


def test_debiased_a_small_set_against_a_large_one_is_nothing_apart_either() -> None:
    values = torch.tensor([debiased(*blotches(100 + seed, 70).split([60, 10]), seed) for seed in range(40)])
    assert abs(float(values.mean())) < 3 * float(values.std()) / 40**0.5


def test_debiased_sees_brightness_saturation_and_blur() -> None:
    one, other = blotches(0, 200), blotches(1, 200)
    usual = max(abs(debiased(*blotches(seed, 400).split(200), seed)) for seed in range(10))
    grey = other.float().mean(1, keepdim=True)
    saturated = (grey + 2 * (other.float() - grey)).clamp(0, 255).to(torch.uint8)
    assert debiased(one, other + 10) > 2 * usual
    assert debiased(one, saturated) > 4 * usual
    assert 10 * usual < debiased(one, other + 40) < 41
    noisy, smooth = noise(0), torch.nn.functional.avg_pool2d(noise(1).float(), 5, 1, 2).to(torch.uint8)
    assert debiased(noisy, noise(1) + 40) == pytest.approx(40, rel=0.25)
    assert debiased(noisy, smooth) > 20
    assert abs(debiased(noisy, noise(2))) < 1


def test_one_grey_level_is_lost_in_the_plain_distance() -> None:
    """What the docstring says: a set and itself are not 0 apart, and one level more adds less than one."""
    one = blotches(0)
    itself = sliced_wasserstein(one, one)
    assert itself > 0.5
    assert sliced_wasserstein(one, one + 1) - itself < 1
    assert sliced_wasserstein(one, one + 40) == pytest.approx(40, rel=0.1)


def test_debiased_of_single_pictures_cannot_be_told() -> None:
    assert torch.tensor(debiased(blotches(0)[:1], blotches(1))).isnan()
    with pytest.raises(ValueError, match="one shape"):
        debiased(blotches(0), noise(0))
