"""The server's half of the Lab tab."""

import gc
from typing import Any

import gradio as gr
import pytest

from gan_core.errors import InputError
from gan_core.ui.lab.tab import Lab, build_lab_tab
from gan_core.ui.protocol import call


def test_requests_reach_the_process_and_mistakes_come_back_as_sentences() -> None:
    lab = Lab()
    try:
        opened = call(lab.play, {"action": {"kind": "open", "settings": {"batch_size": 8}}, "layers": ["map"]})
        assert (opened["step"], opened["settings"]["batch_size"], opened["net"]) == (0, 8, None)
        visit = opened["visit"]
        assert opened["map"]
        assert call(lab.play, {"visit": visit, "action": {"kind": "step"}})["step"] == 1
        stages = [call(lab.play, {"visit": visit, "action": {"kind": "stage"}})["stage"] for _ in range(8)]
        assert [stage["kind"] for stage in stages] == ["draw", "score", "loss", "move"] * 2
        drawn = {"distribution": "drawn", "strokes": [[[0, 0], [1, 0.5]]]}
        changed = call(lab.play, {"visit": visit, "action": {"kind": "change", "settings": drawn}})
        assert changed["settings"]["strokes"] == drawn["strokes"]
        wrong = {"kind": "change", "settings": {"solver": {"name": "none"}}}
        with pytest.raises(InputError, match="named 'none'"):
            call(lab.play, {"visit": visit, "action": wrong})
        assert call(lab.choices, {"visit": visit})["visit"] == visit
        assert call(lab.stay, {"visit": visit, "hidden": True}) == {"done": True}
    finally:
        lab.pool.close()


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (
            {"kind": "dance"},
            "action.kind is 'change', 'observe', 'open', 'play', 'resume', 'rewind', 'stage' or 'step'",
        ),
        ({"kind": "rewind", "step": -1}, "action.step is a whole number from 0 on, not -1."),
        ({"kind": "rewind", "step": True}, "action.step is a whole number from 0 on, not true."),
        ({"kind": "play", "speed": 0}, "action.speed is a number above 0 and at most 1000"),
        ({"kind": "step", "player": "both of them"}, "action.player is 'both', 'generator' or 'discriminator'"),
    ],
)
def test_what_is_no_action_is_refused_before_the_process(action: Any, sentence: str) -> None:
    lab = Lab()
    with pytest.raises(InputError, match=sentence):
        call(lab.play, {"action": action})
    assert lab.pool.pids() == []


@pytest.mark.parametrize("request_", [{"action": {"kind": "observe"}}, {"visit": "odd", "action": {"kind": "play"}}])
def test_who_has_no_place_starts_no_process(request_: Any) -> None:
    lab = Lab()
    assert call(lab.play, request_) == {"gone": True}
    assert call(lab.stay, {"visit": "odd"}) == {"done": False}
    assert lab.pool.pids() == []


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # gradio leaves an event loop open when it is never launched
def test_the_tab_has_no_public_endpoint(tmp_path) -> None:
    with gr.Blocks(analytics_enabled=False) as demo:
        build_lab_tab()
    assert demo.get_config_file()["dependencies"] == []
    del demo
    gc.collect()
