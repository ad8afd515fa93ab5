"""The server's half of the Time panel."""

import base64
import shutil
import threading
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from gradio.utils import get_upload_folder

from gan_core.errors import InputError
from gan_core.latents.history import CACHE
from gan_core.latents.metadata import read_note
from gan_core.latents.time_lapse import TimeLapse
from gan_core.models.histories import beside, pack
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status
from gan_core.ui.context import Context
from gan_core.ui.explore.bookmarks import BookmarksPanel
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.drawing import DrawingPanel
from gan_core.ui.explore.time import TimePanel
from gan_core.ui.protocol import call
from tests.ui.explore.conftest import pixels, save

STEPS = [1, 10, 100, 464]
SEED = {"kind": "seed", "seed": 5}


@pytest.fixture
def times(controller: ExploreController) -> TimePanel:
    return TimePanel(controller)


@pytest.fixture
def past(context: Context) -> RunFolder:
    """A finished run with four kept moments, the last of which is its model."""
    run = RunFolder.create(context.runs.root, Recipe.named("dcgan"), name="past")
    (run.path / "keyframes").mkdir()
    for step in STEPS:
        file = run.path / "keyframes" / f"{step:08d}.safetensors"
        save(file, seed=step, steps=step)
        file.with_suffix(".jpg").touch()
    shutil.copy(file, run.model)
    run.append_event({"kind": "progress", "step": 10, "losses": {"generator": 2.0}, "scores": {"real": 1, "fake": -1}})
    run.write_status(Status(state="finished", step=464))
    return run


def test_what_is_kept(times: TimePanel, past: RunFolder) -> None:
    state = call(times.time_state, {"model": "runs/past"})
    assert (state["steps"], state["pins"], state["why"]) == (STEPS, [], None)
    assert (state["run"], state["active"]) == (True, False)
    assert state["words"] == "4 moments kept, 0 of 256 MiB"


def test_every_step_is_drawn_with_its_own_weights(
    controller: ExploreController, times: TimePanel, past: RunFolder
) -> None:
    draw = partial(call, DrawingPanel(controller).draw)
    pictures = [draw({"model": "runs/past", "step": step, "latent": SEED}) for step in STEPS]
    assert [answer["step"] for answer in pictures] == STEPS
    assert pictures[-1]["picture"] == draw({"model": "runs/past", "latent": SEED})["picture"]
    assert len({answer["picture"] for answer in pictures}) == len(STEPS)
    for step, answer in zip(STEPS, pictures, strict=True):
        column = call(
            times.time_column, {"model": "runs/past", "step": step, "latents": [{"kind": "seed", "seed": 1}, SEED]}
        )
        assert column["pictures"][1] == answer["picture"]
    with pytest.raises(InputError, match="Step 11 of past is not kept; 10 is the nearest that is"):
        draw({"model": "runs/past", "step": 11, "latent": SEED})


def test_a_shipped_model_with_its_history_and_one_without(
    controller: ExploreController, times: TimePanel, past: RunFolder, shipped: Path
) -> None:
    assert "small came without a history of its training" in call(times.time_state, {"model": "small"})["why"]
    assert call(times.time_curves, {"model": "small"})["points"] == []
    for function, more in ((times.time_columns, {}), (times.time_film, {"suffix": ".gif"})):
        with pytest.raises(InputError, match="came without a history"):
            call(function, {"model": "small", **more})
    with pytest.raises(InputError, match="Only moments of your own runs"):
        call(times.time_pin, {"model": "small", "step": 10})
    shutil.copy(past.model, shipped / "aged.safetensors")
    pack(past, 3, beside(shipped / "aged.safetensors"))
    state = call(times.time_state, {"model": "aged"})
    assert (state["steps"], state["run"]) == ([1, 10, 464], False)
    curves = call(times.time_curves, {"model": "aged"})
    assert curves["points"] == call(times.time_curves, {"model": "runs/past"})["points"]
    assert call(times.time_curves, {"model": "aged", "after": curves["next"]})["points"] == []
    # A damaged history is told, and its model can still be looked at.
    beside(shipped / "small.safetensors").write_bytes(b"cut short")
    fresh = ExploreController(controller.runs, controller.store, controller.settings)
    assert "cut short" in call(TimePanel(fresh).time_state, {"model": "small"})["why"]
    assert call(DrawingPanel(fresh).draw, {"model": "small", "latent": SEED})["side"] == 32


