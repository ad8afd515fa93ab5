"""Landscapes: one place, two seasons, and by day and at night."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from gan_core import data
from gan_core.data.scenes import render, sources
from gan_core.images import resize_square


@pytest.fixture(autouse=True)
def small_sets(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    monkeypatch.setattr(sources, "TRAINING", 6)
    monkeypatch.setattr(sources, "HELD_OUT", 3)
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path_factory.mktemp("cache")))
    sources._cached.cache_clear()
    yield
    sources._cached.cache_clear()


@pytest.mark.parametrize(("width", "height"), [(64, None), (96, 48), (40, 90)])
def test_any_shape_can_be_rendered(width: int, height: int | None) -> None:
    for winter in (False, True):
        picture = render(5, winter, width, height)
        assert picture.shape == (height or width, width, 3)
        assert picture.dtype == np.uint8
        assert picture.std() > 20
        assert np.array_equal(picture, render(5, winter, width, height))


def test_the_place_is_the_same_at_every_size() -> None:
    for winter in (False, True):
        large, small = resize_square(render(11, winter, 192), 48), render(11, winter, 48)
        assert np.abs(large.astype(int) - small).mean() < 9
        assert np.abs(large.astype(int) - render(12, winter, 48)).mean() > 20


def test_many_seeds_can_be_drawn() -> None:
    for seed in range(60):
        render(seed, seed % 2 == 0, 16)


def test_winter_is_lighter_and_paler_below_the_sky() -> None:
    for seed in range(4):
        summer, winter = (render(seed, season, 48)[28:].astype(int) for season in (False, True))
        assert winter.mean() > summer.mean() + 30
        assert np.ptp(winter, -1).mean() < np.ptp(summer, -1).mean()


def test_no_colour_map_turns_summer_into_winter() -> None:
    """The best guess of each pixel from its own colour (a 16-level table per channel triple) leaves most of the change."""
    pairs = [(render(seed, False, 48), render(seed, True, 48)) for seed in range(24)]
    summer = np.concatenate([a.reshape(-1, 3) for a, _ in pairs]) // 32
    winter = np.concatenate([b.reshape(-1, 3) for _, b in pairs]).astype(float)
    _, cell = np.unique(summer @ [64, 8, 1], return_inverse=True)
    counts = np.bincount(cell)
    mapped = np.stack([np.bincount(cell, winter[:, c]) / counts for c in range(3)], 1)[cell]
    assert np.abs(mapped - winter).mean() > 14


def test_pairs_share_places_only_where_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[int, bool]] = []

    def remember(seed: int, winter: bool, width: int) -> np.ndarray:
        drawn.append((seed, winter))
        return render(seed, winter, width)

    monkeypatch.setattr(sources, "render", remember)
    summer, winter = data.load_pair("scenes-summer", "scenes-winter", size=16)
    assert summer.pictures.shape == winter.pictures.shape == (6, 3, 16, 16)
    places = [{seed for seed, is_winter in drawn if is_winter == season} for season in (False, True)]
    assert len(places[0] & places[1]) == 3
    for index in range(3):
        for season, held_out in ((False, summer.held_out), (True, winter.held_out)):
            expected = torch.from_numpy(render(12 + index, season, 16)).permute(2, 0, 1)
            assert torch.equal(held_out[index], expected)


def test_both_seasons_in_one_set_and_as_one_pair() -> None:
    both = data.load("scenes", size=16)
    assert both.classes == ("summer", "winter")
    assert both.labels is not None
    assert both.labels.tolist() == [0] * 6 + [1] * 6
    assert both.held_out_labels is not None
    assert both.held_out.shape == (6, 3, 16, 16)
    a, b = data.load_pair("scenes", None, size=16)
    assert torch.equal(torch.cat([a.pictures, b.pictures]), both.pictures)
    assert data.load("scenes-winter", size=16, channels=1).pictures.shape == (6, 1, 16, 16)
    assert not torch.equal(data.load("scenes", size=16, seed=1).pictures, both.pictures)


def test_drawing_reports_and_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    reports: list[tuple[int, int]] = []
    first = data.load("scenes-summer", size=16, progress=lambda done, total: reports.append((done, total)))
    assert reports == [(6, 6), (3, 3)]
    sources._cached.cache_clear()
    monkeypatch.setattr(sources, "render", lambda *_: pytest.fail("was stored already"))
    assert torch.equal(data.load("scenes-summer", size=16).pictures, first.pictures)


def test_the_night_is_dark_and_lit_windows_are_not() -> None:
    for seed in range(6000, 6006):
        day, night = (render(seed, False, 64, night=is_night).astype(int) for is_night in (False, True))
        assert night.mean() < 0.6 * day.mean()
        assert night[..., 2].mean() > night[..., 0].mean()  # moonlight is blue
        assert night.max() > 200  # the moon, windows, fireflies
        assert np.array_equal(night, render(seed, True, 64, night=True))


def test_the_night_is_the_same_place_at_every_size_and_in_any_shape() -> None:
    large, small = resize_square(render(6011, False, 192, night=True), 48), render(6011, False, 48, night=True)
    assert np.abs(large.astype(int) - small).mean() < 6
    assert np.abs(large.astype(int) - render(6012, False, 48, night=True)).mean() > 8
    for width, height in ((96, 48), (40, 90)):
        assert render(6003, False, width, height, night=True).shape == (height, width, 3)
    for seed in range(60):
        render(6000 + seed, False, 16, night=True)


def test_no_colour_map_turns_day_into_night() -> None:
    """The best guess of each pixel from its own colour leaves a third of what the nights differ by among themselves."""
    pairs = [(render(seed, False, 48), render(seed, False, 48, night=True)) for seed in range(6000, 6024)]
    day = np.concatenate([a.reshape(-1, 3) for a, _ in pairs]) // 32
    night = np.concatenate([b.reshape(-1, 3) for _, b in pairs]).astype(float)
    _, cell = np.unique(day @ [64, 8, 1], return_inverse=True)
    counts = np.bincount(cell)
    mapped = np.stack([np.bincount(cell, night[:, c]) / counts for c in range(3)], 1)[cell]
    assert np.abs(mapped - night).mean() > np.abs(night.mean(0) - night).mean() / 3


def test_days_and_nights_are_a_pair_as_the_seasons_are() -> None:
    day, night = data.load_pair("scenes-day", "scenes-night", size=16)
    assert day.pictures.shape == night.pictures.shape == (6, 3, 16, 16)
    for index in range(6):
        for is_night, first, side in ((False, 6000, day), (True, 6006, night)):
            expected = torch.from_numpy(render(first + index, False, 16, night=is_night)).permute(2, 0, 1)
            assert torch.equal(side.pictures[index], expected)
    for index in range(3):
        for is_night, side in ((False, day), (True, night)):
            expected = torch.from_numpy(render(6012 + index, False, 16, night=is_night)).permute(2, 0, 1)
            assert torch.equal(side.held_out[index], expected)
    assert data.holds_true_pairs("scenes-day", "scenes-night")
    a, b = data.load_pair("scenes-day-night", None, size=16)
    assert torch.equal(a.pictures, day.pictures)
    assert torch.equal(b.held_out, night.held_out)
    both = data.load("scenes-day-night", size=16)
    assert both.classes == ("day", "night")
    assert torch.equal(both.pictures, torch.cat([day.pictures, night.pictures]))
    few, training, held_out = sources.first_of("day", "night")(16, 0, 4)
    assert torch.equal(few, torch.cat([day.pictures[:2], night.pictures[:2]]))
    assert (training, held_out) == (12, 6)
