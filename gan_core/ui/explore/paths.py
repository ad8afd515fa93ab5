"""Paths: what lies along one, its film before it is made, and the film as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.downloads import DownloadFolder, stem
from gan_core.ui.explore.controller import ExploreController, LatentView
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.panel import Panel
from gan_core.ui.explore.protocol.paths import (
    PathCourseRequest,
    PathCourseResponse,
    PathData,
    PathFilmRequest,
    PathFilmResponse,
    PathSpeed,
    PathStopsRequest,
    PathStopsResponse,
)
from gan_core.ui.explore.saved_paths import SavedPaths, resolved, with_numbers
from gan_core.ui.jobs import Job
from gan_core.ui.protocol import CancelledResponse, server_function
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from gan_core.latents.arc_length import ConstantSpeed
    from gan_core.latents.paths import LatentPath, ResolvedPath
    from gan_core.models.generator import GeneratorModel

POINTS = 240
"""Latents along a path that the browser gets at most; it goes straight between them."""
MOST_NUMBERS = 60_000
"""Of all of these latents together."""
MEASURED = 100
"""Steps of a path at most by which its speed is measured before it is made; its film is measured by its own frames."""
CHUNK = 4
"""Pictures drawn at a time; between two chunks a slider's picture may go first."""
MEASURING = 0.3
"""Share of a film's work that measuring its speed counts for."""
LARGEST_SIDE = 1024
KINDS = {"mp4": ".mp4", "gif": ".gif", "webp": ".webp", "strip": ".png"}
MOST_STRIP = 200
"""Pictures of a strip."""


