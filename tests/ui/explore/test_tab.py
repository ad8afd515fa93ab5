"""The tab as a whole: its endpoint, and panels that fit together."""

import gc
import json
import re
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from gan_core.models import load_model
from gan_core.models.generator import GeneratorModel
from gan_core.ui import frontend
from gan_core.ui.context import Context
from gan_core.ui.dispatch import exposed
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.tab import PANELS, PIECES, STYLES, build_explore_tab, generated, panels_markup
from tests.readme import STEPS
from tests.ui.explore.conftest import context, controller, shipped  # noqa: F401 - fixtures


def test_generate_draws_what_sample_draws(controller: ExploreController, shipped: Path) -> None:  # noqa: F811
    picture = generated(controller, "small", 3, 4)
    assert picture.shape == (66, 66, 3)
    model = load_model(shipped / "small.safetensors", device="cpu")
    assert isinstance(model, GeneratorModel)
    assert abs(picture[:32, :32].astype(int) - model.sample(1, seed=3)[0]).max() <= 1


@pytest.mark.parametrize("arguments", [("small", 0, 0), ("small", -1, 4), ("small", 0.5, 4), ("small", None, 4),
                                       ("other", 0, 4), ("small", 0, 1e9), ("small", 0, float("inf"))])  # fmt: skip
def test_generate_refuses_in_a_sentence(controller: ExploreController, arguments: tuple[Any, ...]) -> None:  # noqa: F811
    with pytest.raises(gr.Error):
        generated(controller, *arguments)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # gradio leaves an event loop open when it is never launched
def test_the_tab_announces_its_endpoint(context: Context) -> None:  # noqa: F811
    with gr.Blocks(analytics_enabled=False) as demo:
        build_explore_tab(context.runs, context.models, context.settings)
    names = [each["api_name"] for each in demo.get_config_file()["dependencies"]]
    assert names == ["generate"]
    del demo
    gc.collect()


def test_every_piece_is_taken_in_and_no_two_functions_share_a_name(controller: ExploreController) -> None:  # noqa: F811
    names = [function.__name__ for panel in PANELS for function in panel(controller).functions()]
    assert len(set(names)) == len(names)
    texts = "".join([panels_markup(), *(frontend.asset_text(f"explore/{name}.html") for name in ("explore", *PIECES))])
    for name in PIECES:
        assert texts.count(f"<!-- explore/{name} -->") == 1
    folder = frontend.asset("explore")
    assert {path.name for path in folder.iterdir() if path.name.endswith(".html")} == {
        f"{name}.html" for name in ("explore", *PIECES)
    }
    assert {path.name for path in folder.iterdir() if path.name.endswith(".css")} == {
        f"{name}.css" for name in ("explore", *STYLES)
    }


def test_the_panel_of_the_documentation_works(controller: ExploreController) -> None:  # noqa: F811
    """Its server's half is made as it is written there; its names fit the script and the markup beside it."""
    steps = [step for step in STEPS if "contrast" in step[1].lower()]
    (python,) = [code for language, code in steps if language == "python"]
    made: dict[str, Any] = {"__name__": "contrast"}
    exec(compile(python, "extend.md", "exec", dont_inherit=True), made)  # noqa: S102 - our own documentation
    panel = made["ContrastPanel"](controller)
    (function,) = panel.functions()
    sent = json.loads(bytes(exposed(function)({"model": "small", "seed": 3}).body))
    assert sent["contrast"] > 0
    assert "error" in json.loads(bytes(exposed(function)({"model": "small", "sed": 3}).body))
    (script,) = [code for language, code in steps if language == "js"]
    (markup,) = [code for language, code in steps if language == "html"]
    assert f'ask("{function.__name__}"' in script
    assert f'addPanel("{panel.name}"' in script
    assert re.search(r'find\("output\.([\w-]+)"\)', script)[1] in markup  # type: ignore[index]
