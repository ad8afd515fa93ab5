"""Time: the same latent at every kept moment of a training; pins, the grid of steps x latents, the film."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from gan_core.errors import InputError
from gan_core.ui.downloads import DownloadFolder, stem
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.panel import Panel
from gan_core.ui.explore.protocol import GeneratorRequest, PictureFileResponse
from gan_core.ui.explore.protocol.time import (
    MOST_COLUMNS,
    ColumnRequest,
    ColumnResponse,
    ColumnsRequest,
    ColumnsResponse,
    CurvePoint,
    CurvesRequest,
    CurvesResponse,
    HistoryResponse,
    NearRequest,
    PinnedMoment,
    PinRequest,
    PinResponse,
    SheetRequest,
    TimeLapseRequest,
    TimeLapseResponse,
    UnpinRequest,
)
from gan_core.ui.protocol import CancelledResponse, EmptyResponse, server_function

if TYPE_CHECKING:
    import numpy as np

    from gan_core.latents.history import History
    from gan_core.runs import RunFolder

PATIENCE = 3.0
"""Seconds that a pin of the present moment is waited for; with very long steps it comes later."""
DRAWING = 0.85
"""Share of a film's time that drawing takes; writing it takes the rest."""


class TimePanel(Panel):
    """The server functions of the history of a training."""

    name, title, files = "time", "Time", ("time", "time-grid", "time-film")

    def __init__(self, controller: ExploreController) -> None:
        super().__init__(controller)
        self._downloads = DownloadFolder()

    def functions(self) -> list[Callable[..., Any]]:
        """The server functions of this panel."""
        return [
            self.time_state,
            self.time_near,
            self.time_curves,
            self.time_pin,
            self.time_unpin,
            self.time_columns,
            self.time_column,
            self.time_sheet,
            self.time_film,
        ]

    # What is kept -------------------------------------------------------------------------------------------------

    @server_function
    def time_state(self, request: GeneratorRequest) -> HistoryResponse:
        """The kept moments of a model."""
        return HistoryResponse(**self._state(request.model))

    def _state(self, name: str) -> dict[str, Any]:
        """The fields of a response with the kept moments."""
        run = self._controller.run(name)
        try:
            history = self._controller.history_of(name)
            steps = history.steps()
            why = None if steps else history.why_empty()
        except InputError as error:  # a history that is cut short or another model's; the model itself can be explored
            steps, why = [], str(error)
        pins = [] if run is None else run.pins.all()
        return {
            "model": name,
            "steps": steps,
            "why": why,
            "pins": [PinnedMoment(step=pin.step, name=pin.name) for pin in pins if pin.step in steps],
            "run": run is not None,
            "active": run is not None and run.status().is_active,
            "words": _disk_use(run, len(steps)) if run is not None else "",
        }

    @server_function
    def time_near(self, request: NearRequest) -> EmptyResponse:
        """The slider is about to be moved from a step: load what lies around it, in the background."""
        history = self._controller.history(request.model)
        if history is not None:
            history.prefetch_around(history.steps()[-1] if request.step is None else request.step)
        return EmptyResponse()

    @server_function
    def time_curves(self, request: CurvesRequest) -> CurvesResponse:
        """What a training has reported since a byte of its events."""
        from gan_core.runs.curves import curves, thinned

        name, after = request.model, request.after
        run = self._controller.run(name)
        if run is None:
            points = [] if after else self._controller.history_of(name).curves()
            return CurvesResponse(points=_points(points), next=1)
        events, end = run.events(after if 0 <= after < 2**62 else 0)
        return CurvesResponse(points=_points(thinned(curves(events))), next=end)

    # Pins ---------------------------------------------------------------------------------------------------------

    @server_function
    def time_pin(self, request: PinRequest) -> PinResponse:
        """Pin the moment at a step; without one, the present moment.

        Raises:
            InputError: for a moment whose weights are not kept, and when pins fill their share of the budget.
        """
        run, title, step = self._own(request.model), request.name or "", request.step
        if step is not None:
            run.pins.pin(step, title)
        elif run.status().is_active:
            run.pins.ask(title)
            deadline = time.monotonic() + PATIENCE
            while run.pins.asked and time.monotonic() < deadline:
                time.sleep(0.05)
        else:
            newest, history = self._controller.model(request.model)[0].card.steps, self._history(request.model)
            if newest not in history.steps():
                raise InputError(
                    f"No moment was kept at step {newest:,}, so it cannot be pinned; "
                    f"the nearest that can is step {history.nearest(newest):,}."
                )
            run.pins.pin(newest, title)
        return PinResponse(**self._state(request.model), asked=run.pins.asked)

    @server_function
    def time_unpin(self, request: UnpinRequest) -> HistoryResponse:
        """Let a pinned moment be thinned out again."""
        self._own(request.model).pins.unpin(request.step)
        return self.time_state(request)

    def _own(self, name: str) -> RunFolder:
        run = self._controller.run(name)
        if run is None:
            raise InputError("Only moments of your own runs can be pinned: a shipped history keeps all that it has.")
        return run

    # Steps x latents ----------------------------------------------------------------------------------------------

    @server_function
    def time_columns(self, request: ColumnsRequest) -> ColumnsResponse:
        """Kept steps, evenly spread in log-time."""
        from gan_core.runs.keyframes import spread

        steps = [step for step in self._history(request.model).steps() if step >= request.start]
        return ColumnsResponse(steps=spread(steps, request.count))

    @server_function
    def time_column(self, request: ColumnRequest) -> ColumnResponse:
        """The pictures of several latents at one step."""
        specs = [latent.spec() for latent in request.latents]
        view = self._controller.view_of(request.model, request.step, specs[0])
        pictures = self._controller.render(view.model, *self._controller.latents(view, specs))
        return ColumnResponse(step=view.step, pictures=[as_url(picture) for picture in pictures])

    @server_function
    def time_sheet(self, request: SheetRequest) -> PictureFileResponse:
        """The grid of steps x latents as a PNG with its note inside.

        Raises:
            InputError: for more or fewer names than latents.
        """
        from gan_core.images import data_url, encode_png
        from gan_core.latents.metadata import embed
        from gan_core.latents.time_lapse import TimeLapse, columns, note, sheet

        if len(request.names) != len(request.latents):
            raise InputError("A sheet needs a name for each latent.")
        specs = [latent.spec() for latent in request.latents]
        view = self._controller.view_of(request.model, None, specs[0])
        latents, weights = self._controller.latents(view, specs)
        chosen = request.steps[:MOST_COLUMNS]
        found = list(columns(self._history(request.model), latents, weights, chosen, self._controller.render))
        png = encode_png(sheet(found, [name[:40] for name in request.names]))
        recipe = note(view.name, view.model, TimeLapse(latents=tuple(specs), start=chosen[0]))
        return PictureFileResponse(
            name=f"{stem(view.name)}-steps.png", file=data_url(embed(png, ".png", recipe), "image/png")
        )

    # The film -----------------------------------------------------------------------------------------------------

    @server_function
    def time_film(self, request: TimeLapseRequest) -> TimeLapseResponse | CancelledResponse:
        """A film of a training: where it can be fetched, and what is missing in it."""
        from gan_core.latents.time_lapse import note
        from gan_core.latents.video import frame_time, write_video

        plan, suffix = request.time.time_lapse(), request.suffix
        history = self._history(request.model)
        view = self._controller.view_of(request.model, None, plan.latents[0])
        latents, weights = self._controller.latents(view, list(plan.latents))
        job, render = self._controller.jobs.job(request.job), self._controller.render
        with self._controller.jobs.working(job, "film of a training"):
            film = plan.film(history, latents, weights, render, lambda share: job.progress(DRAWING * share))

            def frames() -> Iterator[np.ndarray]:
                for number, frame in enumerate(film.frames, start=1):
                    yield frame
                    job.progress(DRAWING + (1 - DRAWING) * number / len(film.frames))

            path = self._downloads.path(f"{stem(view.name)}-time-lapse{suffix}")
            written = write_video(path, frames(), plan.fps, note=note(view.name, view.model, plan))
        seconds = written.frames * float(frame_time(suffix, plan.fps))
        missing = ", ".join(f"{step:,}" for step in film.left_out)
        return TimeLapseResponse(
            url=self._downloads.address(path),
            name=path.name,
            words=f"{written.frames} frames, {seconds:.1f} s, {written.bytes / 1e6:.1f} MB",
            missing=f"Left out, because they could not be read: step {missing}." if missing else "",
        )

    def _history(self, name: str) -> History:
        history = self._controller.history_of(name)
        if not history.steps():
            raise InputError(history.why_empty())
        return history


def _points(points: list[dict[str, Any]]) -> list[CurvePoint]:
    """The points of curves as they travel; those of a foreign file that cannot be read are left out."""
    found = []
    for point in points:
        try:
            found.append(CurvePoint.model_validate(point))
        except ValidationError:
            continue
    return found


def _disk_use(run: RunFolder, count: int) -> str:
    from gan_core.runs.pins import WEIGHTS_BUDGET

    used = 0
    for file in (run.path / "keyframes").glob("*.safetensors"):
        try:
            used += file.stat().st_size
        except OSError:
            continue  # thinned out meanwhile
    return f"{count} moments kept, {used / 2**20:.0f} of {WEIGHTS_BUDGET / 2**20:.0f} MiB"