class PathsPanel(Panel):
    """The server functions of paths."""

    name, title, files = "path", "Path", ("path",)

    def __init__(self, controller: ExploreController) -> None:
        super().__init__(controller)
        self._downloads = DownloadFolder()

    def functions(self) -> list[Callable[..., Any]]:
        """The server functions of this panel."""
        return [
            self.path_thumbs,
            self.path_course,
            self.path_film,
            *SavedPaths(self._controller).functions(),
        ]

    # What lies along a path ---------------------------------------------------------------------------------------

    @server_function
    def path_thumbs(self, request: PathStopsRequest) -> PathStopsResponse:
        """The pictures of stops of a path."""
        from gan_core.latents.paths import SCHEMA

        view = self._controller.view_of(request.model, request.step)
        stops = PathData(schema_version=SCHEMA, stops=request.stops).path()
        course = resolved(self._controller, view, stops)
        pictures = self._controller.render(view.model, course.latents, course.weights)
        return PathStopsResponse(pictures=[as_url(picture) for picture in pictures], version=view.version)

    @server_function
    def path_course(self, request: PathCourseRequest) -> PathCourseResponse | CancelledResponse:
        """Where a film of the path is from moment to moment, so that the browser can play it by itself."""
        import numpy as np

        view, path = self._controller.view_of(request.model, request.step), request.path.path()
        job = self._controller.jobs.job(request.job)
        course = resolved(self._controller, view, path)
        frames = path.frames()
        count = min(frames, POINTS, max(2, MOST_NUMBERS // view.model.latent_dim))
        more: dict[str, Any] = {}
        pace = None
        if path.steady and len(path.stops) > 1:
            pace, more["speed"] = self._measured(view, path, course, min(frames, MEASURED), job)
        positions = path.positions(count, pace)
        if path.closed:
            positions = np.append(positions, len(path.legs))  # so that play and slider close the circle
        latents, weights = course.at(positions)
        seconds = [leg.seconds for leg in path.legs] if pace is None else pace.seconds
        ends = np.concatenate([[0.0], np.cumsum(seconds)])
        return PathCourseResponse(
            frames=frames,
            seconds=path.seconds,
            version=view.version,
            points=[[round(number, 4) for number in row] for row in latents.tolist()],
            classes=None if weights is None else [_mix(row) for row in weights.tolist()],
            cuts=_cuts(path, positions),
            stops=[round(float(end), 4) for end in ends[: len(path.stops)]],
            **more,
        )

    def _measured(
        self, view: LatentView, path: LatentPath, course: ResolvedPath, count: int, job: Job
    ) -> tuple[ConstantSpeed, PathSpeed]:
        """How the path is timed with `count` frames, and how fast its picture changes before and after."""
        import numpy as np

        from gan_core.latents.arc_length import constant_speed, describing, distances_between

        see = describing(course, lambda latents, weights: self._drawn(view.model, latents, weights, job))
        pace = constant_speed(path, course, see, count)

        def steps(timed: Any) -> np.ndarray:
            positions = path.positions(count, timed)
            positions = np.append(positions, len(path.legs)) if path.closed else positions
            distances = distances_between(see(positions))
            distances[_cuts(path, positions)] = 0  # a cut is no motion, however far the pictures are apart
            return distances

        before, after = steps(None), steps(pace)
        rate = len(before) / path.seconds
        return pace, PathSpeed(
            before=[float(f"{step * rate:.4g}") for step in before],
            after=[float(f"{step * rate:.4g}") for step in after],
            spread=round(pace.spread, 4) if len(pace.distances) else None,
        )

    def _drawn(self, model: GeneratorModel, latents: Tensor, weights: Tensor | None, job: Job) -> Iterator[Tensor]:
        """The pictures as the network draws them, a few at a time, for as long as the job is wanted."""
        import torch

        for start in range(0, len(latents), CHUNK):
            job.check()
            part = slice(start, start + CHUNK)
            with self._controller.store.drawing.patient(), one_thread(), torch.inference_mode():
                pictures = list(model.drawn(latents[part], None if weights is None else weights[part]))
            yield from pictures

    # The film -----------------------------------------------------------------------------------------------------

    @server_function
    def path_film(self, request: PathFilmRequest) -> PathFilmResponse | CancelledResponse:
        """Write the film of a path.

        Raises:
            InputError: for a size, rate or path that the kind of file does not take.
        """
        from gan_core.latents.arc_length import constant_speed, describing
        from gan_core.latents.video import check_rate, frame_time, write_video
        from gan_core.networks.registries import whole_number

        view, path = self._controller.view_of(request.model, request.step), request.path.path()
        suffix, scale = KINDS[request.kind], request.scale
        if scale > 1 and scale * view.model.card.size > LARGEST_SIDE:
            raise InputError(f"Pictures are enlarged to at most {LARGEST_SIDE} pixels.")
        check_rate(suffix, path.fps)
        count = path.frames()
        if request.kind == "strip":
            count = whole_number("Pictures of a strip", request.pictures, 1, MOST_STRIP)
        job = self._controller.jobs.job(request.job)
        course = resolved(self._controller, view, path)
        share = MEASURING if path.steady else 0.0
        with self._controller.jobs.working(job, "film of a path"):
            pace = None
            if path.steady:
                drawn = 0

                def drawing(latents: Tensor, weights: Tensor | None) -> Iterator[Tensor]:
                    nonlocal drawn
                    for pictures in self._drawn(view.model, latents, weights, job):
                        drawn += len(pictures)
                        job.progress(share * drawn / (drawn + count))  # how often it has to draw is not known
                        yield pictures

                pace = constant_speed(path, course, describing(course, drawing), count)
            positions = path.positions(count, pace)

            def frames() -> Iterator[np.ndarray]:
                for start in range(0, count, CHUNK):
                    job.progress(share + (1 - share) * start / count)
                    yield from self._controller.render(view.model, *course.at(positions[start : start + CHUNK]))

            step = "" if view.step is None else f"-step-{view.step}"
            file = self._downloads.path(f"{stem(view.name)}{step}-path{suffix}")
            film = write_video(file, frames(), path.fps, scale=scale, note=self._note(view, path))
        shown = "pictures" if suffix == ".png" else f"frames in {count * float(frame_time(suffix, path.fps)):.1f} s"
        parts = [f"{film.frames} {shown}", f"{film.width} x {film.height} pixels", _size(film.bytes)]
        if pace is not None and pace.spread > 0:
            parts.append(f"no step differs from the mean by more than {pace.spread:.1%}")
        return PathFilmResponse(
            url=self._downloads.address(file), name=file.name, kind=suffix[1:], words=" · ".join(parts)
        )

    def _note(self, view: LatentView, path: LatentPath) -> dict[str, Any]:
        """The recipe inside a film: see `gan_core.latents.metadata`."""
        from gan_core.latents.metadata import signed

        numbered = with_numbers(self._controller, view, path).to_json()
        return {**signed(view.name, view.model.card, view.step), "path": numbered}


def _cuts(path: LatentPath, positions: np.ndarray) -> list[int]:
    """The indices of `positions` (N,) after which a stop is left by a cut."""
    import numpy as np

    held = {number for number, leg in enumerate(path.legs) if leg.easing == "hold" and len(path.stops) > 1}
    whole = np.floor(positions + 1e-9).astype(int)
    return [index for index in range(len(whole) - 1) if held.intersection(range(whole[index], whole[index + 1]))]


def _mix(weights: list[float]) -> tuple[int, int | None, float]:
    """Class weights as a latent has them: the two largest, as (label, towards, mix)."""
    order = sorted(range(len(weights)), key=lambda index: -weights[index])[:2]
    if len(order) < 2 or weights[order[1]] <= 0:
        return order[0], None, 0
    return order[0], order[1], round(weights[order[1]] / (weights[order[0]] + weights[order[1]]), 4)


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"
