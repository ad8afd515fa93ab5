"""The server's half of the Lab tab."""

import base64
import gc
import json
from typing import Any

import gradio as gr
import numpy as np
import pytest

from gan_core.training.plane import VIEW
from gan_core.ui.components import answering
from gan_core.ui.context import Context
from gan_core.ui.lab import CELLS, SHOWN, SLICE, Lab, build_lab_tab, packed_points


def play(lab: Lab, do: str = "look", visit: str | None = None, **settings: Any) -> dict[str, Any]:
    return lab.play({"visit": visit, "do": do, "settings": settings})


def test_an_answer_holds_what_the_browser_draws() -> None:
    answer = play(Lab())
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert answer["step"] == 0
    assert answer["losses"] == {}
    assert answer["diverged"] is False
    assert len(base64.b64decode(answer["judgement"])) == CELLS * CELLS
    for kind in ("real", "fakes"):
        assert len(base64.b64decode(answer[kind])) == SHOWN * 2 * 2
    assert answer["modes"] == 8
    assert answer["view"] == VIEW


def test_a_visit_goes_on_steps_runs_and_restarts() -> None:
    lab = Lab()
    visit = play(lab)["visit"]
    assert play(lab, "step", visit)["step"] == 1
    ran = play(lab, "run", visit)
    assert ran["step"] > 1
    assert set(ran["losses"]) == {"generator", "discriminator"}
    assert play(lab, "look", visit)["step"] == ran["step"]
    assert play(lab, "look", visit, distribution="spiral")["modes"] is None
    assert play(lab, "restart", visit)["step"] == 0
    assert play(lab, "step", visit, seed=4)["step"] == 1


def test_a_forgotten_visit_begins_again() -> None:
    lab = Lab()
    answer = play(lab, "step", "unknown")
    assert answer["step"] == 1
    assert answer["visit"] != "unknown"


def test_divergence_is_shown() -> None:
    lab = Lab()
    answer = play(lab, learning_rate=10, gamma=100)
    for _ in range(200):
        answer = play(lab, "step", answer["visit"], learning_rate=10, gamma=100)
        if answer["diverged"]:
            break
    assert answer["diverged"] is True
    json.dumps(answer, allow_nan=False)
    assert play(lab, "restart", answer["visit"])["diverged"] is False


@pytest.mark.parametrize("wish", [None, [], {"do": "dance"}, {"settings": []}, {"settings": {"distribution": "x"}},
                                  {"settings": {"learning_rate": None}}])  # fmt: skip
def test_wrong_wishes_are_answered_in_a_sentence(wish: Any) -> None:
    answer = answering(Lab().play)(wish)
    assert set(answer) == {"error"}


def test_points_are_packed_from_the_top_left_and_kept_inside() -> None:
    points = np.array([[-2.0, 2.0], [2.0, -2.0], [0.0, 0.0], [50.0, -1e6]], dtype=np.float32)
    packed = np.frombuffer(base64.b64decode(packed_points(points, 2.0)), dtype="<u2").reshape(-1, 2)
    assert packed.tolist() == [[0, 0], [65535, 65535], [32768, 32768], [65535, 65535]]


def test_choices_name_every_distribution() -> None:
    assert "ring" in [each["name"] for each in Lab().choices()["distributions"]]


def test_a_slice_leaves_time_for_others() -> None:
    assert SLICE <= 0.05


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # gradio leaves an event loop open when it is never launched
def test_the_tab_has_no_public_endpoint(tmp_path) -> None:
    with gr.Blocks(analytics_enabled=False) as demo:
        build_lab_tab(Context(tmp_path))
    assert demo.get_config_file()["dependencies"] == []
    del demo
    gc.collect()
