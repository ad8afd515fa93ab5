"""Reading a value beside its reference level (B3), and files of older versions (B4)."""

from __future__ import annotations

import math

import pytest

from gan_core.reference_levels import (
    CANNOT_BE_TOLD,
    brief,
    no_better_than,
    share_of_way,
    stored_baselines,
    stored_level,
    stored_levels,
    told,
)


def test_the_share_of_the_way_from_doing_nothing_to_the_reference_level() -> None:
    assert share_of_way(10, 10, 2) == 0
    assert share_of_way(2, 10, 2) == 1
    assert share_of_way(6, 10, 2, 1.0, None) == pytest.approx(0.5)
    assert share_of_way(12, 10, 2) == pytest.approx(-0.25)  # worse than nothing is a true answer


@pytest.mark.parametrize(
    ("value", "baseline", "reference", "spreads"),
    [
        (5.0, 4.0, 4.0, ()),
        (5.0, 4.0, 6.0, ()),
        (5.0, 7.4, 6.4, (1.7,)),
        (5.0, 7.4, 6.4, (None, 1.0)),
        (5.0, 1e6, 1e6 - 1e-6, ()),
        (math.nan, 10.0, 2.0, ()),
        (5.0, math.inf, 2.0, ()),
        (5.0, 10.0, -math.inf, ()),
        (5.0, 10.0, None, ()),
        (5.0, 10.0, 2.0, (math.nan,)),
        (0.0, 0.0, 0.0, (0.0,)),
    ],
)
def test_where_the_reference_is_not_below_the_baseline_it_cannot_be_told(
    value: float, baseline: float, reference: float | None, spreads: tuple[float | None, ...]
) -> None:
    found = share_of_way(value, baseline, reference, *spreads)
    assert found is None
    assert told(found) == CANNOT_BE_TOLD == "cannot be told"


def test_files_of_older_versions_call_the_reference_level_floor() -> None:
    assert stored_level({"floor": 3.2}) == 3.2
    assert stored_level({"reference_level": 3, "floor": 4.0}) == 3
    for odd in ({}, {"floor": None}, {"floor": "3"}, {"floor": True}, {"reference_level": math.nan}):
        assert stored_level(odd) is None
    assert stored_levels({"floors": {"d": 0.5}}) == stored_levels({"reference_levels": {"d": 0.5}}) == {"d": 0.5}
    assert stored_levels({}) == {}


def test_baselines_of_new_and_of_old_cards() -> None:
    old = {"value": 5.0, "do nothing": 27.4, "a random training picture": 0.2, "way to the floor": 0.97}
    assert stored_baselines(old) == {"nothing done": 27.4, "a random training picture": 0.2}
    assert stored_baselines({"baselines": {"nothing done": 3, "odd": None, "yes": True}, "do nothing": 1.0}) == {
        "nothing done": 3.0
    }
    assert stored_baselines({"value": 1.0}) == {}


def test_the_best_baseline_that_does_as_well_is_named() -> None:
    known = {"nothing done": 8.0, "random flat colours": 4.8}
    assert no_better_than(5.4, known) == "random flat colours"
    assert no_better_than(4.0, known) is None
    assert no_better_than(4.0, known, 1.0) == "random flat colours"  # the spread is larger than the difference
    assert no_better_than(0.889, {"nothing done": 0.935}, lower_is_better=False) == "nothing done"
    assert no_better_than(0.95, {"nothing done": 0.935}, 0.001, lower_is_better=False) is None
    assert no_better_than(1.0, {}) is None
    assert no_better_than(math.nan, known) is None


def test_a_model_is_introduced_with_its_telling_metric() -> None:
    colour = {
        "title": "Colour difference (CIEDE2000)", "value": 8.517, "baselines": {"nothing done": 22.87, "other": 12.2}
    }  # fmt: skip
    patches = {"title": "Patch distance", "value": 4.6, "reference_level": 1.5, "baselines": {"nothing done": 61.7}}
    metrics = {"AtoB patch-distance": patches, "AtoB colour-difference": colour, "BtoA colour-difference": patches}
    assert brief(metrics) == "Colour difference 8.52 (other 12.2)"
    assert brief({"AtoB patch-distance": patches}) == "Patch distance 4.6 (real pictures 1.5, nothing done 61.7)"
    beaten = {**colour, "no_better_than": "nothing done"}
    assert brief({"AtoB colour-difference": beaten}) == "Colour difference 8.52, no better than nothing done"
    similar = {"title": "T", "value": 0.4, "lower_is_better": False, "baselines": {"a": 0.1, "b": 0.3}}
    assert brief({"frechet-x": similar}) == "T 0.4 (b 0.3)"
    odd = {"title": "T", "value": None, "baselines": {"a": 1}}
    for nothing in ({}, {"frechet": 3.0}, {"frechet": {"value": 1.0}}, {"frechet": odd}, {"kid": colour}):
        assert brief(nothing) == ""
