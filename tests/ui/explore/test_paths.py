"""Paths on the screen: what lies along them, their films, and those that are kept."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.errors import InputError
from gan_core.latents.metadata import read_note
from gan_core.runs import RunFolder
from gan_core.ui.explore.bookmarks import BookmarksPanel
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.drawing import DrawingPanel
from gan_core.ui.explore.paths import PathsPanel, _mix
from gan_core.ui.explore.saved_paths import SavedPaths
from gan_core.ui.protocol import call
from tests.ui.explore.conftest import pixels, save, view
from tests.ui.explore.test_bookmarks import uploaded


@pytest.fixture
def paths(controller: ExploreController) -> PathsPanel:
    return PathsPanel(controller)


def path(*places: Any, **options: Any) -> dict[str, Any]:
    stops = [{"place": place if isinstance(place, dict) else {"seed": place}, "seconds": 0.4} for place in places]
    return {"schema": 1, "stops": stops, "fps": 20, "loop": True, **options}


def path_request(*places: Any, **options: Any) -> dict[str, Any]:
    more = {
        name: options.pop(name) for name in ("model", "job", "kind", "scale", "name", "pictures") if name in options
    }
    return {"model": "small", "step": None, "path": path(*places, **options), **more}


def file_of(answer: dict[str, Any]) -> Path:
    return Path(answer["url"].removeprefix("gradio_api/file="))


def test_stops_are_shown_as_they_are_drawn(paths: PathsPanel, controller: ExploreController) -> None:
    shown = call(paths.path_thumbs, {"model": "small", "stops": path(1, 2)["stops"]})["pictures"]
    drawn = call(DrawingPanel(controller).draw, {"model": "small", "latent": {"seed": 2}})["picture"]
    assert abs(pixels(shown[1]) - pixels(drawn)).max() <= 1
    for stops in ([], [{}] * 25, "x", [{"place": {"kind": "vector", "vector": [1.0]}}]):
        with pytest.raises(InputError):
            call(paths.path_thumbs, {"model": "small", "stops": stops})


def test_the_browser_is_told_the_way(paths: PathsPanel, controller: ExploreController) -> None:
    told = call(paths.path_course, path_request(1, 2, 3, way="spline"))
    assert (told["frames"], told["seconds"], told["stops"], told["cuts"]) == (24, pytest.approx(1.2), [0, 0.4, 0.8], [])
    points = np.array(told["points"])
    assert points.shape == (25, 12)
    for index, seed in ((0, 1), (8, 2), (16, 3), (24, 1)):
        expected = view(controller, {"model": "small", "latent": {"seed": seed}}).latent.numpy()
        np.testing.assert_allclose(points[index], expected, atol=1e-4)
    assert told["classes"] is None


def test_a_cut_is_told_and_one_stop_stands_still(paths: PathsPanel) -> None:
    asked = path_request(1, 2, 3, loop=False)
    asked["path"]["stops"][0]["easing"] = "hold"
    told = call(paths.path_course, asked)
    assert told["cuts"] == [7]
    assert told["points"][7] == told["points"][0]
    still = np.array(call(paths.path_course, path_request(4))["points"])
    assert (still == still[0]).all()


def test_a_steady_path_tells_how_its_speed_was(paths: PathsPanel) -> None:
    told = call(paths.path_course, path_request(1, 2, 3, steady=True, fps=60))
    assert len(told["speed"]["before"]) == len(told["speed"]["after"]) == 72
    assert told["speed"]["spread"] <= 0.05 < np.ptp(told["speed"]["before"]) / np.mean(told["speed"]["before"])
    assert np.ptp(told["speed"]["after"]) <= 0.11 * np.mean(told["speed"]["after"])
    assert told["stops"] != call(paths.path_course, path_request(1, 2, 3, fps=60))["stops"]


def test_a_cut_is_no_speed(paths: PathsPanel) -> None:
    asked = path_request(1, 2, 3, 4, steady=True, fps=60)
    asked["path"]["stops"][1]["easing"] = "hold"
    told = call(paths.path_course, asked)["speed"]
    moving = [step for step in told["after"] if step > 0]
    assert len(moving) < len(told["after"])
    assert max(moving) <= 1.2 * np.mean(moving), "the jump is not among them"
    for stop in asked["path"]["stops"]:
        stop["easing"] = "hold"
    told = call(paths.path_course, asked)["speed"]
    assert told["spread"] is None
    assert not any(told["before"] + told["after"])


@pytest.mark.parametrize("kind", ["mp4", "gif", "webp", "strip"])
def test_a_film_is_made_and_its_path_comes_back(paths: PathsPanel, controller: ExploreController, kind: str) -> None:
    asked = path_request(1, 2, 3, loop=False, steady=kind == "gif", kind=kind, scale=2, pictures=5, job="film")
    answer = call(paths.path_film, asked)
    made = file_of(answer)
    told = "5 pictures" if kind == "strip" else "17 frames in 0.9 s"
    assert answer["words"].startswith(f"{told} · ")
    assert ("no step differs from the mean by more than" in answer["words"]) == (kind == "gif")
    assert ("64 x 64" in answer["words"]) == (kind != "strip")
    assert call(controller.jobs.job_progress, {"job": "film"})["share"] > 0.5
    note = read_note(made)
    assert note is not None
    assert note["card"] == controller.model("small")[0].card.brief(), "the recipe, too"
    found = call(BookmarksPanel(controller).open_file, uploaded(made.name, made.read_bytes()))
    assert (found["kind"], found["note"]) == ("path", note)
    back = call(SavedPaths(controller).path_read, {"note": found["note"]})
    assert (back["model"], back["step"], back["words"]) == ("small", None, "")
    assert [stop["place"] for stop in back["path"]["stops"]] == [{"kind": "seed", "seed": seed} for seed in (1, 2, 3)]
    assert call(paths.path_film, {**asked, "path": back["path"], "kind": "strip"})["words"].startswith("5 pictures")


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_film_of_one_stop_is_as_long_as_it_says(paths: PathsPanel, kind: str) -> None:
    answer = call(paths.path_film, path_request(1, kind=kind))
    assert answer["words"].startswith("8 frames in 0.4 s · ")
    with Image.open(file_of(answer)) as film:
        milliseconds = 0
        for frame in range(getattr(film, "n_frames", 1)):
            film.seek(frame)
            film.load()
            milliseconds += film.info["duration"]
    assert milliseconds == 400
    note = read_note(file_of(answer))
    assert note is not None
    assert [stop["seconds"] for stop in note["path"]["stops"]] == [0.4]


def test_a_strip_shows_the_pictures_themselves(paths: PathsPanel, controller: ExploreController) -> None:
    strip = np.asarray(
        Image.open(file_of(call(paths.path_film, path_request(1, 2, loop=False, kind="strip", pictures=3))))
    )
    drawn = controller.draw(view(controller, {"model": "small", "latent": {"seed": 2}}))
    assert abs(strip[:32, 68:100].astype(int) - drawn).max() <= 1


def test_a_cancelled_film_leaves_nothing(
    paths: PathsPanel, controller: ExploreController, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    render = controller.render

    def rendering(*arguments: Any) -> np.ndarray:
        drawn.append(len(arguments[1]))
        call(controller.jobs.job_cancel, {"job": "mine"})
        return render(*arguments)

    monkeypatch.setattr(controller, "render", rendering)
    places = []
    shelf = paths._downloads.path  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(paths._downloads, "path", lambda name: places.append(shelf(name)) or places[-1])  # pyright: ignore[reportPrivateUsage]
    assert call(paths.path_film, path_request(1, 2, kind="mp4", job="mine")) == {"cancelled": True}
    assert sum(drawn) <= 4
    assert not list(places[0].parent.iterdir())


def test_a_measuring_that_nobody_wants_any_more_ends(paths: PathsPanel, controller: ExploreController) -> None:
    call(controller.jobs.job_cancel, {"job": "old"})
    assert call(paths.path_course, path_request(1, 2, steady=True, job="old")) == {"cancelled": True}


def test_classes_are_mixed_on_the_way(paths: PathsPanel, controller: ExploreController, shipped: Path) -> None:
    save(shipped / "pets.safetensors", classes=("cat", "dog", "cow"))
    asked = path_request({"seed": 1, "label": 0}, {"seed": 1, "label": 2}, loop=False, model="pets")
    told = call(paths.path_course, asked)
    assert told["classes"][0] == [0, None, 0]
    assert told["classes"][2] == [0, 2, 0.25]
    assert told["classes"][-1] == [2, None, 0]
    with pytest.raises(InputError, match="no class 7"):
        call(paths.path_course, path_request({"seed": 1, "label": 7}, 2, model="pets"))
    assert _mix([0.2, 0.3, 0.5]) == (2, 1, 0.375)
    strip = np.asarray(Image.open(file_of(call(paths.path_film, {**asked, "kind": "strip", "pictures": 2}))))
    weights = torch.tensor([[0.0, 0.0, 1.0]])
    look = view(controller, {"model": "pets", "latent": {"seed": 1}})
    assert abs(strip[:32, 34:].astype(int) - look.model.render(look.latent[None], weights)[0]).max() <= 1


def test_a_run_deleted_while_its_film_is_made_is_a_sentence(
    paths: PathsPanel, controller: ExploreController, live: RunFolder
) -> None:
    live.live_weights.unlink()
    controller.models()
    with pytest.raises(InputError, match="going"):
        call(paths.path_film, path_request(1, 2, model="live:going", kind="mp4"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"path": None}, "path is an object with schema, stops"),
        ({"path": {"schema": 1, "stops": []}}, "1 to 200 stops, not 0"),
        ({"kind": "avi"}, "kind is 'mp4', 'gif', 'webp' or 'strip', not 'avi'"),
        ({"kind": "gif", "path": path(1, 2, fps=60)}, "1 to 50 frames a second"),
        ({"scale": 0}, "scale is a whole number from 1 to 64"),
        ({"scale": 64}, "at most 1024 pixels"),
        ({"kind": "strip", "pictures": 1000}, "Pictures of a strip is a whole number"),
        ({"model": "nobody"}, "no model to explore named 'nobody'"),
        ({"model": None}, "model is a text, not null"),
    ],
)
def test_wrong_requests_are_sentences(paths: PathsPanel, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        call(paths.path_film, {**path_request(1, 2, kind="mp4"), **change})


def test_a_picture_asked_for_meanwhile_is_drawn_before_the_film_is_done(
    paths: PathsPanel, controller: ExploreController
) -> None:
    """The film gives way: between two of its pieces, whoever moves a slider is drawn."""
    done = threading.Event()

    def film() -> None:
        call(paths.path_film, path_request(*range(20), kind="gif", job="long", fps=50))
        done.set()

    worker = threading.Thread(target=film)
    worker.start()
    while not call(controller.jobs.job_progress, {"job": "long"})["share"] and not done.is_set():
        pass
    shown = [call(DrawingPanel(controller).draw, {"model": "small", "latent": {"seed": seed}}) for seed in range(5)]
    before_the_end = not done.is_set()
    worker.join(60)
    assert len(shown) == 5
    assert before_the_end
