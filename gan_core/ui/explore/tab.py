"""The Explore tab: one picture, and everything that moves it through latent space and through its training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from gan_core.errors import InputError
from gan_core.ui import frontend
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.explore.bookmarks import BookmarksPanel
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.directions import DirectionsPanel
from gan_core.ui.explore.drawing import DrawingPanel
from gan_core.ui.explore.memorization import MemorizationPanel
from gan_core.ui.explore.model_picker import ModelPicker
from gan_core.ui.explore.panel import Panel
from gan_core.ui.explore.paths import PathsPanel
from gan_core.ui.explore.projection import ProjectionPanel
from gan_core.ui.explore.time import TimePanel
from gan_core.ui.model_store import ModelStore
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np

MOST_GENERATED = 256


class MovePanel(Panel):
    """Sliders, pad and walk."""

    name, title, files = "move", "Move", ("move",)


PANELS: tuple[type[Panel], ...] = (
    MovePanel,
    DirectionsPanel,
    PathsPanel,
    TimePanel,
    ProjectionPanel,
    MemorizationPanel,
)
"""The panels in the order of their tabs. Their scripts are listed in `ui/web/explore/explore.js`."""
PIECES = ("time-bar", *(file for panel in PANELS for file in panel.files))
"""HTML files of the content, each before those that it takes in."""
STYLES = tuple(name for name in PIECES if frontend.asset(f"explore/{name}.css").is_file())
SECTION = '<div class="stack" data-panel="%s" role="tabpanel" aria-label="%s"><!-- explore/%s --></div>'


def panels_markup() -> str:
    """The sections of all panels, each with the place of its first HTML file."""
    return "\n".join(SECTION % (panel.name, panel.title, panel.files[0]) for panel in PANELS)


def build_explore_tab(runs: RunLibrary, store: ModelStore, settings: AppSettings) -> None:
    """Lay the tab out in the Blocks that is being built, and announce the `generate` endpoint."""
    controller = ExploreController(runs, store, settings)
    picker, drawing, bookmarks = ModelPicker(controller), DrawingPanel(controller), BookmarksPanel(controller)
    panels = [panel(controller) for panel in PANELS]
    frontend.component(
        "explore/explore",
        elem_id="explore",
        styles=[f"explore/{name}" for name in STYLES],
        markup={"explore/panels": panels_markup()},
        pieces=[f"explore/{name}" for name in PIECES],
        server_functions=[
            picker.models,
            picker.samples,
            picker.facts,
            picker.cell,
            drawing.draw,
            drawing.strip,
            drawing.interpolations,
            bookmarks.favourites,
            bookmarks.save_favourite,
            bookmarks.rename_favourite,
            bookmarks.delete_favourite,
            bookmarks.open_note,
            bookmarks.file,
            bookmarks.open_file,
            controller.jobs.job_progress,
            controller.jobs.job_cancel,
            *(function for panel in panels for function in panel.functions()),
        ],
    )

    def generate(model: str, seed: float = 0, count: float = 16) -> np.ndarray:
        return generated(controller, model, seed, count)

    with gr.Group(visible=False):  # nothing to see: these give the endpoint its argument types
        model = gr.Textbox(label="model")
        seed = gr.Number(0, label="seed", precision=0)
        count = gr.Number(16, label="count", precision=0)
        picture = gr.Image(label="grid", format="png")
        gr.Button("generate").click(generate, [model, seed, count], picture, api_name="generate")


def generated(controller: ExploreController, model: Any, seed: float, count: float) -> np.ndarray:
    """A grid of `count` pictures of `model`: the same ones as `sample MODEL --seed SEED --count COUNT`.

    An InputError for an unknown model, or a seed or count out of range, is raised as gr.Error with its sentence.
    """
    from gan_core.images import grid

    try:
        if seed != int(seed) or count != int(count) or seed < 0 or not 1 <= count <= MOST_GENERATED:
            raise InputError(f"seed is a whole number from 0, count one from 1 to {MOST_GENERATED}.")
        generator, _ = controller.model(model)
        with controller.store.drawing, one_thread():
            pictures = generator.sample(int(count), seed=int(seed))
        return grid(pictures)
    except (InputError, TypeError, ValueError, OverflowError) as error:
        raise gr.Error(str(error), print_exception=False) from error
