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
from gan_core.ui.context import Context
from gan_core.ui.train.live_run import LiveRun
from gan_core.ui.train.probe_images import ProbeImageController
from tests.ui.fake_run import fake_run

TOKEN = "0123456789abcdef"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProbeImageController:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    return ProbeImageController(Context(tmp_path / "runs", "cpu"))


def dropped(width: int = 40, height: int = 30, name: str = "mine.png") -> dict[str, str]:
    path = Path(get_upload_folder()) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, height), (200, 30, 30)).save(path)
    return {"path": str(path), "name": name}


def sheet(step: int, number: int) -> bytes:
    buffer = io.BytesIO()
    comment = json.dumps({"step": step, "pictures": [{"number": number, "domain": "A", "cells": {}, "error": 1.0}]})
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(buffer, "JPEG", comment=comment.encode())
    return buffer.getvalue()


def run_of(desk: ProbeImageController, state: str = "starting", recipe: str = "cyclegan") -> RunFolder:
    return fake_run(desk.context.runs_root, state, name="run", recipe=recipe)


def test_pictures_chosen_before_start_wait_under_their_token(desk: ProbeImageController) -> None:
    desk.own_add({"token": TOKEN, **dropped()})
    told = desk.own_add({"token": TOKEN, **dropped(name="other.png")})
    assert [(each["number"], each["domain"]) for each in told["pictures"]] == [(1, "A"), (2, "A")]
    with Image.open(io.BytesIO(base64.b64decode(told["pictures"][0]["picture"].split(",")[1]))) as shown:
        assert shown.size == (40, 30)
    desk.own_turn({"token": TOKEN, "number": 2, "domain": "B"})
    assert [each["domain"] for each in desk.own_list({"token": TOKEN})["pictures"]] == ["A", "B"], "as after a reload"
    before = desk.waiting(TOKEN)
    assert before is not None
    assert [each.domain for each in before.all()] == ["A", "B"], "what Start hands over"
    run_of(desk)
    assert [listed.name for listed in desk.context.runs()] == ["run"], "what waits for a run is none"


@pytest.mark.parametrize("token", [None, "", "../../etc", 5, ["0"]])
def test_what_is_no_token_has_no_pictures(desk: ProbeImageController, token: Any) -> None:
    assert desk.waiting(token) is None


def test_while_it_trains_they_come_turn_and_go(desk: ProbeImageController) -> None:
    run = run_of(desk)
    desk.own_add({"run": run.name, "confirmed": run.name, **dropped()})
    desk.own_turn({"run": run.name, "confirmed": run.name, "number": 1, "domain": "B"})
    assert run.own.version() == ("1-B",)
    run.own_at(5).write_bytes(sheet(5, 1))
    assert desk.own_sheet({"run": run.name, "step": 5})["sheet"]["pictures"][0]["number"] == 1
    assert desk.own_sheet({"run": run.name})["sheet"]["step"] == 5, "without a live sheet the last key frame's"
    run.live_own.write_bytes(sheet(9, 1))
    assert desk.own_sheet({"run": run.name})["sheet"]["step"] == 9
    assert desk.own_sheet({"run": run.name, "step": 2}) == {"sheet": None}
    assert desk.own_remove({"run": run.name, "confirmed": run.name, "number": 1}) == {"pictures": []}
    assert desk.own_sheet({"run": run.name, "step": 5}) == {"sheet": None}, "nothing of it is left"
    assert not run.live_own.exists()


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"token": "../../etc"}, "Reload the page"),
        ({"token": TOKEN, "path": "/etc/hostname"}, "drop the picture first"),
        ({"token": TOKEN, "name": "20,000 x 3", "path": "thin"}, "at least 16 x 16"),
        ({"run": "nobody"}, "no run named"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(desk: ProbeImageController, wish: dict[str, Any], sentence: str) -> None:
    found = dropped(20_000, 3) if wish.get("path") == "thin" else dropped()
    with pytest.raises(InputError, match=sentence):
        desk.own_add(
            {**found, **wish, "path": found["path"] if wish.get("path") == "thin" else wish.get("path", found["path"])}
        )


def test_runs_that_have_ended_or_do_not_translate_take_none(desk: ProbeImageController) -> None:
    run = run_of(desk, "finished")
    with pytest.raises(InputError, match="has ended"):
        desk.own_add({"run": run.name, "confirmed": run.name, **dropped()})
    run.write_recipe(Recipe.named("dcgan"))
    with pytest.raises(InputError, match="for translations"):
        desk.own_list({"run": run.name})


def test_a_page_hears_of_own_pictures_only_when_they_are_news(desk: ProbeImageController) -> None:
    run, live = run_of(desk), LiveRun(desk.context)
    assert "own" not in live.poll({"run": run.name})
    desk.own_add({"run": run.name, "confirmed": run.name, **dropped()})
    first = live.poll({"run": run.name})["own"]
    assert first["count"] == 1
    have = {key: first[key] for key in ("version", "sheet")}
    assert "own" not in live.poll({"run": run.name, "own": have})
    run.live_own.write_bytes(sheet(9, 1))
    second = live.poll({"run": run.name, "own": have})["own"]
    assert (second["version"], second["sheet"] != first["sheet"]) == (first["version"], True)


def test_layout_models_and_alarms_reach_the_page(desk: ProbeImageController) -> None:
    run, live = run_of(desk, "finished"), LiveRun(desk.context)
    told = live.poll({"run": run.name})["is"]
    assert (told["layout"], told["models"]) == (None, [])
    run.layout.write_text('{"rows": 4}')
    run.best_model.write_bytes(b"x")
    run.append_event({"kind": "warning", "step": 7, "text": "Colours are inverted.", "alarm": True})
    news = live.poll({"run": run.name})
    assert (news["is"]["layout"]["rows"], news["is"]["models"]) == (4, ["best"])
    assert news["notes"][-1] == {"step": 7, "text": "Colours are inverted.", "alarm": True}
    assert "alarm" not in news["notes"][0]
