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
        """Start a process ahead of its use."""
        self.pool.warm()
        return {}

    def play(self, request: Any) -> dict[str, Any]:
        """Pass a request on to the visitor's process (see `gan_core.plane.controller`).

        The request holds `visit`, a token from an earlier response, or null.
        """
        if not isinstance(request, dict):
            request = {"do": request}
        return self.pool.ask(request.get("visit"), {name: value for name, value in request.items() if name != "visit"})


def build_lab_tab(context: Context) -> None:
    """Lay the tab out in the Blocks that is being built."""
    lab = Lab()
    with gr.Tabs(elem_id="lab-panels", overflow_behavior="wrap"):
        with gr.Tab("The plane", id="lab-plane"):
            frontend.component("lab/plane", elem_id="lab", server_functions=[lab.warm, lab.play])
        with gr.Tab("Games with known answers", id="lab-games"):
            build_dynamics()
