from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, pad

from gan_core.data import DataSet
from gan_core.metrics import patches
from gan_core.metrics.evaluator import Measurement
from gan_core.metrics.regions import (
    are_line_drawings,
    bleed,
    palette_of,
    random_flat_colours,
    region_chroma,
    regions_of,
    uncoloured,
    unevenness,
)
from gan_core.metrics.translations import TranslationEvaluator

RED, BLUE = (220, 40, 40), (40, 60, 210)


def _colour(value: tuple[int, int, int]) -> Tensor:
    return torch.tensor(value, dtype=torch.uint8).view(3, 1, 1)


def _drawings(count: int = 6) -> tuple[Tensor, Tensor]:
    """Squares with a line across, black on white, and the same with a red and a blue half."""
    lines = torch.full((count, 3, 64, 64), 255, dtype=torch.uint8)
    coloured = lines.clone()
    for index in range(count):
        low, high, middle = 8 + index, 50 + index, 26 + index
        coloured[index, :, low:middle, low:high] = _colour(RED)
        coloured[index, :, middle:high, low:high] = _colour(BLUE)
        for plane in (lines[index], coloured[index]):
            for row in (low, middle, high):
                plane[:, row, low : high + 1] = 0
            plane[:, low : high + 1, low] = plane[:, low : high + 1, high] = 0
    return lines, coloured


def _blurred(pictures: Tensor) -> Tensor:
    return avg_pool2d(pad(pictures.float(), (3, 3, 3, 3), mode="replicate"), 7, 1).byte()


def _saturated(pictures: Tensor) -> Tensor:
    grey = pictures.float().mean(1, keepdim=True)
    return (grey + 2 * (pictures.float() - grey)).clamp(0, 255).byte()


class Drawings:
    """Drawings and their coloured truths, one half of them held out."""

    def __init__(self, lines: Tensor, coloured: Tensor) -> None:
        self.lines, self.coloured = lines, coloured
        pair = {
            "A": DataSet("lines", lines[:6], lines[6:]),
            "B": DataSet("coloured", coloured[:6].flip(0), coloured[6:]),
        }
        self.evaluator = TranslationEvaluator(pair, pairs=True)

    @functools.cached_property
    def found(self) -> dict[str, Measurement]:
        """What the truths give."""
        return self.measured(lambda pictures: pictures)

    def measured(self, change: Callable[[Tensor], Tensor]) -> dict[str, Measurement]:
        """What changed truths give."""
        return self.measure(lambda pictures: change(self._truth(pictures)))

    def measure(self, translate: Callable[[Tensor], Tensor]) -> dict[str, Measurement]:
        """Every measurement from A to B, by name.

        Patches are compared in few directions: their exact distance is tested elsewhere.
        """
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(patches, "DIRECTIONS", 8)
            found = self.evaluator.measure(lambda direction, pictures: translate(pictures), ("AtoB",))
        return {each.name: each for each in found}

    def _truth(self, pictures: Tensor) -> Tensor:
        """The coloured drawings of `pictures`, found by comparing them with all lines."""
        same = (pictures[:, None] == self.lines[None]).flatten(2).all(2)
        return self.coloured[same.float().argmax(1)]


def test_regions_are_what_lines_close() -> None:
    lines, coloured = _drawings(1)
    (found,) = regions_of(lines)
    assert [int(region.sum()) for region in found.inside] == [15 * 39, 21 * 39]
    assert found.outside.sum() == 64 * 64 - (43 + 2) * (43 + 2) + 4  # the cross-shaped widening leaves the corners
    assert not (found.outside & found.enclosed).any()
    assert are_line_drawings(lines)
    assert not are_line_drawings(coloured)


def test_an_open_line_closes_nothing() -> None:
    picture = torch.full((1, 3, 32, 32), 255, dtype=torch.uint8)
    picture[0, :, 4:28, 10] = 0
    (found,) = regions_of(picture)
    assert found.inside == []
    assert unevenness(picture, [found]).isnan().all()
    assert region_chroma(picture, [found]).isnan().all()


def test_flat_fills_are_even_and_a_ramp_is_not() -> None:
    lines, coloured = _drawings()
    regions = regions_of(lines)
    assert unevenness(coloured, regions).tolist() == [0] * 6
    ramp = coloured.clone()
    ramp[:, 1] = (torch.arange(64) * 3).byte()  # one channel goes through 0 to 189 from left to right
    # 39 columns of one ramp fall on two tones: their mean distance is a quarter of each half's width.
    assert unevenness(ramp, regions).tolist() == pytest.approx([3 * 39 / 8] * 6, rel=0.02)


