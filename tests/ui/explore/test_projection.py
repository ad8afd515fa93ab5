"""My picture: a search runs, is watched, compared, stopped, and refuses in sentences."""

import gc
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.errors import InputError
from gan_core.images import encode_png
from gan_core.models import load_model, save_model
from gan_core.models.generator import GeneratorModel
from gan_core.runs import RunFolder
from gan_core.ui.explore import background, projection
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.projection import ProjectionPanel
from gan_core.ui.protocol import call
from tests.memorization.test_neighbours import smooth
from tests.ui.explore.conftest import pixels, save
from tests.ui.explore.test_bookmarks import uploaded
from tests.ui.explore.test_every_generator import name  # noqa: F401 - a fixture

PATIENCE = 60.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(projection, "SECONDS", 0.1)
    yield
    background.end_all()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of 24 grey pictures of 16 pixels."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for index, picture in enumerate(smooth(24, 1, 5)):
        Image.fromarray(picture[0].numpy()).save(folder / f"{index:02d}.png")
    return folder


def learned_from(shipped: Path, folder: Path, **changes: Any) -> None:
    """Let `small` say that it learned from `folder`."""
    model = load_model(shipped / "small.safetensors", device="cpu")
    assert isinstance(model, GeneratorModel)
    card = model.card.replace(recipe={"data": str(folder), "seed": 0}, **changes)
    save_model(shipped / "small.safetensors", {"generator": model.network}, card)


def watched(panel: ProjectionPanel, job: str, *, all_of_it: bool = False) -> dict[str, Any]:
    """The search once it has ended; with `all_of_it` once everything beside it is measured too."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = call(panel.project_progress, {"job": job})
        if answer["ended"] and (answer["beside"]["ended"] or not all_of_it):
            return answer
        time.sleep(0.02)
    raise AssertionError("the search did not end")


def test_every_generator_finds_its_own_pictures(controller: ExploreController, name: str) -> None:  # noqa: F811
    panel = ProjectionPanel(controller)
    begun = call(panel.project_start, {"model": name, "from": "own", "number": 1, "starts": 4})
    answer = watched(panel, begun["job"])
    first = answer["curve"][0][1]
    assert answer["error_levels"] < first
    assert answer["share"] == 1
    assert len(answer["starts"]) == 4
    assert sum(start["best"] for start in answer["starts"]) == 1
    # The latent that is handed over draws the picture that is shown.
    model, _ = controller.model(name)
    labels = None if answer["label"] is None else torch.tensor([answer["label"]])
    drawn = model.render(torch.tensor([answer["vector"]]), labels)[0]
    shown = pixels(answer["picture"]).reshape(*drawn.shape[:2], -1)
    assert abs(drawn.astype(int) - shown).mean() < 6  # large pictures travel as JPEG


def test_held_out_and_own_pictures_are_measured_with_the_same_effort(
    controller: ExploreController, shipped: Path, pictures: Path
) -> None:
    learned_from(shipped, pictures)
    panel = ProjectionPanel(controller)
    answer = watched(
        panel, call(panel.project_start, {"model": "small", "from": "held_out", "starts": 2})["job"], all_of_it=True
    )
    beside = answer["beside"]
    assert beside["complete"]
    assert len(beside["held_out"]) == beside["total"][0] >= 1
    assert len(beside["own"]) == 3
    assert beside["held_out_summary"]["least"] <= beside["held_out_summary"]["median"]
    # Another search of the same model is told at once, also in another app on this machine.
    again = ProjectionPanel(ExploreController(controller.runs, controller.store, controller.settings))
    begun = call(again.project_start, {"model": "small", "from": "own", "starts": 2})
    told = call(again.project_progress, {"job": begun["job"]})
    assert told["beside"]["held_out"] == beside["held_out"]
    assert told["beside"]["ended"]


def test_a_search_that_has_ended_keeps_what_it_found_and_not_its_model(
    controller: ExploreController, shipped: Path
) -> None:
    panel = ProjectionPanel(controller)
    begun = call(panel.project_start, {"model": "small", "from": "own", "starts": 1})
    model = weakref.ref(controller.model("small")[0])
    found = watched(panel, begun["job"], all_of_it=True)
    background.end_all()
    save(shipped / "small.safetensors", seed=5)
    controller.model("small")
    gc.collect()
    assert model() is None
    assert call(panel.project_progress, {"job": begun["job"]})["vector"] == found["vector"]


def test_without_the_data_its_own_pictures_are_the_measure(
    controller: ExploreController, shipped: Path, tmp_path: Path
) -> None:
    learned_from(shipped, tmp_path / "gone")
    panel = ProjectionPanel(controller)
    with pytest.raises(InputError, match=r"The pictures that small learned from \(.*gone\) are not on this machine"):
        call(panel.project_start, {"model": "small", "from": "held_out"})
    begun = call(panel.project_start, {"model": "small", "from": "own", "starts": 1})
    beside = watched(panel, begun["job"], all_of_it=True)["beside"]
    assert "not on this machine" in beside["missing"]
    assert beside["held_out"] == []
    assert len(beside["own"]) == 3


def test_of_a_training_that_goes_on_it_is_said_when_it_was_measured(
    controller: ExploreController, live: RunFolder
) -> None:
    panel = ProjectionPanel(controller)
    begun = call(panel.project_start, {"model": f"live:{live.name}", "from": "own", "starts": 1})
    answer = watched(panel, begun["job"], all_of_it=True)
    assert answer["beside"]["at"] == 10
    assert len(answer["beside"]["own"]) == 3


def test_a_dropped_picture_of_another_size_and_mode_is_searched_and_stopped(controller: ExploreController) -> None:
    panel = ProjectionPanel(controller)
    clear = np.zeros((40, 90, 4), np.uint8)
    clear[..., 3] = 128
    file = uploaded("wide.png", encode_png(clear))
    begun = call(panel.project_start, {"model": "small", **file, "starts": 2})
    target = pixels(begun["target"])
    assert target.shape[:2] == (32, 32)
    assert int(target.min()) == int(target.max()) == 127  # black, half transparent, on white
    call(panel.project_stop, {"job": begun["job"]})
    answer = watched(panel, begun["job"])
    assert answer["ended"]
    swapped = call(
        panel.project_start, {"model": "small", **file, "starts": 1, "negative": True, "before": begun["job"]}
    )
    assert int(pixels(swapped["target"]).max()) == 128
    call(panel.project_stop, {"job": swapped["job"]})


def test_wrong_requests_are_answered_in_a_sentence(controller: ExploreController) -> None:
    panel = ProjectionPanel(controller)
    text = uploaded("words.png", b"no picture")
    for request, words in (
        ({"from": "own", "starts": 0}, "1 to 32 starts"),
        ({"from": "own", "seed": -1}, "seed is a whole number from 0"),
        ({"from": "own", "label": 2}, "no classes"),
        ({"path": "/etc/passwd"}, "drop the picture first"),
        ({}, "drop the picture first"),
        (text, "not a picture"),
    ):
        with pytest.raises(InputError, match=words):
            call(panel.project_start, {"model": "small", **request})
    with pytest.raises(InputError, match="A request is an object"):
        call(panel.project_start, None)
    for function in (panel.project_progress, panel.project_stop):
        with pytest.raises(InputError, match="start it again"):
            call(function, {"job": "none"})
