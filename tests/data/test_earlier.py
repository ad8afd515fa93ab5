"""Runs of the first version go on with the pictures that it listed, though more are read today."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_core.data import load
from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.training.identity import check_data, identity
from gan_core.training.session import known_data


def _picture(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 255, (32, 32, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path, format="PNG")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Ten pictures for the first version (two system folder's, one stray), others for today's."""
    for number in range(4):
        _picture(tmp_path / f"set/cat/{number}.png", number)
        _picture(tmp_path / f"set/dog/{number}.png", 10 + number)
        _picture(tmp_path / f"elsewhere/{number}.png", 20 + number)
    _picture(tmp_path / "set/dog/without", 30)
    _picture(tmp_path / "set/@eaDir/thumb.png", 31)
    _picture(tmp_path / "set/stray.png", 32)
    os.symlink(tmp_path / "elsewhere", tmp_path / "set/cat/linked")
    return tmp_path / "set"


def test_the_first_version_s_listing_is_kept(place: Path) -> None:
    before, now = load(place, size=28, earlier=True), load(place, size=28)
    assert len(before) + len(before.held_out) == 10
    assert before.classes == ()  # of the stray picture
    assert len(now) + len(now.held_out) == 13
    assert now.classes == ("cat", "dog")


def test_a_run_goes_on_with_what_it_has_learned_from(place: Path) -> None:
    before = load(place, size=28, channels=3, earlier=True)
    recipe = Recipe.named("dcgan").replace(data=str(place), size=28, channels=3)
    saved = {"step": 3, "data": identity({"A": before})}
    del saved["data"]["A"]["held_out"]  # the first version kept none
    with pytest.raises(InputError, match="then, "):
        check_data({"A": load(place, size=28, channels=3)}, saved)
    found = known_data(recipe, saved)["A"]
    assert (found.pictures == before.pictures).all()
    assert (found.held_out == before.held_out).all()


def test_other_pictures_are_refused_all_the_same(place: Path) -> None:
    recipe = Recipe.named("dcgan").replace(data=str(place), size=28, channels=3)
    saved = {"step": 3, "data": identity({"A": load(place, size=28, channels=3, earlier=True)})}
    _picture(place / "dog/another.png", 99)
    with pytest.raises(InputError, match="are not those"):
        known_data(recipe, saved)


def test_names_in_zips_are_in_the_first_version_s_order(tmp_path: Path) -> None:
    for number in range(6):
        _picture(tmp_path / f"{number}.png", number)
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for number in range(6):
            archive.write(tmp_path / f"{number}.png", f"b{number % 2}/{number}.png")
    before, now = load(tmp_path / "set.zip", size=28, earlier=True), load(tmp_path / "set.zip", size=28)
    assert before.classes == now.classes == ("b0", "b1")
    assert (before.pictures == now.pictures).all()
