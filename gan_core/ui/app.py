"""The page: a header and five tabs, in the order of a first visit."""

from collections.abc import Callable

import gradio as gr

from gan_core.ui import frontend
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.context import Context
from gan_core.ui.explore.tab import build_explore_tab
from gan_core.ui.lab.tab import build_lab_tab
from gan_core.ui.models.tab import build_models_tab
from gan_core.ui.page_head import TITLE
from gan_core.ui.protocol import DeviceResponse, server_function
from gan_core.ui.train.tab import build_train_tab
from gan_core.ui.trainings import Trainings
from gan_core.ui.translate.tab import build_translate_tab

QUEUE_REST = (0.05, 0.1)
"""Seconds between two looks of gradio's queue for work, and for progress to tell."""
TABS: tuple[tuple[str, str, Callable[[Context], None]], ...] = (
    ("Train", "train", lambda app: build_train_tab(app.runs, app.models, app.trainings, app.fetches, app.settings)),
    ("Explore", "explore", lambda app: build_explore_tab(app.runs, app.models, app.settings)),
    ("Translate", "translate", lambda app: build_translate_tab(app.models, app.settings)),
    ("Lab", "lab", lambda app: build_lab_tab()),
    ("Models and runs", "models", lambda app: build_models_tab(app.runs, app.models, app.trainings, app.settings)),
)


class Header:
    """Server functions of the head of the page."""

    def __init__(self, trainings: Trainings, settings: AppSettings) -> None:
        self.trainings, self.settings = trainings, settings

    @server_function
    def device(self) -> DeviceResponse:
        """The device in words; the first page that asks also starts to prepare the first training in the background."""
        self.trainings.prepare()
        return DeviceResponse(text=self.settings.device_line())


def build(context: Context) -> gr.Blocks:
    """The whole page.

    Nothing runs until it is opened: then the trainer and torch are warmed up in the background.
    """
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(3600, 6 * 3600)) as demo:
        logo = frontend.asset_text("header/logo.svg")
        header = Header(context.trainings, context.settings)
        frontend.component("header/header", elem_id="header", server_functions=[header.device], logo=logo)
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap"):  # no tab may hide behind a menu
            for title, name, build_tab in TABS:
                with gr.Tab(title, id=name, elem_id=f"tab-{name}"):
                    build_tab(context)
    demo.queue(default_concurrency_limit=2, max_size=64)
    # Gradio's queue looks for work a thousand times a second and for progress a hundred times, which costs an idle app
    # three seconds of processor a minute. As seldom as on Windows is soon enough: what has to be quick is not queued.
    demo._queue.sleep_when_free, demo._queue.progress_update_sleep_when_free = QUEUE_REST
    return demo
