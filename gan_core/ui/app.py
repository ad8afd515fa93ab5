"""The page: a header and five tabs, in the order of a first visit."""

import gradio as gr

from gan_core.ui import frontend
from gan_core.ui.context import Context
from gan_core.ui.explore.tab import build_explore_tab
from gan_core.ui.lab.tab import build_lab_tab
from gan_core.ui.models.tab import build_models_tab
from gan_core.ui.page_head import TITLE
from gan_core.ui.protocol import DeviceResponse, server_function
from gan_core.ui.train.tab import build_train_tab
from gan_core.ui.translate.tab import build_translate_tab

QUEUE_REST = (0.05, 0.1)
"""Seconds between two looks of gradio's queue for work, and for progress to tell."""
TABS = (
    ("Train", "train", build_train_tab),
    ("Explore", "explore", build_explore_tab),
    ("Translate", "translate", build_translate_tab),
    ("Lab", "lab", build_lab_tab),
    ("Models and runs", "models", build_models_tab),
)


class Header:
    """Server functions of the head of the page."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @server_function
    def device(self) -> DeviceResponse:
        """The device in words; the first page that asks also starts to prepare the first training in the background."""
        self.context.prepare()
        return DeviceResponse(text=self.context.device_line())


def build(context: Context) -> gr.Blocks:
    """The whole page.

    Nothing runs until it is opened: then the trainer and torch are warmed up in the background.
    """
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(3600, 6 * 3600)) as demo:
        logo = frontend.asset_text("header/logo.svg")
        frontend.component("header/header", elem_id="header", server_functions=[Header(context).device], logo=logo)
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap"):  # no tab may hide behind a menu
            for title, name, build_tab in TABS:
                with gr.Tab(title, id=name, elem_id=f"tab-{name}"):
                    build_tab(context)
    demo.queue(default_concurrency_limit=2, max_size=64)
    # Gradio's queue looks for work a thousand times a second and for progress a hundred times, which costs an idle app
    # three seconds of processor a minute. As seldom as on Windows is soon enough: what has to be quick is not queued.
    demo._queue.sleep_when_free, demo._queue.progress_update_sleep_when_free = QUEUE_REST
    return demo
