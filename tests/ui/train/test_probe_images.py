"""Own pictures on the Train tab: before Start under a token, during a training in its run."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gradio.utils import get_upload_folder
from PIL import Image

from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.protocol import call
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.train.live_run import LiveRun
from gan_core.ui.train.probe_images import ProbeImageController
from gan_core.ui.trainings import Trainings
from tests.ui.fake_run import fake_run

TOKEN = "0123456789abcdef"


@pytest.fixture
def controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProbeImageController:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    return ProbeImageController(RunLibrary(tmp_path / "runs"))


def dropped(width: int = 40, height: int = 30, name: str = "mine.png") -> dict[str, str]:
    path = Path(get_upload_folder()) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, height), (200, 30, 30)).save(path)
    return {"path": str(path), "name": name}


def sheet(step: int, number: int, error: float | None = 1.0) -> bytes:
    buffer = io.BytesIO()
    views = {"number": number, "domain": "A", "cells": {"translation": [0, 2, 4, 4]}, "error": error}
    comment = json.dumps({"step": step, "pictures": [views]})
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(buffer, "JPEG", comment=comment.encode())
    return buffer.getvalue()


def run_of(controller: ProbeImageController, state: str = "starting", recipe: str = "cyclegan") -> RunFolder:
    return fake_run(controller.runs.root, state, name="run", recipe=recipe)


def test_pictures_chosen_before_start_wait_under_their_token(controller: ProbeImageController) -> None:
    call(controller.probe_add, {"token": TOKEN, **dropped()})
    told = call(controller.probe_add, {"token": TOKEN, **dropped(name="other.png")})
    assert [(each["number"], each["domain"]) for each in told["pictures"]] == [(1, "A"), (2, "A")]
    with Image.open(io.BytesIO(base64.b64decode(told["pictures"][0]["picture"].split(",")[1]))) as shown:
        assert shown.size == (40, 30)
    call(controller.probe_domain, {"token": TOKEN, "number": 2, "domain": "B"})
    assert [each["domain"] for each in call(controller.probe_list, {"token": TOKEN})["pictures"]] == ["A", "B"], (
        "as after a reload"
    )
    before = controller.waiting(TOKEN)
    assert before is not None
    assert [each.domain for each in before.all()] == ["A", "B"], "what Start hands over"
    run_of(controller)
    assert [listed.name for listed in controller.runs.all()] == ["run"], "what waits for a run is none"


@pytest.mark.parametrize("token", [None, "", "../../etc"])
def test_what_is_no_token_has_no_pictures(controller: ProbeImageController, token: Any) -> None:
    assert controller.waiting(token) is None


def test_while_it_trains_they_come_turn_and_go(controller: ProbeImageController) -> None:
    run = run_of(controller)
    call(controller.probe_add, {"run": run.name, "confirmed": run.name, **dropped()})
    call(controller.probe_domain, {"run": run.name, "confirmed": run.name, "number": 1, "domain": "B"})
    assert run.own.version() == ("1-B",)
    run.own_at(5).write_bytes(sheet(5, 1))
    assert call(controller.probe_sheet, {"run": run.name, "step": 5})["sheet"]["pictures"][0]["number"] == 1
    assert call(controller.probe_sheet, {"run": run.name})["sheet"]["step"] == 5, (
        "without a live sheet the last key frame's"
    )
    run.live_own.write_bytes(sheet(9, 1))
    assert call(controller.probe_sheet, {"run": run.name})["sheet"]["step"] == 9
    assert call(controller.probe_sheet, {"run": run.name, "step": 2}) == {"sheet": None}
    run.live_own.write_bytes(sheet(9, 1, error=None))  # one direction only: nothing comes back
    (views,) = call(controller.probe_sheet, {"run": run.name})["sheet"]["pictures"]
    assert (views["cells"], views["error"]) == ({"translation": [0, 2, 4, 4]}, None)
    assert call(controller.probe_remove, {"run": run.name, "confirmed": run.name, "number": 1}) == {"pictures": []}
    assert call(controller.probe_sheet, {"run": run.name, "step": 5}) == {"sheet": None}, "nothing of it is left"
    assert not run.live_own.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"token": "../../etc"}, "Reload the page"),
        ({"token": TOKEN, "path": "/etc/hostname"}, "drop the picture first"),
        ({"token": TOKEN, "name": "20,000 x 3", "path": "thin"}, "at least 16 x 16"),
        ({"run": "nobody"}, "no run named"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(
    controller: ProbeImageController, change: dict[str, Any], sentence: str
) -> None:
    found = dropped(20_000, 3) if change.get("path") == "thin" else dropped()
    with pytest.raises(InputError, match=sentence):
        call(
            controller.probe_add,
            {
                **found,
                **change,
                "path": found["path"] if change.get("path") == "thin" else change.get("path", found["path"]),
            },
        )


def test_runs_that_have_ended_or_do_not_translate_take_none(controller: ProbeImageController) -> None:
    run = run_of(controller, "finished")
    with pytest.raises(InputError, match="has ended"):
        call(controller.probe_add, {"run": run.name, "confirmed": run.name, **dropped()})
    run.write_recipe(Recipe.named("dcgan"))
    with pytest.raises(InputError, match="for translations"):
        call(controller.probe_list, {"run": run.name})


def test_a_page_hears_of_own_pictures_only_when_they_are_news(controller: ProbeImageController) -> None:
    run, live = run_of(controller), LiveRun(controller.runs, Trainings(controller.runs.root, AppSettings("cpu")))
    assert "probes" not in call(live.poll, {"run": run.name})
    call(controller.probe_add, {"run": run.name, "confirmed": run.name, **dropped()})
    first = call(live.poll, {"run": run.name})["probes"]
    assert first["count"] == 1
    have = {key: first[key] for key in ("version", "sheet")}
    assert "probes" not in call(live.poll, {"run": run.name, "probes": have})
    run.live_own.write_bytes(sheet(9, 1))
    second = call(live.poll, {"run": run.name, "probes": have})["probes"]
    assert (second["version"], second["sheet"] != first["sheet"]) == (first["version"], True)


def test_layout_models_and_alarms_reach_the_page(controller: ProbeImageController) -> None:
    run, live = (
        run_of(controller, "finished"),
        LiveRun(controller.runs, Trainings(controller.runs.root, AppSettings("cpu"))),
    )
    told = call(live.poll, {"run": run.name})["status"]
    assert (told["layout"], told["models"]) == (None, [])
    run.layout.write_text('{"rows": 4}')
    run.best_model.write_bytes(b"x")
    run.append_event({"kind": "warning", "step": 7, "text": "Colours are inverted.", "alarm": True})
    news = call(live.poll, {"run": run.name})
    assert (news["status"]["layout"]["rows"], news["status"]["models"]) == (4, ["best"])
    assert news["notes"][-1] == {"step": 7, "text": "Colours are inverted.", "alarm": True}
    assert "alarm" not in news["notes"][0]
