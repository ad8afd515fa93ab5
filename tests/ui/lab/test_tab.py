"""The server's half of the Lab tab."""

import gc
from typing import Any

import gradio as gr
import pytest

from gan_core.ui.answers import responding
from gan_core.ui.context import Context
from gan_core.ui.lab.tab import Lab, build_lab_tab


def test_wishes_reach_the_process_and_mistakes_come_back_as_sentences() -> None:
    lab = Lab()
    try:
        answer = lab.play({"visit": None, "do": "open", "settings": {"batch_size": 8}})
        assert answer["step"] == 0
        assert lab.play({"visit": answer["visit"], "do": "step"})["step"] == 1
        assert lab.play({"visit": answer["visit"], "do": "dance"})["error"].startswith("The Lab can")
    finally:
        lab.pool.close()


@pytest.mark.parametrize("wish", [None, [], {"do": "look"}, {"visit": ["odd"], "do": "play"}])
def test_who_has_no_place_starts_no_process(wish: Any) -> None:
    lab = Lab()
    assert responding(lab.play)(wish) == {"gone": True}
    assert lab.pool.pids() == []


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # gradio leaves an event loop open when it is never launched
def test_the_tab_has_no_public_endpoint(tmp_path) -> None:
    with gr.Blocks(analytics_enabled=False) as demo:
        build_lab_tab(Context(tmp_path))
    assert demo.get_config_file()["dependencies"] == []
    del demo
    gc.collect()
