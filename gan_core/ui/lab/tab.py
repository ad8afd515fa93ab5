"""The Lab tab: the game itself in two dimensions, trained by the same code as every other run, while one looks."""

import atexit

import gradio as gr

from gan_core.plane.worker_pool import WorkerPool
from gan_core.ui import frontend
from gan_core.ui.lab.analytic_games import build_dynamics
from gan_core.ui.lab.protocol import (
    LabChoicesResponse,
    PlaneGoneResponse,
    PlaneRequest,
    PlaneResponse,
    StayRequest,
    VisitRequest,
)
from gan_core.ui.protocol import DoneResponse, EmptyResponse, server_function, to_json


class Lab:
    """The server's half: passes requests on to the process of this page and its responses back."""

    def __init__(self) -> None:
        self.pool = WorkerPool()
        atexit.register(self.pool.close)  # however the app ends, no process stays behind

    @server_function
    def warm(self) -> EmptyResponse:
        """Start a process ahead of its use."""
        self.pool.warm()
        return EmptyResponse()

    @server_function
    def choices(self, request: VisitRequest) -> LabChoicesResponse:
        """What can be chosen; a visitor without a process gets one."""
        found = self.pool.ask(request.visit, {"do": "choices"})
        assert found is not None, "a request for the choices gets a process"
        return LabChoicesResponse.model_validate({**found[1], "visit": found[0]})

    @server_function
    def play(self, request: PlaneRequest) -> PlaneResponse | PlaneGoneResponse:
        """Do something with the training of a visitor, and describe what is to be drawn then."""
        action = to_json(request.action)
        found = self.pool.ask(request.visit, {"do": action.pop("kind"), **action, "layers": request.layers})
        if found is None:
            return PlaneGoneResponse(gone=True)
        return PlaneResponse.model_validate({**found[1], "visit": found[0]})

    @server_function
    def stay(self, request: StayRequest) -> DoneResponse:
        """Keep the process of a page that is still open."""
        return DoneResponse(done=self.pool.stay(request.visit, hidden=request.hidden))


def build_lab_tab() -> None:
    """Lay the tab out in the Blocks that is being built."""
    lab = Lab()
    with gr.Tabs(elem_id="lab-panels", overflow_behavior="wrap"):
        with gr.Tab("The plane", id="lab-plane"):
            frontend.component("lab/plane", elem_id="lab", server_functions=[lab.warm, lab.choices, lab.play, lab.stay])
        with gr.Tab("Games with known answers", id="lab-games"):
            build_dynamics()
