"""The Directions panel's half of the server."""

import shutil
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.data import DataSet, glyphs
from gan_core.errors import InputError
from gan_core.latents.directions.attributes import Attribute
from gan_core.latents.directions.readers import AttributeReader
from gan_core.models import load_model
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status
from gan_core.ui.explore.bookmarks import BookmarksPanel
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.direction_searches import DirectionSearches
from gan_core.ui.explore.directions import GRID, DirectionsPanel
from gan_core.ui.explore.drawing import DrawingPanel
from gan_core.ui.protocol import call
from tests.ui.explore.conftest import pixels, save, view

REQUEST = {"model": "small", "latent": {"kind": "seed", "seed": 1}}


@pytest.fixture
def panel(controller: ExploreController) -> DirectionsPanel:
    return DirectionsPanel(controller)


def test_the_list_has_the_variations_that_are_there(panel: DirectionsPanel, controller: ExploreController) -> None:
    answer = call(panel.directions_list, {"model": "small"})
    model, _ = controller.model("small")
    assert [entry["id"] for entry in answer["directions"]] == list(controller.directions("small", model))
    assert not answer["searched"]
    shares = [entry["words"] for entry in answer["directions"] if entry["id"].startswith("pca/")]
    assert all(words.endswith("% of the variation") for words in shares)
    assert shares


def test_the_ends_are_the_pictures_there(panel: DirectionsPanel, controller: ExploreController) -> None:
    latent = {**REQUEST["latent"], "amounts": {"sefa/2": 1, "pca/1|sefa/2": 0.5}}
    ids = ["sefa/2", "sefa/1|sefa/2", "sefa/2|sefa/2", "saved/none"]
    ends = call(panel.directions_ends, {**REQUEST, "latent": latent, "ids": ids, "amount": 2})["ends"]
    moved = {**latent, "amounts": {"sefa/2": -2, "pca/1|sefa/2": 0.5}}
    picture = controller.draw(view(controller, {**REQUEST, "latent": moved}))
    assert abs(pixels(ends["sefa/2"][0]) - picture).max() <= 1
    moved = {**latent, "amounts": {**latent["amounts"], "sefa/1|sefa/2": 2}}
    assert (
        abs(pixels(ends["sefa/1|sefa/2"][1]) - controller.draw(view(controller, {**REQUEST, "latent": moved}))).max()
        <= 1
    )
    assert "Nothing is left" in ends["sefa/2|sefa/2"]["error"]
    assert "no direction of your own" in ends["saved/none"]["error"]


@pytest.mark.parametrize("wrong", [{"ids": "sefa/1"}, {"ids": ["sefa/1"] * 17}, {"ids": [1]}, {"ids": [], "amount": 0},
                                   {"ids": [], "amount": "far"}, {"ids": [], "amount": float("nan")}])  # fmt: skip
