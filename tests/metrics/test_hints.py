"""Whether hints are obeyed, on squares that are filled by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.metrics.hints import hint_difference, hint_specks, hinted_region_difference, hinted_unevenness
from gan_core.metrics.paired import PairedEvaluator
from gan_core.metrics.regions import Regions, regions_of
from gan_core.translation.hints import hint_planes

RED = (220, 40, 40)


def _fill(picture: Tensor, rows: slice, columns: slice, colour: tuple[int, int, int]) -> None:
    picture[0, :, rows, columns] = torch.tensor(colour, dtype=torch.uint8).view(3, 1, 1)


@pytest.fixture
def drawing() -> Tensor:
    """Two boxes of 20 x 20 pixels beside each other."""
    lines = torch.full((1, 3, 40, 60), 255, dtype=torch.uint8)
    for left in (5, 33):
        _fill(lines, slice(8, 32), slice(left, left + 22), (0, 0, 0))
        _fill(lines, slice(10, 30), slice(left + 2, left + 20), (255, 255, 255))
    return lines


@pytest.fixture
def regions(drawing: Tensor) -> list[Regions]:
    return regions_of(drawing)


@pytest.fixture
def hints() -> Tensor:
    """One in the left box, 5 x 5 pixels."""
    return torch.from_numpy(hint_planes([(15, 20, RED, 2)], (60, 40), (60, 40)))[None]


@pytest.fixture
def filled(drawing: Tensor) -> Tensor:
    """What a translator should make of it."""
    picture = drawing.clone()
    _fill(picture, slice(10, 30), slice(7, 25), RED)
    return picture


def test_a_region_in_the_hints_colour_is_perfect(drawing, filled, hints, regions):
    assert len(regions[0].inside) == 2
    assert hint_difference(filled, hints).tolist() == pytest.approx([0], abs=1e-4)
    assert hinted_region_difference(filled, hints, regions).tolist() == pytest.approx([0], abs=1e-4)
    assert hinted_unevenness(filled, hints, regions).tolist() == pytest.approx([0], abs=1e-4)
    assert hint_specks(filled, drawing, hints, regions).tolist() == [0]


def test_a_colour_that_is_missed_is_as_far_as_it_is(filled, hints, regions):
    moved = filled.clone()
    _fill(moved, slice(10, 30), slice(7, 25), (RED[0] - 30, RED[1], RED[2] + 60))
    assert hint_difference(moved, hints).item() == pytest.approx(30)
    assert hinted_region_difference(moved, hints, regions).item() == pytest.approx(30)
    assert hinted_unevenness(moved, hints, regions).item() == pytest.approx(0, abs=1e-4)


def test_the_hint_alone_is_hit_but_its_region_is_not(drawing, hints, regions):
    dotted = drawing.clone()
    _fill(dotted, slice(18, 23), slice(13, 18), RED)
    assert hint_difference(dotted, hints).item() == pytest.approx(0, abs=1e-4)
    region = regions[0].inside[0]
    white = (255 - RED[0] + 2 * (255 - RED[1])) / 3
    share = 1 - 25 / region.sum()
    assert hinted_region_difference(dotted, hints, regions).item() == pytest.approx(white * share, rel=1e-5)
    assert hint_specks(dotted, drawing, hints, regions).item() == 0


def test_an_uneven_region_is_seen_and_one_without_a_hint_is_not(filled, hints, regions):
    random = torch.Generator().manual_seed(0)
    noisy = torch.randint(0, 256, filled.shape, generator=random, dtype=torch.uint8)
    left, right = filled.clone(), filled.clone()
    left[..., 10:30, 7:25] = noisy[..., 10:30, 7:25]
    right[..., 10:30, 35:53] = noisy[..., 10:30, 35:53]
    assert hinted_unevenness(left, hints, regions).item() > 30
    assert hinted_unevenness(right, hints, regions).item() == pytest.approx(0, abs=1e-4)


def test_specks_are_counted_where_the_hints_colour_is_new(drawing, filled, hints, regions):
    speckled = filled.clone()
    _fill(speckled, slice(2, 4), slice(50, 55), RED)
    outside = 10 / (40 * 60 - 24 * 22)  # at least so much: around the box and the hint nothing is counted
    assert hint_specks(speckled, drawing, hints, regions).item() == pytest.approx(outside, rel=0.05)
    assert hint_specks(speckled, speckled, hints, regions).item() == 0  # it was red before
    other = filled.clone()
    _fill(other, slice(10, 30), slice(35, 53), RED)  # the neighbour takes the colour
    assert hint_specks(other, drawing, hints, regions).item() > 0.15


def test_a_picture_without_hints_has_no_values(filled, regions):
    none = torch.zeros(1, 4, 40, 60)
    for values in (
        hint_difference(filled, none),
        hinted_region_difference(filled, none, regions),
        hinted_unevenness(filled, none, regions),
        hint_specks(filled, filled, none, regions),
    ):
        assert values.isnan().all()


def test_an_evaluation_says_whether_two_hints_are_obeyed(drawing, filled):
    count = 4
    pictures, truths = drawing.repeat(count, 1, 1, 1), filled.repeat(count, 1, 1, 1)
    data = {"A": DataSet("lines", pictures, pictures), "B": DataSet("colours", truths, truths)}
    evaluator = PairedEvaluator(data, hints=True, draws=2)

    def obey(given: Tensor, hints: Tensor | None) -> Tensor:
        return given if hints is None else truths

    found = {each.name.removeprefix("AtoB "): each for each in evaluator.measure_obedience(obey, count)}
    assert set(found) == {"hint-difference", "hint-specks", "hinted-region-difference", "hinted-unevenness"}
    levels = {name: each.reference_level for name, each in found.items()}
    assert levels.pop("hint-specks") is None
    assert found["hint-specks"].value == 0
    # A hint's square may reach over a line: the truths themselves are the level, and these are the truths.
    assert levels == {name: found[name].value for name in levels}
    assert found["hint-difference"].details["without hints"] > found["hint-difference"].value + 20
    ignore = evaluator.measure_obedience(lambda given, hints: given, count)
    assert ignore[0].value == pytest.approx(ignore[0].details["without hints"], rel=1e-4)
    photographs = {
        name: DataSet("grey", side // 2 + 60, side // 2 + 60) for name, side in (("A", truths), ("B", truths))
    }
    assert PairedEvaluator(photographs, hints=True).measure_obedience(obey, count) == []
