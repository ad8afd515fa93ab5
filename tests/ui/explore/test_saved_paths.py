"""Paths that are kept by name, and those that come back in files."""

import pytest

from gan_core.errors import InputError
from gan_core.runs import RunFolder
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.paths import PathsPanel
from gan_core.ui.explore.saved_paths import SavedPaths
from gan_core.ui.protocol import call
from tests.ui.explore.conftest import pixels
from tests.ui.explore.test_paths import path, path_request


@pytest.fixture
def kept_paths(controller: ExploreController) -> SavedPaths:
    return SavedPaths(controller)


def test_paths_are_kept_with_their_model(kept_paths: SavedPaths, controller: ExploreController) -> None:
    leaning = {"seed": 1, "amounts": {"saved/smile": 2.0}}
    controller.bookmarks("small").put("directions", "smile", {"vector": [1.0] + [0.0] * 11})
    kept = call(kept_paths.path_save, path_request(leaning, 2, name=" there "))["paths"]
    assert [each["name"] for each in kept] == ["there"]
    assert len(kept[0]["path"]["stops"][0]["z"]) == 12
    assert pixels(kept[0]["picture"]).shape == (32, 32, 3)
    controller.bookmarks("small").remove("directions", "smile")
    again = call(SavedPaths(controller).path_list, {"model": "small"})["paths"][0]["path"]
    assert call(PathsPanel(controller).path_course, {"model": "small", "path": again})["frames"] == 16
    call(kept_paths.path_rename, {"model": "small", "old": "there", "new": "here"})
    with pytest.raises(InputError, match="no path named 'there'"):
        call(kept_paths.path_remove, {"model": "small", "name": "there"})
    assert call(kept_paths.path_remove, {"model": "small", "name": "here"})["paths"] == []


def test_films_of_models_and_moments_that_are_gone(kept_paths: SavedPaths, live: RunFolder) -> None:
    note = {"schema": 2, "model": "live:going", "step": 99, "path": path(1, 2)}
    found = call(kept_paths.path_read, {"note": note})
    assert (found["model"], found["step"]) == ("live:going", None)
    assert "Step 99 is not kept" in found["words"]
    found = call(kept_paths.path_read, {"note": {**note, "model": "elsewhere"}})
    assert (found["model"], found["path"]["stops"][1]["place"]["seed"]) == (None, 2)
    assert "not here" in found["words"]


@pytest.mark.parametrize("note", [None, {}, {"path": 3}, {"path": {"schema": 1, "stops": []}}])
def test_notes_without_a_path_are_sentences(kept_paths: SavedPaths, note: object) -> None:
    with pytest.raises(InputError):
        call(kept_paths.path_read, {"note": note})
