"""Memory on the screen: the nearest training pictures, what is said of them, and data that are not here."""

import time
from pathlib import Path
from typing import Any

import pytest

from gan_core.errors import InputError
from gan_core.images import encode_png
from gan_core.memorization.neighbours import Neighbour, NeighbourIndex, NeighbourResult
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.memorization import MemorizationPanel, many_sentence, sentence
from gan_core.ui.protocol import call
from tests.memorization.test_neighbours import PLAIN, a_set, smooth
from tests.ui.explore.conftest import pixels
from tests.ui.explore.test_bookmarks import uploaded
from tests.ui.explore.test_projection import learned_from, pictures  # noqa: F401 - a fixture

PATIENCE = 60.0
REQUEST = {"model": "small", "latent": {"seed": 3}}


def ready(panel: MemorizationPanel, request: dict[str, Any]) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = call(panel.memory_near, request)
        if answer.get("ready") or "missing" in answer:
            return answer
        assert 0 <= answer["share"] <= 1
        time.sleep(0.02)
    raise AssertionError("the training pictures were not looked through")


def test_the_shown_picture_is_compared_with_what_the_model_learned_from(
    controller: ExploreController,
    shipped: Path,
    pictures: Path,  # noqa: F811
) -> None:
    learned_from(shipped, pictures)
    panel = MemorizationPanel(controller)
    answer = ready(panel, REQUEST)
    assert answer["verdict"] == "new"
    assert answer["sentence"].startswith("No copy: of ")
    assert len(answer["pixels"]) == len(answer["features"]) == 6
    distances = [each["distance"] for each in answer["pixels"]]
    assert distances == sorted(distances)
    first = answer["pixels"][0]
    apart = pixels(answer["picture"])[..., 0] - pixels(first["picture"])[..., 0]
    assert first["distance"] == pytest.approx((apart**2).mean() ** 0.5, abs=0.01)
    assert answer["usual"]["eye"] == "outlines"
    assert answer["usual"]["training"] + answer["usual"]["held_out"] == 24
    assert "usual" not in call(panel.memory_near, {**REQUEST, "known": answer["number"]})


def test_a_dropped_training_picture_is_recognised(
    controller: ExploreController,
    shipped: Path,
    pictures: Path,  # noqa: F811
) -> None:
    learned_from(shipped, pictures, size=16)
    panel = MemorizationPanel(controller)
    held_out_or_not = []
    for index in range(4):
        file = uploaded("mine.png", (pictures / f"{index:02d}.png").read_bytes())
        controller.model("small")[0].network.image_shape = (1, 16, 16)  # pyright: ignore[reportArgumentType]
        answer = ready(panel, {**REQUEST, "picture": file["path"]})
        held_out_or_not.append(answer["verdict"])
    assert "same" in held_out_or_not


def test_many_pictures_are_counted(controller: ExploreController, shipped: Path, pictures: Path) -> None:  # noqa: F811
    learned_from(shipped, pictures)
    panel = MemorizationPanel(controller)
    ready(panel, REQUEST)
    answer = call(panel.memory_many, {"model": "small", "count": 10, "seed": 5})
    assert answer["copies"] == 0
    assert len(answer["pixels"]) == 10
    assert {each["seed"] for each in answer["nearest"]} <= set(range(5, 15))
    assert answer["sentence"].startswith("None of 10 look copied.")
    with pytest.raises(InputError, match="count is a whole number from 1 to 256"):
        call(panel.memory_many, {"model": "small", "count": 0})


def test_data_elsewhere_are_asked_for_and_a_named_folder_is_used(
    controller: ExploreController,
    shipped: Path,
    pictures: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    learned_from(shipped, tmp_path / "gone")
    panel = MemorizationPanel(controller)
    answer = ready(panel, REQUEST)
    assert answer["missing"].endswith("are not on this machine.")
    assert answer["local"]
    with pytest.raises(InputError, match="There is no folder or zip"):
        call(panel.memory_pictures, {"model": "small", "folder": str(tmp_path / "nothing")})
    call(panel.memory_pictures, {"model": "small", "folder": str(pictures)})
    assert ready(panel, REQUEST)["usual"]["data"] == "pictures"
    controller.settings.local = False
    with pytest.raises(InputError, match="drop a zip instead"):
        call(panel.memory_pictures, {"model": "small", "folder": str(pictures)})
    with pytest.raises(InputError, match="Drop a zip"):
        call(panel.memory_pictures, {"model": "small"})


def test_dropped_pictures_serve_as_the_data_too(controller: ExploreController) -> None:
    panel = MemorizationPanel(controller)
    assert "does not say which pictures" in ready(panel, REQUEST)["missing"]
    dropped = [
        uploaded(f"{index}.png", encode_png(picture.permute(1, 2, 0).numpy()))["path"]
        for index, picture in enumerate(smooth(8, 1, 0))
    ]
    call(panel.memory_pictures, {"model": "small", "files": dropped})
    assert ready(panel, REQUEST)["usual"]["training"] >= 4


def test_words_claim_no_more_than_was_found() -> None:
    known = NeighbourIndex(a_set(), PLAIN)

    def found(
        verdict: str, distance: float = 9.0, nearer: tuple[float, float] = (0.5, 0.25), why: str = ""
    ) -> NeighbourResult:
        near = (Neighbour(0, distance),)
        return NeighbourResult(
            pixels=near, features=near, twin=None, verdict=verdict, nearer=nearer, alone=(1.0, 1.0), why=why
        )

    assert sentence(found("new"), known) == (
        "No copy: of 100 real pictures that were never learnt from, 50 % lie nearer to a training picture in pixels and "
        "25 % in shapes than this one."
    )
    assert "differs from one by 0.4 of 255 levels" in sentence(found("same", 0.4), known)
    for why, words in (
        ("near", "in pixels and in shapes it is nearer to one than nearly all of 100 real"),
        ("alone", "much nearer to this one than to any other"),
        ("twin", "at a glance the two are the same"),
    ):
        assert words in sentence(found("copy", why=why), known)
    assert "in shapes, but not in pixels" in sentence(found("near", nearer=(0.3, 0.0)), known)
    assert many_sentence([found("new"), found("copy", why="near")], known).startswith(
        "1 of 2 looks copied. The same rule flags "
    )
