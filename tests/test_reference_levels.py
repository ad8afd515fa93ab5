"""Reading a value beside its reference level (B3), and files of older versions (B4)."""

from __future__ import annotations

import math

import pytest

from gan_core.reference_levels import CANNOT_BE_TOLD, share_of_way, stored_level, stored_levels, told


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
