"""Favourites, files that know their place, and links."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gradio.utils import get_upload_folder
from PIL import Image

from gan_core.errors import InputError
from gan_core.images import encode_png
from gan_core.latents.metadata import embed, read_note
from gan_core.runs import RunFolder
from gan_core.ui.context import Context
from gan_core.ui.explore.bookmarks import BookmarksPanel
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.drawing import DrawingPanel, as_url
from gan_core.ui.explore.model_picker import ModelPicker
from gan_core.ui.protocol import call
from tests.ui.explore.conftest import pixels, save, view

PLACE = {"kind": "seed", "seed": 5, "offsets": {"1": 0.5}, "amounts": {"sefa/1": 1.5}}


@pytest.fixture
def keeping(controller: ExploreController) -> BookmarksPanel:
    return BookmarksPanel(controller)


def uploaded(name: str, data: bytes) -> dict[str, Any]:
    """As gradio leaves a dropped file."""
    folder = Path(get_upload_folder()) / "test-keeping"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return {"path": str(folder / name), "name": name}


def data_of(url: str) -> bytes:
    return base64.b64decode(url.partition(",")[2])


def test_the_file_tells_where_it_comes_from_and_leads_back_there(
    keeping: BookmarksPanel, controller: ExploreController
) -> None:
    answer = call(keeping.file, {"model": "small", "latent": PLACE})
    assert answer["name"] == "small-seed-5.png"
    data = data_of(answer["file"])
    note = read_note(data)
    assert note is not None
    assert (note["schema"], note["model"], note["latent"], note["step"]) == (2, "small", PLACE, None)
    assert len(note["z"]) == 12
    card = controller.model("small")[0].card
    assert note["card"] == {"name": card.name, "data": card.data, "steps": card.steps, "recipe": dict(card.recipe)}
    found = call(keeping.open_file, uploaded("mine.png", data))
    assert (found["kind"], found["model"], found["latent"], found["words"]) == ("place", "small", PLACE, "")
    again = call(DrawingPanel(controller).draw, {"model": "small", "latent": found["latent"]})["picture"]
    assert abs(pixels(again) - pixels(answer["file"])).max() == 0


def test_files_of_the_first_version_lead_back_too(keeping: BookmarksPanel) -> None:
    old = {"model": "small", "latent": {"kind": "seed", "seed": 5, "amounts": [0, 2.0]}}
    found = call(keeping.open_file, uploaded("old.png", embed(encode_png(np.zeros((8, 8, 3), np.uint8)), ".png", old)))
    assert found["latent"] == {"kind": "seed", "seed": 5, "amounts": {"sefa/2": 2.0}}


def test_a_place_whose_direction_is_gone_is_found_by_its_numbers(
    keeping: BookmarksPanel, controller: ExploreController
) -> None:
    controller.bookmarks("small").put("directions", "smile", {"vector": [1.0] + [0.0] * 11})
    request = {"model": "small", "latent": {"seed": 5, "amounts": {"saved/smile": 2.0}}}
    before = call(DrawingPanel(controller).draw, request)["picture"]
    note = call(keeping.save_favourite, request)["favourites"][0]
    assert call(keeping.open_note, {"note": note})["latent"] == note["latent"]
    controller.bookmarks("small").put("directions", "smile", {"vector": [0.0, 1.0] + [0.0] * 10})
    for _ in range(2):
        found = call(keeping.open_note, {"note": note})
        assert found["latent"]["kind"] == "vector"
        assert (
            abs(
                pixels(call(DrawingPanel(controller).draw, {**request, "latent": found["latent"]})["picture"])
                - pixels(before)
            ).max()
            <= 1
        )
        if controller.bookmarks("small").read("directions"):
            controller.bookmarks("small").remove("directions", "smile")


def test_the_picture_of_a_model_that_is_not_here_gives_its_numbers(keeping: BookmarksPanel) -> None:
    note = {"schema": 2, "model": "runs/elsewhere", "step": 3, "latent": {"seed": 1}, "z": [0.5] * 12}
    found = call(keeping.open_note, {"note": note})
    assert (found["model"], found["step"], found["latent"]["vector"]) == (None, None, [0.5] * 12)
    assert "same numbers" in found["words"]
    found = call(keeping.open_note, {"note": {"model": "runs/elsewhere", "latent": {"seed": 1}}})  # as links tell it
    assert (found["model"], found["latent"]) == (None, {"kind": "seed", "seed": 1})
    assert "same place" in found["words"]


def test_numbers_that_do_not_fit_are_a_sentence(keeping: BookmarksPanel) -> None:
    for numbers, sentence in (([0.5] * 11, "12 numbers; 11"), ([float("nan")] * 12, "Every number")):
        with pytest.raises(InputError, match=sentence):
            call(keeping.open_note, {"note": {"model": "small", "latent": {"seed": 1}, "z": numbers}})
    for wrong in (None, 3, {"latent": 3}):
        with pytest.raises(InputError):
            call(keeping.open_note, {"note": wrong})


def test_a_training_that_has_ended_is_found_as_its_run(keeping: BookmarksPanel, live: RunFolder) -> None:
    note = call(keeping.save_favourite, {"model": "live:going", "latent": {"seed": 2}})["favourites"][0]
    save(live.model, seed=1, steps=10)
    live.live_weights.unlink()
    found = call(keeping.open_note, {"note": {**note, "step": 99}})
    assert (found["model"], found["step"]) == ("runs/going", None)
    assert "99 is not kept" in found["words"]
    assert call(keeping.favourites, {"model": "runs/going"})["favourites"][0]["name"] == note["name"]


def test_other_pictures_are_pictures_and_anything_else_is_a_sentence(keeping: BookmarksPanel) -> None:
    picture = encode_png(np.zeros((8, 6, 3), np.uint8))
    plain = uploaded("plain.png", picture)
    assert call(keeping.open_file, plain) == {"kind": "picture", "path": plain["path"], "name": "plain.png"}
    film = uploaded("film.png", embed(picture, ".png", {"schema": 2, "model": "small", "path": {"stops": []}}))
    assert call(keeping.open_file, film)["kind"] == "path"
    for name, data in (("film.mp4", b"nothing"), ("text.png", b"nothing"), ("short.png", picture[:40])):
        with pytest.raises(InputError):
            call(keeping.open_file, uploaded(name, data))
    with pytest.raises(InputError, match="dropped here"):
        call(keeping.open_file, {"path": "/etc/hostname"})


def test_favourites_have_names_and_a_picture_and_stay(
    keeping: BookmarksPanel, controller: ExploreController, context: Context
) -> None:
    request = {"model": "small", "latent": PLACE}
    call(keeping.save_favourite, request)
    names = [each["name"] for each in call(keeping.save_favourite, request)["favourites"]]
    assert names == ["favourite 1", "favourite 2"]
    call(keeping.rename_favourite, {"model": "small", "old": "favourite 1", "new": "  a  good one "})
    kept = call(
        BookmarksPanel(ExploreController(context.runs, context.models, context.settings)).favourites, {"model": "small"}
    )["favourites"]
    assert [each["name"] for each in kept] == ["a good one", "favourite 2"]
    assert kept[0]["picture"] == as_url(controller.draw(view(controller, request)), kept=True)
    assert [each["name"] for each in call(keeping.save_favourite, request)["favourites"]][-1] == "favourite 1"
    call(keeping.delete_favourite, {"model": "small", "name": "favourite 2"})
    with pytest.raises(InputError, match="favourite"):
        call(keeping.delete_favourite, {"model": "small", "name": "favourite 2"})
    assert json.loads((context.runs.root / "kept" / "small" / "favourites.json").read_text())


def test_every_model_shows_its_own_faces_and_facts(controller: ExploreController, shipped: Path) -> None:
    save(shipped / "pets.safetensors", classes=("cat", "dog"))
    (shipped / "broken.safetensors").write_bytes((shipped / "pets.safetensors").read_bytes()[:-50])
    choosing = ModelPicker(controller)
    names = [each["id"] for each in call(choosing.models, {})["models"]]
    assert {"small", "pets"} <= set(names)
    faces = call(choosing.samples, {"models": names})["samples"]
    assert pixels(faces["small"]["picture"]).shape[:2] == (32, 4 * 34 - 2)
    assert "2 classes" in faces["pets"]["words"]
    facts = call(choosing.facts, {"model": "pets"})
    assert facts["classes"] == ["cat", "dog"]
    assert facts["directions"][0]["id"] == "sefa/1"
    assert (facts["steps"], facts["run"], facts["live"]) == ([], None, False)
    assert json.loads(json.dumps(facts)) == facts
    with pytest.raises(InputError, match=r"^models is a list of at most 12 texts, not a list of 13"):
        call(choosing.samples, {"models": ["small"] * 13})
    with pytest.raises(InputError, match=r"^models\[0\] is a text, not an object"):
        call(choosing.samples, {"models": [{"small": 1}]})


def test_a_picture_is_exact_while_it_is_small(controller: ExploreController) -> None:
    picture = controller.draw(view(controller, {"model": "small", "latent": {"seed": 1}}))
    assert (pixels(as_url(picture)) == picture).all()
    assert Image.fromarray(picture).size == (32, 32)
