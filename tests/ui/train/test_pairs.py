"""Pairs on the Train tab: the choice, the strip of pairs, the check, and the second choice of pictures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from gan_core.errors import InputError
from gan_core.recipes import PAIRS, PRESETS
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.protocol import to_json
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.train import part_options, recipe_form
from gan_core.ui.train.data_check import checked
from gan_core.ui.train.data_slot import DataSlot, preview_of
from gan_core.ui.train.fetches import Fetches
from gan_core.ui.train.picture_sets import PictureSets
from gan_core.ui.train.recipe_form import OWN
from gan_core.ui.train.tab import _kind, _second_source
from tests.data.test_folders import fill
from tests.data.test_pairs import two_folders

MINUTES = ("Minutes", 5.0)


@pytest.fixture
def slots(tmp_path: Path) -> tuple[DataSlot, DataSlot]:
    sets, none = PictureSets(RunLibrary(tmp_path / "runs"), AppSettings()), cast(Any, None)
    return DataSlot(sets, Fetches(), *[none] * 6), DataSlot(sets, Fetches(), *[none] * 6)


def size_of(picture: str) -> tuple[int, int]:
    import base64

    return Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2]))).size


def test_every_kind_of_pairs_is_offered_with_words() -> None:
    offered = recipe_form.kinds_of_pairs()
    assert {each["value"] for each in offered} == {*PAIRS, ""}
    assert all(each["label"] and each["words"].endswith(".") for each in offered)
    assert set(recipe_form.paired_presets()) == {name for name, recipe in PRESETS.items() if recipe.is_paired}
    assert "pix2pix" in recipe_form.paired_presets()


def test_the_kind_reaches_the_recipe() -> None:
    made = recipe_form.make_recipe("pix2pix", "scenes-summer", None, *MINUTES, {"pairs": "grey"})
    assert made.pairs == "grey"
    folders = recipe_form.make_recipe("pix2pix", "/a", "/b", *MINUTES, {"pairs": None})
    assert (folders.pairs, folders.data, folders.data_b) == (None, "/a", "/b")


def test_what_belongs_to_pairs_is_offered_to_their_recipes_alone() -> None:
    offer = to_json(part_options.spec())
    assert offer["paired"] == ["paired"]
    assert [each["name"] for each in offer["augmentations"] if each["paired"]] == ["line-jitter"]
    assert [each["key"] for each in offer["plain"] if each["elsewhere"]] == ["pairs"]
    games = {game: [each["name"] for each in parts["game"]] for game, parts in offer["parts"].items()}
    assert games["paired"] == ["paired"]
    assert games["contrastive"] == ["contrastive"]


def test_a_choice_for_another_recipe_is_not_taken() -> None:
    assert _kind("pix2pix", {"recipe": "pix2pix", "kind": "grey"}) == "grey"
    assert _kind("pix2pix", {"recipe": "pix2pix", "kind": ""}) is None
    for odd in ({"recipe": "dcgan", "kind": "grey"}, {}, None, "grey", {"recipe": "pix2pix", "kind": 3}):
        assert _kind("pix2pix", odd) == "edges"


def test_the_strip_shows_inputs_above_truths(slots: tuple[DataSlot, DataSlot], tmp_path: Path) -> None:
    shown = preview_of(slots[0], "pix2pix", ("scenes-summer", None, None), "edges")
    assert size_of(shown["picture"]) == (12 * 66 - 2, 2 * 66 - 2)
    assert size_of(shown["beside"]) == (8 * 66 - 2, 4 * 66 - 2)
    assert shown["both"]
    assert "1,500 pairs of pictures" in shown["caption"]
    few = fill(tmp_path / "few", [f"{number}.png" for number in range(5)])
    shown = preview_of(slots[0], "pix2pix", (OWN, None, str(few)), "blur")
    width, height = size_of(shown["picture"])
    assert width < 12 * 66 - 2
    assert height == 2 * 66 - 2
    plain = preview_of(slots[0], "cyclegan", ("scenes-summer", None, None))
    assert size_of(plain["picture"])[1] == 64


def test_the_strip_says_why_pictures_are_no_pairs(slots: tuple[DataSlot, DataSlot], tmp_path: Path) -> None:
    assert "holds no pairs" in preview_of(slots[0], "pix2pix", ("glyphs", None, None), None)["error"]
    own = fill(tmp_path / "own", [f"{number}.png" for number in range(5)])
    refused = preview_of(slots[0], "pix2pix", (OWN, None, str(own)), "side-by-side")
    assert "about twice as wide as high" in refused["error"]
    with pytest.raises(InputError, match="about twice as wide"):
        slots[0].check(str(own))


def test_a_second_choice_is_needed_for_two_folders_alone(slots: tuple[DataSlot, DataSlot], tmp_path: Path) -> None:
    both = two_folders(tmp_path / "both")
    one, other = str(both / "lines"), str(both / "colour")
    values = (OWN, None, other)
    assert _second_source("pix2pix", "edges", one, slots[1], values) is None
    assert _second_source("pix2pix", None, str(both), slots[1], values) is None
    assert _second_source("pix2pix", None, one, slots[1], values) == other
    shown = preview_of(slots[0], "pix2pix", (OWN, None, str(both)), None)
    assert shown["both"]
    assert "40 pairs of pictures" in shown["caption"]
    assert not preview_of(slots[0], "pix2pix", (OWN, None, one), None)["both"]


def test_own_pairs_are_checked(slots: tuple[DataSlot, DataSlot], tmp_path: Path) -> None:
    both = two_folders(tmp_path / "both")
    nothing = ("scenes-winter", None, None)
    grades = {}
    for kind in ("edges", None):
        steps = list(checked(slots, "pix2pix", {}, None, (OWN, None, str(both), *nothing), kind))
        grades[kind] = {each["kind"]: each["grade"] for each in steps[-1]["findings"]}["pairs"]
        again = list(checked(slots, "pix2pix", {}, steps[-1], (OWN, None, str(both), *nothing), kind))
        assert len(again) == 1
    assert grades == {"edges": "good", None: "good"}
    (both / "colour" / "07.png").unlink()
    values = (OWN, None, str(both / "lines"), OWN, None, str(both / "colour"))
    found = list(checked(slots, "pix2pix", {}, None, values, None))[-1]
    assert any("The picture 07 of lines has no partner in colour" in each["sentence"] for each in found["findings"])
