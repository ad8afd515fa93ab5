"""Hints are drawn as often as they are said to be, and say nothing but the truth."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from gan_core.games import hint_sampling
from gan_core.games.hint_sampling import LARGEST, MOST, HintRates, coloured, fixed_hints, hint_weights, sample_hints

SIZE = 24


def truths(count: int, seed: int = 0) -> Tensor:
    """Pictures whose every pixel has a colour of its own."""
    return torch.rand(count, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(seed)) * 1.8 - 0.9


def drawn(pictures: Tensor, seed: int = 0, rates: HintRates | None = None) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return sample_hints(pictures, generator) if rates is None else sample_hints(pictures, generator, rates)


def within(successes: int, total: int, share: float) -> bool:
    """Whether a count lies within five standard deviations of its mean."""
    return abs(successes - total * share) <= 5 * math.sqrt(total * share * (1 - share))


def test_none_and_everything_are_as_frequent_as_they_should_be() -> None:
    count = 4000
    masks = torch.cat([drawn(truths(500, part), part)[:, 3] for part in range(8)])
    covered = masks.flatten(1).mean(1)
    assert within(int((covered == 0).sum()), count, 0.15)
    # A picture whose hints happen to cover all of it is next to impossible at this size.
    assert within(int((covered == 1).sum()), count, 0.01)


def test_their_number_is_geometric(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hint_sampling, "LARGEST", 1)  # single pixels at different places: they can be counted
    count = 4000
    numbers = torch.cat([drawn(truths(500, part), part, HintRates(0.0, 0.0, 0.25))[:, 3] for part in range(8)])
    numbers = numbers.flatten(1).sum(1)
    for number in range(1, 7):
        assert within(int((numbers == number).sum()), count, 0.25 * 0.75 ** (number - 1)), number
    assert 1 <= numbers.min() <= numbers.max() <= MOST


def test_every_side_is_as_frequent() -> None:
    pictures = torch.full((1800, 3, 48, 48), 0.5)
    pictures[:, :, ::2] = pictures[:, :, :, ::2] = -0.5  # lines everywhere
    pictures[:, :, 9:39, 9:39] = torch.tensor([0.8, -0.6, -0.6]).view(3, 1, 1)
    areas = drawn(pictures, rates=HintRates(0.0, 0.0, 1.0))[:, 3].flatten(1).sum(1)  # one hint each
    for side in range(1, LARGEST + 1):
        assert within(int((areas == side * side).sum()), len(areas), 1 / LARGEST), side


def test_all_that_is_told_is_a_colour_of_the_truth() -> None:
    pictures = truths(64)
    planes = drawn(pictures)
    told = planes[:, 3] > 0
    for index in range(len(pictures)):
        known = {tuple(colour) for colour in pictures[index].flatten(1).T.tolist()}
        assert {tuple(colour) for colour in planes[index, :3, told[index]].T.tolist()} <= known
    assert not planes[:, :3].masked_select(~told[:, None].expand(-1, 3, -1, -1)).any()
    assert set(planes[:, 3].unique().tolist()) == {0.0, 1.0}


def test_everything_is_the_truth_itself() -> None:
    pictures = truths(3)
    planes = drawn(pictures, rates=HintRates(none=0.0, everything=1.0))
    assert torch.equal(planes[:, :3], pictures)
    assert planes[:, 3].all()
    grey = pictures[:, :1]
    assert torch.equal(drawn(grey, rates=HintRates(none=0.0, everything=1.0))[:, :3], grey.expand(-1, 3, -1, -1))


def test_hints_lie_where_colour_is_and_not_on_lines() -> None:
    pictures = torch.ones(400, 3, SIZE, SIZE)
    pictures[:, :, 4:20, 4:20] = torch.tensor([0.8, -0.6, -0.6]).view(3, 1, 1)
    pictures[:, :, 11:13, 4:20] = -1  # a line through the coloured square
    weights = hint_weights(pictures)
    assert weights[0, 0, 8, 8] == 1
    assert weights[0, 0, 1, 1] == pytest.approx(0.1)
    assert weights[0, 0, 11, 8] == pytest.approx(1e-3)
    planes = fixed_hints(pictures, 1, seed=0, side=1)
    reds = (planes[:, 0] == 0.8).flatten(1).any(1).float().mean()
    blacks = (planes[:, 0] == -1).flatten(1).any(1).float().mean()
    coloured_places = (weights[0] == 1).sum().item()
    plain_places = (weights[0] > 0.05).sum().item() - coloured_places
    share = coloured_places / (coloured_places + 0.1 * plain_places)
    assert abs(reds.item() - share) < 5 * math.sqrt(share * (1 - share) / 400) + 0.01
    assert blacks.item() < 0.05


def test_fixed_hints_are_as_many_as_asked_for_and_the_same_again() -> None:
    pictures = truths(5)
    planes = fixed_hints(pictures, 2, seed=7, side=1)
    assert planes[:, 3].flatten(1).sum(1).tolist() == [2.0] * 5
    assert torch.equal(planes, fixed_hints(pictures, 2, seed=7, side=1))
    assert not torch.equal(planes, fixed_hints(pictures, 2, seed=8, side=1))
    assert not fixed_hints(pictures, 0, seed=7).any()


def test_a_draw_depends_on_its_generator_alone() -> None:
    pictures = truths(6)
    assert torch.equal(drawn(pictures, 4), drawn(pictures, 4))
    assert not torch.equal(drawn(pictures, 4), drawn(pictures, 5))


def test_grey_pixels_have_no_colour_and_grey_pictures_are_shown_where_dark() -> None:
    picture = torch.tensor([[0.5, 0.5, 0.5], [0.5, 0.1, 0.5], [1.0, 1.0, 1.0]]).T.reshape(1, 3, 1, 3)
    assert coloured(picture).flatten().tolist() == [False, True, False]
    assert coloured(torch.tensor([0.9, 0.7]).view(1, 1, 1, 2)).flatten().tolist() == [False, True]
