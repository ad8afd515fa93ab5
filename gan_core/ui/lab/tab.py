"""The Lab tab: the game itself in two dimensions, trained by the same code as every other run, while one looks."""

import atexit
from typing import Any

import gradio as gr

from gan_core.plane.worker_pool import WorkerPool
from gan_core.ui import frontend
from gan_core.ui.context import Context
from gan_core.ui.lab.analytic_games import build_dynamics


class Lab:
    """The server's half: passes requests on to the process of this page and its responses back."""

    def __init__(self) -> None:
        self.pool = WorkerPool()
        atexit.register(self.pool.close)  # however the app ends, no process stays behind

    def warm(self, _: Any = None) -> dict[str, Any]:
        """Make a process ready for whoever opens the tab."""
        self.pool.warm()
        return {}

    def play(self, wish: Any) -> dict[str, Any]:
        """Do what a visitor wishes and describe what is to be seen: `gan_core.plane.controller` says what there is.

        The wish holds `visit`, a token from an earlier answer or null.
        """
        if not isinstance(wish, dict):
            wish = {"do": wish}
        return self.pool.ask(wish.get("visit"), {name: value for name, value in wish.items() if name != "visit"})


def build_lab_tab(context: Context) -> None:
    """Lay the tab out in the Blocks that is being built."""
    lab = Lab()
    with gr.Tabs(elem_id="lab-panels", overflow_behavior="wrap"):
        with gr.Tab("The plane", id="lab-plane"):
            frontend.component("lab/plane", elem_id="lab", server_functions=[lab.warm, lab.play])
        with gr.Tab("Games with known answers", id="lab-games"):
            build_dynamics()