def test_wrong_requests_for_ends_get_a_sentence(panel: DirectionsPanel, wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        call(panel.directions_ends, {**REQUEST, **wrong})


def test_pointing_keeping_renaming_removing(panel: DirectionsPanel, controller: ExploreController) -> None:
    grid = call(panel.directions_grid, {**REQUEST, "start": 7})
    assert grid["seeds"] == list(range(7, 7 + GRID))
    assert abs(pixels(grid["pictures"][3]) - controller.model("small")[0].sample(1, seed=10)[0]).max() <= 1
    pointed = call(panel.directions_point, {**REQUEST, "more": [7, 8, 9], "less": [10, 11], "draft": "point-1/|~"})
    assert pointed["id"] == "saved/~point1"
    assert pointed["marks"] == 5
    model, _ = controller.model("small")
    directions = controller.directions("small", model)
    vector = directions[pointed["id"]]
    kept = call(panel.directions_save, {"model": "small", "id": pointed["id"] + "|sefa/1", "name": " my  way "})
    assert kept["id"] == "saved/my way"
    assert torch.allclose(directions["saved/my way"], directions[pointed["id"] + "|sefa/1"], atol=1e-5)
    assert abs(float(directions["saved/my way"] @ directions["sefa/1"])) < 1e-5
    with pytest.raises(InputError, match="called 'my way' already"):
        call(panel.directions_save, {"model": "small", "id": "sefa/1", "name": "my way"})
    renamed = call(panel.directions_rename, {"model": "small", "old": "my way", "name": "yours"})
    assert [entry["id"] for entry in renamed["directions"] if entry["group"] == "Your own"] == ["saved/yours"]
    removed = call(panel.directions_remove, {"model": "small", "old": "yours"})
    assert not [entry for entry in removed["directions"] if entry["group"] == "Your own"]
    assert torch.equal(directions[pointed["id"]], vector), "the draft is still there"


def test_a_place_along_a_removed_direction_is_a_sentence_and_nothing_is_lost(
    panel: DirectionsPanel, controller: ExploreController
) -> None:
    """Undo, links and favourites lead to such places."""
    drawing, keeping = DrawingPanel(controller), BookmarksPanel(controller)
    call(panel.directions_save, {"model": "small", "id": "sefa/1", "name": "mine"})
    there = {"model": "small", "latent": {"seed": 3, "amounts": {"saved/mine": 2, "sefa/2": 1}}}
    before = call(drawing.draw, there)["picture"]
    (favourite,) = call(keeping.save_favourite, there)["favourites"]
    call(panel.directions_remove, {"model": "small", "old": "mine"})
    ends = {**there, "ids": ["sefa/1"]}
    for asked in (drawing.draw, keeping.save_favourite, keeping.file, panel.directions_ends):
        with pytest.raises(InputError, match=r"This model has no direction of your own called 'mine' \(any more\)\."):
            call(asked, ends if asked == panel.directions_ends else there)
    assert call(keeping.favourites, {"model": "small"})["favourites"] == [favourite], "what was kept before"
    back = call(keeping.open_note, {"note": favourite})
    assert (
        abs(pixels(call(drawing.draw, {"model": "small", "latent": back["latent"]})["picture"]) - pixels(before)).max()
        <= 1
    )
    rest = {"seed": 3, "amounts": {"sefa/2": 1}}
    assert call(drawing.draw, {"model": "small", "latent": rest})["picture"] != before, "the others still are"
    call(panel.directions_save, {"model": "small", "id": "sefa/1", "name": "mine"})
    assert call(drawing.draw, there)["picture"] == before


@pytest.mark.parametrize("name", ["", "a|b", "~new", "x" * 61])
def test_wrong_names_get_a_sentence(panel: DirectionsPanel, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        call(panel.directions_save, {"model": "small", "id": "sefa/1", "name": name})


def test_marks_on_one_side_or_no_seeds_get_a_sentence(panel: DirectionsPanel) -> None:
    with pytest.raises(InputError, match='at least one picture "less"'):
        call(panel.directions_point, {**REQUEST, "more": [1, 2], "less": []})
    for wrong in ({"more": "all", "less": [1]}, {"more": [0.5], "less": [1]}, {"more": [-1], "less": [1]}):
        with pytest.raises(InputError):
            call(panel.directions_point, {**REQUEST, **wrong})
    with pytest.raises(InputError, match="start is a whole number from 0"):
        call(panel.directions_grid, {**REQUEST, "start": -1})


def test_arithmetic_of_shown_names_ids_and_favourites(panel: DirectionsPanel, controller: ExploreController) -> None:
    model, _ = controller.model("small")
    directions = controller.directions("small", model)
    answer = call(panel.directions_calculate, {"model": "small", "text": "Direction 1 - sefa/2", "draft": "sum"})
    assert torch.allclose(directions[answer["id"]], (directions["sefa/1"] - directions["sefa/2"]) / 2**0.5, atol=1e-5)
    for name, first in (("Anna", 1.0), ("Ben", 2.0)):
        controller.bookmarks("small").put("favourites", name, {"z": [first] + [0.5] * 11})
    controller.bookmarks("small").put("favourites", "of another model", {"z": [1.0]})
    place = call(panel.directions_calculate, {"model": "small", "text": "2*Anna - Ben"})
    assert place == {"latent": {"kind": "vector", "vector": [0.0] + [0.5] * 11}}
    with pytest.raises(InputError, match="At character 1: there is no direction or favourite named 'of'"):
        call(panel.directions_calculate, {"model": "small", "text": "of another model"})


def test_a_training_keeps_its_directions_until_they_are_renewed(controller: ExploreController, live: RunFolder) -> None:
    panel, request = DirectionsPanel(controller), {"model": f"live:{live.name}"}
    first = call(panel.directions_list, request)
    assert (first["step"], first["newest"]) == (10, 10)
    before = controller.directions(request["model"], controller.model(request["model"])[0])["sefa/1"]
    save(live.live_weights, seed=2, steps=20)
    deadline = time.monotonic() + 10
    while controller.model(request["model"])[0].card.steps == 10 and time.monotonic() < deadline:
        time.sleep(0.01)  # new weights are read beside the drawing
    again = call(panel.directions_list, request)
    assert (again["step"], again["newest"]) == (10, 20)
    directions = controller.directions(request["model"], controller.model(request["model"])[0])
    assert torch.equal(directions["sefa/1"], before)
    renewed = call(panel.directions_renew, request)
    assert (renewed["step"], renewed["newest"]) == (20, 20)
    directions = controller.directions(request["model"], controller.model(request["model"])[0])
    assert not torch.equal(directions["sefa/1"], before)


def digits(*_: Any, **__: Any) -> DataSet:
    pictures, labels, factors = glyphs.draw(500, 32, torch.Generator().manual_seed(0))
    halves = [{name: values[part] for name, values in factors.items()} for part in (slice(400), slice(400, None))]
    return DataSet("glyphs", pictures[:400], pictures[400:], labels[:400], labels[400:], tuple("01"), *halves)


def test_attributes_of_a_conditional_model_are_found_and_stay(
    controller: ExploreController, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An untrained generator draws noise of which only the lightness depends on the latent: the rest is not offered."""
    monkeypatch.setattr("gan_core.data.load", digits)
    monkeypatch.setattr("gan_core.latents.directions.readers.FEATURES", 100)
    save(shipped / "digits.safetensors", seed=3, classes=("a", "b"), data="glyphs")
    searches, panel = DirectionSearches(controller), DirectionsPanel(controller)
    assert call(searches.directions_attributes, {"model": "digits", "job": "one"}) == {"words": "", "more": False}
    assert call(controller.jobs.job_progress, {"job": "one"})["share"] == 1
    answer = call(panel.directions_list, {"model": "digits"})
    assert answer["searched"]
    found = [entry["name"] for entry in answer["directions"] if entry["group"] == "Attributes"]
    weak = [words.split(" (")[0] for words in answer["weak"]]
    assert sorted(found + weak) == ["height", "left-right", "lightness", "slant", "thickness", "up-down"]
    assert "lightness" in found
    assert (
        call(
            DirectionsPanel(ExploreController(controller.runs, controller.store, controller.settings)).directions_list,
            {"model": "digits"},
        )
        == answer
    ), "kept in the cache"


def test_classes_are_looked_for_after_the_rest(
    controller: ExploreController, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a classifier that asks which half is lighter, there is a way towards the one and the same way back."""

    def halves(data: DataSet, progress: Any) -> AttributeReader:
        def read(pictures: torch.Tensor) -> torch.Tensor:
            left, right = (half.float().mean((1, 2, 3))[:, None] / 255 for half in pictures.chunk(2, 3))
            return torch.cat([left - right, right - left], 1)

        return AttributeReader(("more like 0", "more like 1"), "class", read, (1.0, 1.0))

    monkeypatch.setattr("gan_core.data.load", digits)
    monkeypatch.setattr("gan_core.latents.directions.readers.FEATURES", 100)
    monkeypatch.setattr("gan_core.latents.directions.readers.class_reader", halves)
    save(shipped / "plain.safetensors", seed=5, data="glyphs")
    searches = DirectionSearches(controller)
    assert call(searches.directions_attributes, {"model": "plain"})["more"]
    assert not call(searches.directions_attributes, {"model": "plain", "classes": True})["more"]
    directions = controller.directions("plain", controller.model("plain")[0])
    assert torch.allclose(directions["attribute/more like 1"], -directions["attribute/more like 0"], atol=1e-5)
    assert "attribute/slant" in directions, "what was found before is still there"


def test_a_model_of_unknown_pictures_has_what_any_picture_shows(controller: ExploreController, shipped: Path) -> None:
    """A card may name a folder of this machine; it is not opened."""
    save(shipped / "stranger.safetensors", seed=4, data=str(shipped))
    answer = call(DirectionSearches(controller).directions_attributes, {"model": "stranger"})
    assert "is not here" in answer["words"]
    listed = call(DirectionsPanel(controller).directions_list, {"model": "stranger"})
    assert len([entry for entry in listed["directions"] if entry["group"] == "Attributes"] + listed["weak"]) == 1


def test_a_search_is_cancelled(controller: ExploreController) -> None:
    searches, answers = DirectionSearches(controller), []
    with controller.store.drawing:  # nothing can be drawn
        search = threading.Thread(
            target=lambda: answers.append(call(searches.directions_attributes, {"model": "small", "job": "a"}))
        )
        search.start()
        time.sleep(0.05)
        call(controller.jobs.job_cancel, {"job": "a"})
    search.join(10)
    assert answers == [{"cancelled": True}]


def test_the_course_over_a_training(
    controller: ExploreController, live: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last kept moment has the live weights: everything is the same there, and unlike others before."""

    def gone(*_: Any, **__: Any) -> DataSet:
        raise InputError("The folder is gone.")

    monkeypatch.setattr("gan_core.data.load", gone)
    (live.path / "keyframes").mkdir()
    for step, seed in ((1, 8), (10, 7), (100, 1)):
        save(live.path / "keyframes" / f"{step:08d}.safetensors", seed=seed, steps=step)
    searches, name = DirectionSearches(controller), f"live:{live.name}"
    for kind in ("sefa", "pca"):
        answer = call(searches.directions_course, {"model": name, "kind": kind})
        assert answer["steps"] == [1, 10, 100]
        for line in answer["lines"]:
            assert line["cosines"][-1] > 0.99
            assert line["since"] is None
        assert answer["lines"][0]["name"] == {"sefa": "Direction 1", "pca": "Variation 1"}[kind]
        assert 0.3 < answer["floor"] < 0.7
    with pytest.raises(InputError, match="Look for the attributes"):
        call(searches.directions_course, {"model": name, "kind": "attribute"})
    assert call(searches.directions_attributes, {"model": name})["words"].endswith("looked for: The folder is gone.")
    answer = call(searches.directions_course, {"model": name, "kind": "attribute"})
    assert [line["name"] for line in answer["lines"]] == ["lightness"]
    assert answer["lines"][0]["cosines"][-1] > 0.99
    with pytest.raises(InputError, match="sefa"):
        call(searches.directions_course, {"model": name, "kind": "guess"})
    with pytest.raises(InputError, match="No moments of small were kept"):
        call(searches.directions_course, {"model": "small", "kind": "sefa"})


def bars(folder: Path) -> None:
    """Forty small pictures, some with a bar, and a table that says which."""
    folder.mkdir()
    dice = np.random.default_rng(0)
    lines = ["file_name,bar"]
    for number in range(40):
        picture = dice.integers(60, 100, (32, 32), dtype=np.uint8)
        picture[12:18] += 100 * (number % 2)
        Image.fromarray(picture).save(folder / f"{number}.png")
        lines.append(f"{number}.png,{('no', 'yes')[number % 2]}")
    (folder / "metadata.csv").write_text("\n".join(lines))


def test_a_training_on_pictures_with_a_table_is_searched_unasked_and_its_file_keeps_what_was_found(
    controller: ExploreController, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gan_core.latents.directions.table_reader.STEPS", 60)
    bars(tmp_path / "bars")
    recipe = Recipe.named("dcgan").replace(data=str(tmp_path / "bars"))
    run = RunFolder.create(controller.runs.root, recipe, name="over")
    save(run.model, seed=6)
    run.write_status(Status(state="finished"))
    panel, name = DirectionsPanel(controller), "runs/over"
    assert call(panel.directions_list, {"model": name})["wanted"]
    assert not call(panel.directions_list, {"model": "small"})["wanted"]
    before = controller.model(name)[0].render(torch.zeros(1, 12))
    answer = call(DirectionSearches(controller).directions_attributes, {"model": name})
    assert not answer["words"]
    listed = call(panel.directions_list, {"model": name})
    assert listed["searched"]
    assert not listed["wanted"]
    stored = load_model(run.model)
    assert np.array_equal(stored.render(torch.zeros(1, 12)), before)
    kept = {each["name"] for each in stored.card.directions["attributes"]}
    assert {"lightness", "bar"} <= kept
    shutil.rmtree(tmp_path / "bars")
    monkeypatch.setattr("gan_core.latents.directions.catalogue.remembered", lambda model: None)  # another machine
    elsewhere = DirectionsPanel(ExploreController(controller.runs, controller.store, controller.settings))
    assert call(elsewhere.directions_list, {"model": name})["directions"] == listed["directions"]


def test_how_sure_a_direction_of_a_table_is_is_said(controller: ExploreController, shipped: Path) -> None:
    vector = torch.nn.functional.normalize(torch.arange(1.0, 13.0), dim=0)
    model, _ = controller.model("small")
    controller.directions("small", model).learn([Attribute("glasses", "table", tuple(vector.tolist()), 0.42, 0.98)])
    (entry,) = [
        each
        for each in call(DirectionsPanel(controller).directions_list, {"model": "small"})["directions"]
        if each["group"] == "Attributes"
    ]
    assert (entry["name"], entry["words"]) == ("glasses", "42% explained, read 98% right")
