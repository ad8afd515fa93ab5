"""What the Train tab says about the chosen pictures before a training."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest

from gan_core.ui.app_settings import AppSettings
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.train.data_check import checked
from gan_core.ui.train.data_slot import DataSlot, preview_of
from gan_core.ui.train.fetches import Fetches
from gan_core.ui.train.picture_sets import PictureSets
from gan_core.ui.train.recipe_form import OWN
from tests.cli.conftest import picture

NOTHING = ("scenes-summer", None, None)


@pytest.fixture
def slots(tmp_path: Path) -> tuple[DataSlot, DataSlot]:
    sets, none = PictureSets(RunLibrary(tmp_path / "runs"), AppSettings()), cast(Any, None)
    return DataSlot(sets, Fetches(), *[none] * 6), DataSlot(sets, Fetches(), *[none] * 6)


def last(slots: tuple[DataSlot, DataSlot], recipe: str, *values: Any, settings: Any = None, shown: Any = None) -> Any:
    return list(checked(slots, recipe, settings, shown, values))[-1]


def test_two_own_folders_are_checked_for_a_translation(slots: tuple[DataSlot, DataSlot], tmp_path: Path) -> None:
    for number in range(5):
        picture(tmp_path / "a" / f"{number}.png", seed=number)
        picture(tmp_path / "b" / f"{number}.png", seed=number)
    a, b = (OWN, None, str(tmp_path / "a")), (OWN, None, str(tmp_path / "b"))
    steps = list(checked(slots, "cyclegan", {}, None, (*a, *b)))
    assert steps[0] == {"pending": True}
    assert steps[1]["grade"] == "problem"
    assert "overlap" in {finding["kind"] for finding in steps[1]["findings"]}
    again = list(checked(slots, "cyclegan", {}, steps[1], (*a, *b)))
    assert len(again) == 1, "the same pictures at the same size are not looked at again"
    larger = last(slots, "cyclegan", *a, *b, settings={"size": 256}, shown=steps[1])
    assert larger["size"] == 256
    assert "problem" in last(slots, "dcgan", *a, *NOTHING)["grade"]


def test_what_is_held_back_is_counted_too(slots: tuple[DataSlot, DataSlot], tmp_path: Path) -> None:
    for number in range(12):
        picture(tmp_path / f"{number}.png", seed=number)
    caption = preview_of(slots[0], "cyclegan", (OWN, None, str(tmp_path)))["caption"]
    found = re.search(r"(\d+) pictures of 64 × 64 to learn from, (\d+) held back", caption)
    assert found is not None, caption
    assert int(found[1]) + int(found[2]) == 12


def test_what_is_not_chosen_or_cannot_be_read_leaves_the_page_as_it_is(
    slots: tuple[DataSlot, DataSlot], tmp_path: Path
) -> None:
    assert last(slots, "dcgan", "glyphs", None, None, *NOTHING) == {}
    assert last(slots, "cyclegan", *NOTHING, OWN, None, None) == {}
    assert last(slots, "cyclegan", OWN, None, str(tmp_path / "nowhere"), *NOTHING) == {}


def test_one_folder_with_both_kinds_says_so(slots: tuple[DataSlot, DataSlot], tmp_path: Path) -> None:
    for number in range(6):
        for part in ("trainA", "trainB"):
            picture(tmp_path / "pair" / part / f"{number}.png", seed=number + 50 * (part == "trainB"))
    place = (OWN, None, str(tmp_path / "pair"))
    shown = preview_of(slots[0], "cyclegan", place)
    assert shown["both"]
    assert "Both kinds are in it" in shown["caption"]
    found = last(slots, "cyclegan", *place, OWN, None, None)
    assert set(found["domains"]) == {"A", "B"}
    assert not preview_of(slots[0], "dcgan", place)["both"]
