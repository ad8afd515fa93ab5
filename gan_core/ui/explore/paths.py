"""Paths: what lies along one, its film before it is made, and the film as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.downloads import DownloadFolder, stem
from gan_core.ui.explore.controller import ExploreController, LatentView
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.saved_paths import SavedPaths, course_of, journey_of, kept_of, look_of
from gan_core.ui.jobs import Job, cancellable
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from gan_core.latents.arc_length import ConstantSpeed
    from gan_core.latents.paths import LatentPath, ResolvedPath
    from gan_core.models.generator import GeneratorModel

MOST_THUMBS = 24
"""Pictures of stops that one request asks for."""
POINTS = 240
"""Places along a path that the browser is told at most; it goes straight between them."""
MOST_NUMBERS = 60_000
"""Of all of these places together."""
MEASURED = 100
"""Steps of a path at most by which its speed is measured before it is made; its film is measured by its own frames."""
CHUNK = 4
"""Pictures drawn at a time; between two chunks a slider's picture may go first."""
MEASURING = 0.3
"""Share of a film's work that measuring its speed is told to be."""
LARGEST_SIDE = 1024
KINDS = {"mp4": ".mp4", "gif": ".gif", "webp": ".webp", "strip": ".png"}
MOST_STRIP = 200
"""Pictures of a strip."""


