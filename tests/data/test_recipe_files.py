"""C9: a relative place in a recipe becomes a full one once, wherever it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gan_core import data
from gan_core.data.recipe_files import chosen_recipe
from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.training import session
from tests.data.test_folders import fill


def recipe_file(folder: Path, **values: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "mine.json"
    path.write_text(json.dumps({"name": "mine", **values}))
    return path


def test_a_place_beside_the_recipe_file_is_meant_first_then_one_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = fill(tmp_path / "recipes" / "pictures", ["0.png"])
    here = fill(tmp_path / "here" / "pictures", ["0.png"])
    monkeypatch.chdir(tmp_path / "here")
    for name in ("pictures", "./pictures"):
        path = recipe_file(tmp_path / "recipes", data=name, data_b=name)
        found = chosen_recipe(str(path))
        assert (found.data, found.data_b) == (str(beside), str(beside))
    found = chosen_recipe(str(recipe_file(tmp_path / "other", data="pictures", data_b="glyphs")))
    assert (found.data, found.data_b) == (str(here), "glyphs")
    assert chosen_recipe(str(recipe_file(tmp_path / "other", data="nowhere"))).data == "nowhere"


def test_every_new_run_keeps_its_places_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_cycle: Recipe
) -> None:
    places = [fill(tmp_path / name, [f"{n}.png" for n in range(5)]) for name in "ab"]
    monkeypatch.chdir(tmp_path)
    folder = session.create(tiny_cycle.replace(data="a", data_b="./b"), tmp_path / "runs")
    assert [folder.recipe().data, folder.recipe().data_b] == [str(place) for place in places]
    monkeypatch.chdir("/")
    assert set(session.load_data(folder.recipe())) == {"A", "B"}


def test_a_home_folder_is_written_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = fill(tmp_path / "pictures", ["0.png"])
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data.lasting("~/pictures") == str(place)
    with pytest.raises(InputError, match="no home folder"):
        data.lasting("~nobody-of-this-name/pictures")
    with pytest.raises(InputError, match="NUL"):
        data.lasting("a\0b")
