from __future__ import annotations

import math
from itertools import pairwise

import pytest

from gan_core.runs.keyframes import PER_DECADE, is_keyframe, nearest, spread, to_thin


def test_keyframes_are_log_spaced() -> None:
    steps = [step for step in range(-1, 10_001) if is_keyframe(step)]
    assert steps[:14] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 26]
    assert {1, 10, 100, 1000, 10_000} <= set(steps)
    for low in (100, 1000):
        assert sum(low <= step < 10 * low for step in steps) == PER_DECADE


def test_thinning_keeps_the_ends_and_spreads_the_rest() -> None:
    steps = [step for step in range(1, 10_001) if is_keyframe(step)]
    for keep in (2, 5, 9, 20):
        gone = to_thin(steps, keep)
        left = [step for step in steps if step not in gone]
        assert len(left) == keep
        assert (left[0], left[-1]) == (1, 10_000)
    left = [step for step in steps if step not in to_thin(steps, 9)]
    gaps = [math.log(after / before) for before, after in pairwise(left)]
    assert max(gaps) < 2.5 * min(gaps)


@pytest.mark.parametrize(("steps", "keep"), [([], 3), ([1], 0), ([1, 5], 0), ([1, 2, 3], 3)])
def test_nothing_to_thin(steps: list[int], keep: int) -> None:
    assert to_thin(steps, keep) == []


def test_pinned_ones_are_passed_over() -> None:
    steps = [1, 2, 3, 4, 5, 6, 7, 8]
    assert to_thin(steps, 2, pinned={4, 5}) == [7, 6, 3, 2]
    assert to_thin(steps, 4, pinned=steps) == []


def test_a_choice_is_evenly_spread_and_ends_with_the_newest() -> None:
    steps = [step for step in range(1, 1001) if is_keyframe(step)]
    assert spread(steps, 4) == [1, 10, 100, 1000]
    assert spread(steps, 2) == [1, 1000]
    assert spread([1, 900, 950, 1000], 3) == [1, 900, 1000]
    assert spread(steps, 1) == [1000]
    assert spread([], 1) == spread([], 5) == []
    assert spread([3, 9], 5) == [3, 9]


def test_nearest_in_log_time() -> None:
    assert [nearest([1, 10, 464], step) for step in (-5, 3, 4, 67, 69, 10**6)] == [1, 1, 10, 10, 464, 464]