def test_what_lies_around_is_loaded_before_it_is_asked_for(
    controller: ExploreController, times: TimePanel, past: RunFolder
) -> None:
    call(times.time_near, {"model": "runs/past", "step": None})
    history = controller.history_of("runs/past")
    history.settle()
    assert all(history._key(step) in CACHE for step in STEPS)
    assert call(times.time_near, {"model": "small", "step": 3}) == {}


def test_curves_come_in_parts(times: TimePanel, past: RunFolder) -> None:
    first = call(times.time_curves, {"model": "runs/past"})
    assert [(point["step"], point["kind"]) for point in first["points"]] == [(10, "losses"), (10, "scores")]
    past.append_event({"kind": "metric", "step": 100, "name": "patch_distance", "value": 3.5, "floor": 1.0})
    more = call(times.time_curves, {"model": "runs/past", "after": first["next"]})
    assert more["points"] == [{"step": 100, "kind": "metric", "values": {"score": 3.5, "reference_level": 1.0}}]
    assert (
        call(times.time_curves, {"model": "runs/past", "after": 10**30})["points"][0]["step"] == 10
    )  # from the beginning


def test_a_kept_moment_is_pinned_and_let_go(times: TimePanel, past: RunFolder) -> None:
    assert call(times.time_pin, {"model": "runs/past", "step": 10, "name": "eyes"})["pins"] == [
        {"step": 10, "name": "eyes"}
    ]
    state = call(times.time_pin, {"model": "runs/past", "step": None})  # the newest of a run that has ended
    assert [pin["step"] for pin in state["pins"]] == [10, 464]
    assert past.pins.steps() == {10, 464}
    assert [pin["step"] for pin in call(times.time_unpin, {"model": "runs/past", "step": 10})["pins"]] == [464]
    for wrong in (11, 0, "10", True):
        with pytest.raises(InputError, match=r"not kept|whole number from 1"):
            call(times.time_pin, {"model": "runs/past", "step": wrong})


def test_a_best_model_between_the_kept_moments_is_not_pinned_but_told_what_can_be(
    times: TimePanel, past: RunFolder
) -> None:
    save(past.best_model, steps=90)
    with pytest.raises(InputError, match=r"at step 90, so it cannot be pinned; the nearest that can is step 100\.$"):
        call(times.time_pin, {"model": "runs/past/best", "step": None})
    assert call(times.time_pin, {"model": "runs/past/best", "step": 100})["pins"] == [{"step": 100, "name": ""}]
    save(past.best_model, steps=10)
    assert past.pins.steps() == {100}
    assert len(call(times.time_pin, {"model": "runs/past/best", "step": None})["pins"]) == 2


def test_the_present_moment_is_asked_of_the_training(times: TimePanel, live: RunFolder) -> None:
    """The training answers here as the recorder does."""
    file = live.path / "keyframes" / "00000012.safetensors"

    def keep() -> None:
        while not live.pins.asked:
            time.sleep(0.01)
        save(file, steps=12)
        live.pins.grant(12)

    training = threading.Thread(target=keep)
    training.start()
    state = call(times.time_pin, {"model": "live:going", "step": None, "name": "now"})
    training.join(10)
    assert (state["pins"], state["asked"], state["active"]) == ([{"step": 12, "name": "now"}], False, True)


def test_columns_are_spread_and_begin_where_one_wants(times: TimePanel, past: RunFolder) -> None:
    assert call(times.time_columns, {"model": "runs/past", "count": 3})["steps"] == [1, 10, 464]
    assert call(times.time_columns, {"model": "runs/past", "count": 9, "start": 11})["steps"] == [100, 464]
    for wrong in ({"count": 0}, {"count": 1.5}, {"start": 0}):
        with pytest.raises(InputError):
            call(times.time_columns, {"model": "runs/past", **wrong})


