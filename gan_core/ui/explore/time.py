"""Time: the same latent at every kept moment of a training; pins, the grid of steps x latents, the film."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.downloads import DownloadFolder, stem
from gan_core.ui.explore.controller import ExploreController, model_of
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.jobs import cancellable

if TYPE_CHECKING:
    import numpy as np

    from gan_core.latents.history import History
    from gan_core.latents.spec import LatentSpec
    from gan_core.runs import RunFolder

MOST_ROWS = 16
MOST_COLUMNS = 40
PATIENCE = 3.0
"""Seconds that a pin of the present moment is waited for; with very long steps it comes later."""
DRAWING = 0.85
"""Share of a film's time that drawing takes; writing it takes the rest."""


class TimePanel:
    """Every public method takes one object from the browser and answers with one."""

    def __init__(self, desk: ExploreController) -> None:
        self._desk = desk
        self._shelf = DownloadFolder()

    def functions(self) -> list[Callable[..., Any]]:
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

    def time_state(self, wish: Any) -> dict[str, Any]:
        """The kept moments of a model: `steps`, `pins`, how much room they take, or `why` there are none."""
        name = model_of(wish)
        run = self._desk.run(name)
        try:
            history = self._desk.history_of(name)
            steps = history.steps()
            why = None if steps else history.why_empty()
        except InputError as error:  # a history that is cut short or another model's; the model itself can be explored
            steps, why = [], str(error)
        pins = [] if run is None else [{"step": pin.step, "name": pin.name} for pin in run.pins.all()]
        return {
            "model": name,
            "steps": steps,
            "why": why,
            "pins": [pin for pin in pins if pin["step"] in steps],
            "run": run is not None,
            "active": run is not None and run.status().is_active,
            "words": _room(run, len(steps)) if run is not None else "",
        }

    def time_near(self, wish: Any) -> dict[str, Any]:
        """Somebody is about to move the slider from `step`: load what lies around it, in the background."""
        history = self._desk.history(model_of(wish))
        if history is not None:
            step = wish.get("step")
            history.prefetch_around(_step(step) if step is not None else history.steps()[-1])
        return {}

    def time_curves(self, wish: Any) -> dict[str, Any]:
        """What a training told of itself since byte `after` of its events, as `points`; `next` to go on from."""
        from gan_core.runs.curves import curves, thinned

        name, after = model_of(wish), wish.get("after", 0)
        run = self._desk.run(name)
        if run is None:
            return {"points": self._desk.history_of(name).curves() if not after else [], "next": 1}
        events, end = run.events(after if isinstance(after, int) and 0 <= after < 2**62 else 0)
        return {"points": thinned(curves(events)), "next": end}

    # Pins ---------------------------------------------------------------------------------------------------------

    def time_pin(self, wish: Any) -> dict[str, Any]:
        """Keep the moment at `step` for good; without one the present moment. Again to give it another `name`."""
        name, run = model_of(wish), self._own(wish)
        title, step = wish.get("name") or "", wish.get("step")
        if step is not None:
            run.pins.pin(_step(step), title)
        elif run.status().is_active:
            run.pins.ask(title)
            deadline = time.monotonic() + PATIENCE
            while run.pins.asked and time.monotonic() < deadline:
                time.sleep(0.05)
        else:
            newest, history = self._desk.model(name)[0].card.steps, self._history(wish)
            if newest not in history.steps():
                raise InputError(
                    f"No moment was kept at step {newest:,}, so it cannot be pinned; "
                    f"the nearest that can is step {history.nearest(newest):,}."
                )
            run.pins.pin(newest, title)
        return self.time_state(wish) | {"asked": run.pins.asked}

    def time_unpin(self, wish: Any) -> dict[str, Any]:
        """The moment at `step` may be thinned out again."""
        self._own(wish).pins.unpin(_step(wish.get("step")))
        return self.time_state(wish)

    def _own(self, wish: Any) -> RunFolder:
        run = self._desk.run(model_of(wish))
        if run is None:
            raise InputError("Only moments of your own runs can be pinned: a shipped history keeps all that it has.")
        return run

    # Steps x latents ----------------------------------------------------------------------------------------------

    def time_columns(self, wish: Any) -> dict[str, Any]:
        """Up to `count` kept steps from `start` on, evenly spread in log-time."""
        from gan_core.runs.keyframes import spread

        count = wish.get("count", 8)
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_COLUMNS:
            raise InputError(f"A grid has 1 to {MOST_COLUMNS} columns, not {count!r}.")
        start = _step(wish.get("start", 1))
        return {"steps": spread([step for step in self._history(wish).steps() if step >= start], count)}

    def time_column(self, wish: Any) -> dict[str, Any]:
        """The pictures of `latents` at `step`."""
        places = _places(wish)
        look = self._desk.look({**wish, "step": _step(wish.get("step")), "latent": places[0].to_json()})
        pictures = self._desk.render(look.model, *self._desk.latents(look, places))
        return {"step": look.step, "pictures": [as_url(picture) for picture in pictures]}

    def time_sheet(self, wish: Any) -> dict[str, Any]:
        """The grid of `latents` (called `names`) x `steps` as a PNG with its recipe inside."""
        from gan_core.images import data_url, encode_png
        from gan_core.latents.metadata import embed
        from gan_core.latents.time_lapse import TimeLapse, columns, note, sheet

        places, names, steps = _places(wish), wish.get("names"), wish.get("steps")
        if not isinstance(names, list) or len(names) != len(places) or not isinstance(steps, list) or not steps:
            raise InputError("A sheet needs steps, latents, and a name for each latent.")
        look = self._desk.look({"model": model_of(wish), "latent": places[0].to_json()})
        latents, weights = self._desk.latents(look, places)
        chosen = [_step(step) for step in steps[:MOST_COLUMNS]]
        found = list(columns(self._history(wish), latents, weights, chosen, self._desk.render))
        png = encode_png(sheet(found, [str(name)[:40] for name in names]))
        told = note(look.name, look.model, TimeLapse(latents=tuple(places), start=chosen[0]))
        return {"name": f"{stem(look.name)}-steps.png", "file": data_url(embed(png, ".png", told), "image/png")}

    # The film -----------------------------------------------------------------------------------------------------

    @cancellable
    def time_film(self, wish: Any) -> dict[str, Any]:
        """A film of the time-lapse `time`, of the kind `suffix`: where it can be fetched, and what is missing in it."""
        from gan_core.latents.time_lapse import TimeLapse, note
        from gan_core.latents.video import SUFFIXES, frame_time, write_video

        plan, suffix = TimeLapse.from_json(wish.get("time") or {}), wish.get("suffix")
        if suffix not in SUFFIXES:
            raise InputError(f"A time-lapse is written as {', '.join(SUFFIXES)}, not as {suffix!r}.")
        history = self._history(wish)
        look = self._desk.look({"model": wish["model"], "latent": plan.latents[0].to_json()})
        latents, weights = self._desk.latents(look, list(plan.latents))
        job = self._desk.jobs.job(wish.get("job"))
        with self._desk.jobs.working(job, "film of a training"):
            film = plan.film(history, latents, weights, self._desk.render, lambda share: job.progress(DRAWING * share))

            def frames() -> Iterator[np.ndarray]:
                for number, frame in enumerate(film.frames, start=1):
                    yield frame
                    job.progress(DRAWING + (1 - DRAWING) * number / len(film.frames))

            path = self._shelf.path(f"{stem(look.name)}-time-lapse{suffix}")
            written = write_video(path, frames(), plan.fps, note=note(look.name, look.model, plan))
        seconds = written.frames * float(frame_time(suffix, plan.fps))
        missing = ", ".join(f"{step:,}" for step in film.left_out)
        return {
            "url": self._shelf.address(path),
            "name": path.name,
            "words": f"{written.frames} frames, {seconds:.1f} s, {written.bytes / 1e6:.1f} MB",
            "missing": f"Left out, because they could not be read: step {missing}." if missing else "",
        }

    def _history(self, wish: Any) -> History:
        history = self._desk.history_of(model_of(wish))
        if not history.steps():
            raise InputError(history.why_empty())
        return history


def _step(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InputError(f"A training step is a whole number from 1, not {value!r}.")
    return value


def _places(wish: Any) -> list[LatentSpec]:
    from gan_core.latents.spec import LatentSpec

    latents = wish.get("latents") if isinstance(wish, dict) else None
    if not isinstance(latents, list) or not 1 <= len(latents) <= MOST_ROWS:
        raise InputError(f"1 to {MOST_ROWS} latents are shown at a time.")
    return [LatentSpec.from_json(latent) for latent in latents]


def _room(run: RunFolder, count: int) -> str:
    from gan_core.runs.pins import WEIGHTS_BUDGET

    used = 0
    for file in (run.path / "keyframes").glob("*.safetensors"):
        try:
            used += file.stat().st_size
        except OSError:
            continue  # thinned out between the two looks
    return f"{count} moments kept, {used / 2**20:.0f} of {WEIGHTS_BUDGET / 2**20:.0f} MiB"