class PathsPanel:
    """Every public method takes one object from the browser and answers with one.

    A wish has a `model`, a `step` and a `path` as `gan_core.latents.paths` reads it.
    """

    def __init__(self, desk: ExploreController) -> None:
        self._desk = desk
        self._shelf = DownloadFolder()

    def functions(self) -> list[Callable[..., Any]]:
        return [
            self.path_thumbs,
            self.path_course,
            self.path_film,
            *SavedPaths(self._desk).functions(),
        ]

    # What lies along a path ---------------------------------------------------------------------------------------

    def path_thumbs(self, wish: Any) -> dict[str, Any]:
        """The pictures of the `stops` of a wish, each a stop of a path."""
        look = look_of(self._desk, wish)
        stops = wish.get("stops")
        if not isinstance(stops, list) or not 1 <= len(stops) <= MOST_THUMBS:
            raise InputError(f"Pictures of 1 to {MOST_THUMBS} stops are drawn at a time.")
        course = course_of(self._desk, look, journey_of({"schema": 1, "stops": stops}))
        pictures = self._desk.render(look.model, course.latents, course.weights)
        return {"pictures": [as_url(picture) for picture in pictures], "version": look.version}

    @cancellable
    def path_course(self, wish: Any) -> dict[str, Any]:
        """Where a film of the path is from moment to moment, so that the browser can play it by itself.

        `points` are the latents at even times, `classes` what is drawn there ([label, towards, mix]), `cuts` after
        which points the picture jumps. Of a steady path also `speed`: how fast the picture changes, in grey levels a
        second, `before` and `after` without cuts, and `spread`, how far from even the steps still are; None where
        nothing moves.
        """
        import numpy as np

        look, journey = look_of(self._desk, wish), journey_of(wish.get("path"))
        job = self._desk.jobs.job(wish.get("job"))
        course = course_of(self._desk, look, journey)
        frames = journey.frames()
        count = min(frames, POINTS, max(2, MOST_NUMBERS // look.model.latent_dim))
        answer: dict[str, Any] = {"frames": frames, "seconds": journey.seconds, "version": look.version}
        pace = None
        if journey.steady and len(journey.stops) > 1:
            pace, speed = self._measured(look, journey, course, min(frames, MEASURED), job)
            answer["speed"] = speed
        positions = journey.positions(count, pace)
        if journey.closed:
            positions = np.append(positions, len(journey.legs))  # so that play and slider close the circle
        latents, weights = course.at(positions)
        answer["points"] = [[round(number, 4) for number in row] for row in latents.tolist()]
        answer["classes"] = None if weights is None else [_mix(row) for row in weights.tolist()]
        answer["cuts"] = _cuts(journey, positions)
        ends = np.concatenate(
            [[0.0], np.cumsum([leg.seconds for leg in journey.legs] if pace is None else pace.seconds)]
        )
        answer["stops"] = [round(float(end), 4) for end in ends[: len(journey.stops)]]
        return answer

    def _measured(
        self, look: LatentView, journey: LatentPath, course: ResolvedPath, count: int, job: Job
    ) -> tuple[ConstantSpeed, dict[str, Any]]:
        """How the path is timed with `count` frames, and how fast its picture changes before and after."""
        import numpy as np

        from gan_core.latents.arc_length import constant_speed, distances_between, looking

        see = looking(course, lambda latents, weights: self._drawn(look.model, latents, weights, job))
        pace = constant_speed(journey, course, see, count)

        def steps(timed: Any) -> np.ndarray:
            positions = journey.positions(count, timed)
            positions = np.append(positions, len(journey.legs)) if journey.closed else positions
            distances = distances_between(see(positions))
            distances[_cuts(journey, positions)] = 0  # a cut is no motion, however far the pictures are apart
            return distances

        before, after = steps(None), steps(pace)
        rate = len(before) / journey.seconds
        return pace, {
            "before": [float(f"{step * rate:.4g}") for step in before],
            "after": [float(f"{step * rate:.4g}") for step in after],
            "spread": round(pace.spread, 4) if len(pace.distances) else None,
        }

    def _drawn(self, model: GeneratorModel, latents: Tensor, weights: Tensor | None, job: Job) -> Iterator[Tensor]:
        """The pictures as the network draws them, a few at a time, for as long as the job is wanted."""
        import torch

        for start in range(0, len(latents), CHUNK):
            job.check()
            part = slice(start, start + CHUNK)
            with self._desk.context.model_lock.patient(), one_thread(), torch.inference_mode():
                pictures = list(model.drawn(latents[part], None if weights is None else weights[part]))
            yield from pictures

    # The film -----------------------------------------------------------------------------------------------------

    @cancellable
    def path_film(self, wish: Any) -> dict[str, Any]:
        """Make the path into a file of `kind`: where it can be fetched, and what it is.

        `scale` is how often every pixel is repeated, `pictures` how many a strip shows.
        """
        from gan_core.latents.arc_length import constant_speed, looking
        from gan_core.latents.video import check_rate, frame_time, write_video
        from gan_core.networks.registries import whole_number

        look, journey = look_of(self._desk, wish), journey_of(wish.get("path"))
        suffix, scale = KINDS.get(str(wish.get("kind"))), whole_number("Scale", wish.get("scale", 1), 1, 64)
        if suffix is None:
            raise InputError(f"A path is exported as {', '.join(KINDS)}, not as {wish.get('kind')!r}.")
        if scale > 1 and scale * look.model.card.size > LARGEST_SIDE:
            raise InputError(f"Pictures are enlarged to at most {LARGEST_SIDE} pixels.")
        check_rate(suffix, journey.fps)
        count = journey.frames()
        if suffix == ".png":
            count = whole_number("Pictures of a strip", wish.get("pictures", 20), 1, MOST_STRIP)
        job = self._desk.jobs.job(wish.get("job"))
        course = course_of(self._desk, look, journey)
        share = MEASURING if journey.steady else 0.0
        with self._desk.jobs.working(job, "film of a path"):
            pace = None
            if journey.steady:
                looked = 0

                def drawing(latents: Tensor, weights: Tensor | None) -> Iterator[Tensor]:
                    nonlocal looked
                    for pictures in self._drawn(look.model, latents, weights, job):
                        looked += len(pictures)
                        job.progress(share * looked / (looked + count))  # nobody knows how often it has to look
                        yield pictures

                pace = constant_speed(journey, course, looking(course, drawing), count)
            positions = journey.positions(count, pace)

            def frames() -> Iterator[np.ndarray]:
                for start in range(0, count, CHUNK):
                    job.progress(share + (1 - share) * start / count)
                    yield from self._desk.render(look.model, *course.at(positions[start : start + CHUNK]))

            step = "" if look.step is None else f"-step-{look.step}"
            path = self._shelf.path(f"{stem(look.name)}{step}-path{suffix}")
            film = write_video(path, frames(), journey.fps, scale=scale, note=self._note(look, journey))
        shown = "pictures" if suffix == ".png" else f"frames in {count * float(frame_time(suffix, journey.fps)):.1f} s"
        parts = [f"{film.frames} {shown}", f"{film.width} x {film.height} pixels", _size(film.bytes)]
        if pace is not None and pace.spread > 0:
            parts.append(f"no step differs from the mean by more than {pace.spread:.1%}")
        return {
            "url": self._shelf.address(path),
            "name": path.name,
            "kind": suffix[1:],
            "words": " · ".join(parts),
        }

    def _note(self, look: LatentView, journey: LatentPath) -> dict[str, Any]:
        """What a film says of itself: see `gan_core.latents.metadata`."""
        from gan_core.latents.metadata import signed

        path = kept_of(self._desk, look, journey).to_json()
        return {**signed(look.name, look.model.card, look.step), "path": path}


def _cuts(journey: LatentPath, positions: np.ndarray) -> list[int]:
    """The indices of `positions` (N,) after which a stop is left by a cut."""
    import numpy as np

    held = {number for number, leg in enumerate(journey.legs) if leg.easing == "hold" and len(journey.stops) > 1}
    whole = np.floor(positions + 1e-9).astype(int)
    return [index for index in range(len(whole) - 1) if held.intersection(range(whole[index], whole[index + 1]))]


def _mix(weights: list[float]) -> list[Any]:
    """Class weights as a place has them: the two largest, as [label, towards, mix]."""
    order = sorted(range(len(weights)), key=lambda index: -weights[index])[:2]
    if len(order) < 2 or weights[order[1]] <= 0:
        return [order[0], None, 0]
    return [*order, round(weights[order[1]] / (weights[order[0]] + weights[order[1]]), 4)]


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"