def test_a_sheet_and_a_film_lead_back(controller: ExploreController, times: TimePanel, past: RunFolder) -> None:
    latents = [SEED, {"kind": "seed", "seed": 6}]
    sheet = call(times.time_sheet, {"model": "runs/past", "latents": latents, "names": ["a", "b"], "steps": [10, 464]})
    data = base64.b64decode(sheet["file"].partition(",")[2])
    page = pixels(sheet["file"])
    cell = pixels(call(DrawingPanel(controller).draw, {"model": "runs/past", "latent": latents[1]})["picture"])[
        ..., :3
    ].repeat(3, 0)
    np.testing.assert_array_equal(page[-100:-4, -100:-4], cell.repeat(3, 1))  # the last of both, three times as large
    request = {"latents": latents, "seconds": 1, "rest": 0, "timing": "each", "start": 10}
    film = call(times.time_film, {"model": "runs/past", "time": request, "suffix": ".gif", "job": "j"})
    assert film["words"].startswith("25 frames, 1.0 s")
    film_of_30 = call(times.time_film, {"model": "runs/past", "time": {**request, "fps": 30}, "suffix": ".gif"})
    assert film_of_30["words"].startswith("30 frames, 0.9 s"), "a GIF counts hundredths of a second"
    assert film["missing"] == ""
    assert call(controller.jobs.job_progress, {"job": "j"})["share"] > 0.8
    written = Path(film["url"].removeprefix("gradio_api/file=")).read_bytes()
    for file, kept in ((data, "mine.png"), (written, "mine.gif")):
        note = read_note(file)
        assert note is not None
        plan = TimeLapse.from_json(note["time"])
        assert ([place.to_json() for place in plan.latents], plan.start) == (latents, 10)
        place = Path(get_upload_folder()) / "test-time" / kept
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file)
        assert call(BookmarksPanel(controller).open_file, {"path": str(place), "name": kept}) == {
            "kind": "time",
            "note": note,
            "name": kept,
        }


def test_a_film_nobody_wants_any_more(controller: ExploreController, times: TimePanel, past: RunFolder) -> None:
    call(controller.jobs.job_cancel, {"job": "mine"})
    request = {"model": "runs/past", "time": {"latents": [SEED]}, "suffix": ".gif", "job": "mine"}
    assert call(times.time_film, request) == {"cancelled": True}


def test_a_moment_cut_short_and_a_run_deleted_while_open(
    controller: ExploreController, times: TimePanel, past: RunFolder
) -> None:
    draw = partial(call, DrawingPanel(controller).draw)
    (past.path / "keyframes" / "00000100.safetensors").write_bytes(b"cut short")
    with pytest.raises(InputError, match="Step 100 of past cannot be shown"):
        draw({"model": "runs/past", "step": 100, "latent": SEED})
    request = {"latents": [SEED], "seconds": 1, "timing": "each"}
    film = call(times.time_film, {"model": "runs/past", "time": request, "suffix": ".webp"})
    assert film["missing"] == "Left out, because they could not be read: step 100."
    draw({"model": "runs/past", "step": 10, "latent": SEED})
    past.delete()
    with pytest.raises(InputError, match="past has been deleted; choose another model"):
        draw({"model": "runs/past", "step": 10, "latent": SEED})
    for function, more in (
        (times.time_state, {}),
        (times.time_curves, {}),
        (times.time_columns, {}),
        (times.time_pin, {"step": 10}),
    ):
        with pytest.raises(InputError, match=r"no run named 'past'|has been deleted"):
            call(function, {"model": "runs/past", **more})


@pytest.mark.parametrize("latents", [None, [], [SEED] * 17, [{"kind": "seed", "seed": -1}]])
def test_wrong_latents_are_sentences(times: TimePanel, past: RunFolder, latents: object) -> None:
    with pytest.raises(InputError):
        call(times.time_column, {"model": "runs/past", "step": 10, "latents": latents})
    with pytest.raises(InputError):
        call(times.time_sheet, {"model": "runs/past", "steps": [10], "latents": latents, "names": []})