def test_two_tones_count_as_even() -> None:
    lines, coloured = _drawings(1)
    coloured[0, :, 15:20, 15:30] = _colour((250, 120, 120))  # a highlight
    assert float(unevenness(coloured, regions_of(lines))) == 0


def test_colour_outside_the_outline_is_bleed() -> None:
    lines, coloured = _drawings(1)
    regions = regions_of(lines)
    assert float(bleed(coloured, regions)) == 0
    coloured[0, :, :4] = 155
    assert float(bleed(coloured, regions)) == pytest.approx(100 * 4 * 64 / regions[0].outside.sum())


def test_what_stays_white_is_counted() -> None:
    lines, coloured = _drawings(2)
    regions = regions_of(lines)
    assert uncoloured(coloured, coloured, regions).tolist() == [0, 0]
    assert uncoloured(lines, coloured, regions).tolist() == [1, 1]
    half = coloured.clone()
    half[0, :, torch.from_numpy(regions[0].inside[0])] = 255
    share = regions[0].inside[0].sum() / regions[0].enclosed.sum()
    assert float(uncoloured(half, coloured, regions)[0]) == pytest.approx(share)


@pytest.fixture(scope="module")
def pale() -> Drawings:
    """Twelve drawings so pale that saturation can double."""
    lines, coloured = _drawings(12)
    coloured = (coloured.float() * 0.6 + 80).clamp(max=255).byte()
    coloured[lines == 255] = torch.where(lines == 255, coloured, 0)[lines == 255]
    return Drawings(lines, coloured)


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (_saturated, ["region-chroma"]),
        (lambda pictures: pictures[:, [1, 2, 0]], ["colour-difference", "region-colour-difference"]),
        (_blurred, ["unevenness", "bleed"]),
        (lambda pictures: torch.full_like(pictures, 255), ["uncoloured"]),
    ],
)
def test_every_change_that_a_person_sees_changes_a_score(
    pale: Drawings, change: Callable[[Tensor], Tensor], changed: list[str]
) -> None:
    after = pale.measured(change)
    for name in changed:
        true, other = pale.found[f"AtoB {name}"], after[f"AtoB {name}"]
        difference = other.value - true.value
        assert difference > max(3 * (true.spread or 0), 0.05 * abs(true.value), 0.5 if true.value else 0.05), name


def test_the_truth_scores_at_the_reference_level_and_the_baselines_lose() -> None:
    found = Drawings(*_drawings(12)).found
    for name in ("unevenness", "bleed", "region-chroma"):
        each = found[f"AtoB {name}"]
        assert each.value == each.reference_level
        assert each.reference_spread is not None
    assert found["AtoB region-chroma"].value == pytest.approx((180 * 15 + 170 * 21) / 36, abs=1)
    for name in ("colour-difference", "region-colour-difference", "uncoloured", "paired-l1"):
        each = found[f"AtoB {name}"]
        assert each.value == 0
        assert each.details["do nothing"] > 0.05
        if name != "uncoloured":
            assert each.details["random flat colours"] > 0.01
            assert each.details["a random training picture"] > 0.01
    shown = found["AtoB shown-patch-distance"]
    assert shown.reference_level is not None
    assert shown.details["do nothing"] > 3 * shown.value
    assert shown.value < found["AtoB patch-distance"].details["do nothing"]


def test_random_flat_colours_fill_up_to_the_line() -> None:
    lines, coloured = _drawings(2)
    palette = palette_of(coloured)
    assert sorted(map(tuple, palette.unique(dim=0).tolist())) == sorted([RED, BLUE])
    filled = random_flat_colours(lines, regions_of(lines), palette)
    assert (filled[lines == 0] == 0).all()
    inside = coloured.amin(1) < 240
    assert (filled.amin(1) < 240)[inside].all()
    assert (filled[:, :, :8] == 255).all()


def test_where_flat_colours_do_as_well_no_way_is_told() -> None:
    """Any flat fill has the patches of flat fills: what only the outlines tell is no way that a model has gone."""
    drawings = Drawings(*_drawings(12))
    palette = palette_of(drawings.coloured[:6].flip(0))
    found = drawings.measure(lambda pictures: random_flat_colours(pictures, regions_of(pictures), palette))
    assert found["AtoB patch-distance"].no_better_than == "random flat colours"
    assert found["AtoB patch-distance"].details["way to the reference level"] is None
